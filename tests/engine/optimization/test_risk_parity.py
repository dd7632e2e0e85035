"""Risk budgets: contributions equal to them, whatever the covariance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.optimization.constraints import Constraints
from engine.optimization.feasible_set import violation
from engine.optimization.kernels.coordinate_descent import budget_risk
from engine.optimization.methods import risk_parity
from engine.optimization.solution import Status, Unsolvable
from tests.engine.optimization.tail_cases import (
    constrained,
    estimates_of,
    long_only,
    market,
    real_returns,
    reordered,
)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_contributions_are_the_budgets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assets = int(rng.integers(1, 30))
    days = assets + int(rng.integers(2, 60))
    covariance = np.cov(market(rng, assets, days).T).reshape(assets, assets)
    budgets = rng.dirichlet(np.ones(assets))
    found = budget_risk(covariance, budgets)
    share = found.weights * (covariance @ found.weights)
    assert np.max(np.abs(share / share.sum() - budgets)) <= 1e-8
    assert found.dispersion <= 1e-8
    assert found.weights.sum() == pytest.approx(1.0, abs=1e-12)


def test_assets_that_nearly_cancel_are_finished_by_newton() -> None:
    rng = np.random.default_rng(0)
    rough = rng.normal(size=(30, 30))
    covariance = rough @ np.diag(np.logspace(-5, 0, 30)) @ rough.T
    found = budget_risk(covariance, np.ones(30))
    assert found.sweeps == 100
    assert found.dispersion <= 1e-8


def test_fewer_days_than_assets_have_an_answer() -> None:
    covariance = np.cov(market(np.random.default_rng(4), 40, 15).T)
    assert budget_risk(covariance, np.ones(40)).dispersion <= 1e-8


def test_two_that_cancel_have_no_budgets_and_it_is_not_called_proved() -> None:
    estimates = replace(
        estimates_of(np.eye(2)), covariance=np.array([[0.04, -0.04], [-0.04, 0.04]])
    )
    found = risk_parity.solve(estimates, long_only(2))
    np.testing.assert_allclose(found.weights, 0.5, atol=1e-3)
    assert found.status is Status.HEURISTIC


def test_without_correlation_weights_are_inverse_to_the_volatility() -> None:
    volatility = np.array([0.1, 0.2, 0.4])
    found = budget_risk(np.diag(volatility**2), np.ones(3))
    inverse = 1 / volatility
    np.testing.assert_allclose(found.weights, inverse / inverse.sum(), atol=1e-12)


def test_two_assets_have_a_closed_form_at_any_correlation() -> None:
    """Maillard, Roncalli and Teiletche (2010), section 2.2: inverse volatility for any pair."""
    for correlation in (-0.95, -0.3, 0.0, 0.7, 0.99):
        covariance = np.array([[0.01, 0.02 * correlation], [0.02 * correlation, 0.04]])
        found = budget_risk(covariance, np.ones(2))
        np.testing.assert_allclose(found.weights, [2 / 3, 1 / 3], atol=1e-9)


def test_skfolio_comes_to_the_same_weights_on_real_shares() -> None:
    from skfolio.optimization import RiskBudgeting

    returns = real_returns()[-1260:]
    theirs = RiskBudgeting().fit(returns).weights_
    found = risk_parity.solve(estimates_of(returns), long_only(20))
    assert found.status is Status.OPTIMAL
    assert found.objective <= 1e-8
    np.testing.assert_allclose(found.weights, theirs, atol=5e-4)


def test_budgets_by_symbol_leave_the_rest_to_the_others() -> None:
    estimates = estimates_of(real_returns()[-1260:])
    found = risk_parity.solve(estimates, long_only(20), budgets={"A0": 0.5, "A1": 0.0})
    share = found.weights * (estimates.covariance @ found.weights)
    share /= share.sum()
    assert share[0] == pytest.approx(0.5, abs=1e-9)
    assert found.weights[1] == 0.0
    np.testing.assert_allclose(share[2:], 0.5 / 18, atol=1e-9)


@pytest.mark.parametrize("budgets", [{"A0": 1.2}, {"A0": -0.1}, {"?": 0.1}, {"A0": 0.2, "A1": 0.3}])
def test_budgets_that_make_no_sense_are_refused(budgets: dict[str, float]) -> None:
    with pytest.raises(Unsolvable) as caught:
        risk_parity.solve(estimates_of(np.eye(2)), long_only(2), budgets=budgets)
    assert caught.value.reason == "bad_budgets"


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_constraints_are_kept_and_the_projection_is_called_a_heuristic(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assets = int(rng.integers(2, 15))
    constraints = constrained(rng, assets)
    found = risk_parity.solve(estimates_of(market(rng, assets, 60)), constraints)
    assert violation(constraints, found.weights) <= 1e-9
    moved = found.measures["projected"] > 0.0
    assert (found.status is Status.HEURISTIC) == moved
    assert bool(found.fallback) == moved


def test_the_order_of_the_assets_and_the_size_of_the_covariance_do_not_matter() -> None:
    rng = np.random.default_rng(3)
    estimates = estimates_of(market(rng, 25, 100))
    first = risk_parity.solve(estimates, long_only(25))
    order = rng.permutation(25)
    other = risk_parity.solve(*reordered(estimates, long_only(25), order))
    np.testing.assert_allclose(other.weights, first.weights[order], atol=1e-9)
    scaled = replace(estimates, covariance=1e-6 * estimates.covariance)
    np.testing.assert_allclose(
        risk_parity.solve(scaled, long_only(25)).weights, first.weights, atol=1e-9
    )


def test_twins_share_and_still_prices_and_few_names_have_answers() -> None:
    rng = np.random.default_rng(2)
    returns = market(rng, 6, 100)
    twins = risk_parity.solve(estimates_of(np.hstack([returns, returns])), long_only(12))
    np.testing.assert_allclose(twins.weights[:6], twins.weights[6:], atol=1e-9)
    still = risk_parity.solve(estimates_of(np.zeros((20, 4))), long_only(4))
    np.testing.assert_allclose(still.weights, 0.25, atol=1e-12)
    few = risk_parity.solve(estimates_of(returns), replace(long_only(6), names=3))
    assert np.count_nonzero(few.weights) == 3
    assert few.objective <= 1e-8
    assert few.status is Status.HEURISTIC
    barred = Constraints(np.zeros(6), np.array([0.0, 1.0, 1.0, 1.0, 1.0, 1.0]))
    assert risk_parity.solve(estimates_of(returns), barred).objective <= 1e-8
