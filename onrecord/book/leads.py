"""Where the marks of figures lead: a page for each figure, which lists the rows behind each of its marks.

``reference/figure-timeline.html`` has a section for every mark of the figure, in the order in which they are drawn,
with the rows that the mark stands for (:mod:`onrecord.marks`); each leads on, to a statement's card, to the passage
of a source, to a work. So two presses lead from a figure to the sentence of a source. Everything is there without a
script, and neither print nor e-book has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from ..marks import STATEMENTS, told
from ..reads import cache
from ..tables import labels, parts_of, primary_key, resource, row_keys, table, title
from . import contents, made, rooms
from .evidence import DOSSIERS, anchor_of, records
from .inline import Leading
from .kept import Kept
from .languages import in_html
from .listings import text
from .mentions import linked_in_html

FOLDER, TEMPLATE = "reference", "rows.html"
# What a reader of a row does not need: it stands on the page of the table.
_UNTOLD = ("grade", "locator", "note", "text_seen", "number_basis", "check_status", "check_source", "list_seen")
_UNTOLD_ENDS = ("_id", "_ids", "_grade", "_precision", "_zh")
_WORKS = ("source", "works")
_STATEMENTS_IN = ("evidence_id", "report_evidence_id", "against_evidence_id", "evidence_ids")
_PASSAGES_IN = ("passage_id", "report_passage_id")


def page_of(figure: str) -> str:
    """The page with the rows behind a figure. ``figure``: its id, ``fig-timeline``."""
    return f"{FOLDER}/figure-{figure.removeprefix('fig-')}"


def _anchor(place: int) -> str:
    return f"mark-{place + 1}"


def of_figure(builder: Any, marks: list[dict[str, Any]], figure: str) -> list[Leading]:
    """What can be pressed of a figure, on the site; on no other form of the book."""
    if builder.name != "html":
        return []
    here = builder.current_docname
    target = builder.get_relative_uri(here, page_of(figure))
    return [
        Leading(mark["box"], told(mark["label"], mark["rows"]), f"{target}#{_anchor(place)}")
        for place, mark in enumerate(marks)
    ]


# --- rows in words ----------------------------------------------------------------------


@cache
def _by_key(name: str) -> dict[str, dict[str, Any]]:
    """The rows of a table by their key, as :func:`onrecord.marks.a_row` writes it."""
    frame = table(name)
    return dict(zip(row_keys(frame, primary_key(name)), frame.to_dict("records"), strict=True))


def _cells(name: str, row: dict[str, Any]) -> str:
    """What a row says, column by column, without keys and without what only its table needs."""
    said = []
    for field in resource(name)["schema"]["fields"]:
        column, value = field["name"], row[field["name"]]
        untold = column in (*_UNTOLD, *_WORKS) or column.endswith(_UNTOLD_ENDS)
        if untold or pd.isna(value) or str(value) == "":
            continue
        closed = "enum" in field.get("constraints", {})
        words = field.get("labels", {}).get(str(value)) or (str(value).replace("_", " ") if closed else str(value))
        words = {"True": "yes", "False": "no"}.get(words, words)
        heading = field.get("title", column.replace("_", " ").capitalize())
        told_of = linked_in_html(in_html(words), "../", strict=False)
        said.append(f"<b>{in_html(heading)}:</b> {told_of}")
    return "; ".join(said)


def _work(app: Sphinx, key: str) -> str:
    """A work as a link to its entry in the bibliography."""
    known = _by_key("works").get(key)
    told_of = [known["author"], known["title"]] if known else [labels("sources", "short_title")[key]]
    name = ": ".join(part for part in told_of if text(part))
    for entry in app.env.get_domain("cite").citations:  # type: ignore[attr-defined]
        if entry.key == key:
            page = app.builder.get_relative_uri(f"{FOLDER}/x", entry.bibliography_key.docname)
            return f'<a href="{page}#{entry.citation_id}">{in_html(name)}</a>'
    return in_html(name)


def _ways(app: Sphinx, name: str, row: dict[str, Any]) -> str:
    """Where a row leads on: statements, passages, works, and its table."""
    ways = []
    for column in _STATEMENTS_IN:
        for key in parts_of(row.get(column)):
            if key in records():
                ways.append(rooms.link(rooms.page_of(key), records()[key].paraphrase, anchor_of(key)))
    for column in _PASSAGES_IN:
        for key in parts_of(row.get(column)):
            source, mark = key.split(":")
            words = f"{labels('sources', 'short_title')[source]}, passage {mark}"
            ways.append(f'<a href="../{DOSSIERS}{source}.html#{anchor_of(key)}">{in_html(words)}</a>')
    for column in _WORKS:
        ways += [_work(app, key) for key in parts_of(row.get(column))]
    ways.append(f'<a href="../tables/{name}.html">table: {in_html(title(name))}</a>')
    return " · ".join(ways)


def _line(app: Sphinx, name: str, key: str) -> str:
    if name == STATEMENTS:
        return rooms.told(records()[key])
    row = _by_key(name)[key]
    return f'<li>{_cells(name, row)}<span class="ev-codes">{_ways(app, name, row)}</span></li>'


# --- pages --------------------------------------------------------------------------------


def _section(app: Sphinx, place: int, mark: dict[str, Any]) -> str:
    lines = "\n".join(_line(app, name, key) for name, key in mark["rows"])
    heading = in_html(told(mark["label"], mark["rows"]))
    return f'<section id="{_anchor(place)}"><h2>{heading}</h2>\n<ul class="ev-list">{lines}</ul></section>'


def _body(app: Sphinx, found: dict[str, Any]) -> str:
    parts = "\n".join(_section(app, place, mark) for place, mark in enumerate(found["marks"]))
    about = (
        f"Every mark of the figure, in the order in which they are drawn ({len(found['marks'])}), with the rows that "
        "it stands for. Each row leads to the statement, the passage or the work that it rests on."
    )
    return f"<section><h1>Rows behind the figure: {in_html(found['title'])}</h1>\n<p>{about}</p>\n{parts}</section>"


def _marks(env: BuildEnvironment, page: nodes.document) -> dict[str, dict[str, Any]]:
    """The figures of a page with their titles and marks, by id."""
    known = {}
    for figure in page.findall(nodes.figure):
        image = next(iter(figure.findall(nodes.image)), None)
        if image is not None and image.get("marks"):
            caption = next(iter(figure.findall(nodes.caption))).astext().partition(". ")[0].removesuffix(".")
            known[figure["ids"][0]] = {"title": caption, "marks": image["marks"]}
    return known


MARKS = Kept("marks", _marks)


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The pages for Sphinx to write."""
    if app.builder.name != "html":
        return
    shared = app.onrecord_inputs, contents.names(app), made.frame()  # type: ignore[attr-defined]
    for docname, figures in sorted(MARKS.of(app.env).items()):
        for figure, found in figures.items():
            page, key = page_of(figure), made.key_of(*shared, docname, found)
            yield page, made.page(app, page, key, partial(_context, app, docname, figure, found)), TEMPLATE


def _context(app: Sphinx, docname: str, figure: str, found: dict[str, Any]) -> dict[str, Any]:
    heading = f"Rows behind the figure: {found['title']}"
    return {
        **{"title": heading, "body": _body(app, found), "description": heading},
        **{"figure": f"{docname}.html#{figure}", "chapter": app.env.titles[docname].astext()},
    }


def connect(app: Sphinx) -> None:
    """Marks when a page is read, their pages when all are written."""
    MARKS.connect(app)
    app.connect("html-collect-pages", _pages)
