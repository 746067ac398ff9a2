"""Every gate has been seen to fail: a fault planted in a copy stops the check or the build, and is named.

The faults stand in a small book, so that no other page can be the reason. Faults
that one run can find together are planted together, since a build takes seconds.
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
from project import build, change, copy_small_book, onrecord, rows, run, said, write_rows

pytestmark = pytest.mark.slow
Plant = Callable[[Path], None]
PAGE = Path("chapters") / "small.md"


class Fault(NamedTuple):
    """A fault, and all that the message about it must name."""

    plant: Plant
    named: tuple[str, ...]


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


def give_image_without_words(folder: Path) -> None:
    (folder / "dot.svg").write_text(SVG, "utf-8")
    write("```{image} ../dot.svg\n```")(folder)


SVG = "<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>"
# What Sphinx would only warn of, or not notice at all.
ON_THE_PAGE = {
    "unknown evidence": Fault(write("All is well {ev}`burton2006:9.9z`."), ("no such evidence: burton2006:9.9z",)),
    "marker without evidence": Fault(write("All is well {ev}`,`."), ("no such evidence: (none given)",)),
    "quotation that is none": Fault(write("It was {said}`burton2006:F.2a`."), ("burton2006:F.2a has no quotation",)),
    "unknown quotation": Fault(write("It was {said}`burton2006:9.9y`."), ("no such evidence: burton2006:9.9y",)),
    "unknown number": Fault(write("They met {glue:text}`rounds_hold` times."), ("'rounds_hold'",)),
    "broken reference": Fault(write("See {ref}`ch-nowhere`."), ("'ch-nowhere'",)),
    "unknown work": Fault(write("See {cite:p}`nobody1999`."), ("nobody1999",)),
    "unknown work in a table": Fault(
        cell('figures.show_table(rounds[["round"]].assign(Source="nobody2001"), "tbl-made", "Made.")'), ("nobody2001",)
    ),
    "picture without words": Fault(
        cell("import IPython", f'IPython.display.SVG("{SVG}")'), ("no alternative text: _build",)
    ),
    "image without words": Fault(give_image_without_words, ("no alternative text: dot.svg",)),
    "figure without a label": Fault(
        cell("figures.show(figures.timeline(rounds, []), alt, rounds)"), ("figure has no label",)
    ),
    "cell that complains": Fault(cell("import sys", "print('oh', file=sys.stderr)"), ("stderr was found",)),
}
IN_A_CELL = {"failing cell": Fault(cell("analysis.no_such_table()"), ("small.md", "no attribute 'no_such_table'"))}
# What the checks find, and the build before it reads a page.
IN_WHAT_IS_SAID = {
    "altered quotation": Fault(
        other("evidence", quoted(), quote="words that nobody said"),
        (f"evidence.csv:{quoted() + 2} [quote]: 'words that nobody said': expected the quotation that was locked",),
    ),
    "altered number": Fault(
        other("facts", counted("rounds_held"), value="8"),
        (f"data/facts.csv:{counted('rounds_held') + 2} [value]: '8': expected '9'",),
    ),
    "typed quotation": Fault(write("The word is “hollow”."), ("small.md:", "'“hollow”': expected {said}")),
    "typed count": Fault(
        write("There were fifteen rounds."), ("small.md:", "'fifteen': expected a fact ({glue:text})")
    ),
    "report without evidence": Fault(
        write("The ministry objected."), ("small.md:", "'The ministry objected.': expected evid")
    ),
    "verb that judges": Fault(
        write("It admitted so {ev}`burton2006:4C.2e`."), ("small.md:", "'admitted': expected a neu")
    ),
}
IN_THE_TABLES = {
    "overlapping passages": Fault(
        other("passages", 1, start="60"), ("passages.csv:3 [start]: '60': expected a span after",)
    ),
    "theme without a statement": Fault(more("themes", theme_id="unused"), ("[theme_id]: 'unused': expected some row",)),
}
IN_THE_PACKAGE = {
    "key given twice": Fault(
        other("topics", 1, topic_id=rows("topics")[0]["topic_id"]), ("data/topics.csv:3", "primary")
    ),
}
# A cell that nobody can read is told before anything else: the package is looked at when it is mended.
IN_THE_WORDS = {
    "word outside the vocabulary": Fault(
        other("evidence", 3, stance="praise"), ("evidence.csv:5 [stance]: 'praise'", "criticism")
    ),
}
IN_THE_KEYS = {
    "broken key": Fault(
        other("evidence", 4, speaker_id="nobody"), ("evidence.csv:6 [speaker_id]: 'nobody': expected a key of",)
    ),
}
# Gate, and the faults planted at once before it runs.
RUNS = [
    ("build", ON_THE_PAGE),
    ("build", IN_A_CELL),
    ("build", IN_WHAT_IS_SAID | IN_THE_TABLES),
    ("build", IN_THE_PACKAGE),
    ("build", IN_THE_WORDS),
    ("build", IN_THE_KEYS),
    ("check", IN_WHAT_IS_SAID | IN_THE_TABLES),
    ("check", IN_THE_PACKAGE),
    ("check", IN_THE_WORDS),
    ("check", IN_THE_KEYS),
]
PLANTED = {
    f"{gate}: {name}": (number, fault) for number, (gate, faults) in enumerate(RUNS) for name, fault in faults.items()
}
COMMANDS = {"check": lambda folder: onrecord(folder, "check"), "build": build}
Outcome = Future[subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> list[Path]:
    """Where each run is made."""
    return [tmp_path_factory.mktemp("planted") for _ in RUNS]


@pytest.fixture(scope="module")
def outcomes(folders) -> Iterator[list[Outcome]]:
    """The outcome of every run; they are started at once, on all cores."""

    def outcome(gate: str, faults: dict[str, Fault], folder: Path) -> subprocess.CompletedProcess[str]:
        copy_small_book(folder)
        for fault in faults.values():
            fault.plant(folder)
        return COMMANDS[gate](folder)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield [pool.submit(outcome, *made, folder) for made, folder in zip(RUNS, folders, strict=True)]


@pytest.fixture(scope="module")
def green(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The small book as it is, built."""
    folder = copy_small_book(tmp_path_factory.mktemp("green"))
    return folder, build(folder)


def test_without_a_fault_the_small_book_passes(green):
    folder, built = green
    assert built.returncode == 0, said(built)[-3000:]
    assert "WARNING:" not in said(built)
    # Two pages print few of the numbers and tell little of the record, other pages are not listed, and its chapter has
    # not the parts of a chapter: that is all that is wrong with a small book, which nobody accepted.
    shape = onrecord(folder, "prose").stderr.splitlines()
    lines = onrecord(folder, "check", "--draft").stderr.splitlines()[:-1]
    expected = ("data/facts", "data/record_use", "_toc.yml: ")
    assert [line for line in lines if not line.startswith(expected) and line not in shape] == []
    assert [name for name in expected if not any(line.startswith(name) for line in lines)] == []


def test_the_notebook_of_a_page_that_is_not_listed_is_not_run(green):
    folder, _ = green
    assert "{code-cell}" in (folder / "reference" / "agreement.md").read_text("utf-8")
    executed = folder / "_build" / "executed"
    assert [path.relative_to(executed).as_posix() for path in executed.rglob("*.*")] == ["chapters/small.json"]


def test_a_copy_runs_its_own_package(small_book):
    """Else a fault in the copy's data would never be seen."""
    where = run(small_book, sys.executable, "-c", "import onrecord.paths as p; print(p.ROOT)").stdout.strip()
    assert Path(where) == small_book


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_fails_and_is_named(name, outcomes):
    number, fault = PLANTED[name]
    result = outcomes[number].result()
    assert result.returncode == 1
    assert [part for part in fault.named if part not in said(result)] == [], said(result)[-3000:]


def test_every_fault_on_a_page_counts_as_a_warning(outcomes):
    """So that each of them alone would have failed the build, and not only all together."""
    lines = said(outcomes[0].result()).splitlines()
    for name, fault in ON_THE_PAGE.items():
        assert any(fault.named[0] in line and ("WARNING:" in line or "ERROR:" in line) for line in lines), name


def test_a_build_that_failed_fails_again_when_nothing_was_mended(folders, outcomes):
    assert outcomes[0].result().returncode == 1
    again = build(folders[0])
    assert again.returncode == 1
    assert [name for name, fault in ON_THE_PAGE.items() if fault.named[0] not in said(again)] == []


# --- a build that passes is of today's data ------------------------------------


def html(folder: Path) -> str:
    return (folder / "_build" / "html" / "chapters" / "small.html").read_text("utf-8")


def test_a_change_of_data_or_code_reaches_the_page_at_the_next_build(green):
    folder, _ = green
    assert [word for word in ("Winnipeg", "Charles Burton", "Second coder") if word not in html(folder)] == []
    # A name is in no lock and no number, so that the change is consistent.
    change(folder / "data/places.csv", ",Winnipeg,", ",Portage,")
    change(folder / "data/actors.csv", ",Charles Burton,", ",C. Burton,")
    change(folder / "onrecord/book/evidence.py", "Second coder", "Other coder")
    result = build(folder)
    assert result.returncode == 0, said(result)[-3000:]
    # In the data behind the figure, on the card of a claim, and in the words of the package.
    assert [word for word in ("Portage", "C. Burton", "Other coder") if word not in html(folder)] == []
    assert [word for word in ("Winnipeg", "Charles Burton", "Second coder") if word in html(folder)] == []
