"""Printed book and e-book: both know the same parts of a page, and both follow the page that they are made for."""

import xml.etree.ElementTree as ET

import pytest
from docutils import nodes

from onrecord.book import notes
from onrecord.book.ebook.xhtml import PageWriter
from onrecord.book.evidence import names, records
from onrecord.book.press import widths
from onrecord.book.press.translator import Translator
from onrecord.paths import PRESS_TEMPLATE
from onrecord.tables import table

# What one writer has a rule for and the other needs none, and why.
PRESS_ALONE = {
    "bibliography": "its entries are citations, which the e-book writes one by one",
    "evidence_card": "the e-book writes it with the notes of its page, from the container that holds it",
}
EBOOK_ALONE = {
    **dict.fromkeys(["caption", "title", "term", "definition", "list_item"], "the press writes it with what holds it"),
    "number_reference": "the press meets it as a reference",
}


def known_to_the_press() -> set[str]:
    return {kind.__name__ for kind in vars(Translator)["render"].dispatcher.registry if kind is not object}


def known_to_the_ebook() -> set[str]:
    return {name.removeprefix("_write_") for name in dir(PageWriter) if name.startswith("_write_")}


def test_both_writers_know_the_same_nodes():
    press, ebook = known_to_the_press(), known_to_the_ebook()
    assert press - ebook - set(PRESS_ALONE) == set()
    assert ebook - press - set(EBOOK_ALONE) == set()


def test_a_block_quotation_is_written_in_the_e_book():
    writer = object.__new__(PageWriter)
    into = ET.Element("body")
    writer._write_block_quote(nodes.block_quote("", nodes.paragraph("", "", nodes.Text("Words."))), into)
    assert ET.tostring(into, encoding="unicode") == "<body><blockquote><p>Words.</p></blockquote></body>"


# --- the width of a line ----------------------------------------------------------

TABLE = [["Dialogue", "When", "What"], ["Switzerland", "June 2018", "words " * 40], ["Norway", "2011", "more " * 30]]


def test_a_line_is_as_long_as_the_page_allows():
    template = PRESS_TEMPLATE.read_text("utf-8")
    assert widths.measure() == widths.measure(template) == 84
    narrow = template.replace("trim = (width: 156mm", "trim = (width: 120mm")
    assert narrow != template and widths.measure(narrow) == 58
    with pytest.raises(ValueError, match="expected 'trim' and 'margins'"):
        widths.measure("")


@pytest.mark.parametrize("full", [55, 81, 120])
def test_columns_take_a_line_and_leave_each_word_its_room(full):
    shares = widths.columns(TABLE, full)
    assert sum(shares) + widths.GUTTER * (len(shares) - 1) == full
    longest = [max(len(word) for cell in column for word in cell.split()) for column in zip(*TABLE, strict=True)]
    assert all(share > length for share, length in zip(shares, longest, strict=True))


def test_a_table_of_sentences_is_set_as_entries_and_one_of_numbers_is_not():
    told = [
        ["Criterion", "Mark", "Ground"],
        *([f"Criterion {n}", "partly met", "why it is read so " * 12] for n in range(4)),
    ]
    numbers = [list("abcdef"), *([str(n)] * 6 for n in range(9))]
    narrow = [12, 12, 12]
    assert widths.reads_better_as_entries(told, narrow, 84)
    assert not widths.reads_better_as_entries(numbers, [12] * 6, 84)
    assert not widths.reads_better_as_entries([row[:2] for row in told], narrow[:2], 84)


# --- notes ------------------------------------------------------------------------

SOURCES = {"burton2006": "Burton 2006", "york2006": "York 2006"}


def test_a_note_says_who_what_kind_of_statement_and_where():
    assert notes.short(["burton2006:3.8a"], SOURCES) == "Burton 2006, 3.8a."
    assert notes.short(["burton2006:6C.4b", "burton2006:6C.4c", "york2006:T.5c"], SOURCES) == (
        "Burton 2006, 6C.4b, c; York 2006, T.5c."
    )
    ministry = names()["actor"]["cn_mfa"]
    assert notes.short(["burton2006:4C.8b"], SOURCES) == f"Burton 2006, 4C.8b ({ministry}, justification)."


def test_a_note_is_short():
    """On the site a card holds the paraphrase; at the foot of a page there is room for a line or two."""
    called = dict.fromkeys(table("sources")["source_id"], "Coalition 2009")
    assert all(len(notes.short([identifier], called)) < 110 for identifier in records())
