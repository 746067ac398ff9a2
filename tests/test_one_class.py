"""The page for one class: all of it from one chapter, a clock without gaps, and short enough to print."""

from __future__ import annotations

import re

from project import markdown

from onrecord import classwork

PAGE, CHAPTER = markdown("reference/one-class"), markdown("chapters/chinese-voices")
MINUTES, WORDS = 80, 700


def evidence(text: str) -> set[str]:
    """The statements that a text rests on or quotes."""
    return {key.strip() for ids in re.findall(r"\{(?:ev|said)\}`([^`]+)`", text) for key in ids.split(",")}


def clock(text: str) -> list[tuple[int, int]]:
    """First and last minute of each part of the class."""
    return [(int(first), int(last)) for first, last in re.findall(r"^\* - (\d+) to (\d+)$", text, flags=re.M)]


def test_the_aims_are_those_of_the_chapter():
    aims = classwork.aims(CHAPTER)
    assert len(aims) == classwork.AIMS
    assert re.findall(r"^- (.*)[;.]$", PAGE.partition("## Aims")[2].partition("## ")[0], flags=re.M) == aims


def test_everything_rests_on_statements_that_the_chapter_has():
    assert len(evidence(PAGE)) >= 5
    assert evidence(PAGE) - evidence(CHAPTER) == set()


def test_every_section_to_read_is_in_the_chapter():
    named = re.findall(r"\{ref\}`([^`]+)`", PAGE)
    assert len(named) >= 4
    assert [label for label in named if f"\n({label})=\n##" not in CHAPTER] == []


def test_the_clock_has_no_gap_and_ends_with_the_class():
    parts = clock(PAGE)
    assert len(parts) >= 5
    assert [first for first, _ in parts] == [0, *(last for _, last in parts[:-1])]
    assert parts[-1][1] == MINUTES and all(first < last for first, last in parts)


def test_the_page_is_short():
    assert len(PAGE.partition("\n# One class\n")[2].split()) <= WORDS
