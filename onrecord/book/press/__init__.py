"""The printed book: Typst sources written from the pages, and PDFs compiled from them.

====================  =================================================================
:mod:`.builder`       which PDFs there are, what stands in each, compiling
:mod:`.translator`    a page as Typst code; an unknown node is an error
:mod:`.markup`        how text becomes Typst code, and which letters can be set
:mod:`.widths`        how wide the columns of a table are
:mod:`.index`         what stands in the index, and where it is marked
``template.typ``      everything that decides how a page looks
``index_terms.csv``   places, bodies and subjects that no table has; what sub-entries call chapters
====================  =================================================================
"""

from __future__ import annotations

from sphinx.application import Sphinx

from .builder import TypstBuilder


def connect(app: Sphinx) -> None:
    """Make the builder known as ``typst``; :mod:`..prints` prints with it too."""
    app.add_builder(TypstBuilder)
