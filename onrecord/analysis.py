"""The transforms behind figures and facts: each takes nothing and returns a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .marks import Leads, Row, behind, rows_of
from .reads import cache
from .tables import first_day, kept, labels, last_day, record, table

# Themes about the dialogue itself; the others are about China, Canada or the record.
DIALOGUE_FAMILIES = ("process", "purpose", "results")
NOT_DIALOGUE = ("rights_situation",)
ASSESSMENT = "burton2006"
# Speakers who report on the dialogue and are not a party to it.
REPORTERS = ("press", "consultant")


@kept
def rounds_with_venues() -> pd.DataFrame:
    """The rounds with ``date`` (first day), ``cities`` (text) and ``months_since``.

    ``months_since``: whole calendar months since the round before, by month of
    the list (the ninth by its last day, which is in the month the list gives);
    null for the first.
    """
    rounds = table("rounds")
    venues = table("round_places").merge(table("places"), on="place_id")
    rounds["cities"] = rounds["round"].map(venues.groupby("round")["name"].agg(", ".join))
    rounds["date"] = rounds["date_start"].map(first_day)
    months = rounds["date_end"].map(last_day).map(lambda d: 12 * d.year + d.month)
    rounds["months_since"] = months.diff().astype("Int64")
    return rounds


@kept
def calendar_years() -> pd.Series:
    """Number of rounds in every calendar year from the first round's to the last's."""
    years = rounds_with_venues()["date"].dt.year
    counts = years.value_counts()
    return counts.reindex(range(years.min(), years.max() + 1), fill_value=0)


@kept
def item_topics() -> pd.DataFrame:
    """Every topic that an item of a round's list names: round, item, topic_id, a row a topic."""
    items = table("round_topics")
    named = items["topic_id"] + (";" + items["also_topic_ids"]).fillna("")
    return items[["round", "item"]].assign(topic_id=named.str.split(";")).explode("topic_id", ignore_index=True)


def topic_lists() -> list[set[str]]:
    """The topics of every round's list, in the order of the rounds."""
    return item_topics().groupby("round")["topic_id"].agg(set).tolist()


@cache
def rounds_before_the_gap() -> int:
    """Number of rounds before the first calendar year without one."""
    empty = calendar_years().loc[lambda years: years == 0].index[0]
    return int((rounds_with_venues()["date"].dt.year < empty).sum())


@kept
def topics_by_side_of_the_gap() -> pd.Series:
    """For every topic, whether it stands on lists ``before`` the gap only, ``after`` it only, or on ``both`` sides."""
    items = item_topics().assign(after=lambda t: t["round"] > rounds_before_the_gap())
    later = items.groupby("topic_id")["after"].agg(["min", "max"])
    return pd.Series(np.select([~later["max"], later["min"]], ["before", "after"], "both"), later.index)


def topic_presence() -> pd.DataFrame:
    """Topic by round: True where the round's list has an item on the topic.

    Index: topic labels by family and first appearance; columns: round numbers.
    """
    items = item_topics().merge(table("topics"), on="topic_id")
    first = items.groupby("label")["round"].min()
    order = table("topics").assign(first=lambda t: t["label"].map(first)).sort_values(["family", "first", "label"])
    counts = pd.crosstab(items["label"], items["round"])
    return counts.reindex(order["label"]).gt(0)


def topic_rounds() -> pd.Series:
    """Number of rounds in which each topic stands, by topic_id."""
    return item_topics().groupby("topic_id")["round"].nunique().sort_values(ascending=False)


def carried_over() -> pd.DataFrame:
    """Per round from the second: topics, those of the round before, those of any earlier round."""
    topics = item_topics().groupby("round")["topic_id"].agg(set)
    rows = []
    for number in topics.index[1:]:
        earlier = set().union(*(topics[n] for n in topics.index if n < number))
        rows.append(
            [number, len(topics[number]), len(topics[number] & topics[number - 1]), len(topics[number] & earlier)]
        )
    return pd.DataFrame(rows, columns=["round", "topics", "from_round_before", "from_any_earlier"])


def mapped_places() -> pd.DataFrame:
    """Places with ``venue`` (bool) and ``label``: the name and the rounds held or visits made there."""
    places = table("places")
    held = table("round_places").groupby("place_id")["round"].agg(list)
    seen = table("site_visits").groupby("place_id")["round"].agg(list)
    places["venue"] = places["place_id"].isin(held.index)
    rounds = places["place_id"].map(lambda p: sorted({*held.get(p, []), *seen.get(p, [])}))
    places["label"] = [f"{name} ({', '.join(map(str, r))})" for name, r in zip(places["name"], rounds, strict=True)]
    return places


def behind_topics() -> Leads:
    """The items of lists behind each square of :func:`topic_presence`, by topic (label) and round."""
    items = item_topics()
    return behind("round_topics", items.assign(label=items["topic_id"].map(labels("topics"))), "label", "round")


def behind_places() -> Leads:
    """The venues and visits behind each place of :func:`mapped_places`, by the place's name."""
    held: dict[str, list[Row]] = {}
    for name in ("round_places", "site_visits"):
        for place, part in table(name).groupby("place_id"):
            held.setdefault(labels("places", "name")[str(place)], []).extend(rows_of(name, part))
    return held


# How a statement says again what its own source has said before.
WITHIN_A_SOURCE = ("same_source_summary", "quoted_again")


def first_said() -> pd.Series:
    """For every statement, the one with which its source first says the same: itself, if it repeats nothing."""
    pairs = table("repeats").query("kind in @WITHIN_A_SOURCE")
    earlier = dict(zip(pairs["evidence_id"], pairs["repeats_evidence_id"], strict=True))
    first: dict[str, str] = {}
    for evidence_id in table("evidence")["evidence_id"]:  # in the order of the sources: the earlier one is known
        first[evidence_id] = first.get(earlier.get(evidence_id, ""), evidence_id)
    return pd.Series(first, name="first")


def once(statements: pd.DataFrame) -> pd.DataFrame:
    """Statements without those that say again, in the same source, what another of the given ones says."""
    return statements[~statements["evidence_id"].map(first_said()).duplicated()]


@kept
def dialogue_themes() -> pd.DataFrame:
    """The themes that are about the dialogue itself, in order."""
    themes = table("themes")
    keep = themes["family"].isin(DIALOGUE_FAMILIES) & ~themes["theme_id"].isin(NOT_DIALOGUE)
    return themes[keep].sort_values("order")


def later_sources() -> list[str]:
    """The sources that were written after the assessment and the press report of it."""
    sources = table("sources")
    return sources.loc[sources["date"] >= "2007", "source_id"].tolist()


def critique_matrix() -> pd.DataFrame:
    """Statements of criticism by theme (rows, labels) and speaking group (columns, short labels)."""
    critical = record().query("stance == 'criticism'")
    themes, groups = table("themes").sort_values("order"), table("groups").sort_values("order")
    groups = groups[groups["side"] != "none"]
    counts = pd.crosstab(critical["theme_id"], critical["speaker_group"])
    counts = counts.reindex(index=themes["theme_id"], columns=groups["group_id"], fill_value=0)
    counts.index, counts.columns = pd.Index(themes["label"]), pd.Index(groups["short_label"])
    return counts[counts.sum(axis=1) > 0]


def speakers_by_source() -> pd.DataFrame:
    """Statements by speaking group (rows) and source (columns)."""
    groups = table("groups").query("side != 'none'").sort_values("order")
    sources = table("sources").sort_values("date")
    counts = pd.crosstab(record()["speaker_group"], record()["source_id"])
    counts = counts.reindex(index=groups["group_id"], columns=sources["source_id"], fill_value=0)
    counts.index, counts.columns = pd.Index(groups["label"]), pd.Index(sources["short_title"])
    return counts


def behind_speakers() -> Leads:
    """The statements behind each cell of :func:`speakers_by_source`, by group and source."""
    rows = record()
    named = {
        "group": rows["speaker_group"].map(labels("groups")),
        "source": rows["source_id"].map(labels("sources", "short_title")),
    }
    return behind("evidence", rows.assign(**named), "group", "source")


@kept
def criticisms_by_side(coder: str = "") -> pd.DataFrame:
    """Criticisms of the dialogue by parties in the assessment, a row a statement.

    ``coder``: "" for the first coder's codes, "_b" for the second's. Only the
    assessment, where one interviewer asked both sides; only the parties, not the
    consultant. Columns: ``evidence_id``, ``passage_id``, ``theme_id``, ``group``, ``side``.
    """
    sides = table("groups").set_index("group_id")["side"].astype(str)
    group_of = table("actors").set_index("actor_id")["group_id"]
    rows = record().query("source_id == @ASSESSMENT")
    rows = rows[rows[f"stance{coder}"] == "criticism"]
    rows = rows.assign(group=rows[f"speaker_id{coder}"].map(group_of), theme_id=rows[f"theme_id{coder}"])
    rows = rows[~rows["group"].isin(REPORTERS) & rows["theme_id"].isin(dialogue_themes()["theme_id"])]
    rows = rows.assign(side=rows["group"].map(sides))
    return rows[["evidence_id", "passage_id", "theme_id", "group", "side"]].reset_index(drop=True)


@kept
def two_sides(coder: str = "", repeats: bool = True) -> pd.DataFrame:
    """Criticism of the dialogue in the assessment, by theme and by side.

    ``coder``: as in :func:`criticisms_by_side`; ``repeats``: False counts once what is said again.

    Columns: ``theme_id``, ``label``, ``China``, ``Canada and West`` (statements), ``groups`` (groups
    that voice it). Themes that both sides voice come first, by the smaller side and then by number
    of statements.
    """
    rows = criticisms_by_side(coder)
    rows = rows if repeats else once(rows)
    counts = pd.crosstab(rows["theme_id"], rows["side"]).reindex(columns=["China", "Canada and West"], fill_value=0)
    themes = dialogue_themes()[["theme_id", "label"]].merge(counts, left_on="theme_id", right_index=True)
    themes["groups"] = themes["theme_id"].map(rows.groupby("theme_id")["group"].nunique())
    themes["total"] = themes["China"] + themes["Canada and West"]
    themes["smaller"] = themes[["China", "Canada and West"]].min(axis=1)
    themes["shared"] = themes["smaller"] > 0
    ordered = themes.sort_values(["smaller", "total", "label"], ascending=[False, False, True], ignore_index=True)
    return ordered.drop(columns=["total", "smaller"])


def behind_sides() -> Leads:
    """The statements behind each bar of :func:`two_sides`, by theme (label) and side."""
    rows = criticisms_by_side()
    return behind("evidence", rows.assign(label=rows["theme_id"].map(labels("themes"))), "label", "side")


@kept
def sponsors_in(year: int) -> pd.DataFrame:
    """The rows of ``unchr_sponsors`` of one year: states, and what part each had in the text on China."""
    return table("unchr_sponsors").query("year == @year").reset_index(drop=True)
