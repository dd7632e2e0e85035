"""Returns for the tests of figures: of the demo data, and drawn like those of markets."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from engine.arrays import Days, Floats

PARTS = {
    "five_years": slice(-1260, None),
    "all_years": slice(None),
    "sixty_days": slice(-1260, -1200),
}


@cache
def demo_returns() -> tuple[Days, Floats, Floats]:
    """Dates, equal weight of twenty shares, and the S&P 500 index: 8,312 days, 1990 to 2022."""
    spec = importlib.util.find_spec("skfolio")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "datasets" / "data"
    tables = [
        pd.read_csv(folder / name, index_col=0, parse_dates=True)
        for name in ("sp500_dataset.csv.gz", "sp500_index.csv.gz")
    ]
    assert tables[0].index.equals(tables[1].index)
    shares, index = (table.to_numpy(np.float64) for table in tables)
    days = tables[0].index.to_numpy().astype("datetime64[D]")[1:]
    changes = [values[1:] / values[:-1] - 1.0 for values in (shares, index)]
    return days, changes[0].mean(axis=1), changes[1][:, 0].copy()


def market_like(count: int, days: int, rng: np.random.Generator, echo: float = 0.05) -> Floats:
    """(count, days): GARCH(1, 1) of daily volatility 1 % with shocks of Student's t with 8 degrees,
    persistence 0.95, and an autocorrelation of ``echo``."""
    news, memory, warm = 0.08, 0.87, 250
    variance, last = np.ones(count), np.zeros(count)
    found = np.empty((count, days))
    for day in range(-warm, days):
        shock = np.sqrt(variance * 0.75) * rng.standard_t(8, count)
        variance = 1.0 - news - memory + news * shock**2 + memory * variance
        last = echo * last + shock
        if day >= 0:
            found[:, day] = last
    return 0.0004 + 0.01 * found
