"""What may go wrong is refused: faults of every kind in tables, locks, outlines and pages, planted one by one.

``tests/mutations.csv`` has the kinds and what came of them. When a kind, a gate or a column is new,
``python tests/mutations.py --write`` writes it anew; its differences are to be read like those of a table.
"""

from __future__ import annotations

import csv

import mutations
import pytest
from mutation_kinds import KINDS
from project import rows

pytestmark = pytest.mark.slow
KNOWN = {(row["file"], row["kind"]): row for row in rows("mutations", mutations.RESULTS.parent)}
REFUSED = {key: row for key, row in KNOWN.items() if row["refused_by"] != mutations.HARMLESS}
# Of each gate a kind of fault that it is the first to refuse.
ONE_OF_EACH = {
    (file, gate): kind
    for (file, kind), row in REFUSED.items()
    for gate in [row["refused_by"]]
    if gate in [name for name, _ in mutations.GATES[file]]
}


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], dict[str, str]]:
    """Every fault planted and judged, now."""
    made = (dict(zip(mutations.HEAD, row, strict=True)) for row in mutations.in_copy())
    return {(row["file"], row["kind"]): row for row in made}


@pytest.mark.parametrize("key", [(kind.files, kind.name) for kind in KINDS], ids=": ".join)
def test_every_fault_of_a_kind_is_refused_where_it_is(key, found):
    """By one gate that names the file, the line and the column, or it changes no byte; as the table says."""
    assert found[key]["refused_by"] in [*dict(mutations.GATES[key[0]]), mutations.HARMLESS]
    assert found[key] == KNOWN.get(key), "python tests/mutations.py --write"


def test_there_are_two_thousand_of_them_and_the_table_has_no_others(found):
    assert set(KNOWN) == set(found)
    assert sum(int(row["planted"]) for row in REFUSED.values()) > 2000


@pytest.mark.parametrize("name", sorted({gate for _, gate in ONE_OF_EACH}))
def test_a_gate_that_is_switched_off_is_missed(name):
    """Without it the same faults come to another gate, or to none: never is the table the same."""
    kinds = {kind for (_, gate), kind in ONE_OF_EACH.items() if gate == name}
    options = [part for kind in sorted(kinds) for part in ("--only", kind)]
    judged = [dict(zip(mutations.HEAD, row, strict=True)) for row in mutations.in_copy(*options, "--without", name)]
    mine = [row for row in judged if ONE_OF_EACH.get((row["file"], name)) == row["kind"]]
    assert mine and [row for row in mine if row == KNOWN[row["file"], row["kind"]]] == []


def test_faults_of_all_kinds_at_once_leave_no_file_unnamed():
    assert mutations.in_copy("--together") == []


def test_a_fault_that_no_gate_looks_for_would_be_told():
    """The table is no proof of itself: with every gate off, all that is planted passes."""
    every = {name for gates in mutations.GATES.values() for name, _ in gates}
    options = ["--only", "cell is blank", *(part for name in sorted(every) for part in ("--without", name))]
    (row,) = mutations.in_copy(*options)
    assert row[3].startswith(mutations.MISSED)


def test_the_table_is_written_as_every_other():
    text = mutations.RESULTS.read_text("utf-8")
    assert mutations.as_csv(csv.reader(text.splitlines())) == text
