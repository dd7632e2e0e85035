"""What a market implies, corrected by a person's views, and the portfolio that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.arrays import Floats
from engine.optimization.attention import answer_by_variance
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.estimation.estimate import RISK_AVERSION, TAU, in_equilibrium, with_views
from engine.optimization.estimation.views import View
from engine.optimization.feasible_set import held_now, polyhedron
from engine.optimization.solution import Solution
from engine.optimization.variance import (
    Found,
    curvature_of,
    minimise,
    net_return,
    programme_over,
    return_of,
    volatility_of,
)


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    risk_aversion: float = RISK_AVERSION,
    tau: float = TAU,
    views: Sequence[View] = (),
    market: Floats | None = None,
) -> Solution:
    """The weights of the most return - δσ²/2 under the posterior of Black and Litterman (1992).

    ``estimates`` made with views are believed as they are. All others give their covariance alone,
    which views leave as it is (Idzorek 2005): the means are those at which a holder of ``market``
    (N,) would be content, corrected by ``views``. Without ``market`` it is what is held now, so
    that no views mean no trades; and equal weights where nothing is held. ``risk_aversion`` δ. The
    objective is that number, after costs.
    Measures: under the posterior. Raises Infeasible, Unsolvable("views_clash") and UnknownAsset.
    """
    count = len(estimates.symbols)
    believed = estimates
    if estimates.mean_by != "black_litterman":
        believed = in_equilibrium(estimates, _market(constraints, market), risk_aversion, tau)
    if views:
        believed = replace(estimates, mean=with_views(believed, views, tau).mean)

    def found(allowed: Constraints) -> Found:
        form = polyhedron(allowed, count)
        earned = net_return(believed, allowed, form).coefficients
        programme = programme_over(curvature_of(believed).scaled(risk_aversion), -earned, form)
        answer = minimise(programme, allowed, estimates.symbols)
        return Found(answer.x[:count], answer.tried)

    def objective(weights: Floats) -> float:
        risk = volatility_of(believed, weights) ** 2
        return return_of(believed, constraints, weights) - risk_aversion * risk / 2.0

    return answer_by_variance(
        METHOD.name, believed, constraints, found, objective, tolerance=1.0 / risk_aversion
    )


def _market(constraints: Constraints, market: Floats | None) -> Floats:
    """(N,) weights that add up to 1."""
    held = np.maximum(held_now(constraints) if market is None else market, 0.0)
    whole = float(held.sum())
    return held / whole if whole > 0.0 else np.full(len(held), 1.0 / len(held))


METHOD = Method(
    name="black_litterman",
    family=Family.CLASSICAL,
    solve=solve,
    maximises=True,
    needs_mean=False,
    parameters={
        "risk_aversion": Parameter(RISK_AVERSION, 0.1, 100.0),
        "tau": Parameter(TAU, 0.001, 1.0),
    },
)
