"""Files that are made: each is written beside its place and then put there, so that none is ever half written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def put(path: Path, content: bytes) -> None:
    """Write a file, its folder too; one that has these bytes already is left alone, and keeps its time."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def made_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """The bytes of a file that is named after what it follows from; it is made where it is not there yet."""
    if not path.is_file():
        put(path, make())
    return path.read_bytes()
