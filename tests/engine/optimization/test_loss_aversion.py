"""Loss aversion about a wealth reference point: exact, and neutral where λ is 1."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import linprog

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import cost_of, violation
from engine.optimization.horizons import look_ahead
from engine.optimization.methods.loss_aversion import solve
from engine.optimization.solution import Infeasible, Status, Unsolvable
from tests.engine.optimization.problems import (
    estimates_of,
    feasible_points,
    long_only,
    random_constraints,
    real_returns,
)


def outcomes(estimates: Estimates, weights: Floats, days: int = 21) -> Floats:
    outlook = look_ahead(estimates, days)
    cash = 1.0 - float(weights.sum())
    return np.asarray(outlook.outcomes @ weights + cash * outlook.interest)


def worth(
    estimates: Estimates, constraints: Constraints, weights: Floats, aversion: float, zero: float
) -> float:
    found = outcomes(estimates, weights)
    short = np.maximum(zero - found, 0.0).mean()
    return float(found.mean() - (aversion - 1.0) * short) - cost_of(constraints, weights)


def test_windows_are_compounded_and_moved_to_the_expected_mean() -> None:
    returns = real_returns()[:, :3]
    estimates = estimates_of(returns, mean=[0.05, 0.1, 0.0], risk_free=0.02)
    outlook = look_ahead(estimates, 21)
    plain = np.lib.stride_tricks.sliding_window_view(1 + returns, 21, axis=0).prod(axis=-1)
    moved = outlook.outcomes - (plain - 1.0)
    np.testing.assert_allclose(moved, np.broadcast_to(moved[0], moved.shape), atol=1e-13)
    mean = outlook.outcomes.mean(axis=0)
    np.testing.assert_allclose(mean, np.array([0.05, 0.1, 0.0]) / 12, atol=1e-15)
    assert outlook.interest == pytest.approx(0.02 / 12)
    np.testing.assert_allclose(look_ahead(estimates_of(returns), 1).outcomes, returns, atol=1e-15)
    ruined = returns.copy()
    ruined[100] = -1.0
    assert np.isfinite(look_ahead(estimates_of(ruined), 21).outcomes).all()


@pytest.mark.parametrize("aversion", [1.0, 1.5, 2.25, 5.0])
@pytest.mark.parametrize("zero", [0.0, 0.02, -0.05])
def test_it_is_the_optimum_of_the_full_programme(aversion: float, zero: float) -> None:
    estimates = estimates_of(real_returns(500)[:, :8])
    gains = look_ahead(estimates, 21).outcomes
    windows = len(gains)
    cost = np.concatenate([-gains.mean(axis=0), np.full(windows, (aversion - 1.0) / windows)])
    rows = np.hstack([-gains, -np.eye(windows)])
    whole = np.concatenate([np.ones(8), np.zeros(windows)])[None, :]
    full = linprog(cost, rows, np.full(windows, -zero), whole, [1.0], method="highs")
    assert full.fun is not None
    found = solve(estimates, long_only(8), loss_aversion=aversion, reference=zero)
    assert found.objective == pytest.approx(-full.fun, abs=1e-9)
    assert found.status is Status.OPTIMAL
    assert found.measures["gap"] <= 1e-9
    assert found.fallback == ()


@pytest.mark.parametrize("seed", range(12))
def test_weights_are_feasible_and_no_random_portfolio_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    estimates = estimates_of(real_returns()[:, rng.choice(20, 7, replace=False)], risk_free=0.03)
    constraints, inside = random_constraints(rng, 7)
    found = solve(estimates, constraints, reference=0.01)
    assert violation(constraints, found.weights) <= 1e-9
    own = worth(estimates, constraints, found.weights, 2.25, 0.01)
    assert found.objective == pytest.approx(own, abs=1e-12)
    assert found.measures["gap"] <= 1e-8
    for point in feasible_points(rng, constraints, inside, 200):
        assert worth(estimates, constraints, point, 2.25, 0.01) <= found.objective + 1e-9


def test_costs_are_weighed() -> None:
    held = np.full(6, 1 / 6)
    limits = long_only(6, current=held, cost_rate=np.full(6, 0.004))
    estimates = estimates_of(real_returns()[:, :6])
    found = solve(estimates, limits)
    own = worth(estimates, limits, found.weights, 2.25, 0.0)
    assert found.objective == pytest.approx(own, abs=1e-12)
    rng = np.random.default_rng(1)
    for point in rng.dirichlet(np.ones(6), 300):
        assert worth(estimates, limits, point, 2.25, 0.0) <= found.objective + 1e-9
    assert worth(estimates, limits, held, 2.25, 0.0) <= found.objective + 1e-12


def test_without_loss_aversion_it_is_the_highest_mean() -> None:
    estimates = estimates_of(real_returns())
    found = solve(estimates, long_only(20), loss_aversion=1.0)
    assert found.weights[int(np.argmax(estimates.mean))] == pytest.approx(1.0, abs=1e-9)


def test_more_loss_aversion_falls_short_by_no_more() -> None:
    estimates = estimates_of(real_returns(), risk_free=0.01)
    limits = long_only(20, cash=(0.0, 1.0))
    found = [
        solve(estimates, limits, loss_aversion=aversion) for aversion in (1.0, 1.3, 2.0, 4.0, 9.0)
    ]
    for bold, calm in pairwise(found):
        assert calm.measures["shortfall"] <= bold.measures["shortfall"] + 1e-9
        assert calm.measures["mean"] <= bold.measures["mean"] + 1e-9
    timid = solve(estimates, limits, loss_aversion=10.0)
    assert timid.cash > found[0].cash


def test_the_order_of_the_assets_does_not_matter() -> None:
    returns = real_returns()[:, :9]
    order = np.random.default_rng(4).permutation(9)
    first = solve(estimates_of(returns), long_only(9))
    second = solve(estimates_of(returns[:, order]), long_only(9))
    np.testing.assert_allclose(second.weights, first.weights[order], atol=1e-7)


def test_few_names_and_bad_input() -> None:
    estimates = estimates_of(real_returns())
    found = solve(estimates, long_only(20, names=3))
    assert np.count_nonzero(found.weights) <= 3
    with pytest.raises(Unsolvable, match="too_few_days"):
        solve(estimates_of(real_returns(30)), long_only(20))
    with pytest.raises(Infeasible):
        solve(estimates, long_only(20, cap=0.01))
    alone = estimates_of(real_returns()[:, :1])
    assert solve(alone, long_only(1)).weights.tolist() == [1.0]
    assert solve(estimates_of(np.zeros((60, 2))), long_only(2)).weights.sum() == pytest.approx(1.0)
