"""Bought once, never brought back: the weights drift."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.arrays import Floats
from engine.backtest.declaration import Strategy, View, check_weights, spread

NAME = "buy_and_hold"


def build(symbols: tuple[str, ...], weights: Mapping[str, float]) -> Strategy:
    """``weights`` by symbol at the first purchase; whatever the rule of rebalancing asks later,
    everything stays. New money is invested in the first weights.

    Raises BadWeights, and KeyError for a symbol that is not among ``symbols``.
    """
    unknown = sorted(set(weights) - set(symbols))
    if unknown:
        raise KeyError(*unknown)
    wanted = np.array([weights.get(symbol, 0.0) for symbol in symbols], np.float64)
    first = check_weights(wanted, symbols)

    def choose(view: View) -> Floats | None:
        return spread(first, view.listed) if view.since < 0 else None

    return Strategy(NAME, choose, None, dict(weights))
