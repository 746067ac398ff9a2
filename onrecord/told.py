"""What is told in more than one place comes from one: counts from facts, dates from tables.

In chapters no count is typed (:mod:`onrecord.prose`). Here are the pages at the back of the book, the abstracts in
three languages among them: they may speak of numbers of their own, such as minutes of a lesson, but not count what
the facts count. The first pages in French and Chinese have no number but dates. On every page a day that is typed in
full must be a day that a table or the bibliography has, so that no page has a date of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from . import prose
from .facts import published
from .paths import BIBLIOGRAPHY, ROOT, shown
from .problems import Problem
from .tables import names, raw

_MONTHS = (
    "January February March April May June July August September October November December".split()  # in their order
)
_FRENCH_MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # as above
)
# Digits in French and Chinese that are a day, a month or a year.
_FOREIGN_DATE = re.compile(
    rf"(?:\b\d{{1,2}}(?:er)? )?(?:{'|'.join(_FRENCH_MONTHS)})\b|\b(?:19|20)\d\d\b"
    r"|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?"
)
_DAY = re.compile(rf"\b(\d{{1,2}})(?: (?:and|to) (\d{{1,2}}))? ({'|'.join(_MONTHS)}) ((?:19|20)\d\d)\b")
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
# Units of facts that are counted in lessons and in descriptions of a form as well.
_COMMON = set("cells days entries items months numbers pages parts places questions rows tables words years".split())
_FRENCH = (
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante "
    "cinquante soixante cent"
).split()
# A Chinese number above one with a word that counts.
_CHINESE = re.compile(r"[二两三四五六七八九十百]+[轮项个次份名条位篇组]")


def days(text: str) -> Iterator[tuple[str, str]]:
    """Days that a text gives in full: as ISO date, and as written."""
    for found in _DAY.finditer(text):
        for day in (found[1], found[2]):
            if day:
                yield f"{found[4]}-{_MONTHS.index(found[3]) + 1:02d}-{int(day):02d}", found[0]


@cache
def known_days() -> frozenset[str]:
    """Every day that stands in a table or in the bibliography."""
    text = "\n".join([*(raw(name).decode("utf-8", "replace") for name in names()), BIBLIOGRAPHY.read_text("utf-8")])
    return frozenset(_ISO.findall(text)) | {day for day, _ in days(text)}


@cache
def _counted() -> re.Pattern[str]:
    """An English number, with up to two words between it and something that a fact counts."""
    facts = published()
    units = {unit for unit in facts.loc[facts["kind"] == "count", "unit"] if unit and " " not in unit} - _COMMON
    numbers = "|".join(prose.NUMBER_WORDS)
    return re.compile(rf"\b(?:{numbers}|\d[\d,]*)(?: [\w-]+){{0,2}}? (?:{'|'.join(sorted(units))})\b", re.I)


def typed_counts(line: prose.Line) -> Iterator[str]:
    """Numbers of what the facts count, in three languages."""
    text = prose.without_dates(prose.plain(line.text))
    yield from (found[0] for found in _counted().finditer(text))
    yield from (found[0] for found in _CHINESE.finditer(text))


def french_counts(line: prose.Line) -> Iterator[str]:
    """French numbers above one, but *les*, *des* and *aux deux* for both; only for pages with French."""
    yield from re.findall(
        rf"(?<!\bles )(?<!\bdes )(?<!\baux )\b(?:{'|'.join(_FRENCH)})\b", prose.plain(line.text), flags=re.I
    )


def typed_digits(line: prose.Line) -> Iterator[str]:
    """Numbers in digits that are no dates, in French and Chinese, which put no room around them."""
    yield from re.findall(r"\d[\d.,\u00a0\u202f]*", _FOREIGN_DATE.sub(" ", prose.plain(line.text)))


def first_pages() -> list[Path]:
    """The first pages in other languages than English."""
    return [path for path in (ROOT / "fr.md", ROOT / "zh.md") if path.is_file()]


def back_pages() -> list[Path]:
    """The pages at the back of the book."""
    return sorted((ROOT / "reference").glob("*.md"))


def check_page(path: Path) -> list[Problem]:
    """Counts that a page at the back, or a first page in French or Chinese, types."""
    checks = [typed_counts]
    if path in first_pages():
        checks.append(typed_digits)
    if path.stem in ("abstracts", "fr"):
        checks.append(french_counts)
    problems = []
    for line in prose.paragraphs(path.read_text("utf-8")):
        found = list(dict.fromkeys(words for check in checks for words in check(line)))
        problems += [Problem(shown(path), "expected a fact, or no number", line.number, None, words) for words in found]
    return problems


def check_days(path: Path) -> list[Problem]:
    """Days typed on a page that no table has."""
    return [
        Problem(shown(path), "expected a day that stands in a table or in references.bib", line.number, None, words)
        for line in prose.paragraphs(path.read_text("utf-8"))
        for day, words in days(prose.plain(line.text))
        if day not in known_days()
    ]


def check_told() -> list[Problem]:
    """All of it, on all pages."""
    back = [problem for path in [*first_pages(), *back_pages()] for problem in check_page(path)]
    return back + [problem for path in [*prose.pages(), *back_pages()] for problem in check_days(path)]
