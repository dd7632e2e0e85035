"""What came after days like today, and after somebody's purchases: counts with intervals.

Neither is a forecast: they say how often a share stood higher after a while, on days that began
alike, and how that compares with all its days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.arrays import Floats, Ints

BEFORE, AFTER = 5, 21  # trading days: a week before the day, a month after it
BAND = 0.10  # of all days, on either side of today's rank, that count as alike
Z90 = 1.6448536269514722  # the normal quantile of a two-sided 90 % interval


@dataclass(frozen=True, slots=True)
class Rises:
    """How often something stood higher after ``AFTER`` trading days."""

    n: int
    up: int
    low: float  # of the share of rises, 90 % (Wilson)
    high: float
    median: float  # return over those days; NaN where n is 0
    spread: tuple[float, float]  # the middle half of the returns

    @property
    def share(self) -> float:
        return self.up / self.n if self.n else float("nan")


@dataclass(frozen=True, slots=True)
class Likeness:
    """After days whose week before was like the last one: ``alike``, beside ``usual``, all days."""

    move: float  # return of the last ``BEFORE`` trading days
    alike: Rises
    usual: Rises


def wilson(count: int, n: int, z: float = Z90) -> tuple[float, float]:
    """The score interval of a share (Wilson, J. Am. Stat. Assoc. 22, 1927), within [0, 1]."""
    if n == 0:
        return 0.0, 1.0
    share, square = count / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * np.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def rises(returns: Floats) -> Rises:
    """``returns`` (K,) of separate spells, counted."""
    up = int(np.count_nonzero(returns > 0))
    low, high = wilson(up, returns.size)
    if returns.size == 0:
        return Rises(0, 0, low, high, float("nan"), (float("nan"), float("nan")))
    first, middle, third = (float(one) for one in np.quantile(returns, (0.25, 0.5, 0.75)))
    return Rises(int(returns.size), up, low, high, middle, (first, third))


def after_such_days(close: Floats) -> Likeness | None:
    """What followed days like the last of ``close`` (D,), positive, oldest first, no gaps.

    A day is like the last where the return of the ``BEFORE`` days before it ranks within ``BAND``
    of the last one's rank among all days. Spells of ``AFTER`` days are taken from the oldest on
    and do not overlap, so that each counts once. Nothing where there is no full spell.
    """
    if close.size <= BEFORE + AFTER:
        return None
    moves = close[BEFORE:] / close[:-BEFORE] - 1.0  # of the day BEFORE + index
    rank = float(np.mean(moves < moves[-1]))
    band = np.clip((rank - BAND, rank + BAND), 0.0, 1.0)
    low, high = np.quantile(moves, band)
    days = np.arange(BEFORE, close.size - AFTER)
    wanted = days[(moves[: days.size] >= low) & (moves[: days.size] <= high)]
    return Likeness(float(moves[-1]), rises(_later(close, wanted)), rises(_later(close, days)))


def after_purchases(
    bought: Sequence[tuple[str, date]], symbols: Sequence[str], days: np.ndarray, close: Floats
) -> Rises:
    """How shares stood ``AFTER`` trading days after they were bought, each day and share once.

    ``close`` (T, N) of ``symbols`` on ``days`` (T,), ``datetime64[D]``, NaN where unknown; what has
    no price on the day or that long after is left out. ``bought``: symbol and day.
    """
    columns = {symbol: n for n, symbol in enumerate(symbols)}
    found = []
    for symbol, day in sorted(set(bought)):
        row = int(np.searchsorted(days, np.datetime64(day, "D"), side="right")) - 1
        if symbol in columns and row >= 0 and row + AFTER < len(days):
            begin, end = close[row, columns[symbol]], close[row + AFTER, columns[symbol]]
            if np.isfinite(begin) and np.isfinite(end):
                found.append(end / begin - 1.0)
    return rises(np.array(found, dtype=np.float64))


def _later(close: Floats, days: Ints) -> Floats:
    """The returns of spells that begin on ``days`` and do not overlap."""
    chosen, free = [], 0
    for day in days.tolist():
        if day >= free:
            chosen.append(day)
            free = day + AFTER
    at = np.array(chosen, dtype=np.intp)
    later: Floats = close[at + AFTER] / close[at] - 1.0
    return later
