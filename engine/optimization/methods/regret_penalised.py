"""Expected return less a price for regret (Bell 1982; Loomes & Sugden 1982)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import cost_of
from engine.optimization.kernels.losses import ScenarioLosses, spread
from engine.optimization.least_loss import Question, solve_question
from engine.optimization.solution import Solution
from engine.optimization.worlds import Worlds, worlds_of

MONTH = 21.0
KINKS = 16


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    aversion: float = 1.0,
    days: float = MONTH,
    reachable: float = 0.0,
    worlds: Floats | None = None,
) -> Solution:
    """The weights of the largest mean - ``aversion``·E[g(regret)] - costs, all a year.

    Muermann, Mitchell & Volkman (2006), "Regret, portfolio choice, and guarantees", with linear
    utility: regret is against the best outcome of each world and g is convex with g(0) = 0. (With
    a linear g nothing but the mean would count, since what the best earned is the same for all.)
    Here g(r) = r²/s at ``KINKS`` evenly spaced points up to the largest regret there is, linear
    between and beyond; s is the mean |regret| of equal weights, so that a regret of s is felt as
    s times ``aversion``. Worlds, ``days`` and ``reachable`` as in minimax regret. Costs: of the
    trades once. Measures: ``mean_return``, ``mean_regret``, ``penalty``, ``worlds``. Raises
    Infeasible, Unsolvable("too_few_days").
    """
    found = worlds_of(
        estimates, constraints, days=int(days), reachable=reachable >= 0.5, given=worlds
    )
    points, slopes = _bends(found)
    a_year = aversion * estimates.days_per_year / int(days)
    excess = estimates.mean - estimates.risk_free

    def penalty(weights: Floats) -> float:
        over = np.maximum(found.regrets(weights)[:, None] - points, 0.0)
        return a_year * float((over @ slopes).mean())

    def mean_return(weights: Floats) -> float:
        return estimates.risk_free + float(excess @ weights)

    def objective(weights: Floats) -> float:
        return penalty(weights) + cost_of(constraints, weights) - mean_return(weights)

    def measure(weights: Floats) -> dict[str, float]:
        regrets = found.regrets(weights)
        return {
            "mean_return": mean_return(weights),
            "mean_regret": float(regrets.mean()),
            "penalty": penalty(weights),
            "worlds": float(len(regrets)),
        }

    question = Question(
        METHOD.name,
        _hinges(found, points, slopes * a_year),
        objective,
        worth=excess,
        constant=-estimates.risk_free,
        sense=-1.0,
    )
    return solve_question(estimates, constraints, question, measure)


def _bends(worlds: Worlds) -> tuple[Floats, Floats]:
    """(K,) points where g bends and by how much its slope grows at each."""
    count = worlds.gains.shape[1]
    typical = float(np.abs(worlds.regrets(np.full(count, 1.0 / count))).mean())
    lowest = np.minimum(worlds.gains.min(axis=1), 0.0)
    largest = float(np.max(worlds.best - worlds.interest - lowest))
    if typical <= 0.0 or largest <= 0.0:
        return np.zeros(1), np.ones(1)
    points = np.linspace(0.0, largest, KINKS + 1)
    slopes = np.diff(points**2 / typical) / np.diff(points)
    return points[:-1], np.diff(slopes, prepend=0.0)


def _hinges(worlds: Worlds, points: Floats, slopes: Floats) -> ScenarioLosses:
    """A piece for each world and bend: max(0, regret - point) at the price of the slope."""
    count, bends = len(worlds.best), len(points)
    offset = (worlds.best - worlds.interest)[:, None] - points
    return ScenarioLosses(
        returns=worlds.gains,
        scenario=np.repeat(np.arange(count), bends),
        offset=offset.ravel(),
        cap=np.tile(slopes / count, count),
        threshold=False,
        scale=spread(worlds.gains),
    )


METHOD = Method(
    name="regret_penalised",
    family=Family.BEHAVIOURAL,
    solve=solve,
    maximises=True,
    needs_mean=True,
    parameters={
        "aversion": Parameter(1.0, 0.0, 100.0),
        "days": Parameter(MONTH, 1.0, 365.0),
        "reachable": Parameter(0.0, 0.0, 1.0),
    },
)
