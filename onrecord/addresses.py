"""The addresses of the published book, which others have cited: pages, places in them, and files.

``tests/addresses.txt`` lists them, one a line: ``chapters/rounds.html``, ``chapters/rounds.html#fig-timeline``,
``downloads/facts.csv``. Whoever changes one adds a row to ``moved.csv``, and the old address leads on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .paths import ADDRESSES, DOWNLOADS
from .tables import table

_ID = re.compile(r'<(\w+)[^>]*?\sid="([^"]+)"')
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.S)
_NO_PAGES = {"404.html", "search.html"}
KINDS = (
    "fig-",
    "tbl-",
    "claim-",
    "person-",
    "table-",
    "theme-",
    "decade-",
    "review-",
    "event-",
    "named-",
    "organisation-",
)


def _kept(tag: str, anchor: str, sources: tuple[str, ...]) -> bool:
    """Whether a place is one to be cited: a section, figure, table, claim, statement, passage, discrepancy ...

    The marks of a figure are numbered in the order of its drawing, and are none.
    """
    section = tag == "section" and not re.fullmatch(r"mark-\d+", anchor)
    return anchor.startswith((*KINDS, *sources)) or section or bool(re.fullmatch(r"D\d+", anchor))


def _ids(text: str) -> list[tuple[str, str]]:
    """Every id of a page's body, after the name of the element that has it."""
    return _ID.findall(text.partition("<main")[2])


def of_page(text: str) -> Iterator[str]:
    """The ids of a page that can be cited; those within a drawing come and go with it."""
    sources = tuple(f"{source}-" for source in table("sources")["source_id"])
    return (anchor for tag, anchor in _ids(_DRAWING.sub("", text)) if _kept(tag, anchor, sources))


def opened(text: str) -> Iterator[str]:
    """Every id of a page: what can be opened, cited or not."""
    return (anchor for _, anchor in _ids(text))


def found(site: Path, places: Callable[[str], Iterable[str]] = of_page) -> set[str]:
    """Every address of a built site that can be cited. ``places``: of a page's text, the ids that count."""
    known: set[str] = set()
    for path in sorted(site.rglob("*.html")):
        page = path.relative_to(site).as_posix()
        if page.startswith("_static") or page in _NO_PAGES:
            continue
        known.add(page)
        known |= {f"{page}#{anchor}" for anchor in places(path.read_text("utf-8"))}
    return known | {f"{DOWNLOADS}/{path.name}" for path in sorted((site / DOWNLOADS).glob("*"))}


def listed() -> set[str]:
    """The addresses that have been promised."""
    return set(ADDRESSES.read_text("utf-8").split())


def lost(site: Path) -> list[str]:
    """Promised addresses at which nothing stands in a built site; an old one that leads on is there."""
    return sorted(listed() - found(site, opened))


def add(site: Path) -> int:
    """Add what is new in a built site to the list; the number of new addresses."""
    before = listed() if ADDRESSES.is_file() else set()
    now = before | found(site)
    ADDRESSES.write_text("".join(f"{address}\n" for address in sorted(now)), "utf-8")
    return len(now - before)
