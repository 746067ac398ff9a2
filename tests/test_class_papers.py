"""What a class gets on paper and in one zip: a handout of a page, packs, chapters and exercises without solutions."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from posixpath import normpath
from zipfile import ZipFile

import browser
import pytest
from bs4 import BeautifulSoup
from prints import squeezed, words_of
from project import chapters, markdown

from onrecord import classwork, course
from onrecord.book import assignments, bundles, numbered
from onrecord.problems import InputError

pytestmark = pytest.mark.slow
NAMES = [Path(chapter).name for chapter in chapters()]


def solutions(name: str) -> list[str]:
    """What the solutions of a chapter say in words, first words of each paragraph."""
    boxes = re.findall(r"^:::\{dropdown\} Solution.*?\n(.*?)^:::$", markdown(f"chapters/{name}"), flags=re.M | re.S)
    plain = [re.sub(r"```.*?```", "", box, flags=re.S) for box in boxes]
    return [squeezed(text.split("{")[0].strip()[:60]) for text in plain]


@pytest.mark.parametrize("name", NAMES)
def test_a_handout_is_one_page_with_brief_aims_and_questions(name, site):
    (text,) = words_of(site / "chapters" / f"{name}-handout.pdf")
    aims = classwork.aims(markdown(f"chapters/{name}"))
    assert len(aims) == classwork.AIMS and all(squeezed(aim.split("{")[0])[:30] in text for aim in aims)
    assert all(f"{kind}" in text for kind in classwork.KINDS)
    brief = BeautifulSoup((site / "chapters" / f"{name}.html").read_text("utf-8"), "lxml").select_one(
        ".in-brief p:not(.admonition-title)"
    )
    first = re.split(r"(?<=[.;:])\s", re.sub(r"\s+", " ", brief.get_text()))[0]
    assert squeezed(first)[:40] in text


@pytest.mark.parametrize("name", NAMES)
def test_the_chapter_for_students_has_its_exercises_and_no_solution(name, site):
    whole, shown = ("".join(words_of(site / "chapters" / f"{name}{kind}.pdf")) for kind in ("", "-students"))
    told = [words for words in solutions(name) if len(words) > 15]
    assert told and all(words in whole for words in told)
    assert not [words for words in told if words in shown]
    assert "Solutionofexercise" in whole and "Solutionofexercise" not in shown
    assert re.search(r"Exercise\d+ondata", shown)


def test_what_goes_to_a_group_has_a_page_of_its_own(site):
    pages = words_of(site / "reference" / "role-play.pdf")
    source = markdown("reference/role-play")
    sheets = re.findall(r"^\(sheet-[\w-]+\)=\n#+ (.+)$", source, flags=re.M)
    assert len(sheets) >= 12
    at = [next(n for n, text in enumerate(pages) if text.startswith(squeezed(title))) for title in sheets]
    assert at == sorted(set(at))
    briefs = [n for n, title in zip(at, sheets, strict=True) if title in re.findall(r"^### (.+)$", source, flags=re.M)]
    assert all(later - first == 1 for first, later in zip(briefs, [*briefs[1:], briefs[-1] + 1], strict=True))


def test_one_class_can_be_handed_out(site):
    pages = words_of(site / "reference" / "one-class.pdf")
    (handout,) = (text for text in pages if text.startswith("Handout"))
    assert "Keytothestatements" not in handout and "PositionB" in handout and "Afterwards" in handout


# --- the zips ---------------------------------------------------------------------------


def unzipped(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_students_get_every_exercise_and_no_solution(site):
    found = unzipped(site / "downloads" / "exercises.zip")
    notebooks = {name for name in found if name.endswith(".ipynb")}
    assert notebooks == {f"exercises/{name}-exercises.ipynb" for name in NAMES}
    assert not [name for name in notebooks if assignments.BEGIN.encode() in found[name]]
    assert {"exercises/README.md", "exercises/requirements.txt"} <= set(found)
    assert [name for name in found if name.endswith(".whl")]


def test_teachers_get_the_tables_that_a_right_answer_gives(site):
    found = unzipped(site / "downloads" / "exercises-teacher.zip")
    notebooks = {name: json.loads(text) for name, text in found.items() if name.endswith(".ipynb")}
    assert len(notebooks) == len(NAMES)
    for name, notebook in notebooks.items():
        told = {
            cell["id"]: "".join(text for o in cell["outputs"] for text in o.get("text", ()))
            for cell in notebook["cells"]
            if cell["cell_type"] == "code"
        }
        assert "Right." in told["data-check"] and told["data-solution"].strip(), name
    readme = found["exercises-teacher/README.md"].decode()
    assert f"{sum(assignments.POINTS.values())} points" in readme and str(assignments.PASSING) in readme


def test_every_exercise_leads_to_the_notebooks(site):
    for name in NAMES:
        page = BeautifulSoup((site / "chapters" / f"{name}.html").read_text("utf-8"), "lxml")
        links = [a["href"] for a in page.select("details[id^=exercise-] a.beside")]
        assert links == ["../downloads/exercises.zip"] * 2, name


def test_every_link_of_the_course_is_in_its_zip_and_the_page_is_valid(site, tmp_path):
    found = unzipped(site / "downloads" / "course.zip")
    start = found["course/index.html"].decode()
    links = {a["href"] for a in BeautifulSoup(start, "lxml").select("a[href]")}
    assert len(links) > 3 * len(NAMES)
    assert not [link for link in links if f"course/{normpath(link)}" not in found]
    assert not [name for name in found if "teacher" in name or re.search(r"chapters/|[a-z]\.pdf\.pdf", name)]
    (tmp_path / "index.html").write_text(start, "utf-8")
    assert browser.nu([tmp_path / "index.html"]) == []


def test_the_course_leads_to_the_site_where_that_is_known(site, tmp_path):
    home = "https://example.org/book/"
    (tmp_path / "index.html").write_text(f'<link rel="canonical" href="{home}">', "utf-8")
    assert f'<a href="{home}chapters/rounds.html">' in course.page(tmp_path)
    (tmp_path / "index.html").write_text("", "utf-8")
    assert "http" not in course.page(tmp_path)


def test_a_site_that_is_not_printed_has_no_course(tmp_path):
    with pytest.raises(InputError, match="make book"):
        course.course(tmp_path)


def test_a_zip_of_exercises_says_what_is_in_it():
    package = b"wheel"
    for solved in (False, True):
        made = bundles.all_exercises({"a-exercises.ipynb": b"{}"}, package, solved)
        assert ("solutions" in made["README.md"].decode()) is solved
        assert io.BytesIO(made["requirements.txt"]).readline().startswith(b"./onrecord")


# --- exercises have numbers --------------------------------------------------------------


def test_exercises_are_numbered_by_chapter_and_lead_to_their_solutions(site):
    for number, name in enumerate(NAMES, 1):
        page = BeautifulSoup((site / "chapters" / f"{name}.html").read_text("utf-8"), "lxml")
        for place, kind in enumerate(numbered.KINDS, 1):
            asked, solved = (page.select_one(f"details#{anchor}") for anchor in numbered.anchors(kind))
            titles = [box.select_one("summary").get_text().strip() for box in (asked, solved)]
            assert titles == [
                f"Exercise {number}.{place} on {kind}",
                f"Solution of exercise {number}.{place} on {kind}",
            ]
            assert asked.select_one(f'a[href="#{solved["id"]}"]').get_text() == f"Solution of exercise {number}.{place}"
        assert f"Exercise{number}1ondata" in "".join(words_of(site / "chapters" / f"{name}.pdf")), name
