"""The executed notebook of a page, made to be read and run by whoever has only the notebook.

Jupyter does not know the book's roles. In the copy that a reader downloads a number stands as its text, a quotation
as its words, a reference as a title; raised numbers lead to the evidence, which is the last cell; captions stand with
their figures and tables. The first cell says what the notebook is and needs. See :mod:`.plain` for the Markdown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import nbformat
from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from .. import __version__, remembered
from ..facts import in_form, published, values_and_texts
from ..files import put
from ..look import TABLE_MIME
from ..paths import CITATION, REQUIREMENTS
from ..release import citation_file, title_and_subtitle
from ..tables import table
from . import contents, made
from .evidence import anchor_of, locator, names, printed, records, whose
from .kept import Kept
from .numbering import called, section_number
from .plain import plain
from .rooms import page_of

WHEEL = f"onrecord-{__version__}-py3-none-any.whl"
_MARKS = re.compile(r"[ \n]*((?:<sup>[^<]*</sup>\s*)+)(?<!\s)(?P<space>\s*)(?P<closing>[.,;:)]*)")
_FOR_THE_BOOK = re.compile(r"^facts\.publish\(.*\)\n?", re.M)  # it gives a page its numbers; here they stand as text
_NEEDED = """\
from importlib.util import find_spec

if find_spec("onrecord") is None:
    raise SystemExit("This notebook needs the package onrecord, which holds its tables: pip install {wheel}")"""


def folder(app: Sphinx) -> Path:
    """Where the readable notebooks of a build are kept."""
    return Path(app.doctreedir).parent / "notebooks"


def executed(app: Sphinx, docname: str) -> Path:
    """The notebook of a page as the build has run it."""
    return Path(app.doctreedir).parent / "jupyter_execute" / f"{docname}.ipynb"


def settled(text: str) -> str:
    """Raised numbers after the punctuation that closes the claim, and neighbours as one."""

    def one(match: re.Match[str]) -> str:
        numbers = re.findall(r"<sup>([^<]*)</sup>", match[1])
        return f"{match['closing']}<sup>{', '.join(numbers)}</sup>{match['space']}"

    return _MARKS.sub(one, text)


@dataclass
class Spoken:
    """What the roles of one page are read as. ``base``: the address of the site with a slash at its end, or empty.

    A key that names nothing is given as it is: the build has warned of it, and ends with that.
    """

    env: BuildEnvironment
    base: str
    cited: list[str] = field(default_factory=list)  # the statements, in the order of their numbers

    @cached_property
    def _facts(self) -> dict[str, tuple[str, str]]:
        return values_and_texts(published())

    @cached_property
    def _works(self) -> dict[str, str]:
        """{work: where it is on the web}, as far as it is known."""
        works = table("works").set_index("work_id")
        found = works["url"].fillna("").astype(str).to_dict()
        return found | {key: f"https://doi.org/{doi}" for key, doi in works["doi"].dropna().items()}

    @cached_property
    def _labels(self) -> dict[str, str]:
        """{work: name and year}, as the page has them."""
        return {one.formatted_entry.key: one.formatted_entry.label for one in self.env.domains["cite"].citations}  # type: ignore[attr-defined]

    def __call__(self, role: str, text: str) -> str:
        """The words for a role, for :func:`plain`. An unknown role gives its text."""
        said: dict[str, Callable[[str], str]] = {
            "ev": self._evidence,
            "said": self._quotation,
            "glue:text": self._number,
            "cite:p": lambda keys: f"({'; '.join(self._work(key) for key in keys.split(','))})",
            "cite:t": lambda keys: "; ".join(self._work(key) for key in keys.split(",")),
            "doc": self._page,
            "ref": self._place,
            "numref": self._numbered,
        }
        words = text.split("<")[0].strip() or text.strip("<>")
        return said[role](text) if role in said else words

    def _link(self, words: str, address: str) -> str:
        return f"[{words}]({address.replace(' ', '%20').replace('(', '%28').replace(')', '%29')})" if address else words

    def _evidence(self, ids: str) -> str:
        numbers = []
        for identifier in [i.strip() for i in ids.split(",") if i.strip() in records()]:
            if identifier not in self.cited:
                self.cited.append(identifier)
            numbers.append(self.cited.index(identifier) + 1)
        return f"<sup>{', '.join(map(str, numbers))}</sup>"

    def _quotation(self, identifier: str) -> str:
        known = records().get(identifier)
        return f"“{printed(str(known.quote))}”{self._evidence(identifier)}" if known else identifier

    def _number(self, key: str) -> str:
        return in_form(key, self._facts) or key

    def _work(self, key: str) -> str:
        key = key.strip()
        return self._link(self._labels.get(key, key), self._works.get(key, ""))

    @staticmethod
    def _parted(text: str) -> tuple[str, str]:
        """Words and target of ``words <target>``; without words, they are empty."""
        match = re.fullmatch(r"(?s)(.*?)\s*<([^<>]+)>", text)
        return (match[1], match[2]) if match else ("", text)

    def _to(self, docname: str, anchor: str = "") -> str:
        return f"{self.base}{docname}.html{f'#{anchor}' if anchor else ''}" if self.base else ""

    def _page(self, text: str) -> str:
        words, target = self._parted(text)
        docname = self._docname(target)
        title = self.env.titles[docname].astext() if docname in self.env.titles else target
        return self._link(words or f"*{title}*", self._to(docname))

    def _docname(self, target: str) -> str:
        """The page that a target means, whatever folder it is named from."""
        name = target.strip("/").removesuffix(".md").split("/")[-1]
        return next((page for page in sorted(self.env.found_docs) if page.split("/")[-1] == name), target)

    def _place(self, text: str) -> str:
        words, target = self._parted(text)
        docname, anchor, title = self.env.domains["std"].labels.get(target, ("", "", target))  # type: ignore[attr-defined]
        return self._link(words or f"*{title}*", self._to(docname, anchor) if docname else "")

    def _numbered(self, text: str) -> str:
        words, target = self._parted(text)
        number = self.number(target)
        return re.sub(r"%s|\{number\}", number.split()[-1], words) if words else number

    def number(self, label: str) -> str:
        """``Figure 3.1`` or ``Table 3.2``, as the site counts; the label itself where nothing is so called."""
        docname, anchor = self.env.domains["std"].anonlabels.get(label, ("", ""))[:2]  # type: ignore[attr-defined]
        if not docname:
            return label
        ids = PLACES.of(self.env).get(docname, {}).get(anchor, [anchor])
        kinds = self.env.toc_fignumbers.get(docname, {})
        return next(filter(None, (called(self.env, docname, kind, ids) for kind in kinds)), label)

    def markdown(self, source: str) -> str:
        """The Markdown of a cell or caption as any notebook shows it."""
        return settled(plain(source, self))

    def evidence(self) -> str:
        """The last cell: each statement that has a number."""
        lines = []
        for number, identifier in enumerate(self.cited, start=1):
            row, known = records()[identifier], names()
            quoted = f" “{printed(str(row.quote))}” ({whose(row)})." if isinstance(row.quote, str) else ""
            head = f"**{known['actor'][row.speaker_id]}** on {known['actor'][row.about_id]}: {row.paraphrase}{quoted}"
            name = self._link(f"`{identifier}`", self._to(page_of(identifier), anchor_of(identifier)))
            lines.append(f"{number}. {head} {locator(row)}; {name}.")
        about = (
            "What the raised numbers lead to. Paraphrases are this project's; the id of a statement is its key in the "
            "table `evidence`."
        )
        return "\n".join(["## Evidence", "", about, "", *lines])


def _about(env: BuildEnvironment, docname: str, base: str) -> str:
    """The first cell: what this is, what it needs, and how to get that."""
    book = citation_file()
    title = ": ".join(title_and_subtitle(book))
    number = section_number(env, docname)
    where = f"[the book's site]({base})" if base else "the book's site"
    chapter = f"chapter {number} of" if number else "a page of"
    author, year = book["authors"][0]["name"], f"{book['date-released']:%Y}"
    return (
        f"This notebook is {chapter} *{title}* ({author}, {year}, version {book['version']}): "
        "the text, the code behind its figures and tables, and what the code gave.\n\n"
        "To read it, nothing is needed. To run it: Python 3.11 or later and the package `onrecord`, which holds all "
        f"tables. It is the file `{WHEEL}`, in the bundle of this chapter and on {where}:\n\n"
        f"    pip install {WHEEL} jupyterlab\n\n"
        "Raised numbers lead to the list of evidence at the end. Text and data of our own: CC BY 4.0; code: MIT."
    )


def _caption(made: NotebookNode, spoken: Spoken) -> tuple[str, str]:
    """The captions of a cell's table, to stand before it, and of its figure, to stand after it; empty without."""
    before = ""
    for output in made.get("outputs", []):
        shown = output.get("data", {}).get(TABLE_MIME)
        if shown:
            about = json.loads(shown) if isinstance(shown, str) else shown
            before = f"**{spoken.number(about['name'])}.** {spoken.markdown(about['caption'])}"
    about = made.metadata.get("mystnb", {}).get("figure", {})
    after = f"**{spoken.number(about['name'])}.** {spoken.markdown(about['caption'])}" if about else ""
    return before, after


def _cells(notebook: NotebookNode, spoken: Spoken) -> Iterator[NotebookNode]:
    """The cells of a page, with its captions as cells of their own."""
    new = nbformat.v4
    for cell in notebook.cells:
        if cell.cell_type != "code":
            text = spoken.markdown(cell.source)
            if text:
                yield new.new_markdown_cell(text)
            continue
        before, after = _caption(cell, spoken)
        source = _FOR_THE_BOOK.sub("", cell.source).strip()
        outputs = [output for output in cell.outputs if "facts.publish(" not in cell.source]
        if before:
            yield new.new_markdown_cell(before)
        if source:
            yield new.new_code_cell(source, outputs=outputs)
        if after:
            yield new.new_markdown_cell(after)


def _ids(env: BuildEnvironment, page: nodes.document) -> dict[str, list[str]]:
    """Of the places of a page that have more ids than one: each id, with all of them."""
    found = [(anchor, list(node["ids"])) for anchor, node in page.ids.items() if isinstance(node, nodes.Element)]
    return {anchor: ids for anchor, ids in found if ids != [anchor]}


PLACES = Kept("places", _ids)


def readable(env: BuildEnvironment, docname: str, notebook: NotebookNode, base: str) -> NotebookNode:
    """The notebook of a page for a reader; ``base`` is the address of the site, or empty."""
    spoken = Spoken(env, base)
    cells = list(_cells(notebook, spoken))
    new = nbformat.v4
    head = [new.new_markdown_cell(_about(env, docname, base))]
    if any(cell.cell_type == "code" for cell in cells):
        head.append(new.new_code_cell(_NEEDED.format(wheel=WHEEL)))
    tail = [new.new_markdown_cell(spoken.evidence())] if spoken.cited else []
    made = new.new_notebook(cells=[*head, *cells, *tail])
    runs = 0
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"  # nbformat draws them at random
        if cell.cell_type == "code":
            runs += 1
            cell.execution_count = runs
    language = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python", "pygments_lexer": "ipython3"}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made.metadata = nbformat.from_dict(
        {
            "title": env.titles[docname].astext(),
            "authors": [{"name": one["name"]} for one in citation_file()["authors"]],
            "kernelspec": kernel,
            "language_info": language,
        }
    )
    return made


def _promise(app: Sphinx, doctree: nodes.document) -> None:
    """A page offers its notebook before it is made: titles and numbers of other pages are not yet known."""
    path = folder(app) / f"{app.env.docname}.ipynb"
    if executed(app, app.env.docname).is_file() and not path.is_file():
        put(path, b"")


def _make(app: Sphinx, env: BuildEnvironment) -> None:
    """Once all pages are read, make the notebooks; what one is made from beside its page is the same for all."""
    shared = _shared(app, env)
    for docname in sorted(env.found_docs):
        path, target = executed(app, docname), folder(app) / f"{docname}.ipynb"
        if path.is_file() and target.is_file():
            part, key = f"notebooks/{docname}", made.key_of(shared, remembered.digest([path], folder(app).parent))
            if made.again(app, part, key) or not target.stat().st_size:
                notebook = readable(env, docname, nbformat.read(path, as_version=4), app.config.html_baseurl)
                put(target, f"{nbformat.writes(notebook)}\n".encode())
                made.keep(app, part, key)


def _shared(app: Sphinx, env: BuildEnvironment) -> str:
    """Tables, code, and what pages, places, figures and works are called."""
    files = [*remembered.data(), *remembered.code(), CITATION, REQUIREMENTS]
    places = sorted(PLACES.of(env).items())
    return made.key_of(remembered.digest(files), app.config.html_baseurl, contents.names(app), places)


def _forget(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """A page does not depend on the notebook that is made from it later; else it would be read again each time."""
    for docname, files in env.dependencies.items():
        own = folder(app) / f"{docname}.ipynb"
        files -= {name for name in files if Path(app.srcdir, name) == own}
    return []


def connect(app: Sphinx) -> None:
    """Promise before Sphinx looks for the files that pages offer for download, and make when all is known."""
    PLACES.connect(app)
    app.connect("doctree-read", _promise, priority=100)
    app.connect("env-updated", _forget)
    app.connect("env-check-consistency", _make)
