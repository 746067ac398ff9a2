"""What stands in each column of each table, counted: for the pages of tables and the codebook of the deposit."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median
from typing import Any

from . import declared
from .paths import CHAPTERS, CODE
from .reads import cache
from .tables import names, parts_of, primary_key, table

MOST_VALUES = 12  # a column with more different values is described and not counted out
_READS = re.compile(r"\b(?:table|labels)\(\s*[\"'](\w+)[\"']")


@cache
def _columns(name: str) -> dict[str, list[Any]]:
    """The cells of each column of a table; of an empty one, None."""
    frame = table(name)
    cells = ((column, zip(frame[column], frame[column].notna(), strict=True)) for column in frame)
    return {column: [cell if there else None for cell, there in found] for column, found in cells}


def _parts(cells: list[Any], field: dict) -> list[str]:
    """Every value of a column; of a list, every part."""
    values = [str(cell) for cell in cells]
    if "separator" in field:
        values = [part.strip() for value in values for part in value.split(field["separator"])]
    return [value for value in values if value]


def counted(name: str, field: dict) -> str:
    """The values of a column with how often each stands there, or its range, or how many there are."""
    cells = [cell for cell in _columns(name)[field["name"]] if cell is not None]
    if not cells:
        return "always empty"
    if field["type"] in ("integer", "number") and field["name"] not in primary_key(name):
        return f"{_short(min(cells))} to {_short(max(cells))}, median {_short(median(cells))}"
    values, told = _parts(cells, field), field.get("constraints", {})
    counts = Counter(values)
    if "enum" in told and "separator" not in field:
        found = [(value, counts[value]) for value in map(str, told["enum"])]
    elif len(counts) > MOST_VALUES or told.get("unique"):
        if field.get("role") == "date":
            return f"{min(values)} to {max(values)}, {len(counts)} different"
        return f"{len(counts)} different"
    else:
        found = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        if max(map(len, counts)) > 60:
            return f"{len(counts)} different"
    lower = field["type"] == "boolean"
    return "; ".join(f"{value.lower() if lower else value} {count}" for value, count in found)


def _short(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() and abs(number) >= 10_000 else f"{number:g}"


def empty(name: str, field: dict) -> str:
    """How many cells of a column are empty."""
    cells = _columns(name)[field["name"]]
    return "never" if field.get("constraints", {}).get("required") else f"{cells.count(None)} of {len(cells)}"


@cache
def _links() -> dict[tuple[str, str], declared.Link]:
    return {(link.table, link.column): link for link in declared.links()}


def allowed(name: str, field: dict) -> str:
    """What may stand in a column, in words."""
    link = _links().get((name, field["name"]))
    said = ""
    if link:
        said = f"{link.target_column} of {link.target}" if link.target_column else f"a page in {link.target}"
    elif "enum" in field.get("constraints", {}):
        said = "one of a closed list"
    elif field.get("role") == "date":
        said = "a date, as precise as it is long"
    if "separator" in field:
        said = f"a list, divided by “{field['separator']}”" + (f": {said}" if said else "")
    return said


@cache
def uses() -> dict[str, list[str]]:
    """{table: the pages that use it}: that print a number computed from it, or whose code reads it."""
    found: dict[str, set[str]] = {name: set() for name in names()}
    for row in table("facts").itertuples():
        for name in parts_of(row.table):
            found.get(name, set()).update(page.removesuffix(".md") for page in parts_of(row.pages))
    for path in sorted(CHAPTERS.glob("*.md")):
        module = CODE / "topics" / f"{path.stem.replace('-', '_')}.py"
        code = path.read_text("utf-8") + (module.read_text("utf-8") if module.is_file() else "")
        for name in _READS.findall(code):
            found.get(name, set()).add(f"chapters/{path.stem}")
    return {name: sorted(pages) for name, pages in found.items()}
