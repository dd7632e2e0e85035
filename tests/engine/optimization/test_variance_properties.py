"""What holds for every market: no better point, order, units, form, and broken markets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import Estimates
from engine.optimization.registry import solve_named
from engine.optimization.solution import Solution, Unsolvable
from tests.engine.optimization.problems import (
    OWN,
    assert_sound,
    estimates_of,
    feasible_points,
    long_only,
    random_constraints,
    real_returns,
    synthetic_returns,
)


def answer_of(name: str, estimates: Estimates, allowed: Constraints) -> Solution | str:
    """The solution, or the reason that there is none."""
    try:
        return solve_named(name, estimates, allowed, **OWN[name])
    except Unsolvable as refusal:
        return refusal.reason


def broken_markets() -> dict[str, Floats]:
    whole = real_returns(300)
    still = whole.copy()
    still[:, 4] = 0.0
    twice = np.column_stack([whole[:, :8], whole[:, :8]])
    falling = whole - 0.01
    return {
        "fewer days than assets": whole[:12],
        "two days": whole[:2],
        "the same assets twice": twice,
        "a constant price": still,
        "all constant": np.zeros((50, 5)),
        "one asset": whole[:, :1],
        "everything falls": falling,
    }


@pytest.mark.parametrize("market", broken_markets())
@pytest.mark.parametrize("name", OWN)
def test_broken_markets_get_an_answer_or_a_reason(name: str, market: str) -> None:
    estimates = estimates_of(broken_markets()[market])
    n = len(estimates.symbols)
    group = (Group("g", np.arange(n), 0.0, 1.0),)
    for allowed in (long_only(n), long_only(n, max(0.3, 1.0 / n)), long_only(n, groups=group)):
        answer = answer_of(name, estimates, allowed)
        if isinstance(answer, str):
            assert answer in {"no_asset_beats_cash", "singular", "target_out_of_reach"}
        else:
            assert_sound(answer, estimates, allowed)


def test_duplicated_assets_share_the_weight_of_one() -> None:
    whole = real_returns()
    once = solve_named("minimum_variance", estimates_of(whole), long_only(20))
    doubled = estimates_of(np.column_stack([whole, whole]))
    twice = solve_named("minimum_variance", doubled, long_only(40))
    assert twice.objective == pytest.approx(once.objective, abs=1e-10)
    np.testing.assert_allclose(twice.weights[:20] + twice.weights[20:], once.weights, atol=1e-6)


def worth(name: str, estimates: Estimates, points: Floats) -> Floats:
    """(P,) the method's objective of each point, by its definition, larger being better."""
    variance = np.einsum("ij,jk,ik->i", points, estimates.covariance, points)
    gain = points @ (estimates.mean - estimates.risk_free) + estimates.risk_free
    risk = np.sqrt(variance)
    below = np.minimum(0.0, points @ estimates.scenarios.T)
    sigma = np.sqrt(np.diagonal(estimates.covariance))
    return {
        "minimum_variance": -risk,
        "maximum_sharpe": (gain - estimates.risk_free) / risk,
        "mean_variance": gain - 2.0 * variance,
        "semivariance": -np.sqrt(252 * np.mean(below**2, axis=1)),
        "maximum_diversification": points @ sigma / risk,
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "minimum_variance",
        "maximum_sharpe",
        "mean_variance",
        "semivariance",
        "maximum_diversification",
    ],
)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 12))
def test_no_feasible_point_is_better(name: str, seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    estimates = estimates_of(synthetic_returns(n, 120, seed), mean=rng.normal(0.1, 0.1, n))
    allowed, inside = random_constraints(rng, n)
    solution = answer_of(name, estimates, allowed)
    if isinstance(solution, str):
        assert (name, solution) == ("maximum_sharpe", "no_asset_beats_cash")
        points = feasible_points(rng, allowed, inside, 300)
        assert np.all(worth(name, estimates, points) <= 1e-9)
        return
    assert_sound(solution, estimates, allowed)
    own = float(worth(name, estimates, solution.weights[None, :])[0])
    assert own == pytest.approx(abs(solution.objective) * np.sign(own), abs=1e-10)
    for start in (inside, solution.weights):
        points = feasible_points(rng, allowed, np.asarray(start), 1000)
        assert float(worth(name, estimates, points).max()) <= own + 1e-8
    assert_binding(solution, allowed)


def assert_binding(solution: Solution, allowed: Constraints) -> None:
    """Each named constraint holds with equality; none of the others does."""
    w, named = solution.weights, set(solution.binding)
    for i, symbol in enumerate(solution.symbols):
        if abs(w[i] - allowed.upper[i]) > 1e-7:
            assert f"upper:{symbol}" not in named
        elif allowed.upper[i] < 1.0:
            assert f"upper:{symbol}" in named
        if abs(w[i] - allowed.lower[i]) > 1e-7:
            assert f"lower:{symbol}" not in named
        elif allowed.lower[i] != 0.0:
            assert f"lower:{symbol}" in named
    for group in allowed.groups:
        share = float(w[group.members].sum())
        gap = min(abs(share - group.lower), abs(share - group.upper))
        assert (f"group:{group.name}" in named) <= (gap <= 1e-7)
    if allowed.turnover is not None and allowed.current is not None:
        gap = abs(float(np.abs(w - allowed.current).sum()) - allowed.turnover)
        assert ("turnover" in named) == (gap <= 1e-8)


@pytest.mark.parametrize("name", OWN)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_order_of_the_assets_does_not_matter(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    returns, mean = synthetic_returns(9, 200, seed), rng.normal(0.1, 0.05, 9)
    order = rng.permutation(9)
    allowed = long_only(9, 0.3)
    first = solve_named(name, estimates_of(returns, mean=mean), allowed, **OWN[name])
    shuffled = estimates_of(np.ascontiguousarray(returns[:, order]), mean=mean[order])
    second = solve_named(name, shuffled, allowed, **OWN[name])
    np.testing.assert_allclose(second.weights, first.weights[order], atol=1e-7)


@pytest.mark.parametrize("name", ["minimum_variance", "maximum_sharpe", "maximum_diversification"])
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), power=st.integers(-6, 6))
def test_units_do_not_matter(name: str, seed: int, power: int) -> None:
    rng = np.random.default_rng(seed)
    returns, mean = synthetic_returns(9, 200, seed), rng.normal(0.1, 0.05, 9)
    allowed, _ = random_constraints(rng, 9)
    plain = estimates_of(returns, mean=mean)
    scale = 10.0**power
    scaled = replace(plain, covariance=plain.covariance * scale, mean=plain.mean * scale)
    first = solve_named(name, plain, allowed)
    second = solve_named(name, scaled, allowed)
    np.testing.assert_allclose(second.weights, first.weights, atol=1e-6)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_factor_form_answers_as_the_covariance_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    loadings, specific = rng.normal(0.0, 0.1, (15, 3)), rng.uniform(0.01, 0.1, 15)
    covariance = loadings @ loadings.T + np.diag(specific)
    dense = estimates_of(
        synthetic_returns(15, 50), mean=rng.normal(0.1, 0.05, 15), covariance=covariance
    )
    factors = replace(dense, loadings=loadings, specific=specific)
    allowed, _ = random_constraints(rng, 15)
    for name in ("minimum_variance", "mean_variance", "maximum_sharpe"):
        first = solve_named(name, dense, allowed, **OWN[name])
        second = solve_named(name, factors, allowed, **OWN[name])
        assert second.objective == pytest.approx(first.objective, abs=1e-9)
