"""Which decisions were decisions: plans, fixed-interval buys, trims and total sales are not."""

from __future__ import annotations

import numpy as np

from engine.arrays import Flags, Floats
from engine.record.convention import Convention
from engine.record.reconstruction import History

_RUN = 4  # equal buys at equal intervals that make a savings plan
_SAME_AMOUNT = 0.05
_SHORTEST_INTERVAL = 5  # days; a plan is not a burst of orders
_SLACK = 4  # days that weekends and month lengths move a regular date


def find_discretionary(history: History, convention: Convention) -> Flags:
    """(E,) True for the decisions that the statistics may use (biases.md 0.2)."""
    made = history.decisions
    if not convention.only_discretionary:
        return np.ones(len(made.day), dtype=np.bool_)
    held = np.abs(made.held)
    changes = held > 0.0  # opening a position is never a trim
    trims = changes & (made.quantity < convention.min_fraction * held * (1 - 1e-12))
    return ~(made.planned | trims | _savings_plans(history) | _total_sales(history))


def _savings_plans(history: History) -> Flags:
    """Buys of one symbol, equal in money or shares, at equal intervals, at least four in a row."""
    made = history.decisions
    found = np.zeros(len(made.day), dtype=np.bool_)
    buys = np.flatnonzero(made.side > 0)
    buys = buys[np.lexsort((made.day[buys], made.symbol[buys]))]
    if len(buys) < _RUN:
        return found
    day = history.days.astype(np.int64)[made.day[buys]]
    gap = np.diff(day)
    same = np.diff(made.symbol[buys]) == 0
    alike = _alike(made.value[buys], _SAME_AMOUNT) | _alike(made.quantity[buys], 1e-9)
    kept = made.held[buys[1:]] > 0  # a plan adds up; who sells in between is trading
    link = same & alike & kept & (gap >= _SHORTEST_INTERVAL)
    steady = link[1:] & link[:-1] & (np.abs(np.diff(gap)) <= _SLACK)
    run = 0
    for n in range(len(steady) + 1):
        if n < len(steady) and steady[n]:
            run += 1
            continue
        if run + 2 >= _RUN:
            found[buys[n - run : n + 2]] = True
        run = 0
    return found


def _alike(values: Floats, tolerance: float) -> Flags:
    equal: Flags = np.abs(np.diff(values)) <= tolerance * values[:-1]
    return equal


def _total_sales(history: History) -> Flags:
    """Sales of days on which everything held at the open, two positions or more, was sold."""
    made, held = history.decisions, history.holdings
    count = len(history.days)
    long_at_open = np.bincount(held.day[held.quantity > 0], minlength=count)
    sold_out = (made.side < 0) & made.closes & (made.held > 0) & _held_at_open(history)
    closed = np.bincount(made.day[sold_out], minlength=count)
    everything = (long_at_open >= 2) & (closed >= long_at_open)
    found: Flags = everything[made.day] & (made.side < 0)
    return found


def _held_at_open(history: History) -> Flags:
    made = history.decisions
    before: Flags = (made.opened >= 0) & (made.opened < made.day)
    return before
