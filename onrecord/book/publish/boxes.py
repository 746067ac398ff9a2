"""Boxes that say how to cite: of the book, of its data, of a chapter, and of each figure and numbered table.

They hold the citation in three styles, and links to the files that reference managers read. Nothing of it needs a
script. In print and in the e-book there is one style, and there are no files.

{cite-chapter}    the page where it stands, with its downloads
{cite-book}       the book
{cite-data}       the tables, as one data set
{cite-file}       a role: a link to a file among the downloads
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import download_reference
from sphinx.application import Sphinx
from sphinx.util.docutils import ReferenceRole, SphinxDirective
from sphinx.util.osutil import relative_uri

from ... import cited
from ...files import put
from ...paths import BOOK_PDF, CITATION, DOWNLOADS
from .. import notebooks
from ..beside import beside
from ..numbering import section_number
from . import address

DATA_PAGE = "reference/dictionary"  # the page that tells of the tables


class cite_place(nodes.General, nodes.Element):
    """Where a box goes. ``kind``: chapter, book or data; children: what is to be said of downloads."""


class reuse_box(nodes.General, nodes.Element):
    """The folded box of a figure or table. ``called``: ``Figure 3.1``."""


class file_link(nodes.Inline, nodes.TextElement):
    """A link to a file in the folder of downloads, by its ``name``."""


class CitePlace(SphinxDirective):
    """A box of the kind that the directive is named after."""

    def run(self) -> list[nodes.Node]:
        """The place of the box; it is filled once chapters have their numbers."""
        self.env.note_dependency(str(CITATION))
        kind = self.name.removeprefix("cite-")
        place = cite_place(kind=kind)
        if kind == "chapter":
            place += self._downloads()
        return [place]

    def _downloads(self) -> nodes.paragraph:
        """The page as text and as notebook, and its PDF."""
        links: list[nodes.Node] = []
        for label, target in (
            ("this page as MyST Markdown", f"/{self.env.docname}.md"),
            ("executed notebook", f"/{self._notebooks()}/{self.env.docname}.ipynb"),
        ):
            inner = nodes.inline("", label, classes=["xref", "download"])
            links += [download_reference("", "", inner, reftarget=target, refdoc=self.env.docname), nodes.Text(", ")]
        if self.env.docname.startswith("chapters/"):
            links += [beside("PDF of this chapter", f"{Path(self.env.docname).name}.pdf"), nodes.Text(", ")]
        return nodes.paragraph("", "", nodes.Text("Downloads: "), *links[:-1], nodes.Text("."))

    def _notebooks(self) -> str:
        """The folder of the readable notebooks, as Sphinx writes paths: from the source folder."""
        return Path(os.path.relpath(notebooks.folder(self.env.app), self.env.srcdir)).as_posix()


class FileRole(ReferenceRole):
    """``{cite-file}`words <name>` ``: a file that a build puts among the downloads."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The link; print and e-book have its words."""
        return [file_link("", self.title, name=self.target)], []


def sentence_nodes(text: str) -> list[nodes.Node]:
    """A sentence as a page has it: titles in italics, an address as a link."""
    parts: list[nodes.Node] = []
    end = 0
    for found in cited.TAGS.finditer(text):
        parts.append(nodes.Text(_unescaped(text[end : found.start()])))
        if found[1]:
            parts.append(nodes.emphasis("", _unescaped(found[2])))
        else:
            parts.append(nodes.reference("", _unescaped(found[3]), refuri=_unescaped(found[3])))
        end = found.end()
    return [*parts, nodes.Text(_unescaped(text[end:]))]


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


# --- what can be cited on a page ------------------------------------------------------


def stem(docname: str) -> str:
    """The name of a page's files for download."""
    return docname.split("/")[-1]


def item_of_page(app: Sphinx, docname: str) -> cited.Item:
    """The record of a page: the book itself for its first, a part of the book for any other."""
    book = cited.about(address.site(app.config))
    if docname == app.config.root_doc:
        return cited.book_item(book)
    title, number = app.env.titles[docname].astext(), section_number(app.env, docname)
    return cited.chapter_item(book, stem(docname), title, f"{docname}.html", number)


def pdf_of_page(app: Sphinx, docname: str) -> str:
    """The address of the PDF of a chapter or of the book; empty for other pages, and where the site is not known."""
    site = address.site(app.config)
    if docname == app.config.root_doc:
        return f"{site}{BOOK_PDF}" if site else ""
    return f"{site}{docname}.pdf" if site and docname.startswith("chapters/") else ""


def write_files(app: Sphinx, name: str, item: cited.Item, pdf: str = "") -> list[str]:
    """Put the exports of a record among the downloads of the site; the names of the files."""
    for ending, text in cited.files(item, pdf).items():
        put(Path(app.outdir, DOWNLOADS, f"{name}.{ending}"), text.encode())
    return [f"{name}.{ending}" for ending in cited.FORMATS]


# --- boxes ----------------------------------------------------------------------------


def citations(item: cited.Item, styles: list[str]) -> list[nodes.Node]:
    """A paragraph a style; with one style alone, it is not named."""
    found: list[nodes.Node] = []
    for style in styles:
        name: list[nodes.Node] = [nodes.strong("", style), nodes.Text(": ")] if len(styles) > 1 else []
        text = sentence_nodes(cited.sentence(item, style))
        found.append(nodes.paragraph("", "", *name, *text, classes=["citation-text"]))
    return found


def file_links(lead: str, files: dict[str, str]) -> nodes.paragraph:
    """A line of links to files: words to name."""
    links: list[nodes.Node] = []
    for words, name in files.items():
        links += [file_link("", words, name=name), nodes.Text(", ")]
    return nodes.paragraph("", "", nodes.Text(f"{lead}: "), *links[:-1], nodes.Text("."), classes=["citation-files"])


def for_managers(name: str) -> nodes.paragraph:
    """The line of exports of ``name``."""
    return file_links("For reference managers", {cited.FORMATS[e][0]: f"{name}.{e}" for e in cited.FORMATS})


def _record(app: Sphinx, kind: str, docname: str) -> tuple[cited.Item, str, str]:
    """The record of a box, the name of its files, and its heading."""
    book = cited.about(address.site(app.config))
    if kind == "book":
        return cited.book_item(book), "on-the-record", "Cite this book"
    if kind == "data":
        return cited.data_item(book, f"{DATA_PAGE}.html"), "on-the-record-data", "Cite the data"
    return item_of_page(app, docname), stem(docname), "Cite this chapter"


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    on_site = app.builder.name == "html"
    for place in list(doctree.findall(cite_place)):
        item, name, heading = _record(app, place["kind"], docname)
        note = nodes.admonition(classes=["cite-chapter"])
        note += nodes.title("", heading)
        note += citations(item, list(cited.STYLES) if on_site else ["Chicago"])
        if on_site:
            if place["kind"] == "data":  # the others are written with their pages
                write_files(app, name, item)
            note += [for_managers(name), *place.children]
        place.replace_self(note)
    if not on_site:
        for link in list(doctree.findall(file_link)):
            link.replace_self(nodes.inline("", link.astext()))


def _visit_box(self: Any, node: reuse_box) -> None:
    self.body.append(f'<details class="reuse"><summary>Cite or reuse {self.encode(node["called"])}</summary>\n')


def _depart_box(self: Any, node: reuse_box) -> None:
    self.body.append("</details>\n")


def _visit_link(self: Any, node: file_link) -> None:
    here = self.builder.get_target_uri(self.builder.current_docname)
    self.body.append(f'<a class="cite-file" href="{relative_uri(here, DOWNLOADS)}/{node["name"]}" download>')


def _depart_link(self: Any, node: file_link) -> None:
    self.body.append("</a>")


def connect(app: Sphinx) -> None:
    """The directives, and their boxes once numbers are known."""
    for kind in ("chapter", "book", "data"):
        app.add_directive(f"cite-{kind}", CitePlace)
    app.add_role("cite-file", FileRole())
    app.add_node(cite_place)
    app.add_node(reuse_box, html=(_visit_box, _depart_box))
    app.add_node(file_link, html=(_visit_link, _depart_link))
    app.connect("doctree-resolved", _fill, priority=600)
