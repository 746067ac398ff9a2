"""The trade argument of the letter of 2009: shares on three bases, estimates where none was seen, and other suppliers.

A share is a partner's value over the total of China's imports, in per cent. Basis A: as China reports, mainland.
Basis B: the same with Hong Kong and Macao. Basis C: exports as the partner reports them, over the total of A.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import analysis, yardsticks
from ..drawing import by_room, drawing, new_figure, on_phone
from ..facts import Amount, Fact, between, fact, register, rounded
from ..look import PALETTE, PAPER, SERIES
from ..marks import Leads, Row, a_row, behind, lead
from ..reads import cache
from ..tables import kept, table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CANADA = "CAN"
BASES = {"A": "China's imports, mainland", "B": "with Hong Kong and Macao", "C": "Canada's own exports"}
# Of suppliers that sold less, a rounding to the million moves the change by whole per cents.
LEAST_MILLIONS = 100
SPAN = 2  # years from the end of quiet, in that account, to its last figure
FIRST, LAST = 1997, 2006  # the quiet years in the letter's account
RISE = (2006, 2008)  # and its years of frankness


def letter() -> pd.Series:
    """The shares that the letter gives, by year, read from its quotations."""
    given = (
        table("letter_years")
        .dropna(subset=["evidence_id"])
        .merge(table("evidence")[["evidence_id", "quote"]], on="evidence_id")
    )
    found = given["quote"].str.extract(r"(\d*\.\d+)", expand=False).astype(float)
    return pd.Series(found.to_numpy(), index=given["year"].astype(int))


@kept
def shares() -> pd.DataFrame:
    """Every share that is known: year, partner_iso3, basis, ``share`` in per cent, source, grade.

    From values and totals where the values may be published, and from ``import_shares`` where only shares may.
    """
    values = table("china_imports").merge(table("china_totals")[["year", "basis", "total_usd_millions"]])
    values["share"] = 100 * values["value_usd_millions"] / values["total_usd_millions"]
    given = table("import_shares").rename(columns={"share_pct": "share"})
    columns = ["year", "partner_iso3", "basis", "share", "source", "grade"]
    both = pd.concat([part[columns].astype({"basis": str, "grade": str}) for part in (values, given)])
    return both.astype({"share": float, "year": int}).reset_index(drop=True)


def behind_shares() -> Leads:
    """The row behind each share of :func:`shares`, by partner, basis and year: its value, or the share itself."""
    held: dict[Any, list[Row]] = {}
    for name in ("import_shares", "china_imports"):
        held |= behind(name, table(name), "partner_iso3", "basis", "year")
    return held


@kept
def canada() -> pd.DataFrame:
    """Canada's share by year (rows, without gaps) and basis (columns A, B, C); null where none was found."""
    wide = shares().query("partner_iso3 == @CANADA").pivot(index="year", columns="basis", values="share")
    return wide.reindex(range(wide.index.min(), wide.index.max() + 1))


@cache
def _total(year: int) -> float:
    totals = table("china_totals").query("basis == 'A'").set_index("year")["total_usd_millions"]
    return float(totals[year])


def _value(year: int, partner: str = CANADA) -> float:
    """Value on basis A in millions of US dollars: the share of the total."""
    rows = shares().query("basis == 'A' and year == @year and partner_iso3 == @partner")
    return float(rows["share"].iloc[0]) * _total(year) / 100


# --- what was not seen, estimated ---------------------------------------------


@kept
def territory_gaps() -> pd.DataFrame:
    """What Hong Kong and Macao add to each supplier's value, as an index with 2006 at one: partner by year.

    B less A, in the years for which both are known; the territories' own purchases, and goods that are counted
    both when they reach Hong Kong and when they reach the mainland.
    """
    b = (
        table("china_imports")
        .query("basis == 'B'")
        .pivot(index="partner_iso3", columns="year", values="value_usd_millions")
    )
    known = shares().query("basis == 'A' and year >= 1999").pivot(index="partner_iso3", columns="year", values="share")
    a = known.apply(lambda share: share * _total(int(share.name)) / 100)
    gaps = (b.astype(float) - a).dropna(how="all", axis=1)
    return gaps.div(gaps[LAST], axis=0)


@kept
def estimates() -> pd.DataFrame:
    """Canada's share on basis A in the letter's years that were not seen: year, low, high, suppliers.

    Canada's value with Hong Kong and Macao, less what the territories added for Canada in 2006, scaled by the least
    and the most that the same gap changed for the other suppliers of whom both values are known.
    """
    gaps, value = territory_gaps(), table("china_imports").query("basis == 'B' and partner_iso3 == @CANADA")
    own = value.set_index("year")["value_usd_millions"].astype(float)
    gap = own[LAST] - _value(LAST)
    rows = []
    for year in canada()["A"].reindex(letter().index).index[canada()["A"].reindex(letter().index).isna()]:
        others = gaps[year].drop(CANADA, errors="ignore").dropna()
        ends = [100 * (own[year] - gap * g) / _total(year) for g in (others.max(), others.min())]
        rows.append([year, *ends, len(others)])
    return pd.DataFrame(rows, columns=["year", "low", "high", "suppliers"])


def letter_table() -> pd.DataFrame:
    """The letter's figures beside the shares on each basis, as they are printed."""
    found, given, guessed = canada(), letter(), estimates().set_index("year")
    own = shares().query("partner_iso3 == @CANADA").set_index(["basis", "year"])["grade"]

    def cell(basis: str, year: int) -> str:
        if pd.notna(found.at[year, basis]):
            return f"{found.at[year, basis]:.2f}" + (" (press)" if own[basis, year] == "C" else "")
        if basis == "A" and year in guessed.index:
            return f"not seen; estimate {guessed.at[year, 'low']:.2f} to {guessed.at[year, 'high']:.2f}"
        return "not found"

    rows = [
        [str(year), f"{given[year]:.2f}" if year in given else "", *(cell(basis, year) for basis in BASES)]
        for year in sorted(table("letter_years")["year"].astype(int))
    ]
    return pd.DataFrame(rows, columns=["Year", "Letter", *BASES.values()])


# --- other suppliers -----------------------------------------------------------


def cosponsors() -> set[str]:
    """Suppliers on the list of the co-sponsors of April 1997, its mover among them, by ISO code."""
    listed = analysis.sponsors_in(FIRST)
    named = listed.loc[listed["part"].isin(["sponsor", "co_sponsor"]), "state"]
    suppliers = table("trade_peers")
    return set(suppliers.loc[suppliers["name"].isin(named), "partner_iso3"])


@kept
def changes(basis: str, first: int, last: int) -> pd.DataFrame:
    """Change of share from one year to another, in per cent, for partners with both: a row a partner.

    Index: partner_iso3; columns: name, listed (on the list of co-sponsors), first, last (shares), change; largest
    loss first.
    """
    wide = shares().query("basis == @basis").pivot(index="partner_iso3", columns="year", values="share")
    both = wide[[first, last]].dropna().set_axis(["first", "last"], axis=1)
    both["change"] = 100 * (both["last"] / both["first"] - 1)
    names = table("trade_peers").set_index("partner_iso3")[["name"]].assign(listed=lambda t: t.index.isin(cosponsors()))
    return names.join(both, how="inner").sort_values("change")


@kept
def peers() -> pd.DataFrame:
    """Change of share on basis A over the quiet years, with ``millions``, the value of the first year."""
    made = changes("A", FIRST, LAST)
    made["millions"] = made["first"] * _total(FIRST) / 100
    return made[made["millions"] >= LEAST_MILLIONS]


def recent() -> pd.DataFrame:
    """Change of share from 2006 to 2008 on bases B and C, as printed, largest gain first."""
    made = changes("B", *RISE)[["name", "change"]].join(changes("C", *RISE)["change"].rename("change_c"))
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
    """What :func:`change_dots` shows, in words: supplier, whether on the list, value, shares and change in per cent."""
    columns = {
        "Supplier": rows["name"],
        "On the list of co-sponsors": rows["listed"].map({True: "yes", False: "no"}),
        "Value of 1997, US$ millions": rows["millions"].round(0).astype(int),
        "Share of 1997, per cent": rows["first"].round(3),
        "Share of 2006, per cent": rows["last"].round(3),
        "Change, per cent": rows["change"].round(1),
    }
    return pd.DataFrame(columns)


@cache
def sponsors_and_others() -> yardsticks.Difference:
    """Mean change of the co-sponsors' shares less that of the others', in logarithms, beside chance."""
    rows = peers()
    return yardsticks.difference_by_random_labels(np.log1p(rows["change"] / 100), rows["listed"])


def yearly_changes(basis: str) -> pd.Series:
    """Change of Canada's share from each year to the next, in natural logarithms, by first year."""
    known = np.log(canada()[basis])
    return (known.shift(-1) - known).dropna()


def two_year_changes() -> pd.Series:
    """Change of Canada's share over two years on basis B, in per cent, by first year, counted back from the rise.

    Spans that follow each other and do not overlap: of overlapping ones each would be counted nearly twice.
    """
    known = canada()["B"].dropna()
    first = [year for year in known.index if (year - RISE[0]) % SPAN == 0 and year + SPAN in known.index]
    return pd.Series({year: 100 * (known[year + SPAN] / known[year] - 1) for year in first})


# --- drawing -----------------------------------------------------------------


@drawing
def share_lines(data: pd.DataFrame, given: pd.Series, guessed: pd.DataFrame) -> Figure:
    """Canada's share on each basis on a log scale, years without a value shaded, estimates as bars, the letter ringed.

    ``data``: index = years, columns = bases; ``given``: the letter's shares by year; ``guessed``: year, low, high.
    """
    from ..figures import lines

    figure = lines(
        data.rename(columns=BASES),
        "share of China's imports, per cent (log scale)",
        height=by_room(4.6, 6.5),
        named=False,
    )
    axes = figure.axes[0]
    axes.set_yscale("log")
    ticks = [0.75, 1, 1.5, 2, 3]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.set_ylim(0.68, 3.8)
    for start, end in _unseen(data["A"]):
        axes.axvspan(start - 0.5, end + 0.5, facecolor="none", edgecolor=PALETTE["rule"], hatch="////", lw=0, zorder=0)
    colour = PALETTE[SERIES[0][0]]
    for row in guessed.itertuples():
        axes.plot(
            [row.year, row.year], [row.low, row.high], color=colour, lw=9, alpha=0.45, solid_capstyle="butt", zorder=3
        )
    axes.plot([], [], color=colour, lw=9, alpha=0.45, label="estimate, mainland")
    axes.fill_between([], [], facecolor="none", edgecolor=PALETTE["rule"], hatch="////", label="no value, mainland")
    _lead_shares(axes, data, given)
    axes.scatter(
        given.index,
        given,
        s=52,
        facecolor="none",
        edgecolor=PALETTE["ink"],
        lw=1.3,
        zorder=4,
        label="figure in the letter",
    )
    axes.set_xticks(range(data.index.min(), data.index.max() + 1, 4))
    # Outside, so that no word stands on the hatching and the key hides none of it.
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=by_room(2, 1))
    return figure


def _lead_shares(axes: Axes, data: pd.DataFrame, given: pd.Series) -> None:
    """Let each point of the lines lead to its row, and each ring to the letter's year."""
    leads = behind_shares()
    for (year, basis), value in data.stack().dropna().items():
        held = leads[CANADA, str(basis), str(year)]
        lead(axes, f"Canada {year}, {BASES[str(basis)]}: {value:.2f} per cent", held, (year, value), size=4)
    for year, value in given.items():
        lead(axes, f"The letter, {year}: {value:.2f} per cent", [a_row("letter_years", year)], (year, value), size=8)


def _unseen(known: pd.Series) -> list[tuple[int, int]]:
    """First and last year of every run without a value that lies between values or before the letter."""
    empty = known.index[known.isna() & (known.index <= letter().index.max())]
    runs = np.split(empty, np.where(np.diff(empty) > 1)[0] + 1)
    return [(int(run[0]), int(run[-1])) for run in runs if len(run)]


@drawing
def change_dots(rows: pd.DataFrame) -> Figure:
    """Change of share by supplier on a log scale: area by value, discs for co-sponsors, Canada bold.

    ``rows``: as of :func:`peers`, first row on top. A dashed line stands at the median of each list.
    """
    figure, axes = new_figure(0.27 * len(rows) + 1.1)
    y, ratio = np.arange(len(rows)), (1 + rows["change"] / 100).to_numpy()
    listed = rows["listed"].to_numpy(dtype=bool)
    leads = behind_shares()
    area = 12 + 130 * np.sqrt(rows["millions"] / rows["millions"].max()).to_numpy()
    for at, value, size in zip(y, ratio, area, strict=True):
        axes.plot([1, value], [at, at], color=PALETTE["rule"], lw=1.2, zorder=1)
        away = 4 + np.sqrt(size) / 2
        partner = str(rows.index[at])
        held = [*leads[partner, "A", str(FIRST)], *leads[partner, "A", str(LAST)]]
        told = f"{rows['name'].iloc[at]}, {FIRST} to {LAST}: {_signed(100 * (value - 1))} per cent"
        lead(axes, told, held, (value, at), size=float(np.sqrt(size)))
        axes.annotate(
            _signed(100 * (value - 1)),
            (value, at),
            xytext=(away if value > 1 else -away, 0),
            textcoords="offset points",
            va="center",
            ha="left" if value > 1 else "right",
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8},
        )
    for keep, colour, face, marker, name in (
        (listed, "china", PALETTE["china"], "o", "on the list of co-sponsors"),
        (~listed, "canada", PAPER, "s", "not on the list"),
    ):
        axes.scatter(
            ratio[keep], y[keep], s=area[keep], marker=marker, facecolor=face, edgecolor=PALETTE[colour], zorder=2
        )
        axes.scatter([], [], s=60, marker=marker, facecolor=face, edgecolor=PALETTE[colour], label=name)
        axes.axvline(np.median(ratio[keep]), color=PALETTE[colour], lw=1.2, ls=(0, (4, 3)), zorder=0)
    axes.plot([], [], color=PALETTE["muted"], lw=1.2, ls=(0, (4, 3)), label="median of each list")
    axes.axvline(1, color=PALETTE["muted"], lw=1)
    axes.set_xscale("log")
    ticks = np.array([0.5, 0.75, 1, 1.5])
    axes.set_xticks(ticks, [_signed(100 * (t - 1)) for t in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlim(0.36, 2.1)
    axes.set_xlabel("change of share, per cent (log scale)")
    axes.set_yticks(y, list(rows["name"]))
    # The family by name: matplotlib would look for the weight in the fonts that stand in for it, too.
    axes.get_yticklabels()[list(rows.index).index(CANADA)].set(fontfamily="Record Sans", fontweight="semibold")
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    if on_phone():  # no corner of the picture is free
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left")
    else:
        axes.legend(loc="lower left")
    return figure


# --- a second way to the share of 2003 ----------------------------------------


def share_by_statistics_canada() -> tuple[float, float]:
    """Least and most of the share of 2003 on basis A by the totals of Statistics Canada's study, in per cent.

    Exports are half of the two-way total less the deficit; China's figure was higher by the gap found. Each sum is
    taken at both ends of its rounding, in Canadian dollars, and changed at the year's rate.
    """
    rows = table("trade_inputs").set_index("input_id")[["value", "rounding"]].astype(float)
    low, high = rows["value"] - rows["rounding"], rows["value"] + rows["rounding"]
    rate, total = rows.at["rate_2003", "value"], _total(2003) / 1000
    least = (low["two_way_2003"] - high["deficit_2003"]) / 2 + low["gap_2003"]
    most = (high["two_way_2003"] - low["deficit_2003"]) / 2 + high["gap_2003"]
    return 100 * least / rate / total, 100 * most / rate / total


# --- facts: the figures of the letter ----------------------------------------

_TABLES = "china_imports;china_totals;import_shares"
_PEERS = f"{_TABLES};trade_peers"
_MEANING = "share: value over china_totals of the basis, or import_shares.share_pct"


def _share(basis: str, year: int) -> Amount:
    return rounded(canada().at[year, basis], 2, "per cent", "share")


def _size(change: float) -> Amount:
    """The size of a change in whole per cent; its direction stands in the sentence."""
    return rounded(abs(change), 0, "per cent")


def _change(basis: str, first: int, last: int, partner: str = CANADA) -> float:
    return float(changes(basis, first, last).at[partner, "change"])


def _own(basis: str, first: int, last: int) -> Amount:
    known = canada()[basis]
    return _size(100 * (known[last] / known[first] - 1))


# Families of facts: shares by basis and year, estimates, changes by year and by partner.
for _basis, _years in {"A": [1988, 2000], "B": [2000, 2003, 2006, 2008], "C": [2003, 2006]}.items():
    for _year in _years:
        _what = f"Canada's share of China's imports on basis {_basis} in {_year}, per cent; {_MEANING}"
        register(Fact(f"trade_{_basis.lower()}_{_year}", _what, _TABLES, partial(_share, _basis, _year)))
for _name, _partner in {"denmark": "DNK", "france": "FRA", "germany": "DEU", "australia": "AUS"}.items():
    _what = f"size of the change of the share of {_partner} on basis A from 1997 to 2006, per cent"
    register(Fact(f"trade_{_name}", _what, _PEERS, lambda p=_partner: _size(_change("A", FIRST, LAST, p))))  # type: ignore[misc]
for _name, _partner in {"australia": "AUS", "brazil": "BRA", "norway": "NOR"}.items():
    _what = f"size of the change of the share of {_partner} on basis B from 2006 to 2008, per cent"
    register(Fact(f"trade_recent_{_name}", _what, _PEERS, lambda p=_partner: _size(_change("B", *RISE, p))))  # type: ignore[misc]
for _name, _basis, _first, _last in (
    ("fall_before", "A", 1988, 1997),
    ("fall_from_1989", "A", 1989, 1997),
    ("fall_from_1990", "A", 1990, 1997),
    ("fall_sponsoring", "A", 1990, 1996),
    ("fall_quiet", "A", 1997, 2006),
    ("fall_quiet_b", "B", 1999, 2006),
    ("fall_quiet_c", "C", 1998, 2006),
    ("rise_1998", "A", 1997, 1998),
    ("rise_2000_b", "B", 1999, 2000),
    ("rise_recent_b", "B", 2006, 2008),
):
    _what = f"size of the change of Canada's share on basis {_basis} from {_first} to {_last}, per cent"
    register(Fact(f"trade_{_name}", _what, _TABLES, partial(_own, _basis, _first, _last)))
for _year in (2009, 2012, 2014):

    def _norway(year: int = _year) -> Amount:
        rows = shares().query("basis == 'B' and partner_iso3 == 'NOR'").set_index("year")["share"]
        return rounded(rows[year], 2, "per cent", "share")

    register(Fact(f"trade_norway_{_year}", f"share of NOR on basis B in {_year}, per cent", _TABLES, _norway))


@fact("rows of letter_years with an evidence_id: shares that the letter gives", "letter_years")
def trade_letter_figures() -> int:
    return len(letter())


@fact("of these, those equal to Canada's share on basis A rounded to two places", f"letter_years;evidence;{_TABLES}")
def trade_letter_seen() -> int:
    found = canada()["A"].round(2)
    return int((found.reindex(letter().index) == letter()).sum())


@fact("of these, those for whose year there is no share on basis A", f"letter_years;{_TABLES}")
def trade_letter_unseen() -> int:
    return int(canada()["A"].reindex(letter().index).isna().sum())


def _estimate(year: int) -> Amount:
    row = estimates().set_index("year").loc[year]
    return between(row["low"], row["high"], 2, "per cent")


for _year in (2003, 2008):
    _what = (
        f"estimate of Canada's share on basis A in {_year}, per cent: value on basis B less what the territories added "
        "in 2006 (B less A), scaled by the least and the most that this gap changed for suppliers with both values"
    )
    register(Fact(f"trade_estimate_{_year}", _what, _TABLES, partial(_estimate, _year)))


@fact("suppliers by whose gap between bases B and A the estimate of 2008 is made", _TABLES)
def trade_estimate_suppliers() -> int:
    return int(estimates().set_index("year").at[2008, "suppliers"])


@fact(
    "share of 2003 on basis A by the totals of Statistics Canada's study, per cent, at both ends of rounding",
    "trade_inputs;china_totals",
)
def trade_totals_2003() -> Amount:
    return between(*share_by_statistics_canada(), 2, "per cent")


@fact("bases on which a share is computed: codes of basis in china_imports and import_shares", _TABLES)
def trade_bases() -> int:
    return len(BASES)


@fact("years from 1988 to 2000 in which Canada's share on basis A is lower than in 1997", _TABLES)
def trade_a_lower_than_1997() -> str:
    found = canada()["A"].loc[1988:2000]
    return ", ".join(str(year) for year in found.index[found < found[1997]])


@fact("Canada's share on basis C in 2006, per cent, to three places", _TABLES)
def trade_c_2006_fine() -> Amount:
    return rounded(canada().at[2006, "C"], 3, "per cent", "share")


@fact("Canada's share on basis C in 2008, per cent, to three places", _TABLES)
def trade_c_2008_fine() -> Amount:
    return rounded(canada().at[2008, "C"], 3, "per cent", "share")


@fact(
    "billions of US dollars: the letter's share of 2003 times the mainland's total of that year",
    "evidence;china_totals",
)
def trade_letter_2003_billions() -> Amount:
    return rounded(letter()[2003] * _total(2003) / 100 / 1000, 1, "US dollars, billions")


# --- facts: the course of the share ------------------------------------------


@fact("billions of US dollars that China bought from Canada in 1997, basis A", "china_imports;china_totals")
def trade_value_1997() -> Amount:
    return rounded(_value(1997) / 1000, 1, "US dollars, billions")


@fact("billions of US dollars that China bought from Canada in 2006, basis A: share times total", _TABLES)
def trade_value_2006() -> Amount:
    return rounded(_value(2006) / 1000, 1, "US dollars, billions")


@fact("times that this value grew from 1997 to 2006", _TABLES)
def trade_value_times() -> Amount:
    return rounded(_value(2006) / _value(1997), 1, "times")


@fact("times that china_totals of basis A grew from 1997 to 2006", "china_totals")
def trade_total_times() -> Amount:
    return rounded(_total(2006) / _total(1997), 1, "times")


@fact(
    "standard deviation of the changes of Canada's share on basis B from year to year, in logarithms, per cent",
    _TABLES,
)
def trade_yearly_sd() -> Amount:
    return rounded(100 * yearly_changes("B").std(), 0, "per cent")


@fact(
    "years over which a change of the share is judged: from 2006 to 2008", "letter_years", kind="constant", unit="years"
)
def trade_span_years() -> int:
    return SPAN


def _visible(side: int) -> Amount:
    return rounded(100 * yardsticks.smallest_visible_change(yearly_changes("B").std(), SPAN)[side], 0, "per cent")


register(
    Fact(
        "trade_visible_fall",
        "smallest fall over two years that would stand out from the yearly changes of that share, per cent: "
        "1 - exp(-1.96 s sqrt 2), s their standard deviation in logarithms",
        _TABLES,
        partial(_visible, 0),
    )
)
register(
    Fact(
        "trade_visible_rise",
        "smallest rise over two years that would stand out, per cent: exp(1.96 s sqrt 2) - 1",
        _TABLES,
        partial(_visible, 1),
    )
)


@fact(
    "spans of two years that follow each other without overlap, 2006-2008 among them, with Canada's share on basis B",
    _TABLES,
)
def trade_spans() -> int:
    return len(two_year_changes())


@fact("of these, those in which the share changed by more than from 2006 to 2008, up or down", _TABLES)
def trade_spans_larger() -> int:
    sizes = two_year_changes().abs()
    return int((sizes > sizes[RISE[0]]).sum())


# --- facts: other suppliers ---------------------------------------------------


def _others() -> pd.DataFrame:
    return peers().drop(index=CANADA)


def _by_list(listed: bool, without: str | None = None) -> pd.DataFrame:
    rows = peers()
    return rows[rows["listed"] == listed].drop(index=without or [])


def _pooled(rows: pd.DataFrame) -> Amount:
    return _size(100 * (rows["last"].sum() / rows["first"].sum() - 1))


_OF_NOTE = (
    f"that sold China at least {LEAST_MILLIONS} million US dollars in 1997 and have a share on basis A in 1997 and 2006"
)


@fact(f"suppliers other than Canada {_OF_NOTE}", _PEERS)
def trade_peers_others() -> int:
    return len(_others())


@fact("of these, those whose share was smaller in 2006 than in 1997", _PEERS)
def trade_peers_fell() -> int:
    return int((_others()["change"] < 0).sum())


@fact("of these, those whose share was larger in 2006 than in 1997", _PEERS)
def trade_peers_rose() -> int:
    return int((_others()["change"] > 0).sum())


@fact(
    "least value of 1997 on basis A, in millions of US dollars, for a supplier to be compared",
    "trade_peers",
    kind="constant",
)
def trade_least_millions() -> int:
    return LEAST_MILLIONS


@fact(f"sum of the shares of 1997 of Canada and all suppliers {_OF_NOTE}, per cent", _PEERS)
def trade_together_1997() -> Amount:
    return rounded(peers()["first"].sum(), 0, "per cent", "share")


@fact("sum of their shares of 2006, per cent", _PEERS)
def trade_together_2006() -> Amount:
    return rounded(peers()["last"].sum(), 0, "per cent", "share")


@fact(f"suppliers on the list of co-sponsors {_OF_NOTE}", f"{_PEERS};unchr_sponsors")
def trade_sponsors() -> int:
    return len(_by_list(True))


@fact("states of unchr_sponsors in 1997 with part sponsor or co_sponsor", "unchr_sponsors")
def trade_sponsors_listed() -> int:
    return int(analysis.sponsors_in(FIRST)["part"].isin(["sponsor", "co_sponsor"]).sum())


@fact(f"suppliers not on the list, Canada among them, {_OF_NOTE}", f"{_PEERS};unchr_sponsors")
def trade_silent() -> int:
    return len(_by_list(False))


@fact("median size of the fall of the co-sponsors' shares from 1997 to 2006, per cent", f"{_PEERS};unchr_sponsors")
def trade_sponsors_median() -> Amount:
    return _size(_by_list(True)["change"].median())


@fact("median size of the fall of the other suppliers' shares from 1997 to 2006, per cent", f"{_PEERS};unchr_sponsors")
def trade_silent_median() -> Amount:
    return _size(_by_list(False)["change"].median())


@fact("fall of the sum of the co-sponsors' shares from 1997 to 2006, per cent", f"{_PEERS};unchr_sponsors")
def trade_sponsors_pooled() -> Amount:
    return _pooled(_by_list(True))


@fact("the same without the United States, per cent", f"{_PEERS};unchr_sponsors")
def trade_sponsors_pooled_without() -> Amount:
    return _pooled(_by_list(True, "USA"))


@fact("fall of the sum of the other suppliers' shares from 1997 to 2006, per cent", f"{_PEERS};unchr_sponsors")
def trade_silent_pooled() -> Amount:
    return _pooled(_by_list(False))


def _ratio(value: float) -> float:
    return 100 * float(np.expm1(value))


@fact(
    "mean change of the co-sponsors' shares over that of the others', from mean logarithms, per cent",
    f"{_PEERS};unchr_sponsors",
)
def trade_list_difference() -> Amount:
    found = _ratio(sponsors_and_others().observed)
    return rounded(abs(found), 0, "per cent")


@fact(
    "the middle 95 per cent of that difference if the list were dealt at random: size of the lower end, per cent",
    f"{_PEERS};unchr_sponsors",
)
def trade_list_visible_fall() -> Amount:
    return _size(_ratio(sponsors_and_others().low))


@fact("size of the upper end, per cent", f"{_PEERS};unchr_sponsors")
def trade_list_visible_rise() -> Amount:
    return _size(_ratio(sponsors_and_others().high))


@fact("partners with a share on basis B in 2006 and in 2008", _PEERS)
def trade_recent_total() -> int:
    return len(changes("B", *RISE))


# --- facts: published studies -------------------------------------------------


@fact("rows of trade_literature: published studies of political tension and trade with China", "trade_literature")
def trade_studies() -> int:
    return len(table("trade_literature"))


@fact("of these, those with effect negative or short_lived", "trade_literature")
def trade_studies_loss() -> int:
    return int(table("trade_literature")["effect"].isin(["negative", "short_lived"]).sum())


@fact("of these, those with effect short_lived", "trade_literature")
def trade_studies_short() -> int:
    return int((table("trade_literature")["effect"] == "short_lived").sum())


@fact("of these, those with effect mixed", "trade_literature")
def trade_studies_mixed() -> int:
    return int((table("trade_literature")["effect"] == "mixed").sum())


@fact("of these, those with data_frequency monthly", "trade_literature")
def trade_studies_monthly() -> int:
    return int((table("trade_literature")["data_frequency"] == "monthly").sum())


@fact("of these, those with data_frequency annual", "trade_literature")
def trade_studies_annual() -> int:
    return int((table("trade_literature")["data_frequency"] == "annual").sum())


@fact("millions of US dollars that measures cost exporters of Norway, as the study estimates", "trade_literature")
def trade_norway_loss() -> str:
    finding = table("trade_literature").set_index("study_id").at["kolstad_2016", "finding"]
    return re.search(r"[\d,]+ to [\d,]+(?= million)", finding).group()  # type: ignore[union-attr]
