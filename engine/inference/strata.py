"""The Mantel-Haenszel log odds ratio over strata, with the Robins-Breslow-Greenland variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints

COLUMNS = 5  # of ``terms``: R, S, PR, PS + QR, QS


@dataclass(frozen=True, slots=True)
class Strata:
    """2×2 tables of K strata, (K,) each.

    ``a`` exposed and chosen, ``b`` exposed and not, ``c`` unexposed and chosen, ``d`` neither.
    """

    a: Floats
    b: Floats
    c: Floats
    d: Floats

    @property
    def contrasting(self) -> Flags:
        """Strata with both exposed and unexposed members."""
        both: Flags = (self.a + self.b > 0) & (self.c + self.d > 0)
        return both

    @property
    def informative(self) -> Flags:
        """Those of them in which some were chosen and some were not: the n of the statistic."""
        both: Flags = self.contrasting & (self.a + self.c > 0) & (self.b + self.d > 0)
        return both


@dataclass(frozen=True, slots=True)
class LogOdds:
    theta: float  # NaN without informative strata
    se: float
    n: int  # informative strata


def tabulate(stratum: Ints, exposed: Flags, chosen: Flags, count: int) -> Strata:
    """Tables of ``count`` strata from one row per member: its stratum, exposure and choice."""
    cell = stratum * 4 + np.where(exposed, 0, 2) + np.where(chosen, 0, 1)
    table = np.bincount(cell, minlength=4 * count).reshape(count, 4).astype(np.float64)
    return Strata(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def terms(strata: Strata) -> Floats:
    """What each stratum adds to the sums of theta and its variance: (K, 5)."""
    a, b, c, d = strata.a, strata.b, strata.c, strata.d
    n = np.maximum(a + b + c + d, 1.0)
    r, s = a * d / n, b * c / n
    p, q = (a + d) / n, (b + c) / n
    columns = np.stack([r, s, p * r, p * s + q * r, q * s], axis=1)
    return np.where(strata.informative[:, None], columns, 0.0)


def log_odds_of(sums: Floats) -> tuple[Floats, Floats]:
    """Theta and standard error from summed terms (..., 5) (biases.md 0.3).

    A quarter is added to R and S where either is 0; NaN where both are.
    """
    r, s = sums[..., 0], sums[..., 1]
    nothing = (r == 0) & (s == 0)
    either = (r == 0) | (s == 0)
    r, s = np.where(either, r + 0.25, r), np.where(either, s + 0.25, s)
    theta = np.where(nothing, np.nan, np.log(r) - np.log(s))
    variance = sums[..., 2] / (2 * r**2) + sums[..., 3] / (2 * r * s) + sums[..., 4] / (2 * s**2)
    return theta, np.where(nothing, np.nan, np.sqrt(variance))


def mantel_haenszel(strata: Strata) -> LogOdds:
    theta, se = log_odds_of(terms(strata).sum(axis=0))
    return LogOdds(float(theta), float(se), int(strata.informative.sum()))
