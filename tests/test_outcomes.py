"""The table of the teaching guide that says what a student can do after each chapter."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import nodes
from project import ROOT, chapters, markdown
from sphinx.addnodes import pending_xref

from onrecord import classwork
from onrecord.book import outcomes


@pytest.fixture(scope="module")
def listed() -> tuple[list[nodes.row], list[str]]:
    """The rows as the directive makes them for the guide, and the files that it says they depend on."""
    used: list[str] = []
    env = SimpleNamespace(docname="reference/teaching", note_dependency=used.append)
    directive = object.__new__(outcomes.Outcomes)
    directive.state = SimpleNamespace(document=SimpleNamespace(settings=SimpleNamespace(env=env)))
    (table,) = directive.run()
    return next(iter(table.findall(nodes.tbody))).children, used


def test_every_chapter_has_a_row_with_its_three_aims_in_its_own_words(listed):
    rows, _ = listed
    assert len(rows) == len(chapters()) == 16
    for row, chapter in zip(rows, chapters(), strict=True):
        aims = [item.astext() for item in row.findall(nodes.list_item)]
        assert len(aims) == 3
        assert all(f"\n- {aim}{stop}\n" in markdown(chapter) for aim, stop in zip(aims, ";;.", strict=True))


def test_every_row_leads_to_its_chapter(listed):
    links = [next(row.findall(pending_xref)) for row in listed[0]]
    assert [link["reftarget"].lstrip("/") for link in links] == chapters()
    assert all(link["refwarn"] and not link["refexplicit"] for link in links)


def test_the_guide_is_made_again_when_a_chapter_changes(listed):
    assert listed[1] == [str(ROOT / f"{chapter}.md") for chapter in chapters()]


def test_the_guide_has_the_table():
    assert "```{outcomes}\n```" in markdown("reference/teaching")


def test_an_aim_is_plain_text():
    """The table takes the words as they stand, so that a role or a mark in them would be printed as it is typed."""
    aims = [aim for chapter in chapters() for aim in classwork.aims(markdown(chapter))]
    assert len(aims) == 48
    assert [aim for aim in aims if set(aim) & set("`{}*_[]<>$\\")] == []
