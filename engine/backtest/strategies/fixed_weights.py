"""The same weights at every rebalancing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.arrays import Floats
from engine.backtest.declaration import Strategy, View, check_weights, spread

NAME = "fixed_weights"


def build(symbols: tuple[str, ...], weights: Mapping[str, float]) -> Strategy:
    """``weights`` by symbol, adding up to at most 1 (the rest is cash); 0 for those not named.

    What is not listed gives its weight to the others in proportion. Raises BadWeights, and
    KeyError for a symbol that is not among ``symbols``.
    """
    unknown = sorted(set(weights) - set(symbols))
    if unknown:
        raise KeyError(*unknown)
    wanted = np.array([weights.get(symbol, 0.0) for symbol in symbols], np.float64)
    fixed = check_weights(wanted, symbols)

    def choose(view: View) -> Floats:
        return spread(fixed, view.listed)

    return Strategy(NAME, choose, fixed, dict(weights))
