"""Where nothing has changed since the site was made, there is nothing to do: no part of the book is loaded for it.

This is asked first of all, since the parts and what they import take longer to load than the question.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from ..paths import SITE
from . import made

logger = logging.getLogger(__name__)


def unchanged(app: Sphinx) -> bool:
    """Whether all is as it was when the site was made, its pages are there, and what is remembered is whole."""
    if Path(app.outdir).name != SITE.name:  # another builder's
        return False
    pages = [Path(app.outdir, f"{page}.html") for page in made.pages_before(app)]
    return bool(pages) and not made.again(app, made.WHOLE, made.everything(), pages) and made.whole(app)


def leave(app: Sphinx) -> None:
    """Have Sphinx build nothing, and make nothing ready for it: a theme, what is remembered, a parsed bibliography.

    So no extension writes anything either. Who asks that all is read anew (``jupyter-book build --all``) has it.
    """
    kept, anew = made.stamp(app, made.WHOLE), list[bool]()

    def init_env(freshenv: bool) -> BuildEnvironment:
        anew.append(freshenv)
        return BuildEnvironment(app)

    def build(force_all: bool = False, filenames: Sequence[str] | None = None) -> None:
        if not (force_all or any(anew)):
            logger.info("nothing has changed since this site was made")
            return
        kept.unlink(missing_ok=True)
        sys.exit(subprocess.run([sys.executable, *sys.orig_argv[1:]]).returncode)

    app._init_env, app.build = init_env, build  # type: ignore[method-assign]
    app._init_builder = lambda: None  # type: ignore[method-assign]
