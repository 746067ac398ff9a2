"""January 2026: the letter and its numbers, what each side said, and the people whom the article names."""

from __future__ import annotations

import pandas as pd
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure

from ..facts import Amount, fact
from ..figures import PALETTE, PAPER, drawing, new_figure
from ..tables import first_day, in_words, labels, table, whole_years
from .intimidation import number

LETTER_DAY = "2026-01-09"


PEOPLE = ("jimmy_lai", "chow_hang_tung", "joe_tay", "huseyin_celil", "wang_bingzhang", "panchen_lama")
# Kinds of events in the figure: what a mark stands for, and how it is drawn (colour, marker, filled).
KINDS = {
    "detained, taken or sought": (
        "canada", "s", True,
        "lai_2020_custody chow_2021_charged tay_2024_warrant celil_2006_detained wang_2002_missing panchen_1995_taken",
    ),
    "court, or change of sentence": (
        "china", "D", True,
        "lai_2023_trial lai_2025_verdict lai_2026_sentence lai_2026_fraud chow_2022_quashed chow_2024_upheld "
        "chow_2026_trial celil_2007_sentence celil_2016_commuted wang_2003_sentence wang_2003_appeal",
    ),
    "taken up by states, in Parliament or at the UN": (
        "benefit", "^", False,
        "tay_2024_canada tay_2025_alert panchen_2001_uk panchen_2005_crc panchen_2017_canada panchen_2025_anniversary "
        "celil_2022_petition",
    ),
    "named in an earlier letter of the coalition": (
        "justification", "o", False,
        "celil_2009_letter celil_2010_letter celil_2017_letter wang_2017_letter",
    ),
    "taken up by other organizations, January 2026": (
        "ink", "v", False,
        "lai_2026_appeal tay_2026_appeal celil_2026_appeal",
    ),
}  # fmt: skip
# What happens in a case; the other kinds are what others did about it.
STEPS = ("detained, taken or sought", "court, or change of sentence")


def case_events() -> pd.DataFrame:
    """Dated events of the people named: person, date (Timestamp), kind, event."""
    kinds = {event: kind for kind, (*_, events) in KINDS.items() for event in events.split()}
    rows = table("person_events").assign(kind=lambda t: t["event_id"].map(kinds)).dropna(subset=["kind"])
    names = labels("people", "name")
    rows = rows.assign(person=rows["person_id"].map(names), day=rows["date"].map(first_day))
    order = {names[person]: n for n, person in enumerate(PEOPLE)}
    rows = rows.sort_values(["person", "day"], key=lambda c: c.map(order) if c.name == "person" else c)
    return rows[["person", "day", "date", "kind", "event"]].reset_index(drop=True)


@drawing
def case_lanes(events: pd.DataFrame) -> Figure:
    """One lane a person, one mark an event, its kind told by shape; a line at the letter of 2026."""
    people = list(dict.fromkeys(events["person"]))
    figure, axes = new_figure(0.42 * len(people) + 1.3)
    for y in range(len(people)):
        axes.axhline(y, color=PALETTE["rule"], lw=0.8, zorder=0)
    for kind, (colour, marker, filled, _) in KINDS.items():
        part = events[events["kind"] == kind]
        face = PALETTE[colour] if filled else "none"
        y = part["person"].map(people.index) - (0 if filled else 0.24)  # what others did stands above the line
        axes.scatter(part["day"], y, s=44, color=face, edgecolor=PALETTE[colour], marker=marker, lw=1.4, label=kind)
    axes.axvline(first_day(LETTER_DAY), color=PALETTE["ink"], lw=0.9, ls="--", zorder=0)
    axes.annotate(
        "letter of\nJanuary 2026", (first_day(LETTER_DAY), -0.55), xytext=(-5, 0), textcoords="offset points",
        ha="right", va="center", fontsize=9.5, bbox={"fc": PAPER, "ec": "none", "pad": 1},
    )  # fmt: skip
    axes.set_yticks(range(len(people)), people)
    axes.set_ylim(len(people) - 0.5, -0.95)
    axes.set_xlim(first_day("1994"), first_day("2027"))
    axes.xaxis.set_major_locator(YearLocator(5))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.12), ncols=2, fontsize=10, handletextpad=0.2)
    return figure


def numbers_disputed() -> pd.DataFrame:
    """Numbers on which sources disagree: thing, both numbers, the relation, why, the entry of the ledger."""
    rows = table("number_disputes").astype({"relation": str})
    rows["numbers"] = rows["one_number"] + " / " + rows["other_number"]
    return rows[["thing", "numbers", "relation", "why", "discrepancy_id"]].fillna("none")


def accounts() -> pd.DataFrame:
    """What each government said in January 2026, in order of time."""
    words = {
        "yes": "named",
        "not_seen": "not in the part seen",
        "not_on_own_initiative": "named: not on his own initiative",
    }
    rows = table("january_accounts")
    rows["day"] = rows["date"].map(in_words)
    rows["rights"] = rows["rights"].astype(str).map(words)
    return rows[["day", "who", "says", "rights", "grade"]]


def _relation(name: str) -> int:
    return int((table("number_disputes")["relation"] == name).sum())


@fact("texts that give a number of organizations behind the letter of 2026", "letter_counts")
def reset_counts() -> int:
    return len(table("letter_counts"))


@fact("of these, those that have ten", "letter_counts")
def reset_counts_ten() -> int:
    rows = table("letter_counts")
    return int(((rows["low"] == 10) & (rows["high"] == 10)).sum())


@fact("of these, those that have nine", "letter_counts")
def reset_counts_nine() -> int:
    rows = table("letter_counts")
    return int(((rows["low"] == 9) & (rows["high"] == 9)).sum())


@fact("organizations of the coalition by its letter of 2026", "letter_counts")
def reset_own_count() -> int:
    return int(table("letter_counts").set_index("report_id").at["cchrc", "low"])


@fact("organizations behind the letter by the article of 2026", "letter_counts")
def reset_article_count() -> int:
    return int(table("letter_counts").set_index("report_id").at["epoch", "low"])


@fact("organizations of the coalition by its letter of 2015", "coalition_documents")
def reset_count_before() -> int:
    return int(table("coalition_documents").set_index("document_id").at["cchrc_letter_2015", "organizations"])


@fact("numbers and days on which sources disagree, as listed", "number_disputes")
def reset_disputes() -> int:
    return len(table("number_disputes"))


@fact("of these, those in which different things are counted", "number_disputes")
def reset_disputes_counted() -> int:
    return _relation("different things counted")


@fact("of these, those not settled", "number_disputes")
def reset_disputes_open() -> int:
    return _relation("not settled")


@fact("texts of the two governments on the visit of January 2026", "january_accounts")
def reset_accounts() -> int:
    return len(table("january_accounts"))


def _rights(name: str) -> int:
    return int((table("january_accounts")["rights"] == name).sum())


@fact("of these, those in whose seen part human rights are not named", "january_accounts")
def reset_accounts_silent() -> int:
    return _rights("not_seen")


@fact("of these, those in which human rights are named", "january_accounts")
def reset_accounts_named() -> int:
    return len(table("january_accounts")) - _rights("not_seen")


@fact("people whom the article of 2026 names as cases", "person_mentions")
def reset_people() -> int:
    rows = table("person_mentions")
    chosen = (rows["passage_id"] == "epoch2026:T.9") & (rows["capacity"] == "case")
    return int(rows.loc[chosen, "person_id"].nunique())


def changed(events: pd.DataFrame) -> list[str]:
    """People in whose case itself something happened after the letter of 2026; an appeal of others is no such step."""
    after = (events["day"] > first_day(LETTER_DAY)) & events["kind"].isin(STEPS)
    return list(dict.fromkeys(events.loc[after, "person"]))


@fact("of these, those in whose case a step after the letter was found", "person_events")
def reset_people_after() -> int:
    return len(changed(case_events()))


@fact("of these, those on whose case no change after the letter was found", "person_events")
def reset_people_unchanged() -> int:
    return len(PEOPLE) - len(changed(case_events()))


@fact("dated events drawn for these people", "person_events")
def reset_events() -> int:
    return len(case_events())


@fact("whole years from the day on which the Panchen Lama was taken to the letter of 2026", "person_events")
def reset_years_longest() -> int:
    return whole_years(table("person_events").set_index("event_id").at["panchen_1995_taken", "date"], LETTER_DAY)


@fact("years of the sentence of Jimmy Lai", "later_numbers")
def reset_lai_years() -> int | Amount:
    return number("lai_years")


@fact("years of the longest sentence that Chow Hang-tung faces", "later_numbers")
def reset_chow_years() -> int | Amount:
    return number("chow_years")


@fact("years of the term of Huseyin Celil, as a party official gave it", "later_numbers")
def reset_celil_years() -> int | Amount:
    return number("celil_years")
