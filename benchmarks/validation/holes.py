"""What feeds do to true prices: days without one, and splits that nobody told of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.arrays import Floats
from engine.prices import Prices

_SPLIT_NAMES = 0.03
_HOLES = 0.003  # of name-days at which some days without a price begin


def damage(
    rng: np.random.Generator, prices: Prices
) -> tuple[Prices, Mapping[int, tuple[int, int]]]:
    """Prices with holes of one to five days, and with splits that were left out of some names."""
    length, count = prices.close.shape
    holes = np.zeros((length, count), dtype=np.bool_)
    for row, name in np.argwhere(rng.random((length, count)) < _HOLES).tolist():
        holes[row : row + int(rng.integers(1, 6)), name] = True
    split = rng.choice(count, size=max(round(_SPLIT_NAMES * count), 1), replace=False)
    rows = rng.integers(length // 3, length - 300, size=len(split))
    splits = {
        int(name): (int(row), int(rng.integers(2, 5)))
        for name, row in zip(split, rows, strict=True)
    }
    scale = np.ones((length, count))
    for name, (row, factor) in splits.items():
        scale[:row, name] = factor

    def shown(values: Floats) -> Floats:
        return np.where(holes, np.nan, values * scale)

    damaged = Prices(
        prices.symbols,
        prices.days,
        shown(prices.open),
        shown(prices.high),
        shown(prices.low),
        shown(prices.close),
        np.where(holes, np.nan, prices.volume / scale),
    )
    return damaged, splits
