"""What the book says of itself and how it is built, in files that are neither tables nor pages.

They can be broken like any other, and a build would say so late, in words of whatever reads them, or not at all: by a
configuration that is cut off in the middle a book is built without any of its checks.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from . import remembered
from .legible import cells
from .paths import CITATION, CONFIG, FONT_FILES, MOVED, PROJECT, REQUIRED, REQUIREMENTS, shown
from .problems import InputError, Problem, parse_yaml
from .rules import once
from .written import check_text

MOVES = ["from", "to", "why"]  # the columns of moved.csv
EXTENSION = "onrecord.book"


class Entry(NamedTuple):
    """What a file of settings must say under a key, or keys with points: what is expected, and whether a value is."""

    keys: str
    expected: str
    right: Callable[[Any], bool]


def _under(told: Any, keys: str) -> Any:
    for key in keys.split("."):
        told = told.get(key) if isinstance(told, dict) else None
    return told


def _words(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _all(right: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(map(right, value))


_CONFIG = (
    Entry("title", "expected the title of the book", _words),
    Entry("author", "expected who made the book", _words),
    Entry("only_build_toc_files", "expected true", lambda value: value is True),
    Entry("bibtex_bibfiles", "expected [references.bib]", lambda value: value == ["references.bib"]),
    Entry("execute.allow_errors", "expected false", lambda value: value is False),
    Entry("sphinx.extra_extensions", f"expected [{EXTENSION}]", lambda value: value == [EXTENSION]),
    Entry("sphinx.config.nb_execution_raise_on_error", "expected true", lambda value: value is True),
)
_CITATION = (
    Entry("title", "expected the title of the book", _words),
    Entry("version", "expected a version", _words),
    Entry("date-released", "expected a day, YYYY-MM-DD", lambda value: type(value) is date),
    Entry("keywords", "expected a list of words", _all(_words)),
    Entry("authors", "expected a list, each with a name", _all(lambda one: _words(_under(one, "name")))),
)


def _of_yaml(path: Path, entries: Iterable[Entry]) -> Iterator[Problem]:
    try:
        told = parse_yaml(path, path.read_text("utf-8"))
    except InputError as error:
        yield from error.problems
        return
    for entry in entries:
        value = _under(told, entry.keys)
        if not entry.right(value):
            yield Problem(shown(path), entry.expected, None, entry.keys, None if value is None else str(value))


def _of_toml(path: Path) -> Iterator[Problem]:
    try:
        tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        row = re.search(r"at line (\d+)", str(error))
        yield Problem(shown(path), f"expected TOML ({error})", int(row[1]) if row else None)


def _of_moves(path: Path) -> Iterator[Problem]:
    """Where something went: each row has an old address, a new one and room for why, and no address moved twice."""
    header, *rows = cells(path.read_bytes())
    if header != MOVES:
        yield Problem(shown(path), f"expected the columns {', '.join(MOVES)}", 1, None, ",".join(header))
        return
    seen = set[str]()
    for number, row in enumerate(rows, start=2):
        if len(row) != len(MOVES) or not all(cell.strip() for cell in row[:2]):
            yield Problem(shown(path), "expected an old address, a new one, and why", number, None, ",".join(row))
        elif row[0] in seen or row[0] == row[1]:
            yield Problem(shown(path), "expected an address that moved once, to another", number, "from", row[0])
        seen.update(row[:1])


def _of_pins(path: Path) -> Iterator[Problem]:
    """Every package that the project asks for by name is pinned."""
    pinned = set(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==\S", path.read_text("utf-8"), re.M))
    for number, line in enumerate(REQUIRED.read_text("utf-8").splitlines(), start=1):
        name = re.match(r"[A-Za-z0-9._-]+", line)
        if name and name[0] not in pinned:
            expected = f"expected a pin of what {shown(REQUIRED)}:{number} asks for (make requirements)"
            yield Problem(shown(path), expected, value=name[0])


READERS: dict[Path, Callable[[Path], Iterator[Problem]]] = {
    CONFIG: partial(_of_yaml, entries=_CONFIG),
    CITATION: partial(_of_yaml, entries=_CITATION),
    MOVED: _of_moves,
    PROJECT: _of_toml,
    REQUIREMENTS: _of_pins,
}


def check_settings() -> list[Problem]:
    """Every file of settings: that it can be read, and says what a build asks of it."""
    unreadable = [problem for path in (*READERS, REQUIRED) for problem in check_text(path)]
    return unreadable or [problem for path, reader in READERS.items() for problem in reader(path)]


# --- fonts -------------------------------------------------------------------------


def check_fonts() -> list[Problem]:
    """Every font is there and whole; else its letters would be drawn in another, and nobody told."""
    missing = [Problem(shown(path), "expected this font of the book") for path in FONT_FILES if not path.is_file()]
    return missing or once(_fonts_are_whole, remembered.of_files(list(FONT_FILES), __name__))


def _fonts_are_whole() -> list[Problem]:
    from fontTools.ttLib import TTFont, TTLibError

    problems = []
    for path in FONT_FILES:
        try:
            with TTFont(path, checkChecksums=2) as font:
                for tag in font.reader.keys():  # noqa: SIM118 - no mapping: what reads one table after the other
                    font.reader[tag]
        except (TTLibError, AssertionError, OSError, ValueError):
            problems.append(Problem(shown(path), f"expected a font that is whole (git checkout {shown(path)})"))
    return problems
