"""What the site was made from last: what is as it was is not made again.

Sphinx knows of pages that changed. This book adds pages and files that are made from tables or from other pages; a
stamp in ``_build/last`` says from what each was made. Where nothing at all has changed, nothing is done
(:mod:`.quiet`).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from .. import modules, remembered
from ..files import below, digest, put
from ..paths import CITATION, CONFIG, REQUIREMENTS, ROOT

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


def frame() -> str:
    """A hash of what stands around what a page says."""
    return remembered.digest([*sorted((ROOT / "_templates").iterdir()), CITATION, CONFIG])


def stamps(app: Sphinx) -> Path:
    """The folder of the stamps; a build that is broken off leaves it without its seal (:mod:`.strict`)."""
    return Path(app.doctreedir).with_name("last")


def stamp(app: Sphinx, part: str) -> Path:
    """The file that says from what a part was made."""
    return stamps(app) / part


def memory(app: Sphinx) -> list[Path]:
    """The folders of what is remembered of the pages: Sphinx's own, and what was written while they were read."""
    own = Path(app.doctreedir)
    return [own, *map(own.with_name, ("jupyter_execute", "figure_data", "notebooks"))]


def seal(app: Sphinx) -> Path:
    """The file with a hash of all that is remembered, and of what it was read from (:mod:`.strict`)."""
    return Path(app.doctreedir).with_name("seal.sha256")


def sealed(app: Sphinx) -> list[Path]:
    """The folders of all that is remembered: of the pages, and of what the site was made from."""
    return [*memory(app), stamps(app)]


def contents(app: Sphinx) -> str:
    """A hash of all that is remembered."""
    files = sorted(path for folder in sealed(app) for path in folder.rglob("*") if path.is_file())
    return remembered.digest(files, seal(app).parent)


def whole(app: Sphinx) -> bool:
    """Whether what is remembered is what was sealed."""
    return seal(app).is_file() and seal(app).read_text("utf-8", "replace").startswith(f"{contents(app)} ")


def again(app: Sphinx, part: str, key: str, files: Iterable[Path] = ()) -> bool:
    """Whether a part of the site is to be made: it was made from something else, or one of its files is gone."""
    kept = stamp(app, part)
    return not kept.is_file() or kept.read_text("utf-8") != key or not all(path.is_file() for path in files)


def keep(app: Sphinx, part: str, key: str) -> None:
    """A part was made from this."""
    put(stamp(app, part), key.encode())


# What a maker of pages says of one that is as it was: it stays, and is not written again.
AS_IT_WAS: dict[str, Any] = {}


def page(app: Sphinx, name: str, key: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a page that is made by code is written from, if it is made from something else than before."""
    if not again(app, name, key, [Path(app.outdir, f"{name}.html")]):
        return AS_IT_WAS
    keep(app, name, key)
    return make()


def by_page(app: Sphinx, part: str, pages: Iterable[str], look: Callable[[str, str], Any]) -> dict[str, Any]:
    """What ``look`` finds on each page of the site, as JSON has it; on one that is as it was it does not look again.

    ``look`` is given name and text of a page, and nothing else may matter to it but the code.
    """
    code = [*modules.hashes(modules.behind(look.__module__)), digest(REQUIREMENTS)]
    kept = stamp(app, f"{part}.json")
    before: dict[str, Any] = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    found = {}
    for page in pages:
        written = Path(app.outdir, f"{page}.html").read_bytes()
        key = key_of(code, hashlib.sha256(written).hexdigest())
        known = before.get(page, {})
        found[page] = known if known.get("key") == key else {"key": key, "found": look(page, written.decode())}
    put(kept, json.dumps(found, ensure_ascii=False).encode())
    return {page: one["found"] for page, one in found.items()}


def drawn(app: Sphinx, page: str, *what: object) -> list[str]:
    """A page that takes something from other pages, if it is to be written again: it is not what it took before."""
    if page not in app.env.found_docs:
        return []
    if app.builder.name != "html":
        return [page]  # every other form is written whole
    part, key = f"{page}.drawn", key_of(*what)
    if not again(app, part, key):
        return []
    keep(app, part, key)
    return [page]


def site_written(app: Sphinx, error: Exception | None) -> bool:
    """Whether the site was just written, so that what belongs beside its pages is made as well."""
    return error is None and app.builder.name == "html"


def pages_before(app: Sphinx) -> set[str]:
    """The pages of the site as it was made last; none where nothing is known of it."""
    kept = stamp(app, "pages")
    return set(kept.read_text("utf-8").split("\n")) if kept.is_file() else set()


def keep_pages(app: Sphinx, pages: set[str]) -> None:
    """The pages of the site as it is made now."""
    keep(app, "pages", "\n".join(sorted(pages)))


def _begin(app: Sphinx) -> None:
    """Before anything is read: what the site will have been made from."""
    app.onrecord_from = everything()  # type: ignore[attr-defined]


def _finish(app: Sphinx, error: Exception | None) -> None:
    """The last of all: the whole site was made from this."""
    if site_written(app, error):
        keep(app, WHOLE, app.onrecord_from)  # type: ignore[attr-defined]


def connect(app: Sphinx) -> None:
    """Before every other part; and when the site is in its place, before what is remembered is sealed."""
    app.connect("builder-inited", _begin, priority=50)
    app.connect("build-finished", _finish, priority=955)
