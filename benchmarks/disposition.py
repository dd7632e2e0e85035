"""How long the bias engine takes: the statistic, the whole profile, the warning before a trade."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd

from engine.biases.disposition import detect
from engine.diagnosis import examine, foresee
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.record import prepare


def real_prices() -> Prices:
    """Twenty shares, daily closes 1990-2022, from the skfolio wheel."""
    spec = importlib.util.find_spec("skfolio")
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin).parent / "datasets" / "data" / "sp500_dataset.csv.gz"
    table = pd.read_csv(file, index_col=0, parse_dates=True)
    days = table.index.to_numpy().astype("datetime64[D]")
    return Prices.from_closes(tuple(table.columns), days, table.to_numpy(np.float64).copy())


def random_trades(prices: Prices, count: int, seed: int = 1) -> list[Trade]:
    """Buys of random shares and sales of random holdings, one or two a day, over all years."""
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.integers(300, len(prices.days) - 100, size=count))
    held: dict[str, int] = {}
    made: list[Trade] = []
    for number, row in enumerate(rows.tolist()):
        day = prices.days[row].item()
        at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC) + timedelta(seconds=number)
        if len(held) > 3 and rng.random() < 0.45:
            kind, symbol = Kind.SELL, list(held)[int(rng.integers(len(held)))]
            quantity = held.pop(symbol)
        else:
            kind, symbol = Kind.BUY, prices.symbols[int(rng.integers(len(prices.symbols)))]
            quantity = int(rng.integers(5, 60))
            held[symbol] = held.get(symbol, 0) + quantity
        price = Decimal(str(round(float(prices.close[row, prices.column(symbol)]), 4)))
        made.append(Trade(UUID(int=number + 1), at, kind, symbol, Decimal(quantity), price))
    return made


def measure(repeats: int = 9) -> list[dict[str, Any]]:
    """Medians of ``repeats`` runs, in seconds. No peer has these statistics with intervals."""
    prices = real_prices()
    until = prices.days[-1].item()
    many, some, record = (random_trades(prices, count) for count in (10_000, 1_000, 2_000))

    def statistic() -> None:
        detect(prepare(many, prices, until=until), np.random.default_rng(1))

    def profile(trades: list[Trade]) -> Callable[[], None]:
        return lambda: void(examine(trades, prices, until=until, rng=np.random.default_rng(1)))

    last = record[-1]
    close = Decimal(str(prices.close[-1, 0]))
    proposed = replace(
        last,
        id=UUID(int=10**6),
        at=last.at + timedelta(hours=1),
        kind=Kind.BUY,
        symbol=prices.symbols[0],
        price=close,
        quantity=Decimal(100),
    )

    def warning() -> None:
        foresee(record, proposed, prices)

    timed = {
        "disposition with bootstrap, 10,000 trades": statistic,
        "bias profile with intervals, 1,000 trades": profile(some),
        "bias profile with intervals, 10,000 trades": profile(many),
        "warning before a trade, 2,000 trades": warning,
    }
    return [
        {"name": name, "value": _median(run, repeats), "unit": "s", "peer": None}
        | {"target": _TARGETS[name]}
        for name, run in timed.items()
    ]


_TARGETS = {
    "disposition with bootstrap, 10,000 trades": "<= 0.5",
    "bias profile with intervals, 1,000 trades": "<= 1.0",
    "bias profile with intervals, 10,000 trades": "<= 5.0",
    "warning before a trade, 2,000 trades": "<= 0.06",
}


def void(_: object) -> None:
    """For timing: the result is not needed."""


def _median(run: Callable[[], None], repeats: int) -> float:
    run()
    seconds = []
    for _ in range(repeats):
        begin = perf_counter()
        run()
        seconds.append(perf_counter() - begin)
    return median(seconds)


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']:45} {row['value']:.3f} {row['unit']} (target {row['target']})")
