"""Drawn days and horizons: what was, in blocks, with its means and its spread."""

from __future__ import annotations

import numpy as np
import pytest

from engine.optimization.estimation.scenarios import historical, resample, simulate
from tests.engine.optimization.test_covariance import random_returns, real_returns


def test_overlapping_horizons_by_hand() -> None:
    returns = np.array([[0.1], [0.2], [-0.5]])
    assert historical(returns, 2)[:, 0] == pytest.approx([0.32, -0.4])
    assert historical(returns, 3)[:, 0] == pytest.approx([-0.34])
    assert historical(returns, 1) == pytest.approx(returns)
    for days in (0, 4):
        with pytest.raises(ValueError, match="of 3"):
            historical(returns, days)


def test_days_stay_together_in_blocks() -> None:
    returns = np.arange(200.0).reshape(100, 2)
    drawn = resample(returns, 250, np.random.default_rng(1), block=10)
    assert drawn.shape == (250, 2)
    assert np.array_equal(drawn[:, 1] - drawn[:, 0], np.ones(250))
    row = (drawn[:, 0] / 2).astype(int)
    steps = np.diff(row) % 100
    assert np.all(np.delete(steps, np.arange(9, 249, 10)) == 1)


def test_paths_are_compounded_blocks() -> None:
    """With blocks as long as the history and the same horizon each path is the whole of it."""
    returns = random_returns(40, 3, 1)
    whole = np.prod(1.0 + returns, axis=0) - 1.0
    found = simulate(returns, 40, 5, np.random.default_rng(2), block=40)
    assert found == pytest.approx(np.tile(whole, (5, 1)))
    found = simulate(returns, 1, 4000, np.random.default_rng(3))
    assert set(np.round(found[:, 0], 12)) == set(np.round(returns[:, 0], 12))


def test_paths_have_the_mean_and_the_spread_of_the_days() -> None:
    returns = real_returns(1260)
    found = simulate(returns, 252, 4000, np.random.default_rng(4))
    assert found.shape == (4000, 20)
    growth = np.log1p(found).mean(axis=0)
    assert growth == pytest.approx(np.log1p(returns).mean(axis=0) * 252, abs=0.05)
    spread = np.log1p(found).std(axis=0) / (np.log1p(returns).std(axis=0) * np.sqrt(252))
    assert np.all((spread > 0.6) & (spread < 1.3))
    again = simulate(returns, 252, 4000, np.random.default_rng(4))
    assert np.array_equal(found, again)


def test_a_total_loss_stays_one() -> None:
    returns = np.array([[-1.0], [0.5], [0.5]])
    assert simulate(returns, 3, 3, np.random.default_rng(5), block=3) == pytest.approx(-1.0)
