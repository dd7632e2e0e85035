"""Effects of single periods made to add up to the difference of two compounded returns.

Each rule gives one factor per period; effects that add up to ``portfolio - benchmark`` in every
period then add up, times these factors, to the difference of the returns over all periods.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.arrays import Floats

Linking = Callable[[Floats, Floats], Floats]  # (T,) and (T,) returns -> (T,) factors

_MOST = 700.0  # log growth; float64 ends a little beyond
_EQUAL = 1e-200  # far below rounding, far above where quotients lose their digits


def compound(returns: Floats) -> float:
    """The return over all periods of ``returns`` (T,), each at least -1."""
    _check(returns, returns)
    return float(np.expm1(_logs(returns).sum()))


def carino(portfolio: Floats, benchmark: Floats) -> Floats:
    """Factors ``L(1 + R, 1 + B) / L(1 + r, 1 + b)`` of Carino (1999), "Combining attribution
    effects over time", with the logarithmic mean ``L(x, y) = (x - y) / (ln x - ln y)``.

    The paper writes them ``k_t / k``. Limits: ``L(x, x) = x``. Where one of the two returns is
    -100 %, the effects of that period (of several: each as much) make up the whole difference and
    the others count nothing; where both are lost at some time, the difference is 0 and so are all
    factors. Raises ValueError for returns below -1, not finite or beyond what a number can hold.
    """
    _check(portfolio, benchmark)
    gone, left = portfolio == -1.0, benchmark == -1.0
    if gone.any() or left.any():
        return _of_ruin(portfolio, benchmark)
    active = portfolio - benchmark
    apart = np.log1p(active / (1.0 + benchmark))  # ln(1 + r) - ln(1 + b), without cancellation
    equal = np.abs(apart) < _EQUAL
    means = np.where(equal, 1.0 + benchmark, active / np.where(equal, 1.0, apart))
    factors: Floats = _whole_mean(float(apart.sum()), _logs(benchmark).sum()) / means
    return factors


def menchero(portfolio: Floats, benchmark: Floats) -> Floats:
    """Factors ``A + a (r - b)`` of Menchero (2000), "An optimized approach to linking attribution
    effects over time": A is the same in all periods, and a the least that makes it exact.

    Raises ValueError as ``carino`` does.
    """
    _check(portfolio, benchmark)
    whole = compound(portfolio) - compound(benchmark)
    level = _level(_logs(portfolio).sum(), _logs(benchmark).sum(), len(portfolio))
    active = portfolio - benchmark
    square = float(active @ active)
    lean = (whole - level * active.sum()) / square if square > 0.0 else 0.0
    factors: Floats = level + lean * active
    return factors


def grap(portfolio: Floats, benchmark: Floats) -> Floats:
    """Factors ``(1 + R before) (1 + B after)`` of the GRAP (1997; Frongello 2002 gives the same
    sums): what was won on a day grew with the portfolio before and with the benchmark after.

    Raises ValueError as ``carino`` does.
    """
    _check(portfolio, benchmark)
    before = np.concatenate(([1.0], np.cumprod(1.0 + portfolio[:-1])))
    after = np.concatenate((np.cumprod(1.0 + benchmark[:0:-1])[::-1], [1.0]))
    factors: Floats = before * after
    return factors


def _check(portfolio: Floats, benchmark: Floats) -> None:
    if portfolio.shape != benchmark.shape or portfolio.ndim != 1 or not len(portfolio):
        raise ValueError(f"returns of shapes {portfolio.shape} and {benchmark.shape}")
    for returns in (portfolio, benchmark):
        if not bool((np.isfinite(returns) & (returns >= -1.0)).all()):
            raise ValueError("returns that are not finite or below -100 %")
        if np.log1p(np.maximum(returns, 0.0)).sum() > _MOST:
            raise ValueError("returns that no number can hold together")


def _logs(returns: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        logs: Floats = np.log1p(returns)
    return logs


def _level(one: float, other: float, count: int) -> float:
    """``(x^n - y^n) / (n (x - y))`` of ``x^n`` and ``y^n`` given as logs: the A of Menchero."""
    low, high = min(one, other), max(one, other)
    if high == -np.inf:
        return 0.0
    top = float(np.exp(high * (count - 1) / count))
    if high - low < _EQUAL:
        return top
    return top * float(np.expm1(low - high) / (count * np.expm1((low - high) / count)))


def _whole_mean(apart: float, logs: float) -> float:
    """``L(1 + R, 1 + B)`` from ``ln(1 + R) - ln(1 + B)`` and ``ln(1 + B)``."""
    ratio = 1.0 if abs(apart) < _EQUAL else float(np.expm1(apart)) / apart
    return float(np.exp(logs)) * ratio


def _of_ruin(portfolio: Floats, benchmark: Floats) -> Floats:
    difference = compound(portfolio) - compound(benchmark)
    lost = (portfolio == -1.0) | (benchmark == -1.0)
    factors = np.zeros(len(portfolio))
    if difference != 0.0:
        factors[lost] = difference / (portfolio - benchmark)[lost] / int(lost.sum())
    return factors
