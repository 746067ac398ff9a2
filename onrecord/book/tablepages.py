"""The tables on the site: a page each, the data package with its files, and the deposit.

``tables/rounds.html`` says what the table is, shows its rows, counts what stands in each column, and names the pages
that use it. ``data/`` is the data package as it can be validated from its address; ``downloads/`` has it as one zip,
and in other forms. The pages are made by code once the book is written: neither print nor e-book has them (the
dictionary is there), and search leads to the dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from sphinx.application import Sphinx

from .. import cited, deposit, remembered
from ..files import put
from ..frequencies import allowed, counted, empty, uses
from ..grades import said
from ..licences import licence
from ..pack import unzipped, zipped
from ..paths import DATA_ZIP, DOWNLOADS, PACKAGE
from ..reads import cache
from ..tables import digest_of, file_of, names, package, resource, table, title
from . import made
from .languages import in_html
from .mentions import linked_in_html
from .parallel import meanwhile
from .publish import head

PARQUET = "application/vnd.apache.parquet"
REVIEWS = "reviews"  # its points are numbered as discrepancies are
FOLDER, INDEX, TEMPLATE = "tables", "tables/index", "table.html"
MOST_CELLS, FIRST_ROWS = 900, 12  # a table with more cells shows its first rows
_BREAKS = re.compile(r"(?<=[;:_/])(?=\w)")


def _table(caption: str, columns: list[str], rows: list[list[str]], wide: bool = False) -> str:
    """A table whose cells are HTML already, in a frame that can be scrolled by keyboard."""
    label = escape(caption)
    head = "".join(f'<th scope="col">{in_html(column)}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    return (
        f'<div class="pst-scrollable-table-container" tabindex="0" role="group" aria-label="{label}">'
        f'<table class="table record-table{" wide" if wide else ""}"><caption>{in_html(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )


def _cell(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    # A long key or list may be broken after what divides its parts.
    return "<wbr>".join(map(in_html, _BREAKS.split(str(value))))


def _rows(name: str) -> str:
    frame = table(name)
    whole = frame.size <= MOST_CELLS
    part = (frame if whole else frame.head(FIRST_ROWS)).astype(object)
    caption = f"All {len(frame)} rows" if whole else f"The first {len(part)} of {len(frame):,} rows"
    rows = [
        [linked_in_html(_cell(value), to_root="../", strict=name == REVIEWS) for value in row]
        for row in part.itertuples(index=False)
    ]
    return _table(f"{title(name)}: {caption[0].lower()}{caption[1:]}", list(frame.columns), rows, frame.shape[1] >= 7)


def _columns(name: str) -> str:
    rows = [
        [
            f"<code>{in_html(field['name'])}</code>",
            field["type"],
            in_html(field["description"]),
            in_html(allowed(name, field)),
            empty(name, field),
            _cell(counted(name, field)),
        ]
        for field in resource(name)["schema"]["fields"]
    ]
    columns = ["Column", "Type", "Meaning", "Allowed", "Empty", "Values, and how often"]
    return _table(f"{title(name)}: columns", columns, rows, wide=True)


def item(name: str, site: str) -> cited.Item:
    """The record of a table, for its citations."""
    return cited.table_item(cited.about(site), name, title(name), f"{FOLDER}/{name}.html")


def _cite(name: str, site: str) -> str:
    """How to cite a table: a paragraph a style, and the files for reference managers."""
    told = item(name, site)
    sentences = "".join(
        f'<p class="citation-text"><strong>{style}</strong>: {cited.sentence_html(cited.sentence(told, style))}</p>\n'
        for style in cited.STYLES
    )
    links = ", ".join(
        f'<a class="cite-file" href="../{DOWNLOADS}/table-{name}.{ending}" download>{called}</a>'
        for ending, (called, _) in cited.FORMATS.items()
    )
    return f'{sentences}<p class="citation-files">For reference managers: {links}.</p>\n'


def _used(app: Sphinx, name: str) -> str:
    pages = [page for page in uses()[name] if page in app.env.titles]
    if not pages:
        return "<p>No chapter computes a number from it; pages of the record are made from the tables directly.</p>"
    links = [f'<a href="../{page}.html">{in_html(app.env.titles[page].astext())}</a>' for page in pages]
    return "<ul>" + "".join(f"<li>{link}</li>" for link in links) + "</ul>"


def _files(name: str) -> str:
    path = resource(name)["path"]
    size = len(deposit.raw(name))
    return (
        f'<p>Download: <a class="download" href="../data/{path}" download>{path}</a> ({size:,} bytes, CSV), '
        f'<a href="../data/parquet/{name}.parquet" download>{name}.parquet</a>; all tables: '
        f'<a href="../{DOWNLOADS}/{DATA_ZIP.name}" download>{DATA_ZIP.name}</a>. For a spreadsheet take '
        f'<a href="../{DOWNLOADS}/{deposit.WHOLE["workbook"]}" download>the workbook</a>, in which text stays text.</p>'
    )


def body(app: Sphinx, name: str) -> str:
    """The page of a table, as HTML."""
    told = resource(name)
    sources = "; ".join(source["title"] for source in told["sources"])
    by = f" Made by the command <code>{in_html(told['made_by'])}</code>." if told.get("role") == "derived" else ""
    return (
        f"<section><h1>{in_html(title(name))}</h1>\n<p>{in_html(told['description'])}</p>\n"
        f"<p>Table <code>{name}</code>, {len(table(name)):,} rows. Source: {in_html(sources)}.{by} "
        f"{in_html(licence(name))} {in_html(said(name))}</p>\n{_files(name)}\n"
        f"<h2>Rows</h2>\n{_rows(name)}<h2>Column by column</h2>\n{_columns(name)}"
        f"<h2>Used in</h2>\n{_used(app, name)}\n"
        f"<h2>Cite</h2>\n{_cite(name, app.config.html_baseurl)}</section>"
    )


def _index() -> str:
    rows = [
        [
            f'<a href="{name}.html">{in_html(title(name))}</a>',
            in_html(resource(name)["description"]),
            f"{len(table(name)):,}",
        ]
        for name in names()
    ]
    forms = (*deposit.WHOLE.values(), deposit.CODES)
    others = ", ".join(f'<a href="../{DOWNLOADS}/{file}" download>{file}</a>' for file in forms)
    return (
        f"<section><h1>All tables</h1>\n<p>{in_html(package()['description'])}</p>\n"
        f'<p>One zip with everything: <a href="../{DOWNLOADS}/{DATA_ZIP.name}" download>{DATA_ZIP.name}</a>. '
        f'The data package where it lies: <a href="../data/datapackage.json">datapackage.json</a>. '
        f"Other forms: {others}.</p>\n"
        f"{_table('All tables', ['Table', 'What it is', 'Rows'], rows)}</section>"
    )


def _of_all() -> dict[str, Any]:
    return {"title": "All tables", "body": _index(), "description": "Every table of the book, with its page."}


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The pages for Sphinx to write."""
    if app.builder.name != "html":
        return
    shared = _shared(app)
    key = made.key_of(shared, package(), *map(digest_of, names()))
    yield INDEX, made.page(app, INDEX, key, _of_all), TEMPLATE
    for name in names():
        page = f"{FOLDER}/{name}"
        key = made.key_of(shared, digest_of(name), resource(name), _used(app, name))
        yield page, made.page(app, page, key, partial(_context, app, name, page)), TEMPLATE


def _context(app: Sphinx, name: str, page: str) -> dict[str, Any]:
    about = f"The table {name}: {resource(name)['description']}"
    told = {"title": f"Table: {title(name)}", "body": body(app, name), "description": about}
    return {**told, "told_of_page": _head(app, name, page, about)}


# Tables of which a page of another table speaks: a cell links whom and what it names.
_NAMED = ("people", "discrepancies")


def _shared(app: Sphinx) -> str:
    """What the page of every table is made from, besides its table."""
    files = [*remembered.code(), *map(file_of, _NAMED)]
    head = {key: value for key, value in package().items() if key != "resources"}
    return made.key_of(remembered.digest(files), made.frame(), head, names(), app.config.html_baseurl)


def _head(app: Sphinx, name: str, page: str, about: str) -> str:
    """What machines read of a table."""
    told = resource(name)
    licence = next((one["path"] for one in told.get("licenses", [])), "")
    files = {f"data/{told['path']}": told["mediatype"], f"data/parquet/{name}.parquet": PARQUET}
    return head.of_table(app, page, item(name, app.config.html_baseurl), about, licence, files)


def _files_of_site(app: Sphinx, error: Exception | None) -> None:
    """The data package in ``data/``, and the deposit among the downloads."""
    if not made.site_written(app, error):
        return
    if not _is_outdated(app):
        return
    data = Path(app.outdir, "data")
    wanted = unzipped(_all_files())
    for name, content in wanted.items():
        put(Path(app.outdir, name), content)
    for path in data.rglob("*"):
        if path.is_file() and path.relative_to(app.outdir).as_posix() not in wanted:
            path.unlink()  # of a table that is gone
    made.keep(app, "deposit", _key())


@cache
def _key() -> str:
    return made.key_of(deposit.follows_from())


def _is_outdated(app: Sphinx) -> bool:
    files = [Path(app.outdir, DOWNLOADS, DATA_ZIP.name), Path(app.outdir, "data", PACKAGE.name)]
    return made.again(app, "deposit", _key(), files)


def _all_files() -> bytes:
    """The files of the deposit as one archive, for the memory."""
    return remembered.made_once("deposit", _key(), lambda: zipped(_deposited(), packed=False), most=3)


def _deposited() -> dict[str, bytes]:
    """The files of the deposit, by where they lie on the site."""
    in_data = {**deposit.published_package(), **deposit.parquet()}
    return {
        **{f"data/{path}": content for path, content in in_data.items()},
        **{f"{DOWNLOADS}/{path}": content for path, content in deposit.whole().items()},
        f"{DOWNLOADS}/{DATA_ZIP.name}": deposit.archive(),
    }


def connect(app: Sphinx) -> None:
    """Pages when the others are written, files when all is."""
    meanwhile(app, _is_outdated, _all_files, since="env-get-outdated")  # soon a core has no work
    app.connect("html-collect-pages", _pages)
    app.connect("build-finished", _files_of_site, priority=700)
