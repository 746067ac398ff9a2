"""The chapter on the newspaper article: what of the assessment it carries, in whose name, in which words."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .. import passages, texts
from ..analysis import ASSESSMENT
from ..facts import Amount, fact, per_cent
from ..figures import PALETTE, PAPER, WIDTH, new_figure
from ..tables import labels, record, table

ARTICLE = "york2006"
# What can shift between report and article, with the heading of its column.
ASPECTS = {"words": "words", "who": "speaker", "what": "object", "strength": "strength"}
RUNS = (3, 4, 5)
_MARKED = re.compile(r"[\"“][^\"“”]*[\"”]")

# --- overlap of words --------------------------------------------------------


def _runs(words: list[str], length: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + length]) for i in range(len(words) - length + 1)]


def _inside(words: list[str], length: int, known: set[tuple[str, ...]]) -> np.ndarray:
    """Which words lie in a run of ``length`` words that is known."""
    inside = np.zeros(len(words), dtype=bool)
    for start, run in enumerate(_runs(words, length)):
        if run in known:
            inside[start : start + length] = True
    return inside


def measure(folder: Path) -> pd.DataFrame:
    """The table ``overlap``, measured from the texts of the sources in ``folder``.

    A row a paragraph or bullet of every text but the assessment. A word is
    shared when it lies in a run of three (four, five) words that also stands,
    in that order, inside one passage of the assessment; words are compared as
    :func:`onrecord.texts.words` normalises them. Raises InputError when a text
    is missing or is not the one that was coded.
    """
    spans = table("passages").query("kind != 'furniture'")
    text = {s: passages.read_source(folder, s) for s in table("sources")["source_id"]}
    there = [
        [w.text for w in texts.words(text[ASSESSMENT][row.start : row.end])]
        for row in spans[spans["source_id"] == ASSESSMENT].itertuples()
    ]
    known = {n: {run for words in there for run in _runs(words, n)} for n in range(1, 26)}
    rows = []
    others = spans[(spans["source_id"] != ASSESSMENT) & spans["kind"].isin(passages.PROSE)]
    for row in others.itertuples():
        body = text[row.source_id][row.start : row.end]
        found = texts.words(body)
        marks = [m.span() for m in _MARKED.finditer(body)]
        marked = np.array([any(a <= w.start < b for a, b in marks) for w in found], dtype=bool)
        words = [w.text for w in found]
        shared = {n: _inside(words, n, known[n]) for n in known}
        longest = max((n for n in known if shared[n].any()), default=0)
        counts = [int(shared[n].sum()) for n in RUNS]
        rows.append([row.passage_id, len(words), int(marked.sum()), *counts, int((shared[4] & marked).sum()), longest])
    return pd.DataFrame(rows, columns=list(table("overlap").columns))


def overlap() -> pd.DataFrame:
    """The table ``overlap`` with the source and the origin of each passage (report, interview or person)."""
    rows = table("overlap")
    rows["source_id"] = rows["passage_id"].str.split(":").str[0]
    spoken = statements()
    mainly = spoken.groupby("passage_id")["origin"].agg(lambda o: "report" if (o == "report").any() else o.iloc[0])
    rows["origin"] = rows["passage_id"].map(mainly)
    return rows


def overlap_in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of :func:`overlap` under headings that can be read aloud."""
    heads = {
        "passage_id": "Passage",
        "origin": "Mainly from",
        "words": "Words",
        "marked": "In quotation marks",
        "shared_three": "Shared, runs of three or more",
        "shared_four": "Shared, runs of four or more",
        "shared_five": "Shared, runs of five or more",
        "marked_four": "Shared by four, in quotation marks",
        "longest": "Longest shared run",
    }
    return rows[list(heads)].rename(columns=heads)


# --- statements --------------------------------------------------------------


def statements() -> pd.DataFrame:
    """Statements of the article with their coding, their tracing and their passage."""
    return table("press_statements").merge(record(), on="evidence_id", suffixes=("", "_record"))


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


def voices() -> pd.DataFrame:
    """Whom the article names (rows) against whose views they are in the report (columns): statements."""
    group = record().set_index("evidence_id")["speaker_group"]
    pairs = table("press_counterparts").merge(traced()[["evidence_id", "named_as"]], on="evidence_id")
    pairs["group"] = pairs["report_evidence_id"].map(group).map(labels("groups", "short_label"))
    pairs = pairs.drop_duplicates(["evidence_id", "group"])
    counts = pd.crosstab(pairs["named_as"].astype(str), pairs["group"])
    order = [g for g in labels("groups", "short_label").values() if g in counts.columns]
    return counts[order].loc[counts.sum(axis=1).sort_values(ascending=False).index]


# --- drawing -----------------------------------------------------------------


def two_panels(counts: pd.DataFrame) -> Figure:
    """Bars per theme, criticism left and benefit right; the part carried by the article is filled.

    ``counts``: as :func:`selection` returns it.
    """
    figure = Figure(figsize=(WIDTH, 0.27 * len(counts) + 0.9))
    panels = figure.subplots(1, 2, sharey=True, gridspec_kw={"wspace": 0.03})
    y, limit = np.arange(len(counts)), float(counts.to_numpy().max()) * 1.25
    for axes, stance in zip(panels, ("criticism", "benefit"), strict=True):
        whole, part = counts[stance], counts[f"{stance}_carried"]
        axes.barh(y, whole, color=PAPER, edgecolor=PALETTE[stance], height=0.66, lw=1)
        axes.barh(y, part, color=PALETTE[stance], edgecolor=PALETTE[stance], height=0.66, lw=1)
        for at, (all_, some) in enumerate(zip(whole, part, strict=True)):
            if all_:
                axes.text(all_ + 0.4, at, f"{some} of {all_}", va="center", fontsize=10)
        axes.set_title(stance, fontsize=11, loc="left")
        axes.set_xlim(0, limit)
        axes.set_xticks([])
        axes.tick_params(length=0)
        for side in ("bottom", "left"):
            axes.spines[side].set_visible(side == "left")
    panels[0].set_yticks(y, list(counts.index))
    panels[0].set_ylim(len(counts) - 0.4, -0.6)
    return figure


def shared_words(rows: pd.DataFrame) -> Figure:
    """Per passage of the article, its words: shared with the report in and out of quotation marks, and others."""
    figure, axes = new_figure(0.25 * len(rows) + 1.0)
    y = np.arange(len(rows))
    marked, plain = rows["marked_four"].to_numpy(float), (rows["shared_four"] - rows["marked_four"]).to_numpy(float)
    axes.barh(y, rows["words"].to_numpy(float), color=PALETTE["land"], height=0.7, label="other words")
    axes.barh(y, marked, color=PALETTE["china"], height=0.7, label="shared, in quotation marks")
    axes.barh(
        y, plain, left=marked, color=PALETTE["canada"], hatch="///", edgecolor=PAPER, lw=0, height=0.7,
        label="shared, outside",
    )  # fmt: skip
    names = rows["passage_id"].str.split(":").str[1] + " (" + rows["origin"].astype(str) + ")"
    axes.set_yticks(y, list(names))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel("words")
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, 1.09), ncols=3, fontsize=10)
    axes.tick_params(axis="y", length=0)
    return figure


# --- facts -------------------------------------------------------------------


def _words(*origins: str) -> pd.DataFrame:
    rows = overlap().query("source_id == @ARTICLE")
    return rows[rows["origin"].isin(origins)] if origins else rows


def _others() -> pd.DataFrame:
    return overlap().query("source_id != @ARTICLE")


@fact("words of the article, page furniture left out", "overlap")
def headline_words() -> int:
    return int(_words()["words"].sum())


@fact("words of the assessment, page furniture left out", "sources")
def headline_report_words() -> int:
    return int(table("sources").set_index("source_id").at[ASSESSMENT, "words"])


@fact("coded statements of the article", "press_statements")
def headline_statements() -> int:
    return len(statements())


def _origin(name: str) -> int:
    return int((statements()["origin"] == name).sum())


@fact("of these, those that the article has from the report", "press_statements")
def headline_from_report() -> int:
    return _origin("report")


@fact("of these, background in the article's own voice", "press_statements")
def headline_background() -> int:
    return _origin("context")


@fact("of these, those of the author in the interview", "press_statements")
def headline_interview() -> int:
    return _origin("interview")


@fact("of these, those of Carole Samdup and of activists not named", "press_statements")
def headline_person() -> int:
    return int((statements()["origin"] == "person").sum())


def _relation(name: str) -> int:
    return int((traced()["relation"] == name).sum())


@fact("statements from the report that say the same as the report, of the same party or thing", "press_statements")
def headline_same() -> int:
    return _relation("same")


@fact("statements from the report in which something shifts", "press_statements")
def headline_changed() -> int:
    return _relation("changed")


@fact("statements given to the report to which nothing was found in it", "press_statements")
def headline_not_found() -> int:
    return _relation("not_found")


def _shifted(aspect: str, named_as: str | None = None) -> int:
    rows = traced()
    keep = rows[aspect].fillna(False).astype(bool)
    return int((keep & (rows["named_as"] == named_as)).sum() if named_as else keep.sum())


@fact("statements from the report in which the speaker shifts", "press_statements")
def headline_who() -> int:
    return _shifted("who")


@fact("statements from the report that are said of another party or thing", "press_statements")
def headline_what() -> int:
    return _shifted("what")


@fact("statements from the report whose strength shifts", "press_statements")
def headline_strength() -> int:
    return _shifted("strength")


@fact("views of parties that the article gives as findings of the report or its author", "press_statements")
def headline_as_author() -> int:
    return _shifted("who", "The report or its author")


@fact("views of governments together that the article gives to Canadian officials", "press_statements")
def headline_as_canadians() -> int:
    return _shifted("who", "Canadian officials")


@fact("statements from the report that only change the speaker", "press_statements")
def headline_only_who() -> int:
    rows = traced().query("relation == 'changed'")
    return int((rows["who"].astype(bool) & ~rows["what"].astype(bool) & ~rows["strength"].astype(bool)).sum())


@fact("phrases that the article puts in quotation marks", "press_phrases")
def headline_phrases() -> int:
    return len(table("press_phrases"))


def _phrases(column: str, value: str) -> int:
    return int((table("press_phrases")[column] == value).sum())


@fact("of these, phrases from the report", "press_phrases")
def headline_phrases_report() -> int:
    return _phrases("origin", "report")


@fact("of these, phrases from the interview with the author", "press_phrases")
def headline_phrases_interview() -> int:
    return _phrases("origin", "interview")


@fact("phrases from the report that are there word for word and whole", "press_phrases")
def headline_verbatim() -> int:
    return _phrases("fidelity", "verbatim")


@fact("phrases from the report that are there word for word and cut from more", "press_phrases")
def headline_trimmed() -> int:
    return _phrases("fidelity", "trimmed")


@fact("phrases from the report that are a rendering by its author", "press_phrases")
def headline_gloss() -> int:
    return _phrases("fidelity", "gloss")


@fact("phrases from the report given to another speaker", "press_phrases;press_statements")
def headline_phrases_who() -> int:
    return int(phrase_shifts()[ASPECTS["who"]].sum())


@fact("phrases from the report in which nothing shifts", "press_phrases;press_statements")
def headline_phrases_unshifted() -> int:
    return int((~phrase_shifts().any(axis=1)).sum())


def _carried(stance: str, column: str) -> int:
    return int(carried_by_stance().set_index("stance").at[stance, column])


@fact("statements of benefit in the assessment, thanks left out", "evidence")
def headline_benefits() -> int:
    return _carried("benefit", "statements")


@fact("of these, those with a counterpart in the article", "evidence;press_counterparts")
def headline_benefits_carried() -> int:
    return _carried("benefit", "carried")


@fact("statements of criticism in the assessment, record and method left out", "evidence")
def headline_criticisms() -> int:
    return _carried("criticism", "statements")


@fact("of these, those with a counterpart in the article", "evidence;press_counterparts")
def headline_criticisms_carried() -> int:
    return _carried("criticism", "carried")


@fact("statements of proposal in the assessment, record and method left out", "evidence")
def headline_proposals() -> int:
    return _carried("proposal", "statements")


def _benefits(column: str, *values: str) -> int:
    rows = carried().query("stance == 'benefit'")
    return int(rows[column].isin(values).sum())


@fact("statements of benefit in the assessment about effects in China", "evidence")
def headline_benefits_effects() -> int:
    return _benefits("theme_id", "effects")


@fact("statements of benefit in the assessment about the worth of a forum", "evidence")
def headline_benefits_forum() -> int:
    return _benefits("theme_id", "forum")


@fact("statements of benefit in the assessment by parties in China", "evidence")
def headline_benefits_china() -> int:
    return _benefits("speaker_group", "cn_agencies", "cn_united_front", "cn_mfa", "cn_ngos")


@fact("statements from the report whose speakers in it are parties in China", "press_counterparts;evidence")
def headline_chinese_views() -> int:
    group = record().set_index("evidence_id")["speaker_group"]
    pairs = table("press_counterparts").merge(traced()[["evidence_id"]], on="evidence_id")
    chinese = pairs["report_evidence_id"].map(group).astype(str).str.startswith("cn_")
    return pairs.loc[chinese, "evidence_id"].nunique()


@fact("of the author's statements in the interview, those that criticize", "press_statements;evidence")
def headline_interview_criticisms() -> int:
    return int(statements().query("origin == 'interview'")["stance"].eq("criticism").sum())


@fact("words in the article's passages that draw on the report", "overlap")
def headline_words_report() -> int:
    return int(_words("report")["words"].sum())


@fact("per cent of the words of these passages in runs of four shared with the report", "overlap")
def headline_share_four() -> Amount:
    return per_cent(_words("report")["shared_four"].sum(), _words("report")["words"].sum())


@fact("the same outside quotation marks", "overlap")
def headline_share_four_outside() -> Amount:
    rows = _words("report")
    return per_cent(rows["shared_four"].sum() - rows["marked_four"].sum(), rows["words"].sum() - rows["marked"].sum())


@fact("the same, per cent, for the three later texts", "overlap")
def headline_share_four_later() -> Amount:
    return per_cent(_others()["shared_four"].sum(), _others()["words"].sum())


@fact("per cent of words in runs of three shared with the report", "overlap")
def headline_share_three() -> Amount:
    return per_cent(_words("report")["shared_three"].sum(), _words("report")["words"].sum())


@fact("the same, per cent, for the three later texts", "overlap")
def headline_share_three_later() -> Amount:
    return per_cent(_others()["shared_three"].sum(), _others()["words"].sum())


@fact("fewest words in a row that count as shared", "overlap")
def headline_run() -> int:
    return RUNS[1]


@fact("fewest words in a row that count as shared in the wider measure", "overlap")
def headline_run_short() -> int:
    return RUNS[0]


@fact("later texts measured against the assessment for comparison", "overlap")
def headline_later_texts() -> int:
    return _others()["source_id"].nunique()


@fact("words of the longest run that the article shares with the report", "overlap")
def headline_longest() -> int:
    return int(_words()["longest"].max())


@fact("words of the longest run shared in passages without quotation marks", "overlap")
def headline_longest_unmarked() -> int:
    return int(_words().query("marked == 0")["longest"].max())


@fact("words of the longest run that a later text shares with the report", "overlap")
def headline_longest_later() -> int:
    return int(_others()["longest"].max())
