"""Every yardstick gives what a second way of computing gives: a closed form, or every case by hand."""

from itertools import combinations, pairwise, permutations
from statistics import mean

import numpy as np
import pandas as pd
import pytest

from onrecord import yardsticks as y

LISTS = [{"a", "b"}, {"b", "c"}, {"a"}, {"a", "c", "d"}]


def test_every_order_is_gone_through_once():
    by_hand = [sum(len(a & b) for a, b in pairwise(order)) for order in permutations(LISTS)]
    assert sorted(y.carried_on_in_any_order(LISTS)) == sorted(by_hand)
    assert y.carried_on(LISTS) == by_hand[0] == 2


def test_many_lists_are_shuffled_and_come_to_the_mean_of_the_closed_form():
    lists = [{i % 4, i % 3, 9} for i in range(12)]
    drawn = y.carried_on_in_any_order(lists)
    closed = 2 / len(lists) * sum(len(a & b) for a, b in combinations(lists, 2))
    assert len(drawn) == y.DRAWS and drawn.mean() == pytest.approx(closed, abs=0.05)


def test_lists_drawn_at_random_come_to_the_closed_form():
    sizes, kinds = [3, 5, 4, 6], 12
    random = np.random.default_rng(1)
    before, earlier = [], []
    for _ in range(20_000):
        lists = [set(random.choice(kinds, size, replace=False).tolist()) for size in sizes]
        before.append(y.carried_on(lists))
        earlier.append(y.returned(lists))
    assert y.expected_from_draws(sizes, kinds) == pytest.approx((mean(before), mean(earlier)), abs=0.06)


def test_what_returns_is_the_same_in_every_order():
    def by_hand(lists):
        return sum(len(here & set().union(*lists[:at])) for at, here in enumerate(lists))

    assert {by_hand(order) for order in permutations(LISTS)} == {y.returned(LISTS)}


def test_what_stands_on_both_sides_of_a_line():
    assert y.on_both_sides(LISTS, 2) == 2
    ways = sorted(y.on_both_sides(order, 1) for order in permutations(LISTS))
    assert sorted(np.repeat(y.on_both_sides_in_any_order(LISTS, 1), 6)) == ways


def test_the_clearest_line_is_held_against_every_line_of_every_order():
    def rarest(lists):
        lines = range(1, len(lists))
        return min(y.chance(y.on_both_sides_in_any_order(lists, n), y.on_both_sides(lists, n)).at_most for n in lines)

    every = [rarest(order) for order in permutations(LISTS)]
    for order, found in zip(permutations(LISTS), every, strict=True):
        assert y.clearest_line(order) == pytest.approx((found, mean(other <= found for other in every)))


@pytest.mark.parametrize(("first", "second", "kinds", "least"), [(14, 12, 19, 7), (3, 4, 10, 0), (5, 5, 5, 5)])
def test_the_least_overlap_is_reached_and_not_passed(first, second, kinds, least):
    assert y.least_overlap(first, second, kinds) == least
    if kinds <= 10:
        pairs = (
            (set(a), set(b)) for a in combinations(range(kinds), first) for b in combinations(range(kinds), second)
        )
        assert min(len(a & b) for a, b in pairs) == least


def test_sides_dealt_at_random_come_to_the_closed_form():
    kinds = list("aaaabbbccd")
    sides = ["east"] * 6 + ["west"] * 4
    every = []
    for east in combinations(range(10), 6):
        of_east = {kinds[i] for i in east}
        every.append(len(of_east & {kinds[i] for i in range(10) if i not in east}))
    assert y.expected_shared(kinds, 6) == pytest.approx(mean(every))
    assert y.shared_by_random_sides(kinds, sides).mean() == pytest.approx(mean(every), abs=0.03)


def test_whole_blocks_are_dealt_whole():
    kinds, blocks = list("abab"), list("1122")
    shared = y.shared_by_random_sides(kinds, ["east", "east", "west", "west"], blocks)
    assert set(shared.tolist()) == {2}
    with pytest.raises(ValueError, match="one side"):
        y.shared_by_random_sides(kinds, ["east", "west", "west", "west"], blocks)


def test_the_same_question_gets_the_same_answer():
    args = (list("aabbccdd"), ["east"] * 3 + ["west"] * 5)
    assert (y.shared_by_random_sides(*args) == y.shared_by_random_sides(*args)).all()


def test_chance_says_how_often_it_comes_so_far():
    every = y.chance(np.array([1, 2, 3, 4]), 3)
    assert (every.mean, every.at_most, every.at_least) == (2.5, 0.75, 0.5)
    drawn = y.chance(np.zeros(y.DRAWS), 1)
    assert drawn.at_least == pytest.approx(1 / (y.DRAWS + 1)) and drawn.at_most == 1


@pytest.mark.parametrize(
    ("share", "words"),
    [(1, "one in one"), (0.145, "one in seven"), (2 / 126, "one in 63"), (0.00205, "one in 490"), (0.8, "one in one")],
)
def test_odds_are_told_in_words(share, words):
    assert (y.odds(share).text, y.odds(share).value) == (words, share)


def test_odds_are_no_finer_than_the_draws():
    assert y.odds(1 / (y.DRAWS + 1)).text == y.odds(0).text == "fewer than one in 10,000"


def test_a_window_catches_its_share_of_days():
    start, end, first, last = map(pd.Timestamp, ("2001-03-01", "2001-03-10", "2001-02-01", "2001-04-30"))
    days = pd.date_range(first, last)
    assert y.window_share(start, end, first, last) == pytest.approx(days.to_series().between(start, end).mean())
    assert y.window_share(start, end, pd.Timestamp("2002-01-01"), pd.Timestamp("2002-12-31")) == 0


def test_a_window_is_moved_by_years():
    dates = pd.Series(pd.to_datetime(["1996-06-01", "1998-06-01", "1998-07-01", "2001-01-01"]))
    moved = y.shifted_windows(dates, pd.Timestamp("1998-01-01"), pd.Timestamp("1998-12-31"), range(-2, 4))
    assert moved.to_dict() == {-2: 1, -1: 0, 0: 2, 1: 0, 2: 0, 3: 1}


def test_a_change_that_cannot_be_told_from_the_ordinary_is_ordinary():
    fall, rise = y.smallest_visible_change(0.13, 2)
    walks = np.exp(np.random.default_rng(1).normal(0, 0.13, (200_000, 2)).sum(axis=1)) - 1
    assert np.mean((walks < -fall) | (walks > rise)) == pytest.approx(0.05, abs=0.003)
    assert y.smallest_visible_change(0.13, 4) > (fall, rise)


def test_the_bounds_hold_every_way_to_settle_what_is_unknown():
    settled = [3 + sum(way) for way in permutations([0, 0, 1, 1], 2)]
    assert y.bounds(3, 2) == (min(settled), max(settled)) == (3, 5)


def test_a_difference_is_held_against_every_way_to_deal_the_labels():
    values = pd.Series([-0.4, -0.2, 0.1, 0.3, 0.5, 0.9])
    labels = pd.Series([True, True, False, False, False, False])
    every = [mean(values[list(c)]) - mean(values.drop(list(c))) for c in combinations(range(6), 2)]
    found = y.difference_by_random_labels(values, labels)
    assert found.observed == pytest.approx(-0.75) == pytest.approx(min(every))
    assert found.as_far == pytest.approx(sum(abs(e) >= 0.75 - 1e-9 for e in every) / len(every), abs=0.02)
    assert (found.low, found.high) == pytest.approx((min(every), max(every)), abs=0.1)
