"""The rows that ``onrecord new`` adds: statements, what is known of the dialogues of other countries, and searches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from string import ascii_lowercase

from .. import rules
from ..changes import Changes, Row
from ..declared import fields, file
from ..problems import InputError, Problem
from ..tables import table
from .row import NAMES, NUMBERS, Kind


def _known(name: str, column: str, value: str, taken: bool = False) -> None:
    """InputError unless a key is there; or, of one that would be ``taken``, if it is."""
    if (value in set(table(name)[column].astype(str))) == taken:
        expected = "expected a key that is not taken" if taken else f"expected a key of {file(name)}"
        raise InputError(Problem(file(name), expected, None, column, value))


# --- a statement ------------------------------------------------------------------------------


def _statement(row: Row, rows: list[Row]) -> Row:
    """The id of a statement: its passage and the letter after the last that is taken."""
    passage = row["passage_id"]
    _known("passages", "passage_id", passage)
    taken = [other["evidence_id"][-1] for other in rows if other["passage_id"] == passage]
    letter = ascii_lowercase.index(max(taken)) + 1 if taken else 0
    if letter == len(ascii_lowercase):
        raise InputError(
            Problem(file("evidence"), "expected a passage with a letter left", None, "passage_id", passage)
        )
    return {"evidence_id": passage + ascii_lowercase[letter]}


def _place_of_passage(row: Row) -> int:
    return table("passages")["passage_id"].tolist().index(row["passage_id"])


def _left_of_statement(row: Row) -> Iterator[str]:
    if row.get("quote"):
        yield f"the quotation: onrecord lock-quotes FOLDER, with the text of {row['passage_id'].split(':')[0]}"
    yield "the columns that end in _b, for a second coder who has not seen these codes"
    yield NUMBERS
    yield NAMES


# --- another country --------------------------------------------------------------------------


def _country(row: Row, rows: list[Row]) -> Row:
    _known("comparators", "dialogue_id", row["dialogue_id"], taken=True)
    return {}


def _left_of_country(row: Row) -> Iterator[str]:
    yield f"its rounds, if any could be dated: onrecord new round {row['dialogue_id']}"
    yield "the search: onrecord new search elsewhere"
    yield NUMBERS
    yield NAMES


def _round(row: Row, rows: list[Row]) -> Row:
    """The id of a round: its dialogue, and its place in order of date."""
    dialogue = row["dialogue_id"]
    _known("comparators", "dialogue_id", dialogue)
    earlier = [r for r in rows if r["dialogue_id"] == dialogue and r["date"] <= row.get("date", "")]
    return {"comparator_round_id": _nth(dialogue, len(earlier) + 1)}


def _nth(dialogue: str, place: int) -> str:
    return f"{dialogue}_{place:02d}"


def _renumber(changes: Changes, row: Row) -> None:
    """The rounds after a new one have the place after theirs."""
    places = count(1)

    def numbered(other: Row) -> Row:
        own = other["dialogue_id"] == row["dialogue_id"]
        return other | {"comparator_round_id": _nth(row["dialogue_id"], next(places))} if own else other

    changes.edit("comparator_rounds", numbered)


def _left_of_round(row: Row) -> Iterator[str]:
    yield f"a break where the rounds now leave one: onrecord new break {row['dialogue_id']}"
    yield NUMBERS


def _break(row: Row, rows: list[Row]) -> Row:
    """The ids of a claim and of its break: dialogue and year, and the number of the claim."""
    _known("comparators", "dialogue_id", row["dialogue_id"])
    key = f"{row['dialogue_id']}_{row.get('date', '')[:4]}"
    return {"break_id": key, "claim_id": f"{key}_{sum(other['break_id'] == key for other in rows) + 1}"}


def _left_of_break(row: Row) -> Iterator[str]:
    judged = [field["name"] for field in fields("dialogue_breaks") if field.get("role") == "judgement"]
    yield f"the second coding of {', '.join(judged)}, in data/recodings.csv, by somebody who has not seen these codes"
    yield NUMBERS
    yield NAMES


def _search(row: Row, rows: list[Row]) -> Row:
    """The id of a search: its topic, and the number after the highest that this has."""
    topics = sorted({other["topic"] for other in rows})
    if row["topic"] not in topics:
        raise InputError(Problem(file("searches"), f"expected one of {', '.join(topics)}", None, "topic", row["topic"]))
    named = row["topic"].replace("-", "_")
    numbers = [other["search_id"].removeprefix(f"{named}_") for other in rows]
    return {"search_id": _nth(named, 1 + max((int(number) for number in numbers if number.isdigit()), default=0))}


def _left_of_search(row: Row) -> Iterator[str]:
    yield NUMBERS
    yield NAMES


KINDS = {
    "statement": Kind(
        "evidence",
        "passage_id",
        "Add a statement of PASSAGE to the record, beside its neighbours and with the next free letter.",
        _statement,
        _place_of_passage,
        _left_of_statement,
    ),
    "country": Kind(
        "comparators",
        "dialogue_id",
        "Add the dialogue of a further country, with the key DIALOGUE, to those that are compared.",
        _country,
        left=_left_of_country,
    ),
    "round": Kind(
        "comparator_rounds",
        "dialogue_id",
        "Add a round of DIALOGUE in its place by date; the rounds after it are numbered anew.",
        _round,
        lambda row: (row["dialogue_id"], row.get("date", "")),
        _left_of_round,
        answered=(rules.gaps_between_rounds_are_breaks, rules.no_round_lies_in_a_break),
        then=_renumber,
    ),
    "break": Kind(
        "dialogue_breaks",
        "dialogue_id",
        "Add a claim about a break in DIALOGUE, or that none was found.",
        _break,
        lambda row: (row["dialogue_id"], row["break_id"]),
        _left_of_break,
        columns=("break_id",),
        answered=(rules.gaps_between_rounds_are_breaks, rules.no_round_lies_in_a_break),
    ),
    "search": Kind(
        "searches",
        "topic",
        "Add a search for TOPIC, whether it found something or not, with the next free number.",
        _search,
        left=_left_of_search,
    ),
}
