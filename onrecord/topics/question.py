"""The chapter on the question: the sources, the coded record, and how far two coders agree."""

from __future__ import annotations

from functools import partial

from ..agreement import VARIABLES, agreement
from ..facts import Fact, fact, register
from ..quotes import LONGEST
from ..tables import record, table


@fact("sources", "sources")
def sources_total() -> int:
    return len(table("sources"))


@fact("words in the five sources, page furniture left out", "sources")
def words_total() -> int:
    return int(table("sources")["words"].sum())


@fact("passages that are not page furniture", "passages")
def passages_total() -> int:
    return int((table("passages")["kind"] != "furniture").sum())


@fact("passages of page furniture, left out", "passages")
def furniture_total() -> int:
    return int((table("passages")["kind"] == "furniture").sum())


@fact("coded statements", "evidence")
def statements_total() -> int:
    return len(table("evidence"))


@fact("statements that carry a quotation", "evidence")
def quotations_total() -> int:
    return int(table("evidence")["quote"].notna().sum())


@fact("most words that a quotation may have", "evidence")
def quote_longest() -> int:
    return LONGEST


@fact("themes of the codebook", "themes")
def themes_total() -> int:
    return len(table("themes"))


@fact("stances of the codebook", "evidence")
def stances_total() -> int:
    return len(table("evidence")["stance"].cat.categories)


@fact("groups that speak", "groups")
def groups_speaking() -> int:
    return record()["speaker_group"].nunique()


@fact("people interviewed for the assessment, as it states by nationality", "interviews")
def people_interviewed() -> int:
    return int(table("interviews")["people"].sum())


def _interviewed(nationality: str) -> int:
    people = table("interviews").set_index("nationality")["people"]
    return int(people[nationality])


@fact("Canadians interviewed for the assessment", "interviews")
def interviewed_canadian() -> int:
    return _interviewed("Canadian")


@fact("Chinese interviewed for the assessment", "interviews")
def interviewed_chinese() -> int:
    return _interviewed("Chinese")


@fact("people of other nationalities interviewed for the assessment", "interviews")
def interviewed_other() -> int:
    return _interviewed("other")


@fact("discrepancies in the ledger", "discrepancies")
def discrepancies_total() -> int:
    return len(table("discrepancies"))


@fact("discrepancies within one source", "discrepancies")
def discrepancies_within() -> int:
    return int((table("discrepancies")["kind"] == "within_source").sum())


@fact("people of the five sources whom this book names", "people")
def people_named() -> int:
    return len(table("people"))


def _alpha(variable: str) -> str:
    found = agreement(table("evidence"), variable, draws=1).alpha
    return "n/a (no variation)" if found is None else f"{found:.2f}"


def _differ(variable: str) -> int:
    found = agreement(table("evidence"), variable, draws=1)
    return found.units - found.same


# A pair of facts a variable that was coded twice.
for _variable in VARIABLES:
    _name = _variable.removesuffix("_id")
    register(Fact(f"alpha_{_name}", f"Krippendorff's alpha of {_variable}", "evidence", partial(_alpha, _variable)))
    register(
        Fact(
            f"differ_{_name}",
            f"statements whose {_variable} differs by coder",
            "evidence",
            partial(_differ, _variable),
        )
    )
