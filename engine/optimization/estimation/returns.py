"""What assets are expected to earn: their past, their past shrunk, or what a market implies.

Everything is simple and for one day; standard errors are of the expectation, not of the returns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from engine.arrays import Floats


@dataclass(frozen=True, slots=True)
class Expectation:
    """``mean`` and ``error``: (N,). ``shrinkage``: 0 (own past alone) to 1 (the common mean)."""

    mean: Floats
    error: Floats
    shrinkage: float = 0.0


def historical(returns: Floats) -> Expectation:
    """The arithmetic mean of (T, N) and its standard error, days taken as independent."""
    days = len(returns)
    spread = returns.std(axis=0, ddof=1) if days > 1 else np.full(returns.shape[1], np.nan)
    return Expectation(returns.mean(axis=0), spread / np.sqrt(days))


def james_stein(returns: Floats, covariance: Floats) -> Expectation:
    """Means drawn towards their average by min(1, (N - 2) / (T d)), d = (m - g)ᵀ Σ⁻¹ (m - g).

    Jobson, Korkie and Ratti 1979, as in Jorion 1986, "Bayes-Stein estimation for portfolio
    analysis", Journal of Financial and Quantitative Analysis 21. With one or two assets nothing is
    drawn. ``covariance``: (N, N) of one day.
    """
    mean, (days, assets) = returns.mean(axis=0), returns.shape
    target = float(mean.mean())
    distance = _distance(mean - target, covariance)
    part = min(1.0, (assets - 2.0) / (days * distance)) if distance > 0.0 else 1.0
    of_target = float(covariance.sum()) / assets**2
    return _shrink(mean, target, max(part, 0.0), covariance, of_target, days)


def bayes_stein(returns: Floats, covariance: Floats) -> Expectation:
    """Means drawn towards that of the minimum variance portfolio by (N + 2) / (N + 2 + T d).

    Jorion 1986 (see ``james_stein``), with Σ = ``covariance`` as estimated.
    """
    mean, (days, assets) = returns.mean(axis=0), returns.shape
    ones = np.ones(assets)
    inverse = _solve(covariance, ones)
    precision = float(ones @ inverse)
    if precision <= 0.0:
        return historical(returns)
    target = float(mean @ inverse) / precision
    part = (assets + 2.0) / (assets + 2.0 + days * _distance(mean - target, covariance))
    return _shrink(mean, target, part, covariance, 1.0 / precision, days)


def equilibrium(
    covariance: Floats, market: Floats, risk_aversion: float, tau: float
) -> Expectation:
    """Excess returns at which a holder of ``market`` (N,) would want just that: δ Σ w.

    Black and Litterman 1992; the standard error is theirs, √(τ Σᵢᵢ). Units are those of
    ``covariance``; the risk-free return is not in it.
    """
    implied = risk_aversion * (covariance @ market)
    return Expectation(implied, np.sqrt(tau * np.diag(covariance)))


def _shrink(
    mean: Floats, target: float, part: float, covariance: Floats, of_target: float, days: int
) -> Expectation:
    """The error is that of Jorion's posterior: what is left of Σ / T, and the target's own."""
    variance = (1.0 - part) * np.diag(covariance) + part * of_target
    return Expectation((1.0 - part) * mean + part * target, np.sqrt(variance / days), part)


def _distance(deviation: Floats, covariance: Floats) -> float:
    return float(deviation @ _solve(covariance, deviation))


def _solve(covariance: Floats, right: Floats) -> Floats:
    """Σ⁻¹ b; of a singular Σ the least-norm solution within its range."""
    try:
        factor = cho_factor(covariance, lower=True)
        spread = np.abs(np.diag(factor[0]))
        if spread.min() > 1e-7 * spread.max():
            solved: Floats = cho_solve(factor, right)
            return solved
    except np.linalg.LinAlgError:
        pass  # not positive definite: some assets are combinations of others
    least: Floats = np.linalg.pinv(covariance, rcond=1e-12, hermitian=True) @ right
    return least
