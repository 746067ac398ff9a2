"""The built site: whole, linked, described, and quiet."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from project import DATA, ROOT, STATEMENT, anchor, docnames, markdown, rows, without_slides

from onrecord.book.rooms import room_names
from onrecord.facts import in_digits

pytestmark = pytest.mark.slow
PACKAGE = json.loads((DATA / "datapackage.json").read_text("utf-8"))
EVIDENCE = {row["evidence_id"]: row for row in rows("evidence")}
MARKER = re.compile(r"\{(ev|said)\}`([^`]+)`")
GLUE = re.compile(r"\{glue:text\}`([^`]+)`")
MARKED = [name for name in docnames() if MARKER.search(markdown(name))]
USING = [name for name in MARKED if name in without_slides()]  # slides rest on what the chapters rest on
PRINTING = [name for name in docnames() if GLUE.search(markdown(name))]
# What makes a browser fetch a file, by tag; a link that a reader may follow does not.
FETCHED = {
    **dict.fromkeys(["script", "iframe", "embed", "audio"], ("src",)),
    **dict.fromkeys(["img", "source"], ("src", "srcset")),
    **dict.fromkeys(["link", "base"], ("href",)),
    **dict.fromkeys(["use", "image"], ("href", "xlink:href")),
    "video": ("src", "poster"),
    "object": ("data",),
    "form": ("action",),
}
# Links of a head that say something of the page and make no browser fetch anything.
NAMING = {"canonical", "cite-as", "license", "type"}
ELSEWHERE = re.compile(r"^\s*(?:https?:)?//", flags=re.I)


def marked(docname: str) -> list[list[str]]:
    """The evidence behind each marker of a page, in the order of its source."""
    return [[e.strip() for e in ids.split(",") if e.strip()] for _, ids in MARKER.findall(markdown(docname))]


def words(node: Tag) -> str:
    """The text of an element on one line, as a reader or a screen reader has it."""
    return " ".join(node.get_text(" ").split())


def plain(text: str) -> str:
    """Letters and digits alone: typographic quotes, spaces and a capital at the start make no difference."""
    return re.sub(r"[\W_]+", "", text).casefold()


def ids(page: BeautifulSoup) -> list[str]:
    return [node["id"] for node in page.find_all(id=True)]


def by_id(page: BeautifulSoup) -> dict[str, Tag]:
    """The elements of a page by their ids: to search a long page for each of them takes seconds."""
    return {node["id"]: node for node in page.find_all(id=True)}


def links(page: BeautifulSoup) -> Iterator[str]:
    """Every address on a page that leads or loads something from the site itself."""
    for node in page.find_all(True):
        for attribute in ("href", "src"):
            url = node.get(attribute)
            if url and not urlsplit(url).scheme and not ELSEWHERE.match(url):
                yield url


# --- the build ----------------------------------------------------------------


def test_both_clean_builds_end_well_and_without_a_warning(clean_builds):
    for _, log, code in clean_builds:
        assert code == 0, log[-3000:]
        # The kernel says WARNING of its own accord; Sphinx puts a colon after it.
        assert [line for line in log.splitlines() if re.search(r"\b(?:WARNING|ERROR):", line)] == []


def test_every_page_of_the_contents_is_built(pages):
    assert {f"{name}.html" for name in docnames()} <= set(pages)


def test_no_page_is_built_that_the_contents_do_not_have(pages):
    """But for search, and for the pages of tables, of statements and of rows behind figures, made from the data."""
    made = {f"tables/{row['name']}.html" for row in PACKAGE["resources"]} | {"tables/index.html"}
    made |= {f"reference/theme-{theme}.html" for theme in {row["theme_id"] for row in EVIDENCE.values()}}
    made |= {f"reference/speaker-{speaker}.html" for speaker in {row["speaker_id"] for row in EVIDENCE.values()}}
    made |= {name for name in pages if ROOM.match(name)}
    figures = {
        urldefrag(mark["href"])[0].rpartition("/")[2] for page in pages.values() for mark in page.select("a.lead")
    }
    made |= {f"reference/{name}" for name in figures}
    assert set(pages) - {f"{name}.html" for name in docnames()} - made <= {"search.html", "404.html"}


# --- links --------------------------------------------------------------------


ROOM = re.compile(r"reference/evidence-")


def broken(name: str, url: str, pages: dict[str, BeautifulSoup], known: dict[str, set[str]], site: Path) -> bool:
    """Whether an address leads to no file of the site, or to no place in it."""
    parts = urlsplit(url)
    path = PurePosixPath(name).parent / unquote(parts.path) if parts.path else PurePosixPath(name)
    target = (site / path).resolve()
    if target.is_dir() or not target.is_file() or site.resolve() not in target.parents:
        return True
    found = target.relative_to(site.resolve()).as_posix()
    return bool(parts.fragment) and found in pages and unquote(parts.fragment) not in known[found]


def test_every_internal_link_leads_somewhere(pages, site):
    known = {name: set(ids(page)) for name, page in pages.items()}
    lost = {
        (name, url) for name, page in pages.items() for url in set(links(page)) if broken(name, url, pages, known, site)
    }
    assert lost == set()


def test_a_broken_link_would_be_noticed(pages, site):
    known = {name: set(ids(page)) for name, page in pages.items()}
    for url in ("nowhere.html", "chapters/question.html#nowhere", "#nowhere", "chapters/", "../outside.html"):
        assert broken("index.html", url, pages, known, site), url
    for url in ("index.html", "chapters/question.html#the-thesis", "_static/site.css?digest=1"):
        assert not broken("index.html", url, pages, known, site), url


def unmet(page: BeautifulSoup) -> set[str]:
    """What the pictures of a page name, a pattern or a shape that is drawn again, and do not hold."""
    named = {name for svg in page.find_all("svg") for name in re.findall(r'(?:url\(|href=")#([^)"]+)', str(svg))}
    return named - set(ids(page))


def test_a_picture_holds_every_pattern_and_shape_that_it_names(pages):
    assert {name: found for name, page in pages.items() if (found := unmet(page))} == {}
    planted = '<svg><defs><pattern id="a"/></defs><path fill="url(#a)"/><path fill="url(#b)"/><use href="#c"/></svg>'
    assert unmet(BeautifulSoup(planted, "html.parser")) == {"b", "c"}


def test_no_page_gives_an_id_twice(pages):
    twice = {name: [i for i, times in Counter(ids(page)).items() if times > 1] for name, page in pages.items()}
    assert {name: found for name, found in twice.items() if found} == {}


# --- evidence -----------------------------------------------------------------


@pytest.mark.parametrize("docname", MARKED)
def test_every_marker_of_a_page_is_a_button_that_opens_its_evidence(docname, page):
    buttons = page(docname).select("button.ev-marker")
    cards = [page(docname).find(id=button["popovertarget"]) for button in buttons]
    assert all(card is not None and card.has_attr("popover") for card in cards)
    shown = [[plain(words(text)) for text in card.select(".ev-paraphrase")] for card in cards]
    assert shown == [[plain(EVIDENCE[e]["paraphrase"]) for e in group] for group in marked(docname)]


@pytest.mark.parametrize("docname", MARKED)
def test_every_card_can_be_closed_and_leads_to_the_passage(docname, page):
    for card, group in zip(page(docname).select(".ev-card"), marked(docname), strict=True):
        (close,) = card.select("button.ev-close")
        assert (close["popovertarget"], close["popovertargetaction"], words(close)) == (card["id"], "hide", "Close")
        where = [link["href"].split("#")[1] for link in card.select(".ev-where a")]
        assert where == [anchor(EVIDENCE[e]["passage_id"]) for e in group]


@pytest.mark.parametrize("docname", MARKED)
def test_a_marker_says_aloud_where_its_evidence_stands(docname, page):
    for number, button in enumerate(page(docname).select("button.ev-marker"), start=1):
        # The style sheet draws the number, so that it is no word of the sentence that is searched or copied.
        assert (words(button), button.span["data-number"]) == ("", str(number))
        assert button["aria-label"].startswith(f"Evidence {number}: ") and "passage" in button["aria-label"]


@pytest.mark.parametrize("docname", [name for name in MARKED if "{said}`" in markdown(name)])
def test_every_quotation_is_printed_as_it_is_in_the_record(docname, page):
    wanted = [EVIDENCE[e.strip()]["quote"] for role, e in MARKER.findall(markdown(docname)) if role == "said"]
    assert [plain(words(said)) for said in page(docname).select(".said")] == [plain(quote) for quote in wanted]


# --- numbers ------------------------------------------------------------------


@pytest.mark.parametrize("docname", PRINTING)
def test_every_number_of_a_page_has_arrived(docname, page):
    printed = [words(number) for number in page(docname).select("span.pasted-text")]
    texts = {row["fact_id"]: row["text"] for row in rows("facts")}
    texts |= {key.capitalize(): text.capitalize() for key, text in texts.items()}
    texts |= {f"{row['fact_id']}-digits": in_digits(row["value"], row["text"]) for row in rows("facts")}
    assert Counter(printed) == Counter(texts[key] for key in GLUE.findall(markdown(docname)))


def test_no_number_is_printed_as_python_writes_it(pages):
    raw = {
        name: re.search(r"\bnp\.\w+|<NA>|\bNaN\b|\bnan\b", words(page.find("article") or page))
        for name, page in pages.items()
    }
    assert {name: found[0] for name, found in raw.items() if found} == {}


# --- pictures and tables ------------------------------------------------------


def figures(page: BeautifulSoup) -> list[Tag]:
    return page.select('figure[id^="fig-"]')


def downloaded(link: Tag, name: str, site: Path) -> list[list[str]]:
    """The rows of the CSV that a link offers."""
    with (site / PurePosixPath(name).parent / link["href"]).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def cells(table: Tag) -> list[list[str]]:
    """The rows of a table, the head first."""
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]


# Columns whose keys are links on the page, with the names of works and chapters in their place.
KEYED = ("Source", "Evidence", "Chapter")


def without(places: list[int], table: list[list[str]]) -> list[list[str]]:
    """A table less some of its columns."""
    return [[cell for place, cell in enumerate(row) if place not in places] for row in table]


def squeezed(table: list[list[str]]) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in table]


def test_every_picture_says_in_words_what_it_shows(pages):
    mute = [
        (name, img.get("src"))
        for name, page in pages.items()
        for img in page.select("img, figure svg")
        if len((img.get("alt") or img.get("aria-label", "")).split()) < 6
    ]
    assert mute == []


def test_a_figure_of_a_chapter_is_part_of_the_page_and_follows_its_mode(pages, site):
    drawn = {name: page.select("figure svg") for name, page in pages.items() if name.startswith("chapters/")}
    assert sum(map(len, drawn.values())) >= 16
    for name, found in drawn.items():
        page = pages[name]
        ids = [node["id"] for node in page.select("[id]")]
        assert len(ids) == len(set(ids)), name
        assert not page.select("figure img, figure svg [style], figure svg image"), name
        if found:
            told = {c for svg in found for c in re.findall(r"var\(--f-[0-9a-f]{6}\)", str(svg))}
            sheet = (site / "_static" / "site.css").read_text("utf-8")
            assert all(sheet.count(f"{colour[4:-1]}:#") == 2 for colour in told), name


def test_the_book_has_figures_and_numbered_tables(pages):
    assert sum(len(figures(page)) for page in pages.values()) >= 2
    assert sum(len(page.select('table[id^="tbl-"]')) for page in pages.values()) >= 2


TITLES = {row["source_id"]: row["short_title"] for row in rows("sources")}


def in_words(cell: str) -> str:
    """A cell of a file as the page shows it: a key in words, statements by source and section."""
    if re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", cell):
        return cell.replace("_", " ")
    if not all(key.strip() in EVIDENCE for key in cell.split(";")):
        return {"CAN": "Canada", "CHN": "China"}.get(cell, cell)
    shown, before = [], ""
    for source, where in (key.strip().split(":") for key in cell.split(";")):
        shown.append(f"§ {where}" if source == before else f"{TITLES[source]}, § {where}")
        before = source
    return "; ".join(shown)


def test_behind_every_figure_is_its_data_as_a_table_and_as_a_file(pages, site):
    for name, page in pages.items():
        for figure in figures(page):
            behind = figure.find_next("details", class_="data-behind")
            assert behind and words(behind.summary) == "The data behind this figure"
            assert behind.find_previous("figure") is figure
            (link,) = figure.select("figcaption a.download")
            assert link["href"].endswith(f"/{figure['id']}.csv")
            table = cells(behind.table)
            offered = [list(map(in_words, row)) for row in downloaded(link, name, site)]
            assert len(table) >= 2 and squeezed(table) == squeezed(offered), figure["id"]


def test_behind_every_figure_is_the_code_that_draws_it(pages):
    for page in pages.values():
        for figure in figures(page):
            data, code = figure.find_all_next("details", class_="data-behind", limit=2)
            assert words(code.summary) == "The code behind this figure" and code.find_previous("details") is data
            ast.parse(code.pre.get_text())
            assert "figures.show(" in code.pre.get_text() and "import" in code.pre.get_text(), figure["id"]


def test_every_numbered_table_has_a_caption_and_is_a_file_too(pages, site):
    for name, page in pages.items():
        for table in page.select('table[id^="tbl-"]'):
            (link,) = table.select("caption a.download")
            assert link["href"].endswith(f"/{table['id']}.csv")
            assert re.match(r"Table [\d.]+ \w", words(table.caption))
            shown, offered = cells(table), downloaded(link, name, site)
            keyed = [place for place, head in enumerate(shown[0]) if head in KEYED]
            assert without(keyed, squeezed(shown)) == without(keyed, squeezed(offered)), table["id"]
            for row, keys in zip(table.select("tbody tr"), offered[1:], strict=True):
                links = [len(cell.select("a")) for cell in row.find_all(["th", "td"])]
                assert [links[at] for at in keyed] == [len([k for k in keys[at].split(";") if k]) for at in keyed]


@pytest.mark.parametrize("docname", docnames())
def test_a_page_has_one_title_and_skips_no_level_of_headings(docname, page):
    levels = [int(heading.name[1]) for heading in page(docname).find("article").find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1 and levels[0] == 1
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []


def test_every_page_says_its_language_and_its_name(pages):
    others = {name: page.html["lang"] for name, page in pages.items() if page.html["lang"] != "en"}
    assert others == {"fr.html": "fr", "zh.html": "zh-Hans"}
    titles = [words(page.title) for page in pages.values()]
    assert all(titles) and len(set(titles)) == len(titles)


# --- nothing from elsewhere ---------------------------------------------------


def test_nothing_on_a_page_is_loaded_from_another_host(pages):
    loaded = [
        (name, node.name, node[attribute])
        for name, page in pages.items()
        for tag, attributes in FETCHED.items()
        for node in page.find_all(tag)
        for attribute in attributes
        if ELSEWHERE.match(node.get(attribute, "")) and not set(node.get("rel", [])) & NAMING
    ]
    assert loaded == []


def test_no_style_loads_from_another_host(pages, site):
    styles = {path.name: path.read_text("utf-8") for path in site.rglob("*.css")}
    styles |= {name: " ".join(node.get_text() for node in page.find_all("style")) for name, page in pages.items()}
    styles |= {
        f"style of {name}": " ".join(n["style"] for n in page.find_all(style=True)) for name, page in pages.items()
    }
    loads = re.compile(r"""(?:url\(|@import)\s*["']?\s*(?:https?:)?//""", flags=re.I)
    assert [name for name, text in styles.items() if loads.search(text)] == []


def test_no_page_speaks_to_a_server(pages):
    scripts = {name: " ".join(node.get_text() for node in page.find_all("script")) for name, page in pages.items()}
    calls = re.compile(r"\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource|importScripts")
    assert [name for name, text in scripts.items() if calls.search(text)] == []
    assert [
        name for name, page in pages.items() if page.find("meta", attrs={"http-equiv": re.compile("refresh", re.I)})
    ] == []


# --- the reference pages ------------------------------------------------------


def in_rooms(pages) -> dict[str, tuple[str, Tag]]:
    """Every card of the rooms by its id: the page it stands on, and the card."""
    rooms = {name: BeautifulSoup(str(page), "html.parser") for name, page in pages.items() if ROOM.match(name)}
    for page in rooms.values():
        for node in page.find_all(["script", "template", "noscript"]):
            node.decompose()
    cards = [(card["id"], (name, card)) for name, page in rooms.items() for card in page.select(".ev-record")]
    assert len(cards) == len(dict(cards))
    return dict(cards)


def test_every_statement_has_a_card_in_one_room_and_a_line_in_the_list(pages):
    cards = in_rooms(pages)
    assert set(cards) == {anchor(e) for e in EVIDENCE}
    lines = pages["reference/evidence.html"].select(".ev-list > li[id]")
    assert Counter(line["id"] for line in lines) == Counter(anchor(e) for e in EVIDENCE)
    for line in lines:
        room, _ = cards[line["id"]]
        assert urljoin("reference/evidence.html", line.a["href"]) == f"{room}#{line['id']}"
    paraphrases = {anchor(e): plain(row["paraphrase"]) for e, row in EVIDENCE.items()}
    assert [line["id"] for line in lines if plain(words(line)) != paraphrases[line["id"]]] == []


def test_every_statement_can_be_read_without_a_script(pages):
    cards = in_rooms(pages)
    for evidence_id, row in EVIDENCE.items():
        _, box = cards[anchor(evidence_id)]
        assert not any(parent.has_attr("hidden") for parent in [box, *box.parents])
        read = plain(words(box))
        assert [
            row[c] for c in ("evidence_id", "paraphrase", "quote", "analytic_note") if plain(row[c]) not in read
        ] == []


def test_a_room_is_small(pages, site):
    """On a phone: less than 250,000 bytes and 3,000 elements; so is the list of all."""
    for name in [name for name in pages if ROOM.match(name) or name == "reference/evidence.html"]:
        size, elements = (site / name).stat().st_size, len(pages[name].find_all(True))
        assert size <= 250_000 and elements <= 3_000, (name, size, elements)


def test_a_theme_and_a_speaker_have_their_statements_and_no_others(pages):
    for column in ("theme_id", "speaker_id"):
        by_code = {}
        for evidence_id, row in EVIDENCE.items():
            by_code.setdefault(row[column], set()).add(anchor(evidence_id))
        for code, wanted in by_code.items():
            page = pages[f"reference/{column.removesuffix('_id')}-{code}.html"]
            links = [link["href"] for link in page.select(".ev-list > li > a")]
            assert {link.partition("#")[2] for link in links} == wanted and len(links) == len(wanted)


def test_a_statement_leads_back_to_every_claim_that_rests_on_it(pages):
    wanted = {
        (e, f"{docname}.html#ev-ref-{number}")
        for docname in USING
        for number, group in enumerate(marked(docname), start=1)
        for e in group
    }
    cards = in_rooms(pages)
    links = {e: cards[anchor(e)] for e in EVIDENCE}
    found = {(e, urljoin(name, a["href"])) for e, (name, card) in links.items() for a in card.select(".ev-uses a")}
    assert found == wanted


def test_a_statement_that_no_page_uses_says_so(pages):
    used = {e for docname in USING for group in marked(docname) for e in group}
    cards = in_rooms(pages)
    unused = {e for e in EVIDENCE if "Not used" in words(cards[anchor(e)][1].select_one(".ev-uses"))}
    assert unused == set(EVIDENCE) - used


@pytest.mark.parametrize("source_id", [row["source_id"] for row in rows("sources")])
def test_the_dossier_of_a_source_has_every_passage(source_id, page):
    dossier = page(f"seeds/{source_id}")
    wanted = {anchor(row["passage_id"]) for row in rows("passages") if row["source_id"] == source_id}
    assert wanted <= set(ids(dossier))
    coded = {link["href"].split("#")[1] for link in dossier.select("table.passages a")}
    assert coded == {anchor(e) for e in EVIDENCE if e.startswith(f"{source_id}:")}


def test_the_codebook_has_every_theme_stance_and_actor(page):
    codebook = page("reference/codebook")
    assert {f"theme-{row['theme_id']}" for row in rows("themes")} <= set(ids(codebook))
    text = plain(words(codebook.find("article")))
    told = [row["definition"] for row in rows("themes")] + [row["name"] for row in rows("actors")]
    assert [words for words in [*told, *(row["stance"] for row in EVIDENCE.values())] if plain(words) not in text] == []


def test_the_dictionary_has_every_table_and_every_column(page):
    dictionary = page("reference/dictionary")
    for resource in PACKAGE["resources"]:
        table = dictionary.find(id=f"table-{resource['name']}").table
        listed = [row[0] for row in cells(table)[1:]]
        assert listed == [field["name"] for field in resource["schema"]["fields"]]


def test_the_ledger_has_every_discrepancy(page):
    """The id of a passage in a text is told in words."""
    entries = by_id(page("reference/discrepancies"))
    told = ("topic", "says_a", "says_b", "resolution", "ground")
    for row in rows("discrepancies"):
        text = plain(words(entries[anchor(row["discrepancy_id"])]))
        parts = [plain(part) for column in told for part in STATEMENT.split(row[column])]
        assert [part for part in parts if part not in text] == []


def test_the_bibliography_has_every_work_once(page):
    keys = re.findall(r"^@\w+\{([^,\s]+),", (ROOT / "references.bib").read_text("utf-8"), flags=re.M)
    assert len(page("reference/bibliography").select("div.citation")) == len(keys) == len(set(keys))


# --- citing and downloads -----------------------------------------------------


@pytest.mark.parametrize("docname", [name for name in docnames() if "{cite-chapter}" in markdown(name)])
def test_a_chapter_can_be_cited_and_taken_home(docname, page, site):
    note = page(docname).select_one(".cite-chapter")
    title = re.search(r"^# (.*)$", markdown(docname), flags=re.M)[1]
    assert plain(title) in plain(words(note))
    files = {Path(link["href"]).name: site / Path(docname).parent / link["href"] for link in note.select("a.download")}
    stem = Path(docname).name
    assert set(files) == {f"{stem}.md", f"{stem}.ipynb"}
    assert files[f"{stem}.md"].read_text("utf-8") == markdown(docname)
    assert json.loads(files[f"{stem}.ipynb"].read_text("utf-8"))["nbformat"] == 4


def test_a_table_offered_for_download_is_the_table(pages, site):
    offered = {(name, link["href"]) for name, page in pages.items() for link in page.select("a.download")}
    tables = [(name, url) for name, url in offered if (DATA / Path(url).name).is_file()]
    assert tables
    for name, url in tables:
        assert (site / PurePosixPath(name).parent / url).read_bytes() == (DATA / Path(url).name).read_bytes()


def test_what_is_searched_is_on_the_site(site):
    """Search is local: the entries name every page and every room; tests/test_search.py has the rest."""
    entries = (site / "_static" / "search-entries.js").read_text("utf-8")
    named = json.loads(re.search(r"bookEntries = (.*);\s*$", entries, flags=re.S)[1])["pages"]
    assert {f"{name}.html" for name in [*without_slides(), *room_names()]} == {page[0] for page in named}
