"""The numbers of chapters, sections, figures and tables, as Sphinx gives them: one for every form of the book."""

from __future__ import annotations

from collections.abc import Iterable

from sphinx.environment import BuildEnvironment


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
