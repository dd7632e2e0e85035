"""Risk budgets by cyclical coordinate descent (Griveau-Billion, Richard & Roncalli 2013)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.linalg.blas import daxpy

from engine.arrays import Floats

EXACT = 1e-10  # dispersion at which it stops
MOST_SWEEPS = 100  # then Newton takes over
MOST_STEPS = 60
RENEWED = 10  # sweeps after which the products are computed afresh
FLOOR = 1e-12  # a smaller variance, as a share of the largest, counts as this much


@dataclass(frozen=True, slots=True)
class Budgeted:
    """``dispersion``: the largest |contribution_i / budget_i - 1| over budgets above zero.

    It is far from zero where no such weights exist.
    """

    weights: Floats  # (N,) positive where the budget is, adding up to one
    dispersion: float
    sweeps: int


def budget_risk(covariance: Floats, budgets: Floats) -> Budgeted:
    """Weights whose shares of the variance w_i (Cw)_i / w'Cw are ``budgets`` (N,), all >= 0.

    The minimum of x'Cx / 2 - Σ b_i ln x_i, one x_i at a time (equation 8 of the paper), scaled to
    one. It is unique for any positive semidefinite (N, N) ``covariance``, unless some long-only
    mix of the assets has no risk at all: then there are no such weights. Where assets nearly cancel
    the descent is slow and Newton's method finishes it (Spinu 2013, "An algorithm for computing
    risk parity weights"). Budgets are scaled to add up to one; an asset without variance counts as
    one with very little.
    """
    active = np.flatnonzero(budgets > 0.0)
    shares = budgets[active] / budgets[active].sum()
    matrix = np.ascontiguousarray(covariance[np.ix_(active, active)], dtype=np.float64)
    variance = np.diag(matrix)
    size = float(variance.max())
    matrix = matrix / size if size > 0.0 else np.eye(len(active))
    np.fill_diagonal(matrix, np.maximum(np.diag(matrix), FLOOR))
    x, dispersion, sweeps = _descend(matrix, shares)
    if dispersion > EXACT:
        x, dispersion = _finish(matrix, shares, x, dispersion)
    weights = np.zeros(len(budgets))
    weights[active] = x / x.sum()
    return Budgeted(weights, dispersion, sweeps)


def _descend(matrix: Floats, shares: Floats) -> tuple[Floats, float, int]:
    """The minimum, not scaled, its dispersion and the sweeps it took."""
    x = np.sqrt(shares / np.diag(matrix))
    # at the minimum x'Cx = 1; never far from it where the start happens to hedge itself
    x /= sqrt(max(float(x @ matrix @ x), 1e-4))
    best, least = x, np.inf
    for sweep in range(1, MOST_SWEEPS + 1):
        if sweep % RENEWED == 1:
            slopes = matrix @ x
        x = _sweep(matrix, shares, x, slopes)
        dispersion = _dispersion(shares, x * slopes)
        if dispersion < least:
            best, least = x, dispersion
        if dispersion <= EXACT:
            break
    return best, least, sweep


def _sweep(matrix: Floats, shares: Floats, x: Floats, slopes: Floats) -> Floats:
    """Each x_i in turn at its best, the others kept; ``slopes`` (Cx) follows in place."""
    moved = x.tolist()
    own, wanted = np.diag(matrix).tolist(), shares.tolist()
    for i, row in enumerate(matrix):
        others = float(slopes[i]) - own[i] * moved[i]
        root = sqrt(others * others + 4.0 * own[i] * wanted[i])
        # the positive root, in the form that does not cancel
        better = (
            2.0 * wanted[i] / (others + root) if others > 0.0 else (root - others) / (2 * own[i])
        )
        daxpy(row, slopes, a=better - moved[i])
        moved[i] = better
    return np.array(moved)


def _dispersion(shares: Floats, risk: Floats) -> float:
    whole = float(risk.sum())
    return float(np.max(np.abs(risk / whole / shares - 1.0))) if whole > 0.0 else np.inf


def _finish(matrix: Floats, shares: Floats, x: Floats, dispersion: float) -> tuple[Floats, float]:
    """Newton's steps in units of x, halved until the objective falls; the best point met."""
    best, least = x, dispersion
    value = _value(matrix, shares, x)
    for _ in range(MOST_STEPS):
        slope = x * (matrix @ x) - shares
        bend = matrix * x[:, None] * x + np.diag(shares)
        try:
            step = np.linalg.solve(bend, -slope)
        except np.linalg.LinAlgError:  # the risk vanishes along x: there is no minimum
            break
        length = min(1.0, 0.9 / max(float(np.max(-step)), 1e-300))
        while length > 1e-12:
            after = x * (1.0 + length * step)
            lower = _value(matrix, shares, after)
            if lower <= value + 1e-4 * length * float(slope @ step) + 1e-15 * abs(value):
                break
            length /= 2
        x, value = after, lower
        dispersion = _dispersion(shares, x * (matrix @ x))
        if dispersion < least:
            best, least = x, dispersion
        if dispersion <= EXACT:
            break
    return best, least


def _value(matrix: Floats, shares: Floats, x: Floats) -> float:
    return float(0.5 * x @ matrix @ x - shares @ np.log(x))
