"""How a drawing function is declared, and what it asks of the room it draws for.

A module of a topic has numbers and drawings, and most who import it want the numbers alone. So nothing here imports
matplotlib before something is drawn, and neither does such a module: it imports what it draws with where it draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from inspect import signature
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from .look import PALETTE, PAPER
from .paths import FONTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontEntry

P = ParamSpec("P")
T = TypeVar("T")

WIDTH = 7.2  # inches: the measure of the text column


# --- rooms ------------------------------------------------------------------------------------


class Room(NamedTuple):
    """A narrower place for a figure than the column of the site: its measure, and the letters in it."""

    width: float  # inches
    tallest: float  # inches
    smallest: float  # points: no letter is smaller,
    largest: float  # points: and none is larger
    share: float  # of the size on the site; letters shrink less than the picture, which loses room between them
    row_name: int  # letters of the name of a row, before it is broken; 0: left as it is


ON_PAPER = Room(116 / 25.4, 158 / 25.4, 7.5, 8.2, 0.7, 0)  # the measure of the template of the press
ON_PHONE = Room(328 / 96, 12.0, 8.2, 9.0, 0.75, 18)  # a screen of 360 pixels, less its margins
ROOM: ContextVar[Room | None] = ContextVar("room", default=None)


def on_phone() -> bool:
    """Whether a drawing function draws for a narrow screen."""
    return ROOM.get() is ON_PHONE


def by_room(site: T, phone: T) -> T:
    """What a drawing function takes on the site, and what in the narrow drawing for a phone."""
    return phone if on_phone() else site


def upright(axes: Axes, names: Sequence[str], letters: int = 18) -> None:
    """On a phone: names of columns from bottom to top, broken after ``letters``; elsewhere they stay as they are."""
    if on_phone():
        turned: dict[str, Any] = {"rotation": 90, "ha": "left", "va": "center", "rotation_mode": "anchor"}
        axes.set_xticks(axes.get_xticks(), [fill(str(name), letters) for name in names], **turned)


# --- the style --------------------------------------------------------------------------------

STYLE = {
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "font.family": ["Record Sans", "DejaVu Sans"],
    "font.size": 11,
    "text.color": PALETTE["ink"],
    "axes.edgecolor": PALETTE["muted"],
    "axes.labelcolor": PALETTE["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": PALETTE["ink"],
    "ytick.color": PALETTE["ink"],
    "legend.frameon": False,
    # By the letters themselves; by the base line, labels hang three pixels below their rows.
    "ytick.alignment": "center",
    # The same figure gives the same bytes.
    "svg.hashsalt": "on-the-record",
    "svg.fonttype": "path",
}


@cache
def _fonts() -> tuple[FontEntry, ...]:
    """The book's fonts as matplotlib lists them, and those of its own that its list lacks; the list stays as it was.

    Matplotlib keeps the list in the reader's home. A run that was broken off may have left there one without its fonts.
    """
    import matplotlib as mpl
    from matplotlib.font_manager import fontManager as manager

    before = len(manager.ttflist)
    listed = {entry.fname for entry in manager.ttflist}
    brought = sorted(Path(mpl.get_data_path(), "fonts", "ttf").glob("*.ttf"))
    for font in [*sorted(FONTS.glob("*.ttf")), *(font for font in brought if str(font) not in listed)]:
        manager.addfont(font)
    entries = tuple(manager.ttflist[before:])
    del manager.ttflist[before:]
    return entries


@cache
def _defaults() -> dict[str, Any]:
    """Matplotlib's own settings but for those of windows, so that a reader's ``matplotlibrc`` changes nothing."""
    import matplotlib as mpl

    windows = ("backend", "interactive", "toolbar", "timezone", "webagg", "tk", "macosx", "savefig.directory")
    return {key: value for key, value in dict.items(mpl.rcParamsDefault) if not key.startswith(windows)}


_styled: ContextVar[bool] = ContextVar("styled", default=False)


@contextmanager
def style() -> Iterator[None]:
    """The book's style and fonts, and afterwards those of before: who imports this module keeps their own plots.

    Within another such block it does nothing: to forget which fonts were found costs as much as to draw.
    """
    if _styled.get():
        yield
        return
    import matplotlib as mpl
    from matplotlib.font_manager import fontManager as manager

    token = _styled.set(True)
    own = list(manager.ttflist)
    manager.ttflist = [*own, *_fonts()]
    manager._findfont_cached.cache_clear()  # type: ignore[attr-defined]
    try:
        settings: Any = {**_defaults(), **STYLE}
        with mpl.rc_context(settings):
            yield
    finally:
        _styled.reset(token)
        manager.ttflist = own
        manager._findfont_cached.cache_clear()  # type: ignore[attr-defined]


# --- drawing functions ------------------------------------------------------------------------

# Of a figure: another one for paper, and how it is drawn once more.
ON_PAPER_INSTEAD: WeakKeyDictionary[Figure, Figure] = WeakKeyDictionary()
AGAIN: WeakKeyDictionary[Figure, Callable[[], Figure]] = WeakKeyDictionary()


def drawing(function: Callable[P, Figure]) -> Callable[P, Figure]:
    """A function that returns a figure, made to draw in the book's style.

    One with an argument ``paper`` draws another figure for paper (see :func:`for_print`), kept with the first.
    """
    for_paper = "paper" in signature(function).parameters

    @wraps(function)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with style():
            figure = function(*args, **kwargs)
            AGAIN[figure] = lambda: function(*args, **kwargs)
            if for_paper:
                ON_PAPER_INSTEAD[figure] = function(*args, **{**kwargs, "paper": True})  # type: ignore[arg-type]
            return figure

    return drawn


def blank(height: float, width: float = WIDTH) -> Figure:
    """A figure without axes, ``height`` and ``width`` inches large."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def new_figure(height: float, **kwargs) -> tuple[Figure, Axes]:
    """An empty figure, column wide, ``height`` inches tall, with one axes."""
    figure = blank(height)
    return figure, figure.subplots(**kwargs)
