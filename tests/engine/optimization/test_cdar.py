"""The smallest drawdowns, against the full programme and PyPortfolioOpt, and a tolerance kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from engine.arrays import Floats
from engine.optimization.feasible_set import violation
from engine.optimization.kernels.losses import drawdowns, tail_mean
from engine.optimization.methods import cdar
from engine.optimization.solution import Status, Unsolvable
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


def at_risk(returns: Floats, weights: Floats, level: float) -> float:
    path = np.concatenate([[0.0], np.cumsum(returns @ weights)])
    return tail_mean(drawdowns(path), level)


def full_drawdown(returns: Floats, level: float) -> float:
    """Long only and invested: every day's drawdown a variable, by HiGHS."""
    days, assets = returns.shape
    eye, none = sparse.eye(days), np.zeros((days, 1))
    before = sparse.eye(days, k=-1)
    follows = sparse.hstack([-returns, none, before - eye, 0 * eye])
    exceeds = sparse.hstack([np.zeros((days, assets)), -np.ones((days, 1)), eye, -eye])
    found = linprog(
        np.concatenate(
            [np.zeros(assets), [1.0], np.zeros(days), np.full(days, 1 / ((1 - level) * days))]
        ),
        A_ub=sparse.vstack([follows, exceeds]),
        b_ub=np.zeros(2 * days),
        A_eq=np.concatenate([np.ones(assets), np.zeros(1 + 2 * days)])[None, :],
        b_eq=[1.0],
        bounds=[*[(0, None)] * assets, (None, None), *[(0, None)] * (2 * days)],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    return float(found.fun)


@pytest.mark.parametrize("seed", range(6))
def test_the_gap_to_the_full_programme_is_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    returns = market(rng, int(rng.integers(2, 40)), int(rng.integers(20, 300)))
    level = float(rng.choice([0.8, 0.9, 0.95]))
    found = cdar.solve(estimates_of(returns), long_only(returns.shape[1]), level=level)
    assert found.status is Status.OPTIMAL
    assert abs(found.objective - full_drawdown(returns, level)) <= 1e-9


def test_pyportfolioopt_finds_nothing_better_on_real_shares() -> None:
    from pypfopt import EfficientCDaR

    returns = real_returns()[-504:]
    peer = EfficientCDaR(returns.mean(axis=0), pd.DataFrame(returns), beta=0.95)
    peer.min_cdar()
    theirs = at_risk(returns, np.array(list(peer.weights)), 0.95)
    found = cdar.solve(estimates_of(returns), long_only(20))
    assert found.objective <= theirs + 1e-12
    assert found.objective == pytest.approx(theirs, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_weights_are_feasible_and_no_random_portfolio_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assets, days = int(rng.integers(2, 12)), int(rng.integers(10, 80))
    returns, constraints = market(rng, assets, days), constrained(rng, assets)
    found = cdar.solve(estimates_of(returns), constraints, level=0.9)
    assert violation(constraints, found.weights) <= 1e-9
    assert found.measures["gap"] <= 1e-9
    for weights in some_portfolios(rng, constraints, 50):
        assert at_risk(returns, weights, 0.9) >= found.objective - 1e-9


def test_interest_on_cash_is_part_of_the_path() -> None:
    rng = np.random.default_rng(5)
    returns, constraints = market(rng, 8, 120) - 0.001, constrained(rng, 8)
    estimates = estimates_of(returns, 0.05)
    found = cdar.solve(estimates, constraints)
    daily = returns @ found.weights + found.cash * 0.05 / 252
    path = np.concatenate([[0.0], np.cumsum(daily)])
    assert found.objective == pytest.approx(tail_mean(drawdowns(path), 0.95), abs=1e-12)
    assert found.measures["gap"] <= 1e-9


def test_the_order_of_the_assets_does_not_matter() -> None:
    rng = np.random.default_rng(8)
    estimates, constraints = estimates_of(market(rng, 15, 150)), constrained(rng, 15)
    first = cdar.solve(estimates, constraints)
    other = cdar.solve(*reordered(estimates, constraints, rng.permutation(15)))
    assert other.objective == pytest.approx(first.objective, abs=1e-11)


def test_a_tolerance_is_kept_and_one_out_of_reach_is_told_with_the_lowest() -> None:
    estimates = estimates_of(real_returns()[-1260:])
    loose = cdar.solve(estimates, long_only(20), level=0.5)
    lowest = cdar.solve(estimates, long_only(20), level=1 - 1 / 1260)
    tolerance = 0.5 * (loose.measures["maximum_drawdown"] + lowest.objective)
    kept = cdar.solve(estimates, long_only(20), level=0.5, tolerance=tolerance)
    assert kept.measures["maximum_drawdown"] <= tolerance + 1e-8
    assert kept.objective >= loose.objective
    assert kept.measures["gap"] <= 1e-9
    exact = cdar.solve(estimates, long_only(20), tolerance=lowest.objective + 1e-7)
    assert exact.measures["maximum_drawdown"] <= lowest.objective + 2e-7
    with pytest.raises(Unsolvable) as caught:
        cdar.solve(estimates, long_only(20), tolerance=0.9 * lowest.objective)
    assert caught.value.reason == "drawdown_out_of_reach"
    assert caught.value.facts["lowest"] == pytest.approx(lowest.objective, abs=1e-9)


def test_rising_and_constant_prices_have_no_drawdown() -> None:
    rising = cdar.solve(estimates_of(np.full((40, 3), 0.01)), long_only(3))
    assert rising.objective == 0.0
    assert rising.measures["maximum_drawdown"] == 0.0
    still = cdar.solve(estimates_of(np.zeros((40, 3))), long_only(3))
    assert still.objective == 0.0
    one = cdar.solve(estimates_of(market(np.random.default_rng(0), 1, 50)), long_only(1))
    assert one.weights.tolist() == [1.0]


def test_a_little_more_of_any_of_many_assets_is_no_better() -> None:
    returns = market(np.random.default_rng(5), 120, 250)
    found = cdar.solve(estimates_of(returns), long_only(120))
    assert found.measures["assets"] < 120
    for weights in nudged(found.weights):
        assert at_risk(returns, weights, 0.95) >= found.objective - 1e-12
