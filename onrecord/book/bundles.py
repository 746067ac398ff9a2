"""A chapter to take away: one zip with its notebook, its exercises, the package, and how to start.

Beside ``chapters/rounds.html`` lies ``chapters/rounds.zip``. It needs nothing of the repository, and of the network
only what pip needs. The package lies among the downloads of the site too, with its hash. Beside its page lies the kit
with which a reader codes passages.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import download_reference
from sphinx.application import Sphinx

from .. import kit, wheel
from ..files import filled, put
from ..pack import HASHES, sums, zipped
from ..paths import DOWNLOADS, ROOT
from ..release import citation_file, title_and_subtitle
from . import assignments, notebooks
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


def requirements() -> str:
    """The package and the pinned versions that its outputs depend on, for pip in the folder of the bundle."""
    asked = (ROOT / "requirements.txt").read_text("utf-8")
    pins = [pin.strip() for name in PINNED for pin in re.findall(rf"^{name}==[^\\\n]+", asked, re.M | re.I)]
    return "\n".join([f"./{notebooks.WHEEL}", *pins]) + "\n"


def made_wheel() -> bytes:
    """The package as the repository has it now."""
    with tempfile.TemporaryDirectory() as folder:
        return (Path(folder) / wheel.build_wheel(folder)).read_bytes()


def bundle(name: str, title: str, notebook: bytes, package: bytes) -> dict[str, bytes]:
    """What is in the bundle of a chapter: {file: content}."""
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
        **assignments.files(name, title, json.loads(notebook)),
        notebooks.WHEEL: package,
        "requirements.txt": requirements().encode(),
        **{licence: (ROOT / licence).read_bytes() for licence in ("LICENSE", "LICENSE-CONTENT")},
    }


def _offer(app: Sphinx, doctree: nodes.document) -> None:
    """A link to the bundle after that to the notebook."""
    name = Path(app.env.docname).name
    for link in list(doctree.findall(download_reference)):
        if link["reftarget"].endswith(f"/chapters/{name}.ipynb"):
            at = link.parent.index(link) + 1
            link.parent.insert(at, [nodes.Text(", "), beside("notebook with all that it needs (zip)", f"{name}.zip")])


def _make(app: Sphinx, error: Exception | None) -> None:
    """Put the bundles beside the chapters of the site, and the package among its downloads."""
    if error is not None or app.builder.name != "html":
        return
    package = made_wheel()
    downloads = Path(app.outdir, DOWNLOADS)
    put(downloads / notebooks.WHEEL, package)
    put(downloads / HASHES, sums({notebooks.WHEEL: package}))
    put(Path(app.outdir, KIT), kit.pack())
    for docname in sorted(app.env.found_docs):
        path = notebooks.folder(app) / f"{docname}.ipynb"
        if docname.startswith("chapters/") and path.is_file():
            name = Path(docname).name
            files = bundle(name, app.env.titles[docname].astext(), path.read_bytes(), package)
            packed = zipped({f"{name}/{file}": content for file, content in files.items()})
            put(Path(app.outdir, f"{docname}.zip"), packed)


def connect(app: Sphinx) -> None:
    """A link while pages are read; the bundles after the site is written."""
    app.connect("doctree-read", _offer)
    app.connect("build-finished", _make, priority=800)
