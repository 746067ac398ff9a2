"""Chapters as notebooks to take away: readable anywhere, and run again where no repository is, the same."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import jupytext
import nbformat
import pytest
from project import STATEMENT, chapters, said

from onrecord.book.notebooks import WHEEL
from onrecord.book.plain import left_over

pytestmark = pytest.mark.slow
TAMPERED = "one output tampered with"
# The number of a claim's evidence, raised; the id of a statement belongs into the list of evidence alone.
RAISED = re.compile(r"<sup>([\d, ]+)</sup>")


def bundle(site: Path, chapter: str, folder: Path) -> Path:
    """The bundle of a chapter, unpacked: the folder that a reader has then."""
    with zipfile.ZipFile(site / f"{chapter}.zip") as archive:
        archive.extractall(folder)
    return folder / Path(chapter).name


@pytest.fixture(scope="module")
def bundles(site, tmp_path_factory) -> dict[str, Path]:
    return {chapter: bundle(site, chapter, tmp_path_factory.mktemp("bundle")) for chapter in chapters()}


@pytest.fixture(scope="module")
def notebooks(bundles) -> dict[str, nbformat.NotebookNode]:
    """Every chapter's notebook, as it is in its bundle."""
    return {name: nbformat.read(path / f"{path.name}.ipynb", as_version=4) for name, path in bundles.items()}


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


# --- what is in a bundle --------------------------------------------------------------


@pytest.mark.parametrize("chapter", chapters())
def test_a_bundle_holds_all_that_is_needed(chapter, bundles, site):
    folder = bundles[chapter]
    notebooks = {f"{folder.name}{kind}.ipynb" for kind in ("", "-exercises", "-exercises-teacher")}
    expected = {"README.md", WHEEL, "requirements.txt", "LICENSE", "LICENSE-CONTENT"} | notebooks
    assert {path.name for path in folder.iterdir()} == expected
    assert (folder / WHEEL).read_bytes() == (site / "downloads" / WHEEL).read_bytes()
    offered = re.findall(r"^ {4}\S.*$", (folder / "README.md").read_text("utf-8"), re.M)
    assert len(offered) == 3 and offered[-1].endswith(f" {folder.name}.ipynb")
    pins = (folder / "requirements.txt").read_text("utf-8").splitlines()
    assert pins[0] == f"./{WHEEL}" and all("==" in pin for pin in pins[1:]) and len(pins) > 6


def test_the_package_lies_on_the_site_with_its_hash(site):
    told = (site / "downloads" / "SHA256SUMS").read_text("utf-8").split()
    assert told == [hashlib.sha256((site / "downloads" / WHEEL).read_bytes()).hexdigest(), WHEEL]


@pytest.mark.parametrize("chapter", chapters())
def test_the_notebook_offered_alone_is_that_of_the_bundle(chapter, bundles, built):
    alone = built / "_build" / "notebooks" / f"{chapter}.ipynb"
    assert alone.read_bytes() == (bundles[chapter] / alone.name).read_bytes()


# --- what a reader sees ---------------------------------------------------------------


@pytest.mark.parametrize("chapter", chapters())
def test_nothing_of_the_book_s_own_language_is_left(chapter, notebooks):
    cells = prose(notebooks[chapter])
    assert {text: left_over(text) for text in cells if left_over(text)} == {}
    assert [text for text in cells[:-1] if STATEMENT.search(re.sub(r"`[^`]*`", "", text))] == []
    assert "mystnb" not in json.dumps([cell.metadata for cell in notebooks[chapter].cells])


@pytest.mark.parametrize("chapter", chapters())
def test_every_raised_number_is_in_the_list_of_evidence_and_every_statement_of_it_has_a_number(chapter, notebooks):
    *cells, last = prose(notebooks[chapter])
    used = {int(n) for text in cells for found in RAISED.findall(text) for n in found.split(",")}
    listed = {int(n) for n in re.findall(r"^(\d+)\. ", last, re.M)}
    assert last.startswith("## Evidence") and used == listed == set(range(1, len(used) + 1)) and len(used) > 5


@pytest.mark.parametrize("chapter", chapters())
def test_the_first_cell_says_what_it_is_and_needs(chapter, notebooks):
    nbformat.validate(notebooks[chapter])
    first, second = notebooks[chapter].cells[:2]
    assert "On the Record" in first.source and f"pip install {WHEEL}" in first.source
    assert second.cell_type == "code" and WHEEL in second.source


def test_without_the_package_one_line_says_so(notebooks):
    source = notebooks[chapters()[0]].cells[1].source
    alone = [sys.executable, "-I", "-S", "-c", source]  # -S: nothing but the standard library
    told = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert told.returncode == 1 and len(told.stderr.splitlines()) == 1 and f"pip install {WHEEL}" in told.stderr


@pytest.mark.parametrize("chapter", chapters())
def test_captions_stand_with_what_they_are_of_and_pictures_are_png_too(chapter, notebooks, page):
    cells = notebooks[chapter].cells
    figures = [
        i for i, cell in enumerate(cells) for o in cell.get("outputs", []) if "image/svg+xml" in o.get("data", {})
    ]
    tables = [i for i, cell in enumerate(cells) for o in cell.get("outputs", []) if "text/html" in o.get("data", {})]
    assert [i for i in figures if not re.match(r"\*\*Fig\. \d+\.\d+\.\*\* \w", cells[i + 1].source)] == []
    assert [i for i in tables if not re.match(r"\*\*Table \d+\.\d+\.\*\* \w", cells[i - 1].source)] == []
    assert all("image/png" in o.data for i in figures for o in cells[i].outputs)
    on_page = [c.get_text().split(" ")[1] for c in page(chapter).select("figure .caption-number")]
    assert [cells[i + 1].source.split("**")[1].split()[1].rstrip(".") for i in figures] == on_page


@pytest.mark.parametrize("chapter", chapters())
def test_no_notebook_names_a_patch_version_or_a_folder(chapter, notebooks):
    told = json.dumps(notebooks[chapter].metadata)
    assert not re.search(r"\d+\.\d+\.\d+", told) and "source_map" not in told
    assert str(Path.home()) not in json.dumps(notebooks[chapter])


@pytest.mark.parametrize("chapter", chapters())
def test_the_code_is_that_of_the_chapter(chapter, notebooks, built):
    """But for the line that gives a page its numbers, which stand in a notebook as text."""
    made = [
        re.sub(r"^facts\.publish\(.*\)$", "", cell.source, flags=re.M).strip()
        for cell in code(jupytext.read(built / f"{chapter}.md"))
    ]
    assert [cell.source for cell in code(notebooks[chapter])[1:]] == [source for source in made if source]


# --- run again, in an environment that holds the package and no repository ------------


@pytest.fixture(scope="module")
def python(bundles, tmp_path_factory) -> Path:
    """The Python of an empty environment, after what the README of a bundle says; nbval in place of JupyterLab."""
    folder = tmp_path_factory.mktemp("reader") / "env"
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]
    where = next(iter(bundles.values()))
    result = subprocess.run([*install, "nbval"], cwd=where, capture_output=True, text=True, check=False)
    assert result.returncode == 0, said(result)[-3000:]
    return python


def compare(python: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Run a notebook cell by cell and compare every output, without any setting of ours."""
    (path.parent / "empty.ini").write_text("[pytest]\n", "utf-8")
    options = ["--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider", "-c", "empty.ini"]
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "MPL", "JUPYTER"))
    }
    command = [str(python), "-m", "pytest", *options, path.name]
    return subprocess.run(command, cwd=path.parent, env=plain, capture_output=True, text=True, check=False)


def tampered(path: Path) -> Path:
    """A copy of a notebook in which one letter of one output is another."""
    notebook = nbformat.read(path, as_version=4)
    output = next(cell.outputs[0] for cell in code(notebook) if cell.outputs)
    output.data["text/plain"] = output.data["text/plain"].replace("a", "o", 1)
    nbformat.write(notebook, path.with_name("tampered.ipynb"))
    return path.with_name("tampered.ipynb")


@pytest.fixture(scope="module")
def compared(python, bundles) -> Iterator[dict[str, Future[subprocess.CompletedProcess[str]]]]:
    """The comparison of every chapter, started on all cores: a kernel takes seconds to start."""
    paths = {chapter: folder / f"{folder.name}.ipynb" for chapter, folder in bundles.items()}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {
            **{chapter: pool.submit(compare, python, path) for chapter, path in paths.items()},
            TAMPERED: pool.submit(compare, python, tampered(paths[chapters()[0]])),
        }


@pytest.mark.parametrize("chapter", chapters())
def test_a_bundle_run_again_gives_the_outputs_of_the_book(chapter, notebooks, compared):
    cells = code(notebooks[chapter])
    assert sum(bool(cell.outputs) for cell in cells) >= 2
    result = compared[chapter].result()
    assert result.returncode == 0, said(result)[-3000:]
    assert f"{len(cells)} passed" in result.stdout


def test_an_output_that_differs_is_noticed(notebooks, compared):
    result = compared[TAMPERED].result()
    assert result.returncode == 1
    assert f"1 failed, {len(code(notebooks[chapters()[0]])) - 1} passed" in result.stdout
