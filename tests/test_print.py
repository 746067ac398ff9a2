"""The printed book keeps the standards it names, and says what the site says."""

from __future__ import annotations

import ctypes
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import project
import pypdfium2
import pytest
import yaml
from prints import squeezed, words_of

from onrecord import figures
from onrecord.book import notes
from onrecord.book.press import index
from onrecord.book.press.classroom import PACKS
from onrecord.book.register import REGISTER
from onrecord.paths import PRESS_TEMPLATE

pytestmark = pytest.mark.slow
BOOK, COMPANION = "on-the-record", "on-the-record-companion"
LONGEST = 340  # pages of the reading edition
SMALLEST = 7.5  # points: labels of figures, and code
PROFILES = (validator.ValidationProfile.PDF_UA_1, validator.ValidationProfile.PDF_A_2A)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>'


@pytest.fixture(scope="session")
def prints(site: Path) -> dict[str, Path]:
    """The PDFs of the two volumes and of the chapters, by their name below the site without ending."""
    return {name: site / f"{name}.pdf" for name in (BOOK, COMPANION, *project.chapters())}


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
    assert len(prints) == 18 and all(pdf.is_file() for pdf in prints.values())
    assert {pdf.relative_to(site).as_posix() for pdf in site.rglob("*.pdf")} == {f"{name}.pdf" for name in prints} | {
        *(f"{chapter}{kind}.pdf" for chapter in project.chapters() for kind in ("-handout", "-students")),
        *(f"{pack}.pdf" for pack in PACKS),
        *(f"reference/slides-{number}.pdf" for number in range(1, 6)),
    }


def test_every_print_is_pdf_ua_and_pdf_a(site):
    found = {
        (pdf.name, p): validator.validate_pdf(str(pdf), profile=p) for pdf in site.rglob("*.pdf") for p in PROFILES
    }
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
    text = "".join([*printed[BOOK], *printed[COMPANION]])
    for docname in project.without_slides():
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


def test_every_marker_has_at_the_foot_of_a_page_who_says_it_and_where(printed, pages):
    for docname in project.chapters():
        for name in (docname, BOOK):
            # The letter that tells works of one name and year apart may change with the bibliography.
            text = re.sub(r"(Coalition20\d\d)[a-z](?=[A-Z0-9])", r"\1", "".join(printed[name]))
            for card in pages[f"{docname}.html"].select(".ev-card"):
                number = card["id"].removeprefix("ev-card-")
                note = squeezed(number + notes.short(_statements(pages, docname, number), _called()))
                # A note may run over the end of a page, where the next page's text comes between.
                assert any(note[:cut] in text and note[cut:] in text for cut in range(3, len(note) + 1)), (name, note)


def _statements(pages, docname: str, number: str) -> list[str]:
    return pages[f"{docname}.html"].select_one(f"#ev-ref-{number} [data-claim]")["data-claim"].split()


def _called() -> dict[str, str]:
    """What a note calls each source: name and year."""
    short = {"burton2006": "Burton 2006", "york2006": "York 2006", "epoch2026": "The Epoch Times 2026"}
    return short | {"cchrc2009": "Coalition 2009", "cchrc2020": "Coalition 2020"}


def test_every_statement_of_a_note_stands_in_full_in_the_companion(printed, pages):
    text = "".join(printed[COMPANION])
    for docname in project.chapters():
        for card in pages[f"{docname}.html"].select(".ev-card .ev-paraphrase"):
            said = squeezed(card.get_text())
            whole = any(said[:cut] in text and said[cut:] in text for cut in range(len(said)))
            assert whole, (docname, card.get_text())


def test_notes_that_follow_each_other_are_parted(site):
    """Two raised numbers side by side would be read as one."""
    for folder in (BOOK, "alone"):
        sources = [path.read_text("utf-8") for path in (site.parent / "typst" / folder / "chapters").glob("*.typ")]
        assert sum(source.count('super(",")') for source in sources) > 10
        for source in sources:
            lines = [line for line in source.splitlines() if line != '""']
            pairs = [pair for pair in pairwise(lines) if all(p.startswith("note(") for p in pair)]
            assert pairs == [], pairs


# --- the measure ------------------------------------------------------------------


def letters_of(pdf: Path) -> list[list[tuple[float, float, float]]]:
    """Of every line of every page: its size in points, and its lower and upper end."""
    found = []
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        for page in opened:
            lines = []
            for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT], max_depth=1):
                size = ctypes.c_float()
                pypdfium2.raw.FPDFTextObj_GetFontSize(thing.raw, size)
                matrix, (_, bottom, _, top) = thing.get_matrix(), thing.get_bounds()
                lines.append((size.value * abs(matrix.d), bottom, top))
            found.append(lines)
    return found


def share_of_notes(lines: list[tuple[float, float, float]], height: float) -> float:
    """The part of the printed area of a page that its notes take, by the lines set in the size of notes at its foot."""
    inside = [line for line in lines if 55 < line[1] < height - 55]  # neither the head of the page nor its number
    text_above = min((bottom for size, bottom, _ in inside if size > 8.1), default=0.0)
    notes_top = max((top for size, _, top in inside if 7.9 < size < 8.1 and top < text_above), default=0.0)
    area = height - 2 * 66
    return max(0.0, notes_top - 66) / area


def test_the_reading_edition_is_short_enough_to_be_read(opened):
    assert len(opened[BOOK].pages) <= LONGEST


def test_notes_take_less_than_a_third_of_the_pages_of_chapters(prints, opened):
    pages, height = letters_of(prints[BOOK]), float(opened[BOOK].pages[0].mediabox[3])
    shares = [share_of_notes(pages[n], height) for n in chapter_pages(opened[BOOK])]
    assert len(shares) > 150 and 0.02 < sum(shares) / len(shares) < 1 / 3


def chapter_pages(pdf: pikepdf.Pdf) -> list[int]:
    """The pages from the first chapter to what is looked up."""
    with pdf.open_outline() as outline:
        marks = [(item.title, pdf.pages.index(pikepdf.Page(item.destination[0]))) for item in outline.root]
    first = next(page for title, page in marks if title.startswith("I "))
    last = next(page for title, page in marks if title == "To look up")
    return list(range(first, last))


def test_no_label_of_a_figure_is_too_small_to_be_read(site):
    """Matplotlib writes a label as outlines, scaled from an em of 100: the scale in hundredths is its size."""
    pictures = sorted((site.parent / "typst" / "pictures").glob("*.svg"))
    placed = "".join(path.read_text("utf-8") for path in (site.parent / "typst" / BOOK / "chapters").glob("*.typ"))
    shown = [path for path in pictures if path.name in placed]
    assert len(shown) == placed.count("numbered-figure(") > 20
    measured = 0
    for path in shown:
        svg = path.read_text("utf-8")
        width = float(re.search(r'<svg[^>]*\swidth="([\d.]+)pt"', svg)[1])
        assert width <= 116 / 25.4 * 72 + 0.1, path  # wider would be scaled down to the measure
        sizes = [100 * float(scale) for scale in re.findall(r"scale\(([\d.]+) -", svg)]
        measured += bool(sizes)
        assert all(size >= SMALLEST - 0.01 for size in sizes), (path, sizes)
    # Letters with an edge, on the map, have no scale; for_print, which drew it, refuses what is smaller.
    assert measured == len(shown) - 1


def test_figures_are_drawn_for_the_measure_that_the_page_has():
    template = PRESS_TEMPLATE.read_text("utf-8")
    trim = float(re.search(r"#let trim = \(width: ([\d.]+)mm", template)[1])
    inner, outer = map(float, re.search(r"inside: ([\d.]+)mm, outside: ([\d.]+)mm", template).groups())
    assert pytest.approx(trim - inner - outer) == figures.ON_PAPER.width * 25.4


def test_the_front_has_a_half_title_and_lists_and_the_end_a_colophon(printed, opened):
    book = printed[BOOK]
    assert book[0] == squeezed("On the Record") and book[1] == "" and book[2].startswith("OntheRecordCanada")
    for title in ("Contents", "Figures", "Tables"):
        assert any(text.startswith(title) or text.endswith(title) for text in book[:16]), title
    assert any(text.startswith("Colophon") for text in book[-6:])
    contents = next(text for text in book if text.startswith("Contents"))
    assert "Areportthatitscriticsaskedfor" in contents and "Colophon" in contents  # they stand on one page
    listed = next(text for text in book if text.startswith("Figures"))
    assert "Fig11" in listed and "Fig32" in "".join(book[:16])
    assert all(str(opened[name].docinfo["/Title"]).count("1997–2026") == 1 for name in (BOOK, COMPANION))


def test_sections_have_the_numbers_of_the_site(printed, pages):
    book, numbered = "".join(printed[BOOK]), 0
    for docname in project.chapters():
        for heading in pages[f"{docname}.html"].select("article h2, article h3"):
            if heading.select_one(".section-number"):
                numbered += 1
                assert squeezed(heading.get_text().rstrip("#")) in book, (docname, heading.get_text())
    assert numbered > 100


# --- the index ----------------------------------------------------------------------

KINDS = ("People", "Places", "Bodies", "Subjects")
NUMBERS = r"\d+(?:–\d+)?(?:,\s\d+(?:–\d+)?)*"


def index_lines(printed: list[str], pdf: Path) -> list[str]:
    """The lines of the index, column after column."""
    first = next(n for n, text in enumerate(printed) if text.startswith("IndexNames"))
    last = next(n for n, text in enumerate(printed) if n > first and text.startswith("Colophon"))
    halves: list[str] = []
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        for page in list(opened)[first:last]:
            words, (width, height) = page.get_textpage(), page.get_size()
            halves += [words.get_text_bounded(left, 60, left + width / 2, height - 60) for left in (0, width / 2)]
    return [line.rstrip() for half in halves for line in half.splitlines()]


def entries(printed: list[str], pdf: Path) -> Iterator[tuple[str, list[int]]]:
    """Every line of the index with numbers: what it names, and the pages, ranges spelled out.

    A line of an entry that is divided by chapter has the name of the entry.
    """
    chapters = {row["words"] for row in index._terms() if row["kind"] == "chapter"}
    headings = {heading for _, heading in index.names().values()}
    whole = {*headings, *chapters, *KINDS}
    joined: list[str] = []
    for line in index_lines(printed, pdf):
        before = joined[-1] if joined else ""
        goes_on = bool(before) and before not in whole and not re.search(r"\d$|passim$", before)
        if goes_on or (before and re.match(r"\d+(–|, |$)", line)):
            joined[-1] += ("" if before.endswith("–") else " ") + line
        else:
            joined.append(line)
    name = ""
    for line in joined:
        match = re.fullmatch(rf"(.+?)(?:,\s({NUMBERS})( passim)?)?", line)
        said = match[1] if match else line
        name = said if said in headings else name
        if match and match[2] and not match[3] and said in whole:
            yield name, [n for run in re.split(r",\s", match[2]) for n in spelled_out(run)]


def spelled_out(run: str) -> range:
    """The pages of a locator."""
    start, _, end = run.partition("–")
    return range(int(start), int(end or start) + 1)


def test_no_string_of_the_index_has_more_than_eight_numbers(printed, prints):
    strings = re.findall(NUMBERS, "\n".join(index_lines(printed[BOOK], prints[BOOK])))
    assert len(strings) > 200
    assert [string for string in strings if len(re.split(r",\s", string)) > 8] == []


def begins(words: list[str], here: str, after: str) -> bool:
    """Whether the words stand on a page, or begin there and end on the next, where a word may have been divided."""
    whole = squeezed("".join(words))
    cuts = [len(squeezed("".join(words[:cut]))) for cut in range(1, len(words) + 1)]
    divided = range(3, len(whole) - 2)
    return any(whole[:cut] in here and whole[cut:] in after for cut in (*cuts, *divided))


def test_what_the_index_names_stands_on_the_pages_it_gives(printed, prints, opened):
    book = printed[BOOK]
    place = {page.label: number for number, page in enumerate(opened[BOOK].pages)}
    variants: dict[str, list[list[str]]] = {}
    for word, (_, heading) in index.names().items():
        variants.setdefault(heading, []).append(word.casefold().split())
    found = list(entries(book, prints[BOOK]))
    assert len({name for name, _ in found}) > 120
    for name, numbers in found:
        for number in numbers:
            before, here, *after = (text.casefold() for text in book[place[str(number)] - 1 :][:4])
            # A name may begin on the page and end on the next, after the notes, or after a page of figures; and its
            # first word may be divided, with the mark on the page where that word ends.
            whole = any(begins(words, here, "".join(after)) for words in variants[name])
            assert whole or any(begins(words, before, here) for words in variants[name]), (name, number)


def test_people_are_indexed_by_family_name_in_notes_too(printed, prints, opened):
    found = [name for name, _ in entries(printed[BOOK], prints[BOOK])]
    assert {"Axworthy, Lloyd", "Chrétien, Jean", "Burton, Charles"} <= set(found)
    in_a_note = index.split("Burton 2006, 3.5b (Lloyd Axworthy, justification).")
    assert ("Lloyd Axworthy", (index.PEOPLE, "Axworthy, Lloyd")) in in_a_note


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
