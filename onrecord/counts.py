"""What the facts count. One short function a fact; its name is the fact's key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from . import analysis
from .agreement import VARIABLES, agreement
from .facts import FACTS, Fact, fact
from .quotes import LONGEST
from .tables import labels, record, table

# --- the sources and the coded record ---------------------------------------


@fact("sources", "sources")
def sources_total() -> int:
    return len(table("sources"))


@fact("words in the five sources, page furniture left out", "sources")
def words_total() -> int:
    return int(table("sources")["words"].sum())


@fact("passages that are not page furniture", "passages")
def passages_total() -> int:
    return int((table("passages")["kind"] != "furniture").sum())


@fact("passages of page furniture, left out", "passages")
def furniture_total() -> int:
    return int((table("passages")["kind"] == "furniture").sum())


@fact("coded statements", "evidence")
def statements_total() -> int:
    return len(table("evidence"))


@fact("statements that carry a quotation", "evidence")
def quotations_total() -> int:
    return int(table("evidence")["quote"].notna().sum())


@fact("most words that a quotation may have", "evidence")
def quote_longest() -> int:
    return LONGEST


@fact("themes of the codebook", "themes")
def themes_total() -> int:
    return len(table("themes"))


@fact("stances of the codebook", "evidence")
def stances_total() -> int:
    return len(table("evidence")["stance"].cat.categories)


@fact("groups that speak", "groups")
def groups_speaking() -> int:
    return record()["speaker_group"].nunique()


@fact("people interviewed for the assessment, as it states by nationality", "interviews")
def people_interviewed() -> int:
    return int(table("interviews")["people"].sum())


def _interviewed(nationality: str) -> int:
    people = table("interviews").set_index("nationality")["people"]
    return int(people[nationality])


@fact("Canadians interviewed for the assessment", "interviews")
def interviewed_canadian() -> int:
    return _interviewed("Canadian")


@fact("Chinese interviewed for the assessment", "interviews")
def interviewed_chinese() -> int:
    return _interviewed("Chinese")


@fact("people of other nationalities interviewed for the assessment", "interviews")
def interviewed_other() -> int:
    return _interviewed("other")


@fact("discrepancies in the ledger", "discrepancies")
def discrepancies_total() -> int:
    return len(table("discrepancies"))


@fact("discrepancies within one source", "discrepancies")
def discrepancies_within() -> int:
    return int((table("discrepancies")["kind"] == "within_source").sum())


@fact("people of the five sources whom this book names", "people")
def people_named() -> int:
    return len(table("people"))


def _register(fact_id: str, counts: str, tables: str, compute: Callable[[], object]) -> None:
    FACTS[fact_id] = Fact(fact_id, counts, tables, compute)


def _statements(source_id: str) -> int:
    return int((record()["source_id"] == source_id).sum())


def _words(source_id: str) -> int:
    return int(table("sources").set_index("source_id").at[source_id, "words"])


def _alpha(variable: str) -> str:
    found = agreement(table("evidence"), variable, draws=1).alpha
    return "n/a (no variation)" if found is None else f"{found:.2f}"


def _differ(variable: str) -> int:
    found = agreement(table("evidence"), variable, draws=1)
    return found.units - found.same


# One fact a source, and one a variable that was coded twice.
for _source in table("sources")["source_id"]:
    _register(f"statements_{_source}", f"coded statements of {_source}", "evidence", partial(_statements, _source))
    _register(f"words_{_source}", f"words of {_source}", "sources", partial(_words, _source))
for _variable in VARIABLES:
    _name = _variable.removesuffix("_id")
    _register(f"alpha_{_name}", f"Krippendorff's alpha of {_variable}", "evidence", partial(_alpha, _variable))
    _register(
        f"differ_{_name}", f"statements whose {_variable} differs by coder", "evidence", partial(_differ, _variable)
    )


# --- the rounds --------------------------------------------------------------


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


# --- common ground -----------------------------------------------------------


@fact("statements of criticism", "evidence")
def criticisms_total() -> int:
    return int((record()["stance"] == "criticism").sum())


@fact("statements of benefit", "evidence")
def benefits_total() -> int:
    return int((record()["stance"] == "benefit").sum())


@fact("statements of proposal", "evidence")
def proposals_total() -> int:
    return int((record()["stance"] == "proposal").sum())


@fact("themes about the dialogue itself", "themes")
def themes_dialogue() -> int:
    return len(analysis.dialogue_themes())


@fact("themes about the dialogue that some party criticizes in the assessment", "evidence")
def themes_criticized() -> int:
    return len(analysis.two_sides())


@fact("themes about the dialogue that parties on both sides criticize in the assessment", "evidence")
def themes_shared() -> int:
    return int(analysis.two_sides()["shared"].sum())


@fact("shared themes on which one side has a single statement", "evidence")
def shared_thin() -> int:
    sides = analysis.two_sides().query("shared")
    return int((sides[["China", "Canada and West"]].min(axis=1) == 1).sum())


def _relation(name: str) -> int:
    return int((table("agreements")["relation"] == name).sum())


@fact("shared themes on which both sides name the same fault in the same party", "agreements")
def shared_same() -> int:
    return _relation("same")


@fact("shared themes on which the sides name a like fault, in another party or on another ground", "agreements")
def shared_like() -> int:
    return _relation("like")


@fact("themes that both sides criticize in the assessment by the codes of the second coder as well", "evidence")
def themes_shared_both() -> int:
    both = [set(analysis.two_sides(coder).query("shared")["theme_id"]) for coder in ("", "_b")]
    return len(both[0] & both[1])


def _assessment(group: str, stance: str) -> pd.DataFrame:
    rows = record()
    keep = (rows["source_id"] == analysis.ASSESSMENT) & (rows["speaker_group"] == group) & (rows["stance"] == stance)
    return rows[keep]


@fact("criticisms by Chinese agencies and participants in the assessment", "evidence")
def agencies_criticisms() -> int:
    return len(_assessment("cn_agencies", "criticism"))


@fact("of these, those about the Chinese foreign ministry", "evidence")
def agencies_on_ministry() -> int:
    return int((_assessment("cn_agencies", "criticism")["about_group"] == "cn_mfa").sum())


@fact("of these, those about Canadian or other foreign participants", "evidence")
def agencies_on_foreigners() -> int:
    about = _assessment("cn_agencies", "criticism")["about_id"]
    return int(about.isin(["ca_delegation", "foreign_partners", "ca_government"]).sum())


@fact("criticisms by the Chinese foreign ministry in the assessment", "evidence")
def ministry_criticisms() -> int:
    return len(_assessment("cn_mfa", "criticism"))


@fact("of these, those about the other Chinese participants", "evidence")
def ministry_on_agencies() -> int:
    return int((_assessment("cn_mfa", "criticism")["about_group"] == "cn_agencies").sum())


@fact("criticisms by governments in section 5.A and elsewhere in the assessment", "evidence")
def governments_criticisms() -> int:
    return len(_assessment("governments", "criticism"))


@fact("themes in the matrix of criticism that the Chinese agencies fill", "evidence")
def agencies_themes() -> int:
    return int((analysis.critique_matrix()["Agencies"] > 0).sum())


@fact("questions on which accounts are set side by side", "accounts")
def questions_disputed() -> int:
    return table("accounts")["question"].nunique()


@fact("statements set side by side on disputed questions", "accounts")
def accounts_total() -> int:
    return len(table("accounts"))


@fact("statements of proposal in the assessment", "evidence")
def proposals_assessment() -> int:
    return int((record().query("source_id == @analysis.ASSESSMENT")["stance"] == "proposal").sum())


@fact("criticisms by parties, not by the author, in the assessment", "evidence")
def parties_criticisms() -> int:
    rows = record().query("source_id == @analysis.ASSESSMENT and stance == 'criticism'")
    return int((~rows["speaker_group"].isin(analysis.REPORTERS)).sum())


def _agencies_in(section: str) -> int:
    rows = _assessment("cn_agencies", "criticism")
    return int(rows["section_id"].str.startswith(f"{analysis.ASSESSMENT}:{section}").sum())


@fact("criticisms by Chinese agencies and participants in section 4 of the assessment", "evidence")
def agencies_criticisms_views() -> int:
    return _agencies_in("4")


@fact("criticisms by Chinese agencies and participants in section 6 of the assessment", "evidence")
def agencies_criticisms_findings() -> int:
    return _agencies_in("6")


@fact("statements in the sources after 2006", "evidence")
def statements_later() -> int:
    return int(record()["source_id"].isin(analysis.later_sources()).sum())


@fact("of these, those of the coalition", "evidence")
def statements_later_coalition() -> int:
    rows = record()
    return int((rows["source_id"].isin(analysis.later_sources()) & (rows["speaker_group"] == "coalition")).sum())
