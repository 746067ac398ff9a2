"""How a round worked: steps, topics against time and fields, visits against topics, and who could change what."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.figure import Figure

from ..analysis import ASSESSMENT, item_topics
from ..facts import fact
from ..figures import PALETTE, PAPER, new_figure
from ..tables import labels, record, table

LANES = {"Canada": (0, "canada"), "both": (1, "account"), "China": (2, "china")}


# --- transforms -------------------------------------------------------------


def quantity(quantity_id: str) -> float:
    """What the assessment states, or this project assumes, on the time of a round."""
    return float(table("time_quantities").set_index("quantity_id").at[quantity_id, "value"])


def _days_most() -> int:
    return int(quantity("days_most"))


def time_per_item() -> pd.DataFrame:
    """Per round: listed topics, families of topics, and minutes an item would have in one day and in two.

    The standing review counts as one more item; a day has the hours of
    ``day_hours``, and all items get the same.
    """
    items = table("round_topics").groupby("round").size().rename("items").to_frame()
    families = item_topics().merge(table("topics"), on="topic_id").groupby("round")["family"].nunique()
    items["families"] = families
    for days in (1, _days_most()):
        items[f"minutes_{days}"] = (days * quantity("day_hours") * 60 / (items["items"] + 1)).round().astype(int)
    return items.reset_index()


def fields() -> pd.DataFrame:
    """Listed items in the field of each body (rows, by name) and round (columns), zeros kept; last row, all items."""
    named = item_topics().merge(table("remits"), on="topic_id").drop_duplicates(["round", "item", "organisation_id"])
    names = labels("organisations", "name")
    order = list(dict.fromkeys(table("remits")["organisation_id"]))
    counts = pd.crosstab(named["organisation_id"], named["round"])
    counts = counts.reindex(index=order, columns=table("rounds")["round"].tolist(), fill_value=0)
    counts.index = pd.Index([names[body].replace(" (China)", "") for body in order])
    counts.loc["All topics on the list"] = table("round_topics").groupby("round").size()
    return counts.rename(columns="Round {}".format)


def visits_and_lists() -> pd.DataFrame:
    """Each visit with its subjects and whether one is a topic of its own round's list, or of an earlier one.

    ``own``: "yes" (the topic itself), "loosely" (a related one) or "no";
    ``before`` and ``earlier``: True where a subject, strictly or loosely, stands
    on the list of the round before, or on any earlier one.
    """
    listed = item_topics().groupby("round")["topic_id"].agg(set)
    rows = []
    for visit in table("site_visits").merge(table("places"), on="place_id").itertuples():
        subjects = table("visit_topics").query("visit_id == @visit.visit_id")
        near = set(subjects["topic_id"].dropna())
        same = set(subjects.loc[subjects["closeness"] == "same", "topic_id"])
        own, before = listed[visit.round], listed.get(visit.round - 1, set())
        earlier = set().union(*(listed[n] for n in listed.index if n < visit.round))
        fit = "yes" if same & own else "loosely" if near & own else "no"
        named = "; ".join(dict.fromkeys(subjects["subject"]))
        rows.append([visit.round, visit.name, named, fit, bool(near & before), bool(near & earlier)])
    return pd.DataFrame(rows, columns=["round", "place", "subjects", "own", "before", "earlier"])


def levers() -> pd.DataFrame:
    """Parts that somebody asked to change: part, hands, change, group that asks and the statement."""
    rows = table("levers").merge(record()[["evidence_id", "speaker_group"]], on="evidence_id").sort_values("order")
    rows["by"] = rows["speaker_group"].map(labels("groups", "short_label"))
    rows["hands"] = rows["hands"].astype(str).str.replace("_", " ")
    return rows


# --- drawing ----------------------------------------------------------------


def process(steps: pd.DataFrame) -> Figure:
    """Steps from top to bottom in three lanes: Canada, both, China; lines join a step to the next."""
    gap, wide = 0.62, 34
    phases = steps["phase"].astype(str).tolist()
    figure, axes = new_figure(gap * len(steps) + 0.5)
    spots = [(LANES[str(lane)][0], -n) for n, lane in enumerate(steps["lane"])]
    axes.plot(*zip(*spots, strict=True), color=PALETTE["muted"], lw=0.9, zorder=0)
    for (x, y), row in zip(spots, steps.itertuples(), strict=True):
        lines = textwrap.fill(f"{row.order}. {row.step}", wide)
        edge = PALETTE[LANES[str(row.lane)][1]]
        box = {"boxstyle": "round,pad=0.35", "facecolor": PAPER, "edgecolor": edge, "linewidth": 1.3}
        axes.text(x, y, lines, ha="center", va="center", fontsize=9.5, linespacing=1.1, bbox=box)
    for edge_at in [n - 0.5 for n in range(1, len(phases)) if phases[n] != phases[n - 1]]:
        axes.axhline(-edge_at, color=PALETTE["rule"], lw=1, zorder=-1)
    for phase, first in {p: phases.index(p) for p in dict.fromkeys(phases)}.items():
        axes.text(-0.62, -first, phase, rotation=90, ha="center", va="center", fontsize=10, color=PALETTE["muted"])
    axes.set_xticks([0, 1, 2], ["Canada", "both", "China"])
    axes.xaxis.set_ticks_position("top")
    axes.tick_params(length=0)
    axes.set_yticks([])
    axes.set_xlim(-0.7, 2.55)
    axes.set_ylim(-len(steps) + 0.4, 0.55)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


# --- facts ------------------------------------------------------------------


@fact("steps of a round as described", "round_steps")
def machinery_steps() -> int:
    return len(table("round_steps"))


@fact("of these, steps before the meeting", "round_steps")
def machinery_steps_before() -> int:
    return int((table("round_steps")["phase"] == "before").sum())


@fact("fewest topics on the list of a round", "round_topics")
def machinery_items_fewest() -> int:
    return int(time_per_item()["items"].min())


@fact("most topics on the list of a round", "round_topics")
def machinery_items_most() -> int:
    return int(time_per_item()["items"].max())


@fact("hours assumed in a day of talks", "time_quantities")
def machinery_hours() -> int:
    return int(quantity("day_hours"))


@fact("days of formal talks at the most, as described", "time_quantities")
def machinery_days_most() -> int:
    return _days_most()


@fact("topics of value to one participant at the most, as described", "time_quantities")
def machinery_useful_most() -> int:
    return int(quantity("useful_most"))


def _minutes(days: int, which: str) -> int:
    return int(getattr(time_per_item()[f"minutes_{days}"], which)())


@fact("minutes an item would have in one day, round with the most topics", "round_topics; time_quantities")
def machinery_minutes_low() -> int:
    return _minutes(1, "min")


@fact("minutes an item would have in one day, rounds with the fewest topics", "round_topics; time_quantities")
def machinery_minutes_high() -> int:
    return _minutes(1, "max")


@fact(
    "minutes of original speech in an item in one day with consecutive interpreting, lowest",
    "round_topics; time_quantities",
)
def machinery_speech_low() -> int:
    return int(_minutes(1, "min") * quantity("speech_kept"))


@fact(
    "minutes of original speech in an item in one day with consecutive interpreting, highest",
    "round_topics; time_quantities",
)
def machinery_speech_high() -> int:
    return int(_minutes(1, "max") * quantity("speech_kept"))


@fact("minutes an item would have in two days, round with the most topics", "round_topics; time_quantities")
def machinery_minutes_low_two() -> int:
    return _minutes(_days_most(), "min")


@fact("minutes an item would have in two days, rounds with the fewest topics", "round_topics; time_quantities")
def machinery_minutes_high_two() -> int:
    return _minutes(_days_most(), "max")


@fact("fewest families of topics on the list of a round", "round_topics; topics")
def machinery_families_fewest() -> int:
    return int(time_per_item()["families"].min())


@fact("most families of topics on the list of a round", "round_topics; topics")
def machinery_families_most() -> int:
    return int(time_per_item()["families"].max())


@fact("topics on the list of the last round", "round_topics")
def machinery_items_last() -> int:
    return int(time_per_item()["items"].iloc[-1])


@fact("half-days in two days of talks, against the items of the last round and the review", "round_topics")
def machinery_items_last_review() -> int:
    return int(time_per_item()["items"].iloc[-1]) + 1


def _bodies() -> pd.DataFrame:
    return fields().iloc[:-1]


@fact("Chinese bodies with a bounded field", "remits")
def machinery_bodies() -> int:
    return len(_bodies())


@fact("pairs of a body and a round", "remits; round_topics")
def machinery_pairs() -> int:
    return int(_bodies().size)


@fact("pairs with nothing on the list in the field of the body", "remits; round_topics")
def machinery_pairs_none() -> int:
    return int((_bodies() == 0).to_numpy().sum())


@fact("pairs with one or two topics in the field of the body", "remits; round_topics")
def machinery_pairs_few() -> int:
    return int(_bodies().isin([1, 2]).to_numpy().sum())


@fact("most topics of a list in the field of one body", "remits; round_topics")
def machinery_pairs_most() -> int:
    return int(_bodies().to_numpy().max())


@fact("site visits listed", "site_visits")
def machinery_visits() -> int:
    return len(visits_and_lists())


def _visits(own: str) -> int:
    return int((visits_and_lists()["own"] == own).sum())


@fact("visits with a subject that is a topic of the same round's list", "site_visits; visit_topics; round_topics")
def machinery_visits_yes() -> int:
    return _visits("yes")


@fact("visits with a subject related to a topic of the same round's list", "site_visits; visit_topics; round_topics")
def machinery_visits_loosely() -> int:
    return _visits("loosely")


@fact("visits with no subject on the same round's list", "site_visits; visit_topics; round_topics")
def machinery_visits_no() -> int:
    return _visits("no")


@fact("of the visits that do not fit, those with a subject on the list just before", "site_visits; visit_topics")
def machinery_visits_before() -> int:
    rows = visits_and_lists()
    return int(rows.loc[rows["own"] == "no", "before"].sum())


def _language() -> pd.DataFrame:
    rows = record()
    return rows[(rows["source_id"] == ASSESSMENT) & (rows["theme_id"] == "language")]


@fact("statements on language in the assessment", "evidence")
def machinery_language() -> int:
    return len(_language())


@fact("of these, those by anyone but Chinese agencies and participants", "evidence")
def machinery_language_others() -> int:
    return int((_language()["speaker_group"] != "cn_agencies").sum())


@fact("parts of a round that somebody asked to change", "levers")
def machinery_levers() -> int:
    return len(levers())


def _hands(*names: str) -> int:
    return int(levers()["hands"].isin(names).sum())


@fact("of these, parts in the hands of Canada alone", "levers")
def machinery_levers_canada() -> int:
    return _hands("Canada")


@fact("of these, parts in the hands of the Chinese ministry or state alone", "levers")
def machinery_levers_china() -> int:
    return _hands("Chinese ministry", "Chinese state")


@fact("of these, parts in the hands of both ministries together", "levers")
def machinery_levers_both() -> int:
    return _hands("both ministries")


@fact("parts in the hands of Canada alone that parties in China asked to change", "levers; evidence")
def machinery_levers_canada_asked() -> int:
    rows = levers()
    sides = table("groups").set_index("group_id")["side"].astype(str)
    return int(((rows["hands"] == "Canada") & (rows["speaker_group"].map(sides) == "China")).sum())
