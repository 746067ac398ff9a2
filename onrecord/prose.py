"""What a page may not say: the checks on the prose of chapters.

Four promises: no count is typed, no quotation is typed, no verb judges a
speaker, and a sentence that reports what somebody said carries its evidence.
Each check takes the Markdown of a page and yields problems with line numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from . import remembered
from .paths import CHAPTERS, CODE, FIRST_PAGE, shown
from .problems import Problem

# Verbs that take a side about a speaker, in any of their forms.
AVOIDED = (
    "admit admits admitted admitting claim claims claimed claiming reveal reveals revealed revealing allege alleges "
    "alleged alleging concede concedes conceded conceding confess confesses confessed insist insists insisted boast "
    "boasts boasted purport purports purported expose exposes exposed denounce denounces denounced pretend pretends "
    "pretended lament laments lamented whine whined parrot parroted"
).split()
# The noun is fine where the book names what it tests.
ALLOWED_NOUNS = ("**Claim.**", "**Claims.**", "Every claim", "after a claim", "the claim ", "a claim ")

# A sentence in which one of these parties says something, in one of these verbs,
# needs evidence. What the book says for itself is not a report.
PARTIES = (
    "agencies agency ministry ministries governments government department organizations organization coalition "
    "newspaper article assessment mandate consultant author officials official participants bodies representative "
    "representatives minister interviewee Burton Axworthy Samdup Canada China they he she it"
).split()
REPORTING = (
    "said reported concluded described wrote told asked proposed suggested objected complained credited confirmed "
    "stated felt feared suspected doubted praised counted criticized attributed argued recommended saw found held "
    "wanted counts describes reports calls speaks"
).split()
# Sections and boxes in which the book speaks for itself.
OWN_VOICE = ("In brief", "What would change our mind", "Work with this chapter")
SCENE = "the scene"  # what stands above the first heading of a chapter

NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand dozen twice thrice"
).split()
_MONTH = "January February March April May June July August September October November December".replace(" ", "|")
# Digits that are names or dates, not counts.
_NOT_COUNTS = [
    rf"\b\d{{1,2}} (?:and \d{{1,2}} |to \d{{1,2}} )?(?:{_MONTH})(?: and \d{{1,2}} (?:{_MONTH}))?(?: \d{{4}})?\b",
    r"\b(?:19|20)\d{2}(?:[-–](?:19|20)?\d{2})?\b",
    r"\b(?:discrepancy|discrepancies) D\d+\b",
    r"\bCC BY 4\.0\b",
    r"\b[Ss]ections? \d\.?[A-E]?\b",
    r"\bNo\. \d+\b",
    r"\bArticle \d+(?:\(\d\))?(?:\([a-z]\))?",
]


class Line(NamedTuple):
    """A paragraph of prose: where it begins, its text on one line, the section it is in, and the box, or caption."""

    number: int
    text: str
    section: str = ""
    box: str = ""


Numbered = list[tuple[int, str]]
# Lines that carry no prose: fences of colons, options, headings, comments, labels, raw HTML.
_NO_PROSE = re.compile(r":::|:[\w-]+:|#|%|<|\(.*\)=$")
_BOX = re.compile(r":{3,}(?:\{([\w-]+)\}\s*(.*))?$")  # its first line, with a name and perhaps a title, or its last


def paragraphs(markdown: str) -> Iterator[Line]:
    """The prose of a page, wherever a reader reads it.

    No front matter, code, options, headings or comments; the bodies of directives
    and the captions of figures are prose.
    """
    lines = list(enumerate(markdown.splitlines(), start=1))
    if lines and lines[0][1] == "---":
        lines = lines[markdown.splitlines().index("---", 1) + 1 :]
    yield from _prose(lines, "")


def _prose(lines: Numbered, section: str, box: str = "") -> Iterator[Line]:
    held: Numbered = []
    boxes = [box]

    def close() -> Iterator[Line]:
        if held:
            yield Line(held[0][0], " ".join(text for _, text in held), section, boxes[-1])
            held.clear()

    rest = iter(lines)
    for number, line in rest:
        text = line.strip()
        if text.startswith("```"):
            yield from close()
            yield from _fenced(text, _body(text, rest), section)
        elif not text or _NO_PROSE.match(text):
            yield from close()
            section = text[3:] if text.startswith("## ") else SCENE if text.startswith("(ch-") else section
            mark = _BOX.match(text)
            if mark and mark[1]:
                boxes.append(mark[2] or mark[1])
            elif mark and len(boxes) > 1:
                boxes.pop()
        else:
            if text.startswith(("- ", "* ")):
                yield from close()
            held.append((number, text))
    yield from close()


def _body(opening: str, rest: Iterator[tuple[int, str]]) -> Numbered:
    """The lines up to the fence that closes the one just read."""
    fence = opening[: len(opening) - len(opening.lstrip("`"))]
    body = []
    for number, line in rest:
        if line.strip() == fence:
            break
        body.append((number, line))
    return body


def _fenced(opening: str, body: Numbered, section: str) -> Iterator[Line]:
    """The prose inside a fence: a caption of a cell, the body of a directive, nothing of code."""
    if opening.startswith("```{code-cell}"):
        yield from _caption(body, section)
    elif opening.lstrip("`").startswith("{"):
        yield from _prose(body, section, opening.lstrip("`"))


def _caption(cell: Numbered, section: str) -> Iterator[Line]:
    """The caption in the options of a cell, on the line of its name or indented below it."""
    for place, (number, line) in enumerate(cell):
        key, found, value = line.partition("caption:")
        if not found or key.strip():
            continue
        below = []
        for _, text in cell[place + 1 :]:
            if text.strip() and len(text) - len(text.lstrip()) <= len(key):
                break
            below.append(text.strip())
        yield Line(number, " ".join([value.strip().lstrip("|>"), *below]).strip(), section, "caption")
        return


_ROLE = re.compile(r"\{[a-z:]+\}`[^`]*`")
_CODE = re.compile(r"`[^`]*`")


def plain(text: str) -> str:
    """The words of a paragraph that were typed: roles, code and link targets taken out."""
    text = _CODE.sub(" ", _ROLE.sub(" ", text))
    return re.sub(r"\]\([^)]*\)", "]", text)


def without_dates(text: str) -> str:
    """A text without the digits that are dates or names."""
    for pattern in _NOT_COUNTS:
        text = re.sub(pattern, " ", text)
    return text


def typed_counts(line: Line) -> Iterator[str]:
    """Numbers in digits or words that are neither dates nor names."""
    text = without_dates(plain(line.text))
    yield from re.findall(r"(?<![\w.])\d[\d,.]*%?", text)
    yield from re.findall(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b", text, flags=re.I)


def typed_quotations(line: Line) -> Iterator[str]:
    """Words in quotation marks; quotations are printed by ``said``."""
    yield from re.findall(r"[\"“][^\"”]+[\"”]", plain(line.text))


def avoided_verbs(line: Line) -> Iterator[str]:
    """Verbs of attribution that judge."""
    text = plain(line.text)
    for noun in ALLOWED_NOUNS:
        text = text.replace(noun, " ")
    yield from re.findall(rf"\b(?:{'|'.join(AVOIDED)})\b", text, flags=re.I)


_REPORT = re.compile(
    rf"\b(?:{'|'.join(PARTIES)})\b(?:(?!\b(?:{'|'.join(PARTIES)})\b)[^.;:]){{0,50}}?"
    rf"(?<!\bbe )(?<!\bwere )(?<!\bbeen )(?<!\bbeing )(?<!\bis )(?<!\bwas )\b(?:{'|'.join(REPORTING)})\b",
    flags=re.I,
)
_MARKED = re.compile(r"\{(?:ev|said|cite:[pt]|numref|doc)\}`")


def unmarked_reports(line: Line) -> Iterator[str]:
    """Sentences in which a party says something, without ``ev``, ``said``, a citation or a table."""
    if line.section in OWN_VOICE or line.box in OWN_VOICE or not line.section:
        return
    for sentence in re.split(r"(?<=[.?!])\s+(?=[A-Z*{])", line.text):
        if _REPORT.search(plain(sentence)) and not sentence.endswith("?") and not _MARKED.search(sentence):
            yield sentence


CHECKS: list[tuple[Callable[[Line], Iterator[str]], str]] = [
    (typed_counts, "expected a fact ({glue:text}) for a number"),
    (typed_quotations, "expected {said} for a quotation"),
    (avoided_verbs, "expected a neutral verb"),
    (unmarked_reports, "expected evidence ({ev} or {cite}) in a sentence that reports"),
]


def check_page(path: Path) -> list[Problem]:
    """All that the prose of one page may not say."""
    return [
        Problem(shown(path), expected, line.number, None, found)
        for line in paragraphs(path.read_text("utf-8"))
        for check, expected in CHECKS
        for found in check(line)
    ]


def pages() -> list[Path]:
    """The pages whose prose is checked: the chapters and the home page."""
    return [FIRST_PAGE, *sorted(CHAPTERS.glob("*.md"))]


def check_prose() -> list[Problem]:
    """The problems of all pages; one without any is not read through again as long as it has the same bytes."""
    return remembered.in_each("prose", remembered.of_files([CODE / "prose.py"], ""), pages(), check_page)
