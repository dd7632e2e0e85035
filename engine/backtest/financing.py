"""The money of a changed ledger: the same external flows as the person's own, and what is lacking.

What the two ways of ``Financing`` mean is said in ``engine.backtest.what_if``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.arrays import Days, Floats
from engine.backtest.path import Path
from engine.backtest.replay import Replayed
from engine.returns import daily_returns

_DUST = 1e-9  # of the money in play: rounding, not a shortfall


def on_days(path: Path, days: Days) -> Path:
    """``path`` on ``days`` (T,), which include its own: nothing before it, its end after it."""
    if len(path.days) == len(days):
        return path
    at = np.searchsorted(days, path.days)
    latest = np.bincount(at, np.arange(1, len(at) + 1), len(days)).astype(np.int64)
    rows = np.maximum.accumulate(latest)  # 0: before the first

    def stock(values: Floats) -> Floats:
        held: Floats = np.concatenate((np.zeros((1, *values.shape[1:])), values))[rows]
        return held

    def moved(values: Floats) -> Floats:
        spread = np.zeros((len(days), *values.shape[1:]))
        spread[at] = values
        return spread

    return replace(
        path,
        days=days,
        values=stock(path.values),
        worth=stock(path.worth),
        cash=stock(path.cash),
        flows=moved(path.flows),
        returns=moved(path.returns),
        traded=moved(path.traded),
        dividends=moved(path.dividends),
        interest=moved(path.interest),
        costs=moved(path.costs),
    )


def keep_flows(actual: Replayed, path: Path, rate: float) -> Path:
    """``path`` with the external flows of ``actual``; the difference stays in cash, and what
    cash is more or less than it was bears interest at ``rate`` a year, actual/365."""
    flows = actual.path.flows
    if not (path.flows != flows).any() and not rate:
        return replace(path, flows=flows)
    cash = path.cash + np.cumsum(flows - path.flows)
    interest = np.zeros(len(cash))
    if rate:
        own = cash - actual.path.cash
        days = np.diff(path.days).astype(np.int64)
        grown = 0.0
        for row, growth in enumerate(((1.0 + rate) ** (days / 365.0) - 1.0).tolist(), start=1):
            interest[row] = (own[row - 1] + grown) * growth
            grown += interest[row]
        cash = cash + np.cumsum(interest)
    earned = path.interest + interest
    return _valued(actual, replace(path, flows=flows, cash=cash, interest=earned))


def _valued(actual: Replayed, path: Path) -> Path:
    values = path.worth.sum(axis=1) + path.cash
    inflows, flows = actual.inflows, actual.path.flows
    return replace(path, values=values, returns=daily_returns(values, inflows, inflows - flows))


def fund_by_shares(actual: Replayed, path: Path) -> Path:
    """``path`` with all holdings scaled down at each close at which cash is short."""
    gained, worth = path.gains(), path.worth.sum(axis=1)
    earned = (gained.sum(axis=1) - path.costs).tolist()
    limit = np.minimum(actual.path.cash, 0.0).tolist()
    own = path.flows + path.interest
    dust = _DUST * max(float(np.abs(path.values).max(initial=0.0)), 1.0)
    wealth, factor, factors = 0.0, 1.0, []
    for row, (flow, whole) in enumerate(zip(own.tolist(), worth.tolist(), strict=True)):
        wealth += flow + factor * earned[row]
        short = wealth - whole < limit[row] - dust and whole > 0
        factor = max((wealth - limit[row]) / whole, 0.0) if short else 1.0
        factors.append(factor)
    scale = np.array(factors)
    if (scale == 1.0).all():
        return path
    before = np.concatenate(([1.0], scale[:-1]))[:, None]
    held = path.worth * scale[:, None]
    start = np.vstack((np.zeros((1, held.shape[1])), held[:-1]))
    costs, dividends = path.costs * before[:, 0], path.dividends * before
    traded = held - start - gained * before + dividends
    kept = path.flows + path.interest - costs + (dividends - traded).sum(axis=1)
    return _valued(
        actual,
        replace(
            path,
            worth=held,
            traded=traded,
            dividends=dividends,
            costs=costs,
            cash=np.cumsum(kept),
        ),
    )
