"""The chapter on the parties in Canada and the West, and on the consultant's own conclusions."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..analysis import ASSESSMENT
from ..facts import fact
from ..figures import PALETTE, new_figure
from ..tables import labels, record, table

# Voices of the assessment, by actor. Ministers quoted from 1997 and 1998 are not among them.
VOICES = {
    "governments": "Governments together",
    "ca_government": "Canada",
    "dfait": "Canada",
    "ca_participant": "Canada",
    "cida": "CIDA",
    "ngos_inside": "NGOs that took part",
    "ngos_outside": "NGOs with an interest",
    "ca_ngos": "NGOs briefed",
    "burton": "The consultant",
}
GOVERNMENTS = ("Governments together", "Canada", "CIDA")
NGOS = ("NGOs that took part", "NGOs with an interest", "NGOs briefed")
CONSULTANT = "The consultant"
# The stances that take a position, each with its mark.
STANCES = {"criticism": "X", "benefit": "^", "proposal": "o", "justification": "D"}
# Whom a criticism is about, by actor.
TARGETS = {
    "cn_mfa": "China's foreign ministry",
    "cn_government": "Others in China",
    "cn_leadership": "Others in China",
    "cn_participants": "Others in China",
    "prisoners": "Others in China",
    "dialogue": "The dialogue as such",
    "ca_government": "Canada's side",
    "dfait": "Canada's side",
    "ca_delegation": "Canada's side",
    "cida": "Canada's side",
    "governments": "Canada's side",
}
CHINA = ("China's foreign ministry", "Others in China")


def said_of_the_dialogue() -> pd.DataFrame:
    """Statements of the assessment by the voices of this chapter, with ``voice``; record and method left out."""
    rows = record()
    rows = rows[(rows["source_id"] == ASSESSMENT) & (rows["theme_id"] != "record")]
    return rows.assign(voice=rows["speaker_id"].map(VOICES)).dropna(subset="voice")


def positions() -> pd.DataFrame:
    """Of these, statements that take a position: criticism, benefit, proposal or justification."""
    rows = said_of_the_dialogue()
    return rows[rows["stance"].isin(list(STANCES))]


def profile() -> pd.DataFrame:
    """Statements that take a position: theme, voice, stance, number; themes in the order of the codebook."""
    rows = positions().assign(stance=lambda r: r["stance"].astype(str))
    counts = rows.groupby(["theme_id", "voice", "stance"]).size().rename("number").reset_index()
    order = {theme: place for place, theme in enumerate(labels("themes"))}
    counts = counts.sort_values("theme_id", key=lambda c: c.map(order), kind="stable")
    return counts.assign(theme=counts["theme_id"].map(labels("themes")))[["theme", "voice", "stance", "number"]]


def targets() -> pd.DataFrame:
    """Criticisms by voice (rows) and by whom they are about (columns)."""
    rows = positions().query("stance == 'criticism'")
    about = rows["about_id"].map(TARGETS).fillna("Others")
    counts = pd.crosstab(rows["voice"], about)
    rows_in_order = [v for v in dict.fromkeys(VOICES.values()) if v in counts.index]
    return counts.reindex(index=rows_in_order, columns=list(dict.fromkeys(TARGETS.values())), fill_value=0)


def witnesses() -> pd.DataFrame:
    """Witnesses of the hearings of 2006 to 2008, a row for each witness and meeting."""
    rows = table("hearings")
    return rows[(rows["date"] >= "2006") & (rows["date"] < "2009")]


# --- drawing -----------------------------------------------------------------

_A_LINE = 6  # marks side by side in a cell


def unit_chart(counts: pd.DataFrame) -> Figure:
    """One mark a statement, themes in rows, voices in columns, stance told by colour and shape.

    ``counts``: as :func:`profile` returns it.
    """
    themes = list(dict.fromkeys(counts["theme"]))
    voices = list(dict.fromkeys(VOICES.values()))
    figure, axes = new_figure(0.34 * len(themes) + 1.6)
    for stance, marker in STANCES.items():
        axes.scatter([], [], marker=marker, s=24, color=PALETTE[stance], label=stance)
    for (theme, voice), cell in counts.groupby(["theme", "voice"], sort=False):
        marks = [s for s in STANCES for _ in range(int(cell.loc[cell["stance"] == s, "number"].sum()))]
        lines = -(-len(marks) // _A_LINE)
        for place, stance in enumerate(marks):
            line, column = divmod(place, _A_LINE)
            x = voices.index(voice) - 0.375 + 0.15 * column
            y = themes.index(theme) + 0.34 * (line - (lines - 1) / 2)
            axes.scatter(x, y, marker=STANCES[stance], s=30, color=PALETTE[stance], lw=0)
    axes.set_xticks(np.arange(len(voices)), [fill(v, 11) for v in voices], fontsize=10)
    axes.xaxis.set_ticks_position("top")
    axes.set_yticks(range(len(themes)), themes)
    axes.set_xticks(np.arange(-0.5, len(voices)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(themes)), minor=True)
    axes.grid(which="minor", color=PALETTE["rule"], lw=0.6)
    axes.set_xlim(-0.5, len(voices) - 0.5)
    axes.set_ylim(len(themes) - 0.5, -0.5)
    axes.tick_params(which="both", length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.01), ncols=len(STANCES), fontsize=10)
    return figure


# --- facts -------------------------------------------------------------------


def _count(voices: tuple[str, ...], stance: str) -> int:
    rows = positions()
    return int((rows["voice"].isin(voices) & (rows["stance"] == stance)).sum())


def _criticisms_of(voices: tuple[str, ...], about: tuple[str, ...]) -> int:
    counts = targets()
    return int(counts.loc[[v for v in voices if v in counts.index], list(about)].to_numpy().sum())


def _themes(voices: tuple[str, ...]) -> set[str]:
    rows = positions().query("stance == 'criticism'")
    return set(rows.loc[rows["voice"].isin(voices), "theme_id"])


@fact("statements of Western voices and the consultant in the assessment that take a position", "evidence")
def western_positions() -> int:
    return len(positions())


@fact("criticisms by governments, Canada's among them, in the assessment", "evidence")
def western_governments_criticisms() -> int:
    return _count(GOVERNMENTS, "criticism")


@fact("of these, those about China's government, ministry or people held", "evidence")
def western_governments_on_china() -> int:
    return _criticisms_of(GOVERNMENTS, CHINA)


@fact("of these, those about Canada's side", "evidence")
def western_governments_on_canada() -> int:
    return _criticisms_of(GOVERNMENTS, ("Canada's side",))


@fact("criticisms by Canadian organizations in the assessment", "evidence")
def western_ngos_criticisms() -> int:
    return _count(NGOS, "criticism")


@fact("of these, those about Canada's side", "evidence")
def western_ngos_on_canada() -> int:
    return _criticisms_of(NGOS, ("Canada's side",))


@fact("of these, those about the dialogue as such", "evidence")
def western_ngos_on_dialogue() -> int:
    return _criticisms_of(NGOS, ("The dialogue as such",))


@fact("of these, those about parties in China", "evidence")
def western_ngos_on_china() -> int:
    return _criticisms_of(NGOS, CHINA)


@fact("themes that governments or Canadian organizations criticize in the assessment", "evidence")
def western_themes() -> int:
    return len(_themes(GOVERNMENTS) | _themes(NGOS))


@fact("of these, themes that both criticize", "evidence")
def western_themes_both() -> int:
    return len(_themes(GOVERNMENTS) & _themes(NGOS))


def _themes_second(voices: tuple[str, ...]) -> set[str]:
    """As :func:`_themes`, by the codes of the second coder."""
    rows = record()
    rows = rows[(rows["source_id"] == ASSESSMENT) & (rows["stance_b"] == "criticism")]
    return set(rows.loc[rows["speaker_id_b"].map(VOICES).isin(voices), "theme_id_b"])


@fact("themes that both criticize by the codes of the second coder as well", "evidence")
def western_themes_both_coders() -> int:
    return len(_themes(GOVERNMENTS) & _themes(NGOS) & _themes_second(GOVERNMENTS) & _themes_second(NGOS))


@fact("proposals by governments, apart from CIDA, in the assessment", "evidence")
def western_governments_proposals() -> int:
    return _count(("Governments together", "Canada"), "proposal")


@fact("criticisms by organizations with an interest in China, briefed ones among them", "evidence")
def western_interest_criticisms() -> int:
    return _count(NGOS[1:], "criticism")


@fact("of these, criticisms of the organizations that are spoken of as briefed", "evidence")
def western_briefed_criticisms() -> int:
    return _count(NGOS[2:], "criticism")


def _consultant() -> pd.DataFrame:
    return said_of_the_dialogue().query("voice == @CONSULTANT")


@fact("statements of the consultant in his own voice in the assessment, record and method left out", "evidence")
def western_consultant() -> int:
    return len(_consultant())


@fact("of these, accounts of how things are", "evidence")
def western_consultant_accounts() -> int:
    return int((_consultant()["stance"] == "account").sum())


@fact("of these, criticisms", "evidence")
def western_consultant_criticisms() -> int:
    return _count((CONSULTANT,), "criticism")


@fact("of these, benefits", "evidence")
def western_consultant_benefits() -> int:
    return _count((CONSULTANT,), "benefit")


@fact("of these, proposals", "evidence")
def western_consultant_proposals() -> int:
    return _count((CONSULTANT,), "proposal")


@fact("positions of the consultant on resources", "evidence")
def western_consultant_resources() -> int:
    rows = positions().query("voice == @CONSULTANT")
    return int((rows["theme_id"] == "resources").sum())


@fact("criticisms by the consultant about Canada's side", "evidence")
def western_consultant_on_canada() -> int:
    return _criticisms_of((CONSULTANT,), ("Canada's side",))


@fact("criticisms by the consultant about parties in China", "evidence")
def western_consultant_on_china() -> int:
    return _criticisms_of((CONSULTANT,), CHINA)


@fact("appearances of witnesses in the hearings of 2006 to 2008 that were found", "hearings")
def western_witnesses() -> int:
    return len(witnesses())


@fact("of these, appearances in which a wish for the dialogue was seen", "hearings")
def western_witnesses_wish() -> int:
    return int((~witnesses()["position"].isin(["information_only", "not_stated"])).sum())


def _asked(position: str, *kinds: str) -> int:
    rows = witnesses()
    keep = rows["position"] == position
    return int((keep & rows["affiliation_kind"].isin(kinds)).sum() if kinds else keep.sum())


@fact("witnesses of organizations who asked to suspend or put off", "hearings")
def western_ngo_suspend() -> int:
    return _asked("suspend", "ngo")


@fact("witnesses of organizations who asked to go on in another form", "hearings")
def western_ngo_reform() -> int:
    return _asked("continue_if_reformed", "ngo")


@fact("witnesses who asked for an end of the dialogue", "hearings")
def western_end() -> int:
    return _asked("end")


@fact("witnesses of organizations whose wish for the dialogue was not seen", "hearings")
def western_ngo_not_seen() -> int:
    return _asked("not_stated", "ngo")
