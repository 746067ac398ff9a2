"""What was accepted: a change that nobody meant is found, in whatever cell or line, and named.

Most faults of a table break a rule. A slip in a free text, two cells that changed places, rows in another order do not.
So ``seeds/tables.lock`` keeps a short hash of every row and every column of the tables, of every entry of the data
package and of the lock of the quotations, and of every line of the outlines, the bibliography, the configuration, the
citation file, the list of what has moved, the coasts of maps, and the pages. Where row and column differ, the cell is
known. ``onrecord accept`` takes what is there now, when its changes were meant; a build takes them as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from . import tables
from .declared import file
from .files import as_json, put
from .geo import LAND
from .legible import cells, first_change
from .paths import BIBLIOGRAPHY, CITATION, CONFIG, MOVED, OUTLINE, PACKAGE, QUOTES_LOCK, ROOT, TABLES_LOCK, TOC, shown
from .problems import InputError, Problem, read_json
from .written import listed, pages

# Numbers and works are computed from what is locked, and are held to it in every column.
COMPUTED = ("facts", "works")
_HEXES = 8


class Seen(NamedTuple):
    """A file as the lock knows it: hashes of its units in their order, and of the columns of a table."""

    rows: list[str]
    columns: dict[str, str]


def _hash(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_HEXES]


def _of_table(name: str) -> Seen:
    header, *rows = cells(tables.raw(name)) or [[]]
    columns = {name: _hash([row[at] if at < len(row) else "" for row in rows]) for at, name in enumerate(header)}
    return Seen([_hash(row) for row in rows], columns)


# The units of a file that is no table: the name of each, which a line has not, and what stands there.
Entries = list[tuple[str | None, Any]]


def _of_lines(path: Path) -> Entries:
    return [(None, line) for line in path.read_text("utf-8", "replace").split("\n")]


def _of_package(path: Path) -> Entries:
    """The head of the data package; of each table what is said of it as a whole; and every column."""
    found: Entries = [("head", {key: value for key, value in tables.package().items() if key != "resources"})]
    for one in tables.package()["resources"]:
        schema = {key: value for key, value in one["schema"].items() if key != "fields"}
        found.append((one["name"], {**one, "schema": schema}))
        found += [(f"{one['name']}.{field['name']}", field) for field in one["schema"]["fields"]]
    return found


def _of_quotations(path: Path) -> Entries:
    lock = read_json(path)
    columns = [(f"{name} {key}", value) for name, own in lock["columns"].items() for key, value in own.items()]
    return [("sources", lock["sources"]), *lock["quotations"].items(), *columns]


# How a file that is locked beside the tables and pages is read; all others are read by lines.
_READ: dict[str, Callable[[Path], Entries]] = {shown(PACKAGE): _of_package, shown(QUOTES_LOCK): _of_quotations}


def others() -> list[str]:
    """What is locked beside the tables and is there, by path."""
    return [
        shown(path)
        for path in (PACKAGE, QUOTES_LOCK, OUTLINE, TOC, BIBLIOGRAPHY, CONFIG, CITATION, MOVED, LAND, *pages())
        if path.is_file()
    ]


def names() -> list[str]:
    """All that is locked: tables by their names, other files by their paths."""
    return [*(name for name in tables.names() if name not in COMPUTED), *others()]


def _entries(name: str) -> Entries:
    try:
        return _READ.get(name, _of_lines)(ROOT / name)
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError(Problem(name, f"expected the form that was accepted, git checkout {name}")) from error


def _now(name: str) -> Seen:
    if name in tables.names():
        return _of_table(name)
    return Seen([_hash([key or "", json.dumps(content)]) for key, content in _entries(name)], {})


# --- the lock ----------------------------------------------------------------------


def _sum(one: Seen) -> str:
    return _hash([*one.rows, *one.columns, *one.columns.values()])


def _then() -> dict[str, Seen]:
    """What was accepted. InputError where the lock is not there, or somebody but ``onrecord accept`` changed it."""
    kept = read_json(TABLES_LOCK) if TABLES_LOCK.is_file() else None
    if not isinstance(kept, dict):
        raise InputError(Problem(shown(TABLES_LOCK), "expected the lock of the tables (onrecord accept)"))
    expected = "expected what onrecord accept wrote (git checkout seeds/tables.lock, or onrecord accept)"
    then, wrong = {}, []
    for name, one in kept.items():
        try:
            then[name] = Seen(one["rows"].split(), one["columns"])
            right = _sum(then[name]) == one["sum"]
        except (AttributeError, KeyError, TypeError):
            right = False
        wrong += [] if right else [Problem(shown(TABLES_LOCK), expected, None, name)]
    if wrong:
        raise InputError(wrong)
    return then


def _written(seen: dict[str, Seen]) -> str:
    kept = {name: {"columns": one.columns, "rows": " ".join(one.rows), "sum": _sum(one)} for name, one in seen.items()}
    lines = (f" {json.dumps(name)}: {json.dumps(one)}" for name, one in kept.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"  # a table is a line, so that two changes meet in none


def accept(only: Collection[str] = ()) -> list[str]:
    """Lock ``only`` these, or all, as they are now; the names of those that had changed.

    A table may be given by its name or its path. Raises :class:`InputError` for a name that nothing has, and where the
    list of pages cannot be read.
    """
    listed()  # else no page would be accepted any more
    if not only or shown(PACKAGE) in only:
        put(PACKAGE, as_json(read_json(PACKAGE)).encode())  # in the form of all our JSON, which nobody types
    known = {**{file(name): name for name in tables.names()}, **{name: name for name in names()}}
    unknown = [name for name in only if known.get(name) not in names()]
    if unknown:
        expected = "expected the name of a table that is written by hand, or the path of a locked file"
        raise InputError([Problem(shown(TABLES_LOCK), expected, value=name) for name in unknown])
    wanted = {known[name] for name in only}
    then = _then() if wanted else _then_if_any()
    now = {name: _now(name) if not wanted or name in wanted or name not in then else then[name] for name in names()}
    put(TABLES_LOCK, _written(now).encode())
    return [name for name in names() if now[name] != then.get(name)]


def _then_if_any() -> dict[str, Seen]:
    """What was accepted; nothing where that cannot be read, since all is accepted anew."""
    try:
        return _then()
    except InputError:
        return {}


# --- the check ---------------------------------------------------------------------


def check_accepted(only: Collection[str] = ()) -> list[Problem]:
    """Every cell, row, entry or line that is not what was accepted."""
    listed()  # else every page would seem to be gone
    then, known, problems = _then(), names(), list[Problem]()
    for name in only or dict.fromkeys([*known, *then]):
        try:
            problems += _not_accepted(name, then) if name in known else [_gone(name)]
        except InputError as error:
            problems += error.problems
    return problems if problems or only else _lock_as_written(then)


def _gone(name: str) -> Problem:
    where, table = (name, None) if Path(name).suffix else (shown(TABLES_LOCK), name)
    return Problem(where, "expected this to be there, as it was accepted (onrecord accept)", None, table)


def _not_accepted(name: str, then: dict[str, Seen]) -> list[Problem]:
    if name not in then:
        return [Problem(shown(TABLES_LOCK), f"expected an entry of {name} (onrecord accept {name})")]
    now = _now(name)
    if now == then[name]:
        return []
    return list((_changed_rows if name in tables.names() else _changed_entries)(name, then[name], now))


def _lock_as_written(then: dict[str, Seen]) -> list[Problem]:
    change = first_change(_written({name: then[name] for name in names()}), TABLES_LOCK.read_text("utf-8"))
    expected = "expected the lock as onrecord accept writes it (onrecord accept)"
    return [Problem(shown(TABLES_LOCK), expected, change[0])] if change else []


def _changed_rows(name: str, then: Seen, now: Seen) -> Iterator[Problem]:
    accepts = f"(onrecord accept {name})"
    header, *rows = cells(tables.raw(name)) or [[]]
    if list(now.columns) != list(then.columns):
        yield Problem(file(name), f"expected the columns that were accepted {accepts}", 1, None, ",".join(header))
        return
    differ = [column for column in header if now.columns[column] != then.columns[column]]
    for at, what in _moved(then.rows, now.rows):
        of_cells = what == CHANGED and len(differ) < 4 and len(rows[at]) == len(header)
        column = ", ".join(differ) if of_cells else None
        cell = rows[at][header.index(differ[0])] if of_cells and len(differ) == 1 else None
        yield Problem(file(name), f"expected {what} {accepts}", at + 2, column, cell)


def _changed_entries(name: str, then: Seen, now: Seen) -> Iterator[Problem]:
    """Lines and entries that changed, were added or are gone; of several in a row the first."""
    entries, before = _entries(name), -2
    of_lines = entries[0][0] is None
    for at, what in _moved(then.rows, now.rows):
        if at != before + 1:
            key, content = entries[at] if what != GONE else (None, None)
            unit = "line" if of_lines else "part"
            expected = f"expected {what.replace('row', unit)} (onrecord accept {name})"
            value = content if isinstance(content, str) else None
            yield Problem(name, expected, at + 1 if of_lines else None, key, value)
        before = at


CHANGED, GONE = "what was accepted", "the row that was accepted and is gone"


def _moved(then: list[str], now: list[str]) -> Iterator[tuple[int, str]]:
    """Which rows are not those that were accepted, counted from 0, and what was expected there."""
    start = next((n for n, (a, b) in enumerate(zip(then, now, strict=False)) if a != b), min(len(then), len(now)))
    many_then, many_now = Counter(then), Counter(now)
    for kind, a, b, c, d in SequenceMatcher(None, then[start:], now[start:], autojunk=False).get_opcodes():
        for at in range(start + c, start + d) if kind != "equal" else ():
            known = many_now[now[at]] <= many_then[now[at]]
            same = b - a == d - c and now[at] not in many_then
            yield at, CHANGED if same else "rows in the order that was accepted" if known else "no row that is new"
        if kind == "delete" and any(many_now[row] < many_then[row] for row in then[start + a : start + b]):
            yield start + c, GONE
