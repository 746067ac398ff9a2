"""Published numbers: computed again, computed otherwise, and printed as numbers are printed."""

import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise

import numpy as np
import pytest
from project import DATA, ROOT, docnames, markdown, rows, write_rows

from onrecord import facts, problems, recount

PUBLISHED = {row["fact_id"]: row for row in rows("facts")}
GLUE = re.compile(r"\{glue:text\}`([^`]*)`")


def test_every_published_number_is_what_the_tables_give():
    assert [str(problem) for problem in recount.check_facts()] == []


def test_the_file_is_what_would_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(facts, "FILE", tmp_path / "facts.csv")
    recount.write()
    assert (tmp_path / "facts.csv").read_bytes() == (DATA / "facts.csv").read_bytes()


def test_two_facts_of_one_name_are_refused_with_both_modules():
    assert "rounds_held" in facts.FACTS
    with pytest.raises(ValueError, match=r"rounds_held: one of onrecord\.topics\.rounds and one of test_facts"):

        @facts.fact("rounds", "rounds")
        def rounds_held() -> int:
            return 999

    with pytest.raises(ValueError, match=r"and one of test_facts"):
        facts.register(facts.Fact("rounds_held", "rounds", "rounds", lambda: 999))
    assert facts.FACTS["rounds_held"].home == "onrecord.topics.rounds"


def test_a_fact_of_a_table_that_is_not_there_is_named(planted):
    planted("rounds_planted", "rounds", "rounds;round", lambda: 9)
    assert next(str(p) for p in recount.check_facts(["rounds_planted"])).endswith(
        "[table]: 'round': expected the name of a table for rounds_planted of test_facts"
    )


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0, "none"),
        (1, "one"),
        (10, "ten"),
        (11, "11"),
        (999, "999"),
        (1000, "1,000"),
        (1234567, "1,234,567"),
        (12.0, "12"),
        (2.5, "2.50"),
        (1234.567, "1,234.57"),
        (-3, "-3"),
        (np.int64(7), "seven"),
        (np.float64(0.854), "0.85"),
        (facts.per_cent(2, 3), "67"),
        (facts.per_cent(2, 3, 1), "66.7"),
        (facts.rounded(1234.567, 1), "1,234.6"),
        (facts.rounded(10, 0), "10"),
        (facts.between(0.123, 4, 1), "0.1 to 4.0"),
        ("1997", "1997"),
        ("n/a (no variation)", "n/a (no variation)"),
    ],
)
def test_a_number_is_printed_as_a_reader_expects(value, printed):
    assert facts.as_text(value) == printed


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1_000_000, "1000000"),
        (1e6, "1000000"),
        (1234567.0, "1234567"),
        (0.1234567890123, "0.123456789012"),
        (-2.5, "-2.5"),
        (np.int64(7), "7"),
        (facts.per_cent(2, 3), "66.6666666667"),
        (facts.between(0.5, 12), "0.5;12"),
        ("1997", "1997"),
    ],
)
def test_a_value_is_in_plain_digits(value, written):
    assert facts.as_value(value) == written


@pytest.mark.parametrize(
    ("value", "counts", "kind", "unit"),
    [
        (9, "rounds in the list", "count", "rounds"),
        (9, "coded statements of the article", "count", "statements"),
        (2.5, "mean interval in months", "measure", "months"),
        (facts.per_cent(1, 3), "part of the statements", "share", "per cent"),
        (facts.between(1, 2, unit="months"), "gap", "interval", "months"),
        ("1998", "the year without a round", "name", ""),
        ("public benchmarks", "the criterion of most sources", "name", ""),
    ],
)
def test_kind_and_unit_are_told_by_what_is_counted(value, counts, kind, unit):
    item = facts.Fact("planted", counts, "rounds", lambda: value)
    assert (facts.kind_of(item, value), facts.unit_of(item, value, kind)) == (kind, unit)


def test_kind_and_unit_can_be_given_and_a_kind_that_is_not_known_is_refused(planted):
    item = facts.Fact("planted", "fewest months that count as yearly", "rounds", lambda: 10, "constant", "months each")
    assert (facts.kind_of(item, 10), facts.unit_of(item, 10, "constant")) == ("constant", "months each")
    with pytest.raises(ValueError, match=r"test_facts: planted: expected a kind of count, share"):
        planted("planted", "rounds", "rounds", lambda: 10, "number")


@pytest.mark.parametrize("text", ["67", "1,234", "0.85", "-3"])
def test_a_number_given_as_text_is_refused(text):
    item = facts.Fact("planted", "per cent of the rounds", "rounds", lambda: text)
    with pytest.raises(ValueError, match=r"test_facts: planted gives the text .* expected a number, or an Amount"):
        facts.kind_of(item, text)


# --- a number that moved, or stands nowhere -----------------------------------


@pytest.fixture
def changed(tmp_path, monkeypatch) -> Callable[..., None]:
    """The published numbers with cells changed: ``changed(fact, column=value)``."""
    held = [dict(row) for row in PUBLISHED.values()]

    def change(which: str, **cells: str) -> None:
        next(row for row in held if row["fact_id"] == which).update(cells)
        write_rows("facts", held, tmp_path)

    write_rows("facts", held, tmp_path)
    monkeypatch.setattr(facts, "FILE", tmp_path / "facts.csv")
    return change


@pytest.fixture
def planted(monkeypatch) -> Iterator[Callable[..., None]]:
    """Plant a fact for the length of a test."""
    monkeypatch.setattr(facts, "FACTS", dict(facts.FACTS))
    monkeypatch.setattr(recount, "FACTS", facts.FACTS)

    def plant(*fields: object) -> None:
        facts.register(facts.Fact(*fields, home="test_facts"))
        recount._computed.cache_clear()

    yield plant
    recount._computed.cache_clear()


def test_a_number_that_moved_is_named_with_old_and_new_text_and_its_places(changed):
    changed("rounds_held", value="8", text="eight")
    (problem,) = (str(problem) for problem in recount.check_facts())
    assert "[text]: 'eight': expected 'nine' for rounds_held, printed at " in problem
    assert problem.endswith("(onrecord facts --write rounds_held)")
    pages = recount.printed()["rounds_held"]
    assert pages
    assert all(f"{page}:{line}" in problem for page, lines in pages.items() for line in lines)
    for page, lines in pages.items():
        text = (ROOT / page).read_text("utf-8").splitlines()
        assert all("rounds_held" in text[line - 1].lower() for line in lines)


@pytest.mark.parametrize(
    ("fact_id", "cells", "message"),
    [
        ("rounds_held", {"fact_id": "rounds_hold"}, "expected a row rounds_held, now 'nine'"),
        ("rounds_held", {"fact_id": "rounds_hold"}, "'rounds_hold': expected a fact that is computed"),
        ("rounds_held", {"counts": "rounds"}, "[counts]: 'rounds': expected"),
        ("rounds_held", {"kind": "share"}, "[kind]: 'share': expected 'count' for rounds_held"),
        ("rounds_held", {"unit": "months"}, "[unit]: 'months': expected 'rounds' for rounds_held"),
        ("alpha_theme", {"value": "0.92"}, "[value]: '0.92': expected '0.920"),
    ],
)
def test_a_row_that_does_not_belong_is_named(changed, fact_id, cells, message):
    changed(fact_id, **cells)
    assert any(message in str(problem) for problem in recount.check_facts())


def test_some_numbers_are_accepted_and_others_are_not(changed):
    changed("rounds_held", value="8", text="eight")
    changed("topics_total", value="8", text="eight")
    assert recount.write(["rounds_held"]) == 1
    (problem,) = (str(problem) for problem in recount.check_facts())
    assert "for topics_total" in problem
    assert recount.check_facts(["rounds_held"]) == []
    with pytest.raises(problems.InputError, match=r"'rounds_hold': expected the name of a fact"):
        recount.write(["rounds_hold"])


def test_a_fact_that_no_page_prints_is_named(planted, changed):
    planted("rounds_planted", "rounds", "rounds", lambda: 9)
    recount.write()
    (problem,) = (str(p) for p in recount.check_printed() if p.value == "rounds_planted")
    assert "'rounds_planted': expected a page that prints it, or no such fact (test_facts)" in problem


def test_pages_are_those_that_print_the_fact(changed):
    changed("rounds_held", pages="chapters/trade.md")
    (problem,) = (str(p) for p in recount.check_printed() if p.column == "pages")
    assert "[pages]: 'chapters/trade.md': expected " in problem and "for rounds_held" in problem


def test_a_fact_is_printed_by_its_role_or_by_code_that_asks_for_its_text():
    role, code = "{glue:text}`rounds_held` and {glue:text}`Rounds_held`", 'facts.text("rounds_held")'
    page = f"Of {role}\n{role}\n  alt = {code}\nrounds_held"
    assert facts.printed_in(page) == {"rounds_held": [1, 2, 3]}
    assert facts.text("rounds_held") == PUBLISHED["rounds_held"]["text"]


@pytest.mark.parametrize(
    ("key", "words"),
    [("held", "nine"), ("Held", "Nine"), ("held-digits", "9"), ("span-digits", "2 to 3"), ("unknown", None)],
)
def test_a_key_prints_a_fact_in_words_at_the_head_of_a_sentence_or_in_digits(key, words):
    assert facts.in_form(key, {"held": ("9", "nine"), "span": ("2;3", "2 to 3")}) == words


def test_every_form_in_which_a_page_prints_a_fact_is_known():
    page = "{glue:text}`held` {glue:text}`Held` {glue:text}`held-digits`"
    assert facts.forms_in(page) == {"held", "Held", "held-digits"} and facts.printed_in(page) == {"held": [1]}


# --- pages --------------------------------------------------------------------


@pytest.mark.parametrize("docname", [name for name in docnames() if GLUE.search(markdown(name))])
def test_a_page_prints_facts_that_exist_and_publishes_them(docname):
    known = set(PUBLISHED) | {key.capitalize() for key in PUBLISHED} | {f"{key}-digits" for key in PUBLISHED}
    assert set(GLUE.findall(markdown(docname))) - known == set()
    assert f'\nfacts.publish("{docname}")\n' in markdown(docname)


@pytest.mark.parametrize("docname", docnames())
def test_a_sentence_begins_with_a_capital_also_where_it_begins_with_a_number(docname):
    begins = re.findall(r"(?:^|[.?!] )\{glue:text\}`([^`]*)`", markdown(docname), flags=re.M)
    assert [key for key in begins if key[0].islower() and not PUBLISHED[key]["text"][0].isdigit()] == []


# --- a second opinion, with the standard library alone ------------------------

EVIDENCE, ROUNDS, TOPICS = rows("evidence"), rows("rounds"), rows("round_topics")
GROUP = {row["actor_id"]: row["group_id"] for row in rows("actors")}
SIDE = {row["group_id"]: row["side"] for row in rows("groups")}
YEARS = Counter(int(row["date_start"][:4]) for row in ROUNDS)
SPAN = range(min(YEARS), max(YEARS) + 1)
ITEMS = [(item["round"], {item["topic_id"], *item["also_topic_ids"].split(";")} - {""}) for item in TOPICS]
TOPICS_OF = {row["round"]: set().union(*(topics for n, topics in ITEMS if n == row["round"])) for row in ROUNDS}
ROUNDS_OF = Counter(topic for topics in TOPICS_OF.values() for topic in topics)
CRITICISM = [row for row in EVIDENCE if row["stance"] == "criticism"]


def months_between_rounds() -> list[int]:
    ends = [divmod(int(row["date_end"][:7].replace("-", "")), 100) for row in ROUNDS]
    return [12 * (y2 - y1) + m2 - m1 for (y1, m1), (y2, m2) in pairwise(ends)]


def assessment_criticism_of(group: str) -> list[dict[str, str]]:
    return [
        row for row in CRITICISM if row["passage_id"].startswith("burton2006:") and GROUP[row["speaker_id"]] == group
    ]


def topics_of(numbers: Iterable[int]) -> set[str]:
    """Topics on the lists of these rounds."""
    return set().union(*(TOPICS_OF[str(n)] for n in numbers))


def shared_when_first(many: int) -> list[int]:
    """Topics on both sides, for every choice of so many rounds to stand first."""
    every = range(1, len(ROUNDS) + 1)
    return [len(topics_of(first) & topics_of(set(every) - set(first))) for first in combinations(every, many)]


def sides_by_theme() -> dict[str, Counter]:
    """Who criticizes the dialogue in the assessment: statements by side, for each theme."""
    families = ("process", "purpose", "results")
    about_dialogue = {row["theme_id"] for row in rows("themes") if row["family"] in families} - {"rights_situation"}
    found: dict[str, Counter] = {}
    for row in CRITICISM:
        side = SIDE[GROUP[row["speaker_id"]]]
        party = GROUP[row["speaker_id"]] not in ("press", "consultant") and side != "none"
        if row["passage_id"].startswith("burton2006:") and row["theme_id"] in about_dialogue and party:
            found.setdefault(row["theme_id"], Counter())[side] += 1
    return found


def shared_if_dealt() -> float:
    """Mean number of themes that both sides have if statements are dealt to the sides at random (hypergeometric)."""
    sizes = [sum(sides.values()) for sides in sides_by_theme().values()]
    n, east = sum(sizes), sum(sides["China"] for sides in sides_by_theme().values())
    one_sided = (math.comb(n - k, east) + (math.comb(n - k, east - k) if k <= east else 0) for k in sizes)
    return len(sizes) - sum(one_sided) / math.comb(n, east)


REPORTED = {row["report_evidence_id"] for row in rows("press_counterparts")}
REPEATS = {
    row["evidence_id"]: row["repeats_evidence_id"]
    for row in rows("repeats")
    if row["kind"] in ("same_source_summary", "quoted_again")
}


def about_dialogue(stance: str) -> set[str]:
    """Statements of the assessment of one stance about the dialogue itself."""
    return {
        row["evidence_id"]
        for row in EVIDENCE
        if row["evidence_id"].startswith("burton2006:") and row["about_id"] == "dialogue" and row["stance"] == stance
    }


def first(evidence_id: str) -> str:
    """The statement with which the source first says the same."""
    return first(REPEATS[evidence_id]) if evidence_id in REPEATS else evidence_id


def alpha(variable: str) -> str:
    """Krippendorff's alpha of two coders by its table of coincidences."""
    pairs = Counter((row[variable], row[f"{variable}_b"]) for row in EVIDENCE)
    codes = Counter(code for pair, times in pairs.items() for code in pair for _ in range(times))
    n = codes.total()
    observed = 2 * sum(times for (a, b), times in pairs.items() if a != b) / n
    expected = sum(codes[a] * codes[b] for a in codes for b in codes if a != b) / (n * (n - 1))
    return 1 - observed / expected


SECOND_OPINION: dict[str, Callable[[], object]] = {
    "rounds_held": lambda: len({row["round"] for row in ROUNDS}),
    "empty_year": lambda: ", ".join(str(year) for year in SPAN if year not in YEARS),
    "double_year": lambda: ", ".join(str(year) for year, times in YEARS.items() if times > 1),
    "interval_longest": lambda: max(months_between_rounds()),
    "interval_shortest": lambda: min(months_between_rounds()),
    "rounds_source_only": lambda: Counter(row["check_status"] for row in ROUNDS)["source_only"],
    "items_listed": lambda: len(TOPICS),
    "topics_total": lambda: len(ROUNDS_OF),
    "topics_once": lambda: Counter(ROUNDS_OF.values())[1],
    "topic_rounds_most": lambda: max(ROUNDS_OF.values()),
    "topics_only_before": lambda: len(topics_of(range(1, 6)) - topics_of(range(6, 10))),
    "topics_only_after": lambda: len(topics_of(range(6, 10)) - topics_of(range(1, 6))),
    "topics_both_sides": lambda: len(topics_of(range(1, 6)) & topics_of(range(6, 10))),
    "topics_both_sides_expected": lambda: f"{statistics.mean(shared_when_first(5)):.0f}",
    "topics_both_sides_odds": lambda: f"one in {round(1 / statistics.mean(n <= 5 for n in shared_when_first(5)))}",
    "slots_from_before": lambda: sum(len(TOPICS_OF[a["round"]] & TOPICS_OF[b["round"]]) for a, b in pairwise(ROUNDS)),
    "slots_order_mean": lambda: (
        f"{2 / len(ROUNDS) * sum(len(a & b) for a, b in combinations(TOPICS_OF.values(), 2)):.1f}"
    ),
    "slots_from_earlier": lambda: sum(map(len, TOPICS_OF.values())) - len(ROUNDS_OF),
    "statements_total": lambda: len({row["evidence_id"] for row in EVIDENCE}),
    "quotations_total": lambda: sum(bool(row["quote"]) for row in EVIDENCE),
    "criticisms_total": lambda: len(CRITICISM),
    "words_total": lambda: sum(int(row["words"]) for row in rows("passages") if row["kind"] != "furniture"),
    "people_interviewed": lambda: sum(int(row["people"]) for row in rows("interviews")),
    "themes_shared": lambda: sum(len(sides) == 2 for sides in sides_by_theme().values()),
    "themes_china": lambda: sum("China" in sides for sides in sides_by_theme().values()),
    "themes_west": lambda: sum("Canada and West" in sides for sides in sides_by_theme().values()),
    "themes_least": lambda: sum(len(sides) for sides in sides_by_theme().values()) - len(sides_by_theme()),
    "themes_dealt": lambda: f"{shared_if_dealt():.0f}",
    "criticisms_sided": lambda: sum(sum(sides.values()) for sides in sides_by_theme().values()),
    "themes_criticized": lambda: len(sides_by_theme()),
    "shared_thin": lambda: sum(len(s) == 2 and min(s.values()) == 1 for s in sides_by_theme().values()),
    "shared_same": lambda: Counter(row["relation"] for row in rows("agreements"))["same"],
    "agencies_criticisms": lambda: len(assessment_criticism_of("cn_agencies")),
    "agencies_on_ministry": lambda: sum(
        GROUP[row["about_id"]] == "cn_mfa" for row in assessment_criticism_of("cn_agencies")
    ),
    "ministry_criticisms": lambda: len(assessment_criticism_of("cn_mfa")),
    "headline_dialogue_criticisms": lambda: len(about_dialogue("criticism")),
    "headline_dialogue_criticisms_carried": lambda: len(about_dialogue("criticism") & REPORTED),
    "headline_dialogue_benefits": lambda: len(about_dialogue("benefit")),
    "headline_dialogue_benefits_carried": lambda: len(about_dialogue("benefit") & REPORTED),
    "headline_dialogue_complaints": lambda: len({first(e) for e in about_dialogue("criticism")}),
    "headline_dialogue_complaints_carried": lambda: len({first(e) for e in about_dialogue("criticism") & REPORTED}),
    "agencies_criticisms_once": lambda: len({first(r["evidence_id"]) for r in assessment_criticism_of("cn_agencies")}),
    "differ_theme": lambda: sum(row["theme_id"] != row["theme_id_b"] for row in EVIDENCE),
    "alpha_theme": lambda: alpha("theme_id"),
    "alpha_about": lambda: alpha("about_id"),
    "discrepancies_within": lambda: Counter(row["kind"] for row in rows("discrepancies"))["within_source"],
}


@pytest.mark.parametrize("fact_id", SECOND_OPINION)
def test_a_second_way_of_counting_gives_the_published_number(fact_id):
    found, row = SECOND_OPINION[fact_id](), PUBLISHED[fact_id]
    if isinstance(found, str):
        assert found in (row["text"], row["value"])
    elif row["kind"] == "count":
        assert str(found) == row["value"]
    else:
        assert found == pytest.approx(float(row["value"]))
