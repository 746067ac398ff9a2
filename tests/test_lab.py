"""A chapter opened and saved in JupyterLab is the file that it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from project import ROOT, chapters

from onrecord.lab import ChapterContents, kept

# What JupyterLab adds to a notebook that was run.
LANGUAGE = {"name": "python", "version": "3.12.1", "codemirror_mode": {"name": "ipython", "version": 3}}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


@pytest.fixture
def lab(tmp_path) -> Path:
    """A folder with the chapters and the settings, as `make lab` finds them."""
    shutil.copytree(ROOT / "chapters", tmp_path / "chapters")
    shutil.copyfile(ROOT / "jupytext.toml", tmp_path / "jupytext.toml")
    return tmp_path


def save(folder: Path, path: str, manager: type, change: str = "") -> str:
    """Open a chapter as JupyterLab does, run it, change the last cell, save; the file then."""
    contents = manager(root_dir=str(folder))
    notebook = contents.get(path, type="notebook", content=True)["content"]
    notebook["metadata"].update(language_info=LANGUAGE, kernelspec=KERNEL)
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["metadata"].update(trusted=True, execution={"iopub.execute_input": "2026-01-01T00:00:00Z"})
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "run"}]
    notebook["cells"][-1]["source"] += change
    contents.save({"type": "notebook", "format": "json", "content": notebook}, path)
    return (folder / path).read_text("utf-8")


@pytest.mark.parametrize("docname", chapters())
def test_open_and_save_changes_nothing(docname, lab):
    before = (lab / f"{docname}.md").read_text("utf-8")
    assert save(lab, f"{docname}.md", ChapterContents) == before


def test_a_change_is_saved_and_is_the_only_one(lab):
    path = f"{chapters()[0]}.md"
    before = (lab / path).read_text("utf-8")
    after = save(lab, path, ChapterContents, "\n\nOne more sentence.")
    assert after.replace("\n\nOne more sentence.", "") == before != after


def test_without_it_the_file_would_be_another_and_without_settings_the_description_gone(lab):
    path = f"{chapters()[0]}.md"
    before = (lab / path).read_text("utf-8")
    with_settings = save(lab, path, ChapterContents.__base__)
    assert with_settings != before and "html_meta" in with_settings and "3.12.1" not in with_settings
    (lab / "jupytext.toml").unlink()
    assert "html_meta" not in save(lab, path, ChapterContents.__base__)


def test_a_part_that_was_changed_is_the_new_one():
    before = "---\na: {b: 1}\n---\n\nProse.\n\n```{code-cell}\n:tags: [x]\n1\n```\n\nMore.\n"
    after = "---\na:\n  b: 1\n---\n\nProse!\n\n```{code-cell}\n:tags: [x]\n\n1\n```\n\nMore.\n"
    assert kept(before, after) == before.replace("Prose.", "Prose!")
    assert kept(before, after.replace("[x]", "[y]")) == after.replace("a:\n  b: 1", "a: {b: 1}").replace("[x]", "[y]")
