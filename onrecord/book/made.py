"""What the site was made from last: what is as it was is not made again.

Sphinx knows of pages that changed. This book adds pages and files that are made from tables or from other pages; a
stamp in ``_build/last`` says from what each was made. Where nothing at all has changed, nothing is done.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from .. import cited, remembered
from ..files import below, put
from ..paths import ROOT

# What no page, table or file of the site is made from.
_LEFT_OUT = {"_build", "tests", "benchmarks", "node_modules", "__pycache__"}
WHOLE = "site"
# Where the book is published, as the environment says it (:mod:`.publish.address`).
SETTINGS = ("ONRECORD_SITE", "ONRECORD_REPOSITORY")


def key_of(*parts: object) -> str:
    """A hash of what something is made from, given as text; of the Python that makes it, too."""
    return hashlib.sha256(repr((platform.python_version(), *map(str, parts))).encode()).hexdigest()


def everything() -> str:
    """A hash of all that is in the project and that a build may read."""
    settings = [os.environ.get(name, "") for name in SETTINGS]
    return key_of(remembered.digest(sorted(below(ROOT, _LEFT_OUT, hidden=False))), *settings)


def stamps(app: Sphinx) -> Path:
    """The folder of the stamps; a build that is broken off leaves it without its seal (:mod:`.strict`)."""
    return Path(app.doctreedir).with_name("last")


def _stamp(app: Sphinx, part: str) -> Path:
    return stamps(app) / part


def again(app: Sphinx, part: str, key: str, files: Iterable[Path] = ()) -> bool:
    """Whether a part of the site is to be made: it was made from something else, or one of its files is gone."""
    stamp = _stamp(app, part)
    return not stamp.is_file() or stamp.read_text("utf-8") != key or not all(path.is_file() for path in files)


def keep(app: Sphinx, part: str, key: str) -> None:
    """A part was made from this."""
    put(_stamp(app, part), key.encode())


# What a maker of pages says of one that is as it was: it stays, and is not written again.
AS_IT_WAS: dict[str, Any] = {}


def quiet(app: Sphinx) -> bool:
    """Whether all is as it was when the site was made."""
    return getattr(app, "onrecord_quiet", False)


def site_written(app: Sphinx, error: Exception | None) -> bool:
    """Whether the site was just written, so that what belongs beside its pages is made as well."""
    return error is None and app.builder.name == "html" and not quiet(app)


def pages_before(app: Sphinx) -> set[str]:
    """The pages of the site as it was made last; none where nothing is known of it."""
    stamp = _stamp(app, "pages")
    return set(stamp.read_text("utf-8").split("\n")) if stamp.is_file() else set()


def keep_pages(app: Sphinx, pages: set[str]) -> None:
    """The pages of the site as it is made now."""
    keep(app, "pages", "\n".join(sorted(pages)))


def _settle(app: Sphinx) -> None:
    """Before anything is read: whether all is as it was when the site was made, so that there is nothing to do."""
    if app.builder.name == "html":
        app.onrecord_from = everything()  # type: ignore[attr-defined]
        there = [Path(app.outdir, f"{page}.html") for page in pages_before(app)]
        app.onrecord_quiet = bool(there) and not again(app, WHOLE, app.onrecord_from, there)  # type: ignore[attr-defined]


def _static(app: Sphinx) -> list[Path]:
    return sorted(path for path in Path(app.outdir, "_static").rglob("*") if path.is_file())


def _finish(app: Sphinx, error: Exception | None) -> None:
    """The last of all: the whole site was made from this."""
    if error is None:
        cited.remember()
    if site_written(app, error):
        keep(app, "static", "\n".join(path.name for path in _static(app)))
        keep(app, WHOLE, app.onrecord_from)  # type: ignore[attr-defined]
    elif quiet(app):
        known = _stamp(app, "static").read_text("utf-8").split("\n")
        for stray in [path for path in _static(app) if path.name not in known]:
            stray.unlink()  # extensions write some before they know that there is nothing to do


def connect(app: Sphinx) -> None:
    """Before every other part; and when the site is in its place, before what is remembered is sealed."""
    app.connect("builder-inited", _settle, priority=50)
    app.connect("build-finished", _finish, priority=955)
