"""Every fact computed again: compared with what was published, and accepted."""

from __future__ import annotations

import pandas as pd

from . import facts, topics
from .facts import COLUMNS, FACTS, as_text, published
from .paths import shown
from .problems import Problem

assert topics  # importing it has registered the facts of every chapter


def compute() -> pd.DataFrame:
    """All facts, computed now: one row a fact, columns as ``COLUMNS``."""
    rows = []
    for item in FACTS.values():
        value = item.compute()
        plain = value if isinstance(value, str) else f"{float(value):g}"  # type: ignore[arg-type]
        rows.append([item.fact_id, plain, as_text(value), item.counts, item.table])
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("fact_id", ignore_index=True)


def check_facts() -> list[Problem]:
    """Every number that is not what the tables give now."""
    file = shown(facts.FILE)
    now, then = compute().set_index("fact_id"), published().set_index("fact_id")
    problems = []
    for fact_id in now.index.union(then.index):
        if fact_id not in then.index:
            problems.append(Problem(file, f"expected a row {fact_id} (onrecord facts --write)"))
        elif fact_id not in now.index:
            problems.append(Problem(file, "expected a fact that is computed", value=fact_id))
        else:
            row = list(then.index).index(fact_id) + 2
            for column in COLUMNS[1:]:
                new, old = now.at[fact_id, column], then.at[fact_id, column]
                if new != old:
                    problems.append(Problem(file, f"expected {new!r}", row, column, old))
    return problems


def write() -> pd.DataFrame:
    """Accept the numbers as they are now: write ``data/facts.csv``."""
    now = compute()
    now.to_csv(facts.FILE, index=False, lineterminator="\n")
    return now
