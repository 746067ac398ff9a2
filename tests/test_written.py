"""How a page is written: what cannot be read, or would not be seen, is named with its line before anything is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord import gates, written
from onrecord.problems import InputError

PAGE = """---
jupytext: {}
kernelspec: {}
myst:
  html_meta:
    description: A page.
---

(ch-made)=
# Title

Words {ev}`burton2006:F.1a, burton2006:F.2a` and {term}`words <term>`.

:::{admonition} In brief
Shown.
:::

```{code-cell} ipython3
---
tags: [remove-cell]
mystnb:
  figure:
    name: fig-made
---
shown = 1
```

## Section
"""
HEAD = PAGE[: PAGE.index("\n(")]
# Old text, new text, the line of the message, and what it says.
FAULTS = {
    "no title": ("# Title", "Title", 28, "expected one title"),
    "two titles": ("## Section", "# Section", 28, "expected one title"),
    "level left out": ("## Section", "### Section", 28, "levels in order"),
    "no front matter": (HEAD, "", 1, "expected front matter"),
    "no kernel": ("kernelspec: {}\n", "", 1, "expected front matter"),
    "no description": ("    description: A page.\n", "    other: x\n", 1, "a description"),
    "front matter that is no YAML": ("jupytext: {}", "jupytext: {", 1, "expected front matter"),
    "block without its end": (":::\n\n```", "\n```", 14, "expected the end of this block"),
    "code that cannot be read": ("shown = 1", "shown = = 1", 25, "expected code that Python can read"),
    "cell without its end": (
        "shown = 1\n```",
        "shown = 1\n\n```{code-cell}\n```",
        18,
        "before the next begins, in line 27",
    ),
    "options that are no YAML": ("tags: [remove-cell]", "tags: [remove", 19, "options of a cell as YAML"),
    "script": ("Shown.", "<script>alert(1)</script>", 15, "no markup of a browser"),
    "frame": ("Shown.", "<iframe src=x>", 15, "no markup of a browser"),
    "letter that looks like another": ("Shown.", "Ѕhown.", 15, "letters of Latin or Chinese"),
    "long line": ("Shown.", "word " * 9999, 15, "a line of at most"),
}


def page(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "made.md"
    path.write_text(text, "utf-8")
    return path


def test_every_page_of_the_book_is_written_right_and_listed():
    assert len(written.pages()) > 40
    assert written.check_written() == written.check_there() == written.check_listed() == []
    assert gates.check_chapters() == []


def test_a_page_is_read_as_its_roles_blocks_and_labels(tmp_path):
    read = written.read(page(tmp_path, PAGE))
    assert [(role.line, role.name, role.parts()) for role in read.roles] == [
        (12, "ev", ["burton2006:F.1a", "burton2006:F.2a"]),
        (12, "term", ["term"]),
    ]
    assert [(block.line, block.name) for block in read.blocks] == [(14, "admonition"), (18, "code-cell")]
    assert read.labels == [(9, "ch-made"), (23, "fig-made")] and read.open is None
    assert written.check_page(tmp_path / "made.md") == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_page_is_named_with_its_line(fault, tmp_path):
    old, new, line, expected = fault
    assert PAGE.count(old) == 1
    found = written.check_page(page(tmp_path, PAGE.replace(old, new)))
    assert [(problem.row, expected in problem.expected) for problem in found] == [(line, True)]


def test_code_may_hold_what_words_may_not(tmp_path):
    for code in ('shown = "<script>"', "# <style>"):
        assert written.check_page(page(tmp_path, PAGE.replace("shown = 1", code))) == []


def test_a_page_that_is_gone_empty_or_in_other_letters_is_one_line(tmp_path):
    assert [p.expected for p in written.check_page(tmp_path / "nowhere.md")] == ["expected this file"]
    assert [p.row for p in written.check_page(page(tmp_path, ""))] == [1]
    (tmp_path / "made.md").write_bytes(PAGE.encode("utf-16"))
    assert [p.expected for p in written.check_page(tmp_path / "made.md")] == ["expected UTF-8"]


# --- the list of pages -------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("reference/glossary", "reference/glosary", "'reference/glosary': expected the path of a page"),
        ("reference/glossary", "reference/names", "'reference/names': expected every page once"),
        ("reference/glossary", "reference/names", "'reference/glossary': expected every page to be listed"),
    ],
)
def test_a_page_is_listed_once(old, new, message, monkeypatch, tmp_path):
    changed_list(monkeypatch, tmp_path, old, new)
    found = [*written.check_there(), *written.check_listed()]
    assert any(str(problem).endswith(message) or message in str(problem) for problem in found)


def test_a_link_to_a_file_elsewhere_is_no_file(monkeypatch, tmp_path):
    """A copy of the folder would not have what it leads to, or would change it."""
    (tmp_path / "elsewhere.md").write_text("# Elsewhere\n", "utf-8")
    monkeypatch.setattr(written, "ROOT", tmp_path)
    monkeypatch.setattr(written, "CHAPTERS", tmp_path / "chapters")
    monkeypatch.setattr(written.remembered, "data", list)
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "trade.md").symlink_to(tmp_path / "elsewhere.md")
    assert list(map(str, written.check_there())) == [
        "chapters/trade.md: expected a file of this folder, not a link to another"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("root: index", "root: [index", "expected YAML"),
        ("parts:", "part:", "parts with chapters"),
        ("root", "x", "root"),
    ],
)
def test_a_list_that_cannot_be_read_is_one_line(old, new, expected, monkeypatch, tmp_path):
    changed_list(monkeypatch, tmp_path, old, new)
    assert written.pages() == []
    with pytest.raises(InputError, match=expected):
        written.check_there()


def test_of_a_page_that_is_gone_it_is_not_told_what_names_it(monkeypatch, tmp_path):
    changed_list(monkeypatch, tmp_path, "reference/glossary", "reference/glosary")
    assert [problem.value for problem in gates.check()] == ["reference/glosary"]


def test_of_a_list_that_cannot_be_read_it_is_not_told_that_every_page_is_gone(monkeypatch, tmp_path):
    changed_list(monkeypatch, tmp_path, "parts:", "part:")
    (problem,) = gates.check()
    assert gates.unaccepted([]) == [problem]


def changed_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str) -> None:
    text = written.TOC.read_text("utf-8")
    assert old in text
    (tmp_path / "_toc.yml").write_text(text.replace(old, new, 1), "utf-8")
    monkeypatch.setattr(written, "TOC", tmp_path / "_toc.yml")
