"""How a build stops that cannot go on: with what is wrong, a line each, and without a traceback.

That is so for what a person can mend, such as a table that is not right or a disk that is full. Of an error in the
code Sphinx and Jupyter Book say what they always say.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from ..problems import refused


class BookError(SphinxError):
    """The book cannot be built as it stands."""

    category = "The book is not right"


_BEFORE_END: list[Callable[[], None]] = []


def before_end(tidy: Callable[[], None]) -> None:
    """Have something done before a build ends that cannot go on: Sphinx tells no part of an end so early."""
    if tidy not in _BEFORE_END:
        _BEFORE_END.append(tidy)


def stop(error: BookError | OSError, where: Path) -> NoReturn:
    """End the build with what Sphinx would say of an error. ``where``: the folder that is written into."""
    for tidy in _BEFORE_END:
        tidy()
    if isinstance(error, OSError):
        sys.exit(f"The book cannot be written:\n{refused(error, where)}")
    sys.exit(f"{error.category}:\n{error}")


def _expect_room(folder: Path) -> None:
    """Stop where a folder cannot be made, or nothing can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        error.filename = str(folder)  # not the name that was tried in it
        stop(error, folder)


def _end(app: Sphinx, error: Exception | None) -> None:
    """Once the other parts have tidied up."""
    cause = getattr(error, "orig_exc", error)  # Sphinx wraps what a part of the extension raises
    if isinstance(cause, BookError | OSError):
        stop(cause, Path(app.outdir))


def connect(app: Sphinx) -> None:
    """Begin with this part: Sphinx makes its own folders next."""
    _expect_room(Path(app.outdir).parent)
    app.connect("build-finished", _end, priority=990)
