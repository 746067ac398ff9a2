"""What the rounds of the dialogues with China say: gaps, last rounds, rounds without a date, breaks.

One rule a question, so that nothing of this is copied by hand:

- *Gap*: between two dated rounds that follow each other by their numbers more than ``GAP_YEARS`` years passed at the
  least, that is from the last day that the former may have ended to the first day that the latter may have begun.
  Where a number lies between them, a round was held in the meantime, and whether there was a gap cannot be known.
  Where one of them has no number, it cannot be known either.
- *Last round*: none was found for more than ``SILENT_YEARS`` years after it, up to the last day of the search.
- *Round without a date*: a number that a later round implies and no dated round has. A dated round that has no number
  takes one of the numbers between its neighbours.
- *Taken up again*: the first dated round after a break. Whether others lay between is told by the numbers.

Only rounds held count. A round announced of which it was not seen whether it was held is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from .reads import cache
from .tables import first_day, kept, last_day, table

# More than so many years between rounds are a gap; nothing for more than so many is a last round.
GAP_YEARS = 2
SILENT_YEARS = 3
# A dialogue still met if a round was found in so many years before the end of the search.
RUNNING_YEARS = 2


def midpoint(date: str) -> pd.Timestamp:
    """The middle of what a date of year, month or day precision can mean."""
    first, last = first_day(date), last_day(date)
    return first + (last - first) / 2


def searched_to() -> pd.Timestamp:
    """The last day on which rounds were looked for: the latest search for the dialogues elsewhere."""
    return pd.Timestamp(table("searches").query("topic == 'elsewhere'")["date"].max())


@kept
def held() -> pd.DataFrame:
    """Rounds held, by dialogue and date: dialogue_id, number (null where none), date and end as written, first, last.

    ``first`` and ``last`` are the earliest day the round may have begun and the latest it may have ended.
    """
    rows = table("comparator_rounds").query("status == 'held'").copy()
    rows["end"] = rows["end_date"].fillna(rows["date"])
    rows["first"], rows["last"] = rows["date"].map(first_day), rows["end"].map(last_day)
    rows = rows.assign(middle=rows["date"].map(midpoint)).sort_values(["dialogue_id", "middle"], kind="stable")
    rows = rows.rename(columns={"round_no": "number"})
    columns = ["dialogue_id", "number", "date", "date_precision", "end", "first", "last"]
    return rows[columns].reset_index(drop=True)


def between(former: object, latter: object) -> str:
    """Whether rounds lay between two with these numbers: none, some, or unknown where a number is missing."""
    if pd.isna(former) or pd.isna(latter):
        return "unknown"
    return "none" if latter == former + 1 else "some"  # type: ignore[operator]


@kept
def intervals() -> pd.DataFrame:
    """From each dated round to the next of its dialogue.

    dialogue_id; before, after (dates as written: the end of the one, the start of the other); start, end (the days
    that leave the least time between them); long (more than ``GAP_YEARS`` years); between (see :func:`between`).
    """
    found = []
    for dialogue, rows in held().groupby("dialogue_id", sort=False):
        following = rows.shift(-1).iloc[:-1]
        for (_, former), (_, latter) in zip(rows.iloc[:-1].iterrows(), following.iterrows(), strict=True):
            long = latter["first"] > former["last"] + pd.DateOffset(years=GAP_YEARS)
            lies = between(former["number"], latter["number"])
            found.append([dialogue, former["end"], latter["date"], former["last"], latter["first"], bool(long), lies])
    return pd.DataFrame(found, columns=["dialogue_id", "before", "after", "start", "end", "long", "between"])


def gaps() -> pd.DataFrame:
    """The :func:`intervals` that are gaps by the rule of this module."""
    return intervals().query("long and between == 'none'").reset_index(drop=True)


@kept
def last_rounds() -> pd.DataFrame:
    """The last dated round of each dialogue: dialogue_id, number, date, end, last, ``silent`` (nothing for long)."""
    rows = held().groupby("dialogue_id", sort=False).tail(1).reset_index(drop=True)
    rows["silent"] = searched_to() > rows["last"] + pd.DateOffset(years=SILENT_YEARS)
    return rows


@kept
def undated() -> pd.DataFrame:
    """Rounds that the numbers imply and no row dates: dialogue_id, date (Timestamp), after and before (numbers).

    They are spread evenly between the numbered rounds on either side (at first from the start of the dialogue), and
    the place of each between them means nothing.
    """
    starts = table("comparators").set_index("dialogue_id")["start"].dropna()
    found: list[list] = []
    for dialogue, rows in held().groupby("dialogue_id", sort=False):
        numbered = rows[rows["number"].notna()]
        low, at = 0, first_day(starts[dialogue])
        for row in numbered.itertuples():
            unnumbered = rows["number"].isna() & (rows["first"] >= at) & (rows["last"] < row.first)
            missing = int(row.number) - low - 1 - int(unnumbered.sum())
            for place in range(1, missing + 1):
                found.append([dialogue, at + (row.first - at) * place / (missing + 1), low, int(row.number)])
            low, at = int(row.number), row.last
    return pd.DataFrame(found, columns=["dialogue_id", "date", "after", "before"])


def counted() -> pd.DataFrame:
    """Rounds by dialogue: ``dated`` (held and dated), ``undated`` (implied by numbers), ``found`` (both together)."""
    dated = held().groupby("dialogue_id").size()
    rows = pd.DataFrame({"dated": dated, "undated": undated().groupby("dialogue_id").size()})
    rows = rows.fillna(0).astype(int)
    return rows.assign(found=rows["dated"] + rows["undated"])


def standing() -> pd.Series:
    """What became of each dialogue, by its id: running, over (somebody said so), silent, quiet, or none_found.

    running: a round in the last ``RUNNING_YEARS`` years of the search. silent: a last round by the rule of this
    module. quiet: neither.
    """
    said = table("comparators").set_index("dialogue_id")["said_over"].notna()
    last = last_rounds().set_index("dialogue_id")
    running = last["last"] >= searched_to() - pd.DateOffset(years=RUNNING_YEARS)

    def one(dialogue: str) -> str:
        if said[dialogue]:
            return "over"
        if dialogue not in last.index:
            return "none_found"
        return "running" if running[dialogue] else "silent" if last.at[dialogue, "silent"] else "quiet"

    return pd.Series({dialogue: one(dialogue) for dialogue in said.index})


@cache
def resumed(dialogue: str, date: str) -> tuple[str, str] | None:
    """The first dated round after a break, and whether others lay between; None where none was found."""
    rows = held().query("dialogue_id == @dialogue")
    later = rows[rows["first"] > last_day(date)]
    if later.empty:
        return None
    before = rows[rows["first"] <= last_day(date)]
    former = before["number"].iloc[-1] if len(before) else pd.NA
    return later["date"].iloc[0], between(former, later["number"].iloc[0])


def one_side(sides: set[str]) -> str:
    """The side that all claims of a break name: china, partner, disputed where they differ, not_stated."""
    return "disputed" if len(sides) > 1 else next(iter(sides), "not_stated")


def breaks(claims: pd.DataFrame | None = None) -> pd.DataFrame:
    """Breaks, a row each: break_id, dialogue_id, date, kind, side, causes (kinds, a tuple), resumed, between.

    ``claims``: the claims to believe, rows of ``dialogue_breaks``; all of them by default. A break of which no claim
    is left has side ``not_stated`` and no cause.
    """
    return _breaks() if claims is None else _believing(claims)


@kept
def _breaks() -> pd.DataFrame:
    return _believing(table("dialogue_breaks"))


def _believing(claims: pd.DataFrame) -> pd.DataFrame:
    rows = table("dialogue_breaks")
    found = []
    for key, claimed in rows.groupby("break_id", sort=False):
        own = claims[claims["break_id"] == key]
        side = one_side(set(own.loc[own["claim"] == "side", "side"].astype(str)))
        causes = tuple(sorted(set(own.loc[own["claim"] == "cause", "cause_kind"].astype(str))))
        first = claimed.iloc[0]
        again = resumed(first["dialogue_id"], first["date"]) or (pd.NA, pd.NA)
        found.append([key, first["dialogue_id"], first["date"], str(first["kind"]), side, causes, *again])
    columns = ["break_id", "dialogue_id", "date", "kind", "side", "causes", "resumed", "between"]
    return pd.DataFrame(found, columns=columns)


# --- what must hold between rounds and breaks ------------------------------------------------


def unexplained() -> Iterator[tuple[str, str, str]]:
    """Gaps and last rounds that no break accounts for: dialogue, date of the round before, what is missing.

    A break accounts for a gap if it is the gap itself, or if a source reports that the talks were broken off or a
    round called off while it lasted.
    """
    rows = breaks()
    spans = [(row.dialogue_id, row.before, row.start, row.end, "gap") for row in gaps().itertuples()]
    silent = last_rounds().query("silent")
    spans += [(row.dialogue_id, row.end, row.last, searched_to(), "no_later_round") for row in silent.itertuples()]
    for dialogue, written, start, end, kind in spans:
        own = rows[rows["dialogue_id"] == dialogue]
        itself = (own["kind"] == kind) & (own["date"] == written)
        meanwhile = (own["date"].map(last_day) >= start) & (own["date"].map(first_day) <= end)
        if not (itself | own["kind"].isin(["called_off", "broken_off"]) & meanwhile).any():
            yield dialogue, written, kind


def contradicted() -> Iterator[tuple[str, str, str]]:
    """Breaks that the rounds do not bear out: break, its date, what was expected instead.

    A gap or a last round must be one by the rule; a round called off must not have been held.
    """
    rounds = held()
    derived = {"gap": set(zip(gaps()["dialogue_id"], gaps()["before"], strict=True))}
    silent = last_rounds().query("silent")
    derived["no_later_round"] = set(zip(silent["dialogue_id"], silent["end"], strict=True))
    for row in breaks().itertuples():
        if row.kind in derived and (row.dialogue_id, row.date) not in derived[row.kind]:
            yield row.break_id, row.date, f"the end of a round with no other for long after it ({row.kind})"
        own = rounds[rounds["dialogue_id"] == row.dialogue_id]
        on_the_day = (own["first"] <= first_day(row.date)) & (own["last"] >= last_day(row.date))
        if row.kind == "called_off" and on_the_day.any():
            yield row.break_id, row.date, "a day on which no round was held"
