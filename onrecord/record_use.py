"""What became of the facts that were gathered beyond the five sources: used, and where, or left out, and why.

The table ``record_use`` has a row for each. Here it is held to the pages and tables that it names: a fact that is said
to be told in a chapter has a work that this chapter cites, and one that is said to stand in a table has a work that
this table names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from . import declared
from .paths import CHAPTERS, TOC
from .problems import Problem
from .tables import names, parts_of, table

_CITED = re.compile(r"\{cite:[a-z]+\}`([^`]+)`")
_TITLE = re.compile(r"^# (.+)$", re.M)
LEFT_OUT = "left_out"


def chapters() -> dict[str, str]:
    """Titles of the chapters by the names of their pages, in the order of the book."""
    listed = re.findall(r"^ *- file: chapters/(\S+)", TOC.read_text("utf-8"), re.M)
    return {name: _TITLE.findall((CHAPTERS / f"{name}.md").read_text("utf-8"))[0] for name in listed}


def cited(chapter: str) -> set[str]:
    """Keys of the works that a chapter cites."""
    text = (CHAPTERS / f"{chapter}.md").read_text("utf-8")
    return {key.strip() for found in _CITED.finditer(text) for key in found[1].split(",")}


def named(name: str) -> set[str]:
    """Keys of the works that a table names, itself or by a key of another table that is the key of a work."""
    links = [link for link in declared.links() if link.table == name]
    parts = {part.strip() for link in links for _, part in declared.parts(name, link.column, link.separator)}
    return parts & set(table("works")["work_id"])


def uses() -> pd.DataFrame:
    """The table with the nearest chapter (``chapter``) and the ``place``: chapter, table or left_out."""
    rows = table("record_use")
    place = rows["use"].astype(str).where(rows["use"].astype(str) == LEFT_OUT, "chapter")
    place = place.mask((place == "chapter") & rows["told_in"].isna(), "table")
    return rows.assign(chapter=rows["bears_on"].str.split(";").str[0], place=place)


def counts() -> pd.DataFrame:
    """Facts by nearest chapter (rows, as in the book) and place (columns ``chapter``, ``table``, ``left_out``)."""
    rows = uses()
    made = pd.crosstab(rows["chapter"], rows["place"])
    return made.reindex(index=list(chapters()), columns=["chapter", "table", LEFT_OUT], fill_value=0)


def left_out(chapter: str) -> list[tuple[str, pd.DataFrame]]:
    """The facts nearest to a chapter that were left out, by reason, in the order of their keys."""
    rows = uses()
    rows = rows[(rows["chapter"] == chapter) & (rows["place"] == LEFT_OUT)]
    return [(str(reason), part) for reason, part in rows.groupby("reason", sort=False)]


def _problem(row: int, column: str, value: object, expected: str) -> Problem:
    return Problem(declared.file("record_use"), expected, row, column, value)


def _of_left_out(row: int, fact: pd.Series) -> Iterator[Problem]:
    """A fact that was left out has a reason, and no place."""
    if pd.isna(fact["reason"]):
        yield _problem(row, "reason", fact["fact_id"], "expected why the fact was left out")
    for column in ("told_in", "tables"):
        if parts_of(fact[column]):
            yield _problem(row, column, fact[column], "expected no place of a fact that was left out")


def _of_used(row: int, fact: pd.Series, citing: dict[str, set[str]], tables: dict[str, set[str]]) -> Iterator[Problem]:
    """A fact that is used has a place, and each place has one of its works."""
    works = set(parts_of(fact["works"]))
    if not works:
        yield _problem(row, "works", fact["fact_id"], "expected a work of the bibliography, since the fact is used")
    if not parts_of(fact["told_in"]) + parts_of(fact["tables"]):
        yield _problem(row, "told_in", fact["fact_id"], "expected a chapter or a table, since the fact is used")
    if pd.notna(fact["reason"]):
        yield _problem(row, "reason", fact["fact_id"], "expected no reason, since the fact is used")
    for chapter in parts_of(fact["told_in"]):
        if not works & citing.get(chapter, set()):
            yield _problem(row, "told_in", chapter, f"expected a chapter that cites {' or '.join(sorted(works))}")
    for name in parts_of(fact["tables"]):
        if not works & tables.get(name, set()):
            yield _problem(row, "tables", name, f"expected a table that names {' or '.join(sorted(works))}")


def check_use() -> list[Problem]:
    """Every fact is used where the table says so, or left out for a reason; its work or a citation is given."""
    rows = table("record_use")
    citing = {name: cited(name) for name in chapters()}
    tables = {name: named(name) for name in {t for cell in rows["tables"] for t in parts_of(cell)} & set(names())}
    found: list[Problem] = []
    for index, fact in rows.iterrows():
        row = int(str(index)) + 2
        if pd.isna(fact["works"]) == pd.isna(fact["citation"]):
            found.append(_problem(row, "citation", fact["fact_id"], "expected either works or a citation"))
        found += _of_left_out(row, fact) if fact["use"] == LEFT_OUT else _of_used(row, fact, citing, tables)
    return found
