"""Version and day of the release: they stand in ``onrecord/__init__.py``, and other files repeat them.

``CITATION.cff``             for those who cite; title, authors and keywords stand there, and a DOI once there is one
``data/datapackage.json``    the tables
``.zenodo.json``             the deposit
``codemeta.json``            the code

The last two are made whole. ``onrecord release --write`` brings all into line; ``onrecord check`` finds what is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import __released__, __version__
from .files import as_json
from .paths import CITATION, CODEMETA, PACKAGE, ZENODO, shown
from .problems import Problem, parse_yaml

LICENCE, LICENCE_CODE = "CC-BY-4.0", "MIT"


def citation_file() -> dict[str, Any]:
    """What CITATION.cff says of the book."""
    return deepcopy(_read(CITATION.read_text("utf-8")))


@lru_cache(maxsize=4)
def _read(text: str) -> dict[str, Any]:
    """A citation file, parsed once: hundreds of pages and files are told of it."""
    return parse_yaml(CITATION, text)


def title_and_subtitle(about: Mapping[str, Any]) -> tuple[str, str]:
    """Of a citation file, with a dash between years: site, print and e-book say the same."""
    title, _, subtitle = about["title"].partition(": ")
    return title, re.sub(r"(?<=\d)-(?=\d)", "–", subtitle)


def summary() -> str:
    """What the book is, in the words of its first page's description."""
    return (
        "An executable scholarly book on the human rights dialogue of Canada and China, 1997-2005, and the advocacy "
        "that followed: every claim opens onto its evidence, and every number is computed from the tables."
    )


def _cff(text: str) -> str:
    text = re.sub(r"^( *version: ).*$", rf"\g<1>{__version__}", text, flags=re.M)
    text = re.sub(r"^(date-released: ).*$", rf"\g<1>{__released__}", text, flags=re.M)
    return re.sub(r"^( +year: ).*$", rf"\g<1>{__released__[:4]}", text, flags=re.M)


def _descriptor(text: str) -> str:
    """The head of the data package; the tables after it are left alone."""
    head, rest = text.split('"resources"', 1)
    head = re.sub(r'^( "version": )"[^"]*"', rf'\g<1>"{__version__}"', head, flags=re.M)
    head = re.sub(r'^( "created": )"[^"]*"', rf'\g<1>"{__released__}T00:00:00Z"', head, flags=re.M)
    return f'{head}"resources"{rest}'


def _zenodo(text: str) -> str:
    cited = citation_file()
    made = {
        "title": cited["title"],
        "description": summary(),
        "upload_type": "dataset",
        "version": __version__,
        "publication_date": __released__,
        "access_right": "open",
        "license": LICENCE,
        "language": "eng",
        "creators": [{"name": one["name"]} for one in cited["authors"]],
        "keywords": cited["keywords"],
        "notes": "Code: MIT. Each table says its licence or its terms in data/datapackage.json.",
    }
    return as_json(made)


def _codemeta(text: str) -> str:
    cited = citation_file()
    made = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": "onrecord",
        "description": f"The package that builds the book. {summary()}",
        "version": __version__,
        "datePublished": __released__,
        "license": f"https://spdx.org/licenses/{LICENCE_CODE}",
        "programmingLanguage": "Python",
        "runtimePlatform": "Python 3.11, 3.12 or 3.13",
        "author": [{"@type": "Organization", "name": one["name"]} for one in cited["authors"]],
        "keywords": cited["keywords"],
        "isPartOf": {"@type": "Book", "name": cited["title"], "license": f"https://spdx.org/licenses/{LICENCE}"},
    }
    if doi := cited.get("doi"):
        made["identifier"] = f"https://doi.org/{doi}"
    return as_json(made)


FILES: dict[Path, Callable[[str], str]] = {
    CITATION: _cff,
    PACKAGE: _descriptor,
    ZENODO: _zenodo,
    CODEMETA: _codemeta,
}


def _now(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def check_release() -> list[Problem]:
    """Every file that does not say what the release is."""
    wanted = (
        f"expected version {__version__} of {__released__}, as onrecord/__init__.py has it: onrecord release --write"
    )
    return [Problem(shown(path), wanted) for path, told in FILES.items() if told(_now(path)) != _now(path)]


def write() -> list[str]:
    """Tell every file what the release is; the files that changed."""
    changed = []
    for path, told in FILES.items():  # CITATION.cff first: others are made from it
        before = _now(path)
        after = told(before)
        if after != before:
            path.write_text(after, "utf-8")
            changed.append(shown(path))
    return changed
