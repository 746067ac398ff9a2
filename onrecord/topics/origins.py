"""Geneva before and after April 1997: the votes, the states that sponsored, and what they count to."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from ..facts import fact
from ..figures import PALETTE, PAPER, WIDTH
from ..tables import table

# Canada's part in a year, as the strip of the figure tells it.
PARTS = {
    "cosponsor_inferred": "co-sponsor, as we infer",
    "not_cosponsor": "not a co-sponsor",
    "not_seen": "not seen",
    "no_text": "no text",
}
# colour, marker, filled
PART_MARKS = {
    "co-sponsor, as we infer": ("canada", "s", True),
    "not a co-sponsor": ("canada", "s", False),
    "not seen": ("muted", "x", True),
}


def votes() -> pd.DataFrame:
    """Motions and the resolution, a row a vote: votes to stop the text, votes to go on with it, and Canada's part.

    On a motion to take no action a vote for stops the text; on the resolution a
    vote against does. Years without a text have a row without votes.
    """
    rows = table("unchr_votes")
    motion = rows["item"].astype(str) != "resolution"
    rows["stop"] = rows["votes_for"].where(motion, rows["votes_against"])
    rows["go_on"] = rows["votes_against"].where(motion, rows["votes_for"])
    rows["part"] = rows["canada_part"].astype(str).map(PARTS)
    columns = ["year", "item", "stop", "go_on", "abstentions", "outcome", "part", "canada_vote", "votes_grade"]
    return rows[columns].astype({"item": str, "outcome": str, "canada_vote": str})


def motions() -> pd.DataFrame:
    """The votes on motions to take no action."""
    return votes().query("item == 'no_action_motion'").reset_index(drop=True)


def margins() -> pd.Series:
    """Votes to stop the text less votes to go on with it, by year, for motions whose figures are known."""
    known = motions().dropna(subset=["stop", "go_on"]).set_index("year")
    return (known["stop"] - known["go_on"]).astype(int)


def sponsors() -> pd.DataFrame:
    """States of April 1997: sponsors first, then those that stepped back; True where a column applies.

    Index: state. Columns: sponsored the draft, stepped back, voted against the
    motion; ``part`` tells the two groups apart.
    """
    states = table("sponsors_1997")
    part = states["part"].astype(str)
    made = pd.DataFrame(
        {
            "sponsored the draft": part.ne("stepped_back"),
            "stepped back": part.eq("stepped_back"),
            "voted to go on": states["motion_vote"].astype(str).eq("against"),
        }
    )
    made.index = pd.Index(states["state"], name="state")
    made["part"] = np.where(part.eq("stepped_back"), "stepped back", "sponsor")
    return made.sort_values("part", kind="stable")


def vote_chart(data: pd.DataFrame) -> Figure:
    """Votes by year: one panel for the motions, one for the resolution, a strip for Canada's part.

    ``data`` as :func:`votes` gives it. Squares stop the text, circles go on with it, diamonds abstain.
    """
    figure = Figure(figsize=(WIDTH, 4.6))
    main, side = figure.subplots(1, 2, sharey=True, width_ratios=[12, 1.3])
    for row in data.itertuples():
        axes = side if row.item == "resolution" else main
        if row.item == "no_text":
            axes.axvspan(row.year - 0.45, row.year + 0.45, color=PALETTE["gap"], lw=0)
        if pd.isna(row.stop):
            text = "no text" if row.item == "no_text" else "figures not seen"
            axes.text(row.year, 17, text, rotation=90, ha="center", va="center", fontsize=10)
            continue
        _vote(axes, row)
    _strip(main, data)
    main.set_ylim(0, 30)
    main.set_yticks(range(5, 31, 5))
    main.set_xlim(data["year"].min() - 0.7, data["year"].max() + 0.6)
    main.set_ylabel("votes")
    main.xaxis.set_major_locator(MaxNLocator(nbins=16, integer=True))
    main.tick_params(axis="x", labelsize=10)
    main.set_title("Motions to take no action", fontsize=11, loc="left")
    side.set_title("Resolution", fontsize=11)
    side.set_xticks(data.loc[data["item"] == "resolution", "year"].tolist())
    side.set_xlim(data.loc[data["item"] == "resolution", "year"].mean() + np.array([-0.6, 0.6]))
    figure.legend(*main.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=10)
    return figure


def _vote(axes, row) -> None:
    shift = 0.13 if abs(row.stop - row.go_on) < 2 else 0
    axes.plot([row.year] * 2, [row.stop, row.go_on], color=PALETTE["rule"], lw=2, zorder=1)
    for value, dx, colour, marker, above in (
        (row.stop, -shift, "china", "s", row.stop >= row.go_on),
        (row.go_on, shift, "canada", "o", row.go_on > row.stop),
        (row.abstentions, 0, "account", "D", False),
    ):
        hollow = marker == "D"
        face = PAPER if hollow else PALETTE[colour]
        axes.scatter(row.year + dx, value, s=26 if hollow else 40, color=face, edgecolor=PALETTE[colour], marker=marker)
        axes.annotate(
            f"{int(value)}",
            (row.year + dx, value),
            xytext=(5 * np.sign(dx), 6 if above or dx else -6),
            textcoords="offset points",
            ha="center",
            va="bottom" if above or dx else "top",
            fontsize=9.5,
            path_effects=[withStroke(linewidth=2, foreground=PAPER)],
        )


def _strip(axes, data: pd.DataFrame) -> None:
    for label, colour, marker in (
        ("to stop the text", "china", "s"),
        ("to go on with the text", "canada", "o"),
        ("abstained", "account", "D"),
    ):
        face = PAPER if marker == "D" else PALETTE[colour]
        axes.scatter([], [], s=36, color=face, edgecolor=PALETTE[colour], marker=marker, label=label)
    rows = data[data["item"] != "resolution"]
    axes.axhline(3.1, color=PALETTE["rule"], lw=0.8)
    for part, (colour, marker, filled) in PART_MARKS.items():
        years = rows.loc[rows["part"] == part, "year"]
        shape = (
            {"color": PALETTE[colour]}
            if marker == "x"
            else {"color": PALETTE[colour] if filled else PAPER, "edgecolor": PALETTE[colour]}
        )
        axes.scatter(years, [1.5] * len(years), s=30, marker=marker, label=f"Canada: {part}", **shape)


# --- facts -------------------------------------------------------------------


@fact("texts on China put to the Commission", "unchr_votes")
def origins_texts() -> int:
    return len(motions())


@fact("texts on China put to the Commission up to 1997", "unchr_votes")
def origins_texts_to_1997() -> int:
    return int((motions()["year"] <= 1997).sum())


@fact("texts on China put to the Commission after 1997", "unchr_votes")
def origins_texts_later() -> int:
    return int((motions()["year"] > 1997).sum())


@fact("motions to take no action that were carried", "unchr_votes")
def origins_carried() -> int:
    return int((motions()["outcome"] == "motion_carried").sum())


@fact("sessions for which Canada's co-sponsorship is inferred", "unchr_votes")
def origins_cosponsor_years() -> int:
    return int((motions()["part"] == PARTS["cosponsor_inferred"]).sum())


def _cell(year: int, item: str, column: str) -> int:
    rows = votes()
    return int(rows.loc[(rows["year"] == year) & (rows["item"] == item), column].iloc[0])


@fact("votes for the motion of 1997", "unchr_votes")
def origins_stop_1997() -> int:
    return _cell(1997, "no_action_motion", "stop")


@fact("votes against the motion of 1997", "unchr_votes")
def origins_go_1997() -> int:
    return _cell(1997, "no_action_motion", "go_on")


@fact("votes for the motion of 1996, as reported by Xinhua", "unchr_votes")
def origins_stop_1996() -> int:
    return _cell(1996, "no_action_motion", "stop")


@fact("votes against the motion of 1996, as reported by Xinhua", "unchr_votes")
def origins_go_1996() -> int:
    return _cell(1996, "no_action_motion", "go_on")


@fact("votes on each side of the motion of 1995, as reported", "unchr_votes")
def origins_tie_1995() -> int:
    return _cell(1995, "no_action_motion", "stop")


@fact("votes for the resolution of 1995, as reported", "unchr_votes")
def origins_for_1995() -> int:
    return _cell(1995, "resolution", "go_on")


@fact("votes against the resolution of 1995, as reported", "unchr_votes")
def origins_against_1995() -> int:
    return _cell(1995, "resolution", "stop")


@fact("votes by which the motion of 1997 was carried", "unchr_votes")
def origins_margin_1997() -> int:
    return int(margins()[1997])


@fact("fewest votes against a motion after 1997", "unchr_votes")
def origins_go_least_later() -> int:
    rows = motions()
    return int(rows.loc[rows["year"] > 1997, "go_on"].min())


@fact("most votes against a motion after 1997", "unchr_votes")
def origins_go_most_later() -> int:
    rows = motions()
    return int(rows.loc[rows["year"] > 1997, "go_on"].max())


@fact("the year of the motion carried by the most votes", "unchr_votes")
def origins_widest_year() -> str:
    return str(margins().idxmax())


@fact("votes by which that motion was carried", "unchr_votes")
def origins_widest_margin() -> int:
    return int(margins().max())


@fact("states listed as sponsors of the draft of 1997, its mover among them", "sponsors_1997")
def origins_sponsors() -> int:
    return int(sponsors()["sponsored the draft"].sum())


@fact("co-sponsors of the draft of 1997 beside its mover", "sponsors_1997")
def origins_cosponsors() -> int:
    return int((table("sponsors_1997")["part"] == "co_sponsor").sum())


def _eu(stepped_back: bool) -> int:
    rows = table("sponsors_1997")
    return int((rows["eu_member"] & ((rows["part"] == "stepped_back") == stepped_back)).sum())


@fact("members of the European Union among the sponsors of the draft of 1997", "sponsors_1997")
def origins_eu_sponsors() -> int:
    return _eu(False)


@fact("members of the European Union that stepped back in 1997", "sponsors_1997")
def origins_eu_back() -> int:
    return _eu(True)


@fact("states reported to have stepped back in 1997, Canada among them", "sponsors_1997")
def origins_back() -> int:
    return int(sponsors()["stepped back"].sum())


@fact("of these, states that voted against the motion", "sponsors_1997")
def origins_back_against() -> int:
    return int(sponsors().query("`stepped back`")["voted to go on"].sum())
