"""The chapter on the question: the thesis and its links, the sources, the coded record, how far two coders agree."""

from __future__ import annotations

from functools import partial

import pandas as pd

from ..agreement import VARIABLES, agreement
from ..facts import Amount, Fact, fact, register, rounded
from ..quotes import LONGEST
from ..tables import in_words, stated, table


def thesis() -> pd.DataFrame:
    """The links of the book's thesis, in the order of the chain.

    Index: link_id. Columns: order, date, link, shown (what shows it), evidence_id and source (keys, divided by
    semicolons, empty where there are none), best and weakest (grade of the best evidence, and of the weakest that the
    link needs), would_break, chapter (names of pages) and note.
    """
    rows = table("thesis_links").sort_values("order").set_index("link_id")
    rows["evidence_id"] = rows["evidence_id"].fillna("")
    return rows.drop(columns="date_precision").astype({"best": str, "weakest": str})


def thesis_shown() -> pd.DataFrame:
    """The links as a chapter prints them: numbered and dated, with one column for the grades."""
    rows = thesis()
    alike = rows["best"] == rows["weakest"]
    return pd.DataFrame(
        {
            "Link": rows["order"].astype(str) + ". " + rows["link"],
            "From": rows["date"].map(in_words),
            "What shows it": rows["shown"],
            "Evidence": rows["evidence_id"],
            "Source": rows["source"],
            "Grade": rows["best"].where(alike, rows["best"] + " to " + rows["weakest"]),
            "What would break it": rows["would_break"],
            "Chapter": rows["chapter"],
        }
    ).reset_index(drop=True)


@fact("rows of thesis_links", "thesis_links")
def thesis_links() -> int:
    return len(table("thesis_links"))


@fact("rows of thesis_links with weakest C", "thesis_links")
def thesis_links_on_c() -> int:
    return int((table("thesis_links")["weakest"] == "C").sum())


@fact(
    "rows of sources",
    "sources",
)
def sources_total() -> int:
    return len(table("sources"))


@fact(
    "sum of words in sources (page furniture is left out there)",
    "sources",
)
def words_total() -> int:
    return int(table("sources")["words"].sum())


@fact(
    "passages: rows of passages with a kind other than furniture",
    "passages",
)
def passages_total() -> int:
    return int((table("passages")["kind"] != "furniture").sum())


@fact(
    "passages: rows of passages with kind furniture",
    "passages",
)
def furniture_total() -> int:
    return int((table("passages")["kind"] == "furniture").sum())


@fact(
    "statements: rows of evidence",
    "evidence",
)
def statements_total() -> int:
    return len(table("evidence"))


@fact(
    "quotations: rows of evidence with a quote",
    "evidence",
)
def quotations_total() -> int:
    return int(table("evidence")["quote"].notna().sum())


@fact(
    "words that a quotation may have at the most: a rule of this book (LONGEST in onrecord.quotes), "
    "not the longest that there is",
    "evidence",
    kind="constant",
)
def quote_longest() -> int:
    return LONGEST


@fact(
    "themes: rows of themes",
    "themes",
)
def themes_total() -> int:
    return len(table("themes"))


@fact(
    "stances: values that the data package allows for stance in evidence",
    "evidence",
)
def stances_total() -> int:
    return len(table("evidence")["stance"].cat.categories)


@fact("value of words_removed in stated_numbers", "stated_numbers")
def words_removed() -> int:
    return stated("words_removed")


@fact("people interviewed for the assessment, as it states by nationality", "interviews")
def people_interviewed() -> int:
    return int(table("interviews")["people"].sum())


def _interviewed(nationality: str) -> int:
    people = table("interviews").set_index("nationality")["people"]
    return int(people[nationality])


@fact(
    "people in interviews with nationality Canadian",
    "interviews",
)
def interviewed_canadian() -> int:
    return _interviewed("Canadian")


@fact(
    "people in interviews with nationality Chinese",
    "interviews",
)
def interviewed_chinese() -> int:
    return _interviewed("Chinese")


@fact(
    "people in interviews with nationality other",
    "interviews",
)
def interviewed_other() -> int:
    return _interviewed("other")


@fact(
    "discrepancies: rows of discrepancies",
    "discrepancies",
)
def discrepancies_total() -> int:
    return len(table("discrepancies"))


@fact(
    "discrepancies: rows of discrepancies with kind within_source",
    "discrepancies",
)
def discrepancies_within() -> int:
    return int((table("discrepancies")["kind"] == "within_source").sum())


@fact("people with at least one row, that is people of the five sources whom this book names", "person_mentions")
def people_named() -> int:
    return table("person_mentions")["person_id"].nunique()


def _alpha(variable: str) -> Amount | str:
    found = agreement(table("evidence"), variable, draws=1).alpha
    return "n/a (no variation)" if found is None else rounded(found, 2, "alpha")


def _differ(variable: str) -> int:
    found = agreement(table("evidence"), variable, draws=1)
    return found.units - found.same


for _variable in VARIABLES:
    register(
        Fact(
            f"alpha_{_variable.removesuffix('_id')}",
            f"Krippendorff's alpha, nominal, of the columns {_variable} and {_variable}_b over all rows of evidence",
            "evidence",
            partial(_alpha, _variable),
        )
    )
for _variable in ("theme_id", "about_id"):
    register(
        Fact(
            f"differ_{_variable.removesuffix('_id')}",
            f"statements (rows of evidence) in which {_variable} is not {_variable}_b",
            "evidence",
            partial(_differ, _variable),
        )
    )
