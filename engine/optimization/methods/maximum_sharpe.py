"""The most expected return above cash for each unit of volatility (Sharpe, J. of Business 1966)."""

from __future__ import annotations

from engine.arrays import Floats
from engine.optimization.attention import answer_by_variance
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method
from engine.optimization.estimates import Estimates
from engine.optimization.ratio import best_ratio
from engine.optimization.solution import Solution
from engine.optimization.variance import (
    Found,
    return_of,
    volatility_of,
)


def solve(estimates: Estimates, constraints: Constraints) -> Solution:
    """Objective: (expected return after costs - risk-free rate) / volatility, of a year.

    Raises Infeasible and Unsolvable("no_asset_beats_cash", best, risk_free), ``best`` being the
    largest expected return above cash, or "singular" where such a return comes without risk.
    """

    def found(allowed: Constraints) -> Found:
        excess = estimates.mean - estimates.risk_free
        return best_ratio(estimates, allowed, excess, "no_asset_beats_cash")

    def objective(weights: Floats) -> float:
        gain = return_of(estimates, constraints, weights) - estimates.risk_free
        return gain / volatility_of(estimates, weights)

    return answer_by_variance(METHOD.name, estimates, constraints, found, objective)


METHOD = Method(
    name="maximum_sharpe",
    family=Family.CLASSICAL,
    solve=solve,
    maximises=True,
    needs_mean=True,
)
