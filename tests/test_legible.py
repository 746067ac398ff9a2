"""Bytes, characters and cells that every reader sees alike; JSON that says everything once."""

from __future__ import annotations

import csv

import pytest

from onrecord import legible
from onrecord.problems import InputError, check_json, read_json


@pytest.mark.parametrize(
    ("raw", "expected", "line"),
    [
        (b"", "not empty", 1),
        (b"\xef\xbb\xbfa\n", "byte order mark", 1),
        (b"a\nb\xe9\n", "expected UTF-8", 2),
        (b"a\nb\r\n", "carriage return", 2),
        (b"a\nb", "one line feed at the end", 2),
        (b"a\n\n", "one line feed at the end", 2),
    ],
)
def test_a_fault_of_bytes_is_named_with_its_line(raw, expected, line):
    found = legible.byte_fault(raw)
    assert found and expected in found[0] and found[1] == line


def test_plain_bytes_have_no_fault():
    assert legible.byte_fault("a\né 平\n".encode()) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Cаnada", "U+0430 CYRILLIC"),
        ("rοund", "U+03BF GREEK"),
        ("１997", "U+FF11 FULLWIDTH"),
        ("ofﬁce", "U+FB01 LATIN SMALL LIGATURE"),
        ("a\u200bb", "U+200B"),
        ("a\u00adb", "U+00AD"),
        ("a\u00a0b", "U+00A0"),
        ("a\u202eb", "U+202E"),
        ("a\x00b", "U+0000"),
        ("a\tb", "U+0009"),
        ("e\u0301", "U+0301"),
        ("\ue000", "U+E000"),
    ],
)
def test_a_character_that_deceives_is_named(text, code):
    assert (legible.odd_character(text) or "").startswith(code)


@pytest.mark.parametrize("text", ["Île d’Orléans – “à”", "对话（1997—2005年）：《人权》", "50 % = $3 & <b>", ""])
def test_letters_of_the_book_and_its_signs_are_plain(text):
    assert legible.odd_character(text) is None


@pytest.mark.parametrize("text", ["<script>", "< SCRIPT src=x>", "<b onclick=x>", "javascript:alert(1)", "</style>"])
def test_what_a_browser_would_run_is_found(text):
    assert legible.markup(f"words {text} words")
    assert legible.markup("script of the talks on = a < b") is None


def test_a_cell_of_any_length_is_read_and_the_limit_of_others_stays():
    before = csv.field_size_limit()
    assert legible.cells(b'a,"' + b"x" * 10**6 + b'"\n')[0][1] == "x" * 10**6
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(("raw", "row"), [(b'a\n"b\nc\n', 2), (b'a,b\nc,d\n"e,"f"\n', 3), (b'a\n"b ""c"""\n', None)])
def test_a_quotation_mark_that_has_no_other_is_named_by_its_row(raw, row):
    assert legible.unpaired(raw) == row


def test_the_first_line_that_differs_is_found_and_one_that_is_more_or_gone():
    assert legible.first_change("a\nb\n", "a\nb\n") is None
    assert legible.first_change("a\nb\n", "a\nc\n") == (2, "b", "c")
    assert legible.first_change("a", "a\nb") == (2, None, "b")
    assert legible.first_change("a\nb", "a") == (2, "b", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{\n "a": 1,\n "a": 2\n}\n', ":3: 'a': expected every key once"),
        ('{\n "b": [{"a": 1},\n {"c": 2,\n "c": 3}]\n}\n', ":4: 'c': expected every key once"),
        ('{"a": NaN}\n', "NaN is no number"),
        ('{"a": 1,}\n', ":1: expected JSON"),
        ("[" * 99_999 + "\n", "expected JSON"),
        ('{"a": 1' + "0" * 9999 + "}\n", "expected JSON"),
        ("\ufeff{}\n", "byte order mark"),
    ],
)
def test_json_that_cannot_be_trusted_is_one_line(text, expected, tmp_path):
    path = tmp_path / "made.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_json(path)
    (problem,) = caught.value.problems
    assert str(problem).startswith(path.as_posix()) and expected in str(problem)


def test_json_is_written_one_way(tmp_path):
    path = tmp_path / "made.json"
    path.write_text('{\n "a": [\n  1\n ]\n}\n', "utf-8")
    assert check_json(path) == []
    path.write_text('{\n "a": [1]\n}\n', "utf-8")
    (problem,) = check_json(path)
    assert (problem.row, problem.value) == (2, ' "a": [1]')
