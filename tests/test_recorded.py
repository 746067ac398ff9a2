"""A page is made again for what it was made from, and for nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import audited
import pytest
from project import change, copy_small_book, docnames, made_by_build
from test_reproducible import digests

from onrecord import facts, modules, tables
from onrecord.book.recorded import READ, TITLES, WRITTEN, Record, note_notebook, state, with_dependents
from onrecord.reads import recording


@pytest.fixture
def record() -> Record:
    """Of two pages: one reads two tables and a number, the other is written from one of them."""
    made = Record()
    made.note(READ, "one", {"rounds", "places", "facts rounds_held"})
    made.note(WRITTEN, "one", set())
    made.note(READ, "two", set())
    made.note(WRITTEN, "two", {"places"})
    made.then = {"rounds": "a", "places": "b", "facts rounds_held": "c"}
    return made


def test_a_page_is_outdated_by_what_it_was_made_from(record):
    now = dict(record.then)
    assert record.outdated(READ, now) == record.outdated(WRITTEN, now) == set()
    assert record.outdated(READ, now | {"places": "other"}) == {"one"}
    assert record.outdated(WRITTEN, now | {"places": "other"}) == {"two"}
    assert record.outdated(READ, now | {"facts rounds_held": "other"}) == {"one"}
    assert record.outdated(READ, now | {"themes": "other"}) == set(), "nobody read it"
    del now["rounds"]
    assert record.outdated(READ, now) == {"one"}, "a table that is gone"


def test_a_record_is_kept_as_it_is(record):
    again = Record(record.content(record.then | {"themes": "of no page"}))
    assert (again.pages, again.then) == (record.pages, record.then)
    again.drop("one")
    assert again.all_pages() == {"two"} and again.names() == {"places"}


@pytest.mark.slow
def test_every_table_and_every_number_has_a_state_of_its_own(monkeypatch, tmp_path):
    before = state()
    numbers = {f"facts {key}" for key in facts.published()["fact_id"]}
    code = {f"code {name}" for name in modules.topics()}
    assert before.keys() == numbers | set(tables.names()) | code | {TITLES}
    text = facts.FILE.read_text("utf-8")
    other = tmp_path / "facts.csv"
    other.write_text(re.sub(r"(?m)^(rounds_held,)[^,]*", r"\1ninety", text), "utf-8")
    monkeypatch.setattr(facts, "FILE", other)
    assert {key for key, then in before.items() if state()[key] != then} == {"facts rounds_held"}
    other.write_text(text.replace("chapters/rounds.md", "chapters/elsewhere.md"), "utf-8")
    assert state() == before, "where else it is printed is no part of a number"


def test_a_page_is_made_from_what_its_notebook_read_and_from_the_numbers_that_it_prints():
    with recording() as read:
        files = ["data/rounds.csv", "data/geo/land-110m.json"]
        note_notebook("There were {glue:text}`rounds_held`.", "from onrecord.topics import trade", files)
    assert read == {"rounds", "facts rounds_held", "code onrecord.topics.trade"}


def test_a_module_of_a_chapter_has_a_state_that_moves_with_it_and_with_what_it_imports(monkeypatch):
    before, hashes = state(), modules.hashes
    changed = "onrecord.topics.silence"
    monkeypatch.setattr(modules, "hashes", lambda of: hashes(of) + ["other"] * (changed in of))
    after = state()
    assert {key for key, then in before.items() if after[key] != then} == {
        "code onrecord.topics.silence",
        "code onrecord.topics.western_voices",
    }


def test_what_is_made_from_a_page_is_outdated_with_it():
    made_from = {"slides": {"chapters/one.md"}, "course": {"slides.md", "data.csv"}, "other": {"chapters/two.md"}}
    env = SimpleNamespace(srcdir="/book", dependencies=made_from, doc2path=lambda page: f"/book/{page}.md")
    assert with_dependents(env, {"chapters/one"}) == {"chapters/one", "slides", "course"}
    assert with_dependents(env, {"chapters/three"}) == {"chapters/three"} and with_dependents(env, set()) == set()


@pytest.mark.slow
def test_no_page_opens_a_table_that_its_record_lacks(clean_builds):
    folder, log, _ = clean_builds[1]
    (line,) = [line for line in log.splitlines() if line.startswith(audited.SAID)]
    assert json.loads(line.removeprefix(audited.SAID)) == {}
    record = Record((folder / "_build" / "last" / "reads").read_text("utf-8"))
    assert record.all_pages() == set(docnames())
    assert set(tables.names()) - {"facts"} <= record.names()


def test_a_table_that_is_missing_in_a_record_is_told(monkeypatch):
    monkeypatch.setattr(audited, "MISSING", {})
    for known in (set(), {"rounds"}):
        audited.OPENED.update({str(tables.file_of(name)) for name in ("rounds", "places", "facts")})
        audited._check(f"page {len(known)}", known | {"facts rounds_held"})
    assert audited.MISSING == {"page 0": ["rounds", "places"], "page 1": ["places"]}
    assert set() == audited.OPENED


# --- in a small book ---------------------------------------------------------------------------


def made_again(folder: Path) -> tuple[set[str], set[str]]:
    """Build, and say which pages were read and which notebooks were run."""
    done = made_by_build(folder)
    return done.read, {Path(page).name for page in done.ran}


@pytest.mark.slow
def test_a_changed_table_has_its_readers_made_again_and_the_site_is_that_of_a_clean_build(tmp_path):
    folder, clean = copy_small_book(tmp_path / "changed"), copy_small_book(tmp_path / "clean")
    assert made_again(folder) == ({"index", "chapters/small"}, {"small"})
    record = Record((folder / "_build" / "last" / "reads").read_text("utf-8"))
    for table, cell, other, again in (
        ("places", ",Winnipeg,", ",Portage,", ({"chapters/small"}, {"small"})),
        ("reviews", "was typed in code", "was written in code", (set(), set())),
    ):
        assert {page for page, names in record.pages[READ].items() if table in names} == again[0]
        for copy in (folder, clean):
            change(copy / "data" / f"{table}.csv", cell, other)
        assert made_again(folder) == again, table
    made_again(clean)
    assert digests(folder / "_build" / "html") == digests(clean / "_build" / "html")


IMPORTS = "from onrecord import analysis, facts, figures\n"


@pytest.mark.slow
def test_changed_code_has_its_users_made_again_and_no_other(tmp_path):
    folder, clean = copy_small_book(tmp_path / "changed"), copy_small_book(tmp_path / "clean")
    for copy in (folder, clean):
        change(copy / "chapters" / "small.md", IMPORTS, f"{IMPORTS}from onrecord.topics import rounds\n")
    assert made_again(folder) == ({"index", "chapters/small"}, {"small"})
    for module, again in (
        ("topics/rounds", ({"chapters/small"}, {"small"})),
        ("topics/trade", (set(), set())),
        ("geo", ({"index", "chapters/small"}, {"small"})),  # figures draw maps with it
        ("qda", ({"index", "chapters/small"}, set())),  # no notebook has it behind it, but a page might
    ):
        for copy in (folder, clean):
            path = copy / "onrecord" / f"{module}.py"
            path.write_text(f"{path.read_text('utf-8')}\n# This line says nothing.\n", "utf-8")
        assert made_again(folder) == again, module
    made_again(clean)
    assert digests(folder / "_build" / "html") == digests(clean / "_build" / "html")
