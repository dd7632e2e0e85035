"""The scale of risk tolerance, the short cut, and what cash would have kept a fall bearable."""

from __future__ import annotations

import numpy as np
import pytest

from engine.risk_profile import (
    HIGHEST,
    LOWEST,
    POINTS,
    Band,
    Leaning,
    cushion,
    lean,
    score,
)


def _with(total: int) -> list[int]:
    """Answers that add up to ``total``."""
    chosen = [points.index(min(points)) for points in POINTS]
    left = total - LOWEST
    for n, points in enumerate(POINTS):
        step = max(one for one in points if one - min(points) <= left)
        left -= step - min(points)
        chosen[n] = points.index(step)
    assert left == 0
    return chosen


def test_the_scale_goes_from_13_to_47() -> None:
    assert (LOWEST, HIGHEST, len(POINTS)) == (13, 47, 13)


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (13, Band.LOW),
        (18, Band.LOW),
        (19, Band.BELOW),
        (22, Band.BELOW),
        (23, Band.AVERAGE),
        (28, Band.AVERAGE),
        (29, Band.ABOVE),
        (32, Band.ABOVE),
        (33, Band.HIGH),
        (47, Band.HIGH),
    ],
)
def test_a_score_lies_in_the_authors_band(total: int, band: Band) -> None:
    found = score(_with(total))
    assert (found.points, found.band) == (total, band)


@pytest.mark.parametrize("wrong", [[], [0] * 12, [0] * 14, [9] * 13, [-1] * 13])
def test_an_incomplete_form_has_no_score(wrong: list[int]) -> None:
    with pytest.raises(ValueError, match="13 questions"):
        score(wrong)


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
