"""What the data package declares of columns is checked in every column that declares it: a fault in each is named."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import pandas as pd
import pytest

from onrecord import declared, tables
from onrecord.problems import InputError

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


def with_cells(cells: Cells, row_of: tuple[str, str] | None = None) -> Callable[[str], pd.DataFrame]:
    """The tables as they are, with other values in some columns.

    They stand in the first filled cell of the column, or in the row where ``row_of`` (table, column) has its first.
    """
    changed: dict[str, pd.DataFrame] = {}
    for (name, column), value in cells.items():
        frame = changed.get(name, tables.table(name).astype(object))
        at = first_filled(*(row_of or (name, column)))
        changed[name] = frame if len(frame) else frame.reindex([0])
        changed[name].loc[at, column] = value
    real = tables.table
    return lambda asked: changed[asked].copy() if asked in changed else real(asked)


def found(rule: Callable[[], Iterator], cells: Cells, row_of: tuple[str, str] | None = None) -> list[str]:
    """What a rule says of the tables with other cells."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "table", with_cells(cells, row_of))
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
    lines = found(
        lambda: (p for p in declared.keys_exist([link.table])), {(link.table, link.column): f"{good};{BROKEN_KEY}"}
    )
    assert [line.split(": ")[1] for line in lines] == [repr(BROKEN_KEY)]


def test_a_reference_that_leads_nowhere_is_named(monkeypatch):
    for wrong in ("nope", {"fields": "work_id"}):
        monkeypatch.setattr(declared, "fields", lambda name, to=wrong: [{"name": "source", "references": to}])
        with pytest.raises(InputError, match=r"datapackage.json \[\w+.source\]: .*: expected \"references\" with"):
            list(declared.links())


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
    lines = found(lambda: declared.lists_are_clean([name]), {(name, column): cell})
    assert lines == [f"{place(name, column)}: {cell!r}: {expected}"]


def test_every_list_and_every_key_is_known_to_the_tests():
    """The package has the columns that the reviews of these tables found unchecked."""
    checked = {(link.table, link.column) for link in LINKS}
    assert checked >= {
        ("milestones", "source"),
        ("open_questions", "evidence_ids"),
        ("scorecard_parts", "evidence_ids"),
        ("mandate", "evidence_ids"),
        ("effects", "credited_by"),
        ("effect_topics", "other_topic_ids"),
        ("effects", "evidence_ids"),
        ("discrepancies", "passage_a"),
        ("sources", "errors"),
    }
    assert {(name, column) for name, column, _ in LISTS} >= {
        (link.table, link.column) for link in LINKS if link.separator
    }


@pytest.mark.parametrize(
    ("name", "column"),
    [("evidence", "speaker_id"), ("effects", "evidence_ids"), ("criteria", "source"), ("discrepancies", "passage_a")],
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


# --- dates --------------------------------------------------------------------

DATES = [(name, field["name"], field.get("precision")) for name, field in declared.columns_of("date")]
ENDS = [(name, f["name"], f["not_before"]) for name, f in declared.columns_of("date") if "not_before" in f]
YEARS = [(name, field["name"], field.get("year_of")) for name, field in declared.columns_of("year")]


@pytest.mark.parametrize(("name", "column", "precision"), DATES)
@pytest.mark.parametrize(
    ("value", "says", "expected"),
    [
        ("2031-02-30", "day", "expected a date that exists"),
        ("1998-13", "month", "expected a date that exists"),
        ("1897", "year", "expected a date from 1949-01-01 to 2026-12-31"),
        ("2027-01", "month", "expected a date from 1949-01-01 to 2026-12-31"),
        ("2005-02", "day", "expected a date to the day"),
        ("2005-02-03", "month", "expected a date to the month"),
        ("2005", "month", "expected a date to the month"),
        ("2005", None, "expected a precision in "),
    ],
)
def test_a_date_with_a_fault_is_named_in_every_column_of_dates(name, column, precision, value, says, expected):
    cells: Cells = {(name, column): value}
    if precision:
        cells[name, precision] = says
    elif "to the" in expected or says is None:
        expected = ""  # nothing says how precise it should be
    rule = declared.dates_exist_and_are_as_precise_as_they_say
    start = f"{place(name, column)}: {value!r}: "
    told = [line.removeprefix(start) for line in found(rule, cells, (name, column)) if line.startswith(start)]
    assert [line[: len(expected)] for line in told] == ([expected] if expected else [])


@pytest.mark.parametrize(("name", "column", "start"), ENDS)
def test_an_end_before_its_start_is_named(name, column, start):
    cells: Cells = {(name, start): "1998-05", (name, column): "1998-04-30"}
    assert found(declared.ends_do_not_come_before_starts, cells, (name, column)) == [
        f"{place(name, column)}: '1998-04-30': expected a date that is not before {start}, 1998-05"
    ]


def test_a_date_is_not_before_one_that_it_falls_into():
    for first, last, fits in (("2005", "2005-03", True), ("2005-03", "2005", True), ("2005-03-02", "2005-02", False)):
        assert (declared._days(last)[1] >= declared._days(first)[0]) == fits


@pytest.mark.parametrize(("name", "column", "of"), YEARS)
def test_a_year_with_a_fault_is_named_in_every_column_of_years(name, column, of):
    rule = declared.years_are_in_bounds_and_of_their_date
    assert found(rule, {(name, column): 1948}) == [f"{place(name, column)}: '1948': expected a year from 1949 to 2026"]
    other = found(rule, {(name, column): 1950})
    assert [line.startswith(f"{place(name, column)}: '1950': expected the year of {of}, ") for line in other] == (
        [True] if of else []
    )


@pytest.mark.parametrize(("name", "column"), [("comparators", "start"), ("events", "end_date"), ("criteria", "year")])
def test_a_column_of_dates_that_is_not_declared_is_named(name, column, monkeypatch):
    changed = copy.deepcopy(tables.package())
    for resource in changed["resources"]:
        for field in resource["schema"]["fields"]:
            if (resource["name"], field["name"]) == (name, column):
                role = field.pop("role")
    monkeypatch.setattr(tables, "package", lambda: changed)
    assert [str(problem) for problem in declared.columns_of_dates_are_declared()] == [
        f'{declared.file(name)}:1 [{column}]: expected "role": "{role}" in data/datapackage.json'
    ]


def test_the_dates_that_a_rule_by_names_would_miss_are_declared():
    assert {(name, column) for name, column, _ in DATES} >= {
        ("milestones", "in_force_date"),
        ("comparators", "start"),
        ("comparator_rounds", "end_date"),
        ("events", "end_date"),
        ("recommendation_status", "met_on"),
    }


# --- words for what is missing ------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        *("unknown", "not said", "not_said", "not_listed", "none_found", "n/a", "NA", "no_data", "not_determinable"),
        *("unclear", "undetermined", "?", "missing", "null", "not_in_part_seen", "not"),
    ],
)
def test_another_word_for_missing_is_named(word, monkeypatch):
    changed = copy.deepcopy(tables.package())
    for resource in changed["resources"]:
        for field in resource["schema"]["fields"]:
            if (resource["name"], field["name"]) == ("hearings", "affiliation_kind"):
                field["constraints"]["enum"].append(word)
    monkeypatch.setattr(tables, "package", lambda: changed)
    lines = [str(problem) for problem in declared.words_for_missing_are_of_the_scheme()]
    assert [line.split(": expected")[0] for line in lines] == [
        f"data/datapackage.json [hearings.affiliation_kind]: {word!r}"
    ]


@pytest.mark.parametrize("word", ["none", "notary", "nobody", "united", "normal", "north"])
def test_a_word_that_only_begins_like_one_for_missing_is_none(word):
    assert not declared._MISSING.fullmatch(word)


def test_a_finding_that_its_list_does_not_hold_is_named(monkeypatch):
    changed = copy.deepcopy(tables.package())
    changed["resources"][0]["schema"]["fields"][0]["not_missing"] = ["no_such"]
    monkeypatch.setattr(tables, "package", lambda: changed)
    lines = [str(problem) for problem in declared.words_for_missing_are_of_the_scheme()]
    assert len(lines) == 1 and "'no_such': expected a word of its closed list" in lines[0]


def test_the_words_of_the_first_edition_are_mapped():
    formerly = {w for cell in tables.table("missing_codes")["formerly"].dropna() for w in cell.split(";")}
    codes = set(tables.table("missing_codes")["code"])
    assert formerly | codes == {
        *("not_found", "not_seen", "not_stated", "not_said", "not_known", "not_listed", "not_determinable"),
        *("not_applicable", "none_found", "not_in_part_seen"),
    }
    assert tables.package()["missing"]["resource"] == "missing_codes"


# --- bytes --------------------------------------------------------------------


def doubled(raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True)
    return b"".join([*lines[:3], lines[2], *lines[3:]])


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda raw: b"\xef\xbb\xbf" + raw, ":1: expected UTF-8 without a byte order mark"),
        (lambda raw: raw.replace(b"\n", b"\r\n"), ":1: expected line feeds only"),
        (lambda raw: raw.replace(b"\n", b"\r\n", 2).replace(b"\r\n", b"\n", 1), ":2: expected line feeds only"),
        (lambda raw: raw[:-1], "expected one line feed at the end"),
        (lambda raw: raw + b"\n", "expected one line feed at the end"),
        (doubled, ":4: 'cn_united_front,"),
        (
            lambda raw: raw.replace(b"Foreign ministry,", b"Foreign ministry ,", 1),
            "expected no white space at the ends",
        ),
        (
            lambda raw: raw.replace(b"Foreign ministry,", b" Foreign ministry,", 1),
            "expected no white space at the ends",
        ),
        (lambda raw: raw.replace(b"Foreign ministry,", b'"Foreign\nministry",', 1), "expected a cell of one line"),
        (lambda raw: raw.replace(b"Foreign ministry,", b"=1+1,", 1), "'=1+1': expected no cell that a spreadsheet"),
        (lambda raw: raw.replace(b"Foreign ministry,", b"+x,", 1), "'+x': expected no cell that a spreadsheet"),
        (lambda raw: raw.replace(b"Foreign ministry,", b"-x,", 1), "'-x': expected no cell that a spreadsheet"),
        (lambda raw: raw.replace(b"Foreign ministry,", b"@x,", 1), "[short_label]: '@x': expected no cell that"),
    ],
)
def test_a_fault_in_the_bytes_of_a_table_is_named(spoil, expected, monkeypatch):
    real = tables.raw
    assert spoil(real("groups")) != real("groups")
    monkeypatch.setattr(tables, "raw", lambda name: spoil(real(name)) if name == "groups" else real(name))
    lines = [str(problem) for problem in declared.files_are_plain()]
    assert len(lines) == 1 and lines[0].startswith("data/groups.csv") and expected in lines[0]


@pytest.mark.parametrize("cell", ["-12.5", "+3", "0", "a=b", "x - y"])
def test_a_number_with_a_sign_is_no_formula(cell):
    assert declared._cell_fault(cell) is None


def test_git_keeps_line_feeds_on_every_machine():
    assert "* text=auto eol=lf" in (declared.ROOT / ".gitattributes").read_text("utf-8").splitlines()
