"""The chapter on the rounds: when and where they were held, what stood on their lists, what was visited."""

from __future__ import annotations

import pandas as pd

from .. import analysis
from ..facts import fact
from ..tables import labels, table


@fact("rounds in the assessment's list", "rounds")
def rounds_held() -> int:
    return len(table("rounds"))


def _hosted(country: str) -> int:
    return int((table("rounds")["host_country"] == country).sum())


@fact("rounds held in Canada", "rounds")
def rounds_in_canada() -> int:
    return _hosted("CAN")


@fact("rounds held in China", "rounds")
def rounds_in_china() -> int:
    return _hosted("CHN")


@fact("calendar years in which a round was held", "rounds")
def years_with_round() -> int:
    return int((analysis.calendar_years() > 0).sum())


@fact("calendar years from the first round's to the last's, both counted", "rounds")
def years_spanned() -> int:
    return len(analysis.calendar_years())


@fact("calendar years between first and last without a round", "rounds")
def years_without_round() -> int:
    return int((analysis.calendar_years() == 0).sum())


@fact("calendar years with exactly one round", "rounds")
def years_with_one_round() -> int:
    return int((analysis.calendar_years() == 1).sum())


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


@fact("intervals between rounds that follow each other", "rounds")
def intervals_total() -> int:
    return len(_months())


@fact("months of the shortest interval", "rounds")
def interval_shortest() -> int:
    return int(_months().min())


@fact("months of the longest interval", "rounds")
def interval_longest() -> int:
    return int(_months().max())


@fact("median interval in months", "rounds")
def interval_median() -> float:
    return float(_months().median())


@fact("mean interval in months", "rounds")
def interval_mean() -> str:
    return f"{_months().mean():.1f}"


@fact("intervals of ten to fourteen months", "rounds")
def intervals_yearly() -> int:
    low, high = analysis.YEARLY_MONTHS
    return int(_months().between(low, high).sum())


@fact("intervals within half that band", "rounds")
def intervals_yearly_narrow() -> int:
    low, high = analysis.YEARLY_MONTHS
    return int(_months().between((low + 12) / 2, (high + 12) / 2).sum())


@fact("fewest months that count as yearly", "rounds")
def yearly_low() -> str:
    return str(analysis.YEARLY_MONTHS[0])


@fact("most months that count as yearly", "rounds")
def yearly_high() -> str:
    return str(analysis.YEARLY_MONTHS[1])


@fact("times the host changed from one round to the next", "rounds")
def host_changes() -> int:
    hosts = table("rounds")["host_country"].astype(str)
    return int((hosts != hosts.shift()).iloc[1:].sum())


@fact("rounds held in October or November, by the month of the list", "rounds")
def rounds_in_autumn() -> int:
    return int(analysis.rounds_with_venues()["date"].dt.month.isin([10, 11]).sum())


def _checked(status: str) -> int:
    return int((table("rounds")["check_status"] == status).sum())


@fact("rounds whose date and place another source confirms", "rounds")
def rounds_confirmed() -> int:
    return _checked("confirmed")


@fact("rounds of which another source confirms a part", "rounds")
def rounds_partly_confirmed() -> int:
    return _checked("partly_confirmed")


@fact("rounds for which only the assessment and its author were found", "rounds")
def rounds_source_only() -> int:
    return _checked("source_only")


@fact("rounds whose date the record corrects", "rounds")
def rounds_corrected() -> int:
    return _checked("corrected")


@fact("agenda items in the list", "round_topics")
def items_listed() -> int:
    return len(table("round_topics"))


@fact("topics to which the agenda items belong", "topics")
def topics_total() -> int:
    return len(table("topics"))


@fact("topics that stand in one round only", "round_topics")
def topics_once() -> int:
    return int((analysis.topic_rounds() == 1).sum())


@fact("topics that stand in two rounds", "round_topics")
def topics_twice() -> int:
    return int((analysis.topic_rounds() == 2).sum())


@fact("most rounds in which one topic stands", "round_topics")
def topic_rounds_most() -> int:
    return int(analysis.topic_rounds().max())


@fact("rounds after the first that share no topic with the round before", "round_topics")
def rounds_without_carry() -> int:
    return int((analysis.carried_over()["from_round_before"] == 0).sum())


@fact("rounds after the first that share a topic with the round before", "round_topics")
def rounds_with_carry() -> int:
    return int((analysis.carried_over()["from_round_before"] > 0).sum())


@fact("topics on the lists after the first round, each counted once a round", "round_topics")
def slots_later() -> int:
    return int(analysis.carried_over()["topics"].sum())


@fact("of these, those on the list of the round before", "round_topics")
def slots_from_before() -> int:
    return int(analysis.carried_over()["from_round_before"].sum())


@fact("of these, those on any earlier list", "round_topics")
def slots_from_earlier() -> int:
    return int(analysis.carried_over()["from_any_earlier"].sum())


@fact("topics that stand in more than one round", "round_topics")
def topics_again() -> int:
    return int((analysis.topic_rounds() > 1).sum())


@fact("the topic that stands in most rounds", "round_topics; topics")
def topic_most() -> str:
    often = analysis.topic_rounds()
    return ", ".join(sorted(labels("topics")[t].lower() for t in often.index[often == often.max()]))


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


@fact("rounds after the first that share no family of topics with the round before", "round_topics; topics")
def rounds_without_family() -> int:
    families = analysis.item_topics().merge(table("topics"), on="topic_id").groupby("round")["family"].agg(set)
    return sum(families[n].isdisjoint(families[n - 1]) for n in families.index[1:])


@fact("places visited beside the rounds, each counted once a round", "site_visits")
def visits_total() -> int:
    return len(table("site_visits"))


@fact("rounds with at least one visit", "site_visits")
def rounds_with_visit() -> int:
    return table("site_visits")["round"].nunique()


@fact("places visited", "site_visits")
def places_visited() -> int:
    return table("site_visits")["place_id"].nunique()


@fact("cities that were venues", "round_places")
def venues_total() -> int:
    return table("round_places")["place_id"].nunique()
