"""Weights are brought back only as far as the edge of the band around their target.

With costs in proportion to the money traded it is best to do nothing inside a region around the
target and to trade to its edge outside it (Davis and Norman, Mathematics of Operations Research
1990; for several assets Leland, Optimal Portfolio Implementation with Transactions Costs, 2000).
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.backtest.declaration import Rebalancing, View

NAME = "no_trade_region"
_TOLERANCE = 1e-9  # weights brought to the edge are not outside because of rounding


def build(width: float) -> Rebalancing:
    """``width``: points of the value on either side of each target, cash included. What is outside
    goes to the edge; what that frees or needs is shared by the others, moved by the same amount as
    far as their bands allow. Raises ValueError for a width that is not above zero.
    """
    if not width > 0.0:
        raise ValueError(f"a band of {width}")

    def due(view: View) -> bool:
        if view.since < 0:
            return True
        apart = _with_cash(view.held) - _with_cash(view.target)
        return view.value > 0.0 and bool((np.abs(apart) > width + _TOLERANCE).any())

    def aim(view: View, target: Floats) -> Floats:
        goal = _with_cash(np.where(view.listed, target, 0.0))
        lower = np.where(goal > 0.0, np.maximum(goal - width, 0.0), 0.0)
        upper = np.where(goal > 0.0, goal + width, 0.0)
        return nearest_inside(_with_cash(view.held), lower, upper)[:-1]

    return Rebalancing(NAME, None, due, aim, facts={"width": width})


def nearest_inside(held: Floats, lower: Floats, upper: Floats) -> Floats:
    """(N,) weights between ``lower`` and ``upper`` adding up to 1 that are nearest to ``held``:
    all moved by one shift and cut off at the bounds (Euclidean projection).

    The sum grows with the shift and bends only where an asset meets a bound: the right piece is
    found among those, and the shift on it by a straight line.
    """
    bends = np.unique(np.concatenate((lower - held, upper - held)))
    sums = np.clip(held + bends[:, None], lower, upper).sum(axis=1)
    shift = float(np.interp(1.0, sums, bends))
    return np.clip(held + shift, lower, upper)


def _with_cash(weights: Floats) -> Floats:
    return np.append(weights, max(1.0 - float(weights.sum()), 0.0))
