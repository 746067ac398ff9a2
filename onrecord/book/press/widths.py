"""How wide the columns of a printed table are.

A column is at least as wide as its longest word. What is left of the measure
goes to the columns with more text, up to their longest cell.
"""

from __future__ import annotations

from math import sqrt

from .markup import joints

MEASURE = 82  # characters of table type on a full line
GUTTER = 2  # characters that the space between two columns takes


def columns(cells: list[list[str]]) -> list[float] | None:
    """The share of each column, or None where every cell fits on one line.

    ``cells``: rows of texts, all of the same length, the header among them.
    """
    by_column = list(zip(*cells, strict=True))
    longest = [max(len(cell) for cell in column) for column in by_column]
    room = MEASURE - GUTTER * (len(by_column) - 1)
    if sum(longest) <= room:
        return None
    least = [max((len(piece) for cell in column for piece in joints(cell)), default=1) + 1 for column in by_column]
    mean = [sum(len(cell) for cell in column) / len(column) for column in by_column]
    weight = [sqrt(usual * most) for usual, most in zip(mean, longest, strict=True)]
    return _shared(least, longest, weight, room)


def _shared(least: list[int], longest: list[int], weight: list[float], room: float) -> list[float]:
    """Give out the room beyond the least by weight; what a full column does not need goes to the others."""
    widths = [float(width) for width in least]
    open_columns = [i for i, width in enumerate(widths) if width < longest[i]]
    spare = room - sum(widths)
    while spare > 0.5 and open_columns:
        total = sum(weight[i] for i in open_columns)
        given = {i: min(longest[i] - widths[i], spare * weight[i] / total) for i in open_columns}
        for i, more in given.items():
            widths[i] += more
        spare -= sum(given.values())
        open_columns = [i for i in open_columns if longest[i] - widths[i] > 0.5]
    return widths
