"""Return against risk: one point by risk aversion, or the whole frontier (Markowitz 1952)."""

from __future__ import annotations

from dataclasses import replace

from engine.arrays import Floats
from engine.optimization.attention import answer_by_variance
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import check, finish, polyhedron
from engine.optimization.frontier_points import Frontier, few_points
from engine.optimization.solution import Solution
from engine.optimization.variance import (
    Found,
    curvature_of,
    measures_of,
    minimise,
    net_return,
    programme_over,
    return_of,
    volatility_of,
)


def solve(estimates: Estimates, constraints: Constraints, *, aversion: float = 3.0) -> Solution:
    """Objective: expected return a year after costs, less ``aversion``/2 times the variance.

    Raises Infeasible.
    """
    n = len(estimates.symbols)

    def found(allowed: Constraints) -> Found:
        within = polyhedron(allowed, n)
        net = net_return(estimates, allowed, within)
        programme = programme_over(
            curvature_of(estimates).scaled(aversion), -net.coefficients, within
        )
        answer = minimise(programme, allowed, estimates.symbols)
        return Found(answer.x[:n], answer.tried)

    def objective(weights: Floats) -> float:
        risk = volatility_of(estimates, weights)
        return return_of(estimates, constraints, weights) - aversion / 2.0 * risk * risk

    return answer_by_variance(
        METHOD.name, estimates, constraints, found, objective, tolerance=1.0 / aversion
    )


def trace_frontier(
    estimates: Estimates, constraints: Constraints, points: int
) -> tuple[Solution, ...]:
    """The efficient portfolios from least variance to most return, evenly spaced in return.

    Each has its volatility a year as objective, and return and volatility among its measures. With
    a limit on names every point keeps it, each by names of its own: good, without proof. Raises
    Infeasible; ValueError for fewer than two points.
    """
    if points < 2:
        raise ValueError(f"a frontier of {points} points")
    check(constraints, estimates.symbols)
    n = len(estimates.symbols)
    if constraints.names is None or constraints.names >= n:
        allowed = replace(constraints, names=None)
        answers = Frontier(estimates, allowed).points(points)
        found = [Found(answer.x[:n], answer.tried) for answer in answers]
    else:
        allowed, found = constraints, few_points(estimates, constraints, points)
    return tuple(
        finish(
            "efficient_frontier",
            estimates,
            allowed,
            one.weights,
            lambda weights: volatility_of(estimates, weights),
            one.status,
            one.tried,
            lambda weights: measures_of(estimates, allowed, weights),
        )
        for one in found
    )


METHOD = Method(
    name="mean_variance",
    family=Family.CLASSICAL,
    solve=solve,
    maximises=True,
    needs_mean=True,
    parameters={"aversion": Parameter(3.0, 1e-3, 1e4)},
)
