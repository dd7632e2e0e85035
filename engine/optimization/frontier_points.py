"""The efficient frontier under all constraints: its ends, and any point between them."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import polyhedron
from engine.optimization.kernels.frontier import at_variance, demanding, most, trace
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.programme import Answer
from engine.optimization.solution import Unsolvable
from engine.optimization.variance import (
    curvature_of,
    minimise,
    net_return,
    programme_over,
    unsolved,
)

SLACK = 1e-10  # a target may be missed by so much


class Frontier:
    """Of one set of estimates and constraints (without ``names``, which it does not see).

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
