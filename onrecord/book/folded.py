"""The folded boxes of a page, by their titles: aims, questions, exercises, their solutions, the notes of a slide."""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes

QUESTIONS = "Questions"
_SOLUTION = "Solution"  # how the titles begin of what is not for students


def is_folded(node: nodes.Node) -> bool:
    """Whether a node is a folded box, as it is before sphinx-design makes something else of it."""
    return isinstance(node, nodes.container) and node.get("design_component") == "dropdown"


def title_of(box: nodes.container) -> str:
    """The words on a folded box."""
    return box[0].astext().strip()


def is_solution(box: nodes.container) -> bool:
    """Whether a folded box is one that a student's copy leaves out."""
    return title_of(box).startswith(_SOLUTION)


def boxes(found: Iterable[nodes.Node]) -> dict[str, nodes.container]:
    """The folded boxes among nodes, by title."""
    return {title_of(node): node for node in found if is_folded(node)}  # type: ignore[arg-type]


def of_page(doctree: nodes.document) -> dict[str, nodes.container]:
    """The folded boxes of a page, by title."""
    return boxes(doctree.findall(nodes.container))
