"""Numbers of the page on methods: how much was locked, graded and computed."""

from __future__ import annotations

from functools import partial

from .. import grades
from ..agreement import coded_once
from ..facts import FACTS, Fact, fact, register
from ..quotes import in_quotation_marks
from ..tables import record, resource, table

_LEFT_OUT = "tables marked as series in the data package left out"
_FINDING = (
    "rows whose cell in the column that the data package names as finding is empty, not_found or not_seen left out"
)
_GRADED = ";".join(grades.graded())


def _rows_of_grade(grade: str) -> int:
    return int(grades.all_counts()[grade].sum())


for _grade in grades.GRADES:
    _counts = f"rows with {_grade} in the column grade, over all tables that have it; {_LEFT_OUT}; {_FINDING}"
    register(Fact(f"methods_grade_{_grade.lower()}", _counts, _GRADED, partial(_rows_of_grade, _grade)))


def _works_read(how: str) -> int:
    return int((table("works")["read"] == how).sum())


for _how in ("whole", "part", "record"):
    register(Fact(f"methods_works_{_how}", f"works whose read is {_how}", "works", partial(_works_read, _how)))


@fact("rows of works", "works")
def methods_works() -> int:
    return len(table("works"))


@fact(
    f"the grade that most rows have in all tables with a column named grade; {_LEFT_OUT}; {_FINDING}",
    _GRADED,
)
def methods_grade_commonest() -> str:
    return str(grades.all_counts().sum().idxmax())


@fact(
    f"tables with a column named grade in which more rows have B than A and more than C; {_LEFT_OUT}; {_FINDING}",
    _GRADED,
)
def methods_tables_mostly_b() -> int:
    made = grades.all_counts()
    return int(((made["B"] > made["A"]) & (made["B"] > made["C"])).sum())


@fact(
    f"tables of the data package with a column named grade; {_LEFT_OUT}",
    _GRADED,
)
def methods_graded() -> int:
    return len(grades.graded())


@fact(
    "rows of the tables marked as series in the data package",
    ";".join(grades.graded(series=True)),
)
def methods_series_rows() -> int:
    return sum(len(table(name)) for name in grades.graded(series=True))


@fact(
    "rows whose cell in the column that the data package names as finding is empty, not_found or not_seen, "
    "over all tables for which it names one",
    "hearings;evaluations;dialogue_breaks",
)
def methods_rows_without_finding() -> int:
    graded = [name for name in grades.graded() if "finding" in resource(name)]
    return sum(len(table(name)) - len(grades.with_finding(name)) for name in graded)


@fact(
    "rows of unchr_rollcalls with grade C",
    "unchr_rollcalls",
)
def methods_rollcall_c() -> int:
    return int((table("unchr_rollcalls")["grade"] == "C").sum())


@fact(
    f"rows whose note has, in brackets or after the word grade, a letter A to C that is not their grade; {_LEFT_OUT}",
    _GRADED,
)
def methods_second_grades() -> int:
    return grades.second_grades()


@fact(
    "quotations of evidence that seeds/quotes.lock has as in_quotation_marks",
    "evidence",
)
def methods_quotes_marked() -> int:
    return len(in_quotation_marks())


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
