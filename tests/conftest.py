"""Fixtures that several files use, and the order: fast tests first."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import browser
import project
import pytest
from bs4 import BeautifulSoup

# Hundreds of parsed pages stay to the end of a run: looking for cycles among them takes a quarter of the time.
gc.set_threshold(200_000, 20, 50)


@pytest.hookimpl(tryfirst=True)  # xdist takes the groups that it finds
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow tests last; sorting keeps the order otherwise.

    Where several workers run them, what a worker takes is the fast or the slow half of one file, so that what the
    tests of a file share is made once (:func:`test_the_tests_of_a_file_stay_together` in ``test_repository``). Of the
    slow halves the first has the whole book built; those that need no such book come next, so that nobody waits for it.
    """
    with_book = list(dict.fromkeys(item.path for item in items if _is_slow(item) and _opens_book(item)))
    place = {path: 2 if at else 0 for at, path in enumerate(with_book)}
    items.sort(key=lambda item: (1 + place.get(item.path, 1)) * _is_slow(item))
    for item in items:
        half = "slow" if _is_slow(item) else "fast"
        item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{half}"))


def _opens_book(item: pytest.Item) -> bool:
    return not {"built", "clean_builds"}.isdisjoint(getattr(item, "fixturenames", ()))


def _is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the whole run, whichever worker asks: each worker has its own below it."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(autouse=True)
def _alone(request: pytest.FixtureRequest, run_folder: Path) -> Iterator[None]:
    """Tests marked ``alone`` measure how quick something is: while one runs, no other does.

    Whoever wants to begin passes the door; one who wants to be alone holds it until the room is empty.
    """
    kind = fcntl.LOCK_SH if request.node.get_closest_marker("alone") is None else fcntl.LOCK_EX
    with (run_folder / "door.lock").open("w") as door, (run_folder / "room.lock").open("w") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, kind)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield


@pytest.fixture(scope="session")
def source_texts() -> Path:
    """The folder that holds the texts of the sources."""
    return project.find_sources(project.SOURCES, bool(os.environ.get("CI")))


@pytest.fixture(scope="session")
def trade_extract() -> Path:
    """The folder that holds the extract of trade data."""
    on_ci = bool(os.environ.get("CI"))
    return project.find_sources(project.EXTRACT, on_ci, "china_imports.csv", project.WITHOUT_EXTRACT)


@pytest.fixture
def project_copy(tmp_path: Path) -> Path:
    """The whole project, to plant a fault in."""
    return project.copy_project(tmp_path)


@pytest.fixture
def small_book(tmp_path: Path) -> Path:
    """The project with two small pages instead of its own, to plant a fault in and build."""
    return project.copy_small_book(tmp_path)


@pytest.fixture(scope="session")
def clean_builds(run_folder: Path) -> list[tuple[Path, str, int]]:
    """Two clean builds of the whole book, in every form: folder, log and exit code of each.

    The folders have different names, and the second is made as on another machine, with nothing remembered: not between
    runs, and of tables not even between pages (:mod:`audited`).
    E-book and print are made at once in the first, as the Makefile does, and one after the other in the second.
    Both books are made at the same time, once for all workers.
    """
    folders = [run_folder / "first", run_folder / "a-second-place" / "further" / "down"]
    known = run_folder / "builds.json"

    settings = [{}, {**project.ELSEWHERE, "ONRECORD_REMEMBERED": str(run_folder / "remembered-elsewhere")}]

    def build_in(folder: Path, setting: dict[str, str]) -> tuple[str, int]:
        folder.mkdir(parents=True)
        site = (project.audited if setting else project.build)(project.copy_project(folder), setting=setting)
        if site.returncode:
            return project.said(site), site.returncode
        steps = (project.build_ebook, project.press) if setting else (project.prints,)
        made = [site, *(step(folder, setting=setting) for step in (*steps, project.course))]
        return "".join(map(project.said, made)), max(result.returncode for result in made)

    with (run_folder / "builds.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.is_file():
            with ThreadPoolExecutor(len(folders)) as pool:
                known.write_text(json.dumps(list(pool.map(build_in, folders, settings))), "utf-8")
    ends = json.loads(known.read_text("utf-8"))
    return [(folder, log, code) for folder, (log, code) in zip(folders, ends, strict=True)]


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest) -> Path:
    """The folder of a copy whose book is built; ``ONRECORD_BUILT`` may name one that is there, to try a test on it."""
    given = os.environ.get("ONRECORD_BUILT")
    if given:
        return Path(given)
    folder, log, code = request.getfixturevalue("clean_builds")[0]
    assert code == 0, log[-4000:]
    return folder


@pytest.fixture(scope="session")
def site(built: Path) -> Path:
    """The folder of the built site."""
    return built / "_build" / "html"


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the built site is served, with a slash at the end."""
    with browser.serve(site) as url:
        yield url


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, BeautifulSoup]:
    """Every page of the built site, parsed, by its path; the theme's own templates are no pages."""
    found = (path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts)
    return {path.relative_to(site).as_posix(): BeautifulSoup(path.read_bytes(), "html.parser") for path in found}


@pytest.fixture(scope="session")
def to_visit(pages: dict[str, BeautifulSoup], site: Path) -> list[str]:
    """The pages that a browser opens: all, but of those that have one template only the three largest."""
    kinds = [r"tables/(?!index)", r"reference/evidence-", r"reference/(theme|speaker)-", r"reference/figure-"]
    by_size = sorted(pages, key=lambda name: -(site / name).stat().st_size)
    left_out = {name for kind in kinds for name in [name for name in by_size if re.match(kind, name)][3:]}
    return [name for name in pages if name not in left_out]


@pytest.fixture(scope="session")
def page(pages: dict[str, BeautifulSoup]) -> Callable[[str], BeautifulSoup]:
    """The built page of a source file, by its name without ending."""
    return lambda docname: pages[f"{docname}.html"]
