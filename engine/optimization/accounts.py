"""Mental accounts: a portfolio for each goal, what they are together, and what apart costs.

Das, Markowitz, Scheid and Statman, "Portfolio optimization with mental accounts", JFQA 2010.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import polyhedron, tidy
from engine.optimization.goals import Goal
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.risk_tolerance import Criterion, Frontier, Place
from engine.optimization.solution import Unsolvable
from engine.optimization.variance import (
    curvature_of,
    net_return,
    return_of,
    unsolved,
    volatility_of,
)

_STEP = 1e-6  # of a difference quotient, as a share
_CLOSE = 1e-9  # of a return
MARGIN = 0.1  # of the chance that is allowed, left where that can be


@dataclass(frozen=True, slots=True)
class Account:
    """The portfolio of one goal. ``aversion``: γ that somebody with such a goal acts with, 0 where
    even the boldest portfolio meets it. ``missed``: the probability of missing it."""

    goal: Goal
    weights: Floats  # (N,)
    mean: float
    deviation: float
    aversion: float
    missed: float


@dataclass(frozen=True, slots=True)
class Accounts:
    """All together. ``aversion``: γ of the frontier's portfolio with the same mean.

    ``return_lost``: what the frontier earns more a year at the same deviation; ``worth_lost``: the
    same in sure return at ``aversion``, γ/2 of the variance taken off.
    """

    accounts: tuple[Account, ...]
    weights: Floats  # (N,)
    mean: float
    deviation: float
    aversion: float
    return_lost: float
    worth_lost: float


def draw_frontier(estimates: Estimates, constraints: Constraints) -> Frontier:
    """Yearly, with cash at the risk-free rate and trading costs taken off the mean."""
    allowed = polyhedron(constraints, len(estimates.symbols))
    net = net_return(estimates, constraints, allowed)
    return Frontier(curvature_of(estimates), net.coefficients, net.constant, allowed)


def keep_accounts(
    estimates: Estimates, constraints: Constraints, goals: Sequence[Goal]
) -> Accounts:
    """Every account obeys ``constraints``, and with it their sum.

    Shares must add up to 1. Raises Unsolvable("goal_out_of_reach", goal, wanted, best, highest):
    ``wanted`` and ``best`` are probabilities of reaching the threshold, ``highest`` the threshold
    that could be reached with the probability wanted; Unsolvable("no_limit_to_risk", goal) where
    selling short without end pays for the goal, Infeasible, Unsolvable("not_solved").
    """
    if abs(sum(goal.share for goal in goals) - 1.0) > _CLOSE:
        raise ValueError("the shares of the goals add up to 1")
    frontier = draw_frontier(estimates, constraints)
    try:
        least = frontier.at(0.0)
        accounts = tuple(_account(estimates, constraints, frontier, least, goal) for goal in goals)
        return _together(estimates, constraints, frontier, least, accounts)
    except Insoluble as error:
        raise unsolved(error, constraints, estimates.symbols) from error


def join(estimates: Estimates, constraints: Constraints, accounts: Sequence[Account]) -> Accounts:
    """Accounts that were chosen one by one; their shares add up to 1. Raises Infeasible,
    Unsolvable("not_solved")."""
    frontier = draw_frontier(estimates, constraints)
    try:
        return _together(estimates, constraints, frontier, frontier.at(0.0), tuple(accounts))
    except Insoluble as error:
        raise unsolved(error, constraints, estimates.symbols) from error


def _together(
    estimates: Estimates,
    constraints: Constraints,
    frontier: Frontier,
    least: Place,
    accounts: tuple[Account, ...],
) -> Accounts:
    weights = np.sum([one.goal.share * one.weights for one in accounts], axis=0)
    mean = return_of(estimates, constraints, weights)
    deviation = volatility_of(estimates, weights)
    return _joined(frontier, least, accounts, weights, mean, deviation)


def keep_calm(estimates: Estimates, constraints: Constraints, goal: Goal) -> Account:
    """The calmest portfolio of the frontier that keeps the chance, with ``MARGIN`` where it can.

    Das et al. take the boldest. Where the portfolio of least variance keeps the chance, it is that
    one: more risk would buy nothing that the goal asks for. Raises what ``keep_accounts`` raises.
    """
    frontier = draw_frontier(estimates, constraints)
    try:
        least = frontier.at(0.0)
        place = _calmest(frontier, least, goal)
    except Insoluble as error:
        if error.reason == "unbounded":
            raise Unsolvable("no_limit_to_risk", goal=goal.name) from error
        raise unsolved(error, constraints, estimates.symbols) from error
    return _settled(estimates, constraints, place, goal)


def _calmest(frontier: Frontier, least: Place, goal: Goal) -> Place:
    strict = replace(goal, chance=goal.chance * (1.0 - MARGIN))
    try:
        there = _first(frontier, least, strict, _spare(strict))
    except Unsolvable:
        strict = goal
        there = _first(frontier, least, goal, _spare(goal))
    spare = _spare(strict)
    if spare(least.mean, least.deviation, 0.0) >= 0.0:
        return least

    def short(mean: float, deviation: float, tolerance: float) -> float:
        # Beyond ``there`` it may fall short again, which is no concern of the calmest.
        return -1.0 if mean >= there.mean else -spare(mean, deviation, tolerance)

    return frontier.last(short, least)


def _account(
    estimates: Estimates, constraints: Constraints, frontier: Frontier, least: Place, goal: Goal
) -> Account:
    """The boldest portfolio of the frontier that keeps the chance: it has the highest mean."""
    spare = _spare(goal)
    try:
        start = _first(frontier, least, goal, spare)
        place = frontier.last(spare, start)
    except Insoluble as found:
        if found.reason != "unbounded":
            raise
        raise Unsolvable("no_limit_to_risk", goal=goal.name) from found
    return _settled(estimates, constraints, place, goal)


def _spare(goal: Goal) -> Criterion:
    """By how much the return that is missed with the chance allowed is above the threshold."""

    def spare(mean: float, deviation: float, tolerance: float) -> float:
        return goal.quantile(mean, deviation) - goal.threshold

    return spare


def _settled(estimates: Estimates, constraints: Constraints, place: Place, goal: Goal) -> Account:
    weights = tidy(constraints, place.x[: len(constraints.lower)])
    mean = return_of(estimates, constraints, weights)
    deviation = volatility_of(estimates, weights)
    return Account(goal, weights, mean, deviation, place.aversion, goal.missed(mean, deviation))


def _first(frontier: Frontier, least: Place, goal: Goal, spare: Criterion) -> Place:
    """A portfolio that keeps the chance: of least variance or, if that earns too little, bolder."""
    if spare(least.mean, least.deviation, 0.0) >= 0.0:
        return least
    safest = frontier.last(rising(goal.quantile), least)
    missing = -spare(safest.mean, safest.deviation, safest.tolerance)
    if missing <= 0.0:
        return safest
    likeliest = frontier.last(rising(goal.score), least)
    raise Unsolvable(
        "goal_out_of_reach",
        goal=goal.name,
        wanted=1.0 - goal.chance,
        best=1.0 - goal.missed(likeliest.mean, likeliest.deviation),
        highest=goal.threshold - missing,
    )


def rising(merit: Callable[[float, float], float]) -> Criterion:
    """Whether ``merit`` of mean and deviation still rises along the frontier, where a step in the
    deviation adds deviation/tolerance to the mean."""

    def slope(mean: float, deviation: float, tolerance: float) -> float:
        width = max(deviation, 1e-9)
        step = _STEP * width
        by_mean = merit(mean + step, width) - merit(mean - step, width)
        by_deviation = merit(mean, width + step) - merit(mean, width - step)
        return by_mean * width + by_deviation * tolerance

    return slope


def _joined(
    frontier: Frontier,
    least: Place,
    accounts: tuple[Account, ...],
    weights: Floats,
    mean: float,
    deviation: float,
) -> Accounts:
    same_mean = _up_to(frontier, least, lambda m, s, t: mean - m)
    same_risk = _up_to(frontier, least, lambda m, s, t: deviation - s)
    aversion = same_mean.aversion
    worth_lost = 0.0
    if isfinite(aversion) and aversion > 0.0:
        optimum = frontier.at(same_mean.tolerance, same_mean)
        variance = optimum.deviation**2 - deviation**2
        worth_lost = max(optimum.mean - mean - aversion / 2.0 * variance, 0.0)
    return Accounts(
        accounts,
        weights,
        mean,
        deviation,
        aversion,
        max(same_risk.mean - mean, 0.0),
        worth_lost,
    )


def _up_to(frontier: Frontier, least: Place, criterion: Criterion) -> Place:
    if criterion(least.mean, least.deviation, 0.0) < 0.0:
        return least
    place = frontier.last(criterion, least)
    return place if place.tolerance < inf else frontier.place(place.x, inf)
