"""Markets of thirty random walks and people who trade in them, for the size of the tests."""

from __future__ import annotations

import numpy as np

from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.record import Record, prepare
from tests.engine.biases.records import trade

NAMES = 30
YEARS_BEFORE = 260  # rows of prices before the first trade


def walk(seed: int, rows: int = 764, market: float = 0.01, own: float = 0.02) -> Prices:
    """Closes with a common factor; ``market`` and ``own`` are daily standard deviations. The
    spread swells and calms down as that of real markets does (GARCH with leverage)."""
    rng = np.random.default_rng(seed)
    shock, level = rng.normal(0.0, 1.0, rows), 1.0
    common, scale = np.empty(rows), np.empty(rows)
    for t in range(rows):
        scale[t] = np.sqrt(level)
        common[t] = scale[t] * shock[t]
        level = 0.03 + (0.126 if common[t] < 0 else 0.028) * common[t] ** 2 + 0.88 * level
    beta = rng.uniform(0.6, 1.4, NAMES)
    noise = rng.normal(0.0, own, (rows, NAMES)) * rng.uniform(0.6, 1.4, NAMES) * scale[:, None]
    returns = np.clip(0.0003 + market * common[:, None] * beta + noise, -0.3, 0.3)
    days = np.busday_offset(np.datetime64("2018-01-01", "D"), np.arange(rows), roll="forward")
    symbols = tuple(f"S{n:02d}" for n in range(NAMES))
    return Prices.from_closes(symbols, days, 100 * np.exp(np.cumsum(returns, axis=0)))


def record_of(trades: list[Trade], prices: Prices) -> Record:
    assert prices.last_day is not None
    return prepare(trades, prices, until=prices.last_day)


def bought(trades: list[Trade], prices: Prices, row: int, column: int, money: float) -> float:
    """Write a purchase down; returns the shares."""
    shares = round(money / float(prices.close[row, column]), 6)
    _write(trades, prices, row, column, Kind.BUY, shares)
    return shares


def sold(trades: list[Trade], prices: Prices, row: int, column: int, shares: float) -> None:
    _write(trades, prices, row, column, Kind.SELL, shares)


def _write(
    trades: list[Trade], prices: Prices, row: int, column: int, kind: Kind, shares: float
) -> None:
    day, price = prices.days[row].item(), float(prices.close[row, column])
    trades.append(trade(len(trades) + 1, day, kind, prices.symbols[column], shares, price))


def better(found: list[float], null: list[float]) -> float:
    """Area under the curve: how often one of ``found`` is above one of ``null``."""
    return float(np.mean(np.searchsorted(np.sort(null), found) / len(null)))
