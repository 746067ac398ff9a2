"""The chronology as a line of time: every event of the table in the lane of its kind."""

from __future__ import annotations

import pandas as pd

from ..marks import a_row
from ..tables import in_words, said, table

SPAN = ("1989-01-01", "2026-12-31")
# What a mark stands for; every other kind of event has the open circle.
_MARKS = {
    "dialogue_round": "round",
    "symposium": "round",
    "law_treaty": "law",
    "un_commission": "step",
    "un_council": "step",
}
# Where in its year or month an event is drawn of which no more is known: in the middle.
_MIDDLE = {"year": "-07-01", "month": "-15", "day": ""}


def leading(marks: pd.DataFrame) -> pd.DataFrame:
    """Marks of events with what a reader is told of each (``told``) and its row (``leads``).

    ``marks``: event_id, dated (the date as it is known), description.
    """
    told = marks["dated"].map(in_words) + ": " + marks["description"]
    return marks.assign(told=told, leads=[[a_row("events", key)] for key in marks["event_id"]])


def marks() -> pd.DataFrame:
    """The events as :func:`onrecord.figures.lanes` draws them: lane, date (Timestamp), kind, label (none), leads."""
    events = table("events").sort_values(["date", "event_id"])
    kinds = said("events", "category")
    middle = events["date_precision"].astype(str).map(_MIDDLE)
    drawn = {
        "lane": events["category"].astype(str).map(kinds),
        "date": pd.to_datetime(events["date"] + middle),
        "dated": events["date"],
        "kind": events["category"].astype(str).map(_MARKS).fillna("other"),
        "label": "",
    }
    return leading(events[["event_id", "description"]].assign(**drawn))


def by_year() -> pd.DataFrame:
    """How many events of each kind each year has, kinds in the order of the lanes; years without any are left out."""
    drawn = marks()
    counts = pd.crosstab(drawn["date"].dt.year, drawn["lane"])[list(dict.fromkeys(drawn["lane"]))]
    return counts.rename_axis(index="Year", columns=None).reset_index()
