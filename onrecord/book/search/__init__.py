"""The search of the site: an index of all that can be found, read in the reader's browser.

======================  ====================================================
:mod:`.entries`         what the tables give: statements, people, events ...
:mod:`.pages`           what the pages give: sections, figures, terms ...
======================  ====================================================

The entries are written to ``_static/search-entries.js``, a script that assigns them: a page that is opened from a
folder may load a script, but may fetch nothing. When a reader first searches, ``_static/page.js`` loads
``_static/search.js``, and that the engine and the entries. The engine is MiniSearch, as its makers publish it; why, and
what was measured, stands in CONTRIBUTING.md.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from ...files import put
from ..decks import is_deck
from ..made import by_page, site_written
from ..parallel import Ahead
from ..rooms import room_names
from .entries import KINDS, Entry, from_tables
from .pages import Page

logger = logging.getLogger(__name__)
FILE = "search-entries.js"
ENGINE = "minisearch.js"  # dist/umd/index.js of the npm package minisearch 7.2.0, byte for byte
ENGINE_SHA256 = "03c27931eb603af1d3358579e9885eafdb6a2f5fa9929557b3e77d7e99d06d03"
ENGINE_LICENCE = "minisearch-licence.txt"  # MIT; the colophon links to it
SCRIPTS = ("search.js", ENGINE, FILE)  # the first loads the others, in this order

# Pages that say again, or say of the making of the book, what others say of its matter, count for less.
_WEIGHTS = {
    "chapters/": 1.15,
    "reference/dictionary": 0.45,
    "reference/reviews": 0.5,
    "reference/abstracts": 0.75,
    "reference/agreement": 0.7,
    "reference/colophon": 0.6,
    "reference/teaching": 0.8,
}
# Words that readers may use for words of the book; the words of a line stand for each other, at half weight.
SYNONYMS = (
    "write author",
    "talks dialogue",
    "end suspend stop cancel halt",
    "break gap pause",
    "money sum cost dollars",
    "jail prison detain imprison",
    "premier pm",
    "report assessment",
    "vote ballot",
    "start begin launch first",
    "secret classified confidential",
    "meeting session hearing",
    "ngo organization",
    "mp parliamentarian member",
    "journalist reporter",
    "newspaper press",
    "uyghur uighur",
    "cosponsor sponsor",
    "criticism criticize complaint",
    "result outcome effect",
    "harper conservative",
    "attend participant present",
    "fig figure",
)


def _weight(page: str) -> float:
    return next((weight for start, weight in _WEIGHTS.items() if page.startswith(start)), 1.0)


def placed(entries: list[Entry], places: Mapping[str, Collection[str]]) -> list[Entry]:
    """The entries whose page is in the book. ValueError for one whose place is not on its page."""
    here = [entry for entry in entries if entry.page in places]
    lost = [f"{entry.page}.html#{entry.anchor}" for entry in here if entry.anchor not in places[entry.page]]
    if lost:
        raise ValueError(f"the search leads to places that are not there: {', '.join(lost[:5])}")
    return here


def look(name: str, text: str) -> dict[str, Any]:
    """What the search takes from a built page."""
    return Page(name, text).told()


def collect(told: dict[str, dict[str, Any]]) -> tuple[dict[str, str], list[Entry]]:
    """The titles of the pages, and all that can be found on them. ``told``: what :func:`look` gives for each page."""
    own = [page for name, page in told.items() if name not in room_names()]  # what stands in rooms the tables give
    found = [Entry(*fields) for page in own for fields in page["entries"]]
    places = {name: set(page["places"]) for name, page in told.items()}
    return {name: page["title"] for name, page in told.items()}, placed([*from_tables(), *found], places)


def script(pages: dict[str, str], entries: list[Entry]) -> str:
    """The script that assigns all entries. Pages, by their titles, and kinds stand once; an entry has their numbers."""
    kinds, names = list(KINDS), list(pages)
    rows = [[kinds.index(e.kind), names.index(e.page), e.anchor, e.title, e.text, e.also] for e in entries]
    told = {
        "kinds": [{"key": key, **kind._asdict()} for key, kind in KINDS.items()],
        "pages": [[f"{name}.html", title, _weight(name)] for name, title in pages.items()],
        "synonyms": SYNONYMS,
        "entries": rows,
    }
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f"globalThis.bookEntries = {written};\n"


def pages_searched(docnames: Iterable[str]) -> list[str]:
    """The pages that the search leads to: slides say again what a chapter says; rooms are no pages of it."""
    return [*sorted(name for name in docnames if not is_deck(name)), *room_names()]


def _told(app: Sphinx) -> str:
    there = [name for name in pages_searched(app.env.found_docs) if Path(app.outdir, f"{name}.html").is_file()]
    return script(*collect(by_page(app, "searched", there, look)))


_SCRIPT = Ahead(_told)


def _write(app: Sphinx, error: Exception | None) -> None:
    if site_written(app, error):
        put(Path(app.outdir, "_static", FILE), _SCRIPT.taken(app).encode())


def _name(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    context["search_scripts"] = SCRIPTS


def _no_other(app: Sphinx) -> None:
    """Sphinx makes neither its own index nor the page for it: there is one search."""
    if app.builder.name == "html":
        app.builder.search = False  # type: ignore[attr-defined]


def _page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The page that shows what was found."""
    if app.builder.name == "html":
        yield "search", {}, "search.html"


def connect(app: Sphinx) -> None:
    """Name the scripts to each page; write the entries when all pages are there, before the unused is swept away."""
    _SCRIPT.connect(app)
    app.connect("builder-inited", _no_other)
    app.connect("html-collect-pages", _page)
    app.connect("html-page-context", _name)
    app.connect("build-finished", _write, priority=750)
