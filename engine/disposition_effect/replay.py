"""Positions before and after each transaction, at average cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats, Ints
from engine.disposition_effect.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Holding:
    """Positions, one in each row (n,): shares, average cost, and the transaction that opened it."""

    quantity: Floats  # negative when short
    reference: Floats  # 0 after a complete sale
    opened: Ints

    def take(self, rows: Ints) -> Holding:
        return Holding(self.quantity[rows], self.reference[rows], self.opened[rows])


@dataclass(frozen=True, slots=True)
class Replay:
    """Of the asset of each transaction (n,): what was held before it and after it."""

    before: Holding
    after: Holding
    change: Floats  # shares, negative for sales
    following: Ints  # the next transaction of the same asset; n where there is none
    last: Ints  # (A,) the last transaction of each asset


def replay(transactions: Transactions) -> Replay:
    """Book all transactions in the order given; shorts are booked like longs.

    Adding averages the cost, reducing keeps it, crossing zero takes the price of the trade, and a
    complete sale leaves 0 (``update_portfolio``). No commissions, dividends or splits.
    """
    count, size = len(transactions), len(transactions.assets)
    change = np.where(transactions.bought, 1.0, -1.0) * transactions.quantity
    held = [(0.0, 0.0, 0)] * size
    last = [-1] * size
    before, after, following = [], [], [count] * count
    columns = (transactions.asset, transactions.bought, change, transactions.price)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for row, (asset, bought, shares, price) in enumerate(rows):
        position = held[asset]
        before.append(position)
        if last[asset] < 0:
            position = (shares, price, row)
        else:
            following[last[asset]] = row
            position = _book(position, bought, shares, price, row)
        after.append(position)
        held[asset], last[asset] = position, row
    return Replay(
        _holding(before),
        _holding(after),
        change,
        np.array(following, dtype=np.int64),
        np.array(last, dtype=np.int64),
    )


def _book(
    position: tuple[float, float, int], bought: bool, change: float, price: float, row: int
) -> tuple[float, float, int]:
    quantity, reference, opened = position
    total = quantity + change
    if total == 0:
        return total, 0.0, row
    if quantity == 0:
        return total, price, row
    held, moved = abs(quantity), abs(change)
    if bought == (quantity > 0):
        return total, (reference * held + price * moved) / (held + moved), opened
    if held > moved:
        return total, reference, opened
    return total, price, row


def _holding(rows: list[tuple[float, float, int]]) -> Holding:
    quantity, reference, opened = zip(*rows, strict=True) if rows else ((), (), ())
    return Holding(
        np.array(quantity, dtype=np.float64),
        np.array(reference, dtype=np.float64),
        np.array(opened, dtype=np.int64),
    )
