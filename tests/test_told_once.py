"""A number or a date that two pages tell comes from one fact or one table."""

import pytest
from project import ROOT

from onrecord import prose, told

FIRST = "# A page\n\n"


def found(text: str, tmp_path, name: str = "page") -> list[str]:
    path = tmp_path / f"{name}.md"
    path.write_text(FIRST + text, "utf-8")
    return [str(problem) for problem in told.check_page(path) + told.check_days(path)]


def test_no_page_tells_a_number_or_a_day_of_its_own():
    assert [str(problem) for problem in told.check_told()] == []


def test_the_back_of_the_book_is_looked_at():
    assert {"abstracts", "teaching", "glossary", "chronology"} <= {path.stem for path in told.back_pages()}
    assert all(path.is_relative_to(ROOT) for path in told.back_pages())


@pytest.mark.parametrize(
    "sentence",
    [
        "The list has nine rounds.",
        "There were 9 rounds of talks.",
        "It draws on five written sources.",
        "None of 14 criteria was met.",
        "对话共举行了九轮。",
    ],
)
def test_a_count_typed_at_the_back_is_found(sentence, tmp_path):
    assert any("expected a fact, or no number" in problem for problem in found(sentence, tmp_path))


def test_a_french_count_typed_in_the_abstracts_is_found(tmp_path):
    assert any("'neuf'" in problem for problem in found("Il y eut neuf cycles.", tmp_path, "abstracts"))


@pytest.mark.parametrize(
    ("page", "sentence", "number"),
    [
        ("fr", "Il y eut 9 cycles, du 14 avril 1997 au 1er mai 2001.", "9"),
        ("fr", "Il y eut neuf cycles.", "neuf"),
        ("zh", "1997年4月14日以后共举行了12轮。", "12"),
        ("zh", "对话共举行了九轮。", "九轮"),
    ],
)
def test_a_number_typed_on_a_first_page_in_another_language_is_found(page, sentence, number, monkeypatch, tmp_path):
    monkeypatch.setattr(told, "ROOT", tmp_path)
    assert [line.split(": ")[1] for line in found(sentence, tmp_path, page)] == [repr(number)]


def test_the_first_pages_in_other_languages_are_looked_at():
    assert {path.stem for path in told.first_pages()} == {"fr", "zh"}


@pytest.mark.parametrize(
    "sentence",
    [
        "There were {glue:text}`rounds_held` rounds.",
        "Play it in ninety minutes, with thirty for the debrief.",
        "From 1997 to 2005 they met in rounds.",
        "2001年一轮也没有。",
    ],
)
def test_printed_counts_and_the_numbers_of_a_lesson_are_let_through(sentence, tmp_path):
    assert found(sentence, tmp_path) == []


def test_a_day_that_no_table_has_is_found(tmp_path):
    assert found("It was announced on 14 April 1997.", tmp_path) == []
    for changed in ("It was announced on 13 May 1999.", "They met on 13 and 14 May 1999."):
        assert any("expected a day that stands in a table" in problem for problem in found(changed, tmp_path))


def test_a_range_gives_its_first_day_and_its_last():
    assert [day for day, _ in told.days("from 4 to 8 November 2002")] == ["2002-11-04", "2002-11-08"]


def test_chapters_and_home_page_are_held_to_their_days_too():
    assert ROOT / "index.md" in prose.pages()
