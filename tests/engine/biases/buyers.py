"""People who buy by a choice model with known tilts, and markets for them to buy on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.record import Record, prepare
from engine.record.signals import Signals, read_signals
from tests.engine.biases.records import trade, years_of_prices

WARM = 260  # rows before the first trade: a year of signals


@cache
def real_market(first_row: int, rows: int = 504) -> tuple[Prices, Signals]:
    """Twenty real shares with a year to warm up."""
    prices = years_of_prices(first_row, rows + WARM)
    return prices, read_signals(prices)


@cache
def made_market(seed: int, names: int = 60, rows: int = 504) -> tuple[Prices, Signals]:
    """One factor, fat tails, volatilities that differ, volumes that follow the moves."""
    rng = np.random.default_rng(seed)
    length = rows + WARM
    factor = rng.standard_t(5, (length, 1)) * 0.008
    own = rng.standard_t(4, (length, names)) * 0.012 * np.exp(rng.normal(0, 0.35, names))
    close = 100 * np.exp(np.cumsum(factor + own, axis=0))
    volume = np.exp(rng.normal(10, 0.4, (length, names)) + 12 * np.abs(own))
    days = np.busday_offset(np.datetime64("2015-01-01", "D"), np.arange(length), roll="forward")
    nothing = np.full(close.shape, np.nan)
    names_of = tuple(f"S{n:03d}" for n in range(names))
    more = (nothing.copy(), nothing.copy(), nothing.copy())
    prices = Prices(names_of, days, *more, close, volume)
    return prices, read_signals(prices)


@dataclass
class _Account:
    """What somebody holds and has sold, column by column, while they trade at the closes."""

    prices: Prices
    rng: np.random.Generator
    made: list[Trade] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = len(self.prices.symbols)
        self.quantity, self.cost = np.zeros(count), np.full(count, np.nan)
        self.sale_row, self.sale_price = np.full(count, -9999), np.full(count, np.nan)
        self.sale_gain, self.ever = np.zeros(count), np.zeros(count, dtype=bool)

    def buy(self, column: int, row: int) -> None:
        price, shares = float(self.prices.close[row, column]), float(self.rng.integers(20, 60))
        old = self.quantity[column]
        paid = old * np.nan_to_num(self.cost[column]) + shares * price
        self.cost[column] = paid / (old + shares)
        self.quantity[column] += shares
        self._note(Kind.BUY, column, row, shares)

    def sell(self, column: int, row: int) -> None:
        """All that is held of it."""
        price = float(self.prices.close[row, column])
        self._note(Kind.SELL, column, row, float(self.quantity[column]))
        self.sale_row[column], self.sale_price[column] = row, price
        self.sale_gain[column] = price - self.cost[column]
        self.quantity[column], self.ever[column] = 0.0, True

    def _note(self, kind: Kind, column: int, row: int, shares: float) -> None:
        day, price = self.prices.days[row].item(), float(self.prices.close[row, column])
        name = self.prices.symbols[column]
        self.made.append(trade(len(self.made) + 1, day, kind, name, shares, price))

    def utility(self, row: int, tilts: Mapping[str, float], signals: Signals) -> np.ndarray:
        """(N,) as things stand at the open."""
        before, held = self.prices.close[row - 1], self.quantity > 0
        sold = (row - self.sale_row <= 252) & ~held
        since = np.where(before / self.sale_price - 1 < 0, 0.5, -0.5)
        terms = {
            "familiar": self.ever | held,
            "held": held,
            "down": held & (before < self.cost),
            "sold": sold,
            "regret": np.where(sold, 0.5 * np.sign(self.sale_gain) + since, 0.0),
        }
        total = np.zeros(len(held))
        for name, tilt in tilts.items():
            values = terms[name] if name in terms else getattr(signals, name)[row]
            total += tilt * np.nan_to_num(np.asarray(values, dtype=np.float64))
        return total


def buyer(
    prices: Prices,
    signals: Signals,
    seed: int,
    tilts: Mapping[str, float],
    *,
    buys: int = 40,
    positions: int = 6,
    a_day: int = 1,
) -> list[Trade]:
    """Sells a random holding and buys ``a_day`` shares on random days of the last years.

    P(a share is bought) ∝ exp(Σ tilt · term), the terms those of the model at that day; "sold" (of
    the last year, not held) besides.
    """
    rng = np.random.default_rng(seed)
    count = len(prices.symbols)
    steps = -(-buys // a_day)
    rows = WARM + np.sort(rng.choice(len(prices.days) - WARM, size=steps + 1, replace=False))
    account = _Account(prices, rng)
    for column in rng.choice(count, size=positions, replace=False):
        account.buy(int(column), int(rows[0]))
    for row in rows[1:].tolist():
        value = account.utility(row, tilts, signals)
        for _ in range(a_day):
            holdings = np.flatnonzero(account.quantity > 0)
            if len(holdings) <= 2:
                break
            sold = int(rng.choice(holdings))
            account.sell(sold, row)
            value[sold] = -np.inf
        odds = np.exp(value - value.max())
        size = min(a_day, int((odds > 0).sum()))
        for column in rng.choice(count, size=size, replace=False, p=odds / odds.sum()):
            account.buy(int(column), row)
    return account.made


def record_of(trades: list[Trade], prices: Prices, signals: Signals) -> Record:
    assert prices.last_day is not None
    return prepare(trades, prices, until=prices.last_day, signals=signals)
