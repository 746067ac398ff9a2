"""The data package and the rules on top of it; and what a table is once it is loaded."""

import copy
import json
from collections.abc import Callable

import frictionless
import pandas as pd
import pytest
from project import DATA, ROOT, made_anew

from onrecord import comparators, deposit, rules, tables
from onrecord.problems import InputError

PACKAGE = json.loads((DATA / "datapackage.json").read_text("utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}
TABLE, RAW = tables.table, tables.raw
CORE = (
    "sources passages evidence actors groups themes rounds round_topics topics site_visits places documents "
    "organisations signatures recommendations people person_mentions press_phrases discrepancies facts"
).split()


def columns(name: str) -> dict[str, dict]:
    return {field["name"]: field for field in RESOURCES[name]["schema"]["fields"]}


# --- the data package ---------------------------------------------------------


def test_the_data_package_is_valid():
    report = frictionless.Package.from_descriptor((DATA / "datapackage.json").as_posix()).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])


def test_the_core_tables_are_there():
    assert set(CORE) <= set(RESOURCES)


def test_every_table_in_the_folder_is_described():
    assert {path.name for path in DATA.glob("*.csv")} == {resource["path"] for resource in RESOURCES.values()}


@pytest.mark.parametrize("name", RESOURCES)
def test_every_table_says_what_it_is_where_it_is_from_and_what_its_key_is(name):
    resource = RESOURCES[name]
    assert len(resource["description"].split()) >= 3
    assert all(source["title"] for source in resource["sources"]) and resource["sources"]
    assert resource["schema"]["primaryKey"]


@pytest.mark.parametrize("name", RESOURCES)
def test_every_column_says_what_it_means(name):
    meanings = {column: field.get("description", "").strip(" .") for column, field in columns(name).items()}
    assert [column for column, meaning in meanings.items() if not meaning or meaning == column] == []


# --- people -------------------------------------------------------------------


def test_a_person_is_sorted_by_words_of_the_name_with_the_family_name_first():
    people = tables.table("people").set_index("name")["sort_name"]
    assert [n for n, s in people.items() if sorted(s.replace(",", "").split()) != sorted(n.split())] == []
    assert people["Xun Li"].startswith("Li") and people["Jiang Weiping"].startswith("Jiang")


# --- loading ------------------------------------------------------------------


@pytest.mark.parametrize("name", RESOURCES)
def test_a_table_is_loaded_with_the_types_that_the_package_gives(name):
    frame = tables.table(name)
    assert list(frame.columns) == list(columns(name))
    for column, field in columns(name).items():
        allowed = field.get("constraints", {}).get("enum")
        if field["type"] == "string" and allowed:
            assert list(frame[column].cat.categories) == allowed and frame[column].cat.ordered
        else:
            expected = {"string": "str", "integer": "Int64", "number": "Float64", "boolean": "boolean"}[field["type"]]
            assert frame[column].dtype == expected, column


def load(tmp_path, text: str, **types: str | list[str]) -> pd.DataFrame:
    """Read a table of one column a keyword; a list instead of a type is a vocabulary."""
    path = tmp_path / "made.csv"
    path.write_text(text, "utf-8")
    fields = [
        {"name": name, "type": "string", "constraints": {"enum": kind}}
        if isinstance(kind, list)
        else {"name": name, "type": kind}
        for name, kind in types.items()
    ]
    return tables.read(path, fields)


def test_values_have_their_types_and_an_empty_cell_is_null(tmp_path):
    frame = load(
        tmp_path,
        "a,b,c,d,e\n-3,1.50,true,low,x\n,,,,\n12,-2,false,high,NA\n",
        a="integer", b="number", c="boolean", d=["low", "high"], e="string",
    )  # fmt: skip
    assert frame.isna().all(axis=1).tolist() == [False, True, False]
    assert frame.loc[[0, 2]].values.tolist() == [[-3, 1.5, True, "low", "x"], [12, -2.0, False, "high", "NA"]]
    assert (frame["d"] < "high").tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("integer", "2.0", "a whole number"),
        ("integer", "two", "a whole number"),
        ("number", "1,5", "a number"),
        ("number", "1e3", "a number"),
        ("boolean", "True", "true or false"),
        (["low", "high"], "Low", "one of low, high"),
        (["low", "high"], " low", "one of low, high"),
    ],
)
def test_a_bad_cell_is_named_in_one_line(tmp_path, kind, cell, expected):
    with pytest.raises(InputError) as raised:
        load(tmp_path, f'key,value\nk,\nl,"{cell}"\n', key="string", value=kind)
    (problem,) = raised.value.problems
    assert str(problem) == f"{tmp_path.as_posix()}/made.csv:3 [value]: {cell!r}: expected {expected}"
    assert str(raised.value) == str(problem)


def test_all_bad_cells_are_named_at_once(tmp_path):
    with pytest.raises(InputError) as raised:
        load(tmp_path, "a,b\nx,maybe\n1,true\ny,no\n", a="integer", b="boolean")
    assert sorted((problem.row, problem.column) for problem in raised.value.problems) == [
        (2, "a"),
        (2, "b"),
        (4, "a"),
        (4, "b"),
    ]


@pytest.mark.parametrize("header", ["a", "b,a", "a,b,c", "a,B"])
def test_other_columns_than_described_are_named(tmp_path, header):
    with pytest.raises(InputError, match=r"made\.csv:1: '.*': expected the columns a,b$"):
        load(tmp_path, f"{header}\n", a="string", b="string")


@pytest.mark.parametrize("text", ["", "a\n1,2\n3\n4,5,6\n"])
def test_what_is_no_table_is_said_to_be_none(tmp_path, text):
    with pytest.raises(InputError, match=r"made\.csv: expected"):
        load(tmp_path, text, a="string")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.csv: expected a readable CSV table"):
        tables.read(tmp_path / "absent.csv", [])


def test_a_file_of_the_project_is_named_from_its_root():
    with pytest.raises(InputError) as raised:
        tables.read(DATA / "absent.csv", [])
    assert str(raised.value).startswith("data/absent.csv:") and str(ROOT) not in str(raised.value).split("(")[0]


def test_a_caller_may_change_its_table():
    mine = tables.table("rounds")
    mine["round"] = 0
    assert 0 not in set(tables.table("rounds")["round"])


def test_an_unknown_table_is_answered_with_the_known_ones():
    with pytest.raises(KeyError, match=r"no table 'round'.*rounds"):
        tables.resource("round")


def test_labels_go_by_the_key():
    assert tables.labels("actors", "name")["burton"] == "Charles Burton"
    assert list(tables.labels("themes")) == list(tables.table("themes")["theme_id"])


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2005", "2005-01-01", "2005-12-31"),
        ("2004-02", "2004-02-01", "2004-02-29"),
        ("2005-02", "2005-02-01", "2005-02-28"),
        ("1997-12", "1997-12-01", "1997-12-31"),
        ("2005-10-31", "2005-10-31", "2005-10-31"),
    ],
)
def test_a_date_spans_the_days_that_it_can_mean(date, first, last):
    assert (tables.first_day(date), tables.last_day(date)) == (pd.Timestamp(first), pd.Timestamp(last))


def test_the_record_is_the_evidence_with_its_place_and_its_groups():
    evidence, record = tables.table("evidence"), tables.record()
    assert record["evidence_id"].tolist() == evidence["evidence_id"].tolist()
    assert (record["source_id"] == record["evidence_id"].str.split(":").str[0]).all()
    assert record[["section_id", "speaker_group", "about_group"]].notna().all(axis=None)


# --- rules --------------------------------------------------------------------


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_rule_holds(rule):
    assert [str(problem) for problem in rule()] == []


Change = Callable[[pd.DataFrame], pd.DataFrame]


def swap(name: str, row: int, **values: object) -> tuple[str, Change]:
    """A fault: other values in one row of a table."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.astype(object)
        frame.loc[row, list(values)] = list(values.values())
        return frame

    return name, change


def rewrite(name: str, old: bytes, new: bytes) -> Callable[[pytest.MonkeyPatch], None]:
    """A fault in the bytes of a file."""

    def change(patch: pytest.MonkeyPatch) -> None:
        changed = RAW(name).replace(old, new)
        assert changed != RAW(name)
        patch.setattr(tables, "raw", lambda asked: changed if asked == name else RAW(asked))

    return change


def described(change: Callable[[dict], object]) -> Callable[[pytest.MonkeyPatch], None]:
    """A fault in the description of the package: ``change`` gets a copy of it."""

    def plant_it(patch: pytest.MonkeyPatch) -> None:
        changed = copy.deepcopy(PACKAGE)
        change(changed)
        patch.setattr(tables, "package", lambda: changed)

    return plant_it


def at(package: dict, name: str) -> dict:
    """The description of a table in a package."""
    return next(resource for resource in package["resources"] if resource["name"] == name)


def column(package: dict, name: str, field: str) -> dict:
    """The description of a column in a package."""
    return next(one for one in at(package, name)["schema"]["fields"] if one["name"] == field)


def swap_all(name: str, **values: object) -> tuple[str, Change]:
    """A fault: the same values in every row of a table."""
    return name, lambda frame: frame.assign(**values)


def plant(name: str, **values: object) -> tuple[str, Change]:
    """The table with one row only."""
    return name, lambda frame: pd.DataFrame([values], columns=frame.columns)


def drop(name: str, **where: object) -> tuple[str, Change]:
    """A fault: the rows with a value are gone."""
    ((column, value),) = where.items()
    return name, lambda frame: frame[frame[column] != value]


def more(name: str, **values: object) -> tuple[str, Change]:
    """A fault: a row more, empty but for these values."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        row = {column: values.get(column, pd.NA) for column in frame.columns}
        return pd.concat([frame.astype(object), pd.DataFrame([row]).astype(object)], ignore_index=True)

    return name, change


# One fault a rule, or more; and what its message must name.
# A second coding as it should be, alone in its table.
SECOND = {"table": "agreements", "row_key": "depth", "column": "relation", "code": "same", "read": "passage"}
BROKEN = {
    "recodings_are_of_judgements": [
        (plant("recodings", **SECOND | {"column": "note"}), "recodings.csv:2 [column]: 'agreements.note': expected"),
        (plant("recodings", **SECOND | {"row_key": "no_theme"}), "[row_key]: 'no_theme': expected a key of agreements"),
        (plant("recodings", **SECOND | {"code": "similar"}), "'similar': expected a code of agreements.relation"),
    ],
    "closed_lists_say_whether_they_are_judgements": [
        (described(lambda p: column(p, "rounds", "host_country").pop("not_judged")), "[rounds.host_country]: expected"),
        (described(lambda p: column(p, "levers", "certainty").pop("role")), "[levers.certainty]: expected"),
        (described(lambda p: column(p, "evidence", "stance").pop("second_coding")), "[evidence.stance]: expected"),
        (described(lambda p: p["not_judged"].pop("grade")), "[milestones.grade]: expected"),
    ],
    "statuses_rest_on_rows": [
        (swap("statuses", 0, rests_on="lai_2026_fraud"), "[rests_on]: 'lai_2026_fraud': expected the last step"),
        (swap("statuses", 0, status="free"), "statuses.csv:2 [status]: 'free': expected free after a release"),
        (swap("statuses", 0, rests_on="no_event"), "[rests_on]: 'no_event': expected a key of the table"),
        (swap("statuses", 7, status="in_prison"), "[status]: 'in_prison': expected free where left_prison is given"),
        (swap("statuses", 22, status="met"), "[status]: 'met': expected partly_met, as there"),
    ],
    "passages_do_not_overlap": [(swap("passages", 1, start=70), "passages.csv:3 [start]: '70'")],
    "every_passage_that_speaks_is_coded": [
        (drop("evidence", passage_id="burton2006:F.1"), "'burton2006:F.1': expected a statement"),
        (swap("evidence", 0, passage_id="york2006:X.x1"), "expected no statement in furniture"),
        (drop("silent_passages", passage_id="burton2006:A.4"), "'burton2006:A.4': expected a statement"),
    ],
    "silent_passages_would_speak_and_have_no_statement": [
        (plant("silent_passages", passage_id="burton2006:F.1"), "_passages.csv:2 [passage_id]: 'burton2006:F.1': exp"),
        (plant("silent_passages", passage_id="burton2006:F.h1"), "'burton2006:F.h1': expected a paragraph, a bullet"),
    ],
    "second_codes_come_together": [
        (swap("evidence", 3, stance_b=None), "evidence.csv:5 [stance_b]: 'burton2006:1.1b': expected a code, since"),
        (swap("evidence", 3, speaker_id_b=None, about_id_b=None), "evidence.csv:5 [speaker_id_b]"),
    ],
    "statements_name_sentences_that_exist": [
        (swap("evidence", 0, sentences="1-99"), "evidence.csv:2 [sentences]: '1-99': expected sentences within 1-"),
        (swap("evidence", 0, sentences="0"), "[sentences]: '0'"),
        (swap("evidence", 3, sentences="2-1"), "[sentences]: '2-1'"),
        (swap("evidence", 0, evidence_id="burton2006:F.2a"), "'burton2006:F.2a': expected burton2006:F.1 and a letter"),
    ],
    "quotations_are_short": [
        (swap("evidence", 0, quote="word " * 26), "evidence.csv:2 [quote]"),
        (swap("press_phrases", 4, phrase="word " * 26), "press_phrases.csv:6 [phrase]"),
    ],
    # The rules of dates: tests/test_declared.py plants a fault in every column.
    "dates_exist_and_are_as_precise_as_they_say": [
        (swap("rounds", 0, date_start="1997-13"), "rounds.csv:2 [date_start]: '1997-13': expected a date that exists"),
        (swap("rounds", 0, date_start="1997-07-01"), "'1997-07-01': expected a date to the month"),
        (swap("sources", 0, date="2027-01-01"), "sources.csv:2 [date]: '2027-01-01'"),
        (swap("rounds", 5, independent_start="1867-07"), "rounds.csv:7 [independent_start]: '1867-07'"),
    ],
    "ends_do_not_come_before_starts": [
        (swap("rounds", 0, date_start="1997-08"), "rounds.csv:2 [date_end]: '1997-07': expected a date that is not"),
    ],
    "years_are_in_bounds_and_of_their_date": [(swap("criteria", 0, year=1916), "criteria.csv:2 [year]: '1916'")],
    "columns_of_dates_are_declared": [
        (swap_all("events", note="2005-02"), 'events.csv:1 [note]: expected "role": "date"'),
    ],
    "rounds_follow_each_other": [
        (swap("rounds", 4, round=6), "rounds.csv:6 [round]: '6': expected round 5"),
        (swap("rounds", 1, date_start="1997-01"), "rounds.csv:3 [date_start]: '1997-01': expected rounds in order"),
    ],
    "every_round_has_topics_in_order": [
        (drop("round_topics", round=4), "expected items 1, 2, 3 ... for round 4"),
        (swap("round_topics", 0, item=9), "for round 1"),
    ],
    "every_round_has_a_venue_in_its_host_country": [
        (drop("round_places", round=3), "expected a venue for round 3"),
        (swap("round_places", 0, place_id="beijing"), "[place_id]: 'beijing': expected a place in CAN for round 1"),
    ],
    "coordinates_lie_in_their_country": [(swap("places", 0, lon=75.7), "places.csv:2 [lat]: '45.41, 75.7'")],
    "nothing_is_an_orphan": [
        (swap("topics", 0, topic_id="unheard"), "topics.csv:2 [topic_id]: 'unheard': expected some row that uses it"),
        (swap("groups", 0, group_id="nobody"), "groups.csv:2 [group_id]: 'nobody'"),
    ],
    "counted_entries_agree": [(drop("signatures", entry=1), "documents.csv:")],
    "lists_are_as_whole_as_they_say": [
        (swap("coalition_documents", 0, list_seen="none"), "coalition_documents.csv:2 [list_seen]: 'none': expected"),
        (swap("coalition_documents", 3, organizations=12), "coalition_documents.csv:5 [list_seen]: 'whole': expected"),
        (drop("coalition_signatures", document_id="cchrc_letter_2014"), "[list_seen]: 'single': expected"),
    ],
    "roll_calls_add_up": [
        (swap("unchr_votes", 8, votes_against=18), "unchr_votes.csv:10 [votes_against]: '18': expected 17, the rows"),
        (swap("unchr_rollcalls", 0, vote="absent"), "unchr_votes.csv:7 [votes_for]: '22': expected 21"),
    ],
    "words_add_up": [(swap("sources", 1, words=1), "sources.csv:3 [words]: '1': expected")],
    "shared_themes_are_judged": [
        (drop("agreements", theme_id="depth"), "'depth': expected the themes that both sides criticize"),
        (swap("agreements", 0, west_evidence_id="york2006:T.6c"), "[west_evidence_id]: 'york2006:T.6c': expected a cr"),
    ],
    "repeats_point_back": [
        (swap("repeats", 0, repeats_evidence_id="burton2006:6E.1a"), "'burton2006:6E.1a': expected a statement before"),
        (swap("repeats", 1, evidence_id="burton2006:3.11c"), "repeats.csv:3 [evidence_id]: 'burton2006:3.11c': expect"),
        (swap("repeats", 0, kind="reported_in_press"), "3.8a': expected the pairs of press_counterparts"),
        (drop("press_counterparts", evidence_id="york2006:T.8a"), "T.8a burton2006:5A.6a': expected the pairs"),
        (swap("repeats", 2, evidence_id="burton2006:4A.2a"), "'burton2006:4A.10a': expected a statement before"),
    ],
    "examples_of_the_codebook_carry_their_theme": [
        (swap("themes", 0, typical_evidence_id="york2006:T.6c"), "themes.csv:2 [typical_evidence_id]: 'york2006:T.6c'"),
    ],
    "works_are_those_of_the_bibliography": [
        (rewrite("works", b"burton2006,techreport", b"burton2006,book"), "[type]: 'book': expected 'tech"),
        (rewrite("works", b"\n", b"\r\n"), "(onrecord works --write)"),
    ],
    "files_are_plain": [(rewrite("groups", b"\n", b"\r\n"), "groups.csv:1: expected line feeds only")],
    "words_for_missing_are_of_the_scheme": [
        (drop("missing_codes", code="not_found"), "datapackage.json [searches.result]: 'not_found': expected one of"),
    ],
    "tables_say_their_licence": [
        (described(lambda package: at(package, "groups").pop("licenses")), "datapackage.json [groups]: expected \"lic"),
        (described(lambda package: at(package, "evidence").pop("terms")), "[evidence.quote]: expected \"terms\" that"),
        (described(lambda package: package.update(licenses=[{"name": "CC0-1.0"}])), "[licenses]: expected no licence"),
    ],
    "values_of_others_are_not_licensed": [
        (described(lambda package: at(package, "china_totals").update(licenses=[{"name": "CC-BY-4.0"}])),
         "datapackage.json [china_totals]: 'cow2016': expected no licence on values out of this work"),
        (described(lambda package: at(package, "import_shares").pop("terms")), "[import_shares]: 'wits': expected"),
        (swap("trade_inputs", 0, source="wits"), "[trade_inputs]: 'wits': expected no licence"),
    ],
    "files_beside_the_tables_are_described": [
        (described(lambda package: package["beside"].pop()), "[beside]: 'geo/LICENSE-world-atlas': expected"),
    ],
    # The rules of keys and lists: tests/test_declared.py plants a fault in every column.
    "keys_exist": [
        (swap("sources", 0, bib_key="nobody1999"), "sources.csv:2 [bib_key]: 'nobody1999'"),
        (swap("rounds", 0, check_source="sdir7;nobody1999"), "rounds.csv:2 [check_source]: 'nobody1999'"),
        (swap("discrepancies", 0, passage_b="burton2006:9.9"), "discrepancies.csv:2 [passage_b]: 'burton2006:9.9'"),
        (swap("sources", 0, errors="D01;D99"), "sources.csv:2 [errors]: 'D99': expected a key of data/discrepancies"),
    ],
    "lists_are_clean": [(swap("sources", 0, errors="D01; D02"), "sources.csv:2 [errors]: 'D01; D02': expected parts")],
    "columns_of_keys_are_declared": [
        (swap_all("accounts", position="press"), "accounts.csv:1 [position]: expected a foreign key or a list"),
    ],
    "codes_have_words": [
        (swap("hearing_codes", 0, code="go_on"), "hearing_codes.csv:2 [code]: 'go_on': expected a code of hearings"),
        (drop("hearing_codes", code="not_seen"), "'not_seen': expected a row for each code of hearings.position"),
    ],
    "hearings_say_what_was_read": [
        (swap("hearings", 0, position="end"), "hearings.csv:2 [position]: 'end': expected not_seen where"),
        (swap("hearings", 5, text_seen="none"), "hearings.csv:7 [position]"),
    ],
    "voices_leave_nothing_out": [
        (swap_all("actors", target_id=None), "[target_id]: 'dialogue': expected a target_id"),
        (swap("actors", 7, voice_id="on_china"), "actors.csv:9 [voice_id]: 'on_china': expected a voice whose role is"),
    ],
    "misquotations_are_compared_with_the_assessment": [
        (swap("misquotations", 0, evidence_id="york2006:T.6a"), "misquotations.csv:2 [evidence_id]: 'york2006:T.6a'"),
        (swap("misquotations", 0, copied_from="burton2006:6B.1f"), "misquotations.csv:2 [copied_from]"),
    ],
    "ids_in_texts_exist": [(swap("rounds", 0, check_note="See D99."), "rounds.csv:2 [check_note]: 'D99': expected")],
    "acts_lie_in_their_period_and_in_the_years_searched": [
        (swap("milestones", 0, date="1998-03-17"), "milestones.csv:2 [period]: 'before_first_round': expected during"),
        (swap("milestones", 0, date="1989-03-17"), "milestones.csv:2 [date]: '1989-03-17': expected 1990 to 2015"),
    ],
    "timing_of_effects_follows_from_their_acts": [
        (swap("effects", 0, timing="during"), "effects.csv:2 [timing]: 'during': expected mixed"),
        (drop("milestones", milestone_id="women_law_1992"), "effects.csv:5 [timing]: 'mixed': expected during"),
    ],
    "traced_results_have_a_round_where_one_is_named": [
        (swap("traced", 0, round=None), "traced.csv:2 [round]"),
        (swap("traced", 1, round=9), "traced.csv:3 [round]: '9': expected"),
    ],
    "locators_of_the_five_sources_are_ids": [
        (swap("coalition_signatures", 20, locator="S.4"), "coalition_signatures.csv:22 [locator]: 'S.4': expected ids"),
    ],
    "locators_say_where": [
        (swap("criteria", 5, locator=None), "criteria.csv:7 [locator]: expected a place, or a word of missing_codes"),
        (swap("criteria", 5, locator="not_applicable"), "[locator]: 'not_applicable': expected a place, or not_seen"),
        (swap("criteria", 5, locator="Page 3; not_found"), "'Page 3; not_found': expected a place, or not_seen"),
        (swap("comparators", 0, locator="Page 3; not_seen"), "'Page 3; not_seen': expected a part for each source"),
        (swap("stated_numbers", 0, locator="Page 3"), "'Page 3': expected not_applicable, since the row names no"),
    ],
    "gaps_between_rounds_are_breaks": [
        (drop("dialogue_breaks", break_id="japan_2000"), "expected a break of japan from 2000-01 (gap, or reported"),
        (drop("dialogue_breaks", break_id="japan_2011"), "expected a break of japan from 2011-11-24 (no_later_round"),
    ],
    "no_round_lies_in_a_break": [
        (more("comparator_rounds", dialogue_id="japan", date="2005-07", status="held"), "'2000-01': expected the end"),
        (more("comparator_rounds", dialogue_id="japan", date="2019", status="held"), "'2011-11-24': expected the end"),
        (more("comparator_rounds", dialogue_id="united_kingdom", date="2014-04-16", round_no=21, status="held"),
         "[date]: '2014-04-16': expected a day on which no round was held"),
    ],
    "claims_of_a_break_fit_together": [
        (swap("dialogue_breaks", 3, date="2007"), "breaks.csv:5 [date]: '2007': expected 2006, as in"),
        (swap("dialogue_breaks", 0, side="not_applicable"), "dialogue_breaks.csv:2 [side]: 'not_applicable': expected"),
        (swap("dialogue_breaks", 0, cause_kind="interest"), "dialogue_breaks.csv:2 [cause_kind]: 'interest': expected"),
        (swap("dialogue_breaks", 0, who_says="not_found"), "dialogue_breaks.csv:2 [who_says]: 'not_found': expected"),
    ],
    "cells_are_safe_in_a_spreadsheet": [
        (swap("themes", 0, label="=1+1"), "themes.csv:2 [label]: '=1+1': expected words that no spreadsheet takes"),
        (swap("themes", 1, definition="@SUM(A1)"), "themes.csv:3 [definition]: '@SUM(A1)': expected words that no"),
    ],
    "dialogues_with_rounds_have_a_start": [
        (swap("comparators", 0, start=None), "comparators.csv:2 [start]: 'eu': expected a start, since a round"),
    ],
    "numbers_of_rounds_rise": [
        (swap("comparator_rounds", 1, round_no=1), "comparator_rounds.csv:3 [round_no]: '1': expected a number above"),
    ],
}  # fmt: skip


def with_fault(name: str, change: Change) -> Callable[[str], pd.DataFrame]:
    """The tables as they are, one of them changed."""
    return lambda asked: change(TABLE(asked)) if asked == name else TABLE(asked)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_rule_finds_its_fault(rule, monkeypatch):
    """Each rule has been seen to fail: a rule without a planted fault fails here."""
    made_anew(monkeypatch, comparators)
    for fault, message in BROKEN[rule.__name__]:
        if callable(fault):
            fault(monkeypatch)
        else:
            for module in (rules, comparators, tables, deposit):
                monkeypatch.setattr(module, "table", with_fault(*fault))
        assert any(message in str(problem) for problem in rule()), message


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [("2009-12-01", "2026-01", 16), ("2009-12-01", "2025-12-01", 16), ("2009-12-01", "2025-11-30", 15)],
)
def test_years_between_dates_are_whole(start, end, years):
    assert tables.whole_years(start, end) == years


def test_dates_are_told_as_precisely_as_they_are_known():
    assert [tables.in_words(d) for d in ("2009-12-04", "2009-12", "2009")] == [
        "4 December 2009",
        "December 2009",
        "2009",
    ]
