"""What follows from rounds, claims, criteria and parts of other dialogues and of this one, shown on made tables."""

from __future__ import annotations

import pandas as pd
import pytest
from project import made_anew

from onrecord import comparators, yardsticks
from onrecord.tables import table
from onrecord.topics import elsewhere, lessons

ROUND = {"status": "held", "round_no": pd.NA, "end_date": pd.NA, "date_precision": "day"}


def give(monkeypatch, rounds: list[dict], claims: list[dict] | None = None, start: str = "2000") -> None:
    """Put a made dialogue in the place of all others, and its claims in the place of all claims."""
    made = {
        "comparator_rounds": pd.DataFrame([{"dialogue_id": "made", **ROUND, **row} for row in rounds]),
        "comparators": pd.DataFrame([{"dialogue_id": "made", "start": start, "said_over": pd.NA}]),
        "searches": pd.DataFrame([{"topic": "elsewhere", "date": "2020-06-30"}]),
        "dialogue_breaks": pd.DataFrame([{"break_id": "b", "dialogue_id": "made", **row} for row in claims or []]),
    }
    monkeypatch.setattr(comparators, "table", lambda name: made[name].copy())
    made_anew(monkeypatch, comparators)


@pytest.mark.parametrize(
    ("former", "latter", "long"),
    [
        ("2010-05-01", "2012-05-01", False),  # two years to the day are not more
        ("2010-05-01", "2012-05-02", True),
        ("2010-05", "2012-05-31", False),  # it may have ended on the last of the month
        ("2010-05", "2012-06-01", True),
        ("2010", "2012-12-31", False),  # it may have ended on the last of the year
        ("2010", "2013", True),
    ],
)
def test_a_gap_is_the_least_time_that_can_have_passed(monkeypatch, former, latter, long):
    give(monkeypatch, [{"round_no": 1, "date": former}, {"round_no": 2, "date": latter}])
    assert comparators.intervals()["long"].tolist() == [long]
    assert len(comparators.gaps()) == long


@pytest.mark.parametrize(("numbers", "lies"), [((1, 2), "none"), ((1, 3), "some"), ((pd.NA, 2), "unknown")])
def test_a_number_between_two_rounds_means_no_gap_that_can_be_known(monkeypatch, numbers, lies):
    give(monkeypatch, [{"round_no": n, "date": d} for n, d in zip(numbers, ("2010-01-01", "2015-01-01"), strict=True)])
    assert comparators.intervals()["between"].tolist() == [lies]
    assert len(comparators.gaps()) == (lies == "none")


def test_a_round_announced_or_called_off_is_no_round(monkeypatch):
    rows = [
        {"round_no": 1, "date": "2010-01-01"},
        {"date": "2011-01-01", "status": "scheduled"},
        {"date": "2012-01-01", "status": "cancelled"},
        {"round_no": 2, "date": "2013-01-01"},
    ]
    give(monkeypatch, rows)
    assert comparators.gaps()[["before", "after"]].values.tolist() == [["2010-01-01", "2013-01-01"]]


def test_numbers_imply_rounds_without_a_date_and_a_dated_one_without_a_number_takes_one_of_them(monkeypatch):
    rows = [{"round_no": 3, "date": "2003-01-01"}, {"date": "2005-01-01"}, {"round_no": 6, "date": "2006-01-01"}]
    give(monkeypatch, rows)
    implied = comparators.undated()
    assert implied[["after", "before"]].values.tolist() == [[0, 3], [0, 3], [3, 6]]
    assert implied["date"].is_monotonic_increasing
    assert comparators.counted().loc["made"].to_dict() == {"dated": 3, "undated": 3, "found": 6}


@pytest.mark.parametrize(
    ("last", "kind"), [("2019-01-01", "running"), ("2017-12-01", "quiet"), ("2017-01-01", "silent")]
)
def test_what_became_of_a_dialogue_follows_from_its_last_round(monkeypatch, last, kind):
    give(monkeypatch, [{"round_no": 1, "date": last}])
    assert comparators.standing()["made"] == kind


def test_a_break_of_which_both_sides_are_named_is_disputed(monkeypatch):
    claim = {"date": "2004", "kind": "broken_off", "cause_kind": "not_applicable"}
    rounds = [{"round_no": 1, "date": "2003-01-01"}, {"round_no": 2, "date": "2006-01-01"}]
    for sides, found in ((["china", "china"], "china"), (["china", "partner"], "disputed"), ([], "not_stated")):
        rows = [{**claim, "claim": "side", "side": side} for side in sides]
        give(monkeypatch, rounds, rows or [{**claim, "claim": "none", "side": "not_applicable"}])
        (row,) = comparators.breaks().itertuples()
        assert (row.side, row.resumed, row.between) == (found, "2006-01-01", "none")


def test_rounds_of_the_tables_are_told_once():
    held = comparators.held()
    assert not held.duplicated(["dialogue_id", "date"]).any()
    counted = comparators.counted()
    highest = held.groupby("dialogue_id")["number"].max().dropna()
    assert (counted.loc[highest.index, "found"] == highest).all(), "numbers and dated rounds contradict each other"


def test_canada_is_the_round_table_of_this_book():
    own, rounds = comparators.held().query("dialogue_id == 'canada'"), table("rounds")
    assert own["number"].tolist() == rounds["round"].tolist()
    assert [d[:7] for d in own["date"]] == [d[:7] for d in rounds["date_start"]]


def test_steps_stop_where_a_break_lies_between_two_rounds():
    links = elsewhere.pace().set_index(["dialogue_id", "number"])["link"]
    assert links["canada", 6] == "broken" and links["japan", 4] == "broken" and links["united_kingdom", 22] == "broken"
    assert links["canada", 5] == "whole" and links["norway", 9] == "some" and links["canada", 1] == ""


# --- criteria --------------------------------------------------------------------------------


def test_a_voice_counts_once_however_many_sources_carry_it():
    voices = table("criterion_sources").set_index("source")["voice_id"]
    assert voices["york2006"] == voices["burton2006"]
    coalition = voices[voices == "coalition"].index
    assert len(coalition) > 3
    asking = elsewhere.criteria_rows_by_voice().query("voice_id == 'coalition' and criterion_id == 'strategy'")
    assert len(asking) > 1
    assert elsewhere.criteria_counts().at["strategy", "asks"] == 1 + 1  # the coalition, and Human Rights Watch


def test_criteria_are_ranked_by_the_voices_that_ask():
    counts = elsewhere.criteria_counts()
    assert counts["asks"].is_monotonic_decreasing
    assert (counts["wanting"] <= counts["voices"]).all() and (counts["asks"] <= counts["wanting"]).all()


def test_overlap_of_sets_against_sets_drawn_at_random():
    assert yardsticks.mean_overlap([{1, 2}, {2, 3}]) == pytest.approx(1 / 3)
    drawn = yardsticks.mean_overlap_at_random([1, 1], 4)
    assert drawn.mean() == pytest.approx(1 / 4, abs=0.01)  # two single things are the same one time in four
    assert set(yardsticks.mean_overlap_at_random([3, 3], 3)) == {1.0}


# --- scorecard -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("findings", "needed", "mark"),
    [
        (["shown", "shown"], "all", "met"),
        (["shown", "not_found"], "all", "partly"),
        (["shown", "not_found"], "any", "met"),
        (["in_part", "lacking"], "all", "partly"),
        (["in_part", "lacking"], "any", "partly"),
        (["lacking", "lacking"], "all", "not_met"),
        (["lacking", "not_found"], "all", "not_known"),
        (["not_found", "not_found"], "all", "not_known"),
        (["not_found", "lacking"], "any", "not_known"),
    ],
)
def test_what_was_not_found_is_never_counted_as_lacking(findings, needed, mark):
    assert lessons.mark(findings, needed) == mark


def test_marks_lie_between_their_bounds():
    order = ["not_met", "partly", "met"]
    now, rules = lessons.derived_marks(), lessons.RULES
    best, worst = (lessons._marks(rules[f"every unknown part {end}"]) for end in ("shown", "lacking"))
    for key in now.index:
        assert order.index(worst[key]) <= order.index(best[key])
        assert (now[key] == "not_known") <= (worst[key] != best[key]), key
    assert not {"not_known"} & (set(best) | set(worst))


def test_a_statement_that_does_not_speak_to_a_criterion_counts_nowhere():
    assert "none" not in set(lessons.statements()["relation"])
    assert lessons.lessons_statements() + lessons.lessons_statements_none() == len(table("criterion_evidence"))
    assert lessons.relations()["statements"].sum() == lessons.lessons_statements()


def test_standings_add_up_and_rest_on_statements():
    rows = lessons.standing()
    assert rows["standing"].isin(["wanted", "opposed", "otherwise", "one side", "unspoken"]).all()
    wanted = rows.query("standing == 'wanted'")
    assert (wanted[["china", "west"]] > 0).all(axis=None) and not wanted["opposed"].any()
