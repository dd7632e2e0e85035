"""The portfolio that moves least (Markowitz, "Portfolio Selection", J. of Finance 1952)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.attention import answer_by_variance
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import plain, polyhedron
from engine.optimization.kernels.active_set import Dependent
from engine.optimization.solution import Solution
from engine.optimization.variance import (
    Found,
    curvature_of,
    long_only,
    minimise,
    programme_over,
    uncharged,
    volatility_of,
)


def solve(estimates: Estimates, constraints: Constraints) -> Solution:
    """The weights of least variance; the objective is their volatility a year.

    Plain long-only problems by the active set, all others as a quadratic programme. Trading costs
    are not weighed against risk: turnover can be capped. Raises Infeasible.
    """
    n = len(estimates.symbols)

    def found(allowed: Constraints) -> Found:
        tried: tuple[str, ...] = ()
        if plain(allowed):
            try:
                x = long_only(estimates, np.ones(n))
                return Found(x / x.sum())
            except Dependent:
                tried = ("active set: singular covariance",)
        programme = programme_over(
            curvature_of(estimates), np.zeros(n), polyhedron(uncharged(allowed), n)
        )
        answer = minimise(programme, allowed, estimates.symbols)
        return Found(answer.x[:n], tried + answer.tried)

    def objective(weights: Floats) -> float:
        return volatility_of(estimates, weights)

    return answer_by_variance(METHOD.name, estimates, constraints, found, objective, tolerance=0.0)


METHOD = Method(
    name="minimum_variance",
    family=Family.RISK,
    solve=solve,
    maximises=False,
    needs_mean=False,
)
