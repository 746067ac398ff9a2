"""``{beside}`words <file>` ``: a link to a file that is put beside the page after the site is built.

Sphinx cannot know yet whether it is there; the tests of the site do. Print gives the words.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import ReferenceRole


def beside(words: str, file: str) -> nodes.reference:
    """A link to a file in the folder of the page."""
    return nodes.reference("", "", nodes.inline("", words), refuri=file, internal=False, classes=["beside"])


class BesideRole(ReferenceRole):
    """The role: words, and the name of the file."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The link."""
        return [beside(self.title, self.target)], []


def connect(app: Sphinx) -> None:
    """The role."""
    app.add_role("beside", BesideRole())
