"""How wide the columns of a printed table are.

A column is at least as wide as its longest word. What is left of the measure
goes, a character at a time, to the column for which rows wait that are the
highest, so that the table as a whole becomes as short as it can.
"""

from __future__ import annotations

import re
from math import ceil

from ...paths import PRESS_TEMPLATE
from .markup import joints

CHARACTERS = 0.732  # of table type on a millimetre of a line
_TRIM = re.compile(r"#let trim = \(width: ([\d.]+)mm")
_MARGINS = re.compile(r"#let margins = \(inside: ([\d.]+)mm, outside: ([\d.]+)mm")
# Of the lines of a table: what a list may take to be set in its place; more, where a row is tall (in lines).
CLEARLY, SOMEWHAT, TALL = 0.75, 0.95, 6
GUTTER = 2  # characters that the space between two columns takes


def measure(template: str | None = None) -> int:
    """Characters of table type on a full line, by the page that the template sets.

    ``template``: text of a template, that of the book if none is given. Raises ValueError where it names no page size.
    """
    text = PRESS_TEMPLATE.read_text("utf-8") if template is None else template
    trim, margins = _TRIM.search(text), _MARGINS.search(text)
    if trim is None or margins is None:
        raise ValueError(f"expected 'trim' and 'margins' in millimetres in {PRESS_TEMPLATE.name}")
    return int(CHARACTERS * (float(trim[1]) - float(margins[1]) - float(margins[2])))


def columns(cells: list[list[str]], full: int | None = None) -> list[int] | None:
    """The share of each column, or None where every cell fits on one line.

    ``cells``: rows of texts, all of the same length, the header among them;
    ``full``: characters on a full line, as the template has them if none are given.
    """
    by_column = list(zip(*cells, strict=True))
    longest = [max(len(cell) for cell in column) for column in by_column]
    room = (measure() if full is None else full) - GUTTER * (len(by_column) - 1)
    if sum(longest) <= room:
        return None
    widths = [max((len(piece) for cell in column for piece in joints(cell)), default=0) + 2 for column in by_column]
    lengths = [[len(cell) for cell in row] for row in cells]
    for _ in range(room - sum(widths)):
        widths[_wanting(lengths, widths)] += 1
    return widths


def reads_better_as_entries(cells: list[list[str]], widths: list[int], full: int | None = None) -> bool:
    """Whether rows set as paragraphs are clearly shorter than the table: then its columns are too narrow to be read.

    ``cells`` and ``full`` as for :func:`columns`, which gave ``widths``.
    """
    line = measure() if full is None else full
    header, *rows = cells
    if len(header) < 3 or not rows:
        return False
    heights = [max(ceil(len(cell) / width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    said = [sum(len(name) + len(cell) + 4 for name, cell in zip(header, row, strict=True) if cell) for row in rows]
    return sum(ceil(length / line) for length in said) < (SOMEWHAT if max(heights) > TALL else CLEARLY) * sum(heights)


def _wanting(lengths: list[list[int]], widths: list[int]) -> int:
    """The column that one more character would help most, in lines of all rows together."""
    gain = [0.0] * len(widths)
    for row in lengths:
        heights = [length / width for length, width in zip(row, widths, strict=True)]
        highest = max(range(len(widths)), key=heights.__getitem__)
        gain[highest] += heights[highest] / (widths[highest] + 1)
    return max(range(len(widths)), key=gain.__getitem__)
