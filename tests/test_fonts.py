"""The fonts hold every letter of the book, and are what the script that made them says."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont
from project import ROOT, docnames, files, markdown, onrecord

from onrecord.paths import FONT_FILES

FONTS = ROOT / "fonts"
FACES = sorted(FONTS.glob("*.ttf"))
HAN = {*range(0x2E80, 0xA000), *range(0xFF00, 0xFFF0)}
# Drawn with the mono font of the reader's machine, or of the compiler.
IN_CODE_ALONE = set("│├└─")


def letters() -> set[str]:
    """Every character of a page, a table or the bibliography of the book."""
    tables = [(ROOT / name).read_text("utf-8") for name in files() if name.suffix in (".csv", ".bib")]
    return set("".join([*map(markdown, docnames()), *tables])) - {"\n"} - IN_CODE_ALONE


@pytest.mark.parametrize("face", [face for face in FACES if "Han" not in face.name], ids=lambda face: face.stem)
def test_every_letter_of_the_book_is_in_the_font(face):
    held = set(map(chr, TTFont(face).getBestCmap()))
    assert {letter for letter in letters() if ord(letter) not in HAN} - held == set()


def test_the_chinese_font_holds_every_chinese_character_and_no_more():
    held = set(map(chr, TTFont(FONTS / "RecordHan-Regular.ttf").getBestCmap()))
    wanted = {letter for letter in letters() if ord(letter) in HAN}
    assert wanted - held == set()
    assert {letter for letter in held - wanted if ord(letter) in HAN} == set()


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.stem)
def test_a_font_goes_by_a_name_of_its_own_and_by_no_reserved_one(face):
    names = [record.toUnicode() for record in TTFont(face)["name"].names if record.nameID in (1, 4, 6, 16)]
    assert names and all(name.startswith("Record") for name in names)


def test_every_font_is_known_and_no_other():
    assert sorted(FONT_FILES) == FACES


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["RecordSans-Italic.ttf", "RecordHan-Regular.ttf"])
def test_a_font_that_is_missing_is_told_in_a_line(project_copy, gone):
    (project_copy / "fonts" / gone).unlink()
    result = onrecord(project_copy, "check")
    assert result.returncode == 1
    assert result.stderr.splitlines() == [f"fonts/{gone}: expected this font of the book", "1 problem(s)"]
