"""The Mantel-Haenszel statistic against itself in fractions, stratum by stratum."""

from __future__ import annotations

from fractions import Fraction
from math import isnan, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.strata import Strata, mantel_haenszel

Cells = tuple[int, int, int, int]

tables = st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=40)


def by_fractions(rows: list[Cells]) -> tuple[float, float, int]:
    """Theta, its standard error, and the informative strata (biases.md 0.3).

    The variance is that of Robins, Breslow and Greenland (1986), in exact arithmetic.
    """
    r = s = pr = mixed = qs = Fraction(0)
    informative = 0
    for a, b, c, d in rows:
        if min(a + b, c + d, a + c, b + d) == 0:
            continue
        informative += 1
        n = a + b + c + d
        chosen, other = Fraction(a * d, n), Fraction(b * c, n)
        p, q = Fraction(a + d, n), Fraction(b + c, n)
        r, s = r + chosen, s + other
        pr, qs = pr + p * chosen, qs + q * other
        mixed += p * other + q * chosen
    if not informative:
        return float("nan"), float("nan"), 0
    if r == 0 or s == 0:
        r, s = r + Fraction(1, 4), s + Fraction(1, 4)
    variance = pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s)
    return log(r / s), sqrt(variance), informative


@given(tables)
def test_the_same_in_fractions(rows: list[Cells]) -> None:
    theta, se, informative = by_fractions(rows)
    a, b, c, d = np.array(rows, dtype=np.float64).T
    odds = mantel_haenszel(Strata(a, b, c, d))
    assert odds.n == informative
    assert odds.theta == pytest.approx(theta, rel=1e-12, abs=1e-12, nan_ok=True)
    assert odds.se == pytest.approx(se, rel=1e-12, nan_ok=True)
    assert isnan(odds.theta) is (informative == 0)


def test_one_table_is_the_odds_ratio_of_woolf() -> None:
    """For one stratum the estimate is ad/bc, its variance the sum of the inverse cells."""
    theta, se, _ = by_fractions([(12, 5, 3, 9)])
    assert theta == pytest.approx(log(12 * 9 / (5 * 3)))
    assert se == pytest.approx(sqrt(1 / 12 + 1 / 5 + 1 / 3 + 1 / 9))
