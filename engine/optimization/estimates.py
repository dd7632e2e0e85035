"""What a method is told about the assets: scenarios, means and covariance, and how sure we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.arrays import Floats

TRADING_DAYS = 252


@dataclass(frozen=True, slots=True)
class Estimates:
    """Of N assets. Everything is yearly and in the portfolio's currency, except ``scenarios``."""

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
