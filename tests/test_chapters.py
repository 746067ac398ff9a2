"""The shape of a chapter: its parts in order, its length, and code that a reader can learn from."""

import ast
import contextlib
import io
import re
from collections.abc import Iterator

import jupytext
import pytest
from project import ROOT, chapters, docnames, markdown

from onrecord import classwork, prose, style

CELL_LINES = 20
QUESTION_WORDS = 45
every_chapter = pytest.mark.parametrize("chapter", chapters())


def notebook(docname: str):
    """A page as the notebook that it is."""
    return jupytext.reads(markdown(docname), fmt="md:myst")


def code(docname: str) -> list:
    return [cell for cell in notebook(docname).cells if cell.cell_type == "code"]


def figure_cells(docname: str) -> list:
    """Cells that show a figure, by what they do and not by how they are marked."""
    return [cell for cell in code(docname) if "figures.show(" in cell.source]


def table_cells(docname: str) -> list:
    return [cell for cell in code(docname) if "figures.show_table(" in cell.source]


def options(cell) -> dict[str, str]:
    """Name and caption of a figure cell."""
    return cell.metadata.get("mystnb", {}).get("figure", {})


def solutions(docname: str) -> list[str]:
    """The solutions of a chapter, each as it is written."""
    return re.findall(
        r"^:::\{dropdown\} Solution of the exercise [^\n]*\n(.*?)^:::$", markdown(docname), flags=re.M | re.S
    )


def python(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", text, flags=re.M | re.S)


def block(docname: str, title: str, kind: str = "admonition") -> str:
    """The text of a titled box."""
    (found,) = re.findall(rf"^:::\{{{kind}\}} {title}$\n(.*?)^:::$", markdown(docname), flags=re.M | re.S)
    return found


# --- parts --------------------------------------------------------------------


def test_there_are_chapters_and_every_file_of_theirs_is_in_the_book():
    assert sorted(f"chapters/{path.stem}" for path in (ROOT / "chapters").glob("*.md")) == sorted(chapters()) != []


@every_chapter
def test_the_parts_stand_in_order_and_the_story_reads_as_it_should(chapter):
    path = ROOT / f"{chapter}.md"
    assert [str(problem) for check in style.CHECKS for problem in check(path)] == []


@every_chapter
def test_nothing_stands_after_the_citation(chapter):
    assert markdown(chapter).endswith("\n```{cite-chapter}\n```\n")


@every_chapter
def test_the_label_is_the_name_of_the_file(chapter):
    assert f"\n(ch-{chapter.split('/')[1]})=\n# " in markdown(chapter)


def test_no_page_has_a_digit_at_the_start_of_its_name_and_no_chapter_has_any():
    assert [name for name in docnames() if name.split("/")[-1][0].isdigit()] == []
    assert [name for name in chapters() if re.search(r"\d", name)] == []


@every_chapter
def test_the_summary_is_a_few_sentences_with_computed_numbers(chapter):
    brief = block(chapter, "In brief")
    assert len(re.findall(r"[.?!](?=\s|$)", brief)) in range(2, 6)
    assert "{glue:text}`" in brief


@every_chapter
def test_there_are_three_aims_and_a_question_of_each_kind(chapter):
    assert len(re.findall(r"^- ", block(chapter, "Aims", "dropdown"), flags=re.M)) == 3
    kinds = re.findall(r"^- \*(\w+)\.\* .*[.?]$", block(chapter, "Questions", "dropdown"), flags=re.M)
    assert kinds == ["Recall", "Interpret", "Dispute", "Compare", "Design"]


def asked(chapter: str) -> list[str]:
    """The questions of a chapter, without their kinds."""
    return re.findall(r"^- \*\w+\.\* (.*)$", block(chapter, "Questions", "dropdown"), flags=re.M)


@every_chapter
def test_a_question_is_one_or_two_sentences_and_short(chapter):
    long = [q for q in asked(chapter) if len(q.split()) > QUESTION_WORDS or len(style.sentences(q)) > 2]
    assert long == [] != asked(chapter)


def test_no_question_is_asked_of_two_chapters():
    questions = [question for chapter in chapters() for question in asked(chapter)]
    assert len(questions) == len(set(questions)) == 5 * len(chapters())


@pytest.mark.parametrize(
    ("what", "instead", "expected"),
    [
        (r"^- tell what a list .*\n", "", "3 aims"),
        (r"^(- tell what a list .*\n)", r"- give the years.\n\1", "3 aims"),
        (r"^- tell what a list", "- understand what a list", "can be seen to do"),
        (r"^- \*Recall\.\* .*\n", "", "each kind"),
        (r"^- \*Recall\.\* ", "- ", "each kind"),
        (r"^- \*Recall\.\*", "- *Remember.*", "each kind"),
        (r"^(- \*Recall\..*\n)(- \*Interpret\..*\n)", r"\2\1", "each kind"),
        (r"^(- \*Design\..*\n)", r"\1\1", "each kind"),
        (r"^:::\{dropdown\} Aims$", ":::{dropdown} Goals", "3 aims"),
    ],
)
def test_a_chapter_that_offers_a_class_something_else_would_be_noticed(what, instead, expected, tmp_path):
    page = markdown("chapters/rounds")
    changed = re.sub(what, instead, page, count=1, flags=re.M)
    assert changed != page
    path = tmp_path / "rounds.md"
    path.write_text(changed, "utf-8")
    assert list(classwork.check(ROOT / "chapters" / "rounds.md")) == []
    assert [expected in str(problem) for problem in classwork.check(path)] == [True]


@every_chapter
def test_there_are_reasons_to_change_our_mind_and_works_to_read_on(chapter):
    section = re.search(r"^## What would change our mind$\n(.*?)^## ", markdown(chapter), flags=re.M | re.S)[1]
    assert len(re.findall(r"^- ", section, flags=re.M)) >= 2
    assert len(re.findall(r"\{cite:\w\}`", block(chapter, "Further reading", "dropdown"))) >= 2


@every_chapter
def test_there_are_two_exercises_with_their_solutions(chapter):
    assert len(re.findall(r"^:class-container: exercise$", markdown(chapter), flags=re.M)) == 2
    on_data, on_sources = solutions(chapter)
    assert python(on_data) and "{ev}`" in on_sources


@every_chapter
def test_the_page_is_described_for_search_and_lists(chapter):
    description = re.search(r"^    description: (.*)$", markdown(chapter), flags=re.M)
    assert description and len(description[1].split()) >= 10


# --- figures ------------------------------------------------------------------


@every_chapter
def test_there_are_two_figures_or_tables(chapter):
    assert len(figure_cells(chapter)) + len(table_cells(chapter)) >= 2


@every_chapter
def test_a_figure_has_a_label_and_a_caption_that_names_its_source(chapter):
    for cell in figure_cells(chapter):
        assert re.fullmatch(r"fig-[a-z-]+", options(cell)["name"])
        assert "Source:" in options(cell)["caption"] and "{glue:text}`" in options(cell)["caption"]


@every_chapter
def test_every_figure_and_table_is_spoken_of(chapter):
    names = [options(cell)["name"] for cell in figure_cells(chapter)]
    names += re.findall(r'"(tbl-[a-z-]+)"', "\n".join(cell.source for cell in table_cells(chapter)))
    assert [name for name in names if f"{{numref}}`{name}`" not in markdown(chapter)] == []


@every_chapter
def test_no_count_is_typed_in_the_caption_of_a_table(chapter):
    captions = [text for cell in table_cells(chapter) for text in strings(cell.source) if text.endswith(".")]
    assert len(captions) == len(table_cells(chapter))
    assert [count for text in captions for count in prose.typed_counts(prose.Line(1, text))] == []


def test_no_label_is_given_twice():
    given = re.compile(r'^    name: (\S+)$|"(tbl-[a-z-]+)"', flags=re.M)
    labels = [label for name in docnames() for label in given.findall(markdown(name))]
    assert len(labels) == len(set(labels)) > 0


# --- code ---------------------------------------------------------------------


def strings(source: str) -> Iterator[str]:
    """Every string that a cell types, the fixed parts of formatted ones included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


# A path has no space before its slash or its ending; "and/or" in a sentence does.
TYPED = {
    "path": re.compile(r"^[.~]{0,2}(?:[\w.-]*[/\\])+[\w.-]*$"),
    "file name": re.compile(r"\.(?:csv|json|ya?ml|md|ipynb|svg|png|txt|bib|lock|py)\b"),
    "colour": re.compile(r"#[0-9a-fA-F]{3,8}\b"),
}


def typed(source: str) -> list[tuple[str, str]]:
    """What looks like a path or a colour; the name of a page, by which it asks for its numbers, is neither."""
    texts = [text for text in strings(source) if text not in docnames()]
    return [(kind, text) for text in texts for kind, pattern in TYPED.items() if pattern.search(text)]


@every_chapter
def test_no_path_no_file_and_no_colour_is_typed_in_a_cell(chapter):
    assert [found for cell in code(chapter) for found in typed(cell.source)] == []


@pytest.mark.parametrize(
    "source",
    [
        'read("data/rounds")',
        "read('../rounds')",
        "read(f'{table}.csv')",
        "draw(color='#a8321f')",
        "draw('#fff')",
        "Path('/x')",
    ],
)
def test_a_typed_path_or_colour_would_be_noticed(source):
    assert len(typed(source)) == 1


def test_a_sentence_with_a_slash_is_no_path():
    assert typed("alt = f'{n} visits about HIV/AIDS, and/or prisons'") == []


@every_chapter
def test_a_cell_is_short_enough_to_read(chapter):
    assert [cell.source for cell in code(chapter) if len(cell.source.splitlines()) > CELL_LINES] == []


@every_chapter
def test_the_first_cell_imports_by_name_and_is_hidden(chapter):
    first = code(chapter)[0]
    assert "remove-cell" in first.metadata["tags"]
    assert all("import *" not in cell.source for cell in code(chapter))
    assert [cell.source for cell in code(chapter)[1:] if re.search(r"^(?:from|import) ", cell.source, flags=re.M)] == []


@pytest.mark.parametrize(
    ("chapter", "number"), [(name, n) for name in chapters() for n in range(len(python("".join(solutions(name)))))]
)
def test_the_code_of_a_solution_runs_and_prints_something(chapter, number):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(python("".join(solutions(chapter)))[number], {"__name__": "__main__"})
    assert printed.getvalue().strip()
