"""The numbers of chapters, sections, figures and tables, as Sphinx gives them: one for every form of the book.

Sphinx goes through all that is remembered of all pages for it, in every build, and through all of a page for each
reference to one of its figures. So of each page that is read an outline is kept, with no more than what is numbered,
and Sphinx is given that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment

from .kept import Kept


def _dotted(number: Iterable[int]) -> str:
    return ".".join(map(str, number))


def section_number(env: BuildEnvironment, docname: str, anchor: str = "") -> str:
    """``3``, or ``3.1`` of a section at ``#anchor``; empty where there is no number."""
    return _dotted(env.toc_secnumbers.get(docname, {}).get(anchor) or ())


def figure_number(env: BuildEnvironment, docname: str, kind: str, ids: Iterable[str]) -> str:
    """``3.1`` of a figure or table (``kind``) with one of these ids; empty where it has no number."""
    numbers = env.toc_fignumbers.get(docname, {}).get(kind, {})
    return _dotted(next((numbers[anchor] for anchor in ids if anchor in numbers), ()))


def called(env: BuildEnvironment, docname: str, kind: str, ids: Iterable[str]) -> str:
    """``Fig. 3.1`` or ``Table 3.1``, as the site calls it; empty where it has no number."""
    number = figure_number(env, docname, kind, ids)
    return str(env.config.numfig_format[kind]) % number if number else ""


# --- outlines -----------------------------------------------------------------------------


def _numbered(env: BuildEnvironment, node: nodes.Element) -> Iterator[nodes.Element]:
    """Sections, lists of pages, and what has a number and a caption, in their order."""
    for child in node.children:
        if isinstance(child, nodes.section):
            yield nodes.section("", *_numbered(env, child), ids=list(child["ids"]))
        elif isinstance(child, addnodes.toctree):
            yield child.deepcopy()
        elif isinstance(child, nodes.Element):
            title = env.domains["std"].get_numfig_title(child)  # type: ignore[attr-defined]
            if title and child["ids"]:
                named = child.copy()
                named += nodes.caption("", title)
                yield named
            yield from _numbered(env, child)


def _outline(env: BuildEnvironment, page: nodes.document) -> nodes.Element:
    return nodes.Element("", *_numbered(env, page))


OUTLINES = Kept("outlines", _outline)


def _give(app: Sphinx, env: BuildEnvironment) -> list[str]:
    env.get_doctree = OUTLINES.of(env).__getitem__  # type: ignore[assignment, method-assign]
    return []


def _take_back(app: Sphinx, env: BuildEnvironment) -> list[str]:
    del env.get_doctree  # its own method is its class's
    return []


class _Outlined:
    """The environment as it is, with outlines in the place of pages; of a page without what is sought all is given."""

    def __init__(self, env: BuildEnvironment, sought: str) -> None:
        self._env, self._sought = env, sought

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)

    def get_doctree(self, docname: str) -> Any:
        outline = OUTLINES.of(self._env)[docname]
        known = {name: node for node in outline.findall(nodes.Element) for name in node.get("ids", [])}
        return SimpleNamespace(ids=known) if self._sought in known else self._env.get_doctree(docname)


class Numbers(StandardDomain):
    """Sphinx's own domain, which finds by an outline what a reference to a number leads to."""

    def _resolve_numref_xref(self, env: Any, fromdocname: str, builder: Any, typ: str, target: str, *rest: Any) -> Any:
        sought = (self.labels if target in self.labels else self.anonlabels).get(target, ("", ""))[1]
        outlined: Any = _Outlined(env, sought)
        return super()._resolve_numref_xref(outlined, fromdocname, builder, typ, target, *rest)


def connect(app: Sphinx) -> None:
    """Outlines as pages are read; they are given while Sphinx numbers, before other parts ask for numbers."""
    OUTLINES.connect(app)
    app.add_domain(Numbers, override=True)
    app.connect("env-get-updated", _give, priority=1)
    app.connect("env-get-updated", _take_back, priority=899)
