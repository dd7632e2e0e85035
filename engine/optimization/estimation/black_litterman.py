"""Expected returns of a market and a person's views, weighed against each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from engine.arrays import Floats
from engine.optimization.solution import Unsolvable


@dataclass(frozen=True, slots=True)
class Posterior:
    """``mean`` (N,), ``uncertainty`` (N, N): of the mean; ``covariance`` (N, N): of returns, which
    includes it."""

    mean: Floats
    uncertainty: Floats
    covariance: Floats


def weigh(
    prior: Floats,
    covariance: Floats,
    about: Floats,
    values: Floats,
    confidences: Floats,
    tau: float,
) -> Posterior:
    """The master formula of Black and Litterman (1992), covariance of He and Litterman (1999).

    ``about`` (V, N), ``values`` (V,), ``confidences`` (V,) as ``views.pick`` makes them; the
    variance of a view is τ (1 - c) / c of its portfolio's (Idzorek 2005 in the closed form of
    Walters 2014), which is He and Litterman's choice at c = 1/2. Raises Unsolvable
    ("views_clash") when views of which a person is certain contradict or repeat each other.
    """
    carried = tau * (covariance @ about.T)  # (N, V)
    between = about @ carried
    own = np.diag(between).copy()
    between[np.diag_indices(len(values))] += own * (1.0 - confidences) / confidences
    gain = carried @ _invert(between)
    mean = prior + gain @ (values - about @ prior)
    uncertainty = tau * covariance - gain @ carried.T
    uncertainty = (uncertainty + uncertainty.T) / 2.0
    return Posterior(mean, uncertainty, covariance + uncertainty)


def _invert(between: Floats) -> Floats:
    if not len(between):
        return between
    scale = np.sqrt(np.maximum(np.diag(between), np.finfo(np.float64).tiny))
    even = between / np.outer(scale, scale)
    try:
        factor = cho_factor(even, lower=True)
    except np.linalg.LinAlgError:
        raise Unsolvable("views_clash", views=len(between)) from None
    if np.diag(factor[0]).min() < 1e-7:
        raise Unsolvable("views_clash", views=len(between))
    inverse: Floats = cho_solve(factor, np.eye(len(between))) / np.outer(scale, scale)
    return inverse
