"""Slides as a PowerPoint file, which a teacher can change: titles, points, pictures with their words, notes.

The bytes depend on what the slides say and on the versions of python-pptx and Typst alone.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Emu, Inches, Pt

from ...pack import zipped

WIDE, HIGH, MARGIN = Inches(13.333), Inches(7.5), Inches(0.7)
_TITLE, _POINTS, _SOURCE = Pt(32), Pt(24), Pt(11)
_FACE, _INK, _MUTED = "Georgia", RGBColor(0x22, 0x27, 0x2E), RGBColor(0x5B, 0x63, 0x6D)
_DOTS = 200  # an inch
_LANGUAGE = "en-CA"


def made(told: Sequence[dict[str, Any]], book: dict[str, Any], folder: Path) -> bytes:
    """The file. ``told``: the slides, the first their title; ``book``: its particulars; ``folder``: of the pictures."""
    show = Presentation()
    show.slide_width, show.slide_height = WIDE, HIGH
    for number, slide in enumerate(told):
        _add(show, slide, number == 0, folder)
    core = show.core_properties
    core.author = core.last_modified_by = book["author"]
    core.title, core.language = f"{book['title']}: {told[0]['title']}", _LANGUAGE
    core.created = core.modified = datetime(*book["date"])
    core.revision = 1
    out = io.BytesIO()
    show.save(out)
    with zipfile.ZipFile(out) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})


def _add(show: Any, told: dict[str, Any], first: bool, folder: Path) -> None:
    """One slide. What it says stands in the places of its layout, so that an outline and a screen reader have it."""
    layout = show.slide_layouts[5 if told["picture"] else 1]  # title only; title and content
    slide = show.slides.add_slide(layout)
    width = WIDE - 2 * MARGIN
    _put(slide.shapes.title, (MARGIN, Inches(2.1) if first else Inches(0.45), width, Inches(1.25)))
    _write(slide.shapes.title.text_frame, [told["title"]], _TITLE, face=_FACE)
    if told["picture"]:
        _draw(slide, told, folder, width)
    else:
        points = slide.placeholders[1]
        _put(points, (MARGIN, Inches(3.5) if first else Inches(1.9), width, Inches(3.0) if first else Inches(4.6)))
        _write(points.text_frame, told["points"], _POINTS)
    if told["sources"]:
        box = slide.shapes.add_textbox(MARGIN, HIGH - Inches(0.75), width, Inches(0.6))
        box.name = "Sources"
        box.text_frame.word_wrap = True
        _write(box.text_frame, [" ".join(told["sources"])], _SOURCE, colour=_MUTED)
    if told["notes"]:
        slide.notes_slide.notes_text_frame.text = "\n".join(told["notes"])


def _put(shape: Any, box: tuple[int, int, int, int]) -> None:
    shape.left, shape.top, shape.width, shape.height = box


def _write(frame: Any, lines: Sequence[str], size: Pt, face: str = "", colour: RGBColor = _INK) -> None:
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.color.rgb = size, colour
        run._r.get_or_add_rPr().set("lang", _LANGUAGE)
        if face:
            run.font.name = face


def _draw(slide: Any, told: dict[str, Any], folder: Path, width: int) -> None:
    """The picture, as large as there is room under the title, with the words for those who do not see it."""
    room = Inches(4.85)
    picture = slide.shapes.add_picture(io.BytesIO(_in_dots(folder, told["picture"])), MARGIN, Inches(1.75))
    scale = min(width / picture.width, room / picture.height)
    picture.width, picture.height = Emu(int(picture.width * scale)), Emu(int(picture.height * scale))
    picture.left = Emu(int((WIDE - picture.width) / 2))
    picture._element.nvPicPr.cNvPr.set("descr", told["alt"])


def _in_dots(folder: Path, picture: str) -> bytes:
    """A picture of the book, in dots on white. PowerPoint's own way with drawings differs from version to version."""
    code = f'#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("{picture}")\n'
    page: Any = code.encode()
    dots: Any = typst.compile(page, root=folder, format="png", ppi=_DOTS, ignore_system_fonts=True)
    return dots
