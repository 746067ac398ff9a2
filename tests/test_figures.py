"""Figures: legible colours, the same bytes every time, and never without words and data."""

import inspect
import io
import json
import re
from collections.abc import Callable

import matplotlib.colors
import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from project import chapters, markdown

from onrecord import analysis, drawing, figures, geo
from onrecord.book.figures import is_wide
from onrecord.look import PAPER
from onrecord.tables import table

TEXT = ("ink", "muted")
MARKS = ("canada", "china", "criticism", "benefit", "proposal", "justification", "account")
# What lies behind marks and text.
GROUNDS = ("rule", "land", "gap")
SENTENCE = "A chart with a bar for each of the rounds."
DATA = pd.DataFrame({"round": [1, 2], "month": ["1997-07", None]})


def luminance(colour: str | tuple) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in matplotlib.colors.to_rgb(colour))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one: str | tuple, other: str | tuple) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def matrices() -> dict[str, Figure]:
    """The matrices of counts that the chapters show."""
    return {
        "critique": figures.count_matrix(analysis.critique_matrix(), "criticism"),
        "speakers": figures.count_matrix(analysis.speakers_by_source(), "china"),
    }


def timeline() -> Figure:
    years = analysis.calendar_years()
    return figures.timeline(analysis.rounds_with_venues(), list(years.index[years == 0]))


def presence() -> Figure:
    present = analysis.topic_presence()
    families = table("topics").set_index("label").loc[present.index, "family"].astype(str)
    return figures.presence_matrix(present, families, "Round", 5)


def sides() -> Figure:
    both = analysis.two_sides().set_index("label")
    shared = int(both["shared"].sum())
    return figures.mirror_bars(
        both["China"], both["Canada and West"], ("in China", "elsewhere"), shared, (12, "by chance")
    )


def lines() -> Figure:
    years = analysis.calendar_years().to_frame("rounds").assign(half=0.5)
    return figures.lines(years, "rounds a year", {"rounds": [1997]})


def lanes() -> Figure:
    rounds = analysis.rounds_with_venues()
    kinds = [list(figures.LANE_MARKS)[n % len(figures.LANE_MARKS)] for n in range(len(rounds))]
    events = pd.DataFrame({"lane": rounds["host_country"].astype(str), "date": rounds["date"], "kind": kinds})
    span, gap = ("1997-01-01", "2006-12-31"), ("2001-01-01", "2002-01-01")
    return figures.lanes(events.assign(label=rounds["round"].astype(str)), span, gap)


DRAWN: dict[str, Callable[[], Figure]] = {
    "timeline": timeline,
    "presence_matrix": presence,
    "count_matrix": lambda: matrices()["critique"],
    "mirror_bars": sides,
    "lines": lines,
    "lanes": lanes,
    "place_map": lambda: figures.place_map(analysis.mapped_places()),
}
every_drawing = pytest.mark.parametrize("name", DRAWN)


# --- colours ------------------------------------------------------------------


def test_contrast_is_measured_as_wcag_does():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#777777", "white") == pytest.approx(4.48, abs=0.005)
    assert contrast("#0000ff", "white") == pytest.approx(8.59, abs=0.005)


def test_every_colour_has_its_use():
    assert set(figures.PALETTE) == {*TEXT, *MARKS, *GROUNDS}


@pytest.mark.parametrize("name", TEXT)
def test_text_is_legible_on_paper(name):
    assert contrast(figures.PALETTE[name], figures.PAPER) >= 4.5


@pytest.mark.parametrize("name", MARKS)
def test_marks_are_visible_on_paper(name):
    assert contrast(figures.PALETTE[name], figures.PAPER) >= 3


@pytest.mark.parametrize("ground", ["land", "gap"])
def test_ink_is_legible_and_marks_are_visible_on_shaded_ground(ground):
    assert contrast(figures.PALETTE["ink"], figures.PALETTE[ground]) >= 4.5
    assert min(contrast(figures.PALETTE[name], figures.PALETTE[ground]) for name in ("canada", "china")) >= 3


@pytest.mark.parametrize("name", ["critique", "speakers"])
def test_every_number_in_a_matrix_is_legible_on_its_cell(name):
    (axes,) = matrices()[name].axes
    (cells_drawn,) = axes.collections
    cells = {(int(text.get_position()[0]), int(text.get_position()[1])): text for text in axes.texts}
    colours = cells_drawn.to_rgba(cells_drawn.get_array())
    ratios = [(t.get_text(), contrast(t.get_color(), tuple(colours[y, x][:3]))) for (x, y), t in cells.items()]
    assert {number: round(ratio, 2) for number, ratio in ratios if ratio < 4.5} == {}


# --- drawing ------------------------------------------------------------------


def test_every_drawing_function_is_drawn_here():
    functions = inspect.getmembers(figures, inspect.isfunction)
    drawing = {name for name, function in functions if function.__annotations__.get("return") == "Figure"}
    assert set(DRAWN) == {name for name in drawing if not name.startswith("_")}


@every_drawing
def test_the_real_tables_can_be_drawn(name):
    figure = DRAWN[name]()
    assert isinstance(figure, Figure) and figure.axes
    assert all(axes.has_data() for axes in figure.axes)


@every_drawing
def test_a_figure_has_no_title_over_all_and_fits_the_column(name):
    """The caption says what a figure shows."""
    figure = DRAWN[name]()
    assert figure.get_suptitle() == ""
    assert figure.get_figwidth() == figures.WIDTH


@every_drawing
def test_no_label_is_cut_off(name):
    figure = DRAWN[name]()
    FigureCanvasAgg(figure).draw()
    page = figure.bbox.padded(1)
    boxes = [(text.get_text(), text.get_window_extent()) for axes in figure.axes for text in drawn_texts(axes)]
    assert [words for words, box in boxes if not (page.contains(*box.min) and page.contains(*box.max))] == []


def drawn_texts(axes) -> list[matplotlib.text.Text]:
    """All text of a panel; labels of ticks beyond the limits of an axis, or of no axis, are made and not drawn."""
    hidden = [] if axes.axison else [*axes.get_xticklabels(), *axes.get_yticklabels()]
    for axis, labels in enumerate((axes.get_xticklabels(), axes.get_yticklabels())):
        low, high = sorted((axes.get_xlim(), axes.get_ylim())[axis])
        hidden += [label for label in labels if not low <= label.get_position()[axis] <= high]
    texts = axes.findobj(matplotlib.text.Text)
    return [text for text in texts if text.get_text() and text.get_visible() and text not in hidden]


@every_drawing
def test_the_same_figure_gives_the_same_bytes_and_no_date(name):
    first, second = figures.to_svg(DRAWN[name]()), figures.to_svg(DRAWN[name]())
    assert first == second
    assert "<dc:date>" not in first and not re.search(r"20\d\d-\d\d-\d\dT", first)


@every_drawing
def test_a_picture_is_whole_in_itself(name):
    """No font, style or image is fetched, and nothing is a raster: letters and cells are paths."""
    svg = figures.to_svg(DRAWN[name]())
    assert not re.search(r"<text|<image|@import|font-family|(?:href|src)=\"(?!#)", svg)


@pytest.mark.parametrize("chapter", chapters())
def test_chapters_draw_with_named_functions_and_colours(chapter):
    """What is drawn in a chapter is drawn by a function that is tested here."""
    used = set(re.findall(r"figures\.(\w+)\(", markdown(chapter)))
    assert used <= {*DRAWN, "show", "show_table"}


def test_a_count_of_zero_is_left_blank():
    figure = figures.count_matrix(pd.DataFrame([[0, 2], [3, 0]], index=["a", "b"], columns=["x", "y"]), "china")
    assert sorted(text.get_text() for text in figure.axes[0].texts) == ["2", "3"]


def test_a_sixth_series_is_refused_and_not_left_out():
    data = pd.DataFrame(np.ones((3, 6)), columns=list("abcdef"), index=[2000, 2001, 2002])
    assert len(figures.lines(data[list("abcde")], "unit").axes[0].lines) == 5
    with pytest.raises(ValueError, match="expected at most 5 series, got a, b, c, d, e, f"):
        figures.lines(data, "unit")


@pytest.mark.parametrize(("joined", "drawn"), [(False, [1.0, None, 3.0]), (True, [1.0, 3.0])])
def test_a_null_is_a_gap_in_a_line_unless_the_points_are_joined(joined, drawn):
    data = pd.DataFrame({"a": [1.0, None, 3.0]}, index=[2000, 2001, 2002])
    (line,) = figures.lines(data, "unit", joined=joined).axes[0].lines
    assert [None if pd.isna(y) else y for y in line.get_ydata()] == drawn


# --- the land -----------------------------------------------------------------


def test_the_land_lies_on_the_globe():
    points = np.vstack([ring for polygon in geo.land() for ring in polygon])
    assert points[:, 0].min() >= -190 and points[:, 0].max() <= 191
    assert points[:, 1].min() >= -90.01 and points[:, 1].max() <= 90.01


def test_every_ring_of_land_is_closed():
    rings = [ring for polygon in geo.land() for ring in polygon]
    far = np.array([[360, 0]])  # Antarctica goes round the pole, and ends a turn on
    assert [len(r) for r in rings if len(r) < 4 or not np.allclose(abs(r[0] - r[-1]) % far[0, 0], 0, atol=1e-6)] == []


def test_no_shore_runs_straight_across_the_map():
    """A ring cut at the antimeridian was once closed across the Arctic, and filled the sea."""
    steps = [np.abs(np.diff(ring[:, 0])).max() for polygon in geo.land() for ring in polygon if ring[:, 1].min() > -60]
    assert max(steps) < 12


def inside(lon: float, lat: float) -> bool:
    """Whether a place is on land: inside an odd number of rings."""
    rings = [ring for polygon in geo.land() for ring in polygon]
    return sum(matplotlib.path.Path(ring).contains_point((lon, lat)) for ring in rings) % 2 == 1


@pytest.mark.parametrize(
    ("place", "lon", "lat", "land"),
    [
        ("Saskatoon", -106.7, 52.1, True),
        ("Xi'an", 108.9, 34.3, True),
        ("Pacific", -160, 20, False),
        ("Caspian Sea", 51, 42, False),
        ("Foxe Basin", -78.5, 66.3, False),
        ("Davis Strait", -58, 66, False),
        ("Iqaluit", -68.5, 63.75, True),
        ("Beijing", 116.4, 39.9, True),
    ],
)
def test_land_is_land_and_sea_is_sea(place, lon, lat, land):
    assert inside(lon, lat) is land


# --- showing ------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch) -> list[dict]:
    """What a cell published, instead of a notebook."""
    bundles: list[dict] = []
    monkeypatch.setattr(figures, "display", lambda bundle, **_: bundles.append(bundle))
    return bundles


@pytest.mark.parametrize("alt", ["", "fig.svg", "A chart of the rounds.", SENTENCE[:-1], "chart " * 12])
def test_a_figure_is_not_shown_without_a_sentence_that_says_what_it_shows(alt, shown):
    with pytest.raises(ValueError, match="expected alternative text in a sentence"):
        figures.show(Figure(), alt, DATA)
    assert shown == []


def test_a_figure_is_not_shown_without_its_data(shown):
    with pytest.raises(ValueError, match="expected the data behind the figure"):
        figures.show(Figure(), SENTENCE, DATA.head(0))
    assert shown == []


figures_settle = figures._settle


def test_a_figure_carries_its_words_and_its_data(shown):
    figures.show(timeline(), SENTENCE, DATA)
    figures.show(timeline(), SENTENCE, DATA)
    bundle, again = shown
    made = json.loads(bundle[figures.FIGURE_MIME])
    assert (made["alt"], bundle["text/plain"]) == (SENTENCE, SENTENCE)
    assert (made["columns"], made["rows"]) == (["round", "month"], [["1", "1997-07"], ["2", ""]])
    assert made["svg"] == bundle["image/svg+xml"] == again["image/svg+xml"]


def test_all_pictures_of_a_figure_have_one_layout(monkeypatch, shown):
    laid_out = []
    monkeypatch.setattr(figures, "_settle", lambda figure: laid_out.append(figure) or figures_settle(figure))
    figures.show(timeline(), SENTENCE, DATA)
    made = json.loads(shown[0][figures.FIGURE_MIME])
    shapes, words = (set(re.findall(r"M [\d.]+ [\d.]+ \nL [\d.]+ [\d.]+", made[key])) for key in ("svg", "drawn"))
    assert len(words) > 2 and words <= shapes, "letters as shapes have lines of their own"
    assert len(set(map(id, laid_out))) == 2, "the figure, for the site and again for paper, and its narrow drawing"


def test_a_table_carries_its_label_its_caption_and_its_rows(shown):
    figures.show_table(DATA, "tbl-made", "A made table.")
    made = json.loads(shown[0][figures.TABLE_MIME])
    assert (made["name"], made["caption"], made["rows"][1]) == ("tbl-made", "A made table.", ["2", ""])
    with pytest.raises(ValueError, match="expected a table with rows"):
        figures.show_table(DATA.head(0), "tbl-made", "A made table.")


def test_a_day_is_printed_without_an_hour_and_an_hour_is_kept(shown):
    days = pd.DataFrame({"day": pd.to_datetime(["1997-07-01 00:00", "1997-07-01 09:30", None])})
    figures.show_table(days, "tbl-made", "A made table.")
    assert json.loads(shown[0][figures.TABLE_MIME])["rows"] == [["1997-07-01"], ["1997-07-01 09:30:00"], [""]]


def test_a_table_is_wide_by_its_columns_and_sentences():
    seven, sentence = list("abcdefg"), "word " * 20
    assert is_wide(seven, [["1"] * 6 + [sentence]])
    assert not is_wide(seven, [["1"] * 7])
    assert not is_wide(seven[:6], [["1"] * 5 + [sentence]])


# --- drawn for paper --------------------------------------------------------------


def sizes_of(svg: str) -> list[float]:
    """The sizes of all labels in points: an outline is scaled from an em of a hundred."""
    return [100 * float(scale) for scale in re.findall(r"scale\(([\d.]+) -", svg)]


def test_a_figure_for_paper_has_the_measure_and_letters_that_can_be_read():
    svg = figures.for_print(timeline())
    width = float(re.search(r'<svg[^>]*\swidth="([\d.]+)pt"', svg)[1])
    assert width == pytest.approx(72 * figures.ON_PAPER.width, abs=0.1)
    assert (
        min(sizes_of(svg)) >= figures.ON_PAPER.smallest - 0.01 and max(sizes_of(svg)) <= figures.ON_PAPER.largest + 0.01
    )
    assert figures.for_print(timeline()) == svg


def test_a_list_of_fonts_that_lacks_those_of_matplotlib_changes_nothing(monkeypatch, caplog):
    """A mark that is a letter is set in a font of matplotlib's own."""

    def marked() -> str:
        with figures.style():
            figure, axes = figures.new_figure(2)
            axes.plot([0, 1], [0, 1], marker="$?$", ms=12)
            return figures.to_svg(figure)

    whole = marked()
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    drawing._fonts.cache_clear()
    try:
        assert marked() == whole and caplog.records == []
    finally:
        drawing._fonts.cache_clear()


@pytest.mark.filterwarnings("ignore:constrained_layout not applied")  # that is what it is about
def test_a_figure_that_does_not_fit_on_paper_is_no_figure():
    figure, axes = figures.new_figure(2)
    axes.text(0.9, 0.5, "a label that leaves the picture " * 3)
    with pytest.raises(ValueError, match="cut off: 'a label that leaves"):
        figures.for_print(figure)


def test_a_drawing_of_its_own_for_paper_has_letters_that_can_be_read():
    @figures.drawing
    def drawn(paper: bool = False) -> Figure:
        figure = Figure(figsize=(figures.ON_PAPER.width, 2))
        figure.text(0.1, 0.5, "small", fontsize=6 if paper else 12)
        return figure

    with pytest.raises(ValueError, match=r"no label under 7\.5 points: 'small'"):
        figures.for_print(drawn())


# --- drawn for a narrow screen -----------------------------------------------------


def test_a_narrow_drawing_leaves_the_figure_as_it_is_and_is_the_same_every_time():
    figure, other = timeline(), timeline()
    first = figures.for_phone(figure)
    assert first == figures.for_phone(figure)
    assert figures.to_svg(figure) == figures.to_svg(other)
    assert figures.for_print(figure) == figures.for_print(other)


def test_a_narrow_drawing_is_drawn_anew_and_not_made_smaller(shown):
    figures.show(timeline(), SENTENCE, DATA)
    made = json.loads(shown[0][figures.FIGURE_MIME])
    assert float(re.search(r'<svg[^>]*\swidth="([\d.]+)pt"', made["narrow"])[1]) == pytest.approx(246)  # 328 pixels
    assert made["narrow"] != made["drawn"] and made["narrow"].count("<text") > 5
    assert figures.by_room("site", "phone") == "site"


def test_what_nobody_can_draw_again_is_not_shown(shown):
    with pytest.raises(ValueError, match="expected a figure of a drawing function"):
        figures.show(Figure(), SENTENCE, DATA)
    assert shown == []


def test_a_picture_in_dots_is_the_same_each_time_and_of_the_size_of_its_figure():
    first, second = (figures.to_png(DRAWN["timeline"]()) for _ in range(2))
    picture = Image.open(io.BytesIO(first))
    inches = DRAWN["timeline"]().get_size_inches()
    assert first == second and picture.size == tuple(int(300 * side) for side in inches)
    assert [round(dots) for dots in picture.info["dpi"]] == [300, 300]
    paper = zip(picture.convert("RGB").getpixel((3, 3)), bytes.fromhex(PAPER[1:]), strict=True)
    assert max(abs(shown - meant) for shown, meant in paper) <= 1  # of 256 colours none is another by more
    assert len(picture.convert("RGB").getcolors()) > 40  # edges are smooth
