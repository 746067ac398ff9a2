"""One way to say that something is wrong: one line a person can act on."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .files import as_json
from .legible import byte_fault, first_change
from .paths import shown

LONGEST_VALUE = 1000  # characters of a value that a message repeats


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place.

    ``row`` is the line number as an editor shows it (the header is line 1), or
    None where the fault is not in one row.
    """

    file: str
    expected: str
    row: int | None = None
    column: str | None = None
    value: object = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f":{self.row}"
        if self.column is not None:
            place += f" [{self.column}]"
        found = "" if self.value is None else f" {_short(str(self.value))!r}:"
        return f"{place}:{found} {self.expected}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} …"


class InputError(Exception):
    """Bad input. Carries every problem found, so that all can be mended at once."""

    def __init__(self, problems: list[Problem] | Problem):
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def refused(error: OSError, where: Path) -> Problem:
    """What the system refused: no room, no leave, no such file. ``where``: the place, if the error names none."""
    path = where if error.filename is None else Path(os.fsdecode(error.filename))
    why = error.strerror or str(error)
    if isinstance(error, shutil.Error):  # of a folder that was copied: of many things the first, as text
        path, why = Path(error.args[0][0][1]), re.sub(r"^\[Errno \d+\] |: '.*", "", str(error.args[0][0][2]))
    expected = "expected this file" if isinstance(error, FileNotFoundError) else "expected room, and leave to write"
    return Problem(shown(path), f"{expected} ({why})")


def read_json(path: Path) -> Any:
    """A JSON file. Raises :class:`InputError` with the line where it is broken, or gives a key twice."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(shown(path), "expected this file")) from error
    fault = byte_fault(raw)
    if fault:
        raise InputError(Problem(shown(path), *fault))
    try:
        return json.loads(raw, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise InputError(Problem(shown(path), f"expected JSON ({error.msg})", error.lineno)) from error
    except _Twice as error:
        line, key = _line_of(str(error), raw), str(error)
        raise InputError(Problem(shown(path), "expected every key once", line, None, key)) from error
    except (ValueError, RecursionError) as error:  # a number that is none or is endless, brackets without end
        raise InputError(Problem(shown(path), f"expected JSON ({error})")) from error


def parse_yaml(path: Path, text: str) -> Any:
    """What the ``text`` of a YAML file says. Raises :class:`InputError` with the line where it is broken."""
    import yaml  # whoever reads tables alone needs none

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day that no month has
        mark = getattr(error, "problem_mark", None)
        expected = f"expected YAML ({getattr(error, 'problem', None) or error})"
        raise InputError(Problem(shown(path), expected, mark.line + 1 if mark else None)) from error


def check_json(path: Path) -> list[Problem]:
    """The first line of a JSON file that is written otherwise than this project writes JSON."""
    change = first_change(as_json(read_json(path)), path.read_text("utf-8"))
    if change is None:
        return []
    line, wanted, found = change
    return [Problem(shown(path), f"expected {wanted!r}, JSON with an indent of one", line, None, found)]


class _Twice(Exception):
    """A key that an object of JSON gives twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _Twice(key)
        made[key] = value
    return made


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _line_of(key: str, raw: bytes) -> int | None:
    """The line in which a mapping gives a key for the second time: JSON is YAML, whose reader knows lines."""
    import yaml  # needed here alone

    try:
        waiting = [yaml.compose(raw, Loader=yaml.CSafeLoader)]
    except yaml.YAMLError:  # all but all JSON is
        return None
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            found = [name.start_mark.line + 1 for name, _ in node.value if name.value == key]
            if len(found) > 1:
                return found[1]
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return None
