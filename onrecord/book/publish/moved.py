"""What has moved leads on: the rows of ``moved.csv``, from an old address to a new one, and why.

A page that is gone         becomes a small page that says where it went
A place with another id     keeps the old id beside the new one, or says at the page's end where it went
A file with another name    lies under both names
"""

from __future__ import annotations

import csv
import re
import shutil
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from ...paths import DOWNLOADS, MOVED
from ...reads import cache
from ..made import site_written
from ..stopping import BookError
from . import address


class Move(NamedTuple):
    """One row: addresses from the root of the site, such as ``chapters/rounds.html#fig-timeline``."""

    old: str
    new: str
    why: str


@cache
def moves(path: Path = MOVED) -> list[Move]:
    """Every row."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Move(row["from"], row["to"], row["why"]) for row in csv.DictReader(file)]


def with_alias(body: str, old: str, new: str) -> str:
    """A page's body in which the place ``new`` can be reached as ``old`` too.

    Raises :class:`BookError` where there is no such place.
    """
    made, times = re.subn(rf'(?=<\w+[^>]*?\sid="{re.escape(new)}")', f'<span id="{escape(old)}"></span>', body, count=1)
    if not times:
        raise BookError(f"moved.csv: there is no #{new} for #{old} to lead to")
    return made


def notice(move: Move, way: str) -> str:
    """What stands at a page's end for a place that went to another page."""
    anchor = escape(move.old.partition("#")[2])
    link = f'<a href="{escape(way)}">moved</a>'
    return f'<p class="moved" id="{anchor}">What stood here has {link}. {escape(move.why)}</p>\n'


def _way(old: str, new: str) -> str:
    """The way from a page to an address; Sphinx would leave its place out."""
    page, mark, place = new.partition("#")
    return f"{relative_uri(old, page)}{mark}{place}"


def _pages(app: Sphinx) -> Any:
    if app.builder.name != "html":
        return
    for move in moves():
        page = move.old.removesuffix(".html")
        if "#" in move.old or move.old == page:
            continue
        if page in app.env.found_docs:
            raise BookError(f"moved.csv: {move.old} is a page of the book, and cannot have moved")
        places = [other for other in moves() if other.old.startswith(f"{move.old}#")]
        way = _way(move.old, move.new)
        rows = [(other.old.partition("#")[2], _way(move.old, other.new), other.why) for other in places]
        canonical = f"{address.site(app.config)}{move.new}" if address.site(app.config) else ""
        title = app.env.titles[move.new.partition("#")[0].removesuffix(".html")].astext()
        told = {"title": "Moved", "way": way, "why": move.why, "places": rows, "to": title, "canonical": canonical}
        yield page, told, "moved.html"


def _alias(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Old ids beside new ones."""
    if app.builder.name != "html" or "body" not in context:
        return
    for move in moves():
        old_page, _, old = move.old.partition("#")
        new_page, _, new = move.new.partition("#")
        if not old or old_page != f"{page}.html":
            continue
        if new_page == old_page:
            context["body"] = with_alias(context["body"], old, new)
        else:
            context["body"] += notice(move, _way(old_page, move.new))


def _copy(app: Sphinx, error: Exception | None) -> None:
    if not site_written(app, error):
        return
    for move in moves():
        if move.old.startswith(f"{DOWNLOADS}/"):
            shutil.copyfile(Path(app.outdir, move.new), Path(app.outdir, move.old))


def connect(app: Sphinx) -> None:
    """Pages with the site's own, places as pages are written, files at the end."""
    app.connect("html-collect-pages", _pages)
    app.connect("html-page-context", _alias, priority=940)
    app.connect("build-finished", _copy, priority=870)
