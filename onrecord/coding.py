"""Codings made a second time: judgements in the tables, and a sample of passages divided and coded anew.

A column of the descriptor with ``"role": "judgement"`` holds a decision of the first
coder. The second coder's stand in ``recodings``, a row a judgement; ``sample_units``
holds what the second coder made of a random sample of passages from their text alone.

Such a column may also declare

``judged_by``         the column whose values are judged, where a row says no more than that a code is given
``empty_says``        what an empty cell says, where it is a decision too
``judged_elsewhere``  rows that another table takes over: ``rows``, their value in one column; ``resource``, that
                      table, which holds the judgement; ``fields``, the columns here by their names there
``controls``          a table and column of keys: one that has no row here was found to carry no code, and may be
                      handed to the second coder among the others, so that "no code" is judged as well

Every other column of a closed list says in ``not_judged`` why it holds no judgement (the package says it of names
that recur in many tables), or in ``second_coding`` which column beside it holds the second codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from . import tables
from .agreement import NONE, VARIABLES, Agreement, agreement, by_category, compared, each_code, shown
from .reads import cache, recording
from .tables import field_of, kept, labels, names, primary_key, record, resource, row_keys, table

NOT_SEEN = "not_seen"  # the second coder could not see the text
LEAST = 5  # codes that both codings together gave to fewer units are left out of the tables by code


class Judgement(NamedTuple):
    """A column that holds judgements: the key of what is judged, and whether a set of codes is given to it."""

    table: str
    column: str
    key: tuple[str, ...]
    sets: bool
    empty: str | None = None  # what an empty cell says, where it is a decision too

    @property
    def label(self) -> str:
        """Table and column, as a reader finds them in the dictionary."""
        return f"{self.table}.{self.column}"


def judgements() -> Iterator[Judgement]:
    """Every column that the descriptor marks as a judgement.

    ``"judged_by"`` names the column whose values are judged, where a row says no more
    than that a code is given: then the set of codes is what was decided.
    """
    for name in names():
        for field in resource(name)["schema"]["fields"]:
            if field.get("role") == "judgement":
                by = field.get("judged_by")
                key = (by,) if by else tuple(primary_key(name))
                yield Judgement(name, field["name"], key, bool(by) or "separator" in field, field.get("empty_says"))


def _is_elsewhere(judged: Judgement, frame: pd.DataFrame) -> pd.Series:
    """Which rows another table takes over, with their judgement."""
    taken = field_of(judged.table, judged.column).get("judged_elsewhere", {"rows": {}})
    found = pd.Series(bool(taken["rows"]), index=frame.index)
    for column, value in taken["rows"].items():
        found &= frame[column].astype(str) == value
    return found


def _controls(judged: Judgement, keys: pd.Index) -> pd.Series:
    """Keys that the second coder was handed and the first found to carry no code: ``none`` by key."""
    declared = field_of(judged.table, judged.column).get("controls")
    if not declared:
        return pd.Series(dtype=str)
    known = set(table(declared["resource"])[declared["fields"]].astype(str))
    handed = second_rows(judged)["row_key"]
    return pd.Series(NONE, index=pd.Index([key for key in handed if key in known - set(keys)]), dtype=str)


@cache
def _recoded() -> dict[tuple[str, str], pd.DataFrame]:
    """The rows of ``recodings`` by table and column."""
    found = table("recodings").groupby(["table", "column"], sort=False, observed=True)
    return {(str(name), str(column)): rows for (name, column), rows in found}


def second_rows(judged: Judgement) -> pd.DataFrame:
    """The rows of ``recodings`` on one column."""
    rows = _recoded().get((judged.table, judged.column))
    return table("recodings").head(0) if rows is None else rows.copy()


def first_codes(judged: Judgement) -> pd.Series:
    """The first coder's codes by row key; sets are sorted and divided by semicolons, an empty one is ``none``."""
    frame = table(judged.table)[lambda rows: ~_is_elsewhere(judged, rows)]
    codes = frame[judged.column].astype("string")
    if judged.empty:
        codes = codes.fillna(judged.empty)
    if not judged.sets:
        return pd.Series(codes.to_numpy(), index=row_keys(frame, judged.key)).dropna().astype(str)
    parts = pd.Series(codes.fillna("").to_numpy(), index=row_keys(frame, judged.key)).str.split(";")
    codes = parts.groupby(level=0, sort=False).agg(lambda lists: as_set(p for found in lists for p in found))
    return pd.concat([codes, _controls(judged, codes.index)])


def once() -> Iterator[tuple[str, str]]:
    """Judgements without a second coding: table and column, and the key of the row."""
    for judged in judgements():
        again = set(second_rows(judged)["row_key"])
        yield from ((judged.label, key) for key in first_codes(judged).index if key not in again)
    for name in names():
        for field in resource(name)["schema"]["fields"]:
            if "second_coding" in field:
                empty = table(name)[lambda rows, field=field: rows[field["second_coding"]].isna()]
                yield from ((f"{name}.{field['name']}", key) for key in row_keys(empty, tuple(primary_key(name))))


def is_closed(field: dict[str, Any]) -> bool:
    """Whether a column takes its values from a closed list, or of yes and no: somebody decided each of them."""
    return "enum" in field.get("constraints", {}) or field["type"] == "boolean"


def said_of(field: dict[str, Any]) -> str:
    """What a column says of judgements: where they were made again, or why it holds none; empty if it says nothing."""
    if field.get("role") == "judgement":
        return "A judgement, made a second time in recodings."
    if "second_coding" in field:
        return f"A judgement, made a second time in {field['second_coding']}."
    why = field.get("not_judged") or (is_closed(field) and tables.package()["not_judged"].get(field["name"]))
    return f"No judgement: {why}." if why else ""


def codes_of(judged: Judgement) -> set[str]:
    """All codes that the column allows: its vocabulary, the keys it refers to, or what the first coder used."""
    return _codes(judged) | ({judged.empty} if judged.empty else set())


def _codes(judged: Judgement) -> set[str]:
    schema = resource(judged.table)["schema"]
    field = field_of(judged.table, judged.column)
    if "enum" in field.get("constraints", {}):
        return set(field["constraints"]["enum"])
    if field["type"] == "boolean":
        return {"True", "False"}
    targets = [k["reference"] for k in schema.get("foreignKeys", []) if k["fields"] == judged.column]
    for target in [*targets, *([field["references"]] if "references" in field else [])]:
        return set(table(target["resource"])[target["fields"]].astype(str))
    return set(table(judged.table)[judged.column].dropna().astype(str))


def as_set(parts: Any) -> str:
    """Codes as a set is written: each once, sorted, divided by semicolons; ``none`` where there is none."""
    return ";".join(sorted({part for part in parts if part and part != NONE})) or NONE


def _unseen(rows: pd.DataFrame) -> pd.Series:
    """Which second codings say that nothing could be read; ``not_seen`` of one who read is a code of its column."""
    return (rows["code"] == NOT_SEEN) & (rows["read"].astype(str) == "none")


@kept
def pairs(judged: Judgement) -> pd.DataFrame:
    """What both coders decided: ``first``, ``second``, ``read`` by row key; what the second could not see is out."""
    second = second_rows(judged)[lambda rows: ~_unseen(rows)].set_index("row_key")
    codes = second["code"].str.split(";").map(as_set) if judged.sets and len(second) else second["code"]
    both = pd.DataFrame({"first": first_codes(judged)}).join(codes.rename("second"), how="inner")
    return both.join(second["read"].astype(str)).dropna()


def agreement_of(judged: Judgement, draws: int = 2000) -> Agreement | None:
    """Agreement on one column, bootstrapped over its rows; None where nothing was coded twice."""
    return _agreement(judged, pairs(judged), draws)


def _agreement(judged: Judgement, both: pd.DataFrame, draws: int = 2000) -> Agreement | None:
    if both.empty:
        return None
    return compared(judged.label, both["first"], both["second"], pd.Series(both.index), judged.sets, draws)


@kept
def twice_coded() -> pd.DataFrame:
    """A row a judgement column: how many judgements (``rows``), coded ``twice``, of these ``from_text``, and agreement.

    Columns: ``judgement``, ``rows``, ``twice``, ``from_text``, ``not_seen``, ``same``, ``found``.
    """
    made = []
    for judged in judgements():
        both, unseen = pairs(judged), int(_unseen(second_rows(judged)).sum())
        found = _agreement(judged, both)
        twice = found.units if found else 0
        read = int(both["read"].isin(["passage", "published_text"]).sum())
        made.append([judged, len(first_codes(judged)), twice, read, unseen, found.same if found else 0, found])
    return pd.DataFrame(made, columns=["judgement", "rows", "twice", "from_text", "not_seen", "same", "found"])


# --- a sample of passages, divided and coded anew -----------------------------------------


def _sentences(locator: str) -> frozenset[int]:
    first, _, last = locator.partition("-")
    return frozenset(range(int(first), int(last or first) + 1))


def align(first: list[frozenset[int]], second: list[frozenset[int]]) -> list[tuple[int, int]]:
    """Pairs of units of one passage, in order, that share most: the sum of shared over all sentences is greatest.

    Units keep their order on both sides, as two sequences are aligned (S. Needleman and
    C. Wunsch, 1970); their codes play no part. Units that share no sentence are not paired.
    """
    best = np.zeros((len(first) + 1, len(second) + 1))
    alike = [[len(a & b) / len(a | b) for b in second] for a in first]
    for i in range(len(first)):
        for j in range(len(second)):
            best[i + 1, j + 1] = max(best[i, j + 1], best[i + 1, j], best[i, j] + alike[i][j])
    found, i, j = [], len(first), len(second)
    while i and j:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            found.append((i, j))
    return found[::-1]


def sampled() -> pd.DataFrame:
    """The first coder's statements in the sampled passages, in order."""
    return record()[lambda r: r["passage_id"].isin(table("sample_units")["passage_id"])]


def matched_units() -> pd.DataFrame:
    """Units of both codings that :func:`align` pairs: passage, and four codes of each, with ``_b`` for the second."""
    first, second = sampled(), table("sample_units")
    rows = []
    for passage, theirs in second.groupby("passage_id", sort=False):
        ours = first[first["passage_id"] == passage]
        spans = [[_sentences(s) for s in units["sentences"]] for units in (ours, theirs)]
        for i, j in align(*spans):
            codes = {v: str(ours.iloc[i][v]) for v in VARIABLES} | {f"{v}_b": str(theirs.iloc[j][v]) for v in VARIABLES}
            rows.append({"passage_id": passage, **codes})
    return pd.DataFrame(rows, columns=["passage_id", *VARIABLES, *(f"{v}_b" for v in VARIABLES)])


def units_by_sentence() -> pd.DataFrame:
    """Every sentence of the sampled passages: ``first`` and ``second``, how many units of each coder take it in."""
    counted: dict[tuple[str, int], list[int]] = {}
    lengths = table("passages").set_index("passage_id")["sentences"]
    for passage in table("sample_units")["passage_id"].unique():
        counted |= {(passage, n): [0, 0] for n in range(1, int(lengths[passage]) + 1)}
    for side, units in enumerate((sampled(), table("sample_units"))):
        for row in units.itertuples():
            for sentence in _sentences(row.sentences):
                counted[(row.passage_id, sentence)][side] += 1
    index = pd.MultiIndex.from_tuples(list(counted), names=["passage_id", "sentence"])
    return pd.DataFrame(list(counted.values()), index, columns=["first", "second"])


def codes_by_sentence(variable: str) -> pd.DataFrame:
    """Every sentence that both coders found a unit in: the set of codes of each, and the passage."""
    sides = []
    for units in (sampled(), table("sample_units")):
        spread = units.assign(sentence=units["sentences"].map(_sentences).map(sorted)).explode("sentence")
        sides.append(spread.groupby(["passage_id", "sentence"])[variable].agg(lambda c: as_set(c.astype(str))))
    return pd.concat(sides, axis=1, join="inner", keys=["first", "second"]).reset_index()


# --- the book by the second coding ----------------------------------------------------------


def _with_second(judged: Judgement, frame: pd.DataFrame) -> pd.DataFrame:
    """A table with the second coder's codes of one column, where there are any."""
    second = pairs(judged)["second"]
    if second.empty:
        return frame
    keys = row_keys(frame, judged.key).where(~_is_elsewhere(judged, frame))
    if len(judged.key) == 1 and judged.key[0] not in primary_key(judged.table):
        raise ValueError(f"{judged.label}: expected judged_by to be a part of the key")
    if judged.sets and "separator" not in field_of(judged.table, judged.column):
        first = frame[keys.isin(second.index)].groupby(list(judged.key), sort=False).head(1)
        again = first.assign(**{judged.column: row_keys(first, judged.key).map(second).str.split(";")})
        again = again.explode(judged.column)
        again = again[again[judged.column] != NONE]
        return pd.concat([frame[~keys.isin(second.index)], again], ignore_index=True).drop_duplicates(
            primary_key(judged.table)
        )
    codes = keys.map(second)
    known = codes.notna()
    empty = {judged.empty, NONE if judged.sets else None} - {None}
    column = frame[judged.column].astype(object).where(~known, codes.mask(codes.isin(empty)))
    if isinstance(frame[judged.column].dtype, pd.BooleanDtype):
        column = column.map({"True": True, "False": False, True: True, False: False})
    return frame.assign(**{judged.column: column.astype(frame[judged.column].dtype)})


def _taken_over(judged: Judgement, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A table whose rows that are judged elsewhere are those of the other table as it now is."""
    frame, taken = frames[judged.table], field_of(judged.table, judged.column)["judged_elsewhere"]
    other = frames[taken["resource"]]
    rows = pd.DataFrame({here: other[there] for here, there in taken["fields"].items()}).assign(**taken["rows"])
    whole = pd.concat([frame[~_is_elsewhere(judged, frame)], rows], ignore_index=True).reindex(columns=frame.columns)
    return whole.astype(frame.dtypes.to_dict())


def by_second_coder() -> dict[str, pd.DataFrame]:
    """Every table that holds judgements, with the second coder's codes in place of the first's, where there are any."""
    return {name: frame for name, (frame, _) in by_second_coder_from().items()}


def by_second_coder_from() -> dict[str, tuple[pd.DataFrame, set[str]]]:
    """The same, each with the names of the tables that it is made from."""
    frames: dict[str, pd.DataFrame] = {}
    behind: dict[str, set[str]] = {}
    for judged in judgements():
        with recording() as read:
            frames[judged.table] = _with_second(judged, frames.get(judged.table, table(judged.table)))
        behind.setdefault(judged.table, set()).update(read, {judged.table})
    for judged in judgements():
        taken = field_of(judged.table, judged.column).get("judged_elsewhere")
        if taken:
            frames[judged.table] = _taken_over(judged, frames)
            behind[judged.table] |= behind[taken["resource"]]
    evidence = table("evidence")
    for variable in VARIABLES:
        evidence[variable] = evidence[f"{variable}_b"].where(evidence[f"{variable}_b"].notna(), evidence[variable])
    frames["evidence"], behind["evidence"] = evidence, behind.get("evidence", set()) | {"evidence"}
    return {name: (frame, behind[name]) for name, frame in frames.items()}


# --- tables to read ------------------------------------------------------------------------


def judgements_shown() -> pd.DataFrame:
    """Every judgement column: rows, how many were coded twice, from what, with what agreement."""
    rows = []
    for row in twice_coded().itertuples():
        alpha = shown(row.found) if row.found else ["not yet coded twice", ""]
        share = f"{100 * row.found.share:.0f}%" if row.found else ""
        rows.append([row.judgement.label, row.rows, row.twice, row.from_text, row.not_seen, share, *alpha])
    columns = ["Column", "Judgements", "Coded twice", "From the text", "Not seen", "Same code", "Alpha", "95% interval"]
    return pd.DataFrame(rows, columns=columns)


def by_code(judged: Judgement, draws: int = 1000, least: int = 1) -> list[Agreement]:
    """Agreement on each code of one column by itself: was it given or not, over all rows that were coded twice.

    Of codes that either coder gave to ``least`` rows or more.
    """
    both = pairs(judged)
    if not judged.sets:
        return by_category(both["first"], both["second"], pd.Series(both.index, both.index), draws, least)
    first, second = (both[side].str.split(";").map(frozenset) for side in ("first", "second"))

    def given(sets: pd.Series, code: str) -> pd.Series:
        return sets.map(lambda found: code in found)

    used = pd.Series([code for sets in (first, second) for found in sets for code in found])
    codes = used.value_counts().index
    return each_code(((code, given(first, code), given(second, code)) for code in codes), both.index, draws, least)


@kept
def codes_shown() -> pd.DataFrame:
    """Every judgement column, code by code, for codes that either coder gave to at least ``LEAST`` rows."""
    rows = [
        [judged.label, found.variable, found.units, found.same, *shown(found)]
        for judged in judgements()
        if len(pairs(judged))
        for found in by_code(judged, least=LEAST)
    ]
    return pd.DataFrame(rows, columns=["Column", "Code", "Given by either", "By both", "Alpha", "95% interval"])


def units_shown() -> pd.DataFrame:
    """How far the division into statements agrees in the sample, and the codes of what was paired."""
    first, second, pairs = sampled(), table("sample_units"), matched_units()
    sentences = units_by_sentence()
    passages = pd.Series(sentences.index.get_level_values("passage_id"))
    counts = compared("units", sentences["first"], sentences["second"], passages)
    rows = [
        ["Statements of the first coding", len(first), ""],
        ["Statements of the second", len(second), ""],
        ["Paired by the sentences they share", len(pairs), ""],
        ["Sentences to which both gave as many statements", f"{counts.same} of {counts.units}", ""],
    ]
    for variable, label in VARIABLES.items():
        found = agreement(pairs, variable)
        rows.append([f"{label}: paired statements", f"{found.same} of {found.units}", " (".join(shown(found)) + ")"])
        codes = codes_by_sentence(variable)
        found = compared(variable, codes["first"], codes["second"], codes["passage_id"], sets=True)
        rows.append(
            [f"{label}: sets of codes a sentence", f"{found.same} of {found.units}", " (".join(shown(found)) + ")"]
        )
    return pd.DataFrame(rows, columns=["What is compared", "Number or same", "Alpha (95% interval)"])


def categories_shown(variable: str, least: int = LEAST) -> pd.DataFrame:
    """Agreement of the two codings of the whole record on each code that either gave at least so often."""
    names_of = {"speaker_id": "actors", "about_id": "actors", "theme_id": "themes"}
    evidence = table("evidence").dropna(subset=[f"{variable}_b"])
    named = labels(names_of[variable], "name" if variable != "theme_id" else "label") if variable in names_of else {}
    rows = [
        [named.get(found.variable, found.variable), found.units, found.same, *shown(found)]
        for found in by_category(evidence[variable], evidence[f"{variable}_b"], evidence["passage_id"], least=least)
    ]
    return pd.DataFrame(rows, columns=["Code", "Given by either", "By both", "Alpha", "95% interval"])


def parts_shown() -> pd.DataFrame:
    """Agreement of the two codings by source and by how sure the first coder was: alpha of each variable."""
    rows = []
    joined = record()
    for column in ("source_id", "confidence"):
        for value, part in joined.groupby(column, observed=True, sort=False):
            found = [agreement(part, variable, draws=10).alpha for variable in VARIABLES]
            rows.append([str(value), len(part), *("n/a" if a is None else f"{a:.2f}" for a in found)])
    return pd.DataFrame(rows, columns=["Part of the record", "Statements", *VARIABLES.values()])
