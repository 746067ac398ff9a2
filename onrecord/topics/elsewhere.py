"""Other dialogues with China: rounds, breaks, evaluations and the criteria that evaluators share."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from ..analysis import rounds_with_venues
from ..facts import fact
from ..figures import PALETTE, PAPER, lanes, lines, new_figure
from ..tables import first_day, in_words, labels, last_day, listed, table

# Breaks that have a day of their own; a gap or a silence shows as empty space.
DATED_BREAKS = ("called_off", "broken_off")
# What a mark of the lanes stands for.
LANE_KINDS = {"round": "round, dated to a month or day", "other": "round, dated to a year", "break": "break"}
# A gap counts as a break when it is longer than this, in years.
GAP_YEARS = 2
# A criterion is shared when at least so many voices speak of it.
MANY_VOICES = 4
# How a relation or stance is drawn: colour, marker, filled. Told apart by shape as well as colour.
MARKS = {
    "asks": ("proposal", "s", True),
    "present": ("benefit", "o", True),
    "part": ("account", "o", False),
    "lacking": ("criticism", "X", True),
    "opposed": ("justification", "^", True),
    "not_found": ("account", "_", True),
}
STANCE_MARKS = {
    "asks": "asks",
    "met": "present",
    "mixed": "part",
    "mentions": "part",
    "not_met": "lacking",
    "declines": "opposed",
}
# The marks in words.
STANCES = {
    "asks": "asks for it",
    "present": "reports it as met",
    "part": "in part, or mentioned",
    "lacking": "finds it lacking",
    "opposed": "declines it",
}


def midpoint(date: str) -> pd.Timestamp:
    """The middle of what a date of year, month or day precision can mean."""
    first, last = first_day(date), last_day(date)
    return first + (last - first) / 2


def followed() -> pd.DataFrame:
    """The dialogues with at least one dated round held, in order of their start."""
    held = table("comparator_rounds").query("status == 'held'")["dialogue_id"].unique()
    partners = table("comparators")
    return partners[partners["dialogue_id"].isin(held)].sort_values("start", kind="stable", ignore_index=True)


def lane_events() -> pd.DataFrame:
    """Rounds and breaks for the lanes: lane, date, kind, label, dated, precision, dialogue_id.

    A lane is a dialogue with the number of rounds found in brackets. ``kind`` is
    round (dated to a month or a day), other (to a year only) or break.
    """
    rounds = table("comparator_rounds").query("status == 'held'")[["dialogue_id", "date", "date_precision"]]
    breaks = table("dialogue_breaks").query("kind in @DATED_BREAKS")[["dialogue_id", "date", "date_precision"]]
    by_year = rounds["date_precision"] == "year"
    both = pd.concat([rounds.assign(kind=by_year.map({True: "other", False: "round"})), breaks.assign(kind="break")])
    partners = followed()
    lanes = partners["country"] + " (" + partners["rounds_found"].astype(str) + ")"
    order = {key: place for place, key in enumerate(partners["dialogue_id"])}
    both["lane"] = both["dialogue_id"].map(dict(zip(partners["dialogue_id"], lanes, strict=True)))
    both["place"], both["dated"], both["label"] = both["dialogue_id"].map(order), both["date"], ""
    both["date"] = both["dated"].map(midpoint)
    return both.sort_values(["place", "date"], ignore_index=True).drop(columns="place")


def lanes_in_words(events: pd.DataFrame) -> pd.DataFrame:
    """What the lanes show, in words: dialogue, date as it is known, kind."""
    names = events["dialogue_id"].map(labels("comparators", "country"))
    cells = [names, events["dated"].map(in_words), events["kind"].map(LANE_KINDS)]
    return pd.concat(cells, axis=1).set_axis(["Dialogue with China", "Date", "Kind"], axis=1)


def years_shown() -> tuple[str, str]:
    """First and last day of the years in which there are events."""
    dates = lane_events()["date"]
    return f"{dates.min().year}-01-01", f"{dates.max().year}-12-31"


def canadian_years() -> tuple[str, str]:
    """First and last day of the Canadian rounds, to the month for the first."""
    rounds = rounds_with_venues()
    return str(rounds["date"].iloc[0].date()), str(rounds["date_end"].iloc[-1])


def lanes_with_breaks(events: pd.DataFrame) -> Figure:
    """The lanes of :func:`lane_events`, the years of the Canadian rounds shaded."""
    return lanes(events, years_shown(), canadian_years())


def pace() -> pd.DataFrame:
    """Number of the latest round by year, for the dialogues that began in the Canadian one's year.

    Index: years; columns: partners; null where no numbered round is known in the year.
    """
    partners = followed()
    canada = partners.set_index("dialogue_id").at["canada", "start"][:4]
    names = partners[partners["start"].str.startswith(canada)].set_index("dialogue_id")["country"]
    rounds = table("comparator_rounds").query("status == 'held' and dialogue_id in @names.index")
    rounds = rounds[rounds["round_no"].notna()].assign(year=lambda r: r["date"].str[:4].astype(int))
    numbers = rounds.pivot_table(index="year", columns="dialogue_id", values="round_no", aggfunc="max")
    numbers = numbers.reindex(columns=names.index).rename(columns=names)
    return numbers.reindex(range(int(numbers.index.min()), int(numbers.index.max()) + 1)).astype(float)


# Where the name of a line goes that would lie on another, in points from its last point.
PACE_NAMES = {"Canada": (-6, 16), "Norway": (6, -12)}


def pace_chart(numbers: pd.DataFrame) -> Figure:
    """The lines of :func:`pace`, joined over years without a round, with names that keep clear of the other lines."""
    figure = lines(numbers, "round number", joined=True)
    for name in figure.axes[0].texts:
        name.set_path_effects([withStroke(linewidth=2.2, foreground=PAPER)])
        name.set_position(PACE_NAMES.get(name.get_text(), name.get_position()))
    return figure


def breaks_stated() -> pd.DataFrame:
    """The breaks for which a side or a cause is stated, oldest first, in words for a table."""
    rows = table("dialogue_breaks")
    rows = rows[(rows["side"] != "not_stated") | rows["cause"].notna()].sort_values("date")
    side = {"china": "China", "partner": "partner", "not_stated": "not stated"}
    return pd.DataFrame(
        {
            "Dialogue": rows["dialogue_id"].map(labels("comparators", "country")),
            "When": rows["date"].str[:4],
            "Side": rows["side"].map(side).astype(str),
            "Stated cause": rows["cause"].fillna("none found"),
            "Stated by": rows["stated_by"],
            "Source": listed(rows["source"]),
        }
    )


def partners() -> pd.DataFrame:
    """The dialogues with dated rounds side by side, in words for a table."""
    rows = followed()
    status = rows["status"].astype(str).str.replace("_", " ")
    return pd.DataFrame(
        {
            "Partner": rows["country"],
            "Began": rows["start"].str[:4],
            "Last found": rows["last_round_date"].str[:4],
            "Status": status,
            "What was made public": rows["openness"],
            "Part of organizations": rows["ngo_part"],
            "Source": listed(rows["source"]),
        }
    )


def evaluations() -> pd.DataFrame:
    """The evaluations by who made them and by year, in words for a table."""
    rows = table("evaluations").sort_values(["independence", "year"])
    kind = {
        "commissioned": "for the government",
        "parliamentary": "parliament",
        "independent": "scholar",
        "ngo": "organization",
    }
    verdict = rows["verdict"].astype(str).str.replace("_", " ")
    return pd.DataFrame(
        {
            "Dialogue": rows["dialogue_id"].map(labels("comparators", "country")),
            "Author and year": rows["author"] + ", " + rows["year"].astype("string").fillna("no date"),
            "By": rows["independence"].map(kind).astype(str),
            "Finding": rows["finding"],
            "Our reading": verdict,
            "Source": listed(rows["source"]),
        }
    )


def verdicts() -> pd.DataFrame:
    """Evaluations by who made them (rows) and our reading of the verdict (columns)."""
    rows = table("evaluations")
    return pd.crosstab(rows["independence"], rows["verdict"])


def criteria_by_voice() -> pd.DataFrame:
    """One row a criterion, voice and mark: row (label), column (voice), kind (a key of ``MARKS``).

    Criteria are ordered by the number of sources that speak of them, voices as in the table of sources.
    """
    rows = table("criteria").merge(table("criterion_sources"), on="source")
    rows["kind"] = rows["stance"].astype(str).map(STANCE_MARKS)
    order = rows.groupby("criterion_id")["source"].nunique().sort_values(ascending=False, kind="stable")
    place = {key: at for at, key in enumerate(order.index)}
    voices = {key: at for at, key in enumerate(table("criterion_sources")["voice"].unique())}
    rows = rows.assign(row=rows["criterion_id"].map(labels("criteria_list")), column=rows["voice"])
    rows = rows.drop_duplicates(["row", "column", "kind"])
    rows = rows.assign(a=rows["criterion_id"].map(place), b=rows["voice"].map(voices))
    return rows.sort_values(["a", "b", "kind"])[["row", "column", "kind"]].reset_index(drop=True)


def marks_in_words(marks: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """What :func:`mark_matrix` draws, in the words of its key: criterion, who speaks, and how."""
    return marks.assign(kind=marks["kind"].map(names)).set_axis(["Criterion", "Who speaks", "How"], axis=1)


def mark_matrix(marks: pd.DataFrame, columns: Sequence[str], names: Mapping[str, str]) -> Figure:
    """Marks where a row meets a column, side by side where there are more than one.

    ``marks``: row, column (labels), kind (a key of ``MARKS``), rows in order of
    appearance; ``columns``: the columns in order; ``names``: kinds in words, for the key.
    """
    rows = list(dict.fromkeys(marks["row"]))
    figure, axes = new_figure(0.34 * len(rows) + 2.2)
    for (row, column), cell in marks.groupby(["row", "column"], sort=False):
        for place, kind in enumerate(cell["kind"]):
            colour, marker, filled = MARKS[kind]
            x = columns.index(column) + 0.46 * (place - (len(cell) - 1) / 2)
            ink = PALETTE[colour]
            face = ink if filled else PAPER
            axes.scatter(x, rows.index(row), s=20, marker=marker, color=face, edgecolor=ink, lw=1.1, zorder=2)
    for edge in range(len(columns) + 1):
        axes.axvline(edge - 0.5, color=PALETTE["rule"], lw=0.6, zorder=0)
    for edge in range(len(rows) + 1):
        axes.axhline(edge - 0.5, color=PALETTE["rule"], lw=0.6, zorder=0)
    axes.set_yticks(range(len(rows)), [textwrap.fill(row, 26) for row in rows], fontsize=10.5)
    axes.set_xticks(range(len(columns)), columns, fontsize=10.5, rotation=40, ha="left", rotation_mode="anchor")
    axes.xaxis.set_ticks_position("top")
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.legend(handles=[_key(kind, name) for kind, name in names.items()], loc="outside lower left", ncols=3)
    return figure


def _key(kind: str, name: str) -> Line2D:
    colour, marker, filled = MARKS[kind]
    face = PALETTE[colour] if filled else PAPER
    return Line2D([], [], ls="", marker=marker, markersize=6, color=PALETTE[colour], markerfacecolor=face, label=name)


# --- facts -------------------------------------------------------------------


@fact("dialogues with China of which at least one round held could be dated", "comparators; comparator_rounds")
def elsewhere_dialogues() -> int:
    return len(followed())


@fact("partners named as holding a dialogue for which no round was found", "comparators")
def elsewhere_undated() -> int:
    return int((table("comparators")["rounds_basis"] == "none_found").sum())


@fact("rounds held that could be dated, the Canadian ones among them", "comparator_rounds")
def elsewhere_rounds_dated() -> int:
    return int((table("comparator_rounds")["status"] == "held").sum())


@fact("sum over the dialogues of the rounds held by their highest number", "comparators")
def elsewhere_rounds_numbered() -> int:
    return int(table("comparators")["rounds_found"].sum())


@fact("rounds announced of which it was not seen whether they were held", "comparator_rounds")
def elsewhere_rounds_announced() -> int:
    return int((table("comparator_rounds")["status"] == "scheduled").sum())


@fact("dialogues of which a round was found in the last two years", "comparators")
def elsewhere_running() -> int:
    return int((table("comparators")["status"] == "running").sum())


@fact("dialogues with dated rounds that began in 1997", "comparators")
def elsewhere_began_1997() -> int:
    return pace().shape[1]


def _rounds_found(dialogue: str) -> int:
    return int(table("comparators").set_index("dialogue_id").at[dialogue, "rounds_found"])


@fact("rounds of the EU found", "comparators")
def elsewhere_rounds_eu() -> int:
    return _rounds_found("eu")


@fact("rounds of Australia by the end of 2005", "comparator_rounds")
def elsewhere_australia_2005() -> int:
    return int(pace().loc[:2005, "Australia"].max())


@fact("breaks found in the dialogues", "dialogue_breaks")
def elsewhere_breaks() -> int:
    return len(table("dialogue_breaks"))


def _breaks(query: str) -> int:
    return len(table("dialogue_breaks").query(query))


@fact("breaks for which the side that broke off is stated", "dialogue_breaks")
def elsewhere_breaks_sided() -> int:
    return _breaks("side != 'not_stated'")


@fact("of these, breaks by China", "dialogue_breaks")
def elsewhere_breaks_china() -> int:
    return _breaks("side == 'china'")


@fact("of these, breaks by the partner", "dialogue_breaks")
def elsewhere_breaks_partner() -> int:
    return _breaks("side == 'partner'")


@fact("breaks of which no side is stated", "dialogue_breaks")
def elsewhere_breaks_unsided() -> int:
    return _breaks("side == 'not_stated'")


@fact("breaks said to be China's that began before the end of 2005", "dialogue_breaks")
def elsewhere_breaks_china_early() -> int:
    return _breaks("side == 'china' and date < '2006'")


@fact("breaks for which somebody stated a cause", "dialogue_breaks")
def elsewhere_breaks_caused() -> int:
    return _breaks("cause_kind != 'not_found'")


@fact("of these, breaks put down to something done or said by the partner or in its country", "dialogue_breaks")
def elsewhere_breaks_act() -> int:
    return _breaks("cause_kind == 'partner_act'")


@fact("of these, breaks put down to a matter of interest, of atmosphere or of how often to meet", "dialogue_breaks")
def elsewhere_breaks_interest() -> int:
    return _breaks("cause_kind == 'interest'")


@fact("breaks after which a later round was found", "dialogue_breaks")
def elsewhere_breaks_resumed() -> int:
    return int(table("dialogue_breaks")["resumed"].notna().sum())


@fact("evaluations found", "evaluations")
def elsewhere_evaluations() -> int:
    return len(table("evaluations"))


def _verdict(verdict: str) -> int:
    return int((table("evaluations")["verdict"] == verdict).sum())


@fact("evaluations that we read as favourable", "evaluations")
def elsewhere_favourable() -> int:
    return _verdict("favourable")


@fact("evaluations that we read as mixed", "evaluations")
def elsewhere_mixed() -> int:
    return _verdict("mixed")


@fact("evaluations that we read as unfavourable", "evaluations")
def elsewhere_unfavourable() -> int:
    return _verdict("unfavourable")


@fact("evaluations whose verdict could not be told from what was read", "evaluations")
def elsewhere_undetermined() -> int:
    return _verdict("not_determinable")


def _by(kind: str, verdict: str | None = None) -> int:
    rows = table("evaluations").query("independence == @kind")
    return len(rows if verdict is None else rows.query("verdict == @verdict"))


@fact("evaluations commissioned by the government concerned", "evaluations")
def elsewhere_commissioned() -> int:
    return _by("commissioned")


@fact("evaluations by scholars on their own", "evaluations")
def elsewhere_scholars() -> int:
    return _by("independent")


@fact("evaluations by organizations", "evaluations")
def elsewhere_ngos() -> int:
    return _by("ngo")


@fact("of these, unfavourable", "evaluations")
def elsewhere_ngos_unfavourable() -> int:
    return _by("ngo", "unfavourable")


@fact("criteria in the list", "criteria_list")
def criteria_total() -> int:
    return len(table("criteria_list"))


@fact("sources in the table of criteria", "criteria")
def criteria_sources() -> int:
    return table("criteria")["source"].nunique()


@fact("statements in the table of criteria", "criteria")
def criteria_rows() -> int:
    return len(table("criteria"))


@fact("voices into which the sources of criteria are grouped", "criterion_sources")
def criteria_voices() -> int:
    return table("criterion_sources")["voice_id"].nunique()


def _criterion_sources() -> pd.Series:
    return table("criteria").groupby("criterion_id")["source"].nunique().sort_values(ascending=False, kind="stable")


@fact("the criterion of which most sources speak", "criteria; criteria_list")
def criteria_most() -> str:
    return labels("criteria_list")[_criterion_sources().index[0]].lower()


@fact("sources that speak of it", "criteria")
def criteria_most_sources() -> int:
    return int(_criterion_sources().iloc[0])


@fact("fewest voices that make a criterion a shared one", "criteria")
def criteria_many() -> int:
    return MANY_VOICES


@fact("years between rounds beyond which a gap counts as a break", "dialogue_breaks")
def elsewhere_gap_years() -> int:
    return GAP_YEARS


@fact("criteria on which at least four voices speak", "criteria; criterion_sources")
def criteria_shared() -> int:
    marks = criteria_by_voice().drop_duplicates(["row", "column"])
    return int((marks.groupby("row").size() >= MANY_VOICES).sum())


@fact("criteria of which the assessment of 2006 speaks", "criteria")
def criteria_in_assessment() -> int:
    return table("criteria").query("source == 'burton2006'")["criterion_id"].nunique()
