"""The least mean absolute deviation, against its full programme."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from engine.arrays import Floats
from engine.optimization.feasible_set import violation
from engine.optimization.methods import mean_absolute_deviation
from engine.optimization.solution import Status
from tests.engine.optimization.tail_cases import (
    constrained,
    estimates_of,
    long_only,
    market,
    nudged,
    real_returns,
    reordered,
    some_portfolios,
)


def full_deviation(returns: Floats) -> float:
    """Long only and invested: Konno and Yamazaki's programme whole, both sides of the mean."""
    centred = returns - returns.mean(axis=0)
    days, assets = centred.shape
    slack = -sparse.eye(days)
    found = linprog(
        np.concatenate([np.zeros(assets), np.full(days, 1 / days)]),
        A_ub=sparse.vstack([sparse.hstack([centred, slack]), sparse.hstack([-centred, slack])]),
        b_ub=np.zeros(2 * days),
        A_eq=np.concatenate([np.ones(assets), np.zeros(days)])[None, :],
        b_eq=[1.0],
        method="highs",
    )
    return float(found.fun)


@pytest.mark.parametrize("seed", range(6))
def test_the_gap_to_the_full_programme_is_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    returns = market(rng, int(rng.integers(2, 50)), int(rng.integers(10, 300)))
    found = mean_absolute_deviation.solve(estimates_of(returns), long_only(returns.shape[1]))
    assert found.status is Status.OPTIMAL
    assert abs(found.objective - full_deviation(returns)) <= 1e-9


def test_the_gap_is_nothing_on_real_shares() -> None:
    returns = real_returns()[-1260:]
    found = mean_absolute_deviation.solve(estimates_of(returns), long_only(20))
    assert abs(found.objective - full_deviation(returns)) <= 1e-9


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_weights_are_feasible_and_no_random_portfolio_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assets, days = int(rng.integers(2, 15)), int(rng.integers(5, 80))
    returns, constraints = market(rng, assets, days), constrained(rng, assets)
    found = mean_absolute_deviation.solve(estimates_of(returns), constraints)
    assert violation(constraints, found.weights) <= 1e-9
    assert found.measures["gap"] <= 1e-9
    centred = returns - returns.mean(axis=0)
    for weights in some_portfolios(rng, constraints, 50):
        assert np.abs(centred @ weights).mean() >= found.objective - 1e-9


def test_the_order_of_the_assets_does_not_matter_and_still_prices_deviate_by_nothing() -> None:
    rng = np.random.default_rng(8)
    estimates, constraints = estimates_of(market(rng, 25, 200)), constrained(rng, 25)
    first = mean_absolute_deviation.solve(estimates, constraints)
    other = mean_absolute_deviation.solve(*reordered(estimates, constraints, rng.permutation(25)))
    assert other.objective == pytest.approx(first.objective, abs=1e-12)
    still = mean_absolute_deviation.solve(estimates_of(np.full((30, 3), 0.001)), long_only(3))
    assert still.objective == pytest.approx(0.0, abs=1e-15)


def test_a_demanded_return_is_reached() -> None:
    estimates = estimates_of(real_returns()[-756:])
    least = float(np.sort(estimates.mean)[-4])
    found = mean_absolute_deviation.solve(estimates, long_only(20), least_return=least)
    assert found.weights @ estimates.mean >= least - 1e-9


def test_a_little_more_of_any_of_many_assets_is_no_better() -> None:
    returns = market(np.random.default_rng(5), 150, 300)
    found = mean_absolute_deviation.solve(estimates_of(returns), long_only(150))
    assert found.measures["assets"] < 150
    centred = returns - returns.mean(axis=0)
    for weights in nudged(found.weights):
        assert np.abs(centred @ weights).mean() >= found.objective - 1e-12
