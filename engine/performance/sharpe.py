"""How sure a Sharpe ratio is, and what is left of it when it is the best of several tried.

All ratios in the formulas are those of a day; all that is given and told is of a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import e, sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from engine.arrays import Floats
from engine.inference.regression import automatic_lag
from engine.performance.formulas import daily_rate
from engine.performance.risk import moments
from engine.performance.sample import STILL
from engine.performance.undefined import Undefined, Value

_EULER = 0.5772156649015329
_LEAST = 4  # days, for a kurtosis


@dataclass(frozen=True, slots=True)
class SharpeErrors:
    """A Sharpe ratio a year and its standard errors.

    ``iid``: √((1 + SR²/2)/n), Lo 2002, equation 9, for independent normal returns. ``shaped``:
    √((1 - skew·SR + (kurtosis - 1)/4·SR²)/n), Mertens 2002, for independent ones of any shape.
    ``dependent``: Lo 2002, equation 13 ff. (generalised method of moments, Newey and West with the
    automatic lag), for any shape and neighbours in time. ``adjusted``: the ratio scaled to a year
    by the autocorrelations of returns up to that lag instead of by √P (Lo 2002, equation 20).
    """

    ratio: float
    iid: float
    shaped: float
    dependent: float
    adjusted: float


def find_errors(
    returns: Floats, *, days_per_year: float, risk_free: float
) -> SharpeErrors | Undefined:
    """``returns``: (D,) shares a day; ``risk_free``: a year. Undefined of fewer than 4 days and of
    returns that do not move."""
    shape = _shape(returns, days_per_year, risk_free)
    if isinstance(shape, Undefined):
        return shape
    ratio, skew, kurtosis = shape
    n, year = len(returns), sqrt(days_per_year)
    centred = returns - returns.mean()
    variance = float(np.mean(centred * centred))
    influence = centred / sqrt(variance) - ratio / 2.0 * (centred * centred / variance - 1.0)
    return SharpeErrors(
        ratio=ratio * year,
        iid=year * sqrt((1.0 + ratio * ratio / 2.0) / n),
        shaped=year * sqrt(_spread(ratio, skew, kurtosis) / n),
        dependent=year * sqrt(max(_long_run(influence), 0.0) / n),
        adjusted=ratio * year * sqrt(variance / max(_long_run(centred), STILL * variance)),
    )


def find_probability(
    returns: Floats, *, days_per_year: float, risk_free: float, above: float = 0.0
) -> Value:
    """Probabilistic Sharpe ratio: how likely the true one is ``above`` (a year).

    Φ((SR - SR*) √(n - 1) / √(1 - skew·SR + (kurtosis - 1)/4·SR²)), Bailey and López de Prado, "The
    Sharpe ratio efficient frontier", J. of Risk 2012, equation 9.
    """
    shape = _shape(returns, days_per_year, risk_free)
    if isinstance(shape, Undefined):
        return shape
    ratio, skew, kurtosis = shape
    return probability(
        ratio, above / sqrt(days_per_year), len(returns), skew=skew, kurtosis=kurtosis
    )


def probability(ratio: float, above: float, n: int, *, skew: float, kurtosis: float) -> float:
    """The same from figures of a day; ``kurtosis`` is 3 of the normal distribution."""
    far = (ratio - above) * sqrt(n - 1.0) / sqrt(_spread(ratio, skew, kurtosis))
    return float(ndtr(far))


def best_of(tried: int, deviation: float) -> float:
    """The highest Sharpe ratio to be expected among ``tried`` worthless ideas whose ratios have
    this standard ``deviation``; 0 of one (Bailey and López de Prado, "The deflated Sharpe ratio",
    J. of Portfolio Management 2014, equation 1). Raises ValueError for fewer than one."""
    if tried < 1:
        raise ValueError(f"{tried} ideas tried")
    if tried == 1:
        return 0.0
    highest = (1.0 - _EULER) * ndtri(1.0 - 1.0 / tried) + _EULER * ndtri(1.0 - 1.0 / (tried * e))
    return float(deviation * highest)


def find_deflated(
    returns: Floats,
    *,
    days_per_year: float,
    risk_free: float,
    tried: int,
    deviation: float | None = None,
) -> Value:
    """Deflated Sharpe ratio: how likely the true one is above 0, knowing that it was the best of
    ``tried`` independent ideas (2014, equation 2).

    ``deviation``: standard deviation of the Sharpe ratios a year of all that was tried; where it
    is not known, that of ratios of worthless ideas over as many days, √(P/n).
    """
    if deviation is None:
        deviation = sqrt(days_per_year / max(len(returns), 1))
    return find_probability(
        returns,
        days_per_year=days_per_year,
        risk_free=risk_free,
        above=best_of(tried, deviation),
    )


def _shape(
    returns: Floats, days_per_year: float, risk_free: float
) -> tuple[float, float, float] | Undefined:
    """Sharpe ratio of a day, skew and kurtosis."""
    if len(returns) < _LEAST:
        return Undefined.TOO_FEW
    deviation = float(returns.std(ddof=1))
    if deviation <= STILL:
        return Undefined.STILL
    above = float(returns.mean()) - daily_rate(risk_free, days_per_year)
    return above / deviation, *moments(returns)


def _spread(ratio: float, skew: float, kurtosis: float) -> float:
    """n times the variance of a Sharpe ratio; over 0, since kurtosis is at least 1 + skew²."""
    return max(1.0 - skew * ratio + (kurtosis - 1.0) / 4.0 * ratio * ratio, STILL)


def _long_run(centred: Floats) -> float:
    """Variance of √n times a mean: autocovariances with Bartlett weights to the automatic lag."""
    n = len(centred)
    last = min(automatic_lag(n), n - 1)
    total = float(centred @ centred)
    for k in range(1, last + 1):
        total += 2.0 * (1.0 - k / (last + 1.0)) * float(centred[k:] @ centred[:-k])
    return total / n
