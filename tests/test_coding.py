"""Second codings of judgements, and of a sample of passages: what is compared, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from onrecord import coding, recount, rules, tables
from onrecord.agreement import VARIABLES
from onrecord.tables import table


def spans(*locators: str) -> list[frozenset[int]]:
    return [coding._sentences(locator) for locator in locators]


@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    [
        (("1", "2", "3"), ("1", "2", "3"), [(0, 0), (1, 1), (2, 2)]),
        (("1-2", "3"), ("1", "2", "3"), [(0, 0), (1, 2)]),  # a unit is paired once
        (("1", "1", "2"), ("1", "2"), [(0, 0), (2, 1)]),
        (("1",), ("2",), []),  # nothing shared, nothing paired
        ((), ("1",), []),
    ],
)
def test_units_are_paired_in_order_by_the_sentences_they_share(first, second, pairs):
    found = coding.align(spans(*first), spans(*second))
    assert len(found) == len(pairs)
    a, b = spans(*first), spans(*second)
    shared = [sum(len(a[i] & b[j]) / len(a[i] | b[j]) for i, j in each) for each in (found, pairs)]
    assert shared[0] == shared[1]
    assert found == sorted(found)


def test_sets_are_compared_without_order_and_without_repeats():
    assert coding.as_set(["b", "a", "b", ""]) == "a;b"
    assert coding.as_set([]) == coding.NONE


def test_every_judgement_is_marked_in_a_table_that_is_there():
    found = list(coding.judgements())
    assert found
    for judged in found:
        assert set(judged.key) | {judged.column} <= set(table(judged.table).columns)
        assert coding.first_codes(judged).index.is_unique, judged.label


@pytest.fixture
def recoded(monkeypatch) -> Iterator[list[dict[str, str]]]:
    """Rows that stand for the table of second codings."""
    rows: list[dict[str, str]] = []
    real = tables._cached

    def planted(name: str) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=real(name).columns) if name == "recodings" else real(name)

    monkeypatch.setattr(tables, "_cached", planted)
    for name in ("_recoded", "pairs"):  # rows are planted as a test goes on, so nothing of them is remembered
        monkeypatch.setattr(coding, name, getattr(coding, name).__wrapped__)
    yield rows


GOOD = {
    "table": "agreements",
    "row_key": "depth",
    "column": "relation",
    "code": "same",
    "read": "passage",
    "note": None,
}
FAULTS = {
    "column that is no judgement": ({"column": "note"}, "expected a column that is a judgement"),
    "unknown table": ({"table": "agreement"}, "expected a column that is a judgement"),
    "unknown row": ({"row_key": "no_theme"}, "expected a key of agreements"),
    "unknown code": ({"code": "similar"}, "expected a code of agreements.relation"),
    "unseen by one who read it": ({"code": coding.NOT_SEEN}, "expected a code of agreements.relation"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_second_coding_of_nothing_is_refused(recoded, fault):
    change, message = FAULTS[fault]
    recoded.append(GOOD | change)
    problems = list(rules.recodings_are_of_judgements())
    assert [message in str(p) for p in problems] == [True]
    assert "recodings.csv:2" in str(problems[0])


def test_a_second_coding_is_set_beside_the_first(recoded):
    recoded += [GOOD, GOOD | {"row_key": "effects", "code": coding.NOT_SEEN, "read": "none"}]
    assert not list(rules.recodings_are_of_judgements())
    judged = next(j for j in coding.judgements() if j.label == "agreements.relation")
    both = coding.pairs(judged)
    assert both.index.tolist() == ["depth"]
    assert both.loc["depth", "second"] == "same"
    assert both.loc["depth", "first"] == table("agreements").set_index("theme_id").at["depth", "relation"]


def test_the_book_can_be_counted_by_the_second_coding():
    """A number that depends on a judgement moves, and the tables are the first coder's again afterwards."""
    judged = next(j for j in coding.judgements() if j.label == "agreements.relation")
    second = coding.pairs(judged)["second"]
    changed = second[second != coding.pairs(judged)["first"]]
    assert len(changed)
    with tables.reading(coding.by_second_coder()):
        assert table("agreements").set_index("theme_id")["relation"].astype(str)[changed.index].equals(changed)
        assert table("evidence")["stance"].equals(table("evidence")["stance_b"].rename("stance"))
    assert not table("evidence")["stance"].equals(table("evidence")["stance_b"].rename("stance"))
    assert coding.first_codes(judged)[changed.index].tolist() != changed.tolist()


def test_numbers_by_the_second_coding_are_those_that_differ():
    found = recount.numbers_by_second_coder()
    assert len(found) and (found["First coding"] != found["Second"]).all()


def test_every_judgement_is_made_twice():
    """A row that is added to a table with judgements needs its second codes, or the column a reason why it has none."""
    assert list(coding.once()) == []


ONCE = {
    "a judgement": ("levers", "lever_id", "a_new_lever", {"levers.kind", "levers.hands", "levers.certainty"}),
    "a set of codes": ("remits", "organisation_id", "an_office", {"remits.topic_id"}),
    "a statement of the record": (
        "evidence",
        "evidence_id",
        "york2006:T.1z",
        {f"evidence.{variable}" for variable in VARIABLES},
    ),
}


@pytest.mark.parametrize("fault", ONCE)
def test_a_row_without_its_second_codes_is_named(monkeypatch, fault):
    name, key, value, columns = ONCE[fault]
    real = tables._cached

    def with_a_row_more(asked: str) -> pd.DataFrame:
        if asked != name:
            return real(asked)
        row = real(name).tail(1).assign(**{key: value})
        if name == "evidence":
            row = row.assign(**{f"{variable}_b": None for variable in VARIABLES})
        return pd.concat([real(name), row], ignore_index=True)

    before = set(coding.once())
    monkeypatch.setattr(tables, "_cached", with_a_row_more)
    assert set(coding.once()) - before == {(column, value) for column in columns}


def test_what_another_table_judges_is_not_judged_again():
    judged = next(j for j in coding.judgements() if j.table == "repeats")
    press = table("repeats").query("kind == 'reported_in_press'")["evidence_id"]
    assert len(press) and not set(press) & set(coding.first_codes(judged).index)
    pairs = coding.by_second_coder()["repeats"].query("kind == 'reported_in_press'")
    traced = coding.by_second_coder()["press_counterparts"]
    columns = ["evidence_id", "repeats_evidence_id"]
    assert set(pairs[columns].itertuples(index=False, name=None)) == set(
        traced[["evidence_id", "report_evidence_id"]].itertuples(index=False, name=None)
    )


def test_one_that_repeats_nothing_is_a_control(recoded):
    """What the first coder found to repeat nothing may be handed to the second, and counts as a judgement."""
    judged = next(j for j in coding.judgements() if j.table == "repeats")
    alone = next(key for key in table("evidence")["evidence_id"] if key not in set(table("repeats")["evidence_id"]))
    before = len(coding.first_codes(judged))
    recoded.append(
        GOOD | {"table": "repeats", "column": "repeats_evidence_id", "row_key": alone, "code": "burton2006:1.1a"}
    )
    assert not list(rules.recodings_are_of_judgements())
    assert len(coding.first_codes(judged)) == before + 1
    assert coding.pairs(judged).loc[alone, ["first", "second"]].tolist() == [coding.NONE, "burton2006:1.1a"]


def test_not_seen_is_a_code_of_one_who_read(recoded):
    """Where a column has the code, a second coder who read may give it; one who read nothing is left out."""
    judged = next(j for j in coding.judgements() if j.label == "january_accounts.rights")
    row = GOOD | {"table": "january_accounts", "column": "rights", "code": coding.NOT_SEEN}
    recoded += [row | {"row_key": "li"}, row | {"row_key": "zhao", "read": "none"}]
    assert not list(rules.recodings_are_of_judgements())
    assert coding.pairs(judged).index.tolist() == ["li"]


def test_each_code_of_a_set_is_compared_by_itself():
    judged = next(j for j in coding.judgements() if j.label == "press_counterparts.report_evidence_id")
    both = coding.pairs(judged)
    found = {one.variable: one for one in coding.by_code(judged, draws=10)}
    code = both["first"].iloc[0].split(";")[0]
    first, second = (both[side].str.split(";").map(lambda codes: code in codes) for side in ("first", "second"))
    assert (found[code].units, found[code].same) == (int((first | second).sum()), int((first & second).sum()))
