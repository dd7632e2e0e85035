"""What would bring a goal within reach: less, later, more a month, more money now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.frontier_points import Frontier
from engine.optimization.goals import MoneyGoal, yearly

_POINTS = 40  # of the frontier
_BETWEEN = 10  # straight between two of them: a little less than what is there
_STEPS = 30
_MOST_YEARS = 60.0
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class WaysOut:
    """``best``: the smallest chance to miss the goal as it is. Each other alone would do, with the
    chance that was allowed; None where it would not, within 60 years or twice the amount."""

    best: float
    amount: float | None = None
    years: float | None = None
    monthly: float | None = None
    now: float | None = None


def find_ways(estimates: Estimates, constraints: Constraints, goal: MoneyGoal) -> WaysOut:
    """By bisection over the frontier of all portfolios; the limit of names is not looked at.

    Raises Infeasible, Unsolvable("not_solved").
    """
    frontier = Frontier(estimates, constraints)
    points = [one.x for one in frontier.points(_POINTS)]
    at = np.linspace(0.0, _POINTS - 1.0, (_POINTS - 1) * _BETWEEN + 1)
    means = np.interp(at, range(_POINTS), [frontier.return_at(x) for x in points])
    curved = [float(x @ frontier.programme.curvature.times(x)) for x in points]
    deviations = np.interp(at, range(_POINTS), np.sqrt(np.maximum(curved, 0.0)))

    def reached(other: MoneyGoal) -> bool:
        return best_of(other, means, deviations) <= goal.chance

    best = best_of(goal, means, deviations)
    most, room = 2.0 * goal.amount, max(_MOST_YEARS, goal.years)
    tried: dict[str, tuple[float, float]] = {
        "amount": (0.01 * goal.amount, goal.amount),
        "years": (goal.years, room),
        "monthly": (goal.monthly, goal.monthly + most / (goal.years * _MONTHS)),
        "now": (goal.now, goal.now + most),
    }

    def with_(name: str) -> Callable[[float], bool]:
        def does(value: float) -> bool:
            changed = {
                "amount": lambda: replace(goal, amount=value),
                "years": lambda: replace(goal, years=value),
                "monthly": lambda: replace(goal, monthly=value),
                "now": lambda: replace(goal, now=value),
            }
            return reached(changed[name]())

        return does

    found = {}
    for name, (low, high) in tried.items():
        good, bad = (low, high) if name == "amount" else (high, low)
        found[name] = _turn(with_(name), good, bad)
    return WaysOut(best, **found)


def best_of(goal: MoneyGoal, means: Floats, deviations: Floats) -> float:
    """The smallest chance to miss ``goal`` with any of the portfolios."""
    if goal.now + goal.monthly <= 0:
        return 1.0
    wanted = yearly(goal, 1.0)
    scores = [
        wanted.score(float(mean), float(deviation))
        for mean, deviation in zip(means, deviations, strict=True)
    ]
    return float(ndtr(-max(scores)))


def _turn(does: Callable[[float], bool], good: float, bad: float) -> float | None:
    """The value nearest to ``bad`` that does, if ``good`` does."""
    if not does(good):
        return None
    for _ in range(_STEPS):
        middle = (good + bad) / 2.0
        if does(middle):
            good = middle
        else:
            bad = middle
    return good
