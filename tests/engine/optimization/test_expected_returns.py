"""Expected returns: the formulas by hand, by skfolio, and by what they are for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.optimization.estimation.covariance import ledoit_wolf, sample
from engine.optimization.estimation.returns import (
    bayes_stein,
    equilibrium,
    historical,
    james_stein,
)
from tests.engine.optimization.test_covariance import random_returns, real_returns


def test_historical_is_the_mean_and_its_error() -> None:
    returns = np.array([[0.01, 0.0], [0.03, 0.02], [-0.01, 0.04]])
    found = historical(returns)
    assert found.mean == pytest.approx([0.01, 0.02])
    assert found.error == pytest.approx([0.02 / np.sqrt(3), 0.02 / np.sqrt(3)])


def test_jorion_by_hand() -> None:
    """Two assets without correlation: variances 4 and 1, means 3 and 1, 10 days.

    Minimum variance weights 1/5 and 4/5, target 1.4; d = 1.6² / 4 + 0.4² / 1 = 0.8; shrunk by
    (2 + 2) / (4 + 10 x 0.8) = 1/3 (Jorion 1986, equations 14 and 17).
    """
    wave = np.tile([1.0, -1.0], 5)
    square = np.repeat([1.0, -1.0], 5)
    returns = np.column_stack([3.0 + 2.0 * wave, 1.0 + square])
    found = bayes_stein(returns, np.diag([4.0, 1.0]))
    assert found.shrinkage == pytest.approx(1 / 3)
    assert found.mean == pytest.approx([2 / 3 * 3 + 1.4 / 3, 2 / 3 * 1 + 1.4 / 3])
    lam = 0.5 * 10  # λ / (T + λ) = 1/3
    posterior = np.array([4.0, 1.0]) / (10 + lam) + lam / (10 * (10 + lam)) * 0.8
    assert found.error == pytest.approx(np.sqrt(posterior))


def test_bayes_stein_is_that_of_skfolio() -> None:
    from skfolio.moments import EmpiricalCovariance, LedoitWolf, ShrunkMu
    from skfolio.moments.expected_returns import ShrunkMuMethods

    returns = real_returns(1260)
    for ours, theirs in ((sample, EmpiricalCovariance()), (ledoit_wolf, LedoitWolf())):
        peer = ShrunkMu(
            covariance_estimator=theirs,
            vol_weighted_target=True,
            method=ShrunkMuMethods.BAYES_STEIN,
        ).fit(returns)
        found = bayes_stein(returns, ours(returns).matrix)
        assert found.mean == pytest.approx(peer.mu_, abs=1e-12)
        assert found.shrinkage == pytest.approx(peer.beta_, abs=1e-10)


def test_james_stein_by_hand() -> None:
    """Four assets, identity covariance x 4, means 1 … 4, 10 days: d = 5/4, (4 - 2) / 12.5."""
    wave = np.tile([1.0, -1.0], 5)[:, None]
    found = james_stein(np.arange(1.0, 5.0) + 2.0 * wave, 4.0 * np.eye(4))
    assert found.shrinkage == pytest.approx(0.16)
    assert found.mean == pytest.approx(2.5 + 0.84 * (np.arange(1.0, 5.0) - 2.5))
    assert found.error == pytest.approx(np.sqrt((0.84 * 4.0 + 0.16 * 1.0) / 10) * np.ones(4))


@pytest.mark.parametrize("shrink", [james_stein, bayes_stein])
def test_shrinking_comes_nearer_to_the_truth(shrink: object) -> None:
    rng = np.random.default_rng(5)
    gained = []
    for _ in range(200):
        truth = rng.normal(0.0004, 0.0002, 15)
        returns = truth + rng.normal(0, 0.015, (500, 15))
        found = shrink(returns, sample(returns).matrix)  # type: ignore[operator]
        plain = np.sum((returns.mean(axis=0) - truth) ** 2)
        gained.append(np.sum((found.mean - truth) ** 2) / plain)
    assert np.mean(gained) < 0.5


def test_errors_cover_the_truth_where_the_prior_is_true() -> None:
    rng = np.random.default_rng(6)
    inside = 0
    for _ in range(300):
        truth = rng.normal(0.0005, 0.0005, 20)
        returns = truth + rng.normal(0, 0.015, (800, 20))
        found = bayes_stein(returns, sample(returns).matrix)
        inside += int(np.sum(np.abs(found.mean - truth) <= 1.96 * found.error))
    assert 0.92 <= inside / 6000 <= 0.98


def test_one_asset_and_duplicates_have_finite_means() -> None:
    one = random_returns(300, 1, 1)
    for shrink in (james_stein, bayes_stein):
        assert shrink(one, sample(one).matrix).mean == pytest.approx(one.mean(axis=0))
        twice = np.repeat(random_returns(300, 3, 2), 2, axis=1)
        found = shrink(twice, sample(twice).matrix)
        assert np.all(np.isfinite(found.mean) & np.isfinite(found.error))
        assert found.mean[::2] == pytest.approx(found.mean[1::2], rel=1e-6)


def test_a_holder_of_the_market_is_content_in_equilibrium() -> None:
    from pypfopt.black_litterman import market_implied_prior_returns

    covariance = sample(real_returns(1260)).matrix * 252
    market = np.random.default_rng(7).dirichlet(np.ones(20))
    found = equilibrium(covariance, market, 2.5, 0.05)
    names = [str(n) for n in range(20)]
    table = pd.DataFrame(covariance, names, names)
    peer = market_implied_prior_returns(dict(zip(names, market, strict=True)), 2.5, table)
    assert found.mean == pytest.approx(peer.to_numpy(), abs=1e-12)
    assert np.linalg.solve(2.5 * covariance, found.mean) == pytest.approx(market)


@settings(max_examples=40, deadline=None)
@given(
    assets=st.integers(1, 12),
    seed=st.integers(0, 10_000),
    which=st.sampled_from([james_stein, bayes_stein]),
)
def test_shrinking_knows_no_order_and_no_unit(assets: int, seed: int, which: object) -> None:
    returns = random_returns(80, assets, seed)
    covariance = sample(returns).matrix
    found = which(returns, covariance)  # type: ignore[operator]
    assert 0.0 <= found.shrinkage <= 1.0
    mean = returns.mean(axis=0)
    order = np.random.default_rng(seed).permutation(assets)
    moved = which(returns[:, order], covariance[np.ix_(order, order)])  # type: ignore[operator]
    size = np.abs(mean).max()
    assert np.abs(moved.mean - found.mean[order]).max() <= 1e-9 * size
    scaled = which(100 * returns, 1e4 * covariance)  # type: ignore[operator]
    assert np.abs(scaled.mean - 100 * found.mean).max() <= 1e-7 * size
    assert np.all(found.error <= historical(returns).error * (1 + 1e-9) + 0.01)
