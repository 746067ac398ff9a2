"""What a file that people write may hold: bytes, characters and cells that every reader sees alike."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

# How a cell begins that a spreadsheet takes for a formula; an East Asian one takes the wide signs too.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
LONGEST = 32_767  # characters of a cell or a line: more a spreadsheet cuts off
_LETTERS = ("LATIN ", "CJK UNIFIED IDEOGRAPH")  # how the names of the letters begin that the book is written in
_MARKUP = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|style|link|meta|form|img|svg)\b|\bon[a-z]+\s*=|javascript:", re.I
)


def byte_fault(raw: bytes) -> tuple[str, int] | None:
    """What is expected of the bytes of a file, and in which line; None where they are right."""
    if not raw:
        return "expected a file that is not empty", 1
    if raw.startswith(b"\xef\xbb\xbf"):
        return "expected UTF-8 without a byte order mark", 1
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return "expected UTF-8", raw[: error.start].count(b"\n") + 1
    if b"\r" in raw:
        return "expected line feeds only, found a carriage return", raw[: raw.index(b"\r")].count(b"\n") + 1
    if not raw.endswith(b"\n") or raw.endswith(b"\n\n"):
        return "expected one line feed at the end", raw.count(b"\n") + (not raw.endswith(b"\n"))
    return None


@cache
def _is_plain(character: str) -> bool:
    """Whether a character is seen, and is no other one's double: not Cyrillic, not full width, not a ligature."""
    kind, name = unicodedata.category(character), unicodedata.name(character, "")
    if character.isascii():
        return kind != "Cc" or character == "\n"
    if kind[0] == "L":
        return name.startswith(_LETTERS) and unicodedata.is_normalized("NFKC", character)
    return kind[0] in "PS" and unicodedata.is_normalized("NFC", character)


def odd_character(text: str) -> str | None:
    """A character that cannot be seen, or would be taken for another, by number and name; None where there is none."""
    odd = next((one for one in dict.fromkeys(text) if not _is_plain(one)), None)
    return odd and f"U+{ord(odd):04X} {unicodedata.name(odd, '')}".strip()


def markup(text: str) -> str | None:
    """What a browser would run or fetch instead of showing it; None where there is nothing of the kind."""
    found = _MARKUP.search(text)
    return found and found[0]


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def cells(raw: bytes) -> list[list[str]]:
    """The rows of a CSV file, its header first; bytes that are no UTF-8 are replaced. Takes cells of any length."""
    with _cells_of_any_length():
        return list(csv.reader(io.StringIO(raw.decode("utf-8", "replace"), newline="")))


def unpaired(raw: bytes) -> int | None:
    """The first row of a CSV file, from 1, whose quotation marks do not fit each other; None where all do."""
    row = 0
    try:
        with _cells_of_any_length():
            for row, _ in enumerate(csv.reader(io.StringIO(raw.decode(), newline=""), strict=True), start=1):  # noqa: B007
                pass
    except csv.Error:
        return row + 1
    return None


def first_change(made: str, there: str) -> tuple[int, str | None, str | None] | None:
    """The first line in which two texts differ: its number, what is expected and what is there; None if none does."""
    now, then = made.split("\n"), there.split("\n")
    if now == then:
        return None
    at = next((n for n, (a, b) in enumerate(zip(now, then, strict=False)) if a != b), min(len(now), len(then)))
    return at + 1, now[at] if at < len(now) else None, then[at] if at < len(then) else None
