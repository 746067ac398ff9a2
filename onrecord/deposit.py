"""The tables as something to deposit, to download and to query: one zip that stands on its own.

``on-the-record-data.zip`` unpacks to a data package that validates where it lies: every table as CSV with its
descriptor, and beside them what explains them and other forms of the same. The bytes depend on the project alone.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from . import formats, modules, qda, remembered
from .files import as_json, below, filled, put
from .frequencies import allowed, counted, empty
from .legible import FORMULA
from .licences import licence
from .pack import HASHES, sums, zipped
from .paths import BIBLIOGRAPHY, CITATION, CODE, DATA, PACKAGE, REQUIREMENTS, ROOT, shown
from .problems import Problem
from .tables import file_of, names, package, primary_key, raw, resource, table, title

FOLDER = "on-the-record-data"  # what the zip unpacks to
WHOLE = {"sqlite": "on-the-record.sqlite", "workbook": "on-the-record.xlsx", "project": "on-the-record.qdpx"}
CODES = "on-the-record.qdc"
PROFILES = "https://datapackage.org/profiles/2.0"


def cells_are_safe_in_a_spreadsheet(only: Collection[str] | None = None) -> Iterator[Problem]:
    """No cell of words begins as a formula does; a number may begin with its sign. ``only``: tables to look at."""
    for name in names() if only is None else only:
        frame = table(name)
        for field in resource(name)["schema"]["fields"]:
            if field["type"] != "string":
                continue
            cells = frame[field["name"]].dropna().astype(str)
            for index, cell in cells.items():
                if cell.startswith(FORMULA):
                    expected = "expected words that no spreadsheet takes for a formula"
                    yield Problem(shown(file_of(name)), expected, int(index) + 2, field["name"], cell)


def descriptor() -> dict[str, Any]:
    """The data package as it is published: by version 2 of the standard, each table with title, bytes and hash."""
    made: dict[str, Any] = {"$schema": f"{PROFILES}/datapackage.json", **copy.deepcopy(package())}
    del made["profile"]
    for one in made["contributors"]:
        one["roles"] = [one.pop("role")]
    for one in made["resources"]:
        content = raw(one["name"])
        one["title"] = title(one["name"])
        one["bytes"] = len(content)
        one["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
        _told_anew(one)
    return made


def _told_anew(one: dict[str, Any]) -> None:
    """What version 1 calls the profile of a table is its type in version 2; keys are lists, and none is empty."""
    del one["profile"]
    one["$schema"], one["type"] = f"{PROFILES}/dataresource.json", "table"
    schema = one["schema"] = {"$schema": f"{PROFILES}/tableschema.json", **one["schema"]}
    schema["primaryKey"] = list(primary_key(one["name"]))
    keys = schema.pop("foreignKeys", [])
    if keys:
        schema["foreignKeys"] = keys
    for key in keys:
        if not key["reference"]["resource"]:  # the table itself
            del key["reference"]["resource"]


def published_package() -> dict[str, bytes]:
    """The data package as it is published: descriptor, tables, and the files beside them."""
    beside = {one["path"]: (DATA / one["path"]).read_bytes() for one in package()["beside"]}
    tables = {resource(name)["path"]: raw(name) for name in names()}
    return {PACKAGE.name: as_json(descriptor()).encode(), **tables, **beside}


def codebook() -> str:
    """Every table and column in words, with how often each value stands there."""
    lines = [f"# Codebook of {package()['title']}", "", package()["missing"]["empty_cell"], ""]
    for row in table("missing_codes").itertuples():
        lines.append(f"- `{row.code}`: {row.label}. {row.meaning}")
    for name in names():
        made = resource(name)
        lines += ["", f"## {name}", "", f"{made['description']} Rows: {len(table(name))}. {licence(name)}", ""]
        for field in made["schema"]["fields"]:
            may = allowed(name, field)
            lines.append(
                f"- **{field['name']}** ({field['type']}{f'; {may}' if may else ''}): {field['description']} "
                f"Empty: {empty(name, field)}. Values: {counted(name, field)}."
            )
    return "\n".join(lines) + "\n"


def _citation() -> str:
    from . import cited  # who reads the tables has nothing that makes citations

    sentence = cited.sentence(cited.data_item(cited.about(""), ""), "APA")
    return re.sub(r"</?i>", "*", sentence)


_README = """\
# {title}

{description}

Version {version}, {tables} tables, {rows} rows. Temporal coverage: {start} to {end}.

## What is here

- `datapackage.json` and one CSV a table: the form of record (Data Package, version 2;
  `frictionless validate datapackage.json`).
- `CODEBOOK.md`: every table and column, with frequencies and the words for what is missing.
- `on-the-record.sqlite`: the same tables with their keys; `list_parts` has the parts of every list, a row each.
- `parquet/`: the same tables as Parquet. `on-the-record.xlsx`: the same as a workbook.
- `on-the-record.qdpx` and `on-the-record.qdc`: statements with the codes of both codings, and the codebook
  (REFI-QDA).
- `example.py`, `example.R`, `example.sql`: where to begin.
- `trade/`: the script that makes `import_shares.csv`, and what it reads.
- `references.bib`: the works that the tables name; the table `works` is made from it.
- `CITATION.cff`, `LICENSE-CONTENT`, `SHA256SUMS` (`sha256sum -c SHA256SUMS`).

## How it was made

Five sources were cut into passages (`passages`) and every passage that says something was coded (`evidence`):
speaker, party, theme, stance, with a paraphrase in our words. The coding, both passes, was made with a large language
model under the maintainers' direction; no person has coded. Every statement is coded twice (columns that end in
`_b`). The wider record was searched for what the sources leave open (`searches`: place, words, date, result), and
each row names its source, and the place in it, and a grade where the table has one. Numbers of the book are computed
from the tables by code (`facts`). What reviewers said and what was done stands in `reviews`.

## Known limits

- *Not found* is never *not there*: a cell says which search found nothing, or that nobody looked.
- The texts of the sources are other people's and are not here. Quotations have at most 25 words.
- Nobody was interviewed and no file was requested for this data set.
- Agreement of the two codings shows that the codes are applied consistently; it is not the agreement of two
  independent people.
- Where sources err or disagree, `discrepancies` has both sides and how it is read here.

## What is missing, and how a cell says so

{missing}

## In a spreadsheet

The CSV files are UTF-8 without a byte order mark, with line feeds. Opened by a double click, some programs read them
in another encoding, and make days of dates such as 2005-06. So use `on-the-record.xlsx`, in which text is text and
numbers are numbers. No cell of words in any table begins with a character that a spreadsheet takes for a formula.

## How to cite

{citation}

Please cite the sources themselves for what they say.

## Licence

Each table says its own, in `datapackage.json` and in the codebook: most are under CC BY 4.0; some hold values or
words of others, and say on what terms.
"""

_TRADE = """\
`derived_shares.py` makes `import_shares.csv` from an extract of trade data. The extract may not be passed on; the
table `raw_inputs` has its files with bytes and hash, and the locators of `import_shares` lead to each value. Whoever
has it, with the package onrecord installed:

    python -c "from pathlib import Path; from onrecord.derived_shares import make; print(make(Path('FOLDER')))"

What may be published of the inputs is in `china_imports.csv`, `china_totals.csv` and `trade_inputs.csv`.
"""


def readme() -> str:
    """What the deposit is, how it was made, what its limits are, how to cite it."""
    codes = "\n".join(f"- `{row.code}`: {row.meaning}" for row in table("missing_codes").itertuples())
    about = package()
    told = _README.format(
        title=about["title"],
        description=about["description"],
        version=about["version"],
        tables=len(names()),
        rows=f"{sum(len(table(name)) for name in names()):,}",
        start=about["temporal"]["start"],
        end=about["temporal"]["end"],
        missing=f"{about['missing']['empty_cell']}\n\n{codes}",
        citation=_citation(),
    )
    return filled(told)


@cache
def whole() -> dict[str, bytes]:
    """All tables in one file each: SQLite, workbook, project and codebook of REFI-QDA."""
    made = {"sqlite": formats.sqlite, "workbook": formats.workbook, "project": qda.project}
    return {**{file: made[kind]() for kind, file in WHOLE.items()}, CODES: qda.codebook()}


@cache
def parquet() -> dict[str, bytes]:
    """Every table as Parquet."""
    return {f"parquet/{name}.parquet": formats.parquet(name) for name in names()}


def files() -> dict[str, bytes]:
    """Everything in the deposit, by path; the hashes last."""
    examples = sorted((CODE / "examples").glob("example.*"))
    made = {
        "README.md": readme().encode(),
        "CODEBOOK.md": codebook().encode(),
        **published_package(),
        **whole(),
        **parquet(),
        **{path.name: path.read_bytes() for path in examples},
        "trade/README.md": filled(_TRADE).encode(),
        "trade/derived_shares.py": (CODE / "derived_shares.py").read_bytes(),
        BIBLIOGRAPHY.name: BIBLIOGRAPHY.read_bytes(),
        CITATION.name: CITATION.read_bytes(),
        "LICENSE-CONTENT": (ROOT / "LICENSE-CONTENT").read_bytes(),
    }
    return {**made, HASHES: sums(made)}


def follows_from() -> str:
    """A hash of all that the deposit is made from."""
    beside = [CODE / "derived_shares.py", BIBLIOGRAPHY, CITATION, ROOT / "LICENSE-CONTENT", REQUIREMENTS]
    given = [*sorted(below(DATA, ())), *sorted((CODE / "examples").glob("example.*")), *beside]
    return remembered.of_files(given, " ".join(modules.hashes(modules.behind(__name__))))


def archive() -> bytes:
    """The deposit as one zip."""
    return _zipped(files())


def _zipped(made: dict[str, bytes]) -> bytes:
    return zipped({f"{FOLDER}/{path}": content for path, content in made.items()})


def write(target: Path) -> int:
    """Write the deposit; how many files it has."""
    made = files()
    put(target, _zipped(made))
    return len(made)


RULES = [cells_are_safe_in_a_spreadsheet]
