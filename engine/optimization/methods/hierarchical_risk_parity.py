"""Hierarchical risk parity (López de Prado 2016)."""

from __future__ import annotations

from math import sqrt

import numpy as np

from engine.arrays import Flags, Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method
from engine.optimization.estimates import Estimates
from engine.optimization.kernels.hierarchy import hierarchical_weights
from engine.optimization.projection import Ruled, follow_rule
from engine.optimization.solution import Solution


def solve(estimates: Estimates, constraints: Constraints) -> Solution:
    """Money halved down the tree of correlated assets; always a heuristic.

    The rule knows no constraints: assets that may not be held are left out of the tree, and
    weights outside the constraints go to the nearest inside by least squares (measure
    ``projected``, said in ``fallback``). Objective: volatility a year. Raises Infeasible.
    """
    covariance = estimates.covariance

    def rule(allowed: Flags) -> Ruled:
        inside = np.flatnonzero(allowed)
        part = covariance if len(inside) == len(covariance) else covariance[np.ix_(inside, inside)]
        weights = np.zeros(len(allowed))
        weights[inside] = hierarchical_weights(part)
        return Ruled(weights, proved=False)

    def volatility(weights: Floats) -> float:
        return sqrt(max(float(weights @ covariance @ weights), 0.0))

    return follow_rule(METHOD.name, estimates, constraints, rule, volatility)


METHOD = Method(
    name="hierarchical_risk_parity",
    family=Family.RISK,
    solve=solve,
    maximises=False,
    needs_mean=False,
)
