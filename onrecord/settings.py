"""What the book says of itself and how it is built, in files that are neither tables nor pages.

They can be broken like any other, and a build would say so late, in words of whatever reads them, or not at all: by a
configuration that is cut off in the middle a book is built without any of its checks.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from . import remembered
from .legible import cells
from .paths import CITATION, CODE, CONFIG, FONT_FILES, MOVED, PROJECT, REQUIRED, REQUIREMENTS, TOC, shown
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


Key = tuple[tuple[str, ...], int]  # a key of a YAML file, after those it stands under, and its line


def _keys(path: Path) -> list[Key]:
    import yaml

    return list(_keys_in(yaml.compose(path.read_text("utf-8")), ()))


def _keys_in(node: Any, above: tuple[str, ...]) -> Iterator[Key]:
    for part in getattr(node, "value", None) or ():
        if isinstance(part, tuple):
            key, value = part
            yield (*above, str(key.value)), key.start_mark.line + 1
            yield from _keys_in(value, (*above, str(key.value)))
        elif not isinstance(part, str):
            yield from _keys_in(part, above)


def _row(path: Path, *keys: str) -> int | None:
    """The line of a key, which is the first of several."""
    return next((row for found, row in _keys(path) if found == keys), None)


def _of_yaml(path: Path, entries: Iterable[Entry]) -> Iterator[Problem]:
    try:
        told = parse_yaml(path, path.read_text("utf-8"))
    except InputError as error:
        yield from error.problems
        return
    for entry in entries:
        value = _under(told, entry.keys)
        if not entry.right(value):
            row = _row(path, *entry.keys.split("."))
            yield Problem(shown(path), entry.expected, row, entry.keys, None if value is None else str(value))


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


def _misspelt(path: Path, known: Callable[[tuple[str, ...]], Collection[str]]) -> Iterator[Problem]:
    """Keys that are not ``known`` under those above them; where none is known any may stand."""
    for keys, row in _keys(path):
        among = known(keys[:-1])
        if among and keys[-1] not in among:
            near = get_close_matches(keys[-1], among, 1) or [", ".join(sorted(among))]
            yield Problem(shown(path), f"expected {near[0]}", row, ".".join(keys[:-1]) or None, keys[-1])


def _of_config(path: Path) -> Iterator[Problem]:
    """What a build asks of the configuration; and that Jupyter Book knows every setting, and its kind of value."""
    problems = list(_of_yaml(path, _CONFIG))
    yield from problems
    if problems:
        return
    import jsonschema
    import yaml

    own = resources.files("jupyter_book")
    schema = json.loads((own / "config_schema.json").read_text("utf-8"))
    default = yaml.safe_load((own / "default_config.yml").read_text("utf-8"))

    def known(above: tuple[str, ...]) -> set[str]:
        said, given = schema, default
        for key in above:
            said, given = said.get("properties", {}).get(key, {}), (given or {}).get(key)
        return {*said.get("properties", {}), *(given if isinstance(given, dict) else {})}

    yield from _misspelt(path, known)
    told = yaml.safe_load(path.read_text("utf-8"))
    for error in jsonschema.Draft7Validator(schema).iter_errors(told):
        keys = ".".join(str(key) for key in error.path)
        kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        row = _row(path, *map(str, error.path))
        yield Problem(shown(path), f"expected {' or '.join(map(str, kinds))}", row, keys, str(error.instance))


def _of_contents(path: Path) -> Iterator[Problem]:
    """What reads the table of contents can read it, and knows every key."""
    from sphinx_external_toc.parsing import (
        FILE_FORMAT_KEY,
        FILE_FORMATS,
        FILE_KEY,
        ROOT_KEY,
        TOCTREE_OPTIONS,
        URL_KEY,
        MalformedError,
        parse_toc_data,
    )

    told = parse_yaml(path, path.read_text("utf-8"))
    try:
        parse_toc_data(told)
        form = FILE_FORMATS[told[FILE_FORMAT_KEY]]
    except (MalformedError, KeyError) as error:
        yield Problem(shown(path), f"expected a table of contents ({error})")
        return
    among = (FILE_FORMAT_KEY, ROOT_KEY, FILE_KEY, URL_KEY, "title", *TOCTREE_OPTIONS)
    yield from _misspelt(path, lambda above: {*among, form.default_items_key, *form.subtrees_keys, *form.items_keys})


READERS: dict[Path, Callable[[Path], Iterator[Problem]]] = {
    CONFIG: _of_config,
    TOC: _of_contents,
    CITATION: partial(_of_yaml, entries=_CITATION),
    MOVED: _of_moves,
    PROJECT: _of_toml,
    REQUIREMENTS: _of_pins,
}


def check_settings() -> list[Problem]:
    """Every file of settings: that it can be read, and says what a build asks of it."""
    unreadable = [problem for path in (*READERS, REQUIRED) for problem in check_text(path)]
    return unreadable or once(_settings_are_right, remembered.of_files([*READERS, REQUIRED, CODE / "settings.py"], ""))


def _settings_are_right() -> list[Problem]:
    return [problem for path, reader in READERS.items() for problem in reader(path)]


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
