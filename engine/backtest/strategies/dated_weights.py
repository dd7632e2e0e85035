"""Weights that change on days that are known beforehand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.arrays import Floats
from engine.backtest.declaration import Kept, Strategy, View, check_weights, spread

NAME = "dated_weights"


def build(symbols: tuple[str, ...], schedule: Mapping[str, Mapping[str, float]]) -> Strategy:
    """``schedule``: by ISO day, weights by symbol that are in force from that day on, until the
    next; each adds up to at most 1 (the rest is cash). Nothing is held before the first.

    What is not listed gives its weight to the others in proportion. Raises BadWeights, KeyError
    for a symbol that is not among ``symbols``, and ValueError for no or unreadable days.
    """
    if not schedule:
        raise ValueError("no weights")
    unknown = sorted({one for weights in schedule.values() for one in weights} - set(symbols))
    if unknown:
        raise KeyError(*unknown)
    dates = np.array(sorted(schedule), "datetime64[D]")
    table = [
        check_weights(np.array([schedule[day].get(one, 0.0) for one in symbols]), symbols)
        for day in sorted(schedule)
    ]

    def choose(view: View) -> Floats | Kept:
        at = int(np.searchsorted(dates, view.days[-1], side="right")) - 1
        return spread(table[at], view.listed) if at >= 0 else Kept("no weights yet")

    return Strategy(NAME, choose, None, {"dates": len(dates), "first": str(dates[0])})
