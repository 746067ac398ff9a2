"""What the Chinese groups of the assessment said: how, on what, and of whom."""

from __future__ import annotations

import re

import pandas as pd
from matplotlib.figure import Figure

from ..analysis import ASSESSMENT
from ..facts import Amount, fact, per_cent
from ..figures import PALETTE, PAPER, drawing, new_figure
from ..quotes import in_quotation_marks
from ..tables import labels, record, table

HATCHES = {"criticism": "///", "benefit": "", "proposal": "...", "justification": "\\\\\\", "account": ""}


# --- transforms -------------------------------------------------------------


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


def themes() -> pd.DataFrame:
    """Statements by theme (rows, labels; those that a Chinese group raises) and Chinese group (columns)."""
    counts = _by_group("theme_id").T
    order = [t for t in table("themes").sort_values("order")["theme_id"] if t in counts.index]
    counts = counts.reindex(order)
    return counts.set_axis(pd.Index([labels("themes")[t] for t in order], name="theme"))


def pairs() -> pd.DataFrame:
    """Statements by speaking group (rows) about each group (columns), by group id; the diagonal is about itself."""
    groups = table("groups").query("side == 'China'").sort_values("order")["group_id"]
    rows = voices()
    counts = pd.crosstab(rows["speaker_group"], rows["about_group"])
    return counts.reindex(index=groups, columns=groups, fill_value=0)


def of_each_other() -> pd.DataFrame:
    """Who, of whom, what and the statement, in the words of this project."""
    given = table("mutual")
    given["who"] = given["speaker_group"].map(labels("groups", "label"))
    given["who"] = given["who"].where(~given["who"].duplicated(), "")
    return given[["who", "about", "summary", "evidence_id"]]


# --- drawing ----------------------------------------------------------------


@drawing
def stance_bars(counts: pd.DataFrame) -> Figure:
    """Shares of the stances of each group (a bar a group, first on top), with the numbers in the parts."""
    figure, axes = new_figure(0.55 * len(counts) + 0.9)
    totals = counts.sum(axis=1)
    shares = counts.div(totals, axis=0)
    left = pd.Series(0.0, index=counts.index)
    rows = range(len(counts))
    for stance in counts.columns:
        colour = PALETTE[stance]
        axes.barh(
            rows, shares[stance], left=left, height=0.66, color=colour, hatch=HATCHES[stance], edgecolor=PAPER, lw=1
        )
        axes.barh([0], [0], color=colour, hatch=HATCHES[stance], edgecolor=PAPER, label=stance)
        for y, (start, share, number) in enumerate(zip(left, shares[stance], counts[stance], strict=True)):
            if number:
                box = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "edgecolor": "none"}
                axes.text(start + share / 2, y, str(number), ha="center", va="center", fontsize=10, bbox=box)
        left = left + shares[stance]
    axes.set_yticks(list(rows), [f"{name} ({total})" for name, total in totals.items()])
    axes.set_ylim(len(counts) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.legend(
        *axes.get_legend_handles_labels(), loc="outside upper center", ncols=len(counts.columns), fontsize=10.5
    )
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
    f"statements: {_ANY} (by actors)",
    "evidence;actors;groups",
)
def voices_statements() -> int:
    return len(voices())


def _group(group: str) -> pd.DataFrame:
    rows = voices()
    return rows[rows["speaker_group"] == group]


@fact(
    f"statements: {_AGENCIES}",
    "evidence;actors;groups",
)
def voices_agencies() -> int:
    return len(_group("cn_agencies"))


@fact(
    f"statements: {_AGENCIES}, with section_id of passages 6 or a part of 6",
    "evidence;actors;groups",
)
def voices_agencies_findings() -> int:
    return int(_group("cn_agencies")["section_id"].str.startswith(f"{ASSESSMENT}:6").sum())


@fact(
    f"statements: {_FRONT}",
    "evidence;actors;groups",
)
def voices_front() -> int:
    return len(_group("cn_united_front"))


@fact(
    "dialogues: the number in the paraphrase of the row burton2006:4B.1b of evidence",
    "evidence;actors;groups",
)
def voices_front_attended() -> int:
    said = record().set_index("evidence_id").at["burton2006:4B.1b", "paraphrase"]
    return int(re.findall(r"\d+", said)[0])


def _critical(rows: pd.DataFrame) -> Amount:
    return per_cent((rows["stance"] == "criticism").sum(), len(rows))


@fact(
    f"per cent with stance criticism of {_AGENCIES}",
    "evidence;actors;groups",
)
def voices_agencies_critical() -> Amount:
    return _critical(_group("cn_agencies"))


@fact(
    f"per cent with stance criticism of {_AGENCIES}, with section_id of passages 4 or a part of 4",
    "evidence;actors;groups",
)
def voices_agencies_critical_views() -> Amount:
    rows = _group("cn_agencies")
    rows = rows[rows["section_id"].str.startswith(f"{ASSESSMENT}:4")]
    return _critical(rows)


@fact(
    f"criticisms: {_FRONT}, with stance criticism",
    "evidence;actors;groups",
)
def voices_front_criticisms() -> int:
    return int((_group("cn_united_front")["stance"] == "criticism").sum())


def _of_dialogue(group: str, stance: str, coder: str = "") -> int:
    rows = _group(group)
    return int(((rows[f"about_id{coder}"] == "dialogue") & (rows[f"stance{coder}"] == stance)).sum())


@fact(
    f"criticisms: {_AGENCIES}, with stance criticism and about_id dialogue",
    "evidence;actors;groups",
)
def voices_agencies_against() -> int:
    return _of_dialogue("cn_agencies", "criticism")


@fact(
    f"benefits: {_AGENCIES}, with stance benefit and about_id dialogue",
    "evidence;actors;groups",
)
def voices_agencies_for() -> int:
    return _of_dialogue("cn_agencies", "benefit")


@fact(
    f"criticisms: {_FRONT}, with stance criticism and about_id dialogue",
    "evidence;actors;groups",
)
def voices_front_against() -> int:
    return _of_dialogue("cn_united_front", "criticism")


@fact(
    f"benefits: {_FRONT}, with stance benefit and about_id dialogue",
    "evidence;actors;groups",
)
def voices_front_for() -> int:
    return _of_dialogue("cn_united_front", "benefit")


@fact(
    f"criticisms: {_MINISTRY}, with stance criticism and about_id dialogue",
    "evidence;actors;groups",
)
def voices_ministry_against() -> int:
    return _of_dialogue("cn_mfa", "criticism")


@fact(
    f"criticisms: {_MINISTRY} (the first coder's), with stance_b criticism and about_id_b dialogue",
    "evidence;actors;groups",
)
def voices_ministry_against_b() -> int:
    return _of_dialogue("cn_mfa", "criticism", "_b")


@fact(
    f"benefits: {_MINISTRY}, with stance benefit and about_id dialogue",
    "evidence;actors;groups",
)
def voices_ministry_for() -> int:
    return _of_dialogue("cn_mfa", "benefit")


@fact(
    f"criticisms: {_NGOS}, with stance criticism and about_id dialogue",
    "evidence;actors;groups",
)
def voices_organizations_against() -> int:
    return _of_dialogue("cn_ngos", "criticism")


@fact(
    f"benefits: {_NGOS}, with stance benefit and about_id dialogue",
    "evidence;actors;groups",
)
def voices_organizations_for() -> int:
    return _of_dialogue("cn_ngos", "benefit")


@fact(
    f"themes: different theme_id in {_ANY}",
    "evidence;actors;groups",
)
def voices_themes() -> int:
    return len(themes())


@fact(
    f"themes: theme_id in {_ANY}, found with one such group only",
    "evidence;actors;groups",
)
def voices_themes_one() -> int:
    return int((themes().gt(0).sum(axis=1) == 1).sum())


@fact(
    f"themes: theme_id in {_ANY}, found with every such group",
    "evidence;actors;groups",
)
def voices_themes_all() -> int:
    return int(themes().gt(0).all(axis=1).sum())


def shared_faults() -> list[str]:
    """Themes that more than one Chinese group criticizes."""
    rows = voices().query("stance == 'criticism'")
    groups = rows.groupby("theme_id")["speaker_group"].nunique()
    return sorted(groups.index[groups > 1])


@fact(
    f"themes: theme_id in {_ROWS}, with stance criticism and {_CHINESE}, found with more than one such group",
    "evidence;actors;groups",
)
def voices_faults_shared() -> int:
    return len(shared_faults())


@fact(
    f"themes: different theme_id in {_ROWS}, with stance criticism and {_CHINESE}",
    "evidence;actors;groups",
)
def voices_faults() -> int:
    return voices().query("stance == 'criticism'")["theme_id"].nunique()


@fact(
    "pairs of two different groups with side China in groups, the order counted",
    "evidence;actors;groups",
)
def voices_pairs() -> int:
    return pairs().size - len(pairs())


@fact(
    f"pairs of two different groups with side China in groups, the order counted, for which {_ROWS} have "
    "a row with speaker_id of the first and about_id of the second (by actors)",
    "evidence;actors;groups",
)
def voices_pairs_spoken() -> int:
    counts = pairs()
    return int((counts > 0).to_numpy().sum()) - sum(counts.at[g, g] > 0 for g in counts.index)


def _proposals(group: str, *about: str) -> int:
    rows = _group(group).query("stance == 'proposal'")
    return int(rows["about_id"].isin(about).sum()) if about else len(rows)


@fact(
    f"proposals: {_AGENCIES}, with stance proposal",
    "evidence;actors;groups",
)
def voices_agencies_proposals() -> int:
    return _proposals("cn_agencies")


@fact(
    f"proposals: {_AGENCIES}, with stance proposal and about_id cn_mfa",
    "evidence;actors;groups",
)
def voices_agencies_ask_ministry() -> int:
    return _proposals("cn_agencies", "cn_mfa")


@fact(
    f"proposals: {_MINISTRY}, with stance proposal",
    "evidence;actors;groups",
)
def voices_ministry_proposals() -> int:
    return _proposals("cn_mfa")


@fact(
    f"proposals: {_MINISTRY}, with stance proposal and about_id ca_government",
    "evidence;actors;groups",
)
def voices_ministry_ask_canada() -> int:
    return _proposals("cn_mfa", "ca_government")


@fact(
    f"statements: {_ANY}, with a quote",
    "evidence;actors;groups",
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
    "words: sum of words in passages with section_id burton2006:4A",
    "passages",
)
def voices_words_agencies() -> int:
    return _words("4A")


@fact(
    "words: sum of words in passages with section_id burton2006:4B",
    "passages",
)
def voices_words_front() -> int:
    return _words("4B")


@fact(
    "words: sum of words in passages with section_id burton2006:4C",
    "passages",
)
def voices_words_ministry() -> int:
    return _words("4C")


@fact(
    "words: sum of words in passages with section_id burton2006:4D",
    "passages",
)
def voices_words_organizations() -> int:
    return _words("4D")
