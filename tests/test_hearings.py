"""What the chapters on the hearings and on the voices draw from their tables: nothing hidden, nothing dropped."""

import pandas as pd
from project import made_anew

from onrecord.topics import silence
from onrecord.topics import western_voices as western


def days(*dates: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(dates)))


def test_marks_that_would_touch_are_stacked_and_others_lie_on_the_ground():
    assert silence.stacked(days("2006-01-01", "2006-01-08", "2006-01-15", "2006-06-01")) == [0, 1, 2, 0]
    assert silence.stacked(days("2006-01-01", "2006-01-01")) == [0, 1]


def test_every_dated_event_of_the_trail_is_a_mark_of_its_own():
    events = silence.trail()
    (axes,) = silence.trail_chart(events).axes
    drawn = [tuple(point) for marks in axes.collections for point in marks.get_offsets()]
    assert len(drawn) == len(set(drawn)) == len(events)


def test_what_is_missing_has_a_pattern_and_a_wish_has_none():
    counts = silence.positions()
    (axes,) = silence.positions_chart(counts).axes
    groups = silence.codes("hearings", "position").set_index("label")["group"]
    patterns: dict[str, set] = {}
    for cell in axes.patches:
        patterns.setdefault(str(groups[counts.columns[int(cell.get_x())]]), set()).add(cell.get_hatch())
    assert patterns["wish"] == {None}
    missing = [patterns["no_wish"], patterns["not_read"]]
    assert all(len(found) == 1 and None not in found for found in missing) and missing[0] != missing[1]


def test_every_appearance_stands_in_one_cell():
    assert int(silence.positions().to_numpy().sum()) == len(silence.appearances())


def test_a_criticism_of_a_party_without_a_column_is_counted_under_others(monkeypatch):
    whole = western.targets()
    assert western.OTHERS not in whole
    actors = western.table("actors").assign(target_id=lambda a: a["target_id"].mask(a["actor_id"] == "dialogue"))
    tables = {"actors": actors, "voices": western.table("voices")}
    made_anew(monkeypatch, western)
    monkeypatch.setattr(western, "table", tables.__getitem__)
    changed = western.targets()
    assert changed.to_numpy().sum() == whole.to_numpy().sum()
    assert changed[western.OTHERS].tolist() == whole["The dialogue as such"].tolist()
