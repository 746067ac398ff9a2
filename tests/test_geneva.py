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
from onrecord.topics import chinese_voices, machinery, origins

# Pixels a point on a screen 360 pixels wide, where a figure is as wide as the screen.
PIXELS = 360 / (WIDTH * 72)
LEAST = 9


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


DRAWN: dict[str, Callable[[], Figure]] = {
    "votes": lambda: origins.vote_chart(origins.votes(), origins.canada()),
    "sponsors": lambda: origins.sponsor_grid(origins.sponsors(), origins.lists_seen_whole()),
    "process": lambda: machinery.process(table("round_steps").sort_values("order")),
    "stances": lambda: chinese_voices.stance_bars(chinese_voices.stances()),
    "fields": lambda: machinery.unheld(machinery.items()),
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
    assert origins.origins_go_median_before().value == median(n for year, n in against.items() if year < 1997)


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


# --- the round ----------------------------------------------------------------


def test_items_in_nobodys_field_are_counted_again():
    held = {row["topic_id"] for row in rows("remits")}
    listed = [{row["topic_id"], *filter(None, row["also_topic_ids"].split(";"))} for row in rows("round_topics")]
    topics = set().union(*listed)
    assert machinery.machinery_unheld() == sum(not (item & held) for item in listed) == 13
    assert machinery.machinery_unheld_expected() == round(len(listed) * len(topics - held) / len(topics))


def test_every_step_has_an_arrow_with_a_head_and_a_placed_one_a_broken_edge():
    steps = table("round_steps").sort_values("order")
    (axes,) = DRAWN["process"]().axes
    boxes = [t for t in axes.texts if t.get_bbox_patch() is not None]
    arrows = [t.arrow_patch for t in axes.texts if getattr(t, "arrow_patch", None) is not None]
    assert (len(boxes), len(arrows)) == (len(steps), len(steps) - 1)
    assert {type(arrow.get_arrowstyle()).__name__ for arrow in arrows} == {"CurveFilledB"}
    broken = [t.get_bbox_patch().get_linestyle() in ("--", "dashed") for t in boxes]
    assert broken == steps["placed"].tolist() and any(broken)


def test_a_doubtful_judgement_says_why_and_is_marked():
    doubtful = table("levers").query("certainty == 'doubtful'")
    assert doubtful["note"].notna().all() and len(doubtful)
    assert machinery.levers()["whose"].str.endswith("(?)").sum() == len(doubtful)


def test_a_sum_is_printed_beside_what_was_asked():
    assert machinery.good_will()["asked"].str.contains("60,000", regex=False).sum() == 1


# --- the Chinese voices -------------------------------------------------------


def test_a_bar_is_as_long_as_its_group_has_statements():
    counts = chinese_voices.stances()
    (axes,) = DRAWN["stances"]().axes
    ends: Counter[int] = Counter()
    for bar in axes.patches:
        ends[round(bar.get_y() + bar.get_height() / 2)] += round(bar.get_width())
    assert [ends[y] for y in range(len(counts))] == counts.sum(axis=1).tolist()


def test_a_number_that_the_assessment_states_has_its_statement():
    stated = {row["number_id"]: row for row in rows("stated_numbers")}
    said = {row["evidence_id"]: row["paraphrase"] for row in rows("evidence")}
    assert str(chinese_voices.voices_front_attended()) in said[stated["front_attended"]["evidence_id"]]


def test_groups_speak_as_the_actors_do_who_belong_to_them():
    groups = {row["actor_id"]: row["group_id"] for row in rows("actors")}
    names = {row["group_id"]: row["short_label"] for row in rows("groups")}
    spoken = [row for row in rows("evidence") if row["evidence_id"].startswith("burton2006:")]
    found = Counter((names[groups[row["speaker_id"]]], row["stance"]) for row in spoken)
    counts = chinese_voices.stances()
    assert {(a, b): counts.at[a, b] for a in counts.index for b in counts.columns} == {
        (a, b): found[a, b] for a in counts.index for b in counts.columns
    }
