"""The contents beside a page, and what else every page says of the others: how they are called.

Titles of pages and sections, numbers, labels and the names of works stand on other pages than their own: in the
contents, and wherever something is referred to. Sphinx does not write those again. So where one of them has changed,
all pages are written.

The contents are drawn once for all pages of a folder that the contents do not list, since they are the same on each of
these. The theme resolves the tree of all pages for each page anew, which takes longer than the page itself.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from .. import remembered
from ..paths import BIBLIOGRAPHY, TOC
from . import made

NAMES = "names"
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


def names(app: Sphinx) -> str:
    """A hash of how all is called: see :func:`_names`. It is made once a build, when all is numbered."""
    named: str = app.onrecord_names  # type: ignore[attr-defined]
    return named


def _names(env: BuildEnvironment) -> str:
    """A hash of what pages, places, figures and works are called, and of the order of the pages.

    What is called by its name may show more of itself: of a work, what the bibliography says.
    """
    domains: Any = env.domains
    std = domains["std"]
    return made.key_of(
        remembered.digest([TOC, BIBLIOGRAPHY]),
        [(name, title.astext()) for name, title in sorted(env.titles.items())],
        *(sorted(numbers.items()) for numbers in (env.toc_secnumbers, env.toc_fignumbers)),
        *(sorted(named.items()) for named in (std.labels, std.anonlabels, std.objects, std._terms)),
        [(one.formatted_entry.key, one.formatted_entry.label) for one in domains["cite"].citations],
    )


def _rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """All pages, where something is called otherwise than before."""
    app.onrecord_names = key = _names(env)  # type: ignore[attr-defined]
    if app.builder.name != "html" or not made.again(app, NAMES, key):
        return []
    made.keep(app, NAMES, key)
    return sorted(env.found_docs)


def _begin(app: Sphinx) -> None:
    app.onrecord_contents = {}  # type: ignore[attr-defined]


def connect(app: Sphinx) -> None:
    """After the theme has said how the contents are drawn, before it draws them; and when all is numbered."""
    app.connect("builder-inited", _begin)
    app.connect("html-page-context", _share, priority=501)
    app.connect("env-get-updated", _rewrite, priority=950)
