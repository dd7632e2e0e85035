"""The least mean loss of the worst days, against the full programme and PyPortfolioOpt."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.optimization.constraints import Constraints
from engine.optimization.feasible_set import violation
from engine.optimization.kernels import scenario_program
from engine.optimization.kernels.linear import LinearAnswer, LinearStatus
from engine.optimization.kernels.losses import tail_mean
from engine.optimization.methods import cvar
from engine.optimization.solution import Infeasible, Status, Unsolvable
from tests.engine.optimization.tail_cases import (
    constrained,
    estimates_of,
    full_cvar,
    long_only,
    market,
    nudged,
    real_returns,
    reordered,
    some_portfolios,
)


@pytest.mark.parametrize("seed", range(10))
def test_the_gap_to_the_full_programme_is_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assets, days = int(rng.integers(2, 60)), int(rng.integers(20, 500))
    estimates = estimates_of(market(rng, assets, days), 0.02)
    level = float(rng.choice([0.9, 0.95, 0.975]))
    for constraints in (long_only(assets), constrained(rng, assets)):
        found = cvar.solve(estimates, constraints, level=level)
        best = full_cvar(estimates, constraints, level)
        assert found.status is Status.OPTIMAL
        assert abs(found.objective - best) <= 1e-9
        assert found.measures["gap"] <= 1e-9


def test_the_gap_stays_nothing_with_a_target_return() -> None:
    estimates = estimates_of(real_returns()[-1260:], 0.01)
    least = float(np.sort(estimates.mean)[-3])
    found = cvar.solve(estimates, long_only(20), least_return=least)
    assert found.weights @ estimates.mean >= least - 1e-9
    assert abs(found.objective - full_cvar(estimates, long_only(20), 0.95, least)) <= 1e-9


def test_pyportfolioopt_finds_nothing_better_on_real_shares() -> None:
    from pypfopt import EfficientCVaR

    returns = real_returns()[-1260:]
    peer = EfficientCVaR(None, pd.DataFrame(returns), beta=0.95)
    peer.min_cvar()
    theirs = tail_mean(-(returns @ np.array(list(peer.weights))), 0.95)
    found = cvar.solve(estimates_of(returns), long_only(20))
    assert found.objective <= theirs + 1e-12
    assert found.objective == pytest.approx(theirs, abs=1e-7)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_weights_are_feasible_and_no_random_portfolio_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assets, days = int(rng.integers(2, 15)), int(rng.integers(10, 80))
    returns = market(rng, assets, days)
    constraints = constrained(rng, assets)
    found = cvar.solve(estimates_of(returns), constraints, level=0.9)
    assert violation(constraints, found.weights) <= 1e-9
    assert found.weights.sum() + found.cash == pytest.approx(1.0, abs=1e-10)
    for weights in some_portfolios(rng, constraints, 50):
        assert tail_mean(-(returns @ weights), 0.9) >= found.objective - 1e-9


def test_the_order_of_the_assets_and_the_size_of_returns_do_not_matter() -> None:
    rng = np.random.default_rng(8)
    estimates, constraints = estimates_of(market(rng, 25, 200)), constrained(rng, 25)
    first = cvar.solve(estimates, constraints)
    other = cvar.solve(*reordered(estimates, constraints, rng.permutation(25)))
    assert other.objective == pytest.approx(first.objective, abs=1e-12)
    for factor in (1e-3, 30.0):
        scaled = replace(estimates, scenarios=factor * estimates.scenarios)
        found = cvar.solve(scaled, constraints)
        np.testing.assert_allclose(found.weights, first.weights, atol=1e-7)
        assert found.objective == pytest.approx(factor * first.objective, rel=1e-8)


def test_twins_and_constant_prices_and_few_days_and_one_asset() -> None:
    rng = np.random.default_rng(4)
    returns = market(rng, 10, 120)
    alone = cvar.solve(estimates_of(returns), long_only(10))
    twins = cvar.solve(estimates_of(np.hstack([returns, returns])), long_only(20))
    assert twins.objective == pytest.approx(alone.objective, abs=1e-10)
    still = cvar.solve(estimates_of(np.zeros((50, 4))), long_only(4))
    assert still.objective == 0.0
    short = cvar.solve(estimates_of(market(rng, 40, 12)), long_only(40))
    assert (
        abs(short.objective - full_cvar(estimates_of(market(rng, 40, 12)), long_only(40), 0.95)) < 1
    )
    one = cvar.solve(estimates_of(returns[:, :1]), long_only(1))
    assert one.weights.tolist() == [1.0]
    with pytest.raises(Unsolvable) as caught:
        cvar.solve(estimates_of(returns[:1]), long_only(10))
    assert caught.value.reason == "too_few_days"


def test_a_sold_short_asset_can_lower_the_risk() -> None:
    rng = np.random.default_rng(3)
    estimates = estimates_of(market(rng, 8, 150))
    either = Constraints(np.full(8, -0.3), np.ones(8))
    found = cvar.solve(estimates, either)
    assert found.weights.min() < 0
    assert abs(found.objective - full_cvar(estimates, either, 0.95)) <= 1e-9


def test_at_most_so_many_names_are_held_and_it_is_called_a_heuristic() -> None:
    estimates = estimates_of(market(np.random.default_rng(0), 40, 250))
    few = replace(long_only(40), names=5)
    found = cvar.solve(estimates, few)
    assert np.count_nonzero(found.weights) <= 5
    assert found.status is Status.HEURISTIC
    assert found.objective >= cvar.solve(estimates, long_only(40)).objective


def test_an_impossible_target_and_clashing_constraints_are_told() -> None:
    estimates = estimates_of(market(np.random.default_rng(0), 5, 60))
    with pytest.raises(Unsolvable) as caught:
        cvar.solve(estimates, long_only(5), least_return=9.0)
    assert caught.value.reason == "target_out_of_reach"
    assert caught.value.facts["highest"] == pytest.approx(estimates.mean.max())
    with pytest.raises(Infeasible):
        cvar.solve(estimates, Constraints(np.zeros(5), np.full(5, 0.1)))


def test_the_level_of_zero_is_the_mean_and_the_value_at_risk_is_a_quantile() -> None:
    returns = market(np.random.default_rng(7), 6, 100)
    found = cvar.solve(estimates_of(returns), long_only(6), level=0.0)
    assert found.objective == pytest.approx(-returns.mean(axis=0).max(), abs=1e-12)
    tail = cvar.solve(estimates_of(returns), long_only(6))
    worse = np.count_nonzero(-(returns @ tail.weights) > tail.measures["value_at_risk"] + 1e-12)
    assert worse <= 5
    assert tail.measures["value_at_risk"] <= tail.objective


def test_a_solver_that_fails_is_named_and_something_feasible_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(self: object) -> LinearAnswer:
        nothing = np.zeros(0)
        return LinearAnswer(LinearStatus.FAILED, nothing, math.nan, nothing, nothing, 0)

    monkeypatch.setattr(scenario_program._Master, "solve", failing)
    rng = np.random.default_rng(1)
    constraints = constrained(rng, 10)
    found = cvar.solve(estimates_of(market(rng, 10, 80)), constraints)
    assert found.status is Status.FELL_BACK
    assert len(found.fallback) == 3
    assert violation(constraints, found.weights) <= 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_sales_that_a_cap_forces_are_part_of_the_turnover(seed: int) -> None:
    estimates = estimates_of(market(np.random.default_rng(seed), 8, 150))
    current = np.array([0.6, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    capped = Constraints(np.zeros(8), np.full(8, 0.25), current=current, turnover=1.05)
    found = cvar.solve(estimates, capped)
    assert np.abs(found.weights - current).sum() <= 1.05 + 1e-9
    assert found.status is Status.OPTIMAL
    assert abs(found.objective - full_cvar(estimates, capped, 0.95)) <= 1e-9


def test_a_little_more_of_any_of_many_assets_is_no_better() -> None:
    returns = market(np.random.default_rng(5), 150, 400)
    found = cvar.solve(estimates_of(returns), long_only(150))
    assert found.measures["assets"] < 150
    for weights in nudged(found.weights):
        assert tail_mean(-(returns @ weights), 0.95) >= found.objective - 1e-12
