"""What was accepted is held: whatever is changed, added, gone or moved is named by row and column, line or part."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord import accepted, gates, tables
from onrecord.files import as_csv
from onrecord.legible import cells
from onrecord.paths import PACKAGE
from onrecord.problems import InputError, Problem

Rows = list[list[str]]


@pytest.fixture
def changed(monkeypatch) -> Callable[[Callable[[Rows], object]], list[str]]:
    """The messages about one table, after its rows were changed."""
    real = tables.raw

    def check(change: Callable[[Rows], object]) -> list[str]:
        rows = cells(real("places"))
        change(rows)
        monkeypatch.setattr(tables, "raw", lambda name: as_csv(rows).encode() if name == "places" else real(name))
        return [str(problem) for problem in accepted.check_accepted(["places"])]

    return check


@pytest.fixture
def own_lock(monkeypatch, tmp_path) -> Path:
    """A lock of our own, in which all is accepted."""
    lock = tmp_path / "tables.lock"
    monkeypatch.setattr(accepted, "TABLES_LOCK", lock)
    accepted.accept()
    return lock


def test_the_project_is_as_it_was_accepted():
    assert accepted.check_accepted() == []


def test_every_table_that_is_written_by_hand_and_every_page_is_locked():
    locked = set(accepted.names())
    assert set(tables.names()) - locked == {"facts", "works"}
    assert {"data/datapackage.json", "seeds/quotes.lock", "references.bib", "chapters/rounds.md", "zh.md"} <= locked


# --- tables ------------------------------------------------------------------------


def test_a_cell_is_named_with_its_value(changed):
    (line,) = changed(lambda rows: rows[3].__setitem__(1, "Elsewhere"))
    column = cells(tables.raw("places"))[0][1]
    assert line == f"data/places.csv:4 [{column}]: 'Elsewhere': expected what was accepted (onrecord accept places)"


def test_two_cells_of_a_column_are_both_named(changed):
    def swap(rows: Rows) -> None:
        rows[2][1], rows[4][1] = rows[4][1], rows[2][1]

    found = changed(swap)
    assert [line.partition(" ")[0] for line in found] == ["data/places.csv:3", "data/places.csv:5"]


def test_two_columns_of_a_row_are_both_named(changed):
    def swap(rows: Rows) -> None:
        rows[2][0], rows[2][1] = rows[2][1], rows[2][0]

    (line,) = changed(swap)
    first, second = cells(tables.raw("places"))[0][:2]
    assert line.startswith(f"data/places.csv:3 [{first}, {second}]: expected what was accepted")


@pytest.mark.parametrize(
    ("change", "line", "expected"),
    [
        (lambda rows: rows.insert(3, ["new", *rows[3][1:]]), 4, "no row that is new"),
        (lambda rows: rows.append(rows[2]), None, "no row that is new"),
        (lambda rows: rows.pop(3), 4, "the row that was accepted and is gone"),
        (lambda rows: rows.pop(), None, "the row that was accepted and is gone"),
        (lambda rows: rows.insert(5, rows.pop(2)), 6, "rows in the order that was accepted"),
        (lambda rows: rows[0].__setitem__(0, "other"), 1, "the columns that were accepted"),
        (lambda rows: rows[3].pop(), 4, "what was accepted"),
    ],
)
def test_rows_that_are_new_gone_or_moved_are_told_apart(change, line, expected, changed):
    found = changed(change)
    assert found and all(f"expected {expected} (onrecord accept places)" in one for one in found)
    assert line is None or found[0].startswith(f"data/places.csv:{line}")


def test_of_rows_that_are_alike_one_that_is_gone_is_missed():
    """In a file with the same line many times, such as a brace, it is counted how often it stands."""
    assert [at for at, _ in accepted._moved(["a", "b", "a", "b"], ["a", "b", "b"])] == [2]
    assert [at for at, _ in accepted._moved(["a", "b"], ["a", "b", "b"])] == [2]
    assert list(accepted._moved(["a", "a"], ["a", "a"])) == []


# --- other files -------------------------------------------------------------------


def test_a_line_of_a_page_is_named_and_of_several_in_a_row_the_first(own_lock, monkeypatch):
    real = accepted._of_lines
    monkeypatch.setattr(accepted, "_of_lines", lambda path: changed_lines(real(path)))
    (problem,) = accepted.check_accepted(["chapters/rounds.md"])
    assert (problem.file, problem.row, problem.value) == ("chapters/rounds.md", 5, "other")


def changed_lines(entries: accepted.Entries) -> accepted.Entries:
    return [*entries[:4], (None, "other"), (None, "more"), *entries[6:]]


def test_a_part_of_the_data_package_is_named_by_table_and_column(own_lock, monkeypatch):
    package = json.loads(json.dumps(tables.package()))
    one = package["resources"][3]
    one["schema"]["fields"][0]["description"] += "."
    package["title"] += "."
    monkeypatch.setattr(tables, "package", lambda: package)
    found = accepted.check_accepted(["data/datapackage.json"])
    assert [problem.column for problem in found] == ["head", f"{one['name']}.{one['schema']['fields'][0]['name']}"]


# --- the lock itself ---------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["rounds"].update(rows=told["rounds"]["rows"].replace("1", "2", 1)),
        lambda told: told["rounds"]["columns"].update(round="01234567"),
        lambda told: told["rounds"].update(sum="01234567"),
        lambda told: told["rounds"].pop("rows"),
        lambda told: told.update(rounds=[]),
        lambda told: told.pop("rounds"),
        lambda told: told.update(rounds_x=told["rounds"]),
    ],
)
def test_a_change_of_the_lock_is_a_change_of_the_lock(change, own_lock):
    told = json.loads(own_lock.read_bytes())
    change(told)
    own_lock.write_text(json.dumps(told) + "\n", "utf-8")
    found = gates.unaccepted([])
    assert {problem.file for problem in found} == {own_lock.as_posix()} and "rounds" in str(found[0])


def test_another_form_of_the_lock_is_found(own_lock):
    assert accepted.check_accepted() == []
    own_lock.write_bytes(own_lock.read_bytes().replace(b"{\n ", b"{\n  ", 1))
    assert [(problem.file, problem.row) for problem in accepted.check_accepted()] == [(own_lock.as_posix(), 2)]


# --- to accept ---------------------------------------------------------------------


def test_nothing_new_is_nothing_to_accept(own_lock):
    before = own_lock.read_bytes()
    assert accepted.accept() == [] == accepted.accept(["rounds"])
    assert own_lock.read_bytes() == before


def test_what_is_named_is_accepted_and_what_is_not_stays(own_lock, monkeypatch):
    real = tables.raw
    spoiled = {"rounds", "places"}
    monkeypatch.setattr(tables, "raw", lambda name: real(name) + b"x\n" if name in spoiled else real(name))
    assert accepted.accept(["data/rounds.csv"]) == ["rounds"]
    assert {problem.file for problem in accepted.check_accepted()} == {"data/places.csv"}
    assert accepted.accept() == ["places"]
    assert accepted.check_accepted() == []


@pytest.mark.parametrize("name", ["nothing", "data/nothing.csv", "facts", "data/facts.csv", "README.md"])
def test_a_name_that_nothing_has_is_refused_and_nothing_is_written(name, own_lock):
    own_lock.write_bytes(before := own_lock.read_bytes())
    with pytest.raises(InputError, match=f"'{name}': expected the name of a table that is written by hand"):
        accepted.accept(["rounds", name])
    assert own_lock.read_bytes() == before


def test_a_lock_that_cannot_be_read_is_made_anew_as_a_whole_only(own_lock):
    before = own_lock.read_bytes()
    own_lock.write_bytes(b"{\n")
    with pytest.raises(InputError, match="expected JSON"):
        accepted.accept(["rounds"])
    accepted.accept()
    assert own_lock.read_bytes() == before


# --- in the check ------------------------------------------------------------------


def test_a_change_in_a_place_that_is_named_already_is_not_named_twice(changed):
    changed(lambda rows: rows[3].__setitem__(1, "Elsewhere"))
    (change,) = gates.unaccepted([])
    assert gates.unaccepted([Problem(change.file, "expected another", change.row)]) == []
    assert gates.unaccepted([Problem(change.file, "expected another", 9)]) == [change]


def test_a_check_that_stumbles_over_a_change_names_the_change_and_else_is_a_mistake(changed):
    def stumbles() -> list[Problem]:
        raise KeyError("ottawa")

    with pytest.raises(KeyError):
        gates._found((stumbles,))
    changed(lambda rows: rows[3].__setitem__(1, "Elsewhere"))
    assert [problem.row for problem in gates._found((stumbles,))] == [4]


def test_the_data_package_is_accepted_in_the_form_of_our_json(own_lock, monkeypatch, tmp_path):
    """Whoever adds a table need not know that form; what it says is what was typed."""
    typed, told = tmp_path / PACKAGE.name, json.loads(PACKAGE.read_text("utf-8"))
    typed.write_text(json.dumps(told, indent=4) + "\n", "utf-8")
    monkeypatch.setattr(accepted, "PACKAGE", typed)
    accepted.accept()
    assert typed.read_text("utf-8") == PACKAGE.read_text("utf-8")
