"""What is held and what has been traded, ready to be said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conversations.actions.trading import value_of
from engine.ledger import Kind, Portfolio, Trade
from engine.prices import Prices


@dataclass(frozen=True, slots=True)
class Holding:
    """One position, valued at the last close that is known, in the currency it is quoted in."""

    symbol: str
    currency: str
    quantity: Decimal
    average_cost: Decimal
    cost: Decimal
    value: float | None  # None: no price, or none since it was last bought
    gain: float | None  # money not yet realised
    weight: float | None  # of what is held in the same currency, where all of it is priced


@dataclass(frozen=True, slots=True)
class Total:
    """All positions of one currency. There are no exchange rates, so currencies never mix."""

    currency: str
    positions: int
    priced: int
    value: float  # of those that have a price
    gain: float  # not yet realised, of the same
    gross_cost: float  # |cost| of the same: what the gain is a share of
    realised: Decimal
    income: Decimal  # dividends
    interest: Decimal = Decimal(0)  # on cash, which is kept in the portfolio's own currency


@dataclass(frozen=True, slots=True)
class Overview:
    """Holdings by currency, largest position first."""

    holdings: tuple[Holding, ...]
    totals: tuple[Total, ...]
    unpriced: tuple[str, ...]
    as_of: date | None  # the oldest last price among the positions


def overview(
    booked: Portfolio, prices: Prices, currency_of: Callable[[str], str], income: dict[str, Decimal]
) -> Overview:
    """Every position of ``booked`` at the last closes in ``prices``; ``income`` by currency."""
    values = {one.symbol: value_of(booked, one, prices) for one in booked.positions()}
    worth: dict[str, list[float | None]] = defaultdict(list)
    for symbol, value in values.items():
        worth[currency_of(symbol)].append(value)
    holdings = []
    for one in booked.positions():
        value, currency = values[one.symbol], currency_of(one.symbol)
        known = [other for other in worth[currency] if other is not None]
        whole = sum(known) if len(known) == len(worth[currency]) else 0.0
        holdings.append(
            Holding(
                symbol=one.symbol,
                currency=currency,
                quantity=one.quantity,
                average_cost=one.average_cost,
                cost=one.cost,
                value=value,
                gain=None if value is None else value - float(one.cost),
                weight=value / whole if value is not None and whole > 0 else None,
            )
        )
    holdings.sort(key=lambda one: (one.currency, -abs(one.value or 0.0)))
    bars = [prices.latest(one.symbol) for one in holdings if one.value is not None]
    days = [bar.day for bar in bars if bar is not None]
    return Overview(
        holdings=tuple(holdings),
        totals=_totals(booked, holdings, currency_of, income),
        unpriced=tuple(one.symbol for one in holdings if one.value is None),
        as_of=min(days) if days else None,
    )


def _totals(
    booked: Portfolio,
    holdings: list[Holding],
    currency_of: Callable[[str], str],
    income: dict[str, Decimal],
) -> tuple[Total, ...]:
    realised: dict[str, Decimal] = defaultdict(Decimal)
    for closure in booked.closures:
        realised[currency_of(closure.symbol)] += closure.gain
    interest = {currency_of(""): booked.interest} if booked.interest else {}
    totals = []
    known = {one.currency for one in holdings} | set(realised) | set(income) | set(interest)
    for currency in sorted(known):
        own = [one for one in holdings if one.currency == currency]
        priced = [one for one in own if one.value is not None]
        totals.append(
            Total(
                currency=currency,
                positions=len(own),
                priced=len(priced),
                value=sum(one.value or 0.0 for one in priced),
                gain=sum(one.gain or 0.0 for one in priced),
                gross_cost=sum(abs(float(one.cost)) for one in priced),
                realised=realised[currency],
                income=income.get(currency, Decimal(0)),
                interest=interest.get(currency, Decimal(0)),
            )
        )
    return tuple(sorted(totals, key=lambda one: -one.positions))


def income(trades: Iterable[Trade], currency_of: Callable[[str], str]) -> dict[str, Decimal]:
    """Dividends by currency."""
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for trade in trades:
        if trade.kind is Kind.DIVIDEND:
            paid[currency_of(trade.symbol)] += trade.quantity * trade.price
    return dict(paid)
