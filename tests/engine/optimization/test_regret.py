"""The smallest worst regret, and expected return less a price for regret."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from engine.optimization.constraints import Constraints
from engine.optimization.feasible_set import violation
from engine.optimization.methods import minimax_regret, regret_penalised
from engine.optimization.solution import Status, Unsolvable
from engine.optimization.worlds import hold_periods, worlds_of
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


def test_two_worlds_by_hand() -> None:
    """Umbrella and sun: each best in its own world; the worst regret is least halfway."""
    worlds = np.array([[0.3, 0.0], [0.0, 0.1]])
    estimates = estimates_of(np.zeros((2, 2)))
    found = minimax_regret.solve(estimates, long_only(2), worlds=worlds)
    np.testing.assert_allclose(found.weights, [0.75, 0.25], atol=1e-12)
    assert found.objective == pytest.approx(0.075)


def test_periods_are_compounded_and_counted_from_the_end() -> None:
    returns = np.array([[9.0], [0.1], [0.1], [0.0], [-0.5]])
    np.testing.assert_allclose(hold_periods(returns, 2), [[0.21], [-0.5]])


@pytest.mark.parametrize("seed", range(6))
def test_the_worst_regret_is_that_of_the_full_programme(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count, assets = int(rng.integers(2, 200)), int(rng.integers(2, 40))
    worlds = rng.normal(0.08, 0.3, (count, assets))
    best = worlds.max(axis=1)
    whole = linprog(
        np.concatenate([np.zeros(assets), [1.0]]),
        A_ub=np.hstack([-worlds, -np.ones((count, 1))]),
        b_ub=-best,
        A_eq=np.concatenate([np.ones(assets), [0.0]])[None, :],
        b_eq=[1.0],
        bounds=[*[(0, None)] * assets, (None, None)],
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    estimates = estimates_of(np.zeros((2, assets)))
    found = minimax_regret.solve(estimates, long_only(assets), worlds=worlds)
    assert found.status is Status.OPTIMAL
    assert abs(found.objective - whole.fun) <= 1e-9


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), reachable=st.sampled_from([0.0, 1.0]))
def test_no_random_portfolio_regrets_less(seed: int, reachable: float) -> None:
    rng = np.random.default_rng(seed)
    assets = int(rng.integers(2, 12))
    estimates = estimates_of(market(rng, assets, 210), 0.03)
    constraints = replace(constrained(rng, assets), cost_rate=rng.uniform(0, 0.01, assets))
    worlds = worlds_of(estimates, constraints, days=21, reachable=reachable > 0, given=None)
    least = minimax_regret.solve(estimates, constraints, reachable=reachable)
    priced = regret_penalised.solve(estimates, constraints, reachable=reachable, aversion=0.3)
    for found in (least, priced):
        assert violation(constraints, found.weights) <= 1e-9
        assert found.measures["gap"] <= 1e-9
    if reachable:
        assert worlds.regrets(least.weights).min() >= -1e-9
    typical = np.abs(worlds.regrets(np.full(assets, 1 / assets))).mean()
    lowest = np.minimum(worlds.gains.min(axis=1), 0.0)
    bends = np.linspace(0.0, np.max(worlds.best - worlds.interest - lowest), 17)

    def worth(weights: np.ndarray) -> float:
        felt = np.interp(worlds.regrets(weights), bends, bends**2 / typical).mean()
        trades = np.abs(weights - constraints.current)
        earned = estimates.mean @ weights + 0.03 * (1 - weights.sum())
        return float(earned - constraints.cost_rate @ trades - 0.3 * 12 * felt)

    assert priced.objective == pytest.approx(worth(priced.weights), abs=1e-9)
    for weights in some_portfolios(rng, constraints, 40):
        assert worlds.regrets(weights).max() >= least.objective - 1e-9
        assert worth(weights) <= priced.objective + 1e-9


def test_no_aversion_buys_the_highest_mean_and_more_of_it_never_more_penalty() -> None:
    estimates = estimates_of(real_returns()[-2520:])
    free = regret_penalised.solve(estimates, long_only(20), aversion=0.0)
    assert free.weights[np.argmax(estimates.mean)] == pytest.approx(1.0)
    assert free.objective == pytest.approx(estimates.mean.max())
    penalties = []
    for aversion in (0.01, 0.1, 1.0, 10.0):
        found = regret_penalised.solve(estimates, long_only(20), aversion=aversion)
        penalties.append(found.measures["penalty"] / aversion)
        assert found.objective == pytest.approx(
            found.measures["mean_return"] - found.measures["penalty"], abs=1e-12
        )
    assert np.all(np.diff(penalties) <= 1e-9)


def test_costs_keep_what_is_held() -> None:
    estimates = estimates_of(real_returns()[-1260:])
    current = np.full(20, 0.05)
    held = replace(long_only(20), current=current, cost_rate=np.full(20, 50.0))
    found = regret_penalised.solve(estimates, held)
    np.testing.assert_allclose(found.weights, current, atol=1e-9)
    assert found.measures["gap"] <= 1e-9


def test_the_order_of_the_assets_does_not_matter() -> None:
    rng = np.random.default_rng(8)
    estimates, constraints = estimates_of(market(rng, 15, 400)), constrained(rng, 15)
    for method in (minimax_regret, regret_penalised):
        first = method.solve(estimates, constraints)
        other = method.solve(*reordered(estimates, constraints, rng.permutation(15)))
        assert other.objective == pytest.approx(first.objective, abs=1e-11)


def test_still_prices_one_asset_and_too_few_days() -> None:
    for method in (minimax_regret, regret_penalised):
        still = method.solve(estimates_of(np.zeros((50, 3))), long_only(3))
        assert still.objective == 0.0
        one = method.solve(estimates_of(np.full((50, 1), 0.001)), long_only(1))
        assert one.weights.tolist() == [1.0]
        with pytest.raises(Unsolvable) as caught:
            method.solve(estimates_of(np.zeros((30, 3))), long_only(3))
        assert caught.value.facts == {"days": 30, "needed": 42}


def test_an_asset_that_may_not_be_held_is_not_regretted() -> None:
    worlds = np.array([[0.1, 0.2, 5.0], [0.2, 0.1, 5.0]])
    barred = Constraints(np.zeros(3), np.array([1.0, 1.0, 0.0]))
    found = minimax_regret.solve(estimates_of(np.zeros((2, 3))), barred, worlds=worlds)
    assert found.objective == pytest.approx(0.05)


def test_a_little_more_of_any_of_many_assets_regrets_no_less() -> None:
    estimates = estimates_of(market(np.random.default_rng(5), 120, 1260))
    worlds = worlds_of(estimates, long_only(120), days=21, reachable=False, given=None)
    found = minimax_regret.solve(estimates, long_only(120))
    assert found.measures["assets"] < 120
    for weights in nudged(found.weights):
        assert worlds.regrets(weights).max() >= found.objective - 1e-12


@pytest.mark.parametrize("seed", range(3))
def test_the_price_of_regret_is_that_of_the_full_programme(seed: int) -> None:
    """Capped, so that many assets are held; what is believed of them is not what the worlds say."""
    rng = np.random.default_rng(seed)
    count, assets = 30, 100
    worlds = rng.normal(0.08, 0.3, (count, assets))
    believed = replace(estimates_of(np.zeros((2, assets))), mean=rng.normal(0.0, 1.0, assets))
    capped = Constraints(np.zeros(assets), np.full(assets, 0.03))
    found = regret_penalised.solve(believed, capped, worlds=worlds, days=252)
    best = worlds.max(axis=1)
    bends = np.linspace(0.0, np.max(best - np.minimum(worlds.min(axis=1), 0.0)), 17)
    slopes = np.diff(bends**2 / np.mean(best - worlds.mean(axis=1))) / np.diff(bends)
    whole = linprog(
        np.concatenate([-believed.mean, np.tile(np.diff(slopes, prepend=0.0) / count, count)]),
        A_ub=np.hstack([np.repeat(-worlds, 16, axis=0), -np.eye(16 * count)]),
        b_ub=(bends[:-1] - best[:, None]).ravel(),
        A_eq=np.concatenate([np.ones(assets), np.zeros(16 * count)])[None, :],
        b_eq=[1.0],
        bounds=[*[(0, 0.03)] * assets, *[(0, None)] * (16 * count)],
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    assert found.measures["assets"] < assets
    assert abs(found.objective + whole.fun) <= 1e-9
