"""How a build grows with the book: books of 16, 64 and 256 generated chapters, from nothing.

    make bench                      everything
    .venv/bin/python benchmarks/growth.py --sizes 4 16

Each chapter prints numbers, opens evidence and draws a figure. Between two sizes stands an exponent: 1 where twice as
many chapters take twice as much, and less where a part is the same for any book.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from plain_book import ROOT, build, make_ours, record

sys.path.append(str(ROOT / "tests"))
from project import SMALL_BOOK, change, make_small


class Grown(NamedTuple):
    """What a build of so many chapters took: seconds, MB at its peak, kB of the index and of a page."""

    chapters: int
    seconds: float
    memory: float
    index: float
    page: float


def make_book(folder: Path, chapters: int) -> None:
    """Put a book of generated chapters into a copy of this one."""
    make_small(folder)
    text = (SMALL_BOOK / "chapters" / "small.md").read_text("utf-8")
    names = [f"generated-{number:03}" for number in range(1, chapters + 1)]
    for name in names:
        own = re.sub(r"(?<=ch-|ig-)small|(?<=chapters/)small", name, text).replace("A small chapter", f"Chapter {name}")
        (folder / "chapters" / f"{name}.md").write_text(own, "utf-8")
    listed = "".join(f"      - file: chapters/{name}\n" for name in names)
    (folder / "chapters" / "small.md").unlink()
    change(folder / "_toc.yml", "      - file: chapters/small\n", listed)
    change(folder / "index.md", "chapters/small", f"chapters/{names[0]}")


def grown(chapters: int) -> Grown:
    """Build a book of so many chapters, and measure it. Ends the program with what the build said, where it fails."""
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where, f"book of {chapters} chapters")
        make_ours(folder)
        make_book(folder, chapters)
        seconds, memory = build(folder)
        site = folder / "_build" / "html"
        index = (site / "_static" / "search-entries.js").stat().st_size
        pages = [path.stat().st_size for path in (site / "chapters").glob("generated-*.html")]
        return Grown(chapters, seconds, memory, index / 1000, max(pages) / 1000)


def exponent(earlier: Grown, later: Grown, what: str) -> float:
    """By which power of the number of chapters something grows between two sizes."""
    more = getattr(later, what) / getattr(earlier, what)
    return math.log(more) / math.log(later.chapters / earlier.chapters)


def main() -> None:
    """Build each size, and print what it took and how it grew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[16, 64, 256], help="numbers of chapters (16 64 256)")
    parser.add_argument("--write", action="store_true", help="write it to benchmarks/growth.csv")
    asked = parser.parse_args()
    sizes = sorted(asked.sizes)
    known: list[Grown] = []
    for size in sizes:
        known.append(grown(size))
        one = known[-1]
        print(
            f"{one.chapters:4} chapters: {one.seconds:7.1f} s {one.memory:7.0f} MB, "
            f"search {one.index:7.0f} kB, a page {one.page:5.0f} kB",
            flush=True,
        )
        if len(known) > 1:
            powers = {what: exponent(known[-2], one, what) for what in ("seconds", "memory", "index", "page")}
            print("     exponent: " + ", ".join(f"{what} {power:.2f}" for what, power in powers.items()), flush=True)
    if asked.write:
        record("growth", Grown._fields, [[one.chapters, *(round(value, 1) for value in one[1:])] for one in known])


if __name__ == "__main__":
    main()
