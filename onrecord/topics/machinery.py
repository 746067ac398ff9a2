"""How a round worked: steps, topics against fields, the price named, and who could change what."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from ..analysis import ASSESSMENT, item_topics
from ..drawing import ON_PAPER, WIDTH, blank, by_room, drawing
from ..facts import Amount, fact, rounded
from ..look import PALETTE, PAPER
from ..marks import a_row, lead
from ..tables import labels, record, stated, table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LANES = {"Canada": (0, "canada"), "both": (1, "account"), "China": (2, "china")}
# A size of type that a narrow screen, 360 pixels wide, still shows at nine.
TYPE = 13


# --- transforms -------------------------------------------------------------


def items() -> pd.DataFrame:
    """Each item on a list: round, item, topics in words, and ``held``: whether one of them is in some body's field."""
    named = item_topics()
    named["held"] = named["topic_id"].isin(set(table("remits")["topic_id"]))
    named["topic"] = named["topic_id"].map(labels("topics"))
    made = named.groupby(["round", "item"]).agg(held=("held", "any"), topics=("topic", "; ".join))
    return made.reset_index()


def unheld_share_of_topics() -> float:
    """Share of the topics on the lists, each counted once, that are in no body's field."""
    listed = set(item_topics()["topic_id"])
    return len(listed - set(table("remits")["topic_id"])) / len(listed)


def levers() -> pd.DataFrame:
    """Parts that somebody asked to change: part, kind, hands (doubtful ones marked), change, who asks, statements."""
    rows = table("levers").merge(record()[["evidence_id", "speaker_group"]], on="evidence_id").sort_values("order")
    rows["by"] = rows["speaker_group"].map(labels("groups", "short_label"))
    doubtful = rows["certainty"].astype(str) == "doubtful"
    rows["whose"] = rows["hands"].astype(str).str.replace("_", " ") + doubtful.map({True: " (?)", False: ""})
    rows["statements"] = rows["evidence_id"] + rows["against_evidence_id"].map(
        lambda key: "" if pd.isna(key) else f";{key}"
    )
    return rows


def good_will() -> pd.DataFrame:
    """What the ministry asked for, for whom, and what it held out, with the statements."""
    rows = table("good_will").sort_values("order")
    amount = rows["amount_cad"].map(lambda n: "" if pd.isna(n) else f" (CAN${n:,})")
    rows["asked"] = rows["asked"] + amount
    rows["statements"] = rows["evidence_id"] + ";" + rows["return_evidence_id"]
    return rows[["asked", "for_whom", "in_return", "statements"]]


# --- drawing ----------------------------------------------------------------


@drawing
def process(steps: pd.DataFrame, paper: bool = False) -> Figure:
    """Steps from top to bottom in three lanes, Canada, both, China, with an arrow from each to the next.

    A broken edge marks a step whose place in the order is this project's. ``paper``: drawn for a page, where the
    letters are small and the whole has to stand in one piece.
    """
    # Inches: a line of text, the padding of a box, the way to the next.
    line, room, between = (0.125, 0.1, 0.15) if paper else (0.23, 0.24, 0.36)
    size = ON_PAPER.smallest if paper else TYPE
    width = 26 if paper else by_room(23, 42)
    # On a phone the lanes are one column, and each box says whose it is.
    wrapped = [textwrap.fill(by_room(row.told, row.lane_told), width) for row in _told(steps).itertuples()]
    tall = [line * (text.count("\n") + 1) + room for text in wrapped]
    phases = steps["phase"].astype(str).tolist()
    turns = [n for n in range(1, len(phases)) if phases[n] != phases[n - 1]]
    tops, at = [], 0.0
    for n, height in enumerate(tall):
        at -= between + (0.7 * between if n in turns else 0)
        tops.append(at)
        at -= height
    figure = blank(-at + (0.3 if paper else 0.7), ON_PAPER.width if paper else WIDTH)
    axes = figure.subplots()
    half = by_room(0.48, 1.4)
    for n, row in enumerate(steps.itertuples()):
        lane, colour = LANES[str(row.lane)]
        x = by_room(lane, 1)
        _box(axes, x, tops[n] - tall[n] / 2, wrapped[n], colour, row.placed, size)
        held = [a_row("round_steps", row.step_id)]
        lead(axes, f"{row.order}. {row.step}", held, (x - half, tops[n] - tall[n]), (x + half, tops[n]))
        if n:
            start = (by_room(LANES[str(steps["lane"].iloc[n - 1])][0], 1), tops[n - 1] - tall[n - 1] + 0.02)
            broken = row.placed or steps["placed"].iloc[n - 1]
            _arrow(axes, start, (x, tops[n] + 0.02), "--" if broken else "-", size)
    for n in turns:
        axes.axhline(tops[n] + 0.86 * between, color=PALETTE["rule"], lw=1.2, zorder=-1)
    for phase in dict.fromkeys(phases):
        mine = [n for n, name in enumerate(phases) if name == phase]
        middle = (tops[mine[0]] + tops[mine[-1]] - tall[mine[-1]]) / 2
        axes.text(-0.66, middle, phase, rotation=90, ha="center", va="center", fontsize=size, color=PALETTE["muted"])
    axes.set_xticks(*by_room(([0, 1, 2], ["Canada", "both", "China"]), ([], [])), fontsize=size)
    axes.xaxis.set_ticks_position("top")
    axes.tick_params(length=0)
    axes.set_yticks([])
    axes.set_xlim(-0.75, 2.55)
    axes.set_ylim(at - 0.1, 0)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


def _told(steps: pd.DataFrame) -> pd.DataFrame:
    """Steps with the words of their boxes: ``told``, and ``lane_told``, which begins with the lane, once."""
    number, lane = steps["order"].astype(str) + ". ", steps["lane"].astype(str)
    named = lane.str[:1].str.upper() + lane.str[1:]
    begins = [step.startswith(name) for step, name in zip(steps["step"], named, strict=True)]
    return steps.assign(told=number + steps["step"], lane_told=number + (named + ": ").mask(begins, "") + steps["step"])


def _box(axes: Axes, x: float, y: float, words: str, colour: str, placed: bool, size: float) -> None:
    edge = {"edgecolor": PALETTE[colour], "linewidth": 1.4, "linestyle": "--" if placed else "-"}
    box = {"boxstyle": "round,pad=0.3", "facecolor": PAPER, **edge}
    axes.text(x, y, words, ha="center", va="center", fontsize=size, linespacing=1.1, bbox=box)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], style: str, size: float) -> None:
    props = {"arrowstyle": "-|>", "color": PALETTE["muted"], "lw": 1.2, "linestyle": style, "mutation_scale": size}
    axes.annotate("", end, start, arrowprops=props | {"shrinkA": 0, "shrinkB": 0}, zorder=0)


@drawing
def unheld(rows: pd.DataFrame) -> Figure:
    """Items of each list as squares: filled where a body had the field, open where none had, the latter named."""
    rounds = sorted(rows["round"].unique())
    figure = blank(by_room(0.6, 0.9) * len(rounds) + 1.1)
    axes = figure.subplots()
    most = int(rows.groupby("round").size().max())
    for y, number in enumerate(rounds):
        mine = rows[rows["round"] == number].sort_values("held", ascending=False)
        for x, (held, item, topics) in enumerate(zip(mine["held"], mine["item"], mine["topics"], strict=True)):
            lead(axes, f"Round {number}, item {item}: {topics}", [a_row("round_topics", number, item)], (x, y), size=11)
            axes.scatter(
                x, y, marker="s", s=110, color=PALETTE["china"] if held else PAPER, edgecolor=PALETTE["china"], lw=1.5
            )
        named = "; ".join(dict.fromkeys(mine.loc[~mine["held"], "topics"])) or "none"
        axes.text(most, y, textwrap.fill(named, by_room(46, 34)), va="center", fontsize=TYPE, linespacing=1.0)
    axes.set_yticks(range(len(rounds)), [f"Round {n}" for n in rounds], fontsize=TYPE, va="center")
    axes.set_ylim(len(rounds) - 0.4, -0.6)
    axes.set_xlim(-0.6, by_room(most + 11, most + 14))
    axes.set_xticks([])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    for label, face in (("in a body's field", PALETTE["china"]), ("in nobody's, named at the right", PAPER)):
        axes.scatter([], [], marker="s", s=110, color=face, edgecolor=PALETTE["china"], lw=1.5, label=label)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=by_room(2, 1), fontsize=TYPE)
    return figure


# --- facts ------------------------------------------------------------------


@fact("rows of round_steps", "round_steps")
def machinery_steps() -> int:
    return len(table("round_steps"))


@fact("rows of round_steps with phase before", "round_steps")
def machinery_steps_before() -> int:
    return int((table("round_steps")["phase"] == "before").sum())


@fact("different organisation_id in remits", "remits")
def machinery_bodies() -> int:
    return table("remits")["organisation_id"].nunique()


@fact(
    "rows of round_topics of which neither topic_id nor a part of also_topic_ids stands in remits",
    "round_topics; remits",
)
def machinery_unheld() -> int:
    return int((~items()["held"]).sum())


@fact(
    "rows of round_topics times the share of topics in round_topics, each once, that do not stand in remits, rounded",
    "round_topics; remits",
)
def machinery_unheld_expected() -> int:
    return round(len(items()) * unheld_share_of_topics())


def _round_eight() -> pd.DataFrame:
    return items().query("round == 8")


@fact(
    "rows of round_topics with round 8, of which neither topic_id nor a part of also_topic_ids stands in remits",
    "round_topics; remits",
)
def machinery_unheld_eighth() -> int:
    return int((~_round_eight()["held"]).sum())


@fact("rows of round_topics with round 8", "round_topics")
def machinery_items_eighth() -> int:
    return len(_round_eight())


def _language() -> pd.DataFrame:
    rows = record()
    return rows[(rows["source_id"] == ASSESSMENT) & (rows["theme_id"] == "language")]


@fact("rows of evidence of burton2006 with theme_id language", "evidence")
def machinery_language() -> int:
    return len(_language())


@fact(
    "rows of evidence of burton2006 with theme_id language, whose speaker_id is of a group_id other than cn_agencies",
    "evidence; actors",
)
def machinery_language_others() -> int:
    return int((_language()["speaker_group"] != "cn_agencies").sum())


@fact("rows of levers", "levers")
def machinery_levers() -> int:
    return len(table("levers"))


@fact("rows of levers with certainty doubtful", "levers")
def machinery_levers_doubtful() -> int:
    return int((table("levers")["certainty"] == "doubtful").sum())


@fact("rows of levers with kind demand", "levers")
def machinery_levers_demands() -> int:
    return int((table("levers")["kind"] == "demand").sum())


@fact("rows of levers with an against_evidence_id", "levers")
def machinery_levers_opposed() -> int:
    return int(table("levers")["against_evidence_id"].notna().sum())


@fact("amount_cad of the row county in good_will", "good_will")
def machinery_price() -> int:
    return int(table("good_will").set_index("item_id").at["county", "amount_cad"])


def _study_budget() -> int:
    """Canadian dollars that the House's subcommittee approved for its study, as the record of its decision has them."""
    summary = table("hearing_outcomes").set_index("outcome_id").at["study_budget_2007", "summary"]
    (amount,) = re.findall(r"([\d,]+) dollars", summary)
    return int(amount.replace(",", ""))


@fact(
    "amount_cad of the row county in good_will, over the dollars in summary of the row study_budget_2007 in "
    "hearing_outcomes",
    "good_will; hearing_outcomes",
)
def machinery_price_budgets() -> Amount:
    return rounded(machinery_price() / _study_budget(), 1, "budgets")


@fact("value of days_most in stated_numbers", "stated_numbers")
def machinery_days_most() -> int:
    return stated("days_most")


@fact("value of useful_most in stated_numbers", "stated_numbers")
def machinery_useful_most() -> int:
    return stated("useful_most")


@fact("value of county_raised in stated_numbers", "stated_numbers", unit="million yuan")
def machinery_county_raised() -> int:
    return stated("county_raised")


@fact("value of county_years in stated_numbers", "stated_numbers")
def machinery_county_years() -> int:
    return stated("county_years")
