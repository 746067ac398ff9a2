"""Every number the book prints: computed here, written to ``data/facts.csv``, checked.

A page calls :func:`publish` once and prints ``{glue:text}`rounds_held```. The
file holds what was last published; a change of data that moves a number fails
the build and the tests until ``onrecord facts --write`` accepts it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from .paths import DATA, ROOT, shown
from .problems import Problem

FILE = DATA / "facts.csv"
COLUMNS = ["fact_id", "value", "text", "counts", "table"]
_WORDS = "none one two three four five six seven eight nine ten".split()


@dataclass(frozen=True)
class Fact:
    """One number: what it counts, from which tables, and how it is computed."""

    fact_id: str
    counts: str
    table: str
    compute: Callable[[], object]


FACTS: dict[str, Fact] = {}


def fact(counts: str, table: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a function as the fact of its own name.

    ``counts`` says in words what the number is of; ``table`` names the tables
    it is computed from, divided by semicolons.
    """

    def register(function: Callable[[], object]) -> Callable[[], object]:
        FACTS[function.__name__] = Fact(function.__name__, counts, table, function)
        return function

    return register


def as_text(value: object) -> str:
    """How a number is printed: words to ten, then digits with thousands divided; text as it is."""
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if not number.is_integer():
        return f"{number:,.2f}"
    whole = int(number)
    return _WORDS[whole] if 0 <= whole <= 10 else f"{whole:,}"


def compute() -> pd.DataFrame:
    """All facts, computed now: one row a fact, columns as ``COLUMNS``."""
    from . import counts, topics

    assert counts and topics  # importing them registers the facts
    rows = []
    for item in FACTS.values():
        value = item.compute()
        plain = value if isinstance(value, str) else f"{float(value):g}"  # type: ignore[arg-type]
        rows.append([item.fact_id, plain, as_text(value), item.counts, item.table])
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("fact_id", ignore_index=True)


def published() -> pd.DataFrame:
    """The facts as last accepted, all columns as text."""
    return pd.read_csv(FILE, dtype=str, keep_default_na=False)


def check_facts() -> list[Problem]:
    """Every number that is not what the tables give now."""
    now, then = compute().set_index("fact_id"), published().set_index("fact_id")
    problems = []
    for fact_id in now.index.union(then.index):
        if fact_id not in then.index:
            expected = f"expected a row {fact_id} (onrecord facts --write)"
            problems.append(Problem(shown(FILE), expected))
        elif fact_id not in now.index:
            problems.append(Problem(shown(FILE), "expected a fact that is computed", value=fact_id))
        else:
            row = list(then.index).index(fact_id) + 2
            for column in COLUMNS[1:]:
                if now.at[fact_id, column] != then.at[fact_id, column]:
                    problems.append(
                        Problem(
                            shown(FILE), f"expected {now.at[fact_id, column]!r}", row, column, then.at[fact_id, column]
                        )
                    )
    return problems


def write() -> pd.DataFrame:
    """Accept the numbers as they are now: write ``data/facts.csv``."""
    now = compute()
    now.to_csv(FILE, index=False, lineterminator="\n")
    return now


_PRINTED = re.compile(r"\{glue:text\}`([^`]+)`")


def publish(page: str) -> None:
    """Give a page the facts that it prints: key ``x`` prints one, ``X`` begins a sentence with it.

    ``page``: its path from the root of the book, without ending. From the file: a build, and the tests, begin by
    checking that it is what the tables give.
    """
    from myst_nb import glue

    texts = dict(published()[["fact_id", "text"]].itertuples(index=False))
    for key in sorted(set(_PRINTED.findall((ROOT / f"{page}.md").read_text("utf-8")))):
        if key in texts:
            glue(key, texts[key], display=False)
        elif key.lower() in texts:
            glue(key, texts[key.lower()].capitalize(), display=False)
