"""Scenario programmes in which hundreds of assets are held: an interior point with every scenario.

Generating rows and columns pays where few of them matter. Where most do, the simplex pivots
thousands of times, while each of Mehrotra's steps ("On the implementation of a primal-dual interior
point method", SIAM J. Optim. 2, 1992) costs one product of the scenarios with themselves: the
excesses, and the drawdowns with them, are eliminated in closed form before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from engine.arrays import Floats

STEPS = 100
CLOSE = 1e-12  # of the objective's size, between it and its bound, and of what rows are missed by
ENOUGH = 1e-7  # the same, where rounding allows no better
SHORT = 1e-6  # a step as small goes nowhere
NEAR_THE_WALL = 0.9995  # of the way to the nearest limit
LIFTED = 1e-15  # of the largest pivot: keeps what nothing determines from being singular

Solver = Callable[[Floats], Floats]
Newton = Callable[[Floats, Floats], tuple[Floats, Floats]]


class Inequalities(Protocol):
    """``demand`` <= A v for v (V,), minimising ``cost``·v, with ``equal`` v = ``wanted``."""

    @property
    def cost(self) -> Floats: ...  # (V,)
    @property
    def demand(self) -> Floats: ...  # (M,)
    @property
    def equal(self) -> Floats: ...  # (E, V)
    @property
    def wanted(self) -> Floats: ...  # (E,)
    def times(self, v: Floats) -> Floats: ...  # A v
    def back(self, prices: Floats) -> Floats: ...  # Aᵀ prices
    def factor(self, weights: Floats) -> Newton:
        """Solves -Aᵀp = slope and A v + p / weights = rows for (v, p). Raises LinAlgError."""


@dataclass(frozen=True, slots=True)
class Interior:
    """``v``: (V,). ``prices``: (M,) of the inequalities, all above zero. ``steps``: taken."""

    v: Floats
    prices: Floats
    steps: int


@dataclass(slots=True)
class _Point:
    v: Floats
    slack: Floats
    prices: Floats
    duals: Floats  # of the equations

    def moved(self, way: _Point, primal: float, dual: float) -> _Point:
        return _Point(
            self.v + primal * way.v,
            self.slack + primal * way.slack,
            self.prices + dual * way.prices,
            self.duals + dual * way.duals,
        )


def descend(programme: Inequalities, v: Floats, prices: Floats) -> Interior | None:
    """The optimum from any start, or None where rounding stops the way far from it.

    ``v``: (V,) need not be allowed. ``prices``: (M,) above zero.
    """
    slack = programme.times(v) - programme.demand
    slack = np.maximum(slack, max(1e-2 * float(np.abs(slack).mean()), 1e-6))
    at = _Point(v, slack, prices, np.zeros(len(programme.wanted)))
    found, worth, closest, steps = at, np.inf, np.inf, 0
    while steps < STEPS:
        missed = _missed(programme, at)
        near, dear = _off(programme, at, missed)
        if near < closest and dear <= ENOUGH:
            found, closest = replace(found, v=at.v), near
        if max(near, dear) < worth:
            found, worth = replace(found, prices=at.prices), max(near, dear)
        if worth <= CLOSE or (worth <= ENOUGH and dear > 10.0 * worth):
            break
        try:
            moved = _step(programme, at, missed)
        except (LinAlgError, ValueError):  # LAPACK's for NaN
            break
        if moved is None:
            break
        at, steps = moved, steps + 1
    return Interior(found.v, found.prices, steps) if worth <= ENOUGH else None


def _missed(programme: Inequalities, at: _Point) -> tuple[Floats, Floats, Floats]:
    return (
        programme.demand - programme.times(at.v) + at.slack,
        programme.wanted - programme.equal @ at.v,
        programme.cost - programme.back(at.prices) - programme.equal.T @ at.duals,
    )


def _off(
    programme: Inequalities, at: _Point, missed: tuple[Floats, Floats, Floats]
) -> tuple[float, float]:
    """The gap and what v misses, relative; and what the prices miss."""
    gap = float(at.slack @ at.prices) / max(abs(float(programme.cost @ at.v)), 1e-6)
    rows, equations, slope = (float(np.abs(one).max(initial=0.0)) for one in missed)
    return max(gap, rows, equations), slope


def _step(
    programme: Inequalities, at: _Point, missed: tuple[Floats, Floats, Floats]
) -> _Point | None:
    solve = _refined(programme, at.prices / at.slack)
    nothing = np.zeros(len(at.slack))
    across = [solve(row, nothing) for row in programme.equal]
    inner = np.array([[row @ v for v, _ in across] for row in programme.equal])

    def way(products: Floats) -> _Point:
        """Newton's direction to slack·price = what ``products`` (M,) adds to them."""
        rows, equations, slope = missed
        v, prices = solve(-slope, rows + products / at.prices)
        duals = np.zeros(len(equations))
        if len(equations):
            duals = np.linalg.solve(inner, equations - programme.equal @ v)
        for dual, (more, dearer) in zip(duals.tolist(), across, strict=True):
            v, prices = v + dual * more, prices + dual * dearer
        return _Point(v, programme.times(v) - rows, prices, duals)

    mean = float(at.slack @ at.prices) / len(at.slack)
    guess = way(-at.slack * at.prices)
    primal, dual = _room(at.slack, guess.slack), _room(at.prices, guess.prices)
    tried = at.moved(guess, primal, dual)
    left = float(tried.slack @ tried.prices) / len(at.slack)
    centred = mean * (left / mean) ** 3 - at.slack * at.prices - guess.slack * guess.prices
    chosen = way(centred)
    primal = NEAR_THE_WALL * _room(at.slack, chosen.slack)
    dual = NEAR_THE_WALL * _room(at.prices, chosen.prices)
    if max(primal, dual) < SHORT:
        return None
    return at.moved(chosen, primal, dual)


def _refined(programme: Inequalities, weights: Floats) -> Newton:
    """The factored solve, once more for what it leaves of the slope, where that is less then."""
    once = programme.factor(weights)

    def solve(slope: Floats, rows: Floats) -> tuple[Floats, Floats]:
        v, prices = once(slope, rows)
        left = slope + programme.back(prices)
        if float(np.abs(left).max()) <= CLOSE:
            return v, prices
        more, dearer = once(left, rows - programme.times(v) - prices / weights)
        after = left + programme.back(dearer)
        if float(np.abs(after).max()) < float(np.abs(left).max()):
            return v + more, prices + dearer
        return v, prices

    return solve


def _room(at: Floats, way: Floats) -> float:
    falling = way < 0.0
    return float(np.min(-at[falling] / way[falling], initial=1.0 / NEAR_THE_WALL))


def factored(matrix: Floats) -> Solver:
    """Of a symmetric matrix, scaled to a unit diagonal before. Raises LinAlgError."""
    size = np.sqrt(np.maximum(np.diagonal(matrix), 1e-300))
    scaled = matrix / size
    scaled /= size[:, None]
    scaled[np.diag_indices(len(size))] += LIFTED
    factor = cho_factor(scaled, lower=True, overwrite_a=True, check_finite=False)
    return lambda right: np.asarray(cho_solve(factor, right / size, check_finite=False) / size)
