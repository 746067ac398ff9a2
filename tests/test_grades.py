"""Grades of the record, counted again from the files; what is left out is left out, and said."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pandas as pd
import pytest
from project import DATA, ROOT

import onrecord.topics  # noqa: F401  registers the facts
from onrecord import facts, grades, tables

PACKAGE = json.loads((DATA / "datapackage.json").read_text("utf-8"))


def rows(resource: dict) -> list[dict[str, str]]:
    with (DATA / resource["path"]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recounted() -> Counter[str]:
    """Rows by grade, straight from the files."""
    found: Counter[str] = Counter()
    for resource in PACKAGE["resources"]:
        if not resource.get("series"):
            nothing = ("", "not_found", "not_seen")
            column = resource.get("finding")
            kept = [row for row in rows(resource) if column is None or row[column] not in nothing]
            found.update(row["grade"] for row in kept if row.get("grade"))
    return found


def test_grades_are_those_of_the_files():
    counted = {grade: facts.FACTS[f"methods_grade_{grade.lower()}"].compute() for grade in grades.GRADES}
    assert counted == dict(recounted())
    assert facts.FACTS["methods_grade_commonest"].compute() == recounted().most_common(1)[0][0]


def test_a_data_series_is_left_out():
    assert grades.graded(series=True) == ["china_imports", "china_totals", "import_shares"]
    assert not set(grades.graded()) & set(grades.graded(series=True))


@pytest.mark.parametrize("name", ["dialogue_breaks", "hearings", "evaluations"])
def test_a_row_without_a_finding_is_left_out(name):
    column = tables.resource(name)["finding"]
    kept = grades.with_finding(name)
    assert 0 < len(kept) < len(tables.table(name))
    assert not set(kept[column].astype(str)) & {"not_found", "not_seen"}


def test_a_graded_column_that_can_say_not_found_for_a_whole_row_would_be_noticed(monkeypatch):
    made = pd.DataFrame({"grade": ["A", "B", "B"], "who_says": ["not_found", "canada", None]})
    monkeypatch.setattr(grades, "table", lambda name: made)
    assert grades.counts("dialogue_breaks").to_dict() == {"A": 0, "B": 1, "C": 0}


def test_a_second_grade_is_another_grade(monkeypatch):
    notes = ["The sums are grade B.", "Seen (A); the day (C).", "The figure is grade A.", None]
    made = pd.DataFrame({"grade": ["A", "C", "A", "B"], "note": notes})
    monkeypatch.setattr(grades, "table", lambda name: made)
    monkeypatch.setattr(grades, "graded", lambda series=False: ["events"])
    assert grades.second_grades() == 2


def test_the_dictionary_gives_the_grades_of_a_table():
    counted = Counter(row["grade"] for row in rows(tables.resource("effects")))
    assert grades.said("effects") == f"Grades: {counted['A']} A, {counted['B']} B, {counted['C']} C."
    assert grades.said("groups") == ""


def test_the_page_prints_what_is_counted():
    page = (ROOT / "reference" / "methods.md").read_text("utf-8")
    printed = [name for name in facts.FACTS if name.startswith(("methods_grade", "methods_series", "methods_rows"))]
    assert printed and [name for name in printed if f"`{name}`" not in page] == []
