"""Figures that several reasons to speak rest on, each with what it was counted on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
from scipy.special import stdtrit

from engine.arrays import Floats
from engine.record.daily import value_days
from engine.record.likeness import wilson
from engine.record.record import Record

QUARTER, YEAR = 63, 252  # trading days
STALE = timedelta(days=4)  # prices older than a long weekend are no news


def mean_of(values: Floats) -> tuple[float, float, float]:
    """The mean of at least two values and its 90 % interval by Student's t.

    Raises ValueError for fewer, or where one is not known.
    """
    if len(values) < 2 or np.isnan(values).any():
        raise ValueError(f"no interval of {values!r}")
    mean = float(values.mean())
    half = float(stdtrit(len(values) - 1, 0.95)) * float(values.std(ddof=1)) / len(values) ** 0.5
    return mean, mean - half, mean + half


def share_of(count: int, n: int) -> dict[str, float]:
    """A share with its 90 % interval (Wilson 1927), as the facts of a sentence keep it."""
    low, high = wilson(count, n)
    return {"count": float(count), "n": float(n), "low": low, "high": high}


def week_of(moment: date) -> str:
    """``2026-W47``."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


def month_of(moment: date | datetime) -> str:
    return f"{moment:%Y-%m}"


def is_fresh(record: Record) -> bool:
    """Whether the newest prices are of these days: of a market that stands still there is no
    news."""
    last = record.market.prices.last_day
    return last is not None and record.until - last <= STALE


def worth_by_day(record: Record) -> tuple[int, Floats]:
    """The market row of the first day, and what was held at the close of it and each later one."""
    daily = value_days(record)
    return daily.first, daily.value


def weights_now(record: Record) -> dict[str, float]:
    """The share of each long position with a price in the worth of all, by symbol."""
    if not record.market.length:
        return {}
    close = record.market.close[-1]
    worth = {
        record.history.symbols[symbol]: quantity * float(close[symbol])
        for symbol, quantity, _, _ in record.history.final
        if quantity > 0 and close[symbol] == close[symbol]
    }
    total = sum(worth.values())
    return {symbol: value / total for symbol, value in worth.items()} if total > 0 else {}
