"""Quotations: locked without the sources, found in their places with them, and never long."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from project import ROOT, WITHOUT_SOURCES, files, find_sources, rows

from onrecord import passages, quotes, texts
from onrecord.problems import InputError
from onrecord.tables import table

LONGEST = 25
QUOTED = [row for row in rows("evidence") if row["quote"]]
PASSAGES = {row["passage_id"]: row for row in rows("passages")}
PHRASES = rows("press_phrases")
SOURCES = {row["source_id"]: row for row in rows("sources")}


def source_text(folder: Path, source_id: str) -> str:
    """A text as the table of sources names it, read without the package."""
    return (folder / SOURCES[source_id]["file"]).read_text("utf-8")


def passage_text(folder: Path, passage_id: str) -> str:
    row = PASSAGES[passage_id]
    return source_text(folder, row["source_id"])[int(row["start"]) : int(row["end"])]


def forms(text: str) -> list[str]:
    return [word.text for word in texts.words(text)]


def runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    """Every run of so many words."""
    return zip(*(words[start:] for start in range(length)), strict=False)


# --- without the sources ------------------------------------------------------


def test_every_quotation_has_the_words_that_were_locked():
    assert quotes.check_locked() == []


def test_every_quotation_is_locked_and_nothing_else_is():
    assert set(json.loads((ROOT / "seeds" / "quotes.lock").read_text("utf-8"))["quotations"]) == {
        row["evidence_id"] for row in QUOTED
    }


@pytest.mark.parametrize(("table_name", "column"), [("evidence", "quote"), ("press_phrases", "phrase")])
def test_no_quotation_is_longer_than_twenty_five_words(table_name, column):
    assert [row[column] for row in rows(table_name) if len(row[column].split()) > LONGEST] == []


def test_a_paraphrase_is_in_our_words():
    """No paraphrase contains its own quotation, unless that is a name or a phrase of a few words."""
    parrots = [
        row["evidence_id"]
        for row in QUOTED
        if len(forms(row["quote"])) > 6 and texts.find(row["quote"], row["paraphrase"])
    ]
    assert parrots == []


def altered(monkeypatch: pytest.MonkeyPatch, column: str, change) -> str:
    """Change a cell of the first row that has a quotation; its id."""
    evidence = table("evidence")
    first = evidence.index[evidence["quote"].notna()][0]
    evidence.loc[first, column] = change(evidence.loc[first, column])
    monkeypatch.setattr(quotes, "table", lambda name: evidence if name == "evidence" else table(name))
    return str(evidence.loc[first, "evidence_id"])


@pytest.mark.parametrize(
    ("column", "change", "message"),
    [
        ("quote", lambda quote: quote.replace(quote.split()[0], "another"), "expected the quotation that was locked"),
        ("quote", lambda quote: None, "expected a quotation in data/evidence.csv"),
        ("passage_id", lambda passage: "york2006:T.2", "expected the quotation that was locked"),
        ("evidence_id", lambda identifier: identifier[:-1] + "z", "expected an entry in seeds/quotes.lock"),
        ("quote", lambda quote: "word " * 26, "expected at most 25 words"),
    ],
)
def test_the_lock_notices_a_change(monkeypatch, column, change, message):
    altered(monkeypatch, column, change)
    assert any(message in str(problem) for problem in quotes.check_locked())


@pytest.mark.parametrize("entry", [{}, [], "words"])
def test_an_entry_of_the_lock_that_says_nothing_is_noticed(monkeypatch, entry):
    lock = quotes.read_lock()
    first = next(iter(lock["quotations"]))
    lock["quotations"][first] = entry
    monkeypatch.setattr(quotes, "read_lock", lambda: lock)
    (problem,) = quotes.check_locked()
    assert problem.expected == "expected the quotation that was locked"


def test_a_source_of_another_text_than_its_quotations_were_locked_by_is_noticed(monkeypatch):
    sources = table("sources")
    sources.loc[1, "sha256"] = sources.loc[0, "sha256"]
    monkeypatch.setattr(quotes, "table", lambda name: sources if name == "sources" else table(name))
    assert [(problem.file, problem.row, problem.column) for problem in quotes.check_locked()] == [
        ("data/sources.csv", 3, "sha256")
    ]


def test_the_lock_does_not_mind_typography(monkeypatch):
    altered(monkeypatch, "quote", lambda quote: f"  {quote.upper()}  ".replace("'", "’"))
    assert quotes.check_locked() == []


# --- every column that the data package declares as a quotation -----------------

DECLARED = {column.name: column for column in quotes.declared()}


def test_the_columns_with_words_of_the_sources_are_declared():
    assert {"evidence.quote", "press_phrases.phrase", "round_topics.topic_as_listed"} <= set(DECLARED)


def plant(monkeypatch: pytest.MonkeyPatch, name: str, column: str, row: int, value: object) -> None:
    """Change one cell of a table as the module of quotations sees it."""
    frame = table(name)
    frame.loc[row, column] = value
    monkeypatch.setattr(quotes, "table", lambda asked: frame.copy() if asked == name else table(asked))


def first_quoted(column: quotes.Column) -> int:
    cells = table(column.table)[column.column]
    return int(cells.index[cells.notna()][0])


@pytest.mark.parametrize("name", DECLARED)
def test_a_changed_word_in_any_declared_column_is_noticed_without_the_texts(monkeypatch, name):
    column = DECLARED[name]
    row = first_quoted(column)
    changed = f"other {table(column.table).at[row, column.column]}"
    plant(monkeypatch, column.table, column.column, row, changed)
    assert any(
        f"{column.table}.csv:{row + 2} [{column.column}]: 'other" in str(problem)
        and "expected the quotation that was locked" in str(problem)
        for problem in quotes.check_locked()
    )


@pytest.mark.parametrize("name", DECLARED)
def test_a_quotation_that_is_new_or_gone_is_noticed_without_the_texts(monkeypatch, name):
    column = DECLARED[name]
    lock = quotes.read_lock()
    entries = lock["quotations"] if name == "evidence.quote" else lock["columns"][name]
    entries["planted"] = entries.pop(next(iter(entries)))
    monkeypatch.setattr(quotes, "read_lock", lambda: lock)
    found = [str(problem) for problem in quotes.check_locked()]
    assert any("expected an entry in seeds/quotes.lock" in problem for problem in found)
    assert any("planted" in p and f"expected a quotation in data/{column.table}.csv" in p for p in found)


@pytest.mark.parametrize("name", DECLARED)
def test_a_long_quotation_is_noticed_in_any_declared_column(monkeypatch, name):
    column = DECLARED[name]
    plant(monkeypatch, column.table, column.column, first_quoted(column), "word " * 26)
    assert any("expected at most 25 words" in str(problem) for problem in quotes.check_locked())


@pytest.mark.parametrize("name", DECLARED)
def test_words_that_are_not_in_the_texts_are_noticed_in_any_declared_column(source_texts, monkeypatch, name):
    column = DECLARED[name]
    plant(monkeypatch, column.table, column.column, first_quoted(column), "words that nobody printed")
    _, problems = quotes.make_lock(source_texts)
    assert ["words that nobody printed" in str(p) and "expected words that stand in" in str(p) for p in problems] == [
        True
    ]


def test_a_source_s_words_outside_the_declared_columns_are_noticed(source_texts, monkeypatch):
    words = passage_text(source_texts, "york2006:T.12").split()[: quotes.RUN]
    assert list(quotes.undeclared(source_texts)) == []
    plant(monkeypatch, "themes", "definition", 0, f"As the article has it, {' '.join(words)}.")
    (problem,) = (str(problem) for problem in quotes.undeclared(source_texts))
    assert "data/themes.csv:2 [definition]" in problem and "expected our words" in problem


def test_names_are_nobody_s_wording(source_texts, monkeypatch):
    name = "the Vancouver Society in Support of Democratic Movement in China and"
    plant(monkeypatch, "themes", "definition", 0, name)
    assert list(quotes.undeclared(source_texts)) == []


def test_quotations_are_locked_by_the_texts_that_one_has(source_texts, tmp_path):
    """With one text the lock is made anew for it, and what stands in the others stays as it was."""
    (tmp_path / SOURCES["york2006"]["file"]).write_text(source_text(source_texts, "york2006"), "utf-8")
    assert quotes.make_lock(tmp_path) == quotes.make_lock(source_texts)
    assert quotes.source_folder(tmp_path)[1] == [s for s in SOURCES if s != "york2006"]


def test_a_new_quotation_from_a_text_that_one_has_not_cannot_be_locked(source_texts, tmp_path, monkeypatch):
    (tmp_path / SOURCES["york2006"]["file"]).write_text(source_text(source_texts, "york2006"), "utf-8")
    plant(monkeypatch, "round_topics", "topic_as_listed", 0, "Minority rights")
    (problem,) = (str(problem) for problem in quotes.make_lock(tmp_path)[1])
    assert "the text of" in problem and "burton2006" in problem and "was not there" in problem


def test_a_folder_without_any_text_is_named(tmp_path):
    with pytest.raises(InputError, match="expected a source text"):
        quotes.make_lock(tmp_path)


# --- whether the sources are there --------------------------------------------


def test_without_the_sources_their_tests_are_skipped_and_say_why(tmp_path):
    for on_ci in (False, True):
        with pytest.raises(pytest.skip.Exception, match=WITHOUT_SOURCES):
            find_sources(tmp_path / "shared" / "seeds", on_ci)


def test_on_ci_they_are_not_skipped_where_the_sources_should_be(tmp_path):
    folder = tmp_path / "shared" / "seeds"
    folder.parent.mkdir()
    with pytest.raises(pytest.skip.Exception):
        find_sources(folder, on_ci=False)
    with pytest.raises(pytest.fail.Exception, match="holds no text"):
        find_sources(folder, on_ci=True)


# --- with the sources ---------------------------------------------------------


def test_every_quotation_stands_in_its_source(source_texts):
    assert quotes.check_against(source_texts) == []


def stands_where_its_row_says(folder: Path, row: dict[str, str]) -> bool:
    """Whether a quotation is in the sentences named: without the lock, by the locator that a reader is given."""
    body = passage_text(folder, row["passage_id"])
    first, _, last = row["sentences"].partition("-")
    named = texts.sentences(body)[int(first) - 1 : int(last or first)]
    return texts.find(row["quote"], body[named[0][0] : named[-1][1]]) is not None


def test_every_quotation_stands_in_the_sentences_that_its_row_names(source_texts):
    assert [row["evidence_id"] for row in QUOTED if not stands_where_its_row_says(source_texts, row)] == []


def test_every_phrase_of_the_article_stands_in_its_passage(source_texts):
    lost = [r["phrase_id"] for r in PHRASES if not texts.find(r["phrase"], passage_text(source_texts, r["passage_id"]))]
    assert lost == []


def test_a_phrase_said_to_be_the_report_s_stands_in_the_report(source_texts):
    taken = [row for row in PHRASES if row["fidelity"] in ("verbatim", "trimmed")]
    report = [passage_text(source_texts, row["report_passage_id"]) for row in taken]
    assert [
        r["phrase_id"] for r, passage in zip(taken, report, strict=True) if not texts.find(r["phrase"], passage)
    ] == []


def test_a_phrase_said_not_to_be_in_the_report_is_not(source_texts):
    report = source_text(source_texts, "burton2006")
    added = [row for row in PHRASES if row["fidelity"] == "not_in_report"]
    assert [row["phrase_id"] for row in added if texts.find(row["phrase"], report)] == []


@pytest.mark.parametrize("source_id", SOURCES)
def test_cutting_a_source_again_gives_the_same_passages(source_texts, source_id):
    cut = passages.segment(source_id, passages.read_source(source_texts, source_id))
    kept = [row for row in rows("passages") if row["source_id"] == source_id]
    assert cut.astype(str).to_dict("records") == kept
    sections = passages.sections(source_id).astype(str).to_dict("records")
    assert sections == [row for row in rows("sections") if row["source_id"] == source_id]


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_source_is_as_long_as_its_row_says(source_texts, source_id):
    assert len(source_text(source_texts, source_id)) == int(SOURCES[source_id]["characters"])


def test_a_gap_between_passages_is_found(source_texts):
    known = table("passages")
    text = source_text(source_texts, "york2006")
    (first,) = passages.check_passages(known[known["passage_id"] != "york2006:T.3"], "york2006", text)
    assert "expected no text between passages" in str(first)
    short = passages.check_passages(known[known["source_id"] == "york2006"].head(3), "york2006", text)
    assert "expected passages to the end of york2006" in str(short[-1])


def test_changed_words_in_a_passage_are_found(source_texts):
    text = source_text(source_texts, "york2006")
    row = PASSAGES["york2006:T.3"]
    at = int(row["start"])
    changed = f"{text[:at]}x{text[at + 1 :]}"
    found = passages.check_passages(table("passages"), "york2006", changed)
    assert any("expected the words locked for this passage" in str(problem) for problem in found)


# --- nothing long is copied ---------------------------------------------------


def long_runs(folder: Path) -> set[tuple[str, ...]]:
    """Every run of one word more than may be quoted, in any source."""
    found = (forms(path.read_text("utf-8")) for path in sorted(folder.glob("*.txt")))
    return {run for words in found for run in runs(words, LONGEST + 1)}


def copied(text: str, forbidden: set[tuple[str, ...]]) -> str:
    """The beginning of the first run of a source's words in a text, if there is one."""
    return next((" ".join(run[:8]) for run in runs(forms(text), LONGEST + 1) if run in forbidden), "")


def test_no_file_holds_more_than_twenty_five_words_of_a_source_in_a_row(source_texts):
    forbidden = long_runs(source_texts)
    found = {name.as_posix(): copied((ROOT / name).read_text("utf-8", "ignore"), forbidden) for name in files()}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_long_copy_would_be_noticed(source_texts):
    forbidden = long_runs(source_texts)
    words = passage_text(source_texts, "york2006:T.12").split() + passage_text(source_texts, "york2006:T.13").split()
    assert copied(" ".join(words[:27]).upper(), forbidden)
    assert not copied(" ".join([*words[:24], "otherwise", *words[24:48]]), forbidden)


def test_the_table_of_passages_holds_places_and_hashes_and_no_text():
    assert [row["passage_id"] for row in rows("passages") if any(" " in cell for cell in row.values())] == []
