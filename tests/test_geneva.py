"""Geneva, the round and the Chinese voices: what these chapters count, counted again from the files; their figures."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from statistics import median

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from onrecord.figures import WIDTH
from onrecord.paths import DATA
from onrecord.tables import table
from onrecord.topics import origins

# Pixels a point on a screen 360 pixels wide, where a figure is as wide as the screen.
PIXELS = 360 / (WIDTH * 72)
LEAST = 9


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


DRAWN: dict[str, Callable[[], Figure]] = {
    "votes": lambda: origins.vote_chart(origins.votes(), origins.canada()),
    "sponsors": lambda: origins.sponsor_grid(origins.sponsors(), origins.lists_seen_whole()),
}
every_figure = pytest.mark.parametrize("name", DRAWN)


def texts(figure: Figure) -> list[Text]:
    """The text of a figure that is drawn, keys and titles included."""
    return [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]


@every_figure
def test_no_letter_is_smaller_than_nine_pixels_on_a_narrow_screen(name):
    small = {t.get_text(): t.get_fontsize() for t in texts(DRAWN[name]()) if t.get_fontsize() * PIXELS < LEAST}
    assert small == {}


@every_figure
def test_no_letter_is_cut_off(name):
    figure = DRAWN[name]()
    FigureCanvasAgg(figure).draw()
    page = figure.bbox.padded(2)
    boxes = [
        (t.get_text(), t.get_window_extent()) for axes in figure.axes if axes.get_visible() for t in texts_of(axes)
    ]
    assert [words for words, box in boxes if not (page.contains(*box.min) and page.contains(*box.max))] == []


def texts_of(axes) -> list[Text]:
    """The text of a panel, without labels of ticks that are not drawn."""
    labels = [label for axis in (axes.xaxis, axes.yaxis) for label in axis.get_majorticklabels()]
    drawn = [t for t in axes.findobj(Text) if t not in labels and t.get_text().strip() and t.get_visible()]
    return [t for t in drawn if t.get_window_extent().width > 0]


# --- Geneva -------------------------------------------------------------------


def test_sponsors_of_1997_are_counted_again():
    parts = Counter(row["part"] for row in rows("unchr_sponsors") if row["year"] == "1997")
    assert origins.origins_sponsors() == parts["sponsor"] + parts["co_sponsor"] == 15
    assert origins.origins_back() == parts["stepped_back"]


def test_the_least_count_of_sponsors_before_1998_is_that_of_1997():
    counts = [(int(row["year"]), int(row["sponsors"])) for row in rows("unchr_sponsor_counts")]
    before = [n for year, n in counts if year < 1997]
    assert max(n for year, n in counts if year == 1997) < min(before)
    assert (origins.origins_count_least_before(), origins.origins_count_most_before()) == (min(before), max(before))


def test_votes_to_go_on_are_counted_again():
    against = {int(r["year"]): int(r["votes_against"]) for r in rows("unchr_votes") if r["item"] == "no_action_motion"}
    assert float(origins.origins_go_median_before()) == median(n for year, n in against.items() if year < 1997)


def test_every_year_with_a_text_tells_of_canada():
    """A year of which nothing is known has a row that says so."""
    years = set(origins.motions()["year"])
    told = table("unchr_sponsors").query("state == 'Canada'")
    assert set(told["year"]) == years
    searched = "; ".join(table("searches")["question"])
    assert [year for year in told.loc[told["part"] == "not_found", "year"] if str(year) not in searched] == []


def test_a_list_is_whole_only_where_as_many_are_named_as_counted(monkeypatch):
    assert 1997 in origins.lists_seen_whole() and 1995 not in origins.lists_seen_whole()
    real = origins.table

    def one_gone(name: str) -> pd.DataFrame:
        found = real(name)
        return found[found["state"] != "Norway"] if name == "unchr_sponsors" else found

    monkeypatch.setattr(origins, "table", one_gone)
    assert 1997 not in origins.lists_seen_whole()


def test_what_was_not_found_is_a_question_mark_and_not_an_empty_place():
    figure = DRAWN["votes"]()
    strip = next(axes for axes in figure.axes if axes.get_ylabel() == "Canada")
    part = origins.canada()
    unknown = int((part["motion"] == "not found").sum() + (part["text"] == "not found").sum())
    assert sum(t.get_text() == "?" for t in strip.texts) == unknown > 0


def test_the_bargain_has_both_parties_and_an_act_of_each():
    told = {(row["party"], row["kind"]) for row in rows("bargain_1997")}
    assert {(party, kind) for party in ("Canada", "China") for kind in ("said_it_gave", "said_it_got", "did")} <= told
    assert [row["item_id"] for row in rows("bargain_1997") if not row["evidence_id"] and not row["source"]] == []
