"""A source more: its row, its entry in the bibliography, a first cut into passages, its dossier and its place."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from string import Template

import click
import yaml

from .. import derived, passages, rules, works
from ..changes import Changes, Row, count_words
from ..declared import file
from ..paths import BIBLIOGRAPHY, OUTLINE, ROOT, SEEDS, TOC, shown
from ..problems import InputError, Problem
from ..tables import file_of, in_words, table
from ..unwritten import place
from .row import NAMES, NUMBERS, Kind, faults, options, precisions, save

_MADE = ("file", "sha256", "characters", "words", "bib_key")
SOURCE = Kind("sources", "source_id", "", columns=_MADE)

_DOSSIER = Template("""\
(dossier-$source_id)=
# $short_title

```{dossier} $source_id
```
""")

_ENTRY = Template("""
@misc{$source_id,
  author = {{$author}},
  title = {{$title}},
  howpublished = {$publisher},
  year = {$year},$month
  note = {$note}
}
""")


def add(key: str, path: Path, given: Row) -> Changes:
    """The files with a source more. InputError where a column does not fit, or the rules would refuse it.

    The text is cut line by line into one section: a first cut, for a person to mend in the outline.
    """
    raw = path.read_bytes()
    text = _text(raw, path)
    made = {"file": path.name, "sha256": hashlib.sha256(raw).hexdigest(), "characters": str(len(text))}
    row = {**given, **precisions("sources", given), **made, "source_id": key, "bib_key": key, "words": "0"}
    changes = Changes()
    rows = changes.rows("sources")
    problems = [*_name_faults(key), *faults(SOURCE, row, len(rows) + 2)]
    if problems:
        raise InputError(problems)
    changes.insert("sources", len(rows) + 2, row)
    _cut(changes, key, text)
    enter(changes, row)
    changes[SEEDS / f"{key}.md"] = _DOSSIER.substitute(row)
    changes[TOC] = re.sub(r"((?:^( *- file: seeds/)\S+\n)+)", rf"\g<1>\g<2>{key}\n", changes[TOC], flags=re.M)
    changes.check((rules.every_passage_that_speaks_is_coded, derived.works_are_those_of_the_bibliography))
    return changes


def _text(raw: bytes, path: Path) -> str:
    if path.resolve().is_relative_to(ROOT):
        raise InputError(Problem(shown(path), "expected a text outside of the project, since it is never committed"))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(Problem(shown(path), "expected UTF-8", raw[: error.start].count(b"\n") + 1)) from error
    if not text.strip():
        raise InputError(Problem(shown(path), "expected a text"))
    return text


def _name_faults(key: str) -> list[Problem]:
    found = []
    if not re.fullmatch(r"[a-z]+\d{4}", key):
        found.append(Problem(file("sources"), "expected a name and a year, such as york2006", None, "source_id", key))
    if key in set(table("sources")["source_id"]):
        found.append(Problem(file("sources"), "expected a key that no source has", None, "source_id", key))
    return found


def _cut(changes: Changes, key: str, text: str) -> None:
    """Outline, passages and sections of a text, and how many words it has."""
    first = next(at for at, line in enumerate(text.split("\n"), start=1) if line.strip())
    outline = f"{key}:\n  blocks: line\n  sections:\n    - [T, {first}, Text]\n"
    plan = yaml.safe_load(outline)[key]
    changes[OUTLINE] = changes[OUTLINE] + outline
    for name, frame in (
        ("passages", passages.segment(key, text, plan)),
        ("sections", passages.sections(key, plan)),
    ):
        rows = frame.to_csv(index=False, header=False, lineterminator="\n")
        changes[file_of(name)] = changes[file_of(name)] + rows
    count_words(changes)


def _of_tex(value: str) -> str:
    """A value as the bibliography has it."""
    return re.sub(r"([&$%#_])", r"\\\1", re.sub(r"[{}\\]", "", value))


def enter(changes: Changes, row: Row) -> None:
    """The entry of a source in the bibliography, unless it is there, and the table of works that follows."""
    if row["bib_key"] not in set(table("works")["work_id"]):
        year, month, *_ = [*in_words(row["date"]).split()[::-1], ""]
        day = f"{in_words(row['date'])}. " if row["date_precision"] == "day" else ""
        entry = _ENTRY.substitute(
            {column: _of_tex(value) for column, value in row.items()},
            author=_of_tex(row.get("author") or row["publisher"]),
            year=year,
            month=f"\n  month = {month[:3].lower()}," if month else "",
            note=day + place("which copy was read, and how much of it"),
        )
        changes[BIBLIOGRAPHY] = changes[BIBLIOGRAPHY] + entry
    changes[file_of("works")] = works.as_bytes(changes[BIBLIOGRAPHY]).decode()


@click.command("source")
@click.argument("key")
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def source_command(key: str, text: Path, **given: str | None) -> None:
    """Add a source KEY, of which TEXT is the file: row, bibliography, first cut, dossier and place in the contents."""
    changes = add(key, text, {column: value for column, value in given.items() if value is not None})
    save(
        changes,
        [
            "every [write: ...], as onrecord check lists them; after the bibliography, onrecord works --write",
            f"the cut, in {shown(OUTLINE)}: sections, furniture, signatures; then onrecord segment FOLDER",
            "every passage that says something: onrecord new statement; onrecord check lists those that are left",
            "the quotations: onrecord lock-quotes FOLDER",
            NUMBERS,
            NAMES,
        ],
    )


source_command.params += options(SOURCE)
