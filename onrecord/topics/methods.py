"""Numbers of the page on methods: how much was locked, graded and computed."""

from __future__ import annotations

import json
from functools import partial

from ..agreement import coded_once
from ..facts import FACTS, Fact, fact, register
from ..paths import QUOTES_LOCK
from ..tables import names, record, resource, table


def graded() -> list[str]:
    """Names of the tables whose rows have a grade."""
    return [name for name in names() if any(field["name"] == "grade" for field in resource(name)["schema"]["fields"])]


def _rows_of_grade(grade: str) -> int:
    return sum(int((table(name)["grade"].astype(str) == grade).sum()) for name in graded())


for _grade in "ABC":
    _name = f"methods_grade_{_grade.lower()}"
    _counts = f"rows of grade {_grade} in all tables with a column of grades"
    register(Fact(_name, _counts, "effects;milestones", partial(_rows_of_grade, _grade)))


@fact(
    "tables of the data package with a column named grade",
    "effects;milestones",
)
def methods_graded() -> int:
    return len(graded())


@fact(
    "quotations of evidence that seeds/quotes.lock has as in_quotation_marks",
    "evidence",
)
def methods_quotes_marked() -> int:
    locked = json.loads(QUOTES_LOCK.read_text("utf-8"))["quotations"]
    return sum(entry["in_quotation_marks"] for entry in locked.values())


@fact(
    "statements not coded twice: rows of evidence with an empty cell in a column whose name ends in _b",
    "evidence",
)
def methods_coded_once() -> int:
    return sum(map(coded_once, record().itertuples()))


@fact(
    "speakers: different speaker_id in evidence",
    "evidence;actors",
)
def methods_speakers() -> int:
    return record()["speaker_id"].nunique()


@fact(
    "facts: rows of facts",
    "facts",
)
def methods_facts() -> int:
    return len(FACTS)
