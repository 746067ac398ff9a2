"""The exercises of a chapter as notebooks: one for students, one for teachers, as nbgrader has them.

Both are made from the notebook of the chapter, where links and notes are plain Markdown. The teacher's is what
``nbgrader generate_assignment`` takes: its cells carry the program's metadata, and solutions stand between its marks.
The student's is what comes of it, so that a class without that program has it too. An answer to the exercise on data is
checked in the notebook itself (:mod:`onrecord.exercises`); what is answered in words is marked by hand.
"""

from __future__ import annotations

import json
import re
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
# What stands in a student's cell in place of a solution: the defaults of nbgrader.
TO_CODE, TO_SAY = "# YOUR CODE HERE\nraise NotImplementedError()", "YOUR ANSWER HERE"
POINTS = {"data-check": 4, "data-reading": 3, "sources": 3}
PASSING = 5  # points; with fewer an assignment is not passed
TEACHERS = "-exercises-teacher.ipynb"  # how the file of one for teachers ends
_BOX = re.compile(r"<details><summary>(.+?)</summary>\n\n(.*?)\n\n</details>", re.S)
_CODE = re.compile(r"```python\n(.*?)```\n*(.*)", re.S)
_CHECKED = re.compile(r"^(from onrecord\.exercises import .*|print\(check\(.*)\n?", re.M)
_SOLUTION = re.compile(rf"{BEGIN}\n.*?{END}", re.S)
_IMPORT = "from onrecord.exercises import check, hint"


def boxes(notebook: Notebook) -> dict[str, str]:
    """The folded boxes of a chapter's notebook, by title."""
    return {title: inside for cell in notebook["cells"] for title, inside in _BOX.findall(_text(cell))}


def files(chapter: str, title: str, notebook: Notebook) -> dict[str, bytes]:
    """Both notebooks for the bundle of a chapter, by file name; none where the chapter has no exercise."""
    if not any(box.startswith("Exercise") for box in boxes(notebook)):
        return {}
    teacher = teachers(chapter, title, notebook)
    return {
        f"{chapter}-exercises.ipynb": written(students(teacher)),
        f"{chapter}{TEACHERS}": written(teacher),
    }


def teachers(chapter: str, title: str, notebook: Notebook) -> Notebook:
    """The exercises of a chapter with their solutions. ``notebook``: that of the chapter, as the site offers it.

    Raises KeyError where the chapter lacks one of its boxes.
    """
    told = boxes(notebook)
    code, reading = _solution(told["Solution of the exercise on data"])
    tested = f'verdict = check("{chapter}", answer)\nprint(verdict)\nassert verdict, verdict.told'
    cells = [
        _words("title", f"# {title}: exercises"),
        _words("data", f"## Exercise on data\n\n{told['Exercise on data']}"),
        _cell("code", "import", _IMPORT, locked=True),
        _cell("code", "data-solution", f"{BEGIN}\n{code}\n{END}", solution=True),
        _cell("code", "data-check", tested, grade=True, locked=True),
        _words("data-ask", "What does the result show, and what does it not show? Three sentences."),
        _cell("markdown", "data-reading", f"{BEGIN}\n{reading}\n{END}", grade=True, solution=True),
        _words("sources-ask", f"## Exercise on sources\n\n{told['Exercise on sources']}"),
        _cell(
            "markdown",
            "sources",
            f"{BEGIN}\n{told['Solution of the exercise on sources']}\n{END}",
            grade=True,
            solution=True,
        ),
        _words("evidence", _text(notebook["cells"][-1])),
    ]
    kept = {key: notebook[key] for key in ("metadata", "nbformat", "nbformat_minor")}
    return {"cells": cells, **kept}


def students(teacher: Notebook) -> Notebook:
    """The same without solutions; where they stood is room for an answer."""
    return {**teacher, "cells": [{**cell, "source": _stripped(cell)} for cell in teacher["cells"]]}


def written(notebook: Notebook) -> bytes:
    """A notebook as a file."""
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _text(cell: Cell) -> str:
    return "".join(cell["source"])


def _solution(box: str) -> tuple[str, str]:
    """Code and words of a solution; the code without the check, which has a cell of its own."""
    found = _CODE.search(box)
    if not found:
        raise KeyError("code in the solution of the exercise on data")
    return _CHECKED.sub("", found[1]).strip(), found[2].strip()


def _stripped(cell: Cell) -> str:
    return _SOLUTION.sub(TO_CODE if cell["cell_type"] == "code" else TO_SAY, _text(cell))


def _words(name: str, text: str) -> Cell:
    return _cell("markdown", name, text, locked=True)


def _cell(
    kind: str, name: str, text: str, *, grade: bool = False, solution: bool = False, locked: bool = False
) -> Cell:
    """A cell with the metadata of nbgrader, version 3 of its schema."""
    told = {
        "schema_version": 3,
        "grade_id": name,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    if grade:
        told["points"] = POINTS[name]
    made: Cell = {"cell_type": kind, "id": name, "metadata": {"nbgrader": told}, "source": text}
    return made | ({"execution_count": None, "outputs": []} if kind == "code" else {})
