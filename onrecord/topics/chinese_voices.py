"""What the Chinese groups of the assessment said: how, on what, and of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..analysis import ASSESSMENT
from ..drawing import blank, by_room, drawing
from ..facts import Amount, fact, per_cent, rounded
from ..look import PALETTE, PAPER
from ..marks import Leads, behind, lead
from ..quotes import in_quotation_marks
from ..tables import kept, labels, record, stated, table
from ..yardsticks import Chance, chance, shared_by_random_sides

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# A size of type that a narrow screen, 360 pixels wide, still shows at nine.
TYPE = 13
HATCHES = {"criticism": "///", "benefit": "", "proposal": "...", "justification": "\\\\\\", "account": ""}


# --- transforms -------------------------------------------------------------


@kept
def voices() -> pd.DataFrame:
    """The statements of the Chinese groups in the assessment."""
    rows = record()
    groups = table("groups").query("side == 'China'")["group_id"]
    return rows[(rows["source_id"] == ASSESSMENT) & rows["speaker_group"].isin(groups)]


def _by_group(column: str) -> pd.DataFrame:
    groups = table("groups").query("side == 'China'").sort_values("order")
    counts = pd.crosstab(voices()["speaker_group"], voices()[column])
    counts = counts.reindex(groups["group_id"], fill_value=0)
    return counts.set_axis(pd.Index(groups["short_label"], name="group"))


def stances() -> pd.DataFrame:
    """Statements by Chinese group (rows, short labels) and stance (columns)."""
    order = [str(s) for s in table("evidence")["stance"].cat.categories]
    counts = _by_group("stance")
    counts.columns = counts.columns.astype(str)
    return counts.reindex(columns=order, fill_value=0)


def of_each_other() -> pd.DataFrame:
    """Who, of whom, what and the statement, in the words of this project."""
    order = table("groups").set_index("group_id")["order"]
    given = table("mutual").assign(place=lambda rows: rows["speaker_group"].map(order))
    given = given.sort_values(["place", "item"])
    given["who"] = given["speaker_group"].map(labels("groups", "label"))
    given["who"] = given["who"].where(~given["who"].duplicated(), "")
    return given[["who", "about", "summary", "evidence_id"]]


def statements_behind() -> Leads:
    """The statements behind each part of a bar, by group (short label) and stance."""
    rows = voices().assign(group=lambda r: r["speaker_group"].map(labels("groups", "short_label")))
    return behind("evidence", rows, "group", "stance")


# --- drawing ----------------------------------------------------------------


@drawing
def stance_bars(counts: pd.DataFrame) -> Figure:
    """Statements of each group by stance (a bar a group, first on top, as long as it has statements), numbered."""
    figure = blank(0.75 * len(counts) + 2.0)
    axes = figure.subplots()
    left = pd.Series(0.0, index=counts.index)
    rows = range(len(counts))
    leads = statements_behind()
    least = 0.05 * counts.sum(axis=1).max()  # a part narrower than its number has the number above it
    for stance in counts.columns:
        colour, hatch = PALETTE[stance], HATCHES[stance]
        axes.barh(rows, counts[stance], 0.5, left, label=stance, color=colour, hatch=hatch, edgecolor=PAPER, lw=1)
        for y, (start, number) in enumerate(zip(left, counts[stance], strict=True)):
            if number >= least:
                box = {"boxstyle": "round,pad=0.12", "facecolor": PAPER, "edgecolor": "none"}
                axes.text(start + number / 2, y, str(number), ha="center", va="center", fontsize=TYPE, bbox=box)
            if number:
                name = str(counts.index[y])
                low, high = (start, y - 0.25), (start + number, y + 0.25)
                lead(axes, f"{name}, {stance}", leads[name, str(stance)], low, high, number=int(number))
        left = left + counts[stance]
    for y, total in enumerate(left):
        axes.text(total + 1, y, f"{int(total)} in all", va="center", fontsize=TYPE)
    axes.set_yticks(list(rows), [str(name) for name in counts.index], fontsize=TYPE, va="center")
    axes.set_ylim(len(counts) - 0.5, -0.5)
    axes.set_xlim(0, 1.2 * float(left.max()))
    axes.set_xticks([])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=by_room(3, 2), fontsize=TYPE)
    return figure


# --- facts ------------------------------------------------------------------

# What the definitions below have in common.
_ROWS = "rows of evidence with passage_id of burton2006"
_AGENCIES, _FRONT, _MINISTRY, _NGOS = (
    f"{_ROWS}, whose speaker_id is of group_id {group} in actors"
    for group in ("cn_agencies", "cn_united_front", "cn_mfa", "cn_ngos")
)
_CHINESE = "speaker_id of a group_id with side China in groups"
_ANY = f"{_ROWS}, whose speaker_id is of a group_id with side China in groups"


@fact(
    "burton2006 rows of evidence by speakers of groups with side China",
    "evidence; actors; groups",
)
def voices_statements() -> int:
    return len(voices())


def _group(group: str) -> pd.DataFrame:
    rows = voices()
    return rows[rows["speaker_group"] == group]


@fact(
    "burton2006 rows of evidence by speakers of group cn_agencies",
    "evidence; actors",
)
def voices_agencies() -> int:
    return len(_group("cn_agencies"))


@fact(
    "burton2006 rows of evidence by speakers of group cn_agencies and whose passage is in section 6",
    "evidence; actors; passages",
)
def voices_agencies_findings() -> int:
    return int(_group("cn_agencies")["section_id"].str.startswith(f"{ASSESSMENT}:6").sum())


@fact("burton2006 rows of evidence by speakers of group cn_mfa", "evidence; actors")
def voices_ministry() -> int:
    return len(_group("cn_mfa"))


@fact("value of front_attended in stated_numbers", "stated_numbers")
def voices_front_attended() -> int:
    return stated("front_attended")


def _critical(rows: pd.DataFrame) -> Amount:
    return per_cent(int((rows["stance"] == "criticism").sum()), len(rows))


@fact(
    "share of stance criticism in burton2006 rows of evidence by speakers of group cn_agencies, per cent",
    "evidence; actors",
)
def voices_agencies_critical() -> Amount:
    return _critical(_group("cn_agencies"))


def _of_dialogue(group: str, stance: str, coder: str = "") -> int:
    rows = _group(group)
    return int(((rows[f"about_id{coder}"] == "dialogue") & (rows[f"stance{coder}"] == stance)).sum())


@fact(
    "burton2006 rows of evidence by speakers of group cn_mfa, about_id dialogue, stance criticism",
    "evidence; actors",
)
def voices_ministry_against() -> int:
    return _of_dialogue("cn_mfa", "criticism")


@fact(
    "burton2006 rows of evidence by speakers of group cn_mfa, about_id_b dialogue, stance_b criticism",
    "evidence; actors",
)
def voices_ministry_against_b() -> int:
    return _of_dialogue("cn_mfa", "criticism", "_b")


def _complaints() -> pd.DataFrame:
    """Criticisms of the Chinese groups, with ``side``: agencies or others."""
    rows = voices().query("stance == 'criticism'")
    return rows.assign(side=rows["speaker_group"].eq("cn_agencies").map({True: "agencies", False: "others"}))


def shared_faults() -> list[str]:
    """Themes that the agencies and another Chinese group criticize."""
    sides = _complaints().groupby("theme_id")["side"].nunique()
    return sorted(sides.index[sides > 1])


def _dealt() -> Chance:
    """Themes that the agencies and the others would share if whole passages were dealt to them at random."""
    rows = _complaints()
    found = shared_by_random_sides(list(rows["theme_id"]), list(rows["side"]), list(rows["passage_id"]))
    return chance(found, len(shared_faults()))


@fact(
    "mean number of theme_id shared by agencies and others if passage_id of the burton2006 criticisms in evidence by "
    "speakers of groups with side China are dealt to them at random, as many to each as it has",
    "evidence; actors; groups",
)
def voices_faults_dealt() -> Amount:
    return rounded(_dealt().mean, 0, "themes")


@fact(
    "share of such deals in which as many theme_id as in voices_faults_shared or fewer are shared, per cent",
    "evidence; actors; groups",
)
def voices_faults_rare() -> Amount:
    return rounded(100 * _dealt().at_most, 0, "per cent")


@fact(
    "theme_id of burton2006 criticisms in evidence both by speakers of group cn_agencies and by speakers of another "
    "group with side China",
    "evidence; actors; groups",
)
def voices_faults_shared() -> int:
    return len(shared_faults())


@fact(
    "different theme_id of burton2006 rows of evidence by speakers of groups with side China, with stance criticism",
    "evidence; actors; groups",
)
def voices_faults() -> int:
    return voices().query("stance == 'criticism'")["theme_id"].nunique()


@fact(
    "burton2006 rows of evidence by speakers of groups with side China, with a quote",
    "evidence; actors; groups",
)
def voices_quoted() -> int:
    return int(voices()["quote"].notna().sum())


@fact(
    f"statements: {_ANY}, with a quote that seeds/quotes.lock has as in_quotation_marks",
    "evidence;actors;groups",
)
def voices_in_marks() -> int:
    return int(voices()["evidence_id"].isin(in_quotation_marks()).sum())


def _words(section: str) -> int:
    rows = table("passages")
    return int(rows.loc[rows["section_id"] == f"{ASSESSMENT}:{section}", "words"].sum())


@fact(
    "sum of words of passages with section_id burton2006:4A",
    "passages",
)
def voices_words_agencies() -> int:
    return _words("4A")


@fact(
    "sum of words of passages with section_id burton2006:4B",
    "passages",
)
def voices_words_front() -> int:
    return _words("4B")


@fact(
    "sum of words of passages with section_id burton2006:4C",
    "passages",
)
def voices_words_ministry() -> int:
    return _words("4C")


@fact(
    "sum of words of passages with section_id burton2006:4D",
    "passages",
)
def voices_words_organizations() -> int:
    return _words("4D")
