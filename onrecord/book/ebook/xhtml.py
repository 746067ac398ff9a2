"""A page of the book as XHTML: every node has its method here, and a node without one is an error.

The theme's HTML is made for a browser with scripts; this is made for a reading
system: sections with headings, footnotes that open in place, tables with
headers, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx.builders import Builder
from sphinx.util.osutil import relative_uri

from ...paths import DOWNLOADS
from .. import notes
from ..evidence import LISTING, anchor_of
from ..numbering import called, section_number
from ..stopping import BookError

XMLNS = {"xmlns": "http://www.w3.org/1999/xhtml", "xmlns:epub": "http://www.idpf.org/2007/ops"}
STYLESHEET = "ebook.css"
IMAGES = "images"
# What a page is, as EPUB and as DPUB-ARIA call it; chapters and appendices are told by their place.
KINDS = {
    "index": "preface",
    "reference/glossary": "glossary",
    "reference/bibliography": "bibliography",
    "reference/colophon": "colophon",
}
# The classes that the stylesheet or the tests know.
KEPT = ("ev-", "said", "pasted-text", "record-table", "dossier-facts", "dictionary", "objectives", "subtitle")
WIDE = 6  # a table with more columns is set smaller


def element(tag: str, into: ET.Element | None = None, text: str = "", **attributes: str) -> ET.Element:
    """A new element, at the end of ``into``; ``class_`` and ``epub__type`` stand for class and epub:type."""
    names = {name.rstrip("_").replace("__", ":").replace("_", "-"): value for name, value in attributes.items()}
    made = ET.Element(tag, {name: value for name, value in names.items() if value})
    made.text = text or None
    if into is not None:
        into.append(made)
    return made


def add_text(into: ET.Element, text: str) -> None:
    """Append text after whatever the element holds already."""
    if len(into):
        into[-1].tail = (into[-1].tail or "") + text
    else:
        into.text = (into.text or "") + text


def serialize(root: ET.Element, doctype: str = "") -> bytes:
    """An XML file in UTF-8."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{doctype}{ET.tostring(root, "unicode")}\n'.encode()


def page(path: str, title: str, kind: str = "") -> tuple[ET.Element, ET.Element]:
    """An empty page at a path of the book: its root and its body."""
    root = ET.Element("html", {**XMLNS, "lang": "en", "xml:lang": "en"})
    head = element("head", root)
    element("title", head, title)
    element("link", head, rel="stylesheet", type="text/css", href=relative_uri(path, STYLESHEET))
    return root, element("body", root, epub__type=kind)


def languages(classes: list[str]) -> dict[str, str]:
    """``language-zh-hans`` among the classes as the attributes that say so."""
    for name in classes:
        if name.startswith("language-"):
            tag = "-".join(p.title() if len(p) == 4 else p for p in name.removeprefix("language-").split("-"))
            return {"lang": tag, "xml:lang": tag}
    return {}


class Numbered(NamedTuple):
    """A figure or table that can be listed: its id on the page, ``Fig. 3.1``, and its caption."""

    anchor: str
    label: str
    caption: str


class PageWriter:
    """Writes the resolved doctree of one page.

    After :meth:`write`, ``illustrations`` and ``tables`` hold what is numbered, in the order of the page.
    Raises :class:`BookError` for a node that has no ``_write_`` method.
    """

    def __init__(self, builder: Builder, docname: str):
        self.builder, self.docname = builder, docname
        self.env, self.config = builder.env, builder.config
        self.path = builder.get_target_uri(docname)
        self.kind = KINDS.get(docname) or ("chapter" if docname.startswith("chapters/") else "appendix")
        self.level = 0
        self.marked: list[nodes.Element] = []
        self.figure_label = ""
        self.illustrations: list[Numbered] = []
        self.tables: list[Numbered] = []

    def write(self, doctree: nodes.document) -> ET.Element:
        """The page, as the root of its file."""
        matter = {"preface": "frontmatter", "chapter": "bodymatter"}.get(self.kind, "backmatter")
        root, body = page(self.path, self.env.titles[self.docname].astext(), matter)
        self.inside(doctree, body)
        if self.marked:
            self._footnotes(body[0])
        return root

    def inside(self, node: nodes.Element, into: ET.Element) -> None:
        """Write all children of a node."""
        for child in node.children:
            self.one(child, into)

    def one(self, node: nodes.Node, into: ET.Element) -> None:
        """Write one node, by the name of its class."""
        name = type(node).__name__
        method: Callable[[Any, ET.Element], None] | None = getattr(self, f"_write_{name}", None)
        if method is None:
            raise BookError(f"the e-book has no way to write <{name}> (page {self.docname}): add _write_{name}")
        method(node, into)

    # --- helpers ---------------------------------------------------------------

    def open(self, tag: str, node: nodes.Element, into: ET.Element, also: str = "", **attributes: str) -> ET.Element:
        """An element with the node's id, language and classes (and ``also``); further ids become anchors in it."""
        classes = node.get("classes", [])
        kept = [c for c in classes if c.startswith(KEPT)]
        ids = node.get("ids", [])
        about = {"id": ids[0] if ids else "", "class_": " ".join([also, *kept] if also else kept)}
        made = element(tag, into, **{**about, **attributes})
        made.attrib.update(languages(classes))
        for further in ids[1:]:
            element("span", made, id=further)
        return made

    def simple(self, tag: str, node: nodes.Element, into: ET.Element, also: str = "", **attributes: str) -> None:
        """An element with all children in it."""
        self.inside(node, self.open(tag, node, into, also, **attributes))

    def block(self, tag: str, node: nodes.Element, into: ET.Element, **attributes: str) -> None:
        """Like :meth:`simple`; a paragraph that stands alone in it is not marked as one."""
        made = self.open(tag, node, into, **attributes)
        only = node[0] if len(node) == 1 and isinstance(node[0], nodes.paragraph) else None
        plain = only is not None and not (only["classes"] or only["ids"])
        self.inside(only if only is not None and plain else node, made)

    def number(self, kind: str, node: nodes.Element) -> str:
        """``Fig. 3.1`` or ``Table 2.1``, as on the site; empty for what is not numbered."""
        return called(self.env, self.docname, kind, node["ids"])

    def numbered_caption(self, tag: str, label: str, caption: nodes.Element, into: ET.Element) -> None:
        """A caption that begins with its number."""
        made = self.open(tag, caption, into)
        if label:
            element("span", made, f"{label} ", class_="caption-number")
        self.inside(caption, made)

    # --- text ------------------------------------------------------------------

    def _write_Text(self, node: nodes.Text, into: ET.Element) -> None:
        add_text(into, str(node))

    def _write_inline(self, node: nodes.inline, into: ET.Element) -> None:
        self.simple("span", node, into)

    _write_PassthroughTextElement = _write_inline

    def _write_emphasis(self, node: nodes.emphasis, into: ET.Element) -> None:
        self.simple("em", node, into)

    def _write_strong(self, node: nodes.strong, into: ET.Element) -> None:
        self.simple("strong", node, into)

    def _write_literal(self, node: nodes.literal, into: ET.Element) -> None:
        self.simple("code", node, into)

    def _write_literal_block(self, node: nodes.literal_block, into: ET.Element) -> None:
        element("code", self.open("pre", node, into), node.astext())

    def _write_paragraph(self, node: nodes.paragraph, into: ET.Element) -> None:
        self.simple("p", node, into)

    def _write_block_quote(self, node: nodes.block_quote, into: ET.Element) -> None:
        self.simple("blockquote", node, into)

    def _write_rubric(self, node: nodes.rubric, into: ET.Element) -> None:
        self.simple("p", node, into, "box-title")

    def _write_reference(self, node: nodes.reference, into: ET.Element) -> None:
        """A link; to a file that lies beside the page of the site, its words alone."""
        if "beside" in node["classes"]:
            return self.inside(node, into)
        href = node["refuri"] if "refuri" in node else f"#{node['refid']}"
        self.simple("a", node, into, href=href)

    _write_number_reference = _write_reference

    def _write_download_reference(self, node: nodes.reference, into: ET.Element) -> None:
        """Files for download are on the site; where that is known, they are linked there, else data go unmentioned."""
        base = self.config.html_baseurl
        if base and "filename" in node:
            self.simple("a", node, into, href=f"{base}{DOWNLOADS}/{node['filename']}")
        elif not node.get("data"):
            self.inside(node, into)

    def _write_target(self, node: nodes.target, into: ET.Element) -> None:
        if node["ids"] and "refid" not in node:
            self.simple("span", node, into)

    # --- sections and boxes ------------------------------------------------------

    def _write_section(self, node: nodes.section, into: ET.Element) -> None:
        self.level += 1
        about = {}
        if self.level == 1:
            about = {"epub__type": self.kind, "role": f"doc-{self.kind}", "aria_labelledby": "page-title"}
        self.simple("section", node, into, **about)
        self.level -= 1

    def _write_title(self, node: nodes.title, into: ET.Element) -> None:
        if not isinstance(node.parent, nodes.section):
            self.simple("p", node, into, "box-title")
            return
        heading = self.open(f"h{self.level}", node, into, **({"id": "page-title"} if self.level == 1 else {}))
        anchor = f"#{node.parent['ids'][0]}" if self.level > 1 else ""
        if number := section_number(self.env, self.docname, anchor):
            element("span", heading, f"{number}. ", class_="section-number")
        self.inside(node, heading)

    def _write_admonition(self, node: nodes.admonition, into: ET.Element) -> None:
        self.simple("div", node, into, "box")

    def _write_container(self, node: nodes.container, into: ET.Element) -> None:
        component = node.get("design_component")
        if "ev-cards" in node["classes"]:
            return  # the notes are written from the marks
        if component == "dropdown":
            made = self.open("details", node, into, "box")
            self.inside(node[0], element("summary", made))
            for child in node.children[1:]:
                self.one(child, made)
        elif component == "card-title":
            self.simple("p", node, into, "box-title")
        elif node["ids"] or languages(node["classes"]) or "ev-record" in node["classes"]:
            self.simple("div", node, into)
        else:
            self.inside(node, into)

    def _write_compound(self, node: nodes.compound, into: ET.Element) -> None:
        if "toctree-wrapper" not in node["classes"]:  # what is below a page is in the table of contents
            self.inside(node, into)

    # --- lists -------------------------------------------------------------------

    def _write_bullet_list(self, node: nodes.bullet_list, into: ET.Element) -> None:
        self.simple("ul", node, into)

    def _write_enumerated_list(self, node: nodes.enumerated_list, into: ET.Element) -> None:
        self.simple("ol", node, into)

    def _write_list_item(self, node: nodes.list_item, into: ET.Element) -> None:
        self.block("li", node, into)

    def _write_definition_list(self, node: nodes.definition_list, into: ET.Element) -> None:
        made = self.open("dl", node, into)
        for item in node.children:
            self.inside(item, made)  # type: ignore[arg-type]

    def _write_glossary(self, node: nodes.Element, into: ET.Element) -> None:
        self.inside(node, into)

    def _write_term(self, node: nodes.term, into: ET.Element) -> None:
        self.simple("dt", node, into)

    def _write_definition(self, node: nodes.definition, into: ET.Element) -> None:
        self.simple("dd", node, into)

    def _write_citation(self, node: nodes.citation, into: ET.Element) -> None:
        """One work of the bibliography: its label, then its description."""
        made = self.open("p", node, into, "citation")
        label, *rest = node.children
        element("strong", made, f"[{label.astext()}]")
        for part in rest:
            add_text(made, " ")
            self.inside(part, made)  # type: ignore[arg-type]

    # --- figures and tables ------------------------------------------------------

    def _write_figure(self, node: nodes.figure, into: ET.Element) -> None:
        self.figure_label = self.number("figure", node)
        caption = next(iter(node.findall(nodes.caption)))
        self.illustrations.append(Numbered(node["ids"][0], self.figure_label, caption.astext()))
        self.simple("figure", node, into)

    def _write_image(self, node: nodes.image, into: ET.Element) -> None:
        name = self.builder.images[node["uri"]]
        element("img", into, src=relative_uri(self.path, f"{IMAGES}/{name}"), alt=node["alt"])

    def _write_caption(self, node: nodes.caption, into: ET.Element) -> None:
        self.numbered_caption("figcaption", self.figure_label, node, into)

    def _write_data_behind(self, node: nodes.Element, into: ET.Element) -> None:
        made = self.open("details", node, into, "data-behind")
        element("summary", made, "The data behind this figure")
        table = node.children[0]
        assert isinstance(table, nodes.table)
        self._table(table, made, caption=f"The data behind {self.figure_label}")

    def _write_table(self, node: nodes.table, into: ET.Element) -> None:
        self._table(node, into)

    def _table(self, node: nodes.table, into: ET.Element, caption: str = "") -> None:
        columns = len(list(node.findall(nodes.colspec)))
        made = self.open("table", node, into, "wide" if columns > WIDE else "")
        if caption:
            element("caption", made, caption)
        row_heads = "dossier-facts" in node["classes"]
        for part in node.children:
            if isinstance(part, nodes.title):
                label = self.number("table", node)
                self.tables.append(Numbered(node["ids"][0], label, part.astext()))
                self.numbered_caption("caption", label, part, made)
            elif isinstance(part, nodes.tgroup):
                self._rows(part, made, row_heads)
            else:
                self.one(part, made)

    def _rows(self, group: nodes.tgroup, table: ET.Element, row_heads: bool) -> None:
        for part in group.children:
            if isinstance(part, nodes.colspec):
                continue
            head = isinstance(part, nodes.thead)
            made = element("thead" if head else "tbody", table)
            for row in part.findall(nodes.row):
                line = element("tr", made, id="".join(row["ids"][:1]))  # the index leads to rows
                for place, cell in enumerate(row.findall(nodes.entry)):
                    if "morecols" in cell or "morerows" in cell:
                        raise BookError(f"the e-book cannot write a cell that spans others (page {self.docname})")
                    scope = "col" if head else "row" if row_heads and place == 0 else ""
                    # A header without words is none.
                    self.block("th" if scope and cell.astext().strip() else "td", cell, line)
                    if line[-1].tag == "th":
                        line[-1].set("scope", scope)

    def _write_raw(self, node: nodes.raw, into: ET.Element) -> None:
        """A table that a cell printed is kept; other raw HTML is the site's own."""
        if "text_html" not in node["classes"]:
            return
        try:
            printed = ET.fromstring(f"<div>{node.astext()}</div>")
        except ET.ParseError as error:
            raise BookError(f"a table that a cell of {self.docname} printed is not XHTML: {error}") from error
        for frame in printed.iter("table"):
            into.append(self._printed_table(frame))

    @staticmethod
    def _printed_table(frame: ET.Element) -> ET.Element:
        made = element("table", class_="record-table")
        for part in frame:
            group = element(part.tag, made)
            for row in part.iter("tr"):
                line = element("tr", group)
                for cell in row:
                    text = "".join(cell.itertext())
                    scope = "" if cell.tag == "td" or not text.strip() else "col" if part.tag == "thead" else "row"
                    element("th" if scope else "td", line, text, scope=scope)
        return made

    # --- evidence ----------------------------------------------------------------

    def _write_evidence_marker(self, node: nodes.Element, into: ET.Element) -> None:
        self.marked.append(node)
        n = node["number"]
        mark = element("sup", into, class_="ev-marker")
        about = {"epub__type": "noteref", "role": "doc-noteref", "href": f"#ev-note-{n}"}
        element("a", mark, str(n), id=f"ev-ref-{n}", **about)

    def _footnotes(self, into: ET.Element) -> None:
        """The notes of the page: one for each marker, with a way back to it.

        A note is as short as in print; each statement that it names is a link to its card.
        """
        holder = element("section", into, class_="ev-notes", epub__type="footnotes", aria_labelledby="ev-notes")
        element("h2", holder, "Evidence", id="ev-notes")
        listing, called = relative_uri(self.path, self.builder.get_target_uri(LISTING)), notes.sources(self.env)
        for marker in self.marked:
            n = marker["number"]
            note = element("aside", holder, id=f"ev-note-{n}", epub__type="footnote", role="doc-footnote")
            line = element("p", note)
            element("a", line, f"{n}.", href=f"#ev-ref-{n}", role="doc-backlink", aria_label=f"Back to mark {n}")
            add_text(line, " ")
            for piece in notes.pieces(marker["records"], called):
                if piece.statement:
                    element("a", line, piece.text, href=f"{listing}#{anchor_of(piece.statement)}")
                else:
                    add_text(line, piece.text)

    # --- what a reader of the e-book does not see ----------------------------------

    def skip(self, node: nodes.Node, into: ET.Element) -> None:
        """Nothing is written."""

    _write_index = _write_meta = _write_comment = _write_toctree = skip
