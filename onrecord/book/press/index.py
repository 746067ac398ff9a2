"""The index: people, places, bodies and subjects, marked where their words stand.

A name is marked in the text of a chapter and in its notes, so that a page of the index can be opened and the words
found there. People, places and bodies come from the tables; what else an index needs, and what a sub-entry calls each
chapter, stands in ``index_terms.csv`` beside this module.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from ...paths import PRESS_TERMS
from ...people import forms
from ...reads import cache
from ...tables import parts_of, table
from ..listings import without_brackets

PEOPLE, PLACES, BODIES, SUBJECTS = "people", "places", "bodies", "subjects"
Entry = tuple[str, str]


@cache
def _terms() -> list[dict[str, str]]:
    with PRESS_TERMS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _chapter_words() -> dict[str, str]:
    return {row["heading"]: row["words"] for row in _terms() if row["kind"] == "chapter"}


def chapter_word(docname: str, title: str) -> str:
    """What a sub-entry calls a chapter: a few words, or its title where none were chosen."""
    return _chapter_words().get(docname, title)


def _people() -> Iterator[tuple[str, Entry]]:
    """Names, other names, and family names that no two of the people share."""
    people = table("people")
    families = people["sort_name"].str.split(",").str[0]
    often = Counter(families)
    for row, family in zip(people.itertuples(index=False), families, strict=True):
        for name in forms(row):
            if " " in name or name == row.name or (name == family and often[family] == 1):
                yield name, (PEOPLE, row.sort_name)


@cache
def names() -> dict[str, Entry]:
    """What may stand in the text, with the kind and the heading under which the index lists it."""
    bodies = {without_brackets(name): (BODIES, without_brackets(name)) for name in table("organisations")["name"]}
    places = {name: (PLACES, name) for name in table("places")["name"]}
    terms = {
        word: (row["kind"], row["heading"])
        for row in _terms()
        if row["kind"] != "chapter"
        for word in (parts_of(row["words"]) or [row["heading"]])
    }
    return bodies | places | terms | dict(_people())


@cache
def _pattern() -> re.Pattern[str]:
    def in_text(name: str) -> str:
        words = r"\s+".join(re.escape(word).replace("'", "['’]").replace("’", "['’]") for word in name.split())
        # A subject may begin a sentence.
        return f"(?i:{words[0]}){words[1:]}" if names()[name][0] == SUBJECTS and words[0].isalpha() else words

    longest_first = sorted(names(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(in_text, longest_first))})(?![\w-])")


@cache
def _by_letters() -> dict[str, Entry]:
    return {name.casefold().replace("’", "'"): entry for name, entry in names().items()}


def split(text: str) -> list[tuple[str, Entry | None]]:
    """A text in pieces; a piece that begins with an indexed name has its kind and heading beside it."""
    pieces: list[tuple[str, Entry | None]] = []
    end = 0
    for match in _pattern().finditer(text):
        pieces.append((text[end : match.start()], None))
        known = " ".join(match[0].replace("’", "'").split()).casefold()
        pieces.append((match[0], _by_letters()[known]))
        end = match.end()
    return [(piece, entry) for piece, entry in [*pieces, (text[end:], None)] if piece]
