"""The trade argument of the letter of 2009: shares on three bases, peers, and how the figures are drawn.

A share is a partner's value over the total of China's imports, in per cent. Basis A: as China reports, mainland.
Basis B: the same with Hong Kong and Macao. Basis C: exports as the partner reports them, over the total of A.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .. import analysis
from ..facts import Amount, Fact, fact, register, rounded
from ..figures import PALETTE, PAPER, SERIES, lines, new_figure
from ..tables import table

CANADA = "CAN"
BASES = {"A": "China's imports, mainland", "B": "with Hong Kong and Macao", "C": "Canada's exports to the mainland"}
# The statements in which the letter gives a share, by the year that it gives it for.
LETTER = {1997: "cchrc2009:L.12e", 2003: "cchrc2009:L.12g", 2006: "cchrc2009:L.12h", 2008: "cchrc2009:L.12j"}
# The letter's years, and those beside them that this chapter speaks of.
SHOWN_YEARS = [1988, 1997, 1998, 2000, 2003, 2006, 2008]
# The row of the table of bounds to print where a share was not seen.
BOUNDS = {("A", 2003): "a_2003_margin", ("A", 2008): "a_2008_margin", ("C", 1997): "c_1997_neighbours"}


def letter() -> pd.Series:
    """The shares that the letter gives, by year, read from its quotations."""
    quotes = table("evidence").set_index("evidence_id")["quote"]
    return pd.Series({year: float(re.match(r"\d*\.\d+", quotes[row]).group()) for year, row in LETTER.items()})  # type: ignore[union-attr]


def shares() -> pd.DataFrame:
    """Every value of China's imports with its ``share`` of the total, in per cent; null where no value was found."""
    totals = table("china_totals")[["year", "basis", "total_usd_millions"]]
    totals = pd.concat([totals, totals[totals["basis"] == "A"].assign(basis="C")]).astype({"basis": str})
    rows = table("china_imports").astype({"basis": str}).merge(totals, on=["year", "basis"], how="left")
    return rows.assign(share=(100 * rows["value_usd_millions"] / rows["total_usd_millions"]).astype(float))


def canada() -> pd.DataFrame:
    """Canada's share by year (rows) and basis (columns A, B, C)."""
    return shares().query("partner_iso3 == @CANADA").pivot(index="year", columns="basis", values="share")


def bounds() -> pd.DataFrame:
    """The bounds that stand in for a share of basis A that was not seen: year, low, high."""
    rows = table("trade_bounds").set_index("bound_id")
    return rows.loc[[row for (basis, _), row in BOUNDS.items() if basis == "A"], ["year", "low", "high"]]


def letter_table() -> pd.DataFrame:
    """The letter's figures beside the shares on each basis, as they are printed."""
    found, limits = canada(), table("trade_bounds").set_index("bound_id")
    own = shares().query("partner_iso3 == @CANADA").set_index(["basis", "year"])["grade"].astype(str)

    def cell(basis: str, year: int) -> str:
        if pd.notna(found.at[year, basis]):
            return f"{found.at[year, basis]:.2f}" + (" (press)" if own[basis, year] == "C" else "")
        if (basis, year) not in BOUNDS:
            return "not found"
        row = limits.loc[BOUNDS[basis, year]]
        return f"not seen; {row['low']:.2f} to {row['high']:.2f}"

    given = letter()
    rows = [
        [str(year), f"{given[year]:.2f}" if year in given else "", *(cell(basis, year) for basis in BASES)]
        for year in SHOWN_YEARS
    ]
    return pd.DataFrame(rows, columns=["Year", "Letter", *BASES.values()])


def changes(basis: str, first: int, last: int) -> pd.DataFrame:
    """Change of share from one year to another, in per cent, for partners with both: a row a partner.

    Index: partner_iso3; columns: name, cosponsor_1997, first, last (shares), change; largest loss first.
    """
    wide = shares().query("basis == @basis").pivot(index="partner_iso3", columns="year", values="share")
    both = wide[[first, last]].dropna().set_axis(["first", "last"], axis=1)
    both["change"] = 100 * (both["last"] / both["first"] - 1)
    names = table("trade_peers").set_index("partner_iso3")[["name", "cosponsor_1997", "share_mean_1995_97_pct"]]
    return names.join(both, how="inner").sort_values("change")


def peers() -> pd.DataFrame:
    """Change of share on basis A over the years of quiet diplomacy in the letter, 1997 to 2006."""
    return changes("A", 1997, 2006)


def recent() -> pd.DataFrame:
    """Change of share from 2006 to 2008 on bases B and C, as printed, largest gain first."""
    made = changes("B", 2006, 2008)[["name", "change"]].join(changes("C", 2006, 2008)[["change"]], rsuffix="_c")
    made = made.sort_values("change", ascending=False)
    for column in ("change", "change_c"):
        made[column] = made[column].map(_signed)
    return made.set_axis(["Supplier", "With Hong Kong and Macao, per cent", "Own exports, per cent"], axis=1)


def _signed(change: float) -> str:
    """A change in whole per cent with its sign; nothing found is said so."""
    if pd.isna(change):
        return "not found"
    return f"{change:+.0f}".replace("-", "−") if round(change) else "0"


def change_in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """What :func:`change_dots` shows, in words: supplier, whether on the list, shares and change in per cent."""
    columns = {
        "Supplier": rows["name"],
        "On the list of co-sponsors": rows["cosponsor_1997"].astype(bool).map({True: "yes", False: "no"}),
        "Share of 1997, per cent": rows["first"].round(3),
        "Share of 2006, per cent": rows["last"].round(3),
        "Change, per cent": rows["change"].round(1),
    }
    return pd.DataFrame(columns)


def swings(basis: str, span: int) -> pd.Series:
    """Change of Canada's share over every span of years on a basis, in per cent, by first year."""
    known = canada()[basis]
    return (100 * (known.shift(-span) / known - 1)).dropna()


# --- drawing -----------------------------------------------------------------


def share_lines(data: pd.DataFrame, given: pd.Series, limits: pd.DataFrame) -> Figure:
    """Canada's share on each basis, unseen years left open, the letter's figures ringed, the bounds as bars.

    ``data``: index = years, columns = bases; ``given``: the letter's shares by year; ``limits``: year, low, high.
    """
    figure = lines(data.rename(columns=BASES), "share of China's imports, per cent", height=4.6, named=False)
    axes = figure.axes[0]
    years = analysis.calendar_years().index
    axes.axvspan(years.min(), years.max(), color=PALETTE["gap"], lw=0, zorder=0)
    axes.text((years.min() + years.max()) / 2, 0.62, "years of the rounds", ha="center", va="center", fontsize=10.5)
    middle = (limits["low"] + limits["high"]) / 2
    half = (limits["high"] - limits["low"]) / 2
    colour = PALETTE[SERIES[0][0]]
    axes.errorbar(
        limits["year"], middle, half, ls="", color=colour, capsize=3, lw=1.6, label="bounds, mainland, not seen"
    )
    axes.scatter(
        given.index,
        given,
        s=110,
        facecolor="none",
        edgecolor=PALETTE["ink"],
        lw=1.4,
        zorder=4,
        label="figure in the letter",
    )
    axes.set_ylim(0.5, 3.6)
    axes.set_xticks(range(data.index.min(), data.index.max() + 1, 3))
    axes.legend(loc="upper right", fontsize=10.5)
    return figure


def change_dots(rows: pd.DataFrame) -> Figure:
    """Change of share by partner on a scale of ratios: discs for co-sponsors, open squares for others; Canada in bold.

    ``rows``: name, cosponsor_1997 (bool), change in per cent; first row on top.
    """
    figure, axes = new_figure(0.23 * len(rows) + 0.9)
    y = np.arange(len(rows))
    ratio = (1 + rows["change"] / 100).to_numpy()
    listed = rows["cosponsor_1997"].to_numpy(dtype=bool)
    for at, value in zip(y, ratio, strict=True):
        axes.plot([1, value], [at, at], color=PALETTE["rule"], lw=1.2, zorder=1)
        axes.annotate(
            _signed(100 * (value - 1)),
            (value, at),
            xytext=(7 if value > 1 else -7, 0),
            textcoords="offset points",
            va="center",
            ha="left" if value > 1 else "right",
            fontsize=10,
        )
    for keep, colour, face, marker, name in (
        (listed, "china", PALETTE["china"], "o", "on the list of co-sponsors"),
        (~listed, "canada", PAPER, "s", "not on the list"),
    ):
        axes.scatter(
            ratio[keep], y[keep], s=40, marker=marker, facecolor=face, edgecolor=PALETTE[colour], zorder=2, label=name
        )
    axes.axvline(1, color=PALETTE["muted"], lw=1)
    axes.set_xscale("log")
    ticks = np.array([0.5, 0.75, 1, 1.5, 2, 4])
    axes.set_xticks(ticks, [_signed(100 * (t - 1)) for t in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlim(0.38, 5.2)
    axes.set_xlabel("change of share, per cent (scale of ratios)")
    axes.set_yticks(y, list(rows["name"]), fontsize=10.5)
    # The family by name: matplotlib would look for the weight in the fonts that stand in for it, too.
    axes.get_yticklabels()[list(rows.index).index(CANADA)].set(fontfamily="Record Sans", fontweight="semibold")
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="upper right", fontsize=10.5)
    return figure


# --- facts: the figures of the letter ----------------------------------------

_TABLES = "china_imports; china_totals"


def _share(basis: str, year: int) -> Amount:
    return rounded(canada().at[year, basis], 2, "per cent", "share")


def _per_cent(value: float) -> Amount:
    """The size of a change as a whole number; its direction stands in the sentence."""
    return rounded(abs(value), 0, "per cent", "share")


def _change(basis: str, first: int, last: int, partner: str = CANADA) -> Amount:
    return _per_cent(changes(basis, first, last).at[partner, "change"])


def _value(year: int, partner: str = CANADA) -> float:
    rows = shares().query("basis == 'A' and year == @year and partner_iso3 == @partner")
    return float(rows["value_usd_millions"].iloc[0])


def _total(year: int) -> float:
    rows = table("china_totals").query("basis == 'A' and year == @year")
    return float(rows["total_usd_millions"].iloc[0])


def _bound(bound_id: str, side: str) -> Amount:
    return rounded(table("trade_bounds").set_index("bound_id").at[bound_id, side], 2, "per cent", "share")


def _norway(year: int) -> Amount:
    rows = shares().query("basis == 'B' and partner_iso3 == 'NOR'").set_index("year")["share"]
    return rounded(rows[year], 2, "per cent", "share")


def _register(fact_id: str, counts: str, tables: str, compute: Callable[[], object]) -> None:
    register(Fact(fact_id, counts, tables, compute))


# Families of facts: shares by basis and year, bounds, and changes by partner.
for _basis, _years in {"A": [1988, 2000], "B": [2000, 2003, 2006, 2008], "C": [2003, 2006]}.items():
    for _year in _years:
        _what = f"share on basis {_basis} in {_year}, per cent"
        _register(f"trade_{_basis.lower()}_{_year}", _what, _TABLES, partial(_share, _basis, _year))
for _name, _row in {
    "bound_2003": "a_2003_margin",
    "gap_2003": "a_2003_statcan_gap",
    "totals_2003": "a_2003_statcan_totals",
    "bound_2008": "a_2008_margin",
    "observed_2008": "a_2008_observed",
}.items():
    for _side in ("low", "high"):
        _what = f"{_side}er end of the row {_row}, per cent"
        _register(f"trade_{_name}_{_side}", _what, "trade_bounds", partial(_bound, _row, _side))
for _name, _partner in {"denmark": "DNK", "france": "FRA", "germany": "DEU", "australia": "AUS"}.items():
    _what = f"size of the change of share of {_partner} on basis A from 1997 to 2006, per cent"
    _register(f"trade_{_name}", _what, _TABLES, partial(_change, "A", 1997, 2006, _partner))
for _name, _partner in {"australia": "AUS", "brazil": "BRA", "norway": "NOR"}.items():
    _what = f"size of the change of share of {_partner} on basis B from 2006 to 2008, per cent"
    _register(f"trade_recent_{_name}", _what, _TABLES, partial(_change, "B", 2006, 2008, _partner))
for _year in (2009, 2012, 2014):
    _what = f"share of NOR on basis B in {_year}, per cent"
    _register(f"trade_norway_{_year}", _what, _TABLES, partial(_norway, _year))


@fact("shares that the letter gives", "evidence")
def trade_letter_figures() -> int:
    return len(letter())


@fact("of these, those that equal the share on basis A to two places", "evidence; " + _TABLES)
def trade_letter_seen() -> int:
    found = canada()["A"].round(2)
    return int((found.reindex(letter().index) == letter()).sum())


@fact("of these, those for which no value on basis A was found", _TABLES)
def trade_letter_unseen() -> int:
    return int(canada()["A"].reindex(letter().index).isna().sum())


@fact("bases on which a share is computed", "china_imports")
def trade_bases() -> int:
    return len(BASES)


@fact("years from 1988 to 2000 with a lower share on basis A than 1997", _TABLES)
def trade_a_lower_than_1997() -> str:
    found = canada()["A"].loc[1988:2000]
    return ", ".join(str(year) for year in found.index[found < found[1997]])


@fact("share on basis C in 2006, to three places", _TABLES)
def trade_c_2006_fine() -> Amount:
    return rounded(canada().at[2006, "C"], 3, "per cent", "share")


@fact("share on basis C in 2008, to three places", _TABLES)
def trade_c_2008_fine() -> Amount:
    return rounded(canada().at[2008, "C"], 3, "per cent", "share")


@fact("billions of US dollars that the letter's share of 2003 comes to", "evidence; china_totals")
def trade_letter_2003_billions() -> Amount:
    return rounded(letter()[2003] * _total(2003) / 100 / 1000, 1, "US dollars, billions")


# --- facts: the course of the share ------------------------------------------


@fact("billions of US dollars that China bought from Canada in 1997, basis A", "china_imports")
def trade_value_1997() -> Amount:
    return rounded(_value(1997) / 1000, 1, "US dollars, billions")


@fact("billions of US dollars that China bought from Canada in 2006, basis A", "china_imports")
def trade_value_2006() -> Amount:
    return rounded(_value(2006) / 1000, 1, "US dollars, billions")


@fact("times that this value grew from 1997 to 2006", "china_imports")
def trade_value_times() -> Amount:
    return rounded(_value(2006) / _value(1997), 1, "times")


@fact("times that China's total imports grew from 1997 to 2006, basis A", "china_totals")
def trade_total_times() -> Amount:
    return rounded(_total(2006) / _total(1997), 1, "times")


@fact("fall of the share on basis A from 1988 to 1997, per cent", _TABLES)
def trade_fall_before() -> Amount:
    return _per_cent(100 * (canada().at[1997, "A"] / canada().at[1988, "A"] - 1))


@fact("fall of the share on basis A from 1990 to 1996, per cent", _TABLES)
def trade_fall_sponsoring() -> Amount:
    return _per_cent(100 * (canada().at[1996, "A"] / canada().at[1990, "A"] - 1))


@fact("fall of the share on basis A from 1997 to 2006, per cent", _TABLES)
def trade_fall_quiet() -> Amount:
    return _change("A", 1997, 2006)


@fact("fall of the share on basis B from 1999 to 2006, per cent", _TABLES)
def trade_fall_quiet_b() -> Amount:
    return _change("B", 1999, 2006)


@fact("fall of the share on basis C from 1998 to 2006, per cent", _TABLES)
def trade_fall_quiet_c() -> Amount:
    return _per_cent(100 * (canada().at[2006, "C"] / canada().at[1998, "C"] - 1))


@fact("rise of the share on basis A from 1997 to 1998, per cent", _TABLES)
def trade_rise_1998() -> Amount:
    return _per_cent(100 * (canada().at[1998, "A"] / canada().at[1997, "A"] - 1))


@fact("rise of the share on basis B from 1999 to 2000, per cent", _TABLES)
def trade_rise_2000_b() -> Amount:
    return _change("B", 1999, 2000)


@fact("rise of the share on basis B from 2006 to 2008, per cent", _TABLES)
def trade_rise_recent_b() -> Amount:
    return _change("B", 2006, 2008)


@fact("changes of Canada's share over two years on basis B, first years 1999 to 2012", _TABLES)
def trade_swings() -> int:
    return len(swings("B", 2))


def _larger_swings() -> pd.Series:
    sizes = swings("B", 2).abs()
    return sizes[sizes > sizes[2006]]


@fact("of these, those larger than that of 2006 to 2008, up or down", _TABLES)
def trade_swings_larger() -> int:
    return len(_larger_swings())


@fact("of these, those wholly within the years of the rounds", _TABLES + "; rounds")
def trade_swings_larger_quiet() -> int:
    years = analysis.calendar_years().index
    return int((_larger_swings().index + 2 <= years.max()).sum())


# --- facts: peers -------------------------------------------------------------


def _others() -> pd.DataFrame:
    return peers().drop(index=CANADA)


def _by_list(listed: bool) -> pd.DataFrame:
    rows = peers()
    return rows[rows["cosponsor_1997"].astype(bool) == listed]


def _pooled(rows: pd.DataFrame, base: str = "first") -> float:
    return 100 * (rows["last"].sum() / rows[base].sum() - 1)


def _medians_without_one(listed: bool) -> pd.Series:
    rows = _by_list(listed)["change"]
    return pd.Series({partner: rows.drop(partner).median() for partner in rows.index})


@fact("partners other than Canada with a share on basis A in 1997 and in 2006", _TABLES + "; trade_peers")
def trade_peers_others() -> int:
    return len(_others())


@fact("other partners whose share fell from 1997 to 2006", _TABLES + "; trade_peers")
def trade_peers_fell() -> int:
    return int((_others()["change"] < 0).sum())


@fact("other partners whose share fell by more than Canada's", _TABLES + "; trade_peers")
def trade_peers_fell_more() -> int:
    return int((_others()["change"] < peers().at[CANADA, "change"]).sum())


@fact("other partners whose share rose from 1997 to 2006", _TABLES + "; trade_peers")
def trade_peers_rose() -> int:
    return int((_others()["change"] > 0).sum())


def _together(column: str) -> Amount:
    return rounded(peers()[column].sum(), 0, "per cent", "share")


@fact("share of all these partners taken together on basis A in 1997", _TABLES + "; trade_peers")
def trade_together_1997() -> Amount:
    return _together("first")


@fact("share of all these partners taken together on basis A in 2006", _TABLES + "; trade_peers")
def trade_together_2006() -> Amount:
    return _together("last")


@fact("co-sponsors of 1997, as listed, with both years", _TABLES + "; trade_peers")
def trade_sponsors() -> int:
    return len(_by_list(True))


@fact("states on the list of co-sponsors of 1997, its mover among them", "unchr_sponsors")
def trade_sponsors_listed() -> int:
    return int(analysis.sponsors_in(1997)["part"].isin(["sponsor", "co_sponsor"]).sum())


@fact("states on the list without a value for both years", _TABLES + "; trade_peers; unchr_sponsors")
def trade_sponsors_unseen() -> str:
    rows = analysis.sponsors_in(1997).query("part in ['sponsor', 'co_sponsor']")
    return " and ".join(rows.loc[~rows["state"].isin(_by_list(True)["name"]), "state"])


@fact("partners not on the list, with both years", _TABLES + "; trade_peers")
def trade_silent() -> int:
    return len(_by_list(False))


@fact("median fall of the co-sponsors' shares from 1997 to 2006, per cent", _TABLES + "; trade_peers")
def trade_sponsors_median() -> Amount:
    return _per_cent(_by_list(True)["change"].median())


@fact("median fall of the other partners' shares from 1997 to 2006, per cent", _TABLES + "; trade_peers")
def trade_silent_median() -> Amount:
    return _per_cent(_by_list(False)["change"].median())


@fact("median fall of the other partners' shares without Canada, per cent", _TABLES + "; trade_peers")
def trade_silent_median_without() -> Amount:
    return _per_cent(_by_list(False).drop(index=CANADA)["change"].median())


@fact("smallest median fall of the other partners when one of them is left out, per cent", _TABLES + "; trade_peers")
def trade_silent_median_least() -> Amount:
    return _per_cent(_medians_without_one(False).max())


@fact("largest median fall of the other partners when one of them is left out, per cent", _TABLES + "; trade_peers")
def trade_silent_median_most() -> Amount:
    return _per_cent(_medians_without_one(False).min())


@fact("smallest median fall of the co-sponsors when one of them is left out, per cent", _TABLES + "; trade_peers")
def trade_sponsors_median_least() -> Amount:
    return _per_cent(_medians_without_one(True).max())


@fact("largest median fall of the co-sponsors when one of them is left out, per cent", _TABLES + "; trade_peers")
def trade_sponsors_median_most() -> Amount:
    return _per_cent(_medians_without_one(True).min())


@fact("fall of the co-sponsors' share taken together, per cent", _TABLES + "; trade_peers")
def trade_sponsors_pooled() -> Amount:
    return _per_cent(_pooled(_by_list(True)))


@fact("fall of the other partners' share taken together, per cent", _TABLES + "; trade_peers")
def trade_silent_pooled() -> Amount:
    return _per_cent(_pooled(_by_list(False)))


def _from_base(listed: bool) -> pd.DataFrame:
    """The partners of one list, their change counted from the mean share of 1995 to 1997."""
    rows = _by_list(listed)
    base = rows["share_mean_1995_97_pct"].astype(float)
    return rows.assign(base=base, change=100 * (rows["last"] / base - 1))


@fact("median fall of the co-sponsors' shares from the mean of 1995 to 1997, per cent", "trade_peers; " + _TABLES)
def trade_sponsors_median_base() -> Amount:
    return _per_cent(_from_base(True)["change"].median())


@fact("median fall of the other partners' shares from the mean of 1995 to 1997, per cent", "trade_peers; " + _TABLES)
def trade_silent_median_base() -> Amount:
    return _per_cent(_from_base(False)["change"].median())


@fact("the same without Canada, per cent", "trade_peers; " + _TABLES)
def trade_silent_median_base_without() -> Amount:
    return _per_cent(_from_base(False).drop(index=CANADA)["change"].median())


@fact("fall of the co-sponsors' share taken together from the mean of 1995 to 1997", "trade_peers; " + _TABLES)
def trade_sponsors_pooled_base() -> Amount:
    return _per_cent(_pooled(_from_base(True), "base"))


@fact("fall of the other partners' share taken together from the mean of 1995 to 1997", "trade_peers; " + _TABLES)
def trade_silent_pooled_base() -> Amount:
    return _per_cent(_pooled(_from_base(False), "base"))


@fact("partners with a share on basis B in 2006 and in 2008", _TABLES)
def trade_recent_total() -> int:
    return len(changes("B", 2006, 2008))


# --- facts: published studies -------------------------------------------------


@fact("published studies of political tension and trade with China", "trade_literature")
def trade_studies() -> int:
    return len(table("trade_literature"))


@fact("of these, those that find a loss, lasting or short", "trade_literature")
def trade_studies_loss() -> int:
    return int(table("trade_literature")["effect"].isin(["negative", "short_lived"]).sum())


@fact("of these, those whose loss is short", "trade_literature")
def trade_studies_short() -> int:
    return int((table("trade_literature")["effect"] == "short_lived").sum())


@fact("of these, those whose result is mixed", "trade_literature")
def trade_studies_mixed() -> int:
    return int((table("trade_literature")["effect"] == "mixed").sum())


@fact("of these, those that use monthly data, by their abstracts", "trade_literature")
def trade_studies_monthly() -> int:
    return int((table("trade_literature")["data_frequency"] == "monthly").sum())


@fact("of these, those that use annual data, by their abstracts", "trade_literature")
def trade_studies_annual() -> int:
    return int((table("trade_literature")["data_frequency"] == "annual").sum())


@fact("millions of US dollars that measures cost exporters of Norway, as estimated", "trade_literature")
def trade_norway_loss() -> str:
    finding = table("trade_literature").set_index("study_id").at["kolstad_2016", "finding"]
    return re.search(r"[\d,]+ to [\d,]+(?= million)", finding).group()  # type: ignore[union-attr]
