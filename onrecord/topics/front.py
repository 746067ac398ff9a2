"""The picture of the first page: the talks, the report on them, and those who asked, along the years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..drawing import drawing
from ..tables import first_day, table
from .chronology import leading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The lanes in order: name on the picture, and the mark.
LANES = {
    "talks": ("Rounds of talks", "round"),
    "report": ("Burton’s report", "step"),
    "parliament": ("Parliament", "law"),
    "coalition": ("The coalition’s letters", "other"),
}


def life() -> pd.DataFrame:
    """The marks of the picture: lane, date (its first day), kind, label, dated (as known), description, event_id."""
    rows = table("front_marks").merge(table("events")[["event_id", "date", "description"]], on="event_id")
    rows["key"] = pd.Categorical(rows["lane"].astype(str), list(LANES), ordered=True)
    rows = rows.rename(columns={"date": "dated"}).sort_values(["key", "dated"])
    rows["date"] = rows["dated"].map(first_day)
    rows["lane"], rows["kind"] = (rows["key"].astype(str).map(lambda key, n=n: LANES[key][n]) for n in (0, 1))
    return rows.assign(label=rows["label"].fillna(""))[
        ["lane", "date", "kind", "label", "dated", "description", "event_id"]
    ]


@drawing
def life_chart(marks: pd.DataFrame) -> Figure:
    """The lanes of :func:`life`, the years of the talks shaded."""
    from ..figures import lanes

    talks = marks.loc[marks["lane"] == LANES["talks"][0], "date"]
    first, last = f"{talks.min():%Y-%m-%d}", f"{talks.max():%Y-%m-%d}"
    end = marks["date"].max() + pd.DateOffset(years=1)
    return lanes(leading(marks), ("1996-06-01", f"{end:%Y-%m-%d}"), (first, last))
