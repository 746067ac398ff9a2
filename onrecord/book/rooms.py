"""The evidence on the site: one list of all statements, and rooms with their cards.

One page with seven hundred cards is slow on a phone. In the book it stays one page, for print and e-book; on the site
it becomes a list (a line a statement, which the filter goes through), rooms by source and section, and a page for
each theme and each speaker, to which figures can lead. Everything is there without a script. The list keeps the id
of every statement, so that an old link finds its line, and the line leads to the card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from ..reads import cache
from ..tables import labels, record
from . import made
from .evidence import LISTING, anchor_of, names
from .languages import in_html
from .listings import statements

MOST = 100  # statements of a room, unless one section has more
TEMPLATE = "room.html"
_RECORD = re.compile(r'<div class="ev-record [^"]*docutils container" id="([^"]+)">')
_DIV = re.compile(r"<(/?)div\b[^>]*>")
_LIST = re.compile(r'<section id="evidence-[^"]+">.*(?=<script type="application/json")', re.DOTALL)


class Room(NamedTuple):
    """Some sections of one source: the page, its title, and the statements in their order."""

    page: str
    title: str
    statements: tuple[str, ...]


@cache
def rooms() -> tuple[Room, ...]:
    """Every room: the sections of a source in their order, as many together as ``MOST`` allows."""
    made = []
    for source, rows in record().groupby("source_id", sort=False):
        held: list[tuple[str, list[str]]] = []
        for section, part in rows.groupby("section_id", sort=False):
            if held and sum(len(ids) for _, ids in held) + len(part) > MOST:
                made.append(_room(str(source), held))
                held = []
            held.append((str(section), list(part["evidence_id"])))
        made.append(_room(str(source), held))
    return tuple(made)


def _room(source: str, held: list[tuple[str, list[str]]]) -> Room:
    marks = [section.split(":")[1] for section, _ in held]
    whole = sum(len(ids) for _, ids in held) == int((record()["source_id"] == source).sum())
    page = f"{LISTING}-{source}" if whole else f"{LISTING}-{source}-{marks[0]}"
    which = "all statements" if whole else " to ".join(dict.fromkeys(_mark(held[at][0]) for at in (0, -1)))
    return Room(page, f"{names()['source'][source]}: {which}", tuple(e for _, ids in held for e in ids))


def _mark(section: str) -> str:
    """A section as readers call it: ``§ 4A``, or by its name where it has no number."""
    mark = section.split(":")[1]
    return f"§ {mark}" if mark[0].isdigit() else labels("sections")[section].lower()


@cache
def _places() -> dict[str, str]:
    return {e: room.page for room in rooms() for e in room.statements}


def room_names() -> list[str]:
    """The pages of all rooms."""
    return [room.page for room in rooms()]


def page_of(evidence_id: str) -> str:
    """The page of the site on which the card of a statement stands."""
    return _places()[evidence_id]


# --- lines ----------------------------------------------------------------------------


def link(page: str, text: str, anchor: str = "") -> str:
    """A link between pages of one folder."""
    return f'<a href="{page.rpartition("/")[2]}.html{"#" + anchor if anchor else ""}">{in_html(text)}</a>'


def _line(row: Any) -> str:
    """A statement in the list of all: its id, what the filter reads, and the way to its card."""
    css = f"source-{row.source_id} group-{row.speaker_group} theme-{row.theme_id} stance-{row.stance}"
    anchor = anchor_of(row.evidence_id)
    return f'<li id="{anchor}" class="{css}">{link(page_of(row.evidence_id), row.paraphrase, anchor)}</li>'


def told(row: Any) -> str:
    """A statement on a page of a theme or a speaker: with whose it is, and where it stands."""
    known = names()
    where = f"{known['source'][row.source_id]}, passage {row.passage_id.split(':')[1]}"
    about = f"{known['actor'][row.speaker_id]} on {known['actor'][row.about_id]}"
    codes = in_html(f"{about}. {known['theme'][row.theme_id]}, {row.stance}. {where}")
    way = link(page_of(row.evidence_id), row.paraphrase, anchor_of(row.evidence_id))
    return f'<li>{way}<span class="ev-codes">{codes}</span></li>'


def _sections(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    section_names = labels("sections")
    for section, part in rows.groupby("section_id", sort=False):
        yield section_names[str(section)], part


def _listed(rows: pd.DataFrame) -> str:
    """The lines of one source, section by section."""
    parts = []
    for title, part in _sections(rows):
        lines = "\n".join(_line(row) for row in part.itertuples())
        head = f'<p class="rubric">{in_html(title)}</p>'
        parts.append(f'<div class="ev-section">{head}\n<ul class="ev-list">{lines}</ul></div>')
    return "\n".join(parts)


# --- pages ----------------------------------------------------------------------------


class Gathered(NamedTuple):
    """A page of the statements that share a code: the page, its title, and their rows."""

    page: str
    title: str
    rows: pd.DataFrame


def gathered(column: str) -> list[Gathered]:
    """A page for each theme (``theme_id``) or each speaker (``speaker_id``), those with the most statements first."""
    kind = column.removesuffix("_id")
    known = names()["theme" if kind == "theme" else "actor"]
    by_size = record()[column].value_counts(sort=True)
    order = sorted(by_size.index[by_size > 0], key=lambda code: (-by_size[code], str(code)))
    return [Gathered(f"reference/{kind}-{code}", known[code], record()[record()[column] == code]) for code in order]


def _ways() -> str:
    """What leads into the evidence: rooms, themes, speakers."""
    lists = [
        ("By source and section", [(room.page, room.title, len(room.statements)) for room in rooms()]),
        ("By theme", [(page, title, len(rows)) for page, title, rows in gathered("theme_id")]),
        ("By speaker", [(page, title, len(rows)) for page, title, rows in gathered("speaker_id")]),
    ]
    made = []
    for heading, ways in lists:
        items = "".join(f"<li>{link(page, title)} ({count})</li>" for page, title, count in ways)
        made.append(f'<div><p class="rubric">{heading}</p><ul>{items}</ul></div>')
    return f'<div class="ev-ways">{"".join(made)}</div>\n'


def _hub(body: str) -> str:
    """The page of all statements as the site has it: ways in, then a line a statement in place of the cards."""
    titles, sections = names()["source"], []
    for source, rows in record().groupby("source_id", sort=False):
        heading = f"<h2>{in_html(titles[str(source)])} ({statements(len(rows))})</h2>"
        sections.append(f'<section id="evidence-{anchor_of(str(source))}">{heading}\n{_listed(rows)}</section>')
    return _LIST.sub(lambda _: _ways() + "\n".join(sections), body, count=1)


def _cards(body: str) -> dict[str, str]:
    """The cards of a page by the id of their statement."""
    return {card[1]: body[card.start() : _end(body, card.end())] for card in _RECORD.finditer(body)}


def _end(body: str, inside: int) -> int:
    """Where the element ends that a place is inside of. ValueError if it does not."""
    depth = 1
    for tag in _DIV.finditer(body, inside):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    raise ValueError("a card that does not end")


def _room_body(room: Room, cards: dict[str, str]) -> str:
    rows = record()[record()["evidence_id"].isin(room.statements)]
    parts = [f"<h1>{in_html(room.title)}</h1>"]
    for title, part in _sections(rows):
        inside = "\n".join(cards[anchor_of(e)] for e in part["evidence_id"])
        parts.append(f'<h2>{in_html(title)} ({statements(len(part))})</h2>\n<div class="ev-section">{inside}</div>')
    return f"<section>{''.join(parts)}</section>"


def _gathered_body(kind: str, found: Gathered) -> str:
    titles, parts = names()["source"], []
    for source, rows in found.rows.groupby("source_id", sort=False):
        lines = "\n".join(told(row) for row in rows.itertuples())
        parts.append(f'<h2>{in_html(titles[str(source)])} ({len(rows)})</h2>\n<ul class="ev-list">{lines}</ul>')
    what = "Statements on this theme" if kind == "theme" else "Statements of this speaker"
    leads = "Each leads to its card: the quotation, where it stands, and why it is read so."
    about = f"<p>{what}: {len(found.rows)}. {leads}</p>"
    return f"<section><h1>{in_html(found.title)}</h1>\n{about}\n{''.join(parts)}</section>"


# --- the build ------------------------------------------------------------------------


def _split(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Keep the cards for their rooms, and leave the list."""
    if page == LISTING and app.builder.name == "html":
        app.onrecord_cards = _cards(context["body"])  # type: ignore[attr-defined]
        context["body"] = _hub(context["body"])


def _to_room(app: Sphinx, env: BuildEnvironment, node: pending_xref, inner: nodes.Element) -> nodes.Node | None:
    """On the site a link to a statement leads to its card."""
    if app.builder.name != "html" or node["reftype"] != "evidence" or LISTING not in env.found_docs:
        return None
    target = node["reftarget"]
    return make_refnode(app.builder, node.get("refdoc") or env.docname, page_of(target), anchor_of(target), inner)


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The rooms, and the pages of themes and speakers, for Sphinx to write; they are as their page is."""
    if app.builder.name != "html" or LISTING not in app.env.found_docs:
        return
    cards = getattr(app, "onrecord_cards", None)
    for room in rooms():
        yield room.page, made.AS_IT_WAS if cards is None else _of_room(room, cards), TEMPLATE
    for column in ("theme_id", "speaker_id"):
        for found in gathered(column):
            yield found.page, made.AS_IT_WAS if cards is None else _of_gathered(column, found), TEMPLATE


def _of_room(room: Room, cards: dict[str, str]) -> dict[str, Any]:
    about = f"{room.title}. Coded statements, each with its quotation and where it stands."
    return _context(room.title, _room_body(room, cards), about)


def _of_gathered(column: str, found: Gathered) -> dict[str, Any]:
    kind = column.removesuffix("_id")
    about = f"Every coded statement {'on' if kind == 'theme' else 'of'} {found.title}."
    return _context(found.title, _gathered_body(kind, found), about)


def _context(title: str, body: str, about: str) -> dict[str, Any]:
    return {"title": title, "body": body, "description": about}


def connect(app: Sphinx) -> None:
    """The list when its page is written, the other pages when all are."""
    app.connect("missing-reference", _to_room, priority=400)
    app.connect("html-page-context", _split, priority=940)
    app.connect("html-collect-pages", _pages)
