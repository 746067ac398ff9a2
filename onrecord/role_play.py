"""The role play of one round: a brief for each role, drawn from the record, and how it fits a class.

A brief is drawn by rule and not by taste: of each kind of statement that a role makes in the assessment, one a theme,
the first in the order of the report of which the coder was sure; single persons, who mostly spoke elsewhere, are left
out. It can be read in two minutes, and each line leads to its evidence.
"""

from __future__ import annotations

import pandas as pd

from .analysis import ASSESSMENT
from .problems import InputError, Problem
from .tables import record, table

# What a player makes of a stance.
KINDS = {"benefit": "Values", "justification": "Holds", "criticism": "Objects to", "proposal": "Asks for"}
MOST = 4  # lines of one kind on a brief, so that it stays on one page

# The parts of the play in order; the lengths are in minutes, for a class of so many.
PARTS = (
    "Reading of the briefs",
    "Agenda: the month before",
    "The Chinese bodies are called in",
    "First part of the meeting",
    "Second part of the meeting",
    "Two sentences for the press",
    "Organizations outside ask",
    "Debrief",
)
LENGTHS = {
    25: (4, 8, 5, 0, 0, 0, 0, 8),
    50: (5, 6, 4, 9, 10, 3, 3, 10),
    80: (8, 10, 5, 14, 16, 6, 6, 15),
    120: (10, 15, 8, 20, 27, 8, 8, 24),
}

# Players of each role in one room; larger classes play in rooms side by side.
ROOMS = {
    12: {
        "Delegation of Canada": 3,
        "Organization in the delegation": 1,
        "Chinese foreign ministry": 2,
        "Chinese agencies": 2,
        "United-front bodies": 1,
        "Organizations outside": 1,
        "Newspaper": 1,
        "Observers": 1,
    },
    20: {
        "Delegation of Canada": 4,
        "Organization in the delegation": 1,
        "Chinese foreign ministry": 2,
        "Chinese agencies": 4,
        "United-front bodies": 2,
        "Interpreters": 2,
        "Organizations outside": 2,
        "Newspaper": 1,
        "Observers": 2,
    },
}
CLASSES = {12: (12, 1), 20: (20, 1), 40: (20, 2), 60: (20, 3)}  # players: those of a room, and rooms


def brief(group: str) -> pd.DataFrame:
    """The lines of a role's brief, ``group`` a key of the table of groups: Kind, Statement, Passage, Evidence.

    Raises :class:`InputError` for a group that says nothing in the assessment.
    """
    rows = record()
    rows = rows[(rows["source_id"].astype(str) == ASSESSMENT) & (rows["speaker_group"].astype(str) == group)]
    rows = rows[(rows["confidence"].astype(str) == "high") & (rows["about_id"].astype(str) != "assessment")]
    persons = table("actors").loc[lambda actors: actors["kind"].astype(str) == "person", "actor_id"]
    rows = rows[~rows["speaker_id"].isin(persons)]  # a minister's speech of another year is no brief for a delegation
    parts = []
    for stance, kind in KINDS.items():
        of_kind = rows[rows["stance"].astype(str) == stance].drop_duplicates("theme_id").head(MOST)
        parts.append(of_kind.assign(Kind=kind))
    lines = pd.concat(parts)
    if lines.empty:
        raise InputError(Problem("role play", "expected a group that speaks in the assessment", value=group))
    lines["Passage"] = lines["passage_id"].str.split(":").str[1]
    lines = lines.rename(columns={"paraphrase": "Statement", "evidence_id": "Evidence"})
    return lines[["Kind", "Statement", "Passage", "Evidence"]].reset_index(drop=True)


def steps() -> pd.DataFrame:
    """The steps of a round as the record has them: the play keeps to their order."""
    rows = table("round_steps").sort_values("order")
    phases = {"before": "Before", "meeting": "Meeting", "after": "After"}
    lanes = {"both": "Canada and China"}
    made = rows.assign(
        When=rows["phase"].astype(str).map(phases),
        Who=rows["lane"].astype(str).replace(lanes),
        Step=rows["step"],
        Evidence=rows["evidence_id"],
    )
    return made[["When", "Who", "Step", "Evidence"]].reset_index(drop=True)


def lengths() -> pd.DataFrame:
    """Minutes of each part, a column for each length of a class, and their sum."""
    made = pd.DataFrame(LENGTHS, index=list(PARTS)).rename(columns=lambda minutes: f"{minutes} minutes")
    made.loc["Together"] = made.sum()
    return made.rename_axis("Part").astype(str).reset_index()


def casts() -> pd.DataFrame:
    """Players of each role, a column for each size of a class, and their sum."""
    columns = {f"{players} players": pd.Series(ROOMS[room]) * rooms for players, (room, rooms) in CLASSES.items()}
    made = pd.DataFrame(columns).reindex(list(ROOMS[20])).fillna(0).astype(int)
    made.loc["Together"] = made.sum()
    made.loc["Rooms"] = [rooms for _, rooms in CLASSES.values()]
    return made.rename_axis("Role").astype(str).reset_index()


def sheet() -> pd.DataFrame:
    """The observer's sheet: every criterion of the last chapter, with what it asks and what to mark."""
    rows = table("criteria_list")
    mark = "shown, in part, lacking, not seen"
    return pd.DataFrame({"Criterion": rows["label"], "What it asks": rows["definition"], "Mark": mark})
