"""What a page may not say, and that what it may say is let through."""

import pytest
from project import ROOT, chapters

from onrecord import prose

TITLE = "# A page\n\n## What the parties said\n\n"
CAPTION = "```{{code-cell}} ipython3\n---\nmystnb:\n  figure:\n    name: fig-a\n    caption: {}\n---\npass\n```"


def found(markdown: str, tmp_path) -> list[str]:
    """The problems of a page of that text."""
    path = tmp_path / "page.md"
    path.write_text(markdown, "utf-8")
    return [str(problem).removeprefix(path.as_posix()) for problem in prose.check_page(path)]


# --- the pages ----------------------------------------------------------------


@pytest.mark.parametrize("docname", ["index", *chapters()])
def test_page_keeps_the_promises_of_its_prose(docname):
    assert [str(problem) for problem in prose.check_page(ROOT / f"{docname}.md")] == []


def test_the_home_page_and_every_chapter_are_checked():
    checked = {path.relative_to(ROOT).with_suffix("").as_posix() for path in prose.pages()}
    assert {"index", *chapters()} <= checked


# --- a count is never typed ---------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "The list has 9 rounds.",
        "The list has nine rounds.",
        "Nine rounds were held.",
        "Some 1,200 people signed.",
        "It rose by 3.5%.",
        "A dozen groups signed.",
        "They met twice.",
        "Two hundred people came.",
        "It met 12 times in 1997.",
        "On 3 of the themes they agree.",
        "In 2005, 74 people were interviewed.",
    ],
)
def test_a_typed_count_is_found(sentence, tmp_path):
    assert any("expected a fact" in problem for problem in found(TITLE + sentence, tmp_path))


@pytest.mark.parametrize(
    "sentence",
    [
        "There were {glue:text}`rounds_held` rounds.",
        "It was dated 19 April 2006.",
        "The round of 31 October and 1 November 2005 was the last.",
        "A round from 4 to 8 November 2002 is known.",
        "From 1997 to 2005 they met.",
        "The years 1997–2005 and 2006-2009 differ.",
        "The text has a slip (discrepancy D01 in {doc}`../reference/discrepancies`).",
        "This is in section 4.A, and section 6 has more.",
        "Article 14(3)(g) is meant.",
        "It is the Law on Prisons, President's Order No. 35.",
        "Reuse is free under CC BY 4.0.",
        "Use `table('rounds').head(3)` for that.",
        "One of them stayed.",
        "The list is in {numref}`tbl-2`.",
        "See [the page](https://example.org/2006/12/7).",
    ],
)
def test_dates_names_and_computed_numbers_are_no_typed_counts(sentence, tmp_path):
    assert found(TITLE + sentence, tmp_path) == []


READ = {
    "list": "- one item\n- 9 rounds",
    "second line": "A line,\nand on the next 9 rounds.",
    "summary": ":::{admonition} In brief\n:class: in-brief\nThe 9 rounds.\n:::",
    "dropdown": ":::{dropdown} How we know: a doubt\nThe 9 rounds.\n:::",
    "note": "```{note}\nThe 9 rounds.\n```",
    "after bold": "**Result.** The 9 rounds.",
    "block quotation": "> The 9 rounds.",
    "caption": CAPTION.format("|\n      The 9 rounds."),
    "caption of two lines": CAPTION.format("|\n      The 9 rounds\n      by date."),
    "caption on the line of its name": CAPTION.format("The 9 rounds."),
    "caption of an image": "```{figure} a.svg\n:name: fig-a\nThe 9 rounds.\n```",
}


@pytest.mark.parametrize("place", READ)
def test_a_typed_count_is_found_wherever_a_reader_reads_it(place, tmp_path):
    assert any("'9'" in problem and "expected a fact" in problem for problem in found(TITLE + READ[place], tmp_path))


# --- a quotation is never typed -----------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        'The word was "hollow".',
        "The word was “hollow”.",
        'It was "a long\nphrase over two lines".',
        'It was {ev}`burton2006:4C.2b` "hollow".',
    ],
)
def test_a_typed_quotation_is_found(sentence, tmp_path):
    assert any("expected {said}" in problem for problem in found(TITLE + sentence, tmp_path))


@pytest.mark.parametrize(
    "sentence",
    [
        "The word was {said}`burton2006:A.2c`.",
        "The word *hollow* is the ministry's own.",
        'Set `lang="fr"` on it.',
        "It’s China’s.",
    ],
)
def test_emphasis_code_and_printed_quotations_are_not_typed(sentence, tmp_path):
    assert found(TITLE + sentence, tmp_path) == []


# --- a verb does not judge ----------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "The ministry admitted it {ev}`burton2006:4C.2b`.",
        "Officials claim that it works {ev}`burton2006:4C.2b`.",
        "Claiming success, it left {ev}`burton2006:4C.2b`.",
        "The report reveals a doubt {ev}`burton2006:4C.2b`.",
        "The coalition alleges harm {ev}`burton2006:4C.2b`.",
        "It insisted on this {ev}`burton2006:4C.2b`.",
        "The **ministry** conceded it {ev}`burton2006:4C.2b`.",
    ],
)
def test_a_verb_that_judges_is_found(sentence, tmp_path):
    assert any("expected a neutral verb" in problem for problem in found(TITLE + sentence, tmp_path))


@pytest.mark.parametrize(
    "sentence",
    [
        "The ministry said so {ev}`burton2006:4C.2b`.",
        "**Claim.** It meets every year.",
        "Every claim opens onto its evidence.",
        "The number after a claim opens its evidence.",
    ],
)
def test_neutral_verbs_and_the_noun_for_what_is_tested_are_let_through(sentence, tmp_path):
    assert found(TITLE + sentence, tmp_path) == []


# --- a report has its evidence ------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "The ministry said that it would end.",
        "Agencies of several kinds complained about this.",
        "The assessment concluded that it was hollow.",
        "Burton told members of Parliament so.",
        "They wanted the talks to go on.",
        "The ministry said so {ev}`burton2006:4C.2b`. The agencies said otherwise.",
        "The Chinese ministry, *as before*, objected.",
    ],
)
def test_a_report_without_evidence_is_found(sentence, tmp_path):
    assert any("expected evidence" in problem for problem in found(TITLE + sentence, tmp_path))


@pytest.mark.parametrize(
    "sentence",
    [
        "The ministry said that it would end {ev}`burton2006:4C.2b`.",
        "The ministry called it {said}`burton2006:A.2c`.",
        "Burton told members of Parliament so {cite:p}`sdir3`.",
        "As {cite:t}`sdir3` has it, officials said so.",
        "{numref}`fig-sides` counts what officials said.",
        "What had the ministry said?",
        "The list shows early rounds.",
        "We found no date.",
    ],
)
def test_a_report_with_evidence_and_a_sentence_that_reports_nothing_are_let_through(sentence, tmp_path):
    assert found(TITLE + sentence, tmp_path) == []


@pytest.mark.parametrize("section", prose.OWN_VOICE)
def test_where_the_book_speaks_for_itself_no_evidence_is_asked(section, tmp_path):
    sentence = "The ministry said that it would end."
    assert found(f"# A page\n\n## {section}\n\n{sentence}", tmp_path) == []
    assert found(f"# A page\n\n## {section}\n\n## Another\n\n{sentence}", tmp_path) != []


# --- where a problem is -------------------------------------------------------


def test_a_problem_names_the_line_of_its_paragraph(tmp_path):
    (problem,) = found(f"---\na: b\n---\n\n{TITLE}Well and good.\n\nThe list has 9 rounds.\n", tmp_path)
    assert problem == ":11: '9': expected a fact ({glue:text}) for a number"


def test_code_comments_and_front_matter_are_no_prose(tmp_path):
    markdown = (
        '---\ntitle: 9 rounds\n---\n\n```python\nprint("9 rounds")\n```\n\n% 9 rounds\n\n(a-label-9)=\n## Title\n'
    )
    assert found(markdown, tmp_path) == []
