"""What is kept of each page as it is read, so that no other page has to look for it.

Sphinx remembers it with the pages: it goes when a page is read again or is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform

T = TypeVar("T")


class Kept(Generic[T]):
    """Something of every page, by the page. ``look`` finds it on one that was just read, as it will be remembered."""

    def __init__(self, name: str, look: Callable[[BuildEnvironment, nodes.document], T]) -> None:
        """``name`` is that of no other."""
        self._name, self._look = f"onrecord_{name}", look

    def of(self, env: BuildEnvironment) -> dict[str, T]:
        """What is kept, by page."""
        found: dict[str, T] = vars(env).setdefault(self._name, {})
        return found

    def connect(self, app: Sphinx) -> None:
        """Look when nothing else is done to a page that is read."""
        kept = self

        class Keep(SphinxTransform):
            default_priority = 990

            def apply(self, **kwargs: Any) -> None:
                kept.of(self.env)[self.env.docname] = kept._look(self.env, self.document)

        app.add_transform(Keep)
        app.connect("env-purge-doc", self._purge)
        app.connect("env-merge-info", self._merge)

    def _purge(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        self.of(env).pop(docname, None)

    def _merge(self, app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
        self.of(env).update({name: found for name, found in self.of(other).items() if name in docnames})
