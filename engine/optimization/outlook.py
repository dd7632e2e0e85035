"""What a portfolio is expected to do in a year, how sure that is, and what trades change of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from engine.arrays import Floats
from engine.inference.blocks import jackknife_error, leave_out_blocks
from engine.optimization.estimates import Estimates
from engine.performance.summary import summarise


@dataclass(frozen=True, slots=True)
class Change:
    """``error``: standard error of the change itself, which is less than that of both apart."""

    value: float
    error: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A year. ``expected_error``, ``volatility_error``: standard errors; None of too few days.
    ``worst_drawdown`` and ``tail_loss`` (mean of the worst 5 % of days, one day): of the scenarios
    one after another."""

    expected: float
    expected_error: float
    volatility: float
    volatility_error: float | None
    worst_drawdown: float
    tail_loss: float


def look_ahead(
    estimates: Estimates, now: Floats, after: Floats
) -> tuple[Outlook, Outlook, Mapping[str, Change]]:
    """Of weights (N,) now and after; what they leave is cash. Changes of "expected" and
    "volatility".

    The error of the expectation from ``mean_se`` and the correlations of returns, which those of
    the means share; where an asset has no ``mean_se``, from the length of the scenarios alone. That
    of the volatility by the jackknife of moving blocks over the scenarios (Künsch 1989): volatility
    itself is that of ``covariance``.
    """
    errors = _mean_errors(estimates)
    change = Change(
        _expected(estimates, after) - _expected(estimates, now), _error(errors, after - now)
    )
    first, second = (_volatility(estimates, weights) for weights in (now, after))
    without = [_left_out(estimates, weights) for weights in (now, after)]
    moved = Change(second - first, _known(jackknife_error(without[1] - without[0])))
    looks = [
        _look(estimates, weights, errors, left)
        for weights, left in zip((now, after), without, strict=True)
    ]
    return looks[0], looks[1], {"expected": change, "volatility": moved}


def _look(estimates: Estimates, weights: Floats, errors: Floats, without: Floats) -> Outlook:
    cash = 1.0 - float(weights.sum())
    interest = cash * estimates.risk_free / estimates.days_per_year
    seen = summarise(
        estimates.scenarios @ weights + interest, estimates.days_per_year, estimates.risk_free
    )
    return Outlook(
        expected=_expected(estimates, weights),
        expected_error=_error(errors, weights),
        volatility=_volatility(estimates, weights),
        volatility_error=_known(jackknife_error(without)),
        worst_drawdown=seen.worst_drawdown,
        tail_loss=seen.tail_loss,
    )


def _expected(estimates: Estimates, weights: Floats) -> float:
    cash = 1.0 - float(weights.sum())
    return float(estimates.mean @ weights) + cash * estimates.risk_free


def _volatility(estimates: Estimates, weights: Floats) -> float:
    return sqrt(max(float(weights @ estimates.covariance @ weights), 0.0))


def _left_out(estimates: Estimates, weights: Floats) -> Floats:
    """(T,) volatilities of the scenarios without each block of days."""
    returns = estimates.scenarios @ weights
    returns = returns - returns.mean()
    sums = leave_out_blocks(np.stack([np.ones_like(returns), returns, returns**2], axis=1))
    count, total, squares = sums.T
    if not np.all(count > 0.0):
        return np.full(len(returns), np.nan)
    variance = np.maximum(squares / count - (total / count) ** 2, 0.0)
    return np.asarray(np.sqrt(variance * estimates.days_per_year))


def _known(error: float) -> float | None:
    return error if isfinite(error) else None


def _mean_errors(estimates: Estimates) -> Floats:
    """(N, N) covariance of the errors of the means."""
    deviation = np.sqrt(np.maximum(np.diag(estimates.covariance), 0.0))
    if not np.all(np.isfinite(estimates.mean_se)):
        years = max(len(estimates.scenarios), 1) / estimates.days_per_year
        return np.asarray(estimates.covariance / years)
    scale = np.divide(
        estimates.mean_se, deviation, out=np.zeros_like(deviation), where=deviation > 0.0
    )
    return np.asarray(estimates.covariance * np.outer(scale, scale))


def _error(errors: Floats, weights: Floats) -> float:
    return sqrt(max(float(weights @ errors @ weights), 0.0))
