"""This book beside a plain Jupyter Book with as many notebooks, cells and words: how many times as long a build takes.

    make bench                      everything, five times in turn
    .venv/bin/python benchmarks/plain_book.py --rounds 1 --only cold again

The last result that was kept (--write) is in benchmarks/plain_book.csv.

Both are built by the same commands on the same machine, one after the other; each line is a ratio of medians. The plain
book has the words of our pages without their roles, and cells that read a table, count and draw with pandas and
matplotlib. It has no evidence, no check, no search of its own and one form. It does not notice that a table has
changed: its pages are right again only when it is built from nothing, and so it is for that. It has no prints either:
ours, all of them after the site, stand beside it built from nothing.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JUPYTER_BOOK = Path(sys.executable).with_name("jupyter-book")
FRONT = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

"""
CELLS = (
    "import pandas as pd\nimport matplotlib.pyplot as plt\nrows = pd.read_csv('../data/%s.csv')\nlen(rows)",
    "rows.head(10)",
    "counts = rows.iloc[:, -1].astype(str).str.slice(0, 12).value_counts().head(8)\ncounts",
    "figure, axes = plt.subplots()\naxes.barh(counts.index, counts.to_numpy())\nfigure",
)
PLAIN = "plain"
TABLES = ("rounds", "round_topics", "evidence", "events", "people", "works")
CONFIG = "title: Plain\nauthor: Nobody\nexecute:\n  execute_notebooks: auto\n"


def words_of(page: Path) -> list[str]:
    """The paragraphs of a page as plain words."""
    text = re.sub(r"(?s)^---.*?\n---\n", "", page.read_text("utf-8"))
    text = re.sub(r"(?ms)^(`{3,}|:{3,}).*?$|^:[\w-]+:.*?$|^\(.*\)=$|^%.*?$", "", text)
    text = re.sub(r"\{[a-z:-]+\}`([^`<]*)[^`]*`", r"\1", text)
    return [part for part in re.split(r"\n\s*\n", text) if part.strip() and not part.startswith("#")]


def make_plain(folder: Path) -> None:
    """A plain book in a folder: a page for each of ours, cells where ours has some."""
    shutil.copytree(ROOT / "data", folder / "data")
    pages = [*sorted((ROOT / "chapters").glob("*.md")), *sorted((ROOT / "reference").glob("*.md"))]
    listed = []
    for number, page in enumerate(pages):
        cells = page.read_text("utf-8").count("{code-cell}") and 4
        parts = words_of(page)
        text = [f"# {page.stem}", *parts]
        for at, code in enumerate(CELLS[:cells]):
            code = code % TABLES[number % len(TABLES)] if "%" in code else code
            text.insert(1 + (at + 1) * len(parts) // 5 + at, f"```{{code-cell}} ipython3\n{code}\n```")
        name = f"{page.parent.name}/{page.stem}"
        (folder / page.parent.name).mkdir(exist_ok=True)
        (folder / f"{name}.md").write_text((FRONT if cells else "") + "\n\n".join(text) + "\n", "utf-8")
        listed.append(f"  - file: {name}")
    (folder / "index.md").write_text("# Plain\n\nA plain book.\n", "utf-8")
    (folder / "_config.yml").write_text(CONFIG, "utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n" + "\n".join(listed) + "\n", "utf-8")


def make_ours(folder: Path) -> None:
    """A copy of this book without what a build made."""
    left_out = shutil.ignore_patterns("_build", ".git", ".venv", "__pycache__", ".*_cache", "tests", "benchmarks")
    shutil.copytree(ROOT, folder, dirs_exist_ok=True, ignore=left_out)


def build(folder: Path, *options: str) -> tuple[float, float]:
    """Seconds of a build, and MB of memory at its peak. Ends the program with what it said, where it fails."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder), "PYTHONUTF8": "1", "HOME": str(folder.parent)}
    with tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        made = subprocess.Popen(
            [JUPYTER_BOOK, "build", ".", *options], cwd=folder, env=environment, stdout=said, stderr=said
        )
        _, status, used = os.wait4(made.pid, 0)
        seconds = time.perf_counter() - start
        said.seek(0)
        if status:
            sys.exit(f"{folder.name}: {said.read()[-1600:]}")
    return seconds, used.ru_maxrss / 1000


def _replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    if old not in text:
        sys.exit(f"{path}: expected {old!r}")
    path.write_text(text.replace(old, new, 1), "utf-8")


def cold(folder: Path, turn: int) -> None:
    """From nothing."""
    shutil.rmtree(folder / "_build", ignore_errors=True)


def again(folder: Path, turn: int) -> None:
    """Nothing has changed."""


def word(folder: Path, turn: int) -> None:
    """A word of prose has changed."""
    page = folder / "chapters" / "rounds.md"
    page.write_text(page.read_text("utf-8") + f"\nThis line was added in turn {'abcdefghij'[turn % 10]}.\n", "utf-8")


def cell(folder: Path, turn: int) -> None:
    """One cell of a table has changed: a place by its other name."""
    if folder.name == PLAIN:
        cold(folder, turn)
    names = ("Winnipeg", "Portage")
    _replaced(folder / "data" / "places.csv", f",{names[turn % 2]},", f",{names[1 - turn % 2]},")


def _texts() -> list[dict[str, str]]:
    """Cells of text, one a table, in the order of how many pages an edit of the table has read: tests/every_table.csv.

    Of tables with a cell to which a word was added there.
    """
    rows = csv.DictReader((ROOT / "tests" / "every_table.csv").read_text("utf-8").splitlines())
    found = [row for row in rows if row["column"] and re.fullmatch('[^"]* [^"]*', _cell_of(ROOT / "data", row))]
    return sorted(found, key=lambda row: int(row["pages_read"]))


def _cell_of(data: Path, row: dict[str, str]) -> str:
    rows = list(csv.DictReader((data / f"{row['table']}.csv").read_text("utf-8").splitlines()))
    return rows[int(row["line"]) - 2][row["column"]]


def table(folder: Path, turn: int) -> None:
    """A word has been added in a table, each time another: from one that few pages show to one that most do."""
    if folder.name == PLAIN:
        cold(folder, turn)
    found = _texts()
    chosen = found[(2 * (turn % ROUNDS) + 1) * len(found) // (2 * ROUNDS)]
    old = _cell_of(folder / "data", chosen)
    new = f"{old.removesuffix('.')} indeed{'.' * old.endswith('.')}"
    _replaced(folder / "data" / f"{chosen['table']}.csv", old, new)


def prints(folder: Path, turn: int) -> None:
    """All prints and the e-book, after the site."""
    if folder.name == PLAIN:
        cold(folder, turn)
    shutil.rmtree(folder / "_build" / "typst", ignore_errors=True)


ROUNDS = 5
PRINTS = ("--builder", "custom", "--custom-builder", "prints")
CHANGES: dict[str, Callable[[Path, int], None]] = {f.__name__: f for f in (cold, again, word, cell, table, prints)}


def record(name: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Keep a result beside its benchmark, with the day and the machine it is of; rows of other names stay."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    path, head = ROOT / "benchmarks" / f"{name}.csv", [*header, "day", "machine"]
    known = list(csv.reader(path.read_text("utf-8").splitlines())) if path.is_file() else []
    told = {row[0]: row for row in known[1:] if known[0] == head}
    told |= {str(first): [first, *rest, date.today().isoformat(), machine] for first, *rest in rows}
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *told.values()])


def main() -> None:
    """Build both books in turn, and print a ratio for each kind of change."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often each is built ({ROUNDS})")
    parser.add_argument("--only", nargs="+", choices=CHANGES, default=list(CHANGES), help="kinds of change")
    parser.add_argument("--write", action="store_true", help="write the medians to benchmarks/plain_book.csv")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as where:
        plain, ours = Path(where, PLAIN), Path(where, "ours")
        plain.mkdir()
        make_plain(plain)
        make_ours(ours)
        taken: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in CHANGES}
        for turn in range(asked.rounds):
            for name in ["cold", *(name for name in CHANGES if name in asked.only and name != "cold")]:
                for folder, times in ((ours, taken[name][0]), (plain, taken[name][1])):
                    CHANGES[name](folder, turn)
                    times.append(build(folder, *(PRINTS if name == "prints" and folder == ours else ()))[0])
                    print(f"{turn + 1}/{asked.rounds} {name:6} {folder.name:6} {times[-1]:7.1f} s", flush=True)
        medians = {name: tuple(map(statistics.median, taken[name])) for name in asked.only}
        for name, (a, b) in medians.items():
            print(f"{name:6} {a / b:5.2f} times  ({a:.1f} s beside {b:.1f} s)  {CHANGES[name].__doc__}")
        if asked.write:
            rows = [[name, asked.rounds, round(a, 1), round(b, 1), round(a / b, 2)] for name, (a, b) in medians.items()]
            record("plain_book", ("change", "rounds", "seconds", "seconds_plain", "ratio"), rows)


if __name__ == "__main__":
    main()
