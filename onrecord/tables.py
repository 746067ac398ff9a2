"""The tables of the book, typed by ``data/datapackage.json``.

>>> rounds = table("rounds")          # doctest: +SKIP
>>> rounds["host_country"].dtype      # a category: its values are a closed list
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import pandas as pd

from .files import digest
from .paths import DATA, PACKAGE, shown
from .problems import InputError, Problem, read_json
from .reads import cache, note

_DTYPES = {"string": "str", "integer": "Int64", "number": "Float64", "boolean": "boolean"}
_BOOLEANS = {"true": True, "false": False}
P = ParamSpec("P")
T = TypeVar("T")
Pandas = TypeVar("Pandas", pd.DataFrame, pd.Series)


@cache
def package() -> dict:
    """The data package as written: title, licences and one resource a table. Raises InputError where it is broken."""
    found = read_json(PACKAGE)
    try:
        right = all(map(_describes_a_table, found["resources"]))
    except (KeyError, TypeError):
        right = False
    if not right:
        expected = "expected resources, each with name, path and a schema with its primaryKey and fields"
        raise InputError(Problem(shown(PACKAGE), expected))
    return found


def _describes_a_table(one: dict) -> bool:
    schema = one["schema"]
    named = [one["name"], one["path"], *(text for field in schema["fields"] for text in (field["name"], field["type"]))]
    return all(isinstance(text, str) for text in named) and isinstance(schema["primaryKey"], (str, list))


def names() -> list[str]:
    """Names of all tables, in the order of the data package."""
    return [resource["name"] for resource in package()["resources"]]


def resource(name: str) -> dict:
    """What the data package says of one table. KeyError for an unknown name."""
    for found in package()["resources"]:
        if found["name"] == name:
            return found
    raise KeyError(f"no table {name!r} in {shown(PACKAGE)}; there are {', '.join(names())}")


def title(name: str) -> str:
    """A table's name as a reader says it."""
    return str(resource(name).get("title") or name.replace("_", " ").capitalize())


def file_of(name: str) -> Path:
    """Where a table lies. KeyError for an unknown name."""
    return DATA / resource(name)["path"]


def digest_of(name: str) -> str:
    """The SHA-256 of a table's file as it lies; nothing where there is none. KeyError for an unknown name."""
    note(name)
    return digest(file_of(name))


def raw(name: str) -> bytes:
    """The bytes of a table's file. Raises InputError where it is not there."""
    note(name)
    if name in _as_if:
        return _as_if[name]
    path = file_of(name)
    try:
        if not path.is_file():  # a pipe would be waited for
            raise FileNotFoundError(path)
        return path.read_bytes()
    except OSError as error:
        raise InputError(Problem(shown(path), "expected this table, which the data package names")) from error


def read(path: Path, fields: list[dict], content: bytes | None = None) -> pd.DataFrame:
    """Read one CSV as its fields say; an empty cell is a null. ``content``: what to read instead of the file.

    String fields with a closed vocabulary become ordered categories, in the
    order of the vocabulary. Raises :class:`InputError` naming file, row, column,
    value and what was expected, for every cell that does not fit.
    """
    try:
        file = path if content is None else io.BytesIO(content)
        raw = pd.read_csv(file, dtype=str, keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as error:
        raise InputError(Problem(shown(path), f"expected a readable CSV table ({error})")) from error
    wanted = [field["name"] for field in fields]
    if list(raw.columns) != wanted:
        raise InputError(
            Problem(shown(path), f"expected the columns {','.join(wanted)}", 1, None, ",".join(raw.columns))
        )
    problems: list[Problem] = []
    typed = {f["name"]: _typed(raw[f["name"]], f, path, problems) for f in fields}
    if problems:
        raise InputError(problems)
    return pd.DataFrame(typed)


def _typed(column: pd.Series, field: dict, path: Path, problems: list[Problem]) -> pd.Series:
    kind = field["type"]
    allowed = field.get("constraints", {}).get("enum")
    if allowed and kind == "string":
        fits = column.isna() | column.isin(allowed)
        expected = f"one of {', '.join(allowed)}"
        result = column.where(fits).astype(pd.CategoricalDtype(allowed, ordered=True))
    elif kind == "boolean":
        fits = column.isna() | column.isin(list(_BOOLEANS))
        expected = "true or false"
        result = column.map(_BOOLEANS).astype("boolean")
    elif kind in ("integer", "number"):
        pattern = r"[+-]?\d+" if kind == "integer" else r"[+-]?\d+(\.\d+)?"
        fits = column.isna() | column.str.fullmatch(pattern).fillna(False).astype(bool)
        expected = "a whole number" if kind == "integer" else "a number"
        result = pd.to_numeric(column.where(fits)).astype(_DTYPES[kind])
    elif kind in _DTYPES:
        return column.astype(_DTYPES[kind])
    else:
        problems.append(Problem(shown(PACKAGE), f"expected a type of {', '.join(_DTYPES)}", None, field["name"], kind))
        return column
    for index in column.index[~fits]:
        problems.append(Problem(shown(path), f"expected {expected}", int(index) + 2, field["name"], column[index]))
    return result


@cache
def _cached(name: str) -> pd.DataFrame:
    return read(file_of(name), resource(name)["schema"]["fields"], _as_if.get(name))


_READ = _cached.known  # type: ignore[attr-defined]  # what it remembers, by its arguments: the name of a table


def table(name: str) -> pd.DataFrame:
    """One table, typed. A fresh copy, so that a caller may change it freely."""
    note(name)
    return (_instead[name] if name in _instead else _cached(name)).copy()


_instead: dict[str, pd.DataFrame] = {}
_as_if: dict[str, bytes] = {}


def instead() -> bool:
    """Whether some tables are not those of the files just now: see :func:`reading` and :func:`as_if`."""
    return bool(_instead or _as_if)


@contextmanager
def reading(frames: dict[str, pd.DataFrame]) -> Iterator[None]:
    """Within the block, :func:`table` gives these frames for the tables that they name."""
    with _for_now(_instead, frames):
        yield


@contextmanager
def as_if(contents: Mapping[str, bytes]) -> Iterator[None]:
    """Within the block, the files of these tables have these bytes."""
    with _for_now(_as_if, contents):
        yield


@contextmanager
def _for_now(known: dict[str, T], more: Mapping[str, T]) -> Iterator[None]:
    """Within the block, ``more`` is known; what was made from the tables is forgotten at its beginning and end."""
    before = dict(known)
    known.update(more)
    _forget(set(more))
    try:
        yield
    finally:
        known.clear()
        known.update(before)
        _forget(set(more))


def _forget(changed: Collection[str] | None = None) -> None:
    """Empty what functions of this package remember, since it was made from other tables.

    ``changed``: the tables that are others now; those that were read and are not among them need not be read again.
    """
    same = {} if changed is None else {key: read for key, read in _READ.items() if key[0][0] not in changed}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == __package__:
            for function in vars(module).values():
                if hasattr(function, "cache_clear"):
                    function.cache_clear()
    _READ.update(same)


def kept(function: Callable[P, Pandas]) -> Callable[P, Pandas]:
    """A table or a column that is made from tables, made once; a fresh copy each time, as of :func:`table`."""
    made = cache(function)

    @wraps(function)
    def copied(*args: P.args, **kwargs: P.kwargs) -> Pandas:
        return made(*args, **kwargs).copy()

    copied.cache_clear = made.cache_clear  # type: ignore[attr-defined]
    return copied


def labels(name: str, column: str = "label") -> dict[str, str]:
    """{key: label} of a table with a single-column primary key."""
    key = resource(name)["schema"]["primaryKey"]
    frame = table(name)
    return dict(zip(frame[key], frame[column].astype(str), strict=True))


def first_day(date: str) -> pd.Timestamp:
    """The first day that a date of year, month or day precision can mean."""
    return pd.Timestamp(date)


def last_day(date: str) -> pd.Timestamp:
    """The last day that a date of year, month or day precision can mean."""
    start = pd.Timestamp(date)
    span = {4: pd.offsets.YearEnd(0), 7: pd.offsets.MonthEnd(0)}.get(len(date))
    return start if span is None else start + span


def whole_years(start: str, end: str) -> int:
    """Whole years from one date to another, each taken at its first day."""
    a, b = first_day(start), first_day(end)
    return b.year - a.year - ((b.month, b.day) < (a.month, a.day))


def in_words(date: str) -> str:
    """A date in words, as precise as it is written: 4 December 2009, December 2009 or 2009."""
    day = first_day(date)
    return {4: f"{day:%Y}", 7: f"{day:%B %Y}", 10: f"{day.day} {day:%B %Y}"}[len(date)]


def listed(keys: pd.Series) -> pd.Series:
    """Keys divided by semicolons, with room between them so that a cell of a table can break; a null is empty."""
    return keys.astype("string").fillna("").str.replace(";", "; ", regex=False).astype(str)


def parts_of(cell: object) -> list[str]:
    """The parts of a cell that holds a list, divided by semicolons; an empty cell has none."""
    return [] if pd.isna(cell) else [part for each in str(cell).split(";") if (part := each.strip())]  # type: ignore[call-overload]


def field_of(name: str, column: str) -> dict:
    """What the data package says of a column. StopIteration if the table has none of that name."""
    return next(one for one in resource(name)["schema"]["fields"] if one["name"] == column)


def said(name: str, column: str) -> dict[str, str]:
    """What a reader is told for each key of a closed list: ``labels`` of the column in the data package."""
    return dict(field_of(name, column)["labels"])


def primary_key(name: str) -> list[str]:
    """The columns of a table's primary key."""
    key = resource(name)["schema"]["primaryKey"]
    return [key] if isinstance(key, str) else list(key)


BAR = "|"  # between the parts of a row's key


def row_keys(frame: pd.DataFrame, key: Sequence[str]) -> pd.Series:
    """The keys of rows as text, by the columns ``key``: parts divided by a bar."""
    parts = zip(*(frame[column].astype(str) for column in key), strict=True)
    return pd.Series(map(BAR.join, parts), index=frame.index, dtype=str) if len(frame) else pd.Series(dtype=str)


def stated(number_id: str) -> int:
    """A number that a source states, from the table of such numbers. KeyError if there is none of that name."""
    return int(table("stated_numbers").set_index("number_id").at[number_id, "value"])


@kept
def record() -> pd.DataFrame:
    """The coded record with what a reader needs beside it: one row a statement.

    ``evidence`` joined with source and section of its passage, and with the
    group of speaker and of the party spoken about (``speaker_group``,
    ``about_group``). A fresh copy, as of :func:`table`.
    """
    passages = table("passages")[["passage_id", "source_id", "section_id", "kind"]]
    groups = table("actors").set_index("actor_id")["group_id"]
    joined = table("evidence").merge(passages, on="passage_id", how="left", validate="m:1")
    for side in ("speaker", "about"):
        joined[f"{side}_group"] = joined[f"{side}_id"].map(groups)
    return joined
