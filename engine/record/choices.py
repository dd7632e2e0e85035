"""Whom a decision chose among everything held that day: the rows of the strata."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.inference.strata import Strata, tabulate
from engine.record.record import Record


@dataclass(frozen=True, slots=True)
class Choices:
    """C positions held at the open of days with a decision; each day is a stratum. (C,) arrays."""

    day: Ints  # index into History.days
    symbol: Ints
    result: Floats  # return since purchase; NaN where no price is known
    gain: Flags
    usable: Flags  # neither too close to the cost, nor unpriced, nor changed without a decision
    chosen: Flags
    decision: Ints  # index into History.decisions; -1 where not chosen
    value: Floats  # of the whole position, at the price of the result
    held_days: Floats  # calendar days since it was opened
    alone: int  # decision days with fewer than two positions at the open

    @property
    def loss(self) -> Flags:
        return ~self.gain

    def strata(self, exposed: Flags, count: int, only: Flags | None = None) -> Strata:
        """Tables of ``count`` days; ``only`` narrows the rows that are used."""
        rows = self.usable if only is None else self.usable & only
        return tabulate(self.day[rows], exposed[rows], self.chosen[rows], count)


def choose(record: Record, *, closing: bool, direction: int = 1) -> Choices:
    """Sales (``closing``) or additions among the long (``direction`` 1) or short (-1) positions.

    A stratum needs two positions at the open. Positions that were changed without discretion that
    day are in no stratum.
    """
    made, held, count = record.history.decisions, record.history.holdings, len(record.history.days)
    kind = (made.side == (-direction if closing else direction)) & (made.held * direction > 0)
    counted = np.flatnonzero(kind & record.discretionary)
    other = np.flatnonzero(kind & ~record.discretionary)
    decided = np.bincount(made.day[counted], minlength=count) > 0
    rows = np.flatnonzero((held.quantity * direction > 0) & decided[held.day])
    positions = np.bincount(held.day[rows], minlength=count)
    rows = rows[positions[held.day[rows]] >= 2]
    day, symbol = held.day[rows], held.symbol[rows]

    decision = _match(made.day, made.symbol, counted, day, symbol)
    chosen = decision >= 0
    changed = ~chosen & (_match(made.day, made.symbol, other, day, symbol) >= 0)
    first = np.full(count, np.inf)
    np.minimum.at(first, made.day[counted], made.moment[counted])
    price = record.market.marks(record.history.days[day], symbol, first[day])
    cost = held.cost[rows]
    if len(counted):
        price = np.where(chosen, made.price[decision], price)
        cost = np.where(chosen, made.cost[decision], cost)
    result = price / cost - 1.0
    neither = (np.abs(result) < record.convention.dead_band) | (price == cost) | np.isnan(price)
    opened = record.history.days[held.opened[rows]]
    return Choices(
        day=day,
        symbol=symbol,
        result=direction * result,
        gain=(price > cost) if direction > 0 else (price < cost),
        usable=~neither & ~changed,
        chosen=chosen,
        decision=decision,
        value=np.abs(held.quantity[rows]) * price,
        held_days=(record.history.days[day] - opened).astype(np.float64),
        alone=int((decided & (positions < 2)).sum()),
    )


def _match(made_day: Ints, made_symbol: Ints, candidates: Ints, day: Ints, symbol: Ints) -> Ints:
    """The candidate decision about each (day, symbol); -1 where there is none."""
    found = np.full(len(day), -1, dtype=np.int64)
    if not len(candidates):
        return found
    width = int(max(made_symbol.max(), symbol.max() if len(symbol) else 0)) + 1
    keys = made_day[candidates] * width + made_symbol[candidates]
    order = np.argsort(keys, kind="stable")
    keys, candidates = keys[order], candidates[order]
    wanted = day * width + symbol
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, candidates[place], found)
