"""From a good guess of what is active to the exact optimum, by linear systems only."""

from __future__ import annotations

import numpy as np
from scipy.linalg import lapack

from engine.arrays import Floats, Ints
from engine.optimization.kernels.programme import Answer, Programme, residual_of, size_of

CHANGES = 15
LARGEST = 1200  # unknowns: beyond, the interior point's answer is taken as it is
NEAR = 1e-7
EXACT = 1e-13


def polish(programme: Programme, x: Floats, duals: Floats | None) -> Answer | None:
    """The optimum next to x, or None if the active constraints could not be found from there.

    A primal-dual active set (Hintermüller, Ito and Kunisch, SIAM J. Optim. 13, 2003): solve with
    the guessed constraints as equations, release those that pull, add those that are crossed,
    until nothing changes. Each system is of the free variables and active rows alone.
    """
    unit = size_of(programme)
    side = _first_sides(programme, x, duals, unit)
    seen: set[bytes] = set()
    best: Answer | None = None
    for _ in range(CHANGES):
        mark = side[0].tobytes() + side[1].tobytes()
        if mark in seen:
            break
        seen.add(mark)
        solved = _solve_equations(programme, x, side, unit)
        if solved is None:
            break
        point, multipliers = solved
        residual = residual_of(programme, point, multipliers)
        if best is None or residual < best.residual:
            best = Answer(point, multipliers, residual, "active set")
        if residual <= EXACT:
            break
        side = _next_sides(programme, point, multipliers, side, unit)
    if best is None:
        return None
    clipped = np.clip(best.x, programme.floor, programme.ceiling)
    return Answer(clipped, best.duals, residual_of(programme, clipped, best.duals), best.solver)


def _first_sides(
    programme: Programme, x: Floats, duals: Floats | None, unit: float
) -> tuple[Ints, Ints]:
    """-1 at the lower limit, +1 at the upper, 0 free: of variables and of rows."""
    at = programme.rows @ x
    if duals is None:
        pull, force = np.zeros(len(x)), np.zeros(len(at))
    else:
        pull, force = programme.gradient(x, duals) / unit, duals / unit
    variables = _sides(x, pull, programme.floor, programme.ceiling)
    rows = _sides(at, force, programme.lower, programme.upper)
    return variables, rows


def _sides(values: Floats, pull: Floats, lower: Floats, upper: Floats) -> Ints:
    """Active where the gap is smaller than the force, or, without forces, nearly none."""
    side = np.zeros(len(values), np.int64)
    side[values - lower <= np.maximum(NEAR * 1e-2, np.minimum(pull, 1e-3))] = -1
    side[upper - values <= np.maximum(NEAR * 1e-2, np.minimum(-pull, 1e-3))] = 1
    side[lower == upper] = -1
    return side


def _solve_equations(
    programme: Programme, x: Floats, side: tuple[Ints, Ints], unit: float
) -> tuple[Floats, Floats] | None:
    variables, rows = side
    free, active = np.flatnonzero(variables == 0), np.flatnonzero(rows != 0)
    size, total = len(free), len(free) + len(active)
    if not 0 < total <= LARGEST:
        return None
    fixed = np.where(variables < 0, programme.floor, programme.ceiling)
    point = np.where(variables == 0, 0.0, fixed)
    goal = np.where(rows < 0, programme.lower, programme.upper)[active]
    pattern = programme.rows[:, free].toarray()[active]
    system = np.zeros((total, total))
    system[:size, :size] = programme.curvature.block(free) / unit
    system[:size, size:] = -pattern.T
    system[size:, :size] = pattern
    right = np.concatenate(
        [
            -(programme.curvature.times(point) + programme.linear)[free] / unit,
            goal - (programme.rows @ point)[active],
        ]
    )
    solution = _solution(system, right, np.concatenate([x[free], np.zeros(len(active))]))
    if solution is None:
        return None
    point[free] = solution[:size]
    duals = np.zeros(len(rows))
    duals[active] = unit * solution[size:]
    return point, duals


def _solution(system: Floats, right: Floats, guess: Floats) -> Floats | None:
    """By LU, refined once; where the system is singular, the solution nearest to the guess."""
    scale = float(np.abs(right).max(initial=0.0)) + 1.0
    factors, pivots, solution, failed = lapack.dgesv(system, right)
    if not failed:
        again, failed = lapack.dgetrs(factors, pivots, right - system @ solution)
        solution = solution + again
        if not failed and np.abs(system @ solution - right).max(initial=0.0) <= 1e-12 * scale:
            return np.asarray(solution)
    step = np.linalg.lstsq(system, right - system @ guess, rcond=1e-12)[0]
    solution = guess + step
    close = np.abs(system @ solution - right).max(initial=0.0) <= 1e-10 * scale
    return np.asarray(solution) if close else None


def _next_sides(
    programme: Programme, x: Floats, duals: Floats, side: tuple[Ints, Ints], unit: float
) -> tuple[Ints, Ints]:
    at = programme.rows @ x
    gradient = programme.gradient(x, duals) / unit
    variables = _moved(side[0], x, gradient, programme.floor, programme.ceiling)
    rows = _moved(side[1], at, duals / unit, programme.lower, programme.upper)
    return variables, rows


def _moved(side: Ints, values: Floats, pull: Floats, lower: Floats, upper: Floats) -> Ints:
    """Releases what is pushed inwards and holds what went beyond its limit."""
    moved = side.copy()
    moved[(side < 0) & (pull < -EXACT)] = 0
    moved[(side > 0) & (pull > EXACT)] = 0
    moved[(side == 0) & (values < lower - EXACT)] = -1
    moved[(side == 0) & (values > upper + EXACT)] = 1
    moved[lower == upper] = -1
    return moved
