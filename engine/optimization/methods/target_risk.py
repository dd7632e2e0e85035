"""The most expected return among portfolios that move no more than so much (Markowitz 1952)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.attention import answer_by_variance
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.frontier_points import Frontier
from engine.optimization.solution import Solution
from engine.optimization.variance import Found, return_of


def solve(estimates: Estimates, constraints: Constraints, *, target: float) -> Solution:
    """Objective: expected return a year after costs, with a volatility of at most ``target``.

    Where even the best return is less volatile, it is the answer. Raises Infeasible and
    Unsolvable("target_out_of_reach", target, lowest, highest), in volatilities a year.
    """

    def found(allowed: Constraints) -> Found:
        answer = Frontier(estimates, allowed).at_risk(target)
        return Found(answer.x[: len(estimates.symbols)], answer.tried)

    def objective(weights: Floats) -> float:
        return return_of(estimates, constraints, weights)

    return answer_by_variance(METHOD.name, estimates, constraints, found, objective)


METHOD = Method(
    name="target_risk",
    family=Family.CLASSICAL,
    solve=solve,
    maximises=True,
    needs_mean=True,
    parameters={"target": Parameter(None, 0.0, np.inf)},
)
