"""The pages of the tables, and the data package on the site: whole, true to the tables, and offered where they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from frictionless import Package
from project import DATA, docnames, rows

from onrecord import cited, deposit
from onrecord.book import tablepages
from onrecord.book.tablepages import FIRST_ROWS, MOST_CELLS
from onrecord.frequencies import counted, uses
from onrecord.tables import names, reading, resource, table, title

HEAVIEST = 80_000  # bytes of a page


def text(node) -> str:
    return " ".join(node.get_text().split())


# --- what is counted ------------------------------------------------------------------


def test_frequencies_are_those_of_the_file():
    hosts = [row["host_country"] for row in rows("rounds")]
    field = next(f for f in resource("rounds")["schema"]["fields"] if f["name"] == "host_country")
    assert counted("rounds", field) == f"CAN {hosts.count('CAN')}; CHN {hosts.count('CHN')}"
    changed = table("rounds")
    changed.loc[0, "host_country"] = "CHN"
    with reading({"rounds": changed}):
        assert counted("rounds", field) == f"CAN {hosts.count('CAN') - 1}; CHN {hosts.count('CHN') + 1}"


def test_the_parts_of_a_list_are_counted_and_not_its_cells():
    field = {"name": "kind", "type": "string", "separator": ";"}
    two = table("rounds").assign(kind=["a;b"] + ["a"] * (len(table("rounds")) - 1))
    with reading({"rounds": two}):
        assert counted("rounds", field) == f"a {len(two)}; b 1"


def test_uses_name_pages_that_there_are():
    assert set(uses()) == set(names())
    assert {page for pages in uses().values() for page in pages} <= set(docnames())
    assert "chapters/rounds" in uses()["rounds"] and "chapters/trade" in uses()["china_imports"]


# --- the pages ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table_pages(pages) -> dict[str, BeautifulSoup]:
    return {name: pages[f"tables/{name}.html"] for name in names()}


@pytest.mark.slow
def test_every_table_has_a_page_and_the_list_leads_to_each(pages, table_pages):
    index = pages["tables/index.html"]
    assert [link["href"] for link in index.select("table a")] == [f"{name}.html" for name in names()]
    assert {name: text(page.h1) for name, page in table_pages.items()} == {name: title(name) for name in names()}
    dictionary = pages["reference/dictionary.html"]
    offered = {link["href"] for link in dictionary.select("a.beside")}
    assert offered == {"../tables/index.html", "../downloads/on-the-record-data.zip", "../data/datapackage.json"}


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_a_page_shows_the_rows_the_columns_and_the_file(name, table_pages, site):
    page, given = table_pages[name], rows(name)
    data, columns = page.find_all("table")
    shown = [[cell.get_text() for cell in row.find_all("td")] for row in data.tbody.find_all("tr")]
    whole = len(given) * len(given[0]) <= MOST_CELLS
    assert len(shown) == (len(given) if whole else FIRST_ROWS)
    kinds = {field["name"]: field["type"] for field in resource(name)["schema"]["fields"]}
    told = [[cell for cell, kind in zip(row, kinds.values(), strict=True) if kind == "string"] for row in shown]
    assert told == [[row[k] for k, kind in kinds.items() if kind == "string"] for row in given[: len(shown)]]
    assert [row.td.get_text() for row in columns.tbody.find_all("tr")] == list(kinds)
    (file,) = page.select("a.download")
    assert (site / "tables" / file["href"]).read_bytes() == (DATA / resource(name)["path"]).read_bytes()
    used = [link["href"] for link in page.select("ul a")]
    assert used == [f"../{used_in}.html" for used_in in uses()[name]]
    cite = page.find("h2", string="Cite")
    assert [one.get_text() for one in cite.find_all_next("strong")] == list(cited.STYLES)
    assert all(f"Table {name}" in text(one) for one in cite.find_all_next("p", class_="citation-text"))
    links = [link["href"] for link in cite.find_all_next("a", class_="cite-file")]
    exports = [(site / "tables" / link).read_bytes().decode() for link in links]
    assert exports == list(cited.files(tablepages.item(name, "")).values())


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_machines_read_what_a_table_is_and_its_own_licence(name, table_pages):
    head, made = table_pages[name].head, resource(name)
    told = json.loads(head.find("script", type="application/ld+json").string)
    assert (told["@type"], told["name"]) == ("Dataset", title(name)) and told["isPartOf"]["@type"] == "Dataset"
    assert [one["name"] for one in told["distribution"]] == [made["path"], f"{name}.parquet"]
    given = [one["path"] for one in made.get("licenses", [])]
    assert told.get("license") == next(iter(given), None) and "license" not in told["isPartOf"]
    assert [link["href"] for link in head.find_all("link", rel="license")] == given
    assert [link["type"] for link in head.find_all("link", rel="describedby")] == [m for _, m in cited.FORMATS.values()]
    assert not head.find("meta", attrs={"name": "citation_title"})
    assert head.find("meta", attrs={"name": "DC.type"})["content"] == "Dataset"


@pytest.mark.slow
def test_pages_of_tables_are_light(site):
    sizes = {path.name: path.stat().st_size for path in (site / "tables").glob("*.html")}
    assert len(sizes) == len(names()) + 1 and {name: size for name, size in sizes.items() if size > HEAVIEST} == {}


@pytest.mark.slow
def test_neither_search_nor_contents_have_the_pages_of_tables(site, pages):
    assert "tables/rounds" not in (site / "_static" / "search-entries.js").read_text("utf-8")
    assert not any("tables/" in link["href"] for link in pages["index.html"].select("nav a"))


# --- the package on the site ----------------------------------------------------------


@pytest.mark.slow
def test_the_package_of_the_site_is_valid_where_it_lies(site, monkeypatch):
    monkeypatch.chdir(site / "data")
    report = Package("datapackage.json").validate()
    assert report.valid, [error.message for task in report.tasks for error in task.errors][:5]
    assert len(report.tasks) == len(names())


@pytest.mark.slow
def test_the_site_has_the_deposit_of_its_tables_and_every_other_form(site):
    downloads = site / "downloads"
    assert (downloads / "on-the-record-data.zip").read_bytes() == deposit.archive()
    assert {file: (downloads / file).read_bytes() for file in deposit.whole()} == deposit.whole()
    held = {path.relative_to(site / "data").as_posix() for path in (site / "data").rglob("*") if path.is_file()}
    assert held == {*deposit.published_package(), *deposit.parquet()}
    assert json.loads((site / "data" / "datapackage.json").read_text("utf-8")) == deposit.descriptor()


@pytest.mark.slow
def test_every_file_that_a_table_s_page_offers_is_there(site, pages):
    offered = {
        link["href"]
        for name, page in pages.items()
        if name.startswith("tables/")
        for link in page.select("a[download]")
    }
    assert len(offered) > 2 * len(names())
    assert [
        href
        for href in offered
        if not re.match(r"\.\./(data|downloads)/", href) or not Path(site, "tables", href).is_file()
    ] == []
