"""What the text names is a link to its entry, and an open card never lies over what the keyboard is at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import browser
import pytest
from browser import visit
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page
from project import rows

from onrecord.book.mentions import discrepancies_in, linked_in_html, people_in, tables_in

CHAPTER = "chapters/rounds.html"
KNOWN = {row["discrepancy_id"]: row for row in rows("discrepancies")}
NAMED = re.compile(r"\bdiscrepanc(?:y|ies)\s+D\d\d", re.IGNORECASE)
NUMBER = re.compile(r"\bD\d\d[a-z]?\b")


# --- finding -------------------------------------------------------------------------


def found(mentions: Iterator[Any], text: str) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.key) for one in mentions]


def test_a_discrepancy_is_found_by_its_number():
    text = "It is disputed (discrepancy D01); on dates see discrepancies D07 and D18a, and D98."
    wanted = [("discrepancy D01", "D01"), ("D07", "D07"), ("D18a", "D18a")]
    assert found(discrepancies_in(text), text) == wanted  # there is no D98
    points = "D10 of the list; ledger D49"
    assert found(discrepancies_in(points, strict=True), points) == [("ledger D49", "D49")]


def test_people_are_found_in_full_and_once():
    text, met = "Charles Burton wrote; Burton said, as Charles Burton had; Jean Chrétien's journey.", set()
    wanted = [("Charles Burton", "charles_burton"), ("Jean Chrétien", "jean_chretien")]
    assert found(people_in(text, met), text) == wanted
    assert found(people_in(text, met), text) == []


def test_a_table_is_found_after_the_word_that_says_what_it_is():
    text = "Source: tables comparator_rounds and dialogue_breaks; the people of the evidence; table 3."
    assert [key for _, key in found(tables_in(text), text)] == ["comparator_rounds", "dialogue_breaks"]


def test_a_cell_of_a_table_page_links_what_it_names():
    made = linked_in_html("In doubt: see discrepancy D09.", "../", strict=False)
    assert made == 'In doubt: see <a href="../reference/discrepancies.html#D09">discrepancy D09</a>.'
    assert linked_in_html("D10", "../", strict=True) == "D10"


# --- on the site ----------------------------------------------------------------------


def dead(page: BeautifulSoup, pattern: re.Pattern[str]) -> list[str]:
    """Texts of a page that name a discrepancy and are no link to it."""
    texts = page.find_all(string=pattern)
    return [str(text) for text in texts if not text.find_parent(["a", "pre", "script", "h1", "h2", "h3", "title"])]


def test_dead_words_would_be_noticed():
    planted = BeautifulSoup("<p>In doubt (discrepancy D01).</p>", "lxml")
    sound = BeautifulSoup('<p>In doubt (<a href="#D01">discrepancy D01</a>).</p>', "lxml")
    assert dead(planted, NAMED) and dead(planted, NUMBER)
    assert dead(sound, NAMED) == dead(sound, NUMBER) == []


@pytest.mark.slow
def test_no_discrepancy_is_named_in_dead_words(pages):
    cards = re.compile(r"^Discrepancy D\d\d[a-z]?: ")  # the heads of the cards, which hold the link
    found = {name: [text for text in dead(page, NAMED) if not cards.match(text)] for name, page in pages.items()}
    assert {name: texts for name, texts in found.items() if texts} == {}
    chapters = {name: dead(page, NUMBER) for name, page in pages.items() if name.startswith("chapters/")}
    assert {n: t for n, texts in chapters.items() if (t := [x for x in texts if not cards.match(x)])} == {}


@pytest.mark.slow
def test_a_discrepancy_in_prose_opens_a_card_that_leads_to_its_entry(pages):
    opened = Counter()
    for name, page in pages.items():
        for button in page.select("button.entry-marker"):
            card = page.find(id=button["popovertarget"])
            number = card["id"].removeprefix("card-")
            assert card.has_attr("popover") and not button.get_text(strip=True), name
            link = button.find_previous("a")
            assert link["href"].endswith(f"discrepancies.html#{number}") and number in link.get_text(), name
            assert card.select_one(f'a[href$="discrepancies.html#{number}"]'), name
            assert KNOWN[number]["resolution"][:20].replace("'", "’") in card.get_text().replace("'", "’"), name
            opened[number] += 1
    assert len(opened) > 20


@pytest.mark.slow
def test_a_chapter_links_everybody_at_most_once(pages):
    for name, page in pages.items():
        often = Counter(link["href"].split("#")[1] for link in page.select("a.to-person"))
        assert [person for person, times in often.items() if times > 1] == [], name
    assert sum(len(page.select("a.to-person")) for page in pages.values()) > 50


RAW_ID = re.compile(rf"\b(?:{'|'.join(row['source_id'] for row in rows('sources'))}):\w+\.\w")
RAW_KEY = re.compile(r"^\s*[a-z0-9]+(?:_[a-z0-9]+)+\s*$")
CODE = ["pre", "code", "script", "title"]


def for_programs(page: BeautifulSoup, pattern: re.Pattern[str]) -> list[str]:
    """Texts of a page, outside of code, that are or hold what only programs call things."""
    return [str(text) for text in page.find_all(string=pattern) if not text.find_parent(CODE)]


def test_an_id_and_a_key_among_words_would_be_noticed():
    planted = BeautifulSoup("<td>burton2006:6A.1d</td><td>no_text</td>", "lxml")
    sound = BeautifulSoup("<td>The assessment (2006), § 6A.1d</td><td>no text</td><code>no_text</code>", "lxml")
    assert for_programs(planted, RAW_ID) and for_programs(planted, RAW_KEY)
    assert for_programs(sound, RAW_ID) == for_programs(sound, RAW_KEY) == []


@pytest.mark.slow
def test_no_id_stands_where_a_reader_expects_words(pages):
    book = {name: page for name, page in pages.items() if not name.startswith("tables/")}
    told = ("reference/citing.html", "reference/dictionary.html")  # these tell of ids
    assert {n: t for n, page in book.items() if n not in told and (t := for_programs(page, RAW_ID))} == {}
    chapters = {name: page for name, page in book.items() if name.startswith("chapters/") or name == "index.html"}
    assert {n: t for n, page in chapters.items() if (t := for_programs(page, RAW_KEY))} == {}


# --- cards beside the text --------------------------------------------------------------


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser.browser() as started:
        yield started


# What the keyboard is at, where an open card lies over it; and where the card is, and the text from which it opened.
BEHIND = """() => {
  const card = document.querySelector('[popover]:popover-open:is(.ev-card, .entry-card)'), at = document.activeElement;
  if (!card || at === document.body || card.contains(at)) return null;
  const [a, b] = [card, at].map(node => node.getBoundingClientRect());
  const covered = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return covered ? at.outerHTML.slice(0, 100) : null;
}"""
PLACES = """() => {
  const card = document.querySelector('[popover]:popover-open').getBoundingClientRect();
  const mark = document.activeElement.getBoundingClientRect();
  const text = document.activeElement.closest('p').getBoundingClientRect();
  return {card: [card.left, card.top, card.right, card.bottom], mark: [mark.top, mark.bottom], text: text.right,
          window: [innerWidth, innerHeight]};
}"""


def behind(page: Page, marker: str, presses: int) -> list[str]:
    """Open a card by keyboard, and go on: the places at which the keyboard is covered by the card."""
    page.locator(marker).focus()
    page.keyboard.press("Enter")
    covered = []
    for _ in range(presses):
        # A card closes in the frame after the one in which it would cover; on a busy machine a frame takes long.
        for wait in (40, 400):
            page.wait_for_timeout(wait)
            if not (place := page.evaluate(BEHIND)):
                break
        covered.append(place)
        page.keyboard.press("Tab")
    return [place for place in covered if place]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1280, 900), (1600, 900), (1024, 700), (360, 780)])
def test_the_keyboard_never_goes_behind_an_open_card(size, chrome, address):
    with visit(chrome, address + CHAPTER, viewport={"width": size[0], "height": size[1]}) as seen:
        markers = seen.page.locator(".ev-marker").evaluate_all("all => all.map(node => '#' + node.id)")
        for marker in [*markers[::7], markers[-1]]:
            if seen.page.locator(marker).is_visible():
                assert behind(seen.page, marker, 14) == [], marker


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1280, 900), (360, 780)])
def test_without_a_script_the_text_is_not_behind_an_open_card(size, chrome, address):
    options = {"viewport": {"width": size[0], "height": size[1]}, "java_script_enabled": False}
    with visit(chrome, address + CHAPTER, **options) as seen:
        assert behind(seen.page, "#ev-ref-8", 8) == []


@pytest.mark.slow
def test_a_card_over_the_keyboard_would_be_noticed(chrome, address):
    options = {"viewport": {"width": 360, "height": 780}, "java_script_enabled": False}
    over_all = ".ev-card[popover] { inset: 0 !important; height: 100vh; max-height: none !important; }"
    with visit(chrome, address + CHAPTER, **options) as seen:
        seen.page.evaluate("rule => void document.styleSheets[0].insertRule(rule)", over_all)
        assert behind(seen.page, "#ev-ref-8", 8) != []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 1600])
def test_on_a_wide_screen_a_card_opens_beside_its_text(width, chrome, address):
    with visit(chrome, address + CHAPTER, viewport={"width": width, "height": 900}) as seen:
        for marker in ("#ev-ref-4", "#ev-ref-20", ".entry-marker"):
            node = seen.page.locator(marker).first
            if not node.is_visible():
                continue
            node.focus()
            seen.page.keyboard.press("Enter")
            places = seen.page.evaluate(PLACES)
            left, top, right, bottom = places["card"]
            assert places["text"] <= left and right <= places["window"][0], marker
            assert top >= 0 and bottom <= places["window"][1], marker
            assert top <= places["mark"][1] and places["mark"][0] <= bottom, marker  # at the height of its mark
            seen.page.keyboard.press("Escape")


@pytest.mark.slow
def test_on_a_narrow_screen_a_card_opens_at_the_foot(chrome, address):
    with visit(chrome, address + CHAPTER, viewport={"width": 360, "height": 780}) as seen:
        seen.page.locator("#ev-ref-4").focus()
        seen.page.keyboard.press("Enter")
        left, top, right, bottom = seen.page.evaluate(PLACES)["card"]
        assert left >= 0 and right <= 360 and 700 < bottom <= 780 and top > 780 * 0.3


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 360])
def test_a_card_opened_in_the_frame_of_its_focus_stays(width, chrome, address):
    quick = "node => { node.focus(); node.click(); }"
    with visit(chrome, address + CHAPTER, viewport={"width": width, "height": 780}) as seen:
        seen.page.locator("#ev-ref-4").evaluate(quick)
        seen.page.wait_for_timeout(100)
        assert seen.page.locator(".ev-card:popover-open").count() == 1
        assert seen.page.evaluate(BEHIND) is None


# --- where one is, and how much there is -------------------------------------------------


@pytest.mark.slow
def test_the_contents_of_a_page_mark_the_part_that_is_read(chrome, address):
    with visit(chrome, address + CHAPTER, viewport={"width": 1280, "height": 900}) as seen:
        page = seen.page
        for part in ("what-left-the-lists-and-what-came", "who-else-was-there"):
            page.evaluate("id => document.getElementById(id).scrollIntoView()", part)
            page.wait_for_function(
                "id => document.querySelector('.page-toc [aria-current]')?.getAttribute('href') === '#' + id", arg=part
            )
        assert page.locator(".page-toc [aria-current]").count() == 1


@pytest.mark.slow
def test_a_chapter_says_at_its_head_how_long_it_is_and_of_what_parts(pages):
    for name, page in pages.items():
        if not name.startswith("chapters/") or page.select_one('meta[name="robots"]'):
            continue
        (head,) = page.select("nav.chapter-head")
        words, notes = re.search(r"About ([\d,]+) words, \d+ minutes; (\d+) notes", head.get_text()).groups()
        assert 1000 < int(words.replace(",", "")) < 6000, name
        assert int(notes) == len(page.select("button.ev-marker")), name
        parts = [link["href"].removeprefix("#") for link in head.select("a")]
        assert parts == [part["id"] for part in page.select("article > section > section")], name
