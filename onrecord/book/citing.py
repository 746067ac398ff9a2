"""Citations by name and year, told apart by a letter: [Subcommittee 2006a].

The ready-made author-year references of sphinxcontrib-bibtex print the same
text for two works of one author and year. Names come from the ``key`` field of
an entry (BibTeX's short name for corporate authors) or from its authors.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase
from typing import Any, ClassVar

from pybtex.backends.plaintext import Backend as Plaintext
from pybtex.database import BibliographyData, Entry
from pybtex.plugin import register_plugin
from pybtex.style import FormattedEntry
from pybtex.style.formatting.alpha import Style as AlphaStyle
from pybtex.style.labels import BaseLabelStyle
from pybtex_docutils import Backend as Docutils
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from ..files import put
from ..paths import BIBLIOGRAPHY, CODE, REQUIREMENTS
from ..remembered import digest
from . import made


def short_name(entry: Entry) -> str:
    """``key``, or the family names of up to three authors."""
    if "key" in entry.fields:
        return entry.fields["key"]
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [" ".join([*p.prelast_names, *p.last_names]).strip("{}") for p in people]
    if len(names) > 3:
        return f"{names[0]} and others"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


class NameYear(BaseLabelStyle):
    """Labels such as ``Burton 2006``; ``a``, ``b`` ... where two would be the same."""

    def format_labels(self, sorted_entries: list[Entry]) -> Iterator[str]:
        """One label an entry, in the order of the list."""
        plain = [f"{short_name(e)} {e.fields.get('year', 'n.d.')}" for e in sorted_entries]
        often, seen = Counter(plain), Counter[str]()
        for label in plain:
            yield label + (ascii_lowercase[seen[label]] if often[label] > 1 else "")
            seen[label] += 1


class BookStyle(AlphaStyle):
    """The alpha style with labels by name and year."""

    default_label_style = NameYear
    formatted: ClassVar[dict[tuple[str, str], FormattedEntry]] = {}

    def format_entry(self, label: str, entry: Entry, bib_data: BibliographyData | None = None) -> FormattedEntry:
        """One entry; it is asked for by each list that has it and for its tooltip, and formatted once."""
        key = label, entry.key
        if key not in self.formatted:
            self.formatted[key] = super().format_entry(label, entry, bib_data)
        return self.formatted[key]


def _file(app: Sphinx) -> Path:
    return Path(app.doctreedir, "formatted.pickle")


def _recall(app: Sphinx) -> None:
    """Entries that were formatted by an earlier build, where the bibliography and what formats it are as they were."""
    app.onrecord_works = made.key_of(digest([BIBLIOGRAPHY, CODE / "book" / "citing.py", REQUIREMENTS]))  # type: ignore[attr-defined]
    BookStyle.formatted = {}
    if _file(app).is_file():
        of, known = pickle.loads(_file(app).read_bytes())
        BookStyle.formatted = known if of == app.onrecord_works else {}  # type: ignore[attr-defined]
    app.onrecord_works_known = len(BookStyle.formatted)  # type: ignore[attr-defined]


def _keep(app: Sphinx, error: Exception | None) -> None:
    if error is None and len(BookStyle.formatted) != app.onrecord_works_known:  # type: ignore[attr-defined]
        put(_file(app), pickle.dumps((app.onrecord_works, BookStyle.formatted), protocol=5))  # type: ignore[attr-defined]


def _gather(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Give the bibliography one reference a page, to all works that the page cites.

    For each work it goes through all references, which a page has dozens of.
    """
    told = env.domaindata["cite"]
    app.onrecord_references, whole = told["citation_refs"], dict[str, Any]()  # type: ignore[attr-defined]
    for one in told["citation_refs"]:
        before = whole.get(one.docname, one._replace(targets=[]))
        whole[one.docname] = before._replace(targets=list(dict.fromkeys([*before.targets, *one.targets])))
    told["citation_refs"] = list(whole.values())
    return []


def _give_back(app: Sphinx, env: BuildEnvironment) -> list[str]:
    env.domaindata["cite"]["citation_refs"] = app.onrecord_references  # type: ignore[attr-defined]
    return []


def connect(app: Sphinx) -> None:
    """Make the style known as ``onrecord``.

    The backends are named as well: else every citation has all installed packages searched for them.
    """
    app.connect("env-updated", _gather, priority=499)
    app.connect("env-updated", _give_back, priority=501)
    register_plugin("pybtex.style.formatting", "onrecord", BookStyle)
    register_plugin("pybtex.backends", "plaintext", Plaintext, force=True)
    register_plugin("pybtex.backends", "docutils", Docutils, force=True)
    app.connect("builder-inited", _recall)
    app.connect("build-finished", _keep)
