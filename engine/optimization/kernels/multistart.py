"""The best of many climbs: for functions that have more than one top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats
from engine.optimization.kernels.bundle import Hill, Range, climb

_ROUGH, _FINE = 1e-4, 1e-9  # tolerance, as a share of the heights met
_ROUGH_STEPS, _FINE_STEPS = 40, 250
_LARGE = 150  # variables above which a step takes so long that 40 fine ones must do
_POLISHED = 3  # of the tops found
_APART = 0.1  # Σ|difference| from which two starts, or two tops, count as two
_SPARSE = 4.0  # power that leaves a few large weights of many
_NEARER = (0.1, 0.05, 0.02, 0.01, 0.003)  # of the way from the best top to other portfolios
_AGREED = 1e-6  # of the heights met: all climbs came to one top
_ROUNDS_IF_AGREED = 1
_RETRIED = 2  # points of each such round that are climbed from


@dataclass(frozen=True, slots=True)
class Found:
    """``tops``: the heights of all climbs, the best first; ``settled``: none is near the best."""

    point: Floats  # (V,)
    value: float
    tops: Floats
    settled: bool


def scatter(count: int, assets: int) -> Floats:
    """(count, N) portfolios, long only and invested, spread evenly; half of them of few names.

    A Kronecker sequence with the roots of the primes in the place of randomness, so that the same
    question has the same answer; exponentials of it, divided by their sum, are spread over the
    simplex (Devroye 1986, ch. 5.2).
    """
    steps = np.sqrt(_primes(assets))
    even = (np.arange(1, count + 1)[:, None] * steps) % 1.0
    parts = -np.log(np.clip(even, 1e-12, 1.0))
    parts[1::2] **= _SPARSE
    spread: Floats = parts / parts.sum(axis=1, keepdims=True)
    return spread


def _primes(count: int) -> Floats:
    limit = max(20, int(count * (np.log(count + 1) + np.log(np.log(count + 3)) + 1)))
    sieve = np.ones(limit, bool)
    sieve[:2] = False
    for number in range(2, int(limit**0.5) + 1):
        sieve[number * number :: number] &= not sieve[number]
    return np.flatnonzero(sieve)[:count].astype(np.float64)


def apart(points: Floats, values: Floats, most: int) -> list[int]:
    """Rows of (S, V) ``points``, the highest first, no two of them near each other."""
    chosen: list[int] = []
    for one in np.argsort(-values, kind="stable").tolist():
        if len(chosen) == most:
            break
        if all(float(np.abs(points[one] - points[other]).sum()) > _APART for other in chosen):
            chosen.append(one)
    return chosen


def search(
    hill: Hill,
    over: Range,
    candidates: Floats,
    height_of: Callable[[Floats], Floats],
    *,
    climbs: int,
    rounds: int,
) -> Found:
    """Climbs from the best ``climbs`` of (S, V) ``candidates`` that lie apart; again, to the end,
    from the best tops; then ``rounds`` times from the best of the points ever nearer to the top.

    ``height_of``: (S, V) -> (S,) what ``hill`` says of many points at once.
    """
    fine_steps = _FINE_STEPS if over.size <= _LARGE else _ROUGH_STEPS
    values = height_of(candidates)
    unit = float(np.abs(values).max()) or 1.0
    picked = apart(candidates, values, climbs)
    rough = [climb(hill, over, candidates[one], _ROUGH * unit, _ROUGH_STEPS) for one in picked]
    heights = np.array([top.value for top in rough])
    best = rough[int(np.argmax(heights))]
    for one in apart(np.stack([top.point for top in rough]), heights, _POLISHED):
        fine = climb(hill, over, rough[one].point, _FINE * unit, fine_steps)
        heights[one] = fine.value
        best = fine if fine.value >= best.value else best
    agreed = float(np.ptp(heights)) <= _AGREED * unit
    for distance in _NEARER[: min(rounds, _ROUNDS_IF_AGREED) if agreed else rounds]:
        around = best.point + distance * (candidates - best.point)  # allowed: the set is convex
        high = height_of(around)
        for one in np.argsort(-high, kind="stable")[:_RETRIED].tolist():
            again = climb(hill, over, around[one], _FINE * unit, fine_steps)
            best = again if again.value > best.value else best
    return Found(best.point, best.value, np.sort(heights)[::-1], best.settled)
