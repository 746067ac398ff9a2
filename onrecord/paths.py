"""Where things are. The only module that knows the layout of the project."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
SEEDS = ROOT / "seeds"
FONTS = ROOT / "fonts"
CHAPTERS = ROOT / "chapters"
PRESS_TEMPLATE = ROOT / "onrecord" / "book" / "press" / "template.typ"
EBOOK_STYLE = ROOT / "onrecord" / "book" / "ebook" / "ebook.css"
CITATION = ROOT / "CITATION.cff"
MOVED = ROOT / "moved.csv"
ADDRESSES = ROOT / "tests" / "addresses.txt"
ZENODO = ROOT / ".zenodo.json"
CODEMETA = ROOT / "codemeta.json"
PACKAGE = DATA / "datapackage.json"
OUTLINE = SEEDS / "outline.yml"
BIBLIOGRAPHY = ROOT / "references.bib"
QUOTES_LOCK = SEEDS / "quotes.lock"
SITE = ROOT / "_build" / "html"
SITE_ZIP = ROOT / "_build" / "on-the-record-site.zip"


def shown(path: Path) -> str:
    """The path as a reader of a message knows it: relative to the project."""
    try:
        return path.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return path.as_posix()
