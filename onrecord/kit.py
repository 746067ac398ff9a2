"""Be the second coder: twenty passages to code, a form that needs no network, and how far codings agree.

The passages are quotations of the record, one a theme: the longest that the coder was sure of, so that there is
something to read. Whoever codes is told who speaks and of whom, as the book has it, and gives theme and stance.
A coding is a CSV with the columns of :data:`COLUMNS`, an empty cell where no code was given. No name stands in it.
"""

from __future__ import annotations

import csv
import html
from collections.abc import Mapping, Sequence
from pathlib import Path

import krippendorff
import pandas as pd

from . import standalone
from .agreement import Agreement, compared, shown
from .files import as_csv, filled
from .pack import zipped
from .problems import InputError, Problem
from .tables import field_of, labels, record, table

PASSAGES = 20
FEWEST_WORDS = 5  # a shorter quotation leaves nothing to judge
GIVEN = {"theme_id": "Theme", "stance": "Stance"}
COLUMNS = ("evidence_id", *GIVEN)
FILE = "coding.csv"


def units() -> pd.DataFrame:
    """The passages in the order of the record: evidence_id, quote, speaker, about, source, and both coders' codes."""
    rows = record()
    rows = rows[rows["quote"].notna() & (rows["confidence"].astype(str) == "high")]
    rows = rows.assign(words=rows["quote"].str.split().str.len())
    longest = rows[rows["words"] >= FEWEST_WORDS].sort_values("words", ascending=False, kind="stable")
    chosen = longest.drop_duplicates("theme_id").head(PASSAGES).sort_index()
    actors, sources = labels("actors", "name"), labels("sources", "short_title")
    chosen["speaker"], chosen["about"] = (chosen[column].map(actors) for column in ("speaker_id", "about_id"))
    chosen["source"] = chosen["source_id"].astype(str).map(sources)
    columns = ["evidence_id", "quote", "speaker", "about", "source", *GIVEN, *(f"{column}_b" for column in GIVEN)]
    return chosen[columns].astype(str).reset_index(drop=True)


def codes() -> dict[str, dict[str, str]]:
    """The codes that may be given: {column: {code: what it means}}."""
    themes = {row.theme_id: f"{row.label}: {row.use_when}" for row in table("themes").itertuples()}
    return {"theme_id": themes, "stance": dict(field_of("evidence", "stance")["stances"])}


def read(path: Path) -> pd.DataFrame:
    """A coding by evidence_id, a null where no code was given.

    Raises :class:`InputError` with file, row and column for what is not among the passages or the codes.
    """
    try:
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(path.name, f"expected a coding as CSV in UTF-8 ({error})")) from error
    known, allowed = set(units()["evidence_id"]), codes()
    problems, coding = [], {}
    if not rows or not set(COLUMNS) <= set(rows[0]):
        raise InputError(Problem(path.name, f"expected the columns {', '.join(COLUMNS)} and rows"))
    for number, row in enumerate(rows, start=2):
        unit = (row["evidence_id"] or "").strip()
        if unit not in known or unit in coding:
            problems.append(Problem(path.name, "expected a passage of the kit, once", number, "evidence_id", unit))
            continue
        coding[unit] = {column: (row[column] or "").strip() or None for column in GIVEN}
        problems += [
            Problem(path.name, "expected a code of the codebook, or nothing", number, column, code)
            for column, code in coding[unit].items()
            if code is not None and code not in allowed[column]
        ]
    if problems:
        raise InputError(problems)
    return pd.DataFrame.from_dict(coding, orient="index", columns=list(GIVEN))


def against(coding: pd.DataFrame, column: str) -> Agreement:
    """Agreement of a coding with the book's first coder on ``column``, over the passages that were coded.

    Raises :class:`InputError` where none was.
    """
    book = units().set_index("evidence_id")[column]
    given = coding[column].dropna()
    if given.empty:
        raise InputError(Problem(FILE, f"expected at least one code of the column {column}"))
    return compared(GIVEN[column], book[given.index], given, pd.Series(given.index))


def among(codings: Sequence[pd.DataFrame], column: str) -> float | None:
    """Krippendorff's alpha of all codings together, gaps left out; None where nothing varies or no passage has two."""
    every = pd.DataFrame({number: coding[column] for number, coding in enumerate(codings)})
    paired = every[every.notna().sum(axis=1) > 1]
    known = sorted(set(paired.stack().dropna()))
    if len(known) < 2:
        return None
    numbers = paired.apply(lambda given: given.map({code: n for n, code in enumerate(known)}).astype(float))
    return float(krippendorff.alpha(numbers.T.to_numpy(), level_of_measurement="nominal"))


def confusion(codings: Sequence[pd.DataFrame], column: str) -> pd.DataFrame:
    """How often each code of the book (rows) was given as which (columns), over all codings."""
    book = units().set_index("evidence_id")[column]
    given = pd.concat([coding[column].dropna() for coding in codings])
    order = [code for code in codes()[column] if code in set(book[given.index]) | set(given)]
    counted = pd.crosstab(book[given.index].to_numpy(), given.to_numpy())
    made = counted.reindex(index=order, columns=order, fill_value=0)
    return made.rename_axis(index="book", columns="given")


def confused(codings: Sequence[pd.DataFrame], column: str) -> pd.DataFrame:
    """The pairs of codes that differ, the commonest first: book, given, times."""
    pairs = confusion(codings, column).stack().rename("times").reset_index()
    pairs = pairs[(pairs["book"] != pairs["given"]) & (pairs["times"] > 0)]
    return pairs.sort_values("times", ascending=False, kind="stable").reset_index(drop=True)


def report(codings: Mapping[str, pd.DataFrame]) -> str:
    """What ``onrecord agreement`` prints of codings by name of file."""
    lines = []
    for name, coding in codings.items():
        lines.append(f"{name}, against the book")
        for column, label in GIVEN.items():
            found = against(coding, column)
            value, interval = shown(found)
            within = f" (95% interval {interval})" if interval else ""
            lines.append(f"  {label}: alpha {value}{within}; {found.same} of {found.units} the same")
    every = list(codings.values())
    if len(every) > 1:
        found_among = {label: among(every, column) for column, label in GIVEN.items()}
        values = [f"{label} {'n/a' if a is None else f'{a:.2f}'}" for label, a in found_among.items()]
        lines.append(f"Among the {len(every)} codings, alpha: {', '.join(values)}")
    lines += ["", "Stance: the book's code in rows, the code given in columns", confusion(every, "stance").to_string()]
    pairs = confused(every, "theme_id")
    told = pairs.to_string(index=False) if len(pairs) else "none"
    return "\n".join([*lines, "", "Theme: codes that differ", told])


def blank() -> bytes:
    """A coding without codes, for those who would rather use a spreadsheet; speaker and quotation stand in it too."""
    rows = [[row.evidence_id, "", "", row.speaker, row.about, row.quote] for row in units().itertuples()]
    return as_csv([[*COLUMNS, "speaker", "about", "quotation"], *rows]).encode()


_PASSAGE = """\
<fieldset data-unit="{unit}">
<legend>{number} of {total}</legend>
<blockquote>{quote}</blockquote>
<p>{speaker}, on: {about}. <cite>{source}</cite></p>
<p><label for="theme-{number}">Theme</label> <select id="theme-{number}" name="theme_id">
<option value="">not coded</option>
{themes}
</select>
<label for="stance-{number}">Stance</label> <select id="stance-{number}" name="stance">
<option value="">not coded</option>
{stances}
</select></p>
</fieldset>
"""

_STYLE = """\
blockquote { margin: 0.5rem 0; font-size: 1.15rem; }
fieldset { margin: 0 0 1.5rem; border: 1px solid; }
select, button { font: inherit; max-width: 100%; }
dt { font-weight: bold; }
"""

_FORM = """\
<h1>Be the second coder</h1>
<p>Read each passage, and give it one theme and one stance by the codebook. Leave what you cannot decide. Nothing is
sent and nothing is kept: when you close this page, all that remains is the file that you have saved.</p>
<details>
<summary>Codebook</summary>
<h2>Themes</h2>
<dl>
{theme_list}
</dl>
<h2>Stances</h2>
<dl>
{stance_list}
</dl>
</details>
<form autocomplete="off">
{passages}
<p><button type="submit">Save my coding as a file</button> <output aria-live="polite"></output></p>
</form>
"""

_SCRIPT = """\
<script>
const form = document.querySelector("form");
form.addEventListener("submit", (event) => {{
  event.preventDefault();
  let coded = 0;
  const rows = [...form.querySelectorAll("fieldset")].map((part) => {{
    const given = ["theme_id", "stance"].map((name) => part.querySelector(`[name=${{name}}]`).value);
    coded += given.every(Boolean) ? 1 : 0;
    return [part.dataset.unit, ...given].join(",");
  }});
  const file = new Blob([["{header}", ...rows, ""].join("\\n")], {{ type: "text/csv" }});
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "{file}";
  link.click();
  URL.revokeObjectURL(link.href);
  form.querySelector("output").textContent = `Saved, with ${{coded}} of {total} passages coded.`;
}});
</script>
"""


def _options(meant: Mapping[str, str], named: Mapping[str, str]) -> str:
    return "\n".join(f'<option value="{code}">{html.escape(named[code])}</option>' for code in meant)


def _listed(meant: Mapping[str, str], named: Mapping[str, str]) -> str:
    return "\n".join(
        f"<dt>{html.escape(named[code])}</dt><dd>{html.escape(text.removeprefix(f'{named[code]}: '))}</dd>"
        for code, text in meant.items()
    )


def form() -> str:
    """The form as one HTML file, which asks for nothing and may not: its policy lets no request out."""
    known, rows = codes(), units()
    themes, stances = labels("themes", "label"), {code: code.capitalize() for code in known["stance"]}
    parts = [
        _PASSAGE.format(
            unit=row.evidence_id,
            number=number,
            total=len(rows),
            quote=html.escape(row.quote),
            speaker=html.escape(row.speaker),
            about=html.escape(row.about),
            source=html.escape(row.source),
            themes=_options(known["theme_id"], themes),
            stances=_options(known["stance"], stances),
        )
        for number, row in enumerate(rows.itertuples(), start=1)
    ]
    body = _FORM.format(
        theme_list=_listed(known["theme_id"], themes),
        stance_list=_listed(known["stance"], stances),
        passages="\n".join(parts),
    )
    script = _SCRIPT.format(header=",".join(COLUMNS), file=FILE, total=len(rows))
    return standalone.page("Be the second coder: On the Record", body, _STYLE, script)


_README = """\
# Be the second coder

`form.html` opens in any browser, without a network and without an account. Read a passage, give it a theme and a
stance, and save your coding: a file `coding.csv`, in which your name does not stand. Whoever prefers a spreadsheet
fills in `blank.csv`, with the codes as `codebook.csv` has them.

How far codings agree, with the book and with each other, in a copy of the book's project or with its package:

    python -m onrecord agreement first.csv second.csv

Quotations are those of their authors; the rest is under CC BY 4.0.
"""


def pack() -> bytes:
    """The kit as one zip."""
    rows = [[column, code, text] for column, meant in codes().items() for code, text in meant.items()]
    files = {
        "README.md": filled(_README).encode(),
        "form.html": form().encode(),
        "blank.csv": blank(),
        "codebook.csv": as_csv([["column", "code", "use"], *rows]).encode(),
    }
    return zipped({f"coding-kit/{name}": content for name, content in files.items()})
