"""What the data package itself declares of columns beyond types, and the rules that hold every table to it.

Beside what Table Schema knows, a field of ``data/datapackage.json`` may have

``separator``   the cell is a list: its parts are divided by this character, without room around it
``references``  each part is a key: ``{"resource": table, "fields": column}``, as in a foreign key, or
                ``{"folder": name}``, the names of the pages in a folder
``role``        ``locator``: where in the work that the row's ``source`` names;
                ``date``: a year, a month or a day; ``year``: a year as a whole number
``precision``   of a date: the column that says how precisely it is known, or null where its length alone says so
``not_before``  of a date: the column of the row with the date that cannot be later
``year_of``     of a year: the column of the row with the date whose year it is
``not_missing`` words of a closed list that begin like a word for a missing value and are findings

The rules are generic: a column is checked because of what the package says of it, never because of its name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

import pandas as pd

from . import tables
from .files import as_csv
from .legible import FORMULA, LONGEST, byte_fault, cells, first_change, markup, odd_character, unpaired
from .paths import ROOT, shown
from .problems import InputError, Problem

# Nothing that the sources or their dossiers date lies outside these years.
BOUNDS = ("1949-01-01", "2026-12-31")
_LENGTHS = {"year": 4, "month": 7, "day": 10}
_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"


class Link(NamedTuple):
    """A column whose cells, or their parts, are keys of something else."""

    table: str
    column: str
    separator: str | None  # None: the cell is one key
    target: str  # name of a table, or of a folder of pages
    target_column: str | None  # None: a folder of pages


def file(name: str) -> str:
    """The file of a table, as messages name it."""
    return shown(tables.file_of(name))


def fields(name: str) -> list[dict[str, Any]]:
    """The fields of a table, as the package describes them."""
    return tables.resource(name)["schema"]["fields"]


Only = Collection[str] | None  # tables to look at; None: all of them


def _of(only: Only) -> Collection[str]:
    return tables.names() if only is None else only


def lists(only: Only = None) -> Iterator[tuple[str, str, str]]:
    """Every list column: table, column, separator."""
    for name in _of(only):
        for field in fields(name):
            if "separator" in field:
                yield name, field["name"], field["separator"]


def links(only: Only = None) -> Iterator[Link]:
    """Every column of keys: foreign keys first, then list columns that name what their parts are."""
    for name in _of(only):
        for key in tables.resource(name)["schema"].get("foreignKeys", []):
            to = key["reference"]
            yield Link(name, key["fields"], None, to["resource"] or name, to["fields"])
        for field in fields(name):
            to = field.get("references")
            if to:
                target = isinstance(to, dict) and (to.get("resource") or to.get("folder"))
                if not target:
                    expected = 'expected "references" with a resource and its fields, or a folder'
                    raise InputError(Problem(shown(tables.PACKAGE), expected, None, f"{name}.{field['name']}", str(to)))
                yield Link(name, field["name"], field["separator"], target, to.get("fields"))


def divided(cell: str, separator: str | None) -> list[str]:
    """The keys of a cell: one, or several that a separator divides."""
    return [cell] if separator is None else cell.split(separator)


def parts(name: str, column: str, separator: str | None) -> Iterator[tuple[int, str]]:
    """Row of the file and text of every part of every cell that is not empty."""
    for index, cell in tables.table(name)[column].dropna().astype(str).items():
        for part in divided(cell, separator):
            yield int(index) + 2, part


def known(link: Link) -> tuple[set[str], str]:
    """The keys that a column may name, and where they stand."""
    if link.target_column is None:
        return {path.stem for path in (ROOT / link.target).glob("*.md")}, f"{link.target}/"
    return set(tables.table(link.target)[link.target_column].dropna().astype(str)), file(link.target)


def works_named() -> Iterator[str]:
    """Every work that a table names as a source."""
    for link in links():
        if link.target == "works":
            yield from (part for _, part in parts(link.table, link.column, link.separator))


def keys_exist(only: Only = None) -> Iterator[Problem]:
    """Every foreign key, and every part of a list of keys, stands in the table that the package names."""
    for link in links(only):
        keys, place = known(link)
        for row, part in parts(link.table, link.column, link.separator):
            if part.strip() and part.strip() not in keys:
                what = f" [{link.target_column}]" if link.target_column else ""
                yield Problem(file(link.table), f"expected a key of {place}{what}", row, link.column, part)


def lists_are_clean(only: Only = None) -> Iterator[Problem]:
    """A list has no empty part, no part twice, and no room around its separators."""
    for name, column, separator in lists(only):
        for index, cell in tables.table(name)[column].dropna().astype(str).items():
            found = cell.split(separator)
            if not all(part.strip() for part in found):
                expected = f"expected no empty part between {separator!r}"
            elif any(part != part.strip() for part in found):
                expected = f"expected parts divided by {separator!r} without room around them"
            elif len(set(found)) < len(found):
                expected = "expected no part twice"
            else:
                continue
            yield Problem(file(name), expected, int(index) + 2, column, cell)


def _is_free_text(name: str, field: dict[str, Any], linked: set[tuple[str, str]]) -> bool:
    """Whether nothing is declared that would say what the cells of a column may be."""
    key = tables.resource(name)["schema"]["primaryKey"]
    declared = "separator" in field or "enum" in field.get("constraints", {}) or (name, field["name"]) in linked
    return field["type"] == "string" and not declared and field["name"] != key


def columns_of_keys_are_declared() -> Iterator[Problem]:
    """A column whose every cell is made of keys of one table is declared as a foreign key or a list of keys."""
    linked = {(link.table, link.column) for link in links()}
    keys: dict[str, set[str]] = {}
    for name in tables.names():
        key = tables.resource(name)["schema"]["primaryKey"]
        if isinstance(key, str) and next(f for f in fields(name) if f["name"] == key)["type"] == "string":
            keys[name] = set(tables.table(name)[key].astype(str))
    for name in tables.names():
        for field in [field for field in fields(name) if _is_free_text(name, field, linked)]:
            found = {p.strip() for _, p in parts(name, field["name"], ";")}
            for target in [t for t, values in keys.items() if found and t != name and found <= values]:
                expected = f"expected a foreign key or a list that references {target} in {shown(tables.PACKAGE)}"
                yield Problem(file(name), expected, 1, field["name"])


def _ids() -> dict[str, set[str]]:
    """By source: ids of its sections, passages and statements."""
    found: dict[str, set[str]] = {}
    for name, column in (("sections", "section_id"), ("passages", "passage_id"), ("evidence", "evidence_id")):
        for value in tables.table(name)[column].astype(str):
            found.setdefault(value.split(":")[0], set()).add(value)
    return found


def ids_in_texts_exist(only: Only = None) -> Iterator[Problem]:
    """An id of a section, passage, statement or discrepancy exists wherever a cell mentions it."""
    ids, ledger = _ids(), set(tables.table("discrepancies")["discrepancy_id"].astype(str))
    passage = re.compile(rf"\b(?P<source>{'|'.join(map(re.escape, ids))}):[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)?")
    entry = re.compile(r"\bD\d\d[a-z]?\b")
    for name in _of(only):
        frame = tables.table(name)
        for column in [f["name"] for f in fields(name) if f["type"] == "string"]:
            cells = frame[column].dropna().astype(str)
            whole = "\n".join(cells)
            if not passage.search(whole) and not entry.search(whole):
                continue
            for index, cell in cells.items():
                broken = [m.group() for m in passage.finditer(cell) if m.group() not in ids[m["source"]]]
                broken += [m.group() for m in entry.finditer(cell) if m.group() not in ledger]
                for value in broken:
                    expected = "expected an id of a passage, a statement or a discrepancy"
                    yield Problem(file(name), expected, int(index) + 2, column, value)


def locators_of_the_five_sources_are_ids(only: Only = None) -> Iterator[Problem]:
    """Where a row rests on one of the coded sources alone, its locator is ids of that source, divided by semicolons."""
    ids = _ids()
    by_work = dict(tables.table("sources")[["bib_key", "source_id"]].astype(str).itertuples(index=False))
    for name in _of(only):
        for column in [f["name"] for f in fields(name) if f.get("role") == "locator"]:
            rows = tables.table(name)
            alone = rows[rows["source"].isin(list(by_work)) & rows[column].notna()]
            for index, source, cell in alone[["source", column]].astype(str).itertuples():
                for part in [p for p in cell.split(";") if p not in ids[by_work[source]]]:
                    expected = f"expected ids of {by_work[source]}, divided by ';'"
                    yield Problem(file(name), expected, int(index) + 2, column, part)


def locators_say_where(only: Only = None) -> Iterator[Problem]:
    """Each row says where in its source, or which place was not seen; that there is none, only if it names no source.

    A cell with a word for what is missing has a part for each source, so that it is clear which place it is.
    """
    codes = set(tables.table("missing_codes")["code"])
    for name, field in columns_of("locator", only):
        cells = tables.table(name)[[field["name"], "source"]].astype(object)
        for index, cell, source in cells.where(cells.notna(), "").itertuples():
            parts = cell.split("; ")
            words = codes & set(parts)
            if not cell:
                fault = "expected a place, or a word of missing_codes"
            elif not source and parts != ["not_applicable"]:
                fault = "expected not_applicable, since the row names no source"
            elif source and words - {"not_seen"}:
                fault = "expected a place, or not_seen, since the row names a source"
            elif source and words and cell != "not_seen" and len(parts) != len(source.split(";")):
                fault = "expected a part for each source, divided by '; '"
            else:
                continue
            yield Problem(file(name), fault, int(index) + 2, field["name"], cell or None)


def columns_of(role: str, only: Only = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every column with a role: table, field."""
    for name in _of(only):
        for field in fields(name):
            if field.get("role") == role:
                yield name, field


def date_fault(value: str, precision: str | None = None) -> str | None:
    """What is expected of a date that is not right by itself, or None. ``precision``: year, month, day or unknown."""
    try:
        early, late = tables.first_day(value), tables.last_day(value)
    except ValueError:
        return "expected a date that exists"
    if not pd.Timestamp(BOUNDS[0]) <= early <= late <= pd.Timestamp(BOUNDS[1]):
        return f"expected a date from {BOUNDS[0]} to {BOUNDS[1]}"
    if precision is not None and len(value) != _LENGTHS[precision]:
        return f"expected a date to the {precision}"
    return None


def dates_exist_and_are_as_precise_as_they_say(only: Only = None) -> Iterator[Problem]:
    """A date exists, lies between 1949 and 2026, and has the length of its precision; the two are given together."""
    for name, field in columns_of("date", only):
        frame, column, own = tables.table(name), field["name"], field.get("precision")
        precisions = frame[own].astype(object).where(frame[own].notna(), None) if own else [None] * len(frame)
        for row, (value, precision) in enumerate(zip(frame[column], precisions, strict=True), start=2):
            if not pd.isna(value):
                fault = date_fault(str(value), precision)
                if own and precision is None:
                    fault = f"expected a precision in {own}"
                if fault:
                    yield Problem(file(name), fault, row, column, value)


def ends_do_not_come_before_starts(only: Only = None) -> Iterator[Problem]:
    """What ends, or follows, is not earlier than what it follows: its last day is not before the other's first."""
    for name, field in columns_of("date", only):
        start = field.get("not_before")
        if start:
            both = tables.table(name)[[start, field["name"]]].dropna().astype(str)
            both = both[both.apply(lambda c: c.str.fullmatch(_DATE)).all(axis=1)]
            for index, first, last in both.itertuples():
                if _days(last)[1] < _days(first)[0]:
                    expected = f"expected a date that is not before {start}, {first}"
                    yield Problem(file(name), expected, int(index) + 2, field["name"], last)


def _days(date: str) -> tuple[str, str]:
    """The first and the last day that a date can mean, as text in order of time."""
    return (f"{date}-01-01"[:10] if len(date) == 4 else f"{date}-01"[:10], (date + "-99-99")[:10])


def years_are_in_bounds_and_of_their_date(only: Only = None) -> Iterator[Problem]:
    """A year lies between 1949 and 2026, and is that of the date beside it."""
    for name, field in columns_of("year", only):
        frame, of = tables.table(name), field.get("year_of")
        for index, year in frame[field["name"]].dropna().items():
            if not int(BOUNDS[0][:4]) <= int(year) <= int(BOUNDS[1][:4]):
                expected = f"expected a year from {BOUNDS[0][:4]} to {BOUNDS[1][:4]}"
                yield Problem(file(name), expected, int(index) + 2, field["name"], year)
            elif of and not str(frame.loc[index, of]).startswith(str(year)):
                expected = f"expected the year of {of}, {frame.loc[index, of]}"
                yield Problem(file(name), expected, int(index) + 2, field["name"], year)


def columns_of_dates_are_declared(only: Only = None) -> Iterator[Problem]:
    """A column that holds nothing but dates, or nothing but years, is declared as such."""
    first, last = (int(bound[:4]) for bound in BOUNDS)
    for name in _of(only):
        frame = tables.table(name)
        for field in [field for field in fields(name) if field.get("role") not in ("date", "year")]:
            cells = frame[field["name"]].dropna()
            if not len(cells):
                continue
            is_date = field["type"] == "string" and all(re.fullmatch(_DATE, str(cell)) for cell in cells)
            is_year = field["type"] == "integer" and cells.between(first, last).all() and cells.nunique() > 1
            if is_date or is_year:
                expected = f'expected "role": "{"date" if is_date else "year"}" in {shown(tables.PACKAGE)}'
                yield Problem(file(name), expected, 1, field["name"])


_MISSING = re.compile(
    r"(?:no|not|never|none(?=[ _])|un(?:known|clear|decid|determin|sure|stated|seen|specif|avail|record|said)\w*"
    r"|missing|nil|nan|null|n\.?/?a\.?|tbd|indetermina\w+|\?+|-+)(?:[ _].*)?",
    re.I,
)


def words_for_missing_are_of_the_scheme() -> Iterator[Problem]:
    """A closed list of words has no word for a missing value but those of ``missing_codes``."""
    scheme = list(tables.table("missing_codes")["code"])
    for name in tables.names():
        for field in fields(name):
            words, findings = field.get("constraints", {}).get("enum", []), field.get("not_missing", [])
            for word in [w for w in words if _MISSING.fullmatch(str(w)) and w not in [*scheme, *findings]]:
                expected = (
                    f'expected one of {", ".join(scheme)}, or the word among its "not_missing", if it is a finding'
                )
                yield Problem(shown(tables.PACKAGE), expected, None, f"{name}.{field['name']}", word)
            for word in [w for w in findings if w not in words]:
                expected = 'expected a word of its closed list in "not_missing"'
                yield Problem(shown(tables.PACKAGE), expected, None, f"{name}.{field['name']}", word)


_QUOTED = "expected a cell in a pair of quotation marks where it needs them, and only there"
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def _cell_fault(cell: str) -> str | None:
    if cell != cell.strip():
        return "expected no white space at the ends of a cell"
    if "\n" in cell:
        return "expected a cell of one line"
    if len(cell) > LONGEST:
        return f"expected a cell of at most {LONGEST:,} characters"
    if cell.startswith(FORMULA) and not _NUMBER.fullmatch(cell):
        return "expected no cell that a spreadsheet would take for a formula"
    return None


def _fault_of_text(cell: str) -> str | None:
    if markup(cell):
        return "expected words, and no markup of a browser"
    odd = odd_character(cell)
    return odd and f"expected letters of Latin or Chinese, digits and signs that are seen, found {odd}"


def _of_cells(name: str, header: list[str], rows: list[list[str]], doubtful: bool) -> Iterator[Problem]:
    """Rows that stand twice or are of another length than the header, and cells that are not plain.

    ``doubtful``: whether the file has a character or a tag, somewhere, that it should not have.
    """
    seen = set()
    for at, row in enumerate(rows, start=2):
        if tuple(row) in seen:
            yield Problem(file(name), "expected no row twice", at, None, ",".join(row))
        seen.add(tuple(row))
        named = list(zip(header, row, strict=False))
        faults = [(*one, _cell_fault(one[1]) or (_fault_of_text(one[1]) if doubtful else None)) for one in named]
        yield from (Problem(file(name), fault, at, column, cell) for column, cell, fault in faults if fault)
        if len(row) != len(header) and not any(fault for _, _, fault in faults):
            yield Problem(file(name), f"expected {len(header)} cells, found {len(row)}", at, None, ",".join(row))


def _as_written(name: str, raw: bytes, rows: list[list[str]]) -> Iterator[Problem]:
    """The first cell that is written otherwise than we write cells: in quotation marks that it does not need."""
    change = first_change(as_csv(rows), raw.decode())
    if change:
        line, made, there = change
        alike = next(at for at, (a, b) in enumerate(zip(f"{made}\n", f"{there}\n", strict=False)) if a != b)
        (before,) = csv.reader([f"{there}"[:alike] + "x"])
        at = len(before) - 1
        yield Problem(file(name), _QUOTED, line, rows[0][at], rows[line - 1][at])


def _not_plain(name: str) -> Iterator[Problem]:
    try:
        raw, wanted = tables.raw(name), [field["name"] for field in fields(name)]
    except InputError as error:
        yield from error.problems
        return
    fault = byte_fault(raw)
    if fault:
        yield Problem(file(name), *fault)
        return
    row = unpaired(raw)
    if row:
        yield Problem(file(name), _QUOTED, row)
        return
    header, *rows = cells(raw)
    if header != wanted:
        yield Problem(file(name), f"expected the columns {','.join(wanted)}", 1, None, ",".join(header))
        return
    text = raw.decode()
    found = list(_of_cells(name, header, rows, bool(odd_character(text) or markup(text))))
    yield from found or _as_written(name, raw, [header, *rows])


def files_are_plain(only: Only = None) -> Iterator[Problem]:
    """A table is UTF-8 with line feeds, written as we write CSV; no row stands twice, and a cell is plain text.

    Plain is a cell of one line, not padded, not a formula, without letters that look like others or are not seen.
    """
    for name in _of(only):
        yield from _not_plain(name)


# They look at each table by itself and at those that it names: of ``only`` some they say what is wrong in these.
EACH: list[Callable[..., Iterator[Problem]]] = [
    files_are_plain,
    keys_exist,
    lists_are_clean,
    ids_in_texts_exist,
    locators_of_the_five_sources_are_ids,
    locators_say_where,
    dates_exist_and_are_as_precise_as_they_say,
    ends_do_not_come_before_starts,
    years_are_in_bounds_and_of_their_date,
    columns_of_dates_are_declared,
]
RULES: list[Callable[..., Iterator[Problem]]] = [
    *EACH,
    columns_of_keys_are_declared,
    words_for_missing_are_of_the_scheme,
]
