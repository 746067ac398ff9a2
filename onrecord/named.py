"""What a page names is there: evidence, quotations, facts, works, terms, other pages, places in them, files.

A build finds the same, and later; here a mistake is named with its line before anything is built.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from . import facts
from .paths import ROOT, SEEDS, shown
from .problems import Problem
from .tables import table
from .written import PLACE, Written, pages, read, words_of

# Directives of Sphinx and its extensions, and of this book, that pages use; another is a mistake or is added here.
DIRECTIVES = set(
    "admonition bibliography chronology cite-book cite-chapter cite-data code-cell codebook colophon data-dictionary "
    "discrepancies div dossier drawn dropdown evidence-list glossary hub-links left-out list-table organizations "
    "outcomes people register reviews rubric source-list when works-by-letter".split()
)

_LINK = re.compile(r"\]\(<?([^)>\s]+)")


def _terms(page: Written) -> set[str]:
    """The terms of the glossaries of a page, in small letters: what stands at the beginning of a line."""
    lines = (line for block in page.blocks if block.name == "glossary" for line in block.body)
    return {_folded(line) for line in lines if line and not line[0].isspace()}


def _folded(term: str) -> str:
    return term.replace("’", "'").lower().strip()


class _Known:
    """All that pages may name, gathered once for all pages."""

    def __init__(self, read_pages: list[Written]):
        evidence = table("evidence").set_index("evidence_id")["quote"]
        self.evidence = set(evidence.index)
        self.quoted = set(evidence.index[evidence.notna()])
        self.facts = facts.values_and_texts(facts.published())
        self.works = set(table("works")["work_id"])
        self.labels = {label for page in read_pages for _, label in page.labels}
        self.terms = set().union(*map(_terms, read_pages))
        self.figures = {page.path.stem: {label for _, label in page.labels} for page in read_pages}


def _beside(page: Written, target: str) -> Path:
    """The file that a target means, from the folder of its page or, after a slash, from the root."""
    folder = ROOT if target.startswith("/") else page.path.parent
    return Path(os.path.normpath(folder / target.lstrip("/")))


class _Named(NamedTuple):
    """What a role names: in words, whether it is there, and whether several are divided by commas."""

    expected: str
    there: Callable[[_Known, Written, str], bool]
    several: bool = False


_WORK = _Named("a work of references.bib", lambda known, page, name: name in known.works, several=True)
# What is made after the pages are read has a name here, at least.
_MADE = _Named("the name of a file", lambda known, page, name: bool(re.fullmatch(r"[\w./-]+\.\w+", name)))
ROLES = {
    "ev": _Named("a statement of data/evidence.csv", lambda known, page, name: name in known.evidence, several=True),
    "said": _Named(
        "a statement with a quotation, of data/evidence.csv", lambda known, page, name: name in known.quoted
    ),
    "glue:text": _Named(
        "a fact of data/facts.csv", lambda known, page, name: facts.in_form(name, known.facts) is not None
    ),
    "cite:p": _WORK,
    "cite:t": _WORK,
    "ref": _Named("the label of a place in the book", lambda known, page, name: name in known.labels),
    "numref": _Named("the label of a figure or a table", lambda known, page, name: name in known.labels),
    "term": _Named("a term of a glossary", lambda known, page, name: _folded(name) in known.terms),
    "doc": _Named(
        "the path of a page from here, without its ending",
        lambda known, page, name: _beside(page, f"{name}.md").is_file(),
    ),
    "download": _Named("the path of a file from here", lambda known, page, name: _beside(page, name).is_file()),
    "beside": _MADE,
    "cite-file": _MADE,
}


def _of_roles(page: Written, known: _Known) -> Iterator[Problem]:
    for role in page.roles:
        if role.name not in ROLES:
            yield Problem(shown(page.path), f"expected a role of {', '.join(ROLES)}", role.line, None, role.name)
            continue
        named = ROLES[role.name]
        for value in role.parts() if named.several else [role.target]:
            if not named.there(known, page, value):
                yield Problem(shown(page.path), f"expected {named.expected}", role.line, None, value)


def _of_directives(page: Written, known: _Known) -> Iterator[Problem]:
    sources = {path.stem for path in SEEDS.glob("*.md")}
    for block in page.blocks:
        words = block.argument.split()
        if block.name and block.name not in DIRECTIVES:
            yield Problem(shown(page.path), "expected a directive that the book knows", block.line, None, block.name)
        elif block.name == "dossier" and block.argument.strip() not in sources:
            yield Problem(shown(page.path), "expected a source", block.line, None, block.argument)
        elif block.name == "drawn" and (len(words) != 2 or words[1] not in known.figures.get(words[0], ())):
            yield Problem(shown(page.path), "expected a chapter and its figure", block.line, None, block.argument)


def _of_links(page: Written, known: _Known) -> Iterator[Problem]:
    """A link or a picture of Markdown leads to an address, to a place of the book, or to a file that is there."""
    for number, line in words_of(page):
        for target in _LINK.findall(line):
            path, _, place = target.partition("#")
            there = not path or ":" in path or _beside(page, path).is_file()
            if not there or (not path and place not in known.labels):
                yield Problem(
                    shown(page.path), "expected the path of a file from here, or #place", number, None, target
                )


def _of_labels(read_pages: list[Written]) -> Iterator[Problem]:
    """No label stands at two places."""
    often = Counter(label for page in read_pages for label in {label for _, label in page.labels})
    for page in read_pages:
        own = Counter(label for number, label in page.labels if PLACE.match(page.lines[number - 1]))
        for number, label in page.labels:
            if often[label] > 1 or own[label] > 1:
                yield Problem(shown(page.path), "expected a label that no other place has", number, None, label)


CHECKS = (_of_roles, _of_directives, _of_links)


def check_named() -> list[Problem]:
    """Everything that a page names and that is not there, on all pages."""
    read_pages = [read(path) for path in pages()]
    known = _Known(read_pages)
    found = [problem for page in read_pages for check in CHECKS for problem in check(page, known)]
    return [*found, *_of_labels(read_pages)]
