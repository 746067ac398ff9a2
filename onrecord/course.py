"""The course as one zip, for the page of a class in a learning management system: unpack it and open ``index.html``.

It has a page with every chapter in order and, beside it, what a class needs of each: a handout, the chapter without
solutions, its exercises as a notebook; then slides and papers to print. Where the site is known the page leads there.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from . import classwork, record_use, standalone
from .pack import zipped
from .paths import CHAPTERS, COURSE, DOWNLOADS, EXERCISES, HANDOUT, ROOT, SLIDES, STUDENTS, shown
from .problems import InputError, Problem
from .release import citation_file, title_and_subtitle

# What is there for a chapter, by the end of its file on the site, and what the page calls it.
OF_CHAPTER = {
    f"{HANDOUT}.pdf": "Handout of one page (PDF)",
    f"{STUDENTS}.pdf": "The chapter without solutions (PDF)",
}
TO_PRINT = {"role-play.pdf": "A role play of one round (PDF)", "one-class.pdf": "One class (PDF)"}
_SITE = re.compile(r'<link rel="canonical" href="([^"]+)"')
_PAGE = """\
<h1>{title}</h1>
<p>{subtitle}. Version {version}. {whole}</p>
<h2>Chapters</h2>
{chapters}
<h2>Slides, one set a part</h2>
<ul>
{slides}
</ul>
<h2>To print for a class</h2>
<ul>
{printed}
</ul>
<h2>Exercises</h2>
<p>The notebooks lie in the folder <a href="exercises/README.md">exercises</a>; its first file says how to start.</p>
"""


def course(site: Path) -> bytes:
    """The zip of a site that is built and printed.

    Raises :class:`InputError` for a file that is not there.
    """
    files = {"index.html": page(site).encode()}
    files |= {name: _read(site / place) for name, place in _places()}
    return zipped({f"{COURSE}/{name}": content for name, content in {**files, **_exercises(site)}.items()})


def page(site: Path) -> str:
    """The page that leads to everything in the zip; to the site too, where its address is known."""
    about = citation_file()
    title, subtitle = title_and_subtitle(about)
    found = _SITE.search(_read(site / "index.html").decode())
    home = found[1] if found else ""
    whole = f'The whole book, with the evidence behind each sentence: <a href="{home}">{home}</a>.' if home else ""
    chapters = "\n".join(_chapter(name, home) for name in record_use.chapters())
    slides = "\n".join(f"<li>Part {n}: {_links(_decks(deck))}</li>" for n, deck in enumerate(_all_decks(), 1))
    printed = "\n".join(f"<li>{_links({file: words})}</li>" for file, words in TO_PRINT.items())
    parts = {"title": escape(title), "subtitle": escape(subtitle), "version": about["version"], "whole": whole}
    body = _PAGE.format(**parts, chapters=chapters, slides=slides, printed=printed)
    return standalone.page(f"{title}: a course", body)


def _all_decks() -> list[str]:
    """The pages of slides, a part of the book each."""
    return sorted(path.stem for path in ROOT.glob(f"{SLIDES}*.md"))


def _decks(deck: str) -> dict[str, str]:
    """The files of a deck, and what the page calls them."""
    return {f"{deck}.pdf": "PDF", f"{deck}.pptx": "PowerPoint"}


def _links(files: Mapping[str, str]) -> str:
    return ", ".join(f'<a href="{file}">{escape(words)}</a>' for file, words in files.items())


def _chapter(name: str, home: str) -> str:
    """Title, aims, and what there is of a chapter."""
    text = (CHAPTERS / f"{name}.md").read_text("utf-8")
    title = re.search(r"^# (.+)$", text, re.M)
    aims = "; ".join(classwork.aims(text))
    files = {f"{name}{ending}": words for ending, words in OF_CHAPTER.items()}
    files[f"exercises/{name}-exercises.ipynb"] = "Exercises (notebook)"
    if home:
        files[f"{home}chapters/{name}.html"] = "The chapter on the site"
    inside = "\n".join(f"<li>{_links({file: words})}</li>" for file, words in files.items())
    heading = escape(title[1]) if title else name
    return f"<h3>{heading}</h3>\n<p>Afterwards you can {escape(aims)}.</p>\n<ul>\n{inside}\n</ul>"


def _places() -> Iterator[tuple[str, str]]:
    """Name in the zip and place on the site of every file but the exercises."""
    for name in record_use.chapters():
        yield from ((f"{name}{ending}", f"chapters/{name}{ending}") for ending in OF_CHAPTER)
    for deck in _all_decks():
        yield from ((file, f"reference/{file}") for file in _decks(deck))
    yield from ((file, f"reference/{file}") for file in TO_PRINT)
    yield from ((name, str(ROOT / name)) for name in ("LICENSE", "LICENSE-CONTENT"))


def _exercises(site: Path) -> dict[str, bytes]:
    """The exercises for students, unpacked: a page can lead into a folder, and not into a zip."""
    with zipfile.ZipFile(io.BytesIO(_read(site / DOWNLOADS / f"{EXERCISES}.zip"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(Problem(shown(path), "expected a file of a book that is built and printed; make book first"))
    return path.read_bytes()
