"""Of every table it was tried whether the site follows an edit: ``tests/every_table.csv`` has what was found.

It takes an hour (:mod:`every_table`); here it is held that no table was left out, and that nothing was stale.
"""

from __future__ import annotations

import every_table
import pytest
from project import rows

from onrecord import tables
from onrecord.book.recorded import READ, Record

FOUND = {row["table"]: row for row in rows("every_table", every_table.RESULTS.parent)}


def test_every_table_that_is_written_by_hand_was_edited():
    assert set(FOUND) == set(tables.names()) - every_table.COMPUTED, "python tests/every_table.py --write NAME"


@pytest.mark.parametrize("name", FOUND)
def test_after_an_edit_nothing_was_stale_and_no_notebook_ran_for_nothing(name):
    row = FOUND[name]
    assert (row["needless"], row["stale"]) == ("0", "0")
    assert row["column"] in ["", *rows(name)[0]]
    assert int(row["notebooks_run"]) <= int(row["pages_read"])


def test_most_tables_reach_few_pages():
    read = sorted(int(row["pages_read"]) for row in FOUND.values())
    assert read[len(read) // 2] <= 8


def test_a_word_is_added_to_the_longest_text_and_then_cells_are_tried_that_stand_in_other_rows():
    edits = list(every_table.candidates("rounds"))
    assert edits[0].cell.split()[-1].rstrip(".") == every_table.WORD
    there = rows("rounds")
    *cells, last = edits
    assert [edit for edit in cells if edit.cell == there[edit.line - 2][edit.column]] == [], "an edit changes the cell"
    assert cells[-1].cell in {row[cells[-1].column] for row in there}
    assert last == ("rounds", len(there), "", "")


def test_tables_that_reach_the_same_pages_are_edited_apart(monkeypatch):
    monkeypatch.setattr(every_table, "AT_ONCE", 2)
    known = Record()
    for page, names in {"one": {"a", "b"}, "two": {"c", "d"}}.items():
        known.note(READ, page, names)
    made = every_table.batches(["a", "b", "c", "d"], known)
    assert sorted(map(sorted, made)) != [["a", "b"], ["c", "d"]]
    assert sorted(name for batch in made for name in batch) == ["a", "b", "c", "d"]


def test_a_site_that_is_not_that_of_a_clean_build_would_be_told(tmp_path, monkeypatch):
    folder, clean = tmp_path / "edited", tmp_path / "clean"
    (folder / "_build" / "html").mkdir(parents=True)
    (folder / "_build" / "html" / "index.html").write_text("stale", "utf-8")

    def made(copy, **more):
        (copy / "_build" / "html").mkdir(parents=True)
        (copy / "_build" / "html" / "index.html").write_text(made.said, "utf-8")

    monkeypatch.setattr(every_table.project, "made_by_build", made)
    made.said = "stale"
    assert every_table.stale(folder, clean) == []
    made.said = "new"
    assert every_table.stale(folder, clean) == ["index.html"]
