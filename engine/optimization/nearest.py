"""Rules of thumb under constraints: the allowed portfolio nearest to the rule's."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.attention import answer_by_variance
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import polyhedron, violation
from engine.optimization.kernels.programme import Curvature
from engine.optimization.solution import Solution
from engine.optimization.variance import (
    Found,
    minimise,
    programme_over,
    uncharged,
)


def nearest_to(
    method: str, estimates: Estimates, constraints: Constraints, wanted: Floats
) -> Solution:
    """The weights of least Σ(w - wanted·(1 - least cash))²; ``wanted`` (N,) adds up to 1.

    Objective: the distance, the root of that sum: 0 where nothing is in the way. Raises Infeasible.
    """
    n = len(wanted)
    goal = wanted * (1.0 - constraints.cash[0])

    def found(allowed: Constraints) -> Found:
        if violation(allowed, goal) <= 1e-12:
            return Found(goal)
        flat = Curvature(loadings=np.zeros((n, 1)), specific=np.ones(n))
        programme = programme_over(flat, -goal, polyhedron(uncharged(allowed), n))
        answer = minimise(programme, allowed, estimates.symbols)
        return Found(answer.x[:n], answer.tried)

    return answer_by_variance(
        method, estimates, constraints, found, lambda weights: float(np.linalg.norm(weights - goal))
    )
