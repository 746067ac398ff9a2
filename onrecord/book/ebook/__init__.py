"""The book as an e-book: ``jupyter-book build . --builder custom --custom-builder ebook``.

Sphinx's own EPUB takes the pages of the site, which EPUBCheck refuses. Here
the pages are written for reading systems (:mod:`.xhtml`) and packed by the
rules (:mod:`.package`). The pages that the site's build has read are used again.

The file goes beside the pages of the site, which offer it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx.addnodes import toctree
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config

from ...paths import EBOOK, EBOOK_STYLE, FONTS
from ...release import citation_file, title_and_subtitle
from ...texts import sentences
from ..decks import is_deck
from ..evidence import LISTING
from ..numbering import section_number
from ..swap import making
from . import apart
from .cover import cover
from .package import COVER_IMAGE, NAV, TITLE, Book, Link, write_epub
from .xhtml import IMAGES, STYLESHEET, Numbered, PageWriter, serialize

_FONT = re.compile(r"url\((fonts/([\w-]+\.ttf))\)")
_NOT_DRAWN = re.compile(rb"<!DOCTYPE[^>]*>\s*|\s*<metadata>.*?</metadata>", re.S)


class EbookBuilder(Builder):
    """Writes every page of the contents and packs them."""

    name = format = "ebook"
    epilog = f"The e-book is {EBOOK}, beside the pages of the site."

    def init(self) -> None:
        """Start without pages."""
        self.supported_image_types = ["image/svg+xml", "image/png", "image/jpeg"]
        self.pages: dict[str, PageWriter] = {}
        self.roots: dict[str, ET.Element] = {}

    def get_outdated_docs(self) -> set[str]:
        """All pages: the archive is written as a whole."""
        return self.env.found_docs

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """The path of a page in the book's folder."""
        return f"{docname}.xhtml"

    def prepare_writing(self, docnames: set[str]) -> None:
        """Nothing to prepare."""

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Keep the page until all are written. Slides are none of the book's pages."""
        if is_deck(docname):
            return
        self.post_process_images(doctree)
        self.pages[docname] = writer = PageWriter(self, docname)
        self.roots[writer.path] = writer.write(doctree)

    def finish(self) -> None:
        """Add what pages use, and pack."""
        about = citation_file()
        pages = [self.pages[name] for name in self._order(self.config.root_doc)]
        self.rooms = self._take_apart()
        book = Book(
            about=about,
            description=self._description(),
            start=next((page.path for page in pages if page.kind == "chapter"), pages[0].path),
            spine=[path for page in pages for path in (page.path, *self._rooms_of(page.docname))],
            contents=self._contents(),
            illustrations=[self._listed(page, found) for page in pages for found in page.illustrations],
            tables=[self._listed(page, found) for page in pages for found in page.tables],
            files={**self._written(), **self._styles(), **self._images()},
        )
        book.files[COVER_IMAGE] = cover(*title_and_subtitle(about), book.author())
        write_epub(book, making(self.app) / EBOOK)

    def _take_apart(self) -> dict[str, str]:
        """The pages into which the page of all statements was taken apart, with their titles, by path."""
        path = self.get_target_uri(LISTING)
        if path not in self.roots:
            return {}
        made = apart.rooms_of(self.roots[path])
        self.roots |= {room.path: room.root for room in made}
        apart.lead_to(self.roots, path, made)
        return {room.path: room.title for room in made}

    def _rooms_of(self, docname: str) -> list[str]:
        return list(self.rooms) if docname == LISTING else []

    def _written(self) -> dict[str, bytes]:
        return {path: serialize(root, "<!DOCTYPE html>\n") for path, root in self.roots.items()}

    # --- contents ----------------------------------------------------------------

    def _order(self, docname: str) -> Iterator[str]:
        """A page and those below it, in reading order."""
        yield docname
        for name in self._below(docname):
            yield from self._order(name)

    def _below(self, docname: str) -> list[str]:
        return [name for name in self.env.toctree_includes.get(docname, []) if not is_deck(name)]

    def _contents(self) -> list[Link]:
        """The parts of the book with their pages."""
        root = self.config.root_doc
        links = [Link("Title page", TITLE), Link("Contents", NAV), self._link(root, below=False)]
        for part in self.env.tocs[root].findall(toctree):
            inside = tuple(self._link(name) for _, name in part["entries"])
            links += [Link(part["caption"], below=inside)] if part.get("caption") else inside
        return links

    def _link(self, docname: str, below: bool = True) -> Link:
        """A page, with its sections and the pages under it."""
        path = self.get_target_uri(docname)
        inside = [Link(self.rooms[room], room) for room in self._rooms_of(docname)] or self._sections(docname, path)
        pages = [self._link(name) for name in self._below(docname)]
        title = self.env.titles[docname].astext()
        return Link(self._numbered(docname, "", title), path, (*inside, *pages) if below else ())

    def _sections(self, docname: str, path: str) -> list[Link]:
        """The sections of a page."""
        page = self.env.tocs[docname][0]
        listed = [child for child in page.children if isinstance(child, nodes.bullet_list)]
        links = [next(iter(item.findall(nodes.reference))) for one in listed for item in one.children if len(item)]
        return [
            Link(self._numbered(docname, link["anchorname"], link.astext()), f"{path}{link['anchorname']}")
            for link in links
        ]

    def _numbered(self, docname: str, anchor: str, title: str) -> str:
        number = section_number(self.env, docname, anchor)
        return f"{number}. {title}" if number else title

    @staticmethod
    def _listed(page: PageWriter, found: Numbered) -> Link:
        """What is numbered, by the first sentence of its caption."""
        start, end = sentences(found.caption)[0]
        return Link(f"{found.label} {found.caption[start:end].strip()}", f"{page.path}#{found.anchor}")

    def _description(self) -> str:
        """What the first page says of itself."""
        doctree = self.env.get_doctree(self.config.root_doc)
        found = [meta["content"] for meta in doctree.findall(nodes.meta) if meta.get("name") == "description"]
        return found[0] if found else self.env.titles[self.config.root_doc].astext()

    # --- files -------------------------------------------------------------------

    def _styles(self) -> dict[str, bytes]:
        """The stylesheet and the fonts that it names."""
        css = EBOOK_STYLE.read_text("utf-8")
        fonts = {path: (FONTS / name).read_bytes() for path, name in _FONT.findall(css)}
        return {STYLESHEET: css.encode(), **fonts}

    def _images(self) -> dict[str, bytes]:
        """The pictures without what no reader sees: a reading system may refuse a foreign doctype."""
        found = {}
        for source, name in self.images.items():
            content = Path(self.srcdir, source).read_bytes()
            found[f"{IMAGES}/{name}"] = _NOT_DRAWN.sub(b"", content) if name.endswith(".svg") else content
        return found


def _keep_tables(app: Sphinx, config: Config) -> None:
    """What a cell printed comes as a table or as text; myst-nb drops all for a builder that it does not know."""
    chosen = [(EbookBuilder.name, "text/html", 10), (EbookBuilder.name, "text/plain", 20)]
    config.nb_mime_priority_overrides = [*config.nb_mime_priority_overrides, *chosen]


def connect(app: Sphinx) -> None:
    """The builder."""
    app.add_builder(EbookBuilder)
    app.connect("config-inited", _keep_tables)
