"""Quotations: where each stands in its source, locked, and checked twice.

Without the sources, every quotation must have the words that were locked.
With them, those words must stand at the locked place, inside the sentences
that the row names, between the same neighbours. A field of the data package
whose ``role`` is ``quotation`` holds a source's own words; its ``passage`` names
the column with the passage where they stand, or is null where they may stand
anywhere in the sources. Elsewhere no cell holds a run of a source's words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from . import passages, texts
from .files import as_json
from .paths import DATA, QUOTES_LOCK, shown
from .problems import InputError, Problem, check_json, read_json
from .tables import file_of, names, primary_key, resource, table

LONGEST = 25  # words
# What a source itself sets in quotation marks; otherwise the words are its author's.
_MARKED = re.compile(r"[\"“][^\"“”]*[\"”]|(?<!\w)[‘'][^‘’']*[’'](?!\w)")
CONTEXT = 8  # words on either side that the lock remembers by their hash


def quoted() -> pd.DataFrame:
    """Rows of the coded record that carry a quotation, with their passage's span."""
    rows = table("evidence")
    columns = ["passage_id", "source_id", "kind", "start", "end"]
    rows = rows.reset_index(names="row").merge(table("passages")[columns], on="passage_id")
    return rows[rows["quote"].notna()]


def _sentence_span(text: str, row) -> tuple[int, int]:
    """Span in the source of the sentences that a row of the record names."""
    body = text[row.start : row.end]
    spans = texts.sentences(body) if row.kind in passages.PROSE else [(0, len(body))]
    first, _, last = row.sentences.partition("-")
    return row.start + spans[int(first) - 1][0], row.start + spans[int(last or first) - 1][1]


def _entry(text: str, split: list[texts.Word], row) -> dict | None:
    """The lock of one quotation, or None where its words are not in the sentences; ``split``: the words of ``text``."""
    body = text[row.start : row.end]
    a, b = _sentence_span(text, row)
    found = texts.find(row.quote, text[a:b])
    if found is None:
        return None
    start, end = int(a + found[0]), int(a + found[1])
    quoted_there = any(row.start + m.start() <= start and end <= row.start + m.end() for m in _MARKED.finditer(body))
    first = bisect_left(split, start, key=lambda word: word.start)
    last = bisect_left(split, end, key=lambda word: word.start)
    before = " ".join(word.text for word in split[max(0, first - CONTEXT) : first])
    after = " ".join(word.text for word in split[last : last + CONTEXT])
    return {
        "passage_id": row.passage_id,
        "start": start,
        "end": end,
        "in_quotation_marks": quoted_there,
        "words_sha256": texts.fingerprint(row.quote),
        "before_sha256": texts.fingerprint(before),
        "after_sha256": texts.fingerprint(after),
    }


class Column(NamedTuple):
    """A column that holds a source's own words."""

    table: str
    column: str
    separator: str | None  # of a list: each part is a quotation
    passage: str | None  # the column with the passage; None: anywhere in the sources

    @property
    def name(self) -> str:
        """As the lock knows it."""
        return f"{self.table}.{self.column}"


def declared() -> list[Column]:
    """Every column that the data package declares to hold a source's own words."""
    return [
        Column(name, field["name"], field.get("separator"), field["passage"])
        for name in names()
        for field in resource(name)["schema"]["fields"]
        if field.get("role") == "quotation"
    ]


class Quoted(NamedTuple):
    """One quotation of a declared column: its key in the lock, its row, its words and its passage."""

    key: str
    row: int
    words: str
    passage_id: str | None


def in_column(column: Column) -> Iterator[Quoted]:
    """The quotations of a column; the key is that of the row, with the number of the part in a list."""
    keys = primary_key(column.table)
    rows = table(column.table)
    for index, cell in rows[column.column].dropna().astype(str).items():
        row = rows.loc[index]
        key = "/".join(str(row[k]) for k in keys)
        passage = None if column.passage is None else str(row[column.passage])
        parts = [cell] if column.separator is None else cell.split(column.separator)
        for number, part in enumerate(parts, start=1):
            yield Quoted(key if column.separator is None else f"{key}#{number}", int(index) + 2, part, passage)


def others() -> list[Column]:
    """The declared columns but that of the coded record, whose quotations are held to their sentences as well."""
    return [column for column in declared() if column.name != "evidence.quote"]


def source_folder(folder: Path) -> tuple[dict[str, str], list[str]]:
    """The texts in a folder by source, and the sources of which it has none. InputError where it has none at all."""
    files = table("sources").set_index("source_id")["file"]
    have = {str(s): passages.read_source(folder, str(s)) for s, file in files.items() if (folder / file).is_file()}
    if not have:
        raise InputError(Problem(shown(folder), f"expected a source text: one of {', '.join(files)}"))
    return have, [str(s) for s in files.index if s not in have]


def _place(quoted: Quoted, text: dict[str, str], spans: dict[str, tuple[str, int, int]]) -> dict | None:
    """The lock of a quotation of a declared column, or None where no text that is there has its words."""
    if quoted.passage_id is not None:
        source_id, start, end = spans[quoted.passage_id]
        places = [(source_id, start, end)] if source_id in text else []
    else:
        places = [(source_id, 0, len(body)) for source_id, body in text.items()]
    for source_id, start, end in places:
        found = texts.find(quoted.words, text[source_id][start:end])
        if found is not None:
            return {
                "source_id": source_id,
                "start": int(start) + found[0],
                "end": int(start) + found[1],
                "words_sha256": texts.fingerprint(quoted.words),
            }
    return None


def _lock_columns(text: dict[str, str], kept: dict) -> tuple[dict, list[Problem]]:
    """The lock of all declared columns but that of the record; what a missing text may hold stays as it was."""
    spans = {row.passage_id: (row.source_id, row.start, row.end) for row in table("passages").itertuples()}
    missing = set(table("sources")["source_id"]) - set(text)
    locks: dict[str, dict[str, dict]] = {}
    problems: list[Problem] = []
    for column in others():
        entries = locks.setdefault(column.name, {})
        for quoted in in_column(column):
            before = kept.get(column.name, {}).get(quoted.key)
            absent = missing if quoted.passage_id is None else missing & {spans[quoted.passage_id][0]}
            if before and before["source_id"] in absent and before["words_sha256"] == texts.fingerprint(quoted.words):
                entry: dict | None = before
            else:
                entry = _place(quoted, text, spans)
            if entry is None:
                where = quoted.passage_id or "a source"
                if absent:
                    where += f"; the text of {', '.join(sorted(absent))} was not there"
                file = shown(file_of(column.table))
                expected = f"expected words that stand in {where}"
                problems.append(Problem(file, expected, quoted.row, column.column, quoted.words))
            else:
                entries[quoted.key] = entry
    return locks, problems


def make_lock(folder: Path) -> tuple[dict, list[Problem]]:
    """The lock of all quotations as the texts in ``folder`` have them, and what failed.

    Quotations from a text that is not in ``folder`` stay locked as they were, if their words are the same.
    """
    file, problems = shown(DATA / "evidence.csv"), []
    entries: dict[str, dict] = {}
    text_of, _ = source_folder(folder)
    kept = read_lock() if QUOTES_LOCK.is_file() else {"quotations": {}, "columns": {}}
    digests = table("sources").set_index("source_id")["sha256"].to_dict()
    for source_id, rows in quoted().groupby("source_id", observed=True):
        if source_id not in text_of:
            entries |= {key: kept["quotations"][key] for key in rows["evidence_id"] if key in kept["quotations"]}
            continue
        text = text_of[str(source_id)]
        split = texts.words(text)  # once a source: it is long, and has many quotations
        for row in rows.itertuples():
            entry = _entry(text, split, row)
            if entry is None:
                problems.append(
                    Problem(file, "expected words that stand in the sentences named", row.row + 2, "quote", row.quote)
                )
            else:
                entries[row.evidence_id] = entry
    columns, lost = _lock_columns(text_of, kept.get("columns", {}))
    lock = {"sources": digests, "quotations": dict(sorted(entries.items())), "columns": columns}
    return lock, problems + lost


def write_lock(lock: dict) -> None:
    """Write ``seeds/quotes.lock``: JSON, sorted, one line end at the end."""
    QUOTES_LOCK.write_text(as_json(lock), "utf-8")


def read_lock() -> dict:
    """The lock as it is in the project."""
    if not QUOTES_LOCK.is_file():
        raise InputError(Problem(shown(QUOTES_LOCK), "expected the lock of quotations (onrecord lock-quotes)"))
    return read_json(QUOTES_LOCK)


def locked(lock: dict | None = None) -> int:
    """How many quotations a lock holds, that of the project if none is given."""
    lock = read_lock() if lock is None else lock
    return len(lock["quotations"]) + sum(map(len, lock.get("columns", {}).values()))


def in_quotation_marks() -> set[str]:
    """Ids of the statements whose quotation the source itself sets in quotation marks."""
    return {e for e, entry in read_lock()["quotations"].items() if entry["in_quotation_marks"]}


def _as_locked(row: Any) -> dict[str, str]:
    """What the lock says of a quotation, as far as it follows from its row."""
    return {"words_sha256": texts.fingerprint(row.quote), "passage_id": row.passage_id}


def check_locked() -> list[Problem]:
    """Quotations whose words, passage or length are not what was locked. Needs no source."""
    whole = read_lock()
    file, lock, rows = shown(DATA / "evidence.csv"), whole["quotations"], quoted()
    problems = list(_of_other_texts(whole.get("sources", {})))
    for row in rows.itertuples():
        entry = lock.get(row.evidence_id)
        if len(texts.words(row.quote)) > LONGEST:
            problems.append(Problem(file, f"expected at most {LONGEST} words", row.row + 2, "quote", row.quote))
        if entry is None:
            expected = f"expected an entry in {shown(QUOTES_LOCK)} (onrecord lock-quotes)"
            problems.append(Problem(file, expected, row.row + 2, "evidence_id", row.evidence_id))
        elif not (isinstance(entry, dict) and _as_locked(row).items() <= entry.items()):
            problems.append(Problem(file, "expected the quotation that was locked", row.row + 2, "quote", row.quote))
    for orphan in sorted(set(lock) - set(rows["evidence_id"])):
        problems.append(Problem(shown(QUOTES_LOCK), f"expected a quotation in {file}", value=orphan))
    columns = whole.get("columns", {})
    problems += [found for column in others() for found in _check_column(column, columns.get(column.name, {}))]
    return problems or check_json(QUOTES_LOCK)


def _of_other_texts(then: dict[str, str]) -> Iterator[Problem]:
    """Sources of which the quotations were locked by another text than the table names; a new one has none yet."""
    sources = table("sources")
    for index, source_id, digest in zip(sources.index, sources["source_id"], sources["sha256"], strict=True):
        if then.get(source_id, digest) != digest:
            expected = f"expected the text that {shown(QUOTES_LOCK)} names (onrecord lock-quotes)"
            yield Problem(shown(file_of("sources")), expected, int(index) + 2, "sha256", digest)


def _check_column(column: Column, entries: dict[str, dict]) -> Iterator[Problem]:
    """Quotations of a declared column that are long, or are not what was locked in ``entries``."""
    file, lock = shown(file_of(column.table)), dict(entries)
    for quoted in in_column(column):
        entry = lock.pop(quoted.key, None)
        if len(texts.words(quoted.words)) > LONGEST:
            yield Problem(file, f"expected at most {LONGEST} words", quoted.row, column.column, quoted.words)
        if entry is None:
            expected = f"expected an entry in {shown(QUOTES_LOCK)} (onrecord lock-quotes)"
            yield Problem(file, expected, quoted.row, column.column, quoted.words)
        elif entry["words_sha256"] != texts.fingerprint(quoted.words):
            expected = "expected the quotation that was locked (onrecord lock-quotes)"
            yield Problem(file, expected, quoted.row, column.column, quoted.words)
    for orphan in sorted(lock):
        yield Problem(shown(QUOTES_LOCK), f"expected a quotation in {file}", value=f"{column.name} {orphan}")


# So many words of a source in a row, names left out, are its wording and not ours. Runs of six are as a rule
# what cannot be said otherwise: a round with its city, the numbers of interviews by nationality, a term of law.
RUN = 7
# Tables whose cells are names and titles by themselves, and the table that repeats what pages print.
_OF_NAMES = ("works", "documents", "facts", "proper_names")


def names_of_things() -> set[tuple[str, ...]]:
    """Names and titles, as words: nobody's wording, and no quotation where they stand."""
    cells = [
        *table("organisations")["name"],
        *";".join(table("organisations")["name_as_printed_variants"].dropna()).split(";"),
        *table("actors")["name"],
        *(
            cell
            for name in names()
            for field in resource(name)["schema"]["fields"]
            if re.match("title(?!_in_our)", field["name"])
            for cell in table(name)[field["name"]].dropna()
        ),
        "Justice for Victims of Corrupt Foreign Officials Act",
    ]
    return {tuple(w.text for w in texts.words(str(cell))) for cell in cells}


def _in_names(words: list[str], known: set[tuple[str, ...]]) -> list[bool]:
    """Which words lie in a name."""
    inside = [False] * len(words)
    for length in {len(name) for name in known if len(name) > 1}:
        for start in range(len(words) - length + 1):
            if tuple(words[start : start + length]) in known:
                inside[start : start + length] = [True] * length
    return inside


def undeclared(folder: Path) -> Iterator[Problem]:
    """Cells of columns that are not declared as quotations and hold ``RUN`` words of a source in a row."""
    text, _ = source_folder(folder)
    known = names_of_things()
    runs = set()
    for body in text.values():
        words = [w.text for w in texts.words(body)]
        runs |= set(zip(*(words[n:] for n in range(RUN)), strict=False))
    quotations = {(column.table, column.column) for column in declared()}
    for name in names():
        for field in resource(name)["schema"]["fields"]:
            if field["type"] != "string" or (name, field["name"]) in quotations or name in _OF_NAMES:
                continue
            for index, cell in table(name)[field["name"]].dropna().astype(str).items():
                if " " not in cell:
                    continue
                words = [w.text for w in texts.words(cell)]
                inside = _in_names(words, known)
                for start in range(len(words) - RUN + 1):
                    if tuple(words[start : start + RUN]) in runs and not any(inside[start : start + RUN]):
                        expected = f"expected our words, or a column declared as quotation, for {RUN} words of a source"
                        file, run = shown(file_of(name)), " ".join(words[start : start + RUN])
                        yield Problem(file, expected, int(index) + 2, field["name"], run)
                        break


def check_against(folder: Path) -> list[Problem]:
    """All that differs between the project and the texts in ``folder``."""
    for source_id in table("sources")["source_id"]:  # to check, all texts are needed
        passages.read_source(folder, source_id)
    made, problems = make_lock(folder)
    lock = read_lock()
    known = table("passages")
    for source_id in table("sources")["source_id"]:
        text = passages.read_source(folder, source_id)
        problems += passages.check_passages(known, source_id, text)
    for evidence_id, entry in made["quotations"].items():
        if lock["quotations"].get(evidence_id) != entry:
            problems.append(Problem(shown(QUOTES_LOCK), f"expected {entry}", value=evidence_id))
    for column, entries in made["columns"].items():
        for key, entry in entries.items():
            if lock.get("columns", {}).get(column, {}).get(key) != entry:
                problems.append(Problem(shown(QUOTES_LOCK), f"expected {entry}", value=f"{column} {key}"))
    problems += undeclared(folder)
    if lock["sources"] != made["sources"]:  # also one that no row names
        problems.append(Problem(shown(QUOTES_LOCK), "expected the SHA-256 of data/sources.csv", value="sources"))
    return problems
