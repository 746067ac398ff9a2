"""The solutions of the exercises on data are run, so that a teacher sees the tables that a right answer gives.

A notebook for teachers is run as those of the chapters are (:mod:`onrecord.book.running`): by a kernel that starts
warm, and again only when its code or a table that it read has changed. A solution that fails stops the build.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import nbformat
from myst_nb.core.utils import coalesce_streams
from nbformat import NotebookNode

from ..paths import CHAPTERS, ROOT
from . import assignments, running

KEPT = ROOT / "_build" / "solved"
_TIMEOUT = 120  # seconds for a cell

Exercises = dict[str, dict[str, bytes]]


def begin(exercises: Exercises) -> None:
    """Have the notebooks for teachers run, while the pages are written. ``exercises``: {chapter: {file: content}}."""
    for chapter, file, notebook in _for_teachers(exercises):
        running.POOL.start(CHAPTERS / file, notebook, _TIMEOUT, KEPT / f"{chapter}.json", running.key_of(notebook, ""))
    for gone in {path.stem for path in KEPT.glob("*.json")} - set(exercises):
        (KEPT / f"{gone}.json").unlink()


def solved(exercises: Exercises) -> Exercises:
    """The same notebooks, those for teachers with what their code gives.

    Raises nbclient's CellExecutionError where a solution fails.
    """
    made = {chapter: dict(files) for chapter, files in exercises.items()}
    for chapter, file, notebook in _for_teachers(exercises):
        running.POOL.take(CHAPTERS / file, notebook, _TIMEOUT)
        for cell in notebook.cells:
            if cell.cell_type == "code":  # in how many pieces a text comes is chance
                cell.outputs = coalesce_streams(cell.outputs)
        made[chapter][file] = assignments.written(notebook)
    return made


def _for_teachers(exercises: Exercises) -> Iterator[tuple[str, str, NotebookNode]]:
    for chapter, files in exercises.items():
        for file, content in files.items():
            if file.endswith(assignments.TEACHERS):
                yield chapter, file, nbformat.from_dict(json.loads(content))
