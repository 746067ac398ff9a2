"""The Sphinx extension that turns the pages into the book.

======================  =============================================
:mod:`.evidence`        ``{ev}`` and ``{said}``: a claim opens its evidence
:mod:`.listings`        pages that are made from tables: record, dossiers, ...
:mod:`.backmatter`      chronology, people, organizations, colophon
:mod:`.outcomes`        what a student can do after each chapter
:mod:`.numbered`        exercises have numbers, and lead to their solutions
:mod:`.decks`           slides for a class
:mod:`.folded`          the folded boxes of a page, by their titles
:mod:`.solved`          what the solutions of exercises give, for teachers
:mod:`.register`        the index of names, topics, places and years
:mod:`.beside`          links to files that are made after the site
:mod:`.citing`          citations by name and year
:mod:`.opening`         the head of a page: cover and citation, length and parts
:mod:`.mentions`        what the text names is a link to its entry
:mod:`.byletter`        the bibliography under its letters
:mod:`.figures`         alternative text, and the data behind every figure
:mod:`.leads`           the rows behind the marks of each figure, a page a figure
:mod:`.inline`          pictures as part of a page, in its light or its dark
:mod:`.notebooks`       the executed notebook, readable in plain Jupyter
:mod:`.tablepages`      the tables on the site: pages, data package, deposit
:mod:`.numbering`       numbers of chapters, figures and tables
:mod:`.plain`           the Markdown of the book as plain Markdown
:mod:`.bundles`         a chapter to take away, with the package
:mod:`.assignments`     the exercises of a chapter as notebooks, for students and for teachers
:mod:`.rooms`           the evidence in rooms; pages of themes and speakers
:mod:`.running`         notebooks are run ahead, on all cores, by kernels that start warm
:mod:`.ebook`           the book as EPUB
:mod:`.publish`         addresses, downloads, what machines read of the book
:mod:`.notes`           evidence in few words, for the foot of a page
:mod:`.press`           the printed book: reading edition, companion, a PDF of each chapter
:mod:`.prints`          e-book and printed book from one reading
:mod:`.contents`        the contents beside a page, drawn once for many
:mod:`.quiet`           where nothing has changed, nothing is loaded
:mod:`.made`            what is as it was is not made again
:mod:`.parallel`        where many pages are to be written, two processes write them
:mod:`.recorded`        from which tables each page was made
:mod:`.stopping`        a build that cannot go on says why in a line
:mod:`.aside`           a build that does not end well costs the next one nothing
:mod:`.strict`          a page that is stale, or a build with a warning, fails
:mod:`.swap`            a build leaves a whole site, the new one or the earlier one
:mod:`.accessible`      names and headers for those who hear a page, or walk it by keyboard
:mod:`.languages`       Chinese says that it is Chinese
:mod:`.typography`      round quotation marks in what tables and code give
:mod:`.webfonts`        the book's fonts, packed for the site
:mod:`.search`          what the reader's browser searches
:mod:`.slim`            nothing on a page that the reader does not use
======================  =============================================
"""

from __future__ import annotations

import gc
import os

from sphinx.application import Sphinx

from . import quiet, swap


def setup(app: Sphinx) -> dict:
    """Connect every part; none is loaded where nothing has changed."""
    # A build makes millions of nodes that stay to its end: to look for cycles among them as often as Python does by
    # itself takes a fifth of its time.
    gc.set_threshold(200_000, 20, 50)
    # Sphinx would take the year of the copyright from it; the book has its dates from its own files.
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    if quiet.unchanged(app):
        quiet.leave(app)
    else:
        swap.ahead(app)
        from .parts import PARTS

        for part in PARTS:
            part.connect(app)
    # What the build made stays to the end of the process, which would look through all of it for cycles once more.
    app.connect("build-finished", lambda app, error: gc.freeze(), priority=1000)
    return {"version": "1", "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
