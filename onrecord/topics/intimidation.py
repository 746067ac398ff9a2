"""The statement of 2020: who endorsed it, and what became of its first step and five recommendations."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..drawing import drawing, new_figure
from ..facts import Amount, fact
from ..look import PALETTE, PAPER
from ..marks import behind, lead
from ..tables import first_day, in_words, listed, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STATEMENT = "cchrc_statement_2020"
STEP = "rec_2020_0"
SHORT = {
    "rec_2020_0": "First step: one contact point",
    "rec_2020_1": "1: scheme for foreign agents",
    "rec_2020_2": "2: Criminal Code",
    "rec_2020_3": "3: sanctions, by a named act",
    "rec_2020_4": "4: reporting and support",
    "rec_2020_5": "5: reunification of families",
}
WORDS = {"not_met": "not met", "partly_met": "partly met", "met": "met"}


def status_by_year() -> pd.DataFrame:
    """Status at the end of every year: recommendation_id, year, status, found (whether a step was found)."""
    events = table("recommendation_events").sort_values(["recommendation_id", "date"])
    events["found"] = ~events["note"].fillna("").str.contains("No step found")
    last = events.groupby(["recommendation_id", "year"], as_index=False).agg(
        status=("status", "last"), found=("found", "any")
    )
    return last.assign(status=last["status"].astype(str))


def status_at(day: str) -> pd.Series:
    """Status on a day, by recommendation_id; what bears only a year counts from its first day."""
    events = table("recommendation_events")
    events = events.assign(day=events["date"].map(first_day)).sort_values(["recommendation_id", "day"])
    return events[events["day"] <= pd.Timestamp(day)].groupby("recommendation_id")["status"].last().astype(str)


def outcomes() -> pd.DataFrame:
    """What was asked, what happened, under which act, the status and the works it rests on, a row a demand."""
    rows = table("recommendations").merge(table("recommendation_status"), on="recommendation_id")
    rows["status"] = rows["status_2026"].astype(str).map(WORDS)
    rows["since"] = rows["met_on"].map(in_words, na_action="ignore")
    rows["name"] = rows["recommendation_id"].map(SHORT)
    rows["works"] = listed(rows["source"])
    return rows[["name", "ground", "act", "since", "status", "works"]].fillna("none")


def readings() -> pd.DataFrame:
    """The status by the letter, by our criteria and by the purpose, a row a demand."""
    other = table("recommendation_readings").astype({"reading": str, "status": str})
    wide = other.pivot(index="recommendation_id", columns="reading", values="status")
    ours = table("recommendation_status").set_index("recommendation_id")["status_2026"].astype(str)
    wide.insert(1, "criteria", ours)
    return wide[["letter", "criteria", "purpose"]]


def status_in_words(status: pd.DataFrame) -> pd.DataFrame:
    """What :func:`status_grid` draws, in the words of the figure, with what happened in the year."""
    events = table("recommendation_events").sort_values("date")
    told = events.groupby(["recommendation_id", "year"])["event"].agg(" ".join)
    found = status["found"].map({True: "yes", False: "no"})
    what = [told[key] for key in zip(status["recommendation_id"], status["year"], strict=True)]
    cells = [status["recommendation_id"].map(SHORT), status["year"], status["status"].map(WORDS), found]
    cells.append(pd.Series(what, index=status.index))
    titles = ["What was asked", "Year", "Status", "Step found in the year", "What was found"]
    return pd.concat(cells, axis=1).set_axis(titles, axis=1)


@drawing
def status_grid(status: pd.DataFrame) -> Figure:
    """Demands in rows, years in columns: open, half and full circles; small where no step was found."""
    order, years = list(SHORT), sorted(status["year"].unique())
    figure, axes = new_figure(0.62 * len(order) + 1.6)
    fills = {"not_met": "none", "partly_met": "left", "met": "full"}
    style: dict[str, Any] = {
        "marker": "o",
        "ls": "",
        "color": PALETTE["china"],
        "mec": PALETTE["china"],
        "mfcalt": PAPER,
    }
    for y in range(len(order)):
        axes.axhline(y, color=PALETTE["rule"], lw=0.6, zorder=0)
    steps = behind("recommendation_events", table("recommendation_events"), "recommendation_id", "year")
    for row in status.itertuples():
        x, y = years.index(row.year), order.index(row.recommendation_id)
        axes.plot(x, y, fillstyle="full", **(style | {"color": PAPER, "mec": PAPER}), ms=17)
        axes.plot(x, y, fillstyle=fills[row.status], ms=15 if row.found else 8, mew=1.5, **style)
        told = f"{SHORT[row.recommendation_id]}, {row.year}: {WORDS[row.status]}"
        lead(axes, told, steps[row.recommendation_id, str(row.year)], (x, y), size=16)
    names = {WORDS[s] if (status["status"] == s).any() else f"{WORDS[s]} (none)": fills[s] for s in WORDS}
    for name, half in names.items():
        axes.plot(np.nan, np.nan, fillstyle=half, ms=13, mew=1.5, label=name, **style)
    axes.plot(np.nan, np.nan, fillstyle="none", ms=8, mew=1.5, label="small: no step found", **style)
    axes.legend(loc="upper right", bbox_to_anchor=(1.02, 0.0), ncols=2, fontsize=13, handletextpad=0.3)
    axes.set_yticks(range(len(order)), [fill(SHORT[r], 18) for r in order], fontsize=13)
    axes.set_xticks(range(len(years)), [str(y) for y in years], fontsize=13)
    axes.xaxis.set_ticks_position("top")
    axes.set_xlim(-0.5, len(years) - 0.5)
    axes.set_ylim(len(order) - 0.45, -0.5)
    axes.axhline(0.5, color=PALETTE["muted"], lw=0.8)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


def _of_five(status: pd.Series, kind: str) -> int:
    return int((status.drop(STEP) == kind).sum())


def _now() -> pd.Series:
    return table("recommendation_status").set_index("recommendation_id")["status_2026"].astype(str)


@fact("different entry numbers of document_id cchrc_statement_2020 in signatures", "signatures")
def intimidation_entries() -> int:
    return int(table("signatures").query("document_id == @STATEMENT")["entry"].nunique())


@fact("different organisation_id of document_id cchrc_statement_2020 in signatures", "signatures")
def intimidation_endorsers() -> int:
    return int(table("signatures").query("document_id == @STATEMENT")["organisation_id"].nunique())


@fact("rows of recommendations with kind recommendation", "recommendations")
def intimidation_recommendations() -> int:
    return int((table("recommendations")["kind"] == "recommendation").sum())


@fact("rows with status_2026 met, rec_2020_0 (the first step) left out", "recommendation_status")
def intimidation_met() -> int:
    return _of_five(_now(), "met")


@fact("rows with status_2026 partly_met, rec_2020_0 (the first step) left out", "recommendation_status")
def intimidation_partly() -> int:
    return _of_five(_now(), "partly_met")


@fact(
    "recommendations, rec_2020_0 left out, whose last event to 2025-02-20 has a status other than not_met",
    "recommendation_events",
)
def intimidation_moved_by_2025() -> int:
    return int((status_at("2025-02-20").drop(STEP) != "not_met").sum())


@fact("rows with reading letter and status partly_met, rec_2020_0 left out", "recommendation_readings")
def intimidation_letter_partly() -> int:
    return _of_five(readings()["letter"], "partly_met")


@fact("rows with reading letter and status not_met, rec_2020_0 left out", "recommendation_readings")
def intimidation_letter_not() -> int:
    return _of_five(readings()["letter"], "not_met")


@fact("rows with reading purpose and status met, rec_2020_0 left out", "recommendation_readings")
def intimidation_purpose_met() -> int:
    return _of_five(readings()["purpose"], "met")


@fact("rows with reading purpose and status partly_met, rec_2020_0 left out", "recommendation_readings")
def intimidation_purpose_partly() -> int:
    return _of_five(readings()["purpose"], "partly_met")


@fact(
    "recommendation_id, rec_2020_0 left out, with another status under reading letter than under reading purpose",
    "recommendation_readings",
)
def intimidation_readings_differ() -> int:
    both = readings().drop(STEP)
    return int((both["letter"] != both["purpose"]).sum())


def _months(start: str, end: str) -> int:
    a, b = first_day(start), first_day(end)
    return 12 * (b.year - a.year) + b.month - a.month - (b.day < a.day)


def _event_day(event_id: str) -> str:
    return str(table("events").set_index("event_id").at[event_id, "date"])


@fact("whole months from the date of event coalition_statement_2020 to that of bill_c70_assent", "events")
def intimidation_months_to_act() -> int:
    return _months(_event_day("coalition_statement_2020"), _event_day("bill_c70_assent"))


@fact(
    "pairs of recommendation_id and year in which every row has a note with the words No step found",
    "recommendation_events",
)
def intimidation_years_without() -> int:
    return int((~status_by_year()["found"]).sum())


@fact("different pairs of recommendation_id and year", "recommendation_events")
def intimidation_years_total() -> int:
    return len(status_by_year())


@fact("rows of recommendation_events", "recommendation_events")
def intimidation_events() -> int:
    return len(table("recommendation_events"))


def number(number_id: str) -> int | Amount:
    """A number that a source gives; one with decimals is printed with those that it has."""
    value = float(table("later_numbers").set_index("number_id").at[number_id, "value"])
    return int(value) if value.is_integer() else Amount(value, f"{value:g}", "measure")


@fact("Chinese officials sanctioned in March 2021", "later_numbers")
def intimidation_officials_first() -> int | Amount:
    return number("officials_2021")


@fact("Chinese officials sanctioned in December 2024", "later_numbers")
def intimidation_officials_second() -> int | Amount:
    return number("officials_2024")


@fact("Canadian organizations listed by China in December 2024", "later_numbers")
def intimidation_listed() -> int | Amount:
    return number("listed_organizations")


@fact("people listed by China in December 2024", "later_numbers")
def intimidation_listed_people() -> int | Amount:
    return number("listed_people")


@fact("million dollars for the federal police in the budget of 2023", "later_numbers")
def intimidation_budget_police() -> int | Amount:
    return number("budget_police")


@fact("million dollars for a coordination office in the budget of 2023", "later_numbers")
def intimidation_budget_office() -> int | Amount:
    return number("budget_office")


@fact("value of budget_police_years: years over which the sum for the police is spread", "later_numbers")
def intimidation_budget_police_years() -> int | Amount:
    return number("budget_police_years")


@fact("value of budget_office_years: years over which the sum for the office is spread", "later_numbers")
def intimidation_budget_office_years() -> int | Amount:
    return number("budget_office_years")


@fact("applications from Hong Kong waiting in November 2024", "later_numbers")
def intimidation_waiting() -> int | Amount:
    return number("hong_kong_waiting")


@fact("applications from Hong Kong received by November 2024", "later_numbers")
def intimidation_received() -> int | Amount:
    return number("hong_kong_received")


@fact("applications from Hong Kong waiting in October 2025, a lower bound", "later_numbers")
def intimidation_waiting_later() -> int | Amount:
    return number("hong_kong_waiting_2025")


@fact("Uyghurs whose resettlement the House asked for", "later_numbers")
def intimidation_uyghurs() -> int | Amount:
    return number("uyghurs_asked")


@fact("votes for a plan against interference, 18 November 2020", "later_numbers")
def intimidation_ayes() -> int | Amount:
    return number("inquiry_ayes")


@fact("votes against that plan", "later_numbers")
def intimidation_nays() -> int | Amount:
    return number("inquiry_nays")


@fact("organizations in the coalition in January 2018", "later_numbers")
def intimidation_coalition_then() -> int | Amount:
    return number("coalition_2018")
