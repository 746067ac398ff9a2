"""The tables as one file of SQLite, as Parquet, and as a workbook; each the same bytes from the same tables.

Each is written by a library that others keep: SQLite itself, Polars, XlsxWriter. CSV, described by the data
package, is the form of record.
"""

from __future__ import annotations

import io
import sqlite3
from datetime import datetime

import pandas as pd

from . import declared
from .licences import licence
from .tables import names, package, primary_key, resource, table, title

_SQL_TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
LIST_PARTS = "list_parts"  # in SQLite: every part of every list, a row each


def plain(name: str) -> pd.DataFrame:
    """A table with words as text and not as categories, as a file holds it."""
    frame = table(name)
    words = [column for column in frame if isinstance(frame[column].dtype, pd.CategoricalDtype)]
    return frame.astype(dict.fromkeys(words, "str"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _listed(key: object) -> list[str]:
    return [key] if isinstance(key, str) else list(key)  # type: ignore[call-overload]


def _definition(name: str) -> str:
    """``CREATE TABLE`` with types, primary key and foreign keys, as the data package declares them."""
    schema = resource(name)["schema"]
    lines = []
    for field in schema["fields"]:
        required = " NOT NULL" if field.get("constraints", {}).get("required") else ""
        lines.append(f"{_quoted(field['name'])} {_SQL_TYPES[field['type']]}{required}")
    lines.append(f"PRIMARY KEY ({', '.join(map(_quoted, primary_key(name)))})")
    for key in schema.get("foreignKeys", []):
        to = key["reference"]
        columns = ", ".join(map(_quoted, _listed(key["fields"])))
        targets = ", ".join(map(_quoted, _listed(to["fields"])))
        lines.append(f"FOREIGN KEY ({columns}) REFERENCES {_quoted(to['resource'] or name)} ({targets})")
    return f"CREATE TABLE {_quoted(name)} (\n  " + ",\n  ".join(lines) + "\n)"


def _python(value: object) -> object:
    """A cell as SQLite takes it."""
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    return value.item() if hasattr(value, "item") else value


def sqlite() -> bytes:
    """One SQLite file: every table with its keys, ``list_parts`` with the parts of lists, ``about`` with the tables."""
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE about (name TEXT PRIMARY KEY, title TEXT, description TEXT, licence TEXT)")
    parts = "(table_name TEXT, row_number INTEGER, column_name TEXT, part TEXT)"
    made.execute(f"CREATE TABLE {LIST_PARTS} {parts}")
    for name in names():
        frame = plain(name)
        made.execute(_definition(name))
        rows = [tuple(map(_python, row)) for row in frame.astype(object).itertuples(index=False)]
        made.executemany(f"INSERT INTO {_quoted(name)} VALUES ({', '.join('?' * frame.shape[1])})", rows)
        about = (name, title(name), resource(name)["description"], licence(name))
        made.execute("INSERT INTO about VALUES (?, ?, ?, ?)", about)
    for name, column, separator in declared.lists():
        # The first row of data is row 1, as rowid has it.
        found = [(name, row - 1, column, part) for row, part in declared.parts(name, column, separator)]
        made.executemany(f"INSERT INTO {LIST_PARTS} VALUES (?, ?, ?, ?)", found)
    made.commit()
    return made.serialize()


def parquet(name: str) -> bytes:
    """One table as Parquet."""
    import polars as pl  # and not Arrow, with which pandas would change how it keeps text

    types = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean}
    frame, columns = plain(name).astype(object), {}
    for field in resource(name)["schema"]["fields"]:
        cells = [_python(value) for value in frame[field["name"]]]
        columns[field["name"]] = pl.Series(field["name"], cells, dtype=types[field["type"]])
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


def _sheet(name: str, taken: set[str]) -> str:
    """A name for a sheet: at most 31 characters, and no other's."""
    short = name[:31]
    for number in range(2, 100):
        if short not in taken:
            break
        short = f"{name[:28]}_{number}"
    taken.add(short)
    return short


def workbook() -> bytes:
    """All tables as one workbook: a sheet each, text as text, so that no program makes dates or formulas of it."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    day = datetime.fromisoformat(package()["created"]).replace(tzinfo=None)
    book.set_properties({"title": package()["title"], "created": day, "comments": f"Version {package()['version']}"})
    bold, first = book.add_format({"bold": True}), book.add_worksheet("about")
    first.write_row(0, 0, ["Table", "Sheet", "What it is", "Licence"], bold)
    taken = {"about"}
    for number, name in enumerate(names(), start=1):
        sheet = book.add_worksheet(_sheet(name, taken))
        for column, text in enumerate((title(name), sheet.get_name(), resource(name)["description"], licence(name))):
            first.write_string(number, column, text)
        frame = plain(name)
        for column, field in enumerate(resource(name)["schema"]["fields"]):
            sheet.write_string(0, column, field["name"], bold)
            for row, value in enumerate(frame[field["name"]], start=1):
                if pd.isna(value):
                    continue
                if field["type"] in ("integer", "number"):
                    sheet.write_number(row, column, float(value))
                elif field["type"] == "boolean":
                    sheet.write_boolean(row, column, bool(value))
                else:
                    sheet.write_string(row, column, str(value))
        sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
