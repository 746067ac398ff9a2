"""The command line: help for every command, one line for bad input, and nothing written by mistake."""

import errno
import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from project import DATA, ROOT, change, copy_project, onrecord, rows, run, write_rows

from onrecord.__main__ import main
from onrecord.files import put
from onrecord.pack import pack
from onrecord.problems import refused

pytestmark = pytest.mark.slow
SOURCE_FILES = [row["file"] for row in rows("sources")]


def state(folder: Path) -> dict[str, bytes]:
    """Every file of a copy, to see that a command wrote none."""
    kept = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def give_wrong_stance(folder: Path) -> None:
    evidence = rows("evidence", folder / "data")
    evidence[2]["stance"] = "praise"
    write_rows("evidence", evidence, folder / "data")


def alter_a_quotation(folder: Path) -> None:
    evidence = rows("evidence", folder / "data")
    (first, *_) = (row for row in evidence if row["quote"])
    first["quote"] += " and more"
    write_rows("evidence", evidence, folder / "data")


def altered_texts(folder: Path) -> str:
    """A folder with texts of the right names and other words."""
    folder.mkdir()
    for name in SOURCE_FILES:
        (folder / name).write_text("Another text.\n", "utf-8")
    return str(folder)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory) -> Path:
    """A copy for commands that must not write, so that it serves many tests."""
    return copy_project(tmp_path_factory.mktemp("untouched"))


@pytest.mark.parametrize("command", [[], *([name] for name in main.commands)], ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help(command, option):
    result = CliRunner().invoke(main, [*command, option])
    assert result.exit_code == 0
    assert len(result.output.split("\n\n")[1].split()) >= 4, "a sentence that says what it does"


def test_there_is_a_command_for_every_check_and_every_writer():
    assert set(main.commands) == {
        *(
            "accept",
            "check",
            "verify-sources",
            "lock-quotes",
            "segment",
            "trade-shares",
            "works",
            "facts",
            "names",
            "release",
            "wheel",
            "addresses",
            "course",
            "prose",
            "pack",
            "agreement",
            "kit",
            "bom",
            "which",
            "live",
            "new",
            "rename",
        ),
        "data",
        "wheel",
    }


def test_check_is_content_with_the_project_and_writes_nothing(untouched):
    before = state(untouched)
    result = onrecord(untouched, "check")
    assert (result.returncode, result.stderr) == (0, "")
    assert state(untouched) == before


def test_facts_without_write_changes_nothing(project_copy):
    change(project_copy / "data/facts.csv", "\nrounds_held,9,nine,", "\nrounds_held,8,nine,", 1)
    before = state(project_copy)
    result = onrecord(project_copy, "facts")
    assert result.returncode == 1 and "[value]: '8': expected '9'" in result.stderr
    assert state(project_copy) == before


def test_facts_with_write_accepts_the_numbers_as_they_are(project_copy):
    (project_copy / "data" / "facts.csv").write_text("fact_id,value,text,counts,table\n", "utf-8")
    assert onrecord(project_copy, "facts", "--write").returncode == 0
    assert (project_copy / "data" / "facts.csv").read_bytes() == (DATA / "facts.csv").read_bytes()


# --- bad input ----------------------------------------------------------------


def assert_one_line(result, *parts: str) -> None:
    """Exit 1, one line a person can act on, how many there are, and no traceback."""
    message, count = result.stderr.splitlines()
    assert result.returncode == 1 and count == "1 problem(s)"
    assert all(part in message for part in parts), message


def test_a_cell_outside_its_vocabulary_is_one_line(project_copy):
    give_wrong_stance(project_copy)
    result = onrecord(project_copy, "facts")
    assert_one_line(result, "data/evidence.csv:4 [stance]: 'praise': expected one of criticism,")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("seeds/quotes.lock", '"quotations": {', '"quotations": '),
        ("data/datapackage.json", '"resources": [', '"resources": '),
        ("data/facts.csv", "fact_id,value", "fact,value"),
    ],
    ids=lambda value: value if "/" in value else "",
)
def test_a_broken_file_is_named_without_a_traceback(name, old, new, project_copy):
    change(project_copy / name, old, new, 1)
    result = onrecord(project_copy, "check")
    assert result.returncode == 1
    assert name in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["verify-sources", "lock-quotes", "segment"])
def test_other_texts_than_were_coded_are_refused_and_nothing_is_written(command, untouched, tmp_path):
    before = state(untouched)
    result = onrecord(untouched, command, altered_texts(tmp_path / "texts"))
    assert_one_line(result, SOURCE_FILES[0], "expected SHA-256")
    assert state(untouched) == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("york2006:\n", "nobody2027:\n", "[nobody2027]: 'nobody2027': expected a source_id of data/sources.csv"),
        ("york2006:\n", "york2006: [\n", "expected YAML"),
        ("kinds: {C: contents}", "kinds: {C: content}", "[burton2006]: 'content': expected a kind of contents, sign"),
        ("kinds: {S: signature}", "kinds: {Z: signature}", "[cchrc2009]: 'Z': expected a code of one of its sections"),
        ("  kinds: {S: signature}", "  kind: {S: signature}", "[cchrc2009]: 'kind': expected one of blocks, sections"),
        ('- ["1", 46, Mandate]', "- [1, 46, Mandate]", "\"[1, 46, 'Mandate']\": expected a section as [code in lette"),
        ("york2006:\n  blocks: line", "york2006:\n  blocks: lines", "[york2006]: 'lines': expected blocks to be one"),
    ],
)
def test_a_fault_in_the_outline_is_one_clear_line_and_nothing_is_written(old, new, message, project_copy, tmp_path):
    change(project_copy / "seeds/outline.yml", old, new, 1)
    before = state(project_copy)
    result = onrecord(project_copy, "segment", str(tmp_path))
    lines = result.stderr.splitlines()
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert [line for line in lines if line.startswith("seeds/outline.yml:") and message in line], result.stderr
    assert state(project_copy) == before


def test_a_text_that_is_not_there_is_named(untouched, tmp_path):
    result = onrecord(untouched, "verify-sources", str(tmp_path))
    assert_one_line(result, SOURCE_FILES[0], "expected the text of burton2006")


@pytest.mark.parametrize("command", ["lock-quotes", "segment"])
def test_without_any_text_nothing_is_locked_or_cut(command, untouched, tmp_path):
    """One text is enough for what stands in it; with none there is nothing to do."""
    result = onrecord(untouched, command, str(tmp_path))
    assert_one_line(result, "expected a source text: one of", *SOURCE_FILES)


def test_a_folder_that_is_not_there_is_named(untouched):
    result = onrecord(untouched, "verify-sources", "nowhere")
    assert result.returncode == 2 and "'nowhere' does not exist" in result.stderr


# --- with the sources ---------------------------------------------------------


def test_the_sources_verify(untouched, source_texts):
    result = onrecord(untouched, "verify-sources", str(source_texts))
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("command", ["verify-sources", "lock-quotes"])
def test_a_quotation_that_is_not_in_the_source_is_refused_and_nothing_is_written(command, project_copy, source_texts):
    alter_a_quotation(project_copy)
    before = state(project_copy)
    assert_one_line(onrecord(project_copy, command, str(source_texts)), "data/evidence.csv:2 [quote]", "and more")
    assert state(project_copy) == before


def test_the_texts_with_one_letter_changed_are_refused(untouched, source_texts, tmp_path):
    for name in SOURCE_FILES:
        shutil.copy(source_texts / name, tmp_path / name)
    changed = tmp_path / SOURCE_FILES[1]
    changed.chmod(0o644)
    changed.write_text(changed.read_text("utf-8").replace("dialogue", "dialogve", 1), "utf-8")
    assert_one_line(onrecord(untouched, "verify-sources", str(tmp_path)), SOURCE_FILES[1], "expected SHA-256")


def test_locking_and_cutting_again_give_the_same_files(project_copy, source_texts):
    before = state(project_copy)
    lock = project_copy / "seeds" / "quotes.lock"
    lock.write_text(json.dumps({"sources": {}, "quotations": {}}) + "\n", "utf-8")
    for command in ("lock-quotes", "segment"):
        assert onrecord(project_copy, command, str(source_texts)).returncode == 0
    assert state(project_copy) == before


def test_with_one_text_the_passages_of_the_others_stay_as_they_were(project_copy, source_texts, tmp_path):
    shutil.copy(source_texts / SOURCE_FILES[1], tmp_path)
    before = state(project_copy)
    assert onrecord(project_copy, "segment", str(tmp_path)).returncode == 0
    assert state(project_copy) == before
    change(project_copy / "seeds/outline.yml", "york2006:\n  blocks: line", "york2006:\n  blocks: paragraph", 1)
    assert onrecord(project_copy, "segment", "--renumber", str(tmp_path)).returncode == 0
    changed = [row for row in rows("passages", project_copy / "data") if row not in rows("passages")]
    assert {row["source_id"] for row in changed} == {"york2006"}
    words = {row["source_id"]: int(row["words"]) for row in rows("sources", project_copy / "data")}
    mine = [row for row in rows("passages", project_copy / "data") if row["source_id"] == "york2006"]
    assert words["york2006"] == sum(int(row["words"]) for row in mine if row["kind"] != "furniture")


def test_passages_that_have_statements_are_not_renumbered_unless_it_is_asked_for(project_copy, source_texts):
    change(project_copy / "seeds/outline.yml", "joins: [112, 204,", "joins: [95, 112, 204,", 1)
    before = state(project_copy)
    refused = onrecord(project_copy, "segment", str(source_texts))
    assert_one_line(refused, "data/passages.csv:", "'burton2006:3.", "expected the words on which other tables rest")
    assert state(project_copy) == before
    asked = onrecord(project_copy, "segment", "--renumber", str(source_texts))
    assert (asked.returncode, asked.stderr) == (0, "")
    assert state(project_copy)["data/passages.csv"] != before["data/passages.csv"]


def test_making_the_book_begins_with_the_check():
    """Else a book could be made from tables that the check refuses; make stops at the first command that fails."""
    dry = run(ROOT, "make", "--dry-run", "book").stdout
    assert 0 <= dry.find("/onrecord check") < dry.find("/jupyter-book build")


def small_site(folder: Path) -> Path:
    (folder / "chapters").mkdir(parents=True)
    (folder / "index.html").write_text("<p>Open me.</p>", "utf-8")
    (folder / "chapters" / "question.html").write_text("<p>A chapter.</p>", "utf-8")
    (folder / ".buildinfo").write_text("Sphinx's own", "utf-8")
    return folder


def test_the_site_is_packed_into_one_zip_that_opens_from_its_index(tmp_path):
    site, target = small_site(tmp_path / "html"), tmp_path / "site.zip"
    result = CliRunner().invoke(main, ["pack", str(site), "--output", str(target)])
    assert result.exit_code == 0 and result.output.startswith("2 files in ")
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == ["on-the-record/chapters/question.html", "on-the-record/index.html"]
        assert archive.read("on-the-record/index.html") == b"<p>Open me.</p>"


def test_the_same_site_packs_to_the_same_bytes_whenever_its_files_were_written(tmp_path):
    first, second = small_site(tmp_path / "a"), small_site(tmp_path / "b")
    os.utime(second / "index.html", (1, 1))
    (second / "index.html").chmod(0o600)
    for site in (first, second):
        pack(site, site.with_suffix(".zip"))
    assert first.with_suffix(".zip").read_bytes() == second.with_suffix(".zip").read_bytes()


def test_without_a_site_there_is_one_line_and_no_zip(untouched):
    result = onrecord(untouched, "pack")
    assert result.returncode == 1 and "_build/html: expected a built site" in result.stderr
    assert "Traceback" not in result.stderr and not (untouched / "_build").exists()


def test_where_there_is_no_room_there_is_one_line_and_the_earlier_file(untouched, tmp_path):
    """Here a file may have a few kB; to those who write it is the same."""
    site, target = small_site(tmp_path / "html"), tmp_path / "site.zip"
    target.write_bytes(b"the earlier one")
    (site / "picture.png").write_bytes(os.urandom(50_000))
    command = f"ulimit -f 8; exec '{sys.executable}' -m onrecord pack '{site}' --output '{target}'"
    result = run(untouched, "sh", "-c", command)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert result.stderr.splitlines()[0].endswith("expected room, and leave to write (File too large)")
    assert target.read_bytes() == b"the earlier one" and {path.name for path in tmp_path.iterdir()} == {
        "html",
        target.name,
    }


def test_a_folder_that_cannot_be_used_is_one_line(untouched, tmp_path):
    (tmp_path / "file").write_text("in its place", "utf-8")
    result = onrecord(untouched, "kit", str(tmp_path / "file" / "kit.zip"))
    line = f"{tmp_path}/file: expected room, and leave to write (File exists)"
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert result.stderr.splitlines() == [line, "1 problem(s)"]


def test_a_file_that_was_not_written_whole_is_not_left_behind(tmp_path, monkeypatch):
    """As on a folder that is read-only: the system refuses, and says why."""
    target = tmp_path / "table.csv"
    target.write_bytes(b"earlier")

    def refuse(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:2])
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(OSError, match="Read-only") as error:
        put(target, b"later")
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"] and target.read_bytes() == b"earlier"
    said = str(refused(error.value, tmp_path))
    assert said.endswith(".part: expected room, and leave to write (Read-only file system)")
