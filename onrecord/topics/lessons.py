"""What a dialogue that could be evaluated would need, a scorecard, and what is not known."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from .. import yardsticks
from ..drawing import by_room, drawing, new_figure
from ..facts import fact
from ..look import PALETTE
from ..marks import a_row, behind, lead
from ..tables import kept, labels, listed, parts_of, record, stated, table, title
from .elsewhere import draw_mark, mark_key

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The relations of statements to a criterion, in words; "none" is a statement that was read and does not speak to it.
RELATIONS = {
    "asks": "asks for it",
    "proviso": "as a condition",
    "lacking": "finds it lacking",
    "present": "finds it there",
    "opposed": "speaks against it",
    "otherwise": "sees it otherwise",
}
WANTING = ("asks", "lacking")
NO_PARTIES = ("consultant", "press")
# The blocks of the figure: heading, and the value of ``block`` that :func:`statements` gives.
BLOCKS = {"China": "in China", "Canada and West": "in Canada and the West", "others": "author, press"}
# The findings on the parts of a criterion, best first: how they are drawn, and in words.
FINDING_MARKS = {"shown": "present", "in_part": "part", "lacking": "lacking", "not_found": "not_found"}
FINDINGS = {
    "shown": "shown",
    "in_part": "in part, or disputed",
    "lacking": "found lacking by a source",
    "not_found": "not known: nothing found",
}
MARK_WORDS = {"met": "met", "partly": "partly met", "not_met": "not met", "not_known": "not known"}


@kept
def statements() -> pd.DataFrame:
    """The statements that speak to a criterion: criterion, group and side of the speaker, and block of the figure."""
    rows = table("criterion_evidence").query("relation != 'none'")
    rows = rows.merge(record()[["evidence_id", "speaker_group"]], on="evidence_id")
    groups = table("groups").set_index("group_id")
    rows["group"] = rows["speaker_group"].map(groups["short_label"])
    rows["side"] = rows["speaker_group"].map(groups["side"]).astype(str)
    rows["block"] = rows["side"].mask(rows["speaker_group"].isin(NO_PARTIES), "others")
    rows["criterion"] = rows["criterion_id"].map(labels("criteria_list"))
    rows["relation"] = rows["relation"].astype(str)
    return rows


@kept
def parties() -> pd.DataFrame:
    """The same without the consultant and the press, who are no parties."""
    return statements().query("block != 'others'")


@kept
def standing() -> pd.DataFrame:
    """Per criterion: statements of each side that want it (ask or find lacking), and ``standing``.

    Columns criterion_id, criterion, china, west (numbers of statements), opposed, otherwise (whether a party does),
    standing: opposed where a party speaks against it; otherwise where one sees it otherwise, and none speaks
    against it; wanted where parties on both sides want it; one side where only parties on one do; unspoken where none.
    """
    rows = parties()
    wanting = rows[rows["relation"].isin(WANTING)].groupby(["criterion_id", "side"]).size()
    found = []
    for key, name in labels("criteria_list").items():
        china, west = (int(wanting.get((key, side), 0)) for side in ("China", "Canada and West"))
        said = set(rows.loc[rows["criterion_id"] == key, "relation"])
        kind = next((k for k in ("opposed", "otherwise") if k in said), None)
        kind = kind or ("wanted" if china and west else "one side" if china or west else "unspoken")
        found.append([key, name, china, west, "opposed" in said, "otherwise" in said, kind])
    columns = ["criterion_id", "criterion", "china", "west", "opposed", "otherwise", "standing"]
    return pd.DataFrame(found, columns=columns)


def relations() -> pd.DataFrame:
    """Statements by criterion, block and relation: criterion, block, relation, statements, groups (who speaks).

    Criteria that most statements of parties want come first, then by the order of the list.
    """
    rows = statements()
    order = (
        standing()
        .assign(wanting=lambda r: r["china"] + r["west"])
        .sort_values("wanting", ascending=False, kind="stable")
    )
    place = {key: at for at, key in enumerate(order["criterion_id"])}
    counts = rows.groupby(["criterion_id", "criterion", "block", "relation"]).agg(
        statements=("evidence_id", "size"), groups=("group", lambda g: ", ".join(dict.fromkeys(g)))
    )
    counts = counts.reset_index()
    kinds, blocks = list(RELATIONS), list(BLOCKS)
    counts = counts.assign(
        a=counts["criterion_id"].map(place), b=counts["block"].map(blocks.index), c=counts["relation"].map(kinds.index)
    )
    return counts.sort_values(["a", "b", "c"], ignore_index=True).drop(columns=["a", "b", "c", "criterion_id"])


def relations_in_words() -> pd.DataFrame:
    """What :func:`relation_chart` draws: criterion, where, how, statements, who speaks."""
    rows = relations()
    rows["block"], rows["relation"] = rows["block"].map(BLOCKS), rows["relation"].map(RELATIONS)
    return rows.set_axis(["Criterion", "Parties", "How", "Statements", "Who speaks"], axis=1)


@drawing
def relation_chart() -> Figure:
    """A row a criterion, a block a side, in each block a column a relation: a mark, and the number of statements."""
    rows = relations()
    names = list(dict.fromkeys(rows["criterion"]))
    # A block has a column for every relation that some statement in it has.
    columns = [
        (block, relation)
        for block in BLOCKS
        for relation in RELATIONS
        if ((rows["block"] == block) & (rows["relation"] == relation)).any()
    ]
    figure, axes = new_figure(0.44 * len(names) + 1.5)
    leads = behind("evidence", statements(), "criterion", "block", "relation")
    for row in rows.itertuples():
        x, y = columns.index((row.block, row.relation)), names.index(row.criterion)
        draw_mark(axes, x - 0.16, y, row.relation, 26)
        axes.text(x + 0.12, y, str(row.statements), ha="left", va="center", fontsize=10)
        told = f"{row.criterion}, {BLOCKS[row.block]}: {RELATIONS[row.relation]}"
        held = leads[row.criterion, row.block, row.relation]
        lead(axes, told, held, (x - 0.45, y - 0.4), (x + 0.45, y + 0.4), number=int(row.statements))
    for edge in range(len(names) + 1):
        axes.axhline(edge - 0.5, color=PALETTE["rule"], lw=0.6, zorder=0)
    for block, heading in BLOCKS.items():
        own = [at for at, (found, _) in enumerate(columns) if found == block]
        axes.axvline(own[0] - 0.5, color=PALETTE["muted"], lw=0.9, zorder=0)
        axes.text(
            (own[0] + own[-1]) / 2,
            -0.75,
            textwrap.fill(heading, by_room(13, 9)),
            ha="center",
            va="bottom",
            fontsize=10.5,
        )
    axes.set_yticks(
        range(len(names)), [textwrap.fill(name, by_room(26, 18)) for name in names], fontsize=10.5, va="center"
    )
    axes.set_xticks([])
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.legend(
        handles=[mark_key(kind, name) for kind, name in RELATIONS.items()],
        loc="outside lower left",
        ncols=by_room(3, 2),
    )
    return figure


# --- scorecard -------------------------------------------------------------------------------


def mark(findings: list[str], needed: str = "all") -> str:
    """The mark that follows from the findings on the parts of a criterion; the same rule for every criterion.

    ``needed``: all or any of the parts. met: all parts are shown (one, for ``any``). partly: not so, and something is
    shown at least in part. not_met: every part is found lacking by a source. not_known: nothing is shown even in
    part, and some part was not found. What was not found is thus never counted as lacking.
    """
    shown = [found == "shown" for found in findings]
    if (all if needed == "all" else any)(shown):
        return "met"
    if {"shown", "in_part"} & set(findings):
        return "partly"
    return "not_known" if "not_found" in findings else "not_met"


def _marks(change: Callable[[str], str] = lambda found: found, parts: pd.DataFrame | None = None) -> pd.Series:
    """The marks by criterion, if each finding were what ``change`` makes of it."""
    rows = table("scorecard_parts") if parts is None else parts
    needed = table("criteria_list").set_index("criterion_id")["parts_needed"].astype(str)
    found = rows.groupby("criterion_id", sort=False)["finding"].agg(lambda f: [change(str(x)) for x in f])
    return pd.Series({key: mark(values, needed[key]) for key, values in found.items()})


def derived_marks() -> pd.Series:
    """The mark of each criterion by :func:`mark`, by the criterion's key."""
    return _marks()


def _if(old: str, new: str) -> Callable[[str], str]:
    return lambda found: new if found == old else found


# Other rules: what each makes of a finding. The first is the rule of the book.
RULES: dict[str, Callable[[str], str]] = {
    "the rule of this chapter": lambda found: found,
    "every unknown part shown": _if("not_found", "shown"),
    "every unknown part lacking": _if("not_found", "lacking"),
    "in part counts as shown": _if("in_part", "shown"),
    "in part counts as lacking": _if("in_part", "lacking"),
}


@kept
def by_rule() -> pd.DataFrame:
    """How many criteria have each mark under each of ``RULES``: rows are rules, columns marks."""
    counts = {rule: _marks(change).value_counts() for rule, change in RULES.items()}
    return pd.DataFrame(counts).T.reindex(columns=list(MARK_WORDS)).fillna(0).astype(int)


def hinging() -> pd.DataFrame:
    """Criteria whose mark would be another without one of their parts: criterion_id, without, mark, then."""
    rows, found = table("scorecard_parts"), []
    now = derived_marks()
    for part in rows.itertuples():
        others = rows[(rows["criterion_id"] == part.criterion_id) & (rows["part_id"] != part.part_id)]
        then = _marks(parts=others).get(part.criterion_id)
        if then is not None and then != now[part.criterion_id]:
            found.append([part.criterion_id, part.part, now[part.criterion_id], then])
    return pd.DataFrame(found, columns=["criterion_id", "without", "mark", "then"])


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
    """The scorecard in words for a table."""
    rows = table("scorecard").merge(table("criteria_list"), on="criterion_id").merge(_grounds(), on="criterion_id")
    return pd.DataFrame(
        {
            "Criterion": rows["label"],
            "Met when": rows["definition"],
            "Mark": rows["criterion_id"].map(derived_marks()).map(MARK_WORDS),
            "Sure": rows["confidence"].astype(str),
            "Ground": rows["ground"],
            "Source": listed(rows["works"]),
        }
    )


def part_rows() -> pd.DataFrame:
    """The parts of the criteria: criterion, mark, part, finding, number within the criterion, part_id.

    In order of what was found: criteria with most parts shown first, then most shown in part, then fewest unknown;
    parts of a criterion from shown to not found.
    """
    rows = table("scorecard_parts")
    rows["finding"] = rows["finding"].astype(str)
    kinds = list(FINDINGS)
    shares = pd.crosstab(rows["criterion_id"], rows["finding"], normalize="index").reindex(columns=kinds, fill_value=0)
    shares = shares.sort_values(["shown", "in_part", "not_found"], ascending=[False, False, True], kind="stable")
    place = {key: at for at, key in enumerate(shares.index)}
    rows = rows.assign(a=rows["criterion_id"].map(place), b=rows["finding"].map(kinds.index))
    rows = rows.sort_values(["a", "b"], kind="stable", ignore_index=True)
    rows["number"] = rows.groupby("criterion_id", sort=False).cumcount()
    rows["mark"] = rows["criterion_id"].map(derived_marks()).map(MARK_WORDS)
    rows["criterion"] = rows["criterion_id"].map(labels("criteria_list"))
    return rows[["criterion", "mark", "number", "part", "finding", "part_id"]]


def parts_in_words() -> pd.DataFrame:
    """What :func:`parts_chart` draws, in the words of its key: criterion, mark, part, finding."""
    parts = part_rows()
    shown = parts.assign(finding=parts["finding"].map(FINDINGS))[["criterion", "mark", "part", "finding"]]
    return shown.set_axis(["Criterion", "Mark", "Part", "Finding"], axis=1)


Places = dict[str, tuple[float, float]]  # of a mark: across and down, by the key of its part


def _parts_in_a_row(parts: pd.DataFrame) -> tuple[Places, list[float]]:
    """Where the parts of each criterion stand beside each other, and the edges of its row."""
    names = list(dict.fromkeys(parts["criterion"]))
    places: Places = {row.part_id: (row.number, names.index(row.criterion)) for row in parts.itertuples()}
    return places, [y - 0.5 for y in range(len(names) + 1)]


def _parts_in_a_column(parts: pd.DataFrame) -> tuple[Places, list[float]]:
    """Where the parts stand one below the other, at least three lines of text a criterion, for its name and mark."""
    places: Places = {}
    edges = [-0.5]
    for _, own in parts.groupby("criterion", sort=False):
        high = max(len(own), 3)
        first = edges[-1] + (high - len(own) + 1) / 2
        places |= {part: (0, first + line) for line, part in enumerate(own["part_id"])}
        edges.append(edges[-1] + high)
    return places, edges


@drawing
def parts_chart() -> Figure:
    """The parts of each criterion in a row, from shown to not found, each with its name and the mark of its finding."""
    parts = part_rows()
    names = list(dict.fromkeys(parts["criterion"]))
    marks = parts.drop_duplicates("criterion").set_index("criterion")["mark"]
    places, edges = by_room(_parts_in_a_row, _parts_in_a_column)(parts)
    figure, axes = new_figure(by_room(0.53 * len(names) + 0.9, 0.175 * edges[-1] + 1.6))
    for row in parts.itertuples():
        x, y = places[row.part_id]
        draw_mark(axes, x, y, FINDING_MARKS[row.finding], 44)
        name = textwrap.fill(row.part, by_room(14, 40))
        axes.annotate(name, (x, y), xytext=(9, 0), textcoords="offset points", va="center", fontsize=9)
        told = f"{row.criterion}, {row.part}: {FINDINGS[row.finding]}"
        lead(axes, told, [a_row("scorecard_parts", row.part_id)], (x, y), size=8)
    for edge in edges:
        axes.axhline(edge, color=PALETTE["rule"], lw=0.6, zorder=0)
    ticks = [f"{textwrap.fill(name, 24)}\n({marks[name]})" for name in names]
    axes.set_yticks([(low + high) / 2 for low, high in pairwise(edges)], ticks, fontsize=9.5, va="center")
    axes.set_xlim(-0.15, max(x for x, _ in places.values()) + 0.95)
    axes.set_ylim(edges[-1], edges[0])
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    keys = [mark_key(FINDING_MARKS[kind], name) for kind, name in FINDINGS.items()]
    figure.legend(handles=keys, loc="outside lower left", ncols=by_room(2, 1))
    return figure


# --- tables ----------------------------------------------------------------------------------


def open_questions() -> pd.DataFrame:
    """What is not known, in words for a table."""
    rows = table("open_questions")[["question", "known", "would_answer", "where"]]
    return rows.set_axis(["Question", "What is known", "What would answer it", "Where it might be"], axis=1)


ROUTES = {
    "access_act": "Request under the Access to Information Act",
    "letter": "Letter to the clerk",
    "disclosure_rules": "By the Regulations on Open Government Information",
}


def requests() -> pd.DataFrame:
    """What to ask for next, in words for a table: holder and route, wording, people, what would change, obstacle."""
    rows, people = table("requests"), table("people").set_index("person_id")["name"]
    who = rows["who"].fillna("").map(lambda keys: ", ".join(people[key] for key in keys.split(";") if key))
    return pd.DataFrame(
        {
            "Holder, and how to ask": rows["holder"] + ". " + rows["route"].astype(str).map(ROUTES) + ".",
            "Wording": rows["wording"],
            "Who could also be asked": who,
            "Would change the tables": rows["would_change"].map(lambda keys: "; ".join(map(title, parts_of(keys)))),
            "In the way": rows["in_the_way"],
        }
    )


def mandate() -> pd.DataFrame:
    """The questions of the mandate, and what the public text says on each, in words for a table."""
    rows = table("mandate")
    rows["evidence_ids"] = listed(rows["evidence_ids"])
    return rows[["question", "answer", "evidence_ids"]].set_axis(
        ["Question", "What the public text says", "Evidence"], axis=1
    )


# --- facts -------------------------------------------------------------------


@fact("rows with another relation than none", "criterion_evidence")
def lessons_statements() -> int:
    return len(statements())


@fact("rows with relation none: read for a criterion, and not speaking to it", "criterion_evidence")
def lessons_statements_none() -> int:
    return int((table("criterion_evidence")["relation"] == "none").sum())


def _standing(kind: str) -> int:
    return int((standing()["standing"] == kind).sum())


@fact(
    "criteria that parties on both sides ask for or find lacking, and of which no party is in relation opposed or "
    "otherwise (parties: all speakers but the groups consultant and press)",
    "criterion_evidence;evidence;actors;groups",
)
def lessons_wanted() -> int:
    return _standing("wanted")


@fact("criteria with a statement of a party in relation opposed", "criterion_evidence;evidence;actors;groups")
def lessons_opposed() -> int:
    return _standing("opposed")


@fact(
    "criteria with a statement of a party in relation otherwise, and none in relation opposed",
    "criterion_evidence;evidence;actors;groups",
)
def lessons_otherwise() -> int:
    return _standing("otherwise")


@fact(
    "criteria that parties on one side only ask for or find lacking, and of which no party is in relation opposed or "
    "otherwise",
    "criterion_evidence;evidence;actors;groups",
)
def lessons_one_side() -> int:
    return _standing("one side")


@fact("criteria without a statement of a party", "criterion_evidence;evidence;actors;groups")
def lessons_unspoken() -> int:
    return _standing("unspoken")


def _statements(criterion: str, side: str) -> int:
    return int(standing().set_index("criterion_id").at[criterion, side])


@fact(
    "statements of parties in China that ask for follow-up or find it lacking",
    "criterion_evidence;evidence;actors;groups",
)
def lessons_follow_up_china() -> int:
    return _statements("follow_up", "china")


@fact(
    "statements of parties in Canada and the West that ask for follow-up or find it lacking",
    "criterion_evidence;evidence;actors;groups",
)
def lessons_follow_up_west() -> int:
    return _statements("follow_up", "west")


@fact(
    "statements of parties in China that ask for expertise or find it lacking",
    "criterion_evidence;evidence;actors;groups",
)
def lessons_expertise_china() -> int:
    return _statements("expertise", "china")


@fact(
    "statements of parties in Canada and the West that ask for expertise or find it lacking",
    "criterion_evidence;evidence;actors;groups",
)
def lessons_expertise_west() -> int:
    return _statements("expertise", "west")


def _marked(name: str) -> int:
    return int((derived_marks() == name).sum())


@fact(
    "criteria marked met: every part has finding shown (one part, where parts_needed is any)",
    "scorecard_parts;criteria_list",
)
def lessons_met() -> int:
    return _marked("met")


@fact("criteria not met in full of which some part has finding shown or in_part", "scorecard_parts;criteria_list")
def lessons_partly() -> int:
    return _marked("partly")


@fact(
    "criteria of which no part has finding shown or in_part, and some part has finding not_found",
    "scorecard_parts;criteria_list",
)
def lessons_not_known() -> int:
    return _marked("not_known")


@fact("rows with confidence high", "scorecard")
def lessons_sure() -> int:
    return int((table("scorecard")["confidence"] == "high").sum())


@fact("parts of the criteria: rows", "scorecard_parts")
def lessons_parts() -> int:
    return len(table("scorecard_parts"))


def _parts(finding: str) -> int:
    return int((table("scorecard_parts")["finding"] == finding).sum())


@fact("parts with finding shown", "scorecard_parts")
def lessons_parts_shown() -> int:
    return _parts("shown")


@fact("parts with finding shown or not_found: what would be shown if every unknown part were", "scorecard_parts")
def lessons_parts_shown_at_most() -> int:
    return yardsticks.bounds(_parts("shown"), _parts("not_found"))[1]


@fact("parts with finding in_part", "scorecard_parts")
def lessons_parts_in_part() -> int:
    return _parts("in_part")


@fact("parts with finding lacking", "scorecard_parts")
def lessons_parts_lacking() -> int:
    return _parts("lacking")


@fact("parts with finding not_found", "scorecard_parts")
def lessons_parts_not_found() -> int:
    return _parts("not_found")


def _under(rule: str, name: str) -> int:
    return int(by_rule().at[rule, name])


@fact("criteria met by the rule of the scorecard if every part with finding not_found were shown", "scorecard_parts")
def lessons_met_if_found() -> int:
    return _under("every unknown part shown", "met")


@fact("criteria not met by the same rule if every part with finding not_found were lacking", "scorecard_parts")
def lessons_not_met_if_lacking() -> int:
    return _under("every unknown part lacking", "not_met")


@fact("criteria met by the same rule if every part with finding in_part were shown", "scorecard_parts")
def lessons_met_lenient() -> int:
    return _under("in part counts as shown", "met")


@fact(
    "criteria not met or not known by the same rule if every part with finding in_part were lacking", "scorecard_parts"
)
def lessons_not_met_strict() -> int:
    return _under("in part counts as lacking", "not_met") + _under("in part counts as lacking", "not_known")


@fact("criteria whose mark would be another if one of their parts were left out", "scorecard_parts;criteria_list")
def lessons_hinging() -> int:
    return hinging()["criterion_id"].nunique()


@fact("questions that the mandate set for the assessment: rows", "mandate")
def lessons_mandate() -> int:
    return len(table("mandate"))


@fact("open questions: rows", "open_questions")
def lessons_questions() -> int:
    return len(table("open_questions"))


@fact("requests that could be made: rows", "requests")
def lessons_requests() -> int:
    return len(table("requests"))


@fact("row cabinet_years: years for which papers of Cabinet are outside the Act", "stated_numbers")
def lessons_cabinet_years() -> int:
    return stated("cabinet_years")


@fact("row committee_years: years for which papers of committees in private are closed", "stated_numbers")
def lessons_committee_years() -> int:
    return stated("committee_years")
