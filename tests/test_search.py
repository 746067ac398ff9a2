"""The search: what it holds, where it leads, and what a reader who types a question has before them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import browser
import pytest
from browser import Visit, axe, visit
from playwright.sync_api import Browser, Page
from project import ROOT, without_slides

from onrecord import tables
from onrecord.book import search
from onrecord.book.register import REGISTER
from onrecord.book.rooms import room_names
from onrecord.book.search import entries
from onrecord.book.search.pages import Page as Built

MOST_PACKED = 400_000  # bytes of the entries on the wire
SMALL = {"width": 360, "height": 780}

# What is typed, and an address of which one must stand on the first screen.
QUESTIONS = {
    "who suspended the dialogue": ["discrepancies.html#D26", "silence.html#test-who-stopped-it"],
    "who ended the dialogue": ["silence.html#the-end-of-the-trail", "silence.html#tbl-endings"],
    "first round 1997": ["rounds.html#tbl-rounds"],
    "2001 break": ["rounds.html#test-does-the-agenda-change-at-the-gap"],
    "60,000": ["evidence-burton2006-4C.html#burton2006-4C-7f"],
    "60000": ["evidence-burton2006-4C.html#burton2006-4C-7f"],
    "60 000": ["evidence-burton2006-4C.html#burton2006-4C-7f"],
    "CAN$60,000": ["evidence-burton2006-4C.html#burton2006-4C-7f"],
    "1997": ["rounds.html#tbl-rounds", "chronology.html#event-"],
    "Geneva no-action motion": ["origins.html#", "western-voices.html#the-case-for-geneva"],
    "what is a GONGO": ["glossary.html#term-GONGO"],
    "who wrote the assessment": ["people.html#person-charles_burton"],
    "Burton Charles": ["people.html#person-charles_burton"],
    "Charles Burton": ["people.html#person-charles_burton"],
    "chretien": ["people.html#person-jean_chretien"],
    "Chrétien 1997": ["people.html#person-jean_chretien", "origins.html#"],
    "对话": ["zh.html#", "abstracts.html#", "lessons.html#tbl-requests"],
    "人权联盟": ["organisation-cchrc", "glossary.html#term-Canadian-Coalition"],
    "关卓中": ["people.html#person-cheuk_kwan"],
    "dialogue suspendu": ["discrepancies.html#D26"],
    "suspension of the dialogue": ["discrepancies.html#D26"],
    "droits de la personne": ["fr.html#", "glossary.html#", "organizations.html#"],
    "table 3.1": ["rounds.html#tbl-rounds"],
    "Fig. 2.1": ["origins.html#fig-votes"],
    "D01": ["discrepancies.html#D01"],
    "burton2006:3.12a": ["evidence-burton2006-F.html#burton2006-3-12a"],
    "when was the ninth round": ["rounds.html#tbl-rounds", "chronology.html#event-round_9"],
    "Jason Kenney": ["people.html#person-jason_kenney"],
    "women’s federation": ["glossary.html#term-All-China-Womens-Federation"],
    "women's federation": ["glossary.html#term-All-China-Womens-Federation"],
    "cosponsor 1997": ["origins.html#"],
    "quiet diplomacy trade share": ["trade.html#"],
    "how much did it cost": ["machinery.html#"],
    "scripted replies": ["machinery.html#scripts"],
    "Swiss dialogue evaluation": ["elsewhere.html#what-evaluators-found"],
    "access to information request": ["lessons.html#what-to-ask-for-next", "lessons.html#tbl-requests"],
    "12 January 2026": ["chronology.html#event-"],
    "Falun Gong": ["glossary.html#term-Falun-Gong"],
    "Chinese Academy of Social Sciences": ["organizations.html#organisation-chinese_academy_of_social_sciences"],
}


# --- what is gathered --------------------------------------------------------------------


def test_tables_give_entries_of_eight_kinds_each_once():
    found = entries.from_tables()
    kinds = {"statement", "discrepancy", "person", "event", "round", "organization", "request", "data"}
    assert {entry.kind for entry in found} == kinds
    alone = [(e.page, e.anchor) for e in found if e.kind not in ("round", "request")]
    assert [place for place, times in Counter(alone).items() if times > 1] == []
    assert all(entry.title and entry.text for entry in found)


def test_no_key_is_shown_where_words_are_known():
    for name, column in (
        ("events", "category"),
        ("organisations", "kind"),
        ("people", "why_named"),
        ("discrepancies", "kind"),
    ):
        field = tables.field_of(name, column)
        assert list(field["labels"]) == field["constraints"]["enum"], (name, column)
    shown = [word for e in entries.from_tables() if e.kind != "data" for word in f"{e.title} {e.text}".split()]
    assert [word for word in shown if re.fullmatch(r"[a-z]+_[a-z_]+\W*", word)] == []


PAGE = """<html><body><nav>Contents</nav><main><section id="a"><h1>3. Rounds<a class="headerlink" href="#a">#</a></h1>
<p>Own words<button class="ev-marker"><span id="claim-x"></span></button> <span class="bibtex-citation">[A
2006]</span>, said.</p><div class="ev-card"><p>A card</p></div>
<figure id="fig-a"><svg aria-label="What is drawn"></svg><svg aria-label="What is drawn"></svg>
<figcaption><p>Fig. 3.1 Found so. Source: a list.</p></figcaption></figure>
<table id="tbl-a"><caption>Table 3.1 Rounds. In short.</caption><tr><th>Round</th></tr><tr><td>First</td></tr></table>
<section id="b"><h2>3.1. Part</h2><p>Its words</p></section>
<dl class="glossary"><dt id="term-A">One</dt><dt id="term-B">Two</dt><dd><p>Meaning</p></dd></dl>
</section></main></body></html>"""


def test_a_page_gives_its_sections_figures_tables_and_terms():
    made = {entry.anchor: entry for entry in Built("a", PAGE).entries()}
    assert {anchor: (e.kind, e.title, e.text) for anchor, e in made.items()} == {
        "a": ("section", "3. Rounds", "Own words, said."),
        "b": ("section", "3.1. Part", "Its words"),
        "fig-a": ("figure", "Fig. 3.1 Found so.", "Source: a list. What is drawn"),
        "tbl-a": ("table", "Table 3.1 Rounds.", "In short. Round; First"),
        "term-A": ("term", "One, Two", "Meaning"),
    }


def test_an_entry_without_a_place_stops_the_build_and_one_without_a_page_is_left_out():
    pages = {"a": Built("a", PAGE).places}
    here = entries.Entry("section", "a", "b", "Part", "")
    assert search.placed([here, here._replace(page="elsewhere")], pages) == [here]
    with pytest.raises(ValueError, match=r"a\.html#nowhere"):
        search.placed([here._replace(anchor="nowhere")], pages)


def test_the_engine_is_the_published_one_with_its_licence():
    assert hashlib.sha256((ROOT / "_static" / search.ENGINE).read_bytes()).hexdigest() == search.ENGINE_SHA256
    assert "Luca Ongaro" in (ROOT / "_static" / search.ENGINE_LICENCE).read_text("utf-8")


# --- what is built -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser.browser() as started:
        yield started


@pytest.fixture(scope="module")
def told(site: Path) -> dict:
    """What the script with the entries assigns."""
    text = (site / "_static" / search.FILE).read_text("utf-8")
    return json.loads(text.removeprefix("globalThis.bookEntries = ").removesuffix(";\n"))


@pytest.mark.slow
def test_every_kind_is_there_and_every_entry_leads_to_its_place(told, pages):
    assert {told["kinds"][row[0]]["key"] for row in told["entries"]} == set(entries.KINDS)
    known = {name: {node["id"] for node in page.find_all(id=True)} for name, page in pages.items()}
    lost = [row[:3] for row in told["entries"] if row[2] not in known[told["pages"][row[1]][0]]]
    assert lost == [] and len(told["entries"]) > 2000
    assert {name for name, *_ in told["pages"]} == {f"{name}.html" for name in [*without_slides(), *room_names()]}


@pytest.mark.slow
def test_the_entries_are_small_and_the_same_each_time(site):
    written = (site / "_static" / search.FILE).read_bytes()
    assert len(gzip.compress(written, 9, mtime=0)) <= MOST_PACKED
    pages = search.pages_searched(without_slides())
    told = {name: search.look(name, (site / f"{name}.html").read_text("utf-8")) for name in pages}
    assert search.script(*search.collect(told)).encode() == written


@pytest.mark.slow
def test_there_is_one_search(site):
    assert not (site / "searchindex.js").exists() and not list((site / "_static").glob("searchtools*"))


# --- what a reader has ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def opened(chrome: Browser, site: Path) -> Iterator[Visit]:
    """The search page, opened from a folder."""
    with visit(chrome, (site / "search.html").as_uri()) as seen:
        yield seen


def ask(page: Page, query: str) -> None:
    """Type a query and wait for its results."""
    page.locator("#search-page-input").fill(query)
    page.wait_for_function("query => document.getElementById('search-results').dataset.query === query", arg=query)


def on_screen(page: Page) -> list[str]:
    """The addresses of the results that can be seen without scrolling."""
    return page.evaluate(
        "[...document.querySelectorAll('#search-results li a')]"
        ".filter(a => a.getBoundingClientRect().bottom <= innerHeight).map(a => a.href)"
    )


@pytest.mark.slow
@pytest.mark.parametrize("query", QUESTIONS)
def test_the_answer_stands_on_the_first_screen(query, opened):
    ask(opened.page, query)
    seen = on_screen(opened.page)
    assert any(wanted in address for address in seen for wanted in QUESTIONS[query]), seen
    assert opened.complaints == []


@pytest.mark.slow
def test_a_result_says_its_kind_and_marks_the_words(opened):
    ask(opened.page, "suspended dialogue")
    first = opened.page.locator("#search-results li").first
    assert first.locator(".find-kind").inner_text() in {kind.label for kind in entries.KINDS.values()}
    marks = {word.lower() for word in opened.page.locator("#search-results mark").all_inner_texts()}
    assert {"suspended", "dialogue"} <= marks
    groups = opened.page.locator("#search-results h2").all_inner_texts()
    assert groups[0] == "Best matches" and len(groups) > 3


@pytest.mark.slow
def test_a_group_opens_to_all_that_it_has(opened):
    ask(opened.page, "Geneva")
    group = opened.page.query_selector("section.find-group:has(button)")
    many = int(group.query_selector(".find-count").inner_text())
    assert len(group.query_selector_all("li")) == 3 < many
    group.query_selector("button").click()
    assert len(group.query_selector_all("li")) == many


@pytest.mark.slow
@pytest.mark.parametrize(
    ("slip", "meant"),
    {"Chretein": "Chrétien", "dialouge": "dialogue", "Axworhty": "Axworthy", "Genva": "Geneva"}.items(),
)
def test_a_slip_is_mended_and_said(slip, meant, opened):
    ask(opened.page, slip)
    assert opened.page.locator(".find-meant").inner_text().lower() == meant.lower()
    assert on_screen(opened.page) != []
    opened.page.locator(".find-meant").click()
    assert opened.page.locator("#search-page-input").input_value().lower() == meant.lower()
    assert opened.page.locator(".find-meant").count() == 0


@pytest.mark.slow
def test_a_word_that_the_book_does_not_have_is_named(opened):
    ask(opened.page, "Li Xqzwvkjy")
    assert "Not in the book: Xqzwvkjy" in opened.page.locator("#search-status").inner_text()
    ask(opened.page, "Xqzwvkjy")
    assert opened.page.locator("#search-status").inner_text().startswith("Nothing was found")


@pytest.mark.slow
def test_a_phrase_is_found_as_it_stands_whatever_its_quotation_marks(opened):
    found = []
    for query in ('"similarly pro forma"', "“similarly pro forma”", "« similarly pro forma »"):
        ask(opened.page, query)
        found.append(opened.page.locator("#search-results li a").evaluate_all("links => links.map(a => a.href)"))
    assert found[0] == found[1] == found[2] and any("burton2006-6B-3g" in address for address in found[0])
    ask(opened.page, '"forma pro similarly"')
    assert opened.page.locator("#search-results li").count() == 0


@pytest.mark.slow
def test_the_query_stands_in_the_address_and_comes_from_it(chrome, site, opened):
    ask(opened.page, "Tibet 1997")
    assert opened.page.url.endswith("search.html?q=Tibet+1997")
    with visit(chrome, (site / "search.html").as_uri() + "?q=Tibet+1997") as seen:
        seen.page.locator("#search-results li a").first.wait_for()
        assert seen.page.locator("#search-page-input").input_value() == "Tibet 1997"


@pytest.mark.slow
def test_nothing_of_the_search_is_loaded_before_it_is_used(chrome, address):
    with visit(chrome, address + "chapters/rounds.html") as seen:
        before = len(seen.requests)
        assert not any(name in request.url for request in seen.requests for name in search.SCRIPTS)
        seen.page.keyboard.press("/")
        seen.page.locator(".find-dialog input").fill("Geneva")
        seen.page.locator(".find-dialog li a").first.wait_for()
        asked = [request.url for request in seen.requests[before:]]
        assert {url.rpartition("/")[2] for url in asked if url.endswith(".js")} == set(search.SCRIPTS)
        assert all(url.startswith(address) for url in asked) and seen.complaints == []


@pytest.mark.slow
def test_the_search_is_used_by_keyboard_alone(chrome, site):
    with visit(chrome, (site / "chapters" / "rounds.html").as_uri()) as seen:
        page = seen.page
        page.locator(".bd-article a").first.focus()
        page.keyboard.press("/")
        page.locator(".find-dialog input").wait_for()
        page.keyboard.type("Jason Kenney")
        page.locator(".find-dialog li a").first.wait_for()
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.textContent") == "Jason Kenney"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        assert page.evaluate("document.activeElement.id") == "find-input"
        page.keyboard.press("Escape")
        page.locator(".find-dialog").wait_for(state="hidden")
        assert page.evaluate("document.activeElement.matches('.bd-article a')")
        page.keyboard.press("/")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/reference/people.html#person-jason_kenney")
        assert seen.complaints == []


@pytest.mark.slow
def test_a_slash_in_a_field_is_a_slash(chrome, site):
    with visit(chrome, (site / "chapters" / "rounds.html").as_uri()) as seen:
        seen.page.locator("#search-input").focus()
        seen.page.keyboard.press("/")
        assert (
            seen.page.locator("#search-input").input_value() == "/" and seen.page.locator(".find-dialog").count() == 0
        )


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, {"width": 1280, "height": 800}])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_window_and_the_page_pass_axe_and_fit(size, mode, chrome, site):
    with visit(chrome, (site / "index.html").as_uri(), viewport=size, color_scheme=mode, bypass_csp=True) as seen:
        seen.page.locator(".find-button").click()
        seen.page.locator(".find-dialog input").fill("who suspended the dialogue")
        seen.page.locator(".find-dialog li a").first.wait_for()
        assert axe(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        dialog = "document.querySelector('.find-dialog')"
        assert seen.page.evaluate(f"{dialog}.scrollWidth <= {dialog}.clientWidth")
        seen.page.goto((site / "search.html").as_uri() + "?q=Chretein")
        seen.page.locator("#search-results li a").first.wait_for()
        assert axe(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- without a script ------------------------------------------------------------------------


@pytest.mark.slow
def test_the_index_leads_to_names_places_topics_and_years(pages):
    page = pages[f"{REGISTER}.html"]
    parts = {part["id"]: part for part in page.select("section section")}
    assert set(parts) == {"index-people", "index-organizations", "index-places", "index-topics", "index-years"}
    for wanted in ("Burton, Charles", "Tibet", "Geneva", "1997"):
        assert any(item.get_text().startswith(f"{wanted}:") for item in page.select(".register li")), wanted
    assert all(item.select("a") for item in page.select(".register li"))
    burton = next(item for item in page.select("#index-people li") if item.get_text().startswith("Burton, Charles"))
    assert burton.a["href"] == "people.html#person-charles_burton" and 2 <= len(burton.select("a")) <= 9
