"""From prices to what a portfolio method is told, with how sure of it we are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from engine.arrays import Floats
from engine.optimization.estimates import Deviations, Estimates
from engine.optimization.estimation.black_litterman import weigh
from engine.optimization.estimation.covariance import COVARIANCES, DAYS, Covariance
from engine.optimization.estimation.returns import (
    Expectation,
    bayes_stein,
    equilibrium,
    historical,
    james_stein,
)
from engine.optimization.estimation.views import View, pick
from engine.optimization.estimation.window import LEAST_DAYS, Window, open_window
from engine.prices import Prices

RETURNS = ("historical", "james_stein", "bayes_stein", "equilibrium")
RISK_AVERSION = 2.5  # of the market as a whole, He and Litterman 1999
TAU = 0.05  # how unsure the prior means are, as a part of the yearly covariance


def estimate(
    prices: Prices,
    symbols: Sequence[str],
    *,
    until: date,
    years: float = 5.0,
    returns: str = "bayes_stein",
    covariance: str = "ledoit_wolf",
    views: Sequence[View] = (),
    market: Mapping[str, float] | None = None,
    risk_free: float = 0.0,
    risk_aversion: float = RISK_AVERSION,
    tau: float = TAU,
    least_days: int = LEAST_DAYS,
) -> Estimates:
    """What ``prices`` up to ``until`` say about ``symbols`` (in their order, less those dropped).

    ``prices`` are in the portfolio's currency. ``returns``: one of RETURNS; with ``views`` it is
    the prior that Black and Litterman's formula starts from. ``covariance``: one of COVARIANCES.
    ``market``: weights or values of a market for "equilibrium", any positive scale; equal weights
    without. ``risk_free``: a year. Bayes-Stein is the default: with five years of shares the older
    James-Stein rule most often makes all means the same, and then there is no frontier. Raises
    Unsolvable ("no_prices", "constant_prices", "too_few_days", "views_clash") and UnknownAsset for
    a view about what is not among the assets or was dropped.
    """
    if returns not in RETURNS or covariance not in COVARIANCES:
        raise ValueError(f"{returns} with {covariance}")
    window = open_window(prices, symbols, until, years, least_days)
    yearly = window.days_per_year
    unformed = returns == "historical" and covariance in DAYS  # nothing here needs the matrix
    moved = _unformed(covariance, window) if unformed else _formed(covariance, window)
    expected = _expect(returns, window, moved)
    made = Estimates(
        symbols=window.symbols,
        scenarios=window.returns,
        mean=expected.mean * yearly,
        mean_se=expected.error * yearly,
        covariance=moved.matrix,
        loadings=moved.loadings,
        specific=moved.specific,
        observations=len(window.returns),
        mean_by=returns,
        covariance_by=covariance,
        risk_free=risk_free,
        dropped=window.dropped,
        days_per_year=yearly,
        since=window.since,
        until=window.until,
        left_out=window.left_out,
        shrinkage={"mean": expected.shrinkage, "covariance": moved.shrinkage},
        doubts=window.doubts,
    )
    if returns == "equilibrium":
        made = in_equilibrium(made, _market_weights(made.symbols, market), risk_aversion, tau)
    return with_views(made, views, tau) if views else made


def in_equilibrium(
    estimates: Estimates, market: Floats, risk_aversion: float = RISK_AVERSION, tau: float = TAU
) -> Estimates:
    """The same with the means at which a holder of ``market`` (N,), adding up to 1, is content."""
    implied = equilibrium(estimates.covariance, market, risk_aversion, tau)
    return replace(
        estimates,
        mean=estimates.risk_free + implied.mean,
        mean_se=implied.error,
        mean_by="equilibrium",
        shrinkage=dict(estimates.shrinkage) | {"mean": 0.0},
    )


def with_views(estimates: Estimates, views: Sequence[View], tau: float = TAU) -> Estimates:
    """The same after hearing ``views`` (see ``black_litterman.weigh``).

    The covariance now includes how unsure the means are, and has no factors any more.
    """
    about, values, confidences = pick(views, estimates.symbols)
    heard = weigh(estimates.mean, estimates.covariance, about, values, confidences, tau)
    return replace(
        estimates,
        mean=heard.mean,
        mean_se=np.sqrt(np.maximum(np.diag(heard.uncertainty), 0.0)),
        covariance=heard.covariance,
        loadings=None,
        specific=None,
        mean_by="black_litterman",
    )


def _formed(name: str, window: Window) -> Covariance:
    """A year's."""
    moved, yearly = COVARIANCES[name](window.returns), window.days_per_year
    if moved.loadings is None or moved.specific is None:
        return replace(moved, matrix=moved.matrix * yearly)
    return replace(
        moved,
        matrix=moved.matrix * yearly,
        loadings=moved.loadings * np.sqrt(yearly),
        specific=moved.specific * yearly,
    )


def _unformed(name: str, window: Window) -> Covariance:
    """A year's, of which the matrix is formed when it is read."""
    counted = DAYS[name](window.returns) * window.days_per_year
    return Covariance(Deviations(window.returns, counted).unformed())


def _expect(name: str, window: Window, moved: Covariance) -> Expectation:
    """Of a day."""
    returns = window.returns
    if name == "james_stein":
        return james_stein(returns, moved.matrix / window.days_per_year)
    if name == "bayes_stein":
        return bayes_stein(returns, moved.matrix / window.days_per_year)
    return historical(returns)


def _market_weights(symbols: Sequence[str], market: Mapping[str, float] | None) -> Floats:
    """Weights that add up to 1. Raises ValueError when the market holds none of the assets."""
    if market is None:
        return np.full(len(symbols), 1.0 / len(symbols))
    sizes = np.array([market.get(symbol, 0.0) for symbol in symbols], dtype=np.float64)
    if not (np.all(sizes >= 0.0) and sizes.sum() > 0.0):
        raise ValueError(f"a market of {sizes.tolist()}")
    weights: Floats = sizes / sizes.sum()
    return weights
