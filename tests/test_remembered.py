"""What is remembered is what would be found out anew, and never what was true of other files."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import project
import pytest
from project import ROOT

from onrecord import coding, files, modules, reads, recount, remembered, rules, tables
from onrecord.problems import Problem

ALL_FACTS = dict(recount.FACTS)
COMPUTING = [
    *("tables.py", "analysis.py", "coding.py", "comparators.py", "yardsticks.py", "agreement.py", "statuses.py"),
    *("declared.py", "derived.py", "licences.py", "texts.py", "timing.py"),  # what rules ask
]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is remembered before a test, and nothing of it afterwards."""
    monkeypatch.setattr(remembered, "FOLDER", tmp_path / "remembered")
    few = {name: recount.FACTS[name] for name in ("rounds_held", "elsewhere_breaks")}
    monkeypatch.setattr(recount, "FACTS", few)
    recount._computed.cache_clear()
    yield tmp_path / "remembered"
    recount._computed.cache_clear()


def test_numbers_are_the_same_from_memory(own_folder: Path):
    first = recount._computed().copy()
    assert len(list(own_folder.glob("numbers-*.json"))) == 1
    recount._computed.cache_clear()
    assert recount._computed().equals(first)


def test_a_number_that_was_remembered_wrong_is_not_believed_with_other_code(own_folder: Path):
    recount._computed()
    (path,) = own_folder.glob("numbers-*.json")
    kept = json.loads(files.kept(path))
    kept["value"]["rounds_held"][0][1] = "999"
    files.keep(path, json.dumps(kept).encode())
    recount._computed.cache_clear()
    assert "999" in set(recount._computed()["value"]), "the test would notice a memory that is not read"
    files.keep(path, json.dumps({**kept, "key": "of another copy of the project"}).encode())
    recount._computed.cache_clear()
    assert "999" in set(recount._computed()["value"]), "each number says itself what it follows from"
    kept["value"]["rounds_held"][2] = "of other code"
    files.keep(path, json.dumps(kept).encode())
    recount._computed.cache_clear()
    assert "999" not in set(recount._computed()["value"])


def computed_again(monkeypatch: pytest.MonkeyPatch, owner: ModuleType, name: str, others: list[Callable]) -> list[str]:
    """The numbers that are computed while other functions stand in the place of one, in turn."""
    recount._computed()
    asked: list[str] = []
    row = recount._row
    monkeypatch.setattr(recount, "_row", lambda item: asked.append(item.fact_id) or row(item))
    for other in others:
        monkeypatch.setattr(owner, name, other)
        recount._code.cache_clear()
        recount._computed.cache_clear()
        recount._computed()
    recount._code.cache_clear()
    return asked


def test_a_number_is_computed_again_when_the_code_behind_it_has_changed(monkeypatch: pytest.MonkeyPatch):
    hashes = modules.hashes
    changed = ("onrecord.topics.elsewhere", "onrecord.topics.trade")  # nobody's number here is of trade
    others = [lambda of, name=name: hashes(of) + ["other"] * (name in of) for name in changed]
    asked = computed_again(monkeypatch, modules, "hashes", others)
    assert asked == ["elsewhere_breaks", "elsewhere_breaks"], "when it changed, and when it was as before"


def test_a_number_is_computed_again_when_a_table_that_it_reads_has_changed(monkeypatch: pytest.MonkeyPatch):
    digest = recount._digest
    changed = ("comparator_rounds", "people")  # nobody's number here is of people
    others = [lambda table, name=name: "other" if table == name else digest(table) for name in changed]
    asked = computed_again(monkeypatch, recount, "_digest", others)
    assert asked == ["elsewhere_breaks", "elsewhere_breaks"], "when it changed, and when it was as before"


def test_a_number_by_the_second_coder_is_computed_again_for_the_tables_behind_it(monkeypatch: pytest.MonkeyPatch):
    few = {name: ALL_FACTS[name] for name in ("rounds_held", "venues_total", "elsewhere_breaks", "lessons_met")}
    monkeypatch.setattr(recount, "FACTS", few)
    first = recount._second_texts()
    assert first.keys() == few.keys() and recount._second_texts() == first
    known = remembered.recall("numbers_by_second_coder", recount._key())
    computed: list[str] = []
    words, digest = recount.as_text, recount._digest
    monkeypatch.setattr(recount, "as_text", lambda value: computed.append(words(value)) or words(value))
    for name, wanted in (
        ("round_places", ["venues_total"]),
        ("recodings", ["elsewhere_breaks", "lessons_met"]),
        ("works", []),
    ):
        monkeypatch.setattr(recount, "_digest", lambda table, name=name: "other" if table == name else digest(table))
        remembered.keep("numbers_by_second_coder", recount._key(), known)
        assert recount._second_texts() == first, "only the hash of a table is another"
        assert computed == [first[key] for key in wanted], name
        computed.clear()


def test_a_number_of_no_table_with_judgements_is_not_computed_for_the_second_coder(monkeypatch: pytest.MonkeyPatch):
    few = {name: ALL_FACTS[name] for name in ("rounds_held", "venues_total", "elsewhere_breaks", "lessons_met")}
    monkeypatch.setattr(recount, "FACTS", few)
    words = recount.as_text
    alone = {name: words(item.compute()) for name, item in few.items()}
    recount._computed.cache_clear()
    recount._computed()
    computed: list[str] = []
    monkeypatch.setattr(recount, "as_text", lambda value: computed.append(words(value)) or words(value))
    second = recount._second_texts()
    assert computed == [second["elsewhere_breaks"], second["lessons_met"]]
    assert second["rounds_held"] == alone["rounds_held"] and second["venues_total"] == alone["venues_total"]
    recount._computed.cache_clear()


def test_a_table_by_the_second_coder_is_made_from_its_own_and_from_the_second_codes():
    made = coding.by_second_coder_from()
    judged = {judged.table for judged in coding.judgements()}
    assert made.keys() == judged | {"evidence"}
    for name, (frame, behind) in made.items():
        assert name in behind and len(frame) > 0
    assert {name for name, (_, behind) in made.items() if "recodings" in behind} >= judged - {"evidence"}


def changed_by(names: set[str], rows: dict[str, list[str]]) -> set[str]:
    """The numbers that are others, or cannot be computed, when some tables lose their last row."""
    fewer = {name: b"".join(tables.raw(name).splitlines(keepends=True)[:-1]) for name in names}
    others = set()
    with tables.as_if(fewer):
        for fact_id, item in ALL_FACTS.items():
            try:
                others |= set() if recount._row(item) == rows[fact_id] else {fact_id}
            except Exception:
                others.add(fact_id)
    return others


@pytest.mark.slow
def test_no_number_moves_with_a_table_that_it_is_not_known_to_read():
    known = {fact_id: recount._known(item, None) for fact_id, item in ALL_FACTS.items()}
    names = set(tables.names()[::3])
    moved = changed_by(names, {fact_id: row for fact_id, (row, *_) in known.items()})
    assert len(moved) > 50 and [fact_id for fact_id in moved if not names & set(known[fact_id][1])] == []
    assert sum(len(read) for _, read, _ in known.values()) / len(known) < 6, "else each would be computed for any table"


def test_what_is_remembered_between_calls_tells_what_it_was_made_from():
    def twice() -> int:
        return 2 * len(tables.table("rounds"))

    once = reads.cache(twice)
    for _ in range(2):
        with reads.recording() as read:
            once()
        assert read == {"rounds"}
    with reads.recording() as outer:
        with reads.recording() as inner:
            tables.raw("people")
        assert inner == {"people"}
    assert outer == {"people"}


def test_who_computes_numbers_remembers_with_what_was_read():
    """The cache of functools would not tell."""
    own = [*(ROOT / "onrecord" / "topics").glob("*.py"), *(ROOT / "onrecord" / name for name in COMPUTING)]
    assert [path.name for path in own if re.search(r"functools import .*cache", path.read_text("utf-8"))] == []


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"key": 1}', "null"])
def test_a_corrupt_memory_is_no_memory(own_folder: Path, broken: str):
    remembered.keep("thing", "key", [1])
    assert remembered.recall("thing", "key") == [1]
    (file,) = own_folder.glob("thing-*.json")
    file.write_text(broken, "utf-8")
    assert remembered.recall("thing", "key") is None
    files.keep(file, broken.encode())
    assert remembered.recall("thing", "key") is None


def test_a_memory_with_one_other_digit_is_no_memory(own_folder: Path):
    remembered.keep("thing", "key", [1])
    (file,) = own_folder.glob("thing-*.json")
    file.write_bytes(file.read_bytes().replace(b"[1]", b"[7]"))
    assert remembered.recall("thing", "key") is None


def test_what_is_made_once_is_made_again_when_it_was_damaged(tmp_path: Path):
    made = iter([b"first", b"second"])
    path = tmp_path / "kept.png"
    assert [files.made_once(path, made.__next__) for _ in range(2)] == [b"first", b"first"]
    path.write_bytes(path.read_bytes()[:-1])
    assert files.made_once(path, made.__next__) == b"second"


def test_bytes_are_made_once_for_a_key_and_the_newest_are_kept(own_folder: Path):
    made = iter([b"1", b"2", b"3"])
    given = [remembered.made_once("thing", key, made.__next__, most=1) for key in ("a", "a", "b", "a")]
    assert given == [b"1", b"1", b"2", b"3"] and len(list(own_folder.glob("thing-*.bytes"))) == 1


def test_the_newest_of_each_name_are_kept(own_folder: Path):
    for number in range(remembered.MANY + 3):
        remembered.keep("thing", str(number), number)
    assert len(list(own_folder.iterdir())) == remembered.MANY
    assert remembered.recall("thing", str(remembered.MANY + 2)) == remembered.MANY + 2


def test_a_folder_that_cannot_be_written_is_no_fault(own_folder: Path):
    own_folder.write_text("a file in its place", "utf-8")
    remembered.keep("thing", "key", [1])
    assert remembered.recall("thing", "key") is None


def test_tables_that_are_not_of_the_files_are_never_remembered(own_folder: Path):
    rounds = tables.table("rounds")
    with tables.reading({"rounds": rounds.iloc[:-1]}):
        fewer = recount._computed().set_index("fact_id").at["rounds_held", "value"]
    assert not own_folder.exists()
    assert fewer != recount._computed().set_index("fact_id").at["rounds_held", "value"]


def test_a_check_that_found_something_is_asked_again(own_folder: Path):
    asked = []

    def check() -> list[Problem]:
        asked.append(1)
        return [Problem("file", "expected something")] if len(asked) == 1 else []

    assert rules.once(check)
    assert not rules.once(check)
    assert not rules.once(check)
    assert len(asked) == 2


@pytest.mark.parametrize("name", ["data/rounds.csv", "data/datapackage.json", "onrecord/tables.py", "references.bib"])
def test_every_file_that_counts_is_in_the_key(project_copy: Path, name: str):
    """In a copy: a changed file is checked again, whatever was remembered."""
    ask = (
        "from onrecord import modules as m, remembered as r; "
        "print(r.of_tables(), r.of_numbers(str(m.hashes(m.behind('onrecord.topics.rounds')))))"
    )

    def keys() -> list[str]:
        return project.run(project_copy, sys.executable, "-c", ask).stdout.split()

    before = keys()
    with (project_copy / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    after = keys()
    assert len(before) == len(after) == 2 and before[0] != after[0]
    assert (before[1] != after[1]) is (name not in ("references.bib", "data/rounds.csv"))


def test_a_rule_is_asked_again_where_a_table_that_it_read_is_another(own_folder: Path, monkeypatch):
    asked: list[str] = []

    def made(name: str, only: list[str] | None = None) -> Iterator[Problem]:
        for one in only or ["rounds", "places"]:
            asked.append(f"{name} {one}")
            if b"Portage" in tables.raw(one):
                yield Problem(one, "expected no such place")

    def each(only: list[str] | None = None) -> Iterator[Problem]:
        return made("each", only)

    def whole() -> Iterator[Problem]:
        return made("whole")

    monkeypatch.setattr(rules, "EACH", (each,))
    monkeypatch.setattr(rules, "names", lambda: ["rounds", "places"])
    assert rules.ask([each, whole]) == [] == rules.ask([each, whole])
    assert asked == ["each rounds", "each places", "whole rounds", "whole places"]
    before = tables.raw("places")
    for _ in range(2):  # what was found is not remembered as right
        asked.clear()
        with tables.as_if({"places": before.replace(b"Winnipeg", b"Portage")}):
            assert [problem.file for problem in rules.ask([each, whole])] == ["places", "places"]
        assert asked == ["each places", "whole rounds", "whole places"]
    asked.clear()
    with tables.as_if({"places": before.replace(b"Winnipeg", b"Brandon")}):
        assert rules.ask([each, whole]) == []
    assert rules.ask([each, whole]) == [] and len(asked) == 3, "both states are remembered"
    monkeypatch.setattr(remembered, "beside_tables", lambda: "another bibliography")
    assert rules.ask([each]) == [] and len(asked) == 5


def test_rules_that_look_at_each_table_alone_are_asked_of_each():
    parts = [part for rule in rules.EACH for part, _ in rules._parts(rule)]
    assert len(parts) == len(set(parts)) == len(rules.EACH) * len(tables.names())
    assert set(rules.EACH) <= set(rules.RULES)


def test_a_table_that_was_valid_is_not_validated_again(own_folder: Path, monkeypatch: pytest.MonkeyPatch):
    asked: list[set[str] | None] = []
    validated = rules._validated
    monkeypatch.setattr(rules, "_validated", lambda some: asked.append(some and set(some)) or validated(some))
    remember = {name: rules._validity(tables.resource(name)) for name in tables.names() if name != "evidence"}
    for name, key in remember.items():
        remembered.keep(f"valid_{name}", key, "right")
    assert rules.check_package() == [] == rules.check_package()
    assert asked == [{"evidence"}]


def test_a_table_is_doubted_when_it_or_what_describes_it_has_changed(own_folder: Path, tmp_path, monkeypatch):
    (link,) = (made for made in tables.package()["resources"] if made["name"] == "evidence")
    before = rules._validity(link)
    assert rules._validity(link) == before
    digest = remembered.digest
    seen = []
    monkeypatch.setattr(remembered, "digest", lambda paths: seen.append({path.stem for path in paths}) or digest(paths))
    rules._validity(link)
    assert "evidence" in seen[0]
    assert rules._validity({**link, "title": "Another"}) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("round_places", ",ottawa,", ",otawa,"), ("places", "\nottawa,", "\notawa,")],
    ids=["a key that nothing has", "a key that is gone"],
)
def test_a_key_that_is_not_there_is_found_though_each_table_is_valid_by_itself(project_copy, name, old, new):
    """Frictionless is asked about each table alone, and of both nothing may be remembered that is not so."""
    assert project.onrecord(project_copy, "check").returncode == 0
    path = project_copy / "data" / f"{name}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8", newline="")
    told = project.onrecord(project_copy, "check")
    assert told.returncode == 1 and "expected a key of data/places.csv" in told.stdout + told.stderr


def test_a_descriptor_that_is_broken_is_validated_whole(own_folder: Path, monkeypatch: pytest.MonkeyPatch):
    broken = {**tables.package(), "resources": [{"name": "rounds"}]}
    monkeypatch.setattr(rules, "package", lambda: broken)
    assert ["datapackage.json" in str(problem) for problem in rules.check_package()] == [True]
