"""Trade only if being away from the target costs more than coming back to it.

The certainty equivalent that a holder with quadratic utility loses by holding ``w + d`` instead of
``w`` is ``1/2 * aversion * d' covariance d`` a year; rebalancing is worth it where that, over the
horizon, is more than ``rate`` of the money traded (Sun, Fan, Chen, Schouwenaars and Albota, Optimal
Rebalancing for Institutional Portfolios, Journal of Portfolio Management 2006, in its one-period
form; Grinold and Kahn, Active Portfolio Management, 2nd ed., ch. 16).
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.backtest.declaration import Rebalancing, View

NAME = "worth_the_cost"
_LEAST = 20  # returns without which no covariance is known; the rule then waits


def build(
    rate: float,
    *,
    horizon_days: float = 63.0,
    aversion: float = 3.0,
    window: int = 252,
    check_every: int = 1,
) -> Rebalancing:
    """``rate``: of the money traded, both directions; ``horizon_days``: rows for which the drift
    would last; ``window``: closes that the covariance is learned from; looked at on every
    ``check_every``-th row after a rebalancing. Raises ValueError for figures not above zero.
    """
    if rate < 0.0 or min(horizon_days, aversion, window, check_every) <= 0:
        raise ValueError(f"a rate of {rate} over {horizon_days} days, aversion {aversion}")

    def due(view: View) -> bool:
        if view.since < 0:
            return True
        drift = view.held - view.target
        traded = float(np.abs(drift).sum())
        if view.since % check_every or traded == 0.0 or not view.value > 0.0:
            return False
        lost = 0.5 * aversion * horizon_days * _variance(view, drift, window)
        return lost > rate * traded

    facts: dict[str, float | str] = {
        "rate": rate,
        "horizon_days": horizon_days,
        "aversion": aversion,
        "window": window,
    }
    return Rebalancing(NAME, None, due, facts=facts)


def _variance(view: View, drift: Floats, window: int) -> float:
    """Of the daily return of ``drift`` (N,), over the last closes; 0 while too few are known."""
    _, close = view.last_closes(window + 1)
    moved = drift != 0.0
    returns = close[1:, moved] / close[:-1, moved] - 1.0
    known = returns[~np.isnan(returns).any(axis=1)]
    if len(known) < _LEAST:
        return 0.0
    return float((known @ drift[moved]).var(ddof=1))
