"""Outcomes over the time after which somebody looks: days compounded, around the expected mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats
from engine.optimization.estimates import Estimates
from engine.optimization.solution import Unsolvable


@dataclass(frozen=True, slots=True)
class Outlook:
    """``outcomes``: (T, N) simple returns over ``days``, equally probable; ``interest`` of cash."""

    outcomes: Floats
    interest: float
    days: int


def look_ahead(estimates: Estimates, days: int) -> Outlook:
    """All windows of ``days`` in a row, overlapping, moved so that their mean is the expected one.

    The shape of what may happen is history's, its mean is ``estimates.mean``: a past of a few
    years says little about means. Raises Unsolvable("too_few_days") with fewer than two windows
    that do not overlap.
    """
    observed = len(estimates.scenarios)
    if observed < 2 * days:
        raise Unsolvable("too_few_days", days=observed, needed=2 * days)
    outcomes = _compound(1.0 + estimates.scenarios, days) - 1.0
    share = days / estimates.days_per_year
    moved = outcomes + (estimates.mean * share - outcomes.mean(axis=0))
    return Outlook(moved, estimates.risk_free * share, days)


def _compound(growth: Floats, days: int) -> Floats:
    """(T - days + 1, N) products of ``days`` rows in a row, by doubling."""
    windows = len(growth) - days + 1
    product = np.ones((windows, growth.shape[1]))
    begin, length, power = 0, 1, growth
    rest = days
    while rest:
        if rest % 2:
            product = product * power[begin : begin + windows]
            begin += length
        rest //= 2
        if rest:
            power = power[:-length] * power[length:]
            length *= 2
    return product
