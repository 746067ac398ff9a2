"""The cover: title, subtitle, and the rounds on their line of time, in the book's own type."""

from __future__ import annotations

import io

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from ...analysis import rounds_with_venues
from ...figures import HOST_COLOURS, HOST_MARKERS, PALETTE, PAPER
from ...paths import ROOT

FONTS = ROOT / "fonts"
WIDTH, HEIGHT, DPI = 16.0, 25.6, 100  # 1600 by 2560 pixels, as book shops ask


def _font(name: str, size: float) -> FontProperties:
    return FontProperties(fname=str(FONTS / f"{name}.ttf"), size=size)


def cover(title: str, subtitle: str, author: str) -> bytes:
    """The cover as PNG; a line break in ``subtitle`` goes after its last comma."""
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor=PAPER, layout="none")
    place = figure.add_axes((0, 0, 1, 1))
    place.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    place.axis("off")
    left, ink, accent = 1.6, PALETTE["ink"], PALETTE["canada"]
    place.plot([left, left + 2.4], [22.4, 22.4], color=accent, linewidth=14, solid_capstyle="butt")
    first, _, last = title.rpartition(" ")
    text = {"color": ink, "va": "top"}
    place.text(left, 21.4, f"{first}\n{last}", font=_font("RecordSerif-Semibold", 172), linespacing=1.02, **text)
    under = subtitle.replace(", ", ",\n", 1).replace(" and ", "\nand ", 1)
    place.text(left, 14.9, under, font=_font("RecordSerif-Italic", 66), linespacing=1.3, **text)
    _rounds(place, left)
    place.text(left, 2.3, author, font=_font("RecordSans-Regular", 42), color=ink, va="baseline")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, facecolor=PAPER, metadata={"Software": None})
    return buffer.getvalue()


def _rounds(place, left: float) -> None:
    """A mark for each round at its date; the shape says who was the host."""
    rounds = rounds_with_venues()
    years = rounds["date_start"].str[:4].astype(int) + (rounds["date_start"].str[5:7].astype(int) - 0.5) / 12
    first, last = int(years.min()), int(years.max()) + 1
    scale = (WIDTH - 2 * left) / (last - first)
    place.plot([left, WIDTH - left], [7.2, 7.2], color=PALETTE["muted"], linewidth=3)
    for year in range(first, last + 1):
        at = left + (year - first) * scale
        place.plot([at, at], [7.05, 7.2], color=PALETTE["muted"], linewidth=3)
    for year, host in zip(years, rounds["host_country"], strict=True):
        marker, colour = HOST_MARKERS[host], HOST_COLOURS[host]
        place.plot(left + (year - first) * scale, 7.75, marker, color=colour, markersize=34)
    for year, side in ((first, "left"), (last, "right")):
        at = left + (year - first) * scale
        shown = year if side == "left" else year - 1
        place.text(at, 6.75, str(shown), font=_font("RecordSans-Regular", 34), color=PALETTE["muted"], ha=side, va="top")
