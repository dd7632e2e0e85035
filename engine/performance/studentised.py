"""Intervals of figures that are smooth functions of means over days, by studentised blocks.

Götze and Künsch, "Second-order correctness of the blockwise bootstrap for stationary observations",
Annals of Statistics 1996; for Sharpe ratios Ledoit and Wolf 2008, 3.2. Each drawn path has an error
of its own, from its own blocks; what it is off by, in such errors, is how far the figure itself may
be off in its own. Symmetric, so that an interval never leaves its value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.performance.drawing import COVERAGE, Draws, sum_blocks

Complexes = NDArray[np.complex128]
Formula = Callable[[Complexes], Complexes]  # (K, ...) means to (...); analytic
_STEP = 1e-30
_ROUNDING = 1e-7  # of the parts of an error: squares of returns keep half of their digits


@dataclass(frozen=True, slots=True)
class Means:
    """K means over days, and those of R drawn paths, with covariances of their errors."""

    here: Floats  # (K, 1)
    covariance: Floats  # (1, K, K)
    drawn: Floats  # (K, R)
    covariances: Floats  # (R, K, K)


def draw_means(values: Floats, draws: Draws) -> Means:
    """Of ``values`` (K, D). The errors from all blocks, overlapping and round the end (Bartlett's
    weights); those of drawn paths from their own blocks."""
    here = values.mean(axis=1)
    block = draws.block
    sums = np.ascontiguousarray(sum_blocks(values - here[:, None], block).T)
    drawn = sums[draws.starts]
    count = draws.starts.shape[1]
    off = drawn.mean(axis=1)
    squares = np.matmul(drawn.transpose(0, 2, 1), drawn) / count
    squares -= off[:, :, None] * off[:, None, :]
    return Means(
        here[:, None],
        (sums.T @ sums / len(sums) / block / draws.days)[None],
        (here + off / block).T,
        squares / block / (count * block),
    )


def half_width(means: Means, formula: Formula) -> float:
    """Half of the 90 % interval of a formula of the means."""
    value, error = _linearise(means.here, means.covariance, formula)
    values, errors = _linearise(means.drawn, means.covariances, formula)
    far = np.abs(values - value)
    far = np.divide(far, errors, out=np.zeros_like(far), where=errors > 0.0)
    return float(np.quantile(far, COVERAGE) * error[0])


def _linearise(means: Floats, covariances: Floats, formula: Formula) -> tuple[Floats, Floats]:
    """Values (R,) and their errors, from (K, R) means. Derivatives by a step into the complex
    (Squire and Trapp 1998), which has no rounding."""
    gradient = np.zeros((means.shape[1], len(means)))
    complex_means = means.astype(np.complex128)
    values = formula(complex_means).real
    for k in range(len(means)):
        complex_means[k] += 1j * _STEP
        gradient[:, k] = formula(complex_means).imag / _STEP
        complex_means[k] = means[k]
    variance = np.einsum("rk,rkl,rl->r", gradient, covariances, gradient, optimize=True)
    errors = np.sqrt(np.maximum(variance, 0.0))
    # Where the parts cancel out, as in the alpha of an index against itself, rounding is left.
    own = np.maximum(np.einsum("rkk->rk", covariances), 0.0)
    parts = np.abs(gradient) * np.sqrt(own)
    return values, np.where(errors > _ROUNDING * parts.sum(axis=1), errors, 0.0)
