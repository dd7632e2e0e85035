"""A portfolio day by day: what it was worth, what it earned, what was bought and sold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats
from engine.record.record import Record


@dataclass(frozen=True, slots=True)
class Daily:
    """D rows of the market from the day of the first decision, or ``Record.since``, to the end:
    (D,) arrays.

    Long positions only; a position without a price on a day is worth nothing on it.
    """

    first: int  # row of the market that is row 0 here
    value: Floats  # of the holdings at the close
    returns: Floats  # of what was held at the close before; NaN where nothing was held
    bought: Floats  # money, all buys
    sold: Floats  # money, all sales
    benchmark: Floats  # return of the benchmark on that day; NaN on the first


def value_days(record: Record) -> Daily:
    """Every trading day since the first trade."""
    market, history = record.market, record.history
    if not len(history.days) or not market.length:
        nothing = np.zeros(0)
        return Daily(0, nothing, nothing, nothing, nothing, nothing)
    first = max(int(market.rows(history.days[:1])[0]), 0)
    if record.since is not None:
        since = np.searchsorted(market.prices.days, np.datetime64(record.since, "D"))
        first = min(max(first, int(since)), market.length - 1)
    days = market.prices.days[first:]
    close = market.close[first:]
    held = np.maximum(record.quantities(days.astype(np.int64)), 0.0)
    value = np.where(np.isnan(close), 0.0, held * close).sum(axis=1)
    returns = np.full(len(days), np.nan)
    if len(days) > 1:
        change = close[1:] / close[:-1] - 1.0
        same = market.breaks[first + 1 :] == market.breaks[first:-1]
        known = ~np.isnan(change) & same
        worth = np.where(known, held[:-1] * close[:-1], 0.0)
        total = worth.sum(axis=1)
        earned = np.where(known, worth * np.nan_to_num(change), 0.0).sum(axis=1)
        returns[1:] = np.where(total > 0, earned / np.where(total > 0, total, 1.0), np.nan)
    made = history.decisions
    place = np.maximum(record.row_of(made.day), 0) - first
    long = np.where(made.side > 0, made.held >= 0, made.held > 0) & (place >= 0)
    place = np.maximum(place, 0)
    return Daily(
        first,
        value,
        returns,
        np.bincount(place, np.where(long & (made.side > 0), made.value, 0.0), len(days)).astype(
            np.float64
        ),
        np.bincount(place, np.where(long & (made.side < 0), made.value, 0.0), len(days)).astype(
            np.float64
        ),
        benchmark_returns(record)[first:],
    )


def benchmark_returns(record: Record) -> Floats:
    """Daily return of the benchmark: (T,), NaN on the first row.

    The symbol of the context where it has prices, else the mean of all symbols with prices.
    """
    prices = record.market.prices
    close = prices.close
    named = record.context.benchmark
    if named is not None and named in prices:
        close = close[:, [prices.column(named)]]
    found = np.full(len(close), np.nan)
    if len(close) < 2:
        return found
    change = close[1:] / close[:-1] - 1.0
    usable = ~np.isnan(change) & (np.abs(change) < _JUMP)
    count = usable.sum(axis=1)
    total = np.where(usable, change, 0.0).sum(axis=1)
    found[1:] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return found


_JUMP = 0.9  # a daily move beyond it is a split left out or another unit, not a return
