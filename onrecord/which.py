"""Everything that names a key: a fact, a row of a table, a quotation's statement, a work, a page, a table.

Whoever changes or renames something asks this first. Cells are compared whole or part by part, as the data package
declares them; pages and code by whole words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from . import tables
from .declared import fields, file
from .facts import DIGITS
from .paths import ADDRESSES, BIBLIOGRAPHY, shown
from .people import text_files

_WRITTEN = {".md", ".py", ".yml", ".toml", ".cff", ".js"}


class Use(NamedTuple):
    """A place that names a key: file, line as an editor shows it, and column of a table."""

    file: str
    row: int
    column: str | None
    text: str

    def __str__(self) -> str:
        column = "" if self.column is None else f" [{self.column}]"
        return f"{self.file}:{self.row}{column} {self.text}"


def _name_of(row: dict[str, object], name: str) -> str:
    """A row by its key, as far as the table has one."""
    return ", ".join(str(row[column]) for column in tables.primary_key(name))


def in_tables(key: str) -> Iterator[Use]:
    """Every cell that is the key, or a list with the key in it."""
    for name in tables.names():
        rows = tables.table(name).astype("string").fillna("")
        for field in fields(name):
            separator, column = field.get("separator"), rows[field["name"]]
            hit = (
                column.str.split(separator, regex=False).map(lambda parts: key in parts) if separator else column == key
            )
            for index in rows.index[hit]:
                yield Use(file(name), int(index) + 2, field["name"], _name_of(rows.loc[index].to_dict(), name))


def _as_word(key: str) -> re.Pattern[str]:
    """A key that stands by itself, as it is or in the forms in which a page prints a fact."""
    first = f"[{key[0]}{key[0].upper()}]" if key[0].isalpha() else re.escape(key[0])
    return re.compile(rf"(?<![\w:.-]){first}{re.escape(key[1:])}(?:{DIGITS})?(?![\w-]|[.:]\w)")


def in_texts(key: str) -> Iterator[Use]:
    """Every line of a page, of the code, or of the bibliography that names the key as a word."""
    word = _as_word(key)
    for path in text_files():
        if path.suffix in _WRITTEN or path in (BIBLIOGRAPHY, ADDRESSES):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                found = word.search(line)
                if found:
                    yield Use(shown(path), number, None, _around(line, found.start()))


def _around(line: str, at: int, most: int = 90) -> str:
    """As much of a line as can be taken in at once, with the place in it."""
    start = max(0, min(at - most // 3, len(line) - most))
    return ("… " if start else "") + line[start : start + most].strip() + (" …" if start + most < len(line) else "")


def uses(key: str) -> list[Use]:
    """Every place that names a key, tables first."""
    return [*in_tables(key), *in_texts(key)] if key else []
