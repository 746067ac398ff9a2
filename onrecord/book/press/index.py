"""The index: people and organizations by name, themes by the notes that carry them.

A name is marked where it stands in the text of a chapter, a theme where a note
states it, so that a page of the index can be opened and the words found there.
"""

from __future__ import annotations

import re
from functools import cache

from ...tables import table

PEOPLE, ORGANIZATIONS, THEMES = "people", "organizations", "themes"


def _plain(name: str) -> str:
    """A name as running text has it: without what stands in brackets after it."""
    return re.sub(r"\s*\(.*\)$", "", name)


@cache
def names() -> dict[str, tuple[str, str]]:
    """What may stand in the text, with the kind and the heading under which the index lists it."""
    people = {row.name: (PEOPLE, row.sort_name) for row in table("people").itertuples(index=False)}
    organizations = {_plain(name): (ORGANIZATIONS, _plain(name)) for name in table("organisations")["name"]}
    return organizations | people


@cache
def _pattern() -> re.Pattern[str]:
    def in_text(name: str) -> str:
        return r"\s+".join(re.escape(word).replace("'", "['’]") for word in name.split())

    longest_first = sorted(names(), key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(in_text, longest_first))})\b")


def split(text: str) -> list[tuple[str, tuple[str, str] | None]]:
    """A text in pieces; a piece that begins with an indexed name has its kind and heading beside it."""
    pieces: list[tuple[str, tuple[str, str] | None]] = []
    end = 0
    for match in _pattern().finditer(text):
        pieces.append((text[end : match.start()], None))
        known = " ".join(match[0].replace("’", "'").split())
        pieces.append((match[0], names()[known]))
        end = match.end()
    return [(piece, entry) for piece, entry in [*pieces, (text[end:], None)] if piece]
