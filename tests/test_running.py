"""Notebooks are run ahead by warm kernels: each in a memory of its own, with the outputs of an ordinary kernel."""

from __future__ import annotations

import copy
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import nbclient
import nbformat
import project
import pytest
from myst_nb.core.read import read_myst_markdown_notebook
from sphinx.application import ENV_PICKLE_FILENAME

from onrecord import facts, files
from onrecord.book import parallel, running
from onrecord.paths import shown

pytestmark = pytest.mark.slow
CHAPTER = project.SMALL_BOOK / "chapters" / "small.md"
needs_forks = pytest.mark.skipif(not running.FORKS, reason="kernels start in the ordinary way on this system")


def notebook(*cells: str) -> nbformat.NotebookNode:
    """A notebook of code cells."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def said(ran: nbformat.NotebookNode) -> str:
    """All that the cells printed."""
    return "".join(output.get("text", "") for cell in ran.cells for output in cell.outputs)


@pytest.fixture
def nursery(monkeypatch: pytest.MonkeyPatch) -> Iterator[running.Nursery]:
    """A nursery of the test's own."""
    made = running.Nursery()
    monkeypatch.setattr(running, "NURSERY", made)
    yield made
    made.close()


@pytest.fixture
def pool() -> Iterator[running.Pool]:
    made = running.Pool()
    yield made
    made.close()


def test_a_build_that_stops_waits_for_no_notebook_that_has_not_begun(nursery, pool, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "POOL", pool)
    running.stopping.before_end(running._tidy)
    begun = tmp_path / "begun"
    for number in range(3 * running.AT_ONCE):
        cells = notebook(f"import time; open({str(begun)!r}, 'a').write('{number} '); time.sleep(0.3)")
        pool.start(tmp_path / f"{number}.md", cells, 60, tmp_path / f"{number}.json", "key")
    with pytest.raises(SystemExit, match="The book is not right:\nas it stands"):
        running.stopping.stop(running.stopping.BookError("as it stands"), tmp_path)
    time.sleep(3)
    assert len(begun.read_text("utf-8").split() if begun.exists() else []) <= running.AT_ONCE


@pytest.mark.parametrize("as_it_was", [True, False])
def test_kernels_are_made_ready_where_tables_or_code_have_changed_and_not_for_a_word(as_it_was, tmp_path, monkeypatch):
    started: list[int] = []
    monkeypatch.setattr(running, "NURSERY", SimpleNamespace(start=lambda: started.append(1)))
    (tmp_path / ENV_PICKLE_FILENAME).touch()
    running._begin(SimpleNamespace(onrecord_as_sealed=as_it_was, doctreedir=str(tmp_path)))
    assert started == ([] if as_it_was else [1])


CHANGES = """
import builtins, os, random, sys
import pandas as pd, matplotlib as mpl
from onrecord import figures, tables
builtins.left = sys.left = tables.left = 1
os.environ["LEFT"] = "1"
os.chdir("/")
pd.set_option("display.max_rows", 3)
mpl.rcParams["lines.linewidth"] = 99
tables.table("rounds")
figures.WIDTH = 1
"""
LOOKS = """
import builtins, os, sys
import pandas as pd, matplotlib as mpl
from onrecord import figures, tables
print(hasattr(builtins, "left"), hasattr(sys, "left"), hasattr(tables, "left"), "LEFT" in os.environ)
print(os.getcwd() == "/", pd.get_option("display.max_rows") == 3, mpl.rcParams["lines.linewidth"] == 99)
print(bool(tables._cached.known), figures.WIDTH == 1, "CHANGED" in globals())
"""


def test_nothing_passes_from_one_notebook_to_the_next(nursery, tmp_path):
    first, second = notebook(CHANGES, LOOKS), notebook(LOOKS)
    running.run(first, tmp_path, 60)
    running.run(second, tmp_path, 60)
    assert set(said(first).split()[:-1]) == {"True"}, "the test would notice what passes"
    assert set(said(second).split()) == {"False"}


@needs_forks
def test_kernels_are_forks_of_one_process(nursery, tmp_path):
    ran = [notebook("import os; print(os.getpid(), os.getppid())") for _ in range(2)]
    for each in ran:
        running.run(each, tmp_path, 60)
    (first, parent), (second, other) = (map(int, said(each).split()) for each in ran)
    assert first != second
    assert parent == other == nursery._process.pid


def test_a_chapter_gives_what_it_gives_in_an_ordinary_kernel(nursery):
    text = CHAPTER.read_text("utf-8").replace('facts.publish("chapters/small")', 'facts.publish("chapters/rounds")')
    page = project.ROOT / "chapters" / "small.md"  # not there: only its folder counts
    warm = read_myst_markdown_notebook(text, path=str(page))
    plain = copy.deepcopy(warm)
    running.run(warm, page.parent, 60)
    where = {"metadata": {"path": str(page.parent)}}
    nbclient.NotebookClient(plain, timeout=60, record_timing=False, resources=where).execute()
    assert sum(len(cell.outputs) for cell in plain.cells if cell.cell_type == "code") > 1
    assert warm == plain


def test_a_cell_that_fails_is_an_error(nursery, tmp_path):
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="a reason"):
        running.run(notebook("raise ValueError('a reason')"), tmp_path, 60)


@needs_forks
def test_without_the_nursery_a_kernel_starts_in_the_ordinary_way(nursery, tmp_path):
    nursery.start()
    nursery._process.kill()
    nursery._process.wait()
    ran = notebook("print('ran')")
    running.run(ran, tmp_path, 60)
    assert said(ran) == "ran\n"


@needs_forks
def test_kernels_end_with_the_nursery(nursery, tmp_path):
    connection = tmp_path / "kernel.json"
    pid = nursery.fork(["-f", str(connection)], str(tmp_path), dict(os.environ))
    assert pid and running._Forked(pid).poll() is None
    nursery.close()
    for _ in range(500):
        if running._Forked(pid).poll() is not None:
            break
        time.sleep(0.02)
    else:
        pytest.fail("the kernel outlived what it was forked from")


def test_kernels_are_spoken_to_through_files_that_are_gone_afterwards(nursery, tmp_path_factory, monkeypatch):
    short = tmp_path_factory.mktemp("short")
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    ran = notebook(CONNECTED)
    running.run(ran, short, 60)
    transport, folder = said(ran).split()
    assert (transport, Path(folder).parent) == ("ipc", short) and not Path(folder).exists()


def test_where_the_name_of_such_a_file_would_be_too_long_they_are_spoken_to_through_ports(
    nursery, tmp_path, monkeypatch
):
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    ran = notebook(CONNECTED)
    running.run(ran, tmp_path, 60)
    assert said(ran).split()[0] == "tcp" and not list(long.iterdir())


@needs_forks
def test_the_nursery_ends_though_a_fork_holds_its_input_open(nursery):
    nursery.start()
    fork = parallel.Fork(lambda: time.sleep(300))
    closing = threading.Thread(target=nursery.close, daemon=True)
    closing.start()
    closing.join(60)
    ended = not closing.is_alive()
    fork.end()  # else a failure would wait for it too
    assert ended


def test_the_pool_gives_each_page_its_own_outputs(nursery, pool, tmp_path):
    pages = {tmp_path / f"{n}.md": notebook(f"print({n})") for n in range(4)}
    for path, each in pages.items():
        pool.start(path, each, 60, tmp_path / f"{path.stem}.json", "key")
    for number, (path, each) in enumerate(pages.items()):
        pool.take(path, each, 60)
        assert said(each) == f"{number}\n" and each.cells[0].execution_count == 1


def test_a_page_that_changed_since_is_run_anew(nursery, pool, tmp_path):
    pool.start(tmp_path / "page.md", notebook("print('old')"), 60, tmp_path / "kept.json", "key")
    now = notebook("print('new')")
    pool.take(tmp_path / "page.md", now, 60)
    assert said(now) == "new\n"


@pytest.mark.parametrize("ahead", [True, False])
def test_prose_put_between_cells_or_after_them_leaves_their_outputs_to_them(nursery, pool, tmp_path, ahead):
    path, kept = tmp_path / "page.md", tmp_path / "kept.json"
    cells = notebook("print(1)", "print(2)")
    running.run_once(copy.deepcopy(cells), path, 60, kept, "key")
    now = copy.deepcopy(cells)
    prose = nbformat.v4.new_markdown_cell("A word.")
    now.cells = [prose, now.cells[0], copy.deepcopy(prose), now.cells[1], copy.deepcopy(prose)]
    if ahead:
        pool.start(path, cells, 60, kept, "key")
        pool.take(path, now, 60)
    else:
        running.run_once(now, path, 60, kept, "key")
    assert [[output.text for output in cell.get("outputs", ())] for cell in now.cells] == [[], ["1\n"], [], ["2\n"], []]


def test_the_error_of_a_run_ahead_is_that_of_the_reading(nursery, pool, tmp_path):
    wrong: Path = tmp_path / "page.md"
    pool.start(wrong, notebook("1 / 0"), 60, tmp_path / "kept.json", "key")
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="ZeroDivisionError"):
        pool.take(wrong, notebook("1 / 0"), 60)


CONNECTED = """
import json, os
from ipykernel.connect import get_connection_file
print(json.load(open(get_connection_file()))["transport"], os.path.dirname(get_connection_file()))
"""
READS = """
import os
from onrecord.tables import table
print(os.getpid(), len(table("rounds")), len(table("themes")))
"""


@needs_forks
def test_what_a_notebook_reads_is_recorded_as_it_runs(nursery, tmp_path):
    running.run_once(notebook(READS), tmp_path / "page.md", 60, tmp_path / "kept.json", "key")
    read = json.loads(files.kept(tmp_path / "kept.json"))["read"]
    assert {"data/rounds.csv", "data/themes.csv", "data/datapackage.json"} <= set(read)
    assert "data/evidence.csv" not in read and not [name for name in read if name.endswith((".py", ".pyc"))]


@needs_forks
def test_a_notebook_is_run_again_for_what_it_read_and_for_nothing_else(nursery, tmp_path, monkeypatch):
    def pid(key: str = "key") -> str:
        ran = notebook(READS)
        running.run_once(ran, tmp_path / "page.md", 60, tmp_path / "kept.json", key)
        return said(ran)

    first = pid()
    assert pid() == first, "nothing changed"
    real, other = files.digest, {}
    monkeypatch.setattr(files, "digest", lambda path: other.get(shown(path)) or real(path))
    for name in ("data/rounds.csv", "data/themes.csv"):
        before = pid()
        other[name] = "other"
        assert pid() != before, name
        del other[name]
    before = pid()
    other["data/evidence.csv"] = "other"
    assert pid() == before, "a table that it does not read"
    assert pid("other key") != before
    before = pid("other key")
    record = tmp_path / "kept.json"
    record.write_bytes(record.read_bytes().replace(before.strip().encode(), b"another number"))
    damaged = pid("other key")
    assert damaged != before and "another" not in damaged, "a record that was damaged is no record"
    before = pid("other key")
    (tmp_path / "kept.json").write_text("{", "utf-8")
    assert pid("other key") != before, "a record that cannot be read is no record"


def test_the_key_is_of_cells_and_of_the_numbers_that_a_page_prints(monkeypatch):
    cells = notebook("print(1)")
    page = "The assessment counts {glue:text}`rounds_held` rounds."
    key = running.key_of(cells, page)
    assert running.key_of(cells, "In other words, {glue:text}`rounds_held` rounds are counted.") == key
    assert running.key_of(notebook("print(2)"), page) != key
    assert running.key_of(cells, page + " {glue:text}`sources_total`") != key
    assert running.key_of(cells, page.replace("held`", "held-digits`")) != key, "another form of the number"
    other = facts.published()
    other.loc[other["fact_id"] == "rounds_held", "text"] = "ninety"
    monkeypatch.setattr(facts, "published", lambda: other)
    assert running.key_of(cells, page) != key
