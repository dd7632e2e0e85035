"""Least variance at a demanded return, and the largest return at a bearable variance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from scipy import sparse

from engine.arrays import Floats
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.linear import LinearStatus, solve_linear
from engine.optimization.kernels.programme import Answer, Programme
from engine.optimization.kernels.quadratic import solve_quadratic

CLOSE = 1e-11  # relative, at which a volatility is met
PROGRAMMES = 80


def demanding(programme: Programme, returns: Floats, least: float) -> Programme:
    """With the row returns·x >= least at the end; ``returns`` (V,)."""
    return replace(
        programme,
        rows=sparse.csc_array(
            sparse.vstack([programme.rows, sparse.csr_array(returns[None, :])], format="csc")
        ),
        lower=np.append(programme.lower, least),
        upper=np.append(programme.upper, np.inf),
    )


def most(programme: Programme, returns: Floats) -> float:
    """The largest returns·x over the programme's rows and bounds. Raises Insoluble."""
    answer = solve_linear(
        -returns,
        programme.rows.toarray(),
        programme.lower,
        programme.upper,
        programme.floor,
        programme.ceiling,
    )
    if answer.status is not LinearStatus.OPTIMAL:
        raise Insoluble(answer.status.value, ("HiGHS",))
    return float(returns @ answer.values)


def trace(programme: Programme, returns: Floats, targets: Iterable[float]) -> Iterator[Answer]:
    """The least objective at each demanded return, each point started from the last one."""
    start: Floats | None = None
    for target in targets:
        answer = solve_quadratic(demanding(programme, returns, target), start)
        start = answer.x
        yield answer


def at_variance(
    programme: Programme,
    returns: Floats,
    variance: float,
    reach: tuple[float, float],
) -> Answer:
    """The point of most returns·x whose x'Px is at most ``variance``.

    ``reach``: the returns of the least-variance point and of the best point. Between them the
    volatility is convex and grows with slope dual/volatility: Newton's method from any point comes
    down on its root from the right, in a few programmes, the chord stepping in where it would
    leave the bracket. Raises Insoluble.
    """
    goal, (low, high) = float(np.sqrt(variance)), reach
    left: tuple[float, float, Answer] | None = None
    at, start = 0.5 * (low + high), None
    for _ in range(PROGRAMMES):
        answer = solve_quadratic(demanding(programme, returns, at), start)
        start = answer.x
        volatility = _volatility(programme, answer.x)
        if abs(volatility - goal) <= CLOSE * goal or (volatility <= goal and at >= high):
            return answer
        if volatility < goal:
            left = (at, volatility, answer)
        else:
            high = at
        slope = float(answer.duals[-1]) / volatility if volatility > 0.0 else 0.0
        step = at + (goal - volatility) / slope if slope > 0.0 else high
        lowest = low if left is None else left[0]
        following = min(step, high) if volatility < goal else step
        if not lowest < following <= high or following == at:
            following = 0.5 * (lowest + high)
        if following in (lowest, at):
            break
        at = following
    return answer if left is None else left[2]


def _volatility(programme: Programme, x: Floats) -> float:
    return float(np.sqrt(max(0.0, float(x @ programme.curvature.times(x)))))
