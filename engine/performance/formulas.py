"""Figures of one or many paths of returns (..., D) at once; (...) each."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np

from engine.arrays import Floats

TAIL = 0.05  # share of days that value at risk and its conditional look at
_ROUNDING = 1e-12


def daily_rate(annual: float, days_per_year: float) -> float:
    """The part of an annual rate that falls on a day, in proportion: the one conversion there is.

    In proportion because it is taken off arithmetic means, as in empyrical and skfolio.
    """
    return annual / days_per_year


def compound(returns: Floats) -> Floats:
    """(..., D) worth at the end of each day of 1 before the first."""
    return np.asarray(np.cumprod(1.0 + returns, axis=-1))


def fall_below_peak(worth: Floats) -> Floats:
    """(..., D) share lost since the highest worth before, the 1 at the start included."""
    peaks = np.maximum(np.maximum.accumulate(worth, axis=-1), 1.0)
    below: Floats = 1.0 - worth / peaks
    return below


def annual_growth(final: Floats, days: int, days_per_year: float) -> Floats:
    """Compounded, of what 1 became after ``days``; what is below 0 counts as 0."""
    growth: Floats = np.maximum(final, 0.0) ** (days_per_year / days) - 1.0
    return growth


def annual_deviation(returns: Floats, days_per_year: float) -> Floats:
    """Standard deviation (n - 1) a year."""
    deviation: Floats = returns.std(axis=-1, ddof=1) * sqrt(days_per_year)
    return deviation


def tail_loss(returns: Floats) -> Floats:
    """Mean loss of the worst 5 % of days: Rockafellar and Uryasev 2000, equation 4. The day at the
    edge counts in part."""
    count = TAIL * returns.shape[-1]
    whole = int(count + _ROUNDING)
    lowest = np.partition(returns, whole, axis=-1)
    total = lowest[..., :whole].sum(axis=-1) + (count - whole) * lowest[..., whole]
    return np.asarray(-total / count)


def edge_loss(returns: Floats) -> Floats:
    """The largest loss that at least 5 % of days reached: an order statistic, not interpolated."""
    rank = edge_rank(returns.shape[-1])
    return np.asarray(-np.partition(returns, rank, axis=-1)[..., rank])


def edge_rank(days: int) -> int:
    """Of the day at the value at risk among ``days`` from the worst on, counted from 0."""
    return ceil(TAIL * days - _ROUNDING) - 1
