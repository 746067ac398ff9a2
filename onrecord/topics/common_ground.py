"""What both sides complain of and where their accounts differ; the lists of cases, and who on them got out."""

from __future__ import annotations

import pandas as pd

from .. import analysis, yardsticks
from ..facts import Amount, fact, per_cent, rounded
from ..reads import cache
from ..tables import in_words, labels, listed, record, table


@fact("statements of criticism", "evidence")
def criticisms_total() -> int:
    return int((record()["stance"] == "criticism").sum())


@fact("themes about the dialogue that a party, not the author, criticizes in the assessment", "evidence;themes;groups")
def themes_criticized() -> int:
    return len(analysis.two_sides())


def _themes(side: str, coder: str = "") -> int:
    return int((analysis.two_sides(coder)[side] > 0).sum())


@fact("themes about the dialogue that parties in China criticize in the assessment", "evidence;themes;groups")
def themes_china() -> int:
    return _themes("China")


@fact(
    "themes about the dialogue that parties in Canada and the West criticize in the assessment",
    "evidence;themes;groups",
)
def themes_west() -> int:
    return _themes("Canada and West")


@fact("themes about the dialogue that parties on both sides criticize in the assessment", "evidence;themes;groups")
def themes_shared() -> int:
    return int(analysis.two_sides()["shared"].sum())


@fact(
    "fewest themes that the sides can share, by arithmetic: themes that parties in China criticize, and themes that "
    "parties in Canada and the West do, less the themes that any party criticizes",
    "evidence;themes;groups",
)
def themes_least() -> int:
    return yardsticks.least_overlap(themes_china(), themes_west(), themes_criticized())


@cache
def _dealt(coder: str = "", blocks: bool = True, repeats: bool = True) -> yardsticks.Chance:
    """Themes shared if the sides were dealt at random among the same criticisms, or among whole passages of them."""
    rows = analysis.criticisms_by_side(coder)
    rows = rows if repeats else analysis.once(rows)
    passages = rows["passage_id"].tolist() if blocks else None
    drawn = yardsticks.shared_by_random_sides(rows["theme_id"].tolist(), rows["side"].tolist(), passages)
    return yardsticks.chance(drawn, int(analysis.two_sides(coder, repeats)["shared"].sum()))


@fact("criticisms of the dialogue by parties, not by the author, in the assessment", "evidence;themes;groups")
def criticisms_sided() -> int:
    return len(analysis.criticisms_by_side())


@fact(
    "themes shared, on average, if the sides were dealt at random among the criticisms of the dialogue by parties in "
    "the assessment, statement by statement, as many to each side as there are",
    "evidence;themes;groups",
)
def themes_dealt() -> Amount:
    return rounded(_dealt(blocks=False).mean, 0, "themes")


@fact(
    "themes shared, on average, if the sides were dealt at random among the passages that hold these criticisms, whole "
    "passages at a time, as many to each side as there are",
    "evidence;themes;groups",
)
def themes_dealt_passages() -> Amount:
    return rounded(_dealt().mean, 0, "themes")


@fact(
    "the 2.5th percentile of the themes shared if the sides were dealt among whole passages", "evidence;themes;groups"
)
def themes_dealt_low() -> Amount:
    return rounded(_dealt().low, 0, "themes")


@fact(
    "the 97.5th percentile of the themes shared if the sides were dealt among whole passages", "evidence;themes;groups"
)
def themes_dealt_high() -> Amount:
    return rounded(_dealt().high, 0, "themes")


@fact(
    "share of such deals of whole passages, as one in so many, that share as few themes as the sides do",
    "evidence;themes;groups",
)
def themes_dealt_odds() -> Amount:
    return yardsticks.odds(_dealt().at_most)


@fact("themes about the dialogue that both sides criticize, by the codes of the second coder", "evidence;themes;groups")
def themes_shared_second() -> int:
    return int(analysis.two_sides("_b")["shared"].sum())


@fact(
    "themes shared, on average, if the sides were dealt at random among whole passages, by the codes of the second "
    "coder",
    "evidence;themes;groups",
)
def themes_dealt_second() -> Amount:
    return rounded(_dealt("_b").mean, 0, "themes")


@fact(
    "criticisms of the dialogue by parties in the assessment, those left out that say again what another of them says",
    "evidence;themes;groups;repeats",
)
def criticisms_sided_once() -> int:
    return len(analysis.once(analysis.criticisms_by_side()))


@fact(
    "themes that both sides criticize in the assessment, statements left out that say again what another says",
    "evidence;themes;groups;repeats",
)
def themes_shared_once() -> int:
    return int(analysis.two_sides(repeats=False)["shared"].sum())


@fact(
    "themes shared, on average, if the sides were dealt at random among whole passages, statements left out that say "
    "again what another says",
    "evidence;themes;groups;repeats",
)
def themes_dealt_once() -> Amount:
    return rounded(_dealt(repeats=False).mean, 0, "themes")


@fact(
    "share of such deals, as one in so many, that share as few themes as the sides do with these statements left out",
    "evidence;themes;groups;repeats",
)
def themes_dealt_once_odds() -> Amount:
    return yardsticks.odds(_dealt(repeats=False).at_most)


@fact("shared themes on which one side has a single statement", "evidence;themes;groups")
def shared_thin() -> int:
    sides = analysis.two_sides().query("shared")
    return int((sides[["China", "Canada and West"]].min(axis=1) == 1).sum())


def _relation(name: str) -> int:
    return int((table("agreements")["relation"] == name).sum())


@fact(
    "shared themes on which both sides name the same fault in the same party, by one reader's judgement", "agreements"
)
def shared_same() -> int:
    return _relation("same")


@fact(
    "shared themes on which the sides name a similar fault, in another party or on another ground, by one reader's "
    "judgement",
    "agreements",
)
def shared_like() -> int:
    return _relation("like")


@fact("shared themes on which the sides name different faults, by one reader's judgement", "agreements")
def shared_different() -> int:
    return _relation("different")


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


def accounts(*relations: str) -> pd.DataFrame:
    """Accounts on questions of which the relation is one of these, in words: question, speaker, position, evidence."""
    questions = table("account_questions")
    rows = questions[questions["relation"].isin(relations)].merge(table("accounts"), on="question_id")
    rows = rows.merge(record()[["evidence_id", "speaker_id"]], on="evidence_id")
    rows["question"] = rows["question"].where(~rows["question"].duplicated(), "")
    rows["speaker"] = rows["speaker_id"].map(labels("actors", "name"))
    return rows[["question", "speaker", "position", "evidence_id"]]


@fact("questions on which parties in the assessment give differing accounts of one thing", "account_questions")
def questions_disputed() -> int:
    return int((table("account_questions")["relation"] == "disputed").sum())


@fact("statements set side by side on disputed questions", "accounts;account_questions")
def accounts_total() -> int:
    return len(accounts("disputed"))


@fact("criticisms by parties, not by the author, in the assessment", "evidence")
def parties_criticisms() -> int:
    rows = record().query("source_id == @analysis.ASSESSMENT and stance == 'criticism'")
    return int((~rows["speaker_group"].isin(analysis.REPORTERS)).sum())


@fact(
    "criticisms by Chinese agencies and participants in the assessment, those left out that say again what another of "
    "them says",
    "evidence;repeats",
)
def agencies_criticisms_once() -> int:
    return len(analysis.once(_assessment("cn_agencies", "criticism")))


@fact("statements in the sources after 2006", "evidence")
def statements_later() -> int:
    return int(record()["source_id"].isin(analysis.later_sources()).sum())


@fact("of these, those of the coalition", "evidence")
def statements_later_coalition() -> int:
    rows = record()
    return int((rows["source_id"].isin(analysis.later_sources()) & (rows["speaker_group"] == "coalition")).sum())


# --- lists of cases -----------------------------------------------------------

PUBLIC = {"yes": "yes", "in_part": "some", "number": "number only", "no": "no"}


def lists_shown() -> pd.DataFrame:
    """The lists on record as a table to read, Canada's first: when, by whom, how many names, what followed."""
    rows = table("case_lists")
    rows["country"] = rows["country"].astype(str)
    rows = rows.sort_values(["country", "date"], key=lambda c: c.ne("Canada") if c.name == "country" else c)
    ends = rows["end_date"].astype("string").fillna("")
    when = [in_words(a) + (f" to {in_words(b)}" if b else "") for a, b in zip(rows["date"], ends, strict=True)]
    columns = {
        "When": when,
        "By whom": rows["handed_by"],
        "Occasion": rows["occasion"],
        "Names": rows["names"].astype("string").fillna(""),
        "Public": rows["published"].astype(str).map(PUBLIC),
        "What followed, as reported": rows["followed"].fillna(""),
        "Source": listed(rows["source"]),
    }
    return pd.DataFrame(columns)


def people_shown() -> pd.DataFrame:
    """The people said to have stood on a list, in the order in which they left prison."""
    rows = table("listed_people").sort_values("left_prison").astype({"person_id": str})
    columns = {
        "Who": rows["person_id"].map(labels("people", "name")),
        "Left prison": rows["left_prison"].map(in_words),
        "How": rows["how"],
        "To": rows["to"],
        "Near to": rows["occasion"],
        "Credited to": rows["credited_to"],
        "Source": listed(rows["named_by"] + ";" + rows["source"]),
    }
    return pd.DataFrame(columns)


def _list(list_id: str, column: str) -> int:
    return int(table("case_lists").set_index("list_id").at[list_id, column])


@fact("names on the list that Canada's foreign minister handed over in April 1997 (axworthy_1997)", "case_lists")
def lists_april() -> int:
    return _list("axworthy_1997", "names")


@fact("names for whom Canada's Prime Minister offered refuge in November 1997 (chretien_1997)", "case_lists")
def lists_offered() -> int:
    return _list("chretien_1997", "names")


@fact("names in the motion of the House of Commons of October 2002 (house_2002)", "case_lists")
def lists_house() -> int:
    return _list("house_2002", "names")


@fact("people freed after the motion of October 2002, by the lower count (house_2002, helped_least)", "case_lists")
def lists_house_least() -> int:
    return _list("house_2002", "helped_least")


@fact("people freed after the motion of October 2002, by the higher count (house_2002, helped_most)", "case_lists")
def lists_house_most() -> int:
    return _list("house_2002", "helped_most")


@fact("cases that Britain raised in its round of November 2001 (uk_2001)", "case_lists")
def lists_uk_raised() -> int:
    return _list("uk_2001", "names")


@fact("cases that Britain raised in its round of February 2007 (uk_2007)", "case_lists")
def lists_uk_asked() -> int:
    return _list("uk_2007", "names")


@fact("cases of Britain's round of February 2007 on which China answered (uk_2007)", "case_lists")
def lists_uk_answered() -> int:
    return _list("uk_2007", "answered")


@fact("prisoners about whom Dui Hua asked Chinese authorities to 2024 (duihua_2024)", "case_lists")
def lists_duihua() -> int:
    return _list("duihua_2024", "names")


@fact("of Dui Hua's prisoners, those of whom it learned of clemency or better treatment", "case_lists")
def lists_duihua_helped() -> int:
    return _list("duihua_2024", "helped_most")


@fact("per cent of Dui Hua's prisoners of whom it learned of clemency or better treatment", "case_lists")
def lists_duihua_pct() -> Amount:
    return per_cent(lists_duihua_helped(), lists_duihua())


@fact("people in listed_people: said to have stood on a list of Canada, and out of prison", "listed_people")
def listed_free() -> int:
    return len(table("listed_people"))


@fact("people in listed_people who were flown to Detroit", "listed_people")
def listed_to_detroit() -> int:
    return int((table("listed_people")["to"] == "Detroit").sum())
