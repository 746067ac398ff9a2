"""The table of who criticizes whom: nothing that is counted drops out of it."""

import pytest
from project import made_anew

from onrecord.topics import western_voices


def test_every_criticism_stands_in_the_table_of_whom_it_is_about():
    criticisms = western_voices.positions().query("stance == 'criticism'")
    assert western_voices.targets().to_numpy().sum() == len(criticisms)


def test_a_criticism_of_somebody_without_a_column_is_shown_among_others(monkeypatch: pytest.MonkeyPatch):
    made_anew(monkeypatch, western_voices)
    rows = western_voices.positions()
    first = rows.index[rows["stance"] == "criticism"][0]
    rows.loc[first, "about_id"] = "press"
    monkeypatch.setattr(western_voices, "positions", lambda: rows)
    table = western_voices.targets()
    assert table["Others"].sum() == 1
    assert table.to_numpy().sum() == (rows["stance"] == "criticism").sum()
