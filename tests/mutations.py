"""Faults of every kind, planted one by one in tables, locks, outlines and pages: who refuses each, and where.

``python tests/mutations.py`` prints the table of kinds and results, and with ``--write`` writes it to
``tests/mutations.csv``. All is done in a copy of the project, by the copy's own package. The gates are asked one by
one, since a whole check takes seconds; :func:`together` asks the whole check, of many faults at once.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cache
from itertools import chain
from pathlib import Path

import click
import project
from mutation_kinds import KINDS, Kind, Planted, draws

from onrecord import accepted, declared, derived, gates, named, quotes, recount, settings, tables, written
from onrecord.files import as_csv
from onrecord.paths import MOVED, PACKAGE, QUOTES_LOCK, ROOT, TOC, shown
from onrecord.problems import InputError, Problem, check_json, read_json

RESULTS = project.ROOT / "tests" / "mutations.csv"
HEAD = ["file", "kind", "planted", "refused_by", "named"]
HARMLESS, MISSED, MISPLACED, STUMBLED = "none: the bytes are the same", "NOBODY", "ELSEWHERE", "TRACEBACK"
Gate = Callable[[Path], Sequence[Problem]]


@cache
def table_at(path: Path) -> str:
    return next(name for name in tables.names() if declared.file(name) == shown(path))


def typed(path: Path) -> list[Problem]:
    """Whether every cell has the type of its column; the others then read the table as it is now."""
    name = table_at(path)
    tables._instead[name] = tables.read(path, declared.fields(name))
    return []


def plain(path: Path) -> list[Problem]:
    return list(declared.files_are_plain([table_at(path)]))


def keys(path: Path) -> list[Problem]:
    return list(declared.keys_exist([table_at(path)]))


def lists(path: Path) -> list[Problem]:
    return list(declared.lists_are_clean([table_at(path)]))


def quotations(path: Path) -> list[Problem]:
    holds = path == QUOTES_LOCK or any(column.table == table_at(path) for column in quotes.declared())
    return quotes.check_locked() if holds else []


def package(path: Path) -> list[Problem]:
    return tables.package() and check_json(PACKAGE)


def locked(path: Path) -> list[Problem]:
    if path == accepted.TABLES_LOCK:
        return accepted.check_accepted()
    return accepted.check_accepted([shown(path) if path == MOVED or path.suffix != ".csv" else table_at(path)])


def listed(path: Path) -> list[Problem]:
    return written.check_there() or written.check_listed() if path == TOC else []


# By files: the gates that look at them, in the order of the check. What the lock holds comes last.
GATES: dict[str, list[tuple[str, Gate]]] = {
    "tables": [("plain", plain), ("typed", typed), ("keys", keys), ("lists", lists), ("quotations", quotations),
               ("accepted", locked)],
    "numbers": [("plain", plain), ("typed", typed), ("numbers", lambda path: derived.check_numbers())],
    "works": [("plain", plain), ("typed", typed),
              ("works", lambda path: list(derived.works_are_those_of_the_bibliography()))],
    "data package": [("package", package), ("accepted", locked)],
    "lock of quotations": [("json", lambda path: check_json(path)), ("accepted", locked), ("quotations", quotations)],
    "lock of tables": [("json", lambda path: read_json(path) and []), ("accepted", locked)],
    "outlines": [("text", lambda path: list(written.check_text(path))),
                 ("listed", listed), ("accepted", locked)],
    "settings": [("text", lambda path: list(written.check_text(path))),
                 ("settings", lambda path: list(settings.READERS[path](path))), ("accepted", locked)],
    "pages": [("page", written.check_page), ("named", lambda path: named.check_named()), ("accepted", locked)],
}  # fmt: skip


def refused(gate: Gate, path: Path) -> Sequence[Problem]:
    try:
        return gate(path)
    except InputError as error:
        return error.problems


def points_at(problem: Problem, planted: Planted) -> bool:
    """Whether a message names the file, one of the lines, and the column or the entry."""
    of_row = not planted.rows or problem.row in planted.rows
    of_column = planted.column is None or planted.column in (problem.column or "").split(", ")
    return problem.file == shown(planted.path) and of_row and of_column


def put(planted: Planted) -> None:
    if planted.raw is None:
        planted.path.unlink()
    else:
        planted.path.write_bytes(planted.raw)
    if planted.path == PACKAGE:
        tables.package.cache_clear()


def judged(kind: Kind, planted: Planted, without: Collection[str]) -> str:
    """The first gate that refuses a fault and names its place; or how that went wrong."""
    before = planted.path.read_bytes()
    if planted.raw == before:
        return HARMLESS
    put(planted)
    elsewhere = []
    try:
        for name, gate in GATES[kind.files]:
            problems = [] if name in without else refused(gate, planted.path)
            if any(points_at(problem, planted) for problem in problems):
                return name
            elsewhere += problems
        return f"{MISPLACED if elsewhere else MISSED}: {shown(planted.path)} {planted[2:]} {[*map(str, elsewhere)]}"
    except Exception as error:
        return f"{STUMBLED}: {shown(planted.path)} {planted[2:]} {error!r}"
    finally:
        tables._instead.clear()
        put(Planted(planted.path, before))


def found(only: Collection[str] = (), without: Collection[str] = ()) -> list[list[str]]:
    """The table of kinds and results, here and now: ``only`` kinds of these names, ``without`` some gates."""
    computed, printed = recount.compute(), recount.printed()  # the pages and tables are those of the copy each time
    recount.compute, recount.printed = lambda: computed.copy(), lambda: printed
    rows = []
    for kind in KINDS:
        if not only or kind.name in only:
            planted = list(draws(kind))
            results = Counter(judged(kind, one, without) for one in planted)
            deep = max((2 if one.column else 1 if one.rows else 0 for one in planted), default=0)
            place = "" if set(results) == {HARMLESS} else ("file", "file and line", "file, line and column")[deep]
            rows.append([kind.files, kind.name, str(len(planted)), "; ".join(sorted(results)), place])
    return rows


def together() -> list[str]:
    """One fault of each kind at once, in files of their own; the files that nothing names.

    As somebody would who mends them: what the whole check names first, since nothing else can be read before, is
    mended, and the check asked again, until it has looked at all that is left. What describes the tables stays; so do
    the numbers, which cannot be computed from tables that are wrong.
    """
    planted: dict[Path, Planted] = {}
    for kind in KINDS:
        if kind.files not in ("data package", "lock of tables", "numbers"):
            free = (one for one in draws(kind) if one.path not in planted and one.raw != one.path.read_bytes())
            planted.update((one.path, one) for one in [next(free, None)] if one)
    before = {path: path.read_bytes() for path in planted}
    for one in planted.values():
        put(one)
    spoiled, told = dict(planted), set()
    while True:
        tables._forget()
        problems = gates.check()
        told |= {problem.file for problem in problems + gates.unaccepted(problems)}
        first = gates._found(gates.THERE) or gates._found(gates.READABLE)
        gone = {f"{problem.value}.md" for problem in first}  # pages that a message names
        named = {problem.file for problem in first} | gone
        mended = [path for path in spoiled if shown(path) in named]
        for path in mended:
            put(Planted(path, before[path]))
            del spoiled[path]
        if not mended:
            return [shown(path) for path in planted if shown(path) not in told]


def in_copy(*arguments: str) -> list:
    """What this file finds when it runs in a copy of the project."""
    with tempfile.TemporaryDirectory() as folder:
        copy = project.copy_project(Path(folder))
        result = project.run(copy, sys.executable, "tests/mutations.py", "--here", *arguments)
    assert result.returncode == 0, project.said(result)[-3000:]
    return json.loads(result.stdout)


@click.command()
@click.option("--write", is_flag=True, help="Write the results to tests/mutations.csv.")
@click.option("--here", is_flag=True, help="Plant the faults in this very folder: it must be a copy.")
@click.option("--only", multiple=True, help="Kinds to plant; all, if none is given.")
@click.option("--without", multiple=True, help="Gates to leave out.")
@click.option("--together", "at_once", is_flag=True, help="Plant one of each kind at once; print the files not named.")
def main(write: bool, here: bool, only: tuple[str, ...], without: tuple[str, ...], at_once: bool) -> None:
    """Plant faults of every kind, and print who refuses them."""
    if here:
        print(json.dumps(together() if at_once else found(only, without)))
    elif at_once:
        print("\n".join(in_copy("--together")))
    elif write:
        RESULTS.write_text(as_csv([HEAD, *in_copy()]), "utf-8")
    else:
        options = [("--only", name) for name in only] + [("--without", name) for name in without]
        print(as_csv([HEAD, *in_copy(*chain(*options))]), end="")


if __name__ == "__main__":
    assert ROOT == project.ROOT, "expected the package of this very folder (PYTHONPATH)"
    main()
