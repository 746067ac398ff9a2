"""Where the book is published: its addresses, its files, its claims as annotations, and what it says of its home."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import browser
import pytest
import yaml
from browser import visit
from bs4 import BeautifulSoup
from playwright.sync_api import Browser
from project import ROOT, build, chapters, copy_small_book, markdown, said
from sphinx.config import Config

from onrecord import addresses
from onrecord.book.publish import address, claims, downloads, moved, server
from onrecord.book.stopping import BookError

SITE, REPOSITORY = "https://example.org/book/", "https://github.com/example/book"
EVIDENCE = "reference/evidence.html"
# How often a library that others wrote finds each selector, in the whole page as a browser has it.
ENTRY = "export {createTextQuoteSelectorMatcher} from '@apache-annotator/dom';"
HOW_OFTEN = """async selectors => { const found = [];
  for (const selector of selectors) { let times = 0;
    for await (const range of annotator.createTextQuoteSelectorMatcher(selector)(document.body)) times++;
    found.push(times); }
  return found; }"""


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser.browser() as started:
        yield started


# --- settings ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org/", "https://", "https://a b.org/", "https://a.org/?q=1"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(address.AddressError, match="expected an address such as"):
        address.checked("site", url)


def test_an_error_is_reported_in_a_form_with_the_page_filled_in():
    page = f"{SITE}chapters/rounds.html"

    def asked(home: str) -> tuple[str, dict[str, str]]:
        parts = urllib.parse.urlsplit(address.report_link(home, "Nine rounds", page))
        return parts.path, dict(urllib.parse.parse_qsl(parts.query))

    path, fields = asked(REPOSITORY)
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / address.FORM).read_text("utf-8"))
    assert path == "/example/book/issues/new" and fields["template"] == address.FORM
    assert fields["page"] == page and "Nine rounds" in fields["title"]
    labels = {one.get("id"): one["attributes"].get("label") for one in form["body"]}
    assert "page" in labels and set(address.QUESTIONS) <= set(labels.values())
    path, fields = asked("https://gitlab.com/example/book")
    assert path == "/example/book/-/issues/new" and page in fields["issue[description]"]
    assert all(question in fields["issue[description]"] for question in address.QUESTIONS)
    path, fields = asked("https://codeberg.org/example/book")
    assert path == "/example/book/issues/new" and page in fields["body"]


def test_the_map_has_every_page():
    made = ET.fromstring(server.sitemap(SITE, [SITE, f"{SITE}a.html?x&y"], "2026-11-22").encode())
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    assert [node.text for node in made.findall(".//s:loc", space)] == [SITE, f"{SITE}a.html?x&y"]


def test_the_page_for_what_is_not_there_holds_at_any_depth():
    page = '<a href="chapters/a.html"></a><script src="_static/page.js"></script><a href="#b"></a><a href="https://c.org/"></a>'
    assert server.rooted(page, SITE) == (
        '<a href="/book/chapters/a.html"></a><script src="/book/_static/page.js"></script>'
        '<a href="#b"></a><a href="https://c.org/"></a>'
    )


def test_two_files_with_one_name_are_refused():
    files = downloads.NamedFiles()
    assert files.add_file("a", "data/facts.csv") == files.add_file("b", "data/facts.csv") == "facts.csv"
    with pytest.raises(downloads.DownloadError, match=r"would both be downloads/facts\.csv"):
        files.add_file("a", "other/facts.csv")


def test_the_guide_to_publishing_names_what_is_there():
    guide = (ROOT / "PUBLISHING.md").read_text("utf-8")
    named = [".github/workflows/release.yml", ".gitlab-ci.yml", "onrecord/__init__.py", "CHANGELOG.md", ".zenodo.json"]
    assert [name for name in named if f"`{name}`" not in guide or not (ROOT / name).is_file()] == []
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    assert (config["html"]["baseurl"], config["repository"]["url"]) == ("", "")
    for workflow in (".github/workflows/release.yml", ".gitlab-ci.yml"):
        text = (ROOT / workflow).read_text("utf-8")
        assert yaml.safe_load(text) and re.search(r"make book SITE=\S.* REPOSITORY=\S", text)


# --- what has moved -----------------------------------------------------------------------


def test_an_old_id_leads_to_the_new_place():
    body = '<p id="a">A</p><figure class="x" id="fig-new"></figure>'
    made = moved.with_alias(body, "fig-old", "fig-new")
    assert made == '<p id="a">A</p><span id="fig-old"></span><figure class="x" id="fig-new"></figure>'
    with pytest.raises(BookError, match="there is no #fig-none"):
        moved.with_alias(body, "fig-old", "fig-none")


def test_addresses_of_a_page_are_those_that_can_be_cited():
    page = '<nav id="x"></nav><main id="m"><section id="when-they-met"><figure id="fig-a"><p id="ev-ref-1"></p>'
    page += (
        '<span data-number="1" id="claim-burton2006-3-12a"></span><div class="ev-record" id="burton2006-3-12a"></div>'
    )
    page += '<div id="D07"></div><div id="ev-card-3"></div><section id="mark-28"></section>'
    page += '<svg id="fig-b"><defs>\n<clipPath id="fig-a-p50c48b1872"></clipPath></defs></svg></main>'
    wanted = {"when-they-met", "fig-a", "claim-burton2006-3-12a", "burton2006-3-12a", "D07"}
    assert set(addresses.of_page(page)) == wanted


@pytest.mark.slow
def test_every_promised_address_is_there(site):
    assert len(addresses.listed()) > 1000
    assert addresses.lost(site) == []


@pytest.mark.slow
def test_an_address_that_is_gone_would_be_noticed(site, monkeypatch, tmp_path):
    kept = tmp_path / "addresses.txt"
    kept.write_text("index.html\nchapters/none.html\nindex.html#fig-none\ndownloads/none.csv\n", "utf-8")
    monkeypatch.setattr(addresses, "ADDRESSES", kept)
    assert addresses.lost(site) == ["chapters/none.html", "downloads/none.csv", "index.html#fig-none"]


# --- with both settings, and with none -------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small book as it would be published, with an old page, an old id and an old file that lead on."""
    folder = copy_small_book(tmp_path_factory.mktemp("published"))
    config = folder / "_config.yml"
    text = config.read_text("utf-8").replace('baseurl: ""', f"baseurl: {SITE}").replace('url: ""', f"url: {REPOSITORY}")
    config.write_text(text, "utf-8")
    small = folder / "chapters" / "small.md"
    lines = [":::{when} repository", "It is [kept](repository:/tree) here.", ":::", ""]
    lines += [":::{when} no-repository", "Nobody knows.", ":::", ""]
    small.write_text(small.read_text("utf-8") + "\n" + "\n".join(lines), "utf-8")
    rows = ["chapters/old.html,chapters/small.html,Merged.", "chapters/old.html#a,chapters/small.html#fig-small,"]
    rows += ["chapters/small.html#fig-older,chapters/small.html#fig-small,Renamed."]
    rows += ["downloads/older.csv,downloads/fig-small.csv,Renamed."]
    (folder / "moved.csv").write_text("from,to,why\n" + "\n".join(rows) + "\n", "utf-8")
    result = build(folder)
    assert result.returncode == 0, said(result)[-3000:]
    return folder / "_build" / "html"


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_bytes(), "html.parser")


@pytest.mark.slow
def test_a_book_that_knows_its_addresses_says_them(published):
    small = soup(published / "chapters" / "small.html")
    assert small.find("link", rel="canonical")["href"] == f"{SITE}chapters/small.html"
    assert small.find("link", rel="cite-as")["href"] == f"{SITE}chapters/small.html"
    assert small.find("meta", attrs={"name": "citation_pdf_url"})["content"] == f"{SITE}chapters/small.pdf"
    (report,) = [a["href"] for a in small.select("footer a") if "Report an error" in a.get_text()]
    assert (
        report.startswith(f"{REPOSITORY}/issues/new?")
        and urllib.parse.quote_plus(f"{SITE}chapters/small.html") in report
    )
    assert small.find("a", string="kept")["href"] == f"{REPOSITORY}/tree" and "Nobody knows" not in small.get_text()
    assert f"Sitemap: {SITE}sitemap.xml" in (published / "robots.txt").read_text("utf-8")
    assert f"<loc>{SITE}chapters/small.html</loc>" in (published / "sitemap.xml").read_text("utf-8")
    assert 'href="/book/_static/' in (published / "404.html").read_text("utf-8")
    assert f"{SITE}chapters/small.html#fig-small" in (published / "downloads" / "fig-small.ris").read_text("utf-8")
    made = json.loads((published / "downloads" / claims.FILE).read_text("utf-8"))
    assert all(item["id"].startswith(SITE) for item in made["first"]["items"])


@pytest.mark.slow
def test_what_has_moved_leads_on(published):
    old = soup(published / "chapters" / "old.html")
    assert [link["href"] for link in old.find("article").find_all("a")] == ["small.html", "small.html#fig-small"]
    assert old.find("link", rel="canonical")["href"] == f"{SITE}chapters/small.html" and old.find(id="a")
    small = soup(published / "chapters" / "small.html")
    assert small.find(id="fig-older").find_next("figure")["id"] == "fig-small"
    old_file, new_file = (published / "downloads" / name for name in ("older.csv", "fig-small.csv"))
    assert old_file.read_bytes() == new_file.read_bytes()
    there = addresses.found(published)
    assert {"chapters/old.html", "chapters/small.html#fig-older", "downloads/older.csv"} <= there


@pytest.mark.slow
def test_a_book_that_knows_no_address_speaks_of_none(pages, site):
    for name, page in pages.items():
        assert "repository" not in page.find("footer").get_text() and not page.find("link", rel="canonical"), name
        assert "where this book is published" not in page.get_text(), name
        assert "Report an error on this page" not in page.get_text(), name
    assert not (site / "sitemap.xml").exists() and (site / ".nojekyll").exists() and (site / "404.html").is_file()


@pytest.mark.slow
def test_no_address_of_a_file_is_a_hash(pages):
    links = {link["href"] for page in pages.values() for link in page.select("a.download, a.cite-file")}
    assert links and [link for link in links if re.search(r"[0-9a-f]{16}|_downloads", link)] == []


# --- claims ------------------------------------------------------------------------------------


def marked(text: str) -> str:
    mark = '<span class="ev-hold">{}<button><span id="{}" data-claim="a:1"></span></button></span>'
    return re.sub(r"(\S*)\[(\w+)\]", lambda m: mark.format(m[1], m[2]), f"<body><p>{text}</p></body>")


def test_a_claim_is_what_stands_before_its_mark_from_the_beginning_of_its_sentence():
    text, found = claims.words_of(
        marked("It met. In 2001, it did not[a], and in 2002 it did.[b] “So it was.” He left.[c]")
    )
    assert [text[one.start : one.end] for one in found] == [
        "In 2001, it did not",
        "In 2001, it did not, and in 2002 it did.",
        "He left.",
    ]
    assert claims.selector(text, found[2])["prefix"].endswith("“So it was.” ")


def test_words_that_cannot_be_told_apart_are_refused():
    text, (first, _) = claims.words_of(marked("It met.[a]").replace("</body>", "") + marked("It met.[b]"))
    assert claims.selector(text, first)["exact"] == "It met."
    with pytest.raises(BookError, match="not found exactly once"):
        claims.selector("It met. It met.", claims.Claim("a", ("a:1",), 0, 0))


def quotes(site: Path) -> dict[str, list[dict[str, str]]]:
    """The words of every claim, by its page."""
    made = json.loads((site / "downloads" / claims.FILE).read_text("utf-8"))
    found: dict[str, list[dict[str, str]]] = {}
    for item in made["first"]["items"]:
        (quote,) = [one for one in item["target"]["selector"] if one["type"] == "TextQuoteSelector"]
        found.setdefault(item["target"]["source"].removeprefix("../"), []).append(quote)
    assert made["total"] == sum(map(len, found.values()))
    return found


@pytest.fixture(scope="module")
def annotator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Apache Annotator as one script."""
    folder = tmp_path_factory.mktemp("annotator")
    (folder / "entry.mjs").write_text(ENTRY, "utf-8")
    (folder / "node_modules").symlink_to(browser.packages())
    made = folder / "annotator.js"
    options = ["--bundle", "--format=iife", "--global-name=annotator", f"--outfile={made}"]
    command = [folder / "node_modules" / ".bin" / "esbuild", folder / "entry.mjs", *options]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return made


def found_in(chrome: Browser, url: str, selectors: list[dict[str, str]], annotator: Path) -> list[int]:
    """How often each selector is found."""
    with visit(chrome, url, bypass_csp=True) as seen:
        seen.page.add_script_tag(path=annotator)
        return seen.page.evaluate(HOW_OFTEN, selectors)


@pytest.mark.slow
def test_an_annotator_finds_every_claim_exactly_once(site, pages, address, chrome, annotator):
    wanted = quotes(site)
    assert sum(map(len, wanted.values())) == sum(len(page.select("button.ev-marker")) for page in pages.values())
    for name, selectors in wanted.items():
        times = found_in(chrome, address + name, selectors, annotator)
        assert [one["exact"] for one, often in zip(selectors, times, strict=True) if often != 1] == [], name
    name, (first, *_) = next(iter(wanted.items()))
    changed = [first | {"exact": first["exact"] + " No."}, first | {"exact": "the", "prefix": "", "suffix": ""}]
    none, many = found_in(chrome, address + name, changed, annotator)
    assert none == 0 and many > 1


@pytest.mark.slow
def test_every_annotation_leads_to_its_statements_and_to_its_mark(site, pages):
    made = json.loads((site / "downloads" / claims.FILE).read_text("utf-8"))
    assert made["@context"] == "http://www.w3.org/ns/anno.jsonld"
    known = {name: {node["id"] for node in page.find_all(id=True)} for name, page in pages.items()}
    for item in made["first"]["items"]:
        target = item["target"]
        fragment = next(one["value"] for one in target["selector"] if one["type"] == "FragmentSelector")
        assert fragment in known[target["source"].removeprefix("../")]
        for body in item["body"]:
            if body["type"] == "SpecificResource":
                page, _, anchor = body["source"].removeprefix("../").partition("#")
                assert anchor in known[page]


# --- links to words, and to a filter ----------------------------------------------------------


def reached(chrome: Browser, url: str) -> bool:
    """Whether a link to words of a page leads to them: nothing else scrolls a page that was just opened."""
    with visit(chrome, url) as seen:
        seen.page.wait_for_timeout(200)
        return bool(seen.page.evaluate("scrollY > 0"))


def to_words(url: str, words: str) -> str:
    return f"{url}#:~:text={urllib.parse.quote(words, safe='').replace('-', '%2D')}"


@pytest.mark.slow
def test_a_link_to_words_may_end_at_a_mark_and_go_over_it(chrome, address):
    name = chapters()[2]
    url = f"{address}{name}.html"
    with visit(chrome, url) as seen:
        texts = seen.page.evaluate(
            "[...document.querySelectorAll('article > section section p')].filter(p => p.querySelector('.ev-marker'))"
            ".map(p => { const range = document.createRange(); range.setStart(p, 0);"
            " range.setEndBefore(p.querySelector('.ev-marker')); return [range.toString(), p.textContent]; })"
        )
    spans = [(before.split()[-6:], whole[len(before) :].split()[:4]) for before, whole in texts]
    spans = [(before, after) for before, after in spans if len(before) == 6 and len(after) == 4][:8]
    assert len(spans) >= 4
    for before, after in spans:
        assert reached(chrome, to_words(url, " ".join(before))), before
        joined = " ".join(before) + ("" if after[0][0] in ".,;:" else " ") + " ".join(after)
        assert reached(chrome, to_words(url, joined)), joined
    assert not reached(chrome, to_words(url, "words that stand nowhere in this chapter"))


@pytest.mark.slow
def test_what_is_selected_and_copied_has_no_numbers_of_marks(chrome, address):
    with visit(chrome, f"{address}{chapters()[2]}.html") as seen:
        copied = seen.page.evaluate(
            "(() => { const p = document.querySelector('.ev-marker').closest('p'); getSelection().selectAllChildren(p);"
            " return [getSelection().toString(), p.textContent]; })()"
        )
        assert copied[0].split() == copied[1].split() and "\u2060" not in copied[0]


SHOWN = "document.querySelectorAll('.ev-list > li[id]:not(.ev-hidden)').length"


@pytest.mark.slow
def test_a_filter_stands_in_the_address_and_can_be_shared(chrome, address):
    with visit(chrome, address + EVIDENCE) as seen:
        page = seen.page
        total = page.evaluate(SHOWN)
        page.locator("#ev-filter-stance").select_option(index=1)
        of_stance = page.evaluate(SHOWN)
        word = max(
            re.findall("[A-Za-z]+", page.locator(".ev-list > li[id]:not(.ev-hidden)").first.inner_text()), key=len
        )
        page.locator("#ev-filter-words").fill(word)
        few, shared = page.evaluate(SHOWN), page.evaluate("location.href")
        assert 0 < few < of_stance < total and "?" not in shared and f"words={word}" in shared and "stance=" in shared
        page.locator("#ev-filter-stance").select_option(index=0)
        page.locator("#ev-filter-words").fill("")
        assert page.evaluate(SHOWN) == total and page.evaluate("location.href") == address + EVIDENCE
    with visit(chrome, shared) as seen:
        assert seen.page.evaluate(SHOWN) == few and seen.page.locator("#ev-filter-words").input_value() == word
    with visit(chrome, f"{address}{EVIDENCE}#theme=no-such-theme") as seen:
        assert seen.page.evaluate(SHOWN) == total


@pytest.mark.slow
def test_a_link_to_a_statement_on_the_list_leads_on_to_its_card(chrome, address):
    """As addresses had it while all cards stood on one page."""
    with visit(chrome, f"{address}{EVIDENCE}#burton2006-4A-8a") as seen:
        seen.page.wait_for_url("**/reference/evidence-burton2006-4A.html#burton2006-4A-8a")
        assert seen.page.locator("#burton2006-4A-8a .ev-paraphrase").is_visible()
    with visit(chrome, f"{address}{EVIDENCE}#burton2006-4A-8a", java_script_enabled=False) as seen:
        (line,) = seen.page.locator("#burton2006-4A-8a a").all()
        assert line.get_attribute("href") == "evidence-burton2006-4A.html#burton2006-4A-8a"


def test_a_page_says_which_tools_can_annotate():
    assert "extension of the browser" in markdown("reference/citing")


def test_where_the_environment_lies_is_no_part_of_the_site():
    """The builds that are compared share one environment, and would not show it."""
    builder = object.__new__(downloads.SiteBuilder)
    builder.tags = ()
    made = []
    for place in ("/here", "/there"):
        builder.config = Config({}, {"templates_path": ["_templates", f"{place}/theme"]})
        made.append(builder.create_build_info().config_hash)
        assert builder.config.templates_path == ["_templates", f"{place}/theme"]
    builder.config = Config({}, {"templates_path": ["_others"]})
    assert made[0] == made[1] != builder.create_build_info().config_hash
