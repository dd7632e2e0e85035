"""Less of what moves more: weights in proportion to 1 / volatility, correlations left aside."""

from __future__ import annotations

import numpy as np

from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method
from engine.optimization.estimates import Estimates
from engine.optimization.nearest import nearest_to
from engine.optimization.solution import Solution, Unsolvable


def solve(estimates: Estimates, constraints: Constraints) -> Solution:
    """The rule's weights, or the allowed portfolio nearest to them; the objective is the distance.

    Raises Infeasible and Unsolvable("singular", symbol) for an asset that never moves.
    """
    volatilities = np.sqrt(np.diagonal(estimates.covariance))
    still = np.flatnonzero(volatilities <= 1e-12 * volatilities.max())
    if len(still):
        raise Unsolvable("singular", symbol=estimates.symbols[int(still[0])])
    wanted = 1.0 / volatilities
    return nearest_to(METHOD.name, estimates, constraints, wanted / wanted.sum())


METHOD = Method(
    name="inverse_volatility",
    family=Family.RISK,
    solve=solve,
    maximises=False,
    needs_mean=False,
)
