"""The builder ``typst``: the reading edition, its companion, and each chapter as a PDF beside its page.

The reading edition has the chapters and what a reader of them looks up. The companion has what stands behind them:
every statement, the passages, the codebook, the tables, the reviews. Notes of the one name statements of the other.

Run it after the site, whose pages it reads without running a notebook again::

    jupyter-book build . --builder custom --custom-builder typst

Every PDF is PDF/UA-1 and PDF/A-2a: the compiler refuses a picture without
alternative text, a letter without a glyph and a link to nowhere.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import typst
from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.util.display import status_iterator

from ...files import put
from ...look import PAPER
from ...paths import BOOK_PDF, COMPANION_PDF, FONTS, PRESS_TEMPLATE, STUDENTS
from ...release import citation_file, title_and_subtitle
from .. import folded, notes
from ..decks import is_deck
from ..languages import FIRST_PAGES
from ..register import REGISTER
from ..swap import making
from .classroom import Classroom
from .job import Job
from .markup import PressError, block, call, label, literal, text
from .translator import CHAPTERS, Translator, Volume, cited, page_code, targets

logger = logging.getLogger(__name__)
STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
BOOK, COMPANION = (name.removesuffix(".pdf") for name in (BOOK_PDF, COMPANION_PDF))
BIBLIOGRAPHY = "reference/bibliography"
COLOPHON = "reference/colophon"  # the index goes before it
# What the reading edition has besides first page and chapters; every other page is in the companion.
LOOKED_UP = tuple(f"reference/{name}" for name in ("chronology", "people", "organizations", "methods", "glossary"))
LOOKED_UP_TITLE = "To look up"
# The hashes are long, and of use to those alone who have the files.
HASHES = frozenset({"texts-read", "tables-hashed"})
CODE = "code"  # the page of the companion with the code of the solutions
DIGEST = "made-from.sha256"


@dataclass(frozen=True)
class Page:
    """A page of the book in its order: ``level`` of its title, and the ``part`` that it opens, if any."""

    docname: str
    level: int
    part: str = ""


class TypstBuilder(Builder):
    """Writes Typst sources to its own folder and PDFs into the site."""

    name = "typst"
    format = "typst"
    epilog = "The sources of the printed book are in %(outdir)s."
    supported_image_types = ["image/svg+xml", "image/png"]  # noqa: RUF012 - as Sphinx declares it

    def init(self) -> None:
        """Nothing is known before the pages are read."""
        self.doctrees: dict[str, nodes.document] = {}
        self.out = Path(self.outdir)

    def get_outdated_docs(self) -> str:
        """A book is made as a whole."""
        return "the printed book"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """A page, in a form that no address elsewhere can have."""
        return f"%{docname}"

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """The same from everywhere."""
        return self.get_target_uri(to)

    def write(self, *names: Any) -> None:
        """Read every page once, write the sources, compile what has changed."""
        pages = list(self._pages())
        slides = sorted(filter(is_deck, self.env.found_docs))
        for page in self._shown([*(p.docname for p in pages), *slides], "reading for print... "):
            self.doctrees[page] = self._resolved(page)
        before = self._cleared()
        self._copy_pictures()
        self.put("template.typ", PRESS_TEMPLATE.read_text("utf-8"))
        self.put("book.json", json.dumps(self._particulars(), ensure_ascii=False, indent=1, sort_keys=True))
        self.sources, self.labels = notes.sources(self.env), self._page_labels()
        for_class = Classroom(self)
        jobs = [*self._volumes(pages), *self._alone(self._chapters(pages)), *for_class.jobs(slides)]
        self.made_from = self._digest()
        made = [*map(self._pdf_path, jobs), *(self._site(f"{deck}.pptx") for deck in slides)]
        if before == self.made_from and all(path.is_file() for path in made):
            logger.info("the printed book is up to date")
            return
        self._compile(jobs, for_class)

    def cleanup(self) -> None:
        """When the PDFs are in their place, note what they were made from."""
        self.put(DIGEST, self.made_from)

    # --- what there is -------------------------------------------------------------

    def _pages(self) -> Iterator[Page]:
        """Every page in the order of the table of contents, the root first."""
        root = self.config.root_doc
        yield Page(root, 1)
        yield from self._below(root, 2)

    def _below(self, docname: str, level: int) -> Iterator[Page]:
        for toctree in self.env.tocs[docname].findall(addnodes.toctree):
            part = toctree.get("caption") or ""
            for _, child in toctree["entries"]:
                if child == REGISTER or is_deck(child):  # print has an index of its own; slides are files of their own
                    continue
                yield Page(child, level, part)
                yield from self._below(child, level + 1)
                part = ""

    @staticmethod
    def _chapters(pages: list[Page]) -> list[str]:
        return [page.docname for page in pages if page.docname.startswith(CHAPTERS)]

    def _resolved(self, docname: str) -> nodes.document:
        """A page with its links and outputs settled for this builder."""
        doctree = self.env.get_doctree(docname)
        self.env.resolve_references(doctree, docname, self)
        self.post_process_images(doctree)
        for image in doctree.findall(nodes.image):
            if "print" in image:  # the same figure, drawn for the page
                image["uri"], _ = self.env.relfn2path(image["print"], docname)
                self.images[image["uri"]] = PurePosixPath(image["uri"]).name
        return doctree

    def _particulars(self) -> dict[str, Any]:
        """What title page and metadata say, from the citation file."""
        book = citation_file()
        title, subtitle = title_and_subtitle(book)
        return {
            "title": title,
            "subtitle": subtitle,
            "author": book["authors"][0]["name"],
            "keywords": book.get("keywords", []),
            "version": book["version"],
            "date": [book["date-released"].year, book["date-released"].month, book["date-released"].day],
            "language": self.config.language,
        }

    # --- sources -------------------------------------------------------------------

    def _volumes(self, pages: list[Page]) -> Iterator[Job]:
        """The sources of the reading edition, and of its companion where there is anything to put into it."""
        known = {page.docname: frozenset(targets(page.docname, self.doctrees[page.docname])) for page in pages}
        whole = _with_parts(pages)
        reading = [page for page in whole if _is_read(page.docname)]
        rest = [page for page in whole if not _is_read(page.docname) or page.docname == COLOPHON]
        rest = [] if all(_is_read(page.docname) for page in rest) else rest
        works = self._cited_in(page.docname for page in reading)
        volume = self.volume(
            targets=frozenset().union(*(known[page.docname] for page in reading), works),
            elsewhere=frozenset(page.docname for page in rest if not _is_read(page.docname)),
            left_out=HASHES,
            indexed=True,
            code=False,
        )
        yield self._reading(reading, volume, works)
        if rest:
            behind = self.volume(targets=frozenset().union(*(known[page.docname] for page in rest)))
            yield self._behind(rest, behind)

    def volume(self, **particulars: Any) -> Volume:
        """A volume that knows the pages and sources of the book."""
        return Volume(pages=self.labels, sources=self.sources, **particulars)

    def _reading(self, pages: list[Page], volume: Volume, works: set[str]) -> Job:
        """The sources of the reading edition."""
        parts = ['#import "template.typ": *', '#show: book.with(json("book.json"))']
        colophon = [page for page in pages if page.docname == COLOPHON]
        for place, page in enumerate(page for page in pages if page not in colophon):
            parts += ["#show: main-matter"] if place == 1 else []
            parts += self._included(page, volume, BOOK)
        if works:
            parts.append("#" + call("works-of-book", block(self._works(works, volume, in_short=True))))
        parts.append("#indexes(2)")
        for page in colophon:
            parts += self._included(page, volume, BOOK)
        self.put(f"{BOOK}.typ", "\n".join(parts) + "\n")
        return Job(f"{BOOK}.typ", BOOK)

    def _behind(self, pages: list[Page], volume: Volume) -> Job:
        """The sources of the companion: its pages, and the code that the reading edition leaves out."""
        parts = ['#import "template.typ": *', '#show: companion.with(json("book.json"))', "#show: main-matter"]
        for page in pages:
            if page.docname == COLOPHON:
                parts += self._code_of_solutions(volume)
            parts += self._included(page, volume, COMPANION)
        self.put(f"{COMPANION}.typ", "\n".join(parts) + "\n")
        return Job(f"{COMPANION}.typ", COMPANION)

    def _included(self, page: Page, volume: Volume, folder: str) -> list[str]:
        """The lines for a page of a volume; its source is written."""
        name = f"{folder}/{page.docname}.typ"
        self.put(name, self._translated(page.docname, page.level, volume))
        part = ["#" + call("part", block(text(page.part)))] if page.part else []
        return [*part, f"#include {literal(name)}"]

    def _code_of_solutions(self, volume: Volume) -> list[str]:
        """The code of every chapter, under the chapter's number and title."""
        found = []
        for docname in [name for name in self.doctrees if name.startswith(CHAPTERS)]:
            code = [n for n in self.doctrees[docname].findall(nodes.literal_block) if not _is_cell(n)]
            if code:
                translator = Translator(self.env, docname, 2, volume, self.images)
                title = text(self.env.titles[docname].astext())
                number = literal(translator.chapter_number(docname))
                found.append("#" + call("section", "3", "2", number, block(title), "()"))
                found += ["#" + translator.code(node) for node in code]
        return ["#code-of-solutions()", *found] if found else []

    def _cited_in(self, docnames: Iterable[str]) -> set[str]:
        """The labels of the works that pages cite."""
        if BIBLIOGRAPHY not in self.doctrees:
            return set()
        wanted = set[str]().union(*(cited(name, self.doctrees[name], BIBLIOGRAPHY) for name in docnames))
        return {label(BIBLIOGRAPHY, anchor) for anchor in wanted}

    def _works(self, wanted: set[str], volume: Volume, in_short: bool = False) -> list[str]:
        """The code of the entries of the bibliography with these labels."""
        translator = Translator(self.env, BIBLIOGRAPHY, 1, volume, self.images)
        entries = [
            node
            for node in self.doctrees[BIBLIOGRAPHY].findall(nodes.citation)
            if wanted & {label(BIBLIOGRAPHY, anchor) for anchor in node["ids"]}
        ]
        return [translator.work(node, in_short) for node in entries]

    def _alone(self, chapters: list[str]) -> Iterator[Job]:
        """Each chapter by itself; and for students, without solutions, where it has any."""
        for docname in chapters:
            yield self._chapter(docname)
            if any(map(folded.is_solution, folded.of_page(self.doctrees[docname]).values())):
                yield self._chapter(docname, STUDENTS, solved=False)

    def _chapter(self, docname: str, kind: str = "", **particulars: Any) -> Job:
        """The sources of one chapter with the works that it cites."""
        works = self._cited_in([docname])
        known = frozenset(targets(docname, self.doctrees[docname]) | works)
        volume = self.volume(targets=known, cited=True, **particulars)
        self.put(f"alone/{docname}{kind}.typ", self._translated(docname, 1, volume))
        parts = [
            '#import "/template.typ": *',
            "#" + call("show: chapter-alone.with", 'json("/book.json")', literal(self.env.titles[docname].astext())),
            f'#include "/alone/{docname}{kind}.typ"',
        ]
        if works:
            parts.append("#" + call("works-cited", block(self._works(works, volume))))
        self.put(f"alone/{docname}{kind}-main.typ", "\n".join(parts) + "\n")
        return Job(f"alone/{docname}{kind}-main.typ", f"{docname}{kind}")

    def _translated(self, docname: str, level: int, volume: Volume) -> str:
        return page_code(Translator(self.env, docname, level, volume, self.images), self.doctrees[docname])

    def _page_labels(self) -> dict[str, str]:
        """The page that a label means as a whole: its own, or that of its title."""
        found: dict[str, str] = {}
        for docname, doctree in self.doctrees.items():
            top = next(iter(doctree.findall(nodes.section)))
            found |= {label(docname, anchor): docname for anchor in ["", *top["ids"]]}
        return found

    def put(self, name: str, code: str) -> None:
        """A source in the folder of the sources."""
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, "utf-8")

    def _cleared(self) -> str:
        """Empty the folder of the sources; the digest of those from which PDFs were last made."""
        path = self.out / DIGEST
        before = path.read_text("utf-8") if path.is_file() else ""
        shutil.rmtree(self.out, ignore_errors=True)
        return before

    def _digest(self) -> str:
        """One hash of all that the PDFs are made from: sources, fonts, compiler."""
        total = hashlib.sha256(version("typst").encode())
        for folder in (self.out, FONTS):
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                total.update(path.relative_to(folder).as_posix().encode() + b"\0")
                total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    def _pdf_path(self, job: Job) -> Path:
        return self._site(f"{job.target}.pdf")

    def _site(self, name: str) -> Path:
        return making(self.app) / name

    def _copy_pictures(self) -> None:
        """Every picture, on white where the site has the colour of its paper; its name as the sources use it."""
        folder = self.out / "pictures"
        folder.mkdir(parents=True)
        for uri, name in self.images.items():
            source, target = Path(self.srcdir, uri), folder / name
            if target.suffix == ".svg":
                target.write_text(source.read_text("utf-8").replace(PAPER, "#ffffff"), "utf-8")
            else:
                shutil.copyfile(source, target)
            self.images[uri] = f"/pictures/{name}"

    # --- compiling -----------------------------------------------------------------

    def _compile(self, jobs: list[Job], for_class: Classroom) -> None:
        """The PDFs, as many at a time as there are processors, and meanwhile the slides."""
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            made = pool.map(lambda job: self._pdf(job, fonts), jobs)
            self._write_slides(for_class)
            for job, pdf in self._shown(zip(jobs, made, strict=True), "typesetting... ", length=len(jobs), key=_target):
                target = self._pdf_path(job)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(pdf)

    def _write_slides(self, for_class: Classroom) -> None:
        """Each deck as a file for PowerPoint."""
        from . import powerpoint  # what it needs is slow to import, and the site does without

        for deck, told in for_class.told.items():
            put(self._site(f"{deck}.pptx"), powerpoint.made(told, self._particulars(), self.out))

    def _pdf(self, job: Job, fonts: typst.Fonts) -> bytes:
        """One PDF; :class:`PressError` with the compiler's own words where it refuses."""
        year, month, day = self._particulars()["date"]
        try:
            pdf, warnings = typst.compile_with_warnings(
                self.out / job.source,
                root=self.out,
                font_paths=fonts,
                ignore_system_fonts=True,
                pdf_standards=[*STANDARDS],
                timestamp=datetime.combine(datetime(year, month, day), time(), UTC),
            )
        except typst.TypstError as error:
            raise PressError(f"{job.target}.pdf: {error.diagnostic or error.message}") from error
        for warning in warnings:
            logger.warning("%s.pdf: %s", job.target, warning.diagnostic or warning.message)
        return with_plain_stream_ends(pdf)

    def _shown(self, items: Any, what: str, length: int = 0, key: Any = str) -> Iterator[Any]:
        """The items, with a line of progress."""
        return status_iterator(items, what, "darkgreen", length or len(items), self.app.verbosity, key)


def _is_read(docname: str) -> bool:
    """Whether a page stands in the reading edition."""
    return docname.startswith(CHAPTERS) or docname in (FIRST_PAGES["en"], *LOOKED_UP, COLOPHON)


def _with_parts(pages: list[Page]) -> list[Page]:
    """The pages, each volume's first page of a part opening it: what is looked up is a part of its own."""
    opened: set[tuple[bool, str]] = set()
    found, part = [], ""
    for page in pages:
        part = page.part or part
        read = _is_read(page.docname)
        title = LOOKED_UP_TITLE if read and page.docname in LOOKED_UP else part
        new = bool(title) and (read, title) not in opened and page.docname != COLOPHON
        opened.add((read, title))
        found.append(replace(page, part=title if new else ""))
    return found


def _is_cell(node: nodes.Element) -> bool:
    """Whether code is that of a cell, which the page ran."""
    return isinstance(node.parent, nodes.container) and node.parent.get("nb_element") == "cell_code_source"


def _target(made: tuple[Job, bytes]) -> str:
    return made[0].target


def with_plain_stream_ends(pdf: bytes) -> bytes:
    """The same file, no stream of which ends in a carriage return.

    Typst closes a stream with a line feed. After a carriage return a validator
    takes the two for one line end and finds the stream a byte too short.
    """
    if b"\r\nendstream" not in pdf:
        return pdf
    import pikepdf  # slow to import, and the site does without

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for stream in opened.objects:
            if isinstance(stream, pikepdf.Stream) and (raw := stream.read_raw_bytes()).endswith(b"\r"):
                own = stream.get("/Filter")
                filters = [own] if isinstance(own, pikepdf.Name) else list(own or [])
                stream.write(raw.hex().encode() + b">", filter=pikepdf.Array([pikepdf.Name.ASCIIHexDecode, *filters]))
        out = io.BytesIO()
        as_it_is = pikepdf.StreamDecodeLevel.none
        opened.save(out, deterministic_id=True, compress_streams=False, stream_decode_level=as_it_is)
    return out.getvalue()
