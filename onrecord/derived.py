"""Tables that a command makes from others: what each would be if it were made now.

The data package marks such a table with ``"role": "derived"`` and names the command in ``made_by``. The others are
written by hand. A rule or a test makes each again and compares the bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from . import declared, derived_shares, passages, tables, works
from .paths import DATA, shown
from .problems import Problem
from .tables import names, resource


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _facts() -> bytes:
    from . import recount  # computes every number of the book

    return _csv(recount.compute())


def _passages(folder: Path) -> bytes:
    return _csv(pd.concat([passages.segment(i, passages.read_source(folder, i)) for i in passages.outline()]))


def _sections(folder: Path) -> bytes:
    return _csv(pd.concat([passages.sections(i) for i in passages.outline()]))


def _import_shares(folder: Path) -> bytes:
    return _csv(derived_shares.make(folder))


# How each is made: from the project alone, and from the texts of the sources in a folder.
MADE: dict[str, Callable[[], bytes]] = {"works": works.as_bytes, "facts": _facts}
MADE_FROM_TEXTS: dict[str, Callable[[Path], bytes]] = {
    "passages": _passages,
    "sections": _sections,
}

# And from an extract of trade data that is not part of the project.
MADE_FROM_EXTRACT: dict[str, Callable[[Path], bytes]] = {"import_shares": _import_shares}


def derived() -> dict[str, str]:
    """Every table that the package marks as derived, with the command that makes it."""
    return {name: resource(name)["made_by"] for name in names() if resource(name).get("role") == "derived"}


def path(name: str) -> Path:
    """The file of a table."""
    return DATA / resource(name)["path"]


def write(name: str, made: bytes) -> int:
    """Write a table; how many rows it has."""
    path(name).write_bytes(made)
    return len(pd.read_csv(path(name), dtype=str))


def renumbered(made: bytes) -> Iterator[Problem]:
    """The first passage that a table names and that would have other words in passages made anew, or be gone."""
    links = [link for link in declared.links() if link.target == "passages"]
    named = {part for link in links for _, part in declared.parts(link.table, link.column, link.separator)}
    now = pd.read_csv(io.BytesIO(made), dtype=str).set_index("passage_id")["words_sha256"]
    then = tables.table("passages")
    differ = [row for row in then.itertuples() if now.get(row.passage_id) != row.words_sha256]
    moved = [row for row in differ if row.passage_id in named]
    if moved:
        others = f", and those of {len(moved) - 1} more" if len(moved) > 1 else ""
        expected = f"expected the words on which other tables rest{others} (--renumber cuts all the same)"
        yield Problem(shown(path("passages")), expected, moved[0].Index + 2, "passage_id", moved[0].passage_id)


def changed(name: str, made: bytes) -> Iterator[Problem]:
    """The first line of a table that is not what its command makes now."""
    now, then = made.decode().split("\n"), tables.raw(name).decode().split("\n")
    if now != then:
        at = next((i for i, (a, b) in enumerate(zip(now, then, strict=False)) if a != b), min(len(now), len(then)))
        expected = f"expected {now[at]!r}" if at < len(now) else "expected no further row"
        found = then[at] if at < len(then) else None
        yield Problem(shown(path(name)), f"{expected} ({derived()[name]})", at + 1, None, found)


def works_are_those_of_the_bibliography() -> Iterator[Problem]:
    """The table of works is what ``references.bib`` gives."""
    yield from changed("works", MADE["works"]())
