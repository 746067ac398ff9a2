"""Shares of China's imports whose values are not ours to publish: from an extract of data sets to a table.

UN Comtrade, which the World Bank's WITS serves, may not be passed on, and for two other
data sets no terms were seen. So ``data/import_shares.csv`` holds the share that each value
comes to, and not the value. Whoever has the extract can make the table again::

    onrecord trade-shares FOLDER

and whoever has not can build the extract from the data sets, by the locators of the rows.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from .problems import InputError, Problem
from .tables import table

COLUMNS = ["year", "partner_iso3", "basis", "share_pct", "source", "grade", "locator", "note"]
# The extract: a row a value (partner, year, basis in the note), and the values of 2006 by supplier.
VALUES, VALUES_2006 = "china_imports.csv", "cosponsor_1997_test.csv"
WITS, TRADHIST = "World Bank WITS trade summary (UN Comtrade)", "CEPII TRADHIST (Fouquin & Hugot 2016)"
# Suppliers whose own exports to the mainland are compared with Canada's, and the years of the comparison.
COMPARED = (2006, 2008)
GAP_YEARS = (2003, 2008)


def _read(folder: Path, name: str) -> pd.DataFrame:
    """A file of the extract, known by its SHA-256. Raises :class:`InputError` where it is missing or another."""
    path = folder / name
    if not path.is_file():
        raise InputError(Problem(path.as_posix(), "expected a file of the trade extract"))
    expected = table("raw_inputs").set_index("file").at[name, "sha256"]
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise InputError(Problem(path.as_posix(), f"expected SHA-256 {expected}", value=found))
    return pd.read_csv(path)


def _rows(values: pd.DataFrame, basis: str, source: str, locator: str, note: str | None = None) -> pd.DataFrame:
    """Values (year, partner_iso3, value_usd_millions) as rows of the table: each over the mainland's total."""
    totals = table("china_totals").query("basis == 'A'").set_index("year")["total_usd_millions"].astype(float)
    share = (100 * values["value_usd_millions"] / values["year"].map(totals)).round(4)
    made = values[["year", "partner_iso3"]].assign(basis=basis, share_pct=share, source=source, grade="B")
    return made.assign(locator=locator, note=note)[COLUMNS]


def make(folder: Path) -> pd.DataFrame:
    """The table from the extract in ``folder``: a row a supplier, year and basis, shares in per cent."""
    values, of_2006 = _read(folder, VALUES), _read(folder, VALUES_2006)
    values["basis"] = values["note"].str.extract(r"^\[([ABC])", expand=False)
    exports = values[(values["basis"] == "C") & (values["source"] == WITS) & (values["year"] <= 2014)]
    canada, others = exports["partner_iso3"] == "CAN", exports["year"].isin(COMPARED)
    imports = values[(values["basis"] == "A") & values["year"].isin(GAP_YEARS) & (values["partner_iso3"] != "WLD")]
    first = of_2006.rename(columns={"usd_m_2006_A": "value_usd_millions"}).dropna(subset=["value_usd_millions"])
    derived = "Flow in pounds, times the rate that the United States values of both data sets imply."
    made = [
        _rows(first.assign(year=2006), "A", "head2010", "Gravity file, cross-section of 2006"),
        _rows(imports[imports["source"] == WITS], "A", "wits", "Country file of China, leading suppliers"),
        _rows(imports[imports["source"] == TRADHIST], "A", "fouquin2016", "Bilateral flows, China importing", derived),
        _rows(exports[canada], "C", "wits", "Country file of Canada, leading markets"),
        _rows(exports[~canada & others], "C", "witspartners", "Country file of the partner, leading markets"),
    ]
    return pd.concat(made).sort_values(["basis", "year", "partner_iso3"], ignore_index=True)
