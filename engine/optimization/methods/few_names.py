"""As many names as a person can follow, and which: an attention limit as a choice of assets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.arrays import Floats
from engine.optimization.attention import choose_few
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import check, finish
from engine.optimization.solution import Solution, Status
from engine.optimization.variance import measures_of, return_of, uncharged, volatility_of

NAMES = 10.0  # holdings that a private investor can follow


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    names: float = NAMES,
    risk_tolerance: float = 0.0,
) -> Solution:
    """At most ``names`` assets (fewer where the constraints say so) of the least σ²/2 - τ·return.

    ``risk_tolerance`` τ: 0 looks at risk alone; 1 / τ is the risk aversion of mean-variance. The
    objective is that number. Measures: also ``unlimited``, the objective with any number of names,
    which nothing can beat: the difference is what following few costs. OPTIMAL where the two are
    equal, else HEURISTIC (elimination, addition and exchanges; Chang, Meade, Beasley and Sharaiha
    2000 for the problem). Raises Infeasible, with the key "names" where that is what clashes.
    """
    most = int(names) if constraints.names is None else min(int(names), constraints.names)
    allowed = constraints if risk_tolerance > 0.0 else uncharged(constraints)
    allowed = replace(allowed, names=most)
    check(allowed, estimates.symbols)
    chosen = choose_few(estimates, allowed, risk_tolerance)
    size = float(np.max(np.diag(estimates.covariance)))
    proved = chosen.objective - chosen.bound <= 1e-12 * size

    def objective(weights: Floats) -> float:
        earned = return_of(estimates, allowed, weights)
        return volatility_of(estimates, weights) ** 2 / 2.0 - risk_tolerance * earned

    def measures(weights: Floats) -> dict[str, float]:
        return measures_of(estimates, constraints, weights) | {"unlimited": chosen.bound}

    return finish(
        METHOD.name,
        estimates,
        allowed,
        chosen.weights,
        objective,
        Status.OPTIMAL if proved else Status.HEURISTIC,
        (),
        measures,
    )


METHOD = Method(
    name="few_names",
    family=Family.BEHAVIOURAL,
    solve=solve,
    maximises=False,
    needs_mean=False,
    parameters={
        "names": Parameter(NAMES, 1.0, 10_000.0),
        "risk_tolerance": Parameter(0.0, 0.0, 10.0),
    },
)
