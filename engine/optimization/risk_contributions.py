"""Which holding the risk of a portfolio comes from."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from engine.arrays import Floats


@dataclass(frozen=True, slots=True)
class RiskContributions:
    """Euler's decomposition of the volatility (Litterman 1996, "Hot spots and hedges").

    ``volatility`` σ, in the unit of the covariance. ``marginal`` (N,): (Σw)ᵢ / σ, by how much the
    volatility rises per unit of weight (MCTR). ``contribution`` (N,): wᵢ (Σw)ᵢ / σ, adds up to σ
    (CTR). ``share`` (N,): the same as parts of 1 (PCTR), below zero for what hedges.
    """

    volatility: float
    marginal: Floats
    contribution: Floats
    share: Floats


def attribute_risk(weights: Floats, covariance: Floats) -> RiskContributions:
    """``weights``: (N,), ``covariance``: (N, N). All zeros where there is no risk."""
    together = covariance @ weights
    variance = float(weights @ together)
    size = float(np.max(np.abs(np.diag(covariance)), initial=0.0)) * float(weights @ weights)
    if variance <= 1e-18 * size or variance <= 0.0:
        nothing = np.zeros(len(weights))
        return RiskContributions(0.0, nothing, nothing.copy(), nothing.copy())
    volatility = sqrt(variance)
    contribution = weights * together / volatility
    return RiskContributions(
        volatility, together / volatility, contribution, weights * together / variance
    )
