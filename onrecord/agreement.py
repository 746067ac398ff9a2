"""How far two codings of the same statements agree: Krippendorff's alpha.

K. Krippendorff, Content Analysis, ch. 12, as computed by the ``krippendorff``
package; the interval is a percentile bootstrap over passages.
"""

from __future__ import annotations

from dataclasses import dataclass

import krippendorff
import numpy as np
import pandas as pd

VARIABLES = {"speaker_id": "Speaker", "about_id": "About", "theme_id": "Theme", "stance": "Stance"}


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


def alpha(first: np.ndarray, second: np.ndarray) -> float | None:
    """Nominal alpha of two coders' integer codes; None when only one code occurs."""
    if len(np.union1d(first, second)) < 2:
        return None
    return float(krippendorff.alpha(np.vstack([first, second]), level_of_measurement="nominal"))


def resampled_alphas(first: np.ndarray, second: np.ndarray, clusters: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Alphas of ``draws`` bootstrap samples of clusters; NaN where a sample has one code only.

    ``first``, ``second``: integer codes; ``clusters``: the cluster (0, 1, 2 ...) of
    each statement. Whole clusters are drawn, since statements of one passage are
    not independent. For two coders, nominal codes and no gaps, alpha is
    1 - Do / De with Do the share of statements coded differently and
    De = 1 - sum n_c (n_c - 1) / (n (n - 1)) over the n = 2 N codes (Krippendorff,
    section 12.3.1). The package computes the same, one sample at a time and
    some hundred times slower; a test compares them.
    """
    total = int(clusters.max()) + 1
    size = np.bincount(clusters, minlength=total)
    different = np.bincount(clusters, weights=first != second, minlength=total)
    used = np.zeros((total, int(max(first.max(), second.max())) + 1))
    for codes in (first, second):
        np.add.at(used, (clusters, codes), 1)
    times = np.random.default_rng(seed).multinomial(total, np.full(total, 1 / total), size=draws)
    n = 2 * (times @ size)
    drawn = times @ used
    expected = 1 - (drawn * (drawn - 1)).sum(axis=1) / (n * (n - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (times @ different) / (n / 2) / expected, np.nan)


def agreement(
    evidence: pd.DataFrame, variable: str, draws: int = 2000, seed: int = 1997, level: float = 0.95
) -> Agreement:
    """Agreement of ``variable`` with ``variable_b`` over the rows that have both.

    ``draws`` bootstrap samples of passages with a fixed ``seed``; the interval
    runs between the percentiles that leave ``1 - level`` outside.
    """
    both = evidence[["passage_id", variable, f"{variable}_b"]].astype("str").dropna()
    codes, _ = pd.factorize(pd.concat([both[variable], both[f"{variable}_b"]]))
    clusters, _ = pd.factorize(both["passage_id"])
    first, second = codes[: len(both)], codes[len(both) :]
    found, low, high = alpha(first, second), None, None
    if found is not None:
        tail = (1 - level) / 2
        drawn = resampled_alphas(first, second, clusters, draws, seed)
        low, high = (float(q) for q in np.nanquantile(drawn, [tail, 1 - tail]))
    return Agreement(variable, len(both), int((first == second).sum()), found, low, high)


def agreement_table(evidence: pd.DataFrame) -> pd.DataFrame:
    """One row a variable: units, share of equal codes, alpha and its interval."""
    rows = []
    for variable, label in VARIABLES.items():
        a = agreement(evidence, variable)
        shown = "n/a (no variation)" if a.alpha is None else f"{a.alpha:.2f}"
        span = "" if a.low is None else f"{a.low:.2f} to {a.high:.2f}"
        rows.append([label, a.units, f"{100 * a.share:.0f}%", shown, span])
    return pd.DataFrame(rows, columns=["Variable", "Statements", "Same code", "Alpha", "95% interval"])
