"""The bill of materials names everything that is pinned and every file of others that the site carries."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from project import ROOT

from onrecord import bom


@pytest.fixture(scope="module")
def bill() -> dict:
    return json.loads(bom.bill())


def test_every_pinned_package_is_listed_with_its_version(bill):
    pinned = re.findall(r"^([\w.-]+)==([\w.+-]+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    listed = {
        (one["name"], one["version"]) for one in bill["components"] if one.get("purl", "").startswith("pkg:pypi/")
    }
    assert listed == set(pinned) and len(listed) > 100


def test_every_file_of_others_is_listed_with_its_hash_and_licence(bill):
    files = {one["name"]: one for one in bill["components"] if "hashes" in one}
    fonts = {path.relative_to(ROOT).as_posix() for path in (ROOT / "fonts").glob("*.ttf")}
    assert set(files) == {*fonts, "_static/minisearch.js"}
    for name, one in files.items():
        assert one["hashes"][0]["content"] == hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        assert one["licenses"][0]["license"]["id"] in ("OFL-1.1", "MIT")


def test_nearly_every_package_says_its_licence(bill):
    """Those that do not are of another system, or say nothing that a program can read."""
    packages = [one for one in bill["components"] if one.get("purl", "").startswith("pkg:pypi/")]
    silent = [one["name"] for one in packages if "licenses" not in one]
    assert len(silent) < len(packages) / 10, silent


def test_the_form_is_that_of_the_standard(bill):
    assert bill["bomFormat"] == "CycloneDX" and bill["specVersion"] == "1.6"
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    references = [one["bom-ref"] for one in [bill["metadata"]["component"], *bill["components"]]]
    assert len(set(references)) == len(references)
    for one in bill["components"]:
        for licence in one.get("licenses", []):
            assert set(licence) in ({"expression"}, {"license"})


def test_two_bills_are_the_same_bytes():
    assert bom.bill() == bom.bill()
