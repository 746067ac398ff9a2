"""Where things are. The only module that knows the layout of the project.

In the repository the tables lie beside the package. In an installed wheel
(:mod:`onrecord.wheel`) they lie inside it, with the fonts of the figures; pages,
bibliography and all that only a builder of the book needs are not there.
"""

from pathlib import Path

CODE = Path(__file__).resolve().parent
INSTALLED = (CODE / "data").is_dir()
ROOT = CODE if INSTALLED else CODE.parent
DATA = ROOT / "data"
SEEDS = ROOT / "seeds"
FONTS = ROOT / "fonts"
# Every font that text, figures and prints are set in.
FONT_FILES = tuple(
    FONTS / f"Record{face}.ttf"
    for face in (
        *("Serif-Regular", "Serif-Italic", "Serif-Semibold", "Serif-SemiboldItalic"),
        *("Sans-Regular", "Sans-Italic", "Sans-Semibold", "Han-Regular"),
    )
)
FIRST_PAGE = ROOT / "index.md"
CHAPTERS = ROOT / "chapters"
PRESS_TEMPLATE = CODE / "book" / "press" / "template.typ"
PRESS_TERMS = CODE / "book" / "press" / "index_terms.csv"
LIVE_SCRIPT = CODE / "live" / "live.js"
EBOOK_STYLE = CODE / "book" / "ebook" / "ebook.css"
CITATION = ROOT / "CITATION.cff"
CONFIG = ROOT / "_config.yml"
MOVED = ROOT / "moved.csv"
ADDRESSES = ROOT / "tests" / "addresses.txt"
ZENODO = ROOT / ".zenodo.json"
CODEMETA = ROOT / "codemeta.json"
PACKAGE = DATA / "datapackage.json"
OUTLINE = SEEDS / "outline.yml"
TOC = ROOT / "_toc.yml"
BIBLIOGRAPHY = ROOT / "references.bib"
REQUIREMENTS = ROOT / "requirements.txt"
REQUIRED = ROOT / "requirements.in"  # what the project asks for by name
PROJECT = ROOT / "pyproject.toml"
QUOTES_LOCK = SEEDS / "quotes.lock"
TABLES_LOCK = SEEDS / "tables.lock"
SITE = ROOT / "_build" / "html"
LIVE = ROOT / "_build" / "live"
# In the site: the book as one file, with what stands behind its notes, and as an e-book.
BOOK_PDF, COMPANION_PDF, EBOOK = "on-the-record.pdf", "on-the-record-companion.pdf", "on-the-record.epub"
DOWNLOADS = "downloads"  # in the site: files under their own names
# Beside a chapter, by how their names end: a page for a class, and the chapter without solutions.
HANDOUT, STUDENTS = "-handout", "-students"
SLIDES = "reference/slides-"  # how the names of the pages begin that are slides
# Among the downloads, by what they unpack to: the exercises, those with solutions, and all that a class needs.
EXERCISES, SOLVED, COURSE = "exercises", "exercises-teacher", "course"
WHEELS = ROOT / "_build" / "wheels"
CODING_KIT = ROOT / "_build" / "coding-kit.zip"
DATA_ZIP = ROOT / "_build" / "on-the-record-data.zip"
BILL = ROOT / "_build" / "bom.cdx.json"
SITE_ZIP = ROOT / "_build" / "on-the-record-site.zip"


def shown(path: Path) -> str:
    """The path as a reader of a message knows it: relative to the project."""
    try:
        return path.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return path.as_posix()
