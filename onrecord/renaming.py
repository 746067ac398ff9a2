"""``onrecord rename``: a key or a page gets another name, wherever :mod:`onrecord.which` finds that it is named.

In tables these are the cells that the data package declares to hold the key. In texts it is every word that is the key,
if no other word can look like it; a key that is a plain word is changed only where a page or the code marks it as one,
and all other places are listed for a person to look at. What was said and promised stays: the changelog, and the
addresses, which lead on by ``moved.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from . import addresses, declared, derived, tables, which, works
from .changes import Changes, Row
from .coding import judgements
from .facts import DIGITS, FACTS
from .new.chapter import name_fault
from .new.row import unfit
from .paths import ADDRESSES, BIBLIOGRAPHY, CHAPTERS, MOVED, ROOT, TOC, shown
from .problems import InputError, Problem

KINDS = {"fact": "facts", "statement": "evidence", "work": "works"}
_KEPT = (ROOT / "CHANGELOG.md", ADDRESSES, MOVED)
_NEW = re.compile(r"[A-Za-z0-9][\w:.-]*")
Sub = Callable[[str], str]


def rename(kind: str, old: str, new: str) -> tuple[Changes, list[which.Use]]:
    """The files with another name for a key, and the places that may name it too and are left to a person.

    ``kind``: fact, statement, work, page, or the name of a table. InputError where there is no such key, the new one
    is taken, or the rules would refuse it.
    """
    changes = Changes()
    if kind == "page":
        _page(changes, old, new)
    else:
        _row(changes, KINDS.get(kind, kind), old, new)
    _lead_on(changes, kind, old, new)
    done = {(file, row) for file, row, _ in changes.lines()}
    word = old.rpartition("/")[2]
    kept = {shown(path) for path in _KEPT}
    left = [use for use in which.uses(word) if (use.file, use.row) not in done and use.file not in kept]
    left = [use for use in left if not (which.is_plain(word) and use.file.endswith((".md", ".bib")))]
    return changes, [*left, *_made_of(KINDS.get(kind, kind), old)]


# --- the key of a row -------------------------------------------------------------------------


def _refuse(expected: str, value: str, file: str = "onrecord rename") -> None:
    raise InputError(Problem(file, expected, value=value))


def _row(changes: Changes, name: str, old: str, new: str) -> None:
    """Rename the key of a row of a table."""
    column = _key_column(name)
    if old not in set(tables.table(name)[column].astype(str)):
        _refuse(f"expected a {column} of {declared.file(name)}", old, declared.file(name))
    if not _NEW.fullmatch(new) or (name == "facts" and not new.isidentifier()):
        _refuse("expected a key of letters, digits and _", new)
    expected = unfit(tables.field_of(name, column), new)
    if expected:
        _refuse(f"expected {expected}", new, declared.file(name))
    for use in [use for use in which.uses(new) if _is_taken(new, use)][:1]:
        _refuse(f"expected a key that nothing has, and {use.file}:{use.row} has it", new)
    if name == "facts" and getattr(FACTS[old].compute, "__name__", "") != old:
        _refuse(f"expected a fact of a function of its own name in {FACTS[old].home}", old)
    _cells(changes, name, old, new)
    if _unmistakable(name, old):
        _everywhere(changes, _word(old, new))
    if name == "works":
        _everywhere(changes, _cited(old, new))
        changes[tables.file_of("works")] = works.as_bytes(changes[BIBLIOGRAPHY]).decode()
    if name == "facts":
        changes.sort("facts", "fact_id")
    changes.check(but=(derived.works_are_those_of_the_bibliography,))


def _is_taken(new: str, use: which.Use) -> bool:
    """Whether a place has a key already: a table, or of one that is no plain word a page or the code; no test."""
    outside = use.file.startswith("tests/") or re.fullmatch(r"[A-Z]+\.md", use.file)
    return use.column is not None or not (outside or which.is_plain(new))


def _key_column(name: str) -> str:
    """The column in which a table makes its keys. InputError for a table that makes none."""
    if name not in tables.names():
        _refuse(f"expected page, {', '.join(KINDS)} or the name of a table", name)
    key = tables.primary_key(name)
    made = derived.derived().get(name) if name not in KINDS.values() else None
    if made:
        _refuse(f"expected a table that is written by hand, not by {made}", name)
    if name == "sources":
        _refuse("expected a table of whose keys no ids are made", name)
    elsewhere = [link.target for link in declared.links() if (link.table, link.column) == (name, key[0])]
    if len(key) > 1 or elsewhere or tables.field_of(name, key[0])["type"] != "string":
        _refuse(
            f"expected {elsewhere[0]}, where its keys are made" if elsewhere else "expected a table with a key", name
        )
    return key[0]


def _made_of(name: str, old: str) -> Iterator[which.Use]:
    """Keys of other tables that begin with the old name: they are not renamed with it."""
    for table in {link.table for link in declared.links() if link.target == name} - {"recodings"}:
        key = tables.primary_key(table)[0]
        for row, value in declared.parts(table, key, None):
            if value.startswith(f"{old}_"):
                yield which.Use(declared.file(table), row, key, value)


def _unmistakable(name: str, key: str) -> bool:
    """Whether a word can be nothing but this key: no plain word, no key of another table, no column or table."""
    others = {other for other in tables.names() if other != name and len(tables.primary_key(other)) == 1}
    linked = {(link.table, link.column) for link in declared.links() if link.target == name}
    for other in others:
        (column,) = tables.primary_key(other)
        if (other, column) not in linked and key in set(tables.table(other)[column].astype(str)):
            return False
    called = {field["name"] for other in tables.names() for field in declared.fields(other)} | set(tables.names())
    return not which.is_plain(key) and key not in called


def _cells(changes: Changes, name: str, old: str, new: str) -> None:
    """Rename a key in every cell that is declared to hold it, and in those that name a row of a table by its key."""
    naming = {(link.table, link.column): link.separator for link in declared.links() if link.target == name}
    naming[name, tables.primary_key(name)[0]] = None
    swap = _part(old, new)
    for (table, column), separator in naming.items():
        changes.edit(table, _in_column(column, separator, swap))
    changes.edit("statuses", lambda row: row | {"rests_on": swap(row["rests_on"])} if row["table"] == name else row)
    columns = {(judged.table, judged.column): judged.key for judged in judgements()}

    def recoded(row: Row) -> Row:
        keys = columns.get((row["table"], row["column"]), ())
        parts = row["row_key"].split(tables.BAR)
        key = [swap(p) if (row["table"], k) in naming else p for p, k in zip(parts, keys, strict=False)]
        code = _parts(row["code"], ";", swap) if (row["table"], row["column"]) in naming else row["code"]
        return row | {"row_key": tables.BAR.join(key or parts), "code": code}

    changes.edit("recodings", recoded)


def _in_column(column: str, separator: str | None, swap: Sub) -> Callable[[Row], Row]:
    return lambda row: row | {column: _parts(row[column], separator, swap)}


def _part(old: str, new: str) -> Sub:
    return lambda part: new if part == old else part


def _parts(cell: str, separator: str | None, swap: Sub) -> str:
    return swap(cell) if separator is None else separator.join(map(swap, cell.split(separator)))


def _word(old: str, new: str) -> Sub:
    """Renames a key wherever it is a word, also where it begins a sentence as a fact."""
    word = which.as_word(old)

    def other(found: re.Match[str]) -> str:
        first = new[0].upper() if found[0][0] != old[0] else new[0]
        return first + new[1:] + (DIGITS if found[0].endswith(DIGITS) and not old.endswith(DIGITS) else "")

    return lambda text: word.sub(other, text)


def _cited(old: str, new: str) -> Sub:
    """Renames a work where a page cites it, and where the bibliography has it."""
    cited = re.compile(r"(?<=\{cite:[pt]\}`)[^`]+")
    entry = re.compile(rf"^(@\w+\{{){re.escape(old)}(?=,)", re.M)
    swap = _part(old, new)
    return lambda text: entry.sub(rf"\g<1>{new}", cited.sub(lambda keys: _parts(keys[0], ",", swap), text))


# --- a page -----------------------------------------------------------------------------------


def _page(changes: Changes, old: str, new: str) -> None:
    """Rename a page by its path without ending; of a chapter also its label, its module, and what is named after it."""
    source, target = (ROOT / f"{name}.md" for name in (old, new))
    if old not in pages():
        _refuse("expected a page of the book in a folder, such as chapters/rounds", old, "_toc.yml")
    if source.parent.name == "seeds":
        _refuse("expected a page that is not named after its source", old)
    if target.exists() or target.parent != source.parent or not re.fullmatch(r"[a-z]+(-[a-z]+)*", target.stem):
        _refuse(f"expected a name in {shown(source.parent)}/ that is free, of small letters and hyphens", new)
    if source.parent == CHAPTERS and name_fault(target.stem):
        _refuse(name_fault(target.stem), new)
    _everywhere(changes, _paths(old, new))
    for path in source.parent.glob("*.md"):
        changes.sub(path, _beside(source.stem, target.stem))
    if source.parent == CHAPTERS:
        _chapter(changes, source.stem, target.stem)
    changes.edit("facts", lambda row: row | {"pages": ";".join(sorted(row["pages"].split(";")))})
    changes.move(source, target)


def pages() -> set[str]:
    """Every page of the table of contents that lies in a folder: the name of another could be any word."""
    return set(re.findall(r"^ *- file: (\S+/\S+)", TOC.read_text("utf-8"), re.M))


def _paths(old: str, new: str) -> Sub:
    path = re.compile(rf"(?<![\w/-])((?:\.\./)*){re.escape(old)}(?![\w-])")
    return lambda text: path.sub(rf"\g<1>{new}", text)


def _beside(old: str, new: str) -> Sub:
    """Renames a page where one of the same folder leads to it."""
    led = re.compile(rf"(\{{doc\}}`(?:[^`<]*<)?|\]\(){old}(?=[`>]|\.(?:md|html))")
    return lambda text: led.sub(rf"\g<1>{new}", text)


def _chapter(changes: Changes, old: str, new: str) -> None:
    """Rename what is named after a chapter: label, module, exercise, figures shown elsewhere, cells of tables."""
    module, other = (name.replace("-", "_") for name in (old, new))
    marked = [
        (rf"((?<![\w-])ch-){old}(?![\w-])", new),
        (rf"(\b(?:check|hint)\(\"){old}(?=\")", new),
        (rf"(^```\{{drawn\}} ){old}(?= )", new),
        (rf"(\bonrecord\.topics\.){module}\b", other),
        (rf"(^from \.){module}(?= import)", other),
        (rf"(^    \"){old}(?=\": Exercise\()", new),
    ]
    imported = re.compile(rf"^( *from (?:onrecord)?\.*(?:topics)? import (?:.*\W)?){module}\b", re.M)
    used = re.compile(rf"(?<![\w.\"'/]){module}(?=\.[a-z_])")

    def sub(text: str) -> str:
        for pattern, instead in marked:
            text = re.sub(pattern, rf"\g<1>{instead}", text, flags=re.M)
        if not imported.search(text):
            return text
        return _in_code(lambda code: used.sub(other, imported.sub(rf"\g<1>{other}", code)), text)

    _everywhere(changes, sub)
    swap = _part(old, new)
    for link in declared.links():
        if link.target == CHAPTERS.name:
            changes.edit(link.table, _in_column(link.column, link.separator, swap))
    topics = ROOT / "onrecord" / "topics"
    if (topics / f"{module}.py").is_file():
        changes.move(topics / f"{module}.py", topics / f"{other}.py")


def _in_code(sub: Sub, text: str) -> str:
    """A module whole, or of a page its code alone, with something put instead."""
    fenced = re.compile(r"^```(?:\{code-cell\}|python).*?^```$", re.M | re.S)
    return fenced.sub(lambda cell: sub(cell[0]), text) if "\n```" in text and text.startswith("---") else sub(text)


# --- all texts, and the addresses -------------------------------------------------------------


def _everywhere(changes: Changes, sub: Sub) -> None:
    """Put something instead in every text that is the project's own."""
    for path in which.written():
        if path not in _KEPT:
            changes.sub(path, sub)


def _lead_on(changes: Changes, kind: str, old: str, new: str) -> None:
    """Rows of ``moved.csv`` for every promised address that has the old name; what led to it leads to the new one."""
    other = _address(kind, old, new)
    head, *rows = changes[MOVED].splitlines()
    ways = [(way[0], other(way[1]), *way[2:]) for way in (row.split(",", 2) for row in rows)]
    moved = [",".join(way) for way in ways if way[0] != way[1]]  # what has its old name again has not moved
    known = {way[0] for way in ways}
    promised = [address for address in sorted(addresses.listed()) if other(address) != address and address not in known]
    moved += [f"{address},{other(address)},{_why(old, new)}" for address in promised]
    if moved != rows:
        changes[MOVED] = "\n".join([head, *sorted(moved)]) + "\n"


def _why(old: str, new: str) -> str:
    return f"What was called {old} is called {new}."


def _address(kind: str, old: str, new: str) -> Sub:
    """Gives an address with the new name. Names stand in addresses as they are, or with hyphens for all but letters."""
    stem, other = (name.rpartition("/")[2] for name in (old, new))
    if kind == "page":
        file = rf"^{re.escape(old)}(?=\.html)|(?<=^downloads/){stem}(?=[.-])|(?<=#ch-){stem}$|(?<=#left-out-){stem}$"
        instead = {old: new, stem: other}
        return lambda address: re.sub(file, lambda found: instead[found[0]], address)
    forms = {old: new, re.sub(r"[^A-Za-z0-9]+", "-", old): re.sub(r"[^A-Za-z0-9]+", "-", new)}
    names = "|".join(map(re.escape, forms))
    kinds = "|".join([*addresses.KINDS, "speaker-", *([] if which.is_plain(old) else [""])])
    place = re.compile(rf"(?<=[#/])({kinds})({names})(?=(?:-\d+)?$|\.html)")
    return lambda address: place.sub(lambda found: found[1] + forms[found[2]], address)
