"""The least variance among portfolios expected to earn at least so much (Markowitz 1952)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.attention import answer_by_variance
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.frontier_points import Frontier
from engine.optimization.solution import Solution
from engine.optimization.variance import Found, volatility_of


def solve(estimates: Estimates, constraints: Constraints, *, target: float) -> Solution:
    """Objective: volatility a year, with an expected return of at least ``target`` a year.

    Costs are taken off the return; cash earns the risk-free rate. A target below what the
    portfolio of least variance earns gives that portfolio. Raises Infeasible and
    Unsolvable("target_out_of_reach", target, lowest, highest), in returns a year.
    """

    def found(allowed: Constraints) -> Found:
        answer = Frontier(estimates, allowed).at_return(target)
        return Found(answer.x[: len(estimates.symbols)], answer.tried)

    def objective(weights: Floats) -> float:
        return volatility_of(estimates, weights)

    return answer_by_variance(METHOD.name, estimates, constraints, found, objective)


METHOD = Method(
    name="target_return",
    family=Family.CLASSICAL,
    solve=solve,
    maximises=False,
    needs_mean=True,
    parameters={"target": Parameter(None, -np.inf, np.inf)},
)
