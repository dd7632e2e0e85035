"""The same of everything (DeMiguel, Garlappi and Uppal, RFS 2009)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.backtest.declaration import Strategy, View, spread

NAME = "equal_weight"


def build(symbols: tuple[str, ...]) -> Strategy:
    """1/N each, of what is listed."""
    fixed = np.full(len(symbols), 1.0 / len(symbols))

    def choose(view: View) -> Floats:
        return spread(fixed, view.listed)

    return Strategy(NAME, choose, fixed)
