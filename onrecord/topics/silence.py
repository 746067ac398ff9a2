"""The hearings of 2006 to 2008, the way of the report, the misquotations, and the accounts of the end."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..drawing import by_room, drawing, new_figure, upright
from ..facts import fact
from ..look import DEEPEST, LANE_MARKS, PALETTE, PAPER
from ..marks import Leads, Row, behind, lead, rows_of
from ..tables import first_day, in_words, kept, listed, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@kept
def codes(name: str, column: str) -> pd.DataFrame:
    """The codes of a column in their order: index = code, columns label and group."""
    rows = table("hearing_codes")
    rows = rows[(rows["table"].astype(str) == name) & (rows["column"] == column)]
    return rows.sort_values("place").set_index("code")[["label", "group"]]


def _labels(name: str, column: str) -> dict[str, str]:
    return codes(name, column)["label"].to_dict()


def _in_group(group: str, name: str = "hearings", column: str = "position") -> list[str]:
    found = codes(name, column)["group"]
    return list(found.index[found == group])


@kept
def _meetings_of(group: str) -> pd.DataFrame:
    rows = table("hearings")
    return rows[rows["committee"].isin(_in_group(group, column="committee"))].reset_index(drop=True)


@kept
def appearances() -> pd.DataFrame:
    """Appearances before committees of the House of Commons, a row for each witness and meeting."""
    return _meetings_of("commons")


def before() -> pd.DataFrame:
    """Appearances before a subcommittee of an earlier Parliament."""
    return _meetings_of("before")


def positions() -> pd.DataFrame:
    """Appearances by kind of affiliation (rows) and by what was asked for the dialogue (columns)."""
    rows, kinds, wishes = appearances(), _labels("hearings", "affiliation_kind"), _labels("hearings", "position")
    counts = pd.crosstab(rows["affiliation_kind"].astype(str), rows["position"].astype(str))
    counts = counts.reindex(index=list(kinds), columns=list(wishes), fill_value=0)
    counts.index, counts.columns = pd.Index(kinds.values()), pd.Index(wishes.values())
    return counts.loc[counts.sum(axis=1) > 0, counts.sum() > 0]


def behind_positions() -> Leads:
    """The appearances behind each cell of :func:`positions`, by kind of affiliation and by what was asked."""
    rows = appearances()
    named = {
        "kind": rows["affiliation_kind"].astype(str).map(_labels("hearings", "affiliation_kind")),
        "asked": rows["position"].astype(str).map(_labels("hearings", "position")),
    }
    return behind("hearings", rows.assign(**named), "kind", "asked")


def stated() -> pd.DataFrame:
    """The appearances in which something was asked for the dialogue, by wish and date.

    ``asked`` is the wish in words, ``said_on`` the date, ``works`` the keys of the sources.
    """
    wishes = _labels("hearings", "position")
    rows = appearances()
    rows = rows[rows["position"].isin(_in_group("wish"))].assign(asked=lambda r: r["position"].astype(str).map(wishes))
    rows = rows.assign(place=rows["position"].astype(str).map(list(wishes).index))
    rows = rows.sort_values(["place", "date"])
    return rows.assign(said_on=rows["date"].map(in_words), works=listed(rows["source"]))


def misquoted() -> pd.DataFrame:
    """Where the assessment was misquoted, oldest first, with words for the codes and room in the lists of keys."""
    rows = table("misquotations").sort_values("date", kind="stable")
    shifts = _labels("misquotations", "shift")
    return rows.assign(
        said_on=rows["date"].map(in_words),
        change=rows["shift"].astype(str).map(shifts),
        works=listed(rows["source"]),
    )


def report_steps() -> pd.DataFrame:
    """The way of the report through the committees, oldest first; the end of the trail last."""
    rows = table("hearing_outcomes")
    return rows[rows["kind"].isin(_in_group("report", "hearing_outcomes", "kind"))].reset_index(drop=True)


def accounts() -> pd.DataFrame:
    """Who ended the dialogue and when, as each account tells it, oldest first.

    ``said_on`` is the date in words, as precise as it is known; ``who`` joins speaker and outlet;
    ``works`` are the keys of source and statement.
    """
    rows = table("end_accounts")
    rows["said_on"] = rows["date"].map(in_words)
    rows["who"] = rows["speaker"] + " (" + rows["said_in"] + ")"
    rows["whose"] = rows["by_side"].astype(str).map(_labels("end_accounts", "by_side"))
    rows["works"] = listed(rows["evidence_id"].fillna(rows["source"]))
    return rows


def firm() -> pd.DataFrame:
    """The accounts graded B or better."""
    rows = accounts()
    return rows[rows["grade"].astype(str) <= "B"]


def _each(name: str, rows: pd.DataFrame) -> list[tuple[str, list[Row]]]:
    """The dates of rows, each with its row; those without a date are left out."""
    dated = rows.dropna(subset="date")
    return [(date, [row]) for date, row in zip(dated["date"], rows_of(name, dated), strict=True)]


def trail() -> pd.DataFrame:
    """Dated events for the figure: lane, date, kind, mark, label, dated. What is dated to a year only is left out.

    ``dated`` is the date as it is known, ``date`` its first day, ``mark`` what one mark of the lane stands for,
    ``leads`` the rows behind it.
    """
    last = table("rounds").iloc[[-1]]
    lanes = [("Round", list(behind("rounds", last, "date_end").items()), "round", "round")]
    hearings = table("hearings")
    for committee, name in _labels("hearings", "committee").items():
        if committee in _in_group("commons", column="committee"):
            meetings = list(behind("hearings", hearings[hearings["committee"] == committee], "date").items())
            lanes.append((name, meetings, "step", "hearing"))
    lanes.append(("Report in committee", _each("hearing_outcomes", report_steps()), "law", "step of the report"))
    lanes.append(("End is told", _each("end_accounts", accounts()), "break", "account of the end"))
    rows = [
        (n, first_day(d), k, m, "", d, held) for n, dates, k, m in lanes for d, held in dates if len(d) > len("2007")
    ]
    events = pd.DataFrame(rows, columns=["lane", "date", "kind", "mark", "label", "dated", "leads"])
    events.loc[events["lane"] == "Round", "label"] = "ninth"
    return events


# --- drawing -----------------------------------------------------------------


@drawing
def positions_chart(counts: pd.DataFrame) -> Figure:
    """Counts in cells; wishes shaded the darker the more, and what is missing without shade, by pattern.

    ``counts``: as :func:`positions` returns it. A cell of *no wish in what was read* is dotted, one of *own words
    not read* hatched; neither can be taken for a count of wishes or for an empty cell.
    """
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    position = codes("hearings", "position").set_index("label")["group"]
    figure, axes = new_figure(0.36 * len(counts) + 1.9)
    shades = LinearSegmentedColormap.from_list("wishes", [PAPER, PALETTE["china"]])
    wishes = counts.loc[:, [position[c] == "wish" for c in counts]]
    deepest = max(float(wishes.to_numpy().max(initial=1)), 1.0) / DEEPEST
    patterns = {"no_wish": "....", "not_read": "////"}
    leads = behind_positions()
    for (y, x), value in np.ndenumerate(counts.to_numpy()):
        if not value:
            continue
        group = str(position[counts.columns[x]])
        hatch = patterns.get(group)
        face = PAPER if hatch else shades(value / deepest)
        axes.add_patch(Rectangle((x, y), 1, 1, facecolor=face, edgecolor=PALETTE["rule"], hatch=hatch, lw=0))
        box = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "edgecolor": "none"} if hatch else None
        axes.text(x + 0.5, y + 0.5, f"{value}", ha="center", va="center", fontsize=11, bbox=box)
        names = str(counts.index[y]), str(counts.columns[x])
        lead(axes, ", ".join(names), leads[names], (x, y), (x + 1, y + 1), number=int(value))
    axes.set_xlim(0, counts.shape[1])
    axes.set_ylim(len(counts), 0)
    axes.set_yticks(np.arange(len(counts)) + 0.5, list(counts.index))
    axes.set_xticks(np.arange(counts.shape[1]) + 0.5, [fill(str(c), 9) for c in counts.columns], fontsize=10)
    upright(axes, list(counts.columns))
    axes.xaxis.set_ticks_position("top")
    axes.set_xticks(range(counts.shape[1] + 1), minor=True)
    axes.set_yticks(range(len(counts) + 1), minor=True)
    axes.grid(which="minor", color=PALETTE["rule"], lw=0.6)
    axes.axvline(wishes.shape[1], color=PALETTE["muted"], lw=1.4)
    axes.tick_params(which="both", length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


_MARK_DAYS = 34  # marks nearer than this would touch


def stacked(dates: pd.Series) -> list[int]:
    """Level of each mark, the lowest at which it touches none before it. Dates in order."""
    last: list[pd.Timestamp] = []
    levels = []
    for date in dates:
        level = next(
            (i for i, at in enumerate(last) if (date - at).days >= by_room(_MARK_DAYS, 2 * _MARK_DAYS)), len(last)
        )
        last[level : level + 1] = [date]
        levels.append(level)
    return levels


@drawing
def trail_chart(events: pd.DataFrame) -> Figure:
    """The lanes of :func:`trail`, marks that would touch stacked upwards so that each can be counted."""
    from matplotlib.dates import DateFormatter, YearLocator

    lanes = list(dict.fromkeys(events["lane"]))
    parts = {lane: events[events["lane"] == lane].sort_values("date") for lane in lanes}
    levels = {lane: stacked(part["date"]) for lane, part in parts.items()}
    step, floors, top = 0.36, {}, 0.0
    for lane in lanes:
        top += step * max(levels[lane]) + 0.7
        floors[lane] = top
    figure, axes = new_figure(0.62 * top + 0.9)
    for lane, part in parts.items():
        colour, marker, _ = LANE_MARKS[str(part["kind"].iloc[0])]
        axes.axhline(floors[lane] + 0.2, color=PALETTE["rule"], lw=0.8, zorder=0)
        heights = [floors[lane] - step * level for level in levels[lane]]
        axes.scatter(part["date"], heights, s=46, color=PALETTE[colour], marker=marker, lw=0, zorder=2)
        for event, height in zip(part.itertuples(), heights, strict=True):
            told = f"{lane}, {in_words(event.dated)}: {event.mark}"
            lead(axes, told, event.leads, (event.date, height), size=7)
        for row in part[part["label"] != ""].itertuples():
            axes.annotate(
                row.label, (row.date, floors[lane]), xytext=(8, 0), textcoords="offset points", va="center", fontsize=10
            )
    axes.set_yticks(list(floors.values()), [f"{lane} ({len(parts[lane])})" for lane in lanes])
    axes.set_ylim(top + 0.5, floors[lanes[0]] - 0.6)
    axes.set_xlim(pd.Timestamp("2005-07-01"), pd.Timestamp("2010-02-01"))
    axes.xaxis.set_major_locator(YearLocator())
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure


# --- facts -------------------------------------------------------------------

_IN_COMMONS = "rows of hearings whose committee is of the group commons in hearing_codes"


@fact(f"appearances before committees of the House of Commons on the dialogue, 2006 to 2008: {_IN_COMMONS}", "hearings")
def silence_appearances() -> int:
    return len(appearances())


@fact(f"people who appeared: different witnesses among the {_IN_COMMONS}", "hearings")
def silence_witnesses() -> int:
    return appearances()["witness"].nunique()


def _meetings(place: int) -> int:
    rows = appearances()
    committee = _in_group("commons", column="committee")[place]
    return rows.loc[rows["committee"] == committee, ["session", "meeting"]].drop_duplicates().shape[0]


@fact("meetings with witnesses on the dialogue of the Subcommittee on International Human Rights", "hearings")
def silence_meetings_sub() -> int:
    return _meetings(0)


@fact("meetings with witnesses on the dialogue of the Standing Committee on Foreign Affairs", "hearings")
def silence_meetings_main() -> int:
    return _meetings(1)


def _asked(*codes_: str) -> int:
    return int(appearances()["position"].isin(codes_).sum())


@fact(
    "appearances before the House in which something was asked for the dialogue: position of the group wish", "hearings"
)
def silence_stated() -> int:
    return len(stated())


@fact("appearances that asked to go on or for more, position continue", "hearings")
def silence_continue() -> int:
    return _asked("continue")


@fact("appearances that asked to go on with changes, position continue_if_changed", "hearings")
def silence_changed() -> int:
    return _asked("continue_if_changed")


@fact("appearances that asked for another form in its place, position replace_form", "hearings")
def silence_replace() -> int:
    return _asked("replace_form")


@fact("appearances that asked for other means in its place, position other_means", "hearings")
def silence_other_means() -> int:
    return _asked("other_means")


@fact("appearances that asked to put off or suspend the dialogue, position suspend", "hearings")
def silence_suspend() -> int:
    return _asked("suspend")


@fact("appearances whose own words were read and hold no wish, position not_stated", "hearings")
def silence_not_stated() -> int:
    return _asked("not_stated")


@fact("appearances whose own words were not read, position not_seen", "hearings")
def silence_unseen() -> int:
    return _asked("not_seen")


@fact("appearances whose own words were read, in whole or in part: text_seen whole or part", "hearings")
def silence_read() -> int:
    return int(appearances()["text_seen"].isin(["whole", "part"]).sum())


@fact("witnesses heard on human rights in China in May 2004: committee of the group before", "hearings")
def silence_before() -> int:
    return before()["witness"].nunique()


@fact("things said of the dialogue at the hearings that the table holds", "hearing_statements")
def silence_statements() -> int:
    return len(table("hearing_statements"))


@fact("misquotations of the assessment that were found, 2006 to 2009", "misquotations")
def silence_misquoted() -> int:
    return len(misquoted())


@fact("of these, in committees of the House of Commons: capacity member, chair or witness", "misquotations")
def silence_misquoted_house() -> int:
    return int(misquoted()["capacity"].isin(["member", "chair", "witness"]).sum())


@fact("steps of the report that were found, the last one not found left out", "hearing_outcomes;hearing_codes")
def silence_steps() -> int:
    return int((report_steps()["status"] != "not_found").sum())


@fact("accounts of the end of the dialogue", "end_accounts")
def silence_accounts() -> int:
    return len(accounts())


def _side(side: str) -> int:
    return int((accounts()["by_side"] == side).sum())


@fact("accounts that name the Canadian side as the one that stopped, by_side canada", "end_accounts")
def silence_by_canada() -> int:
    return _side("canada")


@fact("accounts that name the Chinese side as the one that stopped, by_side china", "end_accounts")
def silence_by_china() -> int:
    return _side("china")


@fact("accounts that have both sides agree to stop or put it off, by_side both", "end_accounts")
def silence_by_both() -> int:
    return _side("both")


@fact("accounts of 2006 that have nothing decided yet, by_side not_decided", "end_accounts")
def silence_undecided() -> int:
    return _side("not_decided")


@fact("accounts that do not say who stopped, by_side not_stated", "end_accounts")
def silence_not_said() -> int:
    return _side("not_stated")


@fact("accounts that report a decision of a government, decision reported", "end_accounts")
def silence_decision() -> int:
    return int((accounts()["decision"] == "reported").sum())


@fact("accounts graded B or better", "end_accounts")
def silence_accounts_firm() -> int:
    return len(firm())


@fact("accounts graded B or better that name the Canadian side", "end_accounts")
def silence_firm_by_canada() -> int:
    return int((firm()["by_side"] == "canada").sum())


# Sing Tao Daily of 2007 is known from translations on the same weblog.
_BY_WEBLOG = ("burton", "singtao2007")


@fact("accounts by way of the weblog of the assessment's author: source begins burton or singtao2007", "end_accounts")
def silence_by_weblog() -> int:
    return int(accounts()["source"].str.startswith(_BY_WEBLOG).sum())


@fact("accounts that use the word suspended, with or without an adverb", "end_accounts")
def silence_suspended() -> int:
    return int(accounts()["act"].str.contains("suspended", regex=False).sum())
