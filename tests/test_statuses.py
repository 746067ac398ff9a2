"""A status told on a page is that of ``statuses``, and where it can be printed it is not typed."""

from __future__ import annotations

import pandas as pd
import pytest
from project import rows

from onrecord import statuses, tables
from onrecord.topics.statuses import PRINTED

PAGE = "---\nkernelspec: {name: python3}\n---\n(ch-planted)=\n# Planted\n\n## What happened\n\n"


@pytest.fixture
def told(tmp_path):
    """The problems of a page that says something."""

    def found(text: str, page: str = PAGE) -> list[str]:
        path = tmp_path / "planted.md"
        path.write_text(page + text + "\n", "utf-8")
        return [str(problem) for problem in statuses.check_page(path)]

    return found


def test_pages_and_tables_tell_what_the_table_has():
    assert not statuses.check_statuses()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In March 2026 Jimmy Lai was released.", "was released"),  # the table has him in prison
        ("Jimmy Lai is a publisher. He has been freed.", "been freed"),
        ("*Jimmy Lai* ([黎智英]{.language-zh-Hans lang=zh-Hans}) awaits no more, and walked free.", "walked free"),
        ("黎智英已获释。", "获释"),
        ("Canada asked about Chow Hang-tung, who is in prison.", "in prison"),
        ("Joe Tay is in custody, and Jimmy Lai was not released.", "in custody"),
        ("The round of autumn 2006 took place in Ottawa.", "took place"),
        ("The paper of 13 March was found in a library.", "was found"),
        ("China ratified the {term}`ICCPR` in 2008.", "ratified the ICCPR"),
        ("In March Boegman took office.", "took office"),
        ("The second recommendation is met.", "is met"),
        ("Wang Dan is in prison.", "in prison"),
    ],
)
def test_a_status_that_contradicts_the_table_is_a_problem(told, text, words):
    assert [p for p in told(text) if f"'{words}': expected what statuses has of" in p], told(text)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("*Joe Tay*, a Canadian, is sought.", "status_joe_tay"),
        ("Jimmy Lai, a publisher, is in prison.", "status_jimmy_lai"),
        ("The round of autumn 2006 was not held.", "status_round_2006"),
        ("Chow Hang-tung held vigils. She has been in custody since 2021.", "status_chow_hang_tung"),
    ],
)
def test_a_status_of_record_is_printed_and_not_typed(told, text, fact):
    assert [p for p in told(text) if f"expected {{glue:text}}`{fact}` for a status" in p]
    assert not told(text, page="# A page without cells\n\n")  # which can print nothing, and tells it right


@pytest.mark.parametrize(
    "text",
    [
        "*Joe Tay*, a Canadian, is {glue:text}`status_joe_tay`.",
        "*Jimmy Lai* had been in custody since December 2020.",  # before the sentence, with its year
        "Was Jimmy Lai released?",
        "If Jimmy Lai was released, the count changes.",
        "Jimmy Lai was not released.",
        "Anand asked that Jimmy Lai be released.",
        "Wang Dan was freed in April 1998.",  # an act, told in the page's own words
        "Jimmy Lai is {glue:text}`status_jimmy_lai`. Other people were released.",
        "China ratified the {term}`ICESCR` in 2001.",
        "Kovrig and Spavor were released.",  # nobody of the table
    ],
)
def test_what_is_no_contradiction_passes(told, text):
    assert not told(text)


def test_what_would_change_our_mind_may_tell_another_status(told):
    text = "- A report that Jimmy Lai was released."
    assert told(text) and not told(text, PAGE.replace("What happened", "What would change our mind"))


def test_words_are_told_of_the_subject_named_last(told):
    assert not told("Of the two, Wang Dan was freed, and Jimmy Lai stayed where he was.")
    assert told("Of the two, Wang Dan stayed, and Jimmy Lai was freed.")


def test_a_status_without_words_asks_for_them(told):
    assert "expected words in statuses for wang_bingzhang" in told("Wang Bingzhang is in prison.")[0]


def _with(name: str, **cells: str) -> dict[str, pd.DataFrame]:
    rows = tables.table(name)
    return {name: pd.concat([rows, pd.DataFrame([cells])], ignore_index=True)}


def test_a_contradiction_in_a_table_of_events_is_a_problem():
    event = {"event_id": "planted", "date": "2026-04-01", "description": "Jimmy Lai was freed."}
    with tables.reading(_with("events", **event)):
        assert [
            "'was freed'" in str(problem) and "[description]" in str(problem) for problem in statuses.check_tables()
        ]
    with tables.reading(_with("events", **event | {"date": "2020-05-01"})):  # released on bail, before the sentence
        assert not statuses.check_tables()


def test_every_status_with_words_is_a_fact_and_no_other():
    with_words = {row["status_id"] for row in rows("statuses") if row["words"]}
    assert set(PRINTED) == with_words and len(PRINTED) == len(with_words)
