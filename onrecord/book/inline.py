"""A picture as part of a page: its words are words, and its colours follow the mode of the page.

A figure comes with a second drawing in which text is text (:func:`onrecord.figures.to_svg`). Here that drawing
loses what a page cannot have (styles written on elements, which its policy forbids; ids that stand twice) and its
colours become variables. :data:`SHEET` gives each variable its value for the light page and for the dark one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from sphinx.application import Sphinx

from ..files import put
from ..look import HALO, PAPER
from .made import site_written
from .slim import LONG_NUMBER, rounded

SHEET = "figures.css"
_PAGE = "var(--pst-color-background)"  # what is drawn in the colour of paper has that of the page
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_USED = re.compile(r"var\(--f-([0-9a-f]{6})\)")
_REFERENCE = re.compile(r"(?<=#)[\w.-]+(?=\)?$)")
_NUMBER = re.compile(r"-?[\d.]+")
_MANY = 50  # circles in one path: a pattern
_LEFT_OUT = {"metadata", "style"}
# Lightness of the ends, as OKLab measures it: paper becomes the dark page, ink its text.
_LIGHT, _DARK = (0.988, 0.27), (0.21, 0.90)


# --- colours ------------------------------------------------------------------------


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _display(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _oklab(colour: str) -> tuple[float, float, float]:
    """``#rrggbb`` as lightness and two axes of colour (OKLab, Ottosson 2020)."""
    r, g, b = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long, middle, short = (
        sum(weight * part for weight, part in zip(row, (r, g, b), strict=True)) ** (1 / 3)
        for row in (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        )
    )
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _channels(lightness: float, a: float, b: float) -> list[float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return [
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    ]


def dark(colour: str) -> str:
    """The counterpart of a colour on the dark page: its hue, with light and dark changed over.

    ``colour`` and result: ``#rrggbb``. Where the screen has no colour so strong, it is the strongest it has.
    """
    lightness, a, b = _oklab(colour)
    slope = (_DARK[1] - _DARK[0]) / (_LIGHT[1] - _LIGHT[0])
    lightness = min(0.97, max(_DARK[0], _DARK[0] + slope * (lightness - _LIGHT[0])))
    strength = 1.0
    while min(made := _channels(lightness, a * strength, b * strength)) < -1e-4 or max(made) > 1.0001:
        strength -= 0.02
    return "#" + "".join(f"{round(255 * _display(min(1.0, max(0.0, channel)))):02x}" for channel in made)


def style_sheet(colours: Iterable[str]) -> str:
    """The variables of the colours (``rrggbb``), for the light page and for the dark one."""
    known = sorted(set(colours))
    light = "".join(f"--f-{colour}:#{colour};" for colour in known)
    night = "".join(f"--f-{colour}:{dark(f'#{colour}')};" for colour in known)
    return f'html{{{light}}}\n@media screen{{html[data-theme="dark"]{{{night}}}}}\n'


# --- the picture ---------------------------------------------------------------------


class Leading(NamedTuple):
    """A mark that can be pressed: left, top, width and height in the picture, its name, and where it leads."""

    box: Sequence[float]
    told: str
    href: str


def inlined(svg: str, name: str, alt: str, marks: Sequence[Leading] = (), kind: str = "") -> str:
    """A drawing as an element of a page.

    ``name``: what its ids begin with; ``alt``: what it shows, in words; ``marks``: what lies over it to be pressed;
    ``kind``: its class, by which the style sheet shows it on some screens only.
    """
    root = ET.fromstring(svg)
    said = (part.strip() for node in root.iter() for value in node.attrib.values() for part in value.split(";"))
    used = {mark for part in said for mark in _REFERENCE.findall(part)}
    width, height = (f"{float(side):.0f}" for side in root.attrib["viewBox"].split()[2:])
    # A picture hides what is in it from those who hear the page; one with links is a group, and hides the drawing only.
    role = "group" if marks else "img"
    told = {"viewBox": root.attrib["viewBox"], "width": width, "height": height, "role": role, "aria-label": alt}
    if kind:
        told["class"] = kind
    inside = "".join(_written(child, name, used) for child in root)
    if marks:
        inside = f'<g aria-hidden="true">{inside}</g><g fill="none" pointer-events="all">{_over(marks)}</g>'
    return rounded(f"<svg{_attributes(told)}>{inside}</svg>")


def _over(marks: Sequence[Leading]) -> str:
    """The links over a drawing. One stop for the keyboard, from which arrows lead to the others (``page.js``)."""
    made = []
    for place, mark in enumerate(marks):
        box = dict(zip(("x", "y", "width", "height"), (f"{side:g}" for side in mark.box), strict=True))
        link = {"class": "lead", "href": mark.href, "aria-label": mark.told} | ({"tabindex": "-1"} if place else {})
        made.append(f"<a{_attributes(link)}><title>{escape(mark.told)}</title><rect{_attributes(box)}/></a>")
    return "".join(made)


def _written(node: ET.Element, name: str, used: set[str]) -> str:
    """An element and what is in it; groups that say nothing, and elements that draw nothing, are left out."""
    tag = node.tag.partition("}")[2]
    if tag in _LEFT_OUT:
        return ""
    said = {key.rpartition("}")[2]: " ".join(value.split()) for key, value in node.attrib.items()}
    said |= dict(part.strip().split(": ", 1) for part in said.pop("style", "").split(";") if part.strip())
    if said.get("id") == HALO:
        said["class"] = HALO
    if said.get("id") not in used:
        said.pop("id", None)
    said = {key: _value(key, value, name) for key, value in said.items()}
    if said.get("transform", "").startswith("rotate(-0 "):
        del said["transform"]
    if "Record Sans" in said.get("font-family", ""):
        del said["font-family"]  # the style sheet names it, with what stands in for it
    inside = escape((node.text or "").strip()) + "".join(_written(child, name, used) for child in node)
    if tag in ("g", "defs") and (not inside or not said):
        return f"<defs>{inside}</defs>" if tag == "defs" and inside else inside
    if tag == "path" and said.get("fill") == "none" and "stroke" not in said:
        return ""
    if tag == "path":
        said |= _dots(said)
    return f"<{tag}{_attributes(said)}>{inside}</{tag}>"


def _dots(said: dict[str, str]) -> dict[str, str]:
    """A pattern of dots, which matplotlib draws as hundreds of circles, as points of a round pen; else nothing."""
    circles = [[float(number) for number in _NUMBER.findall(part)] for part in said["d"].split("z") if "C" in part]
    if len(circles) < _MANY:
        return {}
    wide = max(max(circle[::2]) - min(circle[::2]) for circle in circles) + float(said.get("stroke-width", 0))
    points = [tuple((min(side) + max(side)) / 2 for side in (circle[::2], circle[1::2])) for circle in circles]
    pen = {"stroke-width": f"{wide:.2f}", "stroke-linecap": "round", "fill": "none"}
    return {"d": "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points), **pen}


def _value(key: str, value: str, name: str) -> str:
    """An attribute as the page has it: ids with the name before them, colours as variables."""
    if key == "id":
        return f"{name}-{value}"
    if key in ("href", "clip-path", "fill", "stroke") and _REFERENCE.search(value):
        value = value if _COLOUR.fullmatch(value) else _REFERENCE.sub(lambda mark: f"{name}-{mark[0]}", value)
    if key in ("x", "y", "width", "height"):
        return LONG_NUMBER.sub(r"\1", value)
    return _PAGE if value == PAPER else _COLOUR.sub(lambda colour: f"var(--f-{colour[0][1:]})", value)


def _attributes(said: dict[str, str]) -> str:
    return "".join(f' {key}="{escape(value)}"' for key, value in said.items())


# --- the style sheet -------------------------------------------------------------------


def _write(app: Sphinx, error: Exception | None) -> None:
    """The colours that the pages name; from the pages, since not all are written anew."""
    if not site_written(app, error):
        return
    pages = (path.read_text("utf-8") for path in sorted(Path(app.outdir).rglob("*.html")))
    put(Path(app.outdir, "_static", SHEET), style_sheet(c for page in pages for c in _USED.findall(page)).encode())


def connect(app: Sphinx) -> None:
    """The sheet after Sphinx has copied its own files."""
    app.connect("build-finished", _write, priority=700)
