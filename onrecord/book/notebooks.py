"""The executed notebook of a page, made readable in plain Jupyter.

Jupyter does not know the book's roles. In the copy that a reader downloads a
number stands as its text, a quotation as its words, and a marker as the ids of
its evidence, which the evidence page explains.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.application import Sphinx

from ..facts import published
from .evidence import anchor_of, printed, records

_ROLE = re.compile(r"\{(ev|said|glue:text|cite:[pt]|numref|ref|doc|beside)\}`([^`]+)`")


def folder(app: Sphinx) -> Path:
    """Where the readable notebooks of a build are kept."""
    return Path(app.doctreedir).parent / "notebooks"


def readable(markdown: str, texts: dict[str, str], base: str) -> str:
    """Markdown with the book's roles replaced by what they print.

    ``texts``: fact id to text; ``base``: the address of the site, or empty, in
    which case evidence is named and not linked.
    """

    def evidence(ids: str) -> str:
        named = [e.strip() for e in ids.split(",")]
        links = [f"[{e}]({base}reference/evidence.html#{anchor_of(e)})" if base else f"`{e}`" for e in named]
        return f"({', '.join(links)})"

    def in_print(match: re.Match[str]) -> str:
        role, text = match.groups()
        if role == "ev":
            return evidence(text)
        if role == "said" and text in records():
            return f"“{printed(str(records()[text].quote))}” {evidence(text)}"
        if role == "glue:text" and text.lower() in texts:
            return texts.get(text) or texts[text.lower()].capitalize()
        if role in ("doc", "ref", "numref", "beside"):
            return text.split("<")[0].strip()
        # A citation; or a role that names nothing, which the build has warned of.
        return f"({text})"

    return _ROLE.sub(in_print, markdown)


def _write(app: Sphinx, doctree: nodes.document) -> None:
    """Beside the executed notebook of the page just read, write the readable one."""
    docname = app.env.docname
    executed = Path(app.doctreedir).parent / "jupyter_execute" / f"{docname}.ipynb"
    if not executed.is_file():
        return
    notebook = nbformat.read(executed, as_version=4)
    facts = published().set_index("fact_id")["text"].to_dict()
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # nbformat draws them at random
        if cell.cell_type == "markdown":
            cell.source = readable(cell.source, facts, app.config.html_baseurl)
    target = folder(app) / f"{docname}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    text = nbformat.writes(notebook) + "\n"
    if not target.is_file() or target.read_text("utf-8") != text:
        target.write_text(text, "utf-8")


def connect(app: Sphinx) -> None:
    """Write before Sphinx looks for the files that pages offer for download."""
    app.connect("doctree-read", _write, priority=100)
