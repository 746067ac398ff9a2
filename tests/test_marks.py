"""The marks of figures lead to the rows that they stand for: where they are drawn, and on the built site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urldefrag
from xml.etree import ElementTree as ET

import browser
import pandas as pd
import pytest
from browser import visit
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser
from test_drawn_figures import DRAWING, draw

from onrecord import figures, marks
from onrecord.book import leads
from onrecord.figures import new_figure
from onrecord.marks import a_row, behind, lead, placed, rows_of, told, without
from onrecord.tables import primary_key, table

SAID = re.compile(r": (\d+) (?:statements|rows)$")
COUNTS = pd.DataFrame([[11, 22], [33, 0]], index=["one", "two"], columns=["left", "right"])
LEADS = {
    ("one", "left"): [a_row("rounds", n) for n in range(11)],
    ("one", "right"): [a_row("rounds", n) for n in range(22)],
    ("two", "left"): [a_row("rounds", n) for n in range(33)],
}


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser.browser() as started:
        yield started


class Led(NamedTuple):
    """A figure of a chapter: its marks as the site has them, why it has none, and the size of the picture."""

    marks: list[dict[str, Any]]
    reason: str
    size: tuple[float, float]


@cache
def led(docname: str) -> tuple[Led, ...]:
    """The figures of a chapter with their marks, drawn as for the site."""
    found = []
    with figures.style():
        for drawn in draw(docname):
            figures.to_svg(drawn.figure, words=True)
            width, height = drawn.figure.get_size_inches()
            found.append(Led(placed(drawn.figure), marks.reason(drawn.figure), (72 * width, 72 * height)))
    return tuple(found)


# --- with the figure -----------------------------------------------------------------------


@pytest.mark.parametrize("docname", DRAWING)
def test_every_figure_has_marks_that_lead_to_rows_or_says_why_not(docname):
    for place, figure in enumerate(led(docname)):
        assert bool(figure.marks) != bool(figure.reason), f"{docname}, figure {place + 1}"


@pytest.mark.parametrize("docname", DRAWING)
def test_every_mark_lies_in_the_picture_and_leads_to_rows_that_there_are(docname):
    keys = {
        name: {a_row(name, *key).key for key in table(name)[primary_key(name)].itertuples(index=False)}
        for name in used(docname)
    }
    for figure in led(docname):
        for mark in figure.marks:
            left, top, wide, high = mark["box"]
            assert wide > 2 and high > 2, mark["label"]
            assert left >= -1 and left + wide <= figure.size[0] + 1 and top >= -1 and top + high <= figure.size[1] + 1
            assert mark["label"] and all(key in keys[name] for name, key in mark["rows"]), mark["label"]


def used(docname: str) -> set[str]:
    return {name for figure in led(docname) for mark in figure.marks for name, _ in mark["rows"]}


# What the tables hold, counted here without the figure: chapter, place of the figure, statements or rows behind it.
def _of_parties() -> int:
    actors, groups = table("actors").set_index("actor_id")["group_id"], table("groups").set_index("group_id")["side"]
    sides = table("evidence")["speaker_id"].map(actors).map(groups).astype(str)
    return int((sides != "none").sum())


def _dated_rounds() -> int:
    return int((table("comparator_rounds")["status"].astype(str) == "held").sum())


TOTALS = {
    ("index", 0): lambda: len(table("front_marks")),
    ("chapters/question", 0): _of_parties,
    ("chapters/machinery", 0): lambda: len(table("round_steps")),
    ("chapters/machinery", 1): lambda: len(table("round_topics")),
    ("chapters/intimidation", 0): lambda: len(table("recommendation_events")),
    ("chapters/lessons", 1): lambda: len(table("scorecard_parts")),
    ("chapters/elsewhere", 0): lambda: _dated_rounds() + len(table("dialogue_breaks")),
    ("chapters/reset", 0): lambda: int(table("person_events")["left_out"].isna().sum()),
}


@pytest.mark.parametrize(("docname", "place"), TOTALS)
def test_all_rows_of_what_a_figure_shows_are_behind_its_marks(docname, place):
    assert sum(len(mark["rows"]) for mark in led(docname)[place].marks) == TOTALS[docname, place]()


def place_of(text: ET.Element) -> tuple[float, float]:
    """Where a word of a drawing stands."""
    told = re.search(r"(?:rotate\(-?0|translate\() ?([\d.]+) ([\d.]+)\)", ET.tostring(text, "unicode"))
    assert told
    return float(told[1]), float(told[2])


def test_a_link_lies_over_the_number_that_it_stands_for():
    figure = figures.count_matrix(COUNTS, "china", LEADS)
    root = ET.fromstring(figures.to_svg(figure, words=True))
    texts = {node.text: node for node in root.iter() if node.tag.endswith("}text")}
    for mark in placed(figure):
        number = str(len(mark["rows"]))
        place = re.search(
            r"rotate\(-?0 ([\d.]+) ([\d.]+)\)|translate\(([\d.]+) ([\d.]+)\)", ET.tostring(texts[number], "unicode")
        )
        x, y = (float(side) for side in place.groups() if side)
        left, top, wide, high = mark["box"]
        assert left < x < left + wide and top < y < top + high + 4, number


def test_a_figure_is_drawn_alike_with_and_without_links():
    plain, linked = figures.count_matrix(COUNTS, "china"), figures.count_matrix(COUNTS, "china", LEADS)
    assert figures.to_svg(plain) == figures.to_svg(linked)
    assert figures.for_print(plain) == figures.for_print(linked)


def test_a_number_that_is_not_that_of_its_rows_stops_the_drawing():
    short = LEADS | {("two", "left"): LEADS["two", "left"][1:]}
    with pytest.raises(ValueError, match="expected 33 rows behind the mark 'two, left', got 32"):
        figures.count_matrix(COUNTS, "china", short)
    _, axes = new_figure(1)
    for rows in ([], [a_row("rounds", 1), a_row("rounds", 1)]):
        with pytest.raises(ValueError, match="expected rows behind the mark"):
            lead(axes, "a mark", rows, (0, 0))


def test_rows_are_named_by_the_key_of_their_table_and_gathered_by_what_a_mark_shows():
    rows = table("unchr_sponsors").query("state == 'Canada'")
    assert rows_of("unchr_sponsors", rows)[0].key == f"{rows['year'].iloc[0]}|Canada"
    by_part = behind("unchr_sponsors", rows, "part")
    assert {part: len(held) for part, held in by_part.items()} == rows["part"].astype(str).value_counts().to_dict()
    assert told("Canada", [["evidence", "a"], ["evidence", "b"]]) == "Canada: 2 statements"
    assert told("Canada", [["evidence", "a"]]) == "Canada"


def test_a_figure_says_why_it_has_no_marks():
    figure, _ = new_figure(1)
    assert (marks.reason(figure), placed(figure)) == ("", [])
    without(figure, "a line of a statistic")
    assert marks.reason(figure) == "a line of a statistic"


# --- on the site ------------------------------------------------------------------------------


def pressed(pages: dict[str, BeautifulSoup]) -> list[str]:
    """What is wrong with the marks of all figures: no name, no such place, another number of rows than is said."""
    wrong = []
    for name, page in pages.items():
        for mark in page.select("figure svg a.lead"):
            address, anchor = urldefrag(mark["href"])
            target = f"reference/{address.rpartition('/')[2]}"
            place = pages[target].find(id=anchor) if target in pages else None
            label = mark.get("aria-label", "")
            if not isinstance(place, Tag) or mark.title is None or mark.title.string != label:
                wrong.append(f"{name}: {label} leads nowhere, or has no name")
                continue
            said = SAID.search(label)
            listed = place.select("li")
            if len(listed) != (int(said[1]) if said else 1) or not all(line.a for line in listed):
                wrong.append(f"{name}: {label}: {len(listed)} rows")
    return wrong


@pytest.mark.slow
def test_every_mark_on_the_site_leads_to_as_many_rows_as_it_says(pages):
    assert pressed(pages) == []
    for docname in DRAWING:
        drawn = [figure for figure in led(docname) if figure.marks]
        for kind in ("wide-only", "narrow-only"):
            on_page = [svg for svg in pages[f"{docname}.html"].select(f"figure svg.{kind}") if svg.select("a.lead")]
            assert [len(svg.select("a.lead")) for svg in on_page] == [len(figure.marks) for figure in drawn], docname
            for svg, figure in zip(on_page, drawn, strict=True):
                names = [mark["aria-label"] for mark in svg.select("a.lead")]
                assert names == [told(mark["label"], mark["rows"]) for mark in figure.marks]


@pytest.mark.slow
def test_both_drawings_of_a_figure_lead_to_the_same_places_and_say_the_same(pages):
    for docname in DRAWING:
        for figure in pages[f"{docname}.html"].select("figure:has(svg)"):
            wide, narrow = figure.select("svg")
            assert (wide["class"], narrow["class"]) == (["wide-only"], ["narrow-only"]), docname
            assert wide["aria-label"] == narrow["aria-label"]
            assert [mark["href"] for mark in wide.select("a")] == [mark["href"] for mark in narrow.select("a")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "media", "kind"),
    [
        (1280, "screen", "wide-only"),
        (601, "screen", "wide-only"),
        (360, "screen", "narrow-only"),
        (360, "print", "wide-only"),
    ],
)
def test_a_screen_has_the_drawing_of_its_width_and_paper_the_wide_one(chrome, address, width, media, kind):
    with visit(chrome, f"{address}chapters/question.html", viewport={"width": width, "height": 800}) as seen:
        seen.page.emulate_media(media=media)
        found = seen.page.evaluate(
            "[...document.querySelectorAll('figure svg')].filter((svg) => svg.getBoundingClientRect().width)"
            ".map((svg) => svg.getAttribute('class'))"
        )
        assert found and set(found) == {kind}


@pytest.mark.slow
def test_no_figure_has_to_be_scrolled_on_a_narrow_screen(chrome, address):
    with visit(chrome, f"{address}chapters/question.html", viewport={"width": 360, "height": 800}) as seen:
        frames = "[...document.querySelectorAll('.figure-scroll')]"
        assert seen.page.evaluate(
            f"{frames}.length && {frames}.every((frame) => frame.scrollWidth <= frame.clientWidth)"
        )
        letters = "[...document.querySelectorAll('figure svg.narrow-only text')]"
        sizes = seen.page.evaluate(
            f"{letters}.map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"
            ".filter((size) => size > 0.5)"  # of an upright text it is nought
        )
        assert sizes and min(sizes) > 10.5 and max(sizes) < 12.5  # pixels


@pytest.mark.slow
def test_the_statements_behind_a_mark_are_those_of_the_record(pages):
    (cell,) = (
        m for m in led("chapters/question")[0].marks if m["label"].startswith("Chinese agencies, The assessment")
    )
    page = pages["reference/figure-speakers.html"]
    place = led("chapters/question")[0].marks.index(cell)
    found = {urldefrag(line.a["href"])[1] for line in page.find(id=f"mark-{place + 1}").select("li")}
    assert found == {key.replace(":", "-").replace(".", "-") for _, key in cell["rows"]}


PICTURE = (
    '<figure><svg><a class="lead" href="../reference/figure-a.html#mark-1" aria-label="A: 2 rows">'
    "<title>A: 2 rows</title></a></svg></figure>"
)
ROWS = '<section id="mark-1"><li><a href="#">1</a></li><li><a href="#">2</a></li></section>'


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("", "", ""),
        ('<li><a href="#">2</a></li>', "", "1 rows"),
        ('id="mark-1"', 'id="mark-2"', "leads nowhere"),
        ("<title>A: 2 rows</title>", "", "leads nowhere"),
        ('<a href="#">2</a>', "2", "2 rows"),
    ],
)
def test_a_mark_that_leads_astray_would_be_noticed(old, new, fault):
    texts = {"chapters/a.html": PICTURE, "reference/figure-a.html": ROWS}
    pages = {
        name: BeautifulSoup(text.replace(old, new) if old else text, "html.parser") for name, text in texts.items()
    }
    assert ([fault in told for told in pressed(pages)] or [fault == ""]) == [True]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "kind"), [(1280, "wide-only"), (360, "narrow-only")])
def test_marks_are_one_stop_for_the_keyboard_and_arrows_lead_on(chrome, address, width, kind):
    with visit(chrome, f"{address}chapters/question.html", viewport={"width": width, "height": 800}) as seen:
        page = seen.page
        links = page.locator(f"figure svg.{kind} a.lead")
        assert page.locator(f"figure svg.{kind} a.lead:not([tabindex='-1'])").count() == 1
        assert page.locator("figure svg a.lead:not([tabindex='-1']):visible").count() == 1
        links.first.focus()
        page.keyboard.press("ArrowRight")
        second = links.nth(1)
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == second.get_attribute("aria-label")
        assert page.locator(".lead-told").inner_text() == second.get_attribute("aria-label")
        page.keyboard.press("Enter")
        page.wait_for_url("**/reference/figure-speakers.html#mark-2")
        page.locator("#mark-2 li a").first.click()
        page.wait_for_url("**/reference/evidence-*.html#*")
        assert page.locator(":target blockquote, :target .ev-quote").count() >= 1


def test_a_page_of_rows_is_named_for_its_figure():
    assert leads.page_of("fig-speakers") == "reference/figure-speakers"
