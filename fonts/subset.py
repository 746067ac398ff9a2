"""Make the book's fonts anew from the npm packages they come from; the outcome is committed.

    npm pack source-serif@4.5.1 source-sans@3.52.0 @fontsource-variable/noto-serif-sc@5.3.1
    (unpack each, then)
    python fonts/subset.py SERIF/package/TTF SANS/package/TTF HAN/package/files

Each file holds the letters that English, French and pinyin need; the Chinese one exactly the characters that the
book prints. The licence reserves the name "Source", so that the subsets go by names of their own. The same input
gives the same bytes.
"""

from __future__ import annotations

import argparse
import io
import re
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x1CD, 0x1DD),  # pinyin: vowels with a caron, and ü with a tone
    *range(0x2010, 0x2027),
    *(0x2BC, 0x300, 0x301, 0x304, 0x308, 0x30C, 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20AC, 0x2122),
    *(0x2190, 0x2191, 0x2192, 0x2193, 0x2197, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25A0, 0x25CB, 0x25CF, 0x2713),
]
FEATURES = ["kern", "liga", "lnum", "onum", "pnum", "tnum", "sups", "mark", "mkmk", "ccmp", "locl"]
# The file that we make, the file it is made from, the family and the style that we call it.
LATIN_FONTS = [
    ("RecordSerif-Regular", "SourceSerif4-Regular", "Record Serif", "Regular"),
    ("RecordSerif-Italic", "SourceSerif4-It", "Record Serif", "Italic"),
    ("RecordSerif-Semibold", "SourceSerif4-Semibold", "Record Serif", "SemiBold"),
    ("RecordSerif-SemiboldItalic", "SourceSerif4-SemiboldIt", "Record Serif", "SemiBold Italic"),
    ("RecordSans-Regular", "SourceSans3-Regular", "Record Sans", "Regular"),
    ("RecordSans-Italic", "SourceSans3-It", "Record Sans", "Italic"),
    ("RecordSans-Semibold", "SourceSans3-Semibold", "Record Sans", "SemiBold"),
]


def han_characters() -> set[int]:
    """Every Chinese character that a page, a table or the bibliography of the book holds."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("chapters/*.md"), *ROOT.glob("reference/*.md"), *ROOT.glob("seeds/*.md")]
    texts = [*pages, *ROOT.glob("data/*.csv"), ROOT / "references.bib"]
    return {ord(c) for path in texts for c in HAN.findall(path.read_text("utf-8"))}


def reduced(font: TTFont, wanted: set[int], features: list[str]) -> TTFont:
    """The font with the wanted characters alone."""
    options = Options(
        layout_features=features, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True, hinting=False
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    return font


def named(font: TTFont, family: str, style: str) -> TTFont:
    """The font under a name of ours, with dates that do not change."""
    names = {
        1: family if style in ("Regular", "Italic") else f"{family} SemiBold",
        2: "Italic" if "Italic" in style else "Regular",
        3: f"{family} {style} 1.0",
        4: f"{family} {style}",
        6: f"{family} {style}".replace(" ", "", 1).replace(" ", "-", 1).replace(" ", ""),
        16: family,
        17: style,
    }
    table = font["name"]
    for number in (*names, 21, 22, 25):
        table.removeNames(nameID=number)
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    font["head"].created = font["head"].modified = 3_786_825_600
    font.recalcTimestamp = False
    return font


def make_latin(folder: Path, source: str, family: str, style: str) -> TTFont:
    """One of the Latin fonts."""
    font = TTFont(folder / f"{source}.ttf", recalcTimestamp=False)
    have = set(font.getBestCmap())
    return named(reduced(font, have & set(LATIN), FEATURES), family, style)


def make_han(folder: Path) -> TTFont:
    """The Chinese font, put together from the parts into which the package cuts it."""
    left, parts = han_characters(), []
    for path in sorted(folder.glob("noto-serif-sc-*-wght-normal.woff2")):
        font = TTFont(path, recalcTimestamp=False)
        mine = left & set(font.getBestCmap())
        if mine:
            left -= mine
            font.flavor = None
            instantiateVariableFont(font, {"wght": 400}, inplace=True)
            reduced(font, mine, [])
            for tag in ("GSUB", "GPOS", "GDEF", "BASE", "STAT", "VORG", "vhea", "vmtx"):
                if tag in font:
                    del font[tag]
            data = io.BytesIO()
            font.save(data)
            parts.append(data.getvalue())
    if left:
        raise SystemExit("the package has no " + " ".join(map(chr, sorted(left))))
    with tempfile.TemporaryDirectory() as scratch:
        files = [Path(scratch, f"{number}.ttf") for number in range(len(parts))]
        for file, part in zip(files, parts, strict=True):
            file.write_bytes(part)
        return named(Merger().merge([str(file) for file in files]), "Record Han", "Regular")


def main() -> None:
    """Write every font."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("serif", type=Path)
    parser.add_argument("sans", type=Path)
    parser.add_argument("han", type=Path)
    given = parser.parse_args()
    for target, source, family, style in LATIN_FONTS:
        folder = given.serif if "Serif" in family else given.sans
        make_latin(folder, source, family, style).save(HERE / f"{target}.ttf")
    make_han(given.han).save(HERE / "RecordHan-Regular.ttf")


if __name__ == "__main__":
    main()
