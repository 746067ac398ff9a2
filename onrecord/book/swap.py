"""A build leaves a whole site: the new one, or where it did not end well the earlier one.

Site, e-book and prints are written into a copy of the earlier site beside it. Once the build has ended well the copy
takes the place of the site. A build that fails takes its copy away; one that is killed leaves it, and the next build
does.

Between two renames there is, for less than a millisecond, no site. A build that is killed just then leaves the earlier
one under another name, and the next build puts it back first.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from sphinx.application import Sphinx

from ..paths import SITE
from . import aside
from .made import pages_before
from .parallel import Fork
from .stopping import before_end, stop

PRINTS = (".pdf", ".epub", ".pptx")
BUILDERS = ("html", "ebook", "typst", "prints")  # all of them write into the site


def place(app: Sphinx) -> Path:
    """Where the site is looked for: beside the folders of the other builders."""
    return Path(app.outdir).with_name(SITE.name)


def making(app: Sphinx) -> Path:
    """Where the site is made."""
    return place(app).with_name(f"{SITE.name}.making")


def _earlier(app: Sphinx) -> Path:
    return place(app).with_name(f"{SITE.name}.before")


def ahead(app: Sphinx) -> None:
    """Have a fork copy a site of which all is known while parts are loaded and checks run: that takes as long."""
    if Path(app.outdir).name in BUILDERS and pages_before(app):
        site, beside = place(app), making(app)
        _put_back(_earlier(app), site)
        copying = app.onrecord_copying = Fork(lambda: _copy(site, beside))  # type: ignore[attr-defined]

        def give_up() -> None:
            copying.end()
            shutil.rmtree(beside, ignore_errors=True)

        before_end(give_up)


def _begin(app: Sphinx) -> None:
    """Have a copy of the earlier site: that of the fork, if it got to its end and all is known still."""
    if app.builder.name not in BUILDERS:
        return
    site, beside = place(app), making(app)
    copying: Fork | None = getattr(app, "onrecord_copying", None)
    copied = copying and copying.told()
    known = bool(pages_before(app))
    try:
        if not (copied and known):
            _put_back(_earlier(app), site)
            _copy(site, beside, None if known or app.builder.name != "html" else _but_prints)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        stop(error, beside)
    if app.builder.name == "html":
        app.outdir = app.builder.outdir = type(app.outdir)(beside)


def _copy(site: Path, beside: Path, left_out: Callable[[str, list[str]], list[str]] | None = None) -> bool:
    """Copy the earlier site; times too, since Sphinx goes by them."""
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(site, beside, ignore=left_out) if site.is_dir() else beside.mkdir()
    return True


def _but_prints(folder: str, names: list[str]) -> list[str]:
    """What is not copied where nothing is known of the earlier site: all but what the other builders made."""
    return [name for name in names if Path(folder, name).is_file() and Path(name).suffix not in PRINTS]


def _end(app: Sphinx, error: Exception | None) -> None:
    """Put what was made into its place, or take it away."""
    if app.builder.name not in BUILDERS:
        return
    site, beside = place(app), making(app)
    if error is None:
        if app.builder.name == "html":
            aside.give_up(app)  # what was remembered of the earlier pages is not of these
        swap(site, beside, _earlier(app))
    shutil.rmtree(beside, ignore_errors=True)
    if app.builder.name == "html":
        app.outdir = app.builder.outdir = type(app.outdir)(site)


def _put_back(earlier: Path, site: Path) -> None:
    """Have the earlier site again, where a build was killed before there was another."""
    if earlier.is_dir():
        try:
            earlier.rename(site)  # an empty folder, which Sphinx makes first of all, is no hindrance; a site is
        except OSError:
            shutil.rmtree(earlier)


def swap(site: Path, beside: Path, earlier: Path) -> None:
    """Put the folder ``beside`` into the place of ``site``, and what was there into the place of ``beside``."""
    if site.is_dir():
        site.rename(earlier)
    beside.rename(site)
    if earlier.is_dir():
        earlier.rename(beside)  # whatever has the name ``earlier`` is whole


def connect(app: Sphinx) -> None:
    """Begin when the checks are passed; end when nothing can go wrong any more."""
    app.connect("builder-inited", _begin, priority=900)
    app.connect("build-finished", _end, priority=950)
