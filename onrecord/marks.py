"""The marks of a figure that stand for rows, and to which rows each leads.

A drawing function says with :func:`lead`, where it draws a mark, what rows the mark stands for; so the links are
computed with the figure, and a number on a mark that is not the number of its rows stops the drawing. A figure whose
marks stand for no row says with :func:`without` why. The site lays a link over every mark (:mod:`onrecord.book.leads`);
print, e-book and notebooks have the picture as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import pandas as pd

from .tables import BAR, primary_key, row_keys

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STATEMENTS = "evidence"
_LEAST = 3.0  # points: what can be pressed is at least so wide and so high
_AROUND = 2.0  # points: what can be pressed goes so far over the edge of a mark


class Row(NamedTuple):
    """A row of a table: the table's name, and the row's key (parts in the order of the primary key)."""

    table: str
    key: str


Leads = Mapping[Any, list[Row]]


class _Mark(NamedTuple):
    axes: Axes
    label: str
    rows: tuple[Row, ...]
    low: tuple[Any, Any]
    high: tuple[Any, Any]
    size: float


_MARKS: WeakKeyDictionary[Figure, list[_Mark]] = WeakKeyDictionary()
_WITHOUT: WeakKeyDictionary[Figure, str] = WeakKeyDictionary()


def a_row(name: str, *key: Any) -> Row:
    """One row of a table by the values of its primary key."""
    return Row(name, BAR.join(map(str, key)))


def rows_of(name: str, frame: pd.DataFrame) -> list[Row]:
    """The rows of a table that stand in a frame with the columns of its primary key, each once, in their order."""
    return [Row(name, key) for key in dict.fromkeys(row_keys(frame, primary_key(name)))]


def behind(name: str, frame: pd.DataFrame, *by: str) -> dict[Any, list[Row]]:
    """The rows behind each value of a column, or behind each set of values of several.

    ``frame``: columns ``by`` and those of the primary key of the table ``name``.
    """
    values = [frame[column].astype(str) for column in by]
    keys = row_keys(frame, primary_key(name))
    found: dict[Any, dict[Row, None]] = {}
    for value, key in zip(zip(*values, strict=True) if len(by) > 1 else values[0], keys, strict=True):
        found.setdefault(value, {})[Row(name, key)] = None
    return {value: list(rows) for value, rows in found.items()}


def lead(
    axes: Axes,
    label: str,
    rows: Iterable[Row],
    low: tuple[Any, Any],
    high: tuple[Any, Any] | None = None,
    *,
    size: float = 0,
    number: int | None = None,
) -> None:
    """Let a mark lead to its rows.

    ``label``: what a reader is told of the mark; ``low``, ``high``: corners of the mark as the axes count, the same
    for a point; ``size``: how wide a point is drawn, in points; ``number``: what stands on the mark, if it counts.
    Raises ValueError for a mark without rows, with a row twice, or with another number than it has rows.
    """
    held = tuple(rows)
    if not held or len(set(held)) < len(held):
        raise ValueError(f"expected rows behind the mark {label!r}, each once, got {len(held)}")
    if number is not None and number != len(held):
        raise ValueError(f"expected {number} rows behind the mark {label!r}, got {len(held)}")
    figure = axes.get_figure(root=True)
    assert figure is not None, "the axes of a drawing are in a figure"
    _MARKS.setdefault(figure, []).append(_Mark(axes, " ".join(label.split()), held, low, high or low, size))


def without(figure: Figure, why: str) -> None:
    """Say that no mark of a figure stands for rows, and why."""
    _WITHOUT[figure] = why


def reason(figure: Figure) -> str:
    """Why no mark of a figure leads anywhere; empty where one does, or where nobody said."""
    return _WITHOUT.get(figure, "")


def placed(figure: Figure) -> list[dict[str, Any]]:
    """The marks of a figure that has just been drawn: ``box``, ``label`` and ``rows`` of each.

    ``box``: left, top, width and height in points from the upper left corner, as an SVG counts.
    """
    scale, tall = 72 / figure.dpi, 72 * figure.get_size_inches()[1]
    made = []
    for mark in _MARKS.get(figure, []):
        ends = [
            (float(mark.axes.convert_xunits(x)), float(mark.axes.convert_yunits(y))) for x, y in (mark.low, mark.high)
        ]
        (x0, y0), (x1, y1) = scale * mark.axes.transData.transform(ends)
        over = mark.size / 2 + _AROUND if mark.size else 0
        left, top = min(x0, x1) - over, tall - max(y0, y1) - over
        wide, high = abs(x1 - x0) + 2 * over, abs(y1 - y0) + 2 * over
        more = [max(0.0, _LEAST - side) for side in (wide, high)]  # of a bar in a narrow drawing
        sides = left - more[0] / 2, top - more[1] / 2, wide + more[0], high + more[1]
        box = [round(float(side), 1) for side in sides]
        made.append({"box": box, "label": mark.label, "rows": [list(each) for each in mark.rows]})
    return made


def told(label: str, rows: list[list[str]]) -> str:
    """The name of a mark for a reader: its label, and how many rows it stands for, if not one."""
    if len(rows) == 1:
        return label
    kind = "statements" if {name for name, _ in rows} == {STATEMENTS} else "rows"
    return f"{label}: {len(rows)} {kind}"
