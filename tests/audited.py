"""A build in which every page reads its tables anew, and what it opens is held against the record of it.

It forgets all that was read before each page is read or written, so that whatever the page needs is opened again.
A page of the book that another one opens must be a dependency that Sphinx knows of, or be read for its title.

    python -P tests/audited.py build .    ->    at last, a line of JSON: {page: [tables or pages missing in its record]}
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from onrecord import facts, tables
from onrecord.book import parallel, recorded
from onrecord.book.publish.downloads import SiteBuilder
from onrecord.paths import CHAPTERS, ROOT, shown

SAID = "missing in the record: "
OPENED: set[str] = set()
MISSING: dict[str, list[str]] = {}


def _note(event: str, arguments: tuple) -> None:
    ours = threading.current_thread() is threading.main_thread()  # notebooks are run ahead in others
    if ours and event == "open" and isinstance(arguments[0], str | Path):
        OPENED.add(os.path.abspath(arguments[0]))


def _forget() -> None:
    tables._forget()
    OPENED.clear()


def _check(page: str, known: set[str], own: Collection[Path] = ()) -> None:
    """Note the tables and pages that were opened since the last page and that the record of this one lacks.

    ``own``: its own file, and those that Sphinx knows it to depend on.
    """
    titles = CHAPTERS if recorded.TITLES in known else None
    for path in sorted(Path(name) for name in OPENED if name.endswith(".md")):
        if path.is_relative_to(ROOT) and path not in own and path.parent != titles:
            MISSING.setdefault(page, []).append(shown(path))
    for name in tables.names():
        path = tables.file_of(name)
        numbers = path == facts.FILE and any(one.startswith("facts ") for one in known)
        if str(path) in OPENED and name not in known and not numbers:
            MISSING.setdefault(page, []).append(name)
    _forget()


def _watched(kind: str, method: Callable[..., None]) -> Callable[..., None]:
    def watched(self: SiteBuilder, docname: str, *rest: object, **how: object) -> None:
        if kind == recorded.READ:  # a page is begun to be written before this
            _forget()
        method(self, docname, *rest, **how)
        own = {Path(self.srcdir, name) for name in self.env.dependencies[docname]} | {Path(self.env.doc2path(docname))}
        _check(f"{docname} {kind}", set(recorded.of(self.app).pages[kind][docname]), own)

    return watched


def main() -> None:
    """Build, and say what is missing."""
    import jupyter_book.cli.main

    SiteBuilder.read_doc = _watched(recorded.READ, SiteBuilder.read_doc)
    SiteBuilder.write_doc = _watched(recorded.WRITTEN, SiteBuilder.write_doc)
    began = SiteBuilder._write_serial

    def begin(self: SiteBuilder, docnames: Sequence[str]) -> None:
        _forget()  # files for download were copied
        began(self, docnames)

    SiteBuilder._write_serial = begin
    parallel.FORKS = False  # a fork would tell its parent nothing of what is missing
    sys.addaudithook(_note)
    code = 0
    try:
        jupyter_book.cli.main.main()
    except SystemExit as end:
        code = int(end.code or 0)
    print(f"{SAID}{json.dumps(MISSING)}")
    sys.exit(code)


if __name__ == "__main__":
    main()
