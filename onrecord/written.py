"""How a page is written: what stands on it in MyST, where, and whether that can be read at all.

A page is read here as text, without Sphinx, so that ``onrecord check`` finds in a second what a build would find late.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from . import remembered
from .legible import LONGEST, byte_fault, markup, odd_character
from .paths import BIBLIOGRAPHY, CHAPTERS, CITATION, CONFIG, OUTLINE, ROOT, SEEDS, TOC, shown
from .problems import InputError, Problem, parse_yaml

REFERENCE = ROOT / "reference"
HEAD = ("jupytext", "kernelspec", "myst")  # what the front matter of a page with cells has
_ROLE = re.compile(r"(?<!`)\{([A-Za-z:-]+)\}`([^`]*)`")
_DIRECTIVE = re.compile(r"\s*(`{3,}|:{3,})\{([a-z-]+)\}\s*(.*)$")
PLACE = re.compile(r"^\(([^)\s]+)\)=$")
_NAME = re.compile(r"^\s*:?name:\s*(\S+)\s*$")
_TABLE = re.compile(r"show_table\([^\"]*?\"((?:tbl|fig)-[\w-]+)\"|\"(tbl-[\w-]+)\"")
_FENCE = re.compile(r"\s*(`{3,}|:{3,})(.*)$")


class Role(NamedTuple):
    """A role of a page: ``{name}`words <target>` ``, or ``{name}`target` ``."""

    line: int
    name: str
    target: str

    def parts(self) -> list[str]:
        """Its targets: several are divided by commas."""
        return [part.strip() for part in self.target.split(",")]


class Block(NamedTuple):
    """A directive or a fence: where it begins, its name, its argument, its lines."""

    line: int
    name: str
    argument: str
    body: list[str]


class Written(NamedTuple):
    """A page as text: its front matter, roles, directives and labels, and the line of a fence that is not closed."""

    path: Path
    head: str
    lines: list[str]
    roles: list[Role]
    blocks: list[Block]
    open: int | None
    labels: list[tuple[int, str]]


def pages() -> list[Path]:
    """Every page of the book that is there, by the path of its file: what ``_toc.yml`` lists."""
    try:
        found = {ROOT / f"{name}.md" for name in listed()}
    except InputError:
        return []
    return sorted(path for path in found if path.is_file())


def _roles(lines: list[str]) -> Iterator[Role]:
    for number, line in enumerate(lines, start=1):
        for name, text in _ROLE.findall(line):
            yield Role(number, name, text[text.rindex("<") + 1 : -1] if text.endswith(">") and "<" in text else text)


def _blocks(lines: list[str]) -> tuple[list[Block], int | None]:
    """Directives and fences, the outer before the inner; and the line of one that is not closed."""
    found: list[Block] = []
    open_ones: list[tuple[str, Block]] = []
    for number, line in enumerate(lines, start=1):
        fence = _FENCE.match(line)
        inside = open_ones and open_ones[-1][0].startswith("`") and open_ones[-1][1].name in ("code-cell", "")
        if open_ones and fence and fence[1] == open_ones[-1][0] and not fence[2].strip():
            _, block = open_ones.pop()
            block.body.extend(lines[block.line : number - 1])
        elif fence and not inside:
            directive = _DIRECTIVE.match(line)
            block = Block(number, directive[2] if directive else "", directive[3] if directive else fence[2], [])
            found.append(block)
            open_ones.append((fence[1], block))
    return found, open_ones[0][1].line if open_ones else None


def _labels(lines: list[str], blocks: list[Block]) -> Iterator[tuple[int, str]]:
    """Every place that has a label: line and label."""
    for number, line in enumerate(lines, start=1):
        found = PLACE.match(line) or _NAME.match(line)
        if found:
            yield number, found[1]
    for block in blocks:
        if block.name == "code-cell":
            past = code_of(block)[1]
            for offset, line in enumerate(block.body[past:], start=block.line + past + 1):
                yield from ((offset, first or second) for first, second in _TABLE.findall(line))


@lru_cache(maxsize=200)
def _read(path: Path, text: str) -> Written:
    lines = text.split("\n")
    head = ""
    if lines[0] == "---" and "---" in lines[1:]:
        head = "\n".join(lines[1 : lines.index("---", 1)])
    blocks, unclosed = _blocks(lines)
    return Written(path, head, lines, list(_roles(lines)), blocks, unclosed, list(_labels(lines, blocks)))


def read(path: Path) -> Written:
    """A page as text; what is no UTF-8 is replaced, and found by :func:`check_page`."""
    return _read(path, path.read_text("utf-8", "replace"))


# --- what is wrong with it ---------------------------------------------------------


def check_text(path: Path) -> Iterator[Problem]:
    """Bytes and characters of any text: what everybody can read, in lines that an editor can show."""
    if not path.is_file():
        yield Problem(shown(path), "expected this file")
        return
    raw = path.read_bytes()
    fault = byte_fault(raw)
    if fault:
        yield Problem(shown(path), *fault)
        return
    plain = odd_character(raw.decode()) is None
    for number, line in enumerate(raw.decode().split("\n"), start=1):
        odd = None if plain else odd_character(line)
        if odd:
            expected = "expected letters of Latin or Chinese, digits and signs that are seen"
            yield Problem(shown(path), expected, number, None, odd)
        if len(line) > LONGEST:
            yield Problem(shown(path), f"expected a line of at most {LONGEST:,} characters", number, None, line)


def in_code(page: Written) -> set[int]:
    """The lines of code of a page, where words and signs mean other things."""
    fences = [block for block in page.blocks if block.name in ("code-cell", "")]
    return {line for block in fences for line in range(block.line, block.line + len(block.body) + 1)}


def words_of(page: Written) -> Iterator[tuple[int, str]]:
    """The lines of a page that are no code, with their numbers, each without the code within it."""
    code = in_code(page)
    for number, line in enumerate(page.lines, start=1):
        if number not in code:
            yield number, re.sub(r"`[^`]*`", "", line)


def _of_lines(page: Written) -> Iterator[Problem]:
    for number, line in words_of(page):
        found = markup(line)
        if found:
            yield Problem(shown(page.path), "expected words, and no markup of a browser", number, None, found)


def _of_head(page: Written) -> Iterator[Problem]:
    """A page with cells says how it is run, and what a search engine is told of it."""
    runs = page.path.parent == CHAPTERS or any(block.name == "code-cell" for block in page.blocks)
    if not runs and page.lines[0] != "---":
        return
    needed = HEAD if runs else HEAD[-1:]
    try:
        told = yaml.safe_load(page.head)
        said = told["myst"]["html_meta"]["description"]
        right = isinstance(said, str) and said.strip() and not set(needed) - set(told)
    except (yaml.YAMLError, KeyError, TypeError):
        right = False
    if not right:
        yield Problem(shown(page.path), f"expected front matter with {', '.join(needed)} and a description", 1)


def _of_fences(page: Written) -> Iterator[Problem]:
    if page.open is not None:
        yield Problem(shown(page.path), "expected the end of this block", page.open, None, page.lines[page.open - 1])
    for block in page.blocks:
        if block.name == "code-cell":
            yield from _of_cell(page, block)


def code_of(block: Block) -> tuple[str, int]:
    """The code of a cell without its options, and how many lines these take."""
    body = block.body
    past = body.index("---", 1) + 1 if body[:1] == ["---"] and "---" in body[1:] else 0
    while past < len(body) and re.match(r":[\w-]+:", body[past]):
        past += 1
    return "\n".join(body[past:]), past


def _of_cell(page: Written, block: Block) -> Iterator[Problem]:
    code, past = code_of(block)
    try:
        ast.parse(code)
    except SyntaxError as error:
        line = block.line + past + (error.lineno or 1)
        other = next((at for at, text in enumerate(block.body) if at >= past and _DIRECTIVE.match(text)), None)
        if other is None:
            yield Problem(shown(page.path), f"expected code that Python can read ({error.msg})", line)
        else:
            expected = f"expected the end of this block before the next begins, in line {block.line + other + 1}"
            yield Problem(shown(page.path), expected, block.line, None, page.lines[block.line - 1])
    if block.body[:1] == ["---"]:
        try:
            yaml.safe_load("\n".join(block.body[1 : max(past - 1, 1)]))
        except yaml.YAMLError:
            yield Problem(shown(page.path), "expected the options of a cell as YAML", block.line + 1)


def _of_heading(page: Written) -> Iterator[Problem]:
    """One title, and no level of headings is left out."""
    levels: list[int] = []
    code = in_code(page)
    for number, line in enumerate(page.lines, start=1):
        found = re.match(r"(#{1,6}) \S", line)
        if found and number not in code:
            level = len(found[1])
            if (level == 1) == bool(levels) or (levels and level > levels[-1] + 1):
                yield Problem(shown(page.path), "expected one title, and levels in order", number, None, line)
            levels.append(level)
    if not levels:
        yield Problem(shown(page.path), "expected a title")


def listed() -> list[str]:
    """The pages that ``_toc.yml`` lists, in its order, as paths without their ending. InputError where it is broken."""
    try:
        return list(_listed(TOC.read_text("utf-8")))
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise InputError(Problem(shown(TOC), "expected root, and parts with chapters, each a file")) from error


@lru_cache(1)
def _listed(text: str) -> tuple[str, ...]:
    told = parse_yaml(TOC, text)
    chapters = [one for part in told["parts"] for one in part["chapters"]]
    found = [told["root"], *(page["file"] for one in chapters for page in (one, *one.get("sections", [])))]
    return tuple(map(str, found))


def _there() -> set[str]:
    """Every page that is there, listed or not, as ``_toc.yml`` names it."""
    folders = (path for folder in (CHAPTERS, REFERENCE, SEEDS) for path in folder.glob("*.md"))
    return {shown(path).removesuffix(".md") for path in [*pages(), *folders]}


def _of_list(expected: str, name: str) -> Problem:
    lines = TOC.read_text("utf-8").splitlines()
    row = next((n for n, line in enumerate(lines, start=1) if line.rstrip().endswith(f": {name}")), None)
    return Problem(shown(TOC), expected, row, None, name)


def check_there() -> list[Problem]:
    """``_toc.yml`` can be read, and every page that it lists is there; tables and pages are files of this folder."""
    wrong = list(check_text(TOC)) or _links()
    if wrong:
        return wrong
    there = _there()
    gone = [name for name in dict.fromkeys(listed()) if name not in there]
    return [_of_list("expected the path of a page, without its ending", name) for name in gone]


def _links() -> list[Problem]:
    """A copy of the folder would not have what a link leads to, or would write to it."""
    texts = (path for folder in (ROOT, CHAPTERS, REFERENCE, SEEDS) for path in folder.glob("*.md"))
    known = [*remembered.data(), *texts, TOC, CONFIG, CITATION, BIBLIOGRAPHY, OUTLINE]
    expected = "expected a file of this folder, not a link to another"
    return [Problem(path.relative_to(ROOT).as_posix(), expected) for path in known if path.is_symlink()]


def check_listed() -> list[Problem]:
    """``_toc.yml`` lists every page that is there, once."""
    often = Counter(listed())
    twice = [_of_list("expected every page once", name) for name in often if often[name] > 1]
    left = sorted(_there() - set(often))
    return twice + [Problem(shown(TOC), "expected every page to be listed", value=name) for name in left]


def check_page(path: Path) -> list[Problem]:
    """What is wrong with how one page is written."""
    checks = (_of_lines, _of_head, _of_fences, _of_heading)
    return list(check_text(path)) or [found for check in checks for found in check(read(path))]


def check_written() -> list[Problem]:
    """Every page, and what else of the book is written by hand and is no table."""
    others = [problem for path in (OUTLINE, BIBLIOGRAPHY) for problem in check_text(path)]
    return others or [problem for path in pages() for problem in check_page(path)]
