"""Slides for a class: a page a part of the book, each of its sections a slide.

A deck is a page like others (``reference/slides-1``), so that its numbers, evidence and links are held to the same
rules. On the site each slide fills the screen, and the reader goes from one to the next by scrolling, by keyboard, or
by the links at its foot; nothing needs a script. :mod:`.press` makes a PDF and a PowerPoint file of it. The printed
book and the e-book leave it out.

{drawn} rounds fig-topics   the figure of a chapter, with a link to its place there
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective

from ..paths import CHAPTERS, SLIDES
from ..release import citation_file, title_and_subtitle
from . import folded
from .numbering import called

GUIDE = "teaching"  # the page beside them that leads to them
NOTES = "Notes"  # the title of the folded box with what a teacher may say
DRAWN = "drawn"


class DeckError(SphinxError):
    """A slide that cannot be made."""

    category = "Slides"


class drawn_elsewhere(nodes.General, nodes.Element):
    """The place of a figure: ``chapter`` and ``figure``."""


def is_deck(docname: str) -> bool:
    """Whether a page is one of slides."""
    return docname.startswith(SLIDES)


def slides(deck: nodes.document) -> list[nodes.section]:
    """The slides of a deck after its title."""
    return [child for child in next(iter(deck.findall(nodes.section))) if isinstance(child, nodes.section)]


def notes_of(slide: nodes.section) -> nodes.container | None:
    """The box with the notes of a slide."""
    return folded.boxes(slide.children).get(NOTES)


class Drawn(SphinxDirective):
    """A figure that a chapter draws."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Its place; the deck is made again when the chapter has changed."""
        chapter, figure = self.arguments
        self.env.note_dependency(str(CHAPTERS / f"{chapter}.md"))
        return [drawn_elsewhere(chapter=f"chapters/{chapter}", figure=figure)]


def _find(app: Sphinx, place: drawn_elsewhere, docname: str) -> nodes.image:
    for figure in app.env.get_doctree(place["chapter"]).findall(nodes.figure):
        if place["figure"] in figure["ids"]:
            return next(iter(figure.findall(nodes.image)))
    raise DeckError(f"{docname}: expected a figure of {place['chapter']}, got {place['figure']}")


def _draw(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the figures of chapters where they are wanted, each with a line that says where it stands."""
    for place in list(doctree.findall(drawn_elsewhere)):
        holder = nodes.container(classes=[DRAWN], ids=[place["figure"]])
        holder += _find(app, place, docname).deepcopy()
        holder += nodes.paragraph("", "", *_source(app, place, docname), classes=["drawn-from"])
        place.replace_self(holder)


def _source(app: Sphinx, place: drawn_elsewhere, docname: str) -> list[nodes.Node]:
    """``Figure 3.2 of On the Record``, the number a link to the figure."""
    number = called(app.env, place["chapter"], "figure", [place["figure"]])
    uri = f"{app.builder.get_relative_uri(docname, place['chapter'])}#{place['figure']}"
    link = nodes.reference("", "", nodes.inline("", number or "Figure"), refuri=uri, internal=True)
    return [link, nodes.Text(" of "), nodes.emphasis("", title_and_subtitle(citation_file())[0]), nodes.Text(".")]


def _arrange(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """On the site: what the style sheet needs to know, and links to the slides before and after."""
    if app.builder.name != "html" or not is_deck(docname):
        return
    top = next(iter(doctree.findall(nodes.section)))
    top["classes"].append("deck")
    stops = [top, *slides(doctree)]
    for number, slide in enumerate(stops):
        if number:
            slide["classes"].append("slide")
        slide.insert(_last_of_slide(slide), nodes.raw("", _steps(stops, number), format="html"))


def _last_of_slide(slide: nodes.section) -> int:
    """Where the first slide ends: before the next; every other at its own end."""
    inner = (at for at, child in enumerate(slide) if isinstance(child, nodes.section))
    return next(inner, len(slide))


def _steps(stops: list[nodes.section], number: int) -> str:
    def link(to: int, words: str, sign: str) -> str:
        if not 0 <= to < len(stops):
            return ""
        return f'<a href="#{escape(stops[to]["ids"][0])}" aria-label="{words}">{sign}</a>'

    home = "" if number else f'<a class="home" href="{GUIDE}.html">Teaching guide</a>'
    place = f"<span>{number + 1} of {len(stops)}</span>"
    inside = home + link(number - 1, "Slide before", "←") + place + link(number + 1, "Next slide", "→")
    return f'<nav class="slide-steps d-print-none" aria-label="Slide {number + 1}">{inside}</nav>'


def _forget(self: Any, node: nodes.Node) -> None:
    raise nodes.SkipNode


def connect(app: Sphinx) -> None:
    """The directive; figures before links between pages and pictures are settled."""
    app.add_node(drawn_elsewhere, html=(_forget, None))
    app.add_directive("drawn", Drawn)
    app.connect("doctree-resolved", _draw, priority=200)
    app.connect("doctree-resolved", _arrange, priority=640)
