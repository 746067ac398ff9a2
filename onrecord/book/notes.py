"""A claim's evidence in few words, for the foot of a printed page.

Who says it, what kind of statement it is, and where: ``Burton 2006, 4A.14a, c (Chinese agencies, criticism)``. The
words, the paraphrase and the reason for it stand under the same name in the companion volume and on the site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from sphinx.environment import BuildEnvironment

from ..reads import cache
from ..tables import table
from .evidence import names, records

PLAIN = "account"  # the kind of statement that needs no word


def sources(env: BuildEnvironment) -> dict[str, str]:
    """What a note calls each source: name and year as in the bibliography, or its short title."""
    cite: Any = env.domains["cite"]
    labels = {one.formatted_entry.key: one.formatted_entry.label for one in cite.citations}
    return {row.source_id: labels.get(row.bib_key, row.short_title) for row in table("sources").itertuples()}


@cache
def own_voices() -> dict[str, set[str]]:
    """Who speaks in a source where nobody else does: author and publisher, by source."""
    return {row.source_id: {str(row.author), str(row.publisher)} for row in table("sources").itertuples()}


class Piece(NamedTuple):
    """A few words of a note, and the statement that they name, if they name one."""

    text: str
    statement: str = ""


def short(ids: Iterable[str], called: Mapping[str, str]) -> str:
    """The note for statements, in their order, as text; ``called``: what each source is called."""
    return "".join(piece.text for piece in pieces(ids, called))


def pieces(ids: Iterable[str], called: Mapping[str, str]) -> list[Piece]:
    """The same in pieces, for a form in which each statement can be a link.

    The source is named once for statements that follow each other, and so are speaker and kind.
    """
    rows = [records()[identifier] for identifier in ids]
    found: list[Piece] = []
    for source, mine in groupby(rows, key=lambda row: str(row.source_id)):
        found.append(Piece(f"{'; ' if found else ''}{called[source]}, "))
        for place, (key, group) in enumerate(groupby(mine, key=_speaker_and_kind)):
            found += [Piece("; ")] if place else []
            found += [*_places(group), Piece(_who(*key))]
    return [*found, Piece(".")]


def _speaker_and_kind(row: Any) -> tuple[str, str]:
    speaker = names()["actor"][row.speaker_id]
    return ("" if speaker in own_voices()[row.source_id] else speaker), ("" if row.stance == PLAIN else row.stance)


def _who(speaker: str, kind: str) -> str:
    said = ", ".join(filter(None, [speaker, kind]))
    return f" ({said})" if said else ""


def _places(rows: Iterable[Any]) -> list[Piece]:
    """Passages and letters of statements; a passage is named once for its letters."""
    found: list[Piece] = []
    before = ""
    for row in rows:
        passage, letter = re.fullmatch(r"(.*?)([a-z]*)", row.evidence_id.split(":")[1]).groups()  # type: ignore[union-attr]
        found += [Piece(", ")] if found else []
        found.append(Piece(letter if passage == before else passage + letter, row.evidence_id))
        before = passage
    return found
