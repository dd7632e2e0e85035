"""The most volatility taken apart by mixing (Choueifaty and Coignard, J. Portfolio Mgmt 2008)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.attention import answer_by_variance
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method
from engine.optimization.estimates import Estimates
from engine.optimization.ratio import best_ratio
from engine.optimization.solution import Solution
from engine.optimization.variance import (
    Found,
    uncharged,
    volatility_of,
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

    return answer_by_variance(METHOD.name, estimates, constraints, found, objective)


METHOD = Method(
    name="maximum_diversification",
    family=Family.RISK,
    solve=solve,
    maximises=True,
    needs_mean=False,
)
