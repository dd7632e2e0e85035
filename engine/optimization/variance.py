"""Variance over the feasible set: what the methods that minimise or weigh it have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import (
    Polyhedron,
    check,
    cost_of,
    turnover_of,
)
from engine.optimization.kernels.active_set import solve_from_covariance, solve_from_returns
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.programme import Answer, Curvature, Programme
from engine.optimization.kernels.quadratic import solve_quadratic
from engine.optimization.solution import Infeasible, Status, Unsolvable

RISKLESS = 1e-14  # a variance below this share of the assets' largest is none


@dataclass(frozen=True, slots=True)
class Found:
    """Weights before they are cleaned, and what was tried in vain before."""

    weights: Floats  # (N,)
    tried: tuple[str, ...] = ()
    status: Status = Status.OPTIMAL


@dataclass(frozen=True, slots=True)
class NetReturn:
    """What a portfolio is expected to earn a year: coefficients·x + constant, costs taken off.

    Cash earns the risk-free rate; costs are charged once, as if the portfolio were kept a year.
    """

    coefficients: Floats  # (V,)
    constant: float


def curvature_of(estimates: Estimates) -> Curvature:
    """The covariance, in factor form where it is known."""
    if estimates.loadings is not None and estimates.specific is not None:
        return Curvature(loadings=estimates.loadings, specific=estimates.specific)
    return Curvature(matrix=estimates.covariance)


def programme_over(curvature: Curvature, linear: Floats, allowed: Polyhedron) -> Programme:
    """min x'Px/2 + linear·x over the set; ``linear`` (N,) or (V,)."""
    padding = np.zeros(len(allowed.floor) - len(linear))
    return Programme(
        curvature,
        np.concatenate([linear, padding]),
        allowed.rows,
        allowed.lower,
        allowed.upper,
        allowed.floor,
        allowed.ceiling,
    )


def net_return(estimates: Estimates, constraints: Constraints, allowed: Polyhedron) -> NetReturn:
    excess = estimates.mean - estimates.risk_free
    coefficients = np.concatenate([excess, np.zeros(len(allowed.split))])
    if constraints.cost_rate is None:
        return NetReturn(coefficients, estimates.risk_free)
    charged, constant = allowed.trading(constraints.cost_rate)
    return NetReturn(coefficients - charged, estimates.risk_free - constant)


def long_only(estimates: Estimates, linear: Floats) -> Floats:
    """(N,) x >= 0 of least x'Σx/2 - linear·x, by the active set. Raises Dependent."""
    made_of = estimates.deviations
    if made_of is None:
        return solve_from_covariance(estimates.covariance, linear)
    return solve_from_returns(made_of.returns, linear, made_of.days)


def uncharged(constraints: Constraints) -> Constraints:
    """For methods that know no returns, costs have nothing to be weighed against."""
    return replace(constraints, cost_rate=None)


def volatility_of(estimates: Estimates, weights: Floats) -> float:
    """A year."""
    if estimates.deviations is not None:
        return float(np.sqrt(estimates.deviations.variance(weights)))
    held = np.flatnonzero(weights)
    block = estimates.covariance[np.ix_(held, held)]
    return float(np.sqrt(max(0.0, float(weights[held] @ block @ weights[held]))))


def return_of(estimates: Estimates, constraints: Constraints, weights: Floats) -> float:
    """Expected, a year, after the costs of getting there; cash earns the risk-free rate."""
    excess = (estimates.mean - estimates.risk_free) @ weights
    return float(estimates.risk_free + excess) - cost_of(constraints, weights)


def measures_of(
    estimates: Estimates, constraints: Constraints, weights: Floats
) -> dict[str, float]:
    return {
        "return": return_of(estimates, constraints, weights),
        "volatility": volatility_of(estimates, weights),
        "turnover": turnover_of(constraints, weights),
        "cost": cost_of(constraints, weights),
    }


def minimise(
    programme: Programme,
    constraints: Constraints,
    symbols: Sequence[str],
    start: Floats | None = None,
) -> Answer:
    """``solve_quadratic`` with its failures in the words of the engine.

    Raises Infeasible where the constraints clash, else Unsolvable("not_solved", by whom tried).
    """
    try:
        return solve_quadratic(programme, start)
    except Insoluble as error:
        raise unsolved(error, constraints, symbols) from error


def unsolved(
    error: Insoluble, constraints: Constraints, symbols: Sequence[str]
) -> Infeasible | Unsolvable:
    """What to raise; that the constraints themselves clash is looked at first."""
    try:
        check(constraints, symbols)
    except Infeasible as clash:
        return clash
    return Unsolvable("not_solved", why=error.reason, tried="; ".join(error.tried))
