"""How far two codings agree: Krippendorff's alpha, of single codes and of sets of codes.

K. Krippendorff, Content Analysis, ch. 12, as computed by the ``krippendorff``
package. The interval is a percentile bootstrap over clusters (statements of one
passage, rows of one table): what is coded is all there is, so the interval says how
far a figure hangs on single cases, and nothing of a larger population.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import krippendorff
import numpy as np
import pandas as pd

NONE = "none"  # the set without a code
VARIABLES = {"speaker_id": "Speaker", "about_id": "About", "theme_id": "Theme", "stance": "Stance"}


def coded_once(row: Any) -> bool:
    """Whether a statement lacks codes of a second coder: any of the four, which are given together."""
    return any(pd.isna(getattr(row, f"{variable}_b")) for variable in VARIABLES)


@dataclass(frozen=True)
class Agreement:
    """Agreement on one variable; ``alpha`` is None where there is no variation."""

    variable: str
    units: int
    same: int
    alpha: float | None
    low: float | None
    high: float | None

    @property
    def share(self) -> float:
        """Share of statements that both coders gave the same code, 0 to 1."""
        return self.same / self.units


def nominal(codes: int) -> np.ndarray:
    """Distance of codes that have no order: 0 for equal ones, else 1; ``codes`` by ``codes``."""
    return 1.0 - np.eye(codes)


def jaccard(sets: list[frozenset[str]]) -> np.ndarray:
    """Distance of sets: 1 less the share of what is in either that is in both (P. Jaccard, 1912)."""
    shared = [[len(a & b) / len(a | b) if a | b else 1.0 for b in sets] for a in sets]
    return 1.0 - np.array(shared)


def alpha(first: np.ndarray, second: np.ndarray, distance: np.ndarray) -> float | None:
    """Alpha of two coders' integer codes, with ``distance`` between every two codes; None when only one code occurs."""
    if len(np.union1d(first, second)) < 2:
        return None

    def metric(v1: np.ndarray, v2: np.ndarray, i1: Any, i2: Any, n_v: Any, dtype: Any = None) -> Any:
        return distance[v1.astype(int), v2.astype(int)]

    data, domain = np.vstack([first, second]), np.arange(len(distance))
    return float(krippendorff.alpha(data, value_domain=domain, level_of_measurement=metric))


def resampled_alphas(
    first: np.ndarray, second: np.ndarray, clusters: np.ndarray, distance: np.ndarray, times: np.ndarray
) -> np.ndarray:
    """Alphas of samples that take each cluster so many ``times`` (samples by clusters); NaN where nothing varies.

    ``first``, ``second``: integer codes; ``clusters``: the cluster (0, 1, 2 ...) of
    each unit; ``distance``: between every two codes, 0 to 1. Whole clusters are
    drawn, since statements of one passage are not independent. For two coders and
    no gaps, alpha is 1 - Do / De with Do the mean distance within units and De that
    between any two of the n = 2 N codes (Krippendorff, section 12.3). The package
    computes the same, one sample at a time and some hundred times slower.
    """
    total = times.shape[1]
    size = np.bincount(clusters, minlength=total)
    different = np.bincount(clusters, weights=distance[first, second], minlength=total)
    used = np.zeros((total, len(distance)))
    for codes in (first, second):
        np.add.at(used, (clusters, codes), 1)
    n, drawn = 2 * (times @ size), times @ used
    expected = ((drawn @ distance) * drawn).sum(axis=1) / (n * (n - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (times @ different) / (n / 2) / expected, np.nan)


def compared(
    variable: str,
    first: pd.Series,
    second: pd.Series,
    clusters: pd.Series,
    sets: bool = False,
    draws: int = 2000,
    seed: int = 1997,
    level: float = 0.95,
) -> Agreement:
    """Agreement of two codings, ``first`` and ``second``, unit by unit.

    ``sets``: the codes are sets, written as keys divided by semicolons, and differ by
    :func:`jaccard`. ``draws`` bootstrap samples of ``clusters`` with a fixed ``seed``;
    the interval runs between the percentiles that leave ``1 - level`` outside.
    """
    codes, values = pd.factorize(pd.concat([first, second]).astype(str))
    a, b = codes[: len(first)], codes[len(first) :]
    distance = jaccard([frozenset(v.split(";")) - {NONE} for v in values]) if sets else nominal(len(values))
    cluster, _ = pd.factorize(clusters.astype(str))
    same, found = int((distance[a, b] == 0).sum()), alpha(a, b, distance)
    if found is None:
        return Agreement(variable, len(first), same, None, None, None)
    every, tail = int(cluster.max()) + 1, (1 - level) / 2
    times = np.random.default_rng(seed).multinomial(every, np.full(every, 1 / every), size=draws)
    alphas = resampled_alphas(a, b, cluster, distance, times.astype(float))  # whole numbers are multiplied slowly
    low, high = np.nanquantile(alphas, [tail, 1 - tail])
    return Agreement(variable, len(first), same, found, float(low), float(high))


def agreement(
    evidence: pd.DataFrame, variable: str, draws: int = 2000, seed: int = 1997, level: float = 0.95
) -> Agreement:
    """Agreement of ``variable`` with ``variable_b`` over the rows that have both.

    ``draws`` bootstrap samples of passages with a fixed ``seed``; the interval
    runs between the percentiles that leave ``1 - level`` outside.
    """
    both = evidence[["passage_id", variable, f"{variable}_b"]].astype("str").dropna()
    return compared(variable, both[variable], both[f"{variable}_b"], both["passage_id"], False, draws, seed, level)


def by_category(
    first: pd.Series, second: pd.Series, clusters: pd.Series, draws: int = 1000, least: int = 1
) -> list[Agreement]:
    """Agreement on each code alone, given or not: a code that is often confused shows here and not in the whole.

    In the order of use by the first coder. ``same`` counts the units to which both gave the code, ``units`` those
    to which either did, ``least`` or more; alpha is that of the two yes-or-no codings over all units.
    """
    first, second = first.astype(str), second.astype(str)
    codes = pd.concat([first, second]).value_counts().index
    return each_code(((code, first == code, second == code) for code in codes), clusters, draws, least)


def each_code(
    given: Iterable[tuple[str, pd.Series, pd.Series]], clusters: Any, draws: int, least: int
) -> list[Agreement]:
    """Agreement on each code by itself, of those that either coder gave to ``least`` units or more.

    ``given``: a code, and of each unit whether the first and whether the second coder gave it.
    """
    return [given_or_not(*one, clusters, draws) for one in given if (one[1] | one[2]).sum() >= least]


def given_or_not(code: str, first: pd.Series, second: pd.Series, clusters: Any, draws: int = 1000) -> Agreement:
    """Agreement on one code: of each unit, whether the ``first`` and whether the ``second`` coder gave it."""
    whole = compared(code, first, second, pd.Series(clusters), draws=draws)
    return replace(whole, units=int((first | second).sum()), same=int((first & second).sum()))


def shown(found: Agreement) -> list[str]:
    """Alpha and its interval as a table prints them."""
    if found.alpha is None:
        return ["n/a (no variation)", ""]
    return [f"{found.alpha:.2f}", f"{found.low:.2f} to {found.high:.2f}"]


def agreement_table(evidence: pd.DataFrame) -> pd.DataFrame:
    """One row a variable: units, share of equal codes, alpha and its interval."""
    rows = []
    for variable, label in VARIABLES.items():
        found = agreement(evidence, variable)
        rows.append([label, found.units, f"{100 * found.share:.0f}%", *shown(found)])
    return pd.DataFrame(rows, columns=["Variable", "Statements", "Same code", "Alpha", "95% interval"])
