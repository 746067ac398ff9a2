"""Every table is edited in turn, and the site is held against one that is built from nothing.

``python tests/every_table.py --write`` takes about an hour and keeps what it found in ``tests/every_table.csv``: which
cell was changed, how many pages were read and written and how many notebooks run for it, how many of these ran though
they had neither opened the table nor print a number that moved, and how many files of the site were stale. Names of
tables after it try these alone. All is done in a copy.

In each table a word is added to a cell, or the cell gets what stands in another row, or two rows change places: such
that the rules are content, but for numbers that move, which are written anew, as after a change that somebody meant.
A clean build takes minutes, so that several tables are edited one after the other, each with a build of its own, before
the site is held against a clean one: a page that was left stale would be stale still, since tables that reach the same
pages are kept apart as far as they can be.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import project
from test_reproducible import digests

from onrecord import declared, facts, files, gates, tables
from onrecord.book.recorded import READ, WRITTEN, Record
from onrecord.files import as_csv
from onrecord.paths import shown

RESULTS = project.ROOT / "tests" / "every_table.csv"
HEAD = ["table", "line", "column", "pages_read", "pages_written", "notebooks_run", "needless", "stale"]
AT_ONCE = 9  # tables between two clean builds
WORD = "indeed"
COMPUTED = {"facts", "works"}  # made from the others: edited, they are refused


class Edit(NamedTuple):
    """A cell and what it says instead; no column: the row changes places with the next. Lines as an editor counts."""

    table: str
    line: int
    column: str
    cell: str


def edit_in(folder: Path, edit: Edit) -> None:
    """Make the change, in a copy."""
    rows, at = project.rows(edit.table, folder), edit.line - 2
    if edit.column:
        rows[at][edit.column] = edit.cell
    else:
        rows[at : at + 2] = reversed(rows[at : at + 2])
    project.write_rows(edit.table, rows, folder)


# --- which cell of a table can be changed ---------------------------------------------------------


def candidates(table: str) -> Iterator[Edit]:
    """A word more in the longest cells of text; what stands in another row; two rows that change places."""
    rows = project.rows(table, tables.DATA)
    texts = [field["name"] for field in declared.fields(table) if field["type"] == "string"]
    longest = {name: max(range(len(rows)), key=lambda at: len(rows[at][name])) for name in texts}
    for name in sorted(texts, key=lambda name: -len(rows[longest[name]][name])):
        cell = rows[longest[name]][name]
        if " " in cell:
            yield Edit(table, longest[name] + 2, name, f"{cell.removesuffix('.')} {WORD}{'.' * cell.endswith('.')}")
    for name in reversed(list(rows[0])):
        for at in range(1, len(rows)):
            if rows[at][name] != rows[at - 1][name]:
                yield Edit(table, at + 2, name, rows[at - 1][name])
                break
    yield Edit(table, len(rows), "", "")


def accepted_edit(table: str) -> Edit | None:
    """The first change with which the rules are content, in this very copy, or which moves nothing but numbers."""
    path = tables.file_of(table)
    before = path.read_bytes()
    for edit in candidates(table):
        edit_in(path.parent, edit)
        tables._forget()
        problems = gates.check()
        path.write_bytes(before)
        if {problem.file for problem in problems} <= {shown(facts.FILE)}:
            return edit
        print(edit, *problems[:2], sep="\n   ", file=sys.stderr)
    return None


# --- the builds ------------------------------------------------------------------------------------


def opened(page: str, folder: Path) -> set[str]:
    """The files of the project that the notebook of a page opened when it ran last."""
    kept = files.kept(folder / "_build" / "executed" / f"{page}.json")
    return set(json.loads(kept or b"{}")["read"])


def carry_out(edit: Edit, folder: Path) -> set[str]:
    """Edit a table of a copy, and write the numbers that move with it; the pages that print these."""
    before = {row["fact_id"]: row for row in project.rows("facts", folder / "data")}
    edit_in(folder / "data", edit)
    written = project.onrecord(folder, "facts", "--write")
    assert written.returncode == 0, project.said(written)
    moved = [row for row in project.rows("facts", folder / "data") if row != before.get(row["fact_id"])]
    return {page.removesuffix(".md") for row in moved for page in row["pages"].split(";")}


def edits_for(folder: Path, only: tuple[str, ...]) -> list[Edit]:
    """The changes that the package of a copy is content with."""
    chosen = project.run(folder, sys.executable, "tests/every_table.py", "--choose", *only)
    assert chosen.returncode == 0, project.said(chosen)[-3000:]
    return [Edit(*one) for one in json.loads(chosen.stdout)]


def record(folder: Path) -> Record:
    return Record((folder / "_build" / "last" / "reads").read_text("utf-8"))


def batches(names: list[str], known: Record) -> list[list[str]]:
    """Tables that are edited between two clean builds; those that reach the same pages apart, as far as can be."""
    reach = {
        name: {page for kind in (READ, WRITTEN) for page, names in known.pages[kind].items() if name in names}
        for name in names
    }
    made: list[list[str]] = [[] for _ in range(-(-len(names) // AT_ONCE))]
    for name in sorted(names, key=lambda name: -len(reach[name])):
        free = [batch for batch in made if len(batch) < AT_ONCE]
        min(free, key=lambda batch: sum(len(reach[name] & reach[other]) for other in batch)).append(name)
    return made


def stale(folder: Path, clean: Path) -> list[str]:
    """The files of a site that are not those of a clean build of the same project."""
    shutil.rmtree(clean, ignore_errors=True)
    shutil.copytree(folder, clean, ignore=shutil.ignore_patterns("_build"))
    with tempfile.TemporaryDirectory() as memory:
        project.made_by_build(clean, setting={"ONRECORD_REMEMBERED": memory})
    here, there = (digests(one / "_build" / "html") for one in (folder, clean))
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def found(only: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The rows of the results, as they are found."""
    with tempfile.TemporaryDirectory() as below:
        folder, clean = project.copy_project(Path(below, "edited")), Path(below, "clean")
        edits = {edit.table: edit for edit in edits_for(folder, only)}
        project.made_by_build(folder)
        for batch in batches(list(edits), record(folder)):
            rows = []
            for name in batch:
                moved = carry_out(edits[name], folder)
                done = project.made_by_build(folder)
                needless = {page for page in done.ran - moved if declared.file(name) not in opened(page, folder)}
                rows.append([name, *map(str, edits[name][1:3]), *(str(len(one)) for one in (*done, needless))])
                click.echo(f"{rows[-1]} {sorted(needless)}", err=True)
            left = stale(folder, clean)
            click.echo(f"stale after {batch}: {left}", err=True)
            yield from ([*row, str(len(left))] for row in rows)


def chosen(only: tuple[str, ...]) -> list[Edit]:
    """A change in each table that is written by hand."""
    names = [name for name in tables.names() if name not in COMPUTED and (not only or name in only)]
    return [edit for name in names for edit in [accepted_edit(name)] if edit]


def others(rows: list[list[str]]) -> list[list[str]]:
    """What is kept of tables that were not tried this time."""
    kept = project.rows("every_table", RESULTS.parent) if RESULTS.is_file() else []
    return [list(row.values()) for row in kept if row["table"] not in {name for name, *_ in rows}]


@click.command()
@click.option("--write", is_flag=True, help="Keep the results in tests/every_table.csv.")
@click.option("--choose", is_flag=True, help="Only choose the cells, in this very folder: it must be a copy.")
@click.argument("only", nargs=-1)
def main(write: bool, choose: bool, only: tuple[str, ...]) -> None:
    """Edit tables in turn, all or those named, and hold the site against one that is built from nothing."""
    if choose:
        print(json.dumps(chosen(only)))
        return
    rows = list(found(only))
    print(as_csv([HEAD, *sorted(rows)]), end="")
    if write:
        RESULTS.write_text(as_csv([HEAD, *sorted([*rows, *others(rows)])]), "utf-8")


if __name__ == "__main__":
    main()
