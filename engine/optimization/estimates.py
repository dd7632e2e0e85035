"""What a method is told about the assets: scenarios, means and covariance, and how sure we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, cast

import numpy as np

from engine.arrays import Floats

TRADING_DAYS = 252


@dataclass(frozen=True, slots=True)
class Deviations:
    """A covariance by what it is made of: Σ_t days_t·(r_t - m)(r_t - m)ᵀ, m the plain mean.

    As a sample's or an exponentially weighted one's. Few methods need more than some of its
    products, while forming it takes N²·T steps.
    """

    returns: Floats  # (T, N)
    days: Floats  # (T,)

    def variance(self, weights: Floats) -> float:
        """Of a portfolio (N,)."""
        held = np.flatnonzero(weights)
        path = self.returns[:, held] @ weights[held]
        path -= path.mean()
        return float(self.days @ (path * path))

    def unformed(self) -> Floats:
        """Itself, to stand for its matrix in ``Estimates``, which forms it when it is read."""
        return cast("Floats", self)

    def matrix(self) -> Floats:
        """(N, N), symmetric to the last digit."""
        scaled = (self.returns - self.returns.mean(axis=0)) * np.sqrt(self.days)[:, None]
        product: Floats = scaled.T @ scaled
        return (product + product.T) / 2.0


@dataclass(frozen=True, slots=True)
class Estimates:
    """Of N assets. Everything is yearly and in the portfolio's currency, except ``scenarios``.

    ``covariance`` may be given as ``Deviations.unformed()``: it is then formed when first read.
    """

    symbols: tuple[str, ...]
    scenarios: Floats  # (T, N) simple returns of one day each, no NaN, equally probable
    mean: Floats  # (N,) expected simple return a year
    mean_se: Floats  # (N,) its standard error; NaN where a method has none
    covariance: Floats  # (N, N) of yearly returns, symmetric, positive semidefinite
    loadings: Floats | None = None  # (N, K) where covariance = loadings·loadingsᵀ + diag(specific)
    specific: Floats | None = None  # (N,) variances
    observations: int = 0  # days that the estimates rest on
    mean_by: str = ""  # the estimator's name: "james_stein", "black_litterman", ...
    covariance_by: str = ""
    risk_free: float = 0.0  # a year
    dropped: Mapping[str, str] = field(default_factory=dict)  # symbol -> why it is not among them
    days_per_year: float = TRADING_DAYS  # 365 where every asset trades at weekends
    since: date | None = None  # the first close used
    until: date | None = None  # the last
    left_out: int = 0  # days with prices that were not used: something was missing or impossible
    shrinkage: Mapping[str, float] = field(default_factory=dict)  # "mean", "covariance": 0 to 1
    doubts: Mapping[str, str] = field(default_factory=dict)  # symbol -> what is odd about it
    deviations: Deviations | None = field(default=None, init=False)  # what ``covariance`` is of

    def __post_init__(self) -> None:
        if isinstance(self.covariance, Deviations):
            object.__setattr__(self, "deviations", self.covariance)
            object.__delattr__(self, "covariance")

    if not TYPE_CHECKING:  # only asked for an attribute that is not set

        def __getattr__(self, name: str) -> Floats:
            if name != "covariance":
                raise AttributeError(name)
            object.__setattr__(self, "covariance", self.deviations.matrix())
            return self.covariance
