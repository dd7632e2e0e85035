"""The staircase of choices, the short cut, and what cash would have kept a fall bearable."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from engine.risk_profile import (
    CHOICES,
    Attitude,
    Leaning,
    cushion,
    lean,
    risk_aversion,
    sure_payment,
    worth,
)

PATHS = sorted(product((False, True), repeat=CHOICES))  # from always safe to always the chance


def test_the_sure_payments_are_those_of_the_published_tree() -> None:
    """As the questionnaire of the Global Preference Survey branches: A took the chance."""
    levels = [[sure_payment(path) for path in product((True, False), repeat=n)] for n in range(5)]
    assert levels == [
        [160],
        [240, 80],
        [280, 200, 120, 40],
        [300, 260, 220, 180, 140, 100, 60, 20],
        list(range(310, 0, -20)),
    ]
    with pytest.raises(ValueError, match="5 choices"):
        sure_payment([True] * 5)


def test_each_of_the_32_paths_is_an_interval_of_its_own_and_in_order() -> None:
    found = [worth(path) for path in PATHS]
    assert [(one.low, one.high) for one in found[:-1]] == [(n, n + 10) for n in range(0, 310, 10)]
    assert (found[-1].low, found[-1].high) == (310, None)
    for path, one in zip(PATHS, found, strict=True):
        for n, chance in enumerate(path):  # what was said at each step holds of the result
            sure = sure_payment(path[:n])
            assert one.low >= sure if chance else one.high is not None and one.high <= sure
    assert [one.sensible for one in found] == [True] * 30 + [False] * 2
    attitudes = [one.attitude for one in found]
    assert attitudes == [Attitude.AVERSE] * 14 + [Attitude.NEUTRAL] * 2 + [Attitude.SEEKING] * 16
    with pytest.raises(ValueError, match="needs 5 choices, not 4"):
        worth([True] * 4)


def test_who_takes_the_chance_more_often_is_less_averse_and_the_ends_are_indifferent() -> None:
    bounds = [risk_aversion(worth(path)) for path in PATHS]
    assert bounds[0][1] == 1.0, "below 1, however little is enough"
    for safer, bolder in pairwise(bounds):
        assert safer[0] == bolder[1], "no gap"
        if safer[0] is not None and safer[1] is not None:
            assert safer[0] < safer[1]
    assert [one for one in bounds if None in one] == bounds[-3:]
    neutral = next(high for low, high in bounds if high is not None and abs(high) < 1e-12)
    assert neutral == pytest.approx(0)
    for path in PATHS[1:29]:
        found, (low, high) = worth(path), risk_aversion(worth(path))
        assert low is not None
        assert high is not None
        assert found.high is not None
        for sure, g in ((found.low, high), (found.high, low)):
            assert sure ** (1 - g) == pytest.approx(0.5 * 300 ** (1 - g)), "worth the same"


def test_the_short_cut_takes_the_middle_and_in_doubt_the_cautious() -> None:
    cautious, balanced, bold = Leaning
    assert lean([balanced]) is balanced
    assert lean([cautious, bold]) is cautious
    assert lean([bold, balanced, bold]) is bold
    with pytest.raises(ValueError, match="without an answer"):
        lean([])


def test_cash_keeps_the_worst_fall_bearable() -> None:
    days = np.datetime64("2020-01-01") + np.arange(5)
    closes = np.array([[100.0, 10], [100, np.nan], [50, 10], [25, 10], [100, 10]])
    weights = np.array([1.0, 0.0])
    found = cushion(0.3, weights, closes, days)
    assert found is not None
    assert found.worst.depth == pytest.approx(0.75)
    assert found.cash == pytest.approx(1 - 0.3 / 0.75)
    with_cash = found.cash + (1 - found.cash) * closes[:, 0] / 100
    assert 1 - with_cash.min() == pytest.approx(0.3), "held, that cash would have done"
    calm = cushion(0.8, weights, closes, days)
    assert calm is not None
    assert calm.cash == 0
    assert cushion(0.3, weights, closes[:2], days[:2]) is None
    rising = np.array([[1.0, 1], [2, 1], [3, 1]])
    assert cushion(0.3, weights, rising, days[:3]) is None
