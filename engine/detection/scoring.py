"""From a statistic to words: shrinkage, intensity, probability, label (biases.md 0.5)."""

from __future__ import annotations

from collections.abc import Sequence
from math import erf, isnan, log, sqrt

import numpy as np

from engine.arrays import Floats
from engine.detection.finding import Label

Z90 = 1.645
FALSE_DISCOVERY_RATE = 0.10
WEAK_P_VALUE = 0.01


def normal_cdf(z: float) -> float:
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))


def shrink(theta: Floats | float, se: Floats | float, theta50: float) -> Floats:
    """Towards 0 by the prior N(0, theta50²)."""
    return np.asarray(theta * theta50**2 / (theta50**2 + np.square(se)), dtype=np.float64)


def intensity(theta: float, theta50: float) -> float:
    """0 none, 50 the average retail investor of the cited study, 75 twice that."""
    return 100.0 * (1.0 - 2.0 ** (-max(theta, 0.0) / theta50)) if not isnan(theta) else theta


def interval(theta: float, se: float, theta50: float) -> tuple[float, float]:
    """90 % interval of the intensity, without shrinkage."""
    return intensity(theta - Z90 * se, theta50), intensity(theta + Z90 * se, theta50)


def presence(theta: float, se: float, theta50: float) -> float:
    """P(present): that the shrunk effect is above 0."""
    if isnan(theta) or isnan(se):
        return float("nan")
    if se == 0.0:
        return 0.5 if theta == 0.0 else float(theta > 0.0)
    return normal_cdf(theta / se * sqrt(theta50**2 / (theta50**2 + se**2)))


def attributable(theta_shrunk: Floats | float) -> Floats:
    """The share of the evidence that the bias explains: 1 - exp(-theta+)."""
    return np.asarray(1.0 - np.exp(-np.maximum(theta_shrunk, 0.0)), dtype=np.float64)


def half_point(odds: float) -> float:
    """theta50 of a bias whose average is published as an odds ratio."""
    return log(odds)


def label_of(p_present: float, enough: bool) -> Label:
    if not enough or isnan(p_present):
        return Label.INSUFFICIENT
    if p_present >= 0.99:
        return Label.STRONG
    if p_present >= 0.95:
        return Label.LIKELY
    return Label.POSSIBLE if p_present >= 0.80 else Label.NONE


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """q-values (Benjamini and Hochberg 1995), in the order given."""
    p = np.asarray(p_values, dtype=np.float64)
    if not p.size:
        return []
    order = np.argsort(p)
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return [float(value) for value in q]
