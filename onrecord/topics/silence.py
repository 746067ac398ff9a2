"""The hearings of 2006 to 2008, the way of the report, and the accounts of the end."""

from __future__ import annotations

import pandas as pd
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure

from ..facts import fact
from ..figures import lanes as draw_lanes
from ..tables import first_day, in_words, listed, table

COMMONS = (
    "Subcommittee on International Human Rights",
    "Standing Committee on Foreign Affairs and International Development",
)
POSITIONS = {
    "continue": "go on",
    "continue_if_reformed": "go on, if changed",
    "suspend": "put off or suspend",
    "end": "end",
    "information_only": "information only",
    "not_stated": "not stated or not seen",
}
KINDS = {
    "official": "Officials",
    "former_official": "Former officials",
    "consultant": "Consultants",
    "academic": "Universities",
    "ngo": "Organizations",
    "other": "Other bodies and persons",
}
SIDES = {
    "canada": "Canada",
    "china": "China",
    "both": "Both",
    "not_decided": "Not yet decided",
    "not_stated": "Not said",
}
# What a mark in a lane of the trail stands for.
MARKED = {
    "Round": "round",
    "Subcommittee hears": "hearing",
    "Main committee hears": "hearing",
    "Report in committee": "step of the report",
    "End is told": "account of the end",
}
# Of these kinds a report is the subject; the others are motions, budgets and the like.
REPORT_STEPS = (
    "report_sent_to_committee",
    "discussion",
    "report_adopted_by_subcommittee",
    "draft_considered",
    "decision",
    "report_to_house",
)


def appearances() -> pd.DataFrame:
    """Appearances before committees of the House of Commons, a row for each witness and meeting."""
    rows = table("hearings")
    return rows[rows["committee"].isin(COMMONS)].reset_index(drop=True)


def positions() -> pd.DataFrame:
    """Appearances by kind of affiliation (rows) and by what was asked for the dialogue (columns)."""
    rows = appearances()
    counts = pd.crosstab(rows["affiliation_kind"].astype(str), rows["position"].astype(str))
    counts = counts.reindex(index=list(KINDS), columns=list(POSITIONS), fill_value=0)
    counts.index, counts.columns = pd.Index(KINDS.values()), pd.Index(POSITIONS.values())
    return counts[counts.sum(axis=1) > 0]


def stated() -> pd.DataFrame:
    """The appearances in which something was asked for the dialogue, by position and date."""
    rows = appearances()
    rows = rows[~rows["position"].isin(["information_only", "not_stated"])].sort_values(["position", "date"])
    rows["asked"] = rows["position"].astype(str).map(POSITIONS)
    return rows[["asked", "witness", "affiliation", "date", "summary"]]


def report_steps() -> pd.DataFrame:
    """The way of the report through the committees, oldest first; the end of the trail last."""
    rows = table("hearing_outcomes")
    return rows[rows["kind"].isin(REPORT_STEPS)].reset_index(drop=True)


def accounts() -> pd.DataFrame:
    """Who ended the dialogue and when, as each account tells it, oldest first.

    ``said_on`` is the date in words, as precise as it is known; ``who`` joins speaker and outlet;
    ``works`` are the keys of source and statement.
    """
    rows = table("end_accounts")
    rows["said_on"] = rows["date"].map(in_words)
    rows["who"] = rows["speaker"] + " (" + rows["said_in"] + ")"
    rows["whose"] = rows["by_side"].astype(str).map(SIDES)
    rows["works"] = listed(rows["evidence_id"].fillna(rows["source"]))
    return rows


def firm(copies: bool = True) -> pd.DataFrame:
    """The accounts graded B or better; without ``copies`` those read in a posted copy count as C."""
    rows = accounts()
    rows = rows[rows["grade"].astype(str) <= "B"]
    return rows if copies else rows[~rows["press_copy"].astype(bool)]


def trail() -> pd.DataFrame:
    """Dated events for the figure: lane, date, kind, label, dated. What is dated to a year only is left out.

    ``dated`` is the date as it is known, ``date`` its first day.
    """
    last = table("rounds").iloc[[-1]]
    lanes = [("Round", last["date_end"].tolist(), "round")]
    hearings = table("hearings").drop_duplicates(["committee", "date"])
    for name, committee in (("Subcommittee hears", COMMONS[0]), ("Main committee hears", COMMONS[1])):
        lanes.append((name, hearings.loc[hearings["committee"] == committee, "date"].tolist(), "step"))
    lanes.append(("Report in committee", report_steps()["date"].dropna().tolist(), "law"))
    lanes.append(("End is told", accounts()["date"].tolist(), "break"))
    rows = [(lane, first_day(d), kind, "", d) for lane, dates, kind in lanes for d in dates if len(d) > len("2007")]
    events = pd.DataFrame(rows, columns=["lane", "date", "kind", "label", "dated"])
    events.loc[events["lane"] == "Round", "label"] = "ninth"
    return events


def trail_chart(events: pd.DataFrame) -> Figure:
    """The lanes of :func:`trail`, with a tick a year."""
    figure = draw_lanes(events, ("2005-07-01", "2010-02-01"))
    axis = figure.axes[0].xaxis
    axis.set_major_locator(YearLocator())
    axis.set_major_formatter(DateFormatter("%Y"))
    return figure


# --- facts -------------------------------------------------------------------


@fact("appearances before committees of the House of Commons on the dialogue, 2006 to 2008", "hearings")
def silence_appearances() -> int:
    return len(appearances())


@fact("people who appeared", "hearings")
def silence_witnesses() -> int:
    return appearances()["witness"].nunique()


@fact("meetings of the subcommittee with witnesses", "hearings")
def silence_meetings_sub() -> int:
    rows = appearances()
    return rows.loc[rows["committee"] == COMMONS[0], ["session", "meeting"]].drop_duplicates().shape[0]


@fact("meetings of the main committee with witnesses", "hearings")
def silence_meetings_main() -> int:
    rows = appearances()
    return rows.loc[rows["committee"] == COMMONS[1], ["session", "meeting"]].drop_duplicates().shape[0]


def _asked(position: str) -> int:
    return int((appearances()["position"] == position).sum())


@fact("appearances in which something was asked for the dialogue", "hearings")
def silence_stated() -> int:
    return len(stated())


@fact("appearances that asked to go on", "hearings")
def silence_continue() -> int:
    return _asked("continue")


@fact("appearances that asked to go on in another form", "hearings")
def silence_reform() -> int:
    return _asked("continue_if_reformed")


@fact("appearances that asked to put off or suspend the dialogue", "hearings")
def silence_suspend() -> int:
    return _asked("suspend")


@fact("appearances that asked for an end", "hearings")
def silence_end() -> int:
    return _asked("end")


@fact("appearances whose position was not stated or not seen", "hearings")
def silence_not_stated() -> int:
    return _asked("not_stated")


@fact("of these, appearances whose statement was not seen", "hearings")
def silence_unseen() -> int:
    return int(appearances()["note"].str.contains("Statement not seen", regex=False).sum())


@fact("steps of the report that were found, the last one not found left out", "hearing_outcomes")
def silence_steps() -> int:
    return int((report_steps()["status"] != "not_found").sum())


@fact("accounts of the end of the dialogue", "end_accounts")
def silence_accounts() -> int:
    return len(accounts())


def _side(side: str) -> int:
    return int((accounts()["by_side"] == side).sum())


@fact("accounts that name the Canadian side as the one that stopped", "end_accounts")
def silence_by_canada() -> int:
    return _side("canada")


@fact("accounts that name the Chinese side as the one that stopped", "end_accounts")
def silence_by_china() -> int:
    return _side("china")


@fact("accounts of 2006 that have nothing decided yet", "end_accounts")
def silence_undecided() -> int:
    return _side("not_decided")


@fact("accounts that do not say who stopped", "end_accounts")
def silence_not_said() -> int:
    return _side("not_stated")


@fact("accounts graded B or better", "end_accounts")
def silence_accounts_firm() -> int:
    return len(firm())


@fact("accounts graded B or better that name the Canadian side", "end_accounts")
def silence_firm_by_canada() -> int:
    return int((firm()["by_side"] == "canada").sum())


@fact("press articles among the accounts that were read in posted copies", "end_accounts")
def silence_copies() -> int:
    return int(accounts()["press_copy"].sum())


@fact("accounts graded B or better if articles read in posted copies count as C", "end_accounts")
def silence_accounts_firm_without_copies() -> int:
    return len(firm(copies=False))


@fact("of these, accounts that name the Canadian side", "end_accounts")
def silence_firm_by_canada_without_copies() -> int:
    return int((firm(copies=False)["by_side"] == "canada").sum())


@fact("accounts that use the word suspended, with or without an adverb", "end_accounts")
def silence_suspended() -> int:
    return int(accounts()["act"].str.contains("suspended", regex=False).sum())
