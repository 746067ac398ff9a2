"""Words and sentences of a text, with the place where each stands.

A quotation is compared word by word, so that a curly quotation mark, a line
break or the asterisks of a Markdown copy make no difference, and a changed
word does.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Tags such as <sup> are the copy's mark-up, not words of the source.
_TAG = re.compile(r"</?[a-z]+>")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’')]?\s+(?=[\"“‘'(]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Ms|Dr|No|St|Jan)\.|\b[A-Z0-9]\.)[\"”’']?\s*$")


class Word(NamedTuple):
    """A word in its normalised form and its span in the text, in code points."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of ``text``: NFKC, case folded, straight apostrophes."""
    blank = _TAG.sub(lambda m: " " * len(m.group()), text)
    return [
        Word(
            unicodedata.normalize("NFKC", m.group()).casefold().replace("’", "'"),
            m.start(),
            m.end(),
        )
        for m in _WORD.finditer(blank)
    ]


def fingerprint(text: str) -> str:
    """SHA-256 of the normalised words joined by single spaces, in hex."""
    return hashlib.sha256(" ".join(w.text for w in words(text)).encode()).hexdigest()


def find(phrase: str, text: str) -> tuple[int, int] | None:
    """Span of the first run of words in ``text`` that equals ``phrase``, or None."""
    wanted = [w.text for w in words(phrase)]
    there = words(text)
    have = [w.text for w in there]
    for i in range(len(have) - len(wanted) + 1):
        if wanted and have[i : i + len(wanted)] == wanted:
            return there[i].start, there[i + len(wanted) - 1].end
    return None


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of one passage, by full stop, question or exclamation mark.

    A rule of thumb that both coders see the result of, not a parser: a locator
    such as "sentence 3" means the third span of this list.
    """
    cuts = [0]
    for m in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[cuts[-1] : m.start()]):
            cuts.append(m.end())
    spans = list(zip(cuts, [*cuts[1:], len(text)], strict=True))
    return [(a, b) for a, b in spans if text[a:b].strip()]
