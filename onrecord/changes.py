"""Changes of several files that are made together or not at all, and rows put into tables.

A table is changed line by line, so that every other line keeps its bytes.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from . import rules
from .declared import fields
from .files import as_csv, put_all
from .paths import shown
from .problems import InputError
from .tables import as_if, file_of, names

Row = dict[str, str]


class Changes(dict[Path, str]):
    """Texts of files as they will be, by path; a file that is not changed is read. :meth:`save` writes them all."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: dict[Path, Path] = {}  # files by the path that they will have, and where they are

    def __missing__(self, path: Path) -> str:
        return path.read_text("utf-8")

    def rows(self, name: str) -> list[Row]:
        """The rows of a table, cells as text."""
        return list(csv.DictReader(_lines(self[file_of(name)])))

    def insert(self, name: str, at: int, row: Mapping[str, str]) -> None:
        """Put a row into a table as its line ``at``; the header is line 1."""
        lines = _lines(self[file_of(name)])
        lines.insert(at - 1, _line(name, row))
        self[file_of(name)] = "".join(lines)

    def edit(self, name: str, other: Callable[[Row], Row]) -> None:
        """Give each row of a table the cells that ``other`` makes of it."""
        lines = _lines(self[file_of(name)])
        for at, row in enumerate(self.rows(name), start=1):
            new = other(row)
            if new != row:
                lines[at] = _line(name, new)
        self.sub(file_of(name), lambda text: "".join(lines))

    def sort(self, name: str, column: str) -> None:
        """Put the rows of a table in the order of a column."""
        head, *lines = _lines(self[file_of(name)])
        keys = [row[column] for row in self.rows(name)]
        self[file_of(name)] = head + "".join(line for _, line in sorted(zip(keys, lines, strict=True)))

    def sub(self, path: Path, other: Callable[[str], str]) -> None:
        """Give a file the text that ``other`` makes of it."""
        text = other(self[path])
        if text != self[path]:
            self[path] = text

    def move(self, old: Path, new: Path) -> None:
        """Give a file another path."""
        self[new] = self[old]
        self.pop(old, None)
        self.moved[new] = old

    def lines(self) -> Iterator[tuple[str, int, str]]:
        """Every line that will be another: file, line as an editor shows it now, and its new text."""
        for path, text in self.items():
            place = self.moved.get(path, path)
            before = place.read_text("utf-8").splitlines() if place.exists() else []
            now = text.splitlines()
            there = set(before) if len(before) != len(now) else set()
            for at, line in enumerate(now, start=1):
                if line not in there and (at > len(before) or line != before[at - 1]):
                    yield shown(place), at, line

    def check(self, but: Collection[rules.Rule] = ()) -> None:
        """InputError where the rules of the tables, ``but`` for some, would refuse the tables as they will be."""
        problems = rules.check_as_if(self.tables(), but)
        if problems:
            raise InputError(problems)

    def found(self, asked: Collection[rules.Rule]) -> list[str]:
        """What some rules would say of the tables as they will be, a line each."""
        with as_if(self.tables()):
            return [str(problem) for rule in asked for problem in rule()]

    def tables(self) -> dict[str, bytes]:
        """The bytes of every changed table, by its name."""
        return {name: self[file_of(name)].encode() for name in names() if file_of(name) in self}

    def save(self) -> None:
        """Write all files, and take away those that have another path."""
        put_all({path: text.encode() for path, text in self.items()})
        for path in self.moved.values():
            path.unlink()


def _lines(text: str) -> list[str]:
    """The lines of a text with their line feeds; no other character ends a line."""
    return io.StringIO(text, newline="\n").readlines()


def _line(name: str, row: Mapping[str, str]) -> str:
    return as_csv([[row.get(field["name"], "") for field in fields(name)]])


def count_words(changes: Changes | None = None) -> Changes:
    """The words of each source as its passages have them, page furniture left out."""
    changes, words = changes if changes is not None else Changes(), Counter[str]()
    for row in changes.rows("passages"):
        words[row["source_id"]] += int(row["words"]) * (row["kind"] != "furniture")
    changes.edit("sources", lambda row: row | {"words": str(words[row["source_id"]])})
    return changes


def line_after(rows: list[Row], order: Callable[[Row], object], row: Row) -> int:
    """The line for a new row: after the last one that does not come behind it by ``order``."""
    before = [line for line, other in enumerate(rows, start=2) if order(other) <= order(row)]  # type: ignore[operator]
    return max(before, default=1) + 1
