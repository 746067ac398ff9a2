"""What the built pages give to the search: sections, figures, tables, terms and works, and the places of everything.

The pages are read as they were written, so that the search can find only what stands on them, and where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import html

from ..backmatter import CHRONOLOGY, ORGANIZATIONS, PEOPLE
from ..evidence import LEDGER, LISTING
from ..register import REGISTER
from .entries import DICTIONARY, Entry

BIBLIOGRAPHY = "reference/bibliography"
# Pages whose parts are entries of their own: of these the first section is enough.
LISTED = {
    *(LISTING, LEDGER, PEOPLE, ORGANIZATIONS, CHRONOLOGY, BIBLIOGRAPHY, REGISTER),
    *(DICTIONARY, "reference/reviews", "reference/colophon"),
}
_CLASSES = (
    *("ev-card", "headerlink", "data-behind", "cell_input", "highlight", "toctree-wrapper", "reuse", "download"),
    *("entry-card", "front", "bibtex-citation", "visually-hidden"),
)
_UNREAD = f"//*[{' or '.join(f'contains(@class, {name!r})' for name in _CLASSES)}] | //script | //pre | //nav | //form"
_GAP = re.compile(r" ([,.;:)])")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def words(node: html.HtmlElement) -> str:
    """The words of an element, with single spaces, and none before a comma where a citation was taken out."""
    return _GAP.sub(r"\1", " ".join(node.text_content().split()))


def _cells(row: html.HtmlElement) -> str:
    return ", ".join(filter(None, (words(cell) for cell in row.iter("td", "th"))))


def _take(node: html.HtmlElement) -> None:
    """Take an element out of its page, and leave what follows it."""
    node.drop_tree()


class Page:
    """A built page: its title, its places, and what can be found on it."""

    def __init__(self, name: str, text: str) -> None:
        """``text``: the page as it was written."""
        self.name = name
        main = html.fromstring(text).find(".//main")
        self.main = main if main is not None else html.Element("main")
        self.places = {str(place) for place in self.main.xpath("//@id")}
        for node in self.main.xpath(_UNREAD):
            if node.getparent() is not None:
                _take(node)
        heading = self.main.find(".//h1")
        self.title = words(heading) if heading is not None else name

    def told(self) -> dict[str, Any]:
        """What the search takes from the page: ``title``, ``places`` and ``entries``, each a list of its fields."""
        return {"title": self.title, "places": sorted(self.places), "entries": [list(one) for one in self.entries()]}

    def entries(self) -> Iterator[Entry]:
        """Figures and tables first: they are taken out of the sections that they stand in."""
        yield from [*self._figures(), *self._tables(), *self._terms(), *self._works()]
        yield from self._sections()

    def _entry(self, kind: str, anchor: str, title: str, text: str, also: str = "") -> Entry:
        return Entry(kind, self.name, anchor, title, text, also)

    def _caption(self, kind: str, node: html.HtmlElement, caption: html.HtmlElement, rest: str) -> Entry:
        """A figure or a table: its number and the first sentence of its caption are its title."""
        first, dot, more = words(caption).partition(". ")
        if first.startswith("Fig"):  # the point of "Fig."
            second, dot, more = more.partition(". ")
            first = f"{first}. {second}"
        return self._entry(kind, node.get("id"), first + dot.strip(), f"{more} {rest}".strip())

    def _figures(self) -> Iterator[Entry]:
        for node in self.main.xpath("//figure[@id]"):
            caption = node.find(".//figcaption")
            if caption is not None:
                # Once, for both drawings of a figure say the same.
                told = " ".join(dict.fromkeys(picture.get("aria-label", "") for picture in node.iter("svg")))
                yield self._caption("figure", node, caption, told)
            _take(node)

    def _tables(self) -> Iterator[Entry]:
        for node in self.main.xpath("//table"):
            caption = node.find("caption")
            if node.get("id") and caption is not None:
                rows = "; ".join(_cells(row) for row in node.iter("tr"))
                yield self._caption("table", node, caption, rows)
            if node.get("id") or "passages" in node.get("class", "") or "dictionary" in node.get("class", ""):
                _take(node)

    def _terms(self) -> Iterator[Entry]:
        for glossary in self.main.xpath("//dl[contains(@class, 'glossary')]"):
            heads: list[html.HtmlElement] = []
            for node in glossary:
                if node.tag == "dt":
                    heads.append(node)
                elif heads:
                    title = ", ".join(words(head) for head in heads)
                    yield self._entry("term", heads[0].get("id"), title, words(node))
                    heads = []
            _take(glossary)

    def _works(self) -> Iterator[Entry]:
        for node in self.main.xpath("//div[@class='citation'][@id]"):
            label = node.find(".//span[@class='label']")
            title = words(label).strip("[] ") if label is not None else ""
            text = words(node).removeprefix(f"[{title}]").partition(" URL: ")[0].strip()
            yield self._entry("work", node.get("id"), title, text)

    def _sections(self) -> Iterator[Entry]:
        for node in self.main.xpath("//section[@id]"):
            heading = next((child for child in node if child.tag in _HEADINGS), None)
            if heading is None or (self.name in LISTED and heading.tag != "h1"):
                continue
            own = [words(child) for child in node if child.tag != "section" and child is not heading]
            text = " ".join(filter(None, own)) if self.name not in LISTED else " ".join(own[:1])
            yield self._entry("section", node.get("id"), words(heading), text)
