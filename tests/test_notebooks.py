"""Chapters as notebooks: run again, each gives what the book printed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import jupytext
import nbformat
import pytest
from project import chapters, run, said

pytestmark = pytest.mark.slow
TAMPERED = "one output tampered with"


def published(built: Path, chapter: str) -> nbformat.NotebookNode:
    """The chapter as a notebook made from its source, with the outputs that the build published."""
    made = jupytext.read(built / f"{chapter}.md")
    executed = nbformat.read(built / "_build" / "jupyter_execute" / f"{chapter}.ipynb", as_version=4)
    assert [cell.source for cell in code(made)] == [cell.source for cell in code(executed)]
    for cell, run_before in zip(code(made), code(executed), strict=True):
        # A cell that counts as never run may have no outputs to compare.
        cell.outputs, cell.execution_count = run_before.outputs, run_before.execution_count or 1
        if "facts.publish(" in cell.source:
            # The build takes the numbers out of the notebook; they are compared with facts.csv elsewhere.
            cell.metadata.tags.append("nbval-ignore-output")
    return made


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def compare(built: Path, notebook: nbformat.NotebookNode, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a notebook cell by cell and compare every output, with the copy's package and no settings of ours."""
    path = folder / "chapter.ipynb"
    nbformat.write(notebook, path)
    (folder / "empty.ini").write_text("[pytest]\n", "utf-8")
    options = ["--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider", "-c", str(folder / "empty.ini")]
    return run(built, sys.executable, "-m", "pytest", *options, str(path))


def tamper(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """One letter of one published output is another."""
    output = next(cell.outputs[0] for cell in code(notebook) if cell.outputs)
    output.data["text/plain"] = output.data["text/plain"].replace("a", "o", 1)
    return notebook


@pytest.fixture(scope="module")
def compared(built, tmp_path_factory) -> Iterator[dict[str, Future[subprocess.CompletedProcess[str]]]]:
    """The comparison of every chapter, started on all cores: a kernel takes seconds to start."""

    def submit(name: str, notebook: nbformat.NotebookNode) -> Future[subprocess.CompletedProcess[str]]:
        return pool.submit(compare, built, notebook, tmp_path_factory.mktemp(Path(name).name))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {
            **{chapter: submit(chapter, published(built, chapter)) for chapter in chapters()},
            TAMPERED: submit(TAMPERED, tamper(published(built, chapters()[0]))),
        }


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_run_again_gives_the_outputs_of_the_book(chapter, built, compared):
    cells = code(published(built, chapter))
    assert sum(bool(cell.outputs) for cell in cells) >= 2
    result = compared[chapter].result()
    assert result.returncode == 0, said(result)[-3000:]
    assert f"{len(cells)} passed" in result.stdout


def test_an_output_that_differs_is_noticed(built, compared):
    result = compared[TAMPERED].result()
    assert result.returncode == 1
    assert f"1 failed, {len(code(published(built, chapters()[0]))) - 1} passed" in result.stdout
