"""What a dialogue that could be evaluated would need, a scorecard, and what is not known."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from ..facts import fact
from ..figures import PALETTE, PAPER, new_figure
from ..tables import labels, listed, record, table
from .elsewhere import MARKS, _key

# The relations of statements to a criterion, in words.
RELATIONS = {
    "asks": "asks for it",
    "present": "finds it there",
    "lacking": "finds it lacking",
    "opposed": "speaks against it, or sees it otherwise",
}
# The findings on the parts of a criterion: how they are drawn, and in words.
FINDING_MARKS = {"shown": "present", "in_part": "part", "lacking": "lacking", "not_found": "not_found"}
FINDINGS = {
    "present": "shown",
    "part": "in part, or disputed",
    "lacking": "found lacking",
    "not_found": "nothing found",
}
MARK_WORDS = {"met": "met", "partly": "partly met", "not_met": "not met", "not_known": "not known"}


def statements() -> pd.DataFrame:
    """The statements on each criterion with criterion, group and side of the speaker."""
    rows = table("criterion_evidence").merge(record()[["evidence_id", "speaker_group"]], on="evidence_id")
    groups = table("groups").set_index("group_id")
    rows["group"] = rows["speaker_group"].map(groups["short_label"])
    rows["side"] = rows["speaker_group"].map(groups["side"]).astype(str)
    rows["criterion"] = rows["criterion_id"].map(labels("criteria_list"))
    return rows


def parties() -> pd.DataFrame:
    """The same without the consultant and the press, who are no parties."""
    rows = statements()
    return rows[~rows["speaker_group"].isin(["consultant", "press"])]


def criteria_by_group() -> pd.DataFrame:
    """One row a criterion, group and relation: row, column, kind, ordered by the number of groups that speak."""
    rows = statements().assign(kind=lambda r: r["relation"].astype(str))
    order = rows.groupby("criterion")["group"].nunique().sort_values(ascending=False, kind="stable")
    rows = rows.assign(place=rows["criterion"].map({name: at for at, name in enumerate(order.index)}))
    rows = rows.drop_duplicates(["criterion", "group", "kind"]).sort_values(["place", "group", "kind"], kind="stable")
    rows = rows.rename(columns={"criterion": "row", "group": "column"})
    return rows[["row", "column", "kind"]].reset_index(drop=True)


def group_order() -> list[str]:
    """The groups that speak on a criterion, in the order of the table of groups."""
    spoken = set(statements()["group"])
    return [name for name in table("groups").sort_values("order")["short_label"] if name in spoken]


def standing() -> pd.DataFrame:
    """Per criterion: China, West (whether parties there speak to it), opposed, and ``standing``.

    standing: opposed where a party speaks against it, or sees it otherwise, while
    another asks for it or finds it lacking; wanted where parties on both sides ask
    for it or find it lacking and none speaks against it; one side where only
    parties on one do; unspoken where none does.
    """
    wanting = parties()[lambda r: r["relation"].isin(["asks", "lacking"])]
    against = set(parties()[lambda r: r["relation"] == "opposed"]["criterion_id"])
    sides = wanting.groupby("criterion_id")["side"].agg(set)
    rows = []
    for key, name in labels("criteria_list").items():
        wanted = sides.get(key, set())
        found = "opposed" if key in against else ("unspoken", "one side", "wanted")[len(wanted)]
        rows.append([key, name, "China" in wanted, "Canada and West" in wanted, key in against, found])
    return pd.DataFrame(rows, columns=["criterion_id", "criterion", "china", "west", "opposed", "standing"])


def derived_marks() -> pd.Series:
    """The mark of each criterion from its parts: met if all are shown, not_met if none is even in part."""
    found = table("scorecard_parts").groupby("criterion_id")["finding"].agg(lambda f: set(f.astype(str)))
    return found.map(lambda f: "met" if f == {"shown"} else "partly" if f & {"shown", "in_part"} else "not_met")


def _grounds() -> pd.DataFrame:
    """Per criterion: ``ground``, the grounds of its parts, each after the part's name; ``works``, what they rest on.

    A statement stands for its source, so a source of which statements are named is not named again.
    """
    parts = table("scorecard_parts")
    named = parts["part"].str[:1].str.upper() + parts["part"].str[1:]
    parts["ground"] = named + ": " + parts["ground"]
    parts["keys"] = parts["evidence_ids"] + ";" + parts["source"]
    made = parts.groupby("criterion_id").agg({"ground": " ".join, "keys": ";".join})
    keys = made["keys"].str.split(";").map(lambda k: list(dict.fromkeys(k)))
    spoken = keys.map(lambda k: {key.split(":")[0] for key in k if ":" in key})
    made["works"] = [";".join(key for key in k if key not in s) for k, s in zip(keys, spoken, strict=True)]
    return made


def scorecard() -> pd.DataFrame:
    """The scorecard in words for a table. Raises ValueError where a mark does not follow from its parts."""
    rows = table("scorecard").merge(table("criteria_list"), on="criterion_id")
    wrong = rows.loc[rows["mark"].astype(str) != rows["criterion_id"].map(derived_marks()), "criterion_id"]
    if len(wrong):
        raise ValueError(f"expected marks that follow from scorecard_parts: {', '.join(wrong)}")
    rows = rows.merge(_grounds(), on="criterion_id")
    return pd.DataFrame(
        {
            "Criterion": rows["label"],
            "Met when": rows["definition"],
            "Mark": rows["mark"].astype(str).map(MARK_WORDS),
            "Sure": rows["confidence"].astype(str),
            "Ground": rows["ground"],
            "Source": listed(rows["works"]),
        }
    )


def part_rows() -> pd.DataFrame:
    """The parts of the criteria, in order: criterion, mark, part, finding, number within the criterion."""
    rows = table("scorecard_parts").merge(table("scorecard")[["criterion_id", "mark"]], on="criterion_id")
    rows["criterion"] = rows["criterion_id"].map(labels("criteria_list"))
    rows["number"] = rows.groupby("criterion_id", sort=False).cumcount()
    rows["finding"], rows["mark"] = rows["finding"].astype(str), rows["mark"].astype(str).map(MARK_WORDS)
    return rows[["criterion", "mark", "number", "part", "finding"]]


def parts_in_words(parts: pd.DataFrame) -> pd.DataFrame:
    """What :func:`parts_chart` draws, in the words of its key: criterion, mark, part, finding."""
    found = parts["finding"].map(FINDING_MARKS).map(FINDINGS)
    shown = parts.assign(finding=found)[["criterion", "mark", "part", "finding"]]
    return shown.set_axis(["Criterion", "Mark", "Part", "Finding"], axis=1)


def parts_chart(parts: pd.DataFrame) -> Figure:
    """The parts of each criterion in a row, each with its name and the mark of its finding."""
    names = list(dict.fromkeys(parts["criterion"]))
    figure, axes = new_figure(0.46 * len(names) + 0.9)
    for row in parts.itertuples():
        colour, marker, filled = MARKS[FINDING_MARKS[row.finding]]
        y, ink = names.index(row.criterion), PALETTE[colour]
        face = ink if filled else PAPER
        # A bar has no face to fill, and matplotlib warns when it is given an edge.
        edge: dict[str, Any] = {} if marker == "_" else {"edgecolor": ink}
        axes.scatter(row.number, y, s=40, marker=marker, color=face if edge else ink, lw=1.3, zorder=2, **edge)
        name = textwrap.fill(row.part, 14)
        axes.annotate(name, (row.number, y), xytext=(8, 0), textcoords="offset points", va="center", fontsize=8.5)
    for y in range(len(names) + 1):
        axes.axhline(y - 0.5, color=PALETTE["rule"], lw=0.6, zorder=0)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlim(-0.15, parts["number"].max() + 0.95)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.legend(handles=[_key(kind, name) for kind, name in FINDINGS.items()], loc="outside lower left", ncols=4)
    return figure


def open_questions() -> pd.DataFrame:
    """What is not known, in words for a table."""
    rows = table("open_questions")[["question", "known", "would_answer", "where"]]
    return rows.set_axis(["Question", "What is known", "What would answer it", "Where it might be"], axis=1)


def mandate() -> pd.DataFrame:
    """The questions of the mandate, what the public text says on each, and the chapters that treat it."""
    rows = table("mandate")
    rows["evidence_ids"], rows["chapter"] = listed(rows["evidence_ids"]), listed(rows["chapter"])
    rows = rows[["question", "answer", "evidence_ids", "chapter"]]
    return rows.set_axis(["Question", "What the public text says", "Evidence", "Chapter"], axis=1)


# --- facts -------------------------------------------------------------------


@fact("statements of the record tied to a criterion", "criterion_evidence")
def lessons_statements() -> int:
    return len(table("criterion_evidence"))


def _standing(kind: str) -> int:
    return int((standing()["standing"] == kind).sum())


@fact(
    "criteria that parties on both sides ask for or find lacking, and none speaks against", "criterion_evidence; groups"
)
def lessons_wanted() -> int:
    return _standing("wanted")


@fact("criteria that some party speaks against or sees otherwise", "criterion_evidence; groups")
def lessons_opposed() -> int:
    return _standing("opposed")


@fact("criteria that parties on one side only ask for or find lacking", "criterion_evidence; groups")
def lessons_one_side() -> int:
    return _standing("one side")


@fact("criteria on which no party speaks", "criterion_evidence; groups")
def lessons_unspoken() -> int:
    return _standing("unspoken")


@fact("criteria that parties on both sides ask for or find lacking, opposed or not", "criterion_evidence; groups")
def lessons_both_sides() -> int:
    rows = standing()
    return int((rows["china"] & rows["west"]).sum())


def _marked(mark: str) -> int:
    return int((table("scorecard")["mark"] == mark).sum())


@fact("criteria marked met", "scorecard")
def lessons_met() -> int:
    return _marked("met")


@fact("criteria marked partly met", "scorecard")
def lessons_partly() -> int:
    return _marked("partly")


@fact("criteria marked not met", "scorecard")
def lessons_not_met() -> int:
    return _marked("not_met")


@fact("marks of which we are sure", "scorecard")
def lessons_sure() -> int:
    return int((table("scorecard")["confidence"] == "high").sum())


@fact("parts into which the criteria were divided", "scorecard_parts")
def lessons_parts() -> int:
    return len(table("scorecard_parts"))


def _parts(finding: str) -> int:
    return int((table("scorecard_parts")["finding"] == finding).sum())


@fact("parts that the sources show", "scorecard_parts")
def lessons_parts_shown() -> int:
    return _parts("shown")


@fact("parts shown in part or disputed", "scorecard_parts")
def lessons_parts_in_part() -> int:
    return _parts("in_part")


@fact("parts that a source finds lacking", "scorecard_parts")
def lessons_parts_lacking() -> int:
    return _parts("lacking")


@fact("parts on which nothing was found", "scorecard_parts")
def lessons_parts_not_found() -> int:
    return _parts("not_found")


@fact("criteria that would be met if a part shown in part counted as shown", "scorecard_parts")
def lessons_met_lenient() -> int:
    found = table("scorecard_parts").groupby("criterion_id")["finding"].agg(lambda f: set(f.astype(str)))
    return int(found.map(lambda f: f <= {"shown", "in_part"}).sum())


@fact("criteria that would be not met if a part shown in part counted as not shown", "scorecard_parts")
def lessons_not_met_strict() -> int:
    found = table("scorecard_parts").groupby("criterion_id")["finding"].agg(lambda f: set(f.astype(str)))
    return int(found.map(lambda f: "shown" not in f).sum())


@fact("open questions", "open_questions")
def lessons_questions() -> int:
    return len(table("open_questions"))
