"""The thesis and its links: a chain in order, each link with its evidence, its grades and what would break it."""

from __future__ import annotations

import csv
import itertools

import pytest
from project import ROOT

from onrecord.paths import DATA
from onrecord.topics import question

GRADES = "ABC"  # best first


def rows() -> list[dict[str, str]]:
    with (DATA / "thesis_links.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults(links: list[dict[str, str]]) -> list[str]:
    """What is wrong with a chain of links, by key of the link."""
    wrong = [
        f"{link['link_id']}: {what}"
        for link in links
        for what, fault in (
            ("a link with nothing to show it", not link["evidence_id"] and not link["source"]),
            (
                "a weakest grade that is better than the best",
                GRADES.index(link["weakest"]) < GRADES.index(link["best"]),
            ),
            ("a link that nothing can break", len(link["would_break"].split()) < 5),
            ("no such chapter", not (ROOT / "chapters" / f"{link['chapter']}.md").is_file()),
        )
        if fault
    ]
    if [link["order"] for link in links] != [str(place) for place in range(1, len(links) + 1)]:
        wrong.append("the order is no count from one")
    dates = [link["date"] for link in links]
    # A month is no later than a day in it.
    if any(later[:7] < earlier[:7] for earlier, later in itertools.pairwise(dates)):
        wrong.append("a link begins before the one that it hangs on")
    return wrong


def test_the_chain_is_whole_and_every_link_can_be_broken():
    assert faults(rows()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("would_break", "Nothing."),
        ("chapter", "nowhere"),
        ("order", "9"),
        ("date", "2030-01"),
        ("best", "C"),
    ],
)
def test_a_broken_chain_would_be_noticed(column, value):
    links = rows()
    links[1] |= {column: value}
    assert len(faults(links)) == 1


def test_a_link_without_evidence_would_be_noticed():
    links = rows()
    links[0] |= {"evidence_id": "", "source": ""}
    assert faults(links) == ["asked: a link with nothing to show it"]


def test_the_autumn_of_2006_leans_on_the_weakest_grade():
    lean = [link["link_id"] for link in rows() if link["weakest"] == "C"]
    assert lean == ["autumn", "not_held"]
    assert question.thesis_links_on_c() == len(lean) and question.thesis_links() == len(rows())


def test_the_chain_is_given_in_its_order_and_printed_with_both_grades(monkeypatch):
    real = question.table("thesis_links")
    monkeypatch.setattr(question, "table", lambda name: real.sample(frac=1, random_state=1))
    assert list(question.thesis()["order"]) == sorted(int(link["order"]) for link in rows())
    shown = question.thesis_shown()
    assert shown["Link"].str.startswith("1. ").tolist() == [True] + [False] * (len(shown) - 1)
    assert shown["Grade"].tolist() == ["B", "A", "A", "B", "A to C", "B to C", "B", "B"]


def test_the_exercise_says_what_its_code_finds():
    links = question.thesis()
    held = {accepted: list(links.index[links["weakest"].isin(list(accepted))]) for accepted in ("AB", "A")}
    assert held == {
        "AB": ["asked", "commissioned", "vetted", "hardened", "told", "home"],
        "A": ["commissioned", "vetted"],
    }
