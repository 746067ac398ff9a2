"""What drawings and pages have in common: colours, signs, and how a drawing is handed over to its page.

Whoever writes a page needs no more of the figures than this, and none of what draws them.
"""

from __future__ import annotations

HALO = "halo"  # the group of a text with an edge, in a drawing whose words are words
FIGURE_MIME = "application/vnd.onrecord.figure+json"
TABLE_MIME = "application/vnd.onrecord.table+json"
DOTS = 300  # an inch, of a picture that is made of them

# All on paper: text colours 4.5:1 or more, mark colours 3:1 or more (tested).
PAPER = "#fcfbf8"
PALETTE = {
    "ink": "#22272e",
    "muted": "#5b636d",
    "rule": "#d9d5cb",
    "land": "#e6e2d8",
    "gap": "#efe3cf",
    "canada": "#a8321f",
    "china": "#1f5a85",
    "criticism": "#a8321f",
    "benefit": "#1d6b4f",
    "proposal": "#1f5a85",
    "justification": "#6d4a8c",
    "account": "#5b636d",
}
# The second cue beside colour.
HOST_MARKERS = {"CAN": "o", "CHN": "s"}
HOST_NAMES = {"CAN": "Canada", "CHN": "China"}
HOST_COLOURS = {"CAN": PALETTE["canada"], "CHN": PALETTE["china"]}
DEEPEST = 0.5  # how far towards the full colour the darkest cell of a matrix goes
# Series are told apart by colour, line style and marker, and named at their end.
SERIES = [
    ("china", "-", "o"),
    ("canada", "--", "s"),
    ("benefit", "-.", "^"),
    ("justification", ":", "D"),
    ("account", "-", "v"),
]
# Marks of the lanes: colour, marker, filled.
LANE_MARKS = {
    "round": ("china", "o", True),
    "break": ("canada", "X", True),
    "law": ("benefit", "s", True),
    "treaty": ("proposal", "D", True),
    "step": ("justification", "^", True),
    "other": ("account", "o", False),
}
