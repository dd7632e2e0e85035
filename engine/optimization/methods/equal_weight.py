"""The same of everything: the rule of thumb that is hard to beat (DeMiguel et al., RFS 2009)."""

from __future__ import annotations

import numpy as np

from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method
from engine.optimization.estimates import Estimates
from engine.optimization.nearest import nearest_to
from engine.optimization.solution import Solution


def solve(estimates: Estimates, constraints: Constraints) -> Solution:
    """1/N each, or the allowed portfolio nearest to it; the objective is the distance, 0 at best.

    Raises Infeasible.
    """
    n = len(estimates.symbols)
    return nearest_to(METHOD.name, estimates, constraints, np.full(n, 1.0 / n))


METHOD = Method(
    name="equal_weight",
    family=Family.RISK,
    solve=solve,
    maximises=False,
    needs_mean=False,
)
