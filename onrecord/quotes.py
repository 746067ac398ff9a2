"""Quotations: where each stands in its source, locked, and checked twice.

Without the sources, every quotation must have the words that were locked.
With them, those words must stand at the locked place, inside the sentences
that the row names, between the same neighbours.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from pathlib import Path

import pandas as pd

from . import passages, texts
from .paths import DATA, QUOTES_LOCK, shown
from .problems import InputError, Problem, read_json
from .tables import table

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


def make_lock(folder: Path) -> tuple[dict, list[Problem]]:
    """The lock of all quotations as the texts in ``folder`` have them, and what failed."""
    file, entries, problems = shown(DATA / "evidence.csv"), {}, []
    digests = table("sources").set_index("source_id")["sha256"].to_dict()
    for source_id, rows in quoted().groupby("source_id", observed=True):
        text = passages.read_source(folder, str(source_id))
        split = texts.words(text)  # once a source: it is long, and has many quotations
        for row in rows.itertuples():
            entry = _entry(text, split, row)
            if entry is None:
                problems.append(
                    Problem(file, "expected words that stand in the sentences named", row.row + 2, "quote", row.quote)
                )
            else:
                entries[row.evidence_id] = entry
    return {"sources": digests, "quotations": dict(sorted(entries.items()))}, problems


def write_lock(lock: dict) -> None:
    """Write ``seeds/quotes.lock``: JSON, sorted, one line end at the end."""
    QUOTES_LOCK.write_text(json.dumps(lock, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_lock() -> dict:
    """The lock as it is in the project."""
    if not QUOTES_LOCK.is_file():
        raise InputError(Problem(shown(QUOTES_LOCK), "expected the lock of quotations (onrecord lock-quotes)"))
    return read_json(QUOTES_LOCK)


def in_quotation_marks() -> set[str]:
    """Ids of the statements whose quotation the source itself sets in quotation marks."""
    return {e for e, entry in read_lock()["quotations"].items() if entry["in_quotation_marks"]}


def check_locked() -> list[Problem]:
    """Quotations whose words, passage or length are not what was locked. Needs no source."""
    file, lock, problems = shown(DATA / "evidence.csv"), read_lock()["quotations"], []
    rows = quoted()
    for row in rows.itertuples():
        entry = lock.get(row.evidence_id)
        if len(texts.words(row.quote)) > LONGEST:
            problems.append(Problem(file, f"expected at most {LONGEST} words", row.row + 2, "quote", row.quote))
        if entry is None:
            expected = f"expected an entry in {shown(QUOTES_LOCK)} (onrecord lock-quotes)"
            problems.append(Problem(file, expected, row.row + 2, "evidence_id", row.evidence_id))
        elif (entry["words_sha256"], entry["passage_id"]) != (texts.fingerprint(row.quote), row.passage_id):
            problems.append(Problem(file, "expected the quotation that was locked", row.row + 2, "quote", row.quote))
    for orphan in sorted(set(lock) - set(rows["evidence_id"])):
        problems.append(Problem(shown(QUOTES_LOCK), f"expected a quotation in {file}", value=orphan))
    return problems


def check_against(folder: Path) -> list[Problem]:
    """All that differs between the project and the texts in ``folder``."""
    made, problems = make_lock(folder)
    locked = read_lock()
    known = table("passages")
    for source_id in table("sources")["source_id"]:
        text = passages.read_source(folder, source_id)
        problems += passages.check_passages(known, source_id, text)
    for evidence_id, entry in made["quotations"].items():
        if locked["quotations"].get(evidence_id) != entry:
            problems.append(Problem(shown(QUOTES_LOCK), f"expected {entry}", value=evidence_id))
    if locked["sources"] != made["sources"]:
        problems.append(Problem(shown(QUOTES_LOCK), "expected the SHA-256 of data/sources.csv", value="sources"))
    return problems
