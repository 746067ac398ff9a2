"""Under what terms the data may be reused: said the same in the package, in the files of licences and on the page."""

from __future__ import annotations

import re

import frictionless
import pytest
import yaml
from project import DATA, ROOT

from onrecord import tables
from onrecord.licences import licence

PACKAGE = tables.package()
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}
CITED = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
CC_BY = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
NOT_OURS = {"china_imports", "china_totals", "import_shares"}


@pytest.mark.parametrize("name", RESOURCES)
def test_every_table_is_licensed_or_says_why_not(name):
    resource = RESOURCES[name]
    if name in NOT_OURS:
        assert "licenses" not in resource and len(resource["terms"].split()) > 20
    else:
        assert resource["licenses"] == [CC_BY]


@pytest.mark.parametrize("name", [name for name, resource in RESOURCES.items() if "terms" in resource])
def test_the_file_of_licences_names_every_table_with_terms_of_its_own(name):
    assert f"data/{RESOURCES[name]['path']}" in (ROOT / "LICENSE-CONTENT").read_text("utf-8")


def test_the_file_of_licences_excepts_no_other_table():
    named = re.findall(r"data/(\w+)\.csv", (ROOT / "LICENSE-CONTENT").read_text("utf-8"))
    assert {name for name in named if "terms" not in RESOURCES[name]} == set()


def test_the_dictionary_gives_a_table_its_own_licence():
    assert licence("groups") == "Licence: Creative Commons Attribution 4.0."
    assert licence("evidence").startswith("Licence: Creative Commons Attribution 4.0. The words in quote")
    assert licence("china_totals").startswith("Licence: none that is ours to give. Values of the Correlates of War")


def test_the_package_says_what_it_is_as_the_citation_does():
    assert PACKAGE["version"] == str(CITED["version"])
    assert PACKAGE["created"] == f"{CITED['date-released']:%Y-%m-%d}T00:00:00Z"
    assert PACKAGE["keywords"] == CITED["keywords"]
    assert [one["title"] for one in PACKAGE["contributors"]] == [one["name"] for one in CITED["authors"]]
    assert PACKAGE["title"].startswith(CITED["title"])
    assert re.fullmatch(r"[a-z0-9-]+", PACKAGE["id"])
    # There is no page of the package to point to yet.
    assert "homepage" not in PACKAGE


def test_the_years_of_the_package_are_those_of_the_chronology():
    years = tables.table("events")["date"].str[:4]
    assert (PACKAGE["temporal"]["start"], PACKAGE["temporal"]["end"]) == (years.min(), years.max())
    assert str(tables.table("china_imports")["year"].min()) in PACKAGE["temporal"]["note"]


def test_frictionless_reads_licences_and_terms():
    package = frictionless.Package.from_descriptor((DATA / "datapackage.json").as_posix())
    descriptor = package.to_descriptor()
    assert "licenses" not in descriptor
    read = {resource["name"]: resource for resource in descriptor["resources"]}
    assert read["groups"]["licenses"] == [CC_BY]
    assert "licenses" not in read["china_totals"]
    assert read["china_totals"]["terms"] == RESOURCES["china_totals"]["terms"]
