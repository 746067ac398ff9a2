"""The door through which every number of the book comes, and where a page gets it printed.

A fact is a function of its own name, registered once. What the facts give is
written to ``data/facts.csv`` by :mod:`onrecord.recount`; a page calls
:func:`publish` once and prints ``{glue:text}`rounds_held```.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import pandas as pd

from .paths import DATA, ROOT

FILE = DATA / "facts.csv"
COLUMNS = ["fact_id", "value", "text", "counts", "table"]
_WORDS = "none one two three four five six seven eight nine ten".split()


def _home() -> str:
    """Name of the module that asks for a fact: the first caller that is not this module."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals["__name__"] in (__name__, "dataclasses"):
        frame = frame.f_back
    return "" if frame is None else str(frame.f_globals["__name__"])


@dataclass(frozen=True)
class Fact:
    """One number: what it counts, from which tables, how it is computed, and in which module."""

    fact_id: str
    counts: str
    table: str
    compute: Callable[[], object]
    home: str = field(default_factory=_home)


FACTS: dict[str, Fact] = {}


def register(item: Fact) -> None:
    """Take in a fact. The one door: ValueError where its name is taken, with both modules."""
    known = FACTS.get(item.fact_id)
    if known is not None:
        raise ValueError(f"two facts are called {item.fact_id}: one of {known.home} and one of {item.home}")
    FACTS[item.fact_id] = item


def fact(counts: str, table: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a function as the fact of its own name.

    ``counts`` says in words what the number is of; ``table`` names the tables
    it is computed from, divided by semicolons.
    """

    def take(function: Callable[[], object]) -> Callable[[], object]:
        register(Fact(function.__name__, counts, table, function, function.__module__))
        return function

    return take


def as_text(value: object) -> str:
    """How a number is printed: words to ten, then digits with thousands divided; text as it is."""
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if not number.is_integer():
        return f"{number:,.2f}"
    whole = int(number)
    return _WORDS[whole] if 0 <= whole <= 10 else f"{whole:,}"


def published() -> pd.DataFrame:
    """The facts as last accepted, all columns as text."""
    return pd.read_csv(FILE, dtype=str, keep_default_na=False)


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
