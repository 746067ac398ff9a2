"""What a page of the site says to those who hear it, or walk it by keyboard.

Sphinx and the theme leave out what a screen reader needs: the name of a table,
which cells are headers, that a wide table can be scrolled, how large a picture
will be, what the page is about. It is added while pages are written; the
layout itself is ours (``_templates/layout.html``). Other builders are left alone.
"""

from __future__ import annotations

import re
import textwrap
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from . import leads
from .inline import inlined
from .numbering import figure_number

_VIEW_BOX = re.compile(r'<svg\b[^>]*\bviewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')
_CODE = re.compile(r"<pre>")
_DESCRIPTION = 155  # characters that search engines show
_KEY_VALUE = "dossier-facts"  # tables of a name and a value, which fit any screen
_FRAME = '<div class="figure-scroll" tabindex="0" role="group" aria-label="Picture of the figure">{}</div>\n'
# A drawing fits every screen, so the keyboard stops at its marks only.
_DRAWN = '<div class="figure-scroll">{}</div>\n'


def picture_size(path: Path) -> tuple[int, int] | None:
    """Width and height of an SVG in its own units, from its view box; None where it has none."""
    if path.suffix != ".svg" or not path.is_file():
        return None
    found = _VIEW_BOX.search(path.read_text("utf-8"))
    return (round(float(found[1])), round(float(found[2]))) if found else None


def describe(doctree: nodes.document) -> str:
    """What a page is about, for search engines: its first paragraph that is a sentence or more."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = paragraph.astext()
        if len(text) > 60:
            return textwrap.shorten(text, _DESCRIPTION, placeholder=" …")
    return ""


def _name_tables(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give every table that has no caption a name: of its figure, or of its section."""
    if app.builder.name != "html":
        return
    figure = section = ""
    for node in doctree.findall():
        if isinstance(node, nodes.figure) and node["ids"]:
            figure = f"Data of figure {figure_number(app.env, docname, 'figure', node['ids'])}".strip()
        elif isinstance(node, nodes.title) and isinstance(node.parent, nodes.section):
            section = node.astext()
        elif isinstance(node, nodes.table):
            behind = node.parent.__class__.__name__ == "data_behind"
            title = node.next_node(nodes.title)
            node["label"] = title.astext() if title else figure if behind else section


def _visit_table(self: Any, node: nodes.table) -> None:
    """A table in a frame that can be scrolled by keyboard, with a caption of its own or a hidden one."""
    self._table_row_indices.append(0)
    label = escape(node.get("label", "Table"), quote=True)
    scrolls = "" if _KEY_VALUE in node["classes"] else f' tabindex="0" role="group" aria-label="{label}"'
    self.body.append(f'<div class="pst-scrollable-table-container"{scrolls}>')
    self.body.append(self.starttag(node, "table", CLASS="table"))
    if not isinstance(node[0], nodes.title):
        self.body.append(f'<caption class="visually-hidden">{label}</caption>\n')


def _depart_table(self: Any, node: nodes.table) -> None:
    HTML5Translator.depart_table(self, node)
    self.body.append("</div>\n")


def _visit_entry(self: Any, node: nodes.entry) -> None:
    """A cell: a header says of what, and one without words is none."""
    row = node.parent
    in_head = isinstance(row.parent, nodes.thead)
    table = row.parent.parent.parent
    names_row = not in_head and row.index(node) == 0 and _KEY_VALUE in table["classes"]
    HTML5Translator.visit_entry(self, node)
    if in_head and not node.astext().strip():
        self.body[-1], self.context[-1] = "<td>", "</td>\n"
    elif in_head:
        self.body[-1] = self.body[-1].replace("<th", '<th scope="col"', 1)
    elif names_row:
        self.body[-1] = self.body[-1].replace("<td", '<th scope="row"', 1)
        self.context[-1] = "</th>\n"


def _drawings(builder: Any, node: nodes.image) -> str:
    """Both drawings of a figure, of which the style sheet shows one: the other is there for nobody."""
    figure = node.parent["ids"][0]
    wide = leads.of_figure(builder, node["marks"], figure)
    narrow = leads.of_figure(builder, node["narrow_marks"], figure)
    return inlined(node["drawn"], figure, node["alt"], wide, "wide-only") + inlined(
        node["narrow"], f"{figure}-narrow", node["alt"], narrow, "narrow-only"
    )


def _visit_image(self: Any, node: nodes.image) -> None:
    """A picture with its size, so that nothing jumps; a figure's is part of the page, others are fetched when near."""
    if "drawn" in node:
        self.body.append(_DRAWN.format(_drawings(self.builder, node)))
        raise nodes.SkipNode
    size = picture_size(Path(self.builder.srcdir, node["uri"]))
    later = any("<img" in part for part in self.body)
    HTML5Translator.visit_image(self, node)
    known = f' width="{size[0]}" height="{size[1]}"' if size else ""
    tag = self.body[-1].replace("<img", f"<img{known}" + ' loading="lazy"' * later, 1)
    in_figure = isinstance(node.parent, nodes.figure)
    self.body[-1] = _FRAME.format(tag.strip()) if in_figure else tag


def _finish_page(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """A description where the page has none, and code that can be scrolled by keyboard."""
    if app.builder.name != "html":
        return
    if doctree is not None and 'name="description"' not in context.get("metatags", ""):
        context["description"] = describe(doctree)
    if "body" in context:
        context["body"] = _CODE.sub('<pre tabindex="0" role="group" aria-label="Code">', context["body"])


def _visit_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """A work in the bibliography. docutils gives it a role that has left the standard, in a list of no such thing."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", CLASS="citation", role="listitem"))


def connect(app: Sphinx) -> None:
    """Names for tables; headers, pictures, descriptions."""
    app.connect("doctree-resolved", _name_tables, priority=960)
    app.add_node(nodes.table, override=True, html=(_visit_table, _depart_table))
    app.add_node(nodes.entry, override=True, html=(_visit_entry, HTML5Translator.depart_entry))
    app.add_node(nodes.image, override=True, html=(_visit_image, HTML5Translator.depart_image))
    app.connect("html-page-context", _finish_page, priority=950)
    app.add_node(nodes.citation, override=True, html=(_visit_citation, HTML5Translator.depart_citation))
