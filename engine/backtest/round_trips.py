"""From nothing held to nothing held again: what one adventure in a symbol brought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Days, Flags, Floats, Ints
from engine.backtest.journal import Journal
from engine.backtest.lot_matching import Matched


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """K times that a symbol was held or short without a break: (K,) arrays, by symbol and time.

    ``shares``: of today's, ever bought (sold short: negative). ``paid`` and ``received``: money
    after fees, of what is still held ``received`` is what it is worth. Dividends are in no trip.
    """

    symbol: Ints  # columns
    opened: Days
    closed: Days  # the last day, where still held
    over: Flags
    shares: Floats
    paid: Floats
    received: Floats

    @property
    def gain(self) -> Floats:
        gained: Floats = self.received - self.paid
        return gained


def find_round_trips(journal: Journal, matched: Matched, worth: Floats) -> RoundTrips:
    """``worth``: (M,) of the parts, 0 for those that are closed."""
    parts = matched.parts
    trip, count = _trips(journal, matched)
    own = trip[parts.opened_by]
    received = np.where(parts.closed_by < 0, worth, parts.proceeds)
    scale = np.where(parts.closed_by < 0, 1.0, journal.ratio[parts.closed_by])
    symbol = np.zeros(count, np.int64)
    opened = np.full(count, np.datetime64("9999-01-01", "D"))
    closed = np.full(count, np.datetime64("0001-01-01", "D"))
    over = np.ones(count, dtype=np.bool_)
    symbol[own] = parts.symbol
    np.minimum.at(opened, own, parts.opened)
    np.maximum.at(closed, own, parts.closed)
    over[own[parts.closed_by < 0]] = False
    shares, paid, got = (
        np.bincount(own, weights=values, minlength=count).astype(np.float64)
        for values in (parts.quantity * scale, parts.cost, received)
    )
    return RoundTrips(symbol, opened, closed, over, shares, paid, got)


def _trips(journal: Journal, matched: Matched) -> tuple[Ints, int]:
    """(B,) the trip that each purchase or sale opens or adds to, and how many there are."""
    orders = journal.orders()
    order = orders[np.argsort(journal.column[orders], kind="stable")]
    column, after = journal.column[order], matched.after[order]
    before = np.concatenate(([0.0], after[:-1]))
    before[np.diff(column, prepend=-1) != 0] = 0.0
    starts = (after != 0.0) & (np.sign(before) != np.sign(after))
    trip = np.full(len(journal.trades), -1, dtype=np.int64)
    trip[order] = np.cumsum(starts) - 1
    return trip, int(starts.sum())
