"""The portfolio that moves least (Markowitz, "Portfolio Selection", J. of Finance 1952)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import finish, plain, polyhedron
from engine.optimization.kernels.active_set import Dependent, solve_from_covariance
from engine.optimization.solution import Solution
from engine.optimization.variance import (
    Found,
    curvature_of,
    measures_of,
    minimise,
    programme_over,
    uncharged,
    volatility_of,
    with_few_names,
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
                x = solve_from_covariance(estimates.covariance, np.ones(n))
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
    name="minimum_variance",
    family=Family.RISK,
    solve=solve,
    maximises=False,
    needs_mean=False,
)
