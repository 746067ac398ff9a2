"""The chapter on common ground: what both sides criticize, where accounts differ, what each proposes."""

from __future__ import annotations

import pandas as pd

from .. import analysis
from ..facts import fact
from ..tables import record, table


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
