"""How a chapter reads: its shape, the length of its story, its longest sentences, how often it does not know.

A chapter opens on a scene, says its finding, tells, tests, and folds its method into one box.
What belongs to the classroom stands folded at its end and is no part of the story.
The limits here are the house's own; :func:`check_style` reports what exceeds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from . import classwork
from .paths import CHAPTERS, shown
from .problems import Problem
from .prose import NUMBER_WORDS, OWN_VOICE, paragraphs
from .quotes import quoted

STORY = range(1800, 2601)  # words
LONGEST_SENTENCE = 40  # words, quotations counted
MOST_UNKNOWN = 2.0  # phrases of not-knowing per thousand words of story

# What stands in every chapter, in this order.
PARTS = {
    "label": r"^\(ch-[a-z-]+\)=$",
    "title": r"^# \S",
    "In brief": r"^:::\{admonition\} In brief$",
    "a section": r"^## (?!What would|Work with)\S",
    "How we know": r"^:::\{dropdown\} How we know$",
    "What would change our mind": r"^## What would change our mind$",
    "Work with this chapter": r"^## Work with this chapter$",
    "aims": r"^:::\{dropdown\} Aims$",
    "questions": r"^:::\{dropdown\} Questions$",
    "exercise on data": r"^:::\{dropdown\} Exercise on data$",
    "its solution": r"^:::\{dropdown\} Solution of the exercise on data$",
    "exercise on sources": r"^:::\{dropdown\} Exercise on sources$",
    "solution of that": r"^:::\{dropdown\} Solution of the exercise on sources$",
    "further reading": r"^:::\{dropdown\} Further reading$",
    "citation": r"^```\{cite-chapter\}$",
}
# Once a chapter, and no more.
ONCE = ("In brief", "How we know", "What would change our mind", "Work with this chapter")

_NOT = r"(?:not|never|n[’']t)"
NOT_KNOWING = re.compile(
    rf"\b(?:was|were|is|are|been|have|had|has|did|do|does|could|can|we) ?{_NOT} (?:been |be |yet )?"
    r"(?:seen|see|found|find|read|known|know|searched|established|traced|told|tell|say whether|determined)\b"
    r"|\b(?:cannot|can ?not) (?:be )?(?:told|known|shown?|say|said|tell|settled?|decided?|know)\b"
    r"|\b(?:found|saw|know of|knows of|seen|read) (?:no|none|nobody|nothing)\b"
    r"|\bno (?:\w+ ){1,6}(?:was|were|is|has been|have been) (?:found|seen|known|read)\b"
    r"|\bnobody knows\b|\bunknown\b|\bnot known\b|\bunclear\b"
    r"|\bas far as (?:was|were|we|is|the record|the copies)\b|\bin the parts? (?:that )?(?:we|was|seen)\b"
    r"|\bthe record (?:is silent|does not say|cannot|breaks off|ends)\b",
    flags=re.I,
)

_EVIDENCE = re.compile(r"\s*\{(?:ev|cite:p)\}`[^`]*`")
_SAID = re.compile(r"\{said\}`([^`]*)`")
_ROLE = re.compile(r"\{[\w:-]+\}`(?:([^`<]*?)\s*<[^`>]*>|([^`]*))`")
_SENTENCE = re.compile(r"(?<=[.?!])[\"”’)]*\s+(?=[A-Z*“‘\[(])")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|Art|Arts|para|v|vs|Ch|ch|pp|p|B|J|M|H|R|U\.S|U\.N)\.$")
_WORD = re.compile(r"[\w’'%/$.,-]*\w")


def _printed(text: str, quotations: dict[str, str]) -> str:
    """A paragraph as it is read: quotations in, markers of evidence out, other roles as one word or their text."""
    text = _SAID.sub(lambda m: f"“{quotations.get(m[1], m[1])}”", _EVIDENCE.sub("", text))
    return _ROLE.sub(lambda m: m[1] or ("N" if " " not in m[2] else m[2]), text)


def story(markdown: str) -> list[tuple[int, str]]:
    """The paragraphs of the story: line and text, without boxes, captions and what comes after it."""
    return [(p.number, p.text) for p in paragraphs(markdown) if not p.box and p.section not in OWN_VOICE]


def sentences(paragraph: str) -> list[str]:
    """A printed paragraph cut into sentences, abbreviations kept whole."""
    found: list[str] = []
    for piece in _SENTENCE.split(paragraph):
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return found


class Measure(NamedTuple):
    """One chapter as it reads: words of story, mean words a sentence, phrases of not-knowing per thousand words."""

    chapter: str
    words: int
    mean_sentence: float
    not_knowing: float


def _read(path: Path) -> list[tuple[int, str]]:
    rows = quoted()
    quotations = dict(zip(rows["evidence_id"], rows["quote"], strict=True))
    return [(line, _printed(text, quotations)) for line, text in story(path.read_text("utf-8"))]


def measure(path: Path) -> Measure:
    """How one chapter reads."""
    return _measured(path.stem, [text for _, text in _read(path)])


def _measured(name: str, texts: list[str]) -> Measure:
    words = sum(len(_WORD.findall(text)) for text in texts)
    count = sum(len(sentences(text)) for text in texts)
    unknown = sum(len(NOT_KNOWING.findall(text)) for text in texts)
    return Measure(name, words, round(words / max(count, 1), 1), round(1000 * unknown / max(words, 1), 1))


def check_shape(path: Path) -> Iterator[Problem]:
    """The parts that are missing, stand too early, or stand twice; a summary that opens with a number."""
    text, at = path.read_text("utf-8"), 0
    for part, pattern in PARTS.items():
        found = re.compile(pattern, flags=re.M).search(text, at)
        if found:
            at = found.end()
        else:
            yield Problem(shown(path), "expected this part of a chapter, in its place", None, None, part)
    first, summary = next(iter(story(text)), (0, ""))[0], text.partition(":::{admonition} In brief")[0].count("\n") + 1
    if not 0 < first < summary:
        yield Problem(shown(path), "expected a scene before the summary", first, None, None)
    for part in ONCE:
        if len(re.findall(PARTS[part], text, flags=re.M)) > 1:
            yield Problem(shown(path), "expected this part once", None, None, part)
    yield from _check_summary(path, text)


def _check_summary(path: Path, text: str) -> Iterator[Problem]:
    """A summary says its finding in words before it gives a number."""
    box = re.search(r"^:::\{admonition\} In brief$\n(?::class:.*\n)?(.*?)^:::$", text, flags=re.M | re.S)
    first = sentences(box[1].strip())[0] if box else ""
    numbers = re.search(rf"\{{glue:text\}}|\d|\b(?:{'|'.join(NUMBER_WORDS)})\b", re.sub(r"\b(19|20)\d\d\b", "", first))
    if numbers:
        yield Problem(shown(path), "expected the finding in words before a number", None, None, first[:80])


def check_reading(path: Path) -> Iterator[Problem]:
    """A story that is too short or too long, a sentence that is too long, too much that is not known."""
    read = _read(path)
    told = _measured(path.stem, [text for _, text in read])
    if told.words not in STORY:
        yield Problem(shown(path), f"expected {STORY.start} to {STORY.stop - 1} words of story", None, None, told.words)
    if told.not_knowing > MOST_UNKNOWN:
        expected = f"expected at most {MOST_UNKNOWN:g} phrases of not-knowing per thousand words"
        yield Problem(shown(path), expected, None, None, told.not_knowing)
    for line, text in read:
        for sentence in sentences(text):
            if len(_WORD.findall(sentence)) > LONGEST_SENTENCE:
                expected = f"expected a sentence of at most {LONGEST_SENTENCE} words"
                yield Problem(shown(path), expected, line, None, f"{sentence[:70]} …")


CHECKS = (check_shape, classwork.check, check_reading)


def chapters() -> list[Path]:
    """The chapters, by name."""
    return sorted(CHAPTERS.glob("*.md"))


def check_style(paths: list[Path]) -> list[Problem]:
    """What the chapters at ``paths`` have to mend."""
    return [problem for path in paths for check in CHECKS for problem in check(path)]
