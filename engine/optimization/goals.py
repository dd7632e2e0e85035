"""What somebody wants the money for: so much in so many years, at most that chance to miss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import expm1, inf, log, log1p, sqrt
from typing import Protocol

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from engine.arrays import Floats

_MONTHS = 12
_HIGHEST = 5.0  # log return a year; beyond it nothing is asked any more


class Returns(Protocol):
    """How a year's return is distributed, told by its mean and standard deviation."""

    def quantile(self, mean: float, deviation: float, normal: float) -> float:
        """The return below which it falls with probability Φ(``normal``)."""

    def score(self, mean: float, deviation: float, threshold: float) -> float:
        """Φ(-score) is the probability of a return below ``threshold``."""


@dataclass(frozen=True, slots=True)
class Normal:
    """Das, Markowitz, Scheid and Statman 2010."""

    def quantile(self, mean: float, deviation: float, normal: float) -> float:
        return mean + normal * deviation

    def score(self, mean: float, deviation: float, threshold: float) -> float:
        return _ratio(mean - threshold, deviation)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Of 1 + return, with the same mean and deviation: what compounding needs."""

    def quantile(self, mean: float, deviation: float, normal: float) -> float:
        center, width = _logarithms(mean, deviation)
        return expm1(center + normal * width)

    def score(self, mean: float, deviation: float, threshold: float) -> float:
        center, width = _logarithms(mean, deviation)
        return _ratio(center - log1p(threshold), width)


def _logarithms(mean: float, deviation: float) -> tuple[float, float]:
    grown = max(1.0 + mean, 1e-12)
    variance = log1p((deviation / grown) ** 2)
    return log(grown) - variance / 2.0, sqrt(variance)


def _ratio(above: float, deviation: float) -> float:
    if deviation > 0.0:
        return above / deviation
    return inf if above >= 0.0 else -inf


@dataclass(frozen=True, slots=True)
class Goal:
    """``share`` of the portfolio may earn less than ``threshold`` a year with probability
    ``chance`` at most; ``returns`` says how a year's return is distributed.

    ``narrowed``: what is left of a year's deviation in the mean of the years that count: 1 for a
    goal of one year.
    """

    name: str
    share: float
    threshold: float
    chance: float
    returns: Returns = Normal()
    narrowed: float = 1.0

    def quantile(self, mean: float, deviation: float) -> float:
        """The threshold that such a portfolio misses with exactly that chance."""
        return self.returns.quantile(mean, deviation, float(ndtri(self.chance)) * self.narrowed)

    def score(self, mean: float, deviation: float) -> float:
        """Φ of it is the probability of reaching the threshold."""
        return self.returns.score(mean, deviation, self.threshold) / self.narrowed

    def missed(self, mean: float, deviation: float) -> float:
        """The probability of missing it with such a portfolio."""
        return float(ndtr(-self.score(mean, deviation)))


@dataclass(frozen=True, slots=True)
class MoneyGoal:
    """``amount`` in ``years``, of the money set aside ``now`` and ``monthly`` savings, all in one
    currency and of one time's prices; missed with probability ``chance`` at most."""

    name: str
    amount: float
    years: float
    now: float
    monthly: float
    chance: float


def goals_of(wanted: Sequence[MoneyGoal]) -> tuple[Goal, ...]:
    """The same as thresholds of a year's return; each has the share of the money that is there.

    Where nothing is there yet, the shares are those of the savings. Raises ValueError for a goal
    without money or time.
    """
    for goal in wanted:
        if goal.years <= 0 or goal.amount <= 0 or goal.now < 0 or goal.monthly < 0:
            raise ValueError(f"{goal.name}: years and amount above 0, money not below 0")
        if goal.now + goal.monthly <= 0:
            raise ValueError(f"{goal.name}: neither money nor savings")
    present = np.array([goal.now for goal in wanted])
    size = present if present.sum() > 0 else np.array([goal.monthly for goal in wanted])
    shares = (size / size.sum()).tolist()
    return tuple(yearly(goal, share) for goal, share in zip(wanted, shares, strict=True))


def yearly(goal: MoneyGoal, share: float) -> Goal:
    """The return that reaches the amount if it came every year; ``share`` of the money is for it.

    Years are independent and lognormal. To first order in their surprises the sum of all payments
    falls short where the mean log return of the years does, by κ of a year's deviation: payment i
    with the value v_i at the end has lived through τ_i years, and κ² = ∫(Σ_{τ_i>u} v_i)² du /
    (Σ v_i τ_i)², which is 1/years for a single payment.
    """
    payments, years = _payments(goal)
    rate = _needed(payments, years, goal.amount)
    values = payments * np.exp(rate * years)
    order = np.argsort(years)
    lived = years[order]
    alive = np.cumsum(values[order][::-1])[::-1]
    spent = np.diff(lived, prepend=0.0)
    narrowed = sqrt(float(spent @ alive**2)) / float(values @ years)
    return Goal(goal.name, share, expm1(rate), goal.chance, Lognormal(), narrowed)


def _payments(goal: MoneyGoal) -> tuple[Floats, Floats]:
    """Money and the years that it is invested; savings come at the end of each month but the last,
    which no return would reach."""
    months = max(round(goal.years * _MONTHS), 1)
    left = goal.years - np.arange(1, months + 1) / _MONTHS
    payments = np.append(np.full(months, goal.monthly), goal.now)
    years = np.append(np.maximum(left, 0.0), goal.years)
    return payments[payments > 0], years[payments > 0]


def _needed(payments: Floats, years: Floats, amount: float) -> float:
    """The log return a year with which the payments reach ``amount``."""

    def short(rate: float) -> float:
        return float(payments @ np.exp(rate * years)) / amount - 1.0

    low, high = -_HIGHEST, _HIGHEST
    if short(low) >= 0:
        return low
    if short(high) <= 0:
        return high
    return float(brentq(short, low, high, xtol=1e-14))


def reachable(goal: MoneyGoal, threshold: float) -> float:
    """The amount that the payments reach with a return of ``threshold`` every year."""
    payments, years = _payments(goal)
    return float(payments @ np.exp(log1p(threshold) * years))


def least_money(goal: MoneyGoal, mean: float, deviation: float, most: float) -> float:
    """The least to set aside now with which such a portfolio keeps the chance; ``most`` where that
    does not do."""

    def spare(money: float) -> float:
        wanted = yearly(replace(goal, now=money), 1.0)
        return wanted.quantile(mean, deviation) - wanted.threshold

    low = 0.0 if goal.monthly > 0 else most * 1e-6
    if most <= 0.0 or spare(most) <= 0.0:
        return most
    if spare(low) >= 0.0:
        return low
    return float(brentq(spare, low, most, xtol=most * 1e-9))
