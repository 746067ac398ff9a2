"""What the tables give to the search: statements, discrepancies, people, events and the like, each with its place.

An entry whose page is in the book must have its place on it; a page that the book leaves out takes its entries along.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from ...tables import in_words, labels, record, resource, said, table
from ...tables import names as table_names
from ...tables import title as title_of
from ..backmatter import CHRONOLOGY, ORGANIZATIONS, PEOPLE
from ..evidence import LEDGER, anchor_of, names, printed
from ..listings import text
from ..rooms import page_of

DICTIONARY = "reference/dictionary"
ROUNDS, REQUESTS = "chapters/rounds", "chapters/lessons"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class Kind(NamedTuple):
    """A kind of result: what one and several are called, and how much it counts beside the others."""

    label: str
    plural: str
    weight: float


# A short text that has a word says more of it than a long one, so kinds of short texts count for less.
KINDS = {
    "section": Kind("Section", "Sections", 1.25),
    "statement": Kind("Statement", "Statements", 0.95),
    "discrepancy": Kind("Discrepancy", "Discrepancies", 1.05),
    "person": Kind("Person", "People", 1.2),
    "event": Kind("Event", "Events", 1.05),
    "round": Kind("Round", "Rounds", 1.3),
    "term": Kind("Term", "Terms", 1.15),
    "figure": Kind("Figure", "Figures", 1.1),
    "table": Kind("Table", "Tables", 1.0),
    "organization": Kind("Organization", "Organizations", 1.1),
    "request": Kind("Request", "Requests", 0.8),
    "work": Kind("Work", "Works", 0.6),
    "data": Kind("Data", "Data", 0.6),
}


class Entry(NamedTuple):
    """One thing that can be found. ``also``: words by which it is found, and which are not shown."""

    kind: str
    page: str
    anchor: str
    title: str
    text: str
    also: str = ""


def joined(*parts: Any) -> str:
    """What is there of several cells, as sentences one after the other."""
    said = [text(part).strip() for part in parts]
    return " ".join(part if part.endswith((".", "”", "?")) else f"{part}." for part in said if part)


def statements() -> Iterator[Entry]:
    """Every coded statement: whose it is and of whom, its paraphrase, its quotation, and the note on it."""
    known = names()
    for row in record().itertuples():
        quote = "" if pd.isna(row.quote) else f"“{printed(row.quote)}”"
        title = f"{known['actor'][row.speaker_id]} on {known['actor'][row.about_id]}: {known['theme'][row.theme_id]}"
        also = f"{row.evidence_id} {row.stance} {known['source'][row.source_id]}"
        told = joined(row.paraphrase, quote, row.analytic_note)
        yield Entry("statement", page_of(row.evidence_id), anchor_of(row.evidence_id), title, told, also)


def discrepancies() -> Iterator[Entry]:
    """Every discrepancy: both sides, and how the book reads it."""
    for row in table("discrepancies").itertuples():
        told = joined(row.says_a, row.says_b, f"Read here as: {row.resolution}", row.ground)
        title = row.topic[0].upper() + row.topic[1:]
        yield Entry("discrepancy", LEDGER, row.discrepancy_id, title, told, f"{row.discrepancy_id} discrepancy")


def people() -> Iterator[Entry]:
    """Everybody named, with office, other names and dated events."""
    dated: dict[str, list[str]] = {}
    for one in table("person_events").sort_values("date").itertuples():
        dated.setdefault(one.person_id, []).append(f"{in_words(one.date)}: {one.event}")
    for row in table("people").itertuples():
        events = dated.get(row.person_id, [])
        told = joined(text(row.name_zh).replace(";", ", "), row.role, *events)
        # The office stands among the hidden words too: it counts for more than one event of many.
        yield Entry("person", PEOPLE, f"person-{row.person_id}", row.name, told, f"{text(row.also)} {row.role}")


def events() -> Iterator[Entry]:
    """Every row of the chronology."""
    kinds = said("events", "category")
    for row in table("events").itertuples():
        title = in_words(row.date) + (f" to {in_words(row.end_date)}" if text(row.end_date) else "")
        also = f"{kinds[row.category]} {text(row.note)}"
        yield Entry("event", CHRONOLOGY, f"event-{row.event_id}", title, joined(row.description), also)


def rounds() -> Iterator[Entry]:
    """Every round: when and where it was, what was on its list, and what was visited."""
    places = labels("places", "name")
    where = table("round_places").query("role == 'venue'").groupby("round")["place_id"].agg(list)
    listed = table("round_topics").groupby("round")["topic_as_listed"].agg("; ".join)
    visits = table("site_visits")
    for row in table("rounds").itertuples():
        number = int(row.round)
        held = " and ".join(places[place] for place in where.get(row.round, []))
        ordinal = _ORDINALS[number - 1]
        seen = [f"{places[v.place_id]} ({v.purpose})" for v in visits[visits["round"] == row.round].itertuples()]
        told = joined(
            f"The {ordinal} round: {in_words(row.date_start)}, {held}. Topics listed: {listed.get(row.round, 'none')}",
            f"Visited: {'; '.join(seen)}" if seen else "",
            row.check_note,
        )
        yield Entry("round", ROUNDS, "tbl-rounds", f"Round {number}, {in_words(row.date_start)}, {held}", told, ordinal)


def organizations() -> Iterator[Entry]:
    """Every organization, under all of its names."""
    kinds = said("organisations", "kind")
    for row in table("organisations").itertuples():
        also = " ".join(text(name) for name in (row.name_as_printed_variants, row.name_fr, row.name_zh))
        told = joined(kinds[row.kind], row.note)
        yield Entry("organization", ORGANIZATIONS, f"organisation-{row.organisation_id}", row.name, told, also)


def requests() -> Iterator[Entry]:
    """Every request that could be made for what is not public."""
    for row in table("requests").itertuples():
        told = joined(row.wording, row.in_the_way)
        yield Entry("request", REQUESTS, "tbl-requests", f"What to ask of {row.holder}", told, "request records")


def data() -> Iterator[Entry]:
    """Every table of the data package, by what it is and what its columns mean."""
    for name in table_names():
        made = resource(name)
        columns = " ".join(f"{field['name']}: {field['description']}" for field in made["schema"]["fields"])
        yield Entry(
            "data", DICTIONARY, f"table-{name}", title_of(name), joined(made["description"]), f"{name} {columns}"
        )


def from_tables() -> list[Entry]:
    """All entries that tables give, in a settled order."""
    makers = (statements, discrepancies, people, events, rounds, organizations, requests, data)
    return [entry for make in makers for entry in make()]
