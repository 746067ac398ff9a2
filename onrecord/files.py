"""Files that are made: each is written beside its place and then put there, so that none is ever half written.

What goes with them in words is Markdown with lines of even length.
"""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

WIDTH = 100  # characters in a line of a README


def put(path: Path, content: bytes) -> None:
    """Write a file, its folder too; one that has these bytes already is left alone, and keeps its time."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV, with plain line ends."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def made_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """The bytes of a file that is named after what it follows from; it is made where it is not there yet."""
    if not path.is_file():
        put(path, make())
    return path.read_bytes()


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
