"""How much of a course of returns the market and styles explain (Jensen 1968; Fama and French
1993; Carhart 1997), estimated from the returns alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import inf

import numpy as np
from scipy.special import stdtrit

from engine.arrays import Days, Flags, Floats
from engine.inference.regression import Regression, automatic_lag, regress
from engine.prices import Prices

MARKET = "market"
FEWEST_DAYS = 60
DAYS_PER_COEFFICIENT = 10
ALIKE = 10.0  # variance inflation from which a factor is said to be hard to tell from the others
_SAME = 1e8  # variance inflation of what cannot be told apart at all
_LEVEL = 0.95  # one-sided: intervals of 90 %
_STILL = 1e-12  # daily deviation below which nothing moves


class Unclear(StrEnum):
    """Why nothing can be said."""

    TOO_SHORT = "too short"
    INDISTINCT = "indistinct"  # factors that cannot be told from each other or do not move
    STILL = "still"  # the returns do not move


@dataclass(frozen=True, slots=True)
class Unexplained:
    """The reason with its facts: ``days`` there are, ``needed``, and the ``factors`` concerned."""

    reason: Unclear
    days: int
    needed: int
    factors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """``low`` to ``high``: 90 %, by Student's t. ``t``: None of a perfect fit, without error."""

    value: float
    error: float
    t: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Loading:
    """``inflation``: of the variance of ``beta`` by likeness to the other factors (1: none).
    ``part``: beta times the mean excess return of the factor, a year."""

    name: str
    beta: Estimate
    inflation: float
    part: float


@dataclass(frozen=True, slots=True)
class Explained:
    """``excess = alpha.value + sum of parts``: mean returns over cash a year, not compounded.

    ``alike``: factors whose variance inflation is 10 or more: their betas and parts are to be read
    together. ``since`` and ``until``: the days there are factor returns for, ``days`` of them.
    """

    alpha: Estimate  # a year
    loadings: tuple[Loading, ...]
    excess: float
    r_squared: float
    adjusted: float
    alike: tuple[str, ...]
    days: int
    since: date
    until: date
    lag: int


def explain(
    days: Days,
    returns: Floats,
    market: Floats,
    factors: Mapping[str, Floats],
    rate: Floats,
    *,
    days_per_year: float,
) -> Explained | Unexplained:
    """Regression of ``returns - rate`` on ``market - rate`` and of each factor ``one - market``.

    All (T,) daily returns; days on which any of them is NaN are left out. Errors of Newey and West
    (1987, lag of 1994) with leverage as in ``regress``. At least 60 days and 10 per coefficient,
    fewer are Unexplained (TOO_SHORT).
    """
    names = (MARKET, *factors)
    over = [market - rate, *(one - market for one in factors.values())]
    table = np.column_stack([returns - rate, *over])
    known = ~np.isnan(table).any(axis=1)
    y, x = table[known, 0], table[known, 1:]
    needed = max(FEWEST_DAYS, DAYS_PER_COEFFICIENT * (len(names) + 1))
    if len(y) < needed:
        return Unexplained(Unclear.TOO_SHORT, len(y), needed)
    if float(y.std()) < _STILL:
        return Unexplained(Unclear.STILL, len(y), needed)
    inflation = _inflation(x)
    fit = regress(y, np.column_stack((np.ones(len(y)), x))) if max(inflation) < _SAME else None
    if fit is None:
        same = tuple(name for name, one in zip(names, inflation, strict=True) if one >= _SAME)
        return Unexplained(Unclear.INDISTINCT, len(y), needed, same)
    return _told(days[known], y, x, names, inflation, fit, days_per_year)


def returns_on(prices: Prices, days: Days) -> Floats:
    """(T, N) returns of the closes of ``prices`` from each of ``days`` (T,) to the next; NaN where
    either has no close."""
    close = np.full((len(days), len(prices.symbols)), np.nan)
    if len(prices.days):
        at = np.minimum(np.searchsorted(prices.days, days), len(prices.days) - 1)
        found: Flags = prices.days[at] == days
        close[found] = prices.close[at[found]]
    moved = np.full(close.shape, np.nan)
    moved[1:] = close[1:] / close[:-1] - 1.0
    return moved


def _told(
    days: Days,
    y: Floats,
    x: Floats,
    names: tuple[str, ...],
    inflation: tuple[float, ...],
    fit: Regression,
    days_per_year: float,
) -> Explained:
    n, k = len(y), len(names) + 1
    wide = float(stdtrit(n - k, _LEVEL))
    errors = np.sqrt(np.maximum(np.diag(fit.covariance), 0.0))
    left = y - fit.beta[0] - x @ fit.beta[1:]
    unexplained = float(left @ left) / float(((y - y.mean()) ** 2).sum())
    parts = fit.beta[1:] * x.mean(axis=0) * days_per_year
    loadings = tuple(
        Loading(name, _estimate(beta, error, wide), one, part)
        for name, beta, error, one, part in zip(
            names,
            fit.beta[1:].tolist(),
            errors[1:].tolist(),
            inflation,
            parts.tolist(),
            strict=True,
        )
    )
    return Explained(
        _estimate(float(fit.beta[0]) * days_per_year, float(errors[0]) * days_per_year, wide),
        loadings,
        float(y.mean()) * days_per_year,
        1.0 - unexplained,
        1.0 - unexplained * (n - 1) / (n - k),
        tuple(one.name for one in loadings if one.inflation >= ALIKE),
        n,
        days[0].item(),
        days[-1].item(),
        automatic_lag(n),
    )


def _estimate(value: float, error: float, wide: float) -> Estimate:
    certain = error <= _STILL * max(abs(value), _STILL)
    t = None if certain else value / error
    return Estimate(value, error, t, value - wide * error, value + wide * error)


def _inflation(x: Floats) -> tuple[float, ...]:
    """1 / (1 - R²) of each column of ``x`` (n, K) on a constant and the others; inf where it does
    not move."""
    found = []
    for column in range(x.shape[1]):
        one = x[:, column]
        others = np.column_stack((np.ones(len(x)), np.delete(x, column, axis=1)))
        spread = float(((one - one.mean()) ** 2).sum())
        if spread <= len(x) * _STILL**2:
            found.append(inf)
            continue
        left = one - others @ np.linalg.lstsq(others, one, rcond=None)[0]
        rest = float(left @ left)
        found.append(spread / rest if rest * _SAME > spread else inf)
    return tuple(found)
