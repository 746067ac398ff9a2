"""Two processes write the pages where there are many, and the site is what one would have written."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from project import ROOT, docnames, without_colours
from sphinx.util import logging

from onrecord.book import parallel

logger = logging.getLogger("onrecord.test")
needs_forks = pytest.mark.skipif(not parallel.FORKS, reason="no process can fork here, or there is one core")
PAGES = [f"page-{number:02}" for number in range(parallel.FEWEST)]


def test_each_process_has_as_much_to_write_and_who_must_stay_stays():
    sizes = {"a": 9, "b": 5, "c": 4, "d": 3, "e": 3}
    mine, fork = parallel.halves(sizes, {"d"}, sizes.__getitem__)
    assert sorted(mine + fork) == sorted(sizes) and "d" in mine
    assert abs(sum(map(sizes.get, mine)) - sum(map(sizes.get, fork))) <= 3
    assert parallel.halves(sizes, set(sizes), sizes.__getitem__) == (sorted(sizes), [])


@needs_forks
def test_what_a_fork_tells_arrives_and_one_that_fails_or_waits_tells_nothing(monkeypatch):
    assert parallel.Fork(lambda: os.getpid()).told() != os.getpid()
    assert parallel.Fork(lambda: 1 / 0).told() is None
    assert parallel.Fork(lambda: os._exit(0)).told() is None
    monkeypatch.setattr(parallel, "PATIENCE", 0.5)
    assert parallel.Fork(lambda: time.sleep(300)).told() is None
    assert parallel.Fork(lambda: "x" * 10_000_000).told() == "x" * 10_000_000


@needs_forks
def test_all_pages_are_written_by_two_and_what_is_noted_of_them_comes_together():
    taken: list = []
    written: list[str] = []

    def write_some(pages):
        written.extend(pages)
        return os.getpid(), pages

    parallel.write(PAGES, {PAGES[3]}, lambda page: 1, write_some, taken.append)
    ((other, pages),) = taken
    assert other != os.getpid() and sorted(written + pages) == PAGES and PAGES[3] in written
    taken.clear()
    written.clear()
    parallel.write(PAGES[1:], set(), lambda page: 1, write_some, taken.append)
    assert taken == [] and written == PAGES[1:], "a few are written in one process"


@needs_forks
def test_what_a_fork_cannot_write_is_written_here_where_the_fault_is_told():
    first, tried = os.getpid(), []

    def write_some(pages):
        if os.getpid() != first:
            raise ValueError("in the fork")
        tried.append(pages)
        if len(tried) == 2:
            raise ValueError("as always")

    with pytest.raises(ValueError, match="as always"):
        parallel.write(PAGES, set(), lambda page: 1, write_some, pytest.fail)
    assert sorted(tried[0] + tried[1]) == PAGES


@needs_forks
def test_where_a_page_cannot_be_written_the_fork_writes_no_more(tmp_path):
    """Else it would go on in the folder of a site that is given up."""
    first, here = os.getpid(), tmp_path / "fork"

    def write_some(pages):
        if os.getpid() != first:
            here.write_text(str(os.getpid()), "utf-8")
            time.sleep(300)
        while not (here.is_file() and here.read_text("utf-8")):
            time.sleep(0.01)
        raise ValueError("here")

    with pytest.raises(ValueError, match="here"):
        parallel.write(PAGES, set(), lambda page: 1, write_some, pytest.fail)
    assert has_ended(int(here.read_text("utf-8")))


@needs_forks
def test_a_warning_in_a_fork_is_heard(monkeypatch):
    heard: list[str] = []
    monkeypatch.setattr(parallel.logger.logger, "handle", lambda record: heard.append(record.getMessage()))
    parallel.write(PAGES, set(), lambda page: 1, lambda pages: logger.warning("of %s", pages[0]), lambda told: None)
    assert [words for words in heard if words.startswith("of page-")] != []


@needs_forks
@pytest.mark.parametrize(("due", "error", "done"), [(True, None, True), (False, None, False), (True, OSError(), False)])
def test_work_that_is_due_is_done_meanwhile_and_not_where_the_build_fails(due, error, done, tmp_path):
    here, handlers = tmp_path / "done", {}
    app = SimpleNamespace(
        builder=SimpleNamespace(name="html"), connect=lambda event, handler, priority: handlers.update({event: handler})
    )

    def work():
        time.sleep(0.5)
        here.write_text("done", "utf-8")

    parallel.meanwhile(app, lambda app: due, work)
    assert list(handlers["html-collect-pages"](app)) == []
    handlers["build-finished"](app, error)
    assert here.is_file() == done


HTML = SimpleNamespace(builder=SimpleNamespace(name="html"))


@needs_forks
def test_what_is_worked_out_ahead_is_taken_from_the_fork_and_where_it_fails_worked_out_here():
    first = os.getpid()
    ahead = parallel.Ahead(lambda app: os.getpid())
    ahead._begin(HTML, None)
    assert ahead.taken(HTML) != first
    failing = parallel.Ahead(lambda app: first if os.getpid() == first else 1 / 0)
    failing._begin(HTML, None)
    assert failing.taken(HTML) == first


@pytest.mark.parametrize(("name", "error"), [("prints", None), ("html", ValueError())])
def test_nothing_is_worked_out_ahead_for_another_form_or_after_an_error(monkeypatch, name, error):
    monkeypatch.setattr(parallel, "Fork", lambda work: pytest.fail("a fork"))
    app = SimpleNamespace(builder=SimpleNamespace(name=name))
    ahead = parallel.Ahead(lambda app: app.builder.name)
    ahead._begin(app, error)
    assert ahead.taken(app) == name


def has_ended(process: int) -> bool:
    """Whether a process is gone, or will be in a moment; one that nobody waits for may stay as a name."""
    state = Path(f"/proc/{process}/stat")
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if state.is_file() and state.read_text("utf-8").rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


WAITS = """
import os, time
from onrecord.book import parallel
parallel.Fork(lambda: (print(os.getpid(), flush=True), time.sleep(300))).told()
"""


@needs_forks
def test_a_fork_ends_with_the_process_that_is_killed():
    made = subprocess.Popen([sys.executable, "-c", WAITS], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert made.stdout
    fork = int(made.stdout.readline())
    made.send_signal(signal.SIGKILL)
    made.wait()
    assert has_ended(fork)


@needs_forks
@pytest.mark.slow
def test_the_whole_book_was_written_by_two(clean_builds):
    """The other in one, and both have the same bytes (:mod:`test_reproducible`)."""
    plain = [without_colours(log) for _, log, _ in clean_builds]
    by_two, by_one = (re.findall(r"writing output\.\.\. *\[ *(\d+)%\] (\S+)", log) for log in plain)
    assert {page for _, page in by_two} == {page for _, page in by_one} >= set(docnames())
    assert [done for done, _ in by_two].count("100") == [done for done, _ in by_one].count("100") + 1
