"""The coding in the exchange format of programs for qualitative analysis (REFI-QDA): codebook and project.

The sources are other people's and do not travel. Each becomes a text of its coded statements: id and place, our
paraphrase, and the quotation where there is one; a selection spans paraphrase and quotation. Offsets are Unicode code
points from 0, as the standard counts. Both coders' codes are there, each with a user of its own.
"""

from __future__ import annotations

import uuid
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd

from . import __version__
from .pack import zipped
from .tables import field_of, labels, package, record, table

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
ORIGIN = f"On the Record {__version__}"
# Variable of a statement, the branch of the codebook that its codes are on.
BRANCHES = {"theme_id": "Theme", "stance": "Stance", "speaker_id": "Speaker", "about_id": "About"}
CODERS = {"": "First coding", "_b": "Second coding"}
_COLOURS = {"Theme": "#1f5a85", "Stance": "#1d6b4f", "Speaker": "#a8321f", "About": "#6d4a8c"}


def guid(*parts: str) -> str:
    """The same id for the same thing in every version."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(["on-the-record", *parts])))


def _codes() -> dict[str, list[tuple[str, str, str]]]:
    """{branch: its codes as (key, name, definition)}."""
    themes = [
        (row.theme_id, row.label, f"{row.definition}. Use when: {row.use_when}. Not when: {row.not_when}.")
        for row in table("themes").itertuples()
    ]
    stance = field_of("evidence", "stance")
    stances = [(key, key.capitalize(), stance["stances"][key]) for key in stance["constraints"]["enum"]]
    groups = labels("groups")
    actors = [(row.actor_id, row.name, groups[row.group_id]) for row in table("actors").itertuples()]
    return {"Theme": themes, "Stance": stances, "Speaker": actors, "About": actors}


def _add_codes(parent: ET.Element) -> None:
    holder = ET.SubElement(parent, "Codes")
    for branch, codes in _codes().items():
        top = {"guid": guid("code", branch), "name": branch, "isCodable": "false", "color": _COLOURS[branch]}
        above = ET.SubElement(holder, "Code", top)
        for key, name, definition in codes:
            about = {"guid": guid("code", branch, key), "name": name, "isCodable": "true", "color": _COLOURS[branch]}
            ET.SubElement(ET.SubElement(above, "Code", about), "Description").text = definition


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def codebook() -> bytes:
    """The codebook alone (``.qdc``)."""
    root = ET.Element("CodeBook", {"xmlns": CODEBOOK, "origin": ORIGIN})
    _add_codes(root)
    return _xml(root)


def excerpt(row: Any) -> str:
    """What a selection spans: our paraphrase, and the quotation where there is one."""
    return row.paraphrase if pd.isna(row.quote) else f"{row.paraphrase}\n“{row.quote}”"


def _add_codings(selection: ET.Element, row: Any) -> None:
    created = package()["created"]
    for suffix in CODERS:
        for variable, branch in BRANCHES.items():
            code = getattr(row, f"{variable}{suffix}")
            if pd.isna(code):
                continue
            about = {
                "guid": guid("coding", row.evidence_id, variable, suffix or "_a"),
                "creatingUser": guid("user", CODERS[suffix]),
                "creationDateTime": created,
            }
            coding = ET.SubElement(selection, "Coding", about)
            ET.SubElement(coding, "CodeRef", {"targetGUID": guid("code", branch, str(code))})


def _source(holder: ET.Element, source_id: str, rows: pd.DataFrame) -> str:
    """Add one source to the project; its text."""
    name, created = guid("source", source_id), package()["created"]
    user = guid("user", CODERS[""])
    about = {
        "guid": name,
        "name": labels("sources", "short_title")[source_id],
        "plainTextPath": f"internal://{name}.txt",
        "creatingUser": user,
        "creationDateTime": created,
    }
    source = ET.SubElement(holder, "TextSource", about)
    ET.SubElement(source, "Description").text = "Coded statements in our paraphrase; the source's own text is not here."
    text = ""
    for row in rows.itertuples():
        text += f"[{row.evidence_id}] sentence {row.sentences}\n"
        start, words = len(text), excerpt(row)
        text += words
        place = {
            "guid": guid("selection", str(row.evidence_id)),
            "name": str(row.evidence_id),
            "startPosition": str(start),
            "endPosition": str(len(text)),
            "creatingUser": user,
            "creationDateTime": created,
        }
        selection = ET.SubElement(source, "PlainTextSelection", place)
        ET.SubElement(selection, "Description").text = str(row.analytic_note)
        _add_codings(selection, row)
        text += "\n\n"
    return text


def project() -> bytes:
    """The project (``.qdpx``): codebook, texts of statements, selections with the codes of both coders."""
    about = {
        "xmlns": PROJECT,
        "name": "On the Record",
        "origin": ORIGIN,
        "creatingUserGUID": guid("user", CODERS[""]),
        "creationDateTime": package()["created"],
    }
    root = ET.Element("Project", about)
    users = ET.SubElement(root, "Users")
    for name in CODERS.values():
        ET.SubElement(users, "User", {"guid": guid("user", name), "name": name})
    _add_codes(ET.SubElement(root, "CodeBook"))
    holder = ET.SubElement(root, "Sources")
    grouped = record().groupby("source_id", sort=True)
    texts = {f"sources/{guid('source', str(key))}.txt": _source(holder, str(key), rows) for key, rows in grouped}
    return zipped({"project.qde": _xml(root), **{path: text.encode("utf-8") for path, text in texts.items()}})
