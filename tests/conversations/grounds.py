"""A ground for tests on the past: somebody's portfolio on the demo market, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np

from conversations.actions.backtesting.grounds import Ground
from engine.arrays import Floats
from engine.ledger import LotMethod, Rules, Trade
from engine.market.instruments import Universe
from engine.prices import Prices
from storage import listings
from storage.feeds import demo
from storage.records import PortfolioRecord

RECORD = PortfolioRecord(
    UUID(int=7), UUID(int=8), "Main", True, "USD", LotMethod.FIFO, False, version=3
)


def ground(
    held: Mapping[str, float] | None = None,
    trades: tuple[Trade, ...] = (),
    prices: Prices | None = None,
) -> Ground:
    """``held``: worth of each holding."""
    return Ground(
        portfolio=RECORD,
        prices=prices or demo.read(),
        until=date(2022, 12, 28),
        currency="USD",
        universe=Universe.of(listings.read()),
        held={"AAPL": 6000.0, "KO": 4000.0} if held is None else held,
        elsewhere={},
        trades=trades,
        rules=Rules(),
        index=demo.read_index(),
        factors=demo.read_factors(),
    )


def with_closes(on: Ground, symbol: str, close: Floats) -> Ground:
    """The same with other closes (T,) of one symbol, NaN where there is none."""
    every = on.prices.close.copy()
    every[:, on.prices.column(symbol)] = close
    return replace(on, prices=Prices.from_closes(on.prices.symbols, on.prices.days.copy(), every))


def closes(on: Ground, symbol: str) -> Floats:
    return np.array(on.prices.close[:, on.prices.column(symbol)])
