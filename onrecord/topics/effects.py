"""Effects that the assessment credits, against the dates of law and treaty, and against the lists of the rounds."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .. import analysis, figures
from ..facts import fact
from ..tables import first_day, labels, last_day, record, table

# Later acts that the assessment does not credit have this effect.
NOT_CREDITED = "other"
# Made when the covenant was ratified, so not a date of its own in the figure.
WITH_ANOTHER = "icescr_statement_2001"
# Marks of the lanes by kind of act.
MARKS = {"law": "law", "constitution": "law", "treaty": "treaty", "policy": "step", "court_practice": "step"}
LEGEND = {
    "round": "round",
    "other": "round with the topic on its list",
    "law": "law",
    "treaty": "treaty act",
    "step": "undertaking or statement",
}
SHORT = {
    "presumption_of_innocence": "Presumption of innocence",
    "prisons": "Prisons",
    "police": "Police",
    "women": "Women and family",
    "rule_of_law_training": "Training of judges",
    "covenants": "Covenants",
    "constitution": "Constitution",
}
PERIODS = {"before_first_round": "before", "during": "inside", "after": "after", "mixed": "before and inside"}
# The parties in China speak of foreign input, governments of the time since 1997.
CHINESE = ["cn_agencies", "cn_participants"]


def life() -> tuple[pd.Timestamp, pd.Timestamp]:
    """First day of the first round and last day of the last, as far as the list gives days."""
    rounds = table("rounds")
    return first_day(rounds["date_start"].iloc[0]), last_day(rounds["date_end"].iloc[-1])


def acts() -> pd.DataFrame:
    """The dated acts that bear on a credited effect, oldest first.

    The milestones with ``middle`` (the middle of what the date can mean) and
    ``falls``: before_first_round, during or after, computed from the dates.
    """
    found = table("milestones")
    found = found[found["effect_id"].astype(str) != NOT_CREDITED]
    start, end = life()
    first, last = found["date"].map(first_day), found["date"].map(last_day)
    found["middle"] = first + (last - first) / 2
    found["falls"] = "during"
    found.loc[last < start, "falls"] = "before_first_round"
    found.loc[first > end, "falls"] = "after"
    return found.sort_values("middle", ignore_index=True)


def effects() -> pd.DataFrame:
    """The credited effects with ``rounds``: numbers of the rounds that list their topic."""
    found = table("effects")
    found = found[found["effect_id"].astype(str) != NOT_CREDITED].reset_index(drop=True)
    listed = analysis.item_topics().merge(table("effect_topics"), on="topic_id")
    rounds = listed.groupby("effect_id")["round"].agg(lambda r: sorted({int(n) for n in r}))
    found["rounds"] = [list(rounds.get(str(e), [])) for e in found["effect_id"]]
    return found


def effects_shown() -> pd.DataFrame:
    """The credited effects as a table to read: who, to what, where the acts fall, what that shows."""
    found = effects()
    group_of = table("actors").set_index("actor_id")["group_id"].map(labels("groups"))
    rows = [
        [
            row.label,
            "; ".join(dict.fromkeys(group_of[a] for a in row.credited_by.split(";"))),
            row.credited_to,
            PERIODS[str(row.timing)],
            ", ".join(map(str, row.rounds)) or "none",
            row.what_timing_shows,
            row.evidence_ids.replace(";", "; "),
        ]
        for row in found.itertuples()
    ]
    columns = [
        "Effect",
        "Who credits it",
        "To what",
        "Dated acts fall",
        "On the list of rounds",
        "What the dates show",
        "Evidence",
    ]
    return pd.DataFrame(rows, columns=columns)


def acts_shown() -> pd.DataFrame:
    """The dated acts as a table to read, oldest first."""
    found = acts()
    forms = {"day": "{0.day} {0:%B %Y}", "month": "{0:%B %Y}", "year": "{0:%Y}"}
    precise = zip(found["date"], found["date_precision"].astype(str), strict=True)
    found["date"] = [forms[precision].format(first_day(date)) for date, precision in precise]
    found["effect"] = found["effect_id"].astype(str).map(SHORT)
    found["when"] = found["falls"].map(PERIODS)
    found["works"] = found["source"].str.replace(";", "; ", regex=False)
    shown = found[["date", "title", "effect", "when", "grade", "works"]]
    return shown.set_axis(["Date", "Act", "Effect", "Falls", "Grade", "Source"], axis=1)


def lane_events() -> pd.DataFrame:
    """Rounds, and for each credited effect its acts and the rounds with its topic: lane, date, kind, label."""
    rounds = analysis.rounds_with_venues().set_index("round")["date"]
    rows = [("Rounds", date, "round", str(number)) for number, date in rounds.items()]
    dated = acts()
    dated = dated[(dated["falls"] != "after") & (dated["milestone_id"] != WITH_ANOTHER)]
    for effect in effects().itertuples():
        lane = SHORT[str(effect.effect_id)]
        rows += [(lane, rounds[number], "other", "") for number in effect.rounds]
        own = dated[dated["effect_id"].astype(str) == str(effect.effect_id)]
        rows += [(lane, row.middle, MARKS[str(row.kind)], "") for row in own.itertuples()]
    return pd.DataFrame(rows, columns=["lane", "date", "kind", "label"])


@figures.drawing
def effect_lanes(events: pd.DataFrame) -> Figure:
    """The lanes of :func:`lane_events`, the life of the dialogue shaded, with a key to the marks."""
    start, end = life()
    span = (str(events["date"].min() - pd.DateOffset(months=8)), str(end + pd.DateOffset(months=8)))
    figure = figures.lanes(events, span, (str(start), str(end)))
    handles = []
    for kind, label in LEGEND.items():
        colour, marker, filled = figures.LANE_MARKS[kind]
        ink = figures.PALETTE[colour]
        face = ink if filled else figures.PAPER
        handles.append(Line2D([], [], ls="", marker=marker, color=ink, mfc=face, ms=6.5, mew=1.4, label=label))
    figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=10, handletextpad=0.3)
    figure.set_figheight(figure.get_figheight() + 0.5)
    return figure


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


@fact("effects that the assessment credits", "effects")
def effects_credited() -> int:
    return len(effects())


def _timed(timing: str) -> int:
    return int((effects()["timing"].astype(str) == timing).sum())


@fact("credited effects whose dated acts all precede the first round", "effects")
def effects_before() -> int:
    return _timed("before_first_round")


@fact("credited effects whose dated acts up to the assessment all fall inside the dialogue", "effects")
def effects_during() -> int:
    return _timed("during")


@fact("credited effects with dated acts before the first round and inside", "effects")
def effects_mixed() -> int:
    return _timed("mixed")


def _falling(period: str) -> int:
    return int((acts()["falls"] == period).sum())


@fact("dated acts that bear on a credited effect", "milestones")
def effects_acts() -> int:
    return len(acts())


@fact("of these, those before the first round", "milestones;rounds")
def effects_acts_before() -> int:
    return _falling("before_first_round")


@fact("of these, those from the first round to the last", "milestones;rounds")
def effects_acts_during() -> int:
    return _falling("during")


@fact("of these, those after the last round", "milestones;rounds")
def effects_acts_after() -> int:
    return _falling("after")


@fact("of those inside, acts between the fifth round and the sixth", "milestones;rounds")
def effects_acts_gap() -> int:
    when = analysis.rounds_with_venues().set_index("round")["date"]
    return int(acts()["middle"].between(when[5], when[6]).sum())


@fact("statements of the assessment that name an effect in China as a benefit", "evidence")
def effects_praise() -> int:
    return len(praise())


@fact("of these, those of parties in China, on foreign input in general", "evidence")
def effects_praise_foreign() -> int:
    found = praise()
    return int((found["speaker_id"].isin(CHINESE) & (found["about_id"] != "dialogue")).sum())


@fact("of these, those of governments, on the time since the dialogues began", "evidence")
def effects_praise_since() -> int:
    return int((praise()["speaker_id"] == "governments").sum())


@fact("of these, those about dialogue as such", "evidence")
def effects_praise_dialogue() -> int:
    return int((praise()["about_id"] == "dialogue").sum())


@fact("the same by the codes of the second coder", "evidence")
def effects_praise_dialogue_b() -> int:
    rows = record().query("source_id == @analysis.ASSESSMENT and theme_id_b == 'effects' and stance_b == 'benefit'")
    return int((rows["about_id_b"] == "dialogue").sum())


@fact(
    "criticism of effects in China in the assessment: one is missing, slight, limited, harmful or not shown",
    "evidence",
)
def effects_doubts() -> int:
    return len(doubts())


@fact("groups that make them, the author included", "evidence")
def effects_doubts_groups() -> int:
    return int(doubts()["speaker_group"].nunique())


@fact("calendar months from the first round to the last", "rounds")
def effects_months() -> int:
    start, end = life()
    return 12 * (end.year - start.year) + end.month - start.month


@fact("months from the revised criminal procedure law to the first round", "milestones;rounds")
def effects_procedure_lead() -> int:
    return months_before("criminal_procedure_1996")


@fact("months from the prison law to the first round", "milestones;rounds")
def effects_prison_lead() -> int:
    return months_before("prison_law_1994")


def _listed(effect_id: str) -> int:
    return len(effects().set_index(effects()["effect_id"].astype(str)).at[effect_id, "rounds"])


@fact("rounds with the rights of women on the list", "round_topics;effect_topics")
def effects_rounds_women() -> int:
    return _listed("women")


@fact("rounds with detention on the list", "round_topics;effect_topics")
def effects_rounds_detention() -> int:
    return _listed("prisons")


@fact("rounds with policing on the list", "round_topics;effect_topics")
def effects_rounds_policing() -> int:
    return _listed("police")


def _first_listed(effect_id: str) -> str:
    number = effects().set_index(effects()["effect_id"].astype(str)).at[effect_id, "rounds"][0]
    return str(analysis.rounds_with_venues().set_index("round").at[number, "date"].year)


@fact("year of the first round with detention on the list", "rounds;round_topics;effect_topics")
def effects_detention_from() -> str:
    return _first_listed("prisons")


@fact("year of the first round with policing on the list", "rounds;round_topics;effect_topics")
def effects_policing_from() -> str:
    return _first_listed("police")
