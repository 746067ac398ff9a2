"""The contents beside a page: once for all pages of a folder that the contents do not list.

They are the same on each of these. The theme resolves the tree of all pages for each page anew, which takes longer
than the page itself.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

_DRAWS = "generate_toctree_html"


def _share(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give a page that is not listed the contents that were drawn for another of its folder."""
    draw = context.get(_DRAWS)
    if draw is None or app.builder.name != "html" or page in app.env.found_docs:
        return
    folder, kept = page.rpartition("/")[0], app.onrecord_contents  # type: ignore[attr-defined]

    def drawn(**how: Any) -> Any:
        key = (folder, *sorted(how.items()))
        if key not in kept:
            kept[key] = draw(**how)
        return kept[key]

    context[_DRAWS] = drawn


def _begin(app: Sphinx) -> None:
    app.onrecord_contents = {}  # type: ignore[attr-defined]


def connect(app: Sphinx) -> None:
    """After the theme has said how the contents are drawn, before it draws them."""
    app.connect("builder-inited", _begin)
    app.connect("html-page-context", _share, priority=501)
