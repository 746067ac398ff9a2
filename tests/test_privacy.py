"""The reader is not watched: no page speaks to another host, keeps anything, or needs a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from pathlib import Path

import browser
import pytest
from browser import Visit, each, serve, visit
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
# Pages of every kind that has something to press.
KINDS = [
    "index.html",
    "chapters/rounds.html",
    "reference/evidence.html",
    "reference/evidence-york2006.html",
    "seeds/burton2006.html",
    "search.html?q=Geneva",
]
FORBIDDEN = ("'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*", "data:", "blob:")
NO_SCRIPT = re.compile(r"^(application/(ld\+)?json)$")  # data in a script element is no script
KEPT = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage), cookies: document.cookie,
  databases: (await indexedDB.databases()).map(d => d.name), caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": [], "session": [], "cookies": "", "databases": [], "caches": [], "workers": 0}
# Not among the words of a page: the filter of the evidence is a convenience that a script adds.
UNSAID = ".ev-filter, noscript, script"
WORDS = f"""() => {{ const main = document.querySelector('main').cloneNode(true);
  main.querySelectorAll('{UNSAID}').forEach(node => node.remove());
  return main.textContent.replace(/\\s+/g, ' ').trim(); }}"""


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser.browser() as started:
        yield started


def foreign(seen: Visit, home: str) -> list[str]:
    """The requests that went elsewhere."""
    return [request.url for request in seen.requests if not request.url.startswith(home)]


# --- what stands in a page ----------------------------------------------------------


def policy(page: BeautifulSoup) -> dict[str, list[str]]:
    """The content security policy of a page, by directive."""
    meta = page.find("meta", attrs={"http-equiv": re.compile("^content-security-policy$", re.I)})
    parts = [part.split() for part in meta["content"].split(";")] if meta else []
    return {name: values for name, *values in filter(None, parts)}


def loose(page: BeautifulSoup) -> list[str]:
    """What the policy would forbid, or fails to forbid."""
    given = policy(page)
    found = [] if given.get("default-src") == ["'none'"] else ["no policy that begins with nothing"]
    found += [f"{name} allows {value}" for name, values in given.items() for value in values if value in FORBIDDEN]
    found += [
        f"script in the page: {str(node)[:60]}"
        for node in page.find_all("script")
        if not node.get("src") and not NO_SCRIPT.match(node.get("type", ""))
    ]
    found += [f"style in the page: {str(node)[:60]}" for node in [*page.find_all("style"), *page.find_all(style=True)]]
    handlers = [(node.name, name) for node in page.find_all(True) for name in node.attrs if name.startswith("on")]
    found += [f"{name} of {tag}" for tag, name in handlers]
    found += [f"script as address: {node['href']}" for node in page.find_all(href=re.compile(r"^\s*javascript:", re.I))]
    referrer = page.find("meta", attrs={"name": "referrer"})
    return found + ([] if referrer and referrer["content"] == "no-referrer" else ["tells where the reader came from"])


def test_every_page_has_a_policy_and_nothing_that_it_forbids(pages):
    assert {name: told for name, page in pages.items() if (told := loose(page))} == {}


def test_the_policy_stands_before_all_that_it_governs(pages):
    for name, page in pages.items():
        first = [node.name if node.name != "meta" else sorted(node.attrs) for node in page.head.find_all(True)][:2]
        assert first == [["charset"], ["content", "http-equiv"]], name


def test_what_the_policy_forbids_would_be_noticed():
    good = (
        "<head><meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; script-src 'self'\">"
        '<meta name="referrer" content="no-referrer"></head><body><p>Words</p></body>'
    )
    assert loose(BeautifulSoup(good, "html.parser")) == []
    for old, new in (
        ("default-src 'none'", "default-src 'self'"),
        ("'self'", "'self' 'unsafe-inline'"),
        ("<p>", "<p style='color: red'>"),
        ("<p>", "<p onclick='print()'>"),
        ("<p>", "<script>print()</script><p>"),
        ("<p>", "<style>p {}</style><p>"),
        ("<p>", "<a href='javascript:print()'>Print</a><p>"),
        ("no-referrer", "origin"),
    ):
        assert len(loose(BeautifulSoup(good.replace(old, new), "html.parser"))) == 1, new


# --- what a page does ---------------------------------------------------------------


def press_all(page: Page) -> None:
    """Press every button and every fold, and fill in every field, but follow no link."""
    for fold in page.locator("summary").all():
        if fold.is_visible():
            fold.click()
    for button in page.locator("button[popovertarget]:not(.ev-close)").all()[:12]:
        if button.is_visible():
            button.click()
            page.keyboard.press("Escape")
    for _ in range(3):
        page.locator(".mode-button").click()
    for field in page.locator(".ev-filter select").all():
        field.select_option(index=1)
        field.select_option(index=0)
    for field in page.locator(".ev-filter input").all():
        field.fill("Geneva")


def loaded(chrome: Browser, job: tuple[str, str]) -> tuple[list[str], str]:
    """All that a page asks for elsewhere, complains of or keeps when it is loaded; and the words that it then has."""
    home, name = job
    with visit(chrome, home + name) as seen:
        kept = seen.page.evaluate(KEPT)
        faults = foreign(seen, home) + seen.complaints + ([] if kept == NOTHING else [str(kept)])
        return faults, seen.page.evaluate(WORDS)


@pytest.fixture(scope="module")
def visited(to_visit: list[str], address: str) -> dict[str, tuple[list[str], str]]:
    """What every page did when it was loaded, with its words: one visit serves two tests."""
    return dict(zip(to_visit, each([(address, name) for name in to_visit], loaded), strict=True))


def test_no_page_speaks_to_another_host_complains_or_keeps_anything(visited):
    assert {name: faults for name, (faults, _) in visited.items() if faults} == {}


@pytest.mark.parametrize("name", KINDS)
def test_whatever_is_pressed_stays_here_and_only_the_mode_is_kept(name, chrome, address):
    with visit(chrome, address + name) as seen:
        press_all(seen.page)
        # The filter of the evidence stands after the #, which is never sent.
        assert seen.page.url.split("#")[0] == address + name
        assert (foreign(seen, address), seen.complaints) == ([], [])
        assert seen.page.evaluate(KEPT) == {**NOTHING, "local": ["mode"]}


def test_a_search_from_a_page_stays_here_and_is_not_kept(chrome, address):
    with visit(chrome, address + "chapters/rounds.html") as seen:
        seen.page.locator("#search-input").fill("Geneva")
        seen.page.keyboard.press("Enter")
        seen.page.locator("#search-results li a").first.wait_for()
        assert seen.page.url.startswith(address + "search.html?q=Geneva")
        assert seen.page.locator("#search-results li").count() >= 3
        seen.page.locator("#search-results li a[href*=chapters]").first.click()
        seen.page.wait_for_url("**/chapters/*.html#*")  # a result leads to its place in a page
        seen.page.locator("h1").wait_for()
        assert (foreign(seen, address), seen.complaints, seen.page.evaluate(KEPT)) == ([], [], NOTHING)


def test_the_chosen_mode_lasts_from_page_to_page(chrome, address):
    with visit(chrome, address + "index.html", color_scheme="light") as seen:
        for wanted in ("light", "dark"):
            seen.page.locator(".mode-button").click()
            assert seen.page.evaluate("document.documentElement.dataset.theme") == wanted
        seen.page.goto(address + "reference/glossary.html")
        assert seen.page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert seen.page.locator(".mode-button").inner_text() == "Mode: dark"


@pytest.mark.parametrize(
    "body",
    [
        '<img src="http://localhost:9/x.png" alt="A picture">',
        '<script>localStorage.setItem("reader", "1")</script>',
        '<script>document.cookie = "reader=1"</script>',
        "<script>throw new Error('wrong')</script>",
        '<img src="missing.png" alt="A picture">',
    ],
)
def test_a_page_that_watches_would_be_noticed(body, chrome, tmp_path):
    page = '<!DOCTYPE html><html lang="en"><title>A page</title><link rel="icon" href="data:,"><main></main>'
    for name, text in (("good.html", page), ("bad.html", page + body)):
        (tmp_path / name).write_text(text, "utf-8")
    with serve(tmp_path) as home:
        assert [url for url in loaded(chrome, (home, "good.html"))[0] if not url.startswith("data:")] == []
        assert [url for url in loaded(chrome, (home, "bad.html"))[0] if not url.startswith("data:")] != []


def test_the_policy_is_enforced(chrome, site, tmp_path):
    """What somebody might put into a page of the site later is refused by the browser."""
    head = (site / "index.html").read_text("utf-8").split("<title>")[0]
    (tmp_path / "_static").mkdir()
    (tmp_path / "index.html").write_text(
        head + "<title>A page</title></head><body><p id='a' style='color: red'>A</p>"
        "<script>document.title = 'changed'</script><img alt='' src='http://localhost:9/x.png'></body></html>",
        "utf-8",
    )
    with serve(tmp_path) as home, visit(chrome, home) as seen:
        assert seen.page.title() == "A page"
        assert seen.page.evaluate("getComputedStyle(document.getElementById('a')).color") != "rgb(255, 0, 0)"
        assert len([told for told in seen.complaints if "Content Security Policy" in told]) == 3


# --- without a script, and from a folder ----------------------------------------------


def without_scripts(page: BeautifulSoup) -> str:
    """The words of a page as it is sent, before any script has run."""
    main = copy(page.main)
    for node in main.select(UNSAID):
        node.decompose()
    return " ".join(main.get_text().split())


def test_every_word_is_there_without_a_script(visited, pages):
    names = [name for name in visited if name != "search.html"]
    assert [name for name in names if visited[name][1] != without_scripts(pages[name])] == []
    assert all(len(visited[name][1]) > 400 for name in names)


def test_a_word_that_a_script_adds_would_be_noticed(chrome, tmp_path):
    added = "<script>document.querySelector('main').append('More')</script>"
    page = f'<!DOCTYPE html><html lang="en"><title>A page</title><main><p>Words</p></main>{added}'
    (tmp_path / "index.html").write_text(page, "utf-8")
    with serve(tmp_path) as home:
        _, words = loaded(chrome, (home, "index.html"))
    assert (words, without_scripts(BeautifulSoup(page, "html.parser"))) == ("WordsMore", "Words")


def test_without_a_script_cards_folds_and_contents_open(chrome, address):
    narrow = {"width": 360, "height": 700}
    with visit(chrome, address + "chapters/rounds.html", java_script_enabled=False, viewport=narrow) as seen:
        page = seen.page
        page.locator(".ev-marker").first.click()
        assert page.locator("#ev-card-1").is_visible()
        page.locator("#ev-card-1 .ev-close").click()
        assert not page.locator("#ev-card-1").is_visible()
        page.locator("details.data-behind summary").first.click()
        assert page.locator("details.data-behind table").first.is_visible()
        page.locator(".contents-button").click()
        page.locator("#book-contents a", has_text="Glossary").click()
        assert page.url == address + "reference/glossary.html"


def test_without_a_script_the_search_page_says_where_else_to_look(chrome, address):
    with visit(chrome, address + "search.html", java_script_enabled=False) as seen:
        notice = seen.page.locator("noscript")
        assert "Search needs JavaScript" in notice.inner_text()
        links = [link.get_attribute("href") for link in notice.locator("a").all()]
        assert links == ["reference/names.html", "index.html", "reference/evidence.html"]


def from_a_folder(chrome: Browser, page: Path) -> list[str]:
    """What a page that is opened as a file complains of, or asks for outside files."""
    with visit(chrome, page.as_uri()) as seen:
        seen.page.evaluate("document.fonts.ready")
        unread = "Record Sans" not in seen.page.evaluate("getComputedStyle(document.body).fontFamily")
        return foreign(seen, "file://") + seen.complaints + ["no style"] * unread


def test_every_page_opens_from_a_folder(to_visit, site):
    found = each([site / name for name in to_visit], from_a_folder)
    assert {name: told for name, told in zip(to_visit, found, strict=True) if told} == {}


def test_search_works_from_a_folder(chrome, site):
    with visit(chrome, (site / "search.html").as_uri() + "?q=Geneva") as seen:
        seen.page.locator("#search-results li a").first.wait_for()
        seen.page.locator("#search-results li a[href*=chapters]").first.click()
        seen.page.wait_for_url("**/chapters/*.html#*")
        seen.page.locator("h1").wait_for()
        assert seen.page.url.startswith(site.as_uri())
        assert seen.complaints == []
