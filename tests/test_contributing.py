"""CONTRIBUTING.md is followed as it is written: what it names is there, and its steps lead to a right project."""

import importlib.util
import json
import re
import shutil
from pathlib import Path

import pytest
from project import DATA, ROOT, onrecord, rows, said, write_rows

from onrecord import declared, tables
from onrecord.__main__ import main

GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CODES = ("speaker_id", "about_id", "theme_id", "stance")
PASSAGE, SOURCE = "burton2006:F.1", "burton2006"


def steps(title: str) -> list[str]:
    """The numbered steps under a heading."""
    (body,) = re.findall(rf"^## {title}$(.*?)^## ", GUIDE, re.M | re.S)
    return re.split(r"^\d+\. ", body, flags=re.M)[1:]


def add_a_statement(folder: Path, **values: str) -> str:
    """Steps 1 to 3: a row beside its neighbours with the next free letter, empty in the columns of the second coder."""
    record = rows("evidence", folder / "data")
    at = max(n for n, row in enumerate(record) if row["passage_id"] == PASSAGE)
    new = {**record[at], "evidence_id": f"{PASSAGE}{chr(ord(record[at]['evidence_id'][-1]) + 1)}"}
    new |= {"paraphrase": "The report has a title.", "analytic_note": "It stands on the title page.", "quote": ""}
    record.insert(at + 1, {**new, **{f"{code}_b": "" for code in CODES}, **values})
    write_rows("evidence", record, folder / "data")
    return str(new["evidence_id"])


def test_every_command_option_file_and_role_that_is_named_is_there():
    for name, option in re.findall(r"`onrecord ([a-z-]+)[^`]*?(--[a-z]+)?[^`]*`", GUIDE):
        assert name in main.commands
        assert not option or option in [o for p in main.commands[name].params for o in p.opts], (name, option)
    assert [
        path for path in re.findall(r"`((?:data|seeds|onrecord|tests)/[a-z_/.]+)`", GUIDE) if not (ROOT / path).exists()
    ] == []
    (words,) = re.findall(r"data/missing_codes.csv`: ([a-z_, ]+)\.", GUIDE)
    assert set(words.split(", ")) == set(tables.table("missing_codes")["code"])
    roles = {f["role"] for name in tables.names() for f in declared.fields(name) if "role" in f}
    assert [role for role in roles if f"`{role}`" not in GUIDE] == []


def test_every_place_that_the_architecture_names_is_there():
    told = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = re.findall(r"`((?:data|onrecord|tests|_static|_templates)/[\w./-]*|\w+\.md)`", told)
    assert len(named) > 20 and [path for path in named if not (ROOT / path).exists()] == []
    modules = re.findall(r"\bonrecord\.\w+", told.partition("## Who")[0])
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


def test_every_package_that_is_asked_for_has_its_reason():
    asked = (ROOT / "requirements.in").read_text("utf-8").splitlines()
    assert [line for line in asked if not re.search(r"# \S", line)] == []


def test_adding_a_coded_statement_step_by_step_leads_to_a_project_that_is_right(project_copy):
    wanted = ["its id is in the dossier", "data/evidence.csv", "`_b` empty", "lock-quotes", "onrecord facts", "check"]
    assert [part in step for part, step in zip(wanted, steps("Add a coded statement"), strict=True)] == [True] * 6
    add_a_statement(project_copy)
    moved = onrecord(project_copy, "facts")  # step 5: each number that has moved, with old and new text and its places
    (line,) = [line for line in moved.stderr.splitlines() if " for methods_coded_once, " in line]
    assert "'none': expected 'one'" in line and "reference/methods.md:" in line
    assert onrecord(project_copy, "facts", "--write").returncode == 0
    checked = onrecord(project_copy, "check")  # step 6
    assert (checked.returncode, checked.stderr) == (0, ""), said(checked)[-2000:]


def test_a_quotation_is_locked_with_the_one_text_that_one_has(project_copy, source_texts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    (file,) = (row["file"] for row in rows("sources") if row["source_id"] == SOURCE)
    shutil.copy(source_texts / file, folder)
    quotes = json.loads((ROOT / "seeds" / "quotes.lock").read_text("utf-8"))["quotations"]
    text = (folder / file).read_text("utf-8")
    (span,) = ((int(row["start"]), int(row["end"])) for row in rows("passages") if row["passage_id"] == PASSAGE)
    new = add_a_statement(project_copy, quote=" ".join(text[slice(*span)].split()[:3]), sentences="1")
    result = onrecord(project_copy, "lock-quotes", str(folder))
    assert result.returncode == 0 and "stay as they were" in result.stdout, said(result)
    locked = json.loads((project_copy / "seeds" / "quotes.lock").read_text("utf-8"))["quotations"]
    assert set(locked) == {*quotes, new} and {key: locked[key] for key in quotes} == quotes


@pytest.mark.parametrize("column", [f"{code}_b" for code in CODES])
def test_the_columns_of_the_second_coder_are_those_that_the_guide_speaks_of(column):
    assert column in rows("evidence", DATA)[0]
