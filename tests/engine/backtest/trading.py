"""Trades of people who were never there: any that fit, and ten thousand over ten years (job B)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
from hypothesis import strategies as st

from engine.ledger import (
    ImpossibleTrade,
    Kind,
    NotEnoughShares,
    Portfolio,
    Rules,
    Trade,
    in_order,
)
from engine.prices import Prices

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
DAYS = 40


def closes(first: str, /, **columns: list[float]) -> Prices:
    table = np.array(list(columns.values()), dtype=float).T
    days = np.datetime64(first, "D") + np.arange(len(table))
    return Prices.from_closes(list(columns), days, table)


def walk() -> Prices:
    rng = np.random.default_rng(5)
    path = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (DAYS, 2)), axis=0))
    days = np.datetime64("2024-01-01", "D") + np.arange(DAYS)
    return Prices.from_closes(("AAPL", "TSLA"), days, path)


WALK = walk()
LAST = WALK.days[-1].item()

quantities = st.one_of(
    st.integers(1, 50).map(Decimal),
    st.decimals("0.01", "1000", places=4),
    st.decimals("1", "1000", places=10),
)


@st.composite
def one_trade(draw: st.DrawFn) -> Trade:
    kind = draw(st.sampled_from([*Kind, Kind.BUY, Kind.BUY, Kind.SELL, Kind.SELL, Kind.SELL]))
    symbol = draw(st.sampled_from(["AAPL", "TSLA"]))
    quantity, price = Decimal(1), draw(st.decimals("1", "500", places=2))
    if kind is Kind.SPLIT:
        splits = ["2", "3", "7", "1.5", "0.1", "0.3333333333", "0.6666666667"]
        quantity, price = Decimal(draw(st.sampled_from(splits))), Decimal(0)
    elif kind in (Kind.BUY, Kind.SELL, Kind.DIVIDEND):
        quantity = draw(quantities)
    else:
        symbol = ""
    fee = draw(st.one_of(st.just(Decimal(0)), st.decimals("0", "20", places=2)))
    at = START + timedelta(days=draw(st.integers(0, DAYS - 1)))
    key = UUID(int=draw(st.integers(0, 2**100)))
    return Trade(key, at, kind, symbol, quantity, price, fee)


def those_that_fit(told: list[Trade], rules: Rules) -> list[Trade]:
    """Leaves out what cannot be booked; sales of more than is held are cut to sales of all."""
    portfolio, fitting = Portfolio(), []
    for trade in in_order(told):
        try:
            portfolio = portfolio.after(trade, rules)
        except NotEnoughShares as fact:
            if not fact.held:
                continue
            cut = Trade(trade.id, trade.at, trade.kind, trade.symbol, fact.held, trade.price)
            portfolio, trade = portfolio.after(cut, rules), cut
        except ImpossibleTrade:
            continue
        fitting.append(trade)
    return fitting


def ten_thousand(
    prices: Prices, seed: int = 3, count: int = 10_000, years: int = 10
) -> list[Trade]:
    """Purchases and sales of what is held, at prices near the close, with fees."""
    rng = np.random.default_rng(seed)
    first = max(len(prices.days) - 252 * years, 0)
    rows = np.sort(rng.integers(first, len(prices.days), count))
    held: dict[int, int] = {}
    made = []
    for number, row in enumerate(rows.tolist()):
        column = int(rng.integers(len(prices.symbols)))
        price = round(float(prices.close[row, column]) * (1 + rng.normal() * 0.003), 4)
        day = prices.days[row].item()
        at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
        had, quantity, kind = held.get(column, 0), int(rng.integers(1, 60)), Kind.BUY
        if had and rng.random() < 0.48:
            kind, quantity = Kind.SELL, min(had, quantity)
        held[column] = had + (quantity if kind is Kind.BUY else -quantity)
        made.append(
            Trade(
                UUID(int=number + 1),
                at + timedelta(seconds=number % 3600),
                kind,
                prices.symbols[column],
                Decimal(quantity),
                Decimal(str(price)),
                Decimal("1.25"),
            )
        )
    return made
