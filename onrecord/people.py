"""Who may be named, and who may not: the check on names.

Everybody named in prose, tables, figures or the index has a row in ``people`` that says why. Every other proper
name stands in ``proper_names``. What stands in neither is a problem, so a new name has to be looked at by somebody.
People who were named once and are no longer are kept as salted hashes in ``removed_names``, never in clear.
"""

from __future__ import annotations

import ast
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from . import remembered
from .files import below
from .paths import CHAPTERS, CODE, DATA, FIRST_PAGE, ROOT, shown
from .problems import Problem
from .tables import names as table_names
from .tables import parts_of, resource, table

# Tables whose names are looked after elsewhere: the bibliography names the authors of its works, and the
# tables of this module are the lists themselves.
_NOT_READ = {"works", "people", "proper_names", "removed_names", "facts"}
# Official titles and numbers of laws, in the words of those who made them.
_OFFICIAL = {("milestones", "title_en"), ("milestones", "title_zh"), ("milestones", "number")}
# Columns of Chinese terms: of a search, and by which a status is told.
_TERMS = ("words", "subject", "says", "acts")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SMALL = re.compile(r"(?<!\w)[^\W\d_A-Z]+(?:['’\-][^\W\d_]+)*(?!\w)")
_HAN = re.compile(r"[\u3400-\u9fff]+(?:[·・][\u3400-\u9fff]+)*")
_END = re.compile(r"[.?!:;|\n]|[(“\"] *$")  # after it a capital letter says nothing
_BREAK = re.compile(r"[^\s.]")  # between the words of one name stands a space, or the point of an initial
_EXPECTED = "expected a name that people.csv or proper_names.csv holds"


class Text(NamedTuple):
    """A text that readers see, and where it stands."""

    file: str
    row: int
    column: str | None
    words: str


class Known(NamedTuple):
    """The proper names of the book, each as a tuple of words; ``ordinary`` are words in small letters."""

    people: frozenset[tuple[str, ...]]
    surnames: frozenset[tuple[str, ...]]
    others: frozenset[tuple[str, ...]]
    titles: frozenset[tuple[str, ...]]
    ordinary: frozenset[str]
    han: frozenset[str]


# --- what readers see -----------------------------------------------------------------

_SHOWN = re.compile(r"\{(?:term|doc|ref|index)\}`([^`<]*)(?:<[^>]*>)?`")
_HIDDEN = re.compile(r"\{[a-z:]+\}`[^`]*`|`[^`]*`|\{[^}]*\}|<[^>]*>|https?://\S+|^\w+: ?(?=[{\[])")
_CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```", re.M | re.S)


def _plain(markdown: str) -> str:
    """A line of a page as a reader has it: the words of links and terms, no roles, code or addresses."""
    line = _SHOWN.sub(lambda found: found[1], markdown)
    line = re.sub(r"\]\([^)]*\)", "]", _HIDDEN.sub(" , ", line))
    return line.replace("*", "").replace("_", " ")


def _page(path: Path) -> Iterator[Text]:
    """Headings, prose, captions and the strings of code cells (alternative texts, labels), line by line."""
    markdown = path.read_text("utf-8")
    for cell in _CELL.finditer(markdown):
        before = markdown[: cell.start(1)].count("\n")
        options = re.match(r"---\n.*?^---\n", cell[1], re.M | re.S)
        code = cell[1][options.end() :] if options else cell[1]
        shift = before + (options[0].count("\n") if options else 0)
        code = "\n".join("" if line.startswith((":", "%")) else line for line in code.splitlines())
        yield from (text._replace(row=text.row + shift) for text in _strings(shown(path), code))
    for number, line in _lines(markdown):
        yield Text(shown(path), number, None, _plain(re.sub(r"^[\s#>:|-]*(?:description|caption):", "", line)))


def _lines(markdown: str) -> Iterator[tuple[int, str]]:
    """The lines that readers see as words: no code, and of a cell its caption only."""
    inside = ""
    for number, line in enumerate(markdown.splitlines(), 1):
        if line.startswith("```"):
            inside = "" if inside else {"```{code-cell} ipython3": "cell", "```python": "code"}.get(line.strip(), "")
        elif not inside or (inside == "cell" and line.startswith(("    caption:", "      "))):
            yield number, line


def _strings(file: str, code: str) -> Iterator[Text]:
    """The strings in Python code, no docstrings; variables of queries and codes of dates are left out."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    docs = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    parts: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts.update(node.values)
            said = [str(v.value) if isinstance(v, ast.Constant) else " , " for v in node.values]
            yield Text(file, node.lineno, None, _no_codes("".join(said)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs | parts:
            yield Text(file, node.lineno, None, _no_codes(node.value))


def _no_codes(words: str) -> str:
    return re.sub(r"@\w+|%-?[a-zA-Z]", " ", words)


def _column_is_read(field: dict, keys: set[str]) -> bool:
    rules = field.get("constraints", {})
    words = not {"enum", "pattern"} & set(rules) and "references" not in field
    return field["type"] == "string" and field["name"] not in keys and words


def _cells(name: str) -> Iterator[Text]:
    """The cells of a table that hold words: no keys, no closed vocabularies."""
    found = resource(name)
    keys = {key for link in found["schema"].get("foreignKeys", []) for key in [link["fields"]] if isinstance(key, str)}
    rows = table(name)
    for field in found["schema"]["fields"]:
        if _column_is_read(field, keys) and (name, field["name"]) not in _OFFICIAL:
            for index, value in rows[field["name"]].dropna().astype(str).items():
                yield Text(shown(DATA / found["path"]), int(str(index)) + 2, field["name"], value)


def pages() -> list[Path]:
    """The pages whose names are checked: every page of the book."""
    folders = (CHAPTERS, ROOT / "reference", ROOT / "seeds")
    return [FIRST_PAGE, *(path for folder in folders for path in sorted(folder.glob("*.md")))]


def read_by_readers() -> Iterator[Text]:
    """All texts that carry names: pages, tables, and what the figures print."""
    for path in pages():
        yield from _page(path)
    for name in table_names():
        if name not in _NOT_READ:
            yield from _cells(name)
    for path in sorted((ROOT / "onrecord" / "topics").glob("*.py")):
        yield from _strings(shown(path), path.read_text("utf-8"))


# --- names that are known -------------------------------------------------------------


def _words(name: str) -> tuple[str, ...]:
    """The words of a name, without possessive endings."""
    return tuple(re.sub(r"['’]s$", "", word) for word in _WORD.findall(name))


def surname(name: str, sort_name: str) -> str:
    """The family name: before the comma in the name as sorted, else the first word (Chinese names)."""
    return sort_name.partition(",")[0] if "," in sort_name else name.split()[0]


def known(texts: Iterable[Text]) -> Known:
    """What ``people`` and ``proper_names`` allow, with the words that ``texts`` have in small letters."""
    people, proper = table("people"), table("proper_names")
    whole = {_words(form) for row in people.itertuples() for form in [row.name, row.sort_name, *parts_of(row.also)]}
    short = {_words(surname(row.name, row.sort_name)) for row in people.itertuples() if row.surname_alone}
    is_title = proper["kind"] == "title"
    latin = ~proper["name"].str.contains(_HAN)
    small = {word for text in texts for word in _SMALL.findall(text.words)}
    small -= {word.lower() for name in whole for word in name}  # else the first word of a sentence may be half a name
    return Known(
        frozenset(whole),
        frozenset(short),
        frozenset(_words(name) for name in proper.loc[latin & ~is_title & (proper["kind"] != "word"), "name"]),
        frozenset(_words(name) for name in proper.loc[is_title, "name"]),
        frozenset(small | set(proper.loc[proper["kind"] == "word", "name"].str.lower())),
        frozenset({*proper.loc[~latin, "name"], *(n for cell in people["name_zh"] for n in parts_of(cell))}),
    )


def _covered(run: tuple[str, ...], names: Known, before: str = "start") -> bool:
    """Whether a run of capitalized words is made of known names only.

    A family name alone stands at the start, after a title or after a person: *Minister Joly*, not *Victoria Joly*.
    """
    if not run:
        return True
    for end in range(len(run), 0, -1):
        head = run[:end]
        if head in names.people:
            kind = "person"
        elif head in names.titles:
            kind = "title"
        elif head in names.surnames and before in ("start", "title", "person"):
            kind = "person"
        elif head in names.others or (end == 1 and _joined(head[0], names)):
            kind = "letter" if len(head[0]) == 1 else "other"
        elif end == 1 and before == "letter" and head[0].lower() in names.ordinary:
            kind = "other"  # a letter and a point may also end a sentence: "in section B. For ..."
        else:
            continue
        if _covered(run[end:], names, kind):
            return True
    return False


def _joined(word: str, names: Known) -> bool:
    """Whether a word with hyphens is made of known names: *Canada-China*."""
    parts = word.split("-")
    return len(parts) > 1 and all((part,) in names.others or part in names.ordinary for part in parts)


def runs(text: str, ordinary: frozenset[str]) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Capitalized words that follow each other, and whether the first begins a sentence."""
    run: list[str] = []
    first, last = True, None
    for word in _WORD.finditer(text):
        gap = text[last : word.start()] if last is not None else "."
        initial = bool(run) and len(run[-1]) == 1 and gap.strip() == "."
        starts = not initial and bool(_END.search(gap))
        capital = word[0][0].isupper()
        if run and (starts or not capital or (not initial and _BREAK.search(gap) is not None)):
            yield first, tuple(run)
            run = []
        if capital:
            first = first if run else starts
            run.append(re.sub(r"['’]s$", "", word[0]))
        last = word.end()
    if run:
        yield first, tuple(run)


def unknown(text: Text, names: Known) -> Iterator[str]:
    """The names in a text that neither table holds."""
    for first, run in runs(text.words, names.ordinary):
        ordinary = first and run[0].lower() in names.ordinary
        if not (_covered(run, names) or (ordinary and _covered(run[1:], names))):
            yield " ".join(run)
    yield from _unknown_han(text, names)


def _unknown_han(text: Text, names: Known) -> Iterator[str]:
    """Names in Chinese: a short run is a name or a term, and a name from another language has a point in it.

    In the abstracts, which are whole sentences, and in the words of a search only the second can be told from others.
    """
    for found in _HAN.findall(text.words):
        rest = found
        for name in sorted(names.han, key=len, reverse=True):
            rest = rest.replace(name, "")
        sentences = text.file.endswith("abstracts.md")
        if "·" in rest or (rest and len(found) <= 4 and not sentences and text.column not in _TERMS):
            yield found


def check_names(texts: list[Text] | None = None) -> list[Problem]:
    """Every name that readers see and that neither table holds."""
    everything = list(read_by_readers())
    names = known(everything)
    return [
        Problem(text.file, _EXPECTED, text.row, text.column, name)
        for text in (everything if texts is None else texts)
        for name in unknown(text, names)
    ]


def forms(row: Any) -> list[str]:
    """The names by which one of the people is told in a text; the family name alone only where it may stand so."""
    alone = [row.sort_name.partition(",")[0]] if row.surname_alone else []
    return [row.name, *parts_of(row.also), *alone]


def check_index(headings: dict[str, tuple[str, str]]) -> list[Problem]:
    """Every entry of the index, by name in the text: (kind, heading). People are those of the table, by any name."""
    people = {(form, row.sort_name) for row in table("people").itertuples() for form in forms(row)}
    names = known(read_by_readers())
    problems = []
    for name, (kind, heading) in headings.items():
        fits = (name, heading) in people if kind == "people" else not list(unknown(Text("", 0, None, name), names))
        if not fits:
            problems.append(Problem("index", _EXPECTED, None, kind, heading))
    return problems


# --- names that are gone --------------------------------------------------------------


def normalized(name: str) -> list[str]:
    """The words of a text without accents, in small letters; whatever is no letter divides."""
    bare = name
    if not name.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.findall(r"[^\W\d_]+", bare.casefold())


def hashed(salt: str, words: Iterable[str]) -> str:
    """The SHA-256 of a name, salted, as the table keeps it."""
    return hashlib.sha256(f"{salt}:{' '.join(words)}".encode()).hexdigest()


@cache
def text_files() -> tuple[Path, ...]:
    """The text files of the project, in the order of their names; no built files."""
    left_out = {".git", ".venv", "_build", "node_modules", "fonts", "__pycache__", ".pytest_cache", ".ruff_cache"}
    ends = {".md", ".csv", ".json", ".py", ".bib", ".yml", ".toml", ".txt", ".html", ".js", ".css", ".cff", ".lock", ""}
    return tuple(path for path in sorted(below(ROOT, left_out)) if path.suffix in ends)


class _Removed:
    """The names that were taken out, as the table keeps them: salted hashes."""

    def __init__(self) -> None:
        rows = table("removed_names")
        self.hashes = set(rows["sha256"])
        self.lengths = sorted({int(words) for words in rows["words"]})
        self.salts = sorted(set(rows["salt"]))
        self.others = set[tuple[str, ...]]()  # words that are no such name: most are said many times

    def stands_in(self, line: str) -> bool:
        """Whether a line has such a name."""
        words = normalized(line)
        spans = {span for n in self.lengths for span in zip(*(words[i:] for i in range(n)), strict=False)} - self.others
        found = any(hashed(salt, span) in self.hashes for span in spans for salt in self.salts)
        if not found:
            self.others |= spans
        return found


def check_removed(files: Iterable[Path] | None = None) -> list[Problem]:
    """Every line of the project that has a name which was taken out; the name is not repeated."""
    removed = _Removed()

    def look(path: Path) -> list[Problem]:
        lines = path.read_text("utf-8", errors="replace").splitlines()
        return [
            Problem(shown(path), "expected no name that was removed", number)
            for number, line in enumerate(lines, 1)
            if not (path.suffix == ".json" and len(line) > 2000) and removed.stands_in(line)
        ]

    if files is not None:
        return [problem for path in files for problem in look(path)]
    key = remembered.of_files([DATA / "removed_names.csv", CODE / "people.py"], "")
    return remembered.in_each("without_removed", key, text_files(), look)
