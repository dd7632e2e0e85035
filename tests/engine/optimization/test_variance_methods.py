"""Least variance, best Sharpe ratio, targets and the frontier: against peers and by properties."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import violation
from engine.optimization.methods.efficient_frontier import trace_frontier
from engine.optimization.registry import method_named, methods, solve_named
from engine.optimization.solution import Infeasible, Solution, Status, Unsolvable
from tests.engine.optimization.problems import (
    estimates_of,
    feasible_points,
    long_only,
    random_constraints,
    real_returns,
    synthetic_returns,
)

OWN = {
    "minimum_variance": {},
    "maximum_sharpe": {},
    "target_return": {"target": 0.05},
    "target_risk": {"target": 0.6},
    "mean_variance": {"aversion": 4.0},
    "semivariance": {},
    "maximum_diversification": {},
    "equal_weight": {},
    "inverse_volatility": {},
}


@cache
def real() -> Estimates:
    return estimates_of(real_returns())


def peer(estimates: Estimates, cap: float, **options: Any) -> Any:
    from pypfopt import EfficientFrontier

    names = list(estimates.symbols)
    mean = pd.Series(estimates.mean, names)
    table = pd.DataFrame(estimates.covariance, names, names)
    return EfficientFrontier(mean, table, weight_bounds=(0.0, cap), **options)


def weights_of(answer: dict[str, float]) -> Floats:
    return np.array(list(answer.values()))


def volatility(estimates: Estimates, weights: Floats) -> float:
    return float(np.sqrt(weights @ estimates.covariance @ weights))


def assert_sound(solution: Solution, estimates: Estimates, allowed: Constraints) -> None:
    assert violation(allowed, solution.weights) <= 1e-9
    assert abs(solution.weights.sum() + solution.cash - 1.0) <= 1e-10
    assert np.isfinite(solution.objective)
    if allowed.cash == (0.0, 0.0):
        assert abs(solution.weights.sum() - 1.0) <= 1e-10
    assert solution.symbols == estimates.symbols


@pytest.mark.parametrize("cap", [1.0, 0.1])
def test_minimum_variance_equals_pyportfolioopt(cap: float) -> None:
    estimates = real()
    ours = solve_named("minimum_variance", estimates, long_only(20, cap))
    theirs = weights_of(peer(estimates, cap).min_volatility())
    assert ours.objective == pytest.approx(volatility(estimates, theirs), abs=1e-9)
    np.testing.assert_allclose(ours.weights, theirs, atol=1e-6)


@pytest.mark.parametrize("cap", [1.0, 0.1])
@pytest.mark.parametrize("risk_free", [0.0, 0.03])
def test_maximum_sharpe_equals_pyportfolioopt(cap: float, risk_free: float) -> None:
    estimates = replace(real(), risk_free=risk_free)
    ours = solve_named("maximum_sharpe", estimates, long_only(20, cap))
    theirs = weights_of(peer(estimates, cap).max_sharpe(risk_free_rate=risk_free))
    ratio = (theirs @ estimates.mean - risk_free) / volatility(estimates, theirs)
    assert ours.objective == pytest.approx(ratio, abs=1e-8)
    assert ours.objective >= ratio - 1e-12


@pytest.mark.parametrize("cap", [1.0, 0.1])
def test_targets_and_utility_equal_pyportfolioopt(cap: float) -> None:
    estimates, allowed = real(), long_only(20, cap)
    theirs = weights_of(peer(estimates, cap).efficient_return(0.2))
    ours = solve_named("target_return", estimates, allowed, target=0.2)
    assert ours.objective == pytest.approx(volatility(estimates, theirs), abs=1e-8)
    assert ours.measures["return"] >= 0.2 - 1e-9
    theirs = weights_of(peer(estimates, cap, solver="CLARABEL").efficient_risk(0.2))
    ours = solve_named("target_risk", estimates, allowed, target=0.2)
    assert ours.objective == pytest.approx(float(theirs @ estimates.mean), abs=1e-6)
    assert volatility(estimates, ours.weights) <= 0.2 + 1e-9
    theirs = weights_of(peer(estimates, cap).max_quadratic_utility(5.0))
    ours = solve_named("mean_variance", estimates, allowed, aversion=5.0)
    value = float(theirs @ estimates.mean) - 2.5 * volatility(estimates, theirs) ** 2
    assert ours.objective == pytest.approx(value, abs=1e-8)
    assert ours.objective >= value - 1e-10


@pytest.mark.parametrize("cap", [1.0, 0.1])
@pytest.mark.parametrize("least", [None, 0.25])
def test_semivariance_equals_pyportfolioopt(cap: float, least: float | None) -> None:
    from pypfopt import EfficientSemivariance

    estimates = real()
    names = list(estimates.symbols)
    table = pd.DataFrame(estimates.scenarios, columns=names)
    options = {"weight_bounds": (0.0, cap), "solver": "CLARABEL"}
    theirs = EfficientSemivariance(pd.Series(estimates.mean, names), table, **options)
    _ = theirs.min_semivariance() if least is None else theirs.efficient_return(least)
    given_return = {} if least is None else {"least_return": least}
    ours = solve_named("semivariance", estimates, long_only(20, cap), **given_return)
    expected = theirs.portfolio_performance()[1]
    assert ours.objective == pytest.approx(expected, abs=1e-6)
    assert ours.objective <= expected + 1e-9


def test_semivariance_of_many_assets_is_the_full_programmes() -> None:
    import cvxpy

    estimates = estimates_of(synthetic_returns(200, 400))
    allowed = long_only(200, 0.03, groups=(Group("some", np.arange(0, 60), 0.4, 0.6),))
    ours = solve_named("semivariance", estimates, allowed)
    x, short = cvxpy.Variable(200), cvxpy.Variable(400, nonneg=True)
    rules = [x >= 0, x <= 0.03, cvxpy.sum(x) == 1, short >= -estimates.scenarios @ x]
    rules += [cvxpy.sum(x[:60]) >= 0.4, cvxpy.sum(x[:60]) <= 0.6]
    problem = cvxpy.Problem(cvxpy.Minimize(252 / 400 * cvxpy.sum_squares(100 * short)), rules)
    problem.solve(solver="CLARABEL")
    assert ours.objective == pytest.approx(float(np.sqrt(problem.value)) / 100, abs=1e-7)
    assert "group:some" in ours.binding


def test_maximum_diversification_equals_skfolio() -> None:
    from skfolio.optimization import MaximumDiversification

    estimates = real()
    ours = solve_named("maximum_diversification", estimates, long_only(20))
    theirs = np.asarray(MaximumDiversification().fit(estimates.scenarios).weights_)
    sigma = np.sqrt(np.diagonal(estimates.covariance))
    assert ours.objective == pytest.approx(
        float(theirs @ sigma) / volatility(estimates, theirs), abs=1e-6
    )


def test_rules_of_thumb_are_exact_and_nearest_under_caps() -> None:
    estimates = real()
    equal = solve_named("equal_weight", estimates, long_only(20))
    np.testing.assert_allclose(equal.weights, 0.05, atol=1e-15)
    inverse = 1.0 / np.sqrt(np.diagonal(estimates.covariance))
    found = solve_named("inverse_volatility", estimates, long_only(20))
    np.testing.assert_allclose(found.weights, inverse / inverse.sum(), atol=1e-15)
    upper = np.full(20, 1.0)
    upper[:5] = 0.01
    found = solve_named("equal_weight", estimates, Constraints(np.zeros(20), upper))
    np.testing.assert_allclose(found.weights[:5], 0.01, atol=1e-12)
    np.testing.assert_allclose(found.weights[5:], 0.95 / 15, atol=1e-12)
    assert found.binding == tuple(f"upper:S{i}" for i in range(5))


def test_frontier_rises_and_holds_the_best_sharpe_ratio() -> None:
    estimates, allowed = real(), long_only(20, 0.2)
    points = trace_frontier(estimates, allowed, 40)
    returns = [one.measures["return"] for one in points]
    risks = [one.objective for one in points]
    assert np.all(np.diff(returns) > 0.0)
    assert np.all(np.diff(risks) > -1e-12)
    assert np.all(np.diff(np.diff(np.square(risks))) > -1e-10)
    assert risks[0] == pytest.approx(
        solve_named("minimum_variance", estimates, allowed).objective, abs=1e-10
    )
    best = solve_named("maximum_sharpe", estimates, allowed).objective
    assert best >= max(np.array(returns) / np.array(risks)) - 1e-12
    with pytest.raises(ValueError, match="1 points"):
        trace_frontier(estimates, allowed, 1)


def test_targets_out_of_reach_say_what_is_in_reach() -> None:
    estimates, allowed = real(), long_only(20, 0.1)
    with pytest.raises(Unsolvable, match="target_out_of_reach") as refusal:
        solve_named("target_return", estimates, allowed, target=0.9)
    facts = refusal.value.facts
    highest = float(facts["highest"])
    assert highest == pytest.approx(float(np.sort(estimates.mean)[-10:].mean()), abs=1e-12)
    best = solve_named("target_return", estimates, allowed, target=highest)
    assert best.measures["return"] == pytest.approx(highest, abs=1e-9)
    with pytest.raises(Unsolvable, match="target_out_of_reach") as refusal:
        solve_named("target_risk", estimates, allowed, target=0.05)
    lowest = float(refusal.value.facts["lowest"])
    calm = solve_named("minimum_variance", estimates, allowed)
    assert lowest == pytest.approx(calm.objective, abs=1e-10)
    assert solve_named("target_risk", estimates, allowed, target=lowest).objective == pytest.approx(
        calm.measures["return"], abs=1e-6
    )
    high = solve_named("target_risk", estimates, allowed, target=5.0)
    assert high.measures["return"] == pytest.approx(highest, abs=1e-9)


@pytest.mark.parametrize("cap", [1.0, 0.2])
def test_no_asset_beats_cash_is_said(cap: float) -> None:
    estimates = replace(real(), mean=-np.abs(real().mean), risk_free=0.01)
    with pytest.raises(Unsolvable, match="no_asset_beats_cash") as refusal:
        solve_named("maximum_sharpe", estimates, long_only(20, cap))
    assert float(refusal.value.facts["best"]) < 0.0
    floor = np.zeros(20)
    floor[0] = 0.9
    mean = np.where(np.arange(20) == 3, 0.02, -0.5)
    allowed = Constraints(floor, np.ones(20))
    with pytest.raises(Unsolvable, match="no_asset_beats_cash"):
        solve_named("maximum_sharpe", replace(real(), mean=mean), allowed)


def test_costs_and_cash_enter_the_sharpe_ratio() -> None:
    estimates = replace(real(), risk_free=0.02)
    current = np.full(20, 0.05)
    allowed = Constraints(
        np.zeros(20),
        np.full(20, 0.3),
        (Group("tech", np.array([0, 1, 2]), 0.1, 0.3),),
        current=current,
        turnover=0.5,
        cost_rate=np.full(20, 0.01),
        cash=(0.0, 0.2),
    )
    best = solve_named("maximum_sharpe", estimates, allowed)
    assert_sound(best, estimates, allowed)
    assert "turnover" in best.binding
    assert best.measures["cost"] == pytest.approx(0.01 * best.measures["turnover"])
    rng = np.random.default_rng(0)
    others = feasible_points(rng, allowed, current, 2000)
    costs = 0.01 * np.abs(others - current).sum(axis=1)
    gains = others @ (estimates.mean - 0.02) - costs
    risks = np.sqrt(np.einsum("ij,jk,ik->i", others, estimates.covariance, others))
    assert best.objective >= float(np.max(gains / risks)) - 1e-10


def test_registry_knows_the_methods_and_checks_parameters() -> None:
    assert set(OWN) <= {method.name for method in methods()}
    assert method_named("maximum_sharpe").needs_mean
    with pytest.raises(KeyError):
        method_named("astrology")
    for name, parameters, said in (
        ("target_return", {}, "needs target"),
        ("minimum_variance", {"target": 1.0}, "has no target"),
        ("mean_variance", {"aversion": -1.0}, "aversion of -1"),
    ):
        with pytest.raises(ValueError, match=said):
            solve_named(name, real(), long_only(20), **parameters)


@pytest.mark.parametrize("name", OWN)
def test_clashing_constraints_are_explained(name: str) -> None:
    estimates = estimates_of(real_returns()[:, :6])
    with pytest.raises(Infeasible) as clash:
        solve_named(name, estimates, long_only(6, 0.1), **OWN[name])
    assert clash.value.clashing == ("cash", "upper:*")
    needed = {one.key: one.needed for one in clash.value.relaxations}
    assert needed == {"cash": pytest.approx(0.4), "upper:*": pytest.approx(1 / 6)}


@pytest.mark.parametrize("name", OWN)
def test_few_names_are_kept(name: str) -> None:
    allowed = long_only(20, 0.4, names=4)
    parameters = {**OWN[name], **({"target": 0.1} if name == "target_return" else {})}
    few = solve_named(name, real(), allowed, **parameters)
    assert_sound(few, real(), allowed)
    assert np.count_nonzero(few.weights) <= 4
    many = solve_named(name, real(), long_only(20, 0.4), **parameters)
    if np.count_nonzero(many.weights) > 4:
        assert few.status is Status.HEURISTIC
        assert "names" in few.binding


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
