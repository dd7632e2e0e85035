"""Least squares with Newey-West errors against values worked by hand and by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from engine.inference.regression import automatic_lag, regress


def test_the_automatic_lag() -> None:
    assert [automatic_lag(n) for n in (25, 100, 500, 1000)] == [2, 4, 5, 6]


def test_a_mean_with_one_lag_by_hand() -> None:
    """y = 1, 2, 6, 3: residuals -2, -1, 3, 0, over 1 - ¼; 13 · 16/9 / 16."""
    fit = regress(np.array([1.0, 2.0, 6.0, 3.0]), np.ones((4, 1)), lag=1)
    assert fit is not None
    assert fit.beta.tolist() == [3.0]
    assert fit.covariance[0, 0] == pytest.approx(13 * 16 / 9 / 16)


def test_without_lags_it_is_that_of_mackinnon_and_white() -> None:
    rng = np.random.default_rng(1)
    x = np.stack([np.ones(50), rng.normal(size=50)], axis=1)
    y = x @ [1.0, 2.0] + rng.normal(size=50) * (1 + np.abs(x[:, 1]))
    fit = regress(y, x, lag=0)
    assert fit is not None
    bread = np.linalg.inv(x.T @ x)
    left = (y - x @ fit.beta) / (1 - np.diag(x @ bread @ x.T))
    expected = bread @ (x.T @ (x * (left**2)[:, None])) @ bread
    assert fit.covariance == pytest.approx(expected)
    assert fit.contrast(np.array([0.0, 1.0]))[0] == pytest.approx(2.0, abs=1.0)


def test_columns_that_cannot_be_told_apart() -> None:
    x = np.stack([np.ones(9), np.ones(9)], axis=1)
    assert regress(np.arange(9.0), x) is None
    assert regress(np.ones(1), np.ones((1, 1))) is None


def test_neighbours_that_move_together_are_allowed_for() -> None:
    """The mean of an autocorrelated series: its error without lags is far too small."""
    rng = np.random.default_rng(2)
    wide: list[bool] = []
    narrow: list[bool] = []
    for _ in range(200):
        steps = rng.normal(size=400)
        for n in range(1, 400):
            steps[n] += 0.6 * steps[n - 1]
        for lag, errors in ((15, wide), (0, narrow)):
            fit = regress(steps, np.ones((400, 1)), lag)
            assert fit is not None
            mean, se = fit.contrast(np.ones(1))
            errors.append(abs(mean) > 1.96 * se)
    assert np.mean(wide) < 0.12
    assert np.mean(narrow) > 0.25
