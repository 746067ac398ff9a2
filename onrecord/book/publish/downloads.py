"""Files for download lie in ``downloads/`` under their own names.

Sphinx puts each into a folder that is named after a hash of the way from the source to the build: such an
address says nothing, and changes when the book is built elsewhere. Here ``downloads/facts.csv`` is the facts,
wherever the book is built.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import BuildInfo, StandaloneHTMLBuilder
from sphinx.errors import SphinxError
from sphinx.util import DownloadFiles

from ...paths import DOWNLOADS
from ...reads import recording
from .. import made, parallel, recorded
from ..rooms import LISTING

STAY = {LISTING}  # rooms are made of what is found on it


class DownloadError(SphinxError):
    """Two files want one address."""

    category = "Downloads"


class NamedFiles(DownloadFiles):
    """Sphinx's list of files for download, each under its own name."""

    def add_file(self, docname: str, filename: str) -> str:
        """The name under which a file is offered.

        Raises :class:`DownloadError` where another file has that name.
        """
        name = PurePosixPath(filename).name
        taken = next((other for other, (_, dest) in self.items() if dest == name and other != filename), None)
        if taken:
            raise DownloadError(f"{docname}: {filename} and {taken} would both be {DOWNLOADS}/{name}")
        self.setdefault(filename, (set(), name))[0].add(docname)
        return name


class SiteBuilder(StandaloneHTMLBuilder):
    """Sphinx's builder of HTML: downloads in a folder that any web server serves, and a record of what is read."""

    def init(self) -> None:
        """Begin with nothing read."""
        super().init()
        self._since: set[str] = set()

    def create_build_info(self) -> BuildInfo:
        """A hash of the settings, wherever the environment lies: the theme adds to them where its templates are."""
        whole = self.config.templates_path
        self.config.templates_path = [path for path in whole if not Path(path).is_absolute()]
        try:
            return super().create_build_info()
        finally:
            self.config.templates_path = whole

    def read_doc(self, docname: str, **how: bool) -> None:  # type: ignore[misc]  # no event says where it begins
        """Read a page, and note from which tables."""
        with recording() as read:
            super().read_doc(docname, **how)
        recorded.of(self.app).note(recorded.READ, docname, read)

    def _write_serial(self, docnames: Sequence[str]) -> None:
        """Write pages, in two processes if there are many."""
        with recording() as self._since:
            parallel.write(list(docnames), STAY, self._size, self._write_some, self._take)

    def _size(self, docname: str) -> int:
        return Path(self.doctreedir, f"{docname}.doctree").stat().st_size

    def _write_some(self, docnames: list[str]) -> tuple[dict[str, str], recorded.Pages]:
        """Write pages; the pictures that are to be copied for them, and what each was written from."""
        super()._write_serial(docnames)
        written = recorded.of(self.app).pages[recorded.WRITTEN]
        return self.images, {docname: written[docname] for docname in docnames}

    def _take(self, told: tuple[dict[str, str], recorded.Pages]) -> None:
        images, written = told
        self.images.update(images)
        recorded.of(self.app).pages[recorded.WRITTEN].update(written)

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Write a page; what was read since the one before was written is what it is made from."""
        super().write_doc(docname, doctree)
        recorded.of(self.app).note(recorded.WRITTEN, docname, self._since)
        self._since.clear()

    def gen_pages_from_extensions(self) -> None:
        """Write the pages that parts of the book make, but for those that are as they were; drop those of before."""
        made_now = set()
        for pages in self.events.emit("html-collect-pages"):
            for name, context, template in pages:
                made_now.add(name)
                if context is not made.AS_IT_WAS:
                    self.handle_page(name, context, template)
        for name in made.pages_before(self.app) - made_now - self.env.found_docs:
            Path(self.outdir, f"{name}.html").unlink(missing_ok=True)
        made.keep_pages(self.app, made_now | self.env.found_docs)

    @property
    def dlpath(self) -> str:
        """The way from the page that is written to the downloads."""
        return self._dlpath

    @dlpath.setter
    def dlpath(self, path: str) -> None:
        """Sphinx sets it for each page; the folder is ours."""
        self._dlpath = path.replace("_downloads", DOWNLOADS)

    def copy_download_files(self) -> None:
        """Copy the files; one that is missing has been warned of, and so fails the build."""
        target = Path(self.outdir, DOWNLOADS)
        target.mkdir(parents=True, exist_ok=True)
        for source, (_, name) in self.env.dlfiles.items():
            shutil.copyfile(Path(self.srcdir, source), target / name)


def _name_files(app: Sphinx) -> None:
    """Before anything is read; what an earlier build has read keeps its names."""
    if not isinstance(app.env.dlfiles, NamedFiles):
        app.env.dlfiles = NamedFiles(app.env.dlfiles)


def connect(app: Sphinx) -> None:
    """The builder and the names."""
    app.add_builder(SiteBuilder, override=True)
    app.connect("builder-inited", _name_files)
