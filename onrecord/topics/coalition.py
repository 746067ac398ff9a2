"""The coalition over twenty years: who signed, what was asked, what recurs."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..drawing import by_room, drawing, new_figure
from ..facts import fact
from ..look import PALETTE
from ..marks import Leads, behind, lead
from ..tables import kept, labels, table, whole_years

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

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


@kept
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


def signatures_behind() -> Leads:
    """The signatures behind each filled cell of :func:`signing_states`, by organization and document."""
    rows = _signed()
    rows = rows[rows["document_id"].isin(listed())]
    named = {
        "organization": rows["organisation_id"].map(labels("organisations", "name")),
        "document": rows["document_id"].map(labels("coalition_documents", "short_title")),
    }
    return behind("coalition_signatures", rows.assign(**named), "organization", "document")


def demands_behind() -> Leads:
    """The demands behind each filled cell of :func:`demand_states`, by theme and document."""
    rows = _drawn_demands()
    named = {
        "name": rows["theme"].astype(str).map(labels("demand_themes")),
        "document": rows["document_id"].map(labels("coalition_documents", "short_title")),
    }
    return behind("demands", rows.assign(**named), "name", "document")


def signers_in_words() -> pd.DataFrame:
    """The squares of :func:`signers` as a table to be read: yes where a name was seen, nothing where not."""
    return signers().astype(object).replace({True: "yes", False: ""}).reset_index()


def signing_states() -> pd.DataFrame:
    """Organization by document (short titles): yes; no, where the whole list was seen; not_seen, where it was not."""
    present = signers()
    documents = table("coalition_documents").set_index("document_id")
    columns = {}
    for document, year in zip(listed(), present.columns, strict=True):
        absent = "no" if document in listed("whole") else "not_seen"
        columns[documents.at[document, "short_title"]] = present[year].map({True: "yes", False: absent})
    return pd.DataFrame(columns).rename_axis("organization")


# What an organization did, as the table of members says it; the order is that of the words in a cell.
DID = {"member": "member", "signatory": "signed", "endorser": "endorsed", "named": "spoke"}
SIDE_BY_SIDE = {"cchrc_letter_2009": "no", "cchrc_statement_2020": "no", "cchrc_letter_2026": "not seen"}


def side_by_side() -> pd.DataFrame:
    """Organizations of the letters of 2009 and 2026 and the statement of 2020, with their names in French and Chinese.

    A cell says what the organization did; where it did nothing, no for a list seen whole and not seen for another.
    """
    rows = table("signatures").astype({"role": str})
    done = rows.groupby(["organisation_id", "document_id"])["role"].agg(
        lambda roles: [DID[r] for r in DID if r in set(roles)]
    )
    wide = done.map(", ".join).unstack("document_id")[list(SIDE_BY_SIDE)].fillna(SIDE_BY_SIDE)
    named = table("organisations").set_index("organisation_id")[["name", "name_fr", "name_zh"]].fillna("")
    wide = named.join(wide, how="inner").sort_values("name", key=lambda names: names.str.lower())
    wide.columns = pd.Index(["Organization", "In French", "In Chinese", *(year_of(d) for d in SIDE_BY_SIDE)])
    return wide


@drawing
def state_grid(states: pd.DataFrame, yes: str, no: str, row_width: int = 32, leads: Leads | None = None) -> Figure:
    """Rows by columns: filled for yes, empty for no, hatched grey for what was not seen.

    ``states``: cells yes, no or not_seen; ``yes`` and ``no`` are the words of the key; ``row_width``: letters of a
    row's label before it is broken; ``leads``: rows behind each filled cell, by row and column.
    """
    names = [fill(str(name), by_room(row_width, row_width - 8)) for name in states.index]
    line, size = by_room((0.27, 13), (0.2, 10))  # inches, points
    heights = [line * (1 + name.count("\n")) + 0.06 for name in names]
    figure, axes = new_figure(sum(heights) + 2.6)
    top = 0.0
    ticks = []
    for height, (name, cells) in zip(heights, states.iterrows(), strict=True):
        for x, (column, state) in enumerate(cells.items()):
            axes.add_patch(_cell(x, top, height, state))
            if leads and state == "yes":
                lead(axes, f"{name}, {column}", leads[str(name), str(column)], (x, top), (x + 1, top + height))
        ticks.append(top + height / 2)
        top += height
    axes.set_xlim(0, states.shape[1])
    axes.set_ylim(top, 0)
    axes.set_yticks(ticks, names, fontsize=size)
    axes.set_xticks([x + 0.5 for x in range(states.shape[1])], list(states.columns), fontsize=size, rotation=90)
    axes.xaxis.set_ticks_position("top")
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    keys = [_cell(0, 0, 1, state) for state in ("yes", "no", "not_seen")]
    axes.legend(
        keys, [yes, no, "not seen"], loc="upper right", bbox_to_anchor=(1, -0.01), ncols=by_room(3, 1), fontsize=size
    )
    return figure


def _cell(x: float, y: float, height: float, state: str) -> Rectangle:
    from matplotlib.patches import Rectangle

    looks: dict[str, dict[str, Any]] = {
        "yes": {"fc": PALETTE["china"], "ec": PALETTE["china"]},
        "no": {"fc": "none", "ec": PALETTE["muted"]},
        "not_seen": {"fc": "#e4e4e4", "ec": "#8a8a8a", "hatch": "////", "lw": 0},
    }
    return Rectangle((x + 0.06, y + 0.03), 0.88, height - 0.06, **looks[state])


def by_column(states: pd.DataFrame, state: str) -> str:
    """How many cells of each column are in a state, divided by commas."""
    return ", ".join(str(count) for count in states.eq(state).sum())


def kept_between_whole_lists() -> pd.Series:
    """For each signatory of 2009, whether it endorsed in 2020: the two lists that were seen whole."""
    present = signers()
    first, last = (year_of(document) for document in listed("whole"))
    return present.loc[present[first], last]


def letters() -> pd.DataFrame:
    """Letters to a prime minister whose demands were seen, oldest first."""
    documents = table("coalition_documents")
    keep = (documents["kind"] == "letter") & documents["addressee"].str.startswith("Prime Minister")
    return documents[keep & documents["demands_known"]].sort_values("date")


def _drawn_demands() -> pd.DataFrame:
    """Demands of grade A or B with the date of their document, oldest first."""
    documents = table("coalition_documents").set_index("document_id")
    rows = table("demands").query("grade != 'C'")
    return rows.assign(date=rows["document_id"].map(documents["date"])).sort_values(["date", "demand_id"])


def demands_by_document() -> pd.DataFrame:
    """Theme (rows) by document (columns, short titles): True where the document asks for it.

    Documents with demands of grade A or B; themes in order of first appearance.
    """
    rows = _drawn_demands()
    present = pd.crosstab(rows["theme"].astype(str), rows["document_id"]).gt(0)
    present = present.reindex(index=rows["theme"].astype(str).unique(), columns=rows["document_id"].unique())
    titles = table("coalition_documents").set_index("document_id")["short_title"]
    present.columns = pd.Index([titles[d] for d in present.columns], name="document")
    present.index = pd.Index([t.replace("_", " ") for t in present.index], name="theme")
    return present


def demand_states() -> pd.DataFrame:
    """The same with yes, no (the whole text was seen) and not_seen, and the themes in the words of a reader."""
    present = demands_by_document()
    seen = table("coalition_documents").set_index("short_title")["text_seen"].astype(str)
    states = pd.DataFrame(
        {d: present[d].map({True: "yes", False: "no" if seen[d] == "whole" else "not_seen"}) for d in present}
    )
    words = table("demand_themes").set_index("theme")["label"]
    states.index = pd.Index([words[theme.replace(" ", "_")] for theme in present.index], name="theme")
    return states


def demands_in_words() -> pd.DataFrame:
    """The squares of :func:`demands_by_document` as rows to be read: theme, document, date, what is asked."""
    documents = table("coalition_documents").set_index("document_id")
    rows = table("demands").query("grade != 'C'")
    asked = pd.DataFrame(
        {
            "Theme": rows["theme"].astype(str).map(table("demand_themes").set_index("theme")["label"]),
            "Document": rows["document_id"].map(documents["title"]),
            "Date": rows["document_id"].map(documents["date"]),
            "What is asked": rows["demand"],
        }
    )
    return asked.sort_values(["Theme", "Date"], kind="stable")


@fact("documents with list_seen part or whole", "coalition_documents")
def coalition_lists_seen() -> int:
    return len(listed())


@fact(
    "organizations with role signatory in the document of 2009 with list_seen whole that have role endorser in that of "
    "2020 with list_seen whole",
    "coalition_signatures; coalition_documents",
)
def coalition_kept() -> int:
    return int(kept_between_whole_lists().sum())


@fact(
    "organizations with role signatory in the document of 2009 with list_seen whole",
    "coalition_signatures; coalition_documents",
)
def coalition_kept_of() -> int:
    return len(kept_between_whole_lists())


@fact(
    "organizations with role signatory or endorser in at least one document with list_seen part or whole",
    "coalition_signatures; coalition_documents",
)
def coalition_signers() -> int:
    return len(signers())


@fact(
    "organizations with role signatory or endorser in every document with list_seen part or whole: a lower bound, "
    "since two of these lists were seen in part",
    "coalition_signatures; coalition_documents",
)
def coalition_in_all() -> int:
    return int(signers().all(axis=1).sum())


@fact(
    "names of the organizations with role signatory or endorser in every document with list_seen part or whole",
    "coalition_signatures; coalition_documents; organisations",
    kind="name",
)
def coalition_in_all_names() -> str:
    present = signers()
    names = sorted(present.index[present.all(axis=1)])
    return ", ".join(names[:-1]) + " and " + names[-1]


@fact(
    "organizations with role signatory or endorser in exactly one document with list_seen part or whole: an upper "
    "bound, since two of these lists were seen in part",
    "coalition_signatures; coalition_documents",
)
def coalition_in_one() -> int:
    return int((signers().sum(axis=1) == 1).sum())


@fact("organizations with role signatory in the letter of 2006", "coalition_signatures")
def coalition_signers_2006() -> int:
    return int(signers()["2006"].sum())


@fact(
    "organizations with role signatory in the letter of 2006 and endorser in the statement of 2020",
    "coalition_signatures",
)
def coalition_2006_and_2020() -> int:
    return int((signers()["2006"] & signers()["2020"]).sum())


@fact("documents of kind letter, addressed to a Prime Minister, with demands_known", "coalition_documents")
def coalition_letters() -> int:
    return len(letters())


@fact(
    "documents of kind letter, addressed to a Prime Minister, with demands_known and text_seen whole",
    "coalition_documents",
)
def coalition_letters_whole() -> int:
    return int((letters()["text_seen"] == "whole").sum())


def _asking(theme: str) -> tuple[int, int]:
    """How many letters are seen to ask for a theme, and how many at most do: those seen whole without it do not."""
    mine = letters()
    asked = mine["document_id"].isin(table("demands").query("theme == @theme")["document_id"])
    return int(asked.sum()), int((asked | (mine["text_seen"] != "whole")).sum())


_LETTERS = "letters to a Prime Minister with demands_known that have a demand with theme"


@fact(f"{_LETTERS} raise_with_leaders: a lower bound", "coalition_documents; demands")
def coalition_letters_leaders() -> int:
    return _asking("raise_with_leaders")[0]


@fact(f"{_LETTERS} named_cases: a lower bound", "coalition_documents; demands")
def coalition_letters_cases() -> int:
    return _asking("named_cases")[0]


@fact(f"{_LETTERS} strategy: a lower bound", "coalition_documents; demands")
def coalition_letters_strategy() -> int:
    return _asking("strategy")[0]


@fact(f"{_LETTERS} trade_conditions: a lower bound", "coalition_documents; demands")
def coalition_letters_trade() -> int:
    return _asking("trade_conditions")[0]


@fact(f"{_LETTERS} trade_conditions, with those not seen whole: an upper bound", "coalition_documents; demands")
def coalition_letters_trade_most() -> int:
    return _asking("trade_conditions")[1]


@fact("rows of demands", "demands")
def coalition_demands() -> int:
    return len(table("demands"))


@fact("themes in demands", "demands")
def coalition_demand_themes() -> int:
    return table("demands")["theme"].nunique()


@fact(
    "themes of demands that stand in exactly one document: an upper bound, since most texts were not seen whole",
    "demands",
)
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
