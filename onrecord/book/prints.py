"""The builder ``prints``: the e-book and all that :mod:`.press` makes, from one reading of the site's pages.

Run it after the site::

    jupyter-book build . --builder custom --custom-builder prints

A fork packs the e-book while pages are translated for the press. Where it fails the e-book is packed afterwards, and
the fault is told as always. The builders ``ebook`` and ``typst`` make the one or the other by itself.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sphinx.application import Sphinx

from ..paths import EBOOK
from .ebook import EbookBuilder
from .parallel import beside
from .press.builder import TypstBuilder


class PrintsBuilder(TypstBuilder):
    """The press, and beside it the e-book."""

    name = "prints"
    epilog = f"The e-book is {EBOOK}, the prints are beside the pages of the site."

    def init(self) -> None:
        """The sources of the printed book lie where ``typst`` puts them."""
        super().init()
        self.out = self.out.with_name(TypstBuilder.name)

    def write(self, *names: Any) -> None:
        """Pack the e-book in a fork, print meanwhile."""
        if not beside(self._pack, partial(super().write, *names)):
            self._pack()

    def _pack(self) -> bool:
        """Write the e-book, as if Sphinx had been started for it."""
        ebook = EbookBuilder(self.app, self.env)
        self.app.builder = ebook
        try:
            ebook.init()
            ebook.write(None, (), "all")
            ebook.finish()
        finally:
            self.app.builder = self
        return True


def connect(app: Sphinx) -> None:
    """The builder."""
    app.add_builder(PrintsBuilder)
