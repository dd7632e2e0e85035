"""Paths for the tests of attribution: drawn at random with everything that can happen on a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats
from engine.backtest.path import Path

COLUMNS = (
    "values", "flows", "returns", "worth", "traded", "dividends", "cash", "interest", "costs",
)  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    path: Path
    close: Floats  # (T, N)
    per_share: Floats  # (T, N) dividends
    rate: Floats  # (T,)


def draw(seed: int, days: int = 40, names: int = 4, *, closing: bool = False) -> Drawn:
    """A path with trades at their own prices (``closing``: at the closes), dividends, interest,
    costs, deposits, withdrawals, and now and then everything sold and taken out for a while."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.02, (days, names)), axis=0))
    per_share = np.where(rng.random((days, names)) < 0.05, 0.5, 0.0)
    rate = np.full(days, 0.0001)
    shares, cash, value = np.zeros(names), 0.0, 0.0
    rows: dict[str, list[object]] = {key: [] for key in COLUMNS}
    outside = 0
    for t in range(days):
        received = shares * per_share[t]
        interest = cash * rate[t]
        outside = max(outside - 1, 0)
        moved, costs = np.zeros(names), 0.0
        if outside:
            flow = 0.0
        elif value == 0.0:
            flow = 10_000.0
        else:
            flow = float(rng.choice([0.0, 0.0, 0.0, 500.0, -300.0]))
        leaving = value > 0.0 and outside == 0 and rng.random() < 0.04
        price = close[t] * (1.0 if closing else 1.0 + rng.normal(0, 0.004, names))
        if leaving:
            moved = -shares
            outside = int(rng.integers(2, 5))
        elif not outside and rng.random() < 0.4:
            weights = rng.dirichlet(np.ones(names + 1))[:names] * (rng.random(names) < 0.7)
            target = weights * (float(shares @ close[t]) + cash + interest + max(flow, 0.0)) * 0.9
            moved = target / close[t] - shares
        traded = moved * price
        costs = 0.001 * float(np.abs(traded).sum())
        if leaving:
            flow = -(cash + interest + float(received.sum()) - float(traded.sum()) - costs)
        shares = np.zeros(names) if leaving else shares + moved
        cash = cash + interest + flow + float(received.sum()) - float(traded.sum()) - costs
        cash = 0.0 if leaving else cash
        worth = shares * close[t]
        start = value + max(flow, 0.0)
        value = float(worth.sum()) + cash
        grown = np.nan if start == 0.0 else (value + max(-flow, 0.0)) / start - 1.0
        day = (value, flow, grown, worth, traded, received, cash, interest, costs)
        for key, one in zip(rows, day, strict=True):
            rows[key].append(one)
    path = Path(
        symbols=tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:names]),
        days=np.datetime64("2020-01-01") + np.arange(days),
        **{key: np.array(found) for key, found in rows.items()},
    )
    assert path.imbalance() < 1e-9
    return Drawn(path, close, per_share, rate)


def linked(returns: Floats) -> float:
    return float(np.prod(1.0 + np.nan_to_num(returns)) - 1.0)
