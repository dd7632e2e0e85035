"""The least squared shortfall over scenarios, exactly: Newton steps on a piecewise quadratic."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.programme import Answer, Curvature, Programme, residual_of
from engine.optimization.kernels.quadratic import GOOD, solve_quadratic

NEWTON_STEPS = 60
ROUNDS = 40
ENTERING = 40
HALVINGS = 60
EXACT = 1e-11
STILL = 1e-9  # of a step: rounding allows no more


@dataclass(frozen=True, slots=True)
class Shortfall:
    """scale/2 · Σ max(0, goal - returns @ w)² over T scenarios."""

    returns: Floats  # (T, n)
    goal: Floats  # (T,)
    scale: float

    def below(self, weights: Floats) -> Floats:
        return np.asarray(self.goal - self.returns @ weights)

    def value(self, weights: Floats) -> float:
        missing = np.maximum(self.below(weights), 0.0)
        return float(0.5 * self.scale * (missing @ missing))

    def gradient(self, weights: Floats) -> Floats:
        return np.asarray(-self.scale * (self.returns.T @ np.maximum(self.below(weights), 0.0)))


def solve_shortfall(shortfall: Shortfall, programme: Programme) -> Answer:
    """The minimum over the rows and bounds of ``programme``, whose curvature is not read.

    ``programme.linear`` must be zero for the weights, which come first. Assets enter as their
    reduced gradient asks for them: the scenarios' matrix is only formed among the likely ones.
    Raises Insoluble.
    """
    n, size = shortfall.returns.shape[1], len(programme.floor)
    everyone = np.arange(size)
    inside = _first(shortfall, programme)
    for _ in range(ROUNDS):
        kept = everyone[inside]
        answer = _within(shortfall, programme, kept)
        if answer is None:
            inside[:] = True
            continue
        gradient = shortfall.gradient(answer.x[:n])
        slope = -(programme.rows.T @ answer.duals)
        slope[:n] += gradient
        unit = max(float(np.abs(gradient).max()), 1e-300)
        slope = np.where(inside, 0.0, slope / unit)
        entering = np.argsort(slope, kind="stable")[:ENTERING]
        entering = entering[slope[entering] < -EXACT]
        if not len(entering):
            return answer
        inside[entering] = True
    raise Insoluble("inaccurate", ("Newton",))


def _first(shortfall: Shortfall, programme: Programme) -> Flags:
    """Those that variance about the goal would hold, and all that may be short or are no assets."""
    n, size = shortfall.returns.shape[1], len(programme.floor)
    inside = (programme.floor < 0.0) | (np.arange(size) >= n)
    if n <= 2 * ENTERING:
        return np.ones(size, bool)
    whole = np.arange(len(shortfall.goal))
    answer = solve_quadratic(_quadratic(shortfall, programme, np.arange(size), whole))
    return np.asarray(inside | (answer.x > 1e-8) | (programme.floor > 0.0))


def _quadratic(shortfall: Shortfall, programme: Programme, kept: Ints, days: Ints) -> Programme:
    """The programme among the variables kept (others at their floor), with those days alone."""
    n = shortfall.returns.shape[1]
    assets = kept[kept < n]
    rest = np.where(np.isin(np.arange(len(programme.floor)), kept), 0.0, programme.floor)
    part = shortfall.returns[np.ix_(days, assets)]
    goal = shortfall.goal[days] - shortfall.returns[days] @ rest[:n]
    linear = np.zeros(len(kept))
    linear[: len(assets)] = -shortfall.scale * (part.T @ goal)
    gone = programme.rows @ rest
    return Programme(
        Curvature(matrix=shortfall.scale * (part.T @ part)),
        linear + programme.linear[kept],
        programme.rows[:, kept],
        programme.lower - gone,
        programme.upper - gone,
        programme.floor[kept],
        programme.ceiling[kept],
    )


def _within(shortfall: Shortfall, programme: Programme, kept: Ints) -> Answer | None:
    """Newton's method among the variables kept; None where they allow no point.

    With the days below the goal fixed the rest is a quadratic programme; the step to its minimum
    is cut by an exact line search, and when the days no longer change, it is the minimum.
    """
    n = shortfall.returns.shape[1]
    assets = kept[kept < n]
    rest = np.where(np.isin(np.arange(len(programme.floor)), kept), 0.0, programme.floor)
    own = Shortfall(
        np.ascontiguousarray(shortfall.returns[:, assets]),
        shortfall.goal - shortfall.returns @ rest[:n],
        shortfall.scale,
    )
    days = np.arange(len(own.goal))
    at: Floats | None = None
    duals = np.zeros(len(programme.lower))
    tried: tuple[str, ...] = ()
    for _ in range(NEWTON_STEPS):
        small = _quadratic(shortfall, programme, kept, days)
        try:
            answer = solve_quadratic(small, at)
        except Insoluble as error:
            if at is None and len(kept) < len(programme.floor) and error.reason == "infeasible":
                return None
            raise
        duals, tried = answer.duals, answer.tried
        step = 1.0 if at is None else _line(own, at[: len(assets)], answer.x[: len(assets)])
        at = answer.x if at is None else at + step * (answer.x - at)
        below = np.flatnonzero(own.below(at[: len(assets)]) > 0.0)
        if step == 1.0 and np.array_equal(below, days):
            break
        settled = residual_of(_tangent(own, small, at), at, duals)
        if settled <= EXACT or (step <= STILL and settled <= GOOD):
            break
        days = below
    else:
        raise Insoluble("inaccurate", ("Newton",))
    x = rest.copy()
    x[kept] = at
    return Answer(x, duals, residual_of(_tangent(own, small, at), at, duals), "Newton", tried)


def _tangent(own: Shortfall, small: Programme, at: Floats) -> Programme:
    """The programme with the objective's own gradient at a point, to judge that point by."""
    gradient = np.zeros(len(at))
    n = own.returns.shape[1]
    gradient[:n] = own.gradient(at[:n])
    linear = gradient - small.curvature.times(at)
    return replace(small, linear=linear)


def _line(own: Shortfall, start: Floats, end: Floats) -> float:
    """The exact minimum of the shortfall on the way, by halving on its slope; 1 at the end."""
    below, change = own.below(start), own.returns @ (end - start)

    def slope(step: float) -> float:
        return -float(change @ np.maximum(below - step * change, 0.0))

    if slope(1.0) <= 1e-14 * abs(slope(0.0)):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if slope(middle) < 0.0 else (low, middle)
    return 0.5 * (low + high)
