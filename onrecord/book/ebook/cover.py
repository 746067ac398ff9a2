"""The cover: title, subtitle, and the rounds on their line of time, in the book's own type.

A cover is drawn once, and remembered by all that it is made from; what draws is loaded when one is drawn.
"""

from __future__ import annotations

import io
from textwrap import fill
from typing import TYPE_CHECKING

import pandas as pd

from ... import remembered
from ...analysis import rounds_with_venues
from ...look import HOST_COLOURS, HOST_MARKERS, PALETTE, PAPER
from ...paths import CODE, FONT_FILES, FONTS, REQUIREMENTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

WIDTH, HEIGHT, DPI = 16.0, 25.6, 100  # 1600 by 2560 pixels, as book shops ask
MARGIN = 1.6
_MADE_BY = (CODE / "book" / "ebook" / "cover.py", CODE / "look.py")


def _font(name: str, size: float) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=str(FONTS / f"{name}.ttf"), size=size)


def cover(title: str, subtitle: str, author: str, dpi: int = DPI) -> bytes:
    """The cover as PNG, of 16 by 25.6 times ``dpi`` pixels."""
    rounds = rounds_with_venues()[["date_start", "host_country"]].astype(str)
    told = repr((title, subtitle, author, dpi, rounds.to_csv()))
    key = remembered.of_files([*_MADE_BY, *FONT_FILES, REQUIREMENTS], told)
    return remembered.made_once("cover", key, lambda: _drawn(title, subtitle, author, dpi, rounds))


def _drawn(title: str, subtitle: str, author: str, dpi: int, rounds: pd.DataFrame) -> bytes:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=dpi, facecolor=PAPER)
    figure.set_layout_engine("none")
    place = figure.add_axes((0, 0, 1, 1))
    place.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    place.axis("off")
    ink = PALETTE["ink"]
    place.plot([MARGIN, MARGIN + 2.4], [22.9, 22.9], color=PALETTE["canada"], linewidth=14, solid_capstyle="butt")
    serif, italic = _font("RecordSerif-Semibold", 165), _font("RecordSerif-Italic", 64)
    place.text(MARGIN, 22.0, fill(title, 8), font=serif, color=ink, va="top", linespacing=0.86)
    place.text(MARGIN, 15.6, fill(subtitle, 26), font=italic, color=ink, va="top", linespacing=1.1)
    _rounds(place, rounds)
    place.text(MARGIN, 2.2, author, font=_font("RecordSans-Regular", 42), color=ink, va="baseline")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, facecolor=PAPER, metadata={"Software": None})
    return buffer.getvalue()


def _rounds(place: Axes, rounds: pd.DataFrame) -> None:
    """A mark for each round at its date: above the line in Canada, below it in China."""
    months = rounds["date_start"].str[5:7].astype(int) - 0.5
    years = rounds["date_start"].str[:4].astype(int) + months / 12
    first, after = int(years.min()), int(years.max()) + 1
    step = (WIDTH - 2 * MARGIN) / (after - first)
    middle, muted = 7.4, PALETTE["muted"]
    place.plot([MARGIN, WIDTH - MARGIN], [middle, middle], color=muted, linewidth=3)
    for year in range(first, after + 1):
        at = MARGIN + (year - first) * step
        place.plot([at, at], [middle - 0.12, middle + 0.12], color=muted, linewidth=3)
    for year, host in zip(years, rounds["host_country"], strict=True):
        at, height = MARGIN + (year - first) * step, middle + (0.8 if host == "CAN" else -0.8)
        place.plot([at, at], [middle, height], color=muted, linewidth=3)
        place.plot([at], [height], HOST_MARKERS[host], color=HOST_COLOURS[host], markersize=40)
    small = _font("RecordSans-Regular", 34)
    for number, at, side in ((first, MARGIN, "left"), (after - 1, WIDTH - MARGIN, "right")):
        place.text(at, middle - 1.5, str(number), font=small, color=muted, ha=side, va="top")
