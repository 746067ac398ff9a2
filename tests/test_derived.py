"""What is made from something else is marked as made, and making it again changes nothing."""

import csv

import pytest
from project import DATA

from onrecord import derived, tables, works
from onrecord.__main__ import main
from onrecord.problems import InputError


def test_every_table_that_is_made_is_marked_with_the_command_that_makes_it():
    ways = (derived.MADE, derived.MADE_FROM_TEXTS, derived.MADE_FROM_EXTRACT)
    assert set(derived.derived()) == set().union(*ways)
    for command in derived.derived().values():
        program, name, option = command.split()
        assert program == "onrecord" and name in main.commands
        assert option in {"--write": [p.opts[0] for p in main.commands[name].params], "FOLDER": ["FOLDER"]}[option]


@pytest.mark.parametrize("name", derived.MADE)
def test_making_it_again_gives_the_same_bytes(name):
    assert derived.MADE[name]() == tables.raw(name)


@pytest.mark.parametrize("name", derived.MADE_FROM_TEXTS)
def test_making_it_again_from_the_texts_gives_the_same_bytes(name, source_texts):
    assert derived.MADE_FROM_TEXTS[name](source_texts) == tables.raw(name)


@pytest.mark.parametrize("name", derived.MADE_FROM_EXTRACT)
def test_making_it_again_from_the_extract_gives_the_same_bytes(name, trade_extract):
    assert derived.MADE_FROM_EXTRACT[name](trade_extract) == tables.raw(name)


def test_another_extract_is_refused(tmp_path):
    (tmp_path / "china_imports.csv").write_text("year\n", "utf-8")
    with pytest.raises(InputError, match=r"china_imports\.csv: '[0-9a-f]{64}': expected SHA-256 [0-9a-f]{64}"):
        derived.MADE_FROM_EXTRACT["import_shares"](tmp_path)
    with pytest.raises(InputError, match="expected a file of the trade extract"):
        derived.MADE_FROM_EXTRACT["import_shares"](tmp_path / "nowhere")


@pytest.mark.parametrize("name", derived.derived())
def test_a_change_by_hand_is_named(name):
    lines = tables.raw(name).decode().split("\n")
    made = "\n".join([*lines[:3], f"{lines[3]}.", *lines[4:]]).encode()
    (problem,) = derived.changed(name, made)
    command = derived.derived()[name]
    header, cells = csv.reader([lines[0], lines[3]])
    assert str(problem) == f"data/{name}.csv:4 [{header[-1]}]: {cells[-1]!r}: expected {cells[-1] + '.'!r} ({command})"
    longer = "\n".join([*lines[:-1], "more", ""]).encode()
    assert [p.row for p in derived.changed(name, longer)] == [len(lines)]


def test_counts_that_are_copied_are_what_they_count(source_texts):
    for row in tables.table("sources").itertuples():
        assert row.characters == len((source_texts / row.file).read_text("utf-8"))


# --- the bibliography as a table ----------------------------------------------

ENTRY = """@article{{made,
  author = {{York, Geoffrey and {{Two \\& Three}}}},
  title = {{{{A {{B}} C--D}}}},
  journal = {{Paper}},
  year = {{2006}},
  month = jun,
  note = {{{note}}}
}}
"""


def made(monkeypatch, tmp_path, text: str) -> dict[str, str]:
    path = tmp_path / "made.bib"
    path.write_text(text, "utf-8")
    monkeypatch.setattr(works, "BIBLIOGRAPHY", path)
    return works.make().iloc[0].to_dict()


@pytest.mark.parametrize(
    ("note", "date", "read"),
    [
        ("16 June 2006. Read in a posted copy", "2006-06-16", "copy"),
        ("16 June 2006; only a part was seen", "2006-06-16", "part"),
        ("On the vote of 16 June 2006. Read whole", "2006-06", "whole"),
        ("Dated 1 July 2006. The abstract was read", "2006-06", "abstract"),
        ("Editorial, 1 June 2006. Read in an extract posted by somebody", "2006-06-01", "excerpt"),
        ("Known here only from the account of a newspaper", "2006-06", "account"),
        ("16 June 2006. Opening read in a posted copy", "2006-06-16", "part"),
        ("Two posted copies were read; both break off", "2006-06", "part"),
        ("Known from a review, which was read in its opening", "2006-06", "review"),
        ("Read in a posted translation", "2006-06", "copy"),
        ("The headline was seen in part", "2006-06", "not_stated"),
    ],
)
def test_an_entry_becomes_a_row(note, date, read, monkeypatch, tmp_path):
    assert made(monkeypatch, tmp_path, ENTRY.format(note=note)) == {
        "work_id": "made",
        "type": "article",
        "author": "York, Geoffrey;Two & Three",
        "title": "A B C–D",
        "publisher": "Paper",
        "date": date,
        "doi": "",
        "url": "",
        "read": read,
        "note": note,
    }


SAID = ENTRY.replace("  note =", "  read = {{{read}}},\n  note =")


@pytest.mark.parametrize("read", ["whole", "record", "part"])
def test_an_entry_may_say_what_was_read_where_its_note_does_not(read, monkeypatch, tmp_path):
    assert made(monkeypatch, tmp_path, SAID.format(read=read, note="16 June 2006"))["read"] == read


@pytest.mark.parametrize(
    ("read", "note", "message"),
    [
        ("whole", "16 June 2006. The abstract was read", "'whole': made: expected no read, since the note says abs"),
        ("most", "16 June 2006", "'most': made: expected read to be one of .*, record"),
    ],
)
def test_what_was_read_is_said_once_and_in_a_word_of_the_list(read, note, message, monkeypatch, tmp_path):
    with pytest.raises(InputError, match=message):
        made(monkeypatch, tmp_path, SAID.format(read=read, note=note))


def test_a_command_of_tex_is_named_with_its_entry(monkeypatch, tmp_path):
    with pytest.raises(InputError, match=r"made\.bib: .*caf.*: expected Unicode"):
        made(monkeypatch, tmp_path, ENTRY.format(note=r"caf\'e"))


def test_a_work_of_the_bibliography_that_the_table_lacks_is_named(monkeypatch):
    lines = tables.raw("works").decode().split("\n")
    at = next(n for n, line in enumerate(lines) if n > 8 and not {"'", '"'} & set(line))
    monkeypatch.setattr(tables, "raw", lambda name: "\n".join([*lines[:at], *lines[at + 1 :]]).encode())
    (problem,) = derived.works_are_those_of_the_bibliography()
    assert problem.row == at + 1 and lines[at] in problem.expected and "onrecord works --write" in problem.expected


def test_the_files_are_those_of_the_package():
    assert {tables.file_of(name).name for name in derived.derived()} <= {path.name for path in DATA.glob("*.csv")}
