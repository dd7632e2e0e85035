"""How much the value moves and falls."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np

from engine.arrays import Floats
from engine.performance.drawdowns import longest_under_water
from engine.performance.figure import Figure, Unit
from engine.performance.formulas import annual_deviation, edge_loss, tail_loss
from engine.performance.sample import Sample
from engine.performance.undefined import Undefined, Value


def _volatility(sample: Sample) -> Value:
    if len(sample.returns) < 2:
        return Undefined.TOO_FEW
    return float(annual_deviation(sample.returns, sample.days_per_year))


def downside(sample: Sample) -> float:
    """Root mean square of what fell short of the target, over all days, a year."""
    target = sample.target / sample.days_per_year
    short = np.minimum(sample.returns - target, 0.0)
    return sqrt(float(np.mean(short * short)) * sample.days_per_year)


def _downside(sample: Sample) -> Value:
    return downside(sample) if len(sample.returns) else Undefined.TOO_FEW


def _of_falls(compute: Callable[[Floats], float]) -> Callable[[Sample], Value]:
    def found(sample: Sample) -> Value:
        if not len(sample.returns):
            return Undefined.TOO_FEW
        return Undefined.RUIN if sample.ruined else float(compute(sample.below))

    return found


max_drawdown = _of_falls(np.max)


def _of_days(compute: Callable[[Floats], Floats]) -> Callable[[Sample], Value]:
    def found(sample: Sample) -> Value:
        return float(compute(sample.returns)) if len(sample.returns) else Undefined.TOO_FEW

    return found


def moments(returns: Floats) -> tuple[float, float]:
    """Skew and raw kurtosis as they are in the sample, without correction; the returns move."""
    centred = returns - returns.mean()
    squares = centred * centred
    second = float(squares.mean())
    third, fourth = float((squares * centred).mean()), float((squares * squares).mean())
    return third / second**1.5, fourth / second**2


def _skew(sample: Sample) -> Value:
    n = len(sample.returns)
    if n < 3:
        return Undefined.TOO_FEW
    if not sample.moves:
        return Undefined.STILL
    return moments(sample.returns)[0] * sqrt(n * (n - 1.0)) / (n - 2.0)


def _excess_kurtosis(sample: Sample) -> Value:
    n = len(sample.returns)
    if n < 4:
        return Undefined.TOO_FEW
    if not sample.moves:
        return Undefined.STILL
    raw = moments(sample.returns)[1]
    return ((n + 1.0) * (raw - 3.0) + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))


def _tail_ratio(sample: Sample) -> Value:
    if not len(sample.returns):
        return Undefined.TOO_FEW
    low, high = np.quantile(sample.returns, [0.05, 0.95])
    return Undefined.NO_LOSS if low == 0.0 else float(abs(high) / abs(low))


FIGURES = (
    Figure(
        "volatility",
        "volatility a year",
        Unit.SHARE_A_YEAR,
        -1,
        "√P · standard deviation of r (n - 1)",
        "Markowitz 1952",
        ("empyrical", "quantstats", "ffn"),
        _volatility,
        headline=True,
    ),
    Figure(
        "downside",
        "downside deviation a year",
        Unit.SHARE_A_YEAR,
        -1,
        "√P · √(mean of min(r - MAR/P, 0)²), over all n days",
        "Sortino and Price 1994",
        ("empyrical",),
        _downside,
    ),
    Figure(
        "max_drawdown",
        "deepest fall",
        Unit.SHARE,
        -1,
        "max of 1 - W/peak, W compounded, the start a peak",
        "Magdon-Ismail and Atiya 2004",
        ("empyrical", "quantstats", "ffn"),
        max_drawdown,
        headline=True,
    ),
    Figure(
        "under_water",
        "time under water",
        Unit.SHARE,
        -1,
        "share of days below the highest value before",
        "Bacon 2023, ch. 6",
        (),
        _of_falls(lambda below: float((below > 0.0).mean())),
    ),
    Figure(
        "longest_under_water",
        "longest time under water",
        Unit.DAYS,
        -1,
        "most days in a row below the highest value before",
        "Bacon 2023, ch. 6",
        (),
        _of_falls(longest_under_water),
    ),
    Figure(
        "ulcer",
        "Ulcer index",
        Unit.SHARE,
        -1,
        "√(mean of (1 - W/peak)²), n days",
        "Martin and McCann 1989",
        (),
        _of_falls(lambda below: sqrt(float(np.mean(below * below)))),
    ),
    Figure(
        "var",
        "value at risk 95 %, one day",
        Unit.SHARE_A_DAY,
        -1,
        "minus the ⌈n/20⌉-th lowest r: the largest loss that at least 5 % of days reached",
        "Rockafellar and Uryasev 2002",
        (),
        _of_days(edge_loss),
        headline=True,
    ),
    Figure(
        "cvar",
        "conditional value at risk 95 %, one day",
        Unit.SHARE_A_DAY,
        -1,
        "minus the mean of the lowest n/20 r, the one at the edge in part",
        "Rockafellar and Uryasev 2000, equation 4",
        (),
        _of_days(tail_loss),
        headline=True,
    ),
    Figure(
        "skew",
        "skew",
        Unit.RATIO,
        1,
        "G1 = √(n(n - 1))/(n - 2) · m3/m2^1.5",
        "Joanes and Gill 1998",
        ("quantstats", "ffn"),
        _skew,
    ),
    Figure(
        "excess_kurtosis",
        "excess kurtosis",
        Unit.RATIO,
        -1,
        "G2 = (n - 1)/((n - 2)(n - 3)) · ((n + 1)(m4/m2² - 3) + 6)",
        "Joanes and Gill 1998",
        ("quantstats", "ffn"),
        _excess_kurtosis,
    ),
    Figure(
        "tail_ratio",
        "tail ratio",
        Unit.RATIO,
        1,
        "|95 % point of r| / |5 % point of r|, both interpolated",
        "empyrical",
        ("empyrical", "quantstats"),
        _tail_ratio,
    ),
)
