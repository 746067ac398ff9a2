"""What CONTRIBUTING.md names is there; tests/test_recipes.py follows its recipes."""

import importlib.util
import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from project import DATA, ROOT, onrecord, rows, said, write_rows

from onrecord import agreement, declared, exercises, tables
from onrecord.__main__ import main

GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CODES = ("speaker_id", "about_id", "theme_id", "stance")
PASSAGE, SOURCE = "burton2006:F.1", "burton2006"


def add_a_statement(folder: Path, **values: str) -> str:
    """A row beside its neighbours with the next free letter, empty in the columns of the second coder."""
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


@pytest.mark.slow
def test_the_pages_of_the_package_say_what_its_docstrings_say(tmp_path):
    (recipe,) = re.findall(r"\$\(BIN\)/python (-W ignore -m pdoc .*)", (ROOT / "Makefile").read_text("utf-8"))
    options = recipe.replace("_build/api", str(tmp_path)).partition(" onrecord ")[0].split()
    modules = [tables, exercises, agreement]
    subprocess.run([sys.executable, *options, *(module.__name__ for module in modules)], cwd=ROOT, check=True)
    for module in modules:
        made = (tmp_path / f"{module.__name__.replace('.', '/')}.html").read_text("utf-8")
        words = " ".join(BeautifulSoup(made, "html.parser").get_text(" ").split())
        own = [one for name, one in vars(module).items() if inspect.isfunction(one) and name[0] != "_"]
        own = [one for one in own if one.__module__ == module.__name__]
        told = [re.split(r"\n|``|:", one.__doc__)[0] for one in own]
        assert len(told) > 2 and [line for line in told if " ".join(line.split()) not in words] == []
        assert not re.search(r"(?:src|href)=.(?:https?:)?//(?!pdoc\.dev)", made), "it loads nothing from elsewhere"


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
