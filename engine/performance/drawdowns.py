"""Falls below an earlier peak: how deep, how long, and when made up for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.arrays import Days, Floats
from engine.performance.formulas import compound, fall_below_peak


@dataclass(frozen=True, slots=True)
class Fall:
    """Rows are those of the returns; ``start`` is the row of the peak, -1: the worth of 1 before
    the first day, whose date is then unknown (None). ``recovery``: the first day at the peak or
    above it again; None: not yet.
    """

    depth: float  # share of the peak, over 0 to below 1
    start: int
    trough: int
    recovery: int | None
    last: int  # row until which it lasted or has lasted so far
    start_day: date | None
    trough_day: date | None
    recovery_day: date | None

    @property
    def days_down(self) -> int:
        """Trading days from peak to trough."""
        return self.trough - self.start

    @property
    def days_back(self) -> int | None:
        """Trading days from trough to recovery."""
        return None if self.recovery is None else self.recovery - self.trough

    @property
    def length(self) -> int:
        """Trading days from peak to recovery, or until the last day known."""
        return self.last - self.start


def find_falls(returns: Floats, days: Days | None = None, most: int = 5) -> tuple[Fall, ...]:
    """The deepest falls of compounded returns (D,), deepest first, ``most`` of them.

    Falls do not overlap: each lasts from a peak to the first day back at it. Raises ValueError for
    a day that lost everything.
    """
    if (returns <= -1.0).any():
        raise ValueError("a day lost everything: nothing is left to compound")
    below = fall_below_peak(compound(returns))
    first, end = _stretches(below)
    if not len(first):
        return ()
    depths = np.maximum.reduceat(below, first)
    order = np.argsort(-depths, kind="stable")[:most]
    falls = []
    for k in order.tolist():
        trough = int(first[k] + np.argmax(below[first[k] : end[k]]))
        recovered = int(end[k]) < len(below)
        start = int(first[k]) - 1
        recovery = int(end[k]) if recovered else None
        last = int(end[k]) if recovered else len(below) - 1
        told = [_day(days, row) for row in (start, trough, recovery)]
        falls.append(Fall(float(depths[k]), start, trough, recovery, last, *told))
    return tuple(falls)


def longest_under_water(below: Floats) -> float:
    """Most days in a row on which ``below`` (D,) is over 0."""
    first, end = _stretches(below)
    return float((end - first).max(initial=0))


def _stretches(below: Floats) -> tuple[np.typing.NDArray[np.intp], np.typing.NDArray[np.intp]]:
    """First rows of the days in a row under water, and the rows after their last."""
    under = np.concatenate(([False], below > 0.0, [False]))
    edges = np.flatnonzero(under[1:] != under[:-1])
    return edges[0::2], edges[1::2]


def _day(days: Days | None, row: int | None) -> date | None:
    if days is None or row is None or row < 0:
        return None
    found: date = days[row].astype("datetime64[D]").item()
    return found
