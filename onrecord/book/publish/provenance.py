"""From which tables a figure is made, read from the code that makes it.

The cell of a figure calls functions of the package, and these call others; every table that one of them names in a
call (``table("rounds")``) is a table behind the figure. It may be one too many, where a function reads a table for
something else, and never one too few.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from ... import modules, remembered
from ...paths import CODE
from ...reads import cache
from ...tables import names, resource

_CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```\s*$", flags=re.S | re.M)
_HEADER = re.compile(r"\A---\n(.*?)^---\n", flags=re.S | re.M)
_OPTION = re.compile(r"\A(?::[\w-]+:[^\n]*\n)+")
_CODED = ("evidence", "passages", "actors", "groups")  # what ``record()`` puts together

Name = tuple[str, str]  # module and function


class Uses(NamedTuple):
    """What a piece of code names: tables, and functions of the package."""

    tables: frozenset[str]
    functions: frozenset[Name]


def cells(markdown: str) -> Iterator[tuple[str, str]]:
    """The code cells of a page: the label of the figure that each makes, or empty, and its code."""
    for found in _CELL.finditer(markdown):
        text = found[1]
        header = _HEADER.match(text)
        about = yaml.safe_load(header[1]) if header else {}
        code = text[header.end() :] if header else _OPTION.sub("", text)
        label = about.get("mystnb", {}).get("figure", {}).get("name", "")
        table = re.search(r'show_table\([^"]*(?:\([^)]*\))?[^"]*"(tbl-[\w-]+)"', code)
        yield label or (table[1] if table else ""), code


def _imported(tree: ast.AST, module: str) -> dict[str, Name]:
    """What the names of a module stand for: a module of the package (with no function), or a function in it."""
    found: dict[str, Name] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        home = modules.home(node, module)
        for alias in node.names:
            inner = f"{home}.{alias.name}"
            found[alias.asname or alias.name] = (inner, "") if inner in _paths() else (home, alias.name)
    return found


def _uses(tree: ast.AST, imported: dict[str, Name], module: str) -> Uses:
    tables: set[str] = set()
    functions: set[Name] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            tables |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant) and a.value in _tables()}
            if isinstance(node.func, ast.Name) and node.func.id == "record":
                tables |= set(_CODED)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            home, function = imported.get(node.value.id, ("", ""))
            if home and not function:
                functions.add((home, node.attr))
        elif isinstance(node, ast.Name):
            functions.add(imported.get(node.id, (module, node.id)))
    return Uses(frozenset(tables), frozenset(functions))


@cache
def _tables() -> frozenset[str]:
    return frozenset(names())


@cache
def _paths() -> dict[str, Path]:
    """The modules that chapters may use, by their dotted names."""
    return {name: path for name, path in modules.files().items() if path.parent in (CODE, CODE / "topics")}


@cache
def _index() -> dict[Name, Uses]:
    """What every function of these modules uses; what a module says outside of functions has a name as well."""
    key = remembered.of_files(
        [*_paths().values(), CODE / "book" / "publish" / "provenance.py"], " ".join(sorted(_tables()))
    )
    known = remembered.recall("uses", key)
    if known is None:
        known = [
            [*name, sorted(uses.tables), sorted(map(list, uses.functions))] for name, uses in sorted(_read().items())
        ]
        remembered.keep("uses", key, known)
    return {
        (module, name): Uses(frozenset(tables), frozenset(map(tuple, functions)))
        for module, name, tables, functions in known
    }


def _read() -> dict[Name, Uses]:
    found: dict[Name, Uses] = {}
    for module, path in _paths().items():
        tree = ast.parse(path.read_text("utf-8"))
        imported = _imported(tree, module)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                found[module, node.name] = _uses(node, imported, module)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        found[module, target.id] = _uses(node.value, imported, module)
    return found


def tables_behind(code: str, page: Iterable[str] = ()) -> list[str]:
    """The tables behind a cell's code; ``page``: the code of the cells before, which import and prepare."""
    tree = ast.parse(modules.for_python(code))
    before = ast.parse("\n".join(map(modules.for_python, page)))
    first = _uses(tree, _imported(before, "") | _imported(tree, ""), "")
    prepared = {
        target.id: node
        for node in ast.walk(before)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    seen, tables = set(), set(first.tables)
    waiting = list(first.functions)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if not name[0] and name[1] in prepared:
            found = _uses(prepared[name[1]].value, _imported(before, ""), "")
        else:
            found = _index().get(name, Uses(frozenset(), frozenset()))
        tables |= found.tables
        waiting += found.functions
    return sorted(tables)


def meanings(tables: Iterable[str]) -> dict[str, str]:
    """What the columns of these tables mean, by their names; a name that means two things is left out."""
    found: dict[str, set[str]] = {}
    for name in tables:
        for field in resource(name)["schema"]["fields"]:
            found.setdefault(field["name"], set()).add(field["description"])
    return {name: told.pop() for name, told in found.items() if len(told) == 1}
