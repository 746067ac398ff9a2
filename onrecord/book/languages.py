"""Chinese says that it is Chinese, wherever it comes from: a chapter, a table, a title in the bibliography.

A screen reader changes its voice by the language that a text is marked with. Most Chinese of
the book is printed from tables and from the bibliography, where nobody can mark it by hand.
It is marked as ``zh``, not by script: sources write in simplified and in traditional characters.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

_CHINESE = re.compile(r"([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+)")


def _is_marked(node: nodes.Node) -> bool:
    """Whether the node, or what it stands in, already names its language, or is code."""
    while node is not None:
        if isinstance(node, (nodes.literal_block, nodes.raw)):
            return True
        if isinstance(node, nodes.Element) and any(c.startswith("language-") for c in node.get("classes", ())):
            return True
        node = node.parent
    return False


def mark(doctree: nodes.document) -> None:
    """Wrap every run of Chinese characters that has no language in an inline of its own."""
    for text in list(doctree.findall(nodes.Text)):
        runs = _CHINESE.split(text.astext())
        if len(runs) == 1 or _is_marked(text.parent):
            continue
        marked = [
            nodes.inline("", run, classes=["language-zh"]) if number % 2 else nodes.Text(run)
            for number, run in enumerate(runs)
            if run
        ]
        text.parent.replace(text, marked)


def connect(app: Sphinx) -> None:
    """When a page is whole: citations and evidence stand in it."""
    app.connect("doctree-resolved", lambda _app, doctree, _name: mark(doctree), priority=970)
