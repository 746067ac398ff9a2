"""Published numbers: computed again, computed otherwise, and printed as numbers are printed."""

import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import combinations, pairwise

import numpy as np
import pytest
from project import DATA, docnames, markdown, rows

from onrecord import facts, recount

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


def test_every_fact_names_tables_that_exist():
    known = {path.stem for path in DATA.glob("*.csv")}
    unknown = {key: set(re.split(r"; ?", row["table"])) - known for key, row in PUBLISHED.items()}
    assert {key: tables for key, tables in unknown.items() if tables} == {}


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
        ("1997", "1997"),
        ("n/a (no variation)", "n/a (no variation)"),
    ],
)
def test_a_number_is_printed_as_a_reader_expects(value, printed):
    assert facts.as_text(value) == printed


def test_a_number_that_moved_is_named(tmp_path, monkeypatch):
    changed = (DATA / "facts.csv").read_text("utf-8").replace("\nrounds_held,9,nine,", "\nrounds_held,8,eight,")
    (tmp_path / "facts.csv").write_text(changed, "utf-8")
    monkeypatch.setattr(facts, "FILE", tmp_path / "facts.csv")
    value, text = (str(problem) for problem in recount.check_facts())
    assert value.endswith("[value]: '8': expected '9'") and text.endswith("[text]: 'eight': expected 'nine'")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\nrounds_held,", "\nrounds_hold,", "expected a row rounds_held"),
        ("\nrounds_held,", "\nrounds_hold,", "'rounds_hold': expected a fact that is computed"),
        ("rounds in the assessment's list", "rounds", "[counts]: 'rounds': expected"),
    ],
)
def test_a_row_that_does_not_belong_is_named(tmp_path, monkeypatch, old, new, message):
    (tmp_path / "facts.csv").write_text((DATA / "facts.csv").read_text("utf-8").replace(old, new), "utf-8")
    monkeypatch.setattr(facts, "FILE", tmp_path / "facts.csv")
    assert any(message in str(problem) for problem in recount.check_facts())


# --- pages --------------------------------------------------------------------


@pytest.mark.parametrize("docname", [name for name in docnames() if GLUE.search(markdown(name))])
def test_a_page_prints_facts_that_exist_and_publishes_them(docname):
    known = set(PUBLISHED) | {key.capitalize() for key in PUBLISHED}
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


def alpha(variable: str) -> str:
    """Krippendorff's alpha of two coders by its table of coincidences."""
    pairs = Counter((row[variable], row[f"{variable}_b"]) for row in EVIDENCE)
    codes = Counter(code for pair, times in pairs.items() for code in pair for _ in range(times))
    n = codes.total()
    observed = 2 * sum(times for (a, b), times in pairs.items() if a != b) / n
    expected = sum(codes[a] * codes[b] for a in codes for b in codes if a != b) / (n * (n - 1))
    return f"{1 - observed / expected:.2f}"


SECOND_OPINION: dict[str, Callable[[], object]] = {
    "rounds_held": lambda: len({row["round"] for row in ROUNDS}),
    "years_with_round": lambda: len(YEARS),
    "years_with_one_round": lambda: sum(times == 1 for times in YEARS.values()),
    "empty_year": lambda: ", ".join(str(year) for year in SPAN if year not in YEARS),
    "double_year": lambda: ", ".join(str(year) for year, times in YEARS.items() if times > 1),
    "years_spanned": lambda: len(SPAN),
    "interval_longest": lambda: max(months_between_rounds()),
    "interval_shortest": lambda: min(months_between_rounds()),
    "host_changes": lambda: sum(a["host_country"] != b["host_country"] for a, b in pairwise(ROUNDS)),
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
    "rounds_without_carry": lambda: sum(not TOPICS_OF[a["round"]] & TOPICS_OF[b["round"]] for a, b in pairwise(ROUNDS)),
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
    "differ_theme": lambda: sum(row["theme_id"] != row["theme_id_b"] for row in EVIDENCE),
    "alpha_theme": lambda: alpha("theme_id"),
    "alpha_about": lambda: alpha("about_id"),
    "discrepancies_within": lambda: Counter(row["kind"] for row in rows("discrepancies"))["within_source"],
}


@pytest.mark.parametrize("fact_id", SECOND_OPINION)
def test_a_second_way_of_counting_gives_the_published_number(fact_id):
    assert str(SECOND_OPINION[fact_id]()) == PUBLISHED[fact_id]["value"]
