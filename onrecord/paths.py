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
FIRST_PAGE = ROOT / "index.md"
CHAPTERS = ROOT / "chapters"
PRESS_TEMPLATE = CODE / "book" / "press" / "template.typ"
PRESS_TERMS = CODE / "book" / "press" / "index_terms.csv"
EBOOK_STYLE = CODE / "book" / "ebook" / "ebook.css"
CITATION = ROOT / "CITATION.cff"
MOVED = ROOT / "moved.csv"
ADDRESSES = ROOT / "tests" / "addresses.txt"
ZENODO = ROOT / ".zenodo.json"
CODEMETA = ROOT / "codemeta.json"
PACKAGE = DATA / "datapackage.json"
OUTLINE = SEEDS / "outline.yml"
BIBLIOGRAPHY = ROOT / "references.bib"
REQUIREMENTS = ROOT / "requirements.txt"
QUOTES_LOCK = SEEDS / "quotes.lock"
SITE = ROOT / "_build" / "html"
# In the site: the book as one file, with what stands behind its notes, and as an e-book.
BOOK_PDF, COMPANION_PDF, EBOOK = "on-the-record.pdf", "on-the-record-companion.pdf", "on-the-record.epub"
DOWNLOADS = "downloads"  # in the site: files under their own names
WHEELS = ROOT / "_build" / "wheels"
CODING_KIT = ROOT / "_build" / "coding-kit.zip"
DATA_ZIP = ROOT / "_build" / "on-the-record-data.zip"
SITE_ZIP = ROOT / "_build" / "on-the-record-site.zip"


def shown(path: Path) -> str:
    """The path as a reader of a message knows it: relative to the project."""
    try:
        return path.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return path.as_posix()
