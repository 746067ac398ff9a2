"""What a chapter offers a class: its aims, and its questions for discussion.

Both stand folded at the end of a chapter, each a list with a point a line. There are as many in every chapter, so that
a teacher who has used one knows the next: aims whose reaching can be seen, and a question of each kind, from what the
chapter says to what a student would make of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .paths import shown
from .problems import Problem

AIMS = 3
# What each kind is for stands in the teaching guide.
KINDS = ("Recall", "Interpret", "Dispute", "Compare", "Design")
# Whether a student does this nobody can see.
UNSEEN = frozenset("appreciate be become believe feel grasp know learn notice realize see think understand".split())

_KIND = re.compile(r"\*(\w+)\.\* (?=\S)")


def _points(markdown: str, title: str) -> list[tuple[int, str]]:
    """Line and text of each point of a folded list."""
    box = re.search(rf"^:::\{{dropdown\}} {title}$\n(.*?)^:::$", markdown, flags=re.M | re.S)
    if not box:
        return []
    first = markdown.count("\n", 0, box.start(1)) + 1
    lines = enumerate(box[1].splitlines(), first)
    return [(number, line.removeprefix("- ")) for number, line in lines if line.startswith("- ")]


def aims(markdown: str) -> list[str]:
    """The aims of a chapter, without the stops that hold them together as one sentence."""
    return [aim.rstrip(";.") for _, aim in _points(markdown, "Aims")]


def check(path: Path) -> Iterator[Problem]:
    """Aims that are too many, too few or not to be seen; questions that are not one of each kind, in order."""
    markdown, name = path.read_text("utf-8"), shown(path)
    aimed, asked = _points(markdown, "Aims"), _points(markdown, "Questions")
    if len(aimed) != AIMS:
        yield Problem(name, f"expected {AIMS} aims", None, None, len(aimed))
    for line, aim in aimed:
        if aim.split()[0] in UNSEEN:
            yield Problem(name, "expected an aim that begins with what a student can be seen to do", line, None, aim)
    kinds = [kind[1] if (kind := _KIND.match(question)) else question[:20] for _, question in asked]
    if kinds != list(KINDS):
        yield Problem(name, f"expected a question of each kind: {', '.join(KINDS)}", None, None, ", ".join(kinds))
