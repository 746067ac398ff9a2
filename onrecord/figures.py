"""Figures and tables of the chapters: one style, one palette, one way to finish.

A drawing function takes a table and returns a figure. :func:`show` finishes
it: the picture, a sentence that says what it shows, and the data behind it
travel together. :func:`show_table` does the same for a table.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from textwrap import fill
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick, XTick
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedLocator, MaxNLocator
from matplotlib.transforms import Bbox
from PIL import Image

from .drawing import (
    AGAIN,
    ON_PAPER,
    ON_PAPER_INSTEAD,
    ON_PHONE,
    ROOM,
    WIDTH,
    Room,
    by_room,
    drawing,
    new_figure,
    on_phone,
    style,
    upright,
)
from .geo import land
from .look import (
    DEEPEST,
    DOTS,
    FIGURE_MIME,
    HALO,
    HOST_COLOURS,
    HOST_MARKERS,
    HOST_NAMES,
    LANE_MARKS,
    PALETTE,
    PAPER,
    SERIES,
    TABLE_MIME,
)
from .marks import Leads, a_row, lead, placed

P = ParamSpec("P")
T = TypeVar("T")

# For a figure that is laid out: with none of matplotlib's engines, else each picture is drawn once for nothing first.
_LAID_OUT: Any = {"figure.constrained_layout.use": False}


def to_svg(figure: Figure, *, words: bool = False) -> str:
    """The figure as SVG text, without a date, so that it is the same every time.

    ``words``: leave text as text, in the fonts that the site has, and draw on nothing; else letters are shapes.
    """
    buffer = io.StringIO()
    fonts: Any = {"svg.fonttype": "none" if words else "path"}
    with style(), mpl.rc_context({**_LAID_OUT, **fonts}), _halos_named(figure, words):
        figure.savefig(buffer, format="svg", transparent=words, metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _settle(figure: Figure) -> None:
    """Lay a figure out, once: all its pictures have the same places, and none is laid out again as it is saved."""
    engine = ConstrainedLayoutEngine()
    _canvas(figure)  # what it measures of a word it measures once
    figure.set_layout_engine(engine)
    if figure.axes:
        engine.execute(figure)
    with mpl.rc_context(_LAID_OUT):
        figure.set_layout_engine(None)


def _canvas(figure: Figure) -> FigureCanvasAgg:
    """What measures a figure and its words, made once."""
    return figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)


@contextmanager
def _halos_named(figure: Figure, words: bool) -> Iterator[None]:
    """For words: a text with an edge of paper, which matplotlib draws as shapes, has the group ``halo`` instead."""
    edged = [text for text in figure.findobj(Text) if words and text.get_path_effects()]
    before = [(text.get_path_effects(), text.get_gid()) for text in edged]
    for text in edged:
        text.set_path_effects([])
        text.set_gid(HALO)
    try:
        yield
    finally:
        for text, (effects, name) in zip(edged, before, strict=True):
            text.set_path_effects(effects)
            text.set_gid(name)


def to_png(figure: Figure) -> bytes:
    """The figure as PNG of 256 colours, at ``DOTS`` an inch: to print, and for a notebook that is not trusted."""
    drawn, made = io.BytesIO(), io.BytesIO()
    with style(), mpl.rc_context(_LAID_OUT):
        figure.savefig(drawn, format="rgba", dpi=DOTS)
    width, height = (int(DOTS * inches) for inches in figure.get_size_inches())
    picture = Image.frombytes("RGB", (width, height), drawn.getvalue(), "raw", "RGBX")
    few = picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(made, "png", dpi=(DOTS, DOTS))
    return made.getvalue()


def for_print(figure: Figure) -> str:
    """The figure drawn anew for the measure of the printed page, as SVG; ``figure`` is changed by it.

    It is laid out again in the narrower space, with marks and letters of a size for paper: a picture that
    is merely made smaller has letters that nobody can read. Raises ValueError where it does not fit.
    """
    with style():
        if figure in ON_PAPER_INSTEAD:
            figure = ON_PAPER_INSTEAD[figure]
            _settle(figure)
        else:
            _lay_out(figure, ON_PAPER)
        _check_whole(figure, ON_PAPER)
        return to_svg(figure)


def for_phone(figure: Figure) -> tuple[str, list[dict[str, Any]]]:
    """Another drawing of a figure, for a narrow screen: SVG whose words are words, and its marks.

    ``figure`` stays as it is. Raises ValueError where it does not fit, and for a figure of no drawing function.
    """
    narrow = _narrow(figure)
    return to_svg(narrow, words=True), placed(narrow)


def _narrow(figure: Figure) -> Figure:
    """The figure of :func:`for_phone`: drawn by the same function, which asks :func:`by_room` for what differs."""
    if figure not in AGAIN:
        raise ValueError("expected a figure of a drawing function (figures.drawing), to draw it again")
    token = ROOM.set(ON_PHONE)
    try:
        with style():
            narrow = AGAIN[figure]()
            _lay_out(narrow, ON_PHONE)
            _check_whole(narrow, ON_PHONE)
    finally:
        ROOM.reset(token)
    return narrow


def _lay_out(figure: Figure, room: Room) -> None:
    """Lay a figure out in less room, with marks and letters of another size."""
    figure.set_layout_engine("none")
    _see_to_ticks(figure)
    size = _size_in(figure, room)
    for axes in figure.axes:
        if room.row_name:
            _break_row_names(axes, room.row_name)
        for axis in (axes.xaxis, axes.yaxis):
            for which in ("major", "minor"):
                sizes = [_size(tick.label1) for tick in _ticks(axis, which)]
                if sizes:
                    axis.set_tick_params(which=which, labelsize=_letters(sizes[0], room))
    for words in figure.findobj(Text):
        words.set_fontsize(_letters(_size(words), room))
    for note in figure.findobj(Annotation):
        if note.anncoords == "offset points":
            right, up = note.xyann
            note.xyann = (room.share * right, room.share * up)
    for marks in figure.findobj(PathCollection):
        marks.set_sizes(marks.get_sizes() * room.share**2)
    for line in figure.findobj(Line2D):
        line.set_markersize(room.share * line.get_markersize())
    figure.set_size_inches(*size)
    _settle(figure)
    if room.row_name and (higher := _crowding(figure)) > 1:
        figure.set_figheight(min(room.tallest, size[1] * higher))
        _settle(figure)


def _break_row_names(axes: Axes, letters: int) -> None:
    """Break the names of rows; numbers of an axis are left as they are."""
    if isinstance(axes.yaxis.get_major_locator(), FixedLocator):
        names = [tick.get_text() for tick in axes.get_yticklabels()]
        # Of panels side by side the first one has them; and whoever broke some of them has seen to all.
        if any(names) and not any("\n" in name for name in names):
            axes.set_yticklabels([fill(name, letters) for name in names])


def _crowding(figure: Figure) -> float:
    """How many times taller a figure must be for the names of its rows to stand clear of each other; 1 if they do."""
    worst, gap = 1.0, figure.dpi / 48
    for axes in figure.axes:
        names = [tick.label1 for tick in _ticks(axes.yaxis, "major") if tick.label1.get_visible() and _in_view(tick)]
        boxes = sorted((name.get_window_extent() for name in names if name.get_text()), key=lambda box: box.y0)
        for one, other in pairwise(boxes):
            apart = (other.y0 + other.y1 - one.y0 - one.y1) / 2
            worst = max(worst, ((one.height + other.height) / 2 + gap) / apart)
    return worst


def _check_whole(figure: Figure, room: Room) -> None:
    """Raises ValueError where a label of a figure that is laid out is too small for a room, or is cut off."""
    _see_to_ticks(figure)
    for legend in figure.findobj(Legend):
        legend.draw(_canvas(figure).get_renderer())  # its words are in their place only once they are drawn
    unseen = {id(tick.label1) for tick in _ticks_of(figure) if not _in_view(tick)}
    outside = [words.get_text() for words in figure.findobj(Text) if _is_cut(figure, words, unseen)]
    if outside:
        raise ValueError(f"expected every label on the picture, cut off: {', '.join(map(repr, outside))}")
    small = [w.get_text() for w in figure.findobj(Text) if w.get_text().strip() and _size(w) < room.smallest]
    if small:
        raise ValueError(f"expected no label under {room.smallest} points: {', '.join(map(repr, small))}")


def _see_to_ticks(figure: Figure) -> None:
    """Have the ticks of every axis there, with their letters, as when they are drawn: that takes far longer."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            axis.get_ticklabels(which="both")


def _ticks(axis: Axis, which: str) -> list[Tick]:
    return list(axis.get_major_ticks() if which == "major" else axis.get_minor_ticks())


def _ticks_of(figure: Figure) -> Iterator[Tick]:
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            yield from [*_ticks(axis, "major"), *_ticks(axis, "minor")]


def _in_view(tick: Tick) -> bool:
    """Whether a tick lies on its axis as drawn; others are kept by matplotlib, and never shown."""
    axis = tick.axes.xaxis if isinstance(tick, XTick) else tick.axes.yaxis
    low, high = sorted(axis.get_view_interval())
    return bool(low <= tick.get_loc() <= high)


def _size_in(figure: Figure, room: Room) -> tuple[float, float]:
    """Width and height in a room, in inches: as much lower as its letters are smaller; a map keeps its form."""
    width, height = figure.get_size_inches()
    if any(axes.get_aspect() != "auto" for axes in figure.axes):
        return room.width, height * room.width / width
    shrunk = [_letters(_size(w), room) / _size(w) for w in figure.findobj(Text) if w.get_text().strip()]
    return room.width, min(room.tallest, height * float(np.median(shrunk)))


def _size(words: Text) -> float:
    return float(words.get_fontsize())


def _letters(size: float, room: Room) -> float:
    """The size in a room of letters of a size on the site, both in points."""
    return float(np.clip(room.share * size, room.smallest, room.largest))


def _is_cut(figure: Figure, words: Text, unseen: set[int]) -> bool:
    """Whether a label that is seen leaves the picture, by more than a hair. ``unseen``: ids of labels that are not."""
    if not words.get_visible() or not words.get_text().strip() or id(words) in unseen:
        return False
    box, whole, hair = words.get_window_extent(), figure.bbox, figure.dpi / 36
    return bool(
        box.x0 < whole.x0 - hair or box.x1 > whole.x1 + hair or box.y0 < whole.y0 - hair or box.y1 > whole.y1 + hair
    )


def _cell(value: object) -> str:
    """A value as text; a day without an hour is printed as the day, and what is true or false as yes or no."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return f"{value:%Y-%m-%d}"
    return str(value)


def _plain(frame: pd.DataFrame) -> dict:
    """A table as JSON-able columns and rows; nulls become empty text."""
    text = frame.astype(object).where(frame.notna(), "").map(_cell)
    return {"columns": [str(c) for c in frame.columns], "rows": text.values.tolist()}


def show(figure: Figure, alt: str, data: pd.DataFrame) -> None:
    """Publish a figure: picture, alternative text (a sentence) and the data drawn.

    Raises ValueError when ``alt`` is not a sentence or ``data`` is empty.
    """
    if len(alt.split()) < 8 or not alt.rstrip().endswith("."):
        raise ValueError(f"expected alternative text in a sentence, got {alt!r}")
    if data.empty:
        raise ValueError("expected the data behind the figure, got an empty table")
    with style():
        _settle(figure)
        svg, png, width = to_svg(figure), to_png(figure), round(96 * figure.get_figwidth())
        made = {"svg": svg, "drawn": to_svg(figure, words=True), "alt": alt, **_plain(data)}
        made["marks"] = placed(figure)  # where the last drawing has them
        made["narrow"], made["narrow_marks"] = for_phone(figure)
        made["print"] = for_print(figure)  # last, since it lays the figure out anew
    bundle = {
        FIGURE_MIME: json.dumps(made),
        "image/svg+xml": svg,
        "image/png": base64.b64encode(png).decode("ascii"),
        "text/plain": alt,
    }
    display(bundle, raw=True, metadata={"image/png": {"width": width}})


def show_table(frame: pd.DataFrame, name: str, caption: str) -> None:
    """Publish a table with a number, a label (``name``) and a caption that says what it shows.

    Columns headed Source, Evidence or Chapter hold keys, divided by semicolons, and become links on the page.
    """
    if frame.empty:
        raise ValueError("expected a table with rows")
    bundle = {
        TABLE_MIME: json.dumps({"name": name, "caption": caption, **_plain(frame)}),
        "text/html": frame.to_html(index=False),
        "text/plain": frame.to_string(index=False),
    }
    display(bundle, raw=True)


# --- drawing ---------------------------------------------------------------


@drawing
def timeline(rounds: pd.DataFrame, empty_years: Sequence[int]) -> Figure:
    """Rounds along the years, host told by row, colour and marker; empty years shaded.

    ``rounds``: round, date (Timestamp), host_country (CAN, CHN), cities.
    """
    figure, axes = new_figure(2.9)
    for year in empty_years:
        axes.axvspan(pd.Timestamp(year, 1, 1), pd.Timestamp(year + 1, 1, 1), color=PALETTE["gap"], lw=0)
        axes.text(pd.Timestamp(year, 7, 1), -0.55, "no round", ha="center", va="center", color=PALETTE["ink"])
    rows = {"CAN": 1, "CHN": 0}
    axes.plot(rounds["date"], rounds["host_country"].map(rows).astype(int), color=PALETTE["muted"], lw=0.8, zorder=1)
    for host, part in rounds.groupby("host_country", observed=True):
        y = [rows[host]] * len(part)
        axes.scatter(
            part["date"], y, s=110, color=HOST_COLOURS[host], marker=HOST_MARKERS[host], zorder=2, edgecolor=PAPER
        )
    for row in rounds.itertuples():
        held = [a_row("rounds", row.round)]
        lead(axes, f"Round {row.round}, {row.cities}", held, (row.date, rows[row.host_country]), size=11)
        up = row.host_country == "CAN"
        axes.annotate(
            f"{row.round}\n{row.cities}" if up else f"{row.cities}\n{row.round}",
            (row.date, rows[row.host_country]),
            xytext=(0, 11 if up else -11),
            textcoords="offset points",
            ha="center",
            va="bottom" if up else "top",
            fontsize=10,
        )
    axes.set_yticks(list(rows.values()), [f"in {HOST_NAMES[h]}" for h in rows])
    axes.set_ylim(-0.75, 1.85)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(YearLocator())
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    axes.set_xlim(pd.Timestamp(1997, 1, 1), pd.Timestamp(2006, 7, 1))
    return figure


@drawing
def presence_matrix(
    present: pd.DataFrame,
    families: pd.Series,
    x_label: str,
    divided_after: int | None = None,
    leads: Leads | None = None,
) -> Figure:
    """A filled square where a row meets a column; rows grouped by family.

    ``present``: boolean, index = row labels in order, columns = column labels;
    ``families``: family of each row, in the same order; ``divided_after``: number of
    columns after which a dashed line is drawn; ``leads``: rows behind each square, by row
    and column.
    """
    names = [fill(str(label), 31) for label in present.index]
    figure, axes = new_figure((0.42 if any("\n" in name for name in names) else 0.28) * len(present) + 0.7)
    for y, label in enumerate(present.index):
        axes.axhline(y, color=PALETTE["rule"], lw=0.6, zorder=0)
        x = np.flatnonzero(present.loc[label].to_numpy())
        axes.scatter(x, [y] * len(x), marker="s", s=90, color=PALETTE["china"], zorder=2)
        if leads:
            for at in x:
                column = str(present.columns[at])
                corners = (at - 0.5, y - 0.5), (at + 0.5, y + 0.5)
                lead(axes, f"{label}. {x_label}: {column}", leads[str(label), column], *corners)
    breaks = np.flatnonzero(families.to_numpy()[1:] != families.to_numpy()[:-1])
    for at in breaks:
        axes.axhline(at + 0.5, color=PALETTE["muted"], lw=0.8)
    if divided_after:
        axes.axvline(divided_after - 0.5, color=PALETTE["ink"], lw=1, ls=(0, (5, 3)))
    axes.set_yticks(range(len(present)), names)
    axes.set_xticks(range(present.shape[1]), list(present.columns))
    axes.xaxis.set_ticks_position("top")
    axes.xaxis.set_label_position("top")
    axes.set_xlabel(x_label)
    axes.set_xlim(-0.6, present.shape[1] - 0.4)
    axes.set_ylim(len(present) - 0.4, -0.6)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


@drawing
def count_matrix(counts: pd.DataFrame, colour: str, leads: Leads | None = None) -> Figure:
    """Counts in cells, printed and shaded: the darker, the more. Zero is left blank.

    ``counts``: integers, index = row labels, columns = column labels; ``leads``: rows behind each cell.
    """
    figure, axes = new_figure(0.3 * len(counts) + 1.5)
    shades = LinearSegmentedColormap.from_list("counts", [PAPER, PALETTE[colour]])
    values = counts.to_numpy(dtype=float)
    # The scale ends before the full colour, so that ink is legible on every cell.
    shaded = np.ma.masked_equal(values, 0)
    axes.pcolormesh(shaded, cmap=shades, vmin=0, vmax=values.max() / DEEPEST)  # cells stay shapes in the SVG
    for (y, x), value in np.ndenumerate(values):
        if value:
            axes.text(x + 0.5, y + 0.5, f"{int(value)}", ha="center", va="center", color=PALETTE["ink"], fontsize=10.5)
        if value and leads:
            names = str(counts.index[y]), str(counts.columns[x])
            lead(axes, ", ".join(names), leads[names], (x, y), (x + 1, y + 1), number=int(value))
    rows, columns = np.arange(len(counts)), np.arange(counts.shape[1])
    axes.set_yticks(rows + 0.5, list(counts.index))
    axes.set_xticks(columns + 0.5, list(counts.columns), rotation=35, ha="left", rotation_mode="anchor")
    upright(axes, list(counts.columns))
    axes.xaxis.set_ticks_position("top")
    axes.set_xticks([*columns, len(columns)], minor=True)
    axes.set_yticks([*rows, len(rows)], minor=True)
    axes.invert_yaxis()
    axes.grid(which="minor", color=PALETTE["rule"], lw=0.6)
    axes.tick_params(which="both", length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


@drawing
def mirror_bars(
    left: pd.Series,
    right: pd.Series,
    names: tuple[str, str],
    rule_after: int,
    expected: tuple[int, str] | None = None,
    leads: Leads | None = None,
) -> Figure:
    """Two counts of the same rows, back to back, numbers at the bars' ends.

    ``left`` and ``right`` share an index of row labels, first row on top; a line
    is drawn after ``rule_after`` rows. ``expected``: where the line would be by
    some yardstick, and what to say of it; drawn dashed. ``leads``: rows behind each
    bar, by row and by the name of the series.
    """
    figure = Figure(figsize=(WIDTH, 0.33 * len(left) + 0.9))
    west, east = figure.subplots(1, 2, sharey=True, gridspec_kw={"wspace": 0})
    limit = float(max(left.max(), right.max())) * by_room(1.15, 1.4)
    y = np.arange(len(left))
    for axes, counts, colour, hatch, title in (
        (west, left, "china", "", names[0]),
        (east, right, "canada", "///", names[1]),
    ):
        axes.barh(y, counts, color=PALETTE[colour], height=0.68, hatch=hatch, edgecolor=PAPER, lw=0)
        for at, value in zip(y, counts, strict=True):
            axes.annotate(
                str(int(value)),
                (value, at),
                xytext=(-4 if axes is west else 4, 0),
                textcoords="offset points",
                va="center",
                ha="right" if axes is west else "left",
                fontsize=10.5,
            )
            if value and leads:
                name = str(counts.index[at])
                held = leads[name, str(counts.name)]
                lead(axes, f"{name}, {title}", held, (0, at - 0.34), (value, at + 0.34), number=int(value))
        axes.axhline(rule_after - 0.5, color=PALETTE["muted"], lw=1)
        axes.set_title(fill(title, by_room(60, 14)), fontsize=11, loc="right" if axes is west else "left")
        axes.set_xlim((limit, 0) if axes is west else (0, limit))
        axes.set_xticks([])
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
    if expected:
        for axes in (west, east):
            axes.axhline(expected[0] - 0.5, color=PALETTE["ink"], lw=1, ls=(0, (5, 3)))
        place = {"xy": (1, expected[0] - 0.5), "xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
        east.annotate(fill(expected[1], by_room(60, 17)), xytext=(0, 4), ha="right", va="bottom", fontsize=10, **place)
    west.set_yticks(y, list(left.index))
    west.set_ylim(len(left) - 0.5, -0.5)
    return figure


# Longitude and latitude of each panel of the map, in degrees: west, east, south, north.
VIEWS = {"CHN": (73, 136, 17, 54), "CAN": (-141, -52, 41, 70)}


def _outlines(view: Bbox) -> Iterator[Path]:
    """The land within a view (degrees east and north), a path a polygon; what lies outside is cut off."""
    for polygon in land():
        rings = [Path(ring, closed=True).clip_to_bbox(view) for ring in polygon]
        seen = [ring for ring in rings if np.size(ring.vertices)]
        if seen:
            yield Path.make_compound_path(*seen)


@drawing
def place_map(places: pd.DataFrame, leads: Leads | None = None) -> Figure:
    """Venues and places of visits, one panel a country, land in outline.

    ``places``: name, country (CHN, CAN), lon, lat in degrees (WGS84), venue
    (bool), label, and where the label goes (label_right, label_up: points from its
    place). A place that was a venue has a filled marker, one that was only visited
    a ring. Lakes are not drawn: the outline has none. ``leads``: rows behind each place,
    by its name.
    """
    ratios = [(e - w) * np.cos(np.radians((s + n) / 2)) / (n - s) for w, e, s, n in VIEWS.values()]
    flat = [1 / ratio for ratio in ratios]
    figure = Figure(figsize=(WIDTH, by_room(WIDTH / sum(ratios), WIDTH * sum(flat)) + 0.1))
    grid: dict[str, Any] = by_room(
        {"ncols": 2, "width_ratios": ratios},  # side by side
        {"nrows": 2, "height_ratios": flat},  # one below the other
    )
    panels = figure.subplots(**grid)
    for axes, (country, (west, east, south, north)) in zip(panels, VIEWS.items(), strict=True):
        for outline in _outlines(Bbox([[west - 1, south - 1], [east + 1, north + 1]])):
            axes.add_patch(PathPatch(outline, fc=PALETTE["land"], lw=0.5, ec=PALETTE["muted"], zorder=0))
        for row in places[places["country"] == country].itertuples():
            colour = HOST_COLOURS[country]
            face = colour if row.venue else PAPER
            axes.scatter(row.lon, row.lat, s=48, color=face, edgecolor=colour, lw=1.8, marker=HOST_MARKERS[country])
            dx, dy = int(row.label_right), int(row.label_up)
            axes.annotate(
                row.label,
                (row.lon, row.lat),
                xytext=(dx, dy),
                textcoords="offset points",
                ha="left" if dx > 0 else "right" if dx < 0 else "center",
                va="center" if dx else ("bottom" if dy > 0 else "top"),
                fontsize=9.5,
                path_effects=[withStroke(linewidth=2.2, foreground=PAPER)],
                arrowprops={"arrowstyle": "-", "lw": 0.6, "color": PALETTE["muted"], "shrinkB": 4, "shrinkA": 0},
            )
            if leads:
                lead(axes, row.label, leads[row.name], (row.lon, row.lat), size=8)
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
        axes.set_xticks([])
        axes.set_yticks([])
        for side in axes.spines.values():
            side.set_visible(False)
    return figure


@drawing
def lines(
    data: pd.DataFrame,
    unit: str,
    marked: Mapping[str, Sequence[int]] | None = None,
    height: float = 3.2,
    *,
    joined: bool = False,
    named: bool = True,
) -> Figure:
    """Series along the years, each named at its end.

    ``data``: index = years, columns = at most five series by name; a null is a
    gap in the line, or is passed over where ``joined``; ``unit``: what the
    vertical axis counts; ``marked``: years of a series to mark with a ring;
    ``named``: False leaves the names to a legend, which the caller draws.
    """
    if data.shape[1] > len(SERIES):
        raise ValueError(f"expected at most {len(SERIES)} series, got {', '.join(map(str, data.columns))}")
    figure, axes = new_figure(height)
    ends: list[tuple[float, float, str, str]] = []
    for (name, column), (colour, dashes, marker) in zip(data.items(), SERIES[: data.shape[1]], strict=True):
        known = column.dropna().astype(float)
        drawn = known if joined else column.astype(float)
        axes.plot(drawn.index, drawn, color=PALETTE[colour], ls=dashes, marker=marker, ms=3.5, lw=1.5, label=str(name))
        rings = known[known.index.isin((marked or {}).get(str(name), []))]
        axes.scatter(rings.index, rings, s=90, facecolor="none", edgecolor=PALETTE[colour], lw=1.4, zorder=3)
        ends.append((float(known.iloc[-1]), float(known.index[-1]), str(name), PALETTE[colour]))
    low, high = axes.get_ylim()
    gap, at = 0.07 * (high - low), -np.inf
    for y, x, name, ink in sorted(ends) if named else []:
        at = max(y, at + gap)
        axes.annotate(name, (x, at), xytext=(8, 0), textcoords="offset points", va="center", color=ink, fontsize=10.5)
    axes.set_ylabel(unit)
    axes.margins(x=0.02)
    axes.grid(axis="y", color=PALETTE["rule"], lw=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


@drawing
def lanes(events: pd.DataFrame, span: tuple[str, str], shaded: tuple[str, str] | None = None) -> Figure:
    """Dated events in lanes, one lane a row, oldest to the left.

    ``events``: lane (text, in order of appearance), date (Timestamp), kind (a
    key of ``LANE_MARKS``), label (text, may be empty), and, for marks that lead on,
    told (text) and leads (rows); ``span``: first and last
    day of the axis; ``shaded``: a period to shade.
    """
    names = list(dict.fromkeys(events["lane"]))
    figure, axes = new_figure(by_room(0.42, 0.5) * len(names) + 0.8)
    if shaded:
        axes.axvspan(pd.Timestamp(shaded[0]), pd.Timestamp(shaded[1]), color=PALETTE["gap"], lw=0)
    for y, name in enumerate(names):
        axes.axhline(y, color=PALETTE["rule"], lw=0.8, zorder=0)
        for kind, part in events[events["lane"] == name].groupby("kind", sort=False):
            colour, marker, filled = LANE_MARKS[str(kind)]
            face = PALETTE[colour] if filled else PAPER
            axes.scatter(
                part["date"], [y] * len(part), s=46, color=face, edgecolor=PALETTE[colour], marker=marker, lw=1.4
            )
            for event in part.itertuples() if "leads" in part else []:
                lead(axes, event.told, event.leads, (event.date, y), size=7)
        for row in events[(events["lane"] == name) & (events["label"] != "")].itertuples():
            axes.annotate(row.label, (row.date, y), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=9)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.8)
    around = pd.Timedelta(days=by_room(0, 300))  # so that no mark at an end is cut
    axes.set_xlim(pd.Timestamp(span[0]) - around, pd.Timestamp(span[1]) + around)
    if on_phone():
        axes.xaxis.set_major_locator(YearLocator(10))
        axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure
