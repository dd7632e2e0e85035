"""Least mean absolute deviation of a day's return (Konno & Yamazaki 1991)."""

from __future__ import annotations

import math

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.kernels.losses import ScenarioLosses
from engine.optimization.least_loss import Question, daily_gains, solve_question
from engine.optimization.solution import Solution


def solve(
    estimates: Estimates, constraints: Constraints, *, least_return: float = -math.inf
) -> Solution:
    """The weights whose days stray least, on average, from their own mean.

    Objective: mean |r - mean r| of one day. Deviations below the mean are half of it, so only they
    are in the programme. ``least_return``: expected return a year that must be reached. Raises
    Infeasible, Unsolvable("too_few_days" | "target_out_of_reach").
    """
    gains, _ = daily_gains(estimates, constraints)
    days = len(gains)
    centred = gains - gains.mean(axis=0)

    def deviation(weights: Floats) -> float:
        return float(np.abs(centred @ weights).mean())

    programme = ScenarioLosses.plain(centred, np.zeros(days), 2.0 / days, threshold=False)
    question = Question(METHOD.name, programme, deviation, least_return)
    return solve_question(estimates, constraints, question)


METHOD = Method(
    name="mean_absolute_deviation",
    family=Family.RISK,
    solve=solve,
    maximises=False,
    needs_mean=False,
    parameters={"least_return": Parameter(-math.inf, -math.inf, math.inf)},
)
