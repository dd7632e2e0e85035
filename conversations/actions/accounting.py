"""Single questions to the books: what fees came to, which sale was best, what a share cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from engine.ledger import Kind, Portfolio, Position, Trade
from engine.lots import Closure

ZERO = Decimal(0)
TRADED = frozenset({Kind.BUY, Kind.SELL})


@dataclass(frozen=True, slots=True)
class Fees:
    """Money by currency: there are no exchange rates, so currencies never mix."""

    trades: int  # purchases and sales
    charged: int  # of these, with a fee
    paid: tuple[tuple[str, Decimal, Decimal], ...]  # currency, fees, money traded
    years: tuple[tuple[int, tuple[tuple[str, Decimal], ...], int], ...]  # latest first; n traded


@dataclass(frozen=True, slots=True)
class Closed:
    """What one sale realised."""

    trade: Trade
    gain: Decimal
    share: Decimal  # of what the shares had cost
    days: int  # the longest that any of the shares was held


@dataclass(frozen=True, slots=True)
class Bought:
    """What somebody paid for one share."""

    symbol: str
    purchases: int
    paid: Decimal  # a share, fees included, over all purchases
    held: Position | None


def fees(trades: Sequence[Trade], currency_of: Callable[[str], str]) -> Fees:
    paid: dict[str, Decimal] = defaultdict(Decimal)
    moved: dict[str, Decimal] = defaultdict(Decimal)
    years: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    counted: dict[int, int] = defaultdict(int)
    charged = traded = 0
    for trade in trades:
        currency, year = currency_of(trade.symbol), trade.at.year
        fee = trade.fee + (trade.quantity * trade.price if trade.kind is Kind.FEE else ZERO)
        paid[currency] += fee
        years[year][currency] += fee
        if trade.kind in TRADED:
            traded, charged = traded + 1, charged + bool(trade.fee)
            counted[year] += 1
            moved[currency] += trade.quantity * trade.price
    return Fees(
        traded,
        charged,
        tuple((one, paid[one], moved[one]) for one in sorted(paid) if paid[one]),
        tuple(
            (year, tuple((one, sum_) for one, sum_ in sorted(years[year].items())), counted[year])
            for year in sorted(years, reverse=True)
        ),
    )


def closed(booked: Portfolio, trades: Sequence[Trade], *, worst: bool) -> list[Closed]:
    """All sales (and purchases that closed a short position), the best or the worst first."""
    by_trade = {trade.id: trade for trade in trades}
    parts: dict[UUID, list[Closure]] = defaultdict(list)
    for closure in booked.closures:
        parts[closure.trade_id].append(closure)
    result = []
    for id, closures in parts.items():
        cost = sum((one.cost for one in closures), ZERO)
        gain = sum((one.gain for one in closures), ZERO)
        days = max((one.closed_at - one.opened_at).days for one in closures)
        result.append(Closed(by_trade[id], gain, gain / abs(cost) if cost else ZERO, days))
    return sorted(result, key=lambda one: one.gain, reverse=not worst)


def bought(booked: Portfolio, trades: Sequence[Trade], symbol: str) -> Bought:
    purchases = [one for one in trades if one.kind is Kind.BUY and one.symbol == symbol]
    number = sum((one.quantity for one in purchases), ZERO)
    money = sum((one.quantity * one.price + one.fee for one in purchases), ZERO)
    position = booked.position(symbol)
    held = position if position is not None and position.quantity > 0 else None
    return Bought(symbol, len(purchases), money / number if number else ZERO, held)
