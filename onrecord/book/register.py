"""The index of the site and the e-book: where people, organizations, places, topics and years stand.

``{register}`` makes it from the tables and from the chapters as they were read, so that nobody has to keep it. The
words of a chapter are counted section by section; a heading leads to its entry in the record, then to the sections that
name it most, in the order of the book. Print has an index of its own, by page (:mod:`.press.index`), and leaves this
page out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from .. import remembered
from ..paths import CODE
from ..people import forms
from ..reads import note, recording
from ..tables import in_words, parts_of, record, table
from . import made
from .backmatter import CHRONOLOGY, ORGANIZATIONS, PEOPLE
from .byletter import plain_letters
from .evidence import evidence_card, evidence_marker, records
from .kept import Kept
from .listings import section, statements, without_brackets
from .numbering import section_number

REGISTER = "reference/names"
CODEBOOK = "reference/codebook"
MOST = 8  # places in the chapters after one heading
COMMON = 4  # a place that one section in so many names is what the book is about, and no heading
_WORD = re.compile(r"\w+")
_LETTERS = 24  # of the hash that a count is remembered by


class register_placeholder(nodes.General, nodes.Element):
    """Where the index goes, once all pages are read."""


class Place(NamedTuple):
    """A place to which a heading leads: page, id, and what the link says."""

    docname: str
    anchor: str
    said: str


class Heading(NamedTuple):
    """A heading of the index: how it is sorted and printed, its entry in the record, and its names in the text."""

    sort: str
    printed: str
    entry: Place
    written: tuple[str, ...]


class Register(SphinxDirective):
    """The directive."""

    def run(self) -> list[nodes.Node]:
        """The headings of the parts, with their places to come."""
        return [section(title, f"index-{kind}", register_placeholder(kind=kind)) for kind, title in PARTS.items()]


PARTS = {"people": "People", "organizations": "Organizations", "places": "Places", "topics": "Topics", "years": "Years"}


# --- what the chapters say ------------------------------------------------------------


class Told(NamedTuple):
    """A section of a chapter: where it is, its words, and how often each theme is marked in it."""

    place: Place
    words: str
    themes: Counter[str]


def _own(node: nodes.Node) -> Iterator[nodes.Node]:
    """What stands in a section and in none of its parts, cards left out."""
    for child in node.children:
        if isinstance(child, (nodes.section, evidence_card)):
            continue
        yield child
        yield from _own(child)


def _told(docname: str, part: nodes.section) -> Told:
    """A section, so long by its title."""
    own = list(_own(part))
    words = " ".join("".join(str(node) for node in own if isinstance(node, nodes.Text)).split())
    marks = [records()[name].theme_id for node in own if isinstance(node, evidence_marker) for name in node["records"]]
    return Told(Place(docname, part["ids"][0], part.next_node(nodes.title).astext()), words, Counter(marks))


def _sections(env: BuildEnvironment, page: nodes.document) -> list[Told]:
    """The sections of a chapter."""
    parts = page.findall(nodes.section) if env.docname.startswith("chapters/") else ()
    return [_told(env.docname, part) for part in parts]


SECTIONS = Kept("sections", _sections)


def told(env: BuildEnvironment) -> list[Told]:
    """Every section of the chapters, in the order of the book, by its number if it has one."""
    pages = env.toctree_includes.get(env.config.root_doc, [])
    return [_by_number(env, part, not at) for name in pages for at, part in enumerate(SECTIONS.of(env).get(name, []))]


def _by_number(env: BuildEnvironment, part: Told, first: bool) -> Told:
    place = part.place
    number = section_number(env, place.docname, "" if first else f"#{place.anchor}")
    return part._replace(place=place._replace(said=number or place.said))


# --- the headings ---------------------------------------------------------------------


def people() -> Iterator[Heading]:
    """Everybody named, by family name; whose family name stands alone is found by it."""
    for row in table("people").itertuples():
        entry = Place(PEOPLE, f"person-{row.person_id}", "entry")
        yield Heading(row.sort_name, row.sort_name, entry, tuple(forms(row)))


def organizations() -> Iterator[Heading]:
    """Every organization, under all of its names as printed."""
    for row in table("organisations").itertuples():
        others = tuple(parts_of(row.name_as_printed_variants))
        yield Heading(
            row.name,
            row.name,
            Place(ORGANIZATIONS, f"organisation-{row.organisation_id}", "entry"),
            (without_brackets(row.name), *others),
        )


def _pattern(written: Iterable[str]) -> re.Pattern[str]:
    longest = sorted({re.escape(name).replace("'", "['’]") for name in written}, key=lambda name: (-len(name), name))
    return re.compile(rf"\b(?:{'|'.join(longest)})\b")


def _straight(name: str) -> str:
    """A name with straight apostrophes, which a pattern finds as both."""
    return name.replace("’", "'")


def most(counts: list[int], parts: list[Told]) -> list[Place]:
    """The places of the sections with the highest counts, in the order of the book."""
    best = sorted((at for at, count in enumerate(counts) if count), key=lambda at: (-counts[at], at))[:MOST]
    return [parts[at].place for at in sorted(best)]


class Sections:
    """The sections of the chapters, and in which of them each word stands: patterns are slow, and are tried there."""

    def __init__(self, parts: list[Told], before: Mapping[str, int] = MappingProxyType({})) -> None:
        """``parts``: in the order of the book; ``before``: what was ``counted`` earlier, for the same words."""
        self.parts, self._before = parts, before
        self.counted: dict[str, int] = {}
        self._with: dict[str, set[int]] = {}
        for at, part in enumerate(parts):
            for word in set(_WORD.findall(part.words)):
                self._with.setdefault(word, set()).add(at)

    def times(self, written: Iterable[str], others: Iterable[str] = ()) -> list[int]:
        """How often some names stand in each section, whichever of them, and not as a part of one of ``others``."""
        names = {_straight(name) for name in written}
        places = set[int]().union(*(self._with.get(_WORD.findall(name)[0], ()) for name in names))
        if not places:
            return [0] * len(self.parts)
        longer = {other for other in map(_straight, others) if any(name in other for name in names)} - names
        asked = "|".join([*sorted(names), "", *sorted(longer)])
        pattern = cache(lambda: _pattern(names | longer))

        def count(words: str) -> int:
            key = hashlib.sha256(f"{asked}\n{words}".encode()).hexdigest()[:_LETTERS]
            known = self._before.get(key)
            now = sum(_straight(name) in names for name in pattern().findall(words)) if known is None else known
            return self.counted.setdefault(key, now)

        return [count(part.words) if at in places else 0 for at, part in enumerate(self.parts)]


def _whose(headings: Iterable[Heading]) -> dict[str, Heading | None]:
    """Whose each name is. One that two have is that of the only one who is printed with it, or of nobody."""
    found: dict[str, list[Heading]] = {}
    for one in headings:
        for name in set(one.written):
            found.setdefault(name, []).append(one)
    printed = {name: [one for one in ones if len(ones) == 1 or name in one.printed] for name, ones in found.items()}
    return {name: ones[0] if len(ones) == 1 else None for name, ones in printed.items()}


def _named(headings: Iterable[Heading], chapters: Sections) -> list[tuple[str, list[Place]]]:
    """Headings with the sections that name them most."""
    ordered = sorted(headings, key=lambda one: plain_letters(one.sort))
    whose = _whose(ordered)
    counts = [chapters.times([name for name in one.written if whose[name] is one], whose) for one in ordered]
    return [
        (one.printed, [one.entry, *most(count, chapters.parts)]) for one, count in zip(ordered, counts, strict=True)
    ]


def places(chapters: Sections) -> list[tuple[str, list[Place]]]:
    """Every place of the list of proper names that a chapter names, with the events at it; not Canada or China."""
    events = table("events").sort_values(["date", "event_id"])
    dated = [(row.description, f"event-{row.event_id}", in_words(row.date[:7])) for row in events.itertuples()]
    listed = []
    for name in sorted(table("proper_names").query("kind == 'place'")["name"], key=plain_letters):
        times = chapters.times([name])
        if not 0 < sum(map(bool, times)) < len(chapters.parts) / COMMON:
            continue
        pattern = _pattern([name])
        here = [Place(CHRONOLOGY, *place) for words, *place in dated if pattern.search(words)]
        listed.append((name, [*most(times, chapters.parts), *here[:MOST]]))
    return listed


def topics(chapters: Sections) -> list[tuple[str, list[Place]]]:
    """Every theme of the codebook, with the sections whose marks carry it."""
    often = record()["theme_id"].value_counts()
    rows = sorted(table("themes").itertuples(), key=lambda row: plain_letters(row.label))
    return [
        (
            f"{row.label} ({statements(often.get(row.theme_id, 0))})",
            [
                Place(CODEBOOK, f"theme-{row.theme_id}", "entry"),
                *most([part.themes[row.theme_id] for part in chapters.parts], chapters.parts),
            ],
        )
        for row in rows
    ]


def years() -> list[tuple[str, list[Place]]]:
    """Every year of the chronology, with its dated events."""
    rows = table("events").sort_values(["date", "event_id"])
    by_year = groupby(rows.itertuples(), key=lambda row: row.date[:4])
    return [
        (year, [Place(CHRONOLOGY, f"event-{row.event_id}", _in_year(row.date)) for row in group])
        for year, group in by_year
    ]


def _in_year(date: str) -> str:
    """A date without its year; a year as it is."""
    return in_words(date).removesuffix(f" {date[:4]}")


def headings(kind: str, chapters: Sections) -> list[tuple[str, list[Place]]]:
    """The headings of one part of the index, each with its places."""
    makers = {"people": people, "organizations": organizations}
    if kind in makers:
        return _named(makers[kind](), chapters)
    return years() if kind == "years" else {"places": places, "topics": topics}[kind](chapters)


# --- on the page ----------------------------------------------------------------------


def _item(app: Sphinx, docname: str, printed: str, where: list[Place]) -> nodes.list_item:
    line = nodes.paragraph("", f"{printed}: ")
    for place in where:
        line += make_refnode(app.builder, docname, place.docname, place.anchor, nodes.inline("", place.said))
        line += nodes.Text(", ")
    line.children.pop()
    return nodes.list_item("", line)


Counted = tuple[dict[str, list[tuple[str, list[Place]]]], set[str]]


def _of(app: Sphinx) -> Counted:
    """The headings of every part, and the tables they are made from; they are counted once."""
    if not hasattr(app, "onrecord_register"):
        key = remembered.of_files([CODE / "book" / "register.py"], "")
        before = remembered.recall("register", key) or {}
        with recording() as read:
            chapters = Sections(told(app.env), before)
            found = {kind: headings(kind, chapters) for kind in PARTS}
        if chapters.counted != before:
            remembered.keep("register", key, chapters.counted)
        app.onrecord_register = found, read  # type: ignore[attr-defined]
    counted: Counted = app.onrecord_register  # type: ignore[attr-defined]
    return counted


def _rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Any page may change the index."""
    return made.drawn(app, REGISTER, _of(app)[0], sorted(env.found_docs)) if REGISTER in env.found_docs else []


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the index in its place; a page that the book leaves out is led to by nothing."""
    for holder in list(doctree.findall(register_placeholder)):
        found, read = _of(app)
        note(*read)
        known = [
            (printed, [place for place in where if place.docname in app.env.found_docs])
            for printed, where in found[holder["kind"]]
        ]
        items = [_item(app, docname, printed, where) for printed, where in known if where]
        holder.replace_self(nodes.bullet_list("", *items, classes=["register"]))


def connect(app: Sphinx) -> None:
    """The directive, and its places once all pages are read and numbered."""
    app.add_node(register_placeholder)
    app.add_directive("register", Register)
    SECTIONS.connect(app)
    app.connect("env-get-updated", _rewrite, priority=900)
    app.connect("doctree-resolved", _fill, priority=400)
