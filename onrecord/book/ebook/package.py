"""The files around the pages, and the archive: an EPUB 3.3 package.

Sources: EPUB 3.3, EPUB Accessibility 1.1 and the EPUB Structural Semantics
Vocabulary (W3C).
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

from ...files import put
from ...pack import store
from ...release import title_and_subtitle
from .xhtml import element, page, serialize

FOLDER = "EPUB"
NAV, COVER, TITLE, COVER_IMAGE = "nav.xhtml", "cover.xhtml", "title.xhtml", "cover.png"
TYPES = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ttf": "font/ttf",
}
LANGUAGES = ("en", "fr", "zh-Hans")
CONFORMS_TO = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
SUMMARY = (
    "Every figure has alternative text and, behind it, a table of its data. Tables have headers, headings follow "
    "each other without a gap, evidence stands in footnotes with links in both directions, and passages in French "
    "and Chinese are marked as such. The publication was checked by its own tests, with EPUBCheck and Ace."
)
ACCESSIBILITY = [
    ("schema:accessMode", "textual"),
    ("schema:accessMode", "visual"),
    ("schema:accessModeSufficient", "textual"),
    ("schema:accessModeSufficient", "textual,visual"),
    *(
        ("schema:accessibilityFeature", feature)
        for feature in (
            "alternativeText",
            "ARIA",
            "displayTransformability",
            "readingOrder",
            "structuralNavigation",
            "tableOfContents",
            "unlocked",
        )
    ),
    ("schema:accessibilityHazard", "none"),
    ("schema:accessibilitySummary", SUMMARY),
    ("dcterms:conformsTo", CONFORMS_TO),
]
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
  <rootfiles>
    <rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""


@dataclass(frozen=True)
class Link:
    """An entry of the table of contents; without ``href`` it only names what is below it."""

    title: str
    href: str = ""
    below: tuple[Link, ...] = ()


@dataclass
class Book:
    """All that goes into the archive.

    ``about``: CITATION.cff as it is read; ``files``: every file by its path in
    the book's folder; ``spine``: the pages in reading order; ``illustrations``
    and ``tables``: links to what is numbered; ``start``: the first chapter.
    """

    about: Mapping[str, Any]
    description: str
    start: str
    spine: list[str]
    contents: list[Link]
    illustrations: list[Link]
    tables: list[Link]
    files: dict[str, bytes] = field(default_factory=dict)

    def author(self) -> str:
        """Who made the book."""
        return self.about["authors"][0]["name"]


def rights(about: Mapping[str, Any]) -> str:
    """Under what terms the book may be reused, from the file of citation, in two sentences."""
    return f"Text, figures and data of our own: {about['license']}. Quotations and values of others belong to them."


def write_epub(book: Book, target: Path) -> None:
    """Write the archive: the same book gives the same bytes. A half-written file is never left at ``target``."""
    book.files[COVER] = _cover_page(book)
    book.files[TITLE] = _title_page(book)
    book.files[NAV] = _navigation(book)
    package = _package(book)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # A reading system finds the type at a fixed place: first, and not compressed.
        store(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        store(archive, "META-INF/container.xml", CONTAINER.encode())
        store(archive, f"{FOLDER}/package.opf", package)
        for path in sorted(book.files):
            store(archive, f"{FOLDER}/{path}", book.files[path])
    put(target, buffer.getvalue())


def _package(book: Book) -> bytes:
    root = element("package", xmlns="http://www.idpf.org/2007/opf", version="3.0", unique_identifier="book-id")
    root.set("xml:lang", "en")
    _metadata(book, element("metadata", root))
    manifest = element("manifest", root)
    for path in sorted(book.files):
        properties = {NAV: "nav", COVER_IMAGE: "cover-image"}.get(path, "")
        kind = TYPES[PurePosixPath(path).suffix]
        element("item", manifest, id=_item(path), href=path, media_type=kind, properties=properties)
    spine = element("spine", root)
    for path in [COVER, TITLE, NAV, *book.spine]:
        element("itemref", spine, idref=_item(path))
    return serialize(root)


def _item(path: str) -> str:
    """An id of the manifest: no two paths of the book give the same one."""
    return "item-" + re.sub(r"[^A-Za-z0-9.-]", "_", path)


def _metadata(book: Book, into: ET.Element) -> None:
    into.set("xmlns:dc", "http://purl.org/dc/elements/1.1/")
    about = book.about
    title, subtitle = title_and_subtitle(book.about)
    name = uuid.uuid5(uuid.NAMESPACE_URL, about["title"])
    element("dc:identifier", into, f"urn:uuid:{name}", id="book-id")
    for identifier, text, kind, place in (("title", title, "main", "1"), ("subtitle", subtitle, "subtitle", "2")):
        element("dc:title", into, text, id=identifier)
        _refine(into, identifier, "title-type", kind)
        _refine(into, identifier, "display-seq", place)
    for language in LANGUAGES:
        element("dc:language", into, language)
    element("dc:creator", into, book.author(), id="creator")
    _refine(into, "creator", "role", "aut").set("scheme", "marc:relators")
    element("dc:publisher", into, book.author())
    element("dc:date", into, f"{about['date-released']:%Y-%m-%d}")
    element("dc:description", into, book.description)
    element("dc:rights", into, rights(about))
    element("meta", into, f"{about['date-released']:%Y-%m-%d}T00:00:00Z", property="dcterms:modified")
    for name_, text in ACCESSIBILITY:
        made = element("meta", into, text, property=name_)
        if name_ == "dcterms:conformsTo":
            made.set("id", "conformance")
    _refine(into, "conformance", "a11y:certifiedBy", book.author())


def _refine(into: ET.Element, identifier: str, property_: str, text: str) -> ET.Element:
    return element("meta", into, text, refines=f"#{identifier}", property=property_)


def _navigation(book: Book) -> bytes:
    """Contents, figures, tables and landmarks."""
    root, body = page(NAV, "Contents", "frontmatter")
    contents = _nav(body, "toc", "Contents", book.contents, "h1")
    contents.set("role", "doc-toc")
    for kind, title, links in (("loi", "Figures", book.illustrations), ("lot", "Tables", book.tables)):
        if links:
            _nav(body, kind, title, links)
    places = [
        ("cover", "Cover", COVER),
        ("titlepage", "Title page", TITLE),
        ("toc", "Contents", f"{NAV}#toc"),
        ("bodymatter", "First chapter", book.start),
    ]
    marks = element("nav", body, epub__type="landmarks", id="landmarks", hidden="hidden")
    element("h2", marks, "Places in the book")
    listed = element("ol", marks)
    for kind, title, href in places:
        element("a", element("li", listed), title, epub__type=kind, href=href)
    return serialize(root, "<!DOCTYPE html>\n")


def _nav(body: ET.Element, kind: str, title: str, links: Iterable[Link], heading: str = "h2") -> ET.Element:
    made = element("nav", body, epub__type=kind, id=kind, aria_labelledby=f"{kind}-title")
    element(heading, made, title, id=f"{kind}-title")
    _entries(made, links)
    return made


def _entries(into: ET.Element, links: Iterable[Link]) -> None:
    listed = element("ol", into)
    for link in links:
        entry = element("li", listed)
        element("a" if link.href else "span", entry, link.title, href=link.href)
        if link.below:
            _entries(entry, link.below)


def _cover_page(book: Book) -> bytes:
    root, body = page(COVER, "Cover", "cover")
    alt = f"Cover: {book.about['title']}. {book.author()}. A line of time with a mark for each round of talks."
    element("img", body, src=COVER_IMAGE, alt=alt, role="doc-cover", class_="cover")
    return serialize(root, "<!DOCTYPE html>\n")


def _title_page(book: Book) -> bytes:
    about, (title, subtitle) = book.about, title_and_subtitle(book.about)
    root, body = page(TITLE, "Title page", "frontmatter")
    section = element("section", body, epub__type="titlepage", class_="title-page", aria_labelledby="title")
    element("h1", section, title, id="title")
    element("p", section, subtitle, role="doc-subtitle", class_="subtitle")
    element("p", section, book.author(), class_="author")
    released = about["date-released"]
    element("p", section, f"Version {about['version']}, {released.day} {released:%B %Y}")
    element("p", section, rights(about))
    return serialize(root, "<!DOCTYPE html>\n")
