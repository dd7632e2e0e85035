"""Quadratic programmes on PIQP and, should it fail, Clarabel; polished to machine precision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.optimization.kernels.interior_point import (
    Insoluble,
    Point,
    by_clarabel,
    by_piqp,
)
from engine.optimization.kernels.polishing import polish
from engine.optimization.kernels.programme import (
    Answer,
    Curvature,
    Programme,
    residual_of,
    size_of,
)

GOOD = 1e-9  # a residual below needs nothing better
BEARABLE = 1e-5  # a residual above is no answer
SIFTED_FROM = 120  # variables; below, all enter at once
DENSE_UP_TO = 300  # assets
ENTERING = 40  # at a time
SIFTINGS = 40

LADDER: tuple[tuple[str, Callable[[Programme], Point]], ...] = (
    ("PIQP", by_piqp),
    ("Clarabel", by_clarabel),
)


def solve_quadratic(programme: Programme, start: Floats | None = None) -> Answer:
    """The minimum of a convex programme, exact to a residual of 1e-9 where its arithmetic allows.

    ``start``: (V,) an optimum of a similar programme; if its active constraints are almost the
    same, no solver is needed. Raises Insoluble("infeasible", "unbounded" or "inaccurate").
    """
    if start is not None:
        answer = polish(programme, start, None)
        if answer is not None and answer.residual <= GOOD:
            return answer
    kept = np.flatnonzero(programme.floor < programme.ceiling)
    if len(kept) < len(programme.floor):
        fixed = np.where(programme.floor < programme.ceiling, 0.0, programme.floor)
        return _extended(programme, kept, fixed, solve_quadratic)
    if len(programme.floor) > SIFTED_FROM:
        return _sift(programme, start) or _climb(programme)
    return _climb(_dense(programme))


def _climb(programme: Programme) -> Answer:
    """The first solver of the ladder whose answer is good; the best one if none is."""
    tried: list[str] = []
    best: Answer | None = None
    for name, solver in LADDER:
        try:
            point = solver(programme)
        except Insoluble as error:
            tried.append(f"{name}: {error.reason}")
            continue
        answer = _better(programme, point, name, tuple(tried))
        if best is None or answer.residual < best.residual:
            best = answer
        if answer.residual <= GOOD:
            return answer
        tried.append(f"{name}: residual {answer.residual:.0e}")
    if best is not None and best.residual <= BEARABLE:
        return best
    reasons = {one.partition(": ")[2] for one in tried}
    certain = reasons & {"infeasible", "unbounded"}
    raise Insoluble(min(certain) if certain else "inaccurate", tuple(tried))


def _better(programme: Programme, point: Point, name: str, tried: tuple[str, ...]) -> Answer:
    x = np.clip(point.x, programme.floor, programme.ceiling)
    rough = residual_of(programme, x, point.duals)
    polished = polish(programme, x, point.duals)
    if polished is not None and polished.residual <= rough:
        return Answer(polished.x, polished.duals, polished.residual, name, tried)
    return Answer(x, point.duals, rough, name, tried)


def _extended(
    programme: Programme,
    kept: Ints,
    others: Floats,
    solve: Callable[[Programme], Answer],
) -> Answer:
    """Solves in the variables kept and puts the others back where they are."""
    x = others.copy()
    if not len(kept):
        nothing = np.zeros(len(programme.lower))
        residual = residual_of(programme, x, nothing)
        if residual > BEARABLE:
            raise Insoluble("infeasible", ())
        return Answer(x, nothing, residual, "none")
    answer = solve(programme.restricted(kept, others))
    x[kept] = answer.x
    residual = residual_of(programme, x, answer.duals)
    return Answer(x, answer.duals, residual, answer.solver, answer.tried)


def _sift(programme: Programme, likely: Floats | None) -> Answer | None:
    """Starts with the likely assets and adds those whose reduced gradient says they would help.

    The rest stays at its floor. None where the first choice allows no point or too many enter:
    then all of them are to be solved at once.
    """
    inside = _likely(programme, likely)
    unit, start = size_of(programme), np.where(inside, 0.0, programme.floor)
    answer: Answer | None = None
    for _ in range(SIFTINGS):
        if inside.mean() > 0.7:
            return None
        kept, before = np.flatnonzero(inside), answer
        small = _dense(programme.restricted(kept, start))
        try:
            warm = None if before is None else polish(small, before.x[kept], before.duals)
            answer = warm if warm is not None and warm.residual <= GOOD else _climb(small)
        except Insoluble:
            return None
        x = start.copy()
        x[kept] = answer.x
        answer = Answer(x, answer.duals, answer.residual, answer.solver, answer.tried)
        slope = np.where(inside, 0.0, programme.gradient(x, answer.duals) / unit)
        entering = np.argsort(slope, kind="stable")[:ENTERING]
        entering = entering[slope[entering] < -1e-11]
        if not len(entering):
            residual = residual_of(programme, x, answer.duals)
            return Answer(x, answer.duals, residual, answer.solver, answer.tried)
        inside[entering] = True
    return None


def _dense(programme: Programme) -> Programme:
    """Factors only pay where the assets are many."""
    curvature = programme.curvature
    if curvature.matrix is not None or curvature.size > DENSE_UP_TO:
        return programme
    return replace(programme, curvature=Curvature(curvature.block(np.arange(curvature.size))))


def _likely(programme: Programme, start: Floats | None) -> Flags:
    """Who may be away from the floor: what may be short, sold or has no curvature; the cheapest.

    Cheapest by the slope at equal weights. Enough of them to fill the rows' lower limits, those
    that count most in a row first; and whatever ``start`` holds.
    """
    n, size = programme.curvature.size, len(programme.floor)
    equal = np.concatenate([np.full(n, 1.0 / n), np.zeros(size - n)])
    slope = programme.gradient(equal, np.zeros(len(programme.lower)))[:n]
    inside = (programme.floor < 0.0) | (np.arange(size) >= n)
    inside[np.argsort(slope, kind="stable")[: SIFTED_FROM // 2]] = True
    if start is not None:
        inside |= start > programme.floor + 1e-9
    room = np.minimum(programme.ceiling - programme.floor, 1.0)[:n]
    rows = programme.rows.tocsr()
    capped = rows[np.isneginf(programme.lower)]
    inside[np.unique(capped.indices[capped.data < 0.0])] = True
    bound = np.flatnonzero(np.isfinite(programme.lower) & (programme.lower != 0.0))
    for row, pattern in zip(bound.tolist(), rows[bound, :n].toarray(), strict=True):
        order = np.lexsort((slope, -pattern))[: np.count_nonzero(pattern > 0.0)]
        if not len(order):
            continue
        filled = np.cumsum(room[order])
        alike = pattern[order[0]] == pattern[order[-1]]
        share = programme.lower[row] / pattern[order[0]] if alike else 1.0
        inside[order[: int(np.searchsorted(filled, 1.5 * share)) + 1]] = True
    return inside
