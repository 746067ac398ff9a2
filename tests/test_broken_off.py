"""A build that is broken off, at whatever moment, leaves the earlier site; run again, it gives what it should.

The moments are counted in files that a build touches, so that a slow machine has the same ones, and a file that is
being written is left half written. What takes most of the time and gives the next build nothing is left out: the checks
before the first page is read, pages of tables, and bundles.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import project
import pytest
from test_reproducible import digests

pytestmark = pytest.mark.slow
FEW_PARTS = """\
from onrecord import book
book.strict._check = book.running._begin = lambda app: None
book.parts.PARTS = tuple(part for part in book.parts.PARTS if part not in (book.tablepages, book.bundles))
"""
NO_SWAP = """\
book.parts.PARTS = tuple(part for part in book.parts.PARTS if part is not book.swap)
book.swap.ahead = lambda app: None
"""
EARLY_SEAL = """\
from pathlib import Path
def begin(app):
    connect(app)
    def seal(app, env):
        book.recorded._keep(app, None)
        Path("_build", "seal.sha256").write_bytes(book.strict._hash(app))
    app.connect("env-check-consistency", seal, priority=999)
connect, book.strict.connect = book.strict.connect, begin
"""
NO_SEAL = "book.strict._recall = lambda app, config: setattr(app, 'onrecord_inputs', '')\n"
# Whatever was kept is looked at again, though nothing has changed since the site was made.
NOT_QUIET = "book.quiet.unchanged = lambda app: False\n"
BY_TWO = "from onrecord.book import parallel; parallel.FEWEST = 2\n"
LITTLE_ROOM = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))\n"
EBOOK, PRESS, BOTH = (("--builder", "custom", "--custom-builder", name) for name in ("ebook", "typst", "prints"))
CHANGES = [
    (Path("data", "places.csv"), ",Winnipeg,", ",Portage,"),
    (Path("index.md"), "# A small book", "# A book that is small"),
]


class Book:
    """A small book in a folder, and a process that builds it in forks."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = project.copy_small_book(folder), folder / "_build"
        script = Path(__file__).with_name("broken_off.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script)],
            cwd=folder,
            env=project.environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def build(self, *options: str, die: int | str | None = None, plant: str = "") -> dict[str, Any]:
        """Build; what became of it."""
        asked = {"arguments": ["build", ".", *options], "die": die, "plant": FEW_PARTS + plant}
        self.process.stdin.write(f"{json.dumps(asked)}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def built(self, *options: str, plant: str = "") -> dict[str, Any]:
        """Build, which must succeed."""
        result = self.build(*options, plant=plant)
        assert result["code"] == 0, result["said"][-3000:]
        return result

    def site(self, name: str = "html") -> dict[str, str]:
        """The hash of every file of the site as it stands."""
        return digests(self.made / name)

    def back_to(self, state: Path) -> None:
        """Have ``_build`` as it was."""
        shutil.rmtree(self.made)
        shutil.copytree(state, self.made)


class Story(NamedTuple):
    """A book that was built, changed, and built again: states, sites, and what each build touched, by a name."""

    book: Book
    states: dict[str, Path]
    sites: dict[str, dict[str, str]]
    touched: dict[str, list[str]]

    def tell(self, name: str, *options: str) -> None:
        """Build, and note what comes of it under a name."""
        self.touched[name] = self.book.built(*options)["touched"]
        self.sites[name] = self.book.site()
        self.states[name] = Path(shutil.copytree(self.book.made, self.book.folder.with_name(name)))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Builds that nothing disturbs: from nothing; after a table and a page have changed; and this from nothing."""
    told = Story(Book(tmp_path_factory.mktemp("broken-off") / "book"), {}, {}, {})
    book = told.book
    told.tell("earlier")
    for path, old, new in CHANGES:
        project.change(book.folder / path, old, new)
    told.tell("later")
    # The notebook was run: it takes long, and what it gave is kept by the hash of all that it read.
    shutil.copytree(told.states["later"] / "executed", told.states["earlier"] / "executed", dirs_exist_ok=True)
    told.states["nothing"], told.sites["nothing"] = book.folder.with_name("nothing"), {}
    told.states["nothing"].mkdir()
    book.back_to(told.states["nothing"])
    told.tell("anew")
    told.tell("ebook", *EBOOK)
    told.tell("prints", *PRESS)
    book.back_to(told.states["anew"])
    told.tell("both", *BOTH)
    yield told
    book.process.communicate()


def moments(touched: list[str], number: int) -> list[int]:
    """Moments spread over a build; static files are many, and all alike."""
    telling = [count for count, line in enumerate(touched, 1) if "/_static/" not in line]
    return [telling[(2 * n + 1) * len(telling) // (2 * number)] for n in range(number)]


def outcome(story: Story, start: str, die: int | str, *options: str, end: str, plant: str = "") -> tuple[str, bool]:
    """Break a build off, and run it again: the site in between; and whether that at the end is as it should be."""
    book = story.book
    book.back_to(story.states[start])
    assert book.build(*options, die=die, plant=plant)["code"] == -9, "it was not killed"
    stands = "html" if (book.made / "html").is_dir() else "html.before"
    between = next((name for name, site in story.sites.items() if site == book.site(stands)), "broken")
    book.built(*options, plant=plant)
    return f"{stands}: {between}", book.site() == story.sites[end] and not list(book.made.glob("html.*"))


def test_a_build_after_a_change_gives_what_a_build_from_nothing_gives(story: Story):
    changed = {name for name, was in story.sites["earlier"].items() if story.sites["later"].get(name) != was}
    assert {"index.html", "chapters/small.html", "downloads/fig-small.csv"} <= changed, "else nothing could be stale"
    assert story.sites["later"] == story.sites["anew"]


def test_a_first_build_that_is_killed_leaves_no_site_and_is_made_anew(story: Story):
    for die in moments(story.touched["anew"], 5):
        assert outcome(story, "nothing", die, end="later") == ("html: nothing", True), die


def test_a_build_that_is_killed_leaves_the_earlier_site_and_is_made_anew(story: Story):
    touched = story.touched["later"]
    in_place = touched.index("os.rename html.making") + 1
    for die in moments(touched, 9):
        stands = "earlier" if die <= in_place else "later"
        assert outcome(story, "earlier", die, end="later") == (f"html: {stands}", True), die


@pytest.mark.parametrize("page", ["index", "chapters/small"])
def test_a_build_that_is_killed_while_two_processes_write_is_made_anew(story: Story, page: str):
    die = f"open html.making/{page}.html"
    assert outcome(story, "earlier", die, end="later", plant=BY_TWO) == ("html: earlier", True)


STEPS = {"html": "html: earlier", "html.making": "html.before: earlier", "html.before": "html: later"}


@pytest.mark.parametrize("step", STEPS)
def test_a_build_that_is_killed_while_sites_change_places_leaves_a_whole_one(story: Story, step: str):
    assert outcome(story, "earlier", f"os.rename {step}", end="later") == (STEPS[step], True)


def test_an_ebook_or_prints_that_are_killed_leave_the_site_as_it_was(story: Story):
    (ebook,) = moments(story.touched["ebook"], 1)
    assert outcome(story, "anew", ebook, *EBOOK, end="ebook") == ("html: later", True)
    for die in moments(story.touched["prints"], 2):
        assert outcome(story, "ebook", die, *PRESS, end="prints") == ("html: ebook", True)
    for die in moments(story.touched["both"], 2):
        assert outcome(story, "anew", die, *BOTH, end="both") == ("html: later", True)
    assert story.sites["both"] == story.sites["prints"]
    assert len(story.sites["prints"]) > len(story.sites["ebook"]) > len(story.sites["anew"])


@pytest.mark.parametrize(
    ("plant", "folder", "told"),
    [(NO_SWAP, "html", ("html: broken", True)), (EARLY_SEAL, "html.making", ("html: earlier", False))],
    ids=["no swap", "early seal"],
)
def test_without_swap_or_with_an_early_seal_a_build_that_is_killed_does_harm(
    story: Story, plant: str, folder: str, told: tuple
):
    """The tests above would notice. Just then pages are read, and none is written."""
    assert outcome(story, "earlier", f"open {folder}/_static/basic.css", end="later", plant=plant) == told


# --- what is damaged ------------------------------------------------------------------

DAMAGED = {
    "Sphinx's memory": (".doctrees/environment.pickle",),
    "a page that was read": (".doctrees/chapters/small.doctree",),
    "what was written while pages were read": ("jupyter_execute/*.svg", "figure_data/*.csv", "notebooks/**/*.ipynb"),
    "what is kept by hash": ("seal.sha256", "executed/**/*.json", ".jupyter_cache/*"),
}


def damage(path: Path) -> None:
    """Change a bit in the middle; the time says nothing of it."""
    content, then = bytearray(path.read_bytes()), path.stat()
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))


@pytest.mark.parametrize("what", DAMAGED)
def test_what_was_damaged_is_made_anew(story: Story, what: str):
    book = story.book
    book.back_to(story.states["prints"])
    (book.made / ".jupyter_cache").mkdir()
    (book.made / ".jupyter_cache" / "global.db").write_bytes(b"no data base")
    found = [path for pattern in DAMAGED[what] for path in book.made.glob(pattern)]
    assert len(found) >= len(DAMAGED[what])
    for path in found:
        damage(path)
    book.built(plant=NOT_QUIET)
    assert book.site() == story.sites["prints"]


def test_without_the_seal_a_damaged_file_would_reach_the_site(story: Story):
    book = story.book
    book.back_to(story.states["prints"])
    damage(book.made / "figure_data" / "fig-small.csv")
    book.built(plant=NOT_QUIET + NO_SEAL)
    assert book.site() != story.sites["prints"]


# --- builds that fail -----------------------------------------------------------------


def stopped(story: Story, start: str, *options: str, plant: str) -> list[str]:
    """The last lines of a build that must fail, and leave the site as it was."""
    book = story.book
    book.back_to(story.states[start])
    result = book.build(*options, plant=plant)
    assert result["code"] == 1 and "Traceback" not in result["said"], result["said"][-3000:]
    assert book.site() == story.sites[start] and not list(book.made.glob("html.*"))
    return result["said"].splitlines()[-2:]


@pytest.mark.parametrize(
    ("start", "options", "file"),
    [
        ("nothing", (), "_build"),
        ("prints", (), "_build/html.making/on-the-record.epub"),
        ("anew", EBOOK, "_build"),
        ("anew", BOTH, "_build"),
    ],
    ids=["site", "copy of the site", "e-book", "prints"],
)
def test_a_disk_that_is_full_is_told_in_a_line(story: Story, start: str, options: tuple[str, ...], file: str):
    """Here a file may not be larger than 100 kB; to those who write it is the same."""
    head, line = stopped(story, start, *options, plant=NOT_QUIET + LITTLE_ROOM)
    assert head == "The book cannot be written:"
    assert line.startswith(file)
    assert line.endswith(": expected room, and leave to write (File too large)")


def test_a_build_with_a_warning_leaves_the_earlier_site_and_warns_again(story: Story):
    plant = """\
import logging
warn = lambda *_: logging.getLogger("sphinx.test").warning("not so")
book.parts.boxes.connect = lambda app: app.connect("build-finished", warn)
"""
    told = ["The book is not right:", "1 warning(s) above; the book is built without any"]
    assert stopped(story, "prints", plant=NOT_QUIET + plant) == told


def test_a_folder_that_cannot_be_written_is_told_in_a_line(story: Story):
    book = story.book
    shutil.rmtree(book.made)
    book.made.write_text("a file in its place", "utf-8")
    result = book.build()
    book.made.unlink()
    book.made.mkdir()
    line = "_build: expected room, and leave to write (File exists)"
    assert result["code"] == 1 and "Traceback" not in result["said"]
    assert result["said"].splitlines()[-2:] == ["The book cannot be written:", line]
