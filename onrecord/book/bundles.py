"""A chapter to take away: one zip with its notebook, its exercises, the package, and how to start.

Beside ``chapters/rounds.html`` lies ``chapters/rounds.zip``. It needs nothing of the repository, and of the network
only what pip needs. The package lies among the downloads of the site too, with its hash, and so do the exercises of
all chapters: in one zip for students, without a solution, and in one for teachers, with what the solutions give. Beside
its page lies the kit with which a reader codes passages.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import download_reference
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from .. import kit, remembered, wheel
from ..files import filled, put
from ..pack import HASHES, sums, zipped
from ..paths import CODE, DOWNLOADS, EXERCISES, HANDOUT, REQUIREMENTS, ROOT, SOLVED, STUDENTS
from ..release import citation_file, title_and_subtitle
from . import assignments, folded, made, notebooks, solved
from .beside import beside

KIT = "reference/coding-kit.zip"
# What the outputs of a notebook depend on besides the package: as the book was built with.
PINNED = ("contourpy", "ipykernel", "ipython", "krippendorff", "matplotlib", "numpy", "pandas", "pillow", "pyyaml")
_README = """\
# {title}

A chapter of *{book}*, version {version}, as a notebook: text, code, and what the code gave.
With Python 3.11 to 3.13, in this folder:

    python -m venv env
    env/bin/pip install -r requirements.txt jupyterlab
    env/bin/jupyter lab {name}.ipynb

(On Windows `env\\Scripts` for `env/bin`.) `{name}-exercises.ipynb` has the exercises, with a check that tells right
from wrong; `{name}-exercises-teacher.ipynb` has their solutions too, and what nbgrader needs to assign and grade them.
`{wheel}` is the package `onrecord`: all tables of the book, and
the code behind its figures. `requirements.txt` names the versions with which the book was built; others may do as well.

Text, figures and data of our own are under CC BY 4.0 (LICENSE-CONTENT says what is not), the code is under the MIT
licence (LICENSE).
"""


_EXERCISES = """\
# Exercises of *{book}*, version {version}

A notebook a chapter, with an exercise on data and one on sources. With Python 3.11 to 3.13, in this folder:

    python -m venv env
    env/bin/pip install -r requirements.txt jupyterlab
    env/bin/jupyter lab

(On Windows `env\\Scripts` for `env/bin`.) `{wheel}` is the package `onrecord`, with all tables of the book. No other
file is needed, and none from the network but what pip fetches. In each notebook `check` tells a right answer to the
exercise on data from a wrong one, and `hint` helps.
{more}
Text, figures and data of our own are under CC BY 4.0 (LICENSE-CONTENT says what is not), the code is under the MIT
licence (LICENSE).
"""
_FOR_TEACHERS = """
These are the notebooks for teachers, with solutions and what they give. Each has {points} points: {each}. Whoever has
fewer than {passing} has not passed. `nbgrader generate_assignment` makes the notebooks for students of them, and
`nbgrader autograde` gives the points of the check; what is answered in words is marked by hand.
"""
# What the points of an assignment are for, in the order of its notebook.
_FOR = {"data-check": "for the answer on data", "data-reading": "for what it shows", "sources": "for the sources"}


@cache
def requirements() -> str:
    """The package and the pinned versions that its outputs depend on, for pip in the folder of the bundle."""
    asked = (ROOT / "requirements.txt").read_text("utf-8")
    pins = [pin.strip() for name in PINNED for pin in re.findall(rf"^{name}==[^\\\n]+", asked, re.M | re.I)]
    return "\n".join([f"./{notebooks.WHEEL}", *pins]) + "\n"


def made_wheel() -> bytes:
    """The package as the repository has it now."""
    key = remembered.of_files([*wheel.made_from(), REQUIREMENTS], "")
    return remembered.made_once("wheel", key, _built_wheel, most=3)


def _built_wheel() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return (Path(folder) / wheel.build_wheel(folder)).read_bytes()


def bundle(name: str, title: str, notebook: bytes, exercises: dict[str, bytes], package: bytes) -> dict[str, bytes]:
    """What is in the bundle of a chapter: {file: content}. ``exercises``: its notebooks for students and teachers."""
    about = citation_file()
    told = _README.format(
        title=title,
        book=": ".join(title_and_subtitle(about)),
        version=about["version"],
        name=name,
        wheel=notebooks.WHEEL,
    )
    return {
        "README.md": filled(told).encode(),
        f"{name}.ipynb": notebook,
        **exercises,
        **_beside_notebooks(package),
    }


def all_exercises(notebooks_of: dict[str, bytes], package: bytes, solved_too: bool) -> dict[str, bytes]:
    """What is in the zip of all exercises: {file: content}; ``solved_too``: in that for teachers."""
    about, points = citation_file(), assignments.POINTS
    each = ", ".join(f"{points[name]} {what}" for name, what in _FOR.items())
    total = sum(points.values())
    more = _FOR_TEACHERS.format(points=total, each=each, passing=assignments.PASSING) if solved_too else ""
    told = _EXERCISES.format(
        book=": ".join(title_and_subtitle(about)), version=about["version"], wheel=notebooks.WHEEL, more=more
    )
    return {"README.md": filled(told).encode(), **notebooks_of, **_beside_notebooks(package)}


def _beside_notebooks(package: bytes) -> dict[str, bytes]:
    """What a folder needs besides its notebooks."""
    return {
        notebooks.WHEEL: package,
        "requirements.txt": requirements().encode(),
        **{licence: (ROOT / licence).read_bytes() for licence in ("LICENSE", "LICENSE-CONTENT")},
    }


def _offer(app: Sphinx, doctree: nodes.document) -> None:
    """Links to the bundle, and to what there is of the chapter for a class, after that to the notebook."""
    name = Path(app.env.docname).name
    for link in list(doctree.findall(download_reference)):
        if link["reftarget"].endswith(f"/chapters/{name}.ipynb"):
            more = [("notebook with all that it needs (zip)", f"{name}.zip"), *_papers(doctree, name)]
            at = link.parent.index(link) + 1
            link.parent.insert(at, [part for words, file in more for part in (nodes.Text(", "), beside(words, file))])


def _papers(doctree: nodes.document, name: str) -> Iterator[tuple[str, str]]:
    """What the press makes of a chapter for a class, where it has what these papers show."""
    boxes = folded.of_page(doctree)
    if folded.QUESTIONS in boxes:
        yield "handout of one page (PDF)", f"{name}{HANDOUT}.pdf"
    if any(map(folded.is_solution, boxes.values())):
        yield "PDF for students, without solutions", f"{name}{STUDENTS}.pdf"


def _make(app: Sphinx, error: Exception | None) -> None:
    """Put the bundles beside the chapters of the site; package and exercises among its downloads."""
    if not made.site_written(app, error):
        return
    package = made_wheel()
    downloads = Path(app.outdir, DOWNLOADS)
    put(downloads / notebooks.WHEEL, package)
    put(downloads / HASHES, sums({notebooks.WHEEL: package}))
    put(Path(app.outdir, KIT), kit.pack())
    exercises = solved.solved(_exercises(app))
    for name, (title, notebook) in _notebooks_of_chapters(app).items():
        files = bundle(name, title, notebook, exercises[name], package)
        _put_zip(app, Path(app.outdir, f"chapters/{name}.zip"), files)
    for folder, teachers in ((EXERCISES, False), (SOLVED, True)):
        chosen = {
            file: content
            for of_chapter in exercises.values()
            for file, content in of_chapter.items()
            if file.endswith(assignments.TEACHERS) is teachers
        }
        _put_zip(app, downloads / f"{folder}.zip", all_exercises(chosen, package, teachers))


def _put_zip(app: Sphinx, path: Path, files: dict[str, bytes]) -> None:
    """A zip that unpacks to one folder, of the name of the zip; one that has these files stays."""
    part, key = f"zips/{path.stem}", made.key_of(remembered.digest([CODE / "pack.py"]), sums(files))
    if made.again(app, part, key, [path]):
        put(path, zipped({f"{path.stem}/{file}": content for file, content in files.items()}))
        made.keep(app, part, key)


def _solve(app: Sphinx, env: BuildEnvironment) -> None:
    """The solutions are run while the pages are written."""
    if app.builder.name == "html":
        solved.begin(_exercises(app))


def _exercises(app: Sphinx) -> solved.Exercises:
    """The notebooks of all exercises, put together once for those who run them and those who pack them."""
    if not hasattr(app, "onrecord_exercises"):
        told = _notebooks_of_chapters(app).items()
        app.onrecord_exercises = {  # type: ignore[attr-defined]
            name: assignments.files(name, title, json.loads(notebook)) for name, (title, notebook) in told
        }
    found: solved.Exercises = app.onrecord_exercises  # type: ignore[attr-defined]
    return found


def _notebooks_of_chapters(app: Sphinx) -> dict[str, tuple[str, bytes]]:
    """Title and notebook of every chapter that has one, by name."""
    found = {}
    for docname in sorted(app.env.found_docs):
        path = notebooks.folder(app) / f"{docname}.ipynb"
        if docname.startswith("chapters/") and path.is_file():
            found[Path(docname).name] = (app.env.titles[docname].astext(), path.read_bytes())
    return found


def connect(app: Sphinx) -> None:
    """A link while pages are read; the bundles after the site is written."""
    app.connect("doctree-read", _offer)
    app.connect("env-check-consistency", _solve)
    app.connect("build-finished", _make, priority=720)
