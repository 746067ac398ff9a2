"""What names a key: cells whole or by their parts, lines by whole words."""

import pytest
from click.testing import CliRunner
from project import onrecord, rows

from onrecord.__main__ import main
from onrecord.declared import links, parts
from onrecord.which import Use, as_word, in_tables, in_texts


def test_every_cell_of_a_column_of_keys_is_found():
    """By another way to the same cells: the links that the data package declares."""
    for key, target in (("burton2006:4A.6a", "evidence"), ("D01", "discrepancies"), ("sdir3", "works")):
        declared = {
            (link.table, row, link.column)
            for link in links()
            if link.target == target
            for row, part in parts(link.table, link.column, link.separator)
            if part == key
        }
        found = {(use.file.removeprefix("data/").removesuffix(".csv"), use.row, use.column) for use in in_tables(key)}
        assert declared and declared <= found, key


def test_a_key_is_a_whole_word():
    pages = {use.file for use in in_texts("burton2006:4A.6a")}
    assert "chapters/effects.md" in pages
    assert list(in_texts("urton2006:4A.6" + "a")) == [] == list(in_texts("burton2006:4A.6a" + "b"))


def test_a_fact_is_found_where_it_is_printed():
    row = next(row for row in rows("facts") if row["pages"])
    assert set(row["pages"].split(";")) <= {use.file for use in in_texts(row["fact_id"])}


def test_a_use_says_where_it_is():
    assert str(Use("data/events.csv", 7, "note", "e7")) == "data/events.csv:7 [note] e7"


@pytest.mark.slow
@pytest.mark.parametrize("key", ["D01", "evidence"])
def test_the_command_lists_and_counts(key):
    lines = onrecord(None, "which", key).stdout.splitlines()
    assert lines[-1].startswith(f"{len(lines) - 1} place(s) in ")


def test_a_key_that_nothing_names_is_one_line_and_a_failure():
    result = CliRunner().invoke(main, ["which", "no-such-" + "key"])
    assert result.exit_code == 1 and "expected a key that something names" in result.output


@pytest.mark.parametrize(
    ("text", "found"),
    [(r'"\nrounds_held,9"', True), (r'"\trounds_held"', True), ("surrounds_held", False), ("nrounds_held", False)],
)
def test_a_key_may_stand_after_the_sign_of_a_new_line_in_code(text, found):
    assert bool(as_word("rounds_held").search(text)) == found
