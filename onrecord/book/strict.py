"""A build that passes is a build without a fault, and of today's data.

Sphinx remembers what it has read. Two things follow that this module mends:
a changed table would not be noticed (chapters are read again only when their
own file changes), and a page that warned once is silent the next time. So the
memory carries a hash of all data and code that chapters use, and is thrown
away after a build that warned.

Before a page is read, the tables must be those that ``onrecord check`` accepts:
the data package first, then the rules, quotations, numbers and prose.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from .. import remembered
from ..problems import InputError
from ..prose import check_prose
from ..quotes import check_locked
from ..recount import check_facts
from ..remembered import code, data
from ..rules import check_package, check_rules, once

logger = logging.getLogger(__name__)


class BookError(SphinxError):
    """The book cannot be built as it stands."""

    category = "The book is not right"


def inputs() -> list[Path]:
    """Every file besides the pages themselves on which pages depend; printing comes after they are made."""
    return sorted([*data(), *(path for path in code() if "press" not in path.parts)])


def digest() -> str:
    """One hash of all inputs: names and bytes."""
    return remembered.digest(inputs())


def _check(app: Sphinx) -> None:
    """Stop before reading anything when tables, quotations, published numbers or prose are not right."""
    try:
        problems = check_package()
        if not problems:
            problems = once(check_rules) + check_locked() + check_facts() + check_prose()
    except InputError as error:
        problems = error.problems
    if problems:
        raise BookError("\n" + "\n".join(map(str, problems)))


def _outdated(app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set) -> list[str]:
    """All pages, when data or code are not those of the last build."""
    now = digest()
    before = getattr(env, "onrecord_digest", now)
    env.onrecord_digest = now  # type: ignore[attr-defined]
    return [] if before == now else sorted(env.found_docs)


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is None and app._warncount:
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)
        raise BookError(f"{app._warncount} warning(s) above; the book is built without any")


def connect(app: Sphinx) -> None:
    """Hook the checks into the build."""
    app.connect("builder-inited", _check)
    app.connect("env-get-outdated", _outdated)
    app.connect("build-finished", _finish, priority=900)
