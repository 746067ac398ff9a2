"""Other dialogues with China: rounds, breaks, evaluations and the criteria that evaluators share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .. import comparators, yardsticks
from ..analysis import rounds_with_venues
from ..drawing import by_room, drawing, new_figure
from ..facts import Amount, fact, per_cent
from ..look import PALETTE, PAPER, SERIES
from ..marks import a_row, behind, lead
from ..reads import cache
from ..tables import in_words, labels, listed, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

CANADA = "canada"
# What the lanes show, in words; what a bar under a lane stands for.
LANE_KINDS = {
    "round": "round, dated to a month or day",
    "year": "round, dated to a year",
    "undated": "round known by number only",
}
BAR_KINDS = {"reported": "broken off or called off, as reported", "derived": "gap by the dates of rounds alone"}
STANDING = {
    "running": "met in the last two years",
    "over": "said to be over",
    "silent": "no later round found",
    "quiet": "no round in the last two years",
    "none_found": "no round found",
}
SIDES = {"china": "China", "partner": "partner", "disputed": "both named", "not_stated": "not stated"}
SPEAKERS = {"china": "China", "partner": "partner", "third_party": "others", "inferred": "an inference"}
EVALUATORS = {
    "commissioned": "by order of the government",
    "parliament": "parliament",
    "public_body": "public body",
    "scholar": "scholar",
    "organization": "organization",
}
SEEN = {
    "whole": "whole",
    "part": "in part",
    "opening": "opening",
    "abstract": "abstract",
    "report": "an account of it",
    "none": "not seen",
}
VERDICTS = {"favourable": "favourable", "mixed": "mixed", "unfavourable": "unfavourable"}
NO_VERDICT = {
    "not_stated": "none stated, as far as seen",
    "not_seen": "not seen",
    "not_found": "no text found",
}
# How a relation or stance is drawn: colour, marker, filled. Told apart by shape as well as colour.
MARKS = {
    "asks": ("proposal", "s", True),
    "proviso": ("proposal", "s", False),
    "present": ("benefit", "o", True),
    "part": ("account", "o", False),
    "lacking": ("criticism", "X", True),
    "opposed": ("justification", "^", True),
    "otherwise": ("justification", "^", False),
    "not_found": ("account", "$?$", True),
}
STANCE_HEADS = {
    "asks": "Ask",
    "not_met": "Find lacking",
    "mixed": "In part",
    "met": "Met",
    "declines": "Decline",
    "mentions": "Mention",
}


def followed() -> pd.DataFrame:
    """The dialogues with at least one dated round held, in order of their start."""
    dated = set(comparators.held()["dialogue_id"])
    partners = table("comparators")
    return partners[partners["dialogue_id"].isin(dated)].sort_values("start", kind="stable", ignore_index=True)


@cache
def _round_keys() -> dict[tuple[str, str], str]:
    """The keys of the rounds held, by dialogue and date: no dialogue had two on one day."""
    rows = table("comparator_rounds").query("status == 'held'")
    return dict(zip(zip(rows["dialogue_id"], rows["date"], strict=True), rows["comparator_round_id"], strict=True))


def lane_events() -> pd.DataFrame:
    """What stands on the lanes, by dialogue and date: dialogue_id, date (Timestamp), known (text), kind of mark, key.

    ``kind`` is a key of ``LANE_KINDS``; ``known`` the date as it is known, or the numbers that a round lies between;
    ``key`` that of the row, empty for what no row dates.
    """
    rounds = comparators.held()
    by_year = rounds["date_precision"] == "year"
    dated = pd.DataFrame(
        {
            "dialogue_id": rounds["dialogue_id"],
            "date": rounds["date"].map(comparators.midpoint),
            "known": rounds["date"].map(in_words),
            "kind": by_year.map({True: "year", False: "round"}),
            "key": [_round_keys()[at] for at in zip(rounds["dialogue_id"], rounds["date"], strict=True)],
        }
    )
    implied = comparators.undated()
    implied["known"] = [
        f"not dated, between the start and number {b}" if a == 0 else f"not dated, between numbers {a} and {b}"
        for a, b in zip(implied["after"], implied["before"], strict=True)
    ]
    both = pd.concat([dated, implied.assign(kind="undated", key="")[dated.columns]])
    place = {key: at for at, key in enumerate(followed()["dialogue_id"])}
    both["place"] = both["dialogue_id"].map(place)
    return both.sort_values(["place", "date"], ignore_index=True).drop(columns="place")


def lane_bars() -> pd.DataFrame:
    """The bars under the lanes: dialogue_id, start, end, kind (of ``BAR_KINDS``), open (no later round), break_id."""
    rows = comparators.breaks()
    rows["start"] = rows["date"].map(comparators.midpoint)
    rows["open"] = rows["resumed"].isna()
    # After a round with no other for long, the bar begins where the round ended.
    rows["end"] = [
        comparators.searched_to() if pd.isna(again) else comparators.midpoint(again) for again in rows["resumed"]
    ]
    rows["kind"] = rows["kind"].isin(["called_off", "broken_off"]).map({True: "reported", False: "derived"})
    return rows[["dialogue_id", "start", "end", "kind", "open", "break_id"]]


def lanes_in_words() -> pd.DataFrame:
    """What the lanes show, in words: dialogue, date as it is known, kind."""
    names = labels("comparators", "country")
    events = lane_events()
    marks = pd.DataFrame({"a": events["dialogue_id"], "b": events["known"], "c": events["kind"].map(LANE_KINDS)})
    bars = comparators.breaks()
    until = ["no later round found" if pd.isna(r) else f"next round found {in_words(r)}" for r in bars["resumed"]]
    spans = [f"{in_words(d)}, {u}" for d, u in zip(bars["date"], until, strict=True)]
    kinds = lane_bars()["kind"].map(BAR_KINDS)
    both = pd.concat([marks, pd.DataFrame({"a": bars["dialogue_id"], "b": spans, "c": kinds})], ignore_index=True)
    place = {key: at for at, key in enumerate(followed()["dialogue_id"])}
    both = both.sort_values("a", key=lambda s: s.map(place), kind="stable", ignore_index=True)
    return both.assign(a=both["a"].map(names)).set_axis(["Dialogue with China", "Date", "Kind"], axis=1)


def canadian_years() -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the Canadian rounds, to the month for the first."""
    rounds = rounds_with_venues()
    return rounds["date"].iloc[0], pd.Timestamp(rounds["date_end"].iloc[-1])


@drawing
def lanes() -> Figure:
    """A lane a dialogue: its rounds, ticks for those without a date, and the breaks as bars under it."""
    from matplotlib.dates import DateFormatter, YearLocator, date2num
    from matplotlib.lines import Line2D

    events, bars, partners = lane_events(), lane_bars(), followed()
    figure, axes = new_figure(0.52 * len(partners) + 1.2)
    countries = labels("comparators", "country")
    claims = behind("dialogue_breaks", table("dialogue_breaks"), "break_id")
    axes.axvspan(*[date2num(day) for day in canadian_years()], color=PALETTE["gap"], lw=0)
    for y, key in enumerate(partners["dialogue_id"]):
        axes.axhline(y, color=PALETTE["rule"], lw=0.8, zorder=0)
        own = events[events["dialogue_id"] == key]
        for kind, part in own.groupby("kind", sort=False):
            axes.scatter(part["date"], [y] * len(part), **LANE_STYLES[str(kind)])
        for row in own[own["key"] != ""].itertuples():
            told = f"{countries[key]}, {row.known}: {LANE_KINDS[row.kind]}"
            lead(axes, told, [a_row("comparator_rounds", row.key)], (row.date, y), size=7)
        for row in bars[bars["dialogue_id"] == key].itertuples():
            ink, under = PALETTE[BAR_COLOURS[row.kind]], y + 0.3
            style = (0, (1, 1.4)) if row.open else "-"
            width = BAR_WIDTHS[row.kind]
            axes.plot([row.start, row.end], [under, under], color=ink, lw=width, ls=style, solid_capstyle="butt")
            axes.plot([row.start, row.start], [under - 0.13, under + 0.13], color=ink, lw=1.4)
            told = f"{countries[key]}, from {row.start:%Y}: {BAR_KINDS[row.kind]}"
            lead(axes, told, claims[row.break_id], (row.start, under - 0.13), (row.end, under + 0.13))
    found = comparators.counted()["found"]
    names = [f"{row.country} ({found[row.dialogue_id]})" for row in partners.itertuples()]
    axes.set_yticks(range(len(partners)), names)
    axes.set_ylim(len(partners) - 0.4, -0.6)
    axes.set_xlim(events["date"].min() - pd.DateOffset(months=9), comparators.searched_to())
    axes.xaxis.set_major_locator(YearLocator(5))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    keys = [Line2D([], [], ls="", label=name, **_legend_style(kind)) for kind, name in LANE_KINDS.items()]
    keys += [
        Line2D([], [], lw=BAR_WIDTHS[kind], color=PALETTE[BAR_COLOURS[kind]], label=name)
        for kind, name in BAR_KINDS.items()
    ]
    keys.append(Line2D([], [], lw=2.4, ls=(0, (1, 1.4)), color=PALETTE["ink"], label="dotted: no later round found"))
    figure.legend(handles=keys, loc="outside lower left", ncols=by_room(2, 1), fontsize=9.5)
    return figure


BAR_COLOURS = {"reported": "canada", "derived": "account"}
BAR_WIDTHS = {"reported": 4.2, "derived": 1.8}
LANE_STYLES: dict[str, dict] = {
    "round": {"s": 42, "marker": "o", "color": PALETTE["china"], "edgecolor": PALETTE["china"], "lw": 1.3},
    "year": {"s": 42, "marker": "o", "color": PAPER, "edgecolor": PALETTE["china"], "lw": 1.3},
    "undated": {"s": 46, "marker": "|", "color": PALETTE["account"], "lw": 1.2},
}


def _legend_style(kind: str) -> dict:
    style = LANE_STYLES[kind]
    edge = style.get("edgecolor", style["color"])
    return {"marker": style["marker"], "markersize": 6.5, "markerfacecolor": style["color"], "markeredgecolor": edge}


# --- pace ------------------------------------------------------------------------------------


def began_with_canada() -> pd.DataFrame:
    """The dialogues with dated rounds that began in the year of the Canadian one, that one last."""
    partners = followed()
    year = partners.set_index("dialogue_id").at[CANADA, "start"][:4]
    rows = partners[partners["start"].str[:4] == year]
    return rows.sort_values("dialogue_id", key=lambda ids: ids == CANADA, kind="stable", ignore_index=True)


def pace() -> pd.DataFrame:
    """Numbered rounds of :func:`began_with_canada`: dialogue_id, date (Timestamp), number, link to the one before, key.

    ``link``: whole where the numbers follow each other, some where rounds without a date lie between, broken where
    a gap or a break lies between, empty for the first.
    """
    breaks, found = comparators.breaks().query("kind != 'no_later_round'"), []
    for key in began_with_canada()["dialogue_id"]:
        rows = comparators.held().query("dialogue_id == @key").dropna(subset="number")
        stops = breaks.loc[breaks["dialogue_id"] == key, "date"].map(comparators.midpoint)
        before = None
        for row in rows.itertuples():
            at, link = comparators.midpoint(row.date), ""
            if before is not None:
                stopped = ((stops >= before.first) & (stops < row.first)).any()
                follow = comparators.between(before.number, row.number) == "none"
                link = "broken" if stopped else "whole" if follow else "some"
            found.append([key, at, int(row.number), link, _round_keys()[key, row.date]])
            before = row
    return pd.DataFrame(found, columns=["dialogue_id", "date", "number", "link", "key"])


def pace_in_words() -> pd.DataFrame:
    """What :func:`pace_chart` draws: dialogue, year, number of the round, how it is joined to the one before."""
    rows = pace()
    words = {
        "": "first that is numbered and dated",
        "whole": "joined",
        "some": "joined by dots",
        "broken": "not joined",
    }
    return pd.DataFrame(
        {
            "Dialogue with China": rows["dialogue_id"].map(labels("comparators", "country")),
            "Year": rows["date"].dt.year,
            "Round": rows["number"],
            "To the round before": rows["link"].map(words),
        }
    )


@drawing
def pace_chart() -> Figure:
    """Steps from round to round, dotted over rounds without a date, interrupted at breaks; the Canadian one on top."""
    from matplotlib.dates import DateFormatter, YearLocator
    from matplotlib.patheffects import withStroke

    rows, names = pace(), began_with_canada()
    figure, axes = new_figure(4.4)
    styles = dict(zip(names["dialogue_id"], [s for s in SERIES if s[0] != "canada"], strict=False))
    styles[CANADA] = ("canada", "-", "s")
    for key in names["dialogue_id"]:
        colour, _, marker = styles[key]
        own, ink, top = rows[rows["dialogue_id"] == key], PALETTE[colour], key == CANADA
        width, order = (2.6, 5) if top else (1.4, 3)
        for former, row in zip(own.iloc[:-1].itertuples(), own.iloc[1:].itertuples(), strict=True):
            if row.link != "broken":
                style = "-" if row.link == "whole" else (0, (1, 2))
                steps = ([former.date, row.date, row.date], [former.number, former.number, row.number])
                axes.plot(*steps, color=ink, lw=width, ls=style, zorder=order)
        axes.scatter(own["date"], own["number"], s=30 if top else 16, marker=marker, color=ink, zorder=order + 1)
        for row in own.itertuples():
            told = f"{names.set_index('dialogue_id').at[key, 'country']}, round {row.number}, {row.date:%Y}"
            lead(axes, told, [a_row("comparator_rounds", row.key)], (row.date, row.number), size=5)
        last, name = own.iloc[-1], names.set_index("dialogue_id").at[key, "country"]
        # Where another line goes on beside the last point, the name stands above it on the left.
        beside = (rows["date"] > last["date"]) & (rows["date"] < last["date"] + pd.DateOffset(years=4))
        crowded = (beside & ((rows["number"] - last["number"]).abs() <= 2)).any()
        text = axes.annotate(
            name,
            (last["date"], last["number"]),
            xytext=(-5, 9) if crowded else (7, 0),
            textcoords="offset points",
            ha="right" if crowded else "left",
            va="center",
            color=ink,
            fontsize=11,
            zorder=7,
        )
        if top:  # the family by name: matplotlib would look for the weight in the fonts that stand in for it, too
            text.set(fontfamily="Record Sans", fontweight="semibold")
        text.set_path_effects([withStroke(linewidth=2.6, foreground=PAPER)])
    axes.set_ylabel("number of the round")
    axes.set_ylim(0, rows["number"].max() + 1.5)
    axes.set_xlim(rows["date"].min() - pd.DateOffset(months=6), rows["date"].max() + pd.DateOffset(years=3))
    axes.xaxis.set_major_locator(YearLocator(5))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    axes.grid(axis="y", color=PALETTE["rule"], lw=0.6)
    axes.set_axisbelow(True)
    return figure


# --- tables ----------------------------------------------------------------------------------


def breaks_stated() -> pd.DataFrame:
    """The breaks of which somebody claimed a side or a cause, oldest first, in words for a table."""
    claims = table("dialogue_breaks").query("claim != 'none'")
    own = claims.groupby("break_id", sort=False)
    found = pd.DataFrame(
        {
            "because": own.apply(lambda c: " ".join(dict.fromkeys(c.loc[c["claim"] == "cause", "statement"]))),
            "words": own.apply(
                lambda c: "; ".join(f"{row.said_by} ({row.claim}, {row.grade})" for row in c.itertuples())
            ),
            "source": own["source"].agg(lambda s: ";".join(dict.fromkeys(";".join(s).split(";")))),
        }
    )
    rows = comparators.breaks().merge(found, left_on="break_id", right_index=True).sort_values("date")
    return pd.DataFrame(
        {
            "Dialogue": rows["dialogue_id"].map(labels("comparators", "country")),
            "When": rows["date"].str[:4],
            "Side named": rows["side"].map(SIDES),
            "Stated cause": rows["because"].replace("", "none found"),
            "In whose words, and of what grade": rows["words"],
            "Source": listed(rows["source"]),
        }
    )


def partners() -> pd.DataFrame:
    """The dialogues with dated rounds side by side, in words for a table."""
    rows = followed()
    counts, last = comparators.counted(), comparators.last_rounds().set_index("dialogue_id")["date"]
    found = counts.loc[rows["dialogue_id"]]
    return pd.DataFrame(
        {
            "Partner": rows["country"],
            "Began": rows["start"].str[:4],
            "Rounds found (dated)": [f"{f} ({d})" for f, d in zip(found["found"], found["dated"], strict=True)],
            "Last found": rows["dialogue_id"].map(last).str[:4],
            "Now": rows["dialogue_id"].map(comparators.standing()).map(STANDING),
            "What was made public": rows["openness"],
            "Part of organizations": rows["ngo_part"],
            "Source": listed(rows["source"]),
        }
    )


def evaluations() -> pd.DataFrame:
    """The evaluations by who made them and by year, in words for a table."""
    rows = table("evaluations").sort_values(["evaluator", "year"])
    reading = rows["verdict"].astype(str).map(VERDICTS | NO_VERDICT)
    return pd.DataFrame(
        {
            "Dialogue": rows["dialogue_id"].map(labels("comparators", "country")),
            "Author and year": rows["author"] + ", " + rows["year"].astype("string").fillna("no date"),
            "By": rows["evaluator"].astype(str).map(EVALUATORS),
            "Text seen": rows["text_seen"].astype(str).map(SEEN),
            "Finding": rows["finding"],
            "Our reading": reading,
            "Source": listed(rows["source"]),
        }
    )


# --- criteria --------------------------------------------------------------------------------


def criteria_rows_by_voice() -> pd.DataFrame:
    """The table of criteria with the voice and the column of the figure of each source."""
    return table("criteria").merge(table("criterion_sources").drop(columns="note"), on="source")


@cache
def _criteria_counts() -> pd.DataFrame:
    rows = criteria_rows_by_voice()
    rows["stance"] = rows["stance"].astype(str)
    voices = rows.drop_duplicates(["criterion_id", "voice_id", "stance"])
    counts = pd.crosstab(voices["criterion_id"], voices["stance"]).reindex(columns=list(STANCE_HEADS), fill_value=0)
    wanting = rows[rows["stance"].isin(["asks", "not_met"])]
    counts["wanting"] = wanting.groupby("criterion_id")["voice_id"].nunique()
    counts["voices"] = rows.groupby("criterion_id")["voice_id"].nunique()
    counts["sources"] = rows.groupby("criterion_id")["source"].nunique()
    counts["sources_asking"] = rows[rows["stance"] == "asks"].groupby("criterion_id")["source"].nunique()
    counts = counts.fillna(0).astype(int)
    order = {key: at for at, key in enumerate(table("criteria_list")["criterion_id"])}
    counts["place"] = counts.index.map(order)
    return counts.sort_values(["asks", "wanting", "place"], ascending=[False, False, True]).drop(columns="place")


def criteria_counts() -> pd.DataFrame:
    """Per criterion, by the voices that ask: voices of each stance, wanting (ask or find lacking), all, sources.

    A voice counts once for a stance, however many of its sources take it.
    """
    return _criteria_counts().copy()


def criteria_ranked() -> pd.DataFrame:
    """The stances of all criteria in words for a table, ranked by the voices that ask."""
    counts = criteria_counts()
    names = labels("criteria_list")
    shown = counts[[*STANCE_HEADS, "wanting", "voices", "sources"]].rename(columns=STANCE_HEADS)
    shown = shown.rename(columns={"wanting": "Ask or find lacking", "voices": "All voices", "sources": "Sources"})
    shown.insert(0, "Criterion", shown.index.map(names))
    return shown.reset_index(drop=True)


def draw_mark(axes, x: float, y: float, kind: str, size: float) -> None:
    """One mark of ``MARKS`` at a place; ``size`` in square points."""
    colour, marker, filled = MARKS[kind]
    ink = PALETTE[colour]
    axes.scatter(x, y, s=size, marker=marker, color=ink if filled else PAPER, edgecolor=ink, lw=1.1, zorder=2)


def mark_key(kind: str, name: str) -> Line2D:
    """The entry of a mark in the key of a figure."""
    from matplotlib.lines import Line2D

    colour, marker, filled = MARKS[kind]
    face = PALETTE[colour] if filled else PAPER
    return Line2D([], [], ls="", marker=marker, markersize=6, color=PALETTE[colour], markerfacecolor=face, label=name)


def wants() -> list[set[str]]:
    """What each voice asks for or finds lacking: a set of criteria a voice, voices that do neither left out."""
    rows = criteria_rows_by_voice()
    rows = rows[rows["stance"].isin(["asks", "not_met"])]
    return list(rows.groupby("voice_id")["criterion_id"].agg(set))


# --- facts -------------------------------------------------------------------


@fact("dialogues with a row of status held in comparator_rounds", "comparator_rounds")
def elsewhere_dialogues() -> int:
    return len(followed())


@fact("rows of comparators without any row of status held in comparator_rounds", "comparators;comparator_rounds")
def elsewhere_undated() -> int:
    return int((comparators.standing() == "none_found").sum())


@fact("rows of status held in comparator_rounds, the Canadian ones among them", "comparator_rounds")
def elsewhere_rounds_dated() -> int:
    return len(comparators.held())


@fact(
    "rounds held: over all dialogues, rows of status held plus numbers below the highest one that no such row has or, "
    "being without a number, takes",
    "comparator_rounds",
)
def elsewhere_rounds_numbered() -> int:
    return int(comparators.counted()["found"].sum())


@fact("rows of status scheduled: announced, and whether held was not seen", "comparator_rounds")
def elsewhere_rounds_announced() -> int:
    return int((table("comparator_rounds")["status"] == "scheduled").sum())


@fact(
    "dialogues whose last round held ended in the two years up to the latest search of topic elsewhere",
    "comparator_rounds;searches",
)
def elsewhere_running() -> int:
    return int((comparators.standing() == "running").sum())


@fact("dialogues with dated rounds whose start is in the year of the Canadian start", "comparators")
def elsewhere_began_1997() -> int:
    return len(began_with_canada())


@fact("highest number of a round held in the dialogue of the EU", "comparator_rounds")
def elsewhere_rounds_eu() -> int:
    return int(comparators.held().query("dialogue_id == 'eu'")["number"].max())


@fact("highest number of a round of Australia held by the end of 2005", "comparator_rounds")
def elsewhere_australia_2005() -> int:
    rows = comparators.held().query("dialogue_id == 'australia' and date < '2006'")
    return int(rows["number"].max())


@fact(
    "years that must have passed, at the least, between rounds for a gap: a rule of this book",
    "comparator_rounds",
    kind="constant",
)
def elsewhere_gap_years() -> int:
    return comparators.GAP_YEARS


@fact("years without a round found that make a last round: a rule of this book", "comparator_rounds", kind="constant")
def elsewhere_silent_years() -> int:
    return comparators.SILENT_YEARS


@fact(
    "pairs of rounds held that follow each other by date, more than two years apart at the least, of which the numbers "
    "show a round between, or one of which has no number",
    "comparator_rounds",
)
def elsewhere_intervals_open() -> int:
    return len(comparators.intervals().query("long and between != 'none'"))


@fact("breaks: different break_id", "dialogue_breaks")
def elsewhere_breaks() -> int:
    return len(comparators.breaks())


@fact("claims of a side or a cause: rows whose claim is not none", "dialogue_breaks")
def elsewhere_claims() -> int:
    return int((table("dialogue_breaks")["claim"] != "none").sum())


def _sided(side: str) -> int:
    return int((comparators.breaks()["side"] == side).sum())


@fact("breaks with a claim of a side", "dialogue_breaks")
def elsewhere_breaks_sided() -> int:
    return int((comparators.breaks()["side"] != "not_stated").sum())


@fact("breaks whose claims of a side all name China", "dialogue_breaks")
def elsewhere_breaks_china() -> int:
    return _sided("china")


@fact("breaks whose claims of a side all name the partner", "dialogue_breaks")
def elsewhere_breaks_partner() -> int:
    return _sided("partner")


@fact("breaks of which one claim names China and another the partner", "dialogue_breaks")
def elsewhere_breaks_disputed() -> int:
    return _sided("disputed")


@fact("breaks without a claim of a side", "dialogue_breaks")
def elsewhere_breaks_unsided() -> int:
    return _sided("not_stated")


@fact("breaks whose claims of a side all name China, with a date before 2006", "dialogue_breaks")
def elsewhere_breaks_china_early() -> int:
    return len(comparators.breaks().query("side == 'china' and date < '2006'"))


@fact("claims, with claim = side, that an organ of China is the one who says (who_says = china)", "dialogue_breaks")
def elsewhere_side_claims_by_china() -> int:
    return len(table("dialogue_breaks").query("claim == 'side' and who_says == 'china'"))


@fact("claims that name a side (claim = side)", "dialogue_breaks")
def elsewhere_side_claims() -> int:
    return len(table("dialogue_breaks").query("claim == 'side'"))


def _caused() -> pd.DataFrame:
    return comparators.breaks()[lambda rows: rows["causes"].map(len) > 0]


@fact("breaks with a claim of a cause", "dialogue_breaks")
def elsewhere_breaks_caused() -> int:
    return len(_caused())


@fact("breaks with a claim of a cause of kind partner_act", "dialogue_breaks")
def elsewhere_breaks_act() -> int:
    return int(_caused()["causes"].map(lambda c: "partner_act" in c).sum())


@fact("breaks with a claim of a cause of kind interest", "dialogue_breaks")
def elsewhere_breaks_interest() -> int:
    return int(_caused()["causes"].map(lambda c: "interest" in c).sum())


@fact("breaks after whose date a later round of the dialogue was held", "dialogue_breaks;comparator_rounds")
def elsewhere_breaks_resumed() -> int:
    return int(comparators.breaks()["resumed"].notna().sum())


@fact("evaluations found: rows", "evaluations")
def elsewhere_evaluations() -> int:
    return len(table("evaluations"))


def _verdict(*verdicts: str) -> int:
    return int(table("evaluations")["verdict"].isin(verdicts).sum())


@fact("evaluations with verdict favourable", "evaluations")
def elsewhere_favourable() -> int:
    return _verdict("favourable")


@fact("evaluations with verdict mixed", "evaluations")
def elsewhere_mixed() -> int:
    return _verdict("mixed")


@fact("evaluations with verdict unfavourable", "evaluations")
def elsewhere_unfavourable() -> int:
    return _verdict("unfavourable")


@fact("evaluations with verdict not_stated, not_seen or not_found", "evaluations")
def elsewhere_undetermined() -> int:
    return _verdict(*NO_VERDICT)


@fact("evaluations of which the whole text was seen (text_seen = whole)", "evaluations")
def elsewhere_evaluations_whole() -> int:
    return int((table("evaluations")["text_seen"] == "whole").sum())


def _by(kind: str, verdict: str | None = None) -> int:
    rows = table("evaluations").query("evaluator == @kind")
    return len(rows if verdict is None else rows.query("verdict == @verdict"))


@fact("evaluations with evaluator commissioned", "evaluations")
def elsewhere_commissioned() -> int:
    return _by("commissioned")


@fact("evaluations with evaluator scholar", "evaluations")
def elsewhere_scholars() -> int:
    return _by("scholar")


@fact("evaluations with evaluator organization", "evaluations")
def elsewhere_ngos() -> int:
    return _by("organization")


@fact("evaluations with evaluator organization and verdict unfavourable", "evaluations")
def elsewhere_ngos_unfavourable() -> int:
    return _by("organization", "unfavourable")


@fact("criteria in the list", "criteria_list")
def criteria_total() -> int:
    return len(table("criteria_list"))


@fact("different sources in the table of criteria", "criteria")
def criteria_sources() -> int:
    return table("criteria")["source"].nunique()


@fact("rows in the table of criteria", "criteria")
def criteria_rows() -> int:
    return len(table("criteria"))


@fact("different voices of the sources in the table of criteria", "criteria;criterion_sources")
def criteria_voices() -> int:
    return criteria_rows_by_voice()["voice_id"].nunique()


@fact("sources that speak to one criterion only", "criteria")
def criteria_single_sources() -> int:
    return int((table("criteria").groupby("source")["criterion_id"].nunique() == 1).sum())


@fact("voices that speak to one criterion only", "criteria;criterion_sources")
def criteria_single_voices() -> int:
    return int((criteria_rows_by_voice().groupby("voice_id")["criterion_id"].nunique() == 1).sum())


@fact("voices that ask for the criterion that most voices ask for", "criteria;criterion_sources")
def criteria_most_asking() -> int:
    return int(criteria_counts()["asks"].iloc[0])


@fact("voices with stance asks on public benchmarks", "criteria;criterion_sources")
def criteria_benchmarks_asking() -> int:
    return int(criteria_counts().at["benchmarks", "asks"])


@fact("different sources that speak of public benchmarks, in whatever stance", "criteria")
def criteria_benchmarks_sources() -> int:
    return int(criteria_counts().at["benchmarks", "sources"])


@fact("voices with stance asks or not_met on public benchmarks", "criteria;criterion_sources")
def criteria_benchmarks_wanting() -> int:
    return int(criteria_counts().at["benchmarks", "wanting"])


@fact("most voices that ask for a criterion or find it lacking", "criteria;criterion_sources")
def criteria_most_wanting() -> int:
    return int(criteria_counts()["wanting"].max())


@fact("criteria of which burton2006 speaks", "criteria")
def criteria_in_assessment() -> int:
    return table("criteria").query("source == 'burton2006'")["criterion_id"].nunique()


@fact("voices that ask for a criterion or find one lacking", "criteria;criterion_sources")
def criteria_wanting_voices() -> int:
    return len(wants())


@cache
def _overlap() -> tuple[float, yardsticks.Chance]:
    sets = wants()
    observed = yardsticks.mean_overlap(sets)
    kinds = len(table("criteria_list"))
    return observed, yardsticks.chance(yardsticks.mean_overlap_at_random([len(s) for s in sets], kinds), observed)


@fact(
    "mean over all pairs of voices of the criteria that both ask for or find lacking, as a share of those that either "
    "does (Jaccard), per cent",
    "criteria;criterion_sources",
)
def criteria_overlap_pct() -> Amount:
    return per_cent(_overlap()[0], 1)


@fact(
    "the same mean if each voice drew as many criteria at random from all of them: mean of the draws, per cent",
    "criteria;criterion_sources;criteria_list",
)
def criteria_overlap_random_pct() -> Amount:
    return per_cent(_overlap()[1].mean, 1)


@fact("the same: 97.5th percentile of the draws, per cent", "criteria;criterion_sources;criteria_list")
def criteria_overlap_random_high_pct() -> Amount:
    return per_cent(_overlap()[1].high, 1)
