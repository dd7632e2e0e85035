"""People who buy by a choice model with known tilts, and markets for them to buy on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
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
    quantity, cost = np.zeros(count), np.full(count, np.nan)
    sale_row, sale_price = np.full(count, -9999), np.full(count, np.nan)
    sale_gain, ever = np.zeros(count), np.zeros(count, dtype=bool)
    made: list[Trade] = []

    def buy(column: int, row: int, day: date) -> None:
        price, shares = float(prices.close[row, column]), float(rng.integers(20, 60))
        old = quantity[column]
        cost[column] = (old * np.nan_to_num(cost[column]) + shares * price) / (old + shares)
        quantity[column] += shares
        made.append(trade(len(made) + 1, day, Kind.BUY, prices.symbols[column], shares, price))

    def utility(row: int) -> np.ndarray:
        before, held = prices.close[row - 1], quantity > 0
        sold = (row - sale_row <= 252) & ~held
        since = before / sale_price - 1
        terms = {
            "familiar": ever | held,
            "held": held,
            "down": held & (before < cost),
            "sold": sold,
            "regret": np.where(
                sold, 0.5 * np.sign(sale_gain) + np.where(since < 0, 0.5, -0.5), 0.0
            ),
        }
        total = np.zeros(count)
        for name, tilt in tilts.items():
            values = terms[name] if name in terms else getattr(signals, name)[row]
            total += tilt * np.nan_to_num(np.asarray(values, dtype=np.float64))
        return total

    for n, row in enumerate(rows.tolist()):
        day = prices.days[row].item()
        if n == 0:
            for column in rng.choice(count, size=positions, replace=False):
                buy(int(column), row, day)
            continue
        value = utility(row)  # as things stood at the open
        for _ in range(a_day):
            holdings = np.flatnonzero(quantity > 0)
            if len(holdings) <= 2:
                break
            sold = int(rng.choice(holdings))
            price = float(prices.close[row, sold])
            name = prices.symbols[sold]
            made.append(trade(len(made) + 1, day, Kind.SELL, name, float(quantity[sold]), price))
            sale_row[sold], sale_price[sold], sale_gain[sold] = row, price, price - cost[sold]
            quantity[sold], ever[sold] = 0.0, True
            value[sold] = -np.inf
        odds = np.exp(value - value.max())
        size = min(a_day, int((odds > 0).sum()))
        for column in rng.choice(count, size=size, replace=False, p=odds / odds.sum()):
            buy(int(column), row, day)
    return made


def record_of(trades: list[Trade], prices: Prices, signals: Signals) -> Record:
    assert prices.last_day is not None
    return prepare(trades, prices, until=prices.last_day, signals=signals)
