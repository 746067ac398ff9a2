"""Keep the site small and quiet: no script, icon or style that no page uses.

The extensions of Jupyter Book bring some twenty scripts and style sheets. Our
layout loads one small script of our own, which loads the search when it is used,
and one more on the evidence page; the style sheets become one, and those of the
theme are first cut down to the rules whose classes, ids and tags stand on some
page; whatever no page refers to is removed. So a page, a figure or a table that
is gone leaves none of its files behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath, PurePosixPath
from posixpath import dirname, join, normpath
from typing import Any

import tinycss2
from docutils import nodes
from sphinx.application import Sphinx

from .. import remembered
from ..pack import HASHES
from ..paths import CODE, DOWNLOADS, HANDOUT, REQUIREMENTS, ROOT, STUDENTS
from .made import by_page, site_written
from .notebooks import WHEEL
from .publish import address, claims
from .publish.moved import moves
from .search import ENGINE, FILE, SCRIPTS
from .swap import PRINTS

STYLE = "site.css"  # all style sheets in one: a page waits for each that it links
_OF_THE_THEME = ("styles/bootstrap.css", "styles/pydata-sphinx-theme.css")
_UNUSED_STYLES = ("togglebutton", "copybutton", "thebe")
_REFERRED = re.compile(r"""(?:href|src)="(?:\.\./)*_static/([^"?#]+)""")
_SHOWN = re.compile(r"_images/([\w.-]+)")
_LOADED = re.compile(r"""(url\(["']?)(?!data:)([^"')?#]+)""")
_LED_TO = re.compile(r"""\b(?:href|src)="([^"#?:]+)""")
# What programs ask for by its name, and a page need not lead to; and the folders that others keep in order.
_ASKED_FOR = (
    *(".buildinfo", ".nojekyll", "objects.inv", "robots.txt"),
    *(f"{DOWNLOADS}/{name}" for name in (HASHES, WHEEL, claims.FILE)),
)
_OF_OTHERS = ("_static/", "_images/", "data/")
_NAMES = re.compile(r"""<([a-z][a-z0-9]*)|\b(class|id)="([^"]+)\"""")
_PATH = re.compile(r'\bd="[^"]*"')
LONG_NUMBER = re.compile(r"(\.\d\d)\d+")
_WORD = re.compile(r"[A-Za-z][\w-]*")


def _prune(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Note the style sheets of the pages in their order, without those of extensions whose scripts are gone."""
    styles = sorted(context.get("css_files") or [], key=lambda style: style.priority)  # as Sphinx does after this event
    names = (str(style.filename).removeprefix("_static/") for style in styles)
    own = [name for name in names if not any(word in name for word in _UNUSED_STYLES)]
    app.onrecord_styles = [*_OF_THE_THEME, *own]  # type: ignore[attr-defined]


def _drop_kernel(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Take out the settings of a client for remote kernels, which would speak to another host."""
    for raw in list(doctree.findall(nodes.raw)):
        if "x-thebe-config" in raw.astext() or "kernelName" in raw.astext():
            raw.parent.remove(raw)


# --- style sheets -----------------------------------------------------------------


def _names_on(page: str) -> Iterator[str]:
    for tag, kind, value in set(_NAMES.findall(page)):
        mark = {"class": ".", "id": "#", "": ""}[kind]
        yield from (f"{mark}{name}" for name in (value.split() if kind else [tag]))


def names_used(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Every tag, ``.class`` and ``#id`` of the pages, and every word of the scripts as any of them."""
    used: set[str] = {"html", "body", "*"}
    for page in pages:
        used.update(_names_on(page))
    for script in scripts:
        for word in set(_WORD.findall(script)):
            used.update((word, f".{word}", f"#{word}"))
    return used


def _selectors(prelude: list) -> list[list[str]]:
    """The names that each selector of a rule needs; what stands in brackets is not looked into."""
    found: list[list[str]] = [[]]
    before = ""
    for token in prelude:
        if token.type == "hash":
            found[-1].append(f"#{token.value}")
        elif token.type == "ident" and before != ":":
            found[-1].append(f".{token.value}" if before == "." else token.value.lower())
        elif token == ",":
            found.append([])
        before = token.value if token.type == "literal" else ""
    return found


def _keep(rules: list, used: set[str]) -> str:
    """The rules of which at least one selector can match, as CSS."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            if any(used.issuperset(names) for names in _selectors(rule.prelude)):
                kept.append(rule.serialize())
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = _keep(tinycss2.parse_rule_list(rule.content, True, True), used)
            if inner:
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}")
        elif rule.type == "at-rule":
            kept.append(rule.serialize())
    return "\n".join(kept)


def lean(css: str, used: set[str]) -> str:
    """A style sheet without comments and without rules that nothing on the site can match."""
    return _keep(tinycss2.parse_stylesheet(css, True, True), used) + "\n"


def _from(folder: PurePosixPath, css: str) -> str:
    """A style sheet of a folder, what it loads named from where that folder stands."""
    return _LOADED.sub(lambda load: load[1] + normpath(folder / load[2]), css)


def together(static: Path, styles: Iterable[str], used: set[str]) -> str:
    """The style sheets of a folder in one; ours stay whole."""
    parts = []
    for name in styles:
        css = (static / name).read_text("utf-8")
        ours = (ROOT / "_static" / name).is_file()
        parts.append(_from(PurePosixPath(name).parent, css if ours else lean(css, used)))
    return "".join(parts)


def _together_once(static: Path, styles: list[str], used: set[str]) -> str:
    """The same, for style sheets and names that were put together before taken from what is remembered."""
    sheets = remembered.digest([static / name for name in styles], static)
    key = remembered.of_files([CODE / "book" / "slim.py", REQUIREMENTS], f"{sheets} {sorted(used)}")
    known: str | None = remembered.recall("style", key)
    if known is None:
        known = together(static, styles, used)
        remembered.keep("style", key, known)
    return known


# --- pictures ------------------------------------------------------------------------


def rounded(svg: str) -> str:
    """A picture whose paths have two decimals, a hundredth of a point; matplotlib writes six."""
    return _PATH.sub(lambda path: LONG_NUMBER.sub(r"\1", path[0]), svg)


# --- after the build ---------------------------------------------------------------


def look(name: str, page: str) -> dict[str, list[str]]:
    """What a built page refers to (``static``, ``pictures``, ``files``), and the ``names`` that a style finds on it."""
    static, pictures = (sorted(set(found.findall(page))) for found in (_REFERRED, _SHOWN))
    led_to = {normpath(join(dirname(name), way)) for way in set(_LED_TO.findall(page))}
    files = sorted(way for way in led_to if not way.startswith(_OF_OTHERS) and not way.endswith((".html", "..", ".")))
    return {"static": static, "pictures": pictures, "files": files, "names": sorted(set(_names_on(page)))}


def _sweep(app: Sphinx, error: Exception | None) -> None:
    """Put the style sheets together, then remove the pictures and static files that nothing refers to."""
    if not site_written(app, error):
        return
    out, static = Path(app.outdir), Path(app.outdir, "_static")
    written = [
        path.relative_to(out).with_suffix("") for path in sorted(out.rglob("*.html")) if static not in path.parents
    ]
    pages = by_page(app, "slim", [name.as_posix() for name in written], look).values()
    wanted = {static / name for page in pages for name in page["static"]}
    wanted |= {static / name for name in SCRIPTS}  # a page names them to its own script
    # Engine and entries put no class on a page, and their words are those of half a language.
    ours = [path for path in sorted(wanted) if path.suffix == ".js" and path.name not in (ENGINE, FILE)]
    used = {name for page in pages for name in page["names"]} | names_used(
        [], (path.read_text("utf-8") for path in ours)
    )
    style = _together_once(static, app.onrecord_styles, used)  # type: ignore[attr-defined]
    (static / STYLE).write_text(style, "utf-8")
    wanted |= {static / name for _, name in _LOADED.findall(style)}
    shown = {name for page in pages for name in page["pictures"]}
    for picture in sorted(out.glob("_images/*")):
        if picture.name not in shown:  # it is a part of its page, or of an earlier build
            picture.unlink()
        elif picture.suffix == ".svg":
            picture.write_text(rounded(picture.read_text("utf-8")), "utf-8")
    for path in sorted(static.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in wanted:
            path.unlink()
    app.onrecord_led_to = {name for page in pages for name in page["files"]}  # type: ignore[attr-defined]


def _printed(app: Sphinx, name: PurePath) -> bool:
    """Whether a file is a print of the book, or of a page that is there: other builders make these."""
    page = name.with_suffix("").as_posix().removesuffix(HANDOUT).removesuffix(STUDENTS)
    return name.suffix in PRINTS and ("/" not in page or page in app.env.found_docs)


def _leave_nothing(app: Sphinx, error: Exception | None) -> None:
    """Once all that belongs to the site is made, remove each file that no page leads to."""
    if not site_written(app, error):
        return
    out = Path(app.outdir)
    wanted = {*app.onrecord_led_to, *_ASKED_FOR, *(move.old for move in moves())}  # type: ignore[attr-defined]
    wanted |= {"sitemap.xml"} if address.site(app.config) else set()
    for path in sorted(out.rglob("*"), reverse=True):
        name = path.relative_to(out)
        if f"{name.as_posix()}/".startswith(_OF_OTHERS) or name.suffix == ".html":
            continue
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and name.as_posix() not in wanted and not _printed(app, name):
            path.unlink()


def connect(app: Sphinx) -> None:
    """Prune while pages are written; sweep when they are, and once more when all is made."""
    app.connect("doctree-resolved", _drop_kernel, priority=970)
    app.connect("html-page-context", _prune, priority=999)
    app.connect("build-finished", _sweep, priority=800)
    app.connect("build-finished", _leave_nothing, priority=890)
