"""What files do to a true history: typing errors, other clocks, lost trades and beginnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np

from benchmarks.validation.life import Order
from engine.ledger import Kind, Trade
from engine.prices import Prices

CHANCES = {
    "lost trades": 0.2,
    "lost beginning": 0.15,
    "fills": 0.3,
    "other clock": 0.2,
    "empty rows": 0.2,
    "typing errors": 0.2,
}


def write(
    orders: list[Order], prices: Prices, splits: Mapping[int, tuple[int, int]], owner: int
) -> list[Trade]:
    """The orders as a ledger has them, in the middle of the day, before any noise."""
    made = []
    for number, order in enumerate(orders, start=1):
        day = prices.days[order.row].item()
        at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
        at += timedelta(seconds=number % 7200)
        quantity, price = order.quantity, order.price
        if order.name in splits and order.row < splits[order.name][0]:
            quantity, price = quantity / splits[order.name][1], price * splits[order.name][1]
        made.append(
            Trade(
                UUID(int=(owner << 64) + number),
                at,
                Kind.BUY if order.side > 0 else Kind.SELL,
                prices.symbols[order.name],
                _decimal(quantity),
                _decimal(price),
                _decimal(order.fee),
            )
        )
    return made


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")


def muddle(rng: np.random.Generator, trades: list[Trade]) -> tuple[list[Trade], tuple[str, ...]]:
    """Some of the usual flaws, each with its own chance, and which they were."""
    drawn = {flaw: float(rng.random()) for flaw in CHANCES}
    flaws = tuple(flaw for flaw, chance in CHANCES.items() if drawn[flaw] < chance)
    for flaw in flaws:
        trades = _FLAWS[flaw](rng, trades)
    return trades, flaws


def _lose(rng: np.random.Generator, trades: list[Trade]) -> list[Trade]:
    kept = rng.random(len(trades)) >= 0.1
    return [trade for trade, keep in zip(trades, kept, strict=True) if keep]


def _begin_later(rng: np.random.Generator, trades: list[Trade]) -> list[Trade]:
    return trades[int(len(trades) * rng.uniform(0.05, 0.25)) :]


def _fill(rng: np.random.Generator, trades: list[Trade]) -> list[Trade]:
    """Some orders come in two fills of one minute."""
    found = []
    for trade, chance in zip(trades, rng.random(len(trades)), strict=True):
        half = trade.quantity // 2
        if chance > 0.25 or half < 1:
            found.append(trade)
            continue
        rest = trade.quantity - half
        later = UUID(int=trade.id.int + (1 << 32))
        found.append(replace(trade, quantity=half))
        found.append(
            replace(
                trade, id=later, quantity=rest, fee=Decimal(0), at=trade.at + timedelta(seconds=1)
            )
        )
    return found


def _shift(rng: np.random.Generator, trades: list[Trade]) -> list[Trade]:
    """A clock some hours off, at times into another day."""
    hours = int(rng.choice([-8, -5, 2, 6, 10]))
    return [replace(trade, at=trade.at + timedelta(hours=hours)) for trade in trades]


def _empty(rng: np.random.Generator, trades: list[Trade]) -> list[Trade]:
    """Rows of quantity 0, as some brokers write for corrections."""
    found = []
    for trade, chance in zip(trades, rng.random(len(trades)), strict=True):
        found.append(trade)
        if chance < 0.03:
            nothing = UUID(int=trade.id.int + (1 << 33))
            found.append(replace(trade, id=nothing, quantity=Decimal(0), fee=Decimal(0)))
    return found


def _mistype(rng: np.random.Generator, trades: list[Trade]) -> list[Trade]:
    """Two quantities in a hundred with a digit too many."""
    return [
        replace(trade, quantity=trade.quantity * 10) if chance < 0.02 else trade
        for trade, chance in zip(trades, rng.random(len(trades)), strict=True)
    ]


_FLAWS = {
    "lost trades": _lose,
    "lost beginning": _begin_later,
    "fills": _fill,
    "other clock": _shift,
    "empty rows": _empty,
    "typing errors": _mistype,
}
