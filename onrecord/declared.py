"""What the data package itself declares of columns beyond types, and the rules that hold every table to it.

Beside what Table Schema knows, a field of ``data/datapackage.json`` may have

``separator``   the cell is a list: its parts are divided by this character, without room around it
``references``  each part is a key: ``{"resource": table, "fields": column}``, as in a foreign key, or
                ``{"folder": name}``, the names of the pages in a folder
``role``        ``locator``: where in the work that the row's ``source`` names

The rules are generic: a column is checked because of what the package says of it, never because of its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from . import tables
from .paths import BIBLIOGRAPHY, DATA, ROOT, shown
from .problems import Problem


class Link(NamedTuple):
    """A column whose cells, or their parts, are keys of something else."""

    table: str
    column: str
    separator: str | None  # None: the cell is one key
    target: str  # name of a table, or of a folder of pages
    target_column: str | None  # None: a folder of pages


def file(name: str) -> str:
    """The file of a table, as messages name it."""
    return shown(DATA / tables.resource(name)["path"])


def fields(name: str) -> list[dict[str, Any]]:
    """The fields of a table, as the package describes them."""
    return tables.resource(name)["schema"]["fields"]


def lists() -> Iterator[tuple[str, str, str]]:
    """Every list column: table, column, separator."""
    for name in tables.names():
        for field in fields(name):
            if "separator" in field:
                yield name, field["name"], field["separator"]


def links() -> Iterator[Link]:
    """Every column of keys: foreign keys first, then list columns that name what their parts are."""
    for name in tables.names():
        for key in tables.resource(name)["schema"].get("foreignKeys", []):
            to = key["reference"]
            yield Link(name, key["fields"], None, to["resource"] or name, to["fields"])
        for field in fields(name):
            to = field.get("references")
            if to:
                target = to.get("resource") or to["folder"]
                yield Link(name, field["name"], field["separator"], target, to.get("fields"))


def parts(name: str, column: str, separator: str | None) -> Iterator[tuple[int, str]]:
    """Row of the file and text of every part of every cell that is not empty."""
    for index, cell in tables.table(name)[column].dropna().astype(str).items():
        for part in [cell] if separator is None else cell.split(separator):
            yield int(index) + 2, part


@cache
def works() -> frozenset[str]:
    """Keys of all entries of ``references.bib``."""
    from pybtex.database import parse_file

    return frozenset(parse_file(BIBLIOGRAPHY.as_posix()).entries)


def known(link: Link) -> tuple[set[str], str]:
    """The keys that a column may name, and where they stand."""
    if link.target == "works":
        return set(works()), shown(BIBLIOGRAPHY)
    if link.target_column is None:
        return {path.stem for path in (ROOT / link.target).glob("*.md")}, f"{link.target}/"
    return set(tables.table(link.target)[link.target_column].dropna().astype(str)), file(link.target)


def works_named() -> Iterator[str]:
    """Every work that a table names as a source."""
    for link in links():
        if link.target == "works":
            yield from (part for _, part in parts(link.table, link.column, link.separator))


def keys_exist(columns: Iterable[Link] | None = None) -> Iterator[Problem]:
    """Every foreign key, and every part of a list of keys, stands in the table that the package names."""
    for link in links() if columns is None else columns:
        keys, place = known(link)
        for row, part in parts(link.table, link.column, link.separator):
            if part.strip() and part.strip() not in keys:
                what = f" [{link.target_column}]" if link.target_column and link.target != "works" else ""
                yield Problem(file(link.table), f"expected a key of {place}{what}", row, link.column, part)


def lists_are_clean(columns: Iterable[tuple[str, str, str]] | None = None) -> Iterator[Problem]:
    """A list has no empty part, no part twice, and no room around its separators."""
    for name, column, separator in lists() if columns is None else columns:
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
    keys: dict[str, set[str]] = {"works": set(works())}
    for name in tables.names():
        key = tables.resource(name)["schema"]["primaryKey"]
        if isinstance(key, str) and next(f for f in fields(name) if f["name"] == key)["type"] == "string":
            keys[name] = set(tables.table(name)[key].astype(str))
    for name in tables.names():
        for field in fields(name):
            found = {p.strip() for _, p in parts(name, field["name"], ";")}
            if found and _is_free_text(name, field, linked):
                for target in [t for t, values in keys.items() if t != name and found <= values]:
                    expected = f"expected a foreign key or a list that references {target} in {shown(tables.PACKAGE)}"
                    yield Problem(file(name), expected, 1, field["name"])


def _ids() -> dict[str, set[str]]:
    """By source: ids of its sections, passages and statements."""
    found: dict[str, set[str]] = {}
    for name, column in (("sections", "section_id"), ("passages", "passage_id"), ("evidence", "evidence_id")):
        for value in tables.table(name)[column].astype(str):
            found.setdefault(value.split(":")[0], set()).add(value)
    return found


def ids_in_texts_exist() -> Iterator[Problem]:
    """An id of a section, passage, statement or discrepancy exists wherever a cell mentions it."""
    ids, ledger = _ids(), set(tables.table("discrepancies")["discrepancy_id"].astype(str))
    passage = re.compile(rf"\b(?P<source>{'|'.join(map(re.escape, ids))}):[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)?")
    entry = re.compile(r"\bD\d\d[a-z]?\b")
    for name in tables.names():
        for field in [f for f in fields(name) if f["type"] == "string"]:
            for index, cell in tables.table(name)[field["name"]].dropna().astype(str).items():
                broken = [m.group() for m in passage.finditer(cell) if m.group() not in ids[m["source"]]]
                broken += [m.group() for m in entry.finditer(cell) if m.group() not in ledger]
                for value in broken:
                    expected = "expected an id of a passage, a statement or a discrepancy"
                    yield Problem(file(name), expected, int(index) + 2, field["name"], value)


def locators_of_the_five_sources_are_ids() -> Iterator[Problem]:
    """Where a row rests on one of the coded sources alone, its locator is ids of that source, divided by semicolons."""
    ids = _ids()
    by_work = dict(tables.table("sources")[["bib_key", "source_id"]].astype(str).itertuples(index=False))
    for name in tables.names():
        for column in [f["name"] for f in fields(name) if f.get("role") == "locator"]:
            rows = tables.table(name)
            alone = rows[rows["source"].isin(list(by_work)) & rows[column].notna()]
            for index, source, cell in alone[["source", column]].astype(str).itertuples():
                for part in [p for p in cell.split(";") if p not in ids[by_work[source]]]:
                    expected = f"expected ids of {by_work[source]}, divided by ';'"
                    yield Problem(file(name), expected, int(index) + 2, column, part)


RULES: list[Callable[[], Iterator[Problem]]] = [
    keys_exist,
    lists_are_clean,
    columns_of_keys_are_declared,
    ids_in_texts_exist,
    locators_of_the_five_sources_are_ids,
]
