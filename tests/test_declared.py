"""What the data package declares of columns is checked in every column that declares it: a fault in each is named."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import pandas as pd
import pytest

from onrecord import declared, tables

LINKS = list(declared.links())
LISTS = list(declared.lists())
BROKEN_KEY = "nobody:0.0z"
Cells = dict[tuple[str, str], object]


def first_filled(name: str, column: str) -> int:
    """Index of the first cell that is not empty; of the first, where all are empty."""
    return int(tables.table(name)[column].first_valid_index() or 0)


def place(name: str, column: str) -> str:
    """How a message names that cell."""
    return f"{declared.file(name)}:{first_filled(name, column) + 2} [{column}]"


def with_cells(cells: Cells) -> Callable[[str], pd.DataFrame]:
    """The tables as they are, with other values in the first filled cell of some columns."""
    changed: dict[str, pd.DataFrame] = {}
    for (name, column), value in cells.items():
        frame = changed.get(name, tables.table(name).astype(object))
        at = first_filled(name, column)
        changed[name] = frame if len(frame) else frame.reindex([0])
        changed[name].loc[at, column] = value
    real = tables.table
    return lambda asked: changed[asked].copy() if asked in changed else real(asked)


def found(rule: Callable[[], Iterator], cells: Cells) -> list[str]:
    """What a rule says of the tables with other cells."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "table", with_cells(cells))
        return [str(problem) for problem in rule()]


# --- keys ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def broken_keys() -> list[str]:
    """What is said of a broken key in every column of keys.

    All are planted at once, each another one, since columns are checked one by one.
    """
    return found(declared.keys_exist, {(link.table, link.column): broken(link) for link in LINKS})


def broken(link: declared.Link) -> str:
    """A key that stands nowhere."""
    return f"{BROKEN_KEY} {link.table} {link.column}"


@pytest.mark.parametrize("link", LINKS, ids=lambda link: f"{link.table}.{link.column}")
def test_a_broken_key_is_named_in_every_column_of_keys(link, broken_keys):
    start = f"{place(link.table, link.column)}: {broken(link)!r}: expected a key of "
    (line,) = [line for line in broken_keys if line.startswith(start)]
    assert line.removeprefix(start).startswith(declared.known(link)[1])


@pytest.mark.parametrize("link", [link for link in LINKS if link.separator], ids=lambda k: f"{k.table}.{k.column}")
def test_a_broken_key_is_named_behind_a_good_one(link):
    good = sorted(declared.known(link)[0])[0]
    lines = found(lambda: (p for p in declared.keys_exist([link])), {(link.table, link.column): f"{good};{BROKEN_KEY}"})
    assert [line.split(": ")[1] for line in lines] == [repr(BROKEN_KEY)]


@pytest.mark.parametrize(("name", "column", "separator"), LISTS)
@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a;;b", "expected no empty part between ';'"),
        ("a;", "expected no empty part between ';'"),
        ("a; b", "expected parts divided by ';' without room around them"),
        (" a", "expected parts divided by ';' without room around them"),
        ("a;b;a", "expected no part twice"),
    ],
)
def test_a_list_with_a_fault_in_its_form_is_named(name, column, separator, cell, expected):
    lines = found(lambda: declared.lists_are_clean([(name, column, separator)]), {(name, column): cell})
    assert lines == [f"{place(name, column)}: {cell!r}: {expected}"]


def test_every_list_and_every_key_is_known_to_the_tests():
    """The package has the columns that the reviews of these tables found unchecked."""
    checked = {(link.table, link.column) for link in LINKS}
    assert checked >= {
        ("milestones", "evidence_ids"),
        ("open_questions", "evidence_ids"),
        ("scorecard_parts", "evidence_ids"),
        ("mandate", "evidence_ids"),
        ("mandate", "chapter"),
        ("effects", "credited_by"),
        ("effects", "milestone_ids"),
        ("effects", "evidence_ids"),
        ("discrepancies", "passage_a"),
        ("sources", "errors"),
    }
    assert {(name, column) for name, column, _ in LISTS} >= {
        (link.table, link.column) for link in LINKS if link.separator
    }


@pytest.mark.parametrize(
    ("name", "column"),
    [("evidence", "speaker_id"), ("effects", "milestone_ids"), ("criteria", "source"), ("discrepancies", "passage_a")],
)
def test_a_column_of_keys_that_is_not_declared_is_named(name, column, monkeypatch):
    changed = copy.deepcopy(tables.package())
    (schema,) = [r["schema"] for r in changed["resources"] if r["name"] == name]
    schema["foreignKeys"] = (
        [key for key in schema["foreignKeys"] if key["fields"] != column] if "foreignKeys" in schema else []
    )
    for field in schema["fields"]:
        if field["name"] == column:
            field.pop("separator", None), field.pop("references", None)
    monkeypatch.setattr(tables, "package", lambda: changed)
    lines = [str(problem) for problem in declared.columns_of_keys_are_declared()]
    assert [line for line in lines if f"{name}.csv:1 [{column}]: expected a foreign key or a list" in line]


# --- ids in texts and locators ------------------------------------------------


@pytest.mark.parametrize(
    ("name", "column", "cell", "value"),
    [
        ("events", "note", "As in burton2006:9.9 and D01.", "burton2006:9.9"),
        ("events", "note", "See discrepancy D99.", "D99"),
        ("criteria", "summary", "york2006:T.1, york2006:T.999a", "york2006:T.999a"),
    ],
)
def test_an_id_that_does_not_exist_is_named_in_any_text(name, column, cell, value):
    assert found(declared.ids_in_texts_exist, {(name, column): cell}) == [
        f"{place(name, column)}: {value!r}: expected an id of a passage, a statement or a discrepancy"
    ]


def located() -> list[tuple[str, int, str]]:
    """Tables with a row that rests on one coded source alone: name, index of the row, source."""
    works, made = list(tables.table("sources")["bib_key"]), []
    for name in tables.names():
        if any(field.get("role") == "locator" for field in declared.fields(name)):
            rows = tables.table(name)
            alone = rows[rows["source"].isin(works) & rows["locator"].notna()]
            made += [(name, int(alone.index[0]), alone["source"].iloc[0])] if len(alone) else []
    return made


@pytest.mark.parametrize(("name", "index", "source"), located())
@pytest.mark.parametrize("cell", ["nobody:1.1", "Section 3"])
def test_a_locator_in_one_of_the_sources_that_is_no_id_is_named(name, index, source, cell, monkeypatch):
    changed = tables.table(name).astype(object)
    changed.loc[index, "locator"] = cell
    real = tables.table
    monkeypatch.setattr(tables, "table", lambda asked: changed if asked == name else real(asked))
    lines = [str(problem) for problem in declared.locators_of_the_five_sources_are_ids()]
    assert lines == [f"{declared.file(name)}:{index + 2} [locator]: {cell!r}: expected ids of {source}, divided by ';'"]
