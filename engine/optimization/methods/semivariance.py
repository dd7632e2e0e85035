"""Only days below a benchmark count as risk (Markowitz, "Portfolio Selection", 1959, ch. 9)."""

from __future__ import annotations

import math

import numpy as np

from engine.arrays import Floats
from engine.optimization.attention import answer_by_variance
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import TRADING_DAYS, Estimates
from engine.optimization.feasible_set import polyhedron
from engine.optimization.frontier_points import Frontier
from engine.optimization.kernels.downside import Shortfall, solve_shortfall
from engine.optimization.kernels.frontier import demanding
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.programme import Curvature
from engine.optimization.solution import Solution, Unsolvable
from engine.optimization.variance import (
    Found,
    net_return,
    programme_over,
    unsolved,
)


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    benchmark: float = 0.0,
    least_return: float = -math.inf,
) -> Solution:
    """Objective: the semideviation a year, √(252/T · Σ max(0, benchmark/252 - return)²).

    ``benchmark``: return a year below which a day falls short. ``least_return``: expected return a
    year, after costs, that must be reached. Cash earns the risk-free rate. Raises Infeasible,
    Unsolvable("target_out_of_reach", target, lowest, highest) and Unsolvable("too_few_days").
    """
    days, n = estimates.scenarios.shape
    if days < 2:
        raise Unsolvable("too_few_days", days=days)
    interest = estimates.risk_free / TRADING_DAYS
    shortfall = Shortfall(
        returns=estimates.scenarios - interest,
        goal=np.full(days, benchmark / TRADING_DAYS - interest),
        scale=2.0 * TRADING_DAYS / days,
    )

    def found(allowed: Constraints) -> Found:
        within = polyhedron(allowed, n)
        nothing = Curvature(loadings=np.zeros((n, 0)), specific=np.zeros(n))
        programme = programme_over(nothing, np.zeros(n), within)
        if least_return > -math.inf:
            Frontier(estimates, allowed).reach(least_return)
            net = net_return(estimates, allowed, within)
            programme = demanding(programme, net.coefficients, least_return - net.constant)
        try:
            answer = solve_shortfall(shortfall, programme)
        except Insoluble as error:
            raise unsolved(error, allowed, estimates.symbols) from error
        return Found(answer.x[:n], answer.tried)

    def objective(weights: Floats) -> float:
        return math.sqrt(shortfall.value(weights))

    return answer_by_variance(METHOD.name, estimates, constraints, found, objective)


METHOD = Method(
    name="semivariance",
    family=Family.TAIL,
    solve=solve,
    maximises=False,
    needs_mean=False,
    parameters={
        "benchmark": Parameter(0.0, -1.0, 1.0),
        "least_return": Parameter(-math.inf, -math.inf, math.inf),
    },
)
