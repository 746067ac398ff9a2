"""Every claim of the book as a W3C Web Annotation: ``downloads/claims.jsonld``.

A claim is what stands before a mark, from the beginning of its sentence. Its annotation leads to the statements
behind it, and finds the claim in the page by its words (``TextQuoteSelector``) as well as by its id. Of what is
before and after, so much is given that they are found exactly once; a claim that cannot be told apart fails the build.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree, html
from sphinx.application import Sphinx

from ... import cited
from ...files import put
from ...paths import DOWNLOADS
from ..evidence import anchor_of, records
from ..made import by_page, site_written
from ..parallel import Ahead
from ..rooms import page_of
from ..stopping import BookError
from . import address

FILE = "claims.jsonld"
BLOCKS = {"p", "li", "td", "th", "dd", "dt", "caption", "figcaption", "h1", "h2", "h3", "h4", "summary", "div"}
_END = re.compile(r"[.?!][”’)]*\s+(?=[“‘(]*[A-Z0-9])")
_CONTEXT = (24, 48, 96, 192, 384)  # characters on each side, tried in turn


class Claim(NamedTuple):
    """A claim of a page: the id of its mark, the statements behind it, and where its words stand in the page."""

    anchor: str
    statements: tuple[str, ...]
    start: int
    end: int


def words_of(page: str) -> tuple[str, list[Claim]]:
    """The text of a page's body, as a browser gives it, and its claims."""
    body = html.document_fromstring(page).find("body")
    pieces: list[str] = []
    claims, block, length = [], 0, 0
    for event, node in etree.iterwalk(body, events=("start", "end", "comment")) if body is not None else ():
        if event == "start" and node.tag in BLOCKS:
            block = length
        elif event == "start" and "data-claim" in node.attrib:
            text = "".join(pieces)
            start = _sentence(text, block)
            claims.append(Claim(node.get("id"), tuple(node.get("data-claim").split()), start, len(text.rstrip())))
        piece = (node.text if event == "start" else node.tail if node is not body else "") or ""
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces), claims


def _sentence(text: str, block: int) -> int:
    """Where the sentence begins that ends with the text, within its block."""
    start = block
    for found in _END.finditer(text, block, len(text.rstrip())):
        start = found.end()
    return start + len(text[start:]) - len(text[start:].lstrip())


def selector(text: str, claim: Claim) -> dict[str, str]:
    """The words of a claim with as much of what is around them as tells them apart.

    Raises :class:`BookError` where nothing does.
    """
    exact = text[claim.start : claim.end]
    for reach in _CONTEXT:
        prefix, suffix = text[max(0, claim.start - reach) : claim.start], text[claim.end : claim.end + reach]
        if exact and text.count(prefix + exact + suffix) == 1:
            return {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}
    raise BookError(f"#{claim.anchor}: the words of this claim are not found exactly once: {exact[:60]!r}")


def selected(name: str, page: str) -> list[tuple[str, tuple[str, ...], dict[str, str]]]:
    """The claims of a built page: the id of each, the statements behind it, and its selector."""
    text, claims = words_of(page)
    return [(claim.anchor, claim.statements, selector(text, claim)) for claim in claims]


def annotation(
    page: str, anchor: str, statements: Iterable[str], words: dict[str, str], to_site: str, day: str
) -> dict[str, Any]:
    """One annotation; ``words``: the selector of the claim, ``to_site``: the address of the site, or the way to it."""
    told = [
        {"type": "TextualBody", "value": records()[e].paraphrase, "purpose": "describing", "language": "en"}
        for e in statements
    ]
    links = [
        {"type": "SpecificResource", "source": f"{to_site}{page_of(e)}.html#{anchor_of(e)}", "purpose": "linking"}
        for e in statements
    ]
    where = {"type": "FragmentSelector", "conformsTo": "http://tools.ietf.org/rfc/rfc3236", "value": anchor}
    return {
        "id": f"{to_site}{DOWNLOADS}/{FILE}#{page.removesuffix('.html')}/{anchor}",
        "type": "Annotation",
        "motivation": "linking",
        "created": f"{day}T00:00:00Z",
        "rights": cited.LICENCE_URL,
        "body": [*links, *told],
        "target": {"source": f"{to_site}{page}", "selector": [where, words]},
    }


def _annotations(app: Sphinx, to_site: str, day: str) -> list[dict[str, Any]]:
    found = by_page(app, "claims", sorted(app.env.found_docs), selected)
    return [
        annotation(f"{page}.html", anchor, statements, words, to_site, day)
        for page, claims in found.items()
        for anchor, statements, words in claims
    ]


def _collected(app: Sphinx) -> str:
    site = address.site(app.config)
    book = cited.about(site)
    to_site = site or "../"
    items = _annotations(app, to_site, book.day)
    collection = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{to_site}{DOWNLOADS}/{FILE}",
        "type": "AnnotationCollection",
        "label": f"{book.title}, version {book.version}: every claim and the statements behind it",
        "total": len(items),
        "first": {"id": f"{to_site}{DOWNLOADS}/{FILE}#page", "type": "AnnotationPage", "startIndex": 0, "items": items},
    }
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")) + "\n"


_COLLECTION = Ahead(_collected)


def _write(app: Sphinx, error: Exception | None) -> None:
    if site_written(app, error):
        put(Path(app.outdir, DOWNLOADS, FILE), _COLLECTION.taken(app).encode())


def connect(app: Sphinx) -> None:
    """Once the pages are as they will be."""
    _COLLECTION.connect(app)
    app.connect("build-finished", _write, priority=860)
