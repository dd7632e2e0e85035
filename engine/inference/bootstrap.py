"""Moving blocks of days (Künsch 1989): how much a sum over days could have been otherwise."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats, Ints

REPLICATIONS = 999
BLOCK = 21  # trading days


def resample_days(
    day: Ints,
    values: Floats,
    length: int,
    rng: np.random.Generator,
    replications: int = REPLICATIONS,
) -> Floats:
    """Sums of ``values`` (E, K) over resampled days: (replications, K).

    ``day``: (E,) trading days 0 … length - 1 on which the values fall. Blocks of 21 days are drawn
    with replacement, wrapping round the end, until they cover ``length`` days.
    """
    length = max(length, 1)
    block = min(BLOCK, length)
    drawn = -(-length // block)
    starts = rng.integers(0, length, size=(replications, drawn))
    sums = np.empty((replications, values.shape[1]))
    for k in range(values.shape[1]):
        daily = np.bincount(day, weights=values[:, k], minlength=length)
        # Added up rather than differenced from a running sum: what is 0 must stay exactly 0.
        blocks = np.zeros(length)
        for shift in range(block):
            blocks += np.roll(daily, -shift)
        sums[:, k] = blocks[starts].sum(axis=1)
    sums *= length / (drawn * block)
    return sums
