"""Timing classes, moved windows and the figure of acts: what they give on made cases."""

import pandas as pd
import pytest

from onrecord import timing, yardsticks
from onrecord.tables import first_day, table
from onrecord.topics import effects


@pytest.mark.parametrize(
    ("date", "period"),
    [
        ("1997-06-30", "before_first_round"),
        ("1997-07-01", "during"),  # the month of the first round
        ("1997", "during"),  # a year that the first round lies in
        ("2005-11-01", "during"),  # the last day of the last round
        ("2005-11-02", "after"),
        ("2005", "during"),
        ("2006", "after"),
    ],
)
def test_a_date_falls_before_inside_or_after(date, period):
    assert timing.period_of(date) == period


@pytest.mark.parametrize(
    ("periods", "credited", "expected"),
    [
        (["before_first_round"], True, "before_first_round"),
        (["before_first_round", "during"], True, "mixed"),
        (["during", "after"], True, "during"),  # what came later cannot be what was credited
        (["after"], True, "no_date"),
        (["after"], False, "after"),
        ([], True, "no_date"),
    ],
)
def test_timing_follows_from_the_periods(periods, credited, expected):
    assert timing.timing_of(periods, credited) == expected


def test_one_act_can_change_the_class_of_an_effect():
    acts, rows = table("milestones"), table("effects")
    assert timing.timings(acts, rows)["women"] == "mixed"
    assert timing.timings(acts[acts["milestone_id"] != "women_law_1992"], rows)["women"] == "during"


def test_the_classes_of_each_level_are_those_that_the_chapter_tells():
    """Statutes alone put two subjects before the first round; all levels put none there."""
    acts = table("milestones")
    statutes = effects.timings(acts[acts["level_id"].astype(str) == "statute"])
    assert list(statutes[statutes == "before_first_round"].index) == ["presumption_of_innocence", "prisons"]
    assert "before_first_round" not in set(effects.timings())


def test_the_window_as_it_was_holds_the_acts_of_the_period():
    moved = effects.shifted()
    assert moved.at[0, "Acts inside"] == (effects.acts()["falls"] == "during").sum()
    assert list(moved.index) == [-3, -2, -1, 0, 1, 2, 3]


def test_the_share_of_the_window_is_that_of_its_days():
    start, end = timing.life()
    first, last = timing.searched()
    days = pd.date_range(first, last)
    inside = ((days >= start) & (days <= end)).mean()
    assert yardsticks.window_share(start, end, first, last) == pytest.approx(inside)


@pytest.mark.parametrize(
    ("days", "expected"),
    [([0, 10, 20], [0, 1, 2]), ([0, 100, 200], [0, 0, 0]), ([0, 10, 100, 105], [0, 1, 0, 1]), ([], [])],
)
def test_acts_of_one_time_stand_on_storeys(days, expected):
    dates = [pd.Timestamp("2000-01-01") + pd.Timedelta(days=n) for n in days]
    assert effects.storeys(dates, pd.Timedelta(days=50)) == expected


def test_no_mark_of_the_figure_hides_another():
    """On one storey of a lane two marks are as far apart as a mark is wide."""
    events = effects.lane_events()
    for _, lane in events[events["kind"] != "listed"].sort_values("date").groupby("lane"):
        apart = pd.Timedelta(days=230)
        placed = lane.assign(storey=effects.storeys(list(lane["date"]), apart))
        gaps = placed.groupby("storey")["date"].diff().dropna()
        assert (gaps >= apart).all()


def test_what_was_not_seen_is_drawn_as_an_outline():
    events = effects.lane_events().set_index("label")
    unseen = table("milestones").set_index("title_en")["text_seen"].isin(["report", "abstract"])
    drawn = events.loc[events.index != "", "seen"]
    acts = drawn[drawn.index.isin(unseen.index)]
    assert len(acts) > 50 and acts.groupby(level=0).min().eq(~unseen.groupby(level=0).max()).loc[acts.index].all()


def test_the_other_reading_adds_rounds_and_takes_none_away():
    rows = effects.effects().set_index("effect_id")
    assert all(set(row.rounds) <= set(row.rounds_other) for row in rows.itertuples())
    assert rows.at["police", "rounds"] == [6, 9] and rows.at["police", "rounds_other"] == [1, 2, 6, 9]
    assert len(effects.followed("rounds_other")) > len(effects.followed())


def test_the_table_of_acts_has_both_titles_and_the_number_of_each():
    shown = effects.acts_shown()
    (row,) = shown[shown["Act"].str.startswith("People's Police Law")].to_dict("records")
    assert row["Act"] == "People's Police Law; 中华人民共和国人民警察法; President's Order No. 40"
    assert not shown["Act"].str.contains("not_").any()
    assert shown["Effect"].drop_duplicates().tolist() == effects.effects()["short"].tolist()


def test_every_act_of_the_search_is_dated_and_opened():
    acts = effects.acts()
    assert acts["date"].map(first_day).dt.year.between(1990, 2015).all()
    assert acts["source"].notna().all() and acts["locator"].notna().all()


def test_every_table_to_read_is_whole_and_has_no_code_for_what_is_missing():
    for shown in (effects.effects_shown(), effects.acts_shown(), effects.shifted_shown(), effects.traced_shown()):
        text = shown.astype(str)
        assert not shown.empty and shown.notna().all().all()
        assert not text.apply(lambda column: column.str.contains(r"not_|\bnan\b|<NA>")).any().any()


def test_the_one_result_of_a_named_round_is_told_with_its_number():
    shown = effects.traced_shown()
    named = shown[shown["Traced"].str.startswith("to a round")]
    assert named["Traced"].tolist() == ["to a round (9)"]
    assert named["Asked for by"].tolist() == ["Ministry of Public Security"]
