"""Where many pages are to be written, two processes write them: a fork takes half, and tells what it noted of them.

By then the notebooks have run, and a second core would do little. Sphinx's own way of writing in parallel resolves all
pages in one process, which is most of the work here.

A fork that cannot write its pages tells nothing: they are written in the first process then, where a fault is told as
always. It ends with the first process, also where that is killed, so that no page of a site that was given up is
written.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from sphinx.application import Sphinx
from sphinx.util import logging

from .made import site_written

logger = logging.getLogger(__name__)
FORKS = hasattr(os, "fork") and os.cpu_count() != 1
FEWEST = 16  # pages; with fewer it does not pay
T = TypeVar("T")
PATIENCE = 120  # seconds: one that tells nothing for so long after the first process is ready will not tell


def halves(pages: Iterable[str], stay: set[str], size: Callable[[str], int]) -> tuple[list[str], list[str]]:
    """Pages for the first process, and for the fork: as much for each, by ``size``. ``stay``: those of the first."""
    mine = [page for page in pages if page in stay]
    fork: list[str] = []
    load = [sum(map(size, mine)), 0]
    for page in sorted(set(pages) - stay, key=lambda page: (-size(page), page)):
        lighter = int(load[1] < load[0])
        (mine, fork)[lighter].append(page)
        load[lighter] += size(page)
    return sorted(mine), sorted(fork)


class Fork:
    """A process that does something meanwhile. Where none can fork there is none, and it tells nothing."""

    def __init__(self, work: Callable[[], Any]) -> None:
        """Begin with it."""
        self._process = None
        if FORKS:
            context = get_context("fork")
            self._receive, send = context.Pipe(duplex=False)
            alive, self._held = os.pipe()
            self._process = context.Process(target=_tell, args=(work, send, alive, self._held), daemon=True)
            self._process.start()
            send.close()
            os.close(alive)

    def told(self) -> Any:
        """Wait for what it gave, and log what it logged; None where it failed: then the first process is to do it."""
        try:
            logs, result = self._receive.recv() if self._process and self._receive.poll(PATIENCE) else ([], None)
        except (EOFError, OSError):
            return None
        finally:
            self.end()
        for log in logs:
            logger.handle(log)
        return result

    def end(self) -> None:
        """Have it end, whatever it does."""
        if self._process:
            self._process.kill()
            self._process.join()
            self._receive.close()
            os.close(self._held)
            self._process = None


def _tell(work: Callable[[], Any], send: Connection, alive: int, held: int) -> None:
    os.close(held)
    threading.Thread(target=_end_with, args=(alive,), daemon=True).start()
    collected = logging.LogCollector()
    try:
        with collected.collect():
            result = work()
    except BaseException:  # whatever it is, it comes again where the pages are written once more
        os._exit(1)
    logging.convert_serializable(collected.logs)
    send.send((collected.logs, result))
    send.close()
    os._exit(0)


def _end_with(alive: int) -> None:
    """Wait until nobody holds the other end, which only the first process does."""
    os.read(alive, 1)
    os._exit(1)


def beside(work: Callable[[], T], here: Callable[[], object]) -> T | None:
    """Have a fork do some work while something else is done here: what it gave, or None where it failed."""
    fork = Fork(work)
    try:
        here()
        told: T | None = fork.told()
        return told
    finally:
        fork.end()


def write(
    pages: list[str],
    stay: set[str],
    size: Callable[[str], int],
    write_some: Callable[[list[str]], Any],
    take: Callable[[Any], None],
) -> None:
    """Write pages, in two processes if there are many.

    ``write_some`` writes some of them and gives what the first process must know of it, which ``take`` is told.
    """
    if not FORKS or len(pages) < FEWEST:
        write_some(pages)
        return
    mine, others = halves(pages, stay, size)
    found = beside(lambda: write_some(others), lambda: write_some(mine))
    if found is None:
        write_some(others)
    else:
        take(found)


def meanwhile(
    app: Sphinx, due: Callable[[Sphinx], bool], work: Callable[[], object], since: str = "html-collect-pages"
) -> None:
    """If it is due, have a fork do some work: while the last pages of the site are written, or ``since`` another event.

    It takes seconds, and what comes of it is remembered: whoever needs it when the build is finished finds it there,
    or makes it.
    """
    forks: list[Fork] = []

    def begin(app: Sphinx, *of_event: object) -> tuple[()]:
        if FORKS and app.builder.name == "html" and due(app):
            forks.append(Fork(lambda: bool(work())))
        return ()

    def wait(app: Sphinx, error: Exception | None) -> None:
        while forks:
            forks.pop().end() if error else forks.pop().told()

    app.connect(since, begin, priority=100)
    app.connect("build-finished", wait, priority=100)


class Ahead(Generic[T]):
    """Something that a fork works out of the pages once they are written, while the first process makes other things.

    Whoever needs it takes it, or works it out where the fork tells nothing.
    """

    def __init__(self, work: Callable[[Sphinx], T]) -> None:
        """``work`` gives what can be pickled, and is not None."""
        self._work = work
        self._fork: Fork | None = None

    def connect(self, app: Sphinx) -> None:
        """Begin when nothing more is written to a page."""
        app.connect("build-finished", self._begin, priority=690)

    def _begin(self, app: Sphinx, error: Exception | None) -> None:
        if site_written(app, error):
            self._fork = Fork(lambda: self._work(app))

    def taken(self, app: Sphinx) -> T:
        """What comes of it."""
        told: T | None = self._fork.told() if self._fork else None
        return self._work(app) if told is None else told
