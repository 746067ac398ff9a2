"""The coalition over twenty years: who signed, what was asked, what recurs."""

from __future__ import annotations

import pandas as pd

from ..facts import fact
from ..tables import labels, table, whole_years

# What counts as putting a name to a document; a list of members does not.
SIGNING = ("signatory", "endorser")
# How much of a list of names must have been seen for the document to be compared with others.
COMPARED = ("part", "whole")


def listed(*seen: str) -> list[str]:
    """The documents of which the list of names was seen as far as ``seen`` says (part, whole), oldest first."""
    rows = table("coalition_documents").sort_values("date")
    return rows.loc[rows["list_seen"].isin(seen or COMPARED), "document_id"].tolist()


def _signed() -> pd.DataFrame:
    rows = table("coalition_signatures")
    return rows[rows["role"].isin(SIGNING)]


def year_of(document_id: str) -> str:
    """The year of a document, as a short name for it."""
    return table("coalition_documents").set_index("document_id").at[document_id, "date"][:4]


def signers() -> pd.DataFrame:
    """Organization (rows, names) by document (columns, years): True where its name was seen as signing or endorsing.

    Only documents of which a list was seen, whole or in part. Those that signed most come first.
    """
    rows = _signed()
    rows = rows[rows["document_id"].isin(listed())]
    names = labels("organisations", "name")
    present = pd.crosstab(rows["organisation_id"].map(names), rows["document_id"]).gt(0)[listed()]
    present.columns = pd.Index([year_of(d) for d in present.columns], name="document")
    order = present.assign(total=present.sum(axis=1)).sort_values(["total", *present.columns], ascending=False)
    return present.loc[order.index].rename_axis("organization")


def signers_in_words() -> pd.DataFrame:
    """The squares of :func:`signers` as a table to be read: yes where a name was seen, nothing where not."""
    return signers().astype(object).replace({True: "yes", False: ""}).reset_index()


def headings() -> dict[str, str]:
    """What stands over each column of :func:`signers` when drawn: the year, and whether the list is known in part."""
    partly = listed("part")
    return {year_of(d): f"{year_of(d)}\nin part" if d in partly else year_of(d) for d in listed()}


def links() -> pd.DataFrame:
    """Who signed what, one row a signature: organization, document (year), for the network."""
    long = signers().stack()
    return long[long].index.to_frame(index=False)


def letters() -> pd.DataFrame:
    """Letters to a prime minister whose demands were seen, oldest first."""
    documents = table("coalition_documents")
    keep = (documents["kind"] == "letter") & documents["addressee"].str.startswith("Prime Minister")
    return documents[keep & documents["demands_known"]].sort_values("date")


def demands_by_document() -> pd.DataFrame:
    """Theme (rows) by document (columns, date): True where the document asks for it.

    Documents with demands of grade A or B; themes in order of first appearance.
    """
    documents = table("coalition_documents").set_index("document_id")
    rows = table("demands").query("grade != 'C'")
    rows = rows.assign(date=rows["document_id"].map(documents["date"])).sort_values(["date", "demand_id"])
    present = pd.crosstab(rows["theme"].astype(str), rows["document_id"]).gt(0)
    present = present.reindex(index=rows["theme"].astype(str).unique(), columns=rows["document_id"].unique())
    present.columns = pd.Index([f"{year_of(d)[2:]}" for d in present.columns])
    present.index = pd.Index([t.replace("_", " ") for t in present.index], name="theme")
    return present


def demands_in_words() -> pd.DataFrame:
    """The squares of :func:`demands_by_document` as rows to be read: theme, document, date, what is asked."""
    documents = table("coalition_documents").set_index("document_id")
    rows = table("demands").query("grade != 'C'")
    asked = pd.DataFrame(
        {
            "Theme": rows["theme"].astype(str).str.replace("_", " "),
            "Document": rows["document_id"].map(documents["title"]),
            "Date": rows["document_id"].map(documents["date"]),
            "What is asked": rows["demand"],
        }
    )
    return asked.sort_values(["Theme", "Date"], kind="stable")


@fact("documents of the coalition that were found, 2006 to 2026", "coalition_documents")
def coalition_documents_found() -> int:
    return len(table("coalition_documents"))


@fact("documents of which a list of names was seen, whole or in part", "coalition_documents")
def coalition_lists_seen() -> int:
    return len(listed())


@fact("of these, documents of which the whole list was seen", "coalition_documents")
def coalition_lists_whole() -> int:
    return len(listed("whole"))


@fact("of these, documents of which the list is not known to be whole", "coalition_documents")
def coalition_lists_part() -> int:
    return len(listed("part"))


@fact("organizations that signed or endorsed at least one of these", "coalition_signatures")
def coalition_signers() -> int:
    return len(signers())


@fact("organizations that signed or endorsed all of these", "coalition_signatures")
def coalition_in_all() -> int:
    return int(signers().all(axis=1).sum())


@fact("organizations that signed or endorsed all of these, by name", "coalition_signatures; organisations")
def coalition_in_all_names() -> str:
    present = signers()
    names = sorted(present.index[present.all(axis=1)])
    return ", ".join(names[:-1]) + " and " + names[-1]


@fact("organizations that signed or endorsed only one of these", "coalition_signatures")
def coalition_in_one() -> int:
    return int((signers().sum(axis=1) == 1).sum())


@fact("signatories of the letter of 2006 whose names were seen", "coalition_signatures")
def coalition_signers_2006() -> int:
    return int(signers()["2006"].sum())


@fact("organizations of the letter of 2006 that endorsed the statement of 2020", "coalition_signatures")
def coalition_2006_and_2020() -> int:
    return int((signers()["2006"] & signers()["2020"]).sum())


@fact("letters to a prime minister whose demands were seen", "coalition_documents")
def coalition_letters() -> int:
    return len(letters())


def _letters_asking(theme: str) -> int:
    rows = table("demands")
    return rows.loc[
        (rows["theme"] == theme) & rows["document_id"].isin(letters()["document_id"]), "document_id"
    ].nunique()


@fact("of these, those that ask that rights be raised with China's leaders", "coalition_documents; demands")
def coalition_letters_leaders() -> int:
    return _letters_asking("raise_with_leaders")


@fact("of these, those that name prisoners or other cases", "coalition_documents; demands")
def coalition_letters_cases() -> int:
    return _letters_asking("named_cases")


@fact("of these, those that ask for a strategy or for a central place for rights", "coalition_documents; demands")
def coalition_letters_strategy() -> int:
    return _letters_asking("strategy")


@fact("of these, those that set terms for trade", "coalition_documents; demands")
def coalition_letters_trade() -> int:
    return _letters_asking("trade_conditions")


@fact("of these, those that ask for reform of the dialogue", "coalition_documents; demands")
def coalition_letters_dialogue() -> int:
    return _letters_asking("dialogue_reform")


@fact("demands recorded", "demands")
def coalition_demands() -> int:
    return len(table("demands"))


@fact("themes of the demands", "demands")
def coalition_demand_themes() -> int:
    return table("demands")["theme"].nunique()


@fact("themes that stand in one document only", "demands")
def coalition_themes_once() -> int:
    return int((table("demands").groupby("theme", observed=True)["document_id"].nunique() == 1).sum())


@fact("entries in the list of members of 2009", "signatures")
def coalition_members_2009() -> int:
    rows = table("signatures").query("document_id == 'cchrc_letter_2009' and role == 'member'")
    return rows["entry"].nunique()


@fact("signatories of the letter of 2009", "signatures")
def coalition_signatories_2009() -> int:
    return int((table("signatures").query("document_id == 'cchrc_letter_2009'")["role"] == "signatory").sum())


@fact("entries that endorse the statement of 2020", "signatures")
def coalition_endorsers_2020() -> int:
    rows = table("signatures").query("document_id == 'cchrc_statement_2020' and role == 'endorser'")
    return rows["entry"].nunique()


@fact("organizations in the coalition by the letter of January 2026", "coalition_documents")
def coalition_size_2026() -> int:
    sizes = table("coalition_documents").set_index("document_id")["organizations"]
    return int(sizes["cchrc_letter_2026"])


@fact("whole years from the letter of 2009 to the article of 2026", "sources")
def coalition_years_2009_2026() -> int:
    dates = table("sources").set_index("source_id")["date"]
    return whole_years(dates["cchrc2009"], dates["epoch2026"])
