"""Where risk comes from: adds up, and is what a small change of a weight does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.optimization.risk_contributions import attribute_risk


def test_by_hand() -> None:
    """Half each of two uncorrelated assets, 30 % and 40 %: a volatility of 25 %."""
    found = attribute_risk(np.array([0.5, 0.5]), np.diag([0.09, 0.16]))
    assert found.volatility == pytest.approx(0.25)
    assert found.marginal == pytest.approx([0.18, 0.32])
    assert found.contribution == pytest.approx([0.09, 0.16])
    assert found.share == pytest.approx([0.36, 0.64])


@settings(max_examples=60, deadline=None)
@given(assets=st.integers(1, 15), seed=st.integers(0, 10_000))
def test_adds_up_and_is_the_slope(assets: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    root = rng.normal(0, 0.2, (assets, assets + 2))
    covariance = root @ root.T
    weights = rng.normal(0.1, 0.5, assets)
    found = attribute_risk(weights, covariance)
    assert found.contribution.sum() == pytest.approx(found.volatility)
    assert found.share.sum() == pytest.approx(1.0)
    step = 1e-6 * np.eye(assets)
    slope = [
        (
            attribute_risk(weights + one, covariance).volatility
            - attribute_risk(weights - one, covariance).volatility
        )
        / 2e-6
        for one in step
    ]
    assert found.marginal == pytest.approx(slope, rel=1e-5, abs=1e-6)


def test_a_hedge_counts_below_zero_and_no_risk_is_no_share() -> None:
    covariance = np.array([[0.04, -0.03], [-0.03, 0.04]])
    assert attribute_risk(np.array([0.9, 0.1]), covariance).share[1] < 0.0
    for weights, matrix in (
        (np.zeros(2), covariance),
        (np.array([0.5, 0.5]), np.zeros((2, 2))),
        (np.array([0.5, 0.5]), np.array([[0.04, -0.04], [-0.04, 0.04]])),
    ):
        found = attribute_risk(weights, matrix)
        assert found.volatility == 0.0
        assert not found.share.any()
