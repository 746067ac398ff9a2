"""What is still to be written: places that ``onrecord new`` leaves in pages, code and bibliography, to be found here.

Such a place says what belongs there: ``[write: the finding in words]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from . import prose, told
from .paths import BIBLIOGRAPHY, CODE, OUTLINE, PRESS_TERMS, SEEDS, shown
from .problems import Problem

_PLACE = re.compile(r"\[write: [^\]]*\]")


def place(what: str) -> str:
    """A place where something is to be written."""
    return f"[write: {what}]"


def files() -> Iterator[Path]:
    """The files in which such a place may stand."""
    yield from [*prose.pages(), *told.back_pages(), *sorted(SEEDS.glob("*.md"))]
    yield from [*sorted((CODE / "topics").glob("*.py")), CODE / "exercises.py", BIBLIOGRAPHY, OUTLINE, PRESS_TERMS]


def check_written() -> list[Problem]:
    """Every place that is still to be written."""
    return [
        Problem(shown(path), "expected words instead of this", number, None, found)
        for path in files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        for found in _PLACE.findall(line)
    ]
