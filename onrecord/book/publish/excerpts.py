"""Any figure or numbered table can be taken out of the book: picture, data, and a description that goes with it.

Beside the page lie, by the label of a figure, ``fig-x.svg``, ``.png``, ``.csv``, ``.json`` (what it shows, of what it
is made, licence, citation), the exports for reference managers, and ``.zip`` with all of these. A table has no picture.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.addnodes import download_reference
from sphinx.application import Sphinx

from ... import cited
from ...files import put
from ...look import DOTS
from ...pack import zipped
from ...paths import DOWNLOADS
from ...tables import resource, table
from ..evidence import evidence_marker
from ..figures import data_behind
from ..numbering import figure_number
from ..slim import rounded
from . import address, boxes, provenance

_NUMBER = re.compile(r"^[-−+]?[\d,]*\.?\d+$")
_UNIT = re.compile(r", (per cent|US\$ \w+|years|months|days)$")
# Columns whose unit their name does not say; whole numbers of anything else are counts.
_UNITS = {
    **dict.fromkeys(["lat", "lon"], "degrees"),
    **dict.fromkeys(["year", "Year", "Years"], "year"),
    **dict.fromkeys(["round", "Round", "order", "item"], "ordinal number"),
    "months_since": "months",
    "Alpha": "Krippendorff's alpha",
    "date": "date (ISO 8601)",
}


class Excerpt(NamedTuple):
    """A figure or table that can be taken out. ``svg`` and ``png`` are empty for a table."""

    label: str
    called: str  # kind and number: Figure 3.1
    caption: str
    alt: str
    csv: str
    svg: str
    png: bytes
    docname: str
    page: str  # title of the page


# --- what is in it --------------------------------------------------------------------


def first_sentence(caption: str) -> str:
    """What a caption says first, without its stop."""
    return re.split(r"(?<=[.?!])\s", caption.strip())[0].rstrip(". ")


def columns(text: str, tables: Iterable[str]) -> list[dict[str, str]]:
    """The columns of some data: name, type, unit where it has one, and meaning where a table behind it says so."""
    head, *rows = csv.reader(io.StringIO(text))
    known, no_values = provenance.meanings(tables), _missing()
    found = []
    for place, name in enumerate(head):
        values = [row[place] for row in rows if row[place]]
        missing = sorted(set(values) & no_values)
        values = [value for value in values if value not in missing]
        numeric = bool(values) and all(map(_NUMBER.match, values))
        whole = numeric and not any("." in value for value in values)
        one = {"name": name, "type": ("integer" if whole else "number") if numeric else "string"}
        said = _UNIT.search(name)
        unit = said[1] if said else _UNITS.get(name, "count" if whole else "")
        one |= {"unit": unit} if unit else {}
        one |= {"missing": ", ".join(missing)} if missing and numeric else {}
        found.append(one | ({"meaning": known[name]} if name in known else {}))
    return found


def _missing() -> set[str]:
    """The words of a page for what is missing: no value of a column of numbers."""
    return {str(code).replace("_", " ") for code in table("missing_codes")["code"]}


def _terms(tables: Iterable[str]) -> list[dict[str, str]]:
    """What tables ask of those who reuse them, beyond the licence."""
    return [{"table": name, "terms": told} for name in tables if (told := resource(name).get("terms", ""))]


def description(one: Excerpt, item: cited.Item, markdown: str) -> dict[str, Any]:
    """The description that goes with an excerpt; ``markdown``: the source of its page."""
    before: list[str] = []
    code = ""
    for label, text in provenance.cells(markdown):
        if label == one.label:
            code = text
            break
        before.append(text)
    tables = provenance.tables_behind(code, before)
    source = one.caption.partition("Source: ")[2]
    made: dict[str, Any] = {
        "id": one.label,
        "called": one.called,
        "title": first_sentence(one.caption),
        "caption": one.caption,
        "alternative_text": one.alt,
        "page": {"title": one.page, "file": f"{one.docname}.html"},
        "address": item.get("URL", ""),
        "columns": columns(one.csv, tables),
        "source": {
            "said_in_the_caption": source.strip(),
            "tables": [{"name": name, "sources": _sources(name)} for name in tables],
        },
        "processing": {
            "how": "Made from the tables by this code when the book is built; its functions are in the package.",
            "package": f"onrecord {item['version']}",
            "code": code.strip(),
        },
        "licence": {"name": "CC-BY-4.0", "address": cited.LICENCE_URL},
        "terms": _terms(tables),
        "citation": {style: _plain(cited.sentence(item, style)) for style in cited.STYLES},
        "version": item["version"],
        "released": "-".join(f"{part:02}" for part in item["issued"]["date-parts"][0]),
    }
    return {key: value for key, value in made.items() if value}


def _sources(name: str) -> list[str]:
    return [source["title"] for source in resource(name).get("sources", [])]


def _plain(sentence: str) -> str:
    return re.sub(r"</?i>", "", sentence)


# --- its files ------------------------------------------------------------------------


def contents(one: Excerpt, item: cited.Item, markdown: str) -> dict[str, bytes]:
    """The files of an excerpt by their endings."""
    made: dict[str, bytes] = {}
    if one.svg:
        made |= {"svg": one.svg.encode(), "png": one.png}
    made["csv"] = one.csv.encode()
    told = description(one, item, markdown)
    told["files"] = [
        {"name": f"{one.label}.{ending}", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for ending, data in made.items()
    ]
    made["json"] = (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()
    return made | {ending: text.encode() for ending, text in cited.files(item).items()}


# --- on the page ----------------------------------------------------------------------


def caption_of(node: nodes.Element) -> str:
    """The words of a caption, without marks and links to files."""
    left_out = (evidence_marker, download_reference)
    return " ".join("".join(c.astext() for c in node.children if not isinstance(c, left_out)).split())


def _called(app: Sphinx, docname: str, kind: str, node: nodes.Element) -> str:
    return f"{kind.capitalize()} {figure_number(app.env, docname, kind, node['ids'])}".strip()


def _found(app: Sphinx, doctree: nodes.document, docname: str) -> list[tuple[Excerpt, nodes.Element]]:
    """Figures and tables of a page, each with the node after which its box goes."""
    page = app.env.titles[docname].astext()
    found: list[tuple[Excerpt, nodes.Element]] = []
    figure: nodes.figure | None = None
    for node in doctree.findall():
        if isinstance(node, nodes.figure) and node["names"]:
            figure = node
        elif isinstance(node, data_behind) and figure is not None:
            caption = caption_of(next(iter(figure.findall(nodes.caption))))
            image = next(iter(figure.findall(nodes.image)))
            svg = rounded(Path(app.srcdir, image["uri"]).read_text("utf-8"))
            png = Path(app.env.relfn2path(image["dots"], docname)[1]).read_bytes()
            called = _called(app, docname, "figure", figure)
            one = Excerpt(figure["names"][0], called, caption, image["alt"], node["csv"], svg, png, docname, page)
            found.append((one, node))
        elif isinstance(node, nodes.table) and "csv" in node:
            called = _called(app, docname, "table", node)
            found.append(
                (Excerpt(node["names"][0], called, caption_of(node[0]), "", node["csv"], "", b"", docname, page), node)
            )
    return found


def _offer(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if app.builder.name != "html":
        return
    book = cited.about(address.site(app.config))
    markdown = Path(app.env.doc2path(docname)).read_text("utf-8")
    folder = Path(app.outdir, DOWNLOADS)
    for one, node in _found(app, doctree, docname):
        item = cited.figure_item(book, one.label, first_sentence(one.caption), f"{docname}.html", one.called)
        files = contents(one, item, markdown)
        inside = {f"on-the-record-{one.label}/{one.label}.{ending}": data for ending, data in files.items()}
        for ending, data in {**files, "zip": zipped(inside)}.items():
            put(folder / f"{one.label}.{ending}", data)
        node.parent.insert(node.parent.index(node) + 1, _box(one, item, files))


def _box(one: Excerpt, item: cited.Item, files: dict[str, bytes]) -> boxes.reuse_box:
    words = {
        "svg": "SVG",
        "png": f"PNG ({DOTS} dpi)",
        "csv": "CSV",
        "json": "description (JSON)",
        "zip": "all in one zip",
    }
    offered = {words[ending]: f"{one.label}.{ending}" for ending in words if ending in files or ending == "zip"}
    box = boxes.reuse_box(called=one.called[0].lower() + one.called[1:])
    box += [*boxes.citations(item, list(cited.STYLES)), boxes.for_managers(one.label)]
    box += boxes.file_links("To reuse it", offered)
    return box


def connect(app: Sphinx) -> None:
    """Once numbers are known, and before tables get their names."""
    app.connect("doctree-resolved", _offer, priority=610)
