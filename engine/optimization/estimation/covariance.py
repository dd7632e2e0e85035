"""How assets move together: sample, Ledoit-Wolf, exponentially weighted, and K statistical factors.

Each takes returns (T, N) of one day without NaN and answers in the units of one day squared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.linalg import eigh

from engine.arrays import Floats

SPAN = 180.0  # days: the weights of the exponential estimate have this centre of mass, doubled
MOST_FACTORS = 50


@dataclass(frozen=True, slots=True)
class Covariance:
    """``matrix``: (N, N) symmetric, positive semidefinite. ``shrinkage``: 0 (all data) to 1 (all
    target). With factors, ``matrix`` = ``loadings``·``loadings``ᵀ + diag(``specific``)."""

    matrix: Floats
    shrinkage: float = 0.0
    loadings: Floats | None = None  # (N, K)
    specific: Floats | None = None  # (N,)


def sample(returns: Floats) -> Covariance:
    """The unbiased sample covariance (divided by T - 1)."""
    centred = returns - returns.mean(axis=0)
    matrix = _symmetric(centred.T @ centred)
    matrix /= max(len(returns) - 1, 1)
    return Covariance(matrix)


def ledoit_wolf(returns: Floats) -> Covariance:
    """Shrunk to a multiple of the identity.

    Ledoit and Wolf 2004, "A well-conditioned estimator for large-dimensional covariance matrices",
    Journal of Multivariate Analysis 88: lemmas 3.2 to 3.4, divided by T. Returns are scaled before,
    so that the answer does not lose digits. One asset is not shrunk.
    """
    days, assets = returns.shape
    centred = returns - returns.mean(axis=0)
    matrix = _symmetric(centred.T @ centred) / days
    level = float(np.trace(matrix)) / assets
    if assets == 1 or level == 0.0:
        return Covariance(matrix)
    squares = np.einsum("tn,tn->t", centred, centred) / level
    size = float(np.vdot(matrix, matrix)) / level**2
    noise = (float(np.sum(squares**2)) / days - size) / (assets * days)
    distance = size / assets - 1.0
    shrinkage = min(noise, distance) / distance if distance > 0.0 and noise > 0.0 else 0.0
    shrunk = matrix
    shrunk *= 1.0 - shrinkage
    shrunk[np.diag_indices(assets)] += shrinkage * level
    return Covariance(shrunk, shrinkage)


def exponential(returns: Floats, span: float = SPAN) -> Covariance:
    """Recent days weigh more: (1 - 2 / (span + 1)) less for each day back.

    Deviations are from the plain mean, as in RiskMetrics-like estimates of PyPortfolioOpt.
    """
    scaled = (returns - returns.mean(axis=0)) * np.sqrt(_recent_days(returns, span))[:, None]
    return Covariance(_symmetric(scaled.T @ scaled))


def _recent_days(returns: Floats, span: float = SPAN) -> Floats:
    age = np.arange(len(returns) - 1, -1, -1, dtype=np.float64)
    weight = (1.0 - 2.0 / (span + 1.0)) ** age
    counted: Floats = weight / weight.sum()
    return counted


def _all_days(returns: Floats) -> Floats:
    return np.full(len(returns), 1.0 / max(len(returns) - 1, 1))


def factor(returns: Floats) -> Covariance:
    """K principal components of the correlations, and a variance of its own for each asset.

    K: the eigenvalues of the correlation matrix above (1 + √(N / T))², the most that chance alone
    produces (Marchenko and Pastur 1967; Laloux, Cizeau, Bouchaud and Potters 1999), at least 1, at
    most 50. Variances are those of the sample exactly.
    """
    whole = sample(returns).matrix
    days, assets = returns.shape
    deviation = np.sqrt(np.diag(whole))
    scale = np.where(deviation > 0.0, deviation, 1.0)
    correlation = whole / np.outer(scale, scale)
    first = max(assets - MOST_FACTORS, 0)
    values, vectors = eigh(correlation, subset_by_index=(first, assets - 1))
    edge = (1.0 + sqrt(assets / days)) ** 2
    count = min(max(int(np.sum(values > edge)), 1), assets)
    kept = np.maximum(values[-count:], 0.0)
    loadings = _signed(vectors[:, -count:] * np.sqrt(kept))[:, ::-1] * deviation[:, None]
    loadings = np.ascontiguousarray(loadings)
    specific = np.maximum(np.diag(whole) - np.sum(loadings**2, axis=1), 0.0)
    return Covariance(
        _symmetric(loadings @ loadings.T) + np.diag(specific), 0.0, loadings, specific
    )


COVARIANCES: dict[str, Callable[[Floats], Covariance]] = {
    "sample": sample,
    "ledoit_wolf": ledoit_wolf,
    "exponential": exponential,
    "factor": factor,
}

DAYS: dict[str, Callable[[Floats], Floats]] = {"sample": _all_days, "exponential": _recent_days}
"""Of those that are sums of squared deviations: how much each of T days counts."""


def _symmetric(matrix: Floats) -> Floats:
    """Products of a matrix with its transpose differ across the diagonal in the last digit."""
    halved: Floats = (matrix + matrix.T) / 2.0
    return halved


def _signed(vectors: Floats) -> Floats:
    """Eigenvectors have no sign of their own: most of each is above zero."""
    signed: Floats = vectors * np.where(vectors.sum(axis=0) < 0.0, -1.0, 1.0)
    return signed
