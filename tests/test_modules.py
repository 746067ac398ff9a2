"""Which modules stand behind another is read from their text, and is no less than what is imported."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest
from project import ROOT

from onrecord import modules

# What all modules together import of other packages.
OTHERS = """
import importlib, json, sys
for name in json.load(sys.stdin):
    importlib.import_module(name)
print(json.dumps([name for name in sys.modules if name.split(".")[0] not in ("onrecord", "__main__")]))
"""
# Each module is imported in a fork of a process that has imported the other packages and none of this. The package of
# the topics imports all of them; without what it does, one can be imported alone.
ALONE = """
import contextlib, importlib, json, os, sys, types
asked, others = json.load(sys.stdin)
for name in others:
    with contextlib.suppress(ImportError):  # of one that is only there as a part of another
        importlib.import_module(name)
import onrecord
topics = types.ModuleType("onrecord.topics")
topics.__path__ = [os.path.join(onrecord.__path__[0], "topics")]
sys.modules["onrecord.topics"] = onrecord.topics = topics
for name in asked:
    sys.stdout.flush()
    if os.fork():
        os.wait()
        continue
    importlib.import_module(name)
    print(json.dumps([name, sorted(m for m in sys.modules if m.split(".")[0] == "onrecord")]), flush=True)
    os._exit(0)
"""


def run(program: str, given: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True, cwd=ROOT)


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """What is imported with each module that is no program."""
    asked = [name for name in modules.files() if not name.endswith("__main__") and ".examples" not in name]
    made = run(ALONE, [asked, json.loads(run(OTHERS, asked).stdout)])
    told = dict(json.loads(line) for line in made.stdout.splitlines())
    assert told.keys() == set(asked), made.stderr[-2000:]
    return {name: set(found) & modules.files().keys() for name, found in told.items()}


@pytest.mark.slow
def test_what_a_module_imports_is_behind_it(loaded: dict[str, set[str]]):
    lacking = {name: found - modules.behind(name) - {modules.TOPICS} for name, found in loaded.items()}
    assert {name: some for name, some in lacking.items() if some} == {}
    assert len(loaded["onrecord.topics.trade"]) > 10, "else nothing was imported"


def test_of_a_module_its_imports_alone_are_parsed_and_none_is_missed():
    read = {name: path.read_text("utf-8") for name, path in modules.files().items()}
    found = {name: set(modules.imported(modules._imports(code), name)) for name, code in read.items()}
    assert found == {name: set(modules.imported(ast.parse(code), name)) for name, code in read.items()}
    assert len(modules._imports(read["onrecord.topics.trade"]).body) < len(
        ast.parse(read["onrecord.topics.trade"]).body
    )


@pytest.mark.parametrize(
    "code",
    [
        "from onrecord import (  # a word (or two)\n    tables,\n)",
        '"""Words\nimport duties of 1998."""\nimport onrecord.tables',
    ],
)
def test_of_imports_that_cannot_be_taken_alone_the_whole_module_is_parsed(code: str):
    assert set(modules.imported(modules._imports(code))) == {"onrecord.tables"}


@pytest.mark.parametrize("module", ["onrecord.__main__", "onrecord.book.parts"])
def test_who_computes_or_builds_loads_nothing_that_draws(module: str):
    """It takes as long to load as all else that a command needs."""
    program = f"import sys, json; json.load(sys.stdin); import {module}; print('matplotlib' in sys.modules)"
    assert run(program, []).stdout == "False\n"
    assert run(program.replace(module, "onrecord.figures"), []).stdout == "True\n"


def test_no_chapter_has_much_code_behind_it_and_few_the_code_of_another():
    behind = {name: modules.behind(name) for name in modules.topics()}
    assert {name for name, found in behind.items() if len(found & modules.topics()) > 2} == set()
    assert max(map(len, behind.values())) < len(modules.files()) / 5


def test_whoever_imports_the_topics_as_a_whole_may_use_each():
    assert modules.topics() < modules.behind("onrecord.recount")
    assert modules.behind("onrecord.topics.trade") & modules.topics() == {"onrecord.topics.trade"}


@pytest.mark.parametrize(
    ("code", "topics"),
    [
        ("from onrecord.topics import trade", {"trade"}),
        ("from onrecord.topics.trade import totals as t", {"trade"}),
        ("%matplotlib inline\nfrom onrecord import analysis, figures", set()),
        ("def late():\n    from onrecord.topics import silence", {"silence"}),
        ("import pandas as pd\nfrom pathlib import Path", set()),
    ],
)
def test_of_code_the_modules_are_known_that_it_imports(code: str, topics: set[str]):
    found = modules.of_code(code)
    assert {name.removeprefix(f"{modules.TOPICS}.") for name in found & modules.topics()} == topics


@pytest.mark.parametrize("code", ["import onrecord", "import onrecord.figures", "from onrecord import topics", "x ="])
def test_of_code_that_may_reach_any_module_it_is_all_topics(code: str):
    assert modules.topics() < modules.of_code(code)


def test_a_module_that_changes_has_another_hash(monkeypatch: pytest.MonkeyPatch):
    before = modules.hashes(["onrecord.trade", "onrecord.paths"][1:])
    monkeypatch.setattr(modules, "digest", lambda path: path.name)
    assert before != modules.hashes(["onrecord.paths"]) == ["paths.py"]
