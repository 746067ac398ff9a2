"""The chapter on the newspaper article: what of the assessment it carries, in whose name, in which words."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import yardsticks
from ..analysis import ASSESSMENT, first_said
from ..drawing import blank, drawing
from ..facts import Amount, fact
from ..look import PALETTE, PAPER
from ..marks import Leads, a_row, behind, lead
from ..tables import in_words, kept, labels, record, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ARTICLE = "york2006"
# What can shift between report and article, with the heading of its column.
ASPECTS = {"words": "words", "who": "speaker", "what": "object", "strength": "strength"}

# --- statements --------------------------------------------------------------


@kept
def statements() -> pd.DataFrame:
    """Statements of the article with their coding, their tracing and their passage."""
    return table("press_statements").merge(record(), on="evidence_id", suffixes=("", "_record"))


@kept
def traced() -> pd.DataFrame:
    """Statements that the article has from the report."""
    rows = statements()
    return rows[rows["origin"] == "report"]


def phrase_shifts() -> pd.DataFrame:
    """Phrases that the article takes from the report, and what shifts: True where it does.

    Index: the phrases, faithful ones first; columns: the values of ``ASPECTS``.
    """
    phrases = table("press_phrases").query("origin == 'report'")
    rows = phrases.merge(table("press_statements"), on="phrase_id")
    rows["words"] = rows["fidelity"] == "gloss"
    rows["trimmed"] = rows["fidelity"] == "trimmed"
    rows["shifts"] = rows[list(ASPECTS)].astype(int).sum(axis=1)
    rows = rows.sort_values(["fidelity", "shifts", "phrase_id"])
    grid = rows.set_index("phrase")[list(ASPECTS)].astype(bool)
    return grid.rename(columns=ASPECTS)


def behind_phrases() -> Leads:
    """The phrase behind each square of :func:`phrase_shifts`, by the phrase and by what shifts."""
    keys = table("press_phrases").query("origin == 'report'").set_index("phrase")["phrase_id"]
    return {(phrase, what): [a_row("press_phrases", key)] for phrase, key in keys.items() for what in ASPECTS.values()}


def phrase_families() -> pd.Series:
    """Fidelity of each phrase, in the order of :func:`phrase_shifts`."""
    return table("press_phrases").set_index("phrase")["fidelity"].astype(str).loc[phrase_shifts().index]


def carried() -> pd.DataFrame:
    """Statements of the assessment, with ``carried``: whether the article has a counterpart.

    Particulars of record and method, thanks among them, are left out.
    """
    rows = record().query("source_id == @ASSESSMENT and theme_id != 'record'")
    known = set(table("press_counterparts")["report_evidence_id"])
    return rows.assign(carried=rows["evidence_id"].isin(known))


def about_the_dialogue(stance: str, coder: str = "") -> pd.DataFrame:
    """Statements of the assessment of one stance that are about the dialogue itself, with ``carried``.

    ``coder``: "" for the first coder's codes, "_b" for the second's.
    """
    rows = record().query("source_id == @ASSESSMENT")
    keep = (rows[f"about_id{coder}"] == "dialogue") & (rows[f"stance{coder}"] == stance)
    rows = rows[keep & (rows[f"theme_id{coder}"] != "record")]
    return rows.assign(carried=rows["evidence_id"].isin(set(table("press_counterparts")["report_evidence_id"])))


def said_once(rows: pd.DataFrame) -> pd.Series:
    """Statements with ``carried``, each counted once: whether the article carries it at any place that says it."""
    return rows.groupby(rows["evidence_id"].map(first_said()))["carried"].any()


def agencies_called_officials() -> pd.DataFrame:
    """Statements that the article gives to Chinese officials and the report to agencies, and that count as no shift."""
    rows = traced()
    pairs = table("press_counterparts").merge(
        record()[["evidence_id", "speaker_group"]],
        left_on="report_evidence_id",
        right_on="evidence_id",
        suffixes=("", "_report"),
    )
    agencies = set(pairs.loc[pairs["speaker_group"] == "cn_agencies", "evidence_id"])
    keep = (rows["named_as"] == "Chinese officials") & rows["evidence_id"].isin(agencies)
    return rows[keep & ~rows["who"].fillna(False).astype(bool)]


def chains() -> pd.DataFrame:
    """The table ``press_chains`` for a reader: what is followed, when, what was said, whose it is, where."""
    rows = table("press_chains")
    rows["when"] = rows["date"].map(in_words)
    rows["chain_id"] = rows["chain_id"].where(~rows["chain_id"].duplicated(), "")
    columns = {"chain_id": "What", "when": "When", "said": "Said or printed", "given_to": "Given to", "where": "Where"}
    return rows.rename(columns={**columns, "evidence_id": "Evidence", "source": "Source"})[
        [*columns.values(), "Evidence", "Source"]
    ]


def carried_by_stance() -> pd.DataFrame:
    """Statements of the assessment by stance: how many there are, how many have a counterpart."""
    counts = carried().groupby("stance", observed=False)["carried"].agg(["size", "sum"])
    counts.columns = pd.Index(["statements", "carried"])
    return counts.rename_axis("stance").reset_index()


def selection() -> pd.DataFrame:
    """Criticisms and benefits of the assessment by theme, and how many of each the article carries.

    Columns: ``criticism``, ``criticism_carried``, ``benefit``, ``benefit_carried``; index: theme labels.
    """
    rows = carried()
    columns = {}
    for stance in ("criticism", "benefit"):
        part = rows[rows["stance"] == stance].groupby("theme_id")["carried"]
        columns[stance], columns[f"{stance}_carried"] = part.size(), part.sum()
    counts = pd.DataFrame(columns).fillna(0).astype(int)
    counts = counts.assign(total=counts["criticism"] + counts["benefit"]).sort_values("total", ascending=False)
    counts.index = pd.Index(counts.index.map(labels("themes")), name="theme")
    return counts.drop(columns="total")


def behind_selection() -> tuple[Leads, Leads]:
    """The statements behind each bar of :func:`selection` and behind its filled part, by theme (label) and stance."""
    rows = carried().assign(label=lambda r: r["theme_id"].map(labels("themes")))
    return behind("evidence", rows, "label", "stance"), behind("evidence", rows[rows["carried"]], "label", "stance")


# --- drawing -----------------------------------------------------------------


@drawing
def two_panels(counts: pd.DataFrame) -> Figure:
    """Bars per theme, criticism left and benefit right; the part carried by the article is filled.

    ``counts``: as :func:`selection` returns it.
    """
    figure = blank(0.27 * len(counts) + 0.9)
    panels = figure.subplots(1, 2, sharey=True, gridspec_kw={"wspace": 0.03})
    y, limit = np.arange(len(counts)), float(counts.to_numpy().max()) * 1.25
    whole_leads, part_leads = behind_selection()
    for axes, stance in zip(panels, ("criticism", "benefit"), strict=True):
        whole, part = counts[stance], counts[f"{stance}_carried"]
        axes.barh(y, whole, color=PAPER, edgecolor=PALETTE[stance], height=0.66, lw=1)
        axes.barh(y, part, color=PALETTE[stance], edgecolor=PALETTE[stance], height=0.66, lw=1)
        for at, (all_, some) in enumerate(zip(whole, part, strict=True)):
            if all_:
                axes.text(all_ + 0.4, at, f"{some} of {all_}", va="center", fontsize=10)
            name = str(counts.index[at])
            told, low, top = f"{name}, {stance}", at - 0.33, at + 0.33
            if all_:
                lead(axes, told, whole_leads[name, stance], (0, low), (all_ + 3, top), number=int(all_))
            if some:
                lead(axes, f"{told}, carried", part_leads[name, stance], (0, low), (some, top), number=int(some))
        axes.set_title(stance, fontsize=11, loc="left")
        axes.set_xlim(0, limit)
        axes.set_xticks([])
        axes.tick_params(length=0)
        for side in ("bottom", "left"):
            axes.spines[side].set_visible(side == "left")
    panels[0].set_yticks(y, list(counts.index))
    panels[0].set_ylim(len(counts) - 0.4, -0.6)
    return figure


# --- facts -------------------------------------------------------------------


@fact("words of the article, page furniture left out", "sources")
def headline_words() -> int:
    return int(table("sources").set_index("source_id").at[ARTICLE, "words"])


@fact("words of the assessment, page furniture left out", "sources")
def headline_report_words() -> int:
    return int(table("sources").set_index("source_id").at[ASSESSMENT, "words"])


@fact("coded statements of the article", "press_statements")
def headline_statements() -> int:
    return len(statements())


def _origin(name: str) -> int:
    return int((statements()["origin"] == name).sum())


@fact("statements of the article that it has from the report (origin: report)", "press_statements")
def headline_from_report() -> int:
    return _origin("report")


@fact("statements of the article that are background in its own voice (origin: context)", "press_statements")
def headline_background() -> int:
    return _origin("context")


@fact(
    "statements of the article by the author of the assessment in the interview (origin: interview)", "press_statements"
)
def headline_interview() -> int:
    return _origin("interview")


@fact("statements of the article by Carole Samdup and by activists not named (origin: person)", "press_statements")
def headline_person() -> int:
    return int((statements()["origin"] == "person").sum())


def _relation(name: str) -> int:
    return int((traced()["relation"] == name).sum())


@fact(
    "statements with origin report in which nothing shifts (relation: same), by one reader's judgement",
    "press_statements",
)
def headline_same() -> int:
    return _relation("same")


@fact(
    "statements with origin report in which speaker, object or strength shifts (relation: changed), by one "
    "reader's judgement",
    "press_statements",
)
def headline_changed() -> int:
    return _relation("changed")


@fact("statements with origin report to which no counterpart was found in it (relation: not_found)", "press_statements")
def headline_not_found() -> int:
    return _relation("not_found")


def _shifted(aspect: str, named_as: str | None = None) -> int:
    rows = traced()
    keep = rows[aspect].fillna(False).astype(bool)
    return int((keep & (rows["named_as"] == named_as)).sum() if named_as else keep.sum())


@fact("statements with origin report in which the speaker shifts (who), by one reader's judgement", "press_statements")
def headline_who() -> int:
    return _shifted("who")


@fact(
    "statements with origin report that are said of another party or thing (what), by one reader's judgement",
    "press_statements",
)
def headline_what() -> int:
    return _shifted("what")


@fact("statements with origin report whose strength shifts (strength), by one reader's judgement", "press_statements")
def headline_strength() -> int:
    return _shifted("strength")


@fact(
    "statements with origin report in which the speaker shifts and the article names the report or its author",
    "press_statements",
)
def headline_as_author() -> int:
    return _shifted("who", "The report or its author")


@fact("statements with origin report in which the speaker shifts, and neither object nor strength", "press_statements")
def headline_only_who() -> int:
    rows = traced().query("relation == 'changed'")[["who", "what", "strength"]].fillna(False).astype(bool)
    return int((rows["who"] & ~rows["what"] & ~rows["strength"]).sum())


@fact("phrases that the article puts in quotation marks", "press_phrases")
def headline_phrases() -> int:
    return len(table("press_phrases"))


def _phrases(column: str, value: str) -> int:
    return int((table("press_phrases")[column] == value).sum())


@fact("phrases in quotation marks that the article has from the report (origin: report)", "press_phrases")
def headline_phrases_report() -> int:
    return _phrases("origin", "report")


@fact(
    "phrases in quotation marks from the interview with the author of the assessment (origin: interview)",
    "press_phrases",
)
def headline_phrases_interview() -> int:
    return _phrases("origin", "interview")


@fact("phrases from the report that are a rendering by its author", "press_phrases")
def headline_gloss() -> int:
    return _phrases("fidelity", "gloss")


@fact(
    "phrases with origin report in which the speaker shifts (press_statements.who of the statement that quotes them)",
    "press_phrases;press_statements",
)
def headline_phrases_who() -> int:
    return int(phrase_shifts()[ASPECTS["who"]].sum())


@fact("phrases from the report in which nothing shifts", "press_phrases;press_statements")
def headline_phrases_unshifted() -> int:
    return int((~phrase_shifts().any(axis=1)).sum())


def _carried(stance: str, column: str) -> int:
    return int(carried_by_stance().set_index("stance").at[stance, column])


@fact("statements of benefit in the assessment, those of the theme record (thanks and method) left out", "evidence")
def headline_benefits() -> int:
    return _carried("benefit", "statements")


@fact(
    "statements of benefit in the assessment, those of the theme record left out, with a counterpart in the article",
    "evidence;press_counterparts",
)
def headline_benefits_carried() -> int:
    return _carried("benefit", "carried")


@fact("statements of criticism in the assessment, those of the theme record left out", "evidence")
def headline_criticisms() -> int:
    return _carried("criticism", "statements")


@fact(
    "statements of criticism in the assessment, those of the theme record left out, with a counterpart in the article",
    "evidence;press_counterparts",
)
def headline_criticisms_carried() -> int:
    return _carried("criticism", "carried")


@fact("statements of proposal in the assessment, those of the theme record left out", "evidence")
def headline_proposals() -> int:
    return _carried("proposal", "statements")


def _benefits(column: str, *values: str) -> int:
    rows = carried().query("stance == 'benefit'")
    return int(rows[column].isin(values).sum())


@fact("statements of benefit in the assessment of the theme effects", "evidence")
def headline_benefits_effects() -> int:
    return _benefits("theme_id", "effects")


@fact("statements of benefit in the assessment of the theme forum", "evidence")
def headline_benefits_forum() -> int:
    return _benefits("theme_id", "forum")


@fact("statements of benefit in the assessment by parties in China", "evidence")
def headline_benefits_china() -> int:
    return _benefits("speaker_group", "cn_agencies", "cn_united_front", "cn_mfa", "cn_ngos")


@fact(
    "statements with origin report of which at least one counterpart is by a party in China (a group of actors "
    "that begins with cn_)",
    "press_counterparts;evidence",
)
def headline_chinese_views() -> int:
    group = record().set_index("evidence_id")["speaker_group"]
    pairs = table("press_counterparts").merge(traced()[["evidence_id"]], on="evidence_id")
    chinese = pairs["report_evidence_id"].map(group).astype(str).str.startswith("cn_")
    return pairs.loc[chinese, "evidence_id"].nunique()


@fact(
    "statements of the article by the author of the assessment in the interview that are coded as criticism",
    "press_statements;evidence",
)
def headline_interview_criticisms() -> int:
    return int(statements().query("origin == 'interview'")["stance"].eq("criticism").sum())


# --- about the dialogue itself -------------------------------------------------


@fact("criticisms in the assessment about the dialogue itself (about_id: dialogue; theme record left out)", "evidence")
def headline_dialogue_criticisms() -> int:
    return len(about_the_dialogue("criticism"))


@fact(
    "criticisms in the assessment about the dialogue itself with a counterpart in the article",
    "evidence;press_counterparts",
)
def headline_dialogue_criticisms_carried() -> int:
    return int(about_the_dialogue("criticism")["carried"].sum())


@fact("benefits in the assessment about the dialogue itself (about_id: dialogue; theme record left out)", "evidence")
def headline_dialogue_benefits() -> int:
    return len(about_the_dialogue("benefit"))


@fact(
    "benefits in the assessment about the dialogue itself with a counterpart in the article",
    "evidence;press_counterparts",
)
def headline_dialogue_benefits_carried() -> int:
    return int(about_the_dialogue("benefit")["carried"].sum())


@fact(
    "complaints about the dialogue itself in the assessment: criticisms with about_id dialogue, those counted once "
    "that say again what another says",
    "evidence;repeats",
)
def headline_dialogue_complaints() -> int:
    return len(said_once(about_the_dialogue("criticism")))


@fact(
    "complaints about the dialogue itself in the assessment, counted once, with a counterpart in the article",
    "evidence;repeats;press_counterparts",
)
def headline_dialogue_complaints_carried() -> int:
    return int(said_once(about_the_dialogue("criticism")).sum())


@fact("criticisms about the dialogue itself by the second coder's codes of party, theme and stance", "evidence")
def headline_dialogue_criticisms_second() -> int:
    return len(about_the_dialogue("criticism", "_b"))


@fact(
    "criticisms about the dialogue itself by the second coder's codes with a counterpart in the article",
    "evidence;press_counterparts",
)
def headline_dialogue_criticisms_carried_second() -> int:
    return int(about_the_dialogue("criticism", "_b")["carried"].sum())


@fact("benefits about the dialogue itself by the second coder's codes of party, theme and stance", "evidence")
def headline_dialogue_benefits_second() -> int:
    return len(about_the_dialogue("benefit", "_b"))


@fact(
    "chance that none of the benefits about the dialogue would be carried if the statements carried were drawn at "
    "random among criticisms and benefits about the dialogue, as one in so many (hypergeometric)",
    "evidence;press_counterparts",
)
def headline_none_by_chance() -> Amount:
    criticisms, benefits, drawn = (
        headline_dialogue_criticisms(),
        headline_dialogue_benefits(),
        headline_dialogue_criticisms_carried() + headline_dialogue_benefits_carried(),
    )
    return yardsticks.odds(comb(criticisms, drawn) / comb(criticisms + benefits, drawn))


# --- how the speaker shifts ------------------------------------------------------


def _shift(name: str) -> int:
    return int((table("press_phrases")["speaker_shift"] == name).sum())


@fact("phrases from the report whose speakers, governments together, become Canadian officials", "press_phrases")
def headline_narrowed() -> int:
    return _shift("narrowed")


@fact("phrases from the report to which the article adds a number of speakers that it does not give", "press_phrases")
def headline_quantified() -> int:
    return _shift("quantified")


@fact("phrases from the report whose speaker, one body, becomes Chinese officials", "press_phrases")
def headline_widened() -> int:
    return _shift("widened")


@fact("phrases from the report whose speaker is given a rank that it does not give", "press_phrases")
def headline_rank_assumed() -> int:
    return _shift("rank_assumed")


@fact(
    "passages of the article (paragraphs) with at least one statement with origin report in which the speaker shifts",
    "press_statements;evidence",
)
def headline_who_passages() -> int:
    rows = traced()
    return rows.loc[rows["who"].fillna(False).astype(bool), "passage_id"].nunique()


@fact(
    "passages of the article (paragraphs) with at least one statement with origin report", "press_statements;evidence"
)
def headline_report_passages() -> int:
    return traced()["passage_id"].nunique()


@fact(
    "statements with origin report in which the speaker shifts, those left out where the article names Canadian "
    "officials",
    "press_statements",
)
def headline_who_least() -> int:
    return headline_who() - _shifted("who", "Canadian officials")


@fact(
    "statements with origin report in which the speaker shifts, and those besides that the article gives to Chinese "
    "officials and the report to agencies",
    "press_statements;press_counterparts;evidence",
)
def headline_who_most() -> int:
    return headline_who() + len(agencies_called_officials())
