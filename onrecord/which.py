"""Everything that names a key: a fact, a row of a table, a quotation's statement, a work, a page, a table.

Whoever changes or renames something asks this first. Cells are compared whole or part by part, as the data package
declares them; pages, code, and cells that speak of a key, by whole words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from . import tables
from .declared import fields, file, parts
from .facts import DIGITS
from .paths import ADDRESSES, BIBLIOGRAPHY, DATA, MOVED, PACKAGE, PRESS_TERMS, QUOTES_LOCK, shown
from .people import text_files

_WRITTEN = {".md", ".py", ".yml", ".toml", ".cff", ".js"}
_OTHERS = (BIBLIOGRAPHY, ADDRESSES, QUOTES_LOCK, PACKAGE, MOVED, PRESS_TERMS)


class Use(NamedTuple):
    """A place that names a key: file, line as an editor shows it, and column of a table."""

    file: str
    row: int
    column: str | None
    text: str

    def __str__(self) -> str:
        column = "" if self.column is None else f" [{self.column}]"
        return f"{self.file}:{self.row}{column} {self.text}"


def is_plain(key: str) -> bool:
    """Whether a key looks like a word of a language, so that a text that has it need not mean it."""
    return bool(re.fullmatch(r"[A-Za-z]+(?:-[A-Za-z]+)*", key))


def in_tables(key: str) -> Iterator[Use]:
    """Every cell that is the key, or a list with it; also, of a key that is no plain word, a text that speaks of it."""
    word = as_word(key)
    for name in tables.names():
        if key[1:].encode() not in tables.raw(name):  # the first letter may be a capital
            continue
        keys = tables.table(name)[tables.primary_key(name)].astype(str)
        for field in fields(name):
            for row, part in parts(name, field["name"], field.get("separator")):
                if part == key or (not is_plain(key) and word.search(part)):
                    yield Use(file(name), row, field["name"], ", ".join(keys.loc[row - 2]))


def as_word(key: str) -> re.Pattern[str]:
    """A key that stands by itself, as it is, as code calls it, or in the forms in which a page prints a fact."""
    first = f"[{key[0]}{key[0].upper()}]" if key[0].isalpha() else re.escape(key[0])
    before = r"[\w:-]" if key.isidentifier() and not is_plain(key) else r"[\w:.-]"
    begins = rf"(?:(?<!{before})|(?<=\\[nt]))"  # in code a line may begin with it, after the sign of its end
    return re.compile(rf"{begins}{first}{re.escape(key[1:])}(?:{DIGITS})?(?![\w-]|[.:]\w)")


def written() -> Iterator[Path]:
    """The text files in which keys are named: pages, tables, code and what goes with them."""
    for path in text_files():
        if path.suffix in _WRITTEN or path in _OTHERS or (path.parent == DATA and path.suffix == ".csv"):
            yield path


def in_texts(key: str) -> Iterator[Use]:
    """Every line of a page, of the code, of the bibliography and its like that names the key as a word."""
    word = as_word(key)
    for path in written():
        text = path.read_text("utf-8") if path.parent != DATA or path == PACKAGE else ""
        if key[1:] in text:
            for number, line in enumerate(text.splitlines(), 1):
                found = word.search(line)
                if found:
                    yield Use(shown(path), number, None, around(line, found.start()))


def around(line: str, at: int, most: int = 90) -> str:
    """As much of a line as can be taken in at once, with the place in it."""
    start = max(0, min(at - most // 3, len(line) - most))
    return ("… " if start else "") + line[start : start + most].strip() + (" …" if start + most < len(line) else "")


def uses(key: str) -> list[Use]:
    """Every place that names a key, tables first."""
    return [*in_tables(key), *in_texts(key)] if key else []
