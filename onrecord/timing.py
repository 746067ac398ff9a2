"""Where dated acts fall against the life of the dialogue, and what that makes of the effects they bear on.

The classes that ``milestones`` and ``effects`` publish are computed here, and a rule holds the tables to them.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .reads import cache
from .tables import first_day, last_day, table

# Acts were searched for in these years, fixed before the search.
SEARCHED = ("1990", "2015")


@cache
def life() -> tuple[pd.Timestamp, pd.Timestamp]:
    """First day of the first round and last day of the last, as far as the list gives days."""
    rounds = table("rounds")
    return first_day(rounds["date_start"].iloc[0]), last_day(rounds["date_end"].iloc[-1])


def searched() -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the years searched."""
    return first_day(SEARCHED[0]), last_day(SEARCHED[1])


@cache
def period_of(date: str) -> str:
    """Where a date falls: before_first_round, during or after; one that overlaps the life of the dialogue is during."""
    start, end = life()
    if last_day(date) < start:
        return "before_first_round"
    return "after" if first_day(date) > end else "during"


def timing_of(periods: Iterable[str], credited: bool = True) -> str:
    """The timing class of an effect from the periods of its acts.

    Acts after the last round cannot be what the assessment credits, so they count only for an effect nobody credits.
    """
    found = set(periods) - ({"after"} if credited else set())
    return "mixed" if len(found) > 1 else found.pop() if found else "no_date"


def timings(acts: pd.DataFrame, effects: pd.DataFrame) -> pd.Series:
    """Timing class by effect, computed from dates. ``acts``: rows of milestones; ``effects``: the table."""
    periods = acts["date"].map(period_of).groupby(acts["effect_id"].astype(str)).agg(list)
    credited = effects.set_index(effects["effect_id"].astype(str))["credited_by"].notna()
    return pd.Series({effect: timing_of(periods.get(effect, []), by) for effect, by in credited.items()}, dtype=str)
