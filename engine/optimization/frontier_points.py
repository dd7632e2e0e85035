"""The efficient frontier under all constraints: its ends, and any point between them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from engine.arrays import Flags, Floats
from engine.optimization.attention import answer_by_variance, choose_few, with_few_names
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import HELD, polyhedron
from engine.optimization.kernels.frontier import at_variance, demanding, most, trace
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.programme import Answer
from engine.optimization.linear_form import closed, possible_names
from engine.optimization.solution import Infeasible, Status, Unsolvable
from engine.optimization.variance import (
    Found,
    curvature_of,
    minimise,
    net_return,
    programme_over,
    return_of,
    unsolved,
    volatility_of,
)

SLACK = 1e-10  # a target may be missed by so much


class Frontier:
    """Of one set of estimates and constraints (without ``names``: see ``few_points``).

    Returns are yearly, after costs, with cash at the risk-free rate. Raises Infeasible where the
    constraints clash.
    """

    def __init__(self, estimates: Estimates, constraints: Constraints) -> None:
        self.estimates, self.constraints = estimates, constraints
        allowed = polyhedron(constraints, len(estimates.symbols))
        self.net = net_return(estimates, constraints, allowed)
        self.programme = programme_over(curvature_of(estimates), np.zeros(allowed.assets), allowed)
        try:
            self.highest = most(self.programme, self.net.coefficients) + self.net.constant
        except Insoluble as error:
            raise unsolved(error, constraints, estimates.symbols) from error

    def calmest(self) -> Answer:
        """The least variance of all; of several, what the solver came to."""
        return minimise(self.programme, self.constraints, self.estimates.symbols)

    def reach(self, target: float) -> None:
        """Raises Unsolvable("target_out_of_reach") where no portfolio returns so much."""
        if target > self.highest + SLACK:
            lowest = self.return_at(self.calmest().x)
            raise Unsolvable(
                "target_out_of_reach", target=target, lowest=lowest, highest=self.highest
            )

    def at_return(self, target: float) -> Answer:
        """The least variance with a return of at least ``target``. Raises Unsolvable."""
        self.reach(target)
        least = min(target, self.highest) - self.net.constant
        programme = demanding(self.programme, self.net.coefficients, max(least, -1e6))
        return minimise(programme, self.constraints, self.estimates.symbols)

    def at_risk(self, target: float) -> Answer:
        """The most return with a volatility of at most ``target``. Raises Unsolvable."""
        calmest = self.calmest()
        lowest = self._volatility(calmest.x)
        if target < lowest - SLACK:
            highest = self._volatility(self.at_return(self.highest).x)
            raise Unsolvable("target_out_of_reach", target=target, lowest=lowest, highest=highest)
        variance = max(target, lowest) ** 2
        if variance <= 0.0:
            return calmest
        reach = self.return_at(calmest.x) - self.net.constant, self.highest - self.net.constant
        try:
            return at_variance(self.programme, self.net.coefficients, variance, reach)
        except Insoluble as error:
            raise unsolved(error, self.constraints, self.estimates.symbols) from error

    def points(self, count: int) -> list[Answer]:
        """``count`` points evenly spaced in return, from the calmest to the best."""
        low = self.return_at(self.calmest().x)
        targets = np.linspace(low, self.highest, count) - self.net.constant
        try:
            return list(trace(self.programme, self.net.coefficients, targets.tolist()))
        except Insoluble as error:
            raise unsolved(error, self.constraints, self.estimates.symbols) from error

    def return_at(self, x: Floats) -> float:
        return float(self.net.coefficients @ x) + self.net.constant

    def _volatility(self, x: Floats) -> float:
        return float(np.sqrt(max(0.0, float(x @ self.programme.curvature.times(x)))))


def few_points(estimates: Estimates, constraints: Constraints, count: int) -> list[Found]:
    """``count`` portfolios of at most ``names`` assets, evenly spaced in return, without proof.

    From the calmest found to the best: the names of the best by a mixed-integer programme, exact
    without costs. A point is the calmest of those by dropping names, by exchanges at the price of
    return that holds there without the limit, and by the names of the best and of the point of
    next more return. Raises Infeasible.
    """
    n, unlimited = len(estimates.symbols), replace(constraints, names=None)
    whole = Frontier(estimates, unlimited)
    kept = possible_names(constraints, estimates.mean - estimates.risk_free)
    if kept is None:
        raise Infeasible(("names",), ())
    best = Frontier(estimates, closed(unlimited, kept))
    calm = answer_by_variance(
        "minimum_variance",
        estimates,
        constraints,
        lambda allowed: Found(Frontier(estimates, allowed).calmest().x[:n]),
        lambda weights: volatility_of(estimates, weights),
        tolerance=0.0,
    )
    low = min(return_of(estimates, constraints, calm.weights), best.highest)
    found = [Found(best.at_return(best.highest).x[:n], status=Status.HEURISTIC)]
    for target in np.linspace(low, best.highest, count)[-2::-1].tolist():
        free = whole.at_return(target)
        rivals = [Found(best.at_return(target).x[:n]), found[-1]]
        if target == low:
            rivals.append(Found(calm.weights))
        with suppress(Unsolvable, Infeasible):  # by those held most it may be out of reach
            rivals.append(_dropped(estimates, constraints, free, target))
        for names in (found[-1].weights > HELD, _priced(estimates, constraints, free)):
            with suppress(Unsolvable, Infeasible):
                other = Frontier(estimates, closed(unlimited, names)).at_return(target)
                rivals.append(Found(other.x[:n]))
        chosen = min(rivals, key=lambda one: volatility_of(estimates, one.weights))
        found.append(replace(chosen, status=Status.HEURISTIC))
    return found[::-1]


def _dropped(estimates: Estimates, constraints: Constraints, free: Answer, target: float) -> Found:
    """The names held most without the limit, by rounds."""

    def least(allowed: Constraints) -> Found:
        same = bool(np.array_equal(allowed.upper, constraints.upper))
        answer = free if same else Frontier(estimates, allowed).at_return(target)
        return Found(answer.x[: len(estimates.symbols)])

    return with_few_names(constraints, estimates.symbols, least)


def _priced(estimates: Estimates, constraints: Constraints, free: Answer) -> Flags:
    """(N,) the names that bounds and cash alone would choose where return has that price."""
    price = max(0.0, float(free.duals[-1]))
    boxed = replace(constraints, groups=(), turnover=None, cost_rate=None)
    return np.asarray(choose_few(estimates, boxed, price).weights > HELD)
