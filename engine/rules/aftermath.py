"""What came of the money of a decision, and what would have come of it otherwise.

Money that is not in the share is in the market, on both sides of every comparison: a rule is judged
by its choice and its timing, and not by how much of the time one is invested.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.record.record import Record
from engine.rules.rule import HORIZON


def sales(record: Record) -> Ints:
    """Discretionary sales of what was held, as decisions of the history."""
    made = record.history.decisions
    return np.flatnonzero((made.side < 0) & (made.held > 0) & record.discretionary)


def winning(record: Record, decision: Ints) -> Flags:
    """Whether each was made above the cost of what was held, by more than the dead band."""
    made = record.history.decisions
    above: Flags = made.price[decision] / made.cost[decision] - 1.0 > record.convention.dead_band
    return above


def in_share(record: Record, decision: Ints, first: int, last: int) -> Floats:
    """What one unit of money in the share of each decision became from the close of ``first`` rows
    after it to that of ``last`` rows after it; NaN where not known."""
    made = record.history.decisions
    row = record.row_of(made.day[decision])
    start = np.where(row >= 0, row + first, -1)
    return 1.0 + record.market.forward(start, made.symbol[decision], last - first)


def in_market(record: Record, decision: Ints, first: int, last: int) -> Floats:
    """The same for the benchmark; NaN where it would be the share itself."""
    alone = len(record.market.prices.symbols) < 2
    if alone and record.context.benchmark is None:
        return np.full(len(decision), np.nan)
    row = record.row_of(record.history.decisions.day[decision])
    start = np.where(row >= 0, row + first, -1)
    return 1.0 + record.benchmark(start, last - first)


def sold_later(record: Record, decision: Ints, delay: int) -> Floats:
    """Gain per unit of money when it stays in the share for ``delay`` rows more."""
    kept = in_share(record, decision, 0, delay) * in_market(record, decision, delay, HORIZON)
    return kept - in_market(record, decision, 0, HORIZON)


def bought_later(record: Record, decision: Ints, delay: Ints) -> Floats:
    """Gain per unit of money when it waits in the market for ``delay`` rows (M,) first."""
    gain = np.full(len(decision), np.nan)
    for rows in np.unique(delay).tolist():
        of = np.flatnonzero(delay == rows)
        one = decision[of]
        waited = in_market(record, one, 0, rows) * in_share(record, one, rows, HORIZON)
        gain[of] = waited - in_share(record, one, 0, HORIZON)
    return gain


def not_bought(record: Record, decision: Ints) -> Floats:
    """Gain per unit of money when it goes into the market for good."""
    return in_market(record, decision, 0, HORIZON) - in_share(record, decision, 0, HORIZON)
