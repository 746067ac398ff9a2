"""What stands at the head of a page of the site: the book's cover and citation, a chapter's length and parts.

Print and e-book have a cover, a title page and a contents of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx_design.dropdown import dropdown_main

from .. import cited
from ..files import put
from ..release import citation_file, title_and_subtitle
from .ebook.cover import cover
from .evidence import evidence_card, evidence_marker
from .figures import data_behind
from .made import site_written
from .numbering import section_number
from .publish import boxes

COVER, SIZE = "_images/cover.png", (200, 320)  # pixels on the page; the file has twice as many, for fine screens
_DPI = 25
_PACE = 230  # words a minute: a rough pace, for a number that the page calls about
_NOT_READ = (nodes.table, nodes.figure, nodes.literal_block, nodes.raw, evidence_card, data_behind, dropdown_main)


# --- the first page ----------------------------------------------------------------------


def _front(app: Sphinx, docname: str) -> nodes.raw:
    """The cover, the citation, and the ways to take the book along."""
    sentence = cited.sentence_html(cited.sentence(boxes.item_of_page(app, docname), "Chicago"))
    width, height = SIZE
    alt = "Cover of the book: its title, and the rounds of talks as marks on a line of time"
    return nodes.raw(
        "",
        f'<div class="front"><img src="{COVER}" width="{width}" height="{height}" alt="{alt}">'
        f'<div><p class="citation-text">{sentence}</p>'
        '<p><a href="reference/citing.html">How to cite, and files for reference managers</a></p></div></div>',
        format="html",
    )


def _draw_cover(app: Sphinx, error: Exception | None) -> None:
    """The cover of the e-book, smaller."""
    if not site_written(app, error) or app.config.root_doc not in app.env.found_docs:
        return
    book = citation_file()
    authors = ", ".join(author["name"] for author in book["authors"])
    put(Path(app.outdir, COVER), cover(*title_and_subtitle(book), authors, _DPI))


# --- a chapter ---------------------------------------------------------------------------


def _narrative(node: nodes.Node) -> Iterator[str]:
    """The words of a chapter that are read from beginning to end: no tables, captions, cards or folded boxes."""
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield from str(child).split()
        elif not isinstance(child, _NOT_READ):
            yield from _narrative(child)


def _length(chapter: nodes.section) -> str:
    """``About 2,300 words, 10 minutes; 36 notes.``"""
    words = sum(1 for _ in _narrative(chapter))
    notes = sum(1 for _ in chapter.findall(evidence_marker))
    minutes = max(1, round(words / _PACE))
    return f"About {round(words, -2):,} words, {minutes} minutes; {notes} notes."


def _parts(env: BuildEnvironment, docname: str, chapter: nodes.section) -> str:
    links = []
    for part in chapter.children:
        if isinstance(part, nodes.section):
            anchor, title = part["ids"][0], part.next_node(nodes.title).astext()
            number = section_number(env, docname, f"#{anchor}")
            links.append(f'<li><a href="#{anchor}">{escape(f"{number} {title}".strip())}</a></li>')
    return f"<ul>{''.join(links)}</ul>" if links else ""


def _head(env: BuildEnvironment, docname: str, chapter: nodes.section) -> nodes.raw:
    """How long a chapter is, and its parts."""
    inside = f"<p>{_length(chapter)}</p>{_parts(env, docname, chapter)}"
    return nodes.raw(
        "", f'<nav class="chapter-head" aria-label="Length and parts of this chapter">{inside}</nav>', format="html"
    )


def _mark_steps(chapter: nodes.document) -> None:
    """Let the style sheet know the steps of a test (claim, what would count, result, reading) by their first word."""
    for section in chapter.findall(nodes.section):
        if section["ids"][0].startswith("test-"):
            section["classes"].append("test")
            for step in section.children:
                first = next((part for part in step.children if part.astext()), None)
                if isinstance(step, nodes.paragraph) and isinstance(first, nodes.strong):
                    step["classes"].append("test-step")


# --- the build ---------------------------------------------------------------------------


def _open(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put what stands at the head of a page after its title; on the first page, after its subtitle."""
    first = next(iter(doctree.findall(nodes.section)), None)
    if app.builder.name != "html" or first is None:
        return
    if docname == app.config.root_doc and "reference/citing" in app.env.found_docs:
        after = next((at for at, node in enumerate(first) if "subtitle" in node.get("classes", ())), 0)
        first.insert(after + 1, _front(app, docname))
    elif docname.startswith("chapters/"):
        first.insert(1, _head(app.env, docname, first))
        _mark_steps(doctree)


def connect(app: Sphinx) -> None:
    """After the links of the page, which are no words of a chapter."""
    app.connect("doctree-resolved", _open, priority=650)
    app.connect("build-finished", _draw_cover, priority=600)
