"""The figures that are smooth functions of means over days, and those means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import exp, expm1, inf, log1p

import numpy as np

from engine.arrays import Floats
from engine.performance.formulas import TAIL
from engine.performance.studentised import Complexes, Formula

FARTHEST = 300.0  # of a logarithm: e to the 300 is no figure of anything
_LEAST_WORTH = 1e-12  # a ruined path has no growth; its other figures go on
_MEAN, _SQUARE, _LOG, _SHORT_SQUARE, _ABOVE, _SHORT, _BEYOND, _SHARE = range(8)
_OTHER, _OTHER_SQUARE, _PRODUCT = range(8, 11)
_LEAST = 1e-30  # instead of a variance, a mean square or a sum of losses of nothing


class Scale(Enum):
    """On which an interval is symmetric."""

    PLAIN = "plain"
    LOG = "log"  # of what is never negative
    GROWTH = "growth"  # of what is never below -1

    def apply(self, values: Complexes) -> Complexes:
        if self is Scale.PLAIN:
            return values
        with np.errstate(divide="ignore"):  # 0 of a drawn path that never moves: without end
            return np.asarray(np.log(values if self is Scale.LOG else 1.0 + values))

    def widen(self, value: float, half: float) -> tuple[float, float]:
        """``value`` less and more ``half``, which is on this scale; without end where that is
        more than numbers hold."""
        if half > FARTHEST:
            return -inf if self is Scale.PLAIN else 0.0, inf
        if self is Scale.PLAIN:
            return value - half, value + half
        if self is Scale.LOG:
            return value * exp(-half), value * exp(half)
        middle = log1p(value)
        return expm1(middle - half), expm1(middle + half)


@dataclass(frozen=True, slots=True)
class Terms:
    """What formulas need besides means; ``free`` and ``target`` a day, ``edge``: the loss at which
    the worst 5 % of days begin."""

    days_per_year: float
    free: float
    target: float
    edge: float


def list_terms(returns: Floats, benchmark: Floats | None, terms: Terms) -> Floats:
    """(8, D) what the formulas take means of, (11, D) with a benchmark."""
    above = returns - terms.target
    beyond = -returns - terms.edge
    short = np.maximum(-above, 0.0)
    rows = [
        returns,
        returns * returns,
        np.log1p(np.maximum(returns, -1.0 + _LEAST_WORTH)),
        short * short,
        np.maximum(above, 0.0),
        short,
        np.maximum(beyond, 0.0),
        (beyond >= 0.0).astype(np.float64),
    ]
    if benchmark is not None:
        rows += [benchmark, benchmark * benchmark, returns * benchmark]
    return np.array(rows)


def _positive(values: Complexes) -> Complexes:
    """Where drawn paths lack what is divided by; keeps the imaginary part elsewhere."""
    return np.where(values.real > _LEAST, values, _LEAST)


def _variance(means: Complexes) -> Complexes:
    return _positive(means[_SQUARE] - means[_MEAN] ** 2)


def _growth(means: Complexes, terms: Terms) -> Complexes:
    return np.asarray(np.exp(means[_LOG] * terms.days_per_year) - 1.0)


def _volatility(means: Complexes, terms: Terms) -> Complexes:
    return np.asarray(np.sqrt(_variance(means) * terms.days_per_year))


def _sharpe(means: Complexes, terms: Terms) -> Complexes:
    return np.asarray((means[_MEAN] - terms.free) * np.sqrt(terms.days_per_year / _variance(means)))


def _sortino(means: Complexes, terms: Terms) -> Complexes:
    short = _positive(means[_SHORT_SQUARE])
    return np.asarray((means[_MEAN] - terms.target) * np.sqrt(terms.days_per_year / short))


def _omega(means: Complexes, terms: Terms) -> Complexes:
    return np.asarray(_positive(means[_ABOVE]) / _positive(means[_SHORT]))


def _tail_loss(means: Complexes, terms: Terms) -> Complexes:
    return np.asarray(terms.edge + means[_BEYOND] / TAIL)


def _tail_share(means: Complexes, terms: Terms) -> Complexes:
    return _positive(means[_SHARE])


def _beta(means: Complexes, terms: Terms) -> Complexes:
    spread = _positive(means[_OTHER_SQUARE] - means[_OTHER] ** 2)
    return np.asarray((means[_PRODUCT] - means[_MEAN] * means[_OTHER]) / spread)


def _alpha(means: Complexes, terms: Terms) -> Complexes:
    other = means[_OTHER] - terms.free
    return np.asarray(
        (means[_MEAN] - terms.free - _beta(means, terms) * other) * terms.days_per_year
    )


def _tracking_error(means: Complexes, terms: Terms) -> Complexes:
    square = means[_SQUARE] - 2.0 * means[_PRODUCT] + means[_OTHER_SQUARE]
    variance = _positive(square - (means[_MEAN] - means[_OTHER]) ** 2)
    return np.asarray(np.sqrt(variance * terms.days_per_year))


def _information(means: Complexes, terms: Terms) -> Complexes:
    ahead = (means[_MEAN] - means[_OTHER]) * terms.days_per_year
    return np.asarray(ahead / _tracking_error(means, terms))


SHARE = "var"  # its formula is the share of days beyond it
SMOOTH: Mapping[str, tuple[Scale, Callable[[Complexes, Terms], Complexes]]] = {
    "cagr": (Scale.GROWTH, _growth),
    "volatility": (Scale.LOG, _volatility),
    SHARE: (Scale.LOG, _tail_share),
    "cvar": (Scale.LOG, _tail_loss),
    "sharpe": (Scale.PLAIN, _sharpe),
    "sortino": (Scale.PLAIN, _sortino),
    "omega": (Scale.LOG, _omega),
    "beta": (Scale.PLAIN, _beta),
    "alpha": (Scale.PLAIN, _alpha),
    "tracking_error": (Scale.LOG, _tracking_error),
    "information": (Scale.PLAIN, _information),
}


def on_scale(key: str, scale: Scale, terms: Terms) -> Formula:
    formula = SMOOTH[key][1]
    return lambda means: scale.apply(formula(means, terms))


def apart(key: str, terms: tuple[Terms, Terms]) -> Formula:
    """Of the second path less that of the first, from the means of both, one after the other."""
    formula = SMOOTH[key][1]

    def difference(means: Complexes) -> Complexes:
        half = len(means) // 2
        return np.asarray(formula(means[half:], terms[1]) - formula(means[:half], terms[0]))

    return difference
