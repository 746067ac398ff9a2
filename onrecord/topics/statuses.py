"""Statuses that pages print: a fact for each row of ``statuses`` that has words."""

from __future__ import annotations

from functools import partial

from ..facts import Fact, register
from ..tables import table

# Named here, since a fact is declared before any table is read; a test compares them with the table.
PRINTED = (
    "jimmy_lai",
    "chow_hang_tung",
    "joe_tay",
    "panchen_lama",
    "round_2006",
    "subcommittee_report",
    "council_paper",
    "police_memorandum",
    "iccpr",
    "commissioner",
    "first_step",
)


def _words(status_id: str) -> str:
    return str(table("statuses").set_index("status_id").at[status_id, "words"])


for _status in PRINTED:
    register(Fact(f"status_{_status}", f"words of the row {_status} of statuses", "statuses", partial(_words, _status)))
