"""What the text names is a link to its entry: discrepancies, tables, and people at their first mention on a page.

Authors write ``discrepancy D45``, a table's name after the word *table*, the id of a statement, or a full name, and
nothing else: links are made once all pages are read, from the tables. In prose of the site a mark after a discrepancy
opens a card with both sides of it, as a mark after a claim opens its evidence (:mod:`.evidence`), without a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

from ..reads import cache
from ..tables import names as table_names
from ..tables import parts_of, table
from ..tables import title as title_of_table
from .backmatter import PEOPLE
from .evidence import LEDGER, LISTING, anchor_of, evidence_card, names, place, records, xref

FORMS = ("html", "ebook")
CHAPTER = "chapters/"
ABOUT_IDS = ("reference/citing", "reference/dictionary")  # pages that tell of ids, and print them
REVIEWS = "reference/reviews"  # its points are numbered as discrepancies are
_CLOSED = (nodes.reference, nodes.literal, nodes.literal_block, nodes.title, nodes.raw)  # where no link can stand
_APART = (nodes.table, nodes.caption, evidence_card)  # what is looked up, and not read in its turn
_LISTED = r"D\d\d[a-z]?"
_DISCREPANCY = re.compile(rf"(?:\bdiscrepancy\s+)?\b({_LISTED})\b", re.IGNORECASE)
_SAID_TO_BE = re.compile(rf"\b(?:discrepancy|ledger)\s+({_LISTED})\b", re.IGNORECASE)
_AFTER_TABLE = re.compile(r"\btables? $")


class Mention(NamedTuple):
    """A stretch of text that names something: where it begins and ends, what kind of thing it is, and which."""

    start: int
    end: int
    kind: str
    key: str


@cache
def _discrepancies() -> dict[str, Any]:
    return {row.discrepancy_id: row for row in table("discrepancies").itertuples()}


@cache
def _people() -> tuple[re.Pattern[str], dict[str, str]]:
    """The names of people in full, and whose each is; a name that two have leads nowhere."""
    whose: dict[str, set[str]] = {}
    for row in table("people").itertuples():
        for name in (row.name, *parts_of(row.also)):
            if " " in name:
                whose.setdefault(name.replace("'", "’"), set()).add(row.person_id)
    known = {name: next(iter(ids)) for name, ids in whose.items() if len(ids) == 1}
    longest = sorted(known, key=lambda name: (-len(name), name))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b"), known


@cache
def _tables() -> re.Pattern[str]:
    one = "|".join(sorted(table_names(), key=len, reverse=True))
    return re.compile(rf"\btables?\s+((?:{one})\b(?:(?:,\s+|\s+and\s+)(?:{one})\b)*)")


@cache
def _place() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(names()['source'])}):\w+\.\w+")


@cache
def _passages() -> set[str]:
    return set(table("passages")["passage_id"])


# --- finding ---------------------------------------------------------------------------


def discrepancies_in(text: str, strict: bool = False) -> Iterator[Mention]:
    """Every discrepancy that a text names by its number; ``strict``: only after a word that says what it is."""
    for found in (_SAID_TO_BE if strict else _DISCREPANCY).finditer(text):
        if found[1] in _discrepancies():
            yield Mention(found.start(), found.end(), "discrepancy", found[1])


def tables_in(text: str) -> Iterator[Mention]:
    """Every table that a text names after the word *table*."""
    for run in _tables().finditer(text):
        for found in re.finditer(r"\w+", run[1]):
            if found[0] in table_names():
                start = run.start(1) + found.start()
                yield Mention(start, start + len(found[0]), "table", found[0])


def people_in(text: str, met: set[str]) -> Iterator[Mention]:
    """The first mention of everybody who is not in ``met``; they are added to it."""
    pattern, whose = _people()
    for found in pattern.finditer(text.replace("'", "’")):
        person = whose[found[0]]
        if person not in met:
            met.add(person)
            yield Mention(found.start(), found.end(), "person", person)


def places_in(text: str) -> Iterator[Mention]:
    """Every statement and passage that a text names by its id."""
    for found in _place().finditer(text):
        if found[0] in records():
            yield Mention(found.start(), found.end(), "evidence", found[0])
        elif found[0] in _passages():
            yield Mention(found.start(), found.end(), "passage", found[0])


def linked_in_html(html: str, to_root: str, strict: bool) -> str:
    """The HTML of a cell that has no links, with the discrepancies that it names as links; ``strict``: as above."""

    def link(found: re.Match[str]) -> str:
        if found[1] not in _discrepancies():
            return found[0]
        return f'<a href="{to_root}{LEDGER}.html#{anchor_of(found[1])}">{found[0]}</a>'

    return (_SAID_TO_BE if strict else _DISCREPANCY).sub(link, html)


# --- on a page ---------------------------------------------------------------------------


def _around(node: nodes.Node) -> list[nodes.Node]:
    """What a node stands in, from the nearest outwards."""
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


def _in_prose(around: list[nodes.Node]) -> bool:
    """Whether a text is part of what is read from beginning to end, and no quotation."""
    quoted = any(isinstance(one, nodes.inline) and "said" in one["classes"] for one in around)
    inside = any(isinstance(one, nodes.paragraph) for one in around)
    listed = any(isinstance(one, nodes.container) and "ev-record" in one["classes"] for one in around)
    return inside and not quoted and not listed and not any(isinstance(one, _APART) for one in around)


class _Page:
    """A page in which mentions become links, as the site or the e-book has them."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        """The page ``docname``."""
        self.app, self.docname, self.form = app, docname, app.builder.name
        self.met: set[str] = set()  # people
        self.opened: dict[str, None] = {}  # discrepancies whose cards the page has

    def link(self, doctree: nodes.document) -> None:
        """Make the links, and put the cards at the end of the page."""
        for text in list(doctree.findall(nodes.Text)):
            around = _around(text)
            if self._names_table(text, around):
                text.parent.replace_self(self._made(Mention(0, 0, "table", str(text)), ""))
            elif not any(isinstance(one, _CLOSED) for one in around):
                self._link_in(text, _in_prose(around))
        if self.opened:
            cards = nodes.container("", *map(self._card, self.opened), classes=["entry-cards"])
            for text in list(cards.findall(nodes.Text)):
                if not any(isinstance(one, _CLOSED) for one in _around(text)):
                    self._link_in(text, prose=False)
            doctree += cards

    def _found(self, text: str, prose: bool) -> list[Mention]:
        """What a text names of which this book has the entries, in its order."""
        pages = self.app.env.found_docs
        found: list[Mention] = []
        if LEDGER in pages and self.docname != LEDGER:
            found += discrepancies_in(text, strict=self.docname == REVIEWS)
        if LISTING in pages and self.docname not in ABOUT_IDS:
            found += places_in(text)
        if self.form == "html":
            found += tables_in(text)
        if PEOPLE in pages and prose and (self.docname == self.app.config.root_doc or self.docname.startswith(CHAPTER)):
            found += people_in(text, self.met)
        return sorted(found)

    def _link_in(self, text: nodes.Text, prose: bool) -> None:
        parts: list[nodes.Node] = []
        said, at = str(text), 0
        for one in self._found(said, prose):
            parts += [nodes.Text(said[at : one.start]), self._made(one, said[one.start : one.end])]
            if one.kind == "discrepancy" and prose and self.form == "html":
                self.opened[one.key] = None
                parts.append(nodes.raw("", _marker(one.key), format="html"))
            at = one.end
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(said[at:])])

    def _names_table(self, text: nodes.Text, around: list[nodes.Node]) -> bool:
        """Whether a text is the name of a table, in letters of its own after the word *table*."""
        apart, holder = isinstance(around[0], (nodes.literal, nodes.emphasis)), around[1:2]
        if self.form != "html" or not apart or str(text) not in table_names() or isinstance(holder[0], nodes.reference):
            return False
        at = holder[0].index(around[0])
        return bool(at and _AFTER_TABLE.search(holder[0][at - 1].astext()))

    def _made(self, one: Mention, said: str) -> nodes.Element:
        """The link of a mention; what a program calls by a key is called as a reader calls it."""
        if one.kind == "table":
            made = self._reference(f"tables/{one.key}", "", title_of_table(one.key))
        elif one.kind == "person":
            made = self._reference(PEOPLE, f"person-{one.key}", said)
        else:  # the record says itself where its parts stand in this form of the book
            waiting = xref(one.kind, one.key, said if one.kind == "discrepancy" else place(one.key))
            waiting["refdoc"] = self.docname
            made = self.app.emit_firstresult("missing-reference", self.app.env, waiting, waiting[0])
        made["classes"] += ["to-entry", f"to-{one.kind}"]
        return made

    def _reference(self, docname: str, anchor: str, said: str) -> nodes.reference:
        return make_refnode(self.app.builder, self.docname, docname, anchor, nodes.inline("", said))

    def _card(self, key: str) -> nodes.Element:
        """What the mark after a discrepancy opens: both sides, how the book reads them, and the way to the entry."""
        row = _discrepancies()[key]
        to_entry = self._made(Mention(0, 0, "discrepancy", key), "The entry, with the passages and the ground")
        told = [("One side", row.says_a), ("The other", row.says_b), ("Read here as", row.resolution)]
        return nodes.container(
            "",
            nodes.raw("", _OPENING.format(key=key, topic=escape(row.topic)), format="html"),
            *(nodes.paragraph("", "", nodes.strong("", f"{head}: "), nodes.Text(said)) for head, said in told),
            nodes.paragraph("", "", to_entry),
            nodes.raw("", "</div>", format="html"),
        )


_OPENING = (
    '<div class="entry-card" id="card-{key}" popover role="dialog" aria-label="Discrepancy {key}">'
    '<p class="ev-title"><span>Discrepancy {key}: {topic}</span><button type="button" class="ev-close" '
    'popovertarget="card-{key}" popovertargetaction="hide">Close</button></p>'
)


def _marker(key: str) -> str:
    """The mark that opens a card; its sign is drawn by the style sheet, so that it is no word of the sentence."""
    topic = escape(_discrepancies()[key].topic, quote=True)
    return (
        f'<button type="button" class="entry-marker" popovertarget="card-{key}" '
        f'aria-label="Discrepancy {key}: {topic}"><span></span></button>'
    )


def _link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """On the site and in the e-book; print has the entries in another volume, and people in its index."""
    if app.builder.name in FORMS:
        _Page(app, docname).link(doctree)


def connect(app: Sphinx) -> None:
    """Links once the pages are read and their own links are made."""
    app.connect("doctree-resolved", _link, priority=600)
