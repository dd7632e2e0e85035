"""How much was earned."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.arrays import Floats
from engine.performance.figure import Figure, Unit
from engine.performance.formulas import annual_growth
from engine.performance.periods import Span, chain
from engine.performance.sample import Sample
from engine.performance.undefined import Undefined, Value

_LARGEST = 1e300


def annualise(worth: float, days: int, days_per_year: float) -> Value:
    """Compounded yearly growth of 1 that became ``worth`` > 0."""
    if not days:
        return Undefined.TOO_FEW
    if np.log(worth) * days_per_year / days > np.log(_LARGEST):
        return Undefined.TOO_GREAT
    return float(annual_growth(np.asarray(worth), days, days_per_year))


def _total(sample: Sample) -> Value:
    if not len(sample.returns):
        return Undefined.TOO_FEW
    return Undefined.RUIN if sample.ruined else float(sample.worth[-1] - 1.0)


def cagr(sample: Sample) -> Value:
    if not len(sample.returns):
        return Undefined.TOO_FEW
    if sample.ruined:
        return Undefined.RUIN
    return annualise(float(sample.worth[-1]), len(sample.returns), sample.days_per_year)


def _arithmetic(sample: Sample) -> Value:
    return sample.mean * sample.days_per_year if len(sample.returns) else Undefined.TOO_FEW


def _hit_rate(sample: Sample) -> Value:
    moved = int(np.count_nonzero(sample.returns))
    if not moved:
        return Undefined.STILL if len(sample.returns) else Undefined.TOO_FEW
    return int((sample.returns > 0.0).sum()) / moved


def _day(pick: Callable[[Floats], float]) -> Callable[[Sample], Value]:
    def compute(sample: Sample) -> Value:
        return float(pick(sample.returns)) if len(sample.returns) else Undefined.TOO_FEW

    return compute


def _span(span: Span, pick: Callable[[Floats], float]) -> Callable[[Sample], Value]:
    def compute(sample: Sample) -> Value:
        if sample.days is None:
            return Undefined.NO_DATES
        if not len(sample.returns):
            return Undefined.TOO_FEW
        return float(pick(chain(sample.returns, sample.days, span)[1]))

    return compute


_COUNTED = "parts of a {} at the ends count as one"

FIGURES = (
    Figure(
        "total",
        "total return",
        Unit.SHARE,
        1,
        "Π(1 + r) - 1",
        "Bacon 2023, ch. 2",
        ("empyrical", "quantstats", "ffn"),
        _total,
    ),
    Figure(
        "cagr",
        "growth a year (CAGR)",
        Unit.SHARE_A_YEAR,
        1,
        "(Π(1 + r))^(P/n) - 1, years counted as n/P",
        "Bacon 2023, ch. 2",
        ("empyrical", "quantstats"),
        cagr,
        headline=True,
    ),
    Figure(
        "mean",
        "arithmetic mean a year",
        Unit.SHARE_A_YEAR,
        1,
        "P · mean(r)",
        "Markowitz 1952",
        ("ffn",),
        _arithmetic,
    ),
    Figure(
        "hit_rate",
        "winning days",
        Unit.SHARE,
        1,
        "days with r > 0, of those with r ≠ 0",
        "quantstats win_rate",
        ("quantstats",),
        _hit_rate,
    ),
    Figure(
        "best_day",
        "best day",
        Unit.SHARE,
        1,
        "max r",
        "-",
        ("quantstats", "ffn"),
        _day(np.max),
    ),
    Figure(
        "worst_day",
        "worst day",
        Unit.SHARE,
        1,
        "min r",
        "-",
        ("quantstats", "ffn"),
        _day(np.min),
    ),
    Figure(
        "best_month",
        "best month",
        Unit.SHARE,
        1,
        f"max of Π(1 + r) - 1 by calendar month; {_COUNTED.format('month')}",
        "-",
        ("quantstats",),
        _span(Span.MONTH, np.max),
    ),
    Figure(
        "worst_month",
        "worst month",
        Unit.SHARE,
        1,
        f"min of Π(1 + r) - 1 by calendar month; {_COUNTED.format('month')}",
        "-",
        ("quantstats",),
        _span(Span.MONTH, np.min),
    ),
    Figure(
        "best_year",
        "best year",
        Unit.SHARE,
        1,
        f"max of Π(1 + r) - 1 by calendar year; {_COUNTED.format('year')}",
        "-",
        ("quantstats",),
        _span(Span.YEAR, np.max),
    ),
    Figure(
        "worst_year",
        "worst year",
        Unit.SHARE,
        1,
        f"min of Π(1 + r) - 1 by calendar year; {_COUNTED.format('year')}",
        "-",
        ("quantstats",),
        _span(Span.YEAR, np.min),
    ),
)
