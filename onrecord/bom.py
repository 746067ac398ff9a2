"""What the book is made with and what it ships, as a bill of materials (CycloneDX 1.6, JSON).

The packages are those of ``requirements.txt``, which has their hashes; the licence of each is what the package itself
says, where it is installed. Fonts and the search engine are files that the site carries: these have a hash here.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from . import __released__, __version__
from .paths import CODE, FONTS, REQUIREMENTS, ROOT
from .release import LICENCE, LICENCE_CODE, citation_file

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.M)
_ENGINE = re.compile(r'^ENGINE = "([\w.]+)"  # .* of the npm package minisearch ([\d.]+)', re.M)
_FONT_LICENCE = "OFL-1.1"
_OSI = "License :: OSI Approved :: "


def _licence_of(name: str) -> list[dict[str, Any]]:
    """What an installed package says of its licence: an expression, a name of the classifiers, or its first line."""
    try:
        told: Any = metadata(name)
    except PackageNotFoundError:  # of another system
        return []
    if told.get("License-Expression"):
        return [{"expression": told["License-Expression"]}]
    classes = [one.removeprefix(_OSI) for one in told.get_all("Classifier") or [] if one.startswith(_OSI)]
    line = (told.get("License") or "").strip().split("\n")[0][:80]
    return [{"license": {"name": one}} for one in classes or filter(None, [line])]


def _packages() -> list[dict[str, Any]]:
    return [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "scope": "optional",  # it makes the book and is not in it
            **({"licenses": found} if (found := _licence_of(name)) else {}),
        }
        for name, version in _PINNED.findall(REQUIREMENTS.read_text("utf-8"))
    ]


def _file(path: Path, kind: str, licence: str, **more: str) -> dict[str, Any]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    name = path.relative_to(ROOT).as_posix()
    return {
        "type": kind,
        "bom-ref": name,
        "name": name,
        **more,
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "licenses": [{"license": {"id": licence}}],
    }


def _shipped() -> list[dict[str, Any]]:
    """The files of others that the site carries."""
    ((name, version),) = _ENGINE.findall((CODE / "book" / "search" / "__init__.py").read_text("utf-8"))
    more = {"version": version, "purl": f"pkg:npm/minisearch@{version}"}
    engine = _file(ROOT / "_static" / name, "library", "MIT", **more)
    return [*(_file(path, "file", _FONT_LICENCE) for path in sorted(FONTS.glob("*.ttf"))), engine]


def bill() -> bytes:
    """The bill of materials: the same bytes for the same book in the same environment."""
    book = citation_file()
    components = [*_shipped(), *_packages()]
    told = json.dumps(components, sort_keys=True)
    made = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, told)}",
        "version": 1,
        "metadata": {
            "timestamp": f"{__released__}T00:00:00Z",
            "component": {
                "type": "application",
                "bom-ref": "on-the-record",
                "name": book["title"],
                "version": __version__,
                "licenses": [{"license": {"id": one}} for one in (LICENCE, LICENCE_CODE)],
            },
        },
        "components": components,
    }
    return (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode()
