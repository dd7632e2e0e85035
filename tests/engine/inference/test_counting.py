"""The exact tail of rare counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from engine.inference.counting import at_least, middle_p


def test_the_vector_of_the_definition() -> None:
    assert at_least(9, np.full(40, 0.05)) == pytest.approx(1.3e-4, rel=0.01)


@pytest.mark.parametrize("count", [0, 1, 3, 12, 13])
def test_equal_chances_are_binomial(count: int) -> None:
    chances = np.full(12, 0.3)
    assert at_least(count, chances) == pytest.approx(binom.sf(count - 1, 12, 0.3), abs=1e-12)
    middle = binom.sf(count, 12, 0.3) + binom.pmf(count, 12, 0.3) / 2
    assert middle_p(count, chances) == pytest.approx(middle, abs=1e-12)


def test_different_chances_against_all_outcomes() -> None:
    chances = np.array([0.1, 0.5, 0.9, 0.2])
    total = 0.0
    for outcome in range(16):
        happened = np.array([outcome >> n & 1 for n in range(4)], dtype=bool)
        if happened.sum() >= 3:
            total += float(np.where(happened, chances, 1 - chances).prod())
    assert at_least(3, chances) == pytest.approx(total)
    assert at_least(5, chances) == pytest.approx(0.0, abs=1e-12)
    assert at_least(1, np.zeros(0)) == pytest.approx(0.0)
