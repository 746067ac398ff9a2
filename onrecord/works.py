"""The bibliography as a table: what the columns of sources point at, inside the data package.

``references.bib`` is written by hand; ``data/works.csv`` is made from it (``onrecord works --write``), and a rule
compares the two. So a reader of the tables needs no BibTeX to know what a key stands for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import pandas as pd
from pybtex.database import BibliographyData, Entry, parse_string
from pybtex.exceptions import PybtexError

from .paths import BIBLIOGRAPHY, shown
from .problems import InputError, Problem

COLUMNS = ["work_id", "type", "author", "title", "publisher", "date", "doi", "url", "read", "note"]
# What stands for the publisher of a work, or for what it stands in: the first of these fields that is filled.
_PUBLISHERS = ("journal", "booktitle", "publisher", "institution", "school", "howpublished")
# What a note says was read: the first that fits. The words are those in which the bibliography says such things. An
# entry whose note says nothing of it has a field ``read`` with one of these words, or ``record``: nothing but the fact
# that was noted from it when the wider record was gathered.
_READ = {
    "excerpt": r"\bextract\b|\bexcerpt(?:ed)?\b",
    "abstract": r"\babstract\b",
    "review": r"\b(?:known (?:here )?(?:only )?(?:from|through|by)|read in) (?:an? |the )?(?:\w+ )?reviews?\b",
    "account": r"\bknown (?:here )?(?:only )?(?:from|through|by) (?:an?|the) (?:account|report|release|register)\b",
    "part": r"\b(?:a part|in part) (?:was|were) (?:seen|read)|only a part was seen|breaks off|\bread in part\b"
    r"|\b(?:seen|read) in (?:its|their) opening\b|\bbreak off\b|\bread but for its end\b|\brules [^.;]*\bwere read\b"
    r"|\b(?:opening|beginning|first half|first paragraphs|clauses at the head|one speech|list of speakers)"
    r" (?:was |were )?read\b",
    "whole": r"\b(?:read|seen) (?:as a |in )?whole\b|\bthe whole (?:text|report|item) was (?:seen|read)\b",
    "copy": r"\bcop(?:y|ies)\b|\bposted (?:translation|summary)\b|\brecord of an organization\b|\bmirror\b"
    r"|\brepublished\b|\bforwarded\b|\bweb archive\b|\bweb harvest\b|\barchived\b|\bread as appendix\b",
}
_WHERE_READ = re.compile(r"(?:Read|Known here) ")
_MONTHS = "January February March April May June July August September October November December".split()
# A note begins with the day where it is known, or with what was done on it.
_DAY = re.compile(rf"(?:(?:Editorial|Dated|Released|Tabled|Final draft),? )?(\d{{1,2}}) ({'|'.join(_MONTHS)})\b")


def _plain(value: str) -> str:
    """A BibTeX field without its braces and escapes, on one line. InputError for a command of TeX."""
    text = re.sub(r"[{}]", "", re.sub(r"\\([&$%#_])", r"\1", value)).replace("--", "–")
    if "\\" in text:
        raise InputError(Problem(shown(BIBLIOGRAPHY), r"expected Unicode, and of TeX only \& \$ \% \# \_", value=value))
    return " ".join(text.split())


def _authors(entry: Entry) -> str:
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    return ";".join(_plain(str(person)) for person in people)


def _date(entry: Entry) -> str:
    """Year, month and day as far as the entry has them; the day stands at the head of its note."""
    year, month = entry.fields.get("year", ""), entry.fields.get("month", "")
    if not re.fullmatch(r"\d{4}", year):
        return ""
    if month not in _MONTHS:
        return year
    found = _DAY.match(entry.fields.get("note", ""))
    date = f"{year}-{_MONTHS.index(month) + 1:02d}"
    return f"{date}-{int(found[1]):02d}" if found and found[2] == month else date


def _read(key: str, fields: Mapping[str, str]) -> str:
    """What was read of a work: as its note says, or the words on where it was published, or else its field ``read``.

    Raises InputError if it is said in both places, or in a word that is not of the list.
    """
    note, where, own = fields.get("note", ""), fields.get("howpublished", ""), fields.get("read")
    said = f"{note} {where}" if _WHERE_READ.match(where) else note
    told = next((read for read, words in _READ.items() if re.search(words, said, re.I)), None)
    fault = f"no read, since the note says {told}" if own and told else ""
    if own and own not in (*_READ, "record"):
        fault = f"read to be one of {', '.join([*_READ, 'record'])}"
    if fault:
        raise InputError(Problem(shown(BIBLIOGRAPHY), f"{key}: expected {fault}", value=own))
    return told or own or "not_stated"


def make() -> pd.DataFrame:
    """The works of ``references.bib``: one row an entry, by key, columns as ``COLUMNS``."""
    return _make(BIBLIOGRAPHY.read_text("utf-8")).copy()


def _parsed(bibliography: str) -> BibliographyData:
    """Its entries. Raises InputError, with the line if there is one, where it is no BibTeX or has a key twice."""
    try:
        return parse_string(bibliography, "bibtex")
    except PybtexError as error:
        raise InputError(
            Problem(shown(BIBLIOGRAPHY), f"expected BibTeX ({error})", getattr(error, "lineno", None))
        ) from error


@lru_cache(1)
def _make(bibliography: str) -> pd.DataFrame:
    rows = []
    for key, entry in _parsed(bibliography).entries.items():
        found = {name: _plain(value) for name, value in entry.fields.items()}
        names = [found[name] for name in _PUBLISHERS if found.get(name)]
        publisher = next((name for name in names if not _WHERE_READ.match(name)), "")
        row = [key, entry.type, _authors(entry), found.get("title", ""), publisher, _date(entry)]
        rows.append([*row, found.get("doi", ""), found.get("url", ""), _read(key, found), found.get("note", "")])
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("work_id", key=lambda k: k.str.lower(), ignore_index=True)


def as_bytes(bibliography: str | None = None) -> bytes:
    """The file that a bibliography gives, that of the project if none is given."""
    made = make() if bibliography is None else _make(bibliography)
    return made.to_csv(index=False, lineterminator="\n").encode()
