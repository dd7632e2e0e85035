"""The portfolio that is worth most to somebody who weighs losses more than gains and chances
unevenly (Tversky and Kahneman 1992; Luxenberg, Schiele and Boyd 2024)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import check, cost_of, finish
from engine.optimization.horizons import look_ahead
from engine.optimization.kernels.multistart import Found
from engine.optimization.linear_form import keep_few
from engine.optimization.prospect import (
    CURVATURE,
    LEAST_WEIGHTING,
    LOSS_AVERSION,
    WEIGHTING_GAINS,
    WEIGHTING_LOSSES,
    PowerUtility,
    Preferences,
    Prospects,
)
from engine.optimization.prospect_search import find_prospect
from engine.optimization.solution import Solution, Status, Unsolvable

MONTH = 21  # trading days


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    loss_aversion: float = LOSS_AVERSION,
    curvature: float = CURVATURE,
    gains_weighting: float = WEIGHTING_GAINS,
    losses_weighting: float = WEIGHTING_LOSSES,
    reference: float = 0.0,
    horizon: float = MONTH,
    preferences: Preferences | None = None,
) -> Solution:
    """The best of many climbs from the frontier, single assets and portfolios spread evenly.

    ``reference``: the return over the horizon that feels like neither gain nor loss: 0 the value
    today, the interest of cash, or what brings the purchase value back. ``horizon``: trading days
    after which the person looks. ``loss_aversion`` and ``curvature`` are of the power utility;
    ``preferences`` replace them and the weightings. Costs are taken off every outcome, cash earns
    the risk-free rate. The objective is the prospect value. Measures: ``gains`` and ``losses``
    (U⁺, U⁻), ``equivalent`` (the sure return as good as it), ``tops`` (climbs), ``spread`` (the
    best top less the worst), ``agreeing`` (share of climbs within 1e-4 of the best). No proof
    that nothing is better. Raises Infeasible, Unsolvable("too_few_days").
    """
    check(constraints, estimates.symbols)
    likes = preferences or Preferences(
        PowerUtility(loss_aversion, curvature, curvature), gains_weighting, losses_weighting
    )
    outlook = look_ahead(estimates, round(horizon))
    prospects = Prospects.of(likes, len(outlook.outcomes))
    searched: list[Found] = []

    def best_under(narrow: Constraints) -> Floats | None:
        found = find_prospect(narrow, outlook, prospects, reference)
        searched.extend([found] if found is not None else [])
        return None if found is None else found.point

    weights, _ = keep_few(constraints, best_under)
    if weights is None:
        raise Unsolvable("no_solver", method=METHOD.name)

    def outcomes(chosen: Floats) -> Floats:
        cash = 1.0 - float(chosen.sum())
        gained = outlook.outcomes @ chosen + cash * outlook.interest - reference
        return np.asarray(gained - cost_of(constraints, chosen))

    def valued(chosen: Floats) -> float:
        return float(prospects.value(outcomes(chosen)))

    value = valued(weights)
    gains, losses = prospects.split(outcomes(weights))
    equivalent = reference + likes.utility.inverse(value)
    told = {"gains": gains, "losses": losses, "equivalent": equivalent}
    told |= {"windows": float(len(outlook.outcomes))} | _agreement(searched[-1].tops, value)
    return finish(
        METHOD.name, estimates, constraints, weights, valued, Status.HEURISTIC, measures=told
    )


def _agreement(tops: Floats, value: float) -> dict[str, float]:
    """How far the climbs ended apart: ``tops`` their ends, the best first."""
    near = 1e-4 * max(abs(value), float(np.abs(tops).max()))
    return {
        "tops": float(len(tops)),
        "spread": float(tops[0] - tops[-1]),
        "agreeing": float(np.mean(tops >= tops[0] - near)),
    }


METHOD = Method(
    name="prospect_theory",
    family=Family.BEHAVIOURAL,
    solve=solve,
    maximises=True,
    needs_mean=True,
    parameters={
        "loss_aversion": Parameter(LOSS_AVERSION, 1.0, 10.0),
        "curvature": Parameter(CURVATURE, 0.3, 1.0),
        "gains_weighting": Parameter(WEIGHTING_GAINS, LEAST_WEIGHTING, 1.0),
        "losses_weighting": Parameter(WEIGHTING_LOSSES, LEAST_WEIGHTING, 1.0),
        "reference": Parameter(0.0, -0.9, 10.0),
        "horizon": Parameter(float(MONTH), 1.0, 252.0),
    },
)
