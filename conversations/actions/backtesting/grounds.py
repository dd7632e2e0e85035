"""What tests on the past are made on: prices, an index to compare with, what is held and traded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import numpy as np

from conversations.actions import pricing, trading
from conversations.actions.allocation import optimising
from conversations.actions.context import context_of
from conversations.actions.pricing import Freshness
from conversations.actions.reviewing import Case
from conversations.desk import Desk
from engine.detection.finding import BiasFinding
from engine.ledger import Rules, Trade
from engine.market.instruments import Universe
from engine.optimization.recommendation import Move
from engine.prices import Prices
from engine.record.context import NOTHING_ELSE, Context
from storage.feeds import FeedUnreachable, demo
from storage.records import Person, PortfolioRecord

SP500 = "SP500"  # the index that ships with the demo
SHARES = ("SPY", "VTI", "IVV", "VOO")  # stand for "stocks", the first that has prices
BONDS = ("AGG", "BND", "IEF", "TLT")
NO_PRICES = Prices.from_closes((), np.zeros(0, "datetime64[D]"), np.zeros((0, 0)))


@dataclass(frozen=True, slots=True)
class Ground:
    """It can travel to another process.

    ``held``: worth today of each holding that is long, priced and in ``currency``. ``elsewhere``:
    the others, with the key of the reason. ``index``: an index and ``factors``: funds of single
    factors, for comparison, not to be traded; of no symbols where there are none.
    """

    portfolio: PortfolioRecord
    prices: Prices
    until: date
    currency: str
    universe: Universe
    held: Mapping[str, float]
    elsewhere: Mapping[str, str]
    trades: tuple[Trade, ...]
    rules: Rules
    index: Prices = NO_PRICES
    factors: Prices = NO_PRICES
    findings: tuple[BiasFinding, ...] = ()
    context: Context = NOTHING_ELSE
    proposed: Mapping[str, float] = field(default_factory=dict)  # weights of the last proposal
    tried: int = 1  # trials of this portfolio so far, this one among them

    @property
    def seed(self) -> int:
        """The same books give the same figures."""
        return self.portfolio.id.int ^ self.portfolio.version

    @property
    def worth(self) -> float:
        return sum(self.held.values())

    def case(self) -> Case:
        """The same books, as habits are judged by."""
        return Case(self.portfolio, self.trades, self.prices, self.until, self.context, Freshness())


@dataclass(frozen=True, slots=True)
class Opened:
    person: Person
    portfolio: PortfolioRecord
    ground: Ground
    freshness: Freshness


async def open_ground(
    desk: Desk, portfolio: UUID, now: datetime, symbols: Iterable[str] = ()
) -> Opened:
    """Read a portfolio with its market; asks the live feeds first, also about ``symbols`` and what
    stands for stocks and bonds."""
    async with desk.storage.transaction() as work:
        record = await work.portfolios.get(portfolio)
    if not record.demo and desk.live:
        await pricing.refresh(desk, {*symbols, SHARES[0], BONDS[0]}, now)
    opened = await optimising.open_situation(desk, portfolio, now)
    situation, record = opened.situation, opened.portfolio
    async with desk.storage.transaction() as work:
        trades = await work.trades.of(portfolio)
        first = min((trade.at.date() for trade in trades), default=None)
        context = await context_of(work, opened.person, record, trades, crowd_since=first)
        tried = len(await work.backtests.of(portfolio, MOST_COUNTED))
        last = await work.recommendations.latest_open(portfolio)
    index, factors = _comparison(record)
    held = {
        symbol: float(quantity) * bar.close
        for symbol, quantity in situation.held.items()
        if (bar := situation.prices.until(situation.until).latest(symbol)) is not None
    }
    ground = Ground(
        portfolio=record,
        prices=situation.prices.until(situation.until),
        until=situation.until,
        currency=situation.currency,
        universe=situation.universe,
        held=held,
        elsewhere=situation.elsewhere,
        trades=tuple(trades),
        rules=trading.rules_of(record),
        index=index.until(situation.until),
        factors=factors.until(situation.until),
        findings=situation.findings,
        context=context,
        proposed=_proposed(held, last.content.moves) if last else {},
        tried=tried + 1,
    )
    return Opened(opened.person, record, ground, opened.freshness)


MOST_COUNTED = 1000


def _comparison(record: PortfolioRecord) -> tuple[Prices, Prices]:
    """The index and the factor funds that ship with the demo; nothing elsewhere."""
    if not record.demo:
        return NO_PRICES, NO_PRICES
    try:
        return demo.read_index(), demo.read_factors()
    except FeedUnreachable:
        return NO_PRICES, NO_PRICES


def _proposed(held: Mapping[str, float], moves: Iterable[Move]) -> dict[str, float]:
    """Weights once the orders are done; what no order touches keeps its own."""
    total = sum(held.values())
    weights = {symbol: worth / total for symbol, worth in held.items()} if total > 0.0 else {}
    weights |= {move.order.symbol: move.after for move in moves}
    return {symbol: weight for symbol, weight in weights.items() if weight > 0.0}
