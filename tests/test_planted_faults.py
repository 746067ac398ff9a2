"""Every gate has been seen to fail: a fault planted in a copy stops the check or the build, and is named.

The faults stand in a small book, so that no other page can be the reason.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from project import build, copy_small_book, onrecord, rows, run, said, write_rows

pytestmark = pytest.mark.slow
Plant = Callable[[Path], None]
PAGE = Path("chapters") / "small.md"


class Fault(NamedTuple):
    """A fault, what its message must name, and the gates that it must not pass."""

    plant: Plant
    named: tuple[str, ...]
    gates: tuple[str, ...]


def write(text: str) -> Plant:
    """Add a paragraph to the page."""

    def plant(folder: Path) -> None:
        page = folder / PAGE
        page.write_text(f"{page.read_text('utf-8')}\n{text}\n", "utf-8")

    return plant


def cell(*code: str, options: str = "") -> Plant:
    """Add a code cell to the page."""
    return write("\n".join(["```{code-cell} ipython3", *([f"---\n{options}\n---"] if options else []), *code, "```"]))


def other(table: str, row: int, **values: str) -> Plant:
    """Change cells of a table."""

    def plant(folder: Path) -> None:
        changed = rows(table, folder / "data")
        assert set(values) <= set(changed[row])
        changed[row].update(values)
        write_rows(table, changed, folder / "data")

    return plant


def more(table: str, **values: str) -> Plant:
    """Add a row to a table: the last one with other values."""

    def plant(folder: Path) -> None:
        changed = rows(table, folder / "data")
        write_rows(table, [*changed, {**changed[-1], **values}], folder / "data")

    return plant


def quoted() -> int:
    """The first row of the record that carries a quotation."""
    return next(n for n, row in enumerate(rows("evidence")) if row["quote"])


def counted(fact_id: str) -> int:
    return next(n for n, row in enumerate(rows("facts")) if row["fact_id"] == fact_id)


SVG = "<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>"
CHECK, BUILD = ("check",), ("build",)
FAULTS = {
    # Roles and references
    "unknown evidence": Fault(
        write("All is well {ev}`burton2006:9.9z`."), ("small.md", "no such evidence: burton2006:9.9z"), BUILD
    ),
    "marker without evidence": Fault(write("All is well {ev}`,`."), ("small.md", "no such evidence: (none given)"), BUILD),
    "no quotation to print": Fault(
        write("It was {said}`burton2006:F.2a`."), ("small.md", "burton2006:F.2a has no quotation to print"), BUILD
    ),
    "unknown number": Fault(write("They met {glue:text}`rounds_hold` times."), ("small.md", "rounds_hold"), BUILD),
    "broken reference": Fault(write("See {ref}`ch-nowhere`."), ("small.md", "ch-nowhere"), BUILD),
    "unknown work": Fault(write("See {cite:p}`nobody1999`."), ("small.md", "nobody1999"), BUILD),
    # Pictures
    "picture without words": Fault(
        cell("from IPython.display import SVG", f'SVG(data="{SVG}")'), ("small", "a picture has no alternative text"), BUILD
    ),
    "image without words": Fault(
        lambda folder: ((folder / "dot.svg").write_text(SVG, "utf-8"), write("```{image} ../dot.svg\n```")(folder))[0],
        ("small", "a picture has no alternative text: dot.svg"),
        BUILD,
    ),
    "figure without a label": Fault(
        cell("figures.show(figures.timeline(rounds, []), alt, rounds[['round']])"), ("small", "a figure has no label"), BUILD
    ),
    "figure without data": Fault(
        cell("figures.show(figures.timeline(rounds, []), alt, rounds.head(0))"), ("expected the data behind",), BUILD
    ),
    # Cells
    "failing cell": Fault(cell("analysis.no_such_table()"), ("small", "has no attribute 'no_such_table'"), BUILD),
    "cell that complains": Fault(cell("import sys", "print('oh', file=sys.stderr)"), ("small", "stderr"), BUILD),
    # What stands in the record, the lock and the prose
    "altered quotation": Fault(
        other("evidence", quoted(), quote="words that nobody said"),
        (f"data/evidence.csv:{quoted() + 2} [quote]: 'words that nobody said': expected the quotation that was locked",),
        CHECK + BUILD,
    ),
    "typed quotation": Fault(write("The word is “hollow”."), ("small.md:", "'“hollow”'", "{said}"), CHECK + BUILD),
    "typed count": Fault(write("There were nine rounds."), ("small.md:", "'nine'", "{glue:text}"), CHECK + BUILD),
    "report without evidence": Fault(
        write("The ministry objected to this."), ("small.md:", "The ministry objected", "{ev}"), CHECK + BUILD
    ),
    "verb that judges": Fault(
        write("The ministry admitted it {ev}`burton2006:4C.2e`."), ("small.md:", "'admitted'", "neutral verb"), CHECK + BUILD
    ),
    "altered number": Fault(
        other("facts", counted("rounds_held"), value="8", text="eight"),
        (f"data/facts.csv:{counted('rounds_held') + 2} [value]: '8': expected '9'",),
        CHECK + BUILD,
    ),
    "word outside the vocabulary": Fault(
        other("evidence", 3, stance="praise"), ("data/evidence.csv:5 [stance]: 'praise'", "criticism"), CHECK + BUILD
    ),
    # Tables
    "broken key": Fault(
        other("evidence", 3, speaker_id="nobody"), ("data/evidence.csv:5", "foreign key", "nobody"), CHECK
    ),
    "key given twice": Fault(
        other("actors", 1, actor_id=rows("actors")[0]["actor_id"]), ("data/actors.csv:3", "primary"), CHECK
    ),
    "overlapping passages": Fault(
        other("passages", 1, start="60"), ("data/passages.csv:3 [start]: '60': expected a span after",), CHECK
    ),
    "theme without a statement": Fault(
        more("themes", theme_id="unused"), ("[theme_id]: 'unused': expected some row that uses it",), CHECK
    ),
}  # fmt: skip
RUNS = [(name, gate) for name, fault in FAULTS.items() for gate in fault.gates]
COMMANDS = {"check": lambda folder: onrecord(folder, "check"), "build": build}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> Iterator[dict[tuple[str, str], Future[subprocess.CompletedProcess[str]]]]:
    """Every planted run, started at once on all cores: one after the other they would take twice as long."""

    def outcome(name: str, gate: str, folder: Path) -> subprocess.CompletedProcess[str]:
        FAULTS[name].plant(copy_small_book(folder))
        return COMMANDS[gate](folder)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {key: pool.submit(outcome, *key, tmp_path_factory.mktemp("planted")) for key in RUNS}


@pytest.mark.parametrize("gate", COMMANDS)
def test_without_a_fault_the_small_book_passes(gate, small_book):
    result = COMMANDS[gate](small_book)
    assert result.returncode == 0, said(result)[-3000:]


def test_a_copy_runs_its_own_package(small_book):
    """Else a fault in the copy's data would never be seen."""
    where = run(small_book, sys.executable, "-c", "import onrecord.paths as p; print(p.ROOT)").stdout.strip()
    assert Path(where) == small_book


@pytest.mark.parametrize(("name", "gate"), RUNS, ids=[f"{gate}: {name}" for name, gate in RUNS])
def test_a_planted_fault_fails_and_is_named(name, gate, outcomes):
    result = outcomes[name, gate].result()
    assert result.returncode == 1
    assert [part for part in FAULTS[name].named if part not in said(result)] == [], said(result)[-3000:]


# --- a build that passes is of today's data ------------------------------------


def html(folder: Path) -> str:
    return (folder / "_build" / "html" / "chapters" / "small.html").read_text("utf-8")


def replace(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), "utf-8")


def test_a_change_of_data_or_code_reaches_the_page_at_the_next_build(small_book):
    assert build(small_book).returncode == 0
    assert "Winnipeg" in html(small_book) and "Charles Burton" in html(small_book)
    # A name is in no lock and no number, so that the change is consistent.
    replace(small_book, "data/places.csv", ",Winnipeg,", ",Portage,")
    replace(small_book, "data/actors.csv", ",Charles Burton,", ",C. Burton,")
    replace(small_book, "onrecord/book/evidence.py", "Second coder", "Other coder")
    result = build(small_book)
    assert result.returncode == 0, said(result)[-3000:]
    page = html(small_book)
    # In the data behind the figure, on the card of a claim, and in the words of the package.
    assert ("Portage" in page, "C. Burton" in page, "Other coder" in page) == (True, True, True)
    assert [old for old in ("Winnipeg", "Charles Burton", "Second coder") if old in page] == []


def test_a_build_that_failed_fails_again_when_nothing_was_mended(small_book):
    FAULTS["unknown evidence"].plant(small_book)
    first, second = build(small_book), build(small_book)
    assert (first.returncode, second.returncode) == (1, 1)
    assert "no such evidence: burton2006:9.9z" in said(second)
    page = small_book / PAGE
    page.write_text(page.read_text("utf-8").replace("burton2006:9.9z", "burton2006:3.12a"), "utf-8")
    assert build(small_book).returncode == 0
