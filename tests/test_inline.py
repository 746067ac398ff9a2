"""Pictures that are part of a page: colours of both modes, ids, nothing that the page's policy refuses."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from matplotlib.transforms import Bbox
from test_figures import contrast

from onrecord import figures
from onrecord.book.inline import dark, inlined, style_sheet
from onrecord.geo import land

DARK_PAGE = "#15181d"
ALT = "Two rows of counts, the first of them the larger."
PLACES = pd.DataFrame(
    {
        "name": ["Beijing", "Ottawa"],
        "country": ["CHN", "CAN"],
        "lon": [116.4, -75.7],
        "lat": [39.9, 45.4],
        "venue": [True, False],
        "label": ["Beijing", "Ottawa"],
        "label_right": [0, 9],
        "label_up": [-9, 0],
    }
)
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10.4 5">'


@pytest.fixture(scope="module")
def drawing() -> str:
    counts = pd.DataFrame([[1, 2], [3, 0]], index=["one & all", "two"], columns=["left", "right"])
    return figures.to_svg(figures.count_matrix(counts, "china"), words=True)


def test_words_are_words_and_nothing_is_refused_or_left_out(drawing):
    root = ET.fromstring(inlined(drawing, "fig-a", ALT))
    assert [node.text for node in root.iter("text")] == ["left", "right", "one & all", "two", "1", "2", "3"]
    assert (root.get("role"), root.get("aria-label"), root.get("width")) == ("img", ALT, "518")
    assert not [node.tag for node in root.iter() if node.tag in ("style", "image", "script") or node.get("style")]
    cells = [node for node in root.iter("path") if node.get("fill", "none") != "none"]
    assert len(cells) == 3 and len({node.get("fill") for node in cells}) == 3


def test_a_pattern_is_kept_wherever_a_style_names_it():
    """Matplotlib writes hatching as a pattern, and names it first or last among the styles of a bar."""
    figure, axes = figures.new_figure(2)
    axes.bar([0, 1], [1, 2], hatch="///", facecolor="none", edgecolor="#a8321f")
    axes.bar([2], [1], hatch="..", facecolor="#ffffff", edgecolor="#1f5a85", joinstyle="miter", linewidth=1.5)
    made = inlined(figures.to_svg(figure, words=True), "fig-a", ALT)
    named = set(re.findall(r"url\(#([^)]+)\)", made))
    assert len(named) >= 2 and named <= {node.get("id") for node in ET.fromstring(made).iter()}


def test_a_word_with_an_edge_is_a_word_and_the_figure_is_as_it_was():
    figure = figures.place_map(PLACES)
    before = figures.to_svg(figure)
    made = ET.fromstring(inlined(figures.to_svg(figure, words=True), "fig-a", ALT))
    assert [node.text for node in made.findall(".//g[@class='halo']/text")] == ["Beijing", "Ottawa"]
    assert figures.to_svg(figure) == before


def test_a_map_holds_the_land_that_it_shows_and_no_more():
    whole = sum(len(ring) for polygon in land() for ring in polygon)
    seen = [
        path
        for view in figures.VIEWS.values()
        for path in figures._outlines(Bbox.from_extents(*np.array(view)[[0, 2, 1, 3]]))
    ]
    assert 100 < sum(len(path.vertices) for path in seen) < whole / 4
    west, east, _, north = figures.VIEWS["CAN"]
    (points,) = [path.vertices for path in seen if path.contains_point((-100, 60))]
    assert points[:, 0].min() >= west and points[:, 0].max() <= east and points[:, 1].max() <= north


def test_a_pattern_of_dots_stays_where_it_was_and_is_light():
    circle = "M {0} {1} C {2} {1} {3} {1} {0} {4} C {0} {4} {0} {1} {0} {1} z"
    dots = " ".join(circle.format(x, 2, x + 0.2, x + 0.4, 2.4) for x in range(60))
    made = inlined(
        f'{HEAD}<path d="{dots}" style="fill: #22272e; stroke: #22272e; stroke-width: 1.0"/></svg>', "f", ALT
    )
    (path,) = ET.fromstring(made)
    assert len(path.get("d")) < len(dots) / 3 and path.get("d").count("M") == 60
    assert path.get("d").startswith("M0.2 2.2h0") and path.get("stroke-width") == "1.40"
    few = " ".join(circle.format(x, 2, x + 0.2, x + 0.4, 2.4) for x in range(3))
    assert few in inlined(f'{HEAD}<path d="{few}"/></svg>', "f", ALT)


def test_two_pictures_of_one_page_share_no_id_and_find_their_own(drawing):
    for name in ("fig-a", "fig-b"):
        root = ET.fromstring(inlined(drawing, name, ALT))
        ids = [node.get("id") for node in root.iter() if node.get("id")]
        used = {mark for node in root.iter() for mark in re.findall(r"#([\w-]+)", " ".join(node.attrib.values()))}
        assert ids and len(ids) == len(set(ids)) and used == set(ids)
        assert all(one.startswith(name) for one in ids)


def test_every_colour_is_a_variable_and_paper_is_the_page():
    made = inlined(f'{HEAD}<path d="M0 0" style="fill: {figures.PAPER}; stroke: #a8321f"/></svg>', "fig-a", ALT)
    assert 'fill="var(--pst-color-background)"' in made and 'stroke="var(--f-a8321f)"' in made
    assert not re.search(r'"#[0-9a-f]{6}"', made)


def test_what_draws_nothing_is_left_out_and_what_is_used_again_is_kept():
    marks = '<defs><path id="m" d="M0 0" style="stroke: #22272e"/><path id="n" d="M1 1"/></defs>'
    used = '<g id="g1"><use xlink:href="#m" x="1.23456" y="2"/></g><path d="M0 0" style="fill: none"/>'
    made = inlined(f"{HEAD}<metadata><a/></metadata>{marks}{used}</svg>", "f", ALT)
    assert '<use href="#f-m" x="1.23" y="2">' in made and 'id="f-m"' in made
    assert "metadata" not in made and 'id="f-n"' not in made and 'fill="none"' not in made and "<g" not in made


@pytest.mark.parametrize("name", ["ink", "muted"])
def test_words_are_legible_on_the_dark_page(name):
    assert contrast(dark(figures.PALETTE[name]), DARK_PAGE) >= 4.5


@pytest.mark.parametrize("name", ["canada", "china", "benefit", "justification", "account", "muted"])
def test_marks_are_seen_on_the_dark_page(name):
    assert contrast(dark(figures.PALETTE[name]), DARK_PAGE) >= 3
    assert contrast(dark(figures.PALETTE[name]), dark(figures.PALETTE["gap"])) >= 3


def test_light_and_dark_change_over_and_grey_stays_grey():
    assert contrast(dark("#000000"), DARK_PAGE) > 12 and contrast(dark("#ffffff"), DARK_PAGE) < 1.2
    red, green, blue = (int(dark("#808080")[at : at + 2], 16) for at in (1, 3, 5))
    assert max(red, green, blue) - min(red, green, blue) <= 2


def test_the_sheet_names_each_colour_once_a_mode():
    sheet = style_sheet(["22272e", "a8321f", "22272e"])
    assert sheet.count("--f-22272e:") == 2 == sheet.count("--f-a8321f:")
    assert "--f-22272e:#22272e" in sheet and f"--f-22272e:{dark('#22272e')}" in sheet
