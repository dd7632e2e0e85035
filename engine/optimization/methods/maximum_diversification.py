"""The most volatility taken apart by mixing (Choueifaty and Coignard, J. Portfolio Mgmt 2008)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import finish
from engine.optimization.ratio import best_ratio
from engine.optimization.solution import Solution
from engine.optimization.variance import (
    Found,
    measures_of,
    uncharged,
    volatility_of,
    with_few_names,
)


def solve(estimates: Estimates, constraints: Constraints) -> Solution:
    """Objective: Σ w·volatility of each / volatility of the whole: 1 where nothing diversifies.

    Trading costs are not weighed against it. Raises Infeasible and Unsolvable("singular") where
    a risky mix has no risk at all or no asset has any.
    """
    volatilities = np.sqrt(np.diagonal(estimates.covariance))

    def found(allowed: Constraints) -> Found:
        return best_ratio(estimates, uncharged(allowed), volatilities, "singular")

    def objective(weights: Floats) -> float:
        return float(volatilities @ weights) / volatility_of(estimates, weights)

    best = with_few_names(constraints, estimates.symbols, found)
    return finish(
        METHOD.name,
        estimates,
        constraints,
        best.weights,
        objective,
        best.status,
        best.tried,
        lambda weights: measures_of(estimates, constraints, weights),
    )


METHOD = Method(
    name="maximum_diversification",
    family=Family.RISK,
    solve=solve,
    maximises=True,
    needs_mean=False,
)
