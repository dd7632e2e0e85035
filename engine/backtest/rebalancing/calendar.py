"""On the first or the last trading day of every week, month, quarter or year, or every day."""

from __future__ import annotations

import numpy as np

from engine.arrays import Days, Ints
from engine.backtest.declaration import Rebalancing

NAME = "calendar"
PERIODS = ("daily", "weekly", "monthly", "quarterly", "yearly")


def build(period: str = "monthly", *, at_end: bool = False) -> Rebalancing:
    """The first trading day of each ``period``, or the last with ``at_end``; weeks start on Monday.

    The last day of the data is not taken for the end of its period: nobody knew. The first day of
    the panel always rebalances. Raises ValueError for other periods.
    """
    if period not in PERIODS:
        raise ValueError(f"{period}, not one of {PERIODS}")

    def rows(days: Days) -> Ints:
        number = count_periods(days, period)
        changes = np.flatnonzero(number[1:] != number[:-1]).astype(np.int64)
        return changes if at_end else np.append(0, changes + 1)[: len(days)]

    facts: dict[str, float | str] = {"period": period, "at": "end" if at_end else "start"}
    return Rebalancing(f"{period}{' at the end' if at_end else ''}", rows, facts=facts)


def count_periods(days: Days, period: str) -> Ints:
    """(T,) the number of the period that each of ``days`` (T,) is in."""
    if period == "daily":
        return days.astype("datetime64[D]").astype(np.int64)
    if period == "weekly":
        return (days.astype("datetime64[D]").astype(np.int64) + 3) // 7  # day 0 was a Thursday
    if period == "yearly":
        return days.astype("datetime64[Y]").astype(np.int64)
    months = days.astype("datetime64[M]").astype(np.int64)
    return months if period == "monthly" else months // 3
