"""When a weight has drifted too far from its target, everything is brought back."""

from __future__ import annotations

import numpy as np

from engine.backtest.declaration import Rebalancing, View

NAME = "bands"


def build(width: float, *, relative: bool = False) -> Rebalancing:
    """Where any weight, cash included, is more than ``width`` from its target: in points of the
    value (0.05), or ``relative`` to the target (0.25 of it; what has no target is not looked at).

    The rules that advisers use: 5 points or 25 % of the target ("5/25", Daryanani, Opportunistic
    Rebalancing, Journal of Financial Planning 2008, looks at the relative one). Raises ValueError
    for a width that is not above zero.
    """
    if not width > 0.0:
        raise ValueError(f"a band of {width}")

    def due(view: View) -> bool:
        if view.since < 0:
            return True
        if not view.value > 0.0:
            return False
        drift = np.abs(view.held - view.target)
        cash = abs(float((view.held - view.target).sum()))
        if not relative:
            return cash > width or bool((drift > width).any())
        spare = 1.0 - float(view.target.sum())
        meant = view.target > _NOTHING
        apart = drift[meant] > width * view.target[meant]
        return (spare > _NOTHING and cash > width * spare) or bool(apart.any())

    kind = "relative" if relative else "absolute"
    return Rebalancing(NAME, None, due, facts={"width": width, "kind": kind})


_NOTHING = 1e-9  # a target below it is a rounding error
