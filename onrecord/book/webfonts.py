"""The fonts of the site: the book's own (``fonts/*.ttf``), packed as WOFF2, and the style sheet that names them.

The same fonts are in the PDF and the e-book. A browser fetches a file only when
a page uses it, and the Chinese ones only where there are Chinese characters: the two of
the first page come from a tiny one, names, titles and laws from a small one, and whole
texts in Chinese need the other too. Until a font has come, one of the machine's stands in
for it, made as wide and as high, so that nothing jumps when they change over.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Collection
from itertools import count, groupby
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.afmLib import AFM
from fontTools.agl import UV2AGL
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

from .. import remembered
from ..files import put
from ..paths import BIBLIOGRAPHY, CHAPTERS, CODE, DATA, FIRST_PAGE, FONT_FILES, FONTS, REQUIREMENTS
from ..reads import cache
from .made import pages_before, site_written
from .parallel import meanwhile

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table that it keeps
_NAMING = ("milestones", "organisations", "people", "requests")  # tables whose Chinese chapters print


class Face(NamedTuple):
    """One font of the site: file name without ending, family, weight, style, and which part of the letters."""

    stem: str
    family: str
    weight: int
    style: str = "normal"
    part: str = "all"

    @property
    def source(self) -> Path:
        """The font that it is cut from."""
        return FONTS / f"{re.sub('-(First|Texts)$', '', self.stem)}.ttf"


FACES = (
    Face("RecordSerif-Regular", "Record Serif", 400),
    Face("RecordSerif-Italic", "Record Serif", 400, "italic"),
    Face("RecordSerif-Semibold", "Record Serif", 600),
    Face("RecordSans-Regular", "Record Sans", 400),
    Face("RecordSans-Semibold", "Record Sans", 600),
    Face("RecordHan-Regular-First", "Record Han", 400, part="first"),
    Face("RecordHan-Regular", "Record Han", 400, part="names"),
    Face("RecordHan-Regular-Texts", "Record Han", 400, part="texts"),
)
PRELOADED = (  # by _static/page.js: what nearly every page uses
    "RecordSerif-Regular.woff2",
    "RecordSerif-Semibold.woff2",
    "RecordSans-Regular.woff2",
)


class StandIn(NamedTuple):
    """Fonts of the machine that stand in for one of ours: their names, and the metrics that they share."""

    stem: str
    names: tuple[str, ...]
    metrics: str


# The three have the widths of Times or Helvetica, which Adobe has published and matplotlib holds.
_TIMES = ("Times New Roman", "Liberation Serif", "Nimbus Roman")
_ARIAL = ("Arial", "Liberation Sans", "Nimbus Sans")
STAND_INS = (
    StandIn("RecordSerif-Regular", _TIMES, "Times-Roman"),
    StandIn("RecordSerif-Italic", tuple(f"{name} Italic" for name in _TIMES), "Times-Italic"),
    StandIn("RecordSerif-Semibold", tuple(f"{name} Bold" for name in _TIMES), "Times-Bold"),
    StandIn("RecordSans-Regular", _ARIAL, "Helvetica"),
    StandIn("RecordSans-Semibold", tuple(f"{name} Bold" for name in _ARIAL), "Helvetica-Bold"),
)


@cache
def letters(face: Face) -> list[int]:
    """The characters of a face: all of its font; or those of the first page; of names and titles; the others."""
    held = _held(face.source)
    if face.part == "all":
        return held
    named = [*sorted(CHAPTERS.glob("*.md")), *(DATA / f"{name}.csv" for name in _NAMING), BIBLIOGRAPHY]
    first, names = (
        set(map(ord, set[str]().union(*(path.read_text("utf-8") for path in paths)))) for paths in ([FIRST_PAGE], named)
    )
    part_of = {point: "first" if point in first else "names" if point in names else "texts" for point in held}
    return [point for point in held if part_of[point] == face.part]


def _held(font: Path) -> list[int]:
    """All characters that a font has: reading them takes long, and fonts stay what they are."""
    key = remembered.of_files([font, REQUIREMENTS], "")
    known: list[int] | None = remembered.recall(f"letters_{font.stem}", key)
    if known is None:
        known = sorted(TTFont(font).getBestCmap())
        remembered.keep(f"letters_{font.stem}", key, known)
    return known


def packed(face: Face) -> bytes:
    """A face as WOFF2; packing takes a second, so the outcome is remembered by its font and letters."""
    points = letters(face)
    key = remembered.of_files([face.source, CODE / "book" / "webfonts.py", REQUIREMENTS], repr(points))
    return remembered.made_once("font", key, lambda: _packed(face, points), most=4 * len(FACES))


def _packed(face: Face, points: Collection[int]) -> bytes:
    font = TTFont(face.source, recalcTimestamp=False)
    if face.part != "all":
        from fontTools.subset import Options, Subsetter  # slow to import, and packed fonts are remembered

        cutter = Subsetter(Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True))
        cutter.populate(unicodes=points)
        cutter.subset(font)
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def unicode_range(points: Collection[int]) -> str:
    """Characters as CSS writes them: ``U+4E00, U+4E2D-4E30``."""
    steps = count()
    runs = [list(run) for _, run in groupby(sorted(points), key=lambda point: point - next(steps))]
    return ", ".join(f"U+{run[0]:X}" if len(run) == 1 else f"U+{run[0]:X}-{run[-1]:X}" for run in runs)


def proportion(stand_in: StandIn, text: str) -> float:
    """How much wider our font sets a text than the one that stands in for it does."""
    import matplotlib as mpl  # slow to import, and what comes of it is remembered

    font = TTFont(FONTS / f"{stand_in.stem}.ttf")
    widths, names = font["hmtx"], font.getBestCmap()
    metrics = AFM(str(Path(mpl.get_data_path(), "fonts", "pdfcorefonts", f"{stand_in.metrics}.afm")))
    theirs = {name: metrics[name][1] for name in metrics.chars()}
    often = Counter(map(ord, text))
    both = [point for point in often if point in names and UV2AGL.get(point) in theirs]
    our_width = sum(often[point] * widths[names[point]][0] for point in both) / font["head"].unitsPerEm
    return our_width / (sum(often[point] * theirs[UV2AGL[point]] for point in both) / 1000)


def stand_in_rule(stand_in: StandIn, text: str) -> str:
    """The ``@font-face`` of a font of the machine, as wide and as high as ours."""
    face = next(face for face in FACES if face.stem == stand_in.stem)
    font, wider = TTFont(face.source), proportion(stand_in, text)
    high, low, gap = (
        100 * abs(getattr(font["hhea"], side)) / font["head"].unitsPerEm / wider
        for side in ("ascent", "descent", "lineGap")
    )
    names = ", ".join(f'local("{name}")' for name in stand_in.names)
    return (
        f'@font-face {{\n  font-family: "{face.family} Stand-in";\n  font-weight: {face.weight};\n'
        f"  font-style: {face.style};\n  src: {names};\n"
        f"  size-adjust: {100 * wider:.2f}%;\n  ascent-override: {high:.2f}%;\n"
        f"  descent-override: {low:.2f}%;\n  line-gap-override: {gap:.2f}%;\n}}\n"
    )


def _stand_ins(text: str) -> str:
    """The rules of all of them."""
    key = remembered.of_files([*sorted(FONT_FILES), CODE / "book" / "webfonts.py", REQUIREMENTS], text)
    made = remembered.made_once("stand-ins", key, lambda: "".join(stand_in_rule(s, text) for s in STAND_INS).encode())
    return made.decode()


def style_sheet() -> str:
    """One ``@font-face`` a font, and one for each of those that stand in."""
    faces = [_stand_ins((CHAPTERS / "question.md").read_text("utf-8"))]
    for face in FACES:
        only = "" if face.part == "all" else f"\n  unicode-range: {unicode_range(letters(face))};"
        faces.append(
            f'@font-face {{\n  font-family: "{face.family}";\n  font-weight: {face.weight};\n'
            f"  font-style: {face.style};\n  font-display: swap;\n"
            f'  src: url("fonts/{face.stem}.woff2") format("woff2");{only}\n}}\n'
        )
    return "".join(faces)


def _write(app: Sphinx, error: Exception | None) -> None:
    if not site_written(app, error):
        return
    static = Path(app.outdir, "_static")
    for face in FACES:
        put(static / "fonts" / f"{face.stem}.woff2", packed(face))
    put(static / "fonts.css", style_sheet().encode())


def _name(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    context["preloaded_fonts"] = PRELOADED


def connect(app: Sphinx) -> None:
    """Write the fonts after Sphinx has copied its own files, before what nobody uses is swept away."""
    app.connect("html-page-context", _name)
    meanwhile(app, lambda app: not pages_before(app), lambda: [packed(face) for face in FACES])
    app.connect("build-finished", _write, priority=700)
