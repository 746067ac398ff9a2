"""Every fact computed again: compared with what was published, and accepted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from typing import Any

import pandas as pd

from . import facts, modules, remembered, topics
from .coding import by_second_coder_from
from .facts import COLUMNS, FACTS, as_text, as_value, kind_of, printed_in, published, unit_of
from .paths import INSTALLED, ROOT, shown
from .problems import InputError, Problem
from .reads import cache, recording
from .tables import digest_of, instead, names, reading

assert topics  # importing it has registered the facts of every chapter

Known = list[Any]  # the row of a fact, the tables that it was computed from ({name: hash}), and a hash of its code
# Where a page is printed is no part of the number; it is checked apart.
_COUNTS = ("onrecord.facts", "onrecord.coding")  # what computes and prints the numbers of all modules
_NUMBERS = [column for column in COLUMNS if column not in ("fact_id", "pages")]


def pages() -> list[str]:
    """Every page that a writer types, as its path from the root of the book."""
    return sorted(
        path.relative_to(ROOT).as_posix()
        for folder in (".", "chapters", "reference", "seeds")
        for path in (ROOT / folder).glob("*.md")
        if path.read_text("utf-8").startswith("---")
    )


def printed() -> dict[str, dict[str, list[int]]]:
    """Where each fact is printed: {fact_id: {page: lines}}."""
    found: dict[str, dict[str, list[int]]] = {}
    for page in pages():
        for key, lines in printed_in((ROOT / page).read_text("utf-8")).items():
            found.setdefault(key, {})[page] = lines
    return found


def _row(item: facts.Fact) -> list[str]:
    value = item.compute()
    kind = kind_of(item, value)
    tables = ";".join(name.strip() for name in item.table.split(";"))
    return [item.fact_id, as_value(value), as_text(value), kind, unit_of(item, value, kind), item.counts, tables]


@cache
def _code(home: str) -> str:
    """What every number of a module follows from besides its tables: the code behind it, and what is beside tables."""
    known = home in modules.files()
    behind = modules.behind(home, *_COUNTS) if known else modules.files()  # of a stranger: all
    return remembered.of_numbers(json.dumps(modules.hashes({*behind, __name__})))


def _registered(item: facts.Fact) -> str:
    """A hash of a fact as this process knows it: what it says, and the code that computes it.

    In an installed package, which remembers nothing, there is no need of it.
    """
    if INSTALLED:
        return ""
    made = getattr(item.compute, "__code__", None)
    own = (made.co_code, repr([c for c in made.co_consts if not hasattr(c, "co_code")])) if made else ()
    homes = sorted({item.home, getattr(item.compute, "__module__", item.home)})
    told = (item.counts, item.table, item.kind, item.unit, own, [_code(home) for home in homes])
    return hashlib.sha256(repr(told).encode()).hexdigest()


_digest = cache(digest_of)


def _holds(item: facts.Fact, before: Known | None) -> bool:
    """Whether a number is what it was: neither its code nor a table that it was computed from has changed."""
    return (
        before is not None
        and before[2:] == [_registered(item)]
        and all(_digest(name) == then for name, then in before[1].items())
    )


def _before(kept_as: str) -> dict[str, Known]:
    """The numbers that were kept last; as few as none, where another table stands in the place of one."""
    return {} if instead() or INSTALLED else remembered.recall(kept_as, _key()) or remembered.newest(kept_as) or {}


def _keep(kept_as: str, before: dict[str, Known], now: dict[str, Known]) -> None:
    if not (instead() or INSTALLED) and now != before:
        remembered.keep(kept_as, _key(), now)


def _key() -> str:
    """Copies of the project that share a memory keep numbers apart: those of one are others than those of another."""
    return remembered.digest([*remembered.data(), *remembered.code(book=False)])


def _known(item: facts.Fact, before: Known | None) -> Known:
    """What a fact is, and what it was computed from: tables and code by their hashes; from ``before``, if it holds."""
    if before is not None and _holds(item, before):
        return before
    with recording() as read:
        row = _row(item)
    return [row, {name: _digest(name) for name in sorted(read)}, _registered(item)]


@cache
def _computed() -> pd.DataFrame:
    """The facts as the tables give them: all columns but the pages. Once a process, as the tables are read once.

    A fact is computed again when its code, or a table that it read, has changed.
    """
    before = _before("numbers")
    now = {item.fact_id: _known(item, before.get(item.fact_id)) for item in FACTS.values()}
    _keep("numbers", before, now)
    rows = pd.DataFrame([row for row, *_ in now.values()], columns=COLUMNS[:-1])
    return rows.sort_values("fact_id", ignore_index=True)


def compute() -> pd.DataFrame:
    """All facts as they are now: one row a fact, columns as ``COLUMNS``, all of them text."""
    where = printed()
    return _computed().assign(pages=lambda f: f["fact_id"].map(lambda key: ";".join(where.get(key, {}))))


def _places(fact_id: str, where: dict[str, dict[str, list[int]]]) -> str:
    found = [f"{page}:{line}" for page, lines in where.get(fact_id, {}).items() for line in lines]
    return f"printed at {', '.join(found)}" if found else "printed nowhere"


def _by_name(rows: pd.DataFrame) -> dict[str, dict[str, str]]:
    """What is said of each number; of one that stands twice what is said first."""
    first = rows.drop_duplicates("fact_id").reindex(columns=COLUMNS, fill_value="")
    return first.set_index("fact_id").to_dict("index")


def _stands_twice(then: pd.DataFrame) -> Iterator[Problem]:
    for row in then.index[then["fact_id"].duplicated()]:
        yield Problem(shown(facts.FILE), "expected every number once", row + 2, "fact_id", then.at[row, "fact_id"])


def _differs(fact_id: str, now: dict[str, str], then: dict[str, str], row: int, places: str) -> Iterator[Problem]:
    """The columns of a number that are not what the tables give; the text says it all where the value moves with it."""
    differ = [column for column in _NUMBERS if now[column] != then[column]]
    for column in [c for c in differ if c != "value" or "text" not in differ]:
        expected = f"expected {now[column]!r} for {fact_id}, {places} (onrecord facts --write {fact_id})"
        yield Problem(shown(facts.FILE), expected, row, column, then[column])


def check_facts(only: Collection[str] = ()) -> list[Problem]:
    """Every number that is not what the tables give now, with its name and where it is printed.

    ``only``: the facts to look at; all of them if empty.
    """
    file, where, published_rows = shown(facts.FILE), printed(), published()
    now, then, known = _by_name(compute()), _by_name(published_rows), {*names(), ""}
    lines = {fact_id: row for row, fact_id in enumerate(published_rows["fact_id"], start=2)}
    problems = list(_stands_twice(published_rows))
    for fact_id in sorted({*now, *then}):
        row, accept = lines.get(fact_id), f"(onrecord facts --write {fact_id})"
        for name in sorted({*now.get(fact_id, {"table": ""})["table"].split(";")} - known):
            expected = f"expected the name of a table for {fact_id} of {FACTS[fact_id].home}"
            problems.append(Problem(file, expected, row, "table", name))
        if only and fact_id not in only:
            continue
        if row is None:
            expected = f"expected a row {fact_id}, now {now[fact_id]['text']!r} {accept}"
            problems.append(Problem(file, expected, 2 + sum(name < fact_id for name in lines)))
        elif fact_id not in now:
            problems.append(Problem(file, f"expected a fact that is computed {accept}", row, "fact_id", fact_id))
        else:
            problems += _differs(fact_id, now[fact_id], then[fact_id], row, _places(fact_id, where))
    return problems


def check_printed() -> list[Problem]:
    """Facts that no page prints, and rows whose pages are not those that print the fact."""
    file = shown(facts.FILE)
    now, then = compute().set_index("fact_id")["pages"], published().set_index("fact_id").get("pages", {})
    problems = []
    for row, (fact_id, listed) in enumerate(then.items(), start=2):
        if fact_id not in now.index:
            continue  # check_facts names it
        if not now[fact_id]:
            expected = f"expected a page that prints it, or no such fact ({FACTS[fact_id].home})"
            problems.append(Problem(file, expected, row, "fact_id", fact_id))
        elif now[fact_id] != listed:
            expected = f"expected {now[fact_id]!r} for {fact_id} (onrecord facts --write {fact_id})"
            problems.append(Problem(file, expected, row, "pages", listed))
    return problems


def write(only: Collection[str] = ()) -> int:
    """Accept numbers as they are now: write ``data/facts.csv``, and say how many rows were accepted.

    ``only``: the facts to accept, all others stay as they were published; all of them if empty. Raises InputError
    for a name that is neither computed nor published.
    """
    now = compute()
    if only:
        then = published()
        unknown = sorted(set(only) - set(now["fact_id"]) - set(then["fact_id"]))
        if unknown:
            raise InputError([Problem(shown(facts.FILE), "expected the name of a fact", value=key) for key in unknown])
        now = pd.concat([then[~then["fact_id"].isin(only)], now[now["fact_id"].isin(only)]])
    now = now.sort_values("fact_id", ignore_index=True).reindex(columns=COLUMNS)
    now.to_csv(facts.FILE, index=False, lineterminator="\n")
    return int(now["fact_id"].isin(only).sum()) if only else len(now)


# Numbers about the codings themselves: under the second coding they mean nothing.
_ABOUT_CODINGS = ("alpha_", "differ_", "judgements_", "sample_")


def numbers_by_second_coder() -> pd.DataFrame:
    """Every printed number that is another by the second coder's codes: the pages, what it is, and both numbers."""
    then = published().set_index("fact_id")
    rows = [
        [then.at[key, "pages"].replace(";", ", "), then.at[key, "counts"], then.at[key, "text"], text]
        for key, text in sorted(_second_texts().items(), key=lambda item: (then.at[item[0], "pages"], item[0]))
        if text != then.at[key, "text"]
    ]
    return pd.DataFrame(rows, columns=["Printed in", "What it is", "First coding", "Second"])


def _second_texts() -> dict[str, str]:
    """Each number by the second coder's codes; one is computed again when its code or a table behind it has changed.

    One that comes of no table with judgements is the same by either coder's: it is taken, where it is known.
    """
    wanted = [item for key, item in FACTS.items() if not key.startswith(_ABOUT_CODINGS)]
    kept, first = _before("numbers_by_second_coder"), _before("numbers")
    now = {item.fact_id: kept[item.fact_id] for item in wanted if _holds(item, kept.get(item.fact_id))}
    missing = [item for item in wanted if item.fact_id not in now]
    if missing:
        made = by_second_coder_from()
        with reading({name: frame for name, (frame, _) in made.items()}):
            for item in missing:
                known = first.get(item.fact_id)
                if known is not None and made.keys().isdisjoint(known[1]) and _holds(item, known):
                    now[item.fact_id] = [known[0][COLUMNS.index("text")], *known[1:]]
                    continue
                with recording() as read:
                    text = as_text(item.compute())
                behind = {table for name in read for table in (made[name][1] if name in made else {name})}
                now[item.fact_id] = [text, {name: _digest(name) for name in sorted(behind)}, _registered(item)]
        _keep("numbers_by_second_coder", kept, now)
    return {name: text for name, (text, *_) in now.items()}
