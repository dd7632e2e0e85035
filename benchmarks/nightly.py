"""The night's work: every bias of everybody anew, with intervals, on one market.

Measured on 500 people of 200 trades with as many processes as the target has cores, and
extrapolated to 10,000; the signals of the market are worked out once in each process.
"""

from __future__ import annotations

import os
from datetime import date
from multiprocessing import get_context
from time import perf_counter
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the processes share the cores, not their threads
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks.disposition import random_trades, real_prices
from engine.diagnosis import examine
from engine.prices import Prices
from engine.record.signals import Signals, read_signals

PEOPLE, EVERYBODY, TRADES, CORES = 500, 10_000, 200, 2
YEARS = 5

_market: tuple[Prices, Signals, date] | None = None


def _open() -> None:
    """The last years of the market, as a worker of the night would hold them."""
    global _market
    whole = real_prices()
    rows = slice(-(YEARS + 1) * 252, None)
    days, close = whole.days[rows].copy(), whole.close[rows].copy()
    prices = Prices.from_closes(whole.symbols, days, close)
    _market = prices, read_signals(prices), days[-1].item()


def _look(person: int) -> int:
    assert _market is not None, "a process begins with _open"
    prices, signals, until = _market
    trades = random_trades(prices, TRADES, seed=person)
    profile = examine(
        trades, prices, until=until, rng=np.random.default_rng(person), signals=signals
    )
    return len(profile.findings)


def measure(people: int = PEOPLE) -> list[dict[str, Any]]:
    """Minutes for everybody, extrapolated from ``people``; making the trades is included."""
    with get_context("spawn").Pool(CORES, _open) as pool:
        pool.map(_look, range(2 * CORES))
        begin = perf_counter()
        pool.map(_look, range(people), chunksize=8)
        seconds = perf_counter() - begin
    return [
        {
            "name": f"nightly: all biases of {EVERYBODY:,} people ({people} measured)",
            "value": seconds * EVERYBODY / people / 60,
            "unit": "min",
            "target": "<= 20",
            "peer": None,
        }
    ]


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']:52} {row['value']:.3g} {row['unit']} (target {row['target']})")
