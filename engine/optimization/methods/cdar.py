"""Smallest drawdowns: conditional drawdown at risk (Chekhlov, Uryasev & Zabarankin 2005)."""

from __future__ import annotations

import math

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.kernels.losses import DrawdownLosses, drawdowns, spread, tail_mean
from engine.optimization.least_loss import Question, daily_gains, solve_question
from engine.optimization.solution import Solution, Unsolvable

FIRST_PENALTY = 1e3  # of a unit of drawdown beyond the tolerance
PENALTIES = 3  # so many, each a thousand times the one before
KEPT = 1e-8  # the tolerance may be missed by so much


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    level: float = 0.95,
    least_return: float = -math.inf,
    tolerance: float = math.inf,
) -> Solution:
    """The weights whose worst 1 - ``level`` share of days stands least below the last peak.

    Drawdowns are of the sum of daily returns, as a portfolio set back to its weights every day,
    not compounded. ``tolerance``: the largest drawdown of that history that is accepted, a share
    (0.2 for 20 %). Measures: ``maximum_drawdown`` (summed) and ``compounded_drawdown``. Raises
    Infeasible, Unsolvable("too_few_days" | "target_out_of_reach"), and
    Unsolvable("drawdown_out_of_reach", tolerance, lowest) where every portfolio fell further.
    """
    if not math.isfinite(tolerance):
        return _solve(estimates, constraints, level, least_return, None, 0.0)
    for power in range(PENALTIES):
        penalty = FIRST_PENALTY * 1e3**power
        found = _solve(estimates, constraints, level, least_return, tolerance, penalty)
        if found.measures["maximum_drawdown"] <= tolerance + KEPT:
            return found
        if power == 0:
            lowest = _lowest(estimates, constraints, least_return)
            if lowest.objective > tolerance:
                raise Unsolvable(
                    "drawdown_out_of_reach", tolerance=tolerance, lowest=lowest.objective
                )
    return lowest


def _lowest(estimates: Estimates, constraints: Constraints, least_return: float) -> Solution:
    """The smallest maximum drawdown: the worst single day below its peak."""
    level = 1.0 - 1.0 / len(estimates.scenarios)
    return _solve(estimates, constraints, level, least_return, None, 0.0)


def _solve(
    estimates: Estimates,
    constraints: Constraints,
    level: float,
    least_return: float,
    tolerance: float | None,
    penalty: float,
) -> Solution:
    gains, interest = daily_gains(estimates, constraints)
    days, assets = gains.shape
    programme = DrawdownLosses(
        paths=np.vstack([np.zeros(assets), np.cumsum(gains, axis=0)]),
        cap=1.0 / ((1.0 - level) * days),
        scale=spread(gains),
        drift=interest,
        tolerance=tolerance,
        penalty=penalty,
    )

    def objective(weights: Floats) -> float:
        return tail_mean(drawdowns(programme.path(weights)), level)

    def measure(weights: Floats) -> dict[str, float]:
        wealth = np.cumprod(np.concatenate([[1.0], 1.0 + gains @ weights + interest]))
        return {
            "maximum_drawdown": float(drawdowns(programme.path(weights)).max()),
            "compounded_drawdown": float((1.0 - wealth / np.maximum.accumulate(wealth)).max()),
        }

    question = Question(METHOD.name, programme, objective, least_return)
    return solve_question(estimates, constraints, question, measure)


METHOD = Method(
    name="cdar",
    family=Family.TAIL,
    solve=solve,
    maximises=False,
    needs_mean=False,
    parameters={
        "level": Parameter(0.95, 0.0, 0.999),
        "least_return": Parameter(-math.inf, -math.inf, math.inf),
        "tolerance": Parameter(math.inf, 0.0, math.inf),
    },
)
