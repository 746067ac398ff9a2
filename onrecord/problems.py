"""One way to say that something is wrong: one line a person can act on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .paths import shown


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
        found = "" if self.value is None else f" {str(self.value)!r}:"
        return f"{place}:{found} {self.expected}"


class InputError(Exception):
    """Bad input. Carries every problem found, so that all can be mended at once."""

    def __init__(self, problems: list[Problem] | Problem):
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def read_json(path: Path) -> Any:
    """A JSON file. Raises :class:`InputError` with the line where it is broken."""
    try:
        return json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise InputError(Problem(shown(path), f"expected JSON ({error.msg})", error.lineno)) from error
