"""Zotero, by its own code, saves each chapter as a part of the book, and reads every file for reference managers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import browser
import pytest
import yaml
from project import ROOT, chapters, docnames

from onrecord import cited
from onrecord.book.publish import head
from onrecord.licences import licence
from onrecord.tables import names

READER = Path(__file__).parent / "tools" / "zotero.cjs"
TOLD = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
AUTHOR = [{"name": TOLD["authors"][0]["name"], "creatorType": "author"}]
DAY = str(TOLD["date-released"])
TITLE = cited.about("").title
SITE = "https://example.org/book/"


def read(asked: Sequence[tuple[str, str, str]]) -> list[dict]:
    """The one item that Zotero makes of each: ``("page", address, HTML)`` or ``("file", "", text)``."""
    command = [browser.node_folder() / "node", READER, browser.packages()]
    made = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-2000:]
    items = json.loads(made.stdout)
    assert {len(found) for found in items} == {1}
    return [only for (only,) in items]


def page_of(lines: list[str]) -> str:
    return f'<html lang="en"><head><title>A page</title>{"".join(lines)}</head><body><p>Text.</p></body></html>'


def chapter_lines(site: str, number: str = "3") -> list[str]:
    """What the head of a chapter says, where the address of the site is known."""
    item = cited.chapter_item(cited.about(site), "rounds", "Was it annual?", "chapters/rounds.html", number)
    told = head.citation_tags(item, f"{site}chapters/rounds.pdf", "About") + head.dublin_core(item)
    graph = head.open_graph(item, TITLE, "About")
    return [
        *(f'<meta name="{name}" content="{value}">' for name, value in told + head.for_zotero(item) if value),
        *(f'<meta property="{name}" content="{value}">' for name, value in graph if value),
    ]


@pytest.mark.slow
def test_a_chapter_of_a_published_book_is_saved_whole_with_its_pdf():
    (item,) = read([("page", f"{SITE}chapters/rounds.html", page_of(chapter_lines(SITE)))])
    wanted = {
        "itemType": "bookSection",
        "title": "Was it annual?",
        "bookTitle": TITLE,
        "creators": AUTHOR,
        "date": DAY.replace("-", "/"),
        "publisher": AUTHOR[0]["name"],
        "language": "en",
        "rights": "CC BY 4.0",
        "abstractNote": "About",
        "extra": "Chapter Number: 3",
        "url": f"{SITE}chapters/rounds.html",
    }
    assert {key: item.get(key) for key in wanted} == wanted
    pdf = {"title": "Full Text PDF", "url": f"{SITE}chapters/rounds.pdf", "mimeType": "application/pdf"}
    assert pdf in item["attachments"]


@pytest.mark.slow
def test_what_is_left_out_or_wrong_would_be_noticed():
    """The tags of the page as it was: no author of one name, no number; and a chapter without its book."""
    whole = page_of(chapter_lines(SITE))
    split = whole.replace(",;", "")
    alone = whole.replace("citation_inbook_title", "citation_nothing").replace("DCTERMS.isPartOf", "nothing")
    first, second = read([("page", f"{SITE}a.html", split), ("page", f"{SITE}a.html", alone)])
    assert first["creators"] != AUTHOR and "firstName" in first["creators"][0]
    assert second["itemType"] != "bookSection" and "bookTitle" not in second


@pytest.mark.slow
def test_every_page_of_the_built_book_is_saved_as_a_part_of_it(site):
    known = docnames()
    asked = [("page", f"{SITE}{name}.html", (site / f"{name}.html").read_text("utf-8")) for name in known]
    for name, item in zip(known, read(asked), strict=True):
        first = name == known[0]
        assert item["itemType"] == ("book" if first else "bookSection"), name
        assert item.get("bookTitle") == (None if first else TITLE), name
        assert (item["creators"], item["date"], item["rights"]) == (AUTHOR, DAY.replace("-", "/"), "CC BY 4.0"), name
        number = f"Chapter Number: {chapters().index(name) + 1}" if name in chapters() else None
        assert item.get("extra") == number and item["abstractNote"], name


@pytest.mark.slow
def test_the_page_of_a_table_is_saved_as_a_data_set(site):
    asked = [
        ("page", f"{SITE}tables/{name}.html", (site / f"tables/{name}.html").read_text("utf-8")) for name in names()
    ]
    for name, item in zip(names(), read(asked), strict=True):
        assert (item["creators"], item["date"], item["extra"]) == (AUTHOR, DAY, "type: dataset"), name
        assert item.get("rights") == (None if "none that is ours" in licence(name) else "CC BY 4.0"), name


@pytest.mark.slow
def test_every_file_for_reference_managers_is_read(site):
    paths = sorted(path for ending in cited.FORMATS for path in (site / "downloads").glob(f"*.{ending}"))
    assert len(paths) > 3 * (len(chapters()) + len(names()))
    for path, item in zip(paths, read([("file", "", path.read_bytes().decode()) for path in paths]), strict=True):
        stem = path.name.partition(".")[0]
        (wanted,) = json.loads((path.parent / f"{stem}.csl.json").read_text("utf-8"))
        assert (item["title"], [one["name"] for one in item["creators"]]) == (wanted["title"], [AUTHOR[0]["name"]]), (
            path
        )
        if wanted["type"] in ("book", "chapter"):
            assert item["itemType"] == {"book": "book", "chapter": "bookSection"}[wanted["type"]], path
            assert item.get("bookTitle") == wanted.get("container-title"), path
