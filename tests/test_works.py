"""The bibliography holds the works that the book uses, and no other."""

import re
from collections.abc import Iterable

import pytest
from project import docnames, markdown

from onrecord import declared, tables, works
from onrecord.problems import InputError


def cited(text: str) -> set[str]:
    """Keys of the works that a page cites."""
    return {key.strip() for keys in re.findall(r"\{cite:[pt]\}`([^`]+)`", text) for key in keys.split(",")}


def unused(works: Iterable[str]) -> list[str]:
    """Works that no page cites and no table names in a column of sources."""
    return sorted(set(works) - set(declared.works_named()) - cited("\n".join(map(markdown, docnames()))))


def test_every_work_is_cited_on_a_page_or_named_in_a_table():
    assert unused(tables.table("works")["work_id"]) == []


def test_a_work_that_nothing_uses_is_found():
    assert unused(set(tables.table("works")["work_id"]) | {"nobody1999"}) == ["nobody1999"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("As one wrote {cite:p}`a1999,b2000`.", {"a1999", "b2000"}),
        ("{cite:t}`a1999` wrote.", {"a1999"}),
        ("A statement {ev}`burton2006:1.1a`, and `a1999` in code.", set()),
    ],
)
def test_works_are_found_where_they_are_cited(text, keys):
    assert cited(text) == keys


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("@book{a1999,\n  title = {A}\n  year = {1999},\n}\n", 3),
        ("@book{a1999,\n  title = {A},\n  month = aprl,\n}\n", 3),
        ("@book{a1999,\n  title = {A},\n}\n@book{a1999,\n  title = {B},\n}\n", None),
    ],
    ids=["comma", "string", "key twice"],
)
def test_a_bibliography_that_cannot_be_read_is_named(text, row):
    with pytest.raises(InputError) as error:
        works._make(text)
    (problem,) = error.value.problems
    assert problem.file == "references.bib" and problem.expected.startswith("expected BibTeX (")
    assert row is None or problem.row == row
