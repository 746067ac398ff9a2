"""What machines read in the head of a page: what it is, and how it is cited.

``citation_*``   for reference managers and search engines that know scholarly works
``DC.*``         Dublin Core: the same, with the rights
``z:extra``      the number of the chapter, for Zotero
``og:*``         for those who show a link with a title
JSON-LD          schema.org: Book, Chapter, Dataset, Review
``link rel=``    signposting: licence, type, the exports of the citation, what to cite

What has to be absolute is there only where the address of the site is known.
"""

from __future__ import annotations

import json
import re
from html import escape, unescape
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from ... import cited
from ...paths import BOOK_PDF, COMPANION_PDF, DOWNLOADS, EBOOK
from . import address, boxes

REVIEWS_PAGE = "reference/reviews"
_ORGANIZATION = "Organization"
# The forms of the book that are one file, with what it is called and its media type.
_EDITIONS = {
    BOOK_PDF: ("Reading edition", "application/pdf"),
    COMPANION_PDF: ("Companion volume", "application/pdf"),
    EBOOK: ("E-book", "application/epub+zip"),
}
_META = re.compile(r"<meta [^>]*>")
_CONTENT = re.compile(r'\bcontent="([^"]*)"')
_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\s*')


def _meta(kind: str, pairs: list[tuple[str, str]]) -> list[str]:
    return [f'<meta {kind}="{name}" content="{escape(value, quote=True)}">' for name, value in pairs if value]


def _one_name(name: str) -> str:
    """The name of an organization for clients that take the last word of an author for a family name.

    What stands before a comma is a family name to them, however many words it has; a semicolon ends the author, so
    that the comma is not taken for one between two authors.
    """
    return f"{name},;"


def citation_tags(item: cited.Item, pdf: str, about: str) -> list[tuple[str, str]]:
    """The tags of Google Scholar. A part of a book has the title of its book, and then must not have ``book_title``."""
    day = "/".join(f"{part:02}" for part in item["issued"]["date-parts"][0])
    return [
        ("citation_title", item["title"]),
        *(("citation_author", _one_name(one["literal"])) for one in item["author"]),
        ("citation_inbook_title", item.get("container-title", "")),
        ("citation_publication_date", day),
        ("citation_publisher", item["publisher"]),
        ("citation_language", item["language"]),
        ("citation_doi", item.get("DOI", "")),
        ("citation_abstract", about),
        ("citation_public_url", item.get("URL", "")),
        ("citation_pdf_url", pdf),
    ]


def dublin_core(item: cited.Item, rights: str = "CC BY 4.0") -> list[tuple[str, str]]:
    """The same in Dublin Core, with what the other tags have no word for."""
    day = "-".join(f"{part:02}" for part in item["issued"]["date-parts"][0])
    return [
        ("DC.title", item["title"]),
        *(("DC.creator", one["literal"]) for one in item["author"]),
        ("DC.date", day),
        ("DC.language", item["language"]),
        ("DC.rights", rights),
        ("DC.identifier", item.get("URL", "")),
        ("DCTERMS.isPartOf", item.get("container-title", "")),
    ]


def for_zotero(item: cited.Item) -> list[tuple[str, str]]:
    """What Zotero has no field for, in the field that it gives to style sheets: the number of a chapter."""
    return [("z:extra", f"Chapter Number: {item['chapter-number']}")] if "chapter-number" in item else []


def open_graph(item: cited.Item, book: str, about: str) -> list[tuple[str, str]]:
    """The tags by which others show a link; there is no picture of a page."""
    kind = "book" if item["type"] == "book" else "article"
    return [
        ("og:type", kind),
        ("og:title", item["title"]),
        ("og:site_name", book.partition(":")[0]),
        ("og:description", about),
        ("og:url", item.get("URL", "")),
    ]


def _work(item: cited.Item, kind: str, licence: str = cited.LICENCE_URL) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": kind,
        "name": item["title"],
        "author": [{"@type": _ORGANIZATION, "name": one["literal"]} for one in item["author"]],
        "datePublished": "-".join(f"{part:02}" for part in item["issued"]["date-parts"][0]),
        "version": item["version"],
        "inLanguage": item["language"],
        **({"license": licence} if licence else {}),
    }
    if "URL" in item:
        made = {"@id": item["URL"], "url": item["URL"]} | made
    if "DOI" in item:
        made["identifier"] = f"https://doi.org/{item['DOI']}"
    return made


def _editions(site: str) -> list[dict[str, str]]:
    """The files that hold the book; ``site``: its address, empty where it is not known."""
    return [
        {"@type": "MediaObject", "name": name, "encodingFormat": media}
        | ({"contentUrl": f"{site.rstrip('/')}/{file}"} if site else {})
        for file, (name, media) in _EDITIONS.items()
    ]


def linked_data(item: cited.Item, book: cited.Item, about: str, data: cited.Item | None, reviewed: bool) -> dict:
    """The page in the words of schema.org. ``data``: the data set that it tells of, if it does."""
    if item["type"] == "book":
        made = _work(item, "Book") | {"encoding": _editions(item.get("URL", ""))}
    else:
        made = _work(item, "Chapter") | {"isPartOf": _work(book, "Book")}
        if "chapter-number" in item:
            made["position"] = item["chapter-number"]
    if data is not None:
        made["mainEntity"] = _work(data, "Dataset") | {"description": about}
    if reviewed:
        made["mainEntity"] = {"@type": "Review", "name": item["title"], "itemReviewed": _work(book, "Book")}
    return {"@context": "https://schema.org", **made, **({"description": about} if about else {})}


def signposts(item: cited.Item, exports: dict[str, str], kind: str, licence: str = cited.LICENCE_URL) -> list[str]:
    """Links that say what a page is; ``exports``: address to media type; ``licence``: its address, or empty."""
    to = f"https://doi.org/{item['DOI']}" if "DOI" in item else item.get("URL", "")
    links = [f'<link rel="cite-as" href="{escape(to, quote=True)}">'] if to else []
    links += [f'<link rel="license" href="{licence}">'] if licence else []
    links += [f'<link rel="type" href="https://schema.org/{kind}">']
    return links + [f'<link rel="describedby" type="{media}" href="{url}">' for url, media in exports.items()]


def _about(context: dict[str, Any]) -> str:
    """The description of a page: its own, or its first paragraph."""
    for tag in _META.findall(context.get("metatags", "")):
        if 'name="description"' in tag and (own := _CONTENT.search(tag)):
            return unescape(own[1])
    return context.get("description", "")


def _script(told: dict[str, Any]) -> str:
    """Linked data as it stands in a page."""
    text = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def of_table(app: Sphinx, page: str, item: cited.Item, about: str, licence: str, files: dict[str, str]) -> str:
    """The lines for the page of one table of the data set, whose citation is written among the downloads.

    ``licence``: its address, empty where none is ours to give; ``files``: the downloads from the root of the site,
    with their media types. Of ``citation_*`` a table has the author alone: those who read a title would take it for
    an article.
    """
    site = address.site(app.config)
    whole = _work(cited.data_item(cited.about(site), f"{boxes.DATA_PAGE}.html"), "Dataset", "")
    told = _work(item, "Dataset", licence) | {"description": about, "isPartOf": whole}
    told["distribution"] = [
        {"@type": "DataDownload", "name": path.rpartition("/")[2], "encodingFormat": media}
        | ({"contentUrl": site + path} if site else {})
        for path, media in files.items()
    ]
    authors = [("citation_author", _one_name(one["literal"])) for one in item["author"]]
    core = [
        *authors,
        ("DC.type", "Dataset"),
        *dublin_core(item, "CC BY 4.0" if licence else ""),
        ("DC.description", about),
    ]
    lines = [
        *_meta("name", core),
        *_meta("property", open_graph(item, whole["name"], about)),
        *signposts(item, _write(app, page, f"table-{boxes.stem(page)}", item), "Dataset", licence),
        _script({"@context": "https://schema.org", **told}),
    ]
    return "\n".join(lines)


def _exports(app: Sphinx, page: str, item: cited.Item) -> dict[str, str]:
    """Write the citation of the book or of a chapter; its files, seen from the page, with their media types."""
    if page != app.config.root_doc and "chapter-number" not in item:
        return {}
    name = "on-the-record" if page == app.config.root_doc else boxes.stem(page)
    return _write(app, page, name, item, boxes.pdf_of_page(app, page))


def _write(app: Sphinx, page: str, name: str, item: cited.Item, pdf: str = "") -> dict[str, str]:
    files = boxes.write_files(app, name, item, pdf)
    way = relative_uri(app.builder.get_target_uri(page), DOWNLOADS)
    return {f"{way}/{file}": media for file, (_, media) in zip(files, cited.FORMATS.values(), strict=True)}


def _tell(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if app.builder.name != "html" or doctree is None:
        return
    about, item = _about(context), boxes.item_of_page(app, page)
    item["language"] = context.get("page_language", item["language"])
    known = cited.about(address.site(app.config))
    book = cited.book_item(known)
    data = cited.data_item(known, f"{page}.html") if page == boxes.DATA_PAGE else None
    kind = "Book" if item["type"] == "book" else "Chapter"
    told = linked_data(item, book, about, data, page == REVIEWS_PAGE)
    lines = [
        *_meta("name", citation_tags(item, boxes.pdf_of_page(app, page), about)),
        *_meta("name", dublin_core(item) + for_zotero(item)),
        *_meta("property", open_graph(item, book["title"], about)),
        *signposts(item, _exports(app, page, item), kind),
        _script(told),
    ]
    context["metatags"] = _VIEWPORT.sub("", context.get("metatags", ""))  # the layout has one
    context["told_of_page"] = "\n".join(lines)


def _remember(app: Sphinx, error: Exception | None) -> None:
    if error is None:
        cited.remember()


def connect(app: Sphinx) -> None:
    """After the description of the page is known; citations that were made once are kept."""
    app.connect("html-page-context", _tell, priority=960)
    app.connect("build-finished", _remember)
