"""Every kind of fault that :mod:`mutations` plants: a name, the files it is of, and how one is drawn.

A draw takes a random number generator and gives what is planted, or None where it did not fit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from onrecord import accepted, declared, legible, tables, written
from onrecord.files import as_csv, as_json
from onrecord.paths import BIBLIOGRAPHY, CITATION, CONFIG, MOVED, OUTLINE, PACKAGE, QUOTES_LOCK, ROOT, TABLES_LOCK, TOC
from onrecord.recount import COLUMNS


class Planted(NamedTuple):
    """A fault: the file, its bytes, and where a message must point: one of these lines, and this column or entry."""

    path: Path
    raw: bytes | None  # None: the file is gone
    rows: Sequence[int] = ()
    column: str | None = None


Plant = Callable[[Random], Planted | None]


class Kind(NamedTuple):
    """A kind of fault: of which files, how many are planted, and how one is drawn."""

    files: str
    name: str
    many: int
    plant: Plant


KINDS: list[Kind] = []


def add(files: str, many: int, plants: dict[str, Plant]) -> None:
    KINDS.extend(Kind(files, name, many, plant) for name, plant in plants.items())


# --- cells of tables ---------------------------------------------------------------

Rows = list[list[str]]
Fits = Callable[[str, dict], bool]  # table and field
Change = Callable[[Random, str], str]  # what stands in a cell or a line afterwards
OfTables = Callable[[Random, Sequence[str]], Planted | None]
BY_HAND = tuple(name for name in tables.names() if name not in accepted.COMPUTED)


def file_of(name: str) -> Path:
    return ROOT / declared.file(name)


@cache
def rows_of(name: str) -> Rows:
    return legible.cells(file_of(name).read_bytes())


@cache
def linked() -> set[tuple[str, str]]:
    return {(link.table, link.column) for link in declared.links()}


def anything(name: str, field: dict) -> bool:
    return True


def quoted(name: str, field: dict) -> bool:
    return field.get("role") == "quotation"


def primary(name: str, field: dict) -> bool:
    """Part of the key of a row, where no quotation is locked by it."""
    quotes = any(quoted(name, each) for each in declared.fields(name))
    return field["name"] in tables.primary_key(name) and not quotes


def no_key(name: str, field: dict) -> bool:
    """Neither a key, nor a quotation: what stands there can be held by the lock alone."""
    keys = field["name"] in tables.primary_key(name) or (name, field["name"]) in linked()
    return not keys and not quoted(name, field)


def words(name: str, field: dict) -> bool:
    """A free text, in which nothing but a reader can see a slip."""
    told = {"separator", "role", "not_judged"} & set(field) or field.get("constraints")
    return field["type"] == "string" and not told and no_key(name, field)


def closed(name: str, field: dict) -> bool:
    return field["type"] == "string" and "enum" in field.get("constraints", {})


def key(name: str, field: dict) -> bool:
    one = field["type"] == "string" and "separator" not in field and not closed(name, field)
    return one and (name, field["name"]) in linked()


def listed(name: str, field: dict) -> bool:
    return "separator" in field


def listed_words(name: str, field: dict) -> bool:
    return "separator" in field and no_key(name, field)


def listed_keys(name: str, field: dict) -> bool:
    return "separator" in field and (name, field["name"]) in linked()


def number(name: str, field: dict) -> bool:
    return field["type"] in ("integer", "number") and no_key(name, field)


def role(wanted: str) -> Fits:
    return lambda name, field: field.get("role") == wanted


@cache
def places(fits: Fits, names: Sequence[str]) -> list[tuple[str, int]]:
    found = ((name, at, field) for name in names for at, field in enumerate(declared.fields(name)))
    return [(name, at) for name, at, field in found if fits(name, field)]


def changed(name: str, row: int, at: int, text: str, as_it_is: bool = False) -> Planted:
    """A table with another text in one cell; ``as_it_is``: in the file without the quotation marks that it needs."""
    rows = [list(cells) for cells in rows_of(name)]
    rows[row][at] = "\0" if as_it_is else text
    raw = as_csv(rows).replace("\0", text) if as_it_is else as_csv(rows)
    return Planted(file_of(name), raw.encode(), (row + 1,), rows[0][at])


def cell(change: Change, fits: Fits = anything, as_it_is: bool = False) -> OfTables:
    """Another text in one cell."""

    def plant(rng: Random, names: Sequence[str]) -> Planted | None:
        name, at = rng.choice(places(fits, names))
        row = rng.randrange(1, len(rows_of(name)))
        before = rows_of(name)[row][at]
        after = change(rng, before) if before else before
        return changed(name, row, at, after, as_it_is) if after != before else None

    return plant


def no_column(plant: OfTables) -> OfTables:
    """Of a fault that goes on beyond its cell, the line is named."""

    def drawn(rng: Random, names: Sequence[str]) -> Planted | None:
        planted = plant(rng, names)
        return planted and planted._replace(column=None)

    return drawn


def exchanged(fits: Fits = anything, alike: bool = False) -> OfTables:
    """Two cells of a column change places; ``alike``: which say the same."""

    def plant(rng: Random, names: Sequence[str]) -> Planted | None:
        name, at = rng.choice(places(fits, names))
        rows = [list(row) for row in rows_of(name)]
        if len(rows) < 4:
            return None
        a, b = sorted(rng.sample(range(1, len(rows)), 2))
        if not rows[a][at] or not rows[b][at] or (rows[a][at] == rows[b][at]) != alike:
            return None
        rows[a][at], rows[b][at] = rows[b][at], rows[a][at]
        return Planted(file_of(name), as_csv(rows).encode(), (a + 1, b + 1), rows[0][at])

    return plant


def beside(rng: Random, names: Sequence[str]) -> Planted | None:
    """Two free texts of a row change places."""
    name, a = rng.choice(places(words, names))
    b = rng.choice([at for other, at in places(words, names) if other == name])
    rows = [list(row) for row in rows_of(name)]
    row = rng.choice(rows[1:])
    if row[a] == row[b]:
        return None
    row[a], row[b] = row[b], row[a]
    return Planted(file_of(name), as_csv(rows).encode(), (rows.index(row) + 1,), rows[0][a])


def mistyped(rng: Random, text: str) -> str:
    """One letter for another."""
    at = rng.choice([n for n, letter in enumerate(text) if "a" <= letter <= "z"] or [len(text)])
    return f"{text[:at]}{'x' if text[at:] and text[at] != 'x' else 'y'}{text[at + 1 :]}" if text[at:] else text


def turned(rng: Random, text: str) -> str:
    """Two letters that follow each other change places."""
    at = rng.choice([n for n in range(len(text) - 1) if text[n : n + 2].isalpha()] or [len(text)])
    return f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}" if text[at:] else text


def other(old: str, new: str) -> Change:
    return lambda rng, text: text.replace(old, new, 1)


def inside(odd: str) -> Change:
    return lambda rng, text: text[:1] + odd + text[1:]


def to(text: str) -> Change:
    return lambda rng, before: text


def more(text: str) -> Change:
    return lambda rng, before: before + text


SLIPS: dict[str, OfTables] = {
    "cell is blank": cell(to(""), no_key),
    "key of a row is blank": cell(to(""), primary),
    "two cells of a column change places": exchanged(no_key),
    "two texts of a row change places": beside,
    "letter of a text is mistyped": cell(mistyped, words),
    "two letters of a text change places": cell(turned, words),
    "text with a full stop more": cell(more("."), words),
    "text in capitals": cell(lambda rng, text: text.upper(), words),
    "word of a closed list is mistyped": cell(mistyped, closed),
    "number with a letter": cell(lambda rng, text: f"l{text}", number),
    "number with a comma": cell(more(",5"), number),
    "another number": cell(lambda rng, text: f"{text}{rng.randrange(10)}", number),
    "number out of range": cell(to("99999999"), number),
    "date out of range": cell(to("2999-01-01"), role("date")),
    "date that does not exist": cell(to("2005-02-30"), role("date")),
    "wrong key": cell(more("_x"), key),
    "wrong key in a list": cell(more("_x"), listed_keys),
    "key of a list twice": cell(lambda rng, text: f"{text};{text.split(';')[0]}", listed),
    "empty part of a list": cell(more(";"), listed),
    "room in a list": cell(more("; x"), listed_words),
}
SLOW: dict[str, OfTables] = {  # to judge
    "quotation is altered": cell(more(" indeed"), quoted),
    "two quotations change places": exchanged(quoted),
    "cell of a megabyte": cell(to("x" * 2**20)),
}
# Letters that a reader takes for others, or does not see: in a cell and in a line of text.
ODD: dict[str, Change] = {
    "Cyrillic letter": other("a", "а"),
    "Greek letter": other("o", "ο"),
    "character of no width": inside("\u200b"),
    "space that does not break": inside("\u00a0"),
    "text from right to left": inside("\u202e"),
    "NUL": inside("\x00"),
}
UNCLEAN: dict[str, OfTables] = {
    **{label: cell(change) for label, change in ODD.items()},
    "formula with =": cell(to("=1+1")),
    "formula with +": cell(to("+cmd|' /C calc'!A0")),
    "formula with -": cell(to("-1+1")),
    "formula with @": cell(to("@SUM(A1:A9)")),
    "formula with a wide sign": cell(to("＝1+1")),
    "script": cell(more(" <script>alert(1)</script>")),
    "handler of a browser": cell(lambda rng, text: f"<b onclick=alert(1)>{text}</b>"),
    "room before a cell": cell(lambda rng, text: f" {text}"),
    "tab after a cell": cell(more("\t")),
    "cell of two lines": cell(more("\nx")),
    "digit of full width": cell(other("1", "１")),
    "ligature": cell(other("fi", "ﬁ")),
    "accent apart from its letter": cell(other("e", "e\u0301")),
    "soft hyphen": cell(inside("\u00ad")),
    "needless quotation marks": cell(lambda rng, text: text if set(text) & set('",') else f'"{text}"', as_it_is=True),
    "quotation mark without end": no_column(cell(lambda rng, text: f'"{text.replace(chr(34), "")}', as_it_is=True)),
}

# --- rows and columns --------------------------------------------------------------


def whole(change: Callable[[Random, Rows], Sequence[int]]) -> OfTables:
    """Rows or columns changed in place; ``change`` gives the lines of which a message names one."""

    def plant(rng: Random, names: Sequence[str]) -> Planted | None:
        name = rng.choice(names)
        rows = [list(row) for row in rows_of(name)]
        if len(rows) < 4:
            return None
        lines = change(rng, rows)
        return Planted(file_of(name), as_csv(rows).encode(), lines)

    return plant


def new_row(rng: Random, names: Sequence[str]) -> Planted | None:
    """A row like the last one, with other words."""
    name, at = rng.choice(places(words, names))
    rows = [*rows_of(name), list(rows_of(name)[-1])]
    rows[-1][at] = f"More {rows[-1][at]}".strip()
    return Planted(file_of(name), as_csv(rows).encode(), (len(rows),))


def twice(rng: Random, rows: Rows) -> Sequence[int]:
    at = rng.randrange(1, len(rows))
    rows.append(rows[at])
    return [len(rows)]


def gone(rng: Random, rows: Rows) -> Sequence[int]:
    at = rng.randrange(1, len(rows))
    del rows[at]
    return [at + 1]


def moved(rng: Random, rows: Rows) -> Sequence[int]:
    a, b = rng.sample(range(1, len(rows)), 2)
    rows[a], rows[b] = rows[b], rows[a]
    return [a + 1, b + 1]


def reverse(rng: Random, rows: Rows) -> Sequence[int]:
    rows[1:] = rows[:0:-1]
    return range(2, len(rows) + 1)


def in_row(change: Callable[[list[str]], object]) -> Callable[[Random, Rows], Sequence[int]]:
    def plant(rng: Random, rows: Rows) -> Sequence[int]:
        at = rng.randrange(1, len(rows))
        change(rows[at])
        return [at + 1]

    return plant


def in_columns(change: Callable[[list[str], int], object], only_header: bool = False):
    """The same in every row, or in the header; ``change`` has the row and a place in it."""

    def plant(rng: Random, rows: Rows) -> Sequence[int]:
        at = rng.randrange(len(rows[0]) - 1)
        for row in rows[:1] if only_header else rows:
            change(row, at)
        return [1]

    return plant


def turn(row: list[str], at: int) -> None:
    row[at], row[at + 1] = row[at + 1], row[at]


WHOLE: dict[str, OfTables] = {
    "row stands twice": whole(twice),
    "row is gone": whole(gone),
    "two rows change places": whole(moved),
    "rows in reverse order": whole(reverse),
    "row more": new_row,
    "row without its last cell": whole(in_row(lambda row: row.pop())),
    "row with a cell more": whole(in_row(lambda row: row.append("x"))),
    "blank row": whole(in_row(lambda row: row.clear())),
    "column is gone": whole(in_columns(lambda row, at: row.pop(at))),
    "column more": whole(in_columns(lambda row, at: row.insert(at, "x"))),
    "two columns change places": whole(in_columns(turn)),
    "two names of columns change places": whole(in_columns(turn, only_header=True)),
    "name of a column is mistyped": whole(in_columns(lambda row, at: row.__setitem__(at, "x"), only_header=True)),
    "name of a column stands twice": whole(in_columns(lambda row, at: row.__setitem__(at + 1, row[at]), True)),
}


def of_tables(names: Sequence[str], plants: dict[str, OfTables]) -> dict[str, Plant]:
    return {label: partial(plant, names=names) for label, plant in plants.items()}


def column_of(name: str, column: str) -> Plant:
    """Another text in a column of a table that is computed."""
    return partial(cell(more("x"), lambda _, field: field["name"] == column), names=(name,))


def same_number(rng: Random) -> Planted:
    """A number a second time, with other words."""
    rows = [list(row) for row in rows_of("facts")]
    at = rng.randrange(1, len(rows))
    rows.insert(at + 1, [*rows[at][:5], f"{rows[at][5]} more", *rows[at][6:]])
    return Planted(file_of("facts"), as_csv(rows).encode(), (at + 2,))


add("tables", 20, of_tables(BY_HAND, SLIPS | UNCLEAN))
add("tables", 8, of_tables(BY_HAND, SLOW))
add("tables", 12, of_tables(BY_HAND, WHOLE))
add("tables", 6, of_tables(BY_HAND, {"two equal cells change places": exchanged(alike=True)}))
add("numbers", 4, {f"another {column}": column_of("facts", column) for column in COLUMNS[1:]})
add("numbers", 4, {"number stands twice": same_number})
add("works", 4, {f"another {column}": column_of("works", column) for column in ("author", "title", "date", "note")})
for computed, name in (("numbers", "facts"), ("works", "works")):
    add(computed, 1, of_tables((name,), UNCLEAN | WHOLE | {"cell of a megabyte": SLOW["cell of a megabyte"]}))

# --- bytes of any file -------------------------------------------------------------

Bytes = Callable[[Random, bytes], tuple[bytes | None, Sequence[int]]]


def line_of(raw: bytes, at: int) -> Sequence[int]:
    return (raw[:at].count(b"\n") + 1,)


def odd_bytes(odd: bytes) -> Bytes:
    """Bytes at the end of some line."""

    def plant(rng: Random, raw: bytes) -> tuple[bytes, Sequence[int]]:
        at = rng.choice([n for n, byte in enumerate(raw[:-1]) if byte == 10] or [len(raw) - 1])
        return raw[:at] + odd + raw[at:], line_of(raw, at)

    return plant


BYTES: dict[str, Bytes] = {
    "byte order mark": lambda rng, raw: (b"\xef\xbb\xbf" + raw, (1,)),
    "carriage returns": lambda rng, raw: (raw.replace(b"\n", b"\r\n"), (1,)),
    "one carriage return": odd_bytes(b"\r"),
    "no line feed at the end": lambda rng, raw: (raw[:-1], line_of(raw, len(raw) - 1)),
    "blank line at the end": lambda rng, raw: (raw + b"\n", line_of(raw, len(raw))),
    "Latin-1": odd_bytes(b"\xe9"),
    "UTF-16": lambda rng, raw: (raw.decode().encode("utf-16"), (1,)),
    "file is cut off": lambda rng, raw: (raw[: len(raw) // 2].rstrip(b"\n"), ()),
    "file is empty": lambda rng, raw: (b"", ()),
    "file is gone": lambda rng, raw: (None, ()),
    "same bytes": lambda rng, raw: (bytes(raw), ()),
}


def of_bytes(paths: Callable[[], Sequence[Path]]) -> dict[str, Plant]:
    def plant(rng: Random, change: Bytes) -> Planted:
        path = rng.choice(paths())
        return Planted(path, *change(rng, path.read_bytes()))

    return {label: partial(plant, change=change) for label, change in BYTES.items()}


OUTLINES = (OUTLINE, TOC, BIBLIOGRAPHY)
SETTINGS = (CONFIG, CITATION, MOVED)
add("tables", 12, of_bytes(lambda: [file_of(name) for name in BY_HAND]))
add("numbers", 1, of_bytes(lambda: [file_of("facts")]))
add("works", 1, of_bytes(lambda: [file_of("works")]))
add("data package", 1, of_bytes(lambda: [PACKAGE]))
add("lock of quotations", 1, of_bytes(lambda: [QUOTES_LOCK]))
add("lock of tables", 1, of_bytes(lambda: [TABLES_LOCK]))
add("outlines", 4, of_bytes(lambda: OUTLINES))
add("settings", 4, of_bytes(lambda: SETTINGS))
add("pages", 6, of_bytes(written.pages))

# --- lines of outlines and pages ---------------------------------------------------


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")


def put(path: Path, lines: list[str], rows: Sequence[int]) -> Planted:
    return Planted(path, "\n".join(lines).encode(), rows)


def prose(path: Path, lines: list[str]) -> list[int]:
    """The lines that are plain text: of a page, those that begin with a capital and have no role, tag or code."""
    if path in (*OUTLINES, *SETTINGS):
        return [n for n, line in enumerate(lines[:-2]) if re.search("[a-z]{3}", line)]
    code = written.in_code(written.read(path))
    found = (n for n, line in enumerate(lines[:-2]) if re.match("[A-Z][a-z]", line) and "`" not in line)
    return [n for n in found if n + 1 not in code]


def in_lines(change: Callable[[Random, list[str], int], object], paths: Callable[[], Sequence[Path]]) -> Plant:
    """A change at some line of plain text: ``change`` has the lines and the place."""

    def plant(rng: Random) -> Planted | None:
        path = rng.choice(paths())
        lines = lines_of(path)
        at = rng.choice(prose(path, lines) or [-1])
        if at < 0:
            return None
        change(rng, lines, at)
        return put(path, lines, (at + 1, at + 2)) if lines != lines_of(path) else None

    return plant


def line(change: Change) -> Callable[[Random, list[str], int], object]:
    return lambda rng, lines, at: lines.__setitem__(at, change(rng, lines[at]))


LINES: dict[str, Callable[[Random, list[str], int], object]] = {
    "line is blank": line(to("")),
    "line is gone": lambda rng, lines, at: lines.pop(at),
    "line stands twice": lambda rng, lines, at: lines.insert(at, lines[at]),
    "line more": lambda rng, lines, at: lines.insert(at, "It was so."),
    "two lines change places": lambda rng, lines, at: turn(lines, at),
    "letter is mistyped": line(mistyped),
    "two letters change places": line(turned),
    **{label: line(change) for label, change in ODD.items()},
    "digit of full width": line(more(" １")),
    "line of a megabyte": line(more(" word" * 2**18)),
}
MARKUP = {
    "script": "<script>alert(1)</script>",
    "frame": "<iframe src=https://example.org></iframe>",
    "handler of a browser": "<b onclick=alert(1)>word</b>",
    "address that runs": "[word](javascript:alert(1))",
    "style": "<style>p {display: none}</style>",
}
add("outlines", 5, {label: in_lines(change, lambda: (OUTLINE, BIBLIOGRAPHY)) for label, change in LINES.items()})
# Others may leave a file of settings that can be read, or not: who refuses them is told by chance.
SEEN = {label: change for label, change in LINES.items() if label in ODD or label.startswith(("digit", "line of"))}
SEEN["line that cannot be read"] = line(more(": ["))
add("settings", 5, {label: in_lines(change, lambda: (CONFIG, CITATION)) for label, change in SEEN.items()})
add("pages", 9, {label: in_lines(change, written.pages) for label, change in LINES.items()})
add("pages", 6, {label: in_lines(line(more(f" {tag}")), written.pages) for label, tag in MARKUP.items()})


def in_moves(change: Callable[[Random, list[str], int], object]) -> Plant:
    """A change at some row of the list of what has moved."""

    def plant(rng: Random) -> Planted:
        lines = lines_of(MOVED)
        at = rng.randrange(1, len(lines) - 1)
        change(rng, lines, at)
        return put(MOVED, lines, (at + 1, at + 2))

    return plant


add("settings", 3, {
    "row stands twice": in_moves(lambda rng, lines, at: lines.insert(at, lines[at])),
    "row of one cell": in_moves(lambda rng, lines, at: lines.insert(at, "It was so.")),
    "row is gone": in_moves(lambda rng, lines, at: lines.pop(at)),
    "address is mistyped": in_moves(line(lambda rng, text: mistyped(rng, text.split(",")[0]) + text[text.index(","):])),
})  # fmt: skip


def of_setting(path: Path, keys: str, change: Callable[[Random, str, str], str]) -> Plant:
    """Another line in the place of one that begins with one of some keys; ``change`` has the key and what follows."""

    def plant(rng: Random) -> Planted:
        lines = lines_of(path)
        at = rng.choice([n for n, line in enumerate(lines) if re.match(rf"[ -]*(?:{keys}):", line)])
        start, key, rest = re.match(r"([ -]*)(\w+)(.*)", lines[at]).groups()
        lines[at] = start + change(rng, key, rest)
        return put(path, lines, (at + 1,))

    return plant


KNOWN = "timeout|execute_notebooks|stderr_output|exclude_patterns|launch_buttons|use_edit_page_button|baseurl|url"
add("settings", 6, {
    "setting is misspelt": of_setting(CONFIG, KNOWN, lambda rng, key, rest: mistyped(rng, key) + rest),
    "setting of the contents is misspelt": of_setting(
        TOC, "caption|numbered", lambda rng, key, rest: mistyped(rng, key) + rest),
    "setting of another kind": of_setting(
        CONFIG, "timeout|execute_notebooks|stderr_output|use_edit_page_button|exclude_patterns",
        lambda rng, key, rest: f"{key}: soon # {rest}" if rest.strip(" :") else f"{key}: soon\nx_{key}:"),
})  # fmt: skip


def toc(change: Callable[[list[str], int], object]) -> Plant:
    def plant(rng: Random) -> Planted:
        lines = lines_of(TOC)
        at = rng.choice(
            [n for n, text in enumerate(lines) if "- file: reference/" in text and "sec" not in lines[n + 1]]
        )
        change(lines, at)
        return put(TOC, lines, (at + 1,))

    return plant


add("outlines", 3, {
    "page is listed twice": toc(lambda lines, at: lines.insert(at, lines[at])),
    "page that is not there": toc(lambda lines, at: lines.__setitem__(at, f"{lines[at]}-x")),
    "list that cannot be read": toc(lambda lines, at: lines.__setitem__(at, f"{lines[at]}: [")),
})  # fmt: skip

# --- what pages name ---------------------------------------------------------------


def roles(name: str) -> list[tuple[Path, written.Role]]:
    return [(path, role) for path in written.pages() for role in written.read(path).roles if role.name == name]


def renamed(name: str, change: Change) -> Plant:
    """Another target in a role of this name."""

    def plant(rng: Random) -> Planted | None:
        path, role = rng.choice(roles(name))
        lines, target = lines_of(path), change(rng, role.target)
        old = lines[role.line - 1]
        role_there = rf"(\{{{name}\}}`[^`]*?){re.escape(role.target)}(>?`)"
        lines[role.line - 1] = re.sub(role_there, rf"\g<1>{target}\2", old, count=1)
        return put(path, lines, (role.line,)) if lines[role.line - 1] != old else None

    return plant


def replaced(name: str) -> Plant:
    """The target of a role by that of another, which is there."""
    return renamed(name, lambda rng, text: rng.choice(roles(name))[1].target)


def changed_places(name: str) -> Plant:
    """Two targets of a page change places."""

    def plant(rng: Random) -> Planted | None:
        path, first = rng.choice(roles(name))
        second = rng.choice([role for role in written.read(path).roles if role.name == name])
        if first.target == second.target or first.line == second.line:
            return None
        lines = lines_of(path)
        for one, two in ((first, second), (second, first)):
            text = lines[one.line - 1]
            lines[one.line - 1] = text.replace(f"{{{name}}}`{one.target}`", f"{{{name}}}`{two.target}`", 1)
        return put(path, lines, (first.line, second.line)) if lines != lines_of(path) else None

    return plant


def at_heading(change: Callable[[list[str], int], object], level: str = "## ") -> Plant:
    """A change at some heading of a chapter, or at its first line."""

    def plant(rng: Random) -> Planted:
        path = rng.choice([path for path in written.pages() if path.parent.name == "chapters"])
        lines = lines_of(path)
        at = rng.choice([n for n, text in enumerate(lines) if text.startswith(level)]) if level else 0
        change(lines, at)
        return put(path, lines, (at + 1,))

    return plant


def in_cell(change: Callable[[list[str], int], object]) -> Plant:
    """A change after the last line of some code cell."""

    def plant(rng: Random) -> Planted | None:
        path = rng.choice([path for path in written.pages() if path.parent.name == "chapters"])
        block = rng.choice([block for block in written.read(path).blocks if block.name == "code-cell"])
        lines, at = lines_of(path), block.line + len(block.body)
        change(lines, at)
        return put(path, lines, (at + 1,))

    return plant


NAMED = {
    "unknown statement": renamed("ev", more("z")),
    "unknown quotation": renamed("said", more("z")),
    "unknown number": renamed("glue:text", more("z")),
    "unknown work": renamed("cite:p", more("z")),
    "unknown place": renamed("ref", more("z")),
    "unknown figure": renamed("numref", more("z")),
    "unknown term": renamed("term", more("z")),
    "unknown page": renamed("doc", more("z")),
    "unknown directive": at_heading(lambda lines, at: lines.insert(at, "```{nothing}\n```\n")),
    "unknown role": at_heading(lambda lines, at: lines.insert(at, "{evid}`burton2006:F.1a`\n")),
    "label stands twice": at_heading(lambda lines, at: lines.insert(at, "(a-label)=\n\n(a-label)=\n")),
}
RESTS = {
    "another statement": replaced("ev"),
    "another quotation": replaced("said"),
    "another number": replaced("glue:text"),
    "another work": replaced("cite:p"),
    "two quotations change places": changed_places("said"),
    "two numbers change places": changed_places("glue:text"),
    "two statements change places": changed_places("ev"),
    "typed number": at_heading(lambda lines, at: lines.insert(at, "There were 17 rounds.\n")),
    "typed quotation": at_heading(lambda lines, at: lines.insert(at, "It was “hollow”.\n")),
}


def without_head(lines: list[str], at: int) -> None:
    del lines[: lines.index("---", 1) + 1]


SHAPE = {
    "heading of a level too deep": at_heading(lambda lines, at: lines.insert(at, "###### Deep\n")),
    "second title": at_heading(lambda lines, at: lines.insert(at, "# Title\n")),
    "code that cannot be read": in_cell(lambda lines, at: lines.insert(at, "x = = 1")),
    "front matter is gone": at_heading(
        lambda lines, at: lines.__delitem__(slice(0, lines.index("---", 1) + 1)), level=""
    ),
    "front matter without its end": at_heading(lambda lines, at: lines.pop(lines.index("---", 1)), level=""),
    "block without its end": at_heading(lambda lines, at: lines.insert(at, ":::::{note}\n")),
}
add("pages", 9, NAMED | RESTS | SHAPE)

# --- data package and locks --------------------------------------------------------


def value(path: Path, change: Callable[[Random, Any], str | None]) -> Plant:
    """Another value in a JSON file; ``change`` gives the entry that a message names."""

    def plant(rng: Random) -> Planted:
        told = json.loads(path.read_bytes())
        column = change(rng, told)
        return Planted(path, as_json(told).encode(), (), column)

    return plant


def of_column(change: Callable[[dict], object], fits: Callable[[dict], object] = bool) -> Plant:
    def draw(rng: Random, told: Any) -> str:
        every = [(one, field) for one in told["resources"] for field in one["schema"]["fields"] if fits(field)]
        one, field = rng.choice(every)
        change(field)
        return f"{one['name']}.{field['name']}"

    return value(PACKAGE, draw)


def of_resource(change: Callable[[dict], object], fits: Callable[[dict], object] = bool) -> Plant:
    def draw(rng: Random, told: Any) -> str:
        one = rng.choice([one for one in told["resources"] if fits(one)])
        change(one)
        return one["name"]

    return value(PACKAGE, draw)


def text_of(path: Path, change: Callable[[Random, list[str]], Sequence[int]]) -> Plant:
    """Other lines in a file."""

    def plant(rng: Random) -> Planted:
        lines = lines_of(path)
        rows = change(rng, lines)
        return put(path, lines, rows)

    return plant


def key_twice(rng: Random, lines: list[str]) -> Sequence[int]:
    at = rng.choice([n for n, text in enumerate(lines) if re.match(r' +".*": (".*"|\d+),$', text)])
    lines.insert(at + 1, lines[at])
    return (at + 2,)


def more_room(rng: Random, lines: list[str]) -> Sequence[int]:
    at = rng.randrange(1, len(lines) - 2)
    lines[at] = f" {lines[at]}"
    return (at + 1,)


def no_number(rng: Random, lines: list[str]) -> Sequence[int]:
    lines[1:1] = [' "x": NaN,']
    return ()


def out(found: dict, *names: str) -> None:
    for name in names:
        found.pop(name)


add("data package", 4, {
    "another description of a column": of_column(lambda field: field.update(description="Words.")),
    "another type": of_column(lambda field: field.update(type="any")),
    "word of a closed list is gone": of_column(
        lambda field: field["constraints"]["enum"].pop(), lambda field: field.get("constraints", {}).get("enum")),
    "constraints are gone": of_column(lambda field: out(field, "constraints"), lambda field: "constraints" in field),
    "role is gone": of_column(lambda field: out(field, "role"), lambda field: "role" in field),
    "list is none": of_column(lambda field: out(field, "separator"), lambda field: "separator" in field),
    "script in a description": of_column(lambda field: field.update(description="<script>alert(1)</script>")),
    "keys of other tables are gone": of_resource(
        lambda one: out(one["schema"], "foreignKeys"), lambda one: "foreignKeys" in one["schema"]),
    "another licence": of_resource(lambda one: one.update(licenses=[{"name": "CC0-1.0"}])),
    "another primary key": of_resource(lambda one: one["schema"].update(primaryKey="x")),
    "another title": value(PACKAGE, lambda rng, told: told.update(title="Data") or "head"),
    "table is gone": value(PACKAGE, lambda rng, told: told["resources"].pop(rng.randrange(9)) and None),
    "two tables change places": value(PACKAGE, lambda rng, told: turn(told["resources"], rng.randrange(90))),
    "table without a path": value(PACKAGE, lambda rng, told: out(told["resources"][rng.randrange(90)], "path")),
    "table without columns": value(PACKAGE, lambda rng, told: out(told["resources"][0]["schema"], "fields")),
    "no tables": value(PACKAGE, lambda rng, told: out(told, "resources")),
    "key stands twice": text_of(PACKAGE, key_twice),
    "another indent": text_of(PACKAGE, more_room),
    "number that is none": text_of(PACKAGE, no_number),
})  # fmt: skip


def entry(change: Callable[[Random, dict, str], object]) -> Plant:
    def draw(rng: Random, told: Any) -> str:
        name = rng.choice(list(told["quotations"]))
        change(rng, told["quotations"], name)
        return name

    return value(QUOTES_LOCK, draw)


def any_entry(plant: Plant) -> Plant:
    """Of an entry that is gone or has moved, the file is named."""

    def drawn(rng: Random) -> Planted | None:
        planted = plant(rng)
        return planted and planted._replace(column=None)

    return drawn


add("lock of quotations", 4, {
    "another place": entry(lambda rng, told, name: told[name].update(start=told[name]["start"] + 1)),
    "another hash": entry(lambda rng, told, name: told[name].update(words_sha256="0" * 64)),
    "another passage": entry(lambda rng, told, name: told[name].update(passage_id="burton2006:F.1")),
    "entry without its hash": entry(lambda rng, told, name: out(told[name], "words_sha256")),
    "entry is gone": any_entry(entry(lambda rng, told, name: told.pop(name))),
    "entry moves to the end": any_entry(entry(lambda rng, told, name: told.update({name: told.pop(name)}))),
    "entry more": any_entry(entry(lambda rng, told, name: told.update({f"{name}z": told[name]}))),
    "no quotations": value(QUOTES_LOCK, lambda rng, told: out(told, "quotations")),
    "key stands twice": text_of(QUOTES_LOCK, key_twice),
    "another indent": text_of(QUOTES_LOCK, more_room),
})  # fmt: skip


def in_lock(change: Callable[[Random, dict, str], object]) -> Plant:
    """A change of one table in the lock of the tables, each written on its line as before."""

    def plant(rng: Random) -> Planted:
        told = json.loads(TABLES_LOCK.read_bytes())
        name = rng.choice([name for name in told if told[name]["columns"]])
        change(rng, told, name)
        lines = (f" {json.dumps(key)}: {json.dumps(one)}" for key, one in told.items())
        return Planted(TABLES_LOCK, ("{\n" + ",\n".join(lines) + "\n}\n").encode(), (), name)

    return plant


def other_hash(rng: Random, told: dict, name: str) -> None:
    hashes = told[name]["rows"].split()
    hashes[rng.randrange(len(hashes))] = "01234567"
    told[name]["rows"] = " ".join(hashes)


def doubled_line(rng: Random, lines: list[str]) -> Sequence[int]:
    at = rng.randrange(1, len(lines) - 3)
    lines.insert(at, lines[at])
    return (at + 2,)


add("lock of tables", 4, {
    "another hash of a row": in_lock(other_hash),
    "another hash of a column": in_lock(lambda rng, told, name: told[name]["columns"].update(
        {rng.choice(list(told[name]["columns"])): "01234567"})),
    "another sum": in_lock(lambda rng, told, name: told[name].update(sum="01234567")),
    "no rows": in_lock(lambda rng, told, name: out(told[name], "rows")),
    "table is gone": any_entry(in_lock(lambda rng, told, name: told.pop(name))),
    "table moves to the end": any_entry(in_lock(lambda rng, told, name: told.update({name: told.pop(name)}))),
    "table more": any_entry(in_lock(lambda rng, told, name: told.update({f"{name}_x": told[name]}))),
    "table stands twice": text_of(TABLES_LOCK, doubled_line),
    "another indent": text_of(TABLES_LOCK, more_room),
})  # fmt: skip


def draws(kind: Kind) -> Iterator[Planted]:
    """What is planted of a kind: seeded by its name, so that it follows from the files alone."""
    rng = Random(f"{kind.files}: {kind.name}")
    found = (kind.plant(rng) for _ in range(400 * kind.many))
    yield from (planted for _, planted in zip(range(kind.many), filter(None, found), strict=False))
