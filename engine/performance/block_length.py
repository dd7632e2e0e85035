"""How long blocks of days must be for figures of risk: as long as calm and storm last."""

from __future__ import annotations

from math import ceil, log10, sqrt

import numpy as np

from engine.arrays import Floats
from engine.inference.bootstrap import BLOCK

_LEAST_BLOCKS = 10
_SIGNIFICANT = 2.0  # times √(log10 n / n), Politis and White's c
_LEAST_IN_A_ROW = 5  # Politis and White's K_n


def choose_block(*courses: Floats) -> int:
    """Days in a block for paths (D,) drawn together: the longest that the squares of any of them
    ask for, at least the 21 days of all other intervals, at most a tenth of the days.

    Squares, because returns themselves hardly depend on those before (they would ask for 1 to 20
    days), while volatility stays for months, and with blocks that cut it up, intervals of all
    figures of risk are too narrow.
    """
    days = len(courses[0])
    asked = max(_optimal((one - one.mean()) ** 2) for one in courses)
    return max(1, min(max(BLOCK, round(asked)), days // _LEAST_BLOCKS))


def _optimal(values: Floats) -> float:
    """Politis and White 2004 for circular blocks, corrected by Patton, Politis and White 2009."""
    n = len(values)
    last = min(ceil(sqrt(n)) + _LEAST_IN_A_ROW, n - 1)
    centred = values - values.mean()
    covariances = np.array([centred[k:] @ centred[: n - k] for k in range(last + 1)]) / n
    if covariances[0] <= 0.0:
        return 1.0
    reach = min(2 * _significant_lags(covariances / covariances[0], n), last)
    lags = np.arange(1, reach + 1)
    weighted = np.minimum(1.0, 2.0 * (1.0 - lags / reach)) * covariances[1 : reach + 1]
    slope = 2.0 * float(lags @ weighted)
    spread = 4.0 / 3.0 * (float(covariances[0]) + 2.0 * float(weighted.sum())) ** 2
    return float((2.0 * slope**2 / spread) ** (1.0 / 3.0) * n ** (1.0 / 3.0)) if spread else 1.0


def _significant_lags(correlations: Floats, n: int) -> int:
    """The lag after which ``K_n`` in a row are none to speak of; else the last that is some."""
    some = np.abs(correlations[1:]) >= _SIGNIFICANT * sqrt(log10(n) / n)
    row = max(_LEAST_IN_A_ROW, ceil(sqrt(log10(n))))
    for lag in range(len(some) - row + 1):
        if not some[lag : lag + row].any():
            return max(lag, 1)
    found = np.flatnonzero(some)
    return int(found[-1]) + 1 if len(found) else 1
