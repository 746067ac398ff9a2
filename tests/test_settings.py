"""What the book says of itself and how it is built can be broken too, and is then named in a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord import settings
from onrecord.paths import CITATION, CONFIG, MOVED, PROJECT, REQUIREMENTS, TOC
from onrecord.problems import Problem

FAULTS = [
    (CONFIG, "  extra_extensions", "   extra_extensions", (39, None, None, "expected YAML (")),
    (CONFIG, "[onrecord.book]", "[]", (None, "sphinx.extra_extensions", "[]", "expected [onrecord.book]")),
    (CONFIG, "allow_errors: false", "allow_errors: true", (None, "execute.allow_errors", "True", "expected false")),
    (CONFIG, "title: On the Record", "- On the Record", (2, None, None, "expected YAML (")),
    (CONFIG, "timeout: 120", "timeout: soon", (None, "execute.timeout", "soon", "expected number")),
    (CONFIG, "timeout: 120", "timout: 120", (22, "execute", "timout", "expected timeout")),
    (CONFIG, "launch_buttons:", "launch_button:", (36, None, "launch_button", "expected launch_buttons")),
    (CONFIG, "execute_notebooks: force", "execute_notebooks: forced",
     (None, "execute.execute_notebooks", "forced", "expected auto or cache or force")),
    (TOC, "numbered: true", "numberd: true", (5, "parts", "numberd", "expected numbered")),
    (TOC, "- file: chapters/origins", "- fil: chapters/origins", (None, None, None, "expected a table of contents (")),
    (TOC, "root: index", "rot: index", (None, None, None, "expected a table of contents ('root' key not found")),
    (CITATION, "2026-", "the year 2026-", (None, "date-released", "the year 2026-11-22", "expected a day")),
    (CITATION, "2026-11-22", "2026-02-30", (None, None, None, "expected YAML (day is out of range")),
    (CITATION, "keywords:", "words:", (None, "keywords", None, "expected a list of words")),
    (CITATION, "- name:", "- called:", (None, "authors", "[{'called': 'On the Record project'}]", "expected a list")),
    (MOVED, "from,to,why", "from,to", (1, None, "from,to", "expected the columns from, to, why")),
    (REQUIREMENTS, "krippendorff==", "krippendorf==", (None, None, "krippendorff", "expected a pin of what")),
    (PROJECT, "[project]", "[project", (None, None, None, "expected TOML (")),
]  # fmt: skip


def found(path: Path, text: str, folder: Path) -> list[Problem]:
    """What is said of a file of settings with another text."""
    other = folder / path.name
    other.write_text(text, "utf-8")
    return list(settings.READERS[path](other))


@pytest.mark.parametrize(("path", "old", "new", "told"), FAULTS, ids=lambda value: getattr(value, "name", None))
def test_what_is_broken_is_named(path, old, new, told, tmp_path):
    text = path.read_text("utf-8")
    assert old in text and found(path, text, tmp_path) == []
    problems = found(path, text.replace(old, new, 1), tmp_path)
    (problem,) = problems
    row, column, value, expected = told
    assert (problem.column, problem.value) == (column, value) and problem.expected.startswith(expected)
    assert row is None or problem.row == row
    assert str(problem).startswith(str(tmp_path / path.name))


def test_an_address_moves_once_and_to_another(tmp_path):
    text = MOVED.read_text("utf-8")
    last, row = text.splitlines()[-1], text.count("\n") + 1
    old, new, _ = last.split(",", 2)
    for line in (f"{last}\n", f"{new},{new},It stays.\n"):
        (problem,) = found(MOVED, text + line, tmp_path)
        assert (problem.row, problem.column, problem.value) == (row, "from", line.split(",")[0])
    assert found(MOVED, f"{text}{old}x,{new},\n", tmp_path) == [], "where something went is enough"
    for line in (f"{old}x,,It went.\n", f"{old}x,{new}\n"):
        (problem,) = found(MOVED, text + line, tmp_path)
        assert (problem.row, problem.expected) == (row, "expected an old address, a new one, and why")


def test_a_file_that_is_empty_or_is_not_there_is_named(monkeypatch, tmp_path):
    empty = tmp_path / "empty.yml"
    empty.touch()
    monkeypatch.setattr(settings, "READERS", {empty: list, tmp_path / "none.yml": list})
    assert [problem.expected for problem in settings.check_settings()] == [
        "expected a file that is not empty",
        "expected this file",
    ]


def test_a_font_that_is_not_there_or_not_whole_is_named(monkeypatch, tmp_path):
    assert settings.check_fonts() == []
    real = settings.FONT_FILES[0]
    monkeypatch.setattr(settings, "FONT_FILES", (tmp_path / real.name,))
    monkeypatch.setattr(settings, "once", lambda check, key: check())
    monkeypatch.setattr(settings.remembered, "of_files", lambda *_: "")
    assert [problem.expected for problem in settings.check_fonts()] == ["expected this font of the book"]
    whole = real.read_bytes()
    for content, right in ((whole, True), (whole[: len(whole) // 2], False), (b"", False)):
        (tmp_path / real.name).write_bytes(content)
        assert (settings.check_fonts() == []) == right
    (tmp_path / real.name).write_bytes(whole[:-2000] + bytes(1000) + whole[-1000:])
    assert settings.check_fonts() != []


def test_all_that_is_right_passes():
    assert settings.check_settings() == []
