"""Effects that the assessment credits, against dated acts and the lists of rounds, and what was traced to a round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from .. import analysis, timing, yardsticks
from ..drawing import by_room, drawing, new_figure, on_phone
from ..facts import Amount, fact, per_cent
from ..look import PALETTE, PAPER
from ..marks import a_row, lead
from ..tables import first_day, in_words, kept, labels, last_day, listed, record, table
from ..timing import life, period_of, searched

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

SHIFTS = range(-3, 4)
PERIODS = {"before_first_round": "before", "during": "inside", "after": "after"}
TIMINGS = PERIODS | {"mixed": "before and inside", "no_date": "no dated act"}
LINKS = {
    "traced_to_round": "to a round",
    "traced_to_dialogue": "to the dialogue, no round named",
    "not_traced": "to something else",
    "without_round": "to a visit in a year without a round",
    "denied": "says that none can be shown",
    "not_seen": "not seen",
}
# Mark of a level of norm in the figure: colour and shape, so that each is told by two cues.
MARKS = {
    "constitution": ("canada", "*"),
    "statute": ("benefit", "s"),
    "regulation": ("proposal", "D"),
    "ministry": ("justification", "^"),
    "court": ("ink", "v"),
    "treaty": ("canada", "P"),
    "undertaking": ("account", "X"),
}
ROUND, LISTED = ("china", "o"), ("account", "o")
# How much of an act must have been seen for its mark to be filled.
TEXT_SEEN = ["whole", "part", "opening"]


def timings(acts: pd.DataFrame | None = None) -> pd.Series:
    """Timing class by effect, computed from dates; ``acts``: rows of milestones, all of them unless given."""
    return timing.timings(table("milestones") if acts is None else acts, table("effects"))


@kept
def acts() -> pd.DataFrame:
    """The dated acts that bear on a credited effect, oldest first.

    The milestones with ``middle`` (the middle of what the date can mean) and ``falls`` (:func:`period_of`).
    """
    found = table("milestones")
    found = found[found["effect_id"].astype(str).isin(effects()["effect_id"])].copy()
    first, last = found["date"].map(first_day), found["date"].map(last_day)
    found["middle"] = first + (last - first) / 2
    found["falls"] = found["date"].map(period_of)
    return found.sort_values("middle", ignore_index=True)


@kept
def effects() -> pd.DataFrame:
    """The credited effects with ``rounds``: numbers of the rounds that list their topic, by the chapter's reading.

    ``rounds_other``: the same with the topics that may be taken to bear on the effect as well.
    """
    found = table("effects").dropna(subset="credited_by").reset_index(drop=True)
    found["effect_id"] = found["effect_id"].astype(str)
    topics = table("effect_topics")
    topics["other"] = topics["other_topic_ids"].fillna("").str.split(";")
    main = topics[["effect_id", "topic_id"]]
    other = topics.explode("other").query("other != ''")[["effect_id", "other"]].set_axis(main.columns, axis=1)
    for column, pairs in (("rounds", main), ("rounds_other", pd.concat([main, other]))):
        on_list = analysis.item_topics().merge(pairs.astype(str), on="topic_id")
        rounds = on_list.groupby("effect_id")["round"].agg(lambda r: sorted({int(n) for n in r}))
        found[column] = [list(rounds.get(e, [])) for e in found["effect_id"]]
    return found


def followed(column: str = "rounds") -> pd.DataFrame:
    """Acts inside the dialogue that come after a round with the topic of their effect on its list."""
    when = analysis.rounds_with_venues().set_index("round")["date"]
    first = {e.effect_id: when[getattr(e, column)[0]] for e in effects().itertuples() if getattr(e, column)}
    inside = acts().query("falls == 'during'")
    from_when = inside["effect_id"].astype(str).map(first)
    return inside[inside["middle"] > from_when]


def effects_shown() -> pd.DataFrame:
    """The credited effects as a table to read: who, to what, where the acts fall, what that shows."""
    group_of = table("actors").set_index("actor_id")["group_id"].map(labels("groups"))
    found = acts()
    counts = pd.crosstab(found["effect_id"].astype(str), found["falls"]).reindex(columns=list(PERIODS), fill_value=0)
    rows = [
        [
            row.label,
            "; ".join(dict.fromkeys(group_of[a] for a in row.credited_by.split(";"))),
            row.credited_to,
            *counts.loc[row.effect_id],
            ", ".join(map(str, row.rounds)) or "none",
            row.what_timing_shows,
            row.evidence_ids.replace(";", "; "),
        ]
        for row in effects().itertuples()
    ]
    columns = ["Effect", "Who credits it", "To what", *(f"Acts {p}" for p in PERIODS.values())]
    return pd.DataFrame(rows, columns=[*columns, "Rounds with the topic", "What the dates show", "Evidence"])


def acts_shown() -> pd.DataFrame:
    """The dated acts as a table to read: by effect, oldest first, each with its titles and number."""
    found = acts().astype({"effect_id": str, "level_id": str})
    number = found["number"].where(~found["number"].isin(["not_seen", "not_stated", "not_applicable"]), "")
    parts = zip(found["title_en"], found["title_zh"].fillna(""), number, strict=True)
    short = labels("effects", "short")
    shown = pd.DataFrame(
        {
            "Effect": found["effect_id"].map(short),
            "Date": found["date"].map(in_words),
            "Act": ["; ".join(filter(None, act)) for act in parts],
            "Level": found["level_id"].map(labels("norm_levels")),
            "Falls": found["falls"].map(PERIODS),
            "Grade": found["grade"].astype(str),
            "Source": listed(found["source"]),
        }
    )
    order = {name: n for n, name in enumerate(short.values())}
    return shown.sort_values("Effect", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def shifted() -> pd.DataFrame:
    """Acts inside the window of the dialogue if it is moved by whole years: all, and statutes only."""
    found, (start, end) = acts(), life()
    statutes = found[found["level_id"].astype(str) == "statute"]
    columns = {
        "Acts inside": yardsticks.shifted_windows(found["middle"], start, end, SHIFTS),
        "Statutes inside": yardsticks.shifted_windows(statutes["middle"], start, end, SHIFTS),
    }
    return pd.DataFrame(columns)


def shifted_shown() -> pd.DataFrame:
    """:func:`shifted` as a table to read."""
    start, end = life()
    moved = shifted()
    years = [f"{start.year + n} to {end.year + n}" for n in moved.index]
    names = ["as it was" if n == 0 else f"{abs(n)} {'earlier' if n < 0 else 'later'}" for n in moved.index]
    return moved.assign(**{"Window moved by years": names, "Years": years})[
        ["Window moved by years", "Years", "Acts inside", "Statutes inside"]
    ]


def traced_shown() -> pd.DataFrame:
    """What was traced to a round, or was not, as a table to read."""
    found = table("traced")
    missing = {"not_stated": "not stated", "not_seen": "not seen", "not_applicable": ""}
    plain = found.astype(str).replace(missing)
    return pd.DataFrame(
        {
            "Result": plain["what"],
            "Asked for by": plain["asked_by"],
            "Traced": found["link"].astype(str).map(LINKS)
            + found["round"].map(lambda n: "" if pd.isna(n) else f" ({int(n)})"),
            "Who says so": plain["speaker"].where(found["speaker"] != "not_stated", "") + "; " + plain["office"],
            "When": found["date"].map(in_words),
            "Seen": plain["text_seen"],
            "Source": listed(found["source"]),
        }
    ).assign(**{"Who says so": lambda t: t["Who says so"].str.removeprefix("; ")})


# --- the figure ----------------------------------------------------------------


def lane_events() -> pd.DataFrame:
    """What the figure draws: a row a mark.

    lane, date (middle), first and last (the days that the date can mean), kind (a key of ``MARKS``, ``round`` or
    ``listed``), seen (whether some of the text was seen), label, key (of the round or the act).
    """
    rounds = analysis.rounds_with_venues().set_index("round")["date"]
    columns = ["lane", "date", "first", "last", "kind", "seen", "label", "key"]
    rows = [("Rounds", date, date, date, "round", True, str(n), str(n)) for n, date in rounds.items()]
    found = acts()
    for effect in effects().itertuples():
        rows += [(effect.short, *[rounds[n]] * 3, "listed", True, "", str(n)) for n in effect.rounds]
        for act in found[found["effect_id"].astype(str) == effect.effect_id].itertuples():
            span = (act.middle, first_day(act.date), last_day(act.date))
            rows.append(
                (effect.short, *span, str(act.level_id), act.text_seen in TEXT_SEEN, act.title_en, act.milestone_id)
            )
    return pd.DataFrame(rows, columns=columns)


def storeys(dates: Sequence[pd.Timestamp], apart: pd.Timedelta) -> list[int]:
    """For dates in order, the lowest storey at which each stands clear of the one before it on that storey."""
    last: list[pd.Timestamp] = []
    found = []
    for date in dates:
        free = [n for n, taken in enumerate(last) if date - taken >= apart]
        storey = free[0] if free else len(last)
        last[storey : storey + 1] = [date]
        found.append(storey)
    return found


@drawing
def effect_lanes(events: pd.DataFrame) -> Figure:
    """The lanes of :func:`lane_events`, acts of one time above one another, the life of the dialogue shaded."""
    apart, step, height = pd.Timedelta(days=by_room(230, 400)), 0.21, 0.0
    figure, axes = new_figure(7.4)
    start, end = life()
    axes.axvspan(start, end, color=PALETTE["gap"], lw=0)
    rounds = events.loc[events["kind"] == "round", "label"]
    ends = rounds.iloc[0], rounds.iloc[-1]  # on a phone only these are named
    ticks = []
    for name, rows in events.groupby("lane", sort=False):
        lane = rows[~rows["kind"].isin(["listed"])].sort_values("date")
        levels = storeys(list(lane["date"]), apart)
        if (rows["kind"] == "listed").any() or name == "Rounds":
            on_list = rows[rows["kind"] == "listed"]
            axes.scatter(on_list["date"], [height] * len(on_list), **_mark("listed", True))
            for row in on_list.itertuples():
                lead(
                    axes,
                    f"{name}: on the list of round {row.key}",
                    [a_row("rounds", row.key)],
                    (row.date, height),
                    size=6,
                )
        else:
            axes.text(end + apart, height, "on no list", va="center", fontsize=9, backgroundcolor=PAPER)
        base = height + (0 if name == "Rounds" else 0.26)
        axes.axhline(height, color=PALETTE["rule"], lw=0.8, zorder=0)
        for row, level in zip(lane.itertuples(), levels, strict=True):
            y = base + step * level
            if row.first != row.last:
                axes.plot([row.first, row.last], [y, y], color=PALETTE["muted"], lw=1, zorder=1)
            axes.scatter([row.date], [y], **_mark(row.kind, row.seen))
            held = [a_row("rounds" if row.kind == "round" else "milestones", row.key)]
            lead(axes, f"{'Round ' * (row.kind == 'round')}{row.label}", held, (row.date, y), size=6)
            if row.kind == "round" and (row.label in ends or not on_phone()):
                beside = level > 0
                axes.annotate(
                    row.label,
                    (row.date, y),
                    xytext=(6, -3) if beside else (0, 6),
                    ha="left" if beside else "center",
                    textcoords="offset points",
                    fontsize=9,
                )
        top = base + step * (max(levels) + 1)
        ticks.append(((height + top - step) / 2, name))
        height = top + 0.2
    axes.set_yticks([y for y, _ in ticks], [name for _, name in ticks])
    axes.set_ylim(height, -0.4)
    axes.set_xlim(pd.Timestamp("1989-09-01"), pd.Timestamp(by_room("2016-04-01", "2016-12-01")))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    figure.legend(handles=_key(), loc="outside lower center", ncols=by_room(2, 1), fontsize=9.5, handletextpad=0.3)
    return figure


def _mark(kind: str, seen: bool) -> dict:
    """How a kind is drawn: filled where some of the text was seen, an outline where not."""
    colour, shape = {"round": ROUND, "listed": LISTED}.get(kind) or MARKS[kind]
    ink = PALETTE[colour]
    face = ink if seen and kind != "listed" else PAPER
    size = 70 if shape == "*" else 34
    return {"s": size, "marker": shape, "facecolor": face, "edgecolor": ink, "lw": 1.2, "zorder": 3}


def _key() -> list[Line2D]:
    """The key to the marks of :func:`effect_lanes`."""
    from matplotlib.lines import Line2D

    words = {"round": "round", "listed": "round with the topic on its list"} | labels("norm_levels")
    words["statute_unseen"] = "outline: known from another text only"
    handles = []
    for kind, label in words.items():
        mark = _mark(kind.removesuffix("_unseen"), not kind.endswith("_unseen"))
        size = 9 if mark["marker"] == "*" else 6
        look = {"color": mark["edgecolor"], "mfc": mark["facecolor"], "ms": size, "mew": mark["lw"]}
        handles.append(Line2D([], [], ls="", marker=mark["marker"], label=label, **look))
    handles.append(Line2D([], [], color=PALETTE["muted"], lw=1, label="line: days that the date can mean"))
    return handles


# --- statements of the assessment ----------------------------------------------


def praise() -> pd.DataFrame:
    """Statements of the assessment that name an effect in China as a benefit."""
    return record().query("source_id == @analysis.ASSESSMENT and theme_id == 'effects' and stance == 'benefit'")


def doubts() -> pd.DataFrame:
    """Statements of the assessment coded as criticism under effects: missing, slight, limited, harmful or not shown."""
    return record().query("source_id == @analysis.ASSESSMENT and theme_id == 'effects' and stance == 'criticism'")


def months_before(milestone_id: str) -> int:
    """Whole calendar months from an act to the first round."""
    act = first_day(table("milestones").set_index("milestone_id").at[milestone_id, "date"])
    start, _ = life()
    return 12 * (start.year - act.year) + start.month - act.month


# --- facts -------------------------------------------------------------------


@fact("rows of effects that somebody credits (credited_by is filled)", "effects")
def effects_credited() -> int:
    return len(effects())


def _credited_by(actors: str) -> int:
    return int(effects()["credited_by"].str.contains(actors).sum())


@fact("rows of effects that the Chinese agencies or Chinese participants credit", "effects")
def effects_credited_china() -> int:
    return _credited_by("cn_agencies|cn_participants")


@fact("rows of effects that governments credit", "effects")
def effects_credited_governments() -> int:
    return _credited_by("governments")


def _timed(wanted: str, found: pd.DataFrame | None = None) -> int:
    return int((timings(found).loc[effects()["effect_id"]] == wanted).sum())


@fact("credited effects of timing mixed: acts before the first round and acts from it to the last", "effects")
def effects_mixed() -> int:
    return _timed("mixed")


@fact("credited effects of timing during: all acts up to the last round lie from the first to the last", "effects")
def effects_during() -> int:
    return _timed("during")


@fact(
    "credited effects that would be of timing before_first_round if milestones of level statute alone were counted",
    "effects;milestones;rounds",
)
def effects_before_statutes() -> int:
    found = table("milestones")
    return _timed("before_first_round", found[found["level_id"].astype(str) == "statute"])


@fact("credited effects whose timing changes if milestones of grade C are left out", "effects;milestones;rounds")
def effects_changed_without_c() -> int:
    firm = timings(table("milestones").query("grade != 'C'"))
    return int((firm != timings()).loc[effects()["effect_id"]].sum())


def _falling(period: str) -> int:
    return int((acts()["falls"] == period).sum())


@fact("rows of milestones that bear on a credited effect", "milestones;effects")
def effects_acts() -> int:
    return len(acts())


@fact("of the rows that bear on a credited effect, those of period during", "milestones;effects")
def effects_acts_during() -> int:
    return _falling("during")


@fact("milestones on a credited effect of the levels regulation, ministry and court", "milestones;effects")
def effects_acts_below() -> int:
    return int(acts()["level_id"].astype(str).isin(["regulation", "ministry", "court"]).sum())


@fact("of the milestones of the levels regulation, ministry and court, those of period during", "milestones;effects")
def effects_acts_below_during() -> int:
    found = acts().query("falls == 'during'")
    return int(found["level_id"].astype(str).isin(["regulation", "ministry", "court"]).sum())


@fact(
    "milestones on a credited effect that are known from another text only (text_seen report or abstract)",
    "milestones;effects",
)
def effects_acts_unseen() -> int:
    return int((~acts()["text_seen"].isin(TEXT_SEEN)).sum())


@fact("milestones on a credited effect of grade C", "milestones;effects")
def effects_acts_c() -> int:
    return int((acts()["grade"].astype(str) == "C").sum())


@fact(
    "per cent of the days from 1 January 1990 to 31 December 2015, the years searched, that lie from the first day of "
    "the first round to the last of the last",
    "rounds",
)
def effects_window_pct() -> Amount:
    return per_cent(yardsticks.window_share(*life(), *searched()), 1)


@fact("per cent of the milestones on a credited effect that are of period during", "milestones;effects")
def effects_inside_pct() -> Amount:
    return per_cent(_falling("during"), len(acts()))


@fact(
    "per cent of the days from the first milestone on a credited effect to the last round that lie from the first "
    "round on",
    "milestones;effects;rounds",
)
def effects_window_past_pct() -> Amount:
    start, end = life()
    return per_cent(yardsticks.window_share(start, end, acts()["middle"].min(), end), 1)


@fact(
    "per cent of the milestones on a credited effect up to the last round that are of period during",
    "milestones;effects",
)
def effects_inside_past_pct() -> Amount:
    return per_cent(_falling("during"), _falling("during") + _falling("before_first_round"))


@fact(
    "most milestones on a credited effect that the window of the dialogue holds if moved by one to three years "
    "earlier or later, by the middle of their dates",
    "milestones;effects;rounds",
)
def effects_shifted_most() -> int:
    return int(shifted()["Acts inside"].drop(0).max())


@fact(
    "fewest milestones on a credited effect that the window of the dialogue holds if moved by one to three years "
    "earlier or later, by the middle of their dates",
    "milestones;effects;rounds",
)
def effects_shifted_least() -> int:
    return int(shifted()["Acts inside"].drop(0).min())


@fact("statutes among the milestones on a credited effect inside the window of the dialogue", "milestones;effects")
def effects_statutes_during() -> int:
    return int(shifted().at[0, "Statutes inside"])


@fact(
    "most statutes among the milestones on a credited effect that the window of the dialogue holds if moved by one to "
    "three years earlier or later",
    "milestones;effects;rounds",
)
def effects_statutes_shifted_most() -> int:
    return int(shifted()["Statutes inside"].drop(0).max())


@fact(
    "milestones of period during that come after a round with the topic of their effect on its list (topic_id of "
    "effect_topics)",
    "milestones;effect_topics;round_topics;rounds",
)
def effects_followed() -> int:
    return len(followed())


@fact(
    "milestones of period during that come after a round with the topic of their effect on its list, the other topics "
    "of effect_topics included",
    "milestones;effect_topics;round_topics;rounds",
)
def effects_followed_other() -> int:
    return len(followed("rounds_other"))


@fact("statements of the assessment of theme effects and stance benefit", "evidence")
def effects_praise() -> int:
    return len(praise())


@fact("statements of theme effects and stance benefit that are about foreign partners", "evidence")
def effects_praise_foreign() -> int:
    return int((praise()["about_id"] == "foreign_partners").sum())


@fact("statements of theme effects and stance benefit of Chinese participants about China's government", "evidence")
def effects_praise_input() -> int:
    found = praise()
    return int(((found["speaker_id"] == "cn_participants") & (found["about_id"] == "cn_government")).sum())


@fact("statements of theme effects and stance benefit of governments", "evidence")
def effects_praise_since() -> int:
    return int((praise()["speaker_id"] == "governments").sum())


@fact("statements of theme effects and stance benefit about the dialogue", "evidence")
def effects_praise_dialogue() -> int:
    return int((praise()["about_id"] == "dialogue").sum())


@fact("statements of theme effects and stance benefit about the dialogue, by the codes of the second coder", "evidence")
def effects_praise_dialogue_b() -> int:
    rows = record().query("source_id == @analysis.ASSESSMENT and theme_id_b == 'effects' and stance_b == 'benefit'")
    return int((rows["about_id_b"] == "dialogue").sum())


@fact("statements of the assessment of theme effects and stance criticism", "evidence")
def effects_doubts() -> int:
    return len(doubts())


@fact("groups of speakers of the statements of theme effects and stance criticism, the author included", "evidence")
def effects_doubts_groups() -> int:
    return int(doubts()["speaker_group"].nunique())


@fact("calendar months from the first round to the last", "rounds")
def effects_months() -> int:
    start, end = life()
    return 12 * (end.year - start.year) + end.month - start.month


@fact("months from the amended criminal procedure law to the first round", "milestones;rounds")
def effects_procedure_lead() -> int:
    return months_before("criminal_procedure_1996")


def _listed(effect_id: str, column: str = "rounds") -> list[int]:
    return effects().set_index("effect_id").at[effect_id, column]


@fact("rounds with the topic women on the list", "round_topics;effect_topics")
def effects_rounds_women() -> int:
    return len(_listed("women"))


@fact("rounds with the topic detention on the list", "round_topics;effect_topics")
def effects_rounds_detention() -> int:
    return len(_listed("prisons"))


@fact("rounds with the topic policing on the list", "round_topics;effect_topics")
def effects_rounds_policing() -> int:
    return len(_listed("police"))


def _first_year(rounds: list[int]) -> str:
    return str(analysis.rounds_with_venues().set_index("round").at[rounds[0], "date"].year)


@fact("year of the first round with the topic policing on the list", "rounds;round_topics;effect_topics")
def effects_policing_from() -> str:
    return _first_year(_listed("police"))


@fact("year of the first round with policing, or criminal procedure, on the list", "rounds;round_topics;effect_topics")
def effects_policing_from_other() -> str:
    return _first_year(_listed("police", "rounds_other"))


@fact("rows of traced", "traced")
def effects_traced() -> int:
    return len(table("traced"))


@fact("rows of traced with a link to a named round", "traced")
def effects_traced_to_round() -> int:
    return int((table("traced")["link"].astype(str) == "traced_to_round").sum())


@fact("rows of searches of topic effects", "searches")
def effects_searches() -> int:
    return int((table("searches")["topic"] == "effects").sum())
