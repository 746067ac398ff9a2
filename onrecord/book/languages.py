"""What is not English says so: Chinese, wherever it comes from, and the pages in French and in Chinese.

A screen reader changes its voice by the language that a text is marked with. Most Chinese of
the book is printed from tables and from the bibliography, where nobody can mark it by hand.
It is marked as ``zh``, not by script: sources write in simplified and in traditional characters.
A page whose front matter names a ``language`` is in that language, and the first pages name each other.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from .publish import address

CHINESE = re.compile(r"([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+)")
LONGEST = 9  # of the words that are kept in one piece: the name of a ministry


def in_html(text: object) -> str:
    """Text for a page that is made as HTML: its characters escaped, its Chinese marked."""
    return CHINESE.sub(lambda run: f'<span lang="zh">{run[0]}</span>', escape(str(text), quote=False))


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
        runs = CHINESE.split(text.astext())
        if len(runs) == 1 or _is_marked(text.parent):
            continue
        marked = [
            nodes.inline("", run, classes=["language-zh"]) if number % 2 else nodes.Text(run)
            for number, run in enumerate(runs)
            if run
        ]
        text.parent.replace(text, marked)


def keep_place(doctree: nodes.document) -> None:
    """Short Chinese in a line is as wide as its letters, one em each, before their font has come: nothing moves."""
    for inline in doctree.findall(nodes.inline):
        text = inline.astext()
        in_chinese = any(c.startswith("language-zh") for c in inline["classes"])
        if in_chinese and 1 < len(text) <= LONGEST and CHINESE.fullmatch(text):
            inline["classes"].append(f"han-{len(text)}")


FIRST_PAGES = {"en": "index", "fr": "fr", "zh-Hans": "zh"}


def _name_language(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """The language of the page, and on the first pages where the others are."""
    own = app.env.metadata.get(page, {}).get("language")
    context["page_language"] = own or context["language"]
    site = address.site(app.config)  # a search engine takes whole addresses only
    first = FIRST_PAGES if site and page in FIRST_PAGES.values() else {}
    context["alternates"] = {tongue: f"{site}{name}.html" for tongue, name in first.items()}


def _mark(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    mark(doctree)
    if app.builder.name == "html":
        keep_place(doctree)


def connect(app: Sphinx) -> None:
    """When a page is whole: citations and evidence stand in it."""
    app.connect("html-page-context", _name_language)
    app.connect("doctree-resolved", _mark, priority=970)
