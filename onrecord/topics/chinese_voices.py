"""What the Chinese groups of the assessment said: how, on what, and of whom."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ..analysis import ASSESSMENT
from ..facts import fact
from ..figures import PALETTE, PAPER, new_figure
from ..quotes import in_quotation_marks
from ..tables import labels, record, table

# Groups that the ordered pairs below speak about, by the actors that stand for them.
OF_WHOM = {
    "cn_agencies": ("cn_agencies", "cn_participants", "cn_education_ministry"),
    "cn_united_front": ("cn_united_front",),
    "cn_mfa": ("cn_mfa",),
    "cn_ngos": ("cn_ngos", "cn_ngo_one"),
}
# Dialogues that one interviewee of the united-front bodies had attended (burton2006:4B.1b).
ATTENDED = 16
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
    about = {actor: group for group, actors in OF_WHOM.items() for actor in actors}
    rows = voices().assign(of=lambda v: v["about_id"].map(about)).dropna(subset=["of"])
    counts = pd.crosstab(rows["speaker_group"], rows["of"])
    return counts.reindex(index=list(OF_WHOM), columns=list(OF_WHOM), fill_value=0)


def of_each_other() -> pd.DataFrame:
    """Who, of whom, what and the statement, in the words of this project."""
    given = table("mutual")
    given["who"] = given["speaker_group"].map(labels("groups", "label"))
    given["who"] = given["who"].where(~given["who"].duplicated(), "")
    return given[["who", "about", "summary", "evidence_id"]]


# --- drawing ----------------------------------------------------------------


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


@fact("statements of the Chinese groups in the assessment", "evidence")
def voices_statements() -> int:
    return len(voices())


def _group(group: str) -> pd.DataFrame:
    rows = voices()
    return rows[rows["speaker_group"] == group]


@fact("statements of Chinese agencies and participants in the assessment", "evidence")
def voices_agencies() -> int:
    return len(_group("cn_agencies"))


@fact("of these, statements in the findings, where the participants are not told apart", "evidence")
def voices_agencies_findings() -> int:
    return int(_group("cn_agencies")["section_id"].str.startswith(f"{ASSESSMENT}:6").sum())


@fact("statements of the united-front bodies in the assessment", "evidence")
def voices_front() -> int:
    return len(_group("cn_united_front"))


@fact("dialogues that one interviewee of the united-front bodies had attended, as reported", "evidence")
def voices_front_attended() -> int:
    return ATTENDED


def _share(group: str, stance: str) -> int:
    rows = _group(group)
    return round(100 * float((rows["stance"] == stance).mean()))


@fact("per cent of the agencies' statements that criticize", "evidence")
def voices_agencies_critical() -> int:
    return _share("cn_agencies", "criticism")


@fact("per cent of the agencies' statements that criticize, section 4 only", "evidence")
def voices_agencies_critical_views() -> int:
    rows = _group("cn_agencies")
    rows = rows[rows["section_id"].str.startswith(f"{ASSESSMENT}:4")]
    return round(100 * float((rows["stance"] == "criticism").mean()))


@fact("criticisms by the united-front bodies", "evidence")
def voices_front_criticisms() -> int:
    return int((_group("cn_united_front")["stance"] == "criticism").sum())


def _of_dialogue(group: str, stance: str, coder: str = "") -> int:
    rows = _group(group)
    return int(((rows[f"about_id{coder}"] == "dialogue") & (rows[f"stance{coder}"] == stance)).sum())


@fact("criticisms of the dialogue as such by Chinese agencies and participants", "evidence")
def voices_agencies_against() -> int:
    return _of_dialogue("cn_agencies", "criticism")


@fact("benefits of the dialogue as such named by Chinese agencies and participants", "evidence")
def voices_agencies_for() -> int:
    return _of_dialogue("cn_agencies", "benefit")


@fact("criticisms of the dialogue as such by the united-front bodies", "evidence")
def voices_front_against() -> int:
    return _of_dialogue("cn_united_front", "criticism")


@fact("benefits of the dialogue as such named by the united-front bodies", "evidence")
def voices_front_for() -> int:
    return _of_dialogue("cn_united_front", "benefit")


@fact("criticisms of the dialogue as such by the Chinese foreign ministry", "evidence")
def voices_ministry_against() -> int:
    return _of_dialogue("cn_mfa", "criticism")


@fact("the same by the codes of the second coder", "evidence")
def voices_ministry_against_b() -> int:
    return _of_dialogue("cn_mfa", "criticism", "_b")


@fact("benefits of the dialogue as such named by the Chinese foreign ministry", "evidence")
def voices_ministry_for() -> int:
    return _of_dialogue("cn_mfa", "benefit")


@fact("criticisms of the dialogue as such by Chinese organizations", "evidence")
def voices_organizations_against() -> int:
    return _of_dialogue("cn_ngos", "criticism")


@fact("benefits of the dialogue as such named by Chinese organizations", "evidence")
def voices_organizations_for() -> int:
    return _of_dialogue("cn_ngos", "benefit")


@fact("themes that some Chinese group raises", "evidence")
def voices_themes() -> int:
    return len(themes())


@fact("themes that one Chinese group alone raises", "evidence")
def voices_themes_one() -> int:
    return int((themes().gt(0).sum(axis=1) == 1).sum())


@fact("themes that all Chinese groups raise", "evidence")
def voices_themes_all() -> int:
    return int(themes().gt(0).all(axis=1).sum())


def shared_faults() -> list[str]:
    """Themes that more than one Chinese group criticizes."""
    rows = voices().query("stance == 'criticism'")
    groups = rows.groupby("theme_id")["speaker_group"].nunique()
    return sorted(groups.index[groups > 1])


@fact("themes that more than one Chinese group criticizes", "evidence")
def voices_faults_shared() -> int:
    return len(shared_faults())


@fact("themes that some Chinese group criticizes", "evidence")
def voices_faults() -> int:
    return voices().query("stance == 'criticism'")["theme_id"].nunique()


@fact("ordered pairs of different Chinese groups", "evidence")
def voices_pairs() -> int:
    return pairs().size - len(pairs())


@fact("of these, pairs in which the first says anything of the second", "evidence")
def voices_pairs_spoken() -> int:
    counts = pairs()
    return int((counts > 0).to_numpy().sum()) - sum(counts.at[g, g] > 0 for g in counts.index)


def _proposals(group: str, *about: str) -> int:
    rows = _group(group).query("stance == 'proposal'")
    return int(rows["about_id"].isin(about).sum()) if about else len(rows)


@fact("proposals by Chinese agencies and participants", "evidence")
def voices_agencies_proposals() -> int:
    return _proposals("cn_agencies")


@fact("of these, those to the Chinese foreign ministry", "evidence")
def voices_agencies_ask_ministry() -> int:
    return _proposals("cn_agencies", "cn_mfa")


@fact("proposals by the Chinese foreign ministry", "evidence")
def voices_ministry_proposals() -> int:
    return _proposals("cn_mfa")


@fact("of these, those to the Canadian government", "evidence")
def voices_ministry_ask_canada() -> int:
    return _proposals("cn_mfa", "ca_government")


@fact("statements of the Chinese groups that carry a quotation", "evidence")
def voices_quoted() -> int:
    return int(voices()["quote"].notna().sum())


@fact("of these, quotations that stand in quotation marks in the assessment as a whole", "evidence")
def voices_in_marks() -> int:
    return int(voices()["evidence_id"].isin(in_quotation_marks()).sum())


def _words(section: str) -> int:
    rows = table("passages")
    return int(rows.loc[rows["section_id"] == f"{ASSESSMENT}:{section}", "words"].sum())


@fact("words of the section on the agencies", "passages")
def voices_words_agencies() -> int:
    return _words("4A")


@fact("words of the section on the united-front bodies", "passages")
def voices_words_front() -> int:
    return _words("4B")


@fact("words of the section on the Chinese foreign ministry", "passages")
def voices_words_ministry() -> int:
    return _words("4C")


@fact("words of the section on the Chinese organizations", "passages")
def voices_words_organizations() -> int:
    return _words("4D")
