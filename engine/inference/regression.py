"""Least squares with standard errors that allow for unequal spread and neighbours in time."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from engine.arrays import Floats

_LEAST_REST = 1e-6  # of 1 - leverage: an observation that fits itself says nothing


@dataclass(frozen=True, slots=True)
class Regression:
    """``beta``: (K,) coefficients; ``covariance``: (K, K) of them."""

    beta: Floats
    covariance: Floats

    def contrast(self, weights: Floats) -> tuple[float, float]:
        """A sum of coefficients with ``weights`` (K,), and its standard error."""
        variance = float(weights @ self.covariance @ weights)
        return float(weights @ self.beta), sqrt(max(variance, 0.0))


def automatic_lag(n: int) -> int:
    """Of ``n`` observations in time: the whole part of 4 (n / 100)^(2/9) (Newey and West 1994)."""
    return int(4.0 * (n / 100.0) ** (2.0 / 9.0))


def regress(
    y: Floats, x: Floats, lag: int | None = None, *, leverage_allowed_for: bool = True
) -> Regression | None:
    """Ordinary least squares of ``y`` (n,) on the columns of ``x`` (n, K), rows in time order.

    Covariance of Newey and West (1987) with Bartlett weights up to ``lag`` (None: the automatic
    one); each residual is divided by 1 - leverage (HC3 of MacKinnon and White 1985), without which
    the few observations of a rare state look surer than they are; ``leverage_allowed_for=False``
    leaves that out, as other programs do. None where the columns do not tell the coefficients apart
    or no observation is left over.
    """
    n, columns = x.shape
    if n <= columns or np.linalg.matrix_rank(x) < columns:
        return None
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ y)
    left = y - x @ beta
    if leverage_allowed_for:
        leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
        left = left / np.maximum(1.0 - leverage, _LEAST_REST)
    scores = x * left[:, None]
    middle = scores.T @ scores
    last = min(automatic_lag(n) if lag is None else lag, n - 1)
    for k in range(1, last + 1):
        shifted = scores[k:].T @ scores[:-k]
        middle += (1.0 - k / (last + 1.0)) * (shifted + shifted.T)
    return Regression(beta, inverse @ middle @ inverse)
