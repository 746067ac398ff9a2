"""What must hold in the tables: the data package, and our own rules on top.

``frictionless`` checks types, vocabularies and keys, :mod:`.declared` what the package says of keys in other tables,
of lists and of dates. A rule here is a function that yields problems; its docstring says what it promises.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pandas as pd

from . import agreement, coding, comparators, declared, deposit, derived, licences, remembered, texts, timing
from .analysis import ASSESSMENT, WITHIN_A_SOURCE, criticisms_by_side, two_sides
from .paths import DATA, PACKAGE, REQUIREMENTS, shown
from .problems import InputError, Problem, check_json
from .reads import recording
from .tables import as_if, file_of, first_day, names, package, primary_key, raw, record, resource, table

if TYPE_CHECKING:
    from frictionless import Schema

SPOKEN = ("paragraph", "bullet", "signature")  # kinds of passage that say something
Rule = Callable[..., Iterator[Problem]]
RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    """Register a rule."""
    RULES.append(function)
    return function


_file = declared.file
# What the others take for granted: keys are there.
KEYS: list[Rule] = [derived.works_are_those_of_the_bibliography, declared.keys_exist]
# What rules of this project take for granted besides: made tables are of today, dates are dates.
GENERIC: list[Rule] = [*KEYS, *(r for r in declared.RULES if r not in KEYS), *licences.RULES, *deposit.RULES]
EACH = (*declared.EACH, deposit.cells_are_safe_in_a_spreadsheet)  # they can be asked of some tables alone
for _generic in GENERIC:
    rule(_generic)


# --- what was asked before ------------------------------------------------------

STATES = 4  # so many states of the tables are remembered of each rule: copies of the project may share a memory


def _parts(one: Rule) -> list[tuple[str, Rule]]:
    """What of a rule can be asked by itself: of one that looks at each table alone, each table."""
    if one not in EACH:
        return [(one.__name__, one)]
    return [(f"{one.__name__} {name}", partial(one, [name])) for name in names()]


def ask(rules: Collection[Rule]) -> list[Problem]:
    """What rules find. What found nothing is not asked again while the tables that it read are what they were.

    What else a rule may read, and its code, are in the key.
    """
    key, problems = remembered.beside_tables(), list[Problem]()
    before: dict[str, list[dict[str, str]]] = remembered.recall("rules", key) or {}
    now = dict(before)
    digest = cache(lambda name: hashlib.sha256(raw(name)).hexdigest()[:16])
    for part, asked in [part for one in rules for part in _parts(one)]:
        if any(all(digest(name) == then for name, then in read.items()) for read in before.get(part, ())):
            continue
        with recording() as read:
            found = list(asked())
        problems += found
        if not found:
            now[part] = [{name: digest(name) for name in sorted(read)}, *before.get(part, [])][:STATES]
    if now != before:
        remembered.keep("rules", key, now)
    return problems


# --- the package ----------------------------------------------------------------


def check_package() -> list[Problem]:
    """Whether the package and its tables can be read, all that frictionless finds wrong with them, and their keys."""
    package()  # names a broken file in one line
    try:
        doubtful = _doubtful()
    except (KeyError, TypeError, AttributeError, OSError):  # what describes the tables is broken, or one is not there
        doubtful = None
    unreadable = once(_unreadable)
    if unreadable:
        return unreadable
    problems = [] if doubtful == {} else _validated(doubtful)
    if not problems:
        for name, key in (doubtful or {}).items():
            remembered.keep(f"valid_{name}", key, "right")
    return problems or check_keys()


def check_keys(but: Collection[Rule] = ()) -> list[Problem]:
    """Keys that are not where the package says that they are, ``but`` for what some rules find."""
    return next(filter(None, (ask([r]) for r in KEYS if r not in but)), [])


def _unreadable() -> list[Problem]:
    """Tables that are not plain, or whose cells have not the type of their column: by our own words, cell by cell."""
    problems = ask([declared.files_are_plain])
    for name in [] if problems else names():
        try:
            table(name)
        except InputError as error:
            problems += error.problems
    return problems or check_json(PACKAGE)


def _doubtful() -> dict[str, str]:
    """The tables of which it is not remembered that they are valid, each with what that follows from."""
    keys = {made["name"]: _validity(made) for made in package()["resources"]}
    return {name: key for name, key in keys.items() if remembered.recall(f"valid_{name}", key) != "right"}


def _validity(made: dict) -> str:
    """What it follows from that a table is valid by itself: its bytes, and what describes it."""
    head = {key: value for key, value in package().items() if key != "resources"}
    return remembered.of_files([file_of(made["name"]), REQUIREMENTS], json.dumps([head, made]))


def _looked_up_by_us(schema: Schema) -> bool:
    """Whether :func:`.declared.keys_exist` can look up the keys of a table, each of one column."""
    references = [key["reference"] for key in schema.foreign_keys]
    there = {name: {field["name"] for field in declared.fields(name)} for name in names()} if references else {}
    return all(
        len(to["fields"]) == 1 and (not to["resource"] or to["fields"][0] in there.get(to["resource"], ()))
        for to in references
    )


def _validated(some: Collection[str] | None, folder: Path = DATA) -> list[Problem]:
    """What frictionless finds wrong with some tables in a folder, or all, each by itself.

    Whether keys are there we look up, once: frictionless would read a table again for each column that names it.
    """
    from frictionless import FrictionlessException, Package  # slow to import, and not needed by the chapters

    told = package()
    if some is not None:
        told = {**told, "resources": [made for made in told["resources"] if made["name"] in some]}
    try:
        described = Package.from_descriptor(told, basepath=folder.as_posix())
        for made in described.resources:
            if _looked_up_by_us(made.schema):
                made.schema.foreign_keys = []
        report = described.validate()
    except FrictionlessException as fault:  # what describes the tables is no data package
        return [Problem(shown(PACKAGE), reason.message) for reason in fault.reasons or [fault.error]]
    problems: list[Problem] = []
    for task in report.tasks:
        path = f"{shown(DATA)}/{task.place}" if task.place else shown(PACKAGE)
        for error in task.errors:
            found = error.to_dict()
            problems.append(
                Problem(path, found["message"], found.get("rowNumber"), found.get("fieldName"), found.get("cell"))
            )
    return problems + [Problem(shown(PACKAGE), error.message) for error in report.errors]


def once(check: Callable[[], list[Problem]], key: str = "") -> list[Problem]:
    """What a check finds; where it found nothing it is not made a second time.

    ``key``: what it follows from, if that is not tables and rules alone.
    """
    name, key = check.__name__, key or remembered.of_tables()
    if remembered.recall(name, key) == "right":
        return []
    problems = check()
    if not problems:
        remembered.keep(name, key, "right")
    return problems


def check_rules(but: Collection[Rule] = ()) -> list[Problem]:
    """All that our own rules find, ``but`` for some, where the keys of all tables are right."""
    generic = ask([r for r in GENERIC if r not in but and r not in KEYS])
    return generic or ask([r for r in RULES if r not in GENERIC and r not in but])


def check_as_if(contents: Mapping[str, bytes], but: Collection[Rule] = ()) -> list[Problem]:
    """What would be wrong if the files of some tables had other bytes; ``but``: rules that are not asked.

    InputError for a cell that does not fit its type or closed list.
    """
    with as_if(contents), TemporaryDirectory() as folder:
        for name in contents:
            table(name)
            (Path(folder) / resource(name)["path"]).write_bytes(raw(name))
        return _validated(contents, Path(folder)) or check_keys(but) or check_rules(but)


def _sentences(locator: str) -> tuple[int, int]:
    first, _, last = locator.partition("-")
    return int(first), int(last or first)


@rule
def passages_do_not_overlap() -> Iterator[Problem]:
    """In each source, a passage ends before the next begins."""
    for _, rows in table("passages").groupby("source_id"):
        rows = rows.sort_values("start")
        before = rows["end"].shift(fill_value=0)
        for row in rows[(rows["start"] < before) | (rows["end"] <= rows["start"])].itertuples():
            yield Problem(_file("passages"), "expected a span after the one before", row.Index + 2, "start", row.start)


@rule
def every_passage_that_speaks_is_coded() -> Iterator[Problem]:
    """A paragraph, bullet or signature has a statement; furniture, contents and headings have none."""
    coded, silent = set(table("evidence")["passage_id"]), set(table("silent_passages")["passage_id"])
    for row in table("passages").itertuples():
        if row.kind in SPOKEN and row.passage_id not in coded | silent:
            expected = f"expected a statement in {_file('evidence')}, or a row in {_file('silent_passages')}"
            yield Problem(_file("passages"), expected, row.Index + 2, "passage_id", row.passage_id)
        if row.kind in ("furniture", "contents") and row.passage_id in coded:
            yield Problem(
                _file("passages"), "expected no statement in furniture", row.Index + 2, "kind", row.passage_id
            )


@rule
def silent_passages_would_speak_and_have_no_statement() -> Iterator[Problem]:
    """A silent passage is a paragraph, bullet or signature, and no statement names it."""
    kinds = table("passages").set_index("passage_id")["kind"].astype(str)
    coded = set(table("evidence")["passage_id"])
    for row in table("silent_passages").itertuples():
        if row.passage_id in coded:
            expected = f"expected a passage without a statement in {_file('evidence')}"
            yield Problem(_file("silent_passages"), expected, row.Index + 2, "passage_id", row.passage_id)
        elif kinds.get(row.passage_id) not in SPOKEN:
            expected = f"expected a {', a '.join(SPOKEN[:-1])} or a {SPOKEN[-1]}"
            yield Problem(_file("silent_passages"), expected, row.Index + 2, "passage_id", row.passage_id)


@rule
def second_codes_come_together() -> Iterator[Problem]:
    """The second coder's four codes of a statement are all given, or none is."""
    rows = table("evidence")
    empty = rows[[f"{variable}_b" for variable in agreement.VARIABLES]].isna()
    for index in empty.index[empty.any(axis=1) & ~empty.all(axis=1)]:
        column = empty.columns[empty.loc[index]][0]
        expected = "expected a code, since the second coder gave others to this statement"
        yield Problem(_file("evidence"), expected, int(index) + 2, column, rows["evidence_id"][index])


@rule
def statements_name_sentences_that_exist() -> Iterator[Problem]:
    """``sentences`` of a statement lie inside its passage, and its id begins with the passage's."""
    known = table("passages").set_index("passage_id")["sentences"]
    for row in table("evidence").itertuples():
        first, last = _sentences(row.sentences)
        most = known.get(row.passage_id, 0)
        if not 1 <= first <= last <= most:
            expected = f"expected sentences within 1-{most}"
            yield Problem(_file("evidence"), expected, row.Index + 2, "sentences", row.sentences)
        if row.evidence_id[:-1] != row.passage_id:
            expected = f"expected {row.passage_id} and a letter"
            yield Problem(_file("evidence"), expected, row.Index + 2, "evidence_id", row.evidence_id)


@rule
def quotations_are_short() -> Iterator[Problem]:
    """No quotation in any table has more than 25 words."""
    for name, column in (("evidence", "quote"), ("press_phrases", "phrase")):
        for row, value in enumerate(table(name)[column]):
            if not pd.isna(value) and len(texts.words(value)) > 25:
                yield Problem(_file(name), "expected at most 25 words", row + 2, column, value)


@rule
def rounds_follow_each_other() -> Iterator[Problem]:
    """Rounds are numbered from 1 and stand in order of date."""
    rounds = table("rounds")
    for place, row in enumerate(rounds.itertuples(), start=1):
        if row.round != place:
            yield Problem(_file("rounds"), f"expected round {place}", row.Index + 2, "round", row.round)
    starts = rounds["date_start"].map(first_day)
    for index in starts.index[starts.diff() < pd.Timedelta(0)]:
        yield Problem(_file("rounds"), "expected rounds in order", index + 2, "date_start", rounds["date_start"][index])


@rule
def every_round_has_topics_in_order() -> Iterator[Problem]:
    """Each round has topics, numbered 1, 2, 3 ... without a gap."""
    topics = table("round_topics")
    for number in table("rounds")["round"]:
        items = topics.loc[topics["round"] == number, "item"].tolist()
        if items != list(range(1, len(items) + 1)) or not items:
            yield Problem(_file("round_topics"), f"expected items 1, 2, 3 ... for round {number}", value=items)


@rule
def every_round_has_a_venue_in_its_host_country() -> Iterator[Problem]:
    """Each round has a venue, and each venue lies in the host country."""
    country = table("places").set_index("place_id")["country"]
    venues = table("round_places")
    for row in table("rounds").itertuples():
        places = venues.loc[venues["round"] == row.round, "place_id"]
        if places.empty:
            yield Problem(_file("round_places"), f"expected a venue for round {row.round}")
        for place in places:
            if country.get(place) != row.host_country:
                expected = f"expected a place in {row.host_country} for round {row.round}"
                yield Problem(_file("round_places"), expected, column="place_id", value=place)


@rule
def coordinates_lie_in_their_country() -> Iterator[Problem]:
    """Coordinates lie in a box around Canada or China (degrees, WGS84)."""
    boxes = {"CAN": (41, 84, -142, -52), "CHN": (17, 54, 73, 136)}
    for row in table("places").itertuples():
        south, north, west, east = boxes[row.country]
        if not (south <= row.lat <= north and west <= row.lon <= east):
            value = f"{row.lat}, {row.lon}"
            yield Problem(_file("places"), f"expected a place in {row.country}", row.Index + 2, "lat", value)


@rule
def nothing_is_an_orphan() -> Iterator[Problem]:
    """Every theme, topic, place, actor, group and section is used by some row."""
    used: dict[tuple[str, str | None], set] = {}
    for link in declared.links():
        cells = (part for _, part in declared.parts(link.table, link.column, link.separator))
        used.setdefault((link.target, link.target_column), set()).update(cells)
    for (name, column), values in used.items():
        if name not in {"themes", "topics", "places", "actors", "groups", "sections"}:
            continue
        for index, value in table(name)[column].astype(str).items():
            if value not in values:
                yield Problem(_file(name), "expected some row that uses it", int(index) + 2, column, value)


@rule
def counted_entries_agree() -> Iterator[Problem]:
    """The number of signing organisations of a document is the number of its signature rows."""
    roles = ("signatory", "endorser")
    counts = table("signatures")
    counts = counts[counts["role"].isin(roles)].groupby("document_id")["entry"].nunique()
    for row in table("documents").itertuples():
        known = counts.get(row.document_id)
        if known is not None and not pd.isna(row.organisations) and known != row.organisations:
            expected = f"expected {known}, the signature rows"
            yield Problem(_file("documents"), expected, row.Index + 2, "organisations", row.organisations)


@rule
def lists_are_as_whole_as_they_say() -> Iterator[Problem]:
    """Names of signers stand beside a document that says so, and a whole list has as many entries as organizations."""
    signed = table("coalition_signatures").query("role in ['signatory', 'endorser']").groupby("document_id")
    names_seen, entries = signed["organisation_id"].nunique(), signed["entry"].nunique()
    for row in table("coalition_documents").itertuples():
        count = names_seen.get(row.document_id, 0)
        fits = {"none": count == 0, "single": count == 1}.get(row.list_seen, count > 1)
        if row.list_seen == "whole":
            fits = entries.get(row.document_id) == row.organizations
        if not fits:
            expected = f"expected what fits {count} names of signers"
            yield Problem(_file("coalition_documents"), expected, row.Index + 2, "list_seen", row.list_seen)


@rule
def words_add_up() -> Iterator[Problem]:
    """``words`` of a source is the sum over its passages that are not furniture."""
    passages = table("passages")
    total = passages[passages["kind"] != "furniture"].groupby("source_id")["words"].sum()
    for row in table("sources").itertuples():
        if total[row.source_id] != row.words:
            expected = f"expected {total[row.source_id]}, the sum over passages"
            yield Problem(_file("sources"), expected, row.Index + 2, "words", row.words)


@rule
def shared_themes_are_judged() -> Iterator[Problem]:
    """Each theme that both sides criticize has a judgement, whose statements fit theme, stance and side."""
    sides = two_sides()
    shared = set(sides.loc[sides["shared"], "theme_id"])
    judged = table("agreements")
    for missing in sorted(shared ^ set(judged["theme_id"])):
        yield Problem(_file("agreements"), "expected the themes that both sides criticize", value=missing)
    known = criticisms_by_side().set_index("evidence_id")[["theme_id", "side"]]
    for row in judged.itertuples():
        for column, side in (("china_evidence_id", "China"), ("west_evidence_id", "Canada and West")):
            key = getattr(row, column)
            if key not in known.index or tuple(known.loc[key]) != (row.theme_id, side):
                expected = f"expected a criticism on {row.theme_id} from {side}"
                yield Problem(_file("agreements"), expected, row.Index + 2, column, key)


@rule
def repeats_point_back() -> Iterator[Problem]:
    """A statement repeats an earlier one: of its own source once at most; of the report as traced; of an older text."""
    place = {evidence_id: at for at, evidence_id in enumerate(table("evidence")["evidence_id"])}
    dates = table("sources").set_index("source_id")["date"]
    pairs = table("repeats")
    within = pairs["kind"].isin(WITHIN_A_SOURCE)
    twice = pairs[within]["evidence_id"].duplicated()
    for row in pairs[within][twice].itertuples():
        yield Problem(_file("repeats"), "expected one earlier statement", row.Index + 2, "evidence_id", row.evidence_id)
    for row in pairs.itertuples():
        later, earlier = (key.split(":")[0] for key in (row.evidence_id, row.repeats_evidence_id))
        if row.kind in WITHIN_A_SOURCE:
            fits = later == earlier and place[row.repeats_evidence_id] < place[row.evidence_id]
        else:
            fits = dates[earlier] < dates[later]
        if not fits:
            expected = f"expected a statement before {row.evidence_id}"
            yield Problem(_file("repeats"), expected, row.Index + 2, "repeats_evidence_id", row.repeats_evidence_id)
    found, traced = (
        set(zip(frame["evidence_id"], frame[column], strict=True))
        for frame, column in (
            (pairs[pairs["kind"] == "reported_in_press"], "repeats_evidence_id"),
            (table("press_counterparts"), "report_evidence_id"),
        )
    )
    for pair in sorted(found ^ traced):
        yield Problem(_file("repeats"), "expected the pairs of press_counterparts", value=" ".join(pair))


@rule
def examples_of_the_codebook_carry_their_theme() -> Iterator[Problem]:
    """Typical and borderline examples are coded with the theme they explain."""
    themes = table("evidence").set_index("evidence_id")["theme_id"]
    for row in table("themes").itertuples():
        for column in ("typical_evidence_id", "borderline_evidence_id"):
            if themes.get(getattr(row, column)) != row.theme_id:
                expected = f"expected a statement on {row.theme_id}"
                yield Problem(_file("themes"), expected, row.Index + 2, column, getattr(row, column))


@rule
def closed_lists_say_whether_they_are_judgements() -> Iterator[Problem]:
    """A column of a closed list is a judgement, to be made twice, or says in the data package why it is none."""
    for name in names():
        for field in resource(name)["schema"]["fields"]:
            if coding.is_closed(field) and not coding.said_of(field):
                expected = 'expected "role": "judgement", "second_coding" or "not_judged"'
                yield Problem(shown(PACKAGE), expected, column=f"{name}.{field['name']}")


@rule
def recodings_are_of_judgements() -> Iterator[Problem]:
    """A second coding names a judgement that the first coder made, and uses a code that its column knows."""
    judged = {(j.table, j.column): j for j in coding.judgements()}
    keys = {found: set(coding.first_codes(j).index) for found, j in judged.items()}
    for row in table("recodings").itertuples():
        place, found = row.Index + 2, (row.table, row.column)
        if found not in judged:
            yield Problem(_file("recodings"), "expected a column that is a judgement", place, "column", ".".join(found))
            continue
        if row.row_key not in keys[found]:
            yield Problem(_file("recodings"), f"expected a key of {row.table}", place, "row_key", row.row_key)
        allowed = coding.codes_of(judged[found]) | ({coding.NOT_SEEN} if row.read == "none" else set())
        for code in row.code.split(";") if judged[found].sets else [row.code]:
            if code not in allowed and not (judged[found].sets and code == coding.NONE):
                yield Problem(_file("recodings"), f"expected a code of {'.'.join(found)}", place, "code", code)


@rule
def gaps_between_rounds_are_breaks() -> Iterator[Problem]:
    """Each gap and each last round that the rounds give is a break, or lies in one that a source reports."""
    for dialogue, date, kind in comparators.unexplained():
        expected = f"expected a break of {dialogue} from {date} ({kind}, or reported within it)"
        yield Problem(_file("dialogue_breaks"), expected)


@rule
def no_round_lies_in_a_break() -> Iterator[Problem]:
    """A gap or a last round in the table of breaks is one by the rounds, and no round called off was held that day."""
    rows = table("dialogue_breaks")
    for key, date, expected in comparators.contradicted():
        row = int(rows.index[rows["break_id"] == key][0]) + 2
        yield Problem(_file("dialogue_breaks"), f"expected {expected}", row, "date", date)


@rule
def claims_of_a_break_fit_together() -> Iterator[Problem]:
    """Claims of a break agree on what it is; each names a side, a cause or nothing, as it says, and who says it."""
    rows = table("dialogue_breaks")
    for _, own in rows.groupby("break_id", sort=False):
        first = own.iloc[0]
        for row in own.itertuples():
            for column in ("dialogue_id", "date", "kind"):
                if getattr(row, column) != first[column]:
                    expected = f"expected {first[column]}, as in the rows of the same break"
                    yield Problem(_file("dialogue_breaks"), expected, row.Index + 2, column, getattr(row, column))
            for column, claim in (("side", "side"), ("cause_kind", "cause")):
                if (getattr(row, column) != "not_applicable") != (row.claim == claim):
                    expected = f"expected what fits a row whose claim is {row.claim}"
                    yield Problem(_file("dialogue_breaks"), expected, row.Index + 2, column, getattr(row, column))
            if (row.who_says == "not_found") != (row.claim == "none") or (row.claim == "none" and len(own) > 1):
                expected = "expected not_found for a break without a claim, and for no other"
                yield Problem(_file("dialogue_breaks"), expected, row.Index + 2, "who_says", row.who_says)


@rule
def numbers_of_rounds_rise() -> Iterator[Problem]:
    """In each dialogue a later round has a higher number."""
    rows = table("comparator_rounds")
    rows = rows[(rows["status"] == "held") & rows["round_no"].notna()]
    rows = rows.assign(middle=rows["date"].map(comparators.midpoint)).sort_values(["dialogue_id", "middle"])
    falls = rows.groupby("dialogue_id")["round_no"].diff() <= 0
    for index in falls.index[falls.fillna(False)]:
        expected = "expected a number above that of the round before"
        yield Problem(_file("comparator_rounds"), expected, int(index) + 2, "round_no", rows.at[index, "round_no"])


@rule
def dialogues_with_rounds_have_a_start() -> Iterator[Problem]:
    """A dialogue of which a round was dated has a start: rounds without a date lie after it."""
    held = set(comparators.held()["dialogue_id"])
    for row in table("comparators").itertuples():
        if row.dialogue_id in held and pd.isna(row.start):
            expected = "expected a start, since a round of it is dated"
            yield Problem(_file("comparators"), expected, row.Index + 2, "start", row.dialogue_id)


@rule
def codes_have_words() -> Iterator[Problem]:
    """``hearing_codes`` has each code of the columns that it names, once, and no other."""
    rows = table("hearing_codes")
    for (name, column), part in rows.groupby([rows["table"].astype(str), "column"]):
        described = [f for f in declared.fields(str(name)) if f["name"] == column]
        known = described[0].get("constraints", {}).get("enum", []) if described else []
        for index, code in part["code"].items():
            if code not in known or (part["code"] == code).sum() > 1:
                expected = f"expected a code of {name}.{column}, once"
                yield Problem(_file("hearing_codes"), expected, int(index) + 2, "code", code)
        for code in sorted(set(known) - set(part["code"])):
            yield Problem(_file("hearing_codes"), f"expected a row for each code of {name}.{column}", value=code)


@rule
def hearings_say_what_was_read() -> Iterator[Problem]:
    """A wish, or its absence, is told only where the witness's own words or a report of them were read."""
    for row in table("hearings").itertuples():
        unread = row.text_seen in ("opening", "none")
        if unread != (row.position == "not_seen"):
            expected = "expected not_seen where own words were not read, and only there"
            yield Problem(_file("hearings"), expected, row.Index + 2, "position", row.position)


@rule
def voices_leave_nothing_out() -> Iterator[Problem]:
    """Whoever a voice of the chapter on Canada and the West criticizes in the assessment has a column of its own."""
    actors = table("actors").set_index("actor_id")
    roles = table("voices").set_index("voice_id")["role"].astype(str)
    for column, role in (("voice_id", "speaker"), ("target_id", "target")):
        for place, value in enumerate(actors[column]):
            if pd.notna(value) and roles.get(value) != role:
                yield Problem(_file("actors"), f"expected a voice whose role is {role}", place + 2, column, value)
    rows = record().query("source_id == @ASSESSMENT and stance == 'criticism' and theme_id != 'record'")
    rows = rows[rows["speaker_id"].map(actors["voice_id"]).notna() & rows["about_id"].map(actors["target_id"]).isna()]
    for actor in sorted(set(rows["about_id"])):
        expected = "expected a target_id, since a voice criticizes it"
        yield Problem(_file("actors"), expected, actors.index.get_loc(actor) + 2, "target_id", actor)


@rule
def misquotations_are_compared_with_the_assessment() -> Iterator[Problem]:
    """A misquotation is set beside a statement of the assessment; the words may come from another source only."""
    for row in table("misquotations").itertuples():
        if not str(row.evidence_id).startswith(f"{ASSESSMENT}:"):
            expected = "expected a statement of the assessment"
            yield Problem(_file("misquotations"), expected, row.Index + 2, "evidence_id", row.evidence_id)
        if pd.notna(row.copied_from) and str(row.copied_from).startswith(f"{ASSESSMENT}:"):
            expected = "expected a statement of another source"
            yield Problem(_file("misquotations"), expected, row.Index + 2, "copied_from", row.copied_from)


@rule
def acts_lie_in_their_period_and_in_the_years_searched() -> Iterator[Problem]:
    """``period`` of a milestone is what its date gives, and its date lies in the years in which acts were searched."""
    first, last = timing.SEARCHED
    for row in table("milestones").itertuples():
        if str(row.period) != timing.period_of(row.date):
            expected = f"expected {timing.period_of(row.date)}, by the date"
            yield Problem(_file("milestones"), expected, row.Index + 2, "period", row.period)
        if not first <= row.date[:4] <= last:
            yield Problem(_file("milestones"), f"expected {first} to {last}", row.Index + 2, "date", row.date)


@rule
def timing_of_effects_follows_from_their_acts() -> Iterator[Problem]:
    """``timing`` of an effect is what the dates of its acts give."""
    effects = table("effects")
    given = timing.timings(table("milestones"), effects)
    for row in effects.itertuples():
        if str(row.timing) != given[row.effect_id]:
            expected = f"expected {given[row.effect_id]}, by the dates of its acts"
            yield Problem(_file("effects"), expected, row.Index + 2, "timing", row.timing)


@rule
def traced_results_have_a_round_where_one_is_named() -> Iterator[Problem]:
    """A row of ``traced`` has a round exactly where its link is to a round."""
    for row in table("traced").itertuples():
        if pd.isna(row.round) == (str(row.link) == "traced_to_round"):
            expected = "expected a round where the link is traced_to_round, and only there"
            yield Problem(_file("traced"), expected, row.Index + 2, "round", row.round)


@rule
def roll_calls_add_up() -> Iterator[Problem]:
    """A roll call that has every vote cast for a motion has the votes against it and the abstentions too."""
    cast = table("unchr_rollcalls").groupby(["vote_id", "vote"], observed=True).size()
    columns = {"for": "votes_for", "against": "votes_against", "abstained": "abstentions"}
    for row in table("unchr_votes").itertuples():
        found = {vote: int(cast.get((row.vote_id, vote), 0)) for vote in columns}
        if not found["for"]:
            continue  # single states, not a roll call
        for vote, column in columns.items():
            if found[vote] != getattr(row, column):
                expected = f"expected {found[vote]}, the rows of {_file('unchr_rollcalls')}"
                yield Problem(_file("unchr_votes"), expected, row.Index + 2, column, getattr(row, column))


@rule
def statuses_rest_on_rows() -> Iterator[Problem]:
    """A status rests on a row that is there and says the same: the last step of a case, a criterion, a way out."""
    steps = table("person_events")
    steps = steps[steps["kind"].isin(("detained", "court", "release"))].sort_values("date", kind="stable")
    last = steps.drop_duplicates("person_id", keep="last").set_index("event_id")["kind"].astype(str)
    recommended = table("recommendation_status").set_index("recommendation_id")["status_2026"].astype(str)
    out = set(table("listed_people").dropna(subset=["left_prison"])["person_id"])
    for row in table("statuses").itertuples():
        there = row.table in names()
        column = "event_id" if row.table == "person_events" else primary_key(row.table)[0] if there else ""
        if not there or row.rests_on not in set(table(row.table)[column].astype(str)):
            expected, where = "expected a key of the table that is named", "rests_on"
        elif row.table == "person_events" and row.rests_on not in last.index:
            expected, where = "expected the last step of the case", "rests_on"
        elif row.table == "person_events" and (last[row.rests_on] == "release") != (row.status == "free"):
            expected, where = "expected free after a release, and only then", "status"
        elif row.table == "listed_people" and (row.rests_on in out) != (row.status == "free"):
            expected, where = "expected free where left_prison is given, and only there", "status"
        elif row.table == "recommendation_status" and recommended[row.rests_on] != row.status:
            expected, where = f"expected {recommended[row.rests_on]}, as there", "status"
        else:
            continue
        yield Problem(_file("statuses"), expected, row.Index + 2, where, getattr(row, where))
