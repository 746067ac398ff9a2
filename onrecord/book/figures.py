"""What a figure or table of a chapter becomes on a page.

A notebook cell publishes a figure together with its alternative text and its
data (:func:`onrecord.figures.show`). Here the picture goes into the figure, the
data into a folded table behind it, and a link to the same data as CSV into the
caption. A picture without alternative text fails the build.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from sphinx.addnodes import download_reference
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from ..files import as_csv, put
from ..look import FIGURE_MIME, HOST_NAMES, TABLE_MIME
from .evidence import places, records, xref

logger = logging.getLogger(__name__)
_KEY = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
_SHOWN_NUMBER = re.compile(r"[+\u2212-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")


class data_behind(nodes.General, nodes.Element):
    """What is folded behind a figure: attributes ``csv`` and ``code``, one table as child."""


def simple_table(
    columns: list[str], rows: list[list[Any]], classes: tuple[str, ...] = (), ids: Sequence[str] = ()
) -> nodes.table:
    """A docutils table; a cell is text, a node, or a list of nodes for one paragraph. ``ids``: of the rows."""
    table = nodes.table(classes=["record-table", *classes])
    group = nodes.tgroup(cols=len(columns))
    group += [nodes.colspec(colwidth=1) for _ in columns]
    head, body = nodes.thead(), nodes.tbody()
    head += _row(columns)
    body += [_row(row) for row in rows]
    for row, name in zip(body, ids, strict=False):
        row["ids"].append(name)
    group += [head, body]
    table += group
    return table


def _row(cells: list[Any]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        parts = cell if isinstance(cell, list) else [nodes.Text(cell) if isinstance(cell, str) else cell]
        block = len(parts) == 1 and isinstance(parts[0], nodes.Body) and not isinstance(parts[0], nodes.Inline)
        row += nodes.entry("", *parts) if block else nodes.entry("", nodes.paragraph("", "", *parts))
    return row


def is_wide(columns: list[str], rows: list[list[str]]) -> bool:
    """Whether a table needs more room than the column of text: many columns, and sentences in one of them."""
    return len(columns) >= 7 and max(len(cell) for row in rows for cell in row) > 80


def csv_text(columns: list[str], rows: list[list[str]]) -> str:
    """The data as CSV with a header and plain line ends; numbers as programs read them, whatever the page shows."""
    return as_csv([columns, *([plain_number(cell) for cell in row] for row in rows)])


def plain_number(cell: str) -> str:
    """A number without thousands' commas, plus sign and typographic minus; any other cell as it is."""
    if not _SHOWN_NUMBER.fullmatch(cell):
        return cell
    return cell.replace(",", "").replace("\u2212", "-").removeprefix("+")


def in_words(cell: str) -> str:
    """What a program calls by a key, as a reader sees it: ``no text`` for ``no_text``, and a country by its name."""
    if _KEY.fullmatch(cell):
        return cell.replace("_", " ")
    return HOST_NAMES.get(cell, cell)


def shown(cell: str) -> Any:
    """A cell of the data behind a figure: statements as links, keys in words; the file beside it keeps the keys."""
    keys = [key.strip() for key in cell.split(";")]
    if not all(key in records() for key in keys):
        return in_words(cell)
    links = [xref("evidence", key, called) for key, called in zip(keys, places(keys), strict=True)]
    return [part for link in links for part in (link, nodes.Text("; "))][:-1]


class FigureRenderer:
    """The myst-nb renderer of :data:`onrecord.figures.FIGURE_MIME`."""

    mime_priority_overrides: ClassVar = [("*", FIGURE_MIME, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Picture and data of one figure, or None for any other kind of output."""
        if data.mime_type != FIGURE_MIME or inline:
            return None
        made = json.loads(data.string)
        picture = MimeData("image/svg+xml", made["svg"], cell_metadata=data.cell_metadata, line=data.line)
        (image,) = renderer.render_image(picture)
        for name in ("alt", "drawn", "marks", "narrow", "narrow_marks"):
            image[name] = made[name]
        on_paper = MimeData("image/svg+xml", made["print"], cell_metadata=data.cell_metadata, line=data.line)
        (drawn_for_print,) = renderer.render_image(on_paper)
        image["print"] = drawn_for_print["uri"]  # the press takes it; every other form shows the picture itself
        (in_dots,) = renderer.render_image(_beside(renderer, data, "image/png"))
        image["dots"] = in_dots["uri"]
        behind = data_behind(csv=csv_text(made["columns"], made["rows"]), code=_code(renderer, data))
        rows = [list(map(shown, row)) for row in made["rows"]]
        behind += simple_table(list(map(in_words, made["columns"])), rows)
        return [image, behind]


def _beside(renderer: NbElementRenderer, data: MimeData, kind: str) -> MimeData:
    """Another form of the same output, of which the notebook has several."""
    output = renderer.renderer.nb_client.notebook.cells[data.cell_index].outputs[data.output_index]
    return MimeData(kind, output["data"][kind], cell_metadata=data.cell_metadata, line=data.line)


def _code(renderer: NbElementRenderer, data: MimeData) -> str:
    """What a reader must run for a figure: the cell with the imports of its page, and the cell that draws it."""
    cells = renderer.renderer.nb_client.notebook.cells
    first = next(cell for cell in cells if cell.cell_type == "code")
    own = cells[data.cell_index]
    return own.source if first is own else f"{first.source.strip()}\n\n{own.source.strip()}\n"


class TableRenderer:
    """The myst-nb renderer of :data:`onrecord.figures.TABLE_MIME`."""

    mime_priority_overrides: ClassVar = [("*", TABLE_MIME, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """One numbered table, or None for any other kind of output."""
        if data.mime_type != TABLE_MIME or inline:
            return None
        made = json.loads(data.string)
        rows = [_linked(renderer, data.line, made["columns"], row) for row in made["rows"]]
        table = simple_table(made["columns"], rows, ("wide",) if is_wide(made["columns"], made["rows"]) else ())
        table.insert(0, nodes.title("", "", nodes.Text(made["caption"])))
        table["names"].append(nodes.fully_normalize_name(made["name"]))
        renderer.renderer.document.note_explicit_target(table, table)
        table["csv"] = csv_text(made["columns"], made["rows"])
        return [table]


# Columns of keys, by their heading; a key with a colon is a statement of the record, whatever the column.
WORKS, STATEMENTS, PAGES = "Source", "Evidence", "Chapter"


def _linked(renderer: NbElementRenderer, line: int | None, columns: list[str], row: list[str]) -> list[Any]:
    """The row with links to the works, statements and chapters whose keys stand in columns so headed."""
    return [
        _links(renderer, line, name, cell) if cell and name in (WORKS, STATEMENTS, PAGES) else cell
        for name, cell in zip(columns, row, strict=True)
    ]


def _links(renderer: NbElementRenderer, line: int | None, name: str, cell: str) -> list[nodes.Node]:
    """The keys of a cell, divided by semicolons, as links: first statements, then works or chapters."""
    keys = [key.strip() for key in cell.split(";")]
    statements = [key for key in keys if ":" in key]
    others = [key for key in keys if ":" not in key]
    parts: list[nodes.Node] = []
    for key, called in zip(statements, places(statements), strict=True):
        parts += [xref("evidence", key, called), nodes.Text(", ")]
    if not others:
        return parts[:-1]
    text = f"{{cite:p}}`{','.join(others)}`" if name == WORKS else "; ".join(f"{{ref}}`ch-{key}`" for key in others)
    before = [*parts[:-1], nodes.Text(" ")] if parts else []
    return [*before, *_inline(renderer, line, text)]


def _inline(renderer: NbElementRenderer, line: int | None, text: str) -> list[nodes.Node]:
    """What a line of the page's own language becomes, so that its citations are counted with those of the prose."""
    holder, page = nodes.paragraph(), renderer.renderer
    with page.current_node_context(holder):
        page.nested_render_text(text, line or 0, inline=True)
    return list(holder.children)


class PlaceData(SphinxTransform):
    """Move the data out of the figure to behind it, and link the CSV in the caption."""

    default_priority = 5  # before Sphinx collects downloads

    def apply(self, **kwargs: Any) -> None:
        """One pass over the figures and the numbered tables of a page."""
        for behind in list(self.document.findall(data_behind)):
            figure = _parent(behind, nodes.figure)
            if figure is None or not figure["names"]:
                logger.warning("a figure has no label", location=(self.env.docname, None))
                continue
            link = self._download(figure["names"][0], behind["csv"])
            behind.parent.remove(behind)
            holder = _parent(figure, nodes.container) or figure
            holder.parent.insert(holder.parent.index(holder) + 1, behind)
            caption = next(iter(figure.findall(nodes.caption)), None)
            if caption is None:
                logger.warning("figure %s has no caption", figure["names"][0], location=(self.env.docname, None))
            else:
                caption += [nodes.Text(" "), link]
        for table in self.document.findall(nodes.table):
            if "csv" in table:
                table[0] += [nodes.Text(" "), self._download(table["names"][0], table["csv"])]

    def _download(self, label: str, text: str) -> download_reference:
        """A link to the data as a file, written beside the build's own files."""
        path = Path(self.env.app.doctreedir).parent / "figure_data" / f"{label}.csv"
        put(path, text.encode())
        target = "/" + Path(os.path.relpath(path, self.env.srcdir)).as_posix()
        inner = nodes.inline("", "Data (CSV)", classes=["xref", "download"])
        return download_reference("", "", inner, reftarget=target, refdoc=self.env.docname, data=True)


def _parent(node: nodes.Node, kind: type) -> Any:
    while node is not None and not isinstance(node, kind):
        node = node.parent
    return node


def _check_alt(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Every picture that reaches a page says in a sentence what it shows."""
    for image in doctree.findall(nodes.image):
        alt = image.get("alt", "")
        if len(alt.split()) < 6 or "/" in alt.split()[0]:
            logger.warning("a picture has no alternative text: %s", image.get("uri"), location=(docname, None))


def _visit_data(self: Any, node: data_behind) -> None:
    self.body.append('<details class="data-behind"><summary>The data behind this figure</summary>\n')


def _depart_data(self: Any, node: data_behind) -> None:
    code = self.highlighter.highlight_block(node["code"], "python", location=node)
    self.body.append(
        f'</details>\n<details class="data-behind"><summary>The code behind this figure</summary>\n{code}</details>\n'
    )


def _nothing(self: Any, node: nodes.Node) -> None:
    pass


def connect(app: Sphinx) -> None:
    """The folded data, its place, and the check on alternative text."""
    app.add_node(data_behind, html=(_visit_data, _depart_data))
    app.add_transform(PlaceData)
    app.connect("doctree-resolved", _check_alt, priority=950)
