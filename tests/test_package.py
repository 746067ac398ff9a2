"""The package and the files around it: documented, pinned, citable, and clean."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from project import ROOT, files, run

import onrecord

MODULES = sorted((ROOT / "onrecord").rglob("*.py"))
REQUIREMENTS = (ROOT / "requirements.txt").read_text("utf-8")


def tool(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


# --- around it ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "LICENSE-CONTENT", "CITATION.cff"])
def test_a_reader_finds_what_every_project_has(name):
    assert len((ROOT / name).read_text("utf-8").split()) > 20


def test_the_book_is_cited_with_the_version_of_the_package():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    book = cited["preferred-citation"]
    assert (cited["type"], book["type"]) == ("dataset", "book")
    assert str(cited["version"]) == str(book["version"]) == onrecord.__version__
    assert cited["title"] == book["title"] and cited["authors"] == book["authors"]
    assert cited["date-released"].year == book["year"]


def pins() -> dict[str, int]:
    """Every package of requirements.txt with its number of hashes."""
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n?", "", REQUIREMENTS, flags=re.M).strip())
    return {entry.split()[0]: entry.count("--hash=sha256:") for entry in entries}


def test_every_package_is_pinned_and_hashed():
    assert len(pins()) > 50
    exact = re.compile(r"[\w.\[\],-]+==[\w.!+]+")
    assert [pin for pin, hashes in pins().items() if not exact.fullmatch(pin) or hashes == 0] == []


def test_what_is_asked_for_by_name_is_pinned():
    asked = re.findall(r"^([\w.-]+)", (ROOT / "requirements.in").read_text("utf-8"), flags=re.M)
    pinned = {pin.split("==")[0].lower() for pin in pins()}
    assert asked and {name.lower() for name in asked} <= pinned


def test_no_index_is_named():
    assert not re.search(r"https?:|index-url|find-links|trusted-host", REQUIREMENTS)


# --- the code -----------------------------------------------------------------


def test_ruff_is_content():
    result = tool("ruff", "check", ".")
    assert result.returncode == 0, result.stdout[-3000:]


@pytest.mark.slow
def test_mypy_is_content():
    result = tool("mypy")
    assert result.returncode == 0, result.stdout[-3000:]


def imports_of(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, str(Path(sys.executable).with_name("lint-imports")), "--no-cache")


def test_the_contract_of_imports_is_kept():
    result = imports_of(ROOT)
    assert result.returncode == 0, result.stdout[-3000:]


def test_an_import_against_the_contract_would_be_noticed(project_copy):
    tables = project_copy / "onrecord" / "tables.py"
    tables.write_text(tables.read_text("utf-8") + "\n\ndef fault():\n    from .book import rooms\n", "utf-8")
    result = imports_of(project_copy)
    assert result.returncode == 1 and "onrecord.tables -> onrecord.book" in result.stdout


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Public modules, classes, functions and methods that say nothing of themselves."""
    if not ast.get_docstring(tree):
        yield "module"
    places = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))]
    for place in places:
        for node in place.body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            # The decorator of a fact says what the function counts.
            if named and any(ast.unparse(mark).startswith("fact(") for mark in node.decorator_list):
                continue
            if named and not ast.get_docstring(node):
                yield node.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_everything_public_is_documented(path):
    assert list(undocumented(ast.parse(path.read_text("utf-8")))) == []


def test_what_is_undocumented_would_be_noticed():
    made = ast.parse("class A:\n    def b(self): pass\n    def _c(self): pass\ndef d(): 'Doc.'\ndef _e(): pass")
    assert list(undocumented(made)) == ["module", "A", "b"]


def test_only_one_module_knows_where_things_are():
    """Paths are made from the place of the package, in ``paths.py`` alone."""
    assert [path.name for path in MODULES if "__file__" in path.read_text("utf-8")] == ["paths.py"]


# --- nothing of the machine that made it --------------------------------------

# Written in parts, so that this file does not name what it forbids.
FOLDERS = re.compile(r"(?<![\w.:/<-])/(?:" + "|".join(["work", "root", "home", "Users", "tmp"]) + r")/\w")
REGISTRIES = re.compile(r"\b(?:py" + r"pi\.org|files\.python" + r"hosted\.org|npm" + r"js\.(?:org|com))\b")


def read(name: Path) -> str:
    return (ROOT / name).read_text("utf-8", "ignore")


@pytest.mark.parametrize("forbidden", [FOLDERS, REGISTRIES], ids=["machine path", "registry"])
def test_no_file_names_a_machine_s_folder_or_a_registry(forbidden):
    found = {name.as_posix(): forbidden.search(read(name)) for name in files()}
    assert {name: match[0] for name, match in found.items() if match} == {}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("cd /wo" + "rk/main", True),
        ('"/ro' + 'ot/x"', True),
        ("/ho" + "me/someone/book", True),
        ("https://example.org/home/x", False),
        ("../wo" + "rk/x", False),
        ("[GeoNames](/home)", False),
    ],
)
def test_a_machine_s_folder_would_be_noticed(text, named):
    assert bool(FOLDERS.search(text)) is named
