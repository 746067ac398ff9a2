"""From which tables and chapters' modules each page was made, recorded as it is read and as it is written.

A table that has changed has just those pages read again that read it, and those written again that were written from
it. Of the table of numbers each one is told apart: a page is made from those that it prints. A module of a chapter
(:mod:`onrecord.topics`) has the pages read again whose cells import it; other code has all. Where a page prints what
chapters are called, it is made from their titles; what takes more of another page tells Sphinx that it depends on it.

The record lies with what else is remembered of the site, under the same seal (:mod:`.strict`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from .. import facts, files, modules, record_use, tables
from ..paths import ROOT
from ..reads import note
from . import made

Pages = dict[str, list[str]]  # what was read, by page
READ, WRITTEN = "read", "written"
_NUMBER, _CODE = "facts ", "code "  # what stands before the name of a single number, and of a module
TITLES = "titles of chapters"


class Record:
    """What each page of a site was made from, and what that was like."""

    def __init__(self, content: str = "{}") -> None:
        """Raises ValueError for what is no such record."""
        told: dict[str, Any] = json.loads(content)
        self.pages: dict[str, Pages] = {kind: told.get(kind, {}) for kind in (READ, WRITTEN)}
        self.then: dict[str, str] = told.get("then", {})

    def note(self, kind: str, page: str, names: Iterable[str]) -> None:
        """A page was just read or written, from tables and numbers of these names."""
        self.pages[kind][page] = sorted(names)

    def drop(self, page: str) -> None:
        """A page is gone."""
        for pages in self.pages.values():
            pages.pop(page, None)

    def all_pages(self) -> set[str]:
        """The pages of which it tells."""
        return {page for pages in self.pages.values() for page in pages}

    def names(self) -> set[str]:
        """All that any page was made from."""
        return {name for pages in self.pages.values() for names in pages.values() for name in names}

    def outdated(self, kind: str, now: dict[str, str]) -> set[str]:
        """The pages that were made from something that is not as it was."""
        changed = {name for name in self.names() if self.then.get(name) != now.get(name)}
        return {page for page, names in self.pages[kind].items() if changed.intersection(names)}

    def content(self, now: dict[str, str]) -> str:
        """The record as text; ``now``: what all names are like."""
        then = {name: now[name] for name in self.names() if name in now}
        return json.dumps({**self.pages, "then": then}, sort_keys=True)


def state() -> dict[str, str]:
    """What every table is like, every number, every chapter's module, and what chapters are called: by name."""
    found = {name: tables.digest_of(name) for name in tables.names()}
    found[TITLES] = json.dumps(record_use.chapters())
    # Where else a number is printed is no part of it.
    rows = facts.published(named=True).drop(columns="pages", errors="ignore")
    for key, row in zip(rows["fact_id"], rows.itertuples(index=False), strict=True):
        found[_NUMBER + key] = hashlib.sha256("\0".join(map(str, row)).encode()).hexdigest()
    for name in modules.topics():
        found[_CODE + name] = " ".join(modules.hashes(_topics_behind(modules.behind(name))))
    return found


def _topics_behind(behind: frozenset[str]) -> frozenset[str]:
    return behind & modules.topics()


def note_notebook(text: str, code: str, read: Iterable[str]) -> None:
    """A page takes what its notebook gave: the numbers that its text prints, its code, and the files that it read."""
    note(*(_NUMBER + key for key in facts.printed_in(text)))
    note(*(_CODE + name for name in _topics_behind(modules.of_code(code))))
    named = {tables.file_of(name).relative_to(ROOT).as_posix(): name for name in tables.names()}
    note(*(named[name] for name in read if name in named))


def of(app: Sphinx) -> Record:
    """The record of the site that is being made."""
    if not hasattr(app, "onrecord_record"):
        app.onrecord_record = Record()  # type: ignore[attr-defined]
    record: Record = app.onrecord_record  # type: ignore[attr-defined]
    return record


def _file(app: Sphinx) -> Path:
    return made.stamps(app) / "reads"


def _recall(app: Sphinx) -> None:
    """Before anything is read; of memory that was thrown away no record is left."""
    app.onrecord_state = state()  # type: ignore[attr-defined]
    if _file(app).is_file():
        app.onrecord_record = Record(_file(app).read_text("utf-8"))  # type: ignore[attr-defined]


def _outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    outdated = of(app).outdated(READ, app.onrecord_state) & env.found_docs  # type: ignore[attr-defined]
    return sorted(with_dependents(env, outdated))


def with_dependents(env: BuildEnvironment, pages: set[str]) -> set[str]:
    """Pages, and those that are made from them: slides that draw a figure of a chapter, and what draws on these."""
    sources = {Path(env.doc2path(page)) for page in pages}
    drawn = {page for page, files in env.dependencies.items() if sources & {Path(env.srcdir, name) for name in files}}
    return pages if drawn <= pages else with_dependents(env, pages | drawn)


def _written_from(app: Sphinx, env: BuildEnvironment) -> list[str]:
    return sorted(of(app).outdated(WRITTEN, app.onrecord_state) & env.found_docs)  # type: ignore[attr-defined]


def _keep(app: Sphinx, error: Exception | None) -> None:
    if made.site_written(app, error):
        for gone in of(app).all_pages() - app.env.found_docs:
            of(app).drop(gone)
        files.put(_file(app), of(app).content(app.onrecord_state).encode())  # type: ignore[attr-defined]


def connect(app: Sphinx) -> None:
    """After the checks; kept before what is remembered is sealed."""
    app.connect("builder-inited", _recall)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-updated", _written_from)
    app.connect("build-finished", _keep, priority=950)
