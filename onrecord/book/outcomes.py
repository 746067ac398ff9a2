"""What a student can do after each chapter, for the teaching guide: the aims as the chapters have them.

{outcomes}  a table with a row a chapter: a link to it, and its aims
"""

from __future__ import annotations

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .. import classwork, record_use
from ..paths import CHAPTERS
from .figures import simple_table


class Outcomes(SphinxDirective):
    """The aims of every chapter, in the order of the book."""

    def run(self) -> list[nodes.Node]:
        """One table; the page is made again when a chapter has changed."""
        return [simple_table(["Chapter", "After it you can"], [self._row(name) for name in record_use.chapters()])]

    def _row(self, chapter: str) -> list[nodes.Node]:
        path = CHAPTERS / f"{chapter}.md"
        self.env.note_dependency(str(path))
        aims = (nodes.paragraph("", aim) for aim in classwork.aims(path.read_text("utf-8")))
        return [self._link(chapter), nodes.bullet_list("", *(nodes.list_item("", aim) for aim in aims))]

    def _link(self, chapter: str) -> pending_xref:
        """A link with the title of the chapter, as {doc} makes it."""
        to = {"refdomain": "std", "reftype": "doc", "reftarget": f"/chapters/{chapter}", "refdoc": self.env.docname}
        return pending_xref("", nodes.inline(), **to, refexplicit=False, refwarn=True)


def connect(app: Sphinx) -> None:
    """The directive."""
    app.add_directive("outcomes", Outcomes)
