"""A build that passes is a build without a fault, and of today's data.

Sphinx remembers what it has read, and believes what it finds. Three things follow that this module mends: a changed
table would not be noticed (chapters are read again only when their own file changes); a page that warned once is
silent the next time; and a build that was killed between reading and writing leaves pages that are held to be
written. So a build that ended well seals the memory, with a hash of all that is remembered and of all data and code
that it was read from. Memory without a seal that fits is thrown away, and everything is read and written anew. Where
tables alone have changed memory stays, and the pages that were made from these are read again (:mod:`.recorded`).

The site's build alone seals what was read: another form is made of the pages, and the site would not know of it.

Before a page is read, the tables must be those that ``onrecord check`` accepts:
the data package first, then the rules, quotations, numbers and prose.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from .. import modules, remembered
from ..files import put
from ..paths import CITATION, MOVED, OUTLINE, REQUIREMENTS, ROOT, TOC
from ..problems import InputError, Problem
from ..prose import check_prose
from ..quotes import check_locked
from ..remembered import code, data
from ..rules import check_package, check_rules, once
from ..settings import check_fonts, check_settings
from . import aside, made
from .stopping import BookError, stop

# What pages say besides tables: how the book is cited, their order, packages, sections of the texts, old names.
_BESIDE = (CITATION, MOVED, OUTLINE, REQUIREMENTS, TOC)


def inputs() -> tuple[list[Path], list[Path]]:
    """Every file besides the pages themselves on which pages depend: what is recorded page by page, and all else.

    Recorded are tables, and the modules of single chapters. Printing comes after pages are made.
    """
    topics = {modules.files()[name] for name in modules.topics()}
    rest = [*_BESIDE, *(path for path in data() if path.suffix != ".csv")]
    rest += [path for path in code() if "press" not in path.parts and path not in topics]
    return sorted([*topics, *(path for path in data() if path.suffix == ".csv")]), sorted(rest)


def _hash(app: Sphinx) -> bytes:
    """What a seal says: hashes of what is remembered, of what is no table, and of the tables.

    The inputs are those that the build began with.
    """
    return f"{made.contents(app)} {app.onrecord_inputs}\n".encode()  # type: ignore[attr-defined]


def _recall(app: Sphinx, config: Config) -> None:
    """Throw away memory whose seal does not fit, before Sphinx looks at it.

    Where only the inputs differ, the stamps of :mod:`.made` stay: each says itself what it follows from. Where only
    tables do, all of it stays. Where the build before did not end well, it is first taken back as it was sealed.
    """
    given = inputs()
    app.onrecord_inputs = " ".join(map(remembered.digest, reversed(given)))  # type: ignore[attr-defined]
    seal = made.seal(app)
    kept, now = seal.read_bytes() if seal.is_file() else b"", _hash(app)
    if kept.split()[:1] != now.split()[:1]:
        aside.take_back(app)
        now = _hash(app)
    app.onrecord_as_sealed = kept == now  # type: ignore[attr-defined]
    whole, same = (kept.split()[:parts] == now.split()[:parts] for parts in (1, 2))
    for folder in [*([] if same else made.memory(app)), *([] if whole else [made.stamps(app)])]:
        shutil.rmtree(folder, ignore_errors=True)
    if same:
        aside.lay(app)


def _changed(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Note that a page is read, or forgotten because it is gone."""
    app.onrecord_as_sealed = False  # type: ignore[attr-defined]


def _check(app: Sphinx) -> None:
    """Stop before reading anything when tables, quotations, published numbers or prose are not right."""
    try:
        problems = check_settings() + check_fonts() + check_package()
        if not problems:
            problems = once(check_rules) + check_locked() + once(_check_numbers, _behind_numbers()) + check_prose()
    except InputError as error:
        problems = error.problems
    if problems:
        stop(BookError("\n".join(map(str, problems))), ROOT)


def _behind_numbers() -> str:
    return remembered.of_files([*data(), *code(book=False), REQUIREMENTS], "")


def _check_numbers() -> list[Problem]:
    """While tables and code are what they were, what computes numbers is not even loaded."""
    from ..recount import check_facts

    return check_facts()


def _first_page(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The first page is written by every build: without one to write Sphinx would leave out its last steps."""
    return [app.config.root_doc]


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is None and app._warncount:
        raise BookError(f"{app._warncount} warning(s) above; the book is built without any")


def _remember(app: Sphinx, error: Exception | None) -> None:
    """Seal the memory when the site is in its place, or when it was not touched."""
    if error is None and (app.builder.name == "html" or app.onrecord_as_sealed):  # type: ignore[attr-defined]
        put(made.seal(app), _hash(app))
        aside.give_up(app)


def connect(app: Sphinx) -> None:
    """Hook the checks into the build."""
    app.connect("config-inited", _recall)
    app.connect("builder-inited", _check)
    app.connect("env-purge-doc", _changed)
    app.connect("env-updated", _first_page)
    app.connect("build-finished", _finish, priority=900)
    app.connect("build-finished", _remember, priority=960)
