"""The efficient frontier by risk tolerance: where along it something becomes true.

For a tolerance t >= 0 the portfolio minimises x'Σx/2 - t·gain·x; t = 1/γ is the inverse of risk
aversion. Between the points where an asset comes or goes the portfolio is a straight line in t
(Markowitz 1956), so a search that interpolates portfolios ends exactly once it is on one segment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np

from engine.arrays import Floats
from engine.optimization.feasible_set import Polyhedron
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.linear import LinearStatus, solve_linear
from engine.optimization.kernels.programme import Curvature, Programme
from engine.optimization.kernels.quadratic import solve_quadratic

_STEPS = 60
_SAME = 1e-12  # tolerances that close together, as a share, are one
_FARTHER = 8.0  # each try
_FARTHEST = 1e9  # times the tolerance at which mean and variance weigh alike
_THERE = 1e-11  # from the weights expected: both ends are on one segment
_RUNAWAY = 1e4  # times the value at hand: nothing holds the portfolio back


@dataclass(frozen=True, slots=True)
class Place:
    """A portfolio of the frontier. ``mean`` is a year's, after costs; ``x`` all V variables."""

    x: Floats
    tolerance: float  # inf: no risk aversion at all
    mean: float
    deviation: float

    @property
    def aversion(self) -> float:
        """γ, the weight of half the variance against the mean."""
        return inf if self.tolerance == 0.0 else 1.0 / self.tolerance


Criterion = Callable[[float, float, float], float]  # (mean, deviation, tolerance)


@dataclass(frozen=True, slots=True)
class Frontier:
    """``gain @ x + base`` is the mean; ``curvature`` is of the first N of the V variables."""

    curvature: Curvature
    gain: Floats  # (V,)
    base: float
    allowed: Polyhedron

    def unit(self, least: Place) -> float:
        """The tolerance at which a typical asset's mean weighs as much as the variance."""
        size = float(np.abs(self.gain[: self.allowed.assets] - self.gain.mean()).max(initial=0.0))
        variance = max(least.deviation**2, float(self.curvature.diagonal().mean()) * 1e-3)
        return variance / size if size > 0.0 and variance > 0.0 else 1.0

    def at(self, tolerance: float, near: Place | None = None) -> Place:
        """Raises Insoluble. ``near``: a place of the frontier that is likely to be similar."""
        scale = 1.0 / max(1.0, tolerance)  # keeps the numbers of a bold portfolio small
        programme = Programme(
            self.curvature.scaled(scale),
            -tolerance * scale * self.gain,
            self.allowed.rows,
            self.allowed.lower,
            self.allowed.upper,
            self.allowed.floor,
            self.allowed.ceiling,
        )
        answer = solve_quadratic(programme, None if near is None else near.x)
        return self.place(answer.x, tolerance)

    def place(self, x: Floats, tolerance: float) -> Place:
        variance = float(x @ self.curvature.times(x))
        mean = float(self.gain @ x) + self.base
        return Place(x, tolerance, mean, sqrt(max(variance, 0.0)))

    def boldest(self) -> Place | None:
        """The highest mean there is; None where there is no highest."""
        allowed = self.allowed
        answer = solve_linear(
            -self.gain,
            allowed.rows.toarray(),
            allowed.lower,
            allowed.upper,
            allowed.floor,
            allowed.ceiling,
        )
        found = answer.status is LinearStatus.OPTIMAL
        return self.place(answer.values, inf) if found else None

    def last(self, criterion: Criterion, start: Place) -> Place:
        """The boldest place from ``start`` on at which ``criterion``, which falls, is not negative.

        It is at least 0 at ``start``. A place of infinite tolerance where it holds to the end;
        raises Insoluble("unbounded") where nothing holds the portfolio back.
        """
        end = self.boldest()
        if end is None:
            return self._beyond(criterion, start)
        far = self.unit(start) * _FARTHEST
        if criterion(end.mean, end.deviation, far) >= 0.0:
            return end
        low = start
        for _ in range(_STEPS):
            if end.mean - low.mean <= _SAME * max(abs(end.mean), 1.0):
                return low
            nearest, farthest = self._chord(low, end)
            share = self._crossing(
                criterion, replace(low, tolerance=nearest), replace(end, tolerance=farthest)
            )
            guess = replace(
                self._mixed(low, end, share), tolerance=nearest + share * (farthest - nearest)
            )
            if guess.tolerance <= low.tolerance:  # steeper here than on the way to the end
                guess = replace(low, tolerance=low.tolerance * _FARTHER or self.unit(low))
            middle = self.at(guess.tolerance, guess)
            if criterion(middle.mean, middle.deviation, middle.tolerance) < 0.0:
                return self._between(criterion, low, middle)
            if np.abs(middle.x - guess.x).max() <= _THERE:
                return middle
            low = middle
        return low

    def _chord(self, low: Place, end: Place) -> tuple[float, float]:
        """The tolerances for which ``low`` and ``end`` would be best on the line between them."""
        way = end.x - low.x
        gained = float(self.gain @ way)
        bent = self.curvature.times(way)
        return float(bent @ low.x) / gained, float(bent @ end.x) / gained

    def _beyond(self, criterion: Criterion, start: Place) -> Place:
        """``last`` where the mean has no end."""
        low, high = start, start
        tolerance = max(start.tolerance * _FARTHER, self.unit(start))
        while criterion(high.mean, high.deviation, high.tolerance) >= 0.0:
            low, high = high, self.at(tolerance, high)
            if np.abs(high.x).max() > _RUNAWAY:
                raise Insoluble("unbounded")
            tolerance *= _FARTHER
        return self._between(criterion, low, high)

    def _between(self, criterion: Criterion, low: Place, high: Place) -> Place:
        width = inf
        for _ in range(_STEPS):
            if high.tolerance - low.tolerance <= _SAME * high.tolerance:
                break
            share = self._crossing(criterion, low, high)
            halved = high.tolerance - low.tolerance > width / 2  # interpolation has not helped
            share = 0.5 if halved else share
            width = high.tolerance - low.tolerance
            guess = self._mixed(low, high, share)
            middle = self.at(guess.tolerance, guess)
            if np.abs(middle.x - guess.x).max() <= _THERE and not halved:
                return middle
            if criterion(middle.mean, middle.deviation, middle.tolerance) >= 0.0:
                low = middle
            else:
                high = middle
        return low

    def _crossing(self, criterion: Criterion, low: Place, high: Place) -> float:
        """Share of the way from ``low`` to ``high``, in a straight line, where it becomes 0."""
        covariance = float(low.x @ self.curvature.times(high.x))
        first, last = 0.0, 1.0
        for _ in range(_STEPS):
            share = (first + last) / 2
            rest = 1.0 - share
            mean = rest * low.mean + share * high.mean
            variance = (
                (rest * low.deviation) ** 2
                + (share * high.deviation) ** 2
                + 2 * rest * share * covariance
            )
            tolerance = rest * low.tolerance + share * high.tolerance
            if criterion(mean, sqrt(max(variance, 0.0)), tolerance) >= 0.0:
                first = share
            else:
                last = share
        return (first + last) / 2

    def _mixed(self, low: Place, high: Place, share: float) -> Place:
        return self.place(
            low.x + share * (high.x - low.x),
            low.tolerance + share * (high.tolerance - low.tolerance),
        )
