"""The exercises of a chapter as notebooks: solutions for teachers only, right told from wrong, as nbgrader has them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import browser
import nbformat
import pytest
from project import ROOT, chapters

from onrecord.book import assignments
from onrecord.book.publish.address import hub_links

NAMES = [Path(chapter).name for chapter in chapters()]
BOXES = {
    "Exercise on data": "Count the rounds.\n\n*Answer.* Let `answer` be a number.",
    "Solution of the exercise on data": (
        '```python\nfrom onrecord.exercises import check\n\nanswer = 9\nprint(check("a", answer))\n```\n'
        "There were nine."
    ),
    "Exercise on sources": "Read the list.",
    "Solution of the exercise on sources": "It has nine lines.<sup>1</sup>",
}


def chapter(told: dict[str, str]) -> dict[str, Any]:
    """The notebook of a chapter with folded boxes and a list of evidence."""
    text = "\n\n".join(f"<details><summary>{title}</summary>\n\n{box}\n\n</details>" for title, box in told.items())
    cells = [nbformat.v4.new_markdown_cell(text, id="a"), nbformat.v4.new_markdown_cell("## Evidence", id="b")]
    return json.loads(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


def sources(notebook: dict[str, Any]) -> dict[str, str]:
    return {cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def run(notebook: dict[str, Any], **given: str) -> dict[str, Any]:
    """Run the code of a notebook, with other code in the cells that are ``given``, and return what it leaves."""
    space: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(given.get(cell["metadata"]["nbgrader"]["grade_id"].replace("-", "_"), cell["source"]), space)
    return space


def test_a_student_gets_everything_but_the_solutions():
    teacher = assignments.teachers("a", "A chapter", chapter(BOXES))
    student = assignments.students(teacher)
    assert sources(teacher)["data-solution"] == f"{assignments.BEGIN}\nanswer = 9\n{assignments.END}"
    assert "There were nine." in sources(teacher)["data-reading"]
    differ = {name: text for name, text in sources(student).items() if text != sources(teacher)[name]}
    wanted = {"data-solution": assignments.TO_CODE, "data-reading": assignments.TO_SAY, "sources": assignments.TO_SAY}
    assert differ == wanted
    for notebook in (teacher, student):
        nbformat.validate(nbformat.from_dict(notebook))


def test_points_are_given_where_something_is_graded_and_solutions_are_never_locked():
    told = [cell["metadata"]["nbgrader"] for cell in assignments.teachers("a", "A", chapter(BOXES))["cells"]]
    assert {one["grade_id"]: one["points"] for one in told if one["grade"]} == assignments.POINTS
    assert sum(assignments.POINTS.values()) == 10
    assert all(one["locked"] is not one["solution"] for one in told)
    assert len({one["grade_id"] for one in told}) == len(told)


@pytest.mark.parametrize("title", BOXES)
def test_a_chapter_without_one_of_its_boxes_is_refused_and_one_without_exercises_has_none(title):
    with pytest.raises(KeyError):
        assignments.teachers("a", "A", chapter({name: box for name, box in BOXES.items() if name != title}))
    assert assignments.files("a", "A", chapter({"Aims": "To read."})) == {}


# --- those of the book --------------------------------------------------------------------


@pytest.fixture(scope="module")
def held(site: Path) -> dict[str, dict[str, Any]]:
    """The notebooks of every bundle, by file name."""
    found = {}
    for name in NAMES:
        with zipfile.ZipFile(site / "chapters" / f"{name}.zip") as archive:
            for kind in ("exercises", "exercises-teacher"):
                found[f"{name}-{kind}"] = json.loads(archive.read(f"{name}/{name}-{kind}.ipynb"))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_solution_is_right_and_what_is_not_answered_or_answered_wrongly_fails(name, held):
    assert bool(run(held[f"{name}-exercises-teacher"])["verdict"])
    with pytest.raises(NotImplementedError):
        run(held[f"{name}-exercises"])
    with pytest.raises(AssertionError, match=r"\w"):
        run(held[f"{name}-exercises"], data_solution="answer = {'nobody': 0}")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_student_finds_no_solution_and_no_raw_mark_of_the_book(name, held):
    student, teacher = (sources(held[f"{name}-{kind}"]) for kind in ("exercises", "exercises-teacher"))
    for cell in ("data-solution", "data-reading", "sources"):
        solution = teacher[cell].removeprefix(assignments.BEGIN).removesuffix(assignments.END).strip()
        assert solution and all(solution not in text for text in student.values())
    assert not [text for text in student.values() if "{ev}" in text or "{glue" in text or ":::" in text]


@pytest.mark.slow
def test_nbgrader_assigns_and_grades(held, tmp_path):
    """A right answer gets the points of its check, a wrong one none."""
    name = "rounds"
    teacher = held[f"{name}-exercises-teacher"]
    (tmp_path / "source" / name).mkdir(parents=True)
    (tmp_path / "source" / name / "exercises.ipynb").write_text(json.dumps(teacher), "utf-8")
    run_nbgrader(tmp_path, "generate_assignment", name)
    released = json.loads((tmp_path / "release" / name / "exercises.ipynb").read_text("utf-8"))
    assert sources(released) == sources(held[f"{name}-exercises"])
    right = sources(teacher)["data-solution"]
    for student, answer in (("right", right), ("wrong", "answer = {}")):
        handed = json.loads(json.dumps(released))
        for cell in handed["cells"]:
            if cell["metadata"]["nbgrader"]["grade_id"] == "data-solution":
                cell["source"] = answer
        (tmp_path / "submitted" / student / name).mkdir(parents=True)
        (tmp_path / "submitted" / student / name / "exercises.ipynb").write_text(json.dumps(handed), "utf-8")
    run_nbgrader(tmp_path, "autograde", name)
    run_nbgrader(tmp_path, "export")
    rows = (tmp_path / "grades.csv").read_text("utf-8").splitlines()
    heads = rows[0].split(",")
    scores = {
        line[heads.index("student_id")]: float(line[heads.index("score")])
        for line in (row.split(",") for row in rows[1:])
    }
    assert scores == {"right": assignments.POINTS["data-check"], "wrong": 0.0}


def run_nbgrader(folder: Path, *arguments: str) -> None:
    grader = browser.grader()
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(grader), str(ROOT)]),
        "PATH": os.pathsep.join([str(grader / "bin"), os.environ["PATH"]]),  # it calls a program for its database
    }
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("home", "binder"),
    [
        ("https://github.com/group/book", "gh/group/book"),
        ("https://gitlab.com/group/book", "gl/group%2Fbook"),
        ("https://git.example.org/group/book", "git/https%3A%2F%2Fgit.example.org%2Fgroup%2Fbook"),
    ],
)
def test_a_hub_is_led_to_the_repository_and_to_its_chapters(home, binder):
    pulled, started = map(urlsplit, hub_links(home))
    assert parse_qs(pulled.query) == {"repo": [home], "urlpath": ["lab/tree/book/chapters"]}
    assert pulled.path == "HUB/hub/user-redirect/git-pull"
    assert started.path == f"/v2/{binder}/HEAD" and parse_qs(started.query) == {"urlpath": ["lab/tree/chapters"]}
