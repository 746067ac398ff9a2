"""A row more in a table of the book: its key and its place are made, and whoever adds it gives the other columns.

The options of a command are the columns of the table, as the data package describes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

import click

from .. import rules
from ..changes import Changes, Row, line_after
from ..declared import date_fault, divided, fields, file, known, links
from ..paths import shown
from ..problems import InputError, Problem
from ..tables import primary_key

# What is left to a person after most additions.
NUMBERS = "numbers that moved, and the lines that print them: onrecord facts; then onrecord facts --write"
NAMES = "names that no table has: onrecord names"


class Kind(NamedTuple):
    """A kind of row that a command adds.

    ``argument``: the column that is given before all options. ``made``: the columns that follow from the row and the
    rows there are. ``order``: what rows are ordered by. ``left``: what is left to a person. ``answered``: rules that a
    person answers afterwards. ``then``: what else changes.
    """

    table: str
    argument: str
    told: str
    made: Callable[[Row, list[Row]], Row] = lambda row, rows: {}
    order: Callable[[Row], Any] = lambda row: 0
    left: Callable[[Row], Iterable[str]] = lambda row: ()
    columns: tuple[str, ...] = ()  # that are made, beside the key
    answered: Collection[rules.Rule] = ()
    then: Callable[[Changes, Row], None] | None = None


def asked(kind: Kind) -> list[dict[str, Any]]:
    """The columns that whoever adds a row fills in: not those that are made, nor those of a second coder."""
    every = fields(kind.table)
    made = {kind.argument, *primary_key(kind.table), *kind.columns}
    made |= {str(field.get(follows)) for field in every for follows in ("precision", "second_coding")}
    return [field for field in every if field["name"] not in made]


def option(column: str) -> str:
    """How a column is called on the command line: about_id is --about."""
    return f"--{column.removesuffix('_id').replace('_', '-')}"


def _help(field: dict[str, Any]) -> str:
    limits = field.get("constraints", {})
    words = f" One of {', '.join(limits['enum'])}." if "enum" in limits else ""
    return f"{field['description']}{words}{' [required]' if limits.get('required') else ''}"


def unfit(field: dict[str, Any], value: str) -> str:
    """What is expected of a value that does not fit its column; empty where it fits."""
    limits = field.get("constraints", {})
    if not value:
        return "a value" if limits.get("required") else ""
    if len(value.splitlines()) > 1:
        return "one line"
    if value not in limits.get("enum", [value]):
        return f"one of {', '.join(limits['enum'])}"
    if not re.search(limits.get("pattern", ""), value):
        return f"what fits {limits['pattern']}"
    return (date_fault(value) or "").removeprefix("expected ") if field.get("role") == "date" else ""


def faults(kind: Kind, row: Row, line: int | None) -> Iterator[Problem]:
    """What does not fit in the columns that are given, keys that nothing has among it."""
    linked = {link.column: link for link in links() if link.table == kind.table}
    for field in asked(kind):
        name, value = field["name"], row.get(field["name"], "")
        expected = unfit(field, value)
        if expected:
            yield Problem(file(kind.table), f"expected {expected} ({option(name)})", line, name, value or None)
        elif value and name in linked:
            keys, place = known(linked[name])
            for part in [part for part in divided(value, linked[name].separator) if part not in keys]:
                yield Problem(file(kind.table), f"expected a key of {place} ({option(name)})", line, name, part)


def precisions(name: str, row: Row) -> Row:
    """How precise each date is: its length says it."""
    lengths = {4: "year", 7: "month", 10: "day"}
    dates = [field for field in fields(name) if field.get("precision") and row.get(field["name"])]
    return {field["precision"]: lengths.get(len(row[field["name"]]), "") for field in reversed(dates)}


def add(kind: Kind, given: Row) -> tuple[Changes, int, Row]:
    """The tables with a row more, the line where it stands, and the row as it is. InputError if it is refused."""
    changes = Changes()
    rows = changes.rows(kind.table)
    row = {**given, **precisions(kind.table, given)}
    try:
        row |= kind.made(row, rows)
        line = line_after(rows, kind.order, row)
    except InputError as error:
        raise InputError([*error.problems, *faults(kind, row, None)]) from error
    unfit_cells = list(faults(kind, row, line))
    if unfit_cells:
        raise InputError(unfit_cells)
    changes.insert(kind.table, line, row)
    if kind.then:
        kind.then(changes, row)
    changes.check(kind.answered)
    return changes, line, row


def command(name: str, kind: Kind) -> click.Command:
    """The command that adds a row of a kind."""

    def run(**given: str | None) -> None:
        changes, line, row = add(kind, {column: value for column, value in given.items() if value is not None})
        unanswered = changes.found(kind.answered)
        changes.save()
        click.echo(f"{row[primary_key(kind.table)[0]]} in {file(kind.table)}:{line}")
        tell_left([*unanswered, *kind.left(row)])

    argument = click.Argument([kind.argument], metavar=option(kind.argument)[2:].upper())
    return click.Command(name, callback=run, params=[argument, *options(kind)], help=kind.told)


def options(kind: Kind) -> list[click.Parameter]:
    """An option for each column that is given."""
    return [click.Option([option(f["name"]), f["name"]], help=_help(f)) for f in asked(kind)]


def save(changes: Changes, left: Iterable[str]) -> None:
    """Write what is added, and say which files it is in and what is left to a person."""
    changes.save()
    for path in changes:
        click.echo(shown(path))
    tell_left(left)


def tell_left(steps: Iterable[str]) -> None:
    """Print what is left to a person."""
    click.echo("Left to you:")
    for step in steps:
        click.echo(f"- {step}")
