"""The project as the tests see it: where its files are, copies of it, and commands run in a copy."""

from __future__ import annotations

import csv
import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
STATEMENT = re.compile(r"\b[a-z]+\d{4}:[\w.]+")  # the id of a statement or a passage
SMALL_BOOK = Path(__file__).with_name("small_book")
# The texts are other people's and not in the project; they may lie beside it.
SOURCES = ROOT.parent / "shared" / "seeds"
# The extract of trade data, which may not be passed on, lies beside them.
EXTRACT = ROOT.parent / "shared" / "evidence" / "data"
MEMORY = ROOT / "_build" / "remembered"
WITHOUT_EXTRACT = "the extract of trade data is not beside this checkout: shares are not made again"
WITHOUT_SOURCES = "the source texts are not beside this checkout: quotations are checked against the lock only"


def find_sources(folder: Path, on_ci: bool, holds: str = "*.txt", without: str = WITHOUT_SOURCES) -> Path:
    """A folder of what is not ours, the source texts; skips where it is not, but on CI not where it should be."""
    if any(folder.glob(holds)):
        return folder
    if on_ci and folder.parent.is_dir():
        pytest.fail(f"{folder.parent.name}/ is beside this checkout, and {folder.name}/ in it holds no text")
    pytest.skip(without)


def made_anew(patch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """Have the functions of a module make each time what they make once, for a test with other tables."""
    for name, function in list(vars(module).items()):
        if hasattr(function, "cache_clear") and function.__module__ == module.__name__:
            patch.setattr(module, name, inspect.unwrap(function))


def files() -> list[Path]:
    """Every file of the working tree that git keeps or would keep, relative to the root."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        return files_without_git()
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    # git also lists a file that was deleted and not yet committed.
    return sorted(Path(name) for name in listed if name and (ROOT / name).is_file())


def files_without_git(root: Path = ROOT) -> list[Path]:
    """The same, of a download: every file but those that ``.gitignore`` names."""
    ignored = [line.rstrip("/") for line in (root / ".gitignore").read_text("utf-8").split()] + [".git"]
    found = []
    for folder, inside, names in os.walk(root):
        inside[:] = [name for name in inside if not any(map(Path(name).match, ignored))]
        found += [Path(folder, name).relative_to(root) for name in names if not any(map(Path(name).match, ignored))]
    return sorted(found)


def docnames(toc: Path = ROOT / "_toc.yml") -> list[str]:
    """Every page of the book in the order of its table of contents, the root first."""

    def inside(node: dict) -> list[str]:
        own = [node[key] for key in ("root", "file") if key in node]
        return own + [
            name for key in ("parts", "chapters", "sections") for part in node.get(key, []) for name in inside(part)
        ]

    return inside(yaml.safe_load(toc.read_text("utf-8")))


def without_slides() -> list[str]:
    """The pages that e-book, prints and search have: all but the slides, which are files of their own."""
    return [name for name in docnames() if not name.startswith("reference/slides-")]


def chapters() -> list[str]:
    """The chapters among the pages."""
    return [name for name in docnames() if name.startswith("chapters/")]


def markdown(docname: str) -> str:
    """The source of a page."""
    return (ROOT / f"{docname}.md").read_text("utf-8")


def rows(table: str, folder: Path = DATA) -> list[dict[str, str]]:
    """A table by the standard library alone, so that what is counted here is a second opinion."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(table: str, changed: list[dict[str, str]], folder: Path) -> None:
    """Put the rows of a table back, in a copy."""
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(changed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)


def anchor(identifier: str) -> str:
    """The HTML id of a statement, a passage or a discrepancy, as links from outside rely on it."""
    return re.sub(r"[^A-Za-z0-9]+", "-", identifier)


def copy_project(folder: Path) -> Path:
    """The working tree as it is now, in an empty folder: a place to plant faults."""
    for name in files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def copy_small_book(folder: Path) -> Path:
    """A copy with all data and code and two small pages: a build takes seconds, and no real page can disturb it."""
    return make_small(copy_project(folder))


def make_small(folder: Path) -> Path:
    """Put two small pages in the place of the book's own, in a copy."""
    for chapter in (folder / "chapters").glob("*.md"):  # tables name chapters, which must be there; none is built
        chapter.write_text("# Left out\n", "utf-8")
    shutil.copytree(SMALL_BOOK, folder, dirs_exist_ok=True)
    return folder


def change(path: Path, old: str, new: str, times: int = -1) -> str:
    """Put other words into a file wherever the old ones stand, or so many times; its text as it was."""
    before = path.read_text("utf-8")
    assert old in before, f"{path.name} has no {old!r} to change"
    path.write_text(before.replace(old, new, times), "utf-8")
    return before


# A machine unlike this one: its hour and its locale, the order of its sets, and what it takes for today.
ELSEWHERE = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "97", "SOURCE_DATE_EPOCH": "315532800"}


def environment(folder: Path) -> dict[str, str]:
    """The environment of a command in a copy: the copy's own ``onrecord`` goes before the installed one.

    Copies share what they remember: it is kept by a hash of data and code, so that a fault in a copy is another key.
    """
    return {**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "ONRECORD_REMEMBERED": str(MEMORY)}


def run(
    folder: Path, *command: str, setting: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    """Run a command in a copy; its output and its errors apart, as text. ``setting``: more of its environment."""
    env = environment(folder) | dict(setting)
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def onrecord(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m onrecord`` in a copy."""
    return run(folder, sys.executable, "-m", "onrecord", *arguments)


def build(folder: Path, *options: str, **more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Build the book of a copy, as a reader of the README would; jupyter-book is no module that Python can run."""
    return run(folder, str(Path(sys.executable).with_name("jupyter-book")), "build", ".", *options, **more)


def audited(folder: Path, **more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Build the site of a copy, each page from tables read anew; at last it says what the record of pages lacks."""
    return run(folder, sys.executable, "-P", str(Path("tests", "audited.py")), "build", ".", **more)


def prints(folder: Path, **more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Make e-book and PDFs of a copy, as the Makefile does after the site."""
    return build(folder, "--builder", "custom", "--custom-builder", "prints", **more)


def build_ebook(folder: Path, **more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Build the e-book of a copy by itself."""
    return build(folder, "--builder", "custom", "--custom-builder", "ebook", **more)


def press(folder: Path, **more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Print the book of a copy: its PDFs go beside the pages of its site."""
    return build(folder, "--builder", "custom", "--custom-builder", "typst", **more)


def course(folder: Path, **more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Pack the course of a copy that is built and printed."""
    return run(folder, sys.executable, "-m", "onrecord", "course", **more)


class Made(NamedTuple):
    """What a build did: pages read, pages written, pages whose notebook ran."""

    read: set[str]
    written: set[str]
    ran: set[str]


def made_by_build(folder: Path, **more: Mapping[str, str]) -> Made:
    """Build the book of a copy, which must succeed, and say what was done."""
    result = build(folder, **more)
    assert result.returncode == 0, said(result)[-3000:]
    text, steps = without_colours(said(result)), ("reading sources", "writing output")
    read, written = (re.findall(rf"{step}\.\.\. *\[ *\d+%\] *(\S+)", text) for step in steps)
    ran = re.findall(rf"{re.escape(str(folder))}/(\S+)\.md: Executed", text)
    return Made(set(read), set(written), set(ran))


def without_colours(text: str) -> str:
    """What a command printed for a terminal, as plain text."""
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def said(result: subprocess.CompletedProcess[str]) -> str:
    """All that a command printed."""
    return result.stdout + result.stderr
