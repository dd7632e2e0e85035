"""Small quadratic programmes with bounds and one budget, by pivoting on the bounds that bind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints

_TIGHT = 1e-12
_MISSED = 1e-10  # of the budget
_PATIENCE = 5  # full exchanges that may fail to lessen the number of wrong bounds


@dataclass(frozen=True, slots=True)
class Boxed:
    """``weights`` (N,) and ``price``, the multiplier of the budget: Sw - q = price between the
    bounds, above it at a lower bound, below it at an upper one."""

    weights: Floats
    price: float


def solve_box(
    matrix: Floats,
    linear: Floats,
    lower: Floats,
    upper: Floats,
    least: float,
    most: float,
) -> Boxed | None:
    """min ½ w'Sw - q'w with lower <= w <= upper and least <= Σw <= most, or None.

    ``matrix`` is positive definite. Block principal pivoting (Júdice and Pires 1994; Kunisch and
    Rendl 2003) with exchanges of one index when it stalls. None where no w fits or it stalls still.
    """
    if float(lower.sum()) > most + _TIGHT or float(upper.sum()) < least - _TIGHT:
        return None
    if np.any(lower > upper):
        return None
    if least < most:
        free = _pivot(matrix, linear, lower, upper, None)
        if free is None:
            return None
        total = float(free.weights.sum())
        if least <= total <= most:
            return free
        return _pivot(matrix, linear, lower, upper, least if total < least else most)
    return _pivot(matrix, linear, lower, upper, least)


def _pivot(
    matrix: Floats, linear: Floats, lower: Floats, upper: Floats, total: float | None
) -> Boxed | None:
    count = len(linear)
    at = np.where(lower == upper, -1, 0)  # -1: at the lower bound, 1: at the upper, 0: between
    fixed: Flags = lower == upper
    fewest, patience = count + 1, _PATIENCE
    steep = _TIGHT * max(float(np.max(np.abs(np.diag(matrix)))), float(np.max(np.abs(linear))))
    for _ in range(20 + 10 * count):
        weights, price = _between(matrix, linear, lower, upper, at, total)
        slope = matrix @ weights - linear - price
        if total is not None and not np.any(at == 0):
            missing = total - float(weights.sum())
            if abs(missing) > _MISSED:
                freed = _nearest(slope, at, fixed, missing > 0.0)
                if freed is None:
                    return None
                at[freed] = 0
                continue
            price = _price(slope, at, fixed)
            slope = slope - price
        below = (at == 0) & (weights < lower - _TIGHT)
        above = (at == 0) & (weights > upper + _TIGHT)
        release = ((at < 0) & (slope < -steep)) | ((at > 0) & (slope > steep))
        release &= ~fixed
        wrong = np.flatnonzero(below | above | release)
        if not len(wrong):
            return Boxed(np.clip(weights, lower, upper), price)
        if len(wrong) < fewest:
            fewest, patience = len(wrong), _PATIENCE
        elif patience > 0:
            patience -= 1
        else:
            wrong = wrong[-1:]
        at[wrong] = np.where(release[wrong], 0, np.where(below[wrong], -1, 1))
    return None


def _between(
    matrix: Floats,
    linear: Floats,
    lower: Floats,
    upper: Floats,
    at: Ints,
    total: float | None,
) -> tuple[Floats, float]:
    """The best weights with some at their bounds, and the price of the budget."""
    weights = np.where(at < 0, lower, np.where(at > 0, upper, 0.0))
    free = np.flatnonzero(at == 0)
    if not len(free):
        return weights, 0.0
    right = np.ones((len(free), 2))
    right[:, 0] = linear[free] - matrix[free] @ weights
    solved = np.linalg.solve(matrix[free[:, None], free], right)
    if total is None:
        weights[free] = solved[:, 0]
        return weights, 0.0
    missing = total - float(weights.sum()) - float(solved[:, 0].sum())
    price = missing / float(solved[:, 1].sum())
    weights[free] = solved[:, 0] + price * solved[:, 1]
    return weights, price


def _nearest(slope: Floats, at: Ints, fixed: Flags, more: bool) -> int | None:
    """With all at bounds and the budget missed: the one whose release costs least."""
    movable = np.flatnonzero(((at < 0) if more else (at > 0)) & ~fixed)
    if not len(movable):
        return None
    return int(movable[np.argmin(slope[movable]) if more else np.argmax(slope[movable])])


def _price(slope: Floats, at: Ints, fixed: Flags) -> float:
    """With all at bounds and the budget met: a price at which as few as can be want to leave."""
    highest = float(np.min(slope[(at < 0) & ~fixed], initial=np.inf))
    lowest = float(np.max(slope[(at > 0) & ~fixed], initial=-np.inf))
    if np.isfinite(highest) and np.isfinite(lowest):
        return (highest + lowest) / 2.0
    return min(max(0.0, lowest), highest)
