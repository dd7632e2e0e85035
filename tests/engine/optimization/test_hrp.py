"""Hierarchical risk parity, equal to PyPortfolioOpt, and what is done about constraints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.optimization.constraints import Constraints
from engine.optimization.feasible_set import violation
from engine.optimization.kernels.hierarchy import hierarchical_weights
from engine.optimization.methods import hierarchical_risk_parity
from engine.optimization.solution import Infeasible, Status
from tests.engine.optimization.tail_cases import (
    constrained,
    estimates_of,
    long_only,
    market,
    real_returns,
    reordered,
    some_portfolios,
)


@pytest.mark.parametrize("assets", [2, 3, 5, 7, 20, 33, 100])
def test_weights_are_those_of_pyportfolioopt(assets: int) -> None:
    from pypfopt import HRPOpt

    rng = np.random.default_rng(assets)
    returns = real_returns()[-1260:] if assets == 20 else market(rng, assets, 300)
    peer = HRPOpt(pd.DataFrame(returns))
    theirs = np.array(list(peer.optimize().values()))
    found = hierarchical_risk_parity.solve(estimates_of(returns), long_only(assets))
    assert found.status is Status.HEURISTIC
    assert found.measures["projected"] == 0.0
    np.testing.assert_allclose(found.weights, theirs, atol=1e-12, rtol=0)


def test_very_different_variances_lose_no_digits() -> None:
    from pypfopt import HRPOpt

    rng = np.random.default_rng(1)
    returns = market(rng, 40, 300) * np.repeat([1e-3, 1.0], 20)
    theirs = np.array(list(HRPOpt(pd.DataFrame(returns)).optimize().values()))
    np.testing.assert_allclose(hierarchical_weights(np.cov(returns.T)), theirs, rtol=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_weights_are_feasible_and_the_nearest_to_the_rule(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assets = int(rng.integers(2, 15))
    estimates, constraints = estimates_of(market(rng, assets, 60)), constrained(rng, assets)
    found = hierarchical_risk_parity.solve(estimates, constraints)
    assert violation(constraints, found.weights) <= 1e-9
    rule = hierarchical_weights(estimates.covariance)
    nearest = float(np.sum((found.weights - rule) ** 2))
    assert (found.measures["projected"] > 0.0) == bool(found.fallback)
    for weights in some_portfolios(rng, constraints, 40):
        assert np.sum((weights - rule) ** 2) >= nearest - 1e-8


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), factor=st.floats(1e-4, 1e4))
def test_the_size_of_the_covariance_does_not_matter(seed: int, factor: float) -> None:
    covariance = np.cov(market(np.random.default_rng(seed), 9, 30).T)
    first = hierarchical_weights(covariance)
    assert first.min() > 0
    assert first.sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(hierarchical_weights(factor * covariance), first, rtol=1e-9)


def test_twins_few_days_still_prices_and_one_asset_have_weights() -> None:
    rng = np.random.default_rng(2)
    returns = market(rng, 30, 10)
    for some in (returns, np.hstack([returns, returns]), np.zeros((20, 4)), returns[:, :1]):
        weights = hierarchical_weights(252 * np.cov(some.T).reshape(some.shape[1], -1))
        assert np.all(np.isfinite(weights))
        assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    still = np.diag([0.04, 0.0, 0.09])
    assert hierarchical_weights(still)[1] == pytest.approx(1.0, abs=1e-6)


def test_barred_assets_are_left_out_of_the_tree_and_names_are_kept() -> None:
    rng = np.random.default_rng(6)
    estimates = estimates_of(market(rng, 12, 100))
    barred = Constraints(np.zeros(12), np.where(np.arange(12) < 4, 0.0, 1.0))
    found = hierarchical_risk_parity.solve(estimates, barred)
    rule = hierarchical_weights(estimates.covariance[4:, 4:])
    np.testing.assert_allclose(found.weights[4:], rule, atol=1e-12)
    few = hierarchical_risk_parity.solve(estimates, replace(long_only(12), names=3))
    assert np.count_nonzero(few.weights) == 3
    with pytest.raises(Infeasible):
        hierarchical_risk_parity.solve(estimates, Constraints(np.zeros(12), np.full(12, 0.01)))


def test_the_least_cash_is_kept_aside() -> None:
    estimates = estimates_of(market(np.random.default_rng(6), 5, 100))
    found = hierarchical_risk_parity.solve(estimates, replace(long_only(5), cash=(0.1, 0.3)))
    assert found.cash == pytest.approx(0.1)
    assert found.measures["projected"] == 0.0
    other, bound = reordered(estimates, long_only(5), np.array([3, 1, 4, 0, 2]))
    assert hierarchical_risk_parity.solve(other, bound).weights.sum() == pytest.approx(1.0)
