"""Every figure of the book, as the cells of its chapters draw it."""

import ast
import inspect
import re
import textwrap
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.text
import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from project import ROOT, chapters, markdown
from test_figures import drawn_texts

import onrecord.topics
from onrecord import analysis, drawing, facts, figures
from onrecord.marks import placed

pytestmark = pytest.mark.slow
CELL = re.compile(r"^```\{code-cell\} ipython3\n(?:---\n.*?\n---\n)?(.*?)^```$", re.M | re.S)
SMALL = ROOT / "tests" / "small_book"


class Drawn(NamedTuple):
    """A figure of a chapter, with its alternative text, and its picture where that was made."""

    figure: Figure
    alt: str
    svg: str = ""


def draw(docname: str) -> list[Drawn]:
    """Run the cells of a chapter, and take what they show."""
    found: list[Drawn] = []
    space: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "show", lambda figure, alt, data: found.append(Drawn(figure, alt)))
        patch.setattr(figures, "show_table", lambda *_, **__: None)
        patch.setattr(facts, "publish", lambda page: None)
        for cell in CELL.findall(markdown(docname)):
            code = re.sub(r"^:[\w-]+:.*\n", "", textwrap.dedent(cell), flags=re.M)
            if "raises-exception" not in cell:
                exec(compile(code, docname, "exec"), space)
    return found


def pictured(docname: str) -> list[Drawn]:
    """The same, with pictures."""
    return [drawn._replace(svg=figures.to_svg(drawn.figure)) for drawn in draw(docname)]


@cache
def once(docname: str) -> tuple[Drawn, ...]:
    """The figures of a chapter, drawn once for all tests, with their parts in their places."""
    with figures.style():
        return tuple(Drawn(laid_out(figure), alt, svg) for figure, alt, svg in pictured(docname))


DRAWING = [name for name in ("index", *chapters(), "reference/chronology") if "figures.show(" in markdown(name)]
every_chapter = pytest.mark.parametrize("docname", DRAWING)


def laid_out(figure: Figure) -> Figure:
    """A figure whose parts have their places."""
    with figures.style():
        FigureCanvasAgg(figure).draw()
    return figure


# --- all drawing functions ----------------------------------------------------


def drawing_functions() -> dict[str, Any]:
    """Every public function that says it returns a figure, by module and name; ``drawing`` makes what they draw on."""
    found = {}
    for path in sorted(set((ROOT / "onrecord").rglob("*.py")) - {ROOT / "onrecord" / "drawing.py"}):
        for node in ast.parse(path.read_text("utf-8")).body:
            returns = ast.unparse(node.returns) if isinstance(node, ast.FunctionDef) and node.returns else ""
            if returns == "Figure" and not node.name.startswith("_"):
                found[f"{path.stem}.{node.name}"] = node
    return found


def test_every_drawing_function_draws_in_the_book_s_style():
    marked = {
        name: {ast.unparse(d).removeprefix("figures.") for d in node.decorator_list}
        for name, node in drawing_functions().items()
    }
    assert [name for name, decorators in marked.items() if "drawing" not in decorators] == []


def test_every_drawing_function_is_drawn_by_a_chapter():
    """And so stands under the tests below; a function of the general module may be drawn by one of a chapter.

    The first page counts as one, and so does the chapter of the small book, which has a figure of its own.
    """
    pages = "".join([*map(markdown, ("index", *chapters())), (SMALL / "chapters" / "small.md").read_text("utf-8")])
    topics = "".join(path.read_text("utf-8") for path in (ROOT / "onrecord" / "topics").glob("*.py"))
    names = [name.split(".")[1] for name in drawing_functions()]
    unused = [n for n in names if not re.search(rf"\b{n}\(", pages) and not re.search(rf"(?<!def )\b{n}\b", topics)]
    assert unused == []


@every_chapter
def test_every_figure_of_a_chapter_was_drawn(docname):
    assert len(once(docname)) == markdown(docname).count("figures.show(")


# --- how they look -------------------------------------------------------------


@every_chapter
def test_no_label_of_a_figure_is_cut_off(docname):
    lost = []
    for drawn in once(docname):
        page = drawn.figure.bbox.padded(1)
        boxes = [(t.get_text(), t.get_window_extent()) for axes in drawn.figure.axes for t in drawn_texts(axes)]
        lost += [words for words, box in boxes if not (page.contains(*box.min) and page.contains(*box.max))]
    assert lost == []


@every_chapter
def test_a_figure_of_a_chapter_is_the_same_every_time_and_whole_in_itself(docname):
    first, second = ([drawn.svg for drawn in drawing] for drawing in (once(docname), pictured(docname)))
    assert first == second
    for svg in first:
        assert not re.search(r"<text|<image|@import|font-family|(?:href|src)=\"(?!#)|<dc:date>", svg)


def touching(figure: Figure) -> list[str]:
    """Pairs of level or upright texts of a figure, its keys included, that lie on each other by more than a pixel."""
    texts = [t for axes in figure.axes for t in drawn_texts(axes)] + list(figure.texts)
    texts += [t for key in figure.legends for t in key.get_texts()]
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts if t.get_rotation() in (0, 90)]
    return [
        f"{one!r} on {other!r}"
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


@every_chapter
def test_no_two_labels_of_a_figure_touch(docname):
    with figures.style():
        assert [pair for drawn in once(docname) for pair in touching(drawn.figure)] == []


def other_letters(figure: Figure) -> list[str]:
    """Texts of a narrow drawing whose letters are smaller or larger than a phone has them, in points."""
    texts = [t for axes in figure.axes for t in drawn_texts(axes)] + list(figure.texts)
    texts += [t for key in figure.legends for t in key.get_texts()]
    low, high = figures.ON_PHONE.smallest, figures.ON_PHONE.largest
    return [f"{t.get_text()!r}: {t.get_fontsize():.1f}" for t in texts if not low <= t.get_fontsize() <= high]


def cut_marks(axes: Axes) -> list[str]:
    """Marks of a panel that its frame cuts or hides: points of scatters and of lines with markers."""
    cut = []
    pixels = axes.figure.dpi / 72
    groups = [
        (c.get_offsets(), np.sqrt(np.atleast_1d(c.get_sizes())).max() / 2, c) for c in axes.collections if _dots(c)
    ]
    groups += [
        (np.column_stack(line.get_data()), line.get_markersize() / 2, line)
        for line in axes.lines
        if line.get_marker() not in ("None", None, "", " ")
    ]
    for points, radius, artist in groups:
        if not artist.get_clip_on() or not len(points):
            continue
        places = axes.transData.transform(np.ma.filled(np.ma.asarray(axes_numbers(axes, points), dtype=float), np.nan))
        frame = axes.get_window_extent().padded(1 - radius * pixels)
        cut += [f"({x:.0f}, {y:.0f})" for x, y in places if np.isfinite([x, y]).all() and not frame.contains(x, y)]
    return cut


def _dots(collection: Any) -> bool:
    return hasattr(collection, "get_sizes") and collection.get_offset_transform().contains_branch(
        collection.axes.transData
    )


def axes_numbers(axes: Axes, points: Any) -> Any:
    """Points as numbers: dates converted as their axis has them."""
    return np.column_stack([axes.convert_xunits(points[:, 0]), axes.convert_yunits(points[:, 1])])


@every_chapter
def test_no_mark_is_cut_or_hidden_by_its_frame(docname):
    assert [mark for drawn in once(docname) for axes in drawn.figure.axes for mark in cut_marks(axes)] == []


# --- on a narrow screen ----------------------------------------------------------


@cache
def narrow(docname: str) -> tuple[Figure, ...]:
    """The narrow drawings of the figures of a chapter, drawn once for all tests. A label that is cut stops them."""
    return tuple(laid_out(figures._narrow(drawn.figure)) for drawn in once(docname))


@every_chapter
def test_every_figure_has_a_narrow_drawing_with_letters_that_can_be_read(docname):
    assert len(narrow(docname)) == len(once(docname)) > 0
    for figure in narrow(docname):
        assert 96 * figure.get_figwidth() == pytest.approx(328)  # pixels: a screen of 360, less its margins
        assert other_letters(figure) == []


@every_chapter
def test_no_two_labels_of_a_narrow_drawing_touch(docname):
    with figures.style():
        assert [pair for figure in narrow(docname) for pair in touching(figure)] == []


@every_chapter
def test_no_mark_of_a_narrow_drawing_is_cut_or_hidden(docname):
    assert [mark for figure in narrow(docname) for axes in figure.axes for mark in cut_marks(axes)] == []


@every_chapter
def test_the_marks_of_a_narrow_drawing_lead_to_the_same_rows_in_the_same_order(docname):
    """In the same order, since a mark leads to the section of its number on the page of rows."""
    for drawn, figure in zip(once(docname), narrow(docname), strict=True):
        wide, tall = 72 * figure.get_size_inches()
        own = placed(figure)
        assert [(m["label"], m["rows"]) for m in own] == [(m["label"], m["rows"]) for m in placed(drawn.figure)]
        for left, top, width, height in (mark["box"] for mark in own):
            assert width > 2 and height > 2
            assert left >= -1 and left + width <= wide + 1 and top >= -1 and top + height <= tall + 1


# --- and the tests would notice -------------------------------------------------


def planted(size: float, x: float) -> Figure:
    with figures.style():
        figure, axes = figures.new_figure(2)
        axes.scatter([x, 5], [1, 1], s=100)
        axes.set_xlim(0, 10)
        axes.text(5, 1, "a label", fontsize=size)
    return laid_out(figure)


def test_letters_of_another_size_and_a_cut_mark_would_be_noticed():
    assert "'a label': 8.5" not in other_letters(planted(8.5, 5))
    assert cut_marks(planted(11, 5).axes[0]) == []
    assert "'a label': 6.0" in other_letters(planted(6, 5))
    assert len(cut_marks(planted(11, 0).axes[0])) == 1  # half of it
    assert len(cut_marks(planted(11, -3).axes[0])) == 1  # all of it


@figures.drawing
def rows_of_names(names: list[str], words: str = "", x: float = 5) -> Figure:
    figure, axes = figures.new_figure(1.5)
    axes.set_yticks(range(len(names)), names)
    axes.text(x, 0, words, in_layout=False)
    axes.set_xlim(0, 10)
    return figure


LONG = "no end of it in sight, " * 4


def test_a_narrow_drawing_with_a_label_that_is_cut_is_refused():
    with pytest.raises(ValueError, match="cut off: 'no end of it"):
        figures._narrow(rows_of_names(["one", "two"], LONG))
    assert figures._narrow(rows_of_names(["one", "two"], "short"))


def test_a_figure_that_nobody_can_draw_again_is_refused():
    with pytest.raises(ValueError, match="expected a figure of a drawing function"):
        figures._narrow(Figure())


def test_long_names_of_rows_are_broken_and_the_rows_moved_apart(monkeypatch):
    names = ["A name that is far too long for a phone", "Another one that is as long as the first"] * 3
    figure = laid_out(figures._narrow(rows_of_names(names)))
    assert touching(figure) == [] and figure.get_figheight() > 1.5
    assert all("\n" in label.get_text() for label in figure.axes[0].get_yticklabels())
    monkeypatch.setattr(figures, "_crowding", lambda figure: 1.0)
    assert touching(laid_out(figures._narrow(rows_of_names(names)))) != []


def test_labels_that_touch_would_be_noticed():
    figure = planted(11, 5)
    with figures.style():
        assert touching(figure) == []
        figure.axes[0].text(5.1, 1, "another", fontsize=11)
        assert touching(laid_out(figure)) == ["'a label' on 'another'"]


@every_chapter
def test_a_row_label_is_centred_on_its_row(docname):
    for drawn in once(docname):
        assert {t.get_verticalalignment() for axes in drawn.figure.axes for t in axes.get_yticklabels()} <= {"center"}


def test_whoever_imports_the_book_s_figures_keeps_their_own_style_and_fonts():
    assert mpl.get_backend()  # matplotlib chooses one when it is first asked
    before, fonts = mpl.rcParams.copy(), list(font_manager.fontManager.ttflist)
    assert mpl.rcParams["font.family"] == mpl.rcParamsDefault["font.family"]
    assert "Record Sans" not in {font.name for font in fonts}
    with figures.style():
        assert mpl.rcParams["font.family"] == drawing.STYLE["font.family"]
        assert "Record Sans" in {font.name for font in font_manager.fontManager.ttflist}
    assert dict(mpl.rcParams) == dict(before) and font_manager.fontManager.ttflist == fonts


def test_a_reader_s_own_settings_of_matplotlib_change_no_figure():
    def drawn() -> str:
        return figures.to_svg(figures.timeline(analysis.rounds_with_venues(), []))

    plain = drawn()
    theirs = {"axes.grid": True, "lines.linewidth": 5, "figure.figsize": (3, 3), "xtick.labelsize": 30}
    with mpl.rc_context(theirs):
        axes = figures.Figure().subplots()
        assert axes.xaxis.get_gridlines()[0].get_visible(), "a figure that is not the book's follows them"
        assert drawn() == plain
        assert mpl.rcParams["lines.linewidth"] == 5


def test_the_modules_of_the_chapters_change_no_style_either():
    assert onrecord.topics and "rcParams" not in "".join(
        inspect.getsource(module) for module in vars(onrecord.topics).values() if inspect.ismodule(module)
    )
