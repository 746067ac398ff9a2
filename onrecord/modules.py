"""Which modules of the package stand behind another: those that it imports, and those that these import.

It is read from their text, so that nothing has to run for it, and one too many is found where an import is never
reached. Nothing is imported by a name that is put together while the code runs, but by :mod:`onrecord.topics`, which
imports each of its modules so that their numbers are known: whoever imports the package itself may use them all.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from .files import digest
from .paths import CODE

_PACKAGE = CODE.name
TOPICS = f"{_PACKAGE}.topics"
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")  # where a statement has others
_IMPORT = re.compile(r"^[ \t]*(import [^\n(]+|from [.\w]+ import (?:\([^)]*\)|[^\n(]+))", re.M)


@cache
def files() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = (("/".join(path.relative_to(CODE.parent).with_suffix("").parts), path) for path in CODE.rglob("*.py"))
    return {name.removesuffix("/__init__").replace("/", "."): path for name, path in sorted(found)}


def topics() -> frozenset[str]:
    """The modules of single chapters."""
    return frozenset(name for name in files() if name.startswith(f"{TOPICS}."))


def home(node: ast.ImportFrom, module: str) -> str:
    """What is imported from, by its whole name."""
    if not node.level:
        return node.module or ""
    within = module if files()[module].name == "__init__.py" else module.rpartition(".")[0]
    parts = within.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [node.module])])


def imported(tree: ast.AST, module: str = "") -> Iterator[str]:
    """The modules of the package that a piece of code imports; ``module``: the one whose code it is."""
    for name in _named(tree, module):
        yield from (name, *(topics() if name == TOPICS else ()))


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement of a piece of code, at whatever depth; what stands within statements is ten times as much."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [part for block in _BLOCKS for part in getattr(node, block, ())]


def _named(tree: ast.AST, module: str) -> Iterator[str]:
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files())
        elif isinstance(node, ast.ImportFrom):
            within = home(node, module)
            names = {f"{within}.{alias.name}" for alias in node.names}
            yield from (name for name in (*names, *([] if names <= files().keys() else [within])) if name in files())


def _imports(code: str) -> ast.Module:
    """The imports of a module, each of which begins a line: to parse all of it takes ten times as long.

    A line of prose that begins like one may be among them; where that cannot be parsed, all is.
    """
    try:
        return ast.parse("\n".join(_IMPORT.findall(code)))
    except SyntaxError:
        return ast.parse(code)


@cache
def _next(module: str) -> frozenset[str]:
    """What a module imports, and the packages that it is in, which are imported before it."""
    parts = module.split(".")
    packages = {".".join(parts[:at]) for at in range(1, len(parts))}
    found = frozenset(imported(_imports(files()[module].read_text("utf-8")), module))
    return found | (packages & files().keys())  # a folder without code of its own is imported from, and is no module


@cache
def behind(*modules: str) -> frozenset[str]:
    """These modules of the package, and all that stand behind them."""
    found, waiting = set[str](), set(modules)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= _next(name) - found
    return frozenset(found)


def for_python(code: str) -> str:
    """The code of a cell without the lines that only Jupyter understands."""
    return "\n".join(line for line in code.splitlines() if not line.startswith(("%", "!")))


def of_code(code: str) -> frozenset[str]:
    """The modules behind a piece of code, such as the cells of a notebook; all, where it may reach any.

    ``import onrecord`` gives a way to each module.
    """
    try:
        tree = ast.parse(for_python(code))
    except SyntaxError:
        return frozenset(files())
    whole = {
        alias.name.split(".")[0] for node in _statements(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    return frozenset(files()) if _PACKAGE in whole else behind(*sorted(set(imported(tree))))


def hashes(modules: Iterable[str]) -> list[str]:
    """The bytes of modules, as hashes, in the order of their names."""
    return [digest(files()[name]) for name in sorted(modules)]
