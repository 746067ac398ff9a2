"""Pages of the book one by one: a process that has imported all, one that has loaded the book, and one for each page.

Each is a fork of the one before, so that nothing passes from page to page. When tables have changed the book is loaded
anew, since it remembers what it has read of them. A request is a line of JSON, and so is its answer:

    {"page": "chapters/trade", "tables": "what tells that they have changed"}    ->    {"wrong": ""}
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import jupyter_book.sphinx
from sphinx_external_toc.collectors import TocTreeCollectorWithStyles

from .. import figures, topics
from ..book import parts
from ..paths import CONFIG, LIVE, ROOT

assert figures and topics, "what a page may import is imported before the first fork"
ENDED = "the page could not be made: see the terminal"


def _forked(work: Callable[[Connection], None]) -> tuple[int, Connection]:
    """A fork that does some work, which speaks to us: its process id, and our end."""
    here, there = multiprocessing.Pipe()
    pid = os.fork()
    if pid == 0:
        here.close()
        code = 1
        try:
            work(there)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    there.close()
    return pid, here


def _answer(here: Connection) -> str:
    try:
        return str(here.recv())
    except (EOFError, OSError):
        return ENDED


def _write(app: Any, page: str, there: Connection) -> None:
    """Read a page and write it, as a build does with one that has changed."""
    env, builder = app.env, app.builder
    try:
        app.emit("env-before-read-docs", env, [page])
        of_figures = env.toc_fignumbers.get(page, {})
        app.emit("env-purge-doc", env, page)
        env.clear_doc(page)
        builder.read_doc(page)
        TocTreeCollectorWithStyles().assign_section_numbers(env)
        env.toc_fignumbers[page] = of_figures  # a new one has none until those of all pages are counted again
        builder.prepare_writing({page})
        doctree = env.get_and_resolve_doctree(page, builder)
        builder.write_doc_serialized(page, doctree)
        builder.write_doc(page, doctree)
        builder.copy_image_files()
        there.send("")
    except Exception as error:
        traceback.print_exc()
        there.send(f"{type(error).__name__}: {error}")
    finally:
        parts.running.POOL.close()


def _serve(there: Connection, app: Any) -> None:
    """In place of a build: a fork for each page that is asked for."""
    app.env.find_files(app.config, app.builder)
    while True:
        try:
            page = there.recv()
        except EOFError:
            return
        if not page:  # the book alone was asked for
            there.send("")
            continue
        pid, here = _forked(partial(_write, app, page))
        there.send(_answer(here))
        here.close()
        os.waitpid(pid, 0)


def _load(there: Connection) -> None:
    """Make the application of the book, without what belongs to a whole build."""
    os.dup2(2, 1)  # the answers alone go to standard output
    whole = (parts.strict, parts.swap, parts.made, parts.recorded)
    parts.PARTS = tuple(part for part in parts.PARTS if part not in whole)

    class Resident(jupyter_book.sphinx.Sphinx):
        def build(self, *_: Any) -> None:
            _serve(there, self)

    jupyter_book.sphinx.Sphinx = Resident
    jupyter_book.sphinx.build_sphinx(
        str(ROOT),
        str(LIVE / "html"),
        noconfig=True,  # it is no conf.py
        path_config=str(CONFIG),
        confoverrides={"latex_individualpages": False},  # it looks for it without need
        quiet=True,
    )


def main() -> None:
    """Answer requests until there are no more."""
    pid, here, tables = 0, None, None
    for line in sys.stdin:
        request = json.loads(line)
        if here is None or request["tables"] != tables:
            if here is not None:
                here.close()
                os.waitpid(pid, 0)
            tables = request["tables"]
            pid, here = _forked(_load)
        with contextlib.suppress(OSError):  # it has ended; so says its answer
            here.send(request["page"])
        print(json.dumps({"wrong": _answer(here)}), flush=True)


if __name__ == "__main__":
    main()
