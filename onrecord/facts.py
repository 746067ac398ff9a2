"""The door through which every number of the book comes, and where a page gets it printed.

A fact is a function of its own name, registered once. What the facts give is
written to ``data/facts.csv`` by :mod:`onrecord.recount`; a page calls
:func:`publish` once and prints ``{glue:text}`rounds_held```.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Literal, TypeVar, get_args

import pandas as pd

from .paths import DATA, ROOT, shown
from .problems import InputError, Problem
from .reads import note

FILE = DATA / "facts.csv"
COLUMNS = ["fact_id", "value", "text", "kind", "unit", "counts", "table", "pages"]
# count: how many; share: a part of a whole; measure: any other amount; interval: from a low to a high end;
# name: words or a year; constant: a decision of this book, which no table gives.
Kind = Literal["count", "share", "constant", "name", "measure", "interval"]
KINDS: tuple[str, ...] = get_args(Kind)
_WORDS = "none one two three four five six seven eight nine ten".split()
_DIGITS = 12  # significant digits of a value: more would differ from machine to machine

# What a count can be of. The first of these in a definition is the unit, unless one is given.
_UNITS = (
    "abstentions accounts acts appearances applications bases benefits bodies breaks causes cells channels "
    "children cities citizens clauses coders codes columns commissioners countries criteria criticisms days "
    "deaths debates demands dialogues discrepancies documents effects endorsements entries evaluations events "
    "facts families gaps grounds groups hearings hours intervals items journals judgements kinds laws letters "
    "lists marks matters meetings members mentions milestones ministers minutes months names numbers occasions "
    "officials organizations pages pairs papers parties partners parts passages peers people persons phrases "
    "places points positions prisoners proposals questions quotations readings reasons recommendations reports "
    "resolutions rounds rows scholars seats sections series shares signatories sittings slots sources speakers "
    "sponsors stages stances statements states steps studies tables texts themes times topics transcripts "
    "variables venues verdicts visits voices votes wishes witnesses words years"
).split()
_UNIT = re.compile(rf"(?<![a-z])({'|'.join(_UNITS)})(?![a-z])")  # also votes of votes_for


@dataclass(frozen=True)
class Amount:
    """A number together with how it is printed: the value in full, the text as short as the page wants it."""

    value: float | tuple[float, float]
    text: str
    kind: Kind
    unit: str = ""


def per_cent(part: float, whole: float, digits: int = 0) -> Amount:
    """The share of ``part`` in ``whole``, in per cent; printed with ``digits`` decimals."""
    share = 100 * float(part) / float(whole)
    return Amount(share, f"{share:.{digits}f}", "share", "per cent")


def rounded(value: float, digits: int, unit: str = "", kind: Kind = "measure") -> Amount:
    """A number that is printed with ``digits`` decimals, thousands divided."""
    return Amount(float(value), f"{float(value):,.{digits}f}", kind, unit)


def between(low: float, high: float, digits: int = 0, unit: str = "") -> Amount:
    """An interval, printed as ``low to high`` with ``digits`` decimals."""
    return Amount((float(low), float(high)), f"{float(low):,.{digits}f} to {float(high):,.{digits}f}", "interval", unit)


def _home() -> str:
    """Name of the module that asks for a fact: the first caller that is not this module."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") in (__name__, "dataclasses"):
        frame = frame.f_back
    return "" if frame is None else str(frame.f_globals.get("__name__", ""))


@dataclass(frozen=True)
class Fact:
    """One number: what it counts, from which tables, how it is computed, of what kind and unit, in which module."""

    fact_id: str
    counts: str
    table: str
    compute: Callable[[], object]
    kind: Kind | None = None
    unit: str | None = None
    home: str = field(default_factory=_home)


Computed = TypeVar("Computed", bound=Callable[[], object])
FACTS: dict[str, Fact] = {}


def register(item: Fact) -> None:
    """Take in a fact. The one door: ValueError where its name is taken, with both modules."""
    known = FACTS.get(item.fact_id)
    if known is not None:
        raise ValueError(f"two facts are called {item.fact_id}: one of {known.home} and one of {item.home}")
    if item.kind is not None and item.kind not in KINDS:
        raise ValueError(f"{item.home}: {item.fact_id}: expected a kind of {', '.join(KINDS)}, got {item.kind!r}")
    FACTS[item.fact_id] = item


def fact(
    counts: str, table: str, *, kind: Kind | None = None, unit: str | None = None
) -> Callable[[Computed], Computed]:
    """Register a function as the fact of its own name.

    ``counts`` defines the number so that a stranger can compute it again: table,
    column, value, what is left out. ``table`` names the tables it is computed
    from, divided by semicolons. ``kind`` is told by what the function returns (a
    whole number is a count, words are a name, an :class:`Amount` says it), and is
    given where that is wrong: a constant, or months, which are a measure.
    ``unit``, what one of it is, is told by the definition unless it is given.
    """

    def take(function: Computed) -> Computed:
        register(Fact(function.__name__, counts, table, function, kind, unit, function.__module__))
        return function

    return take


def as_text(value: object) -> str:
    """How a number is printed: words to ten, then digits with thousands divided; text as it is."""
    if isinstance(value, Amount):
        return value.text
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if not number.is_integer():
        return f"{number:,.2f}"
    whole = int(number)
    return _WORDS[whole] if 0 <= whole <= 10 else f"{whole:,}"


def as_value(value: object) -> str:
    """A number in plain digits, whole or with all its decimals; the two ends of an interval divided by a semicolon."""
    if isinstance(value, Amount):
        return as_value(value.value)
    if isinstance(value, tuple):
        return ";".join(map(as_value, value))
    if isinstance(value, str):
        return value
    number = float(f"{float(value):.{_DIGITS}g}")  # type: ignore[arg-type]
    return f"{number:.0f}" if number.is_integer() else f"{number:.{_DIGITS}f}".rstrip("0")


_NUMERIC = re.compile(r"[-+−]?[\d,]*\.?\d+")
_YEAR = re.compile(r"(?:18|19|20)\d\d")


def kind_of(item: Fact, value: object) -> str:
    """The kind of a fact: as it was given, or as what it gives tells it. ValueError for a number given as text."""
    if item.kind is not None:
        return item.kind
    if isinstance(value, Amount):
        return value.kind
    if isinstance(value, str):
        if _NUMERIC.fullmatch(value) and not _YEAR.fullmatch(value):
            raise ValueError(
                f"{item.home}: {item.fact_id} gives the text {value!r}: expected a number, or an Amount (per_cent, "
                "rounded, between)"
            )
        return "name"
    return "count" if float(value).is_integer() and not isinstance(value, float) else "measure"  # type: ignore[arg-type]


def unit_of(item: Fact, value: object, kind: str) -> str:
    """The unit of a fact: as it was given, or what its definition counts."""
    if item.unit is not None:
        return item.unit
    if isinstance(value, Amount) and value.unit:
        return value.unit
    if kind == "name":
        return ""
    found = _UNIT.search(item.counts.lower())
    return "per cent" if "per cent" in item.counts else found[1] if found else ""


read_whole = False  # whether somebody in this process has looked at facts that no page names


def published(named: bool = False) -> pd.DataFrame:
    """The facts as last accepted, all columns as text. ``named``: only such will be looked at as the page names.

    Raises InputError where the file is no table of facts.
    """
    global read_whole
    read_whole = read_whole or not named
    if not named:
        note("facts")
    try:
        rows = pd.read_csv(FILE, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise InputError(Problem(shown(FILE), f"expected a readable CSV table ({error})")) from error
    if "fact_id" not in rows:
        raise InputError(Problem(shown(FILE), f"expected the columns {','.join(COLUMNS)}", 1, None, ",".join(rows)))
    return rows


def text(fact_id: str) -> str:
    """A fact as it is printed, for text that code writes: an alternative text, a caption. KeyError if unknown."""
    return str(published(named=True).set_index("fact_id").at[fact_id, "text"])


_GLUED = re.compile(r"\{glue:text\}`([^`]+)`")
DIGITS = "-digits"
_IN_CODE = re.compile(r"facts\.text\(\"([^\"]+)\"\)")


def printed_in(markdown: str) -> dict[str, list[int]]:
    """The facts that a page prints, each with the lines where it does: by role, or by :func:`text` in a cell."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(markdown.splitlines(), start=1):
        for key in [*_GLUED.findall(line), *_IN_CODE.findall(line)]:
            lines = found.setdefault(_fact_of(key), [])
            if number not in lines:
                lines.append(number)
    return found


def forms_in(markdown: str) -> set[str]:
    """The keys by which a page prints facts: ``x``, ``X`` to begin a sentence, ``x-digits`` for a bare number."""
    return set(_GLUED.findall(markdown))


def _fact_of(key: str) -> str:
    return key.removesuffix(DIGITS).lower()


def in_form(key: str, known: Mapping[str, tuple[str, str]]) -> str | None:
    """What a key prints; ``known``: value and text of each fact, by its name. None where there is no such fact."""
    if _fact_of(key) not in known:
        return None
    value, text = known[_fact_of(key)]
    if key.endswith(DIGITS):
        return in_digits(value, text)
    return text if key in known else text.capitalize()


def values_and_texts(rows: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Value and text of each fact in ``rows``, as :func:`published` gives them, by its name."""
    return dict(zip(rows["fact_id"], zip(rows["value"], rows["text"], strict=True), strict=True))


def in_digits(value: str, text: str) -> str:
    """A fact as a page in another language prints it: a whole number in digits, all else as it is printed."""
    return value if re.fullmatch(r"\d+", value) else text


def publish(page: str) -> None:
    """Give a page the facts that it prints, in the forms in which it does: see :func:`forms_in`.

    ``page``: its path from the root of the book, without ending. From the file: a build, and the tests, begin by
    checking that it is what the tables give.
    """
    from myst_nb import glue

    known = values_and_texts(published(named=True))
    for key in sorted(forms_in((ROOT / f"{page}.md").read_text("utf-8"))):
        words = in_form(key, known)
        if words is not None:
            glue(key, words, display=False)
