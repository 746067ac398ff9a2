"""A status that pages tell comes from one row of ``statuses``: who is in prison, which round was held, what was seen.

A count on two pages agrees because both print a fact. A status is told in words, and words can be typed. So each
subject whose status more than one page may tell has a row: the words that name it, its status, and the row of another
table on which it rests. The table ``status_words`` says by which phrases a status is told. Two things are refused, on
every page and in the tables of events: a sentence that names a subject and tells another status, and a page that types
the status where it is printed by ``{glue:text}`status_…```.

What a sentence tells of a time before the status held is no contradiction where it gives the year. Questions,
conditions, and what would change our mind are left out: they tell what is not, or not yet, so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import declared, prose
from .paths import ROOT, SEEDS, shown
from .problems import Problem
from .reads import cache
from .tables import parts_of, table

# Tables with sentences of our own on events, and their columns with prose.
TOLD_IN = {
    "events": ("description", "note"),
    "person_events": ("event", "note"),
    "recommendation_status": ("ground", "note"),
    "open_questions": ("known",),
}
_HYPOTHETICAL = ("What would change our mind", "Work with this chapter", "Questions")
_CONDITION = re.compile(r"\b(?:[Ii]f|[Ww]hether|[Ss]uppose|[Uu]nless|[Uu]ntil)\b")
_DENIED = re.compile(r"(?:\b(?:not|never|nor|no|neither|without)|n't)(?: \w+)? $", re.I)
_PRONOUN = re.compile(r"^(?:It|They|His|Her)\b|\b(?:[Hh]e|[Ss]he)\b")  # the subject of the sentence before
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z*\[])|(?<=[。？！；])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TERM = re.compile(r"\{term\}`([^`<]*?)(?:\s*<[^`>]*>)?`")


class Telling(NamedTuple):
    """A status that a sentence tells of a subject: the row of ``statuses``, the status told, the words."""

    subject: str
    told: str
    words: str
    act: bool  # told as something that happened, such as a release: a page may tell it in its own words


def _pattern(words: str) -> re.Pattern[str]:
    """Words with whatever room between them; whole words where they are written in letters."""
    inner = r"\s+".join(map(re.escape, words.split()))
    return re.compile(rf"(?<![A-Za-z]){inner}(?![A-Za-z])" if words.isascii() else inner, re.I)


@cache
def _rows() -> pd.DataFrame:
    return table("statuses").set_index("status_id", drop=False)


@cache
def _names() -> dict[str, dict[str, re.Pattern[str]]]:
    """By subject its names in small letters, each with its pattern."""
    rows = _rows()
    return {
        row.status_id: {name.lower(): _pattern(name) for name in parts_of(row.named_by)} for row in rows.itertuples()
    }


@cache
def _vocabulary() -> pd.DataFrame:
    return table("status_words").set_index("status")


def _phrases(subject: pd.Series) -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """What tells a status of a subject's vocabulary, and whether as an act; ``{}`` stands for a name of the subject."""
    words = _vocabulary()
    own = words.at[subject["status"], "vocabulary"]
    for status, row in words[words["vocabulary"] == own].iterrows():
        for column in ("says", "acts"):
            for phrase in parts_of(row[column]):
                stands = parts_of(subject["named_by"]) if "{}" in phrase else [""]
                yield from ((str(status), _pattern(phrase.replace("{}", name)), column == "acts") for name in stands)


@cache
def _told_by() -> dict[str, list[tuple[str, re.Pattern[str], bool]]]:
    return {str(row["status_id"]): list(_phrases(row)) for _, row in _rows().iterrows()}


def words_of(text: str) -> str:
    """The words of a paragraph that were typed, a term of the glossary among them."""
    return re.sub(r"\s+", " ", re.sub(r"[*_\]\[]", "", prose.plain(_TERM.sub(r"\1", text)))).strip()


def _named(sentence: str) -> dict[str, list[int]]:
    """The subjects that a sentence names, and where. No pattern is tried where the letters do not stand: it is slow."""
    small = sentence.lower()
    found = {
        key: [m.start() for name, pattern in every.items() if name in small for m in pattern.finditer(sentence)]
        for key, every in _names().items()
    }
    return {key: places for key, places in found.items() if places}


def _belongs(place: int, key: str, named: dict[str, list[int]], rivals: list[str]) -> bool:
    """Whether words at a place tell of this subject: it is the last one named before them, else the first after."""
    every = sorted((at, name) for name in rivals for at in named[name])
    before = [name for at, name in every if at <= place]
    return (before[-1] if before else every[0][1]) == key


def told_in(text: str) -> Iterator[Telling]:
    """The statuses that a paragraph tells of the subjects that it names."""
    named: dict[str, list[int]] = {}
    for sentence in _SENTENCE.split(words_of(text)):
        named = _named(sentence) or ({key: [0] for key in named} if _PRONOUN.search(sentence) else {})
        if not sentence.endswith(("?", "？")) and not _CONDITION.search(sentence):
            yield from _told_of(sentence, named)


def _told_of(sentence: str, named: dict[str, list[int]]) -> Iterator[Telling]:
    """The statuses that a sentence tells of subjects that it names; none of a time before the status held."""
    kinds = {key: _vocabulary().at[_rows().at[key, "status"], "vocabulary"] for key in named}
    latest = max(map(int, _YEAR.findall(sentence)), default=None)
    for key in named:
        if latest is not None and latest < int(str(_rows().at[key, "since"])[:4]):
            continue
        rivals = [name for name in named if kinds[name] == kinds[key]]
        for status, phrase, act in _told_by()[key]:
            for found in phrase.finditer(sentence):
                if not _DENIED.search(sentence[: found.start()]) and _belongs(found.start(), key, named, rivals):
                    yield Telling(key, status, found[0], act)


def _problem(telling: Telling, typed: bool) -> str | None:
    """What is wrong with it: another status than that of record, or, on a page, the status itself, typed."""
    row = _rows().loc[telling.subject]
    if telling.told != row["status"]:
        return f"expected what statuses has of {row['subject']} ({row['status']}), or the year in which it was so"
    if not typed or telling.act or not telling.words.isascii():  # what is printed is in English
        return None
    if pd.isna(row["words"]):
        return f"expected words in statuses for {telling.subject}, and {{glue:text}}`status_{telling.subject}`"
    return f"expected {{glue:text}}`status_{telling.subject}` for a status"


def pages() -> list[Path]:
    """Every page on which a status could be told: chapters, home pages, pages at the back, dossiers of the sources."""
    return [*prose.pages(), ROOT / "zh.md", *sorted((ROOT / "reference").glob("*.md")), *sorted(SEEDS.glob("*.md"))]


def check_page(path: Path) -> list[Problem]:
    """Statuses that a page tells otherwise than the table, or types."""
    problems = []
    text = path.read_text("utf-8")
    prints = text.startswith("---")  # only such a page has cells, and can print a fact
    for line in prose.paragraphs(text):
        if line.section in _HYPOTHETICAL or line.box in _HYPOTHETICAL:
            continue
        for telling in told_in(line.text):
            expected = _problem(telling, typed=prints)
            if expected:
                problems.append(Problem(shown(path), expected, line.number, None, telling.words))
    return problems


def check_tables() -> list[Problem]:
    """Statuses that our own sentences in the tables of events tell otherwise."""
    return [
        Problem(declared.file(name), expected, int(index) + 2, column, telling.words)
        for name, columns in TOLD_IN.items()
        for column in columns
        for index, cell in table(name)[column].dropna().items()
        for telling in told_in(str(cell))
        if not _early(name, int(index), telling) and (expected := _problem(telling, typed=False))
    ]


def _early(name: str, index: int, telling: Telling) -> bool:
    """Whether the row is of a time before the status held."""
    rows = table(name)
    return "date" in rows and str(rows.at[index, "date"]) < str(_rows().at[telling.subject, "since"])


def check_statuses() -> list[Problem]:
    """All of it, on all pages and in the tables."""
    return [problem for path in pages() for problem in check_page(path)] + check_tables()
