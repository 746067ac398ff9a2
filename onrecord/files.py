"""Files that are made: each is written beside its place and then put there, so that none is ever half written.

What is kept for the next time begins with its own hash: what was damaged since is as if it were not there.
What goes with files in words is Markdown with lines of even length.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

WIDTH = 100  # characters in a line of a README


def put(path: Path, content: bytes) -> None:
    """Write a file, its folder too; one that has these bytes already is left alone, and keeps its time."""
    if not (path.is_file() and path.read_bytes() == content):
        put_all({path: content})


def put_all(contents: Mapping[Path, bytes]) -> None:
    """Write several files, all or none: each is written beside its place before the first is put there."""
    mark = f"{os.getpid()}.part"  # two processes may write the same
    begun: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            begun[path] = path.with_name(f"{path.name}.{mark}")
            begun[path].write_bytes(content)
        for path, beside in begun.items():
            beside.replace(path)
    finally:
        for beside in begun.values():
            beside.unlink(missing_ok=True)  # where there was no room for all of it


def below(folder: Path, left_out: Collection[str], hidden: bool = True) -> Iterator[Path]:
    """Every file below a folder; folders whose name is left out are not entered. ``hidden``: names with a point too."""
    for where, inside, names in os.walk(folder):
        inside[:] = [name for name in inside if name not in left_out and (hidden or not name.startswith("."))]
        yield from (Path(where, name) for name in names if hidden or not name.startswith("."))


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV, with plain line ends."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def keep(path: Path, content: bytes) -> None:
    """Keep something for the next time, in a file that :func:`kept` reads."""
    put(path, hashlib.sha256(content).digest() + content)


def kept(path: Path) -> bytes | None:
    """What :func:`keep` put into a file; None if it is not there, or is no longer as it was put."""
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    size = hashlib.sha256().digest_size
    return whole[size:] if hashlib.sha256(whole[size:]).digest() == whole[:size] else None


def as_json(value: object) -> str:
    """A value as JSON with an indent of one, so that two versions differ in the lines that were changed."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def digest(path: Path) -> str:
    """The SHA-256 of a file; nothing where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def made_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """What is kept in a file that is named after what it follows from; it is made where it is not there yet."""
    content = kept(path)
    if content is None:
        content = make()
        keep(path, content)
    return content


def filled(text: str) -> str:
    """Markdown whose paragraphs and items of lists have lines of at most :data:`WIDTH` characters; all else stays."""
    return "\n\n".join(map(_filled, text.strip("\n").split("\n\n"))) + "\n"


def _filled(block: str) -> str:
    if block.startswith(("#", "    ")):
        return block
    solid = re.sub(r"`[^`]*`", lambda code: code[0].replace(" ", "\0"), block)  # code stays on one line
    return "\n".join(map(_lines, re.split(r"\n(?=- )", solid))).replace("\0", " ")


def _lines(part: str) -> str:
    indent = "  " if part.startswith("- ") else ""
    text = " ".join(part.split())
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
