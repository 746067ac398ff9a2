"""How many rows of the tables have which grade, data series and rows that hold no finding left out.

Two keys of a resource of ``data/datapackage.json`` say what is left out:

``series``   true for a data series: many values of one data set, whose rows have the grade of that data set
``finding``  the column with what was found: a row that is empty, ``not_found`` or ``not_seen`` there has none
"""

from __future__ import annotations

import re

import pandas as pd

from .tables import kept, names, resource, table

GRADES = ("A", "B", "C")
_NO_FINDING = ("not_found", "not_seen")
_OTHER_GRADE = re.compile(r"\bgrade ([ABC])\b|\(([ABC])\)")


def graded(series: bool = False) -> list[str]:
    """Names of the tables whose rows have a grade: the data series, or all but the data series."""
    return [name for name in names() if _is_graded(name) and bool(resource(name).get("series")) is series]


def _is_graded(name: str) -> bool:
    return any(field["name"] == "grade" for field in resource(name)["schema"]["fields"])


def with_finding(name: str) -> pd.DataFrame:
    """The graded rows of a table that hold a finding."""
    rows = table(name).dropna(subset="grade")
    column = resource(name).get("finding")
    if column is None:
        return rows
    return rows[rows[column].notna() & ~rows[column].astype(str).isin(_NO_FINDING)]


def counts(name: str) -> pd.Series:
    """Rows of a table that hold a finding, by grade: A, B, C."""
    return with_finding(name)["grade"].astype(str).value_counts().reindex(GRADES, fill_value=0)


@kept
def all_counts() -> pd.DataFrame:
    """Rows that hold a finding, a row a table, a column a grade; without the data series."""
    return pd.DataFrame({name: counts(name) for name in graded()}).T


def second_grades() -> int:
    """Rows whose note names another grade than their own."""
    number = 0
    for name in graded():
        rows = table(name)
        if "note" not in rows:
            continue
        for note, grade in zip(rows["note"].fillna(""), rows["grade"].astype(str), strict=True):
            number += any((a or b) != grade for a, b in _OTHER_GRADE.findall(note))
    return number


def said(name: str) -> str:
    """What the dictionary says of the grades of a table, in a sentence; empty for a table without grades."""
    if not _is_graded(name):
        return ""
    return "Grades: " + ", ".join(f"{number} {grade}" for grade, number in counts(name).items()) + "."
