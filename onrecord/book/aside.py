"""A build that does not end well costs the next one nothing.

What is remembered of the pages changes as they are read and written. So a copy of it is laid aside before that, and
given up as soon as another site is about to take the place of the one that it belongs to. The build after one that
failed, or was killed, finds memory that is not what was sealed, takes the copy back, and reads what has changed since
the last site that was made. Whether the copy is whole the seal says, as it does of all memory (:mod:`.strict`).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sphinx.application import Sphinx

from . import made


def _place(app: Sphinx) -> Path:
    return made.seal(app).with_name("aside")


def lay(app: Sphinx) -> None:
    """Copy what is remembered; where there is no room for it there is no copy."""
    give_up(app)
    try:
        for folder in filter(Path.is_dir, made.sealed(app)):
            shutil.copytree(folder, _place(app) / folder.name)
    except OSError:
        give_up(app)


def take_back(app: Sphinx) -> None:
    """Have the copy in the place of what is remembered, if there is one."""
    if _place(app).is_dir():
        for folder in made.sealed(app):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in _place(app).iterdir():
            folder.rename(folder.parents[1] / folder.name)
        give_up(app)


def give_up(app: Sphinx) -> None:
    """Be without a copy."""
    shutil.rmtree(_place(app), ignore_errors=True)
