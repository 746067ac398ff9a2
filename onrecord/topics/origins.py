"""Geneva before and after April 1997: the votes, the states that sponsored, Canada's part, and the bargain as told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..analysis import sponsors_in
from ..drawing import blank, by_room, drawing, on_phone
from ..facts import Amount, fact, per_cent, rounded
from ..look import PALETTE, PAPER
from ..marks import Row, a_row, lead, rows_of
from ..tables import in_words, kept, table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CANADA = "Canada"
# A size of type that a narrow screen, 360 pixels wide, still shows at nine.
TYPE = 13
PUT = ("sponsor", "co_sponsor")
AWAY = ("stepped_back", "not_co_sponsor")
# What a part is called on the page: part of the table, words.
PART_WORDS = {
    "sponsor": "sponsor",
    "co_sponsor": "co-sponsor, on a list",
    "co_sponsor_unlisted": "co-sponsor, no list seen",
    "supporter": "said to support it",
    "stepped_back": "did not sponsor",
    "not_co_sponsor": "did not sponsor",
    "not_found": "not found",
}
# How a part is drawn: marker, how far it is filled.
PART_MARKS = {
    "co-sponsor, on a list": ("s", "full"),
    "co-sponsor, no list seen": ("s", "left"),
    "did not sponsor": ("s", "none"),
}


# --- transforms -------------------------------------------------------------


@kept
def votes() -> pd.DataFrame:
    """Motions and the resolution, a row a vote: votes to stop the text, and votes to go on with it.

    On a motion to take no action a vote for stops the text; on the resolution a vote against does. Years without a
    text have a row without votes.
    """
    rows = table("unchr_votes")
    motion = rows["item"].astype(str) != "resolution"
    rows["stop"] = rows["votes_for"].where(motion, rows["votes_against"])
    rows["go_on"] = rows["votes_against"].where(motion, rows["votes_for"])
    columns = ["vote_id", "year", "item", "stop", "go_on", "abstentions", "outcome", "votes_grade"]
    return rows[columns].astype({"item": str, "outcome": str})


@kept
def motions() -> pd.DataFrame:
    """The votes on motions to take no action."""
    return votes().query("item == 'no_action_motion'").reset_index(drop=True)


def margins() -> pd.Series:
    """Votes to stop the text less votes to go on with it, by year, for motions whose figures are known."""
    known = motions().dropna(subset=["stop", "go_on"]).set_index("year")
    return (known["stop"] - known["go_on"]).astype(int)


def shares() -> pd.Series:
    """Votes to go on as a share of those cast for or against a motion, in per cent, by year; abstentions left out."""
    rows = motions().set_index("year")
    return (100 * rows["go_on"] / (rows["go_on"] + rows["stop"])).astype(float)


def canada() -> pd.DataFrame:
    """Canada's part, a row a year with a text: ``text`` (in words) and ``motion`` (the vote cast, or not found)."""
    years = motions()[["year", "vote_id"]]
    part = table("unchr_sponsors").query("state == @CANADA").set_index("year")["part"].astype(str).map(PART_WORDS)
    vote = table("unchr_rollcalls").query("state == @CANADA").set_index("vote_id")["vote"].astype(str)
    text = years["year"].map(part).fillna("not found")
    return pd.DataFrame({"year": years["year"], "text": text, "motion": years["vote_id"].map(vote).fillna("not found")})


def sponsor_counts() -> pd.DataFrame:
    """How many states sponsored the text, by year: the least and the most that a report has."""
    return table("unchr_sponsor_counts").groupby("year")["sponsors"].agg(least="min", most="max")


def lists_seen_whole() -> list[int]:
    """Years in which as many states are named as sponsors as the highest report counts."""
    named = table("unchr_sponsors").query("part in @PUT").groupby("year").size()
    most = sponsor_counts()["most"]
    return [int(year) for year, count in most.items() if named.get(year, 0) == count]


def sponsors() -> pd.DataFrame:
    """States (rows) by year (columns): their part in words, empty where no report names them.

    First the sponsors of 1997, then those that stepped back, then the others; index: state.
    """
    rows = table("unchr_sponsors")
    rows["words"] = rows["part"].astype(str).map(PART_WORDS)
    grid = rows.pivot(index="state", columns="year", values="words").fillna("")
    then = sponsors_in(1997).set_index("state")["part"].astype(str)
    rank = grid.index.map(lambda state: 0 if then.get(state) in PUT else 1 if then.get(state) == AWAY[0] else 2)
    order = sorted(range(len(grid)), key=lambda n: (rank[n], grid.index[n] == "United States", grid.index[n]))
    return grid.iloc[order]


def voted_in_1997() -> pd.DataFrame:
    """States of 1997 that sponsored or stepped back, with their vote on the motion; empty where in no column of it."""
    rows = sponsors_in(1997).query("part in @PUT or part == 'stepped_back'")
    roll = table("unchr_rollcalls").query("vote_id == 'unchr_1997_motion'").set_index("state")["vote"].astype(str)
    return rows.assign(vote=rows["state"].map(roll).fillna(""))


def bargain() -> pd.DataFrame:
    """What each party said it gave, kept or got, and what it did: party, what, when, statement and works."""
    rows = table("bargain_1997").sort_values("order")
    rows["when"] = rows["date"].map(in_words)
    kinds = {
        "said_it_gave": "said that it gave",
        "said_it_kept": "said that it kept",
        "said_it_got": "said that it got",
        "paired": "set the two side by side",
        "denied": "denied that one was for the other",
        "did": "did",
    }
    rows["kind"] = rows["kind"].astype(str).map(kinds)
    for column in ("evidence_id", "source"):
        rows[column] = rows[column].fillna("")
    return rows[["party", "kind", "text", "when", "evidence_id", "source"]]


# --- drawing ----------------------------------------------------------------


@drawing
def vote_chart(data: pd.DataFrame, part: pd.DataFrame) -> Figure:
    """Votes by year, motions and resolution in panels of their own, and below them a strip with Canada's part.

    ``data`` as :func:`votes` gives it, ``part`` as :func:`canada`. Squares stop the text, circles go on with it. In
    the strip a question mark stands for what was looked for and not found.
    """
    figure = blank(by_room(6.2, 8.5))
    (main, side), (strip, corner) = figure.subplots(2, 2, sharex="col", width_ratios=[12, 1.6], height_ratios=[4, 1.25])
    side.sharey(main)
    corner.set_visible(False)
    for row in data.itertuples():
        if row.item == "no_text":
            for axes in (main, strip):
                axes.axvspan(row.year - 0.45, row.year + 0.45, color=PALETTE["gap"], lw=0)
            again = data["year"].eq(row.year - 1) & data["item"].eq("no_text")
            words = "" if on_phone() and again.any() else "no text"  # on a phone, once for years side by side
            main.text(row.year, 10, words, rotation=90, ha="center", va="center", fontsize=TYPE)
        else:
            _vote(side if row.item == "resolution" else main, row)
    _strip(strip, part, data)
    main.set_ylim(0, by_room(31, 33))
    main.set_ylabel("votes", fontsize=TYPE)
    years = data["year"].unique()
    strip.set_xlim(years.min() - 0.7, years.max() + 0.7)
    shown = years[:: by_room(1, 2)]
    strip.set_xticks(shown, [str(year) for year in shown], rotation=90, fontsize=TYPE)
    main.set_title("Motions to take no action", fontsize=TYPE, loc="left")
    side.set_title("Resolution", fontsize=TYPE, loc="right")
    text_year = int(data.loc[data["item"] == "resolution", "year"].iloc[0])
    side.set_xlim(text_year - 0.8, text_year + 0.8)
    side.set_xticks([text_year], [str(text_year)], rotation=90, fontsize=TYPE)
    side.tick_params(axis="x", labelbottom=True)
    for axes in (main, side):
        axes.tick_params(axis="y", labelsize=TYPE)
    _key(figure)
    return figure


def _vote(axes: Axes, row) -> None:
    # Two points at nearly one height stand beside each other; on a phone, where years are close, on one line.
    from matplotlib.patheffects import withStroke

    shift = by_room(0.16, 0) if abs(row.stop - row.go_on) < 2 else 0
    axes.plot([row.year] * 2, [row.stop, row.go_on], color=PALETTE["rule"], lw=2, zorder=1)
    for value, dx, colour, marker, above in (
        (row.stop, -shift, "china", "s", by_room(row.stop > row.go_on, row.stop >= row.go_on)),
        (row.go_on, shift, "canada", "o", row.go_on > row.stop),
    ):
        axes.scatter(row.year + dx, value, s=40, color=PALETTE[colour], marker=marker)
        told = f"{row.year}, votes {'to stop the text' if marker == 's' else 'to go on with it'}: {int(value)}"
        lead(axes, told, [a_row("unchr_votes", row.vote_id)], (row.year + dx, value), size=7)
        axes.annotate(
            f"{int(value)}",
            (row.year + dx, value),
            xytext=(6 * np.sign(dx), 6 if above or dx < 0 else -6),
            textcoords="offset points",
            ha="center",
            va="bottom" if above or dx < 0 else "top",
            fontsize=TYPE,
            path_effects=[withStroke(linewidth=2, foreground=PAPER)],
        )


def _canadian_rows(year: int, polls: pd.DataFrame) -> tuple[list[Row], list[Row]]:
    """The rows behind Canada's part in the text of a year, and behind its vote on the motion; none if none is seen."""
    text = table("unchr_sponsors").query("state == @CANADA and year == @year")
    motion = polls.loc[(polls["year"] == year) & (polls["item"] == "no_action_motion"), "vote_id"]  # noqa: F841
    vote = table("unchr_rollcalls").query("state == @CANADA and vote_id in @motion")
    return rows_of("unchr_sponsors", text), rows_of("unchr_rollcalls", vote)


def _strip(axes: Axes, part: pd.DataFrame, polls: pd.DataFrame) -> None:
    for row in part.itertuples():
        places = (1, f"text, {row.text}"), (0, f"motion, {row.motion}")
        for (y, words), held in zip(places, _canadian_rows(row.year, polls), strict=True):
            if held:
                lead(axes, f"Canada {row.year}: {words}", held, (row.year, y), size=10)
        marks = ((1, PART_MARKS.get(row.text)), (0, ("o", "full") if row.motion == "against" else None))
        for y, mark in marks:
            if mark is None:
                axes.text(row.year, y, "?", ha="center", va="center", fontsize=TYPE, color=PALETTE["muted"])
            else:
                _mark(axes, row.year, y, *mark)
    axes.set_yticks([1, 0], ["text", "motion"], fontsize=TYPE, va="center")
    axes.set_ylim(-0.6, 1.6)
    axes.tick_params(axis="y", length=0)
    axes.set_ylabel("Canada", fontsize=TYPE)


def _mark(axes: Axes, x: float, y: float, marker: str, fill: str, size: float = 8) -> None:
    axes.plot(
        [x],
        [y],
        marker=marker,
        fillstyle=fill,
        ms=size,
        color=PALETTE["canada"],
        markerfacecoloralt=PAPER,
        ls="",
    )


def _key(figure: Figure) -> None:
    axes = figure.axes[0]
    shown = [
        ("to stop the text", "china", "s", "full"),
        ("to go on with it", "canada", "o", "full"),
        *((f"Canada: {words}", "canada", *mark) for words, mark in PART_MARKS.items()),
    ]
    for label, colour, marker, fill in shown:
        axes.plot(
            [],
            [],
            marker=marker,
            fillstyle=fill,
            ms=8,
            color=PALETTE[colour],
            markerfacecoloralt=PAPER,
            ls="",
            label=label,
        )
    axes.plot([], [], marker="$?$", ms=7, color=PALETTE["muted"], ls="", label="looked for, not found")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=by_room(2, 1), fontsize=TYPE)


@drawing
def sponsor_grid(grid: pd.DataFrame, whole: list[int]) -> Figure:
    """States by year: a filled square for a sponsor, an open one for a state said not to sponsor.

    ``grid`` as :func:`sponsors` gives it. Years of which no whole list was seen are shaded: there an empty cell tells
    nothing. In the others it means that the state is not on the list.
    """
    figure = blank(0.29 * len(grid) + 1.7)
    axes = figure.subplots()
    for x, year in enumerate(grid.columns):
        if year not in whole:
            axes.axvspan(x - 0.5, x + 0.5, color=PALETTE["land"], lw=0, zorder=0)
    marks = {"sponsor": ("s", "full"), "said to support it": ("^", "full"), **PART_MARKS}
    for (y, x), words in np.ndenumerate(grid.to_numpy()):
        if words in marks:
            _mark(axes, x, y, *marks[words], size=9)
        elif words:
            axes.text(x, y, "?", ha="center", va="center", fontsize=TYPE)
        if words:
            state, year = grid.index[y], grid.columns[x]
            held = [a_row("unchr_sponsors", year, state)]
            lead(axes, f"{state}, {year}: {words}", held, (x - 0.5, y - 0.5), (x + 0.5, y + 0.5))
    then = grid[1997] if 1997 in grid else pd.Series("", index=grid.index)
    ends = [int(then.isin(["sponsor", "co-sponsor, on a list"]).sum())]
    ends.append(ends[0] + int(grid.index.isin(sponsors_in(1997).query("part == 'stepped_back'")["state"]).sum()))
    for y in range(len(grid)):
        axes.axhline(y, color=PALETTE["rule"], lw=0.6, zorder=0.5)
    for end in ends:
        axes.axhline(end - 0.5, color=PALETTE["muted"], lw=1)
    axes.set_yticks(range(len(grid)), list(grid.index), fontsize=TYPE, va="center")
    axes.set_xticks(range(grid.shape[1]), [str(year) for year in grid.columns], rotation=90, fontsize=TYPE)
    axes.xaxis.set_ticks_position("top")
    axes.set_xlim(-0.6, grid.shape[1] - 0.4)
    axes.set_ylim(len(grid) - 0.4, -0.6)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for words, (marker, fill) in (
        ("sponsor", ("s", "full")),
        *list(PART_MARKS.items())[1:],
        ("said to support it", ("^", "full")),
    ):
        axes.plot(
            [],
            [],
            marker=marker,
            fillstyle=fill,
            ms=9,
            color=PALETTE["canada"],
            markerfacecoloralt=PAPER,
            ls="",
            label=words,
        )
    axes.plot([], [], marker="$?$", ms=9, color=PALETTE["ink"], ls="", label="looked for, not found")
    axes.plot([], [], marker="s", ms=11, color=PALETTE["land"], ls="", label="no whole list seen")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=by_room(2, 1), fontsize=TYPE)
    return figure


# --- facts -------------------------------------------------------------------


@fact("rows of unchr_votes with item no_action_motion", "unchr_votes")
def origins_texts() -> int:
    return len(motions())


@fact("rows of unchr_votes with item no_action_motion and year up to 1997", "unchr_votes")
def origins_texts_to_1997() -> int:
    return int((motions()["year"] <= 1997).sum())


@fact("rows of unchr_votes with item no_action_motion and year after 1997", "unchr_votes")
def origins_texts_later() -> int:
    return int((motions()["year"] > 1997).sum())


@fact(
    "rows of unchr_sponsors with state Canada, year before 1997 and part co_sponsor or co_sponsor_unlisted",
    "unchr_sponsors",
)
def origins_cosponsor_years() -> int:
    part = table("unchr_sponsors").query("state == @CANADA and year < 1997")["part"].astype(str)
    return int(part.str.startswith("co_sponsor").sum())


@fact("rows of unchr_sponsors with state Canada, year before 1997 and part co_sponsor", "unchr_sponsors")
def origins_listed_years() -> int:
    return int((canada().query("year < 1997")["text"] == PART_WORDS["co_sponsor"]).sum())


@fact("rows of unchr_rollcalls with state Canada", "unchr_rollcalls")
def origins_canada_votes() -> int:
    return int((canada()["motion"] != "not found").sum())


def _cell(year: int, item: str, column: str) -> int:
    rows = votes()
    return int(rows.loc[(rows["year"] == year) & (rows["item"] == item), column].iloc[0])


@fact("votes_against of unchr_1997_motion in unchr_votes", "unchr_votes")
def origins_go_1997() -> int:
    return _cell(1997, "no_action_motion", "go_on")


@fact("votes_for of unchr_1996_motion in unchr_votes, as reported", "unchr_votes")
def origins_stop_1996() -> int:
    return _cell(1996, "no_action_motion", "stop")


@fact("votes_against of unchr_1996_motion in unchr_votes, as reported", "unchr_votes")
def origins_go_1996() -> int:
    return _cell(1996, "no_action_motion", "go_on")


@fact("votes_for of unchr_1995_motion in unchr_votes, as reported; votes_against is the same", "unchr_votes")
def origins_tie_1995() -> int:
    return _cell(1995, "no_action_motion", "stop")


@fact("votes_for of unchr_1995_resolution in unchr_votes, as reported", "unchr_votes")
def origins_for_1995() -> int:
    return _cell(1995, "resolution", "go_on")


@fact("votes_against of unchr_1995_resolution in unchr_votes, as reported", "unchr_votes")
def origins_against_1995() -> int:
    return _cell(1995, "resolution", "stop")


@fact("votes_for less votes_against of unchr_1997_motion in unchr_votes", "unchr_votes")
def origins_margin_1997() -> int:
    return int(margins()[1997])


def _against(before: bool) -> pd.Series:
    rows = motions()
    return rows.loc[(rows["year"] < 1997) if before else (rows["year"] > 1997), "go_on"].dropna()


@fact("least votes_against of a motion after 1997 in unchr_votes", "unchr_votes")
def origins_go_least_later() -> int:
    return int(_against(False).min())


@fact("most votes_against of a motion after 1997 in unchr_votes", "unchr_votes")
def origins_go_most_later() -> int:
    return int(_against(False).max())


@fact("least votes_against of a motion before 1997 in unchr_votes", "unchr_votes")
def origins_go_least_before() -> int:
    return int(_against(True).min())


@fact("most votes_against of a motion before 1997 in unchr_votes", "unchr_votes")
def origins_go_most_before() -> int:
    return int(_against(True).max())


@fact("median of votes_against of the motions before 1997 in unchr_votes", "unchr_votes")
def origins_go_median_before() -> Amount:
    return rounded(float(_against(True).median()), 1, "votes")


@fact("votes_against over votes_for and votes_against of unchr_1997_motion, per cent, in unchr_votes", "unchr_votes")
def origins_share_1997() -> Amount:
    cast = motions().set_index("year").loc[1997]
    return per_cent(cast["go_on"], cast["go_on"] + cast["stop"])


@fact(
    "years before 1997 with a smaller share, per cent, of votes_against in votes_for and votes_against", "unchr_votes"
)
def origins_share_smaller() -> int:
    before = shares()[shares().index < 1997]
    return int((before < shares()[1997]).sum())


@fact("year of the motion with the largest votes_for less votes_against in unchr_votes", "unchr_votes")
def origins_widest_year() -> str:
    return str(margins().idxmax())


@fact("largest votes_for less votes_against of a motion in unchr_votes", "unchr_votes")
def origins_widest_margin() -> int:
    return int(margins().max())


@fact("rows of unchr_sponsors of 1997 with part sponsor or co_sponsor", "unchr_sponsors")
def origins_sponsors() -> int:
    return int(sponsors_in(1997)["part"].isin(PUT).sum())


@fact("rows of unchr_sponsors of 1997 with part co_sponsor", "unchr_sponsors")
def origins_cosponsors() -> int:
    return int((sponsors_in(1997)["part"] == "co_sponsor").sum())


@fact("rows of unchr_sponsors of 1997 with eu_member true and part sponsor or co_sponsor", "unchr_sponsors")
def origins_eu_sponsors() -> int:
    rows = sponsors_in(1997)
    return int((rows["eu_member"].fillna(False) & rows["part"].isin(PUT)).sum())


@fact("rows of unchr_sponsors of 1997 with part stepped_back, Canada among them", "unchr_sponsors")
def origins_back() -> int:
    return int((sponsors_in(1997)["part"] == "stepped_back").sum())


@fact("of these, states with vote against on unchr_1997_motion in unchr_rollcalls", "unchr_sponsors; unchr_rollcalls")
def origins_back_against() -> int:
    rows = voted_in_1997()
    return int(((rows["part"] == "stepped_back") & (rows["vote"] == "against")).sum())


def _counts_before() -> pd.DataFrame:
    counts = sponsor_counts()
    return counts[counts.index < 1997]


@fact("years before 1997 with a row in unchr_sponsor_counts", "unchr_sponsor_counts")
def origins_counted_years() -> int:
    return len(_counts_before())


@fact("those years and 1997", "unchr_sponsor_counts")
def origins_counted_years_all() -> int:
    return len(_counts_before()) + 1


@fact("least sponsors of a year before 1997 in unchr_sponsor_counts", "unchr_sponsor_counts")
def origins_count_least_before() -> int:
    return int(_counts_before()["least"].min())


@fact("most sponsors of a year before 1997 in unchr_sponsor_counts", "unchr_sponsor_counts")
def origins_count_most_before() -> int:
    return int(_counts_before()["most"].max())


@fact("rows of unchr_rollcalls for the motions of 1995 and of 1997", "unchr_rollcalls")
def origins_rollcall_rows() -> int:
    return int(table("unchr_rollcalls")["vote_id"].isin(["unchr_1995_motion", "unchr_1997_motion"]).sum())


def _elsewhere(text_id: str, column: str) -> int:
    return int(table("other_un_texts").set_index("text_id").at[text_id, column])


@fact("votes_for of subcommission_1989_china in other_un_texts", "other_un_texts")
def origins_sub_for() -> int:
    return _elsewhere("subcommission_1989_china", "votes_for")


@fact("votes_against of subcommission_1989_china in other_un_texts", "other_un_texts")
def origins_sub_against() -> int:
    return _elsewhere("subcommission_1989_china", "votes_against")


@fact("votes_for of council_2022_xinjiang in other_un_texts", "other_un_texts")
def origins_council_for() -> int:
    return _elsewhere("council_2022_xinjiang", "votes_for")


@fact("votes_against of council_2022_xinjiang in other_un_texts", "other_un_texts")
def origins_council_against() -> int:
    return _elsewhere("council_2022_xinjiang", "votes_against")


@fact("abstentions of council_2022_xinjiang in other_un_texts", "other_un_texts")
def origins_council_abstained() -> int:
    return _elsewhere("council_2022_xinjiang", "abstentions")
