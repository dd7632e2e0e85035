"""Covariances: equal to scikit-learn and PyPortfolioOpt, and covariances whatever the returns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.optimization.estimation.covariance import (
    COVARIANCES,
    exponential,
    factor,
    ledoit_wolf,
    sample,
)
from tests.engine.biases.records import real_prices


def real_returns(days: int) -> Floats:
    close = real_prices().close[-days - 1 :]
    return close[1:] / close[:-1] - 1.0


def random_returns(days: int, assets: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    market = rng.standard_t(4, (days, 1)) * 0.01
    return market * rng.normal(1.0, 0.4, assets) + rng.normal(0, 0.01, (days, assets))


@pytest.mark.parametrize(
    "returns",
    [real_returns(1260), real_returns(30), random_returns(60, 200, 1), random_returns(500, 2, 2)],
    ids=["five years", "thirty days", "more assets than days", "two assets"],
)
def test_ledoit_wolf_is_that_of_scikit_learn(returns: Floats) -> None:
    from sklearn.covariance import ledoit_wolf as peer

    matrix, shrinkage = peer(returns)
    found = ledoit_wolf(returns)
    assert found.shrinkage == pytest.approx(shrinkage, abs=1e-12)
    assert np.abs(found.matrix - matrix).max() <= 1e-12 * np.abs(matrix).max()
    assert 0.0 < found.shrinkage < 1.0


def test_ledoit_wolf_never_shrinks_beyond_its_target() -> None:
    from sklearn.covariance import ledoit_wolf as peer

    returns = 0.01 * np.array([[1.0, 1.0], [1.0, -1.1], [-1.0, 1.0], [-1.0, -1.0]])
    matrix, shrinkage = peer(returns)
    found = ledoit_wolf(returns)
    assert found.shrinkage == shrinkage == 1.0
    assert np.abs(found.matrix - matrix).max() <= 1e-12 * np.abs(matrix).max()


def test_sample_and_exponential_are_those_of_pypfopt() -> None:
    from pypfopt.risk_models import risk_matrix

    returns = real_returns(1260)
    table = pd.DataFrame(returns)
    for name, found in (("sample_cov", sample), ("exp_cov", exponential)):
        peer = risk_matrix(table, name, returns_data=True).to_numpy()
        assert np.abs(found(returns).matrix * 252 - peer).max() <= 1e-10
    peer = risk_matrix(table, "exp_cov", returns_data=True, span=40).to_numpy()
    assert np.abs(exponential(returns, 40).matrix * 252 - peer).max() <= 1e-10


def test_as_many_factors_are_found_as_there_are() -> None:
    rng = np.random.default_rng(3)
    loadings = rng.normal(0, 1, (60, 4)) * [3, 2, 1.5, 1.5]
    returns = rng.normal(0, 0.01, (1500, 4)) @ loadings.T + rng.normal(0, 0.01, (1500, 60))
    found = factor(returns)
    assert found.loadings is not None
    assert found.loadings.shape == (60, 4)
    assert np.allclose(np.diag(found.matrix), returns.var(axis=0, ddof=1), rtol=1e-12)
    true = 1e-4 * (loadings @ loadings.T + np.eye(60))

    def realised(estimated: Floats) -> float:
        weights = np.linalg.solve(estimated, np.ones(60))
        weights /= weights.sum()
        return float(weights @ true @ weights)

    few = returns[:80]
    assert realised(factor(few).matrix) < 0.6 * realised(sample(few).matrix)


def test_noise_alone_has_one_factor() -> None:
    returns = np.random.default_rng(4).normal(0, 0.01, (1000, 30))
    found = factor(returns).loadings
    assert found is not None
    assert found.shape == (30, 1)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(COVARIANCES)),
    days=st.integers(2, 60),
    assets=st.integers(1, 25),
    seed=st.integers(0, 10_000),
    odd=st.sampled_from(["", "constant", "duplicate"]),
)
def test_every_estimate_is_a_covariance(
    name: str, days: int, assets: int, seed: int, odd: str
) -> None:
    returns = random_returns(days, assets, seed)
    if odd == "constant":
        returns[:, 0] = 0.0
    if odd == "duplicate":
        returns[:, -1] = returns[:, 0]
    estimate = COVARIANCES[name]
    found = estimate(returns)
    size = float(np.abs(found.matrix).max()) + 1e-9
    assert np.array_equal(found.matrix, found.matrix.T)
    assert np.linalg.eigvalsh(found.matrix).min() >= -1e-12 * size
    order = np.random.default_rng(seed).permutation(assets)
    moved = estimate(returns[:, order]).matrix
    assert np.abs(moved - found.matrix[np.ix_(order, order)]).max() <= 1e-9 * size
    assert np.abs(estimate(3.0 * returns).matrix - 9.0 * found.matrix).max() <= 1e-9 * size
    assert np.abs(estimate(returns + 0.01).matrix - found.matrix).max() <= 1e-9 * size
    if found.loadings is not None and found.specific is not None:
        built = found.loadings @ found.loadings.T + np.diag(found.specific)
        assert np.abs(built - found.matrix).max() <= 1e-12 * size
