"""The chapter on the parties in Canada and the West, and on the consultant's own conclusions."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..analysis import ASSESSMENT
from ..drawing import by_room, drawing, new_figure, upright
from ..facts import Amount, fact, rounded
from ..look import PALETTE
from ..marks import behind, lead
from ..tables import kept, labels, record, table
from ..yardsticks import Chance, chance, shared_by_random_sides
from .silence import appearances

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The stances that take a position, each with its mark.
STANCES = {"criticism": "X", "benefit": "^", "proposal": "o", "justification": "D"}
OTHERS = "Others"


@kept
def _voices(role: str) -> pd.DataFrame:
    """Voices of a role in their order: index = voice_id, columns name and side."""
    rows = table("voices")
    return rows[rows["role"] == role].sort_values("place").set_index("voice_id")


def names_of(side: str, role: str = "speaker") -> tuple[str, ...]:
    """Names of the voices of one side: governments, organizations, consultant; china, dialogue, canada."""
    rows = _voices(role)
    return tuple(rows.loc[rows["side"] == side, "name"])


def voice_of_actor(role: str = "speaker") -> dict[str, str]:
    """{actor_id: name of its voice}, as who speaks or, with ``role`` target, as whom a criticism is about."""
    column = {"speaker": "voice_id", "target": "target_id"}[role]
    actors = table("actors").dropna(subset=column)
    return dict(zip(actors["actor_id"], actors[column].map(_voices(role)["name"]), strict=True))


@kept
def said_of_the_dialogue() -> pd.DataFrame:
    """Statements of the assessment by the voices of this chapter, with ``voice``; record and method left out."""
    rows = record()
    rows = rows[(rows["source_id"] == ASSESSMENT) & (rows["theme_id"] != "record")]
    return rows.assign(voice=rows["speaker_id"].map(voice_of_actor())).dropna(subset="voice")


@kept
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


@kept
def targets() -> pd.DataFrame:
    """Criticisms by voice (rows) and by whom they are about (columns); none is left out.

    A criticism about a party without a column of its own stands under *Others*, a column that is there only then.
    """
    rows = positions().query("stance == 'criticism'")
    about = rows["about_id"].map(voice_of_actor("target")).fillna(OTHERS)
    counts = pd.crosstab(rows["voice"], about)
    voices = [v for v in _voices("speaker")["name"] if v in counts.index]
    columns = [*_voices("target")["name"], *([OTHERS] if OTHERS in counts else [])]
    return counts.reindex(index=voices, columns=columns, fill_value=0)


# --- drawing -----------------------------------------------------------------

_A_LINE = 6  # marks side by side in a cell


@drawing
def unit_chart(counts: pd.DataFrame) -> Figure:
    """One mark a statement, themes in rows, voices in columns, stance told by colour and shape.

    ``counts``: as :func:`profile` returns it.
    """
    themes = list(dict.fromkeys(counts["theme"]))
    voices = list(_voices("speaker")["name"])
    figure, axes = new_figure(by_room(0.34, 0.46) * len(themes) + 1.6)
    in_line = by_room(_A_LINE, 4)
    rows = positions().assign(theme=lambda r: r["theme_id"].map(labels("themes")))
    leads = behind("evidence", rows, "theme", "voice", "stance")
    for stance, marker in STANCES.items():
        axes.scatter([], [], marker=marker, s=24, color=PALETTE[stance], label=stance)
    for (theme, voice), cell in counts.groupby(["theme", "voice"], sort=False):
        marks = [s for s in STANCES for _ in range(int(cell.loc[cell["stance"] == s, "number"].sum()))]
        held = {stance: iter(leads.get((theme, voice, stance), [])) for stance in STANCES}
        lines = -(-len(marks) // in_line)
        for place, stance in enumerate(marks):
            line, column = divmod(place, in_line)
            x = voices.index(voice) - 0.375 + 0.75 / (in_line - 1) * column
            y = themes.index(theme) + by_room(0.34, 0.3) * (line - (lines - 1) / 2)
            axes.scatter(x, y, marker=STANCES[stance], s=30, color=PALETTE[stance], lw=0)
            lead(axes, f"{theme}, {voice}: {stance}", [next(held[stance])], (x, y), size=6)
    axes.set_xticks(np.arange(len(voices)), [fill(v, 11) for v in voices], fontsize=10)
    upright(axes, voices)
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
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.01), ncols=by_room(len(STANCES), 2), fontsize=10)
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


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance criticism, whose speaker has "
    "a voice_id of side governments in voices",
    "evidence; actors; voices",
)
def western_governments_criticisms() -> int:
    return _count(names_of("governments"), "criticism")


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance criticism, whose speaker has "
    "a voice_id of side governments in voices, whose about_id has a target_id of side china",
    "evidence; actors; voices",
)
def western_governments_on_china() -> int:
    return _criticisms_of(names_of("governments"), names_of("china", "target"))


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance criticism, whose speaker has "
    "a voice_id of side governments in voices, whose about_id has a target_id of side canada",
    "evidence; actors; voices",
)
def western_governments_on_canada() -> int:
    return _criticisms_of(names_of("governments"), names_of("canada", "target"))


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance criticism, whose speaker has "
    "a voice_id of side organizations in voices",
    "evidence; actors; voices",
)
def western_ngos_criticisms() -> int:
    return _count(names_of("organizations"), "criticism")


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance criticism, whose speaker has "
    "a voice_id of side organizations in voices, whose about_id has a target_id of side canada",
    "evidence; actors; voices",
)
def western_ngos_on_canada() -> int:
    return _criticisms_of(names_of("organizations"), names_of("canada", "target"))


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance criticism, whose speaker has "
    "a voice_id of side organizations in voices, whose about_id has a target_id of side dialogue",
    "evidence; actors; voices",
)
def western_ngos_on_dialogue() -> int:
    return _criticisms_of(names_of("organizations"), names_of("dialogue", "target"))


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance criticism, whose speaker has "
    "a voice_id of side organizations in voices, whose about_id has a target_id of side china",
    "evidence; actors; voices",
)
def western_ngos_on_china() -> int:
    return _criticisms_of(names_of("organizations"), names_of("china", "target"))


@fact("themes that governments or Canadian organizations criticize in the assessment", "evidence")
def western_themes() -> int:
    return len(_themes(names_of("governments")) | _themes(names_of("organizations")))


@fact(
    "theme_id of burton2006 rows of evidence with theme_id other than record and stance criticism, whose "
    "speaker has a voice_id of side governments in voices, that also has one of side organizations",
    "evidence; actors; voices",
)
def western_themes_both() -> int:
    return len(_themes(names_of("governments")) & _themes(names_of("organizations")))


def _dealt() -> Chance:
    """Themes that both sides would share if their criticisms were dealt at random, whole passages together."""
    rows = positions().query("stance == 'criticism'")
    sides = {name: side for side in ("governments", "organizations") for name in names_of(side)}
    rows = rows.assign(side=rows["voice"].map(sides)).dropna(subset="side")
    found = shared_by_random_sides(list(rows["theme_id"]), list(rows["side"]), list(rows["passage_id"]))
    return chance(found, len(_themes(names_of("governments")) & _themes(names_of("organizations"))))


@fact("shared themes on average if the same criticisms are dealt to both sides at random, whole passages", "evidence")
def western_shared_expected() -> Amount:
    return rounded(_dealt().mean, 1, "themes")


@fact("such deals in a hundred that share no more themes than were found shared", "evidence")
def western_shared_rare() -> Amount:
    return rounded(100 * _dealt().at_most, 0, "per cent")


def _themes_second(voices: tuple[str, ...]) -> set[str]:
    """As :func:`_themes`, by the codes of the second coder."""
    rows = record()
    rows = rows[(rows["source_id"] == ASSESSMENT) & (rows["stance_b"] == "criticism")]
    return set(rows.loc[rows["speaker_id_b"].map(voice_of_actor()).isin(voices), "theme_id_b"])


@fact("themes that both criticize by the codes of the second coder as well", "evidence")
def western_themes_both_coders() -> int:
    return len(
        _themes(names_of("governments"))
        & _themes(names_of("organizations"))
        & _themes_second(names_of("governments"))
        & _themes_second(names_of("organizations"))
    )


@fact("proposals by governments, apart from CIDA, in the assessment", "evidence")
def western_governments_proposals() -> int:
    return _count(names_of("governments")[:2], "proposal")


@fact("criticisms by organizations with an interest in China, briefed ones among them", "evidence")
def western_interest_criticisms() -> int:
    return _count(names_of("organizations")[1:], "criticism")


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance criticism, whose speaker has "
    "a voice_id of side organizations and voice_id ngos_briefed",
    "evidence; actors; voices",
)
def western_briefed_criticisms() -> int:
    return _count(names_of("organizations")[2:], "criticism")


def _consultant() -> pd.DataFrame:
    rows = said_of_the_dialogue()
    return rows[rows["voice"].isin(names_of("consultant"))]


@fact("statements of the consultant in his own voice in the assessment, record and method left out", "evidence")
def western_consultant() -> int:
    return len(_consultant())


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance criticism, whose speaker has "
    "a voice_id of side consultant in voices",
    "evidence; actors; voices",
)
def western_consultant_criticisms() -> int:
    return _count(names_of("consultant"), "criticism")


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance benefit, whose speaker has a "
    "voice_id of side consultant in voices",
    "evidence; actors; voices",
)
def western_consultant_benefits() -> int:
    return _count(names_of("consultant"), "benefit")


@fact(
    "burton2006 rows of evidence with theme_id other than record and stance proposal, whose speaker has a "
    "voice_id of side consultant in voices",
    "evidence; actors; voices",
)
def western_consultant_proposals() -> int:
    return _count(names_of("consultant"), "proposal")


@fact("positions of the consultant on resources", "evidence")
def western_consultant_resources() -> int:
    rows = positions()
    return int((rows["voice"].isin(names_of("consultant")) & (rows["theme_id"] == "resources")).sum())


@fact("criticisms by the consultant about Canada's side", "evidence")
def western_consultant_on_canada() -> int:
    return _criticisms_of(names_of("consultant"), names_of("canada", "target"))


@fact("criticisms by the consultant about parties in China", "evidence")
def western_consultant_on_china() -> int:
    return _criticisms_of(names_of("consultant"), names_of("china", "target"))


_NGO = "appearances before the House, 2006 to 2008, of affiliation_kind ngo"


def _organizations(*positions_: str) -> int:
    rows = appearances()
    return int(((rows["affiliation_kind"] == "ngo") & rows["position"].isin(positions_)).sum())


@fact(f"{_NGO} and position suspend", "hearings")
def western_ngo_suspend() -> int:
    return _organizations("suspend")


@fact(f"{_NGO} and position replace_form: another form of the dialogue in its place", "hearings")
def western_ngo_replace() -> int:
    return _organizations("replace_form")


@fact(f"{_NGO} and position continue_if_changed", "hearings")
def western_ngo_changed() -> int:
    return _organizations("continue_if_changed")


@fact(f"{_NGO} whose own words were read and hold no wish, position not_stated", "hearings")
def western_ngo_not_stated() -> int:
    return _organizations("not_stated")


@fact(f"{_NGO} whose own words were not read, position not_seen", "hearings")
def western_ngo_not_seen() -> int:
    return _organizations("not_seen")
