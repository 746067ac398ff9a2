"""The recipes of CONTRIBUTING.md are followed to the letter: their commands, as printed, in a copy of the project."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shlex
import sys
import textwrap
from pathlib import Path
from subprocess import CompletedProcess

import project
import pytest
from click.testing import CliRunner
from project import ROOT, build, copy_project, make_small, onrecord, rows, run, said, write_rows

from onrecord import changes
from onrecord.__main__ import main
from onrecord.new import source
from onrecord.problems import InputError

pytestmark = pytest.mark.slow
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
# They say what has moved, and which names no table has; they do not end well where there is something to say.
TELLING = (["onrecord", "facts"], ["onrecord", "names"])


def recipe(title: str) -> str:
    """The text under a heading."""
    (body,) = re.findall(rf"^## {title}$\n(.*?)^## ", GUIDE, re.M | re.S)
    return body


def blocks(title: str) -> list[list[list[str]]]:
    """The commands that a recipe prints, block by block, each cut as a shell cuts it."""
    found = re.findall(r"^ *```sh\n(.*?)^ *```$", recipe(title), re.M | re.S)
    return [[shlex.split(line) for line in re.sub(r"\\\n", " ", block).splitlines()] for block in found]


def follow(folder: Path, commands: list[list[str]]) -> list[CompletedProcess[str]]:
    """Give commands one after the other in a copy; each does what it should."""
    results = []
    for command in commands:
        assert command[0] == "onrecord"
        result = onrecord(folder, *command[1:])
        assert "Traceback" not in result.stderr and (result.returncode == 0 or command in TELLING), said(result)
        results.append(result)
    return results


def printed(title: str) -> list[list[str]]:
    """All commands of a recipe."""
    return [command for block in blocks(title) for command in block]


def without_texts(title: str) -> list[list[str]]:
    """The commands of a recipe that need no text of a source."""
    return [command for command in printed(title) if "FOLDER" not in command]


def changed(folder: Path) -> dict[str, list[str]]:
    """The lines that a copy has and the project has not, by file of the data."""
    files = {path.name: path.read_text("utf-8").splitlines() for path in (folder / "data").glob("*.csv")}
    there = {name: set((ROOT / "data" / name).read_text("utf-8").splitlines()) for name in files}
    more = {name: [line for line in lines if line not in there[name]] for name, lines in files.items()}
    return {name: lines for name, lines in more.items() if lines}


# --- the recipes ------------------------------------------------------------------------------


def test_a_row_is_corrected_to_the_letter(project_copy):
    """Between what names the row and what has moved, the cell is changed: here a round that was only announced."""
    (which, *rest) = printed("Correct something")
    (found,) = follow(project_copy, [which])
    (place,) = re.findall(r"^data/comparator_rounds\.csv:(\d+) \[comparator_round_id\] eu_02$", found.stdout, re.M)
    rounds = rows("comparator_rounds", project_copy / "data")
    assert rounds[int(place) - 2]["comparator_round_id"] == "eu_02" and rounds[int(place) - 2]["status"] == "held"
    rounds[int(place) - 2]["status"] = "scheduled"
    write_rows("comparator_rounds", rounds, project_copy / "data")
    moved, *_ = follow(project_copy, rest)
    assert "for elsewhere_rounds_dated, printed at chapters/elsewhere.md:" in moved.stderr


def example(title: str, language: str) -> str:
    """What a recipe shows, in a fence of a language."""
    (found,) = re.findall(rf"^ *```{language}\n(.*?)^ *```$", recipe(title), re.M | re.S)
    return textwrap.dedent(found)


def test_a_table_is_added_to_the_letter(project_copy):
    """As the recipe shows it; without one of its declarations the check says what is lacking."""
    title = "Add a table or a column"
    described = json.loads(example(title, "json"))
    package = json.loads((project_copy / "data" / "datapackage.json").read_text("utf-8"))
    path = project_copy / "data" / "datapackage.json"
    (project_copy / "data" / described["path"]).write_text(example(title, "csv"), "utf-8")
    package["resources"].append(described)
    path.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")
    follow(project_copy, printed(title))
    del described["schema"]["fields"][1]["not_judged"]
    path.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert '[stamps.country]: expected "role": "judgement"' in onrecord(project_copy, "check").stderr


def test_a_statement_is_added_to_the_letter(project_copy):
    """And the numbers that it moves are named with old and new text and their places."""
    added, moved, *_ = follow(project_copy, without_texts("Add a coded statement"))
    assert added.stdout.startswith("burton2006:F.1b in data/evidence.csv:3\nLeft to you:\n")
    (line,) = [line for line in moved.stderr.splitlines() if " for methods_coded_once, " in line]
    assert "'none': expected 'one'" in line and "reference/methods.md:" in line
    (row,) = [row for row in rows("evidence", project_copy / "data") if row["evidence_id"] == "burton2006:F.1b"]
    assert not any(value for column, value in row.items() if column.endswith("_b"))
    assert set(changed(project_copy)) == {"evidence.csv", "facts.csv"}


def test_a_country_is_added_to_the_letter(project_copy):
    country, dated, *_, named = follow(project_copy, printed("Add a country"))
    assert "'Atlantis': expected a name that" in named.stderr
    assert "onrecord new round atlantis" in country.stdout
    assert "expected a break of atlantis from 2001-05 (no_later_round" in dated.stdout
    made = changed(project_copy)
    assert set(made) == {"comparators.csv", "comparator_rounds.csv", "dialogue_breaks.csv", "facts.csv", "searches.csv"}
    assert [made[name][0].split(",")[0] for name in sorted(made) if name != "facts.csv"] == [
        "atlantis_01", "atlantis", "atlantis_2001_1", "elsewhere_12",
    ]  # fmt: skip


def test_a_country_that_is_added_is_drawn(project_copy):
    """With the code of the chapter, which knows of no country but by the tables."""
    follow(project_copy, [command for command in printed("Add a country") if command[1] == "new"])
    code = "from onrecord.topics import elsewhere as e; e.lanes(); e.pace_chart(); print(e.lanes_in_words().to_csv())"
    drawn = run(project_copy, sys.executable, "-c", code)
    assert drawn.returncode == 0, said(drawn)[-2000:]
    assert "Atlantis,May 2001" in drawn.stdout and "no later round found" in drawn.stdout


def test_a_round_found_between_others_is_numbered_among_them(project_copy):
    """Australia's second place is free between 1997-08 and 1998-08-10; each later round has the place after its own."""
    before = [row for row in rows("comparator_rounds") if row["dialogue_id"] == "australia"]
    options = (
        "--date 1998-01 --status scheduled --number-basis not_numbered --source DuiHua2011 --grade B --locator Table"
    )
    follow(project_copy, [["onrecord", "new", "round", "australia", *options.split()]])
    after = [row for row in rows("comparator_rounds", project_copy / "data") if row["dialogue_id"] == "australia"]
    assert [row["comparator_round_id"] for row in after] == [f"australia_{n:02d}" for n in range(1, len(before) + 2)]
    assert [row["date"] for row in after] == sorted([*(row["date"] for row in before), "1998-01"])
    assert after[1]["date_precision"] == "month"


@pytest.fixture
def texts(tmp_path_factory) -> Path:
    """A folder of sources with one text in it, that of the recipe."""
    folder = tmp_path_factory.mktemp("texts")
    (folder / "petition.txt").write_text("We ask that the talks go on.\n", "utf-8")
    return folder


def with_folder(commands: list[list[str]], folder: Path) -> list[list[str]]:
    """Commands with a folder of texts where they say FOLDER."""
    return [[part.replace("FOLDER", folder.as_posix()) for part in command] for command in commands]


def test_a_source_is_added_to_the_letter_with_no_other_text_at_hand(project_copy, texts):
    new, *rest = with_folder(printed("Add a source"), texts)
    (made,) = follow(project_copy, [new])
    assert "references.bib" in made.stdout and "seeds/petition1999.md" in made.stdout
    refused = [line.split(": ", 1) for line in onrecord(project_copy, "check", "--draft").stderr.splitlines()[:-1]]
    left = {place.split(":")[0] for place, _ in refused}
    assert left == {"data/passages.csv", "data/facts.csv", "references.bib"}
    write_all(project_copy)
    follow(project_copy, rest)
    (row,) = [row for row in rows("sources", project_copy / "data") if row["source_id"] == "petition1999"]
    text = (texts / "petition.txt").read_bytes()
    assert (row["sha256"], row["characters"], row["words"]) == (hashlib.sha256(text).hexdigest(), "29", "7")
    assert row["date_precision"] == "day"
    lock = json.loads((project_copy / "seeds" / "quotes.lock").read_text("utf-8"))
    assert lock["quotations"]["petition1999:T.1a"]["start"] == text.decode().index("go on")
    assert project.docnames(project_copy / "_toc.yml").count("seeds/petition1999") == 1
    (work,) = [work for work in rows("works", project_copy / "data") if work["work_id"] == "petition1999"]
    assert (work["date"], work["author"]) == ("1999-05-03", "The petitioners")


PLACE = re.compile(r"\[write: [^\]]*\]")


def unwritten(folder: Path) -> list[Path]:
    """The files of the book in which something is still to be written."""
    found = [path for path in folder.rglob("*") if path.suffix in {".md", ".py", ".csv", ".yml", ".bib"}]
    found = [path for path in found if "tests" not in path.parts and path.parent.name != "new"]
    own = ("CONTRIBUTING.md", "unwritten.py")
    return [path for path in found if path.name not in own and PLACE.search(path.read_text("utf-8"))]


STORY = "[write: the story, in sections of this kind]"
LENGTH = "chapters/the-archive.md: N: expected 1800 to 2600 words of story"


def write_all(folder: Path) -> None:
    """Write something wherever something is to be written, and a story of the length of a story."""
    for path in unwritten(folder):
        text = path.read_text("utf-8").replace(STORY, "Some words of ours stand here. " * 320)
        path.write_text(PLACE.sub("some words of ours", text), "utf-8")


def numberless(lines: list[str]) -> list[str]:
    return [re.sub(r"'\d+'", "N", line) for line in lines]


def test_a_chapter_is_added_to_the_letter(project_copy):
    """The check names every place that is to be written, and no other fault; it is content once all are written."""
    (new,), (prose,), rest = blocks("Add a chapter")
    (made,) = follow(project_copy, [new])
    files = unwritten(project_copy)
    refused = onrecord(project_copy, "check", "--draft").stderr.splitlines()[:-1]
    assert LENGTH in numberless(refused)  # the check knows a chapter's shape
    refused = [line for line in refused if numberless([line]) != [LENGTH]]
    assert {line.split(":")[0] for line in refused} == {path.relative_to(project_copy).as_posix() for path in files}
    assert len(refused) > 40 and all(PLACE.search(line) for line in refused), refused
    assert {line.split(":")[0] for line in refused} < set(made.stdout.splitlines())
    write_all(project_copy)
    assert onrecord(project_copy, *prose[1:]).returncode == 0
    assert project.docnames(project_copy / "_toc.yml").count("chapters/the-archive") == 1
    follow(project_copy, rest)


def test_a_chapter_and_a_source_that_are_added_can_be_built(project_copy, texts):
    """With the small book around them, since a build of the whole takes minutes."""
    (chapter,), *_ = blocks("Add a chapter")
    source, *coded = with_folder(printed("Add a source"), texts)
    follow(project_copy, [chapter, source])
    write_all(project_copy)
    follow(project_copy, coded)
    own = project_copy / "chapters" / "the-archive.md"
    page = own.read_text("utf-8")
    make_small(project_copy)
    own.write_text(page, "utf-8")
    contents = project_copy / "_toc.yml"
    more = "      - file: chapters/the-archive\n      - file: seeds/petition1999\n"
    contents.write_text(contents.read_text("utf-8") + more, "utf-8")
    built = build(project_copy)
    assert built.returncode == 0, said(built)[-3000:]
    made = project_copy / "_build" / "html" / "chapters" / "the-archive.html"
    assert "Who keeps the archive?" in made.read_text("utf-8")
    dossier = project_copy / "_build" / "html" / "seeds" / "petition1999.html"
    assert "The talks should go on." in dossier.read_text("utf-8")


def lines_with(folder: Path, word: str) -> set[str]:
    """The files of a copy that have a word, but for what was said and promised, and the recipes themselves."""
    kept = {"CHANGELOG.md", "tests/addresses.txt", "moved.csv", "CONTRIBUTING.md", "tests/test_recipes.py"}
    texts = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in TEXTS}
    whole = re.compile(rf"(?:(?<![\w-])|(?<=\\[nt])){word}(?:-digits)?(?![\w-])", re.I)
    return {name for name, path in texts.items() if whole.search(path.read_text("utf-8"))} - kept


TEXTS = {".md", ".csv", ".py", ".yml", ".bib", ".lock", ".json"}


def test_a_fact_is_renamed_to_the_letter(project_copy):
    """A dry run changes nothing, and lists every line that is changed afterwards."""
    before = lines_with(project_copy, "rounds_held")
    _, dry, done, *_ = follow(project_copy, printed("Rename something"))
    recipes = {"CONTRIBUTING.md", "tests/test_recipes.py"}
    assert {line.split(":")[0] for line in dry.stdout.splitlines()[:-1]} == before | recipes
    assert dry.stdout.splitlines()[-1] == f"{done.stdout.strip()} to change"
    assert lines_with(project_copy, "rounds_held") == set()
    assert {name for name in lines_with(project_copy, "rounds_that_met") if name.startswith("chapters/")} == {
        name for name in before if name.startswith("chapters/")
    }


RENAMED = [
    ("page", "chapters/silence", "chapters/hush"),
    ("statement", "burton2006:4C.2b", "burton2006:4C.2z"),
    ("work", "sdir3", "sdirthree2006"),
    ("comparators", "norway", "noreg"),
    ("themes", "depth", "profundity"),
    ("events", "australia_2012", "australia_late"),
]


def test_keys_that_are_made_of_a_renamed_one_are_left_to_a_person(monkeypatch):
    monkeypatch.setattr(changes, "put_all", lambda texts: None)
    told = CliRunner().invoke(main, ["rename", "comparators", "norway", "noreg"]).output
    assert "[comparator_round_id] norway_01: does it name norway?" in told
    assert "onrecord/topics/trade.py" in told and "chapters/elsewhere.md" not in told


def test_a_title_is_written_into_the_bibliography_so_that_it_comes_out_as_it_was():
    row = {
        "source_id": "made1999",
        "bib_key": "made1999",
        "title": "A & B_{C}: 100 %",
        "publisher": "P",
        "date": "1999",
    }
    made = changes.Changes()
    source.enter(made, {**row, "date_precision": "year"})
    (work,) = [work for work in made.rows("works") if work["work_id"] == "made1999"]
    assert (work["title"], work["author"], work["date"]) == ("A & B_C: 100 %", "P", "1999")


@pytest.fixture(scope="module")
def renamed(tmp_path_factory) -> Path:
    """A copy in which something of each kind has another name."""
    folder = copy_project(tmp_path_factory.mktemp("renamed"))
    for command in RENAMED:
        result = onrecord(folder, "rename", *command)
        assert result.returncode == 0, said(result)
    assert onrecord(folder, "accept").returncode == 0
    return folder


def test_whatever_is_renamed_the_project_is_right_afterwards(renamed):
    checked = onrecord(renamed, "check")
    assert (checked.returncode, checked.stderr) == (0, ""), said(checked)[-3000:]
    assert lines_with(renamed, "burton2006:4C\\.2b") == lines_with(renamed, "sdir3") == set()
    # Words of prose that look like a key are no key.
    assert (renamed / "chapters" / "elsewhere.md").read_text("utf-8").count("Norway") > 2
    assert "profundity" not in (renamed / "chapters" / "common-ground.md").read_text("utf-8")
    # A chapter has taken its module, its label and its exercise with it.
    assert not (renamed / "chapters" / "silence.md").exists()
    assert "from onrecord.topics import hush\n" in (renamed / "chapters" / "hush.md").read_text("utf-8")
    assert (renamed / "onrecord" / "topics" / "hush.py").is_file()
    assert lines_with(renamed, "ch-silence") == lines_with(renamed, "chapters/silence") == set()
    tried = run(renamed, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_hearings.py")
    assert tried.returncode == 0, said(tried)[-2000:]


def test_every_promised_address_of_what_is_renamed_leads_on(renamed):
    with (renamed / "moved.csv").open(encoding="utf-8", newline="") as file:
        moved = {row["from"]: row["to"] for row in csv.DictReader(file)}
    promised = (ROOT / "tests" / "addresses.txt").read_text("utf-8").split()
    for address in promised:
        if address.startswith(("chapters/silence.html", "downloads/silence.")):
            assert moved[address].startswith(
                (address.replace("silence", "hush", 1).split("#")[0], "chapters/hush.html")
            )
    assert moved["reference/left-out.html#left-out-silence"] == "reference/left-out.html#left-out-hush"
    assert moved["chapters/silence.html#tbl-asked"] == "chapters/hush.html#fig-positions"  # a row that was there before
    assert moved["reference/evidence.html#burton2006-4C-2b"] == "reference/evidence.html#burton2006-4C-2z"
    assert not set(moved) & set(moved.values())


def test_the_old_page_of_a_renamed_one_leads_on(small_book):
    with (small_book / "tests" / "addresses.txt").open("a", encoding="utf-8") as promised:
        promised.write("chapters/small.html\nchapters/small.html#ch-small\n")
    assert onrecord(small_book, "rename", "page", "chapters/small", "chapters/little").returncode == 0
    built = build(small_book)
    assert built.returncode == 0, said(built)[-3000:]
    old = (small_book / "_build" / "html" / "chapters" / "small.html").read_text("utf-8")
    assert 'href="little.html"' in old and 'href="little.html#ch-little"' in old and 'id="ch-small"' in old
    assert "What was called chapters/small is called chapters/little." in old


def test_what_is_renamed_and_renamed_back_is_as_it_was(project_copy):
    (project_copy / "tests" / "test_recipes.py").unlink()  # which has both names
    before = {path: path.read_bytes() for path in project_copy.rglob("*") if path.suffix in TEXTS}
    for command in (("page", "chapters/silence", "chapters/hush"), ("page", "chapters/hush", "chapters/silence")):
        assert onrecord(project_copy, "rename", *command).returncode == 0
    after = {path: path.read_bytes() for path in project_copy.rglob("*") if path.suffix in TEXTS}
    assert [path.name for path in before if before[path] != after.get(path)] == []


NO_CHAPTER = [
    ("the-archive --title Who? --after nowhere", "_toc.yml: 'nowhere': expected one of question, origins,"),
    ("silence --title Who? --after silence", "'silence': expected a name that no chapter and no module"),
    ("statuses --title Who? --after silence", "'statuses': expected a name that no chapter and no module"),
    ("class --title Who? --after silence", "'class': expected a name of small letters"),
    ("archive9 --title Who? --after silence", "'archive9': expected a name of small letters"),
    ("the-archive --after silence", "expected a title of one line (--title)"),
]


@pytest.mark.parametrize(("what", "message"), NO_CHAPTER)
def test_a_chapter_that_has_no_place_is_refused_before_anything_is_written(what, message, monkeypatch):
    written: list[object] = []
    monkeypatch.setattr(changes, "put_all", written.append)
    result = CliRunner().invoke(main, ["new", "chapter", *what.split()])
    assert isinstance(result.exception, InputError) and written == []
    assert any(message in line for line in str(result.exception).splitlines()), result.exception


NO_SOURCE = [
    ({"key": "petition"}, "[source_id]: 'petition': expected a name and a year"),
    ({"key": "york2006"}, "[source_id]: 'york2006': expected a key that no source has"),
    ({"--kind": "petition"}, "sources.csv:7 [kind]: 'petition': expected one of assessment,"),
    ({"--date": "1999-13-01"}, "sources.csv:7 [date]: '1999-13-01': expected a date that exists"),
    ({"--date": "in May"}, "sources.csv:7 [date]: 'in May': expected what fits"),
    ({"--title": ""}, "sources.csv:7 [title]: expected a value (--title)"),
    ({"--errors": "D00"}, "sources.csv:7 [errors]: 'D00': expected a key of data/discrepancies.csv"),
    ({"--title": "A petition\nof two lines"}, "sources.csv:7 [title]: 'A petition\\nof two lines': expected one line"),
    ({"text": b"caf\xe9\n"}, "petition.txt:1: expected UTF-8"),
    ({"text": b"\n"}, "petition.txt: expected a text"),
]


@pytest.mark.parametrize(("fault", "message"), NO_SOURCE, ids=str)
def test_a_source_that_does_not_fit_is_refused_before_anything_is_written(fault, message, monkeypatch, texts):
    written: list[object] = []
    monkeypatch.setattr(changes, "put_all", written.append)
    if "text" in fault:
        (texts / "petition.txt").write_bytes(fault["text"])
    (new, *_) = with_folder(printed("Add a source"), texts)
    new[3] = fault.get("key", new[3])
    new += [part for option, value in fault.items() if option.startswith("--") for part in (option, value)]
    result = CliRunner().invoke(main, new[1:])
    assert isinstance(result.exception, InputError) and written == []
    assert any(message in line for line in str(result.exception).splitlines()), result.exception


# --- what is refused --------------------------------------------------------------------------

STATEMENT = {
    "--sentences": "1", "--speaker": "burton", "--about": "assessment", "--theme": "record", "--stance": "account",
    "--paraphrase": "It has a title.", "--analytic-note": "Title page.", "--confidence": "high",
}  # fmt: skip
WORK = {"--source": "DuiHua2011", "--grade": "B", "--locator": "Table"}
COUNTRY = {"--country": "Atlantis", "--name": "Talks", "--ngo-part": "Not found.", "--openness": "Not found.", **WORK}
ROUND = {"--date": "2001-05", "--status": "held", "--number-basis": "not_numbered", **WORK}
REFUSED = [
    ("statement burton2006:F.99", STATEMENT, {}, "data/passages.csv [passage_id]: 'burton2006:F.99': expected a key"),
    ("statement burton2006:F.1", STATEMENT, {"--stance": "praise"}, "evidence.csv:3 [stance]: 'praise': expected one"),
    ("statement burton2006:F.1", STATEMENT, {"--stance": ""}, "evidence.csv:3 [stance]: expected a value (--stance)"),
    ("statement burton2006:F.1", STATEMENT, {"--theme": "titles"}, "evidence.csv:3 [theme_id]: 'titles': expected a"),
    ("statement burton2006:F.1", STATEMENT, {"--sentences": "one"}, "[sentences]: 'one': expected what fits ^"),
    ("statement burton2006:F.1", STATEMENT, {"--sentences": "7"}, "[sentences]: '7': expected sentences within 1-1"),
    ("statement burton2006:F.1", STATEMENT, {"--quote": "word " * 26 + "end"}, "[quote]: 'word"),
    ("statement burton2006:F.1", STATEMENT, {"--paraphrase": "=1+1"}, "evidence.csv:3 [paraphrase]: '=1+1': expected"),
    ("country canada", COUNTRY, {}, "comparators.csv [dialogue_id]: 'canada': expected a key that is not taken"),
    ("country At-lantis", COUNTRY, {}, "'At-lantis'"),
    ("country atlantis", COUNTRY, {"--source": "nobody1999"}, "comparators.csv:15 [source]: 'nobody1999': expected a"),
    ("search nowhere", {}, {"--result": "no"}, "searches.csv [topic]: 'nowhere': expected one of chinese-voices,"),
    ("round atlantis", ROUND, {}, "'atlantis': expected a key of data/comparators.csv"),
    ("round sweden", ROUND, {}, "comparators.csv:13 [start]: 'sweden': expected a start, since a round"),
    ("round canada", ROUND, {"--date": "2001-13"}, "[date]: '2001-13': expected a date that exists"),
    ("round canada", ROUND, {"--round-no": "one"}, "[round_no]: 'one': expected a whole number"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "options", "fault", "message"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_does_not_fit_is_refused_before_anything_is_written(what, options, fault, message, monkeypatch):
    written: list[object] = []
    monkeypatch.setattr(changes, "put_all", written.append)
    given = [part for option in {**options, **fault}.items() for part in option]
    result = CliRunner().invoke(main, ["new", *what.split(), *given])
    assert isinstance(result.exception, InputError) and written == []
    assert any(message in line for line in str(result.exception).splitlines()), result.exception


def test_all_that_does_not_fit_is_said_at_once():
    given = {**STATEMENT, "--stance": "praise", "--speaker": "nobody", "--confidence": ""}
    result = CliRunner().invoke(main, ["new", "statement", "burton2006:F.99", *(p for o in given.items() for p in o)])
    assert [line.split(": ")[0] for line in str(result.exception).splitlines()] == [
        "data/passages.csv [passage_id]",
        "data/evidence.csv [speaker_id]",
        "data/evidence.csv [stance]",
        "data/evidence.csv [confidence]",
    ]


NOT_RENAMED = [
    ("fact rounds_hold rounds_that_met", "data/facts.csv: 'rounds_hold': expected a fact_id"),
    ("fact rounds_held topics_total", "'topics_total': expected a key that nothing has, and data/facts.csv:"),
    ("fact rounds_held rounds-held", "'rounds-held': expected a key of letters"),
    ("fact trade_norway_2009 trade_norway_nine", "'trade_norway_2009': expected a fact of a function of its own name"),
    ("statement burton2006:4C.2b burton2006:4C.3z", "[evidence_id]: 'burton2006:4C.3z': expected burton2006:4C.2 and"),
    ("work sdir3 sdir7", "'sdir7': expected a key that nothing has"),
    ("work sdir3 sdir_7", "data/works.csv: 'sdir_7': expected what fits ^"),
    ("passages burton2006:4C.2 burton2006:4C.99", "'passages': expected a table that is written by hand, not by onrec"),
    ("agreements depth profundity", "'agreements': expected themes, where its keys are made"),
    ("symposium a b", "'symposium': expected page, fact, statement, work or the name of a table"),
    ("comparators norway No-reg!", "'No-reg!': expected a key of letters"),
    ("comparators norway No-reg", "'No-reg'"),
    ("page chapters/nowhere chapters/hush", "_toc.yml: 'chapters/nowhere': expected a page of the book"),
    ("page chapters/silence chapters/reset", "'chapters/reset': expected a name in chapters/ that is free"),
    ("page chapters/silence reference/hush", "'reference/hush': expected a name in chapters/"),
    ("page chapters/silence chapters/statuses", "'chapters/statuses': expected a name that no chapter and no module"),
    ("page chapters/silence chapters/Hush", "'chapters/Hush': expected a name in chapters/"),
    ("page fr french", "'fr': expected a page of the book in a folder"),
    ("sources york2006 york1999", "'sources': expected a table of whose keys no ids are made"),
    ("page seeds/york2006 seeds/york", "'seeds/york2006': expected a page that is not named after its source"),
]


@pytest.mark.parametrize(("what", "message"), NOT_RENAMED)
def test_what_cannot_be_renamed_is_refused_before_anything_is_written(what, message, monkeypatch):
    written: list[object] = []
    monkeypatch.setattr(changes, "put_all", written.append)
    result = CliRunner().invoke(main, ["rename", *what.split()])
    assert isinstance(result.exception, InputError) and written == []
    assert any(message in line for line in str(result.exception).splitlines()), result.exception


def test_what_fits_would_be_written(monkeypatch):
    """So that the test above does not pass because nothing is ever written."""
    written: list[dict] = []
    monkeypatch.setattr(changes, "put_all", written.append)
    given = [part for option in STATEMENT.items() for part in option]
    assert CliRunner().invoke(main, ["new", "statement", "burton2006:F.1", *given]).exit_code == 0
    assert [path.name for made in written for path in made] == ["evidence.csv"]


def test_of_several_files_all_are_written_or_none(tmp_path):
    good, bad = tmp_path / "good.txt", tmp_path / "a-file" / "bad.txt"
    (tmp_path / "a-file").write_text("in the way", "utf-8")
    with pytest.raises(OSError):
        changes.put_all({good: b"new", bad: b"new"})
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]
    changes.put_all({good: b"new"})
    assert good.read_text("utf-8") == "new"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory) -> Path:
    """A copy for commands that must not write."""
    return copy_project(tmp_path_factory.mktemp("untouched"))


def test_a_refusal_is_a_line_each_and_no_traceback(untouched):
    result = onrecord(untouched, "new", "statement", "burton2006:F.1", "--stance", "praise")
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "data/evidence.csv:3 [stance]: 'praise': expected one of criticism," in result.stderr
    assert (untouched / "data" / "evidence.csv").read_bytes() == (ROOT / "data" / "evidence.csv").read_bytes()
