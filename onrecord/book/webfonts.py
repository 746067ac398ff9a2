"""The fonts of the site: the book's own (``fonts/*.ttf``), packed as WOFF2, and the style sheet that names them.

The same fonts are in the PDF and the e-book. A browser fetches a file only when
a page uses it, and the Chinese one only where there are Chinese characters. A
font that comes too late is used from the next page on: nothing may jump.
"""

from __future__ import annotations

import hashlib
from itertools import count, groupby
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

from ..paths import FONTS


class Face(NamedTuple):
    """One font of the site: file name without ending, family, weight, style."""

    stem: str
    family: str
    weight: int
    style: str = "normal"


FACES = (
    Face("RecordSerif-Regular", "Record Serif", 400),
    Face("RecordSerif-Italic", "Record Serif", 400, "italic"),
    Face("RecordSerif-Semibold", "Record Serif", 600),
    Face("RecordSans-Regular", "Record Sans", 400),
    Face("RecordSans-Semibold", "Record Sans", 600),
    Face("RecordHan-Regular", "Record Han", 400),
)
PRELOADED = (  # by _static/page.js: what nearly every page uses
    "RecordSerif-Regular.woff2",
    "RecordSerif-Semibold.woff2",
    "RecordSans-Regular.woff2",
)


def packed(source: Path, cache: Path) -> bytes:
    """A font as WOFF2; packing takes a second, so the outcome is kept under the hash of the source."""
    kept = cache / f"{hashlib.sha256(source.read_bytes()).hexdigest()}.woff2"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        font = TTFont(source, recalcTimestamp=False)
        font.flavor = "woff2"
        scratch = kept.with_suffix(".part")
        font.save(scratch)
        scratch.replace(kept)
    return kept.read_bytes()


def unicode_range(source: Path) -> str:
    """The characters of a font as CSS writes them: ``U+4E00, U+4E2D-4E30``."""
    points = sorted(TTFont(source).getBestCmap())
    steps = count()
    runs = [list(run) for _, run in groupby(points, key=lambda point: point - next(steps))]
    return ", ".join(f"U+{run[0]:X}" if len(run) == 1 else f"U+{run[0]:X}-{run[-1]:X}" for run in runs)


def style_sheet() -> str:
    """One ``@font-face`` a font."""
    faces = []
    for face in FACES:
        only = f"\n  unicode-range: {unicode_range(FONTS / f'{face.stem}.ttf')};" if "Han" in face.stem else ""
        faces.append(
            f'@font-face {{\n  font-family: "{face.family}";\n  font-weight: {face.weight};\n'
            f"  font-style: {face.style};\n  font-display: optional;\n"
            f'  src: url("fonts/{face.stem}.woff2") format("woff2");{only}\n}}\n'
        )
    return "".join(faces)


def _write(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    static = Path(app.outdir, "_static")
    (static / "fonts").mkdir(parents=True, exist_ok=True)
    for face in FACES:
        data = packed(FONTS / f"{face.stem}.ttf", Path(app.doctreedir).parent / "webfonts")
        (static / "fonts" / f"{face.stem}.woff2").write_bytes(data)
    (static / "fonts.css").write_text(style_sheet(), "utf-8")


def _name(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    context["preloaded_fonts"] = PRELOADED


def connect(app: Sphinx) -> None:
    """Write the fonts after Sphinx has copied its own files, before what nobody uses is swept away."""
    app.connect("html-page-context", _name)
    app.connect("build-finished", _write, priority=700)
