"""Typst code from Python values.

The sources are written in Typst's code mode alone: every node of a page is a
call of a function of the template and every text a string literal. So nothing
that a page says can be taken for syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fontTools.ttLib import TTFont
from sphinx.errors import SphinxError

from ...paths import FONTS, shown
from ...reads import cache

HAN_FONT = FONTS / "RecordHan-Regular.ttf"
_HAN = re.compile(r"([\u2e80-\u303f\u31c0-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+)")
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "", "\t": "\\t"})
_APOSTROPHE = re.compile(r"(?<=\w)'")
# Where a long name or a hash may be broken, without a hyphen.
_JOINTS = re.compile(r"(?<=[_:/;])(?=\w)|(?<=[0-9a-f]{8})(?=[0-9a-f]{8})")


class PressError(SphinxError):
    """The book cannot be printed as it stands."""

    category = "The book cannot be printed"


def literal(text: str) -> str:
    """A string literal."""
    return f'"{text.translate(_ESCAPED)}"'


def array(items: Iterable[str]) -> str:
    """An array of code; one item alone keeps its comma."""
    return f"({''.join(f'{item}, ' for item in items)})"


def call(function: str, *arguments: str, **named: str) -> str:
    """A call of a function; arguments are code."""
    keys = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return f"{function}({', '.join([*arguments, *keys])})"


def block(parts: Iterable[str]) -> str:
    """What several pieces of code give one after the other."""
    found = [part for part in parts if part]
    return "{" + "\n".join(found) + "}" if found else "[]"


def label(docname: str, anchor: str = "") -> str:
    """The name by which Typst knows a page, or a place on it."""
    return re.sub(r"[^0-9A-Za-z_.:/-]", lambda m: f"_{ord(m[0]):x}_", f"{docname}--{anchor}")


def labels(names: Iterable[str]) -> str:
    """An array of labels."""
    return array(map(literal, names))


def text(words: str, breakable: bool = False) -> list[str]:
    """A text as code: Chinese apart from the rest, since it has a language and a font of its own.

    ``breakable`` lets names with underscores and hashes run over a line end.
    """
    code = []
    for number, run in enumerate(_HAN.split(_APOSTROPHE.sub("’", words))):
        if number % 2:
            code.append(call("zh", literal(run)))
        elif breakable:
            pieces = [literal(piece) for piece in _JOINTS.split(run) if piece]
            code += [part for piece in pieces for part in (piece, "joint")][:-1]
        elif run:
            code.append(literal(run))
    return code


def joints(words: str) -> list[str]:
    """The pieces between which a line may end: at spaces, and where :func:`text` lets a name be broken."""
    return [piece for word in words.split() for piece in _JOINTS.split(word)]


@cache
def _han_letters() -> frozenset[int]:
    return frozenset(TTFont(HAN_FONT, lazy=True).getBestCmap())


def check_han(words: str, page: str) -> None:
    """Raise :class:`PressError` for a Chinese character that the book's font does not have."""
    missing = sorted({c for run in _HAN.findall(words) for c in run if ord(c) not in _han_letters()})
    if missing:
        named = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing)
        raise PressError(f"{page}: not in {shown(HAN_FONT)}: {named}; make the font anew with fonts/subset.py")
