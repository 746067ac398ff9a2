"""What was found out once about these very files, and need not be found out again.

The numbers, and that the tables are right, follow from the data, the code and the packages it runs on. So they are
kept under a hash of all of these, in ``_build/remembered``; another hash, or a file that cannot be read, and they
are found out anew. Nothing is lost with the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from . import files, modules
from .paths import BIBLIOGRAPHY, CHAPTERS, DATA, OUTLINE, QUOTES_LOCK, REQUIREMENTS, ROOT, SEEDS

T = TypeVar("T")
# Copies of the project may share a memory: a hash of other files is another key.
FOLDER = Path(os.environ.get("ONRECORD_REMEMBERED") or ROOT / "_build" / "remembered")
MANY = 12  # as many of each name are kept, the newest


def code(book: bool = True) -> list[Path]:
    """Every module of the package; without those that make the book out of pages unless ``book``."""
    own = ROOT / "onrecord"
    return sorted(path for path in own.rglob("*.py") if book or own / "book" not in path.parents)


def data() -> list[Path]:
    """Every file beside the tables and they themselves, and the lock of the quotations."""
    return sorted(path for path in [*DATA.rglob("*"), QUOTES_LOCK] if path.is_file())


def digest(paths: list[Path], root: Path = ROOT) -> str:
    """One hash of files below ``root``: names and bytes."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def of_numbers(told: str) -> str:
    """What numbers follow from besides tables and code: what describes the tables, packages, and what is told."""
    beside = [path for path in data() if path.suffix != ".csv"]
    return _with(f"{digest([*beside, REQUIREMENTS])} {told}")


def of_tables() -> str:
    """What it follows from that the tables are right."""
    return _with(f"{digest(data())} {beside_tables()}")


def beside_tables() -> str:
    """The same without the tables: what describes them, the code of the rules, bibliography, and names of pages."""
    behind = [modules.files()[name] for name in sorted(modules.behind("onrecord.rules"))]
    there = [path.relative_to(ROOT).as_posix() for path in data()]
    beside = [path for path in data() if path.suffix != ".csv"]
    pages = sorted(path.name for folder in (CHAPTERS, SEEDS, ROOT / "reference") for path in folder.glob("*.md"))
    return _with(f"{digest([*beside, *behind, BIBLIOGRAPHY, OUTLINE, REQUIREMENTS])} {there} {pages}")


def of_files(paths: list[Path], told: str) -> str:
    """What follows from some files, and from something that is told, alone."""
    return _with(f"{digest(paths)} {told}")


def _with(text: str) -> str:
    return hashlib.sha256(f"{text} {platform.python_version()}".encode()).hexdigest()


def _file(name: str, key: str) -> Path:
    return FOLDER / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:20]}.json"


def recall(name: str, key: str) -> Any:
    """What was kept under a name, if it was kept with this key; else None."""
    try:
        known = json.loads(files.kept(_file(name, key)) or b"{}")
        return known["value"] if known["key"] == key else None
    except (ValueError, KeyError, TypeError):
        return None


def made_once(name: str, key: str, make: Callable[[], bytes], most: int = MANY) -> bytes:
    """Bytes that were made earlier under a name with this key, or that are made now; so many are kept."""
    path = _file(name, key).with_suffix(".bytes")
    try:
        content = files.made_once(path, make)
    except OSError:  # where the folder cannot be written, nothing is kept
        return make()
    with suppress(OSError):  # another process may drop some as well
        os.utime(path)  # what is still used is not the oldest
        _drop(f"{name}-*.bytes", most)
    return content


def in_each(name: str, key: str, paths: Iterable[Path], look: Callable[[Path], list[T]]) -> list[T]:
    """What a look into each of some files finds; one in which nothing was found is not looked into again.

    ``key``: what it follows from that nothing is found, besides the bytes of the file and the ending of its name.
    """
    before, clean, found = set(recall(name, key) or []), list[str](), list[T]()
    for path in paths:
        now = hashlib.sha256(path.suffix.encode() + b"\0" + path.read_bytes()).hexdigest()
        here = [] if now in before else look(path)
        found += here
        clean += [] if here else [now]
    if set(clean) != before:
        keep(name, key, clean)
    return found


def _drop(pattern: str, most: int) -> None:
    """Keep the newest of a kind."""
    for old in sorted(FOLDER.glob(pattern), key=lambda path: path.stat().st_mtime)[:-most]:
        old.unlink(missing_ok=True)


def newest(name: str) -> Any:
    """What was kept under a name last, whatever its key; for what says itself from what each of its parts follows."""
    try:
        kept = max(FOLDER.glob(f"{name}-*.json"), key=lambda path: path.stat().st_mtime, default=None)
        return json.loads((kept and files.kept(kept)) or b"{}").get("value")
    except (OSError, ValueError, AttributeError):
        return None


def keep(name: str, key: str, value: Any) -> None:
    """Keep something that JSON can hold; where the folder cannot be written, nothing is kept."""
    try:
        files.keep(_file(name, key), json.dumps({"key": key, "value": value}, ensure_ascii=False).encode())
        _drop(f"{name}-*.json", MANY)
    except OSError:
        return
