"""Cut a source into passages, and check that a text is the one that was cut.

The outline (``seeds/outline.yml``) says where sections begin, which lines are
furniture of the web copy, where a paragraph runs over a page break, and which
sections are not prose. All else follows from the text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from . import texts
from .paths import DATA, OUTLINE, shown
from .problems import InputError, Problem, parse_yaml
from .tables import table

_BULLET = re.compile(r"\s*(?:-|•|\d+\.)\s")
_HEADING = re.compile(r"#+\s")
# Kinds of passage whose sentences are told apart.
PROSE = ("paragraph", "bullet")
# What an outline may say of a source, what of that it must, and what it may say that a section is.
_ENTRIES = ("blocks", "sections", "kinds", "headings", "joins", "groups", "furniture")
_NEEDED, _BLOCKS, _KINDS = ("blocks", "sections"), ("paragraph", "line"), ("contents", "signature")
COLUMNS = [
    "passage_id",
    "source_id",
    "section_id",
    "position",
    "kind",
    "start",
    "end",
    "sentences",
    "words",
    "words_sha256",
]


def outline() -> dict[str, dict]:
    """The outline of every source, by source_id.

    Raises :class:`InputError` where it is no YAML, or says what this module does not know.
    """
    text = OUTLINE.read_text("utf-8")
    plans = parse_yaml(OUTLINE, text) or {}
    lines = {line.split(":")[0].strip("\"'"): row for row, line in enumerate(text.splitlines(), start=1)}
    problems = [
        Problem(shown(OUTLINE), expected, lines.get(source_id), source_id, value)
        for source_id, plan in plans.items()
        for expected, value in _faults(source_id, plan)
    ]
    known = list(table("sources")["source_id"])
    problems += [Problem(shown(OUTLINE), f"expected an outline of {s}", value=s) for s in known if s not in plans]
    if problems:
        raise InputError(problems)
    return plans


def _faults(source_id: str, plan: object) -> Iterator[tuple[str, object]]:
    """What is wrong with the outline of one source: what was expected, and what was found."""
    if source_id not in set(table("sources")["source_id"]):
        yield f"expected a source_id of {shown(DATA / 'sources.csv')}", source_id
        return
    if not isinstance(plan, dict):
        yield f"expected entries {', '.join(_NEEDED)}", plan
        return
    for entry in [*(e for e in plan if e not in _ENTRIES), *(e for e in _NEEDED if e not in plan)]:
        known = entry in _ENTRIES
        yield (f"expected an entry {entry}", None) if known else (f"expected one of {', '.join(_ENTRIES)}", entry)
    if plan.get("blocks", "line") not in _BLOCKS:
        yield f"expected blocks to be one of {', '.join(_BLOCKS)}", plan["blocks"]
    codes = []
    for section in plan.get("sections", []):
        if isinstance(section, list) and [type(part) for part in section] == [str, int, str]:
            codes.append(section[0])
        else:
            yield "expected a section as [code in letters or quotes, first line, label]", section
    for code, kind in plan.get("kinds", {}).items():
        if code not in codes:
            yield "expected a code of one of its sections", code
        if kind not in _KINDS:
            yield f"expected a kind of {', '.join(_KINDS)} for section {code}", kind


def read_source(folder: Path, source_id: str) -> str:
    """The text of a source, once it is known to be the text that was coded.

    Raises :class:`InputError` when the file is missing or its SHA-256 is not
    the one in ``data/sources.csv``.
    """
    row = table("sources").set_index("source_id").loc[source_id]
    path = folder / row["file"]
    if not path.is_file():
        raise InputError(Problem(path.as_posix(), f"expected the text of {source_id}"))
    raw = path.read_bytes()
    found = hashlib.sha256(raw).hexdigest()
    if found != row["sha256"]:
        raise InputError(Problem(path.as_posix(), f"expected SHA-256 {row['sha256']} of {source_id}", value=found))
    return raw.decode("utf-8")


def _lines(text: str) -> list[tuple[int, int]]:
    """Span of every line without its line break; index 0 is line 1."""
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def _blocks(text: str, plan: dict) -> Iterator[tuple[int, int, int]]:
    """(first line, start, end) of every passage, in order."""
    lines = _lines(text)
    joins = set(plan.get("joins", []))
    groups = {n for a, b in plan.get("groups", []) for n in range(a + 1, b + 1)}
    starts = {first for _, first, _ in plan["sections"]}
    current: list[int] | None = None
    previous_blank = True
    for number, (a, b) in enumerate(lines, start=1):
        line = text[a:b]
        if not line.strip():
            previous_blank = True
            continue
        goes_on = number in joins or number in groups
        if plan["blocks"] == "paragraph":
            goes_on = goes_on or not (previous_blank or _BULLET.match(line))
        if current is not None and goes_on and number not in starts:
            current[2] = a + len(line.rstrip())
        else:
            if current is not None:
                yield current[0], current[1], current[2]
            lead = len(line) - len(line.lstrip())
            current = [number, a + lead, a + len(line.rstrip())]
        previous_blank = False
    if current is not None:
        yield current[0], current[1], current[2]


def _kind(first_line: int, text: str, section: str, plan: dict) -> str:
    if any(a <= first_line <= b for a, b in plan.get("furniture", [])):
        return "furniture"
    whole = plan.get("kinds", {}).get(section)
    if whole == "contents":
        return whole
    if _HEADING.match(text) or first_line in plan.get("headings", []):
        return "heading"
    if whole is not None:
        return whole
    return "bullet" if _BULLET.match(text) else "paragraph"


def segment(source_id: str, text: str, plan: dict | None = None) -> pd.DataFrame:
    """The passages of one source: one row a passage, columns as ``COLUMNS``; by a plan, or as the outline has it."""
    plan = plan or outline()[source_id]
    sections = sorted((first, str(code)) for code, first, _ in plan["sections"])
    rows: list[dict] = []
    counters: dict[tuple[str, str], int] = {}
    for first_line, start, end in _blocks(text, plan):
        section = next(code for first, code in reversed(sections) if first <= first_line)
        body = text[start:end]
        kind = _kind(first_line, body, section, plan)
        series = (section, {"heading": "h", "furniture": "x"}.get(kind, ""))
        counters[series] = counters.get(series, 0) + 1
        spans = texts.sentences(body) if kind in PROSE else [(0, len(body))]
        rows.append(
            {
                "passage_id": f"{source_id}:{section}.{series[1]}{counters[series]}",
                "source_id": source_id,
                "section_id": f"{source_id}:{section}",
                "position": len(rows) + 1,
                "kind": kind,
                "start": start,
                "end": end,
                "sentences": len(spans),
                "words": len(texts.words(body)),
                "words_sha256": texts.fingerprint(body),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def sections(source_id: str, plan: dict | None = None) -> pd.DataFrame:
    """The sections of one source, in order, with our label for each; by a plan, or as the outline has it."""
    plan = plan or outline()[source_id]
    rows = [
        {
            "section_id": f"{source_id}:{code}",
            "source_id": source_id,
            "code": str(code),
            "order": order,
            "label": label,
        }
        for order, (code, _, label) in enumerate(plan["sections"], start=1)
    ]
    return pd.DataFrame(rows)


def check_passages(passages: pd.DataFrame, source_id: str, text: str) -> list[Problem]:
    """What in the passages table does not fit the text: span, words or gaps."""
    file = shown(DATA / "passages.csv")
    mine = passages[passages["source_id"] == source_id].sort_values("start")
    problems, at = [], 0
    for row in mine.itertuples():
        body = text[row.start : row.end]
        line = row.Index + 2
        if text[at : row.start].strip():
            problems.append(
                Problem(file, f"expected no text between passages, found some at {at}", line, "start", row.start)
            )
        if texts.fingerprint(body) != row.words_sha256:
            problems.append(
                Problem(file, "expected the words locked for this passage", line, "words_sha256", row.passage_id)
            )
        at = row.end
    if text[at:].strip():
        problems.append(Problem(file, f"expected passages to the end of {source_id}, stopped at {at}"))
    return problems
