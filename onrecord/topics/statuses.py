"""Statuses that pages print: a fact for each row of ``statuses`` that has words."""

from __future__ import annotations

from functools import partial

from ..facts import Fact, register
from ..tables import table


def _words(status_id: str) -> str:
    return str(table("statuses").set_index("status_id").at[status_id, "words"])


for _row in table("statuses").dropna(subset=["words"]).itertuples():
    _counts = f"words of the row {_row.status_id} of statuses, which rests on the row {_row.rests_on} of {_row.table}"
    register(Fact(f"status_{_row.status_id}", _counts, f"statuses;{_row.table}", partial(_words, _row.status_id)))
