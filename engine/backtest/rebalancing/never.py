"""Bought on the first day and left alone."""

from __future__ import annotations

import numpy as np

from engine.arrays import Days, Ints
from engine.backtest.declaration import Rebalancing

NAME = "never"


def build() -> Rebalancing:
    """No day but the first."""

    def rows(days: Days) -> Ints:
        return np.zeros(min(len(days), 1), np.int64)

    return Rebalancing(NAME, rows)
