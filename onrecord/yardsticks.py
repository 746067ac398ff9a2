"""What a number would be without its finding: by chance, by arithmetic, by a base rate, by what was not seen.

A count means little until it stands beside what could have been expected of it. Each function gives one such
expectation. Where every case can be gone through, it is; where not, cases are drawn at random from a generator with
a fixed seed, so that the same tables always give the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb, exp, sqrt

import numpy as np
import pandas as pd

from .facts import Amount, as_text
from .reads import cache

SEED = 20_261_128
DRAWS = 20_000
# As many orders as nine lists have: 362,880. More lists are shuffled.
EVERY_ORDER = 9


@dataclass(frozen=True)
class Chance:
    """What chance gives: mean, the middle 95 per cent, and how often it comes to the observed number or beyond."""

    mean: float
    low: float
    high: float
    at_most: float
    at_least: float


def chance(values: np.ndarray, observed: float) -> Chance:
    """Summarize counts under chance against the one observed.

    ``values``: one count a case, either every case or ``DRAWS`` drawn ones. To drawn cases the observed one is added,
    so that a share is never nought (Phipson and Smyth 2010).
    """
    low, high = np.percentile(values, [2.5, 97.5])
    more = int(len(values) == DRAWS)
    at_most, at_least = (
        (int(np.sum(beyond)) + more) / (len(values) + more) for beyond in (values <= observed, values >= observed)
    )
    return Chance(float(np.mean(values)), float(low), float(high), at_most, at_least)


def odds(share: float) -> Amount:
    """A share of cases in words: one in seven, one in 60; two figures at most, and no finer than the draws allow."""
    if share <= 1 / (DRAWS + 1):
        return Amount(share, f"fewer than one in {DRAWS // 2:,}", "share")
    cases = 1 / share
    return Amount(share, f"one in {as_text(int(float(f'{cases:.2g}')) if cases >= 10 else round(cases))}", "share")


def carried_on(lists: Sequence[set]) -> int:
    """How many entries of the lists stand on the list just before as well."""
    return sum(len(a & b) for a, b in pairwise(lists))


@cache
def _every_order(n: int) -> np.ndarray:
    """Every order of ``n`` things, a row each, as of itertools.permutations: 360,000 of nine."""
    orders = np.zeros((1, 0), dtype=np.int8)
    for many in range(1, n + 1):  # one thing comes first, and those from it on are numbered one higher in the rest
        starts = (np.full((len(orders), 1), first, dtype=np.int8) for first in range(many))
        orders = np.concatenate([np.hstack([start, orders + (orders >= start)]) for start in starts])
    return orders


def carried_on_in_any_order(lists: Sequence[set]) -> np.ndarray:
    """:func:`carried_on` for the same lists in every order, or in ``DRAWS`` random ones if there are more than nine.

    A permutation test: if order meant nothing, each order would be as likely as the one observed.
    """
    n = len(lists)
    shared = np.array([[len(a & b) for b in lists] for a in lists])
    if n <= EVERY_ORDER:
        orders = _every_order(n)
    else:
        orders = np.random.default_rng(SEED).permuted(np.tile(np.arange(n), (DRAWS, 1)), axis=1)
    return shared[orders[:, :-1], orders[:, 1:]].sum(axis=1)


def expected_from_draws(sizes: Sequence[int], kinds: int) -> tuple[float, float]:
    """Entries carried on from the list before, and from any earlier list, if each list were drawn at random.

    ``sizes``: entries a list; ``kinds``: what there is to draw from. Two lists of a and b share a*b/kinds on average
    (hypergeometric mean); an entry is new if no earlier list has drawn it.
    """
    before = sum(a * b / kinds for a, b in pairwise(sizes))
    undrawn = 1.0
    earlier = 0.0
    for size in sizes:
        earlier += size * (1 - undrawn)
        undrawn *= 1 - size / kinds
    return before, earlier


def returned(lists: Sequence[set]) -> int:
    """Entries that stand on any earlier list: all of them less the kinds, in whatever order the lists are."""
    return sum(map(len, lists)) - len(set().union(*lists))


def on_both_sides(lists: Sequence[set], before: int) -> int:
    """Kinds that stand both on one of the first ``before`` lists and on one of the others."""
    return len(set().union(*lists[:before]) & set().union(*lists[before:]))


def on_both_sides_in_any_order(lists: Sequence[set], before: int) -> np.ndarray:
    """:func:`on_both_sides` for every way to put ``before`` of the lists first: a permutation test, every case."""
    ways = combinations(range(len(lists)), before)
    ordered = ([*chosen, *(i for i in range(len(lists)) if i not in chosen)] for chosen in ways)
    return np.array([on_both_sides([lists[i] for i in order], before) for order in ordered])


def clearest_line(lists: Sequence[set]) -> tuple[float, float]:
    """How rare the rarest line between lists is, and how often lists in any order have one as rare.

    A line is drawn after each list in turn; its rarity is the share of ways to put as many lists first that leave as
    few kinds on both sides. A line that was looked for must be held against all lines that could have been found
    (a permutation test of the least of several shares). Nine lists at most.
    """
    orders = _every_order(len(lists))
    kinds = sorted(set().union(*lists))
    ordered = np.array([sum(1 << kinds.index(kind) for kind in one) for one in lists], dtype=np.uint64)[orders]
    first = np.bitwise_or.accumulate(ordered, axis=1)[:, :-1]
    last = np.bitwise_or.accumulate(ordered[:, ::-1], axis=1)[:, ::-1][:, 1:]
    both = np.bitwise_count(first & last).astype(int)
    rarest = np.min([np.array([np.mean(line <= n) for n in range(line.max() + 1)])[line] for line in both.T], axis=0)
    return float(rarest[0]), float(np.mean(rarest <= rarest[0] + 1e-12))


def least_overlap(first: int, second: int, kinds: int) -> int:
    """Fewest kinds that two sets must share if there are only so many kinds (inclusion and exclusion)."""
    return max(0, first + second - kinds)


def shared_by_random_sides(
    kinds: Sequence[str], sides: Sequence[str], blocks: Sequence[str] | None = None
) -> np.ndarray:
    """How many kinds both of two sides have, if the sides were dealt at random among the same items.

    ``kinds``, ``sides``: one an item; ``blocks``: what an item lies in, if whole blocks are dealt, each with its items
    (an item that depends on its neighbours is no case of its own). A permutation test, with the labels shuffled.
    """
    items = pd.DataFrame({"kind": kinds, "side": sides, "block": range(len(kinds)) if blocks is None else blocks})
    cells = pd.crosstab(items["block"], items["kind"]).to_numpy()
    first = items.groupby("block")["side"].agg(lambda s: (s == min(sides)).mean()).to_numpy()
    if not np.isin(first, (0, 1)).all():
        raise ValueError("expected every block to lie on one side")
    dealt = np.random.default_rng(SEED).permuted(np.tile(first, (DRAWS, 1)), axis=1)
    on_first = dealt @ cells
    return ((on_first > 0) & (on_first < cells.sum(axis=0))).sum(axis=1)


def expected_shared(kinds: Sequence[str], first: int) -> float:
    """Mean of :func:`shared_by_random_sides` without blocks, in closed form: ``first`` items are on one side.

    A kind is not shared if all of its items fall on one side (hypergeometric).
    """
    total = len(kinds)
    sizes = pd.Series(list(kinds)).value_counts().tolist()
    one_sided = (comb(total - n, first) + (comb(total - n, first - n) if n <= first else 0) for n in sizes)
    return len(sizes) - sum(one_sided) / comb(total, first)


def window_share(start: pd.Timestamp, end: pd.Timestamp, first: pd.Timestamp, last: pd.Timestamp) -> float:
    """Share of a span that a window covers: how often a date at random in the span falls inside (its base rate)."""
    inside = (min(end, last) - max(start, first)).days + 1
    return max(inside, 0) / ((last - first).days + 1)


def shifted_windows(dates: pd.Series, start: pd.Timestamp, end: pd.Timestamp, years: Sequence[int]) -> pd.Series:
    """How many dates fall inside a window if it is moved by whole years; nought is the window itself.

    A window that means something should catch more than the same window elsewhere (placebos in time, Abadie, Diamond
    and Hainmueller 2015).
    """
    moved = {n: (start + pd.DateOffset(years=n), end + pd.DateOffset(years=n)) for n in years}
    return pd.Series({n: int(dates.between(*window).sum()) for n, window in moved.items()}, dtype=int)


def smallest_visible_change(sd: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """Fall and rise over ``n`` years, as shares of the start, beyond which a change stands out from the yearly ones.

    ``sd``: standard deviation of yearly changes in natural logarithms. Changes that are independent add up to
    ``sd * sqrt(n)`` (a random walk); ``z`` of these hold 95 per cent of what happens anyway.
    """
    width = z * sd * sqrt(n)
    return 1 - exp(-width), exp(width) - 1


def bounds(known: int, unknown: int) -> tuple[int, int]:
    """Least and most that a count can be if nothing, or all, of what is not known were added (Manski 1990)."""
    return known, known + unknown


def mean_overlap(sets: Sequence[set]) -> float:
    """Mean over all pairs of sets of what both hold as a share of what either holds (Jaccard 1901); none is empty."""
    return float(np.mean([len(a & b) / len(a | b) for a, b in combinations(sets, 2)]))


def mean_overlap_at_random(sizes: Sequence[int], kinds: int) -> np.ndarray:
    """:func:`mean_overlap` of sets of these sizes drawn at random from ``kinds``, in ``DRAWS`` draws."""
    ranks = np.random.default_rng(SEED).random((DRAWS, len(sizes), kinds)).argsort(axis=2)
    many = np.array(sizes)
    held = (ranks < many[:, None]).astype(float)
    a, b = np.triu_indices(len(sizes), 1)
    both = (held @ held.transpose(0, 2, 1))[:, a, b]
    return (both / (many[a] + many[b] - both)).mean(axis=1)


@dataclass(frozen=True)
class Difference:
    """Mean of one group less that of the rest, and the middle 95 per cent of it if labels were dealt at random."""

    observed: float
    low: float
    high: float
    as_far: float


def difference_by_random_labels(values: pd.Series, labels: pd.Series) -> Difference:
    """How far two groups' means differ, against the same labels dealt at random among the same values.

    The middle 95 per cent says what could be seen: only a difference beyond it would have stood out. A permutation
    test of the difference of means; ``as_far``: share of dealings as far from nought, the observed one counted.
    """
    numbers, first = np.asarray(values, dtype=float), np.asarray(labels, dtype=bool)
    dealt = np.random.default_rng(SEED).permuted(np.tile(first, (DRAWS, 1)), axis=1)
    means = dealt @ numbers / first.sum() - (~dealt) @ numbers / (~first).sum()
    observed = float(numbers[first].mean() - numbers[~first].mean())
    low, high = np.percentile(means, [2.5, 97.5])
    return Difference(observed, float(low), float(high), (np.sum(np.abs(means) >= abs(observed)) + 1) / (DRAWS + 1))
