"""Slides: few words and a figure or numbers on each, in three forms that say the same, for every part of the book."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import browser
import pytest
import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from pptx import Presentation
from prints import squeezed, words_of
from project import ROOT, markdown

from onrecord.book import decks, folded
from onrecord.book.press import powerpoint

PARTS = [part for part in yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"] if part.get("numbered")]
NAMES = [f"reference/slides-{number}" for number in range(1, len(PARTS) + 1)]
TITLE, WORDS, POINTS = 12, 60, 4  # at most, of a slide
SCREEN = {"width": 1280, "height": 720}


def slides(name: str) -> list[tuple[str, str, str]]:
    """Title, what is shown, and notes of each slide of a deck, as its source has them."""
    found = []
    for section in re.split(r"^## ", markdown(name), flags=re.M)[1:]:
        title, _, rest = section.partition("\n")
        shown, _, folded = rest.partition(":::{dropdown} Notes\n")
        found.append((title, shown, folded.partition("\n:::")[0]))
    return found


def spoken(text: str) -> int:
    """Words of a slide: a fact is one, and marks of evidence and citations are none."""
    text = re.sub(r"\{(?:ev|cite:[pt])\}`[^`]*`", "", text)
    return len(re.sub(r"\{[\w:]+\}`[^`]*`", "word", text).split())


def test_every_part_of_the_book_has_its_slides_and_every_figure_on_them_is_of_that_part():
    for part, name in zip(PARTS, NAMES, strict=True):
        chapters = {Path(chapter["file"]).name for chapter in part["chapters"]}
        drawn = re.findall(r"^```\{drawn\} (\S+) (\S+)$", markdown(name), flags=re.M)
        assert drawn and {chapter for chapter, _ in drawn} <= chapters, name
        assert part["caption"].partition(" ")[2] == re.search(r"^# (.+)$", markdown(name), re.M)[1]


@pytest.mark.parametrize("name", NAMES)
def test_a_slide_says_little_and_its_notes_more(name):
    found = slides(name)
    assert 6 <= len(found) <= 12
    for title, shown, notes in found:
        assert len(title.split()) <= TITLE, title
        assert 0 < spoken(shown) <= WORDS, title
        assert len(re.findall(r"^- ", shown, flags=re.M)) <= POINTS, title
        assert len(notes.split()) >= 10, title


def test_a_figure_that_no_chapter_draws_is_refused_with_the_slides_and_the_figure():
    place = decks.drawn_elsewhere(chapter="chapters/rounds", figure="fig-none")
    env = type("Env", (), {"get_doctree": lambda self, name: nodes.section()})()
    app = type("App", (), {"env": env})()
    with pytest.raises(decks.DeckError, match=r"reference/slides-1: .*chapters/rounds.*fig-none"):
        decks._find(app, place, "reference/slides-1")  # type: ignore[arg-type]


def test_a_folded_box_is_found_by_its_title():
    boxes = [nodes.container("", nodes.title("", title), design_component="dropdown") for title in ("Aims", "Notes")]
    assert folded.boxes([nodes.paragraph(), *boxes])["Notes"] is boxes[1]
    assert folded.boxes([nodes.container()]).get("Notes") is None


def test_a_picture_in_a_file_has_its_words_and_the_bytes_do_not_change(tmp_path):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><circle cx="40" cy="40" r="20"/></svg>'
    (tmp_path / "a.svg").write_text(svg, "utf-8")
    slide = {"title": "A", "points": ["one"], "picture": "", "alt": "", "sources": ["Burton 2006."], "notes": ["Say."]}
    drawn = {**slide, "title": "B", "picture": "/a.svg", "alt": "A circle."}
    book = {"title": "Book", "author": "Nobody", "date": [2026, 1, 2]}
    first, second = (powerpoint.made([slide, drawn], book, tmp_path) for _ in range(2))
    assert first == second
    (tmp_path / "a.pptx").write_bytes(first)
    show = Presentation(str(tmp_path / "a.pptx"))
    assert [one.shapes.title.text for one in show.slides] == ["A", "B"]
    (picture,) = (shape for shape in show.slides[1].shapes if shape.shape_type == 13)
    assert picture._element.nvPicPr.cNvPr.get("descr") == "A circle."
    assert show.slides[0].notes_slide.notes_text_frame.text == "Say."


# --- as built ---------------------------------------------------------------------------


def page(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "lxml")


def titles(site: Path, name: str) -> list[str]:
    """What the slides of a deck are called on the site, the first by the page."""
    found = page(site, name).select("article :is(h1, h2)")
    return [heading.get_text().removesuffix("#").strip() for heading in found]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_screen_paper_and_powerpoint_have_the_same_slides(name, site):
    wanted = titles(site, name)
    assert wanted[1:] == [title for title, _, _ in slides(name)]
    show = Presentation(str(site / f"{name}.pptx"))
    assert [slide.shapes.title.text for slide in show.slides] == wanted
    pages = words_of(site / f"{name}.pdf")
    assert len(wanted) < len(pages) <= len(wanted) + 2  # notes at the end
    for title, text in zip(wanted, pages, strict=False):
        assert squeezed(title) in text
    assert "Notesforwhoeverteaches" in pages[len(wanted)]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_slide_but_the_first_has_notes_and_every_picture_its_words(name, site):
    show = Presentation(str(site / f"{name}.pptx"))
    assert all(slide.has_notes_slide for slide in list(show.slides)[1:])
    pictures = [shape for slide in show.slides for shape in slide.shapes if shape.shape_type == 13]
    words = [shape._element.nvPicPr.cNvPr.get("descr") for shape in pictures]
    assert words == [svg["aria-label"] for svg in page(site, name).select("article svg.wide-only")] and words
    points = [shape for slide in show.slides for shape in slide.placeholders if shape.placeholder_format.idx == 1]
    assert points and not [shape.text for shape in points if "{" in shape.text or not shape.text.strip()]


@pytest.mark.slow
def test_every_slide_fits_the_screen_and_leads_to_the_next(address):
    """At the size of a projector; without a script."""

    def measure(chromium: browser.Browser, name: str) -> dict:
        with browser.visit(chromium, f"{address}{name}.html", viewport=SCREEN, java_script_enabled=True) as visit:
            return visit.page.evaluate(
                """() => {
                  const shown = node => node.getClientRects().length > 0;
                  const slides = [...document.querySelectorAll('.deck > .slide')];
                  const steps = [...document.querySelectorAll('.slide-steps')];
                  return {
                    heights: slides.map(slide => slide.scrollHeight),
                    wide: document.documentElement.scrollWidth,
                    beside: [...document.querySelectorAll('.bd-sidebar-primary, .page-steps')].filter(shown).length,
                    next: steps.map(one => one.lastElementChild.getAttribute('href')),
                    ids: slides.map(slide => '#' + slide.id),
                  };
                }"""
            )

    for name, found in zip(NAMES, browser.each(NAMES, measure), strict=True):
        assert max(found["heights"]) <= SCREEN["height"] + 1, (name, found["heights"])
        assert found["wide"] <= SCREEN["width"] and not found["beside"], name
        assert found["next"][:-1] == found["ids"], name


@pytest.mark.slow
def test_neither_the_volumes_nor_the_e_book_have_slides(site):
    with ZipFile(site / "on-the-record.epub") as archive:
        assert not [name for name in archive.namelist() if "slides-" in name]
    sources = site.parent / "typst"
    assert list((sources / "class").rglob("slides-*.typ"))
    assert not [path for path in sources.rglob("slides-*.typ") if "class" not in path.parts]
