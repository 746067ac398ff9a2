"""The page of all statements, taken apart: a page a room, as on the site (:mod:`..rooms`).

A reading system lays out a whole file before it shows a page of it, and seven hundred cards are slow to lay out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from sphinx.util.osutil import relative_uri

from ..evidence import anchor_of
from ..rooms import Room, rooms
from .xhtml import add_text, element, page

_SOURCE = "evidence-"  # what the id of a source's section begins with


@dataclass(frozen=True)
class Page:
    """A page of statements: where it is in the book, its title, and what stands there."""

    path: str
    title: str
    root: ET.Element
    statements: frozenset[str]


def rooms_of(listing: ET.Element) -> list[Page]:
    """The statements of ``listing`` (the root of its page) as pages, in order; links to these stay in their place."""
    sources = [part for part in listing.iter("section") if part.get("id", "").startswith(_SOURCE)]
    cards = [child for source in sources for child in source if child.tag != "h2"]
    made = []
    for room in rooms():
        here = frozenset(map(anchor_of, room.statements))
        last = max(place for place, card in enumerate(cards) if card.get("id") in here)
        made.append(_page(room, here, cards[: last + 1]))
        cards = cards[last + 1 :]
    for source in sources:
        _lead(source, [one for one in made if one.statements & {card.get("id") for card in source}])
    return made


def _page(room: Room, here: frozenset[str], parts: list[ET.Element]) -> Page:
    path = f"{room.page}.xhtml"
    root, body = page(path, room.title, "backmatter")
    about = {"epub__type": "appendix", "role": "doc-appendix", "aria_labelledby": "page-title"}
    holder = element("section", body, **about)
    element("h1", holder, room.title, id="page-title")
    for part in parts:
        if part.get("class") == "box-title":  # the section of the source
            element("h2", holder, "".join(part.itertext()))
        else:
            holder.append(part)
    return Page(path, room.title, root, here)


def _lead(source: ET.Element, made: list[Page]) -> None:
    """Put links to pages where their statements stood."""
    for child in list(source):
        if child.tag != "h2":
            source.remove(child)
    listed = element("ul", source)
    for one in made:
        entry = element("li", listed)
        element("a", entry, one.title, href=posixpath.basename(one.path))
        add_text(entry, f" ({len(one.statements)})")


def lead_to(roots: Mapping[str, ET.Element], listing: str, made: Iterable[Page]) -> None:
    """Have every link to a statement lead to the page on which it now stands. ``roots``: every page by its path."""
    stands = {statement: one.path for one in made for statement in one.statements}
    for path, root in roots.items():
        for link in root.iter("a"):
            to, _, anchor = link.get("href", "").partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), to))
            if anchor in stands and target == listing:
                link.set("href", f"{relative_uri(path, stands[anchor])}#{anchor}")
