"""The chapter on the newspaper article: its tracing is whole, and its words are what the texts give."""

from project import rows
from test_quotations import source_text

from onrecord import texts

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


def test_a_phrase_whose_speaker_shifts_says_how():
    shifts = {row["phrase_id"]: row["who"] == "true" for row in rows("press_statements") if row["phrase_id"]}
    for row in rows("press_phrases"):
        if row["origin"] == "report":
            assert (row["speaker_shift"] not in ("none", "not_applicable")) == shifts[row["phrase_id"]], row[
                "phrase_id"
            ]
        else:
            assert row["speaker_shift"] == "not_applicable", row["phrase_id"]


def test_a_chain_goes_step_by_step_and_forward_in_time():
    by_chain: dict[str, list[dict[str, str]]] = {}
    for row in rows("press_chains"):
        by_chain.setdefault(row["chain_id"], []).append(row)
    for steps in by_chain.values():
        assert [int(row["step"]) for row in steps] == list(range(1, len(steps) + 1)) != [1]
        assert [row["date"] for row in steps] == sorted(row["date"] for row in steps)


def test_the_word_of_the_first_sentence_is_not_in_the_report(source_texts):
    assert texts.find("futile", source_text(source_texts, "york2006"))
    assert texts.find("futile", source_text(source_texts, "burton2006")) is None
