"""Trades and prices for the tests of the biases: written as text, drawn at random, or real."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from uuid import UUID

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from engine.ledger import Kind, Trade
from engine.prices import Prices

SHARED = Path(__file__).parents[4] / "shared" / "domain" / "data"


def trades_of(text: str, fee: str = "0") -> list[Trade]:
    """Lines like ``2024-01-03 buy 10 AAA 100`` (``planned`` at the end marks a plan)."""
    made = []
    for number, line in enumerate(text.strip().splitlines(), start=1):
        day, kind, quantity, symbol, price, *rest = line.split()
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        at += timedelta(hours=0 if "T" in day else 15, seconds=0 if "T" in day else number)
        made.append(
            Trade(
                UUID(int=number),
                at,
                Kind(kind),
                symbol,
                Decimal(quantity),
                Decimal(price),
                Decimal(fee),
                planned="planned" in rest,
            )
        )
    return made


def flat_prices(start: str, days: int, closes: Mapping[str, ArrayLike]) -> Prices:
    """``days`` weekdays from ``start``; one number is a constant price, a sequence is the path."""
    axis = np.busday_offset(np.datetime64(start, "D"), np.arange(days), roll="forward")
    table = np.empty((days, len(closes)))
    for n, path in enumerate(closes.values()):
        table[:, n] = path
    return Prices.from_closes(tuple(closes), axis, table)


@cache
def real_prices() -> Prices:
    """Twenty real shares, daily closes 1990-2022, from the skfolio wheel."""
    spec = importlib.util.find_spec("skfolio")
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin).parent / "datasets" / "data" / "sp500_dataset.csv.gz"
    table = pd.read_csv(file, index_col=0, parse_dates=True)
    days = table.index.to_numpy().astype("datetime64[D]")
    return Prices.from_closes(tuple(table.columns), days, table.to_numpy(np.float64).copy())


def years_of_prices(first_row: int, rows: int) -> Prices:
    whole = real_prices()
    part = slice(first_row, first_row + rows)
    return Prices.from_closes(whole.symbols, whole.days[part].copy(), whole.close[part].copy())


def trade(number: int, day: date, kind: Kind, symbol: str, quantity: float, price: float) -> Trade:
    at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC) + timedelta(seconds=number % 3600)
    return Trade(UUID(int=number), at, kind, symbol, Decimal(str(quantity)), Decimal(str(price)))


def random_trader(
    prices: Prices,
    seed: int,
    *,
    days: int = 90,
    positions: int = 8,
    tilt: float = 0.0,
    down: float = 0.0,
) -> list[Trade]:
    """Somebody who sells one holding at random and buys another share on random days.

    ``tilt``: log odds of choosing a winner for sale, ``down``: of choosing a loser to add to; 0 for
    both is somebody without a bias.
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(len(prices.days), size=days + 1, replace=False))
    held: dict[int, tuple[float, float]] = {}
    made: list[Trade] = []

    def buy(column: int, row: int) -> None:
        price = float(prices.close[row, column])
        quantity = float(rng.integers(5, 60))
        old, cost = held.get(column, (0.0, 0.0))
        held[column] = (old + quantity, (old * cost + quantity * price) / (old + quantity))
        made.append(trade(len(made) + 1, day, Kind.BUY, prices.symbols[column], quantity, price))

    def pick(weight: float, gains: bool) -> int:
        columns = list(held)
        won = np.array([prices.close[row, c] > held[c][1] for c in columns])
        odds = np.exp(weight * (won if gains else ~won))
        return columns[int(rng.choice(len(columns), p=odds / odds.sum()))]

    for n, row in enumerate(rows.tolist()):
        day = prices.days[row].item()
        if n == 0:
            for column in rng.choice(len(prices.symbols), size=positions, replace=False):
                buy(int(column), row)
            continue
        sold = pick(tilt, gains=True)
        quantity, _ = held.pop(sold)
        price = float(prices.close[row, sold])
        made.append(trade(len(made) + 1, day, Kind.SELL, prices.symbols[sold], quantity, price))
        if rng.random() < 0.5:
            buy(pick(down, gains=False), row)
        others = [c for c in range(len(prices.symbols)) if c not in held and c != sold]
        buy(int(rng.choice(others)), row)
    return made
