"""The solutions of the exercises on data are run, so that a teacher sees the tables that a right answer gives.

A notebook for teachers is run as those of the chapters are (:mod:`onrecord.book.running`): by a kernel that starts
warm, and again only when its code or a table that it read has changed. A solution that fails stops the build.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from myst_nb.core.utils import coalesce_streams

from ..paths import CHAPTERS, ROOT
from . import assignments, running

KEPT = ROOT / "_build" / "solved"
_TIMEOUT = 120  # seconds for a cell

Exercises = dict[str, dict[str, bytes]]


def solved(exercises: Exercises) -> Exercises:
    """The same notebooks, {chapter: {file: content}}, those for teachers with what their code gives.

    Raises nbclient's CellExecutionError where a solution fails.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        made = dict(zip(exercises, pool.map(_of_chapter, exercises, exercises.values()), strict=True))
    running.NURSERY.close()
    for gone in {path.stem for path in KEPT.glob("*.json")} - set(exercises):
        (KEPT / f"{gone}.json").unlink()
    return made


def _of_chapter(chapter: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {
        file: _run(chapter, content) if file.endswith(assignments.TEACHERS) else content
        for file, content in files.items()
    }


def _run(chapter: str, content: bytes) -> bytes:
    notebook = nbformat.from_dict(json.loads(content))
    page = Path(CHAPTERS, f"{chapter}.md")
    running.run_once(notebook, page, _TIMEOUT, KEPT / f"{chapter}.json", running.key_of(notebook, ""))
    for cell in notebook.cells:
        if cell.cell_type == "code":  # in how many pieces a text comes is chance
            cell.outputs = coalesce_streams(cell.outputs)
    return assignments.written(notebook)
