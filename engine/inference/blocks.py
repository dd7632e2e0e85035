"""How much a statistic of days in time could have been otherwise, without drawing anything."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from engine.arrays import Floats
from engine.inference.bootstrap import BLOCK


def leave_out_blocks(values: Floats) -> Floats:
    """Sums of ``values`` (L, K) without each block of 21 days in turn, wrapping round: (L, K)."""
    block = min(BLOCK, len(values))
    if not block:
        return np.zeros((0, values.shape[1]))
    running = np.cumsum(np.concatenate([values, values[: block - 1]]), axis=0)
    blocks = running[block - 1 :].copy()
    blocks[1:] -= running[: len(values) - 1]
    rest: Floats = values.sum(axis=0) - blocks
    return rest


def jackknife_error(without: Floats) -> float:
    """Standard error from a statistic computed without each of L blocks: (L,), NaN where it cannot
    be (Künsch 1989, the jackknife of moving blocks). NaN when it was left with one value."""
    known = without[np.isfinite(without)]
    blocks = len(without) / min(BLOCK, len(without)) if len(without) else 0.0
    if len(known) < 2 or blocks <= 1.0:
        return nan
    return sqrt((blocks - 1.0) * float(np.var(known)))
