"""What was earned for the risk taken."""

from __future__ import annotations

from math import sqrt

import numpy as np

from engine.performance.figure import Figure, Unit
from engine.performance.growth import cagr
from engine.performance.risk import downside, max_drawdown
from engine.performance.sample import STILL, Sample
from engine.performance.undefined import Undefined, Value, known


def _sharpe(sample: Sample) -> Value:
    if len(sample.returns) < 2:
        return Undefined.TOO_FEW
    if not sample.moves:
        return Undefined.STILL
    return (sample.mean - sample.free) / sample.deviation * sqrt(sample.days_per_year)


def _sortino(sample: Sample) -> Value:
    if len(sample.returns) < 2:
        return Undefined.TOO_FEW
    if not sample.moves:
        return Undefined.STILL
    below = downside(sample)
    if below <= STILL * sqrt(sample.days_per_year):
        return Undefined.NO_LOSS
    return (sample.mean * sample.days_per_year - sample.target) / below


def _calmar(sample: Sample) -> Value:
    earned, fall = cagr(sample), max_drawdown(sample)
    if not known(earned) or not known(fall):
        return earned if not known(earned) else fall
    return earned / fall if fall > STILL else Undefined.NO_LOSS


def _omega(sample: Sample) -> Value:
    if not len(sample.returns):
        return Undefined.TOO_FEW
    above = sample.returns - sample.target / sample.days_per_year
    lost = -float(np.minimum(above, 0.0).sum())
    if lost <= STILL * len(above):
        return Undefined.NO_LOSS
    return float(np.maximum(above, 0.0).sum()) / lost


FIGURES = (
    Figure(
        "sharpe",
        "Sharpe ratio a year",
        Unit.RATIO,
        1,
        "√P · (mean(r) - rf/P) / standard deviation of r (n - 1)",
        "Sharpe 1994",
        ("empyrical",),
        _sharpe,
        headline=True,
    ),
    Figure(
        "sortino",
        "Sortino ratio a year",
        Unit.RATIO,
        1,
        "(P · mean(r) - MAR) / downside deviation a year; MAR is rf unless told",
        "Sortino and Price 1994",
        ("empyrical",),
        _sortino,
        headline=True,
    ),
    Figure(
        "calmar",
        "Calmar ratio",
        Unit.RATIO,
        1,
        "CAGR / deepest fall, over the whole time",
        "Young 1991",
        ("empyrical", "quantstats"),
        _calmar,
        headline=True,
    ),
    Figure(
        "omega",
        "Omega ratio",
        Unit.RATIO,
        1,
        "Σ max(r - MAR/P, 0) / Σ max(MAR/P - r, 0); MAR is rf unless told",
        "Keating and Shadwick 2002",
        ("empyrical",),
        _omega,
        headline=True,
    ),
)
