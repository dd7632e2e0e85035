"""Days of stress: the portfolio or the market has fallen hard within a month (biases.md 1.9)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from engine.arrays import Flags, Floats
from engine.record.daily import Daily, benchmark_returns
from engine.record.record import Record

MONTH = 21  # rows
LOSS = -0.10
_TAIL = -1.645
_YEARS = 756  # rows over which the spread of the market's returns is measured
_LEAST = 252  # of them, without which that spread is not known


@dataclass(frozen=True, slots=True)
class Stress:
    """Of the D days of ``Daily`` and the day after them: (D + 1,) arrays.

    Every entry is what was known at the close before its day; the first day knows of no holdings.
    """

    stressed: Flags
    market: Floats  # return of the benchmark over the last 21 rows; NaN where not known


def find_stress(record: Record, daily: Daily) -> Stress:
    """A day is one of stress after 21 rows in which the portfolio lost 10 % or more, or the
    benchmark fell by 1.645 standard deviations or more; or while the benchmark is 10 % or more
    below its high and has fallen over 21 rows.

    The standard deviation is that of the trailing 756 daily returns, as long as 252 are known,
    times √21.
    """
    if not len(daily.value):
        return Stress(np.zeros(1, dtype=np.bool_), np.full(1, np.nan))
    earned = benchmark_returns(record)
    month, tail, below = _market_month(earned)
    # A benchmark that never moves has a spread of 0 and does not fall.
    falling = (month < 0.0) & ((month <= tail) | (below <= LOSS))
    worth = np.cumprod(1.0 + np.nan_to_num(daily.returns))
    before = np.ones(len(worth))
    before[MONTH:] = worth[:-MONTH]
    first = daily.first
    known = falling[first:] | (worth / before - 1.0 <= LOSS)
    eve_falling = first > 0 and bool(falling[first - 1])
    eve_month = month[first - 1] if first > 0 else np.nan
    return Stress(
        np.concatenate([[eve_falling], known]), np.concatenate([[eve_month], month[first:]])
    )


def _market_month(earned: Floats) -> tuple[Floats, Floats, Floats]:
    """At each close: the return over 21 rows, the return that counts as a crash, the drawdown."""
    filled = np.nan_to_num(earned)
    level = np.cumprod(1.0 + filled)
    month = np.full(len(level), np.nan)
    month[MONTH:] = level[MONTH:] / level[:-MONTH] - 1.0
    known = ~np.isnan(earned)
    count = _trailing(known.astype(np.float64))
    mean = _trailing(filled) / np.maximum(count, 1.0)
    square = _trailing(np.square(filled)) / np.maximum(count, 1.0)
    spread = np.sqrt(np.maximum(square - np.square(mean), 0.0))
    tail = np.where(count >= _LEAST, _TAIL * spread * sqrt(MONTH), np.nan)
    below: Floats = level / np.maximum.accumulate(level) - 1.0
    return month, tail, below


def _trailing(values: Floats) -> Floats:
    """Sums over the last 756 rows, up to and including each."""
    running = np.cumsum(values)
    found = running.copy()
    found[_YEARS:] -= running[:-_YEARS]
    return found
