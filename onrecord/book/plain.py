"""Markdown that any notebook shows, from the Markdown of a page.

Jupyter knows none of the book's roles, directives and targets. Here a fold becomes ``<details>``, a box a quotation
with its title in bold, and a role what its :class:`Speaker` says in its place. What a page may hold and Jupyter not
is thus decided in one place; :func:`left_over` says what was missed, and the tests hold every notebook to it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

Speaker = Callable[[str, str], str]  # role and its text to what is read in its place

_OPEN = re.compile(r"^(?P<fence>:{3,}|`{3,})\{(?P<name>[\w:-]+)\}[ ]*(?P<title>.*)$")
_CODE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?!\{)")
_OPTION = re.compile(r"^:[\w-]+:(?: .*)?$")
_TARGET = re.compile(r"^\([^()\s]+\)=\s*$")
_DROPPED = re.compile(r"^(?:%.*|\+\+\+.*|\{[.#][^}]*\})$")  # comments, breaks of cells, attributes of a block
# Whichever begins first: a role with its text, code that stays as it is, words with attributes.
_TOKEN = re.compile(
    r"\{(?P<role>[\w:-]+)\}(?P<ticks>`+)(?P<text>.+?)(?P=ticks)(?!`)"
    r"|(?P<code>(?P<run>`+)(?!`).+?(?<!`)(?P=run)(?!`))"
    r"|\[(?P<words>[^\]\[]*)\]\{[^}\n]*\}",
    re.S,
)
_FENCED = re.compile(r"^ *(`{3,}|~{3,})\w*\n.*?^ *\1\s*$", re.M | re.S)
_LEFT = re.compile(
    r"^[ >]*[`~]{3,}\{.*$|:{3,}.*$|^[ >]*\([^()\s]+\)=|\]\{[^}]*\}|\{\{.*?\}\}"
    r"|\{(?:ev|said|glue:\w+|cite(?::\w+)?|numref|ref|doc|term|beside|download|eq|abbr)\}",
    re.M,
)
_BOXES = {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning", "seealso": "See also"}


def plain(markdown: str, say: Speaker) -> str:
    """The Markdown of a cell, as any notebook shows it. ``say`` gives the words for a role and its text."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_block(markdown.split("\n"), say))).strip("\n")


def _block(lines: list[str], say: Speaker) -> list[str]:
    made: list[str] = []
    prose: list[str] = []

    def settle() -> None:
        """The prose gathered so far, with its roles said: a role may run over the end of a line."""
        if prose:
            made.append(_words("\n".join(prose), say))
            prose.clear()

    at = 0
    while at < len(lines):
        line = lines[at]
        opened, code = _OPEN.match(line), _CODE.match(line)
        if opened or code:
            settle()
            end = _end(lines, at, (opened or code)["fence"])  # type: ignore[index]
            inside = lines[at + 1 : end]
            made += _directive(opened, inside, say) if opened else lines[at : end + 1]
            at = end + 1
            continue
        if not _TARGET.match(line) and not _DROPPED.match(line):
            prose.append(line)
        at += 1
    settle()
    return made


def _end(lines: list[str], start: int, fence: str) -> int:
    """The line that closes a fence; the last one of the cell where none does."""
    closing = re.compile(rf"^{re.escape(fence[0])}{{{len(fence)},}}\s*$")
    depth = 0
    for at in range(start + 1, len(lines)):
        inner = _OPEN.match(lines[at])
        if inner and inner["fence"] == fence:
            # A fence of the same length within: colons may be nested so by mistake, and still close in order.
            depth += 1
        elif closing.match(lines[at]):
            if not depth:
                return at
            depth -= 1
    return len(lines)


def _directive(opened: re.Match[str], lines: list[str], say: Speaker) -> list[str]:
    """What a directive becomes: fold, box, verbatim text, or its content alone."""
    name, title = opened["name"], _words(opened["title"].strip(), say)
    while lines and (_OPTION.match(lines[0]) or not lines[0].strip()):
        lines = lines[1:]
    if name in ("code-block", "code", "sourcecode"):
        return [f"```{title}", *lines, "```"]
    content = _block(lines, say)
    if name == "dropdown":
        return [
            "",
            f"<details><summary>{html.escape(title, quote=False)}</summary>",
            "",
            *content,
            "",
            "</details>",
            "",
        ]
    if name == "admonition" or name in _BOXES:
        return ["", *_quoted([f"**{title or _BOXES.get(name, name)}**", "", *content]), ""]
    if name == "rubric":
        return ["", f"**{title}**", ""]
    return ["", *content, ""] if content else []


def _quoted(parts: list[str]) -> list[str]:
    return [f"> {line}".rstrip() for part in parts for line in part.split("\n")]


def _words(text: str, say: Speaker) -> str:
    """Prose with its roles said and its attributes dropped; what stands in inline code stays."""

    def said(match: re.Match[str]) -> str:
        if match["role"]:
            return say(match["role"], match["text"])
        return match[0] if match["code"] else _words(match["words"], say)

    return _TOKEN.sub(said, text)


def left_over(markdown: str) -> list[str]:
    """What of MyST is still in a cell, outside code: roles, directives, targets, colons, attributes, substitutions."""
    text = _FENCED.sub("", markdown)
    roles = [match[0] for match in _TOKEN.finditer(text) if match["role"]]
    text = _TOKEN.sub(lambda match: "" if match["code"] else match[0], text)
    return roles + [match[0] for match in _LEFT.finditer(text)]
