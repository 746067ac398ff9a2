"""Agreement of two coders, against the package, against published examples and at the edges."""

import krippendorff
import numpy as np
import pandas as pd
import pytest

from onrecord import agreement
from onrecord.book import evidence
from onrecord.tables import resource, table
from onrecord.topics import methods

# Two coders from K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A and B.
PUBLISHED = [
    ("0100000010", "1110010000", 0.095),
    ("aabbdcccedda", "babbbccceddd", 0.692),
]


def coded(first: str, second: str) -> tuple[np.ndarray, np.ndarray]:
    """Two strings of one-letter codes as integers."""
    return tuple(np.array([ord(code) - ord("0") for code in codes]) for codes in (first, second))


def as_evidence(first: str, second: str) -> pd.DataFrame:
    """The record that two coders would have made of as many passages with a statement each."""
    passages = [f"made:1.{n}" for n in range(len(first))]
    return pd.DataFrame({"passage_id": passages, "stance": list(first), "stance_b": list(second)})


@pytest.mark.parametrize(("first", "second", "alpha"), PUBLISHED)
def test_alpha_is_what_krippendorff_published(first, second, alpha):
    codes = coded(first, second)
    assert agreement.alpha(*codes, agreement.nominal(int(max(map(max, codes))) + 1)) == pytest.approx(alpha, abs=5e-4)
    assert agreement.agreement(as_evidence(first, second), "stance", draws=10).alpha == pytest.approx(alpha, abs=5e-4)


def test_perfect_agreement_is_one():
    found = agreement.agreement(as_evidence("abcab" * 4, "abcab" * 4), "stance", draws=50)
    assert (found.alpha, found.low, found.high, found.share) == (1, 1, 1, 1)


def test_without_variation_there_is_no_alpha_and_no_interval():
    assert agreement.alpha(*coded("000", "000"), agreement.nominal(1)) is None
    found = agreement.agreement(as_evidence("aaa", "aaa"), "stance")
    assert (found.alpha, found.low, found.high) == (None, None, None)


def test_the_table_says_so_where_there_is_no_alpha():
    rows = table("evidence").head(5)
    for variable in agreement.VARIABLES:
        rows = rows.assign(**{variable: rows[variable].iloc[0], f"{variable}_b": rows[variable].iloc[0]})
    made = agreement.agreement_table(rows)
    assert list(made["Alpha"]) == ["n/a (no variation)"] * len(agreement.VARIABLES)
    assert list(made["95% interval"]) == [""] * len(agreement.VARIABLES)


def with_a_row_coded_once() -> pd.DataFrame:
    """The record with one statement more, which no second coder has seen."""
    real = table("evidence").astype(object)
    second = {f"{variable}_b": None for variable in agreement.VARIABLES}
    new = real.iloc[[0]].assign(evidence_id="burton2006:F.1b", stance="criticism", **second)
    return pd.concat([real, new], ignore_index=True)


def test_a_statement_that_is_not_coded_twice_is_left_out_of_agreement():
    real, more = table("evidence"), with_a_row_coded_once()
    assert agreement.agreement_table(more).equals(agreement.agreement_table(real))


def test_a_statement_that_is_not_coded_twice_is_said_to_be_so_and_counted(monkeypatch):
    once, twice = with_a_row_coded_once().iloc[-1], table("evidence").iloc[0]
    assert evidence._coding(once) == f"Confidence {once.confidence}. Not yet coded twice."
    assert evidence._coding(twice) == f"Confidence {twice.confidence}. Second coder: the same."
    other = table("evidence").astype(object).iloc[0].copy()
    other["stance_b"] = "criticism"
    assert evidence._coding(other).endswith("Second coder: stance: criticism.")
    assert methods.methods_coded_once() == 0
    monkeypatch.setattr(methods, "record", with_a_row_coded_once)
    assert methods.methods_coded_once() == 1


def test_the_package_lets_a_statement_be_coded_once():
    fields = {field["name"]: field for field in resource("evidence")["schema"]["fields"]}
    assert [v for v in agreement.VARIABLES if fields[f"{v}_b"].get("constraints", {}).get("required")] == []
    assert all(fields[v]["constraints"]["required"] for v in agreement.VARIABLES)


def of_package(first: np.ndarray, second: np.ndarray) -> float:
    return krippendorff.alpha(np.vstack([first, second]), level_of_measurement="nominal")


def drawn(clusters: int, draws: int, seed: int) -> np.ndarray:
    """How often each cluster is in each of ``draws`` bootstrap samples."""
    return np.random.default_rng(seed).multinomial(clusters, np.full(clusters, 1 / clusters), size=draws)


def test_resampled_alphas_are_those_of_the_package():
    """Each sample written out, passage by passage, and given to the package."""
    first, second = coded("abacdbacab", "abbcdbacaa")
    distance, codes = agreement.nominal(int(max(first.max(), second.max())) + 1), (first, second)
    passages, times = np.array([0, 0, 0, 1, 2, 2, 3, 3, 4, 4]), drawn(5, 100, 3)
    mine = agreement.resampled_alphas(*codes, passages, distance, times)
    samples = [np.repeat(np.arange(len(first)), each[passages]) for each in times]
    assert np.allclose(mine, [of_package(first[sample], second[sample]) for sample in samples])


def test_alpha_of_sets_is_worked_out_by_hand():
    """Two units, {a, b} against {a} and {c} against {c}: Do = (1/2 + 0) / 2; De is the mean over six pairs."""
    first, second = pd.Series(["a;b", "c"]), pd.Series(["a", "c"])
    found = agreement.compared("made", first, second, pd.Series([0, 1]), sets=True, draws=20)
    assert found.alpha == pytest.approx(1 - 0.25 / ((0.5 + 1 + 1 + 1 + 1 + 0) / 6))
    assert (found.units, found.same) == (2, 1)


def test_a_code_that_is_confused_shows_by_itself():
    """Of three codes one is always exchanged for another: its own alpha is low, that of the untouched one is one."""
    first, second = pd.Series(list("aabbcc") * 5), pd.Series(list("aabccb") * 5)
    found = {a.variable: a for a in agreement.by_category(first, second, pd.Series(range(30)), draws=20)}
    assert found["a"].alpha == 1
    assert found["b"].alpha == found["c"].alpha < 0.5
    assert (found["b"].units, found["b"].same) == (15, 5)


def test_statements_of_one_passage_are_drawn_together():
    """Coders who differ in whole passages are less certain than ones who differ here and there."""
    codes = coded("ab" * 40, "ab" * 30 + "ba" * 10)
    distance = agreement.nominal(int(max(map(max, codes))) + 1)
    alone = agreement.resampled_alphas(*codes, np.arange(80), distance, drawn(80, 500, 5))
    together = agreement.resampled_alphas(*codes, np.arange(80) // 20, distance, drawn(4, 500, 5))
    assert np.nanstd(together) > 2 * np.nanstd(alone)


def test_a_sample_of_one_code_has_no_alpha():
    # Of two passages, a quarter of the samples takes the first twice.
    codes = coded("ab", "ab")
    distance = agreement.nominal(int(max(map(max, codes))) + 1)
    mine = agreement.resampled_alphas(*codes, np.arange(2), distance, drawn(2, 200, 1))
    assert np.isnan(mine).any()
    assert set(mine[~np.isnan(mine)]) == {1.0}


@pytest.mark.parametrize("variable", agreement.VARIABLES)
def test_the_interval_contains_the_alpha_of_the_record(variable):
    found = agreement.agreement(table("evidence"), variable)
    assert found.low < found.alpha < found.high
    assert found.units == len(table("evidence"))


def test_a_wider_level_gives_a_wider_interval():
    narrow, wide = (agreement.agreement(table("evidence"), "theme_id", level=level) for level in (0.5, 0.95))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_only_statements_that_both_coded_count():
    evidence = as_evidence("abab", "abba").assign(stance_b=["a", "b", "b", None])
    found = agreement.agreement(evidence, "stance", draws=10)
    assert (found.units, found.same) == (3, 2)
