"""Numbers of the page on the two codings: the sample that was divided and coded anew, and the judgements."""

from __future__ import annotations

from typing import Any

from .. import coding
from ..facts import fact
from ..tables import table


@fact("passages in sample_units: distinct passage_id", "sample_units")
def sample_passages() -> int:
    return table("sample_units")["passage_id"].nunique()


@fact("rows of evidence whose passage_id is in sample_units", "evidence;sample_units")
def sample_first() -> int:
    return len(coding.sampled())


@fact("rows of sample_units", "sample_units")
def sample_second() -> int:
    return len(table("sample_units"))


@fact(
    "judgements in columns with the role judgement in datapackage.json: cells that are not empty, without the rows "
    "that judged_elsewhere names; sets count once; row_key of recodings that are of the table controls alone count too",
    "recodings",
)
def judgements_total() -> int:
    return int(coding.twice_coded()["rows"].sum())


@fact("of these, those with a row in recodings, unless its code is not_seen and its read is none", "recodings")
def judgements_twice() -> int:
    return int(coding.twice_coded()["twice"].sum())


@fact("of these, those to which both codings gave the same code or the same set of codes", "recodings")
def judgements_same() -> int:
    return int(coding.twice_coded()["same"].sum())


_STATUSES = ("recommendation_status", "recommendation_readings", "recommendation_events")


def _statuses() -> Any:
    """The rows of :func:`coding.twice_coded` on the status of recommendations."""
    rows = coding.twice_coded()
    return rows[rows["judgement"].map(lambda judged: judged.table in _STATUSES)]


@fact(
    "rows of recodings on recommendation_status.status_2026, recommendation_readings.status and "
    "recommendation_events.status whose read is not none",
    "recodings;recommendation_status;recommendation_readings;recommendation_events",
)
def judgements_status() -> int:
    return int(_statuses()["twice"].sum())


@fact(
    "of these, those with the code of the first coding",
    "recodings;recommendation_status;recommendation_readings;recommendation_events",
)
def judgements_status_same() -> int:
    return int(_statuses()["same"].sum())
