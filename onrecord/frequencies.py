"""What stands in each column of each table, counted: for the pages of tables and the codebook of the deposit."""

from __future__ import annotations

import re

import pandas as pd

from . import declared
from .paths import CHAPTERS, CODE
from .reads import cache
from .tables import names, parts_of, primary_key, table

MOST_VALUES = 12  # a column with more different values is described and not counted out
_READS = re.compile(r"\b(?:table|labels)\(\s*[\"'](\w+)[\"']")


def _parts(cells: pd.Series, field: dict) -> pd.Series:
    """Every value of a column; of a list, every part."""
    values = cells.dropna().astype(str)
    if "separator" in field:
        values = values.str.split(field["separator"]).explode().str.strip()
    return values[values != ""]


def counted(name: str, field: dict) -> str:
    """The values of a column with how often each stands there, or its range, or how many there are."""
    cells = table(name)[field["name"]]
    if cells.dropna().empty:
        return "always empty"
    if field["type"] in ("integer", "number") and field["name"] not in primary_key(name):
        numbers = cells.dropna().astype(float)
        return f"{_short(numbers.min())} to {_short(numbers.max())}, median {_short(numbers.median())}"
    values = _parts(cells, field)
    allowed = field.get("constraints", {}).get("enum")
    counts = values.value_counts()
    if allowed and "separator" not in field:
        counts = counts.reindex(map(str, allowed), fill_value=0)
    elif len(counts) > MOST_VALUES or field.get("constraints", {}).get("unique"):
        if field.get("role") == "date":
            return f"{values.min()} to {values.max()}, {len(counts)} different"
        return f"{len(counts)} different"
    else:
        counts = counts.sort_index().sort_values(ascending=False, kind="stable")
        if max(map(len, counts.index)) > 60:
            return f"{len(counts)} different"
    if field["type"] == "boolean":
        counts.index = counts.index.str.lower()
    return "; ".join(f"{value} {count}" for value, count in counts.items())


def _short(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() and abs(number) >= 10_000 else f"{number:g}"


def empty(name: str, field: dict) -> str:
    """How many cells of a column are empty."""
    cells = table(name)[field["name"]]
    return "never" if field.get("constraints", {}).get("required") else f"{cells.isna().sum()} of {len(cells)}"


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
