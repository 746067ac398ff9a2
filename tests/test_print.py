"""The printed book keeps the standards it names, and says what the site says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import project
import pypdfium2
import pytest
import yaml

from onrecord.book.register import REGISTER

pytestmark = pytest.mark.slow
BOOK = "on-the-record"
PROFILES = (validator.ValidationProfile.PDF_UA_1, validator.ValidationProfile.PDF_A_2A)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>'


def squeezed(text: str) -> str:
    """Letters and figures alone: print breaks lines and words where the site does not."""
    return re.sub(r"[^\w]|_", "", text)


def words_of(pdf: Path) -> list[str]:
    """The text of each page, squeezed, in the order in which it is read: a cell of a table after the other."""
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        return [squeezed(page.get_textpage().get_text_range()) for page in opened]


@pytest.fixture(scope="session")
def prints(site: Path) -> dict[str, Path]:
    """The PDF of the book and those of the chapters, by their name below the site without ending."""
    return {name: site / f"{name}.pdf" for name in (BOOK, *project.chapters())}


@pytest.fixture(scope="session")
def printed(prints: dict[str, Path]) -> dict[str, list[str]]:
    """The text of every page of every PDF."""
    return {name: words_of(pdf) for name, pdf in prints.items()}


@pytest.fixture(scope="session")
def opened(prints: dict[str, Path]) -> Iterator[dict[str, pikepdf.Pdf]]:
    """Every PDF, opened."""
    found = {name: pikepdf.open(pdf) for name, pdf in prints.items()}
    yield found
    for pdf in found.values():
        pdf.close()


def test_the_book_and_every_chapter_are_printed_beside_their_pages(prints, site):
    assert len(prints) == 17 and all(pdf.is_file() for pdf in prints.values())
    assert {pdf.relative_to(site).as_posix() for pdf in site.rglob("*.pdf")} == {f"{name}.pdf" for name in prints}


def test_every_print_is_pdf_ua_and_pdf_a(prints):
    found = {(name, p): validator.validate_pdf(str(pdf), profile=p) for name, pdf in prints.items() for p in PROFILES}
    assert {key: [f.message for f in report.failures] for key, report in found.items() if report.failures} == {}


# --- tagging, metadata, fonts -------------------------------------------------


def structure(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Every element of the structure tree."""
    waiting: list[Any] = [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(node)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            if "/K" in node:
                waiting.append(node.K)


def test_every_print_is_tagged_and_has_language_title_and_bookmarks(opened):
    for name, pdf in opened.items():
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang).startswith("en"), name
        assert pdf.Root.ViewerPreferences.DisplayDocTitle and str(pdf.docinfo["/Title"]), name
        with pdf.open_outline() as outline:
            assert len(outline.root) > 0, name


def test_metadata_is_that_of_the_citation_file(opened):
    book = yaml.safe_load((project.ROOT / "CITATION.cff").read_text("utf-8"))
    info = opened[BOOK].docinfo
    title = book["title"].replace("1997-2026", "1997–2026")  # years take a dash in print
    assert str(info["/Title"]) == title != book["title"] and str(info["/Author"]) == book["authors"][0]["name"]
    assert str(info["/Keywords"]).split(", ") == book["keywords"]
    assert f"{book['date-released']:%Y%m%d}" in str(info["/CreationDate"])


def test_every_figure_has_a_sentence_for_those_who_cannot_see_it(opened, pages):
    for docname in project.chapters():
        alts = {str(node.Alt) for node in structure(opened[docname]) if "/Alt" in node and node.S == "/Figure"}
        shown = {image["aria-label"] for image in pages[f"{docname}.html"].select("figure svg")}
        assert {squeezed(alt) for alt in alts} == {squeezed(alt) for alt in shown}, docname
        assert all(len(alt.split()) >= 8 for alt in alts), docname


def test_every_font_is_in_the_file(opened):
    for name, pdf in opened.items():
        fonts = [node for node in pdf.objects if isinstance(node, pikepdf.Dictionary) and "/FontDescriptor" in node]
        assert fonts, name
        for font in fonts:
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys()), (name, font.BaseFont)


# --- the words ------------------------------------------------------------------


def test_every_page_of_the_contents_is_in_the_book_by_its_title(printed, pages):
    text = "".join(printed[BOOK])
    for docname in project.docnames():
        if docname == REGISTER:  # print has an index of its own, by page
            continue
        title = pages[f"{docname}.html"].select_one("h1").get_text().rstrip("#")
        assert squeezed(re.sub(r"^\d+\.\s", "", title)) in text, docname


def test_figures_and_tables_have_the_numbers_of_the_site(printed, pages):
    for docname in project.chapters():
        found = pages[f"{docname}.html"].select("figcaption, table > caption")
        captions = [node.get_text() for node in found if node.select_one(".caption-number")]
        for caption in captions:
            # Number and beginning of the caption together, in the chapter and in the book.
            start = squeezed(caption.removesuffix("#"))[:40]
            assert start in "".join(printed[docname]), (docname, caption)
            assert start in "".join(printed[BOOK]), (docname, caption)


def test_every_work_cited_in_a_chapter_is_listed_with_it(printed, pages):
    for docname in project.chapters():
        links = pages[f"{docname}.html"].select('article a[href*="bibliography.html#"]')
        text = "".join(printed[docname])
        works = text[text.rindex("Workscited") :] if links else ""
        for link in links:
            assert squeezed(link.get_text()) in works, (docname, link.get_text())


def test_every_marker_has_its_statement_at_the_foot_of_a_page(printed, pages):
    for docname in project.chapters():
        text = "".join(printed[docname])
        for paraphrase in pages[f"{docname}.html"].select(".ev-card .ev-paraphrase"):
            said = squeezed(paraphrase.get_text())
            # A note may run over the end of a page, where the next page's text comes between.
            whole = any(said[:cut] in text and said[cut:] in text for cut in range(len(said)))
            assert whole, (docname, paraphrase.get_text())


def entries(printed: list[str], pdf: Path) -> Iterator[tuple[str, list[int]]]:
    """Every line of the index: what it names, and the pages, ranges spelled out."""
    first = next(n for n, text in enumerate(printed) if "IndexPeople" in text[:40])
    last = next(n for n, text in enumerate(printed) if n > first and "Colophon" in text[:40])
    halves: list[str] = []
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        for page in list(opened)[first:last]:
            words, (width, height) = page.get_textpage(), page.get_size()
            halves += [words.get_text_bounded(left, 60, left + width / 2, height - 60) for left in (0, width / 2)]
    headings = {"Index", "People", "Organizations", "Themes of the evidence"}
    lines = "\n".join(line.rstrip() for half in halves for line in half.splitlines() if line not in headings)
    numbers = r"\d+(?:–\d+)?(?:,\s\d+(?:–\d+)?)*"
    for match in re.finditer(rf"^([^\d\n][^\d]*?),\s({numbers})$", lines, re.M):
        found: list[int] = []
        for run in re.split(r",\s", match[2]):
            start, _, end = run.partition("–")
            found += range(int(start), int(end or start) + 1)
        yield match[1].replace("\n", " "), found


def begins(words: list[str], here: str, after: str) -> bool:
    """Whether the words stand on a page, or begin there and end on the next."""
    cuts = ((squeezed("".join(words[:cut])), squeezed("".join(words[cut:]))) for cut in range(1, len(words) + 1))
    return any(start in here and end in after for start, end in cuts)


def test_what_the_index_names_stands_on_the_pages_it_gives(printed, prints, opened):
    book = printed[BOOK]
    place = {page.label: number for number, page in enumerate(opened[BOOK].pages)}
    found = dict(entries(book, prints[BOOK]))
    assert len(found) > 60
    for name, numbers in found.items():
        family, _, given = name.partition(", ")
        wanted = [f"{given} {family}".split(), name.split()]
        for number in numbers:
            here, after = book[place[str(number)]], book[place[str(number)] + 1]
            # A name may begin on the page and end on the next, after the notes.
            assert any(begins(words, here, after) for words in wanted), (name, number)


# --- faults -----------------------------------------------------------------------


def add(text: str) -> Callable[[Path], None]:
    """Add a paragraph to the chapter of the small book."""

    def plant(folder: Path) -> None:
        chapter = folder / "chapters" / "small.md"
        chapter.write_text(f"{chapter.read_text('utf-8')}\n{text}\n", "utf-8")

    return plant


def add_picture_without_words(folder: Path) -> None:
    (folder / "dot.svg").write_text(SVG, "utf-8")
    add("```{image} ../dot.svg\n```")(folder)


FAULTS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "a node without a rule": (add("It is {math}`x^2` times."), ("chapters/small", "nodes.math")),
    "a Chinese character that the font lacks": (add("It says 龘."), ("chapters/small", "龘 (U+9F98)", "fonts/")),
    "a picture without alternative text": (add_picture_without_words, ("chapters/small", "alternative text")),
    "raw HTML with words": (add("<p>Words.</p>"), ("chapters/small", "raw html", "Words.")),
    "nothing": (add("All is well."), ()),
}


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, int, str]]:
    """The small book printed with each fault: folder, exit code and what was said."""
    root = tmp_path_factory.mktemp("faults")

    def printed_with(number: int, name: str) -> tuple[Path, int, str]:
        folder = root / str(number)
        folder.mkdir()
        project.copy_small_book(folder)
        FAULTS[name][0](folder)
        result = project.press(folder)
        return folder, result.returncode, project.said(result)

    with ThreadPoolExecutor(2) as pool:
        made = pool.map(printed_with, range(len(FAULTS)), FAULTS)
        return dict(zip(FAULTS, made, strict=True))


@pytest.mark.parametrize("name", [name for name, (_, named) in FAULTS.items() if named])
def test_a_fault_stops_the_press_with_one_line_that_names_it(faulty, name):
    folder, code, said = faulty[name]
    assert code != 0
    assert any(all(word in line for word in FAULTS[name][1]) for line in said.splitlines()), said[-3000:]
    assert not list((folder / "_build").rglob("*.pdf"))


def test_without_a_fault_the_small_book_is_printed_though_there_is_no_site(faulty):
    folder, code, said = faulty["nothing"]
    assert code == 0, said[-3000:]
    made = {path.relative_to(folder / "_build" / "html").as_posix() for path in (folder / "_build").rglob("*.pdf")}
    assert made == {f"{BOOK}.pdf", "chapters/small.pdf"}
    shutil.rmtree(folder)
