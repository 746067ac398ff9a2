"""Tables that a command makes from others: what each would be if it were made now.

The data package marks such a table with ``"role": "derived"`` and names the command in ``made_by``. The others are
written by hand. A rule or a test makes each again and compares the bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from . import declared, derived_shares, passages, quotes, tables, works
from .legible import first_change
from .paths import shown
from .problems import Problem
from .tables import file_of, names, resource


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _facts() -> bytes:
    from . import recount  # computes every number of the book

    return _csv(recount.compute())


def _passages(folder: Path) -> bytes:
    """Passages of the texts in a folder; those of a text that is not there stay as they are."""
    plans, (texts, _) = passages.outline(), quotes.source_folder(folder)
    kept = pd.read_csv(file_of("passages"), dtype=str).groupby("source_id")
    return _csv(pd.concat([passages.segment(i, texts[i]) if i in texts else kept.get_group(i) for i in plans]))


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


def write(name: str, made: bytes) -> int:
    """Write a table; how many rows it has."""
    file_of(name).write_bytes(made)
    return len(pd.read_csv(file_of(name), dtype=str))


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
        yield Problem(shown(file_of("passages")), expected, moved[0].Index + 2, "passage_id", moved[0].passage_id)


def changed(name: str, made: bytes) -> Iterator[Problem]:
    """The first line of a table that is not what its command makes now, and the cell where it is one."""
    there = tables.raw(name).decode("utf-8", "replace")
    change = first_change(made.decode(), there)
    if change:
        line, wanted, found = change
        header, now, then = csv.reader([there.partition("\n")[0], wanted or "", found or ""])
        cells = [at for at, (a, b) in enumerate(zip(now, then, strict=False)) if a != b]
        column = None
        if len(cells) == 1 and len(header) == len(now) == len(then):
            column, wanted, found = header[cells[0]], now[cells[0]], then[cells[0]]
        expected = "expected no further row" if wanted is None else f"expected {wanted!r}"
        yield Problem(shown(file_of(name)), f"{expected} ({derived()[name]})", line, column, found)


def check_numbers() -> list[Problem]:
    """What is wrong with a published number, or where it is printed; else the first line that is not as it is made."""
    from . import recount  # computes every number of the book

    problems = recount.check_facts() + recount.check_printed()
    return problems or list(changed("facts", MADE["facts"]()))


def works_are_those_of_the_bibliography() -> Iterator[Problem]:
    """The table of works is what ``references.bib`` gives."""
    yield from changed("works", MADE["works"]())
