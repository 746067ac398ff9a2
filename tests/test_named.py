"""What a page names and is not there is named with its line, whatever it is."""

from __future__ import annotations

import pytest

from onrecord import named, written
from onrecord.paths import CHAPTERS
from onrecord.problems import Problem

PAGES = [written.read(path) for path in written.pages()]


def found(*lines: str) -> list[Problem]:
    """What is wrong with a page of these lines, beside those of the book."""
    page = written._read(CHAPTERS / "planted.md", "\n".join(lines))
    known = named._Known([*PAGES, page])
    return [problem for check in named.CHECKS for problem in check(page, known)] + list(
        named._of_labels([*PAGES, page])
    )


def test_everything_that_the_book_names_is_there():
    assert named.check_named() == []


@pytest.mark.parametrize(
    "line",
    [
        "{ev}`burton2006:3.12a`",
        "{said}`burton2006:A.2c`",
        "{glue:text}`rounds_held` {glue:text}`Rounds_held` {glue:text}`rounds_held-digits`",
        "{cite:p}`burton2006, york2006`",
        "{doc}`the rounds <rounds>` {doc}`../index` {ref}`ch-rounds`",
        "the `{evil}` role",
        "```{dossier} burton2006\n```",
        "[here](#ch-rounds), [there](rounds.md#ch-rounds), [elsewhere](https://example.org/a), `[so](nowhere.md)`",
        "```python\n[shown](nowhere.md)\n```",
    ],
)
def test_what_is_there_may_be_named(line):
    assert found(line) == []


@pytest.mark.parametrize(
    ("line", "value", "expected"),
    [
        ("{ev}`burton2006:9.9z`", "burton2006:9.9z", "a statement"),
        ("{ev}`burton2006:3.12a, burton2006:9.9z`", "burton2006:9.9z", "a statement"),
        ("{ev}`,`", "", "a statement"),
        ("{said}`burton2006:F.2a`", "burton2006:F.2a", "a statement with a quotation"),
        ("{glue:text}`rounds_hold`", "rounds_hold", "a fact"),
        ("{cite:p}`burton2006, nobody1999`", "nobody1999", "a work"),
        ("{cite:t}`nobody1999`", "nobody1999", "a work"),
        ("{ref}`words <ch-nowhere>`", "ch-nowhere", "the label of a place"),
        ("{numref}`fig-nowhere`", "fig-nowhere", "the label of a figure"),
        ("{term}`no such term`", "no such term", "a term of a glossary"),
        ("{doc}`words <nowhere>`", "nowhere", "the path of a page"),
        ("{download}`words <../nowhere.csv>`", "../nowhere.csv", "the path of a file"),
        ("[words](nowhere.md)", "nowhere.md", "the path of a file"),
        ("![A picture](../_static/nowhere.svg)", "../_static/nowhere.svg", "the path of a file"),
        ("[words](#ch-nowhere)", "#ch-nowhere", "the path of a file"),
        ("{beside}`words <no name>`", "no name", "the name of a file"),
        ("{evid}`burton2006:3.12a`", "evid", "a role of ev,"),
        ("```{nothing}\n```", "nothing", "a directive that the book knows"),
        ("```{dossier} nobody1999\n```", "nobody1999", "a source"),
        ("```{drawn} rounds fig-nowhere\n```", "rounds fig-nowhere", "a chapter and its figure"),
        ("(a-made-label)=\n\n(a-made-label)=", "a-made-label", "a label that no other place has"),
        ("(ch-rounds)=", "ch-rounds", "a label that no other place has"),
    ],
)
def test_what_is_not_there_is_named_with_its_line(line, value, expected):
    here = [problem for problem in found("Words.", line) if problem.file == "chapters/planted.md"]
    assert here and {problem.value for problem in here} == {value}
    assert here[0].row == 2 and here[0].expected.startswith(f"expected {expected}")


def test_every_role_and_directive_that_is_allowed_is_used():
    """What no page uses any more is struck off the list, so that a slip cannot fall on it."""
    assert {role.name for page in PAGES for role in page.roles} == set(named.ROLES)
    assert {block.name for page in PAGES for block in page.blocks if block.name} == named.DIRECTIVES
