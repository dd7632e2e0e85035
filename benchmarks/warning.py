"""How long a person waits for the warning before a trade, with 2,000 trades in their books.

Measured through ``conversations.actions.trading.weigh``, which a card waits for: the books are
read from PostgreSQL and booked anew, and the habits that the trade would feed are looked for. The
portfolio was examined once before, so there are findings to warn from.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from decimal import Decimal
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import numpy as np

from benchmarks.conversation import furnished, row
from bot.program import settle_in
from conversations.actions import reviewing, trading
from conversations.actions.drafts import Content
from conversations.desk import DEMO, Desk
from conversations.reading.meaning import TradeReading
from engine.ledger import Kind, Portfolio, Trade, book
from engine.prices import Prices
from storage.cache import Cache
from storage.records import PortfolioRecord
from storage.unit_of_work import Storage

TRADES, RUNS, WARM_UP = 2_000, 200, 10
DAYS = 2_500  # trading days before the last, on which the trades fall


def measure() -> list[dict[str, Any]]:
    return asyncio.run(_measure())


def history(prices: Prices, count: int, seed: int = 1) -> list[Trade]:
    """``count`` purchases and sales at real closes; winners are sold more readily than losers."""
    chance = np.random.default_rng(seed)
    rows = np.sort(chance.integers(len(prices.days) - DAYS, len(prices.days) - 1, count))
    held: dict[str, tuple[int, float]] = {}  # shares, and what the last of them cost
    trades = []
    for day in rows:
        known = [symbol for symbol in held if not np.isnan(_close(prices, day, symbol))]
        selling = None
        if len(known) > 8 or (known and chance.random() < 0.45):
            gains = [_close(prices, day, symbol) / held[symbol][1] - 1 for symbol in known]
            odds = np.where(np.array(gains) > 0, 2.0, 1.0)
            selling = str(chance.choice(known, p=odds / odds.sum()))
        symbol = selling or str(chance.choice(prices.symbols))
        close = _close(prices, day, symbol)
        if np.isnan(close):
            symbol, selling = "AAPL", None
            close = _close(prices, day, symbol)
        if selling:
            shares = held.pop(symbol)[0]
        else:
            shares = int(chance.integers(1, 50))
            held[symbol] = (held.get(symbol, (0, 0.0))[0] + shares, close)
        trades.append(_trade(prices, day, symbol, shares, close, selling=bool(selling)))
    return trades


def _close(prices: Prices, day: int, symbol: str) -> float:
    return float(prices.close[day, prices.column(symbol)])


def _trade(
    prices: Prices, day: int, symbol: str, shares: int, close: float, *, selling: bool
) -> Trade:
    return Trade(
        id=uuid4(),
        at=datetime.combine(prices.days[day].item(), time(16, 0), UTC),
        kind=Kind.SELL if selling else Kind.BUY,
        symbol=symbol,
        quantity=Decimal(shares),
        price=Decimal(f"{close:.2f}"),
    )


async def _measure() -> list[dict[str, Any]]:
    async with furnished() as storage:
        async with storage.transaction() as work:
            prices = await work.market.prices(None, (DEMO,))
            person = await work.users.known_as("web", "somebody")
            assert person.portfolio is not None
            trades = history(prices, TRADES)
            await work.trades.add_many(person.portfolio, trades, source="file", batch=uuid4())
        desk, now = Desk(storage, Cache()), datetime.now(UTC)
        review = await reviewing.review(desk, person.portfolio, now)
        async with storage.transaction() as work:
            await reviewing.keep(work, review, now)
        settle_in()  # as a worker does when it starts
        waits, warned = await _weigh_many(storage, person.portfolio, book(trades), prices)
        await desk.cache.close()
    what = f"warning before a trade, {len(trades):,} trades recorded"
    return [
        row(f"{what}: p50", float(np.quantile(waits, 0.5)) * 1000, "ms", None),
        row(f"{what}: p95", float(np.quantile(waits, 0.95)) * 1000, "ms", "<= 150"),
        row("proposals in that benchmark that were warned about", warned * 100, "%", None),
    ]


async def _weigh_many(
    storage: Storage, portfolio: UUID, booked: Portfolio, prices: Prices
) -> tuple[list[float], float]:
    """Sales of what is held and purchases of everything else, on the last day of the data."""
    waits: list[float] = []
    warned = 0
    async with storage.transaction() as work:
        record = await work.portfolios.get(portfolio)
    for number in range(RUNS + WARM_UP):
        symbol = prices.symbols[number % len(prices.symbols)]
        held = booked.held(symbol)
        selling = held > 0 and number % 3 != 0
        shares = held if selling else Decimal(20)
        content = Content((_reading(prices, symbol, shares, selling=selling),))
        begun = perf_counter()
        warned += await _weigh(storage, record, content, prices)
        if number >= WARM_UP:
            waits.append(perf_counter() - begun)
    return waits, warned / (RUNS + WARM_UP)


def _reading(prices: Prices, symbol: str, shares: Decimal, *, selling: bool) -> TradeReading:
    bar = prices.latest(symbol)
    assert bar is not None
    return TradeReading(
        side=Kind.SELL if selling else Kind.BUY,
        symbol=symbol,
        quantity=shares,
        price=Decimal(f"{bar.close:.2f}"),
        on=bar.day,
    )


async def _weigh(
    storage: Storage, record: PortfolioRecord, content: Content, prices: Prices
) -> bool:
    async with storage.transaction() as work:
        proposal = await trading.weigh(
            work,
            portfolio=record,
            draft=uuid4(),
            content=content,
            zone="UTC",
            today=datetime.now(UTC).date(),
            now=datetime.now(UTC),
            prices=prices,
        )
    assert proposal.question is None, proposal.question
    return proposal.warning is not None


if __name__ == "__main__":
    for one in measure():
        print(one)
