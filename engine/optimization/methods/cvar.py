"""Least mean loss on the worst days: conditional value at risk (Rockafellar & Uryasev 2000)."""

from __future__ import annotations

import math

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.kernels.losses import ScenarioLosses, tail_mean
from engine.optimization.least_loss import Question, daily_gains, solve_question
from engine.optimization.solution import Solution


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    level: float = 0.95,
    least_return: float = -math.inf,
) -> Solution:
    """The weights whose worst 1 - ``level`` share of days loses least on average.

    Objective: that mean loss, of one day, a share of the value. ``least_return``: expected return
    a year that must be reached. Measures: ``value_at_risk`` of one day at the same level. Raises
    Infeasible, Unsolvable("too_few_days" | "target_out_of_reach").
    """
    gains, interest = daily_gains(estimates, constraints)
    days = len(gains)

    def losses(weights: Floats) -> Floats:
        return -(gains @ weights) - interest

    def measure(weights: Floats) -> dict[str, float]:
        worst = np.sort(losses(weights))[::-1]
        return {"value_at_risk": float(worst[min(int((1.0 - level) * days), days - 1)])}

    programme = ScenarioLosses.plain(
        gains, np.full(days, -interest), 1.0 / ((1.0 - level) * days), threshold=True
    )
    question = Question(METHOD.name, programme, lambda w: tail_mean(losses(w), level), least_return)
    return solve_question(estimates, constraints, question, measure)


METHOD = Method(
    name="cvar",
    family=Family.TAIL,
    solve=solve,
    maximises=False,
    needs_mean=False,
    parameters={
        "level": Parameter(0.95, 0.0, 0.999),
        "least_return": Parameter(-math.inf, -math.inf, math.inf),
    },
)
