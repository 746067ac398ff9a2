"""The chapter on the rounds: when and where they were held, what stood on their lists, what was visited."""

from __future__ import annotations

import pandas as pd

from .. import analysis, yardsticks
from ..facts import Amount, fact, rounded
from ..reads import cache
from ..tables import in_words, labels, table

# How the status of a round is put in words.
ATTESTED = {
    "confirmed": "by another source",
    "partly_confirmed": "in part by another source",
    "source_only": "by Burton's report and his evidence only",
    "corrected": "by other sources; the report has two years for it",
}


def overview() -> pd.DataFrame:
    """A row a round, in words: when, where, topics as listed, places visited, and how it is attested."""
    rounds = analysis.rounds_with_venues().set_index("round")
    topics = table("round_topics").groupby("round")["topic_as_listed"].agg(" · ".join)
    visits = table("site_visits").merge(table("places"), on="place_id").groupby("round")["name"].agg(", ".join)
    start, end = rounds["date_start"].map(in_words), rounds["date_end"].map(in_words)
    when = start.where(rounds["date_start"] == rounds["date_end"], start + " to " + end)
    frame = pd.DataFrame(
        {
            "When": when,
            "Where": rounds["cities"],
            "Topics as listed": topics,
            "Visited": visits.reindex(rounds.index).fillna("none listed"),
            "Attested": rounds["check_status"].map(ATTESTED),
        }
    )
    return frame.rename_axis("Round").reset_index()


@fact("rounds in the assessment's list", "rounds")
def rounds_held() -> int:
    return len(table("rounds"))


@fact("the year without a round", "rounds")
def empty_year() -> str:
    years = analysis.calendar_years()
    return ", ".join(str(y) for y in years.index[years == 0])


@fact("the year with more than one round", "rounds")
def double_year() -> str:
    years = analysis.calendar_years()
    return ", ".join(str(y) for y in years.index[years > 1])


@fact("rounds in the year with more than one", "rounds")
def rounds_in_double_year() -> int:
    return int(analysis.calendar_years().max())


def _months() -> pd.Series:
    return analysis.rounds_with_venues()["months_since"].dropna().astype(int)


@fact("months of the shortest interval between rounds that follow each other, by the months of the list", "rounds")
def interval_shortest() -> int:
    return int(_months().min())


@fact("months of the longest interval between rounds that follow each other, by the months of the list", "rounds")
def interval_longest() -> int:
    return int(_months().max())


def _checked(status: str) -> int:
    return int((table("rounds")["check_status"] == status).sum())


@fact("rounds for which only the assessment and its author were found", "rounds")
def rounds_source_only() -> int:
    return _checked("source_only")


@fact("agenda items in the list", "round_topics")
def items_listed() -> int:
    return len(table("round_topics"))


@fact("topics to which the agenda items belong", "topics")
def topics_total() -> int:
    return len(table("topics"))


@fact("topics that stand on the list of one round only, every topic that an item names counted", "round_topics")
def topics_once() -> int:
    return int((analysis.topic_rounds() == 1).sum())


@fact("topics that stand on the lists of more than one round, every topic that an item names counted", "round_topics")
def topics_again() -> int:
    return int((analysis.topic_rounds() > 1).sum())


@fact("number of rounds on whose lists the most frequent topic stands", "round_topics")
def topic_rounds_most() -> int:
    return int(analysis.topic_rounds().max())


@fact("the topic that stands on the lists of most rounds", "round_topics; topics")
def topic_most() -> str:
    often = analysis.topic_rounds()
    return ", ".join(sorted(labels("topics")[t].lower() for t in often.index[often == often.max()]))


# --- what vanished, what came, and what chance would give ---------------------


@fact("rounds held before the first calendar year without a round", "rounds")
def rounds_before_gap() -> int:
    return analysis.rounds_before_the_gap()


def _side(name: str) -> int:
    return int((analysis.topics_by_side_of_the_gap() == name).sum())


@fact("topics on lists of rounds before the year without a round and on none after it", "round_topics; rounds")
def topics_only_before() -> int:
    return _side("before")


@fact("topics on lists of rounds after the year without a round and on none before it", "round_topics; rounds")
def topics_only_after() -> int:
    return _side("after")


@fact("topics on lists of rounds both before and after the year without a round", "round_topics; rounds")
def topics_both_sides() -> int:
    return _side("both")


@cache
def _across() -> yardsticks.Chance:
    lists, before = analysis.topic_lists(), analysis.rounds_before_the_gap()
    found = yardsticks.on_both_sides(lists, before)
    return yardsticks.chance(yardsticks.on_both_sides_in_any_order(lists, before), found)


@fact(
    "topics on both sides of the year without a round if the lists stood in any order: mean over every way to put as "
    "many of the lists before it as stand there",
    "round_topics; rounds",
)
def topics_both_sides_expected() -> Amount:
    return rounded(_across().mean, 0, "topics")


@fact(
    "share, as one in so many, of the ways to put as many lists before the year without a round as stand there, that "
    "leave as few topics on both sides as the lists have",
    "round_topics; rounds",
)
def topics_both_sides_odds() -> Amount:
    return yardsticks.odds(_across().at_most)


@fact(
    "share of all orders of the lists, as one in so many, in which a line after some list is as rare for its place as "
    "the rarest line of the order that was",
    "round_topics",
)
def line_odds() -> Amount:
    return yardsticks.odds(yardsticks.clearest_line(analysis.topic_lists())[1])


@fact("the last round whose list names the covenant on civil and political rights (ICCPR)", "round_topics")
def iccpr_last_round() -> str:
    items = table("round_topics")
    last = items.loc[items["topic_as_listed"].str.contains(r"\bICCPR\b"), "round"].max()
    return _ORDINALS[int(last) - 1]


_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth".split()


@fact("topics on all lists, each counted once a round", "round_topics")
def slots_total() -> int:
    return sum(map(len, analysis.topic_lists()))


@fact("topics on the lists after the first round, each counted once a round", "round_topics")
def slots_later() -> int:
    return int(analysis.carried_over()["topics"].sum())


@fact(
    "topics on the lists after the first round that stood on the list of the round before, each counted once a round",
    "round_topics",
)
def slots_from_before() -> int:
    return int(analysis.carried_over()["from_round_before"].sum())


@fact(
    "topics on the lists after the first round that stood on any earlier list, each counted once a round",
    "round_topics",
)
def slots_from_earlier() -> int:
    return int(analysis.carried_over()["from_any_earlier"].sum())


@cache
def _in_any_order() -> yardsticks.Chance:
    lists = analysis.topic_lists()
    return yardsticks.chance(yardsticks.carried_on_in_any_order(lists), yardsticks.carried_on(lists))


@fact("topics carried on from the list before if the lists stood in any order: mean over all orders", "round_topics")
def slots_order_mean() -> Amount:
    return rounded(_in_any_order().mean, 1, "topics")


@fact(
    "topics carried on from the list before if the lists stood in any order: 2.5th percentile over all orders",
    "round_topics",
)
def slots_order_low() -> Amount:
    return rounded(_in_any_order().low, 0, "topics")


@fact(
    "topics carried on from the list before if the lists stood in any order: 97.5th percentile over all orders",
    "round_topics",
)
def slots_order_high() -> Amount:
    return rounded(_in_any_order().high, 0, "topics")


@fact("share of all orders, as one in so many, in which as many topics are carried on, or more", "round_topics")
def slots_order_odds() -> Amount:
    return yardsticks.odds(_in_any_order().at_least)


def _drawn() -> tuple[float, float]:
    lists = analysis.topic_lists()
    return yardsticks.expected_from_draws([len(one) for one in lists], len(set().union(*lists)))


@fact(
    "topics carried on from the list before, on average, if lists of the same lengths were drawn at random from all "
    "the topics",
    "round_topics",
)
def slots_drawn_before() -> Amount:
    return rounded(_drawn()[0], 1, "topics")


def _rounds_on(topic_id: str) -> int:
    return int(analysis.topic_rounds()[topic_id])


@fact("rounds with religion on the list", "round_topics")
def rounds_on_religion() -> int:
    return _rounds_on("religion")


@fact("rounds with minorities on the list", "round_topics")
def rounds_on_minorities() -> int:
    return _rounds_on("minorities")


@fact("rounds with labour on the list", "round_topics")
def rounds_on_labour() -> int:
    return _rounds_on("labour")


def _families(side: str) -> str:
    """Families of topics of which all stand on one side of the gap, in words."""
    families = table("topics").set_index("topic_id")["family"].astype(str)
    sides = analysis.topics_by_side_of_the_gap().groupby(families).agg(set)
    return " and ".join(sorted(sides.index[sides == {side}]))


@fact("families of topics that stand on no list after the year without a round", "round_topics; topics; rounds")
def families_only_before() -> str:
    return _families("before")


@fact("families of topics that stand on no list before the year without a round", "round_topics; topics; rounds")
def families_only_after() -> str:
    return _families("after")


@fact("places visited", "site_visits")
def places_visited() -> int:
    return table("site_visits")["place_id"].nunique()


@fact("cities that were venues", "round_places")
def venues_total() -> int:
    return table("round_places")["place_id"].nunique()
