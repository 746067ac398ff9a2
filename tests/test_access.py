"""The site for those who hear it, walk it by keyboard, enlarge it, or have it in other colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser
import pytest
from browser import axe, each, nu, serve, visit
from bs4 import BeautifulSoup, NavigableString
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
CHAPTER = "chapters/rounds.html"
NARROWEST = 320  # CSS pixels: a page at 1280 enlarged four times
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")

# Everything that a reader can press or fill in, and that can be seen, but links in running text.
SMALL_TARGETS = """() => [...document.querySelectorAll('button, summary, select, input, nav a, .prev-next-area a')]
  .filter(node => node.checkVisibility({visibilityProperty: true}))
  .map(node => [node, node.getBoundingClientRect()])
  .filter(([node, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
  .map(([node, box]) => `${node.outerHTML.slice(0, 80)} is ${box.width} by ${box.height}`)"""
# What can be scrolled sideways or down, and has no name or cannot be reached.
MUTE_SCROLLERS = """() => [...document.querySelectorAll('body *')].filter(node => {
  const style = getComputedStyle(node);
  const scrolls = (node.scrollWidth > node.clientWidth + 1 && /auto|scroll/.test(style.overflowX))
    || (node.scrollHeight > node.clientHeight + 1 && /auto|scroll/.test(style.overflowY));
  const named = node.matches('[aria-label], [aria-labelledby]') || node.querySelector('nav[aria-labelledby]');
  const reached = node.tabIndex >= 0 || node.querySelector('a, button, input, select, summary');
  return scrolls && node.clientWidth > 1 && !(named && reached);
}).map(node => node.outerHTML.slice(0, 100))"""
# What is wider than the window, and in no frame that scrolls.
TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.querySelectorAll('body *')].filter(
    n => n.getBoundingClientRect().right > root.clientWidth + 1);
  return [`${root.scrollWidth} pixels`, ...wide.map(n => n.outerHTML.slice(0, 100))].slice(0, 4);
}"""
MOVING = """() => [...document.querySelectorAll('*')].filter(node => {
  const style = getComputedStyle(node);
  return /[1-9]/.test(style.transitionDuration + style.animationDuration) || style.scrollBehavior === 'smooth';
}).map(node => node.outerHTML.slice(0, 100))"""
# Where the keyboard is: what it is called here, whether that can be seen, and what covers its middle or its edge.
FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const box = node.getBoundingClientRect(), style = getComputedStyle(node);
  const bar = document.querySelector('.bd-header-article').getBoundingClientRect();
  const inBar = node.closest('.bd-header-article, .bd-sidebar-primary, .bd-sidebar-secondary, .ev-card, .skip-link');
  const marker = node.querySelector(':scope > span');
  const ring = [style, ...(marker ? [getComputedStyle(marker)] : [])];
  return {
    id: node.id, tag: node.tagName, css: node.className, html: node.outerHTML.slice(0, 100),
    seen: ring.some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2),
    // what is taller than the window cannot be seen whole
    hidden: !inBar && (box.height < innerHeight - bar.bottom
      ? box.top < bar.bottom - 1 || box.bottom > innerHeight + 1
      : box.bottom < bar.bottom || box.top > innerHeight),
  };
}"""


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser.browser() as started:
        yield started


@pytest.fixture
def wrong(tmp_path: Path):
    """Serve a small page that is made wrong; the page around it is sound."""

    def make(body: str, head: str = "") -> Path:
        page = (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title>{head}</head>'
            f"<body><main><h1>A page</h1>{body}</main></body></html>"
        )
        (tmp_path / "index.html").write_text(page, "utf-8")
        return tmp_path

    return make


def look(chrome: Browser, folder: Path, script: str, **options: Any) -> Any:
    with serve(folder) as url, visit(chrome, url, bypass_csp=True, **options) as seen:
        return seen.page.evaluate(script)


# --- every page, light and dark, wide and narrow -----------------------------------


# Every page is looked at wide and narrow, light and dark; one of each kind also the other way round.
LOOKS, OTHER_LOOKS = ((1280, "light"), (360, "dark")), ((1280, "dark"), (360, "light"))
OF_EACH_KIND = ("index.html", CHAPTER, "reference/evidence.html", "tables/index.html", "search.html")


def measured(chrome: Browser, url: str) -> list[str]:
    """All that is wrong with a page."""
    wrong = []
    crossed = url.endswith(OF_EACH_KIND)
    with visit(chrome, url, bypass_csp=True, color_scheme="light") as seen:
        page = seen.page
        for width, scheme in (*LOOKS, *(OTHER_LOOKS if crossed else ())):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
            wrong += [f"{width} {scheme}: {told}" for told in axe(page)]
            wrong += [f"{width}: too small: {told}" for told in page.evaluate(SMALL_TARGETS)]
            wrong += [f"{width}: scrolls without a name: {told}" for told in page.evaluate(MUTE_SCROLLERS)]
        page.set_viewport_size({"width": NARROWEST, "height": 800})
        wrong += [f"{NARROWEST}: too wide: {told}" for told in page.evaluate(TOO_WIDE)]
    return wrong


def test_no_page_has_a_fault_in_any_colour_or_width(to_visit, address):
    names = sorted(
        to_visit, key=lambda name: "evidence" not in name
    )  # the longest first, so that no worker waits for it
    assert {name for name in names if name.endswith(OF_EACH_KIND)} >= set(OF_EACH_KIND)
    found = each([address + name for name in names], measured)
    assert {name: told for name, told in zip(names, found, strict=True) if told} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_card_and_the_open_contents_have_no_fault(scheme, chrome, address):
    with visit(chrome, address + CHAPTER, bypass_csp=True, color_scheme=scheme) as seen:
        page = seen.page
        page.locator(".ev-marker").first.click()
        assert page.locator("#ev-card-1").is_visible() and axe(page) == []
        page.keyboard.press("Escape")
        page.set_viewport_size({"width": 360, "height": 700})
        for button, opened in ((".contents-button", "#book-contents"), (".on-page-button", "#page-contents")):
            page.locator(button).click()
            assert page.locator(opened).is_visible() and axe(page) == [] and page.evaluate(SMALL_TARGETS) == []
            page.keyboard.press("Escape")
            assert not page.locator(opened).is_visible()


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<img src="x.png">', "image-alt"),
        ('<p style="color: #999; background: #fff">Pale words</p>', "color-contrast"),
        ("<h4>Deep</h4>", "heading-order"),
        ("<button></button>", "button-name"),
        ("<table><tr><th></th><td>1</td></tr></table>", "empty-table-header"),
    ],
)
def test_axe_would_find_a_fault(body, rule, chrome, wrong):
    with serve(wrong(body)) as url, visit(chrome, url, bypass_csp=True) as seen:
        assert [told.split(" ")[0] for told in axe(seen.page)] == [rule]


@pytest.mark.parametrize(
    ("script", "body"),
    [
        (SMALL_TARGETS, '<button style="all: unset">x</button>'),
        (MUTE_SCROLLERS, '<div style="width: 99px; overflow-x: auto"><p style="width: 500px">Wide words</p></div>'),
        (TOO_WIDE, '<p style="width: 500px">Wide words</p>'),
        (MOVING, '<p style="transition: color 1s">Words</p>'),
    ],
    ids=["small", "mute", "wide", "moving"],
)
def test_a_fault_of_size_would_be_found(script, body, chrome, wrong):
    narrow = {"viewport": {"width": NARROWEST, "height": 600}}
    assert look(chrome, wrong("<p>Words</p>"), script, **narrow) == []
    assert look(chrome, wrong(body), script, **narrow) != []


# --- keyboard ----------------------------------------------------------------------


def walk(page: Page, limit: int = 3000) -> Iterator[dict[str, Any]]:
    """Press Tab until the page is left: where the keyboard is after each press."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        place = page.evaluate(FOCUS)
        if place is None:
            return
        yield place


OPEN_ALL = "() => document.querySelectorAll('main details').forEach(node => (node.open = true))"


def lost(places: list[dict[str, Any]]) -> list[str]:
    """The places where a reader does not see the keyboard."""
    return [place["html"] for place in places if place["hidden"] or not place["seen"]]


@pytest.mark.parametrize("width", [1280, 360])
def test_the_keyboard_reaches_every_marker_and_is_always_seen(width, chrome, address):
    with visit(chrome, address + CHAPTER, viewport={"width": width, "height": 700}) as seen:
        seen.page.evaluate(OPEN_ALL)
        markers = seen.page.locator(".ev-marker").evaluate_all("nodes => nodes.map(node => node.id)")
        places = list(walk(seen.page))
        assert [place["id"] for place in places if "ev-marker" in place["css"]] == markers != []
        assert lost(places) == []


def test_the_keyboard_opens_and_closes_every_card_and_comes_back(chrome, address):
    with visit(chrome, address + CHAPTER) as seen:
        page = seen.page
        page.evaluate(OPEN_ALL)
        for number in range(1, page.locator(".ev-marker").count() + 1):
            card = page.locator(f"#ev-card-{number}")
            page.locator(f"#ev-ref-{number}").focus()
            page.keyboard.press("Enter")
            assert card.is_visible(), number
            if number % 2:
                page.keyboard.press("Escape")
            else:  # the next stop is in the card, and the first there closes it
                page.keyboard.press("Tab")
                assert page.evaluate("document.activeElement.className") == "ev-close", number
                page.keyboard.press("Enter")
            assert not card.is_visible(), number
            assert page.evaluate("document.activeElement.id") == f"ev-ref-{number}"


def test_the_first_stop_skips_to_the_text(chrome, address):
    with visit(chrome, address + CHAPTER) as seen:
        first = next(walk(seen.page))
        assert first["css"] == "skip-link" and first["seen"]
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("document.activeElement.id") == "main-content"
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("!!document.activeElement.closest('main')")


def test_a_keyboard_that_cannot_be_seen_would_be_noticed(chrome, wrong):
    bar = '<div class="bd-header-article" style="position: fixed; inset: 0 0 auto 0; height: 90px">Bar</div>'
    cases = {
        "<p style='margin-top: 200px'><a href='#a'>A</a></p>": [],
        "<p style='margin-top: 200px'><a href='#a' style='outline: none'>A</a></p>": ["unseen"],
        "<p style='position: absolute; top: 20px'><a href='#a'>A</a></p>": ["under the bar"],
    }
    for body, faults in cases.items():
        style = "<style>:focus-visible { outline: 3px solid }</style>"
        with serve(wrong(bar + body, style)) as url, visit(chrome, url) as seen:
            assert len(lost(list(walk(seen.page)))) == len(faults), body


@pytest.mark.parametrize("anchor", ["#what-would-change-our-mind", "#ev-ref-20"])
def test_what_a_link_leads_to_is_not_under_the_bar(anchor, chrome, address):
    with visit(chrome, address + CHAPTER + anchor, viewport={"width": 360, "height": 700}) as seen:
        top = seen.page.evaluate("id => document.querySelector(id).getBoundingClientRect().top", anchor)
        bar = seen.page.evaluate("document.querySelector('.bd-header-article').getBoundingClientRect().bottom")
        assert bar <= top < 700


# --- other colours, no motion, paper -----------------------------------------------


def test_in_forced_colours_markers_and_focus_keep_an_edge(chrome, address):
    with visit(chrome, address + CHAPTER, forced_colors="active") as seen:
        edge = "getComputedStyle(document.querySelector('.ev-marker > span')).borderTopStyle"
        assert seen.page.evaluate(edge) == "solid"
        seen.page.locator(".ev-marker").first.click()
        assert seen.page.evaluate("getComputedStyle(document.querySelector('.ev-card')).borderLeftStyle") == "solid"
        places = list(walk(seen.page, 12))
        assert all(place["seen"] for place in places)


@pytest.mark.parametrize("name", ["index.html", CHAPTER, "reference/evidence.html", "reference/evidence-york2006.html"])
def test_nothing_moves_for_those_who_want_no_motion(name, chrome, address):
    with visit(chrome, address + name, reduced_motion="reduce") as seen:
        assert seen.page.evaluate(MOVING) == []


def test_on_paper_there_is_the_text_and_not_the_way_around_it(chrome, address):
    with visit(chrome, address + CHAPTER, viewport={"width": 700, "height": 900}) as seen:
        seen.page.emulate_media(media="print")
        for furniture in (".bd-header-article", "#book-contents", "#page-contents", ".prev-next-footer", ".headerlink"):
            assert not seen.page.locator(furniture).first.is_visible(), furniture
        assert seen.page.locator("h1").is_visible() and seen.page.locator("details table").first.is_visible()
        assert seen.page.evaluate(TOO_WIDE) == []


# --- what a page says of itself ----------------------------------------------------


def untold(page: BeautifulSoup) -> list[str]:
    """Tables without a caption, headers that do not say of what, Chinese that does not say that it is."""
    found = [f"no caption: {str(table)[:80]}" for table in page.find_all("table") if not (table.caption or "")]
    found += [f"no scope: {th}" for th in page.find_all("th") if th.get("scope") not in ("col", "row")]
    found += [f"empty: {th}" for th in page.find_all("th") if not th.get_text(strip=True)]
    for text in page.find_all(string=HAN):
        tagged = next((p["lang"] for p in text.parents if p.has_attr("lang")), "")
        if type(text) is NavigableString and not tagged.lower().startswith("zh"):
            found.append(f"not marked as Chinese: {text[:60]}")
    return found


def test_tables_have_captions_and_headers_and_foreign_words_their_language(pages):
    assert {name: told for name, page in pages.items() if (told := untold(page))} == {}


def test_what_a_page_does_not_say_would_be_noticed():
    good = '<html lang="en"><table><caption>Rounds</caption><tr><th scope="col">Round</th></tr></table></html>'
    assert untold(BeautifulSoup(good, "html.parser")) == []
    for old, new in (
        ("<caption>Rounds</caption>", ""),
        (' scope="col"', ""),
        (">Round<", "><"),
        ("Rounds", "平等"),
    ):
        assert len(untold(BeautifulSoup(good.replace(old, new, 1), "html.parser"))) == 1, new


def test_the_abstracts_are_marked_as_french_and_as_chinese(page):
    marked = {node["lang"].lower() for node in page("reference/abstracts").find("article").find_all(lang=True)}
    assert {"fr", "zh-hans"} <= marked


def test_every_picture_of_a_figure_has_its_size(pages):
    unsized = [
        (name, img.get("src") or img["aria-label"])
        for name, page in pages.items()
        for img in page.select("figure img, figure svg")
        if not (img.get("width", "").isdigit() and img.get("height", "").isdigit())
    ]
    assert unsized == []


def test_every_page_is_valid_html(pages, site):
    assert nu([site / name for name in pages]) == []


def test_invalid_html_would_be_noticed(wrong):
    page = wrong('<ul><p>No item</p></ul><p id="a">A</p><p id="a">A</p>') / "index.html"
    assert len(nu([page])) >= 2
