"""Counts of rare things, exactly: the Poisson-binomial distribution."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats


def at_least(count: int, chances: Floats) -> float:
    """P(that many or more of independent events happen), with ``chances`` (E,) of each."""
    if count <= 0:
        return 1.0
    return max(1.0 - float(_distribution(count - 1, chances).sum()), 0.0)


def middle_p(count: int, chances: Floats) -> float:
    """The same, with half of the chance of exactly that many (Lancaster's mid-p).

    The full tail of a count of rare things rejects too seldom: 0.7 % where it says 5 %, at 20
    purchases of which one is expected to be hot; this one 2 to 5 %.
    """
    below = _distribution(count, chances)
    return max(1.0 - float(below.sum()) + float(below[-1]) / 2, 0.0)


def _distribution(most: int, chances: Floats) -> Floats:
    """P(exactly n happen) for n = 0 … ``most``."""
    found = np.zeros(most + 1)
    found[0] = 1.0
    for chance in chances.tolist():
        happened = found[:-1] * chance
        found *= 1.0 - chance
        found[1:] += happened
    return found
