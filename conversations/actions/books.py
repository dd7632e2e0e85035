"""What is held and what has been traded, ready to be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.ledger import Portfolio, realised
from engine.prices import Prices


@dataclass(frozen=True, slots=True)
class Holding:
    """One position, valued at the last close that is known."""

    symbol: str
    quantity: Decimal
    average_cost: Decimal
    cost: Decimal
    close: float | None  # None: no price is known
    as_of: date | None
    value: float | None
    gain: float | None  # fraction of the cost
    weight: float | None  # of the value of all positions


@dataclass(frozen=True, slots=True)
class Overview:
    """All positions, largest first. ``value`` leaves out what has no price."""

    holdings: tuple[Holding, ...]
    value: float
    cost: Decimal  # of the positions that have a price
    realised: Decimal
    unpriced: tuple[str, ...]
    as_of: date | None  # the oldest last price among the positions


def overview(booked: Portfolio, prices: Prices) -> Overview:
    """Every position of ``booked`` at the last closes in ``prices``."""
    bars = {one.symbol: prices.latest(one.symbol) for one in booked.positions()}
    values = {s: float(booked.held(s)) * bar.close for s, bar in bars.items() if bar is not None}
    total = sum(values.values())
    holdings = []
    for one in booked.positions():
        bar, value = bars[one.symbol], values.get(one.symbol)
        holdings.append(
            Holding(
                symbol=one.symbol,
                quantity=one.quantity,
                average_cost=one.average_cost,
                cost=one.cost,
                close=bar.close if bar else None,
                as_of=bar.day if bar else None,
                value=value,
                gain=(value - float(one.cost)) / abs(float(one.cost))
                if value is not None and one.cost
                else None,
                weight=value / total if value is not None and total > 0 else None,
            )
        )
    holdings.sort(key=lambda one: -(one.value or 0.0))
    days = [one.as_of for one in holdings if one.as_of is not None]
    return Overview(
        holdings=tuple(holdings),
        value=total,
        cost=sum((one.cost for one in holdings if one.value is not None), Decimal(0)),
        realised=realised(booked),
        unpriced=tuple(one.symbol for one in holdings if one.close is None),
        as_of=min(days) if days else None,
    )
