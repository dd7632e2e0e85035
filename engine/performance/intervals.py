"""How far each headline figure may be off: 90 % intervals from blocks of days drawn anew.

Circular blocks as long as volatility lasts (``choose_block``), 999 times. Growth,
volatility, the ratios, the mean tail loss and all that needs a benchmark are functions of means and
get studentised intervals, those of what is never negative on a logarithmic scale. The value at risk
turns the interval of the share of days beyond it (Woodruff, J. of the American Statistical
Association 1952). The deepest fall and the Calmar ratio are not means of anything: theirs is the
range in which nine in ten drawn histories of the same length lie, narrow where falls last longer
than a block, and the value itself may lie outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, exp, isfinite

import numpy as np

from engine.arrays import Floats
from engine.performance.block_length import choose_block
from engine.performance.drawing import Draws, draw, middle
from engine.performance.drawn_falls import draw_falls
from engine.performance.figures import Figures, measure
from engine.performance.formulas import TAIL, daily_rate, edge_loss
from engine.performance.smooth import FARTHEST, SHARE, SMOOTH, Scale, Terms, list_terms, on_scale
from engine.performance.studentised import Means, draw_means, half_width

LEAST_DAYS = 20  # below which nothing is said
RANGES = ("max_drawdown", "calmar")  # whose interval is a range of histories, not of an estimate
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Interval:
    """Nine times in ten between ``low`` and ``high``."""

    value: float
    low: float
    high: float


def bound(
    returns: Floats,
    *,
    days_per_year: float,
    risk_free: float,
    benchmark: Floats | None = None,
    target: float | None = None,
    rng: np.random.Generator,
) -> Mapping[str, Interval]:
    """By key of ``HEADLINES``, those that are defined and whose interval has an end; none of fewer
    than 20 days.

    ``returns``, ``benchmark``: (D,) shares a day; ``risk_free``, ``target``: a year. Raises
    ValueError as ``measure``.
    """
    figures = measure(
        returns,
        days_per_year=days_per_year,
        risk_free=risk_free,
        benchmark=benchmark,
        target=target,
    )
    if len(returns) < LEAST_DAYS:
        return {}
    courses = [one for one in (returns, benchmark) if one is not None]
    draws = draw(len(returns), rng, block=choose_block(*courses))
    terms = terms_of(figures, returns)
    means = draw_means(list_terms(returns, benchmark, terms), draws)
    found = _bound_smooth(figures, means, terms, returns)
    if figures.get("max_drawdown") is not None:
        found |= _bound_falls(figures, returns, draws)
    return found


def terms_of(figures: Figures, returns: Floats) -> Terms:
    year = figures.days_per_year
    free, target = (daily_rate(rate, year) for rate in (figures.risk_free, figures.target))
    return Terms(year, free, target, float(edge_loss(returns)))


def _bound_smooth(
    figures: Figures, means: Means, terms: Terms, returns: Floats
) -> dict[str, Interval]:
    found = {}
    for key, (scale, _) in SMOOTH.items():
        value = figures.get(key)
        if value is None:
            continue
        if key == SHARE:
            half = half_width(means, on_scale(key, scale, terms))
            found[key] = _turn(value, half, returns)
            continue
        # A tail of gains, or nothing lost or gained, has no logarithm.
        fitting = scale if scale is not Scale.LOG or value > 0.0 else Scale.PLAIN
        half = half_width(means, on_scale(key, fitting, terms))
        low, high = fitting.widen(value, half)
        if isfinite(low) and isfinite(high):
            found[key] = Interval(value, low, high)
    return found


def _turn(value: float, half: float, returns: Floats) -> Interval:
    """Losses that shares of days a little under and over 5 % reached (Woodruff 1952)."""
    ordered = np.sort(returns)
    far = exp(min(half, FARTHEST))
    shares = (TAIL * far, TAIL / far)
    ranks = [min(max(ceil(n * len(ordered) - _ROUNDING), 1), len(ordered)) - 1 for n in shares]
    low, high = (-float(ordered[rank]) for rank in ranks)
    return Interval(value, min(low, value), max(high, value))


def _bound_falls(figures: Figures, returns: Floats, draws: Draws) -> dict[str, Interval]:
    falls, logs = draw_falls(returns, draws)
    fall = figures.get("max_drawdown")
    assert fall is not None
    found = {"max_drawdown": Interval(fall, *middle(falls))}
    calmar = figures.get("calmar")
    if calmar is not None:
        growth = np.expm1(logs * (figures.days_per_year / draws.days))
        falling = falls > 0.0
        ratios = growth[falling] / falls[falling]
        found["calmar"] = Interval(calmar, *middle(ratios))
    return found
