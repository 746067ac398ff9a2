"""Typewriter's marks of tables and code become round ones, and texts without any are left alone."""

import re
from itertools import product
from string import printable

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils.smartquotes import educate_tokens
from project import ROOT

from onrecord.book import typography


def tokens(*texts: str) -> list[tuple[str, str]]:
    """What the transform takes up of a paragraph."""
    given = [nodes.Text(text) for text in texts]
    nodes.paragraph("", "", *given)
    return list(typography.WhereTyped.get_tokens(object.__new__(typography.WhereTyped), given))


def test_what_is_left_alone_would_not_have_changed():
    texts = [f"a{one}{other}{third} b" for one, other, third in product(printable, printable, "'\".- a")]
    alone = [text for text in texts if not tokens(text)]
    assert len(texts) / 2 < len(alone) < len(texts)
    assert [text for text in alone if list(educate_tokens([("plain", text)], "qe", "en")) != [text]] == []


@pytest.mark.parametrize("mark", ["the report's", 'said "no"', "and so on...", "a back\\slash"])
def test_a_paragraph_with_a_typewriter_s_mark_is_taken_up_as_a_whole(mark: str):
    assert tokens("Before, ", mark, ", after") == [("plain", "Before, "), ("plain", mark), ("plain", ", after")]


def test_the_option_of_a_command_keeps_its_hyphens():
    assert tokens("onrecord facts --write") == []
    assert "smartquotes_action: qe " in (ROOT / "_config.yml").read_text("utf-8")


@pytest.mark.slow
def test_on_a_page_no_mark_of_a_typewriter_is_left_in_a_table_and_options_are_whole(site):
    page = BeautifulSoup((site / "reference" / "reviews.html").read_text("utf-8"), "html.parser")
    cells = [cell.get_text() for cell in page.select("td") if not cell.select("code")]
    assert len(cells) > 1000 and [text for text in cells if re.search(r"\w'\w|\"", text)] == []
    assert any("report\N{RIGHT SINGLE QUOTATION MARK}s" in text for text in cells)
    assert any("--renumber" in text for text in cells)
