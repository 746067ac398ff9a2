"""The chapter on the newspaper article: its tracing is whole, and its measure is what the texts give."""

import pandas as pd
from project import rows
from test_quotations import source_text

from onrecord import texts
from onrecord.tables import table
from onrecord.topics import headline

EVIDENCE = {row["evidence_id"]: row for row in rows("evidence")}


def test_every_statement_of_the_article_is_traced():
    of_the_article = {evidence_id for evidence_id in EVIDENCE if evidence_id.startswith("york2006:")}
    assert {row["evidence_id"] for row in rows("press_statements")} == of_the_article


def test_what_has_a_counterpart_is_what_is_said_to_have_one():
    paired = {row["evidence_id"] for row in rows("press_counterparts")}
    assert paired == {row["evidence_id"] for row in rows("press_statements") if row["relation"] in ("same", "changed")}
    assert all(row["report_evidence_id"].startswith("burton2006:") for row in rows("press_counterparts"))


def test_a_change_names_what_changed_and_a_sameness_does_not():
    for row in rows("press_statements"):
        shifts = {row[aspect] for aspect in ("who", "what", "strength")}
        expected = {"same": {"false"}, "changed": {"true", "false"}}.get(row["relation"], {""})
        assert shifts <= expected and ("true" in shifts) == (row["relation"] == "changed"), row["evidence_id"]
        assert row["note"] or row["relation"] not in ("changed", "not_found"), row["evidence_id"]


def test_every_quoted_phrase_is_carried_by_a_statement_of_its_passage():
    passage = {row["phrase_id"]: row["passage_id"] for row in rows("press_phrases")}
    quoting = [row for row in rows("press_statements") if row["phrase_id"]]
    assert {row["phrase_id"]: EVIDENCE[row["evidence_id"]]["passage_id"] for row in quoting} == passage


def test_the_overlap_is_what_the_texts_give(source_texts):
    pd.testing.assert_frame_equal(headline.measure(source_texts), table("overlap"), check_dtype=False)


def test_the_word_of_the_first_sentence_is_not_in_the_report(source_texts):
    assert texts.find("futile", source_text(source_texts, "york2006"))
    assert texts.find("futile", source_text(source_texts, "burton2006")) is None


def test_runs_are_counted_within_a_passage():
    known = {("a", "b", "c")}
    assert headline._inside("x a b c a".split(), 3, known).tolist() == [False, True, True, True, False]
    assert not headline._inside("a b".split(), 3, known).any()
