"""The book is cited rightly, by people and by programs that others wrote, and can be taken apart."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath
from types import SimpleNamespace

import bibtexparser
import browser
import pytest
import rispy
import yaml
from bs4 import BeautifulSoup
from PIL import Image
from project import ROOT, change, chapters, docnames, markdown, onrecord, said
from pybtex.database import parse_string
from pybtex.exceptions import PybtexError
from sphinxcontrib.bibtex.citation_target import CitationTarget
from sphinxcontrib.bibtex.roles import CitationRef

from onrecord import cited, gates
from onrecord.book import citing, figures
from onrecord.book.publish import boxes, excerpts, head, provenance
from onrecord.release import check_release
from onrecord.tables import names

TOLD = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
SITE = "https://example.org/book/"
AUTHOR = "On the Record project"
TITLE = "On the Record: Canada, China and the Human Rights Dialogue, 1997–2026"
BOOK = cited.About(TITLE, (AUTHOR,), "1.2.0", "2026-11-22", "", SITE)
CFFCONVERT = "cffconvert==2.0.0"
CITATION_JS = """
import fs from 'fs'; import {Cite} from '@citation-js/core';
import '@citation-js/plugin-bibtex'; import '@citation-js/plugin-ris'; import '@citation-js/plugin-csl';
const read = file => new Cite(fs.readFileSync(file, 'utf8')).data.map(
  ({type, title, author, 'container-title': book, issued, URL: url}) => ({type, title, author, book, issued, url}));
console.log(JSON.stringify(process.argv.slice(2).map(read)));
"""


def chapter(title: str = "Was it annual?", about: cited.About = BOOK) -> cited.Item:
    return cited.chapter_item(about, "rounds", title, "chapters/rounds.html", "3")


ITEMS = [
    cited.book_item(BOOK),
    chapter(),
    chapter("Canada’s aims, 中国 & “quiet” talks: 100 %"),
    cited.figure_item(BOOK, "fig-timeline", "The rounds by date", "chapters/rounds.html", "Figure 3.1"),
    cited.data_item(BOOK, "reference/dictionary.html"),
    cited.table_item(BOOK, "rounds", "The rounds", "tables/rounds.html"),
]


# --- sentences ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "item", "wanted"),
    [
        ("Chicago", chapter(), f"{AUTHOR}. 2026. “Was It Annual?” Chap. 3 in <i>{TITLE}</i>, version 1.2.0. {{}}."),
        ("APA", chapter(), f"{AUTHOR}. (2026). Was it annual? In <i>{TITLE}</i> (Version 1.2.0, Chapter 3). {{}}"),
        ("MLA", chapter("Nine rounds"), f"{AUTHOR}. “Nine Rounds.” <i>{TITLE}</i>, Version 1.2.0, 2026, {{}}."),
    ],
)
def test_a_chapter_is_cited_as_the_style_asks(style, item, wanted):
    assert cited.sentence(item, style) == wanted.format(f"{SITE}chapters/rounds.html")


@pytest.mark.parametrize("style", cited.STYLES)
def test_a_table_is_cited_with_its_name_as_it_is_written(style):
    made = cited.sentence(
        cited.table_item(BOOK, "china_imports", "China’s imports", "tables/china_imports.html"), style
    )
    assert re.search(r"\bTable china_imports\b", made) and f"{TITLE}: data".lower() in made.lower()
    assert f"{SITE}tables/china_imports.html" in made
    link = f'<a href="{SITE}tables/china_imports.html">{SITE}tables/china_imports.html</a>'
    assert link in cited.sentence_html(made) and "<em>" in cited.sentence_html(made)


@pytest.mark.parametrize("style", cited.STYLES)
def test_a_book_with_a_doi_is_cited_with_it(style):
    with_doi = cited.sentence(cited.book_item(BOOK._replace(doi="10.5281/zenodo.1")), style)
    assert "https://doi.org/10.5281/zenodo.1" in with_doi and SITE not in with_doi
    assert "doi" not in cited.sentence(cited.book_item(BOOK), style)


def test_without_an_address_of_the_site_none_is_given():
    for style in cited.STYLES:
        assert "http" not in cited.sentence(chapter(about=BOOK._replace(site="")), style)


def test_a_sentence_becomes_italics_and_a_link():
    made = boxes.sentence_nodes(f"A & B. <i>Title</i>. {SITE}a.html.")
    assert [(node.tagname, node.astext()) for node in made] == [
        ("#text", "A & B. "),
        ("emphasis", "Title"),
        ("#text", ". "),
        ("reference", f"{SITE}a.html"),
        ("#text", "."),
    ]


# --- files for reference managers ----------------------------------------------------


@pytest.mark.parametrize("item", ITEMS, ids=[f"{n}-{item['id']}" for n, item in enumerate(ITEMS)])
def test_pybtex_reads_the_bibtex(item):
    (entry,) = parse_string(cited.bibtex(item), "bibtex").entries.values()
    title = entry.fields["title"].strip("{}").replace(r"\&", "&").replace(r"\%", "%")
    assert title.replace("``", "“").replace("''", "”").replace("’", "'") == item["title"].replace("’", "'")
    assert [str(person) for person in entry.persons["author"]] == [f"{{{AUTHOR}}}"]
    assert (entry.fields["year"], entry.fields["version"]) == ("2026", "1.2.0")
    assert entry.fields["url"] == item["URL"]


@pytest.mark.parametrize("item", ITEMS, ids=[f"{n}-{item['id']}" for n, item in enumerate(ITEMS)])
def test_rispy_reads_the_ris(item):
    text = cited.ris(item, f"{SITE}a.pdf")
    assert text.endswith("ER  - \r\n") and text.count("\n") == text.count("\r\n")
    (record,) = rispy.loads(text)
    kinds = {"book": "BOOK", "chapter": "CHAP", "dataset": "DATA", "graphic": "FIGURE"}
    assert (record["type_of_reference"], record["title"]) == (kinds[item["type"]], item["title"])
    assert (record["authors"], record["year"], record["urls"]) == ([AUTHOR], "2026", [item["URL"]])
    assert record.get("secondary_title") == item.get("container-title")


@pytest.mark.parametrize("item", ITEMS, ids=[f"{n}-{item['id']}" for n, item in enumerate(ITEMS)])
def test_bibtexparser_reads_the_bibtex(item):
    (entry,) = parsed(cited.bibtex(item))
    assert plain(entry["title"]) == plain(item["title"])
    assert (entry["author"], entry["year"], entry["url"]) == (f"{{{AUTHOR}}}", "2026", item["URL"])


def parsed(text: str) -> list[dict[str, str]]:
    """The entries that bibtexparser finds, in which all of the text is."""
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks and len(library.blocks) == len(library.entries)
    return [{field.key: field.value for field in entry.fields} for entry in library.entries]


def read_by_citation_js(folder: Path, names: list[str]) -> list[list[dict]]:
    """The records in each of some files of a folder."""
    (folder / "read.mjs").write_text(CITATION_JS, "utf-8")
    (folder / "node_modules").symlink_to(browser.packages())
    node = browser.node_folder() / "node"
    made = subprocess.run([node, "read.mjs", *names], cwd=folder, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-2000:]
    return json.loads(made.stdout)


def test_a_book_with_a_version_is_no_program():
    (told,) = json.loads(cited.csl(cited.book_item(BOOK)))
    assert "version" not in told and told["edition"] == "Version 1.2.0"
    assert json.loads(cited.csl(chapter()))[0]["version"] == "1.2.0"


@pytest.mark.slow
def test_citation_js_reads_all_three(tmp_path):
    names = [f"rounds.{ending}" for ending in cited.FORMATS]
    for name, text in zip(names, cited.files(chapter()).values(), strict=True):
        (tmp_path / name).write_text(text, "utf-8", newline="")
    for (record,) in read_by_citation_js(tmp_path, names):
        assert (record["type"], record["title"], record["book"]) == ("chapter", "Was it annual?", TITLE)
        assert record["issued"]["date-parts"][0][0] == 2026 and record["url"] == f"{SITE}chapters/rounds.html"
        (author,) = record["author"]
        assert AUTHOR in (author.get("literal"), author.get("family"))


@pytest.mark.slow
def test_every_file_of_the_site_is_read_by_every_program(site, tmp_path):
    """pybtex, bibtexparser, rispy and citation-js on all that is offered: book, data, chapters, figures, tables."""
    offered = {path.name: path.read_bytes().decode() for path in sorted((site / "downloads").iterdir()) if cites(path)}
    stems = {name.partition(".")[0] for name in offered}
    assert set(offered) == {f"{stem}.{ending}" for stem in stems for ending in cited.FORMATS}
    assert {"on-the-record", "on-the-record-data", "rounds", *(f"table-{name}" for name in names())} <= stems
    for name, text in offered.items():
        (tmp_path / name).write_text(text, "utf-8", newline="")
    seen = dict(zip(offered, read_by_citation_js(tmp_path, list(offered)), strict=True))
    for stem in stems:
        (item,) = json.loads(offered[f"{stem}.csl.json"])
        (record,) = rispy.loads(offered[f"{stem}.ris"])
        assert (record["title"], record["authors"]) == (item["title"], [AUTHOR]), stem
        (entry,) = parse_string(offered[f"{stem}.bib"], "bibtex").entries.values()
        (other,) = parsed(offered[f"{stem}.bib"])
        assert plain(entry.fields["title"]) == plain(other["title"]) == plain(item["title"]), stem
        for ending in cited.FORMATS:
            (found,) = seen[f"{stem}.{ending}"]
            assert plain(found["title"]) == plain(item["title"]) and found["issued"]["date-parts"], (stem, ending)


def cites(path: Path) -> bool:
    return path.name.endswith(tuple(f".{ending}" for ending in cited.FORMATS))


def plain(title: str) -> str:
    """The letters and digits of a title: each program has its own quotation marks and braces."""
    return re.sub(r"\W", "", title)


def test_what_is_wrong_in_an_export_would_be_noticed():
    with pytest.raises(AssertionError):
        parsed(cited.bibtex(chapter()).replace("@incollection", "incollection"))
    with pytest.raises(PybtexError):
        parse_string(cited.bibtex(chapter()).replace("annual?}", "annual?"), "bibtex")
    assert rispy.loads(cited.ris(chapter()).replace("CHAP", "BOOK"))[0]["type_of_reference"] == "BOOK"


# --- the files of the project ----------------------------------------------------------


@pytest.fixture(scope="module")
def cffconvert() -> Path:
    """A folder with the converter; it asks for an older jsonschema than the book does, so it lives by itself."""
    folder = browser.TOOLS / "cffconvert"
    if not (folder / "cffconvert").is_dir():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), CFFCONVERT]
        subprocess.run(command, check=True, capture_output=True)
    return folder


def valid(cff: Path, converter: Path) -> bool:
    code = f"import sys; sys.path.insert(0, {str(converter)!r}); from cffconvert.cli.cli import cli; cli()"
    command = [sys.executable, "-S", "-c", code, "--validate", "-i", str(cff)]
    return subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0


@pytest.mark.slow
def test_the_citation_file_is_valid(cffconvert, tmp_path):
    assert valid(ROOT / "CITATION.cff", cffconvert)
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    for name, wrong in (("doi", f"{text}doi: none\n"), ("type", text.replace("type: dataset", "type: book"))):
        (tmp_path / f"{name}.cff").write_text(wrong, "utf-8")
        assert not valid(tmp_path / f"{name}.cff", cffconvert), name
    (tmp_path / "with-doi.cff").write_text(f"{text}doi: 10.5281/zenodo.1234567\n", "utf-8")
    assert valid(tmp_path / "with-doi.cff", cffconvert)


@pytest.mark.slow
def test_version_and_day_stand_in_one_place(project_copy):
    assert onrecord(project_copy, "release").returncode == 0
    here = project_copy / "onrecord" / "__init__.py"
    text = here.read_text("utf-8")
    here.write_text(re.sub(r'"\d+\.\d+\.\d+"', '"9.8.7"', text).replace("2026-11-22", "2027-01-31"), "utf-8")
    assert check_release in gates.RIGHT, "so that onrecord check says the same"
    checked = onrecord(project_copy, "release")
    files = ["CITATION.cff", "data/datapackage.json", ".zenodo.json", "codemeta.json"]
    assert checked.returncode == 1
    assert [name for name in files if f"{name}: expected version 9.8.7 of 2027-01-31" in said(checked)] == files
    assert onrecord(project_copy, "release", "--write").returncode == 0
    assert onrecord(project_copy, "release").returncode == 0
    told = yaml.safe_load((project_copy / "CITATION.cff").read_text("utf-8"))
    assert (told["version"], str(told["date-released"])) == ("9.8.7", "2027-01-31")
    assert (told["preferred-citation"]["version"], told["preferred-citation"]["year"]) == ("9.8.7", 2027)
    for name, keys in (
        (".zenodo.json", ("version", "publication_date")),
        ("codemeta.json", ("version", "datePublished")),
    ):
        made = json.loads((project_copy / name).read_text("utf-8"))
        assert tuple(made[key] for key in keys) == ("9.8.7", "2027-01-31")
    package = json.loads((project_copy / "data" / "datapackage.json").read_text("utf-8"))
    assert (package["version"], package["created"]) == ("9.8.7", "2027-01-31T00:00:00Z")


def test_what_nobody_accepted_is_not_accepted_with_a_release(project_copy):
    change(project_copy / "CITATION.cff", "- name: ", "- name: X")
    told = onrecord(project_copy, "release", "--write")
    assert told.returncode == 1 and re.match(r"CITATION\.cff:\d+: .*onrecord accept CITATION\.cff", said(told))


# --- what machines read in a page's head --------------------------------------------------


def test_a_chapter_is_told_as_a_part_of_its_book():
    tags = dict(head.citation_tags(chapter(), f"{SITE}chapters/rounds.pdf", "About"))
    assert tags["citation_inbook_title"] == TITLE and "citation_book_title" not in tags
    # Clients take what stands before a comma for a family name, and split a list of authors at semicolons.
    assert tags["citation_author"] == f"{AUTHOR},;"
    assert head.for_zotero(chapter()) == [("z:extra", "Chapter Number: 3")]
    assert head.for_zotero(cited.book_item(BOOK)) == []
    assert dict(head.dublin_core(chapter()))["DC.creator"] == AUTHOR
    assert not dict(head.citation_tags(cited.book_item(BOOK), "", ""))["citation_inbook_title"]


def tags(page: BeautifulSoup) -> dict[str, str]:
    return {
        str(node.get("name") or node.get("property")): str(node["content"])
        for node in page.head.find_all("meta")
        if node.get("name") or node.get("property")
    }


@pytest.mark.slow
@pytest.mark.parametrize("docname", docnames())
def test_every_page_says_of_what_it_is_a_part(docname, page):
    told, first = tags(page(docname)), docname == docnames()[0]
    title = re.search(r"^# \[?(.*?)(?:\]\{.*\})?$", markdown(docname), flags=re.M)[1]  # a title may name its language
    assert re.sub(r"\W+", "", told["citation_title"]) == re.sub(r"\W+", "", TITLE if first else title)
    assert told.get("citation_inbook_title") == (None if first else TITLE)
    assert told["citation_publication_date"].replace("/", "-") == str(TOLD["date-released"])
    language = page(docname).html["lang"]
    assert (told["DC.language"], told["DC.rights"], told["DC.creator"]) == (language, "CC BY 4.0", AUTHOR)
    assert told["og:type"] == ("book" if first else "article")
    assert told["citation_abstract"] == told["description"] == told["og:description"]
    (script,) = page(docname).head.find_all("script", type="application/ld+json")
    linked = json.loads(script.string)
    assert linked["@type"] == ("Book" if first else "Chapter")
    assert linked.get("isPartOf", {}).get("name") == (None if first else TITLE)
    named = {one["name"]: one["encodingFormat"] for one in linked.get("encoding", [])}
    assert sorted(named) == (["Companion volume", "E-book", "Reading edition"] if first else [])
    assert len(page(docname).head.find_all("meta", attrs={"name": "viewport"})) == 1
    relations = {rel for link in page(docname).head.find_all("link") for rel in link["rel"]}
    assert {"license", "type"} <= relations and "canonical" not in relations  # the site of the tests has no address


@pytest.mark.slow
@pytest.mark.parametrize("docname", chapters())
def test_the_files_of_a_chapter_say_what_its_page_says(docname, page, site):
    told, stem = tags(page(docname)), PurePosixPath(docname).name
    links = page(docname).head.find_all("link", rel="describedby")
    files = {link["type"]: site / PurePosixPath(docname).parent / link["href"] for link in links}
    assert set(files) == {media for _, media in cited.FORMATS.values()}
    (record,) = rispy.loads((site / "downloads" / f"{stem}.ris").read_text("utf-8"))
    (item,) = json.loads((site / "downloads" / f"{stem}.csl.json").read_text("utf-8"))
    number = str(chapters().index(docname) + 1)
    assert record["title"] == item["title"] == told["citation_title"]
    assert (item["chapter-number"], item["container-title"], item["type"]) == (number, TITLE, "chapter")
    box = page(docname).select_one(".cite-chapter")
    assert [strong.get_text() for strong in box.select(".citation-text strong")] == list(cited.STYLES)
    assert f"Chap. {number} in" in box.get_text() and f"version {TOLD['version']}" in box.get_text()


# --- figures and tables that can be taken out ---------------------------------------------


def test_the_tables_behind_a_figure_are_read_from_its_code():
    first = "from onrecord import figures\nfrom onrecord.topics import rounds as chapter, trade"
    assert "rounds" in provenance.tables_behind("figures.show(chapter.overview())", [first])
    assert "import_shares" in provenance.tables_behind("rows = trade.recent()\nfigures.show(rows)", [first])
    assert provenance.tables_behind("figures.show(1)", [first]) == []
    assert provenance.tables_behind("from onrecord.tables import table\ntable('events')") == ["events"]


def test_every_figure_and_table_of_a_chapter_has_tables_behind_it():
    for docname in chapters():
        before: list[str] = []
        for label, code in provenance.cells(markdown(docname)):
            assert not label or provenance.tables_behind(code, before), (docname, label)
            before.append(code)


def test_columns_say_type_unit_and_meaning():
    text = 'round,"Change, per cent",date_start,lat,n\n1,-2.5,1997-07,12.5,3\n2,"1,000.5",1997-10,13.0,4\n'
    made = {one["name"]: one for one in excerpts.columns(text, ["rounds"])}
    assert made["Change, per cent"] == {"name": "Change, per cent", "type": "number", "unit": "per cent"}
    assert (made["n"]["type"], made["n"]["unit"]) == ("integer", "count")
    assert made["lat"]["unit"] == "degrees" and made["date_start"]["type"] == "string"
    assert made["date_start"]["meaning"].startswith("First day or month")


def test_a_word_for_what_is_missing_makes_no_number_a_word():
    (made,) = excerpts.columns('"Change, per cent"\n-9\nnot found\n4\n', [])
    assert made == {"name": "Change, per cent", "type": "integer", "unit": "per cent", "missing": "not found"}
    (words,) = excerpts.columns("Kind\nseen\nnot found\n", [])
    assert words == {"name": "Kind", "type": "string"}


@pytest.mark.parametrize(
    ("shown", "given"),
    [("+67", "67"), ("−10", "-10"), ("1,000.5", "1000.5"), ("−1,234,567", "-1234567"), ("0", "0")]
    + [(same, same) for same in ("2005-06", "−", "+", "1,2", "not found", "a −5", "12,34", "5 to 7")],
)
def test_a_number_in_a_file_is_one_for_every_program(shown, given):
    assert figures.csv_text(["n"], [[shown]]) == figures.csv_text(["n"], [[given]])
    assert list(csv.reader(io.StringIO(figures.csv_text(["n"], [[shown]]))))[1] == [given]


def taken_out(page: BeautifulSoup) -> list[str]:
    """The labels of the figures and numbered tables of a page."""
    return [node["id"] for node in page.select('figure[id^="fig-"], table[id^="tbl-"]')]


@pytest.mark.slow
def test_every_figure_and_table_can_be_taken_out(pages, site):
    labels = [(name, label) for name, page in pages.items() for label in taken_out(page)]
    assert len(labels) >= 2
    for name, label in labels:
        endings = [*(["svg", "png"] if label.startswith("fig-") else []), "csv", "json", *cited.FORMATS]
        files = {ending: (site / "downloads" / f"{label}.{ending}").read_bytes() for ending in endings}
        told = json.loads(files["json"])
        for one in told["files"]:
            assert hashlib.sha256(files[one["name"].split(".")[-1]]).hexdigest() == one["sha256"], one["name"]
        assert {"title", "caption", "columns", "source", "processing", "licence", "citation"} <= set(told), label
        heads = next(csv.reader(io.StringIO(files["csv"].decode())))
        assert [column["name"] for column in told["columns"]] == heads
        ours = told["source"]["said_in_the_caption"].startswith("this project")  # a timetable is made, and not read
        assert told["processing"]["code"] and (told["source"]["tables"] or ours), label
        with zipfile.ZipFile(site / "downloads" / f"{label}.zip") as archive:
            assert archive.testzip() is None
            assert {n.split("/")[1]: archive.read(n) for n in archive.namelist()} == {
                f"{label}.{ending}": data for ending, data in files.items()
            }
        if "png" in files:
            assert round(Image.open(io.BytesIO(files["png"])).info["dpi"][0]) == 300
        box = pages[name].find(id=label).find_next("details", class_="reuse")
        called = re.match(r"(Figure|Table) [\d.]+", told["called"])
        assert box.summary.get_text() == f"Cite or reuse {told['called'][0].lower()}{told['called'][1:]}" or not called
        offered = {PurePosixPath(link["href"]).name for link in box.select("a.cite-file")}
        assert offered == {f"{label}.{ending}" for ending in [*endings, "zip"]}


@pytest.mark.slow
def test_values_of_others_are_not_licensed_when_taken_out(site):
    told = json.loads((site / "downloads" / "fig-shares.json").read_text("utf-8"))
    assert "import_shares" in {one["table"] for one in told["terms"]}


def test_the_bibliography_is_given_one_reference_a_page_and_has_all_of_them_back():
    burton, york, lewis = (CitationTarget(key, "", "") for key in ("burton2006", "york2006", "lewis1998"))
    every = [
        CitationRef("1", "chapters/a", 3, [burton]),
        CitationRef("2", "chapters/b", 5, [york]),
        CitationRef("3", "chapters/a", 9, [lewis, burton]),
    ]
    app, told = SimpleNamespace(), {"citation_refs": every}
    env = SimpleNamespace(domaindata={"cite": told})
    citing._gather(app, env)
    given = [(one.docname, one.targets) for one in told["citation_refs"]]
    assert given == [("chapters/a", [burton, lewis]), ("chapters/b", [york])]
    citing._give_back(app, env)
    assert told["citation_refs"] is every and len(every[0].targets) == 1
