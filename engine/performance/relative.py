"""How it went beside a benchmark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from engine.arrays import Flags, Floats
from engine.inference.regression import regress
from engine.performance.figure import Figure, Unit
from engine.performance.growth import annualise
from engine.performance.sample import STILL, Sample
from engine.performance.undefined import Undefined, Value, known

_LEAST = 3  # days for a line and what is left of it


@dataclass(frozen=True, slots=True)
class Alpha:
    """Jensen's, a year, arithmetic; ``t``: over its Newey-West error, None where that is 0."""

    value: float
    error: float
    t: float | None


def find_alpha(sample: Sample) -> Alpha | Undefined:
    """Constant of the regression of r - rf/P on the benchmark's, times P (Jensen 1968). Error of
    Newey and West 1987 with the automatic lag of 1994 and leverage corrected for (HC3)."""
    benchmark = _benchmark(sample)
    if isinstance(benchmark, Undefined):
        return benchmark
    x = np.column_stack((np.ones(len(benchmark)), benchmark - sample.free))
    fit = regress(sample.returns - sample.free, x)
    if fit is None:
        return Undefined.STILL_BENCHMARK
    value, error = fit.contrast(np.array([1.0, 0.0]))
    year = sample.days_per_year
    return Alpha(value * year, error * year, value / error if error > STILL else None)


def _benchmark(sample: Sample) -> Floats | Undefined:
    if sample.benchmark is None:
        return Undefined.NO_BENCHMARK
    if len(sample.returns) < _LEAST:
        return Undefined.TOO_FEW
    if float(sample.benchmark.std(ddof=1)) <= STILL:
        return Undefined.STILL_BENCHMARK
    return sample.benchmark


def _beta(sample: Sample) -> Value:
    benchmark = _benchmark(sample)
    if isinstance(benchmark, Undefined):
        return benchmark
    centred = benchmark - benchmark.mean()
    return float(centred @ (sample.returns - sample.mean)) / float(centred @ centred)


def _alpha(sample: Sample) -> Value:
    beta = _beta(sample)
    if sample.benchmark is None or not known(beta):
        return beta
    other = float(sample.benchmark.mean()) - sample.free
    return (sample.mean - sample.free - beta * other) * sample.days_per_year


def _alpha_t(sample: Sample) -> Value:
    alpha = find_alpha(sample)
    if isinstance(alpha, Undefined):
        return alpha
    return Undefined.STILL if alpha.t is None else alpha.t


def _tracking_error(sample: Sample) -> Value:
    if sample.benchmark is None:
        return Undefined.NO_BENCHMARK
    if len(sample.returns) < 2:
        return Undefined.TOO_FEW
    ahead = sample.returns - sample.benchmark
    return float(ahead.std(ddof=1)) * sqrt(sample.days_per_year)


def _information(sample: Sample) -> Value:
    error = _tracking_error(sample)
    if sample.benchmark is None or not known(error):
        return error
    if error <= STILL * sqrt(sample.days_per_year):
        return Undefined.STILL
    ahead = sample.mean - float(sample.benchmark.mean())
    return ahead * sample.days_per_year / error


def _capture(chosen: Callable[[Floats], Flags]) -> Callable[[Sample], Value]:
    def compute(sample: Sample) -> Value:
        if sample.benchmark is None:
            return Undefined.NO_BENCHMARK
        at = chosen(sample.benchmark)
        count = int(at.sum())
        if not count:
            return Undefined.ONE_SIDED_BENCHMARK if len(at) else Undefined.TOO_FEW
        if (sample.returns[at] <= -1.0).any() or (sample.benchmark[at] <= -1.0).any():
            return Undefined.RUIN
        with np.errstate(over="ignore"):
            both = [float(np.prod(1.0 + one[at])) for one in (sample.returns, sample.benchmark)]
        if not np.isfinite(both).all() or min(both) <= 0.0:
            return Undefined.TOO_GREAT
        mine, other = (annualise(one, count, sample.days_per_year) for one in both)
        if not known(mine) or not known(other):
            return Undefined.TOO_GREAT
        return mine / other if other != 0.0 else Undefined.STILL_BENCHMARK

    return compute


FIGURES = (
    Figure(
        "beta",
        "beta",
        Unit.RATIO,
        0,
        "cov(r, b) / var(b)",
        "Sharpe 1964",
        ("empyrical", "quantstats"),
        _beta,
        headline=True,
    ),
    Figure(
        "alpha",
        "Jensen's alpha a year",
        Unit.SHARE_A_YEAR,
        1,
        "P · (mean(r) - rf/P - beta · (mean(b) - rf/P))",
        "Jensen 1968",
        (),
        _alpha,
        headline=True,
    ),
    Figure(
        "alpha_t",
        "t of alpha",
        Unit.RATIO,
        1,
        "alpha / its error of Newey and West, lag ⌊4 (n/100)^(2/9)⌋, HC3",
        "Newey and West 1987, 1994",
        (),
        _alpha_t,
    ),
    Figure(
        "tracking_error",
        "tracking error a year",
        Unit.SHARE_A_YEAR,
        -1,
        "√P · standard deviation of r - b (n - 1)",
        "Grinold and Kahn 1999",
        (),
        _tracking_error,
        headline=True,
    ),
    Figure(
        "information",
        "information ratio a year",
        Unit.RATIO,
        1,
        "P · mean(r - b) / tracking error",
        "Grinold and Kahn 1999",
        (),
        _information,
        headline=True,
    ),
    Figure(
        "up_capture",
        "up capture",
        Unit.RATIO,
        1,
        "CAGR of r over CAGR of b, on the days with b > 0",
        "Bacon 2023, ch. 5; empyrical",
        ("empyrical",),
        _capture(lambda benchmark: benchmark > 0.0),
    ),
    Figure(
        "down_capture",
        "down capture",
        Unit.RATIO,
        -1,
        "CAGR of r over CAGR of b, on the days with b < 0",
        "Bacon 2023, ch. 5; empyrical",
        ("empyrical",),
        _capture(lambda benchmark: benchmark < 0.0),
    ),
)
