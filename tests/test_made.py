"""What is as it was is not made again, and what has changed is; what is gone leaves nothing behind.

While somebody writes (``make live``), a page is made by itself, and is the page that a build makes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from project import build, change, copy_small_book, environment, made_by_build, onrecord, said
from test_reproducible import digests

import onrecord.live as live_server
from onrecord.book import aside, made, swap
from onrecord.problems import InputError

QUIET = "nothing has changed since this site was made"


@pytest.fixture
def app(tmp_path: Path) -> SimpleNamespace:
    """As much of Sphinx as is asked: where the build keeps what it remembers."""
    return SimpleNamespace(doctreedir=str(tmp_path / ".doctrees"), builder=SimpleNamespace(name="html"))


def test_a_part_is_made_again_for_another_key_or_a_file_that_is_gone(app, tmp_path):
    file = tmp_path / "page.html"
    assert made.again(app, "part", "a")
    made.keep(app, "part", "a")
    assert not made.again(app, "part", "a") and made.again(app, "part", "a", [file])
    file.touch()
    assert not made.again(app, "part", "a", [file])
    assert made.again(app, "part", "b", [file])
    made.keep(app, "part", "b")
    assert made.again(app, "part", "a", [file]), "what was made before the last counts for nothing"


def test_the_key_of_everything_is_of_files_and_addresses(monkeypatch):
    before = made.everything()
    assert made.everything() == before
    monkeypatch.setenv("ONRECORD_SITE", "https://book.test/")
    assert made.everything() != before


def test_files_beside_pages_are_made_only_when_the_site_was_written(app):
    assert made.site_written(app, None)
    assert not made.site_written(app, ValueError())
    app.builder.name = "ebook"
    assert not made.site_written(app, None)


@pytest.mark.parametrize(("builder", "left"), [("html", False), ("prints", True)])
def test_what_was_laid_aside_is_given_up_before_another_site_takes_its_place(tmp_path, monkeypatch, builder, left):
    stood = []
    app = SimpleNamespace(
        doctreedir=str(tmp_path / ".doctrees"),
        outdir=tmp_path / builder,
        builder=SimpleNamespace(name=builder, outdir=tmp_path / builder),
    )
    (tmp_path / ".doctrees").mkdir()
    aside.lay(app)
    monkeypatch.setattr(swap, "swap", lambda *_: stood.append((tmp_path / "aside").is_dir()))
    swap._end(app, None)
    assert stood == [left]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A small book, built."""
    small = copy_small_book(tmp_path_factory.mktemp("made"))
    result = build(small)
    assert result.returncode == 0, said(result)[-3000:]
    return small


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of every file of the site."""
    site = folder / "_build" / "html"
    found = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


def contents(folder: Path) -> dict[str, bytes]:
    """Bytes of every file of the site."""
    return {name: content for name, (content, _) in state(folder).items()}


@pytest.mark.slow
def test_nothing_changed_nothing_done(folder):
    before = state(folder)
    (folder / "chapters" / "small.md").touch()  # its time is another, its bytes are not
    again = build(folder)
    assert again.returncode == 0 and QUIET in said(again)
    assert state(folder) == before


@pytest.mark.slow
def test_prose_after_the_last_cell_has_no_notebook_run_again(folder):
    page = folder / "chapters" / "small.md"
    text = page.read_text("utf-8")
    assert text.endswith("\n```\n"), "the page ends with a cell"
    page.write_text(f"{text}\nA last word.\n", "utf-8")
    done = made_by_build(folder)
    assert (done.read, done.ran) == ({"chapters/small"}, set())
    assert "A last word." in (folder / "_build" / "html" / "chapters" / "small.html").read_text("utf-8")
    page.write_text(text, "utf-8")
    assert build(folder).returncode == 0


def fail(folder: Path) -> None:
    """Have a build of it fail after pages were read, and mend what was wrong."""
    page = folder / "chapters" / "small.md"
    text = page.read_text("utf-8")
    page.write_text(f"{text}\nIt follows {{ref}}`nothing-that-there-is`.\n", "utf-8")
    failed = build(folder)
    assert failed.returncode == 1 and "nothing-that-there-is" in said(failed)
    page.write_text(text, "utf-8")


@pytest.mark.slow
def test_a_build_that_fails_costs_the_next_one_nothing(folder):
    before = contents(folder)
    fail(folder)
    fail(folder)
    done = made_by_build(folder)
    assert (done.read, done.ran) == ({"chapters/small"}, set())
    assert contents(folder) == before and not (folder / "_build" / "aside").exists()


@pytest.mark.slow
def test_what_was_laid_aside_and_is_not_what_was_sealed_is_thrown_away(folder):
    before = contents(folder)
    fail(folder)
    doctree = folder / "_build" / "aside" / ".doctrees" / "index.doctree"
    doctree.write_bytes(doctree.read_bytes()[:-1])
    assert made_by_build(folder).read == {"index", "chapters/small"}
    assert contents(folder) == before


@pytest.mark.slow
def test_a_page_that_was_deleted_is_written_again(folder):
    page = folder / "_build" / "html" / "tables" / "rounds.html"
    before = page.read_bytes()
    page.unlink()
    assert QUIET not in said(build(folder))
    assert page.read_bytes() == before


@pytest.mark.slow
def test_a_changed_table_moves_its_own_page_and_no_other_table(folder):
    before = state(folder)
    table = folder / "data" / "places.csv"
    text = change(table, ",Winnipeg,", ",Portage,")
    assert build(folder).returncode == 0
    after = state(folder)
    pages = {name for name in after if name.startswith("tables/") and name != "tables/index.html"}
    assert {name for name in pages if after[name] != before[name]} == {"tables/places.html"}
    assert b"Portage" in after["data/places.csv"][0] and b"Winnipeg" not in after["data/places.csv"][0]
    # Back again: what was made before the last change is not taken for new.
    table.write_text(text, "utf-8")
    assert build(folder).returncode == 0
    assert contents(folder) == {name: content for name, (content, _) in before.items()}


@pytest.mark.slow
def test_a_page_that_nothing_makes_any_more_is_gone(folder):
    moved, page = folder / "moved.csv", folder / "_build" / "html" / "chapters" / "once.html"
    before = moved.read_text("utf-8")
    moved.write_text(before + "chapters/once.html,chapters/small.html,It has another name.\n", "utf-8")
    result = build(folder)
    assert result.returncode == 0 and page.is_file(), said(result)[-2000:]
    moved.write_text(before, "utf-8")
    assert build(folder).returncode == 0
    assert not page.exists()


@pytest.mark.slow
def test_what_belonged_to_a_page_or_a_figure_that_is_gone_goes_with_it(folder):
    """Nothing of them is left, not even what another builder made, and nothing else is missing."""
    site, small, contents_of = folder / "_build" / "html", folder / "chapters" / "small.md", folder / "_toc.yml"
    before, text, listed = contents(folder), small.read_text("utf-8"), contents_of.read_text("utf-8")
    second = text.replace("fig-small", "fig-other").replace("ch-small", "ch-other")
    (folder / "chapters" / "other.md").write_text(second, "utf-8")
    contents_of.write_text(listed.replace("/small\n", "/small\n      - file: chapters/other\n"), "utf-8")
    small.write_text(text.replace("fig-small", "fig-else"), "utf-8")
    assert build(folder, setting={"ONRECORD_SITE": "https://book.test/"}).returncode == 0
    (site / "chapters" / "other.pdf").write_text("what the press makes", "utf-8")
    there = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    assert {"downloads/fig-other.csv", "downloads/fig-else.svg", "sitemap.xml"} <= there
    small.write_text(text, "utf-8")
    contents_of.write_text(listed, "utf-8")
    (folder / "chapters" / "other.md").unlink()
    assert build(folder).returncode == 0
    assert contents(folder) == before


@pytest.mark.slow
def test_of_a_site_of_which_nothing_is_known_only_the_prints_stay(folder):
    site = folder / "_build" / "html"
    for name in ("stray.html", "stray.pdf"):
        (site / name).write_text("of a build that was broken off", "utf-8")
    (folder / "_build" / "seal.sha256").write_text("not this one", "utf-8")
    assert build(folder).returncode == 0
    assert not (site / "stray.html").exists() and (site / "stray.pdf").exists()


OTHER = """---
myst:
  html_meta:
    description: A page that speaks of another.
---

# Another chapter

It follows {doc}`small`, {ref}`the-rounds` and {numref}`fig-small` {cite:p}`burton2006`. Ottawa is named.

```{bibliography}
```
"""
TITLE = "Assessment of the Canada-China Bilateral Human Rights Dialogue"


def call_otherwise(folder: Path) -> Iterator[str]:
    """Change, one after the other, what another page says of a page: titles, a number, a work."""
    small = folder / "chapters" / "small.md"
    change(small, "# A small chapter", "# A short chapter", 1)
    yield "the title of a page"
    change(small, "## The rounds", "## Some rounds", 1)
    yield "the title of a section"
    change(folder / "_toc.yml", "      - file: chapters/small\n", "")
    change(folder / "_toc.yml", "chapters/other\n", "chapters/other\n      - file: chapters/small\n")
    yield "the number of a figure"
    change(folder / "references.bib", TITLE, TITLE.replace("Assessment", "Appraisal"))
    assert onrecord(folder, "works", "--write").returncode == 0
    yield "a work"
    change(folder / "CITATION.cff", "date-released: 20", "date-released: 21")
    yield "the book"


@pytest.mark.slow
def test_what_is_called_otherwise_is_so_on_every_page(tmp_path):
    changed, clean = copy_small_book(tmp_path / "changed"), copy_small_book(tmp_path / "clean")
    for copy in (changed, clean):
        (copy / "chapters" / "other.md").write_text(OTHER, "utf-8")
        change(copy / "chapters" / "small.md", "## The rounds", "(the-rounds)=\n## The rounds")
        change(copy / "_toc.yml", "chapters/small\n", "chapters/small\n      - file: chapters/other\n")
    assert build(changed).returncode == 0
    page = changed / "_build" / "html" / "chapters" / "other.html"
    for what in call_otherwise(changed):
        before, result = page.read_bytes(), build(changed)
        assert result.returncode == 0 and page.read_bytes() != before, (what, said(result)[-2000:])
    assert len(list(call_otherwise(clean))) == 5 and build(clean).returncode == 0
    assert digests(changed / "_build" / "html") == digests(clean / "_build" / "html")


@pytest.mark.slow
def test_all_is_made_anew_for_who_asks_for_it(folder):
    before = contents(folder)
    assert build(folder).returncode == 0 and QUIET in said(build(folder))
    anew = build(folder, "--all")
    assert anew.returncode == 0 and QUIET not in said(anew)
    assert contents(folder) == before


# --- while somebody writes --------------------------------------------------------------

ADDRESS = "chapters/small.html"
SCRIPT = re.compile(r'<script src="/live.js" data-page="[^"]*" data-state="([^"]*)" defer></script>')


class Live:
    """The server of a small book, asked as a browser asks."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.page = folder, folder / "chapters" / "small.md"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "onrecord", "live", "--port", "0"],
            cwd=folder,
            env={**environment(folder), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.address = self.process.stdout.readline().split(" ")[0]

    def get(self, address: str) -> str:
        with urlopen(self.address + address, timeout=120) as answer:
            return answer.read().decode("utf-8")

    def told(self, address: str, state: str) -> str:
        """What a page is told that waits for a change."""
        return self.get(f".live?{urlencode({'page': f'/{address}', 'state': state})}")

    def text(self) -> str:
        """The page, without what the server adds to it."""
        return SCRIPT.sub("", self.get(ADDRESS))

    def built(self) -> str:
        return (self.folder / "_build" / "html" / ADDRESS).read_text("utf-8")


@pytest.fixture(scope="module")
def live(folder) -> Iterator[Live]:
    server = Live(folder)
    yield server
    server.process.terminate()
    server.process.communicate()


@pytest.mark.slow
def test_a_page_that_is_saved_is_shown_as_a_build_would_make_it(live):
    assert live.text() == live.built()
    assert live.get("live.js") == Path(made.__file__).parents[1].joinpath("live", "live.js").read_text("utf-8")
    state = SCRIPT.search(live.get(ADDRESS))[1]
    before = change(live.page, "# A small chapter", "# A short chapter")
    assert live.told(ADDRESS, state) == "changed"
    changed = live.text()
    live.page.write_text(before, "utf-8")
    assert "A short chapter" in changed and "A short chapter" not in live.built()
    assert live.text() == live.built()


@pytest.mark.slow
def test_a_table_that_is_saved_reaches_the_page(live):
    table = live.folder / "data" / "places.csv"
    before = change(table, ",Winnipeg,", ",Portage,")
    assert "Portage" in live.text()
    table.write_text(before, "utf-8")
    assert live.text() == live.built()


@pytest.mark.slow
def test_what_is_wrong_with_a_page_is_shown_in_its_place_until_it_is_mended(live):
    before = change(live.page, "\n```\n", "\nraise ValueError('not so')\n```\n")
    assert "ExecutionError" in live.text()
    live.page.write_text(before, "utf-8")
    assert live.text() == live.built()


@pytest.mark.slow
def test_what_the_build_remembers_is_left_alone(live):
    assert live.text() == live.built()
    assert QUIET in said(build(live.folder))


def test_without_a_site_nothing_is_served(project_copy):
    result = onrecord(project_copy, "live")
    line = "_build/html/index.html: expected a site that is built (make book)"
    assert (result.returncode, result.stderr.splitlines()) == (1, [line, "1 problem(s)"])


def test_where_no_process_can_fork_nothing_is_served(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with pytest.raises(InputError) as error:
        live_server.serve(0)
    assert "expected a system whose processes can fork" in str(error.value)
