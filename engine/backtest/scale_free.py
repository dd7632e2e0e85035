"""Portfolios whose course does not depend on their size, all rebalancings at once.

With proportional costs and the same weights after every rebalancing, the drift until the next one
and the part of the value that the next one costs are the same for one unit and for a million, and
do not depend on what came before: they are found for all segments together, and the value is their
running product.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats, Ints
from engine.backtest.booking import Booked, interest_index
from engine.backtest.panel import Panel

_STEPS = 60  # Newton's steps; two or three are enough
_LAST_BIT = 1e-16


def suits(panel: Panel) -> bool:
    """Whether every asset can be traded at every close, from the first, and pays no dividends."""
    if max(panel.last, default=-1) >= 0 or not bool(panel.tradable.all()):
        return False
    return not (bool(np.isnan(panel.close).any()) or bool(panel.dividends.any()))


def left_of(weights: Floats, drifted: Floats, rate: float) -> Floats:
    """(S,) the part of the value that is left after trading ``drifted`` (N, S) to ``weights``,
    (N, 1) or (N, S), at ``rate`` of the money traded: ``left + rate * sum|w left - d| = 1``.

    The left side is convex and piecewise linear in ``left``: Newton's method from 1 ends on the
    root itself.
    """
    left = np.ones(drifted.shape[1])
    if rate == 0.0:
        return left
    weighed = rate * weights
    for _ in range(_STEPS):
        moved = weights * left
        moved -= drifted
        over = left + rate * np.abs(moved).sum(axis=0) - 1.0
        np.sign(moved, out=moved)
        moved *= weighed
        lower: Floats = np.minimum(left, left - over / (1.0 + moved.sum(axis=0)))
        done = bool((left - lower <= _LAST_BIT).all())
        left = lower
        if done:
            break
    return left


def book(panel: Panel, weights: Floats, rows: Ints, rate: float, capital: float) -> Booked:
    """``capital`` brought to ``weights`` (N,) on each of ``rows`` (S,), increasing.

    What happened before the first of them is one event of its own, on row 0: the capital arrives.
    """
    mark = np.ascontiguousarray(panel.mark[rows])
    index = interest_index(panel)[rows]
    spare = max(1.0 - float(weights.sum()), 0.0)
    grown = (mark[1:] / mark[:-1]) * weights  # (S - 1, N)
    kept = spare * (index[1:] / index[:-1])
    whole = grown.sum(axis=1) + kept
    first = np.zeros((1, len(weights)))
    drifted = np.vstack((first, grown / whole[:, None])).T
    left = left_of(weights[:, None], np.ascontiguousarray(drifted), rate)
    start = capital * index[0]  # cash may have earned before the first purchase
    after = start * np.cumprod(left * np.concatenate(([1.0], whole)))
    shares = (weights * after[:, None]) / mark
    before = np.vstack((first, shares[:-1] * mark[1:]))
    traded = shares * mark - before
    booked = Booked(
        rows=rows,
        shares=shares,
        cash=spare * after,
        traded=traded,
        dividends=np.zeros(traded.shape),
        costs=rate * np.abs(traded).sum(axis=1),
        flows=np.where(rows == 0, capital, 0.0),
    )
    return booked if rows[0] == 0 else _after_waiting(booked, capital)


def _after_waiting(booked: Booked, capital: float) -> Booked:
    """The same with the capital as cash on row 0."""
    none = np.zeros((1, booked.shares.shape[1]))
    return Booked(
        rows=np.concatenate(([0], booked.rows)),
        shares=np.vstack((none, booked.shares)),
        cash=np.concatenate(([capital], booked.cash)),
        traded=np.vstack((none, booked.traded)),
        dividends=np.vstack((none, booked.dividends)),
        costs=np.concatenate(([0.0], booked.costs)),
        flows=np.concatenate(([capital], booked.flows)),
    )
