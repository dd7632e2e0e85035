"""Outcomes by reason: the median of each with its interval, and the difference of two."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from engine.arrays import Floats, Ints

LEAST = 5  # outcomes: with fewer, not even the extremes enclose the median in 90 of 100 samples
FEW = 30  # below it a sample is called small
LEAST_BLOCKS = 4  # stretches of time with trades of either reason
REPLICATIONS = 999
_BLOCK = 30  # days: outcomes of one stretch share the market, and often the share
_MISS = 0.05  # on either side


@dataclass(frozen=True, slots=True)
class Median:
    """Of n outcomes, with its 90 % interval. Raises nothing; fewer than 5 have no interval."""

    n: int
    value: float
    low: float
    high: float

    @property
    def enough(self) -> bool:
        return self.n >= LEAST


@dataclass(frozen=True, slots=True)
class Difference:
    """The median of one reason less that of another, with its 90 % interval."""

    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0.0 or self.high < 0.0


def median_of(outcomes: Floats) -> Median:
    """The median of the finite ``outcomes`` (B,), its interval from order statistics.

    Exact for independent outcomes of any distribution (Conover 1999, *Practical Nonparametric
    Statistics*, 3.2): from the k-th smallest to the k-th largest, k the greatest with
    P(Binomial(n, ½) < k) ≤ 5 %.
    """
    known = np.sort(outcomes[np.isfinite(outcomes)])
    n = len(known)
    if not n:
        return Median(0, np.nan, np.nan, np.nan)
    middle = float(np.median(known))
    if n < LEAST:
        return Median(n, middle, np.nan, np.nan)
    tail, k = 0, 0
    while (tail + comb(n, k)) / 2**n <= _MISS:
        tail += comb(n, k)
        k += 1
    return Median(n, middle, float(known[k - 1]), float(known[n - k]))


def difference(
    one: Floats, one_day: Ints, other: Floats, other_day: Ints, rng: np.random.Generator
) -> Difference | None:
    """How far the medians of two sets of outcomes lie apart; None with too little to tell.

    ``one_day``, ``other_day``: ordinals of the trades. Stretches of 30 days are drawn with
    replacement and with all that lies in them, because outcomes of one stretch are not independent
    (block bootstrap, Künsch 1989; percentile interval, Efron and Tibshirani 1993, chapter 13).
    """
    keep, keep_other = np.isfinite(one), np.isfinite(other)
    one, one_day, other, other_day = (
        one[keep],
        one_day[keep],
        other[keep_other],
        other_day[keep_other],
    )
    if len(one) < LEAST or len(other) < LEAST:
        return None
    blocks, place = np.unique(np.concatenate([one_day, other_day]) // _BLOCK, return_inverse=True)
    if len(blocks) < LEAST_BLOCKS:
        return None
    mine, theirs = place[: len(one)], place[len(one) :]
    drawn = []
    for _ in range(REPLICATIONS):
        times = np.bincount(rng.integers(0, len(blocks), len(blocks)), minlength=len(blocks))
        a, b = np.repeat(one, times[mine]), np.repeat(other, times[theirs])
        if len(a) and len(b):
            drawn.append(float(np.median(a) - np.median(b)))
    low, high = np.quantile(drawn, [_MISS, 1.0 - _MISS])
    return Difference(float(np.median(one) - np.median(other)), float(low), float(high))
