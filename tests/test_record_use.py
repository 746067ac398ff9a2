"""Every fact of the wider record is used where the list says so, or left out for a reason that stands there."""

from __future__ import annotations

import pandas as pd
import pytest

from onrecord import record_use
from onrecord.tables import table

TABLE = record_use.table


def index_of(**where: str) -> int:
    """The first row with these values."""
    rows = table("record_use")
    for column, value in where.items():
        rows = rows[rows[column].astype(str) == value]
    return int(rows.index[0])


USED, LEFT = index_of(use="used"), index_of(use="left_out")


def found(monkeypatch: pytest.MonkeyPatch, row: int, **values: object) -> list[str]:
    """What the check says of the table with other values in one row."""
    frame = table("record_use").astype(object)
    frame.loc[row, list(values)] = list(values.values())
    monkeypatch.setattr(record_use, "table", lambda name: frame if name == "record_use" else TABLE(name))
    return [str(problem) for problem in record_use.check_use()]


def test_every_fact_is_used_where_the_list_says_or_left_out_for_a_reason():
    assert record_use.check_use() == []


def test_every_fact_has_a_row_of_its_own():
    assert table("record_use")["fact_id"].is_unique


@pytest.mark.parametrize(
    ("row", "values", "expected"),
    [
        (USED, {"told_in": "machinery"}, "[told_in]: 'machinery': expected a chapter that cites cp2019cabinet"),
        (USED, {"told_in": "nowhere"}, "[told_in]: 'nowhere': expected a chapter that cites"),
        (USED, {"tables": "themes"}, "[tables]: 'themes': expected a table that names cp2019cabinet"),
        (USED, {"tables": "nothing"}, "[tables]: 'nothing': expected a table that names"),
        (USED, {"told_in": None, "tables": None}, "expected a chapter or a table, since the fact is used"),
        (USED, {"reason": "No room."}, "expected no reason, since the fact is used"),
        (USED, {"works": None, "citation": "A letter"}, "expected a work of the bibliography, since the fact is used"),
        (LEFT, {"reason": None}, "expected why the fact was left out"),
        (LEFT, {"told_in": "origins"}, "expected no place of a fact that was left out"),
        (LEFT, {"tables": "events"}, "expected no place of a fact that was left out"),
        (LEFT, {"works": None, "citation": None}, "expected either works or a citation"),
    ],
)
def test_a_fault_in_the_list_is_found(row, values, expected, monkeypatch):
    assert any(expected in problem for problem in found(monkeypatch, row, **values))


def test_a_chapter_that_no_longer_cites_the_work_is_found(monkeypatch):
    cited = record_use.cited
    monkeypatch.setattr(record_use, "cited", lambda name: cited(name) - {"cp2019cabinet"})
    problems = [str(problem) for problem in record_use.check_use()]
    assert problems and all("'origins': expected a chapter that cites cp2019cabinet" in p for p in problems)


def test_a_table_names_works_itself_or_by_the_key_of_its_sources():
    assert "usstate2004" in record_use.named("unchr_votes") and "jscfadt2012" in record_use.named("criteria")
    assert record_use.named("themes") == set()


def test_every_fact_is_counted_once_and_each_that_was_left_out_is_shown():
    counts, facts = record_use.counts(), table("record_use")
    assert counts.to_numpy().sum() == len(facts)
    shown = pd.concat([part for chapter in record_use.chapters() for _, part in record_use.left_out(chapter)])
    assert sorted(shown["fact_id"]) == sorted(facts.loc[facts["use"] == "left_out", "fact_id"])
