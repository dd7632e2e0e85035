"""Least variance, best Sharpe ratio, targets and the frontier: against peers and their edges."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import TRADING_DAYS, Deviations, Estimates
from engine.optimization.feasible_set import violation
from engine.optimization.methods.efficient_frontier import trace_frontier
from engine.optimization.registry import method_named, methods, solve_named
from engine.optimization.solution import Infeasible, Status, Unsolvable
from tests.engine.optimization.problems import (
    OWN,
    assert_sound,
    estimates_of,
    feasible_points,
    long_only,
    real_returns,
    synthetic_returns,
)


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


@pytest.mark.parametrize("sectors", [False, True])
def test_a_frontier_of_few_names_keeps_the_limit(sectors: bool) -> None:
    estimates = real()
    groups = (Group("odd", np.arange(1, 20, 2), 0.3, 0.6),) if sectors else ()
    allowed = long_only(20, 0.5, groups=groups, names=4)
    points = trace_frontier(estimates, allowed, 12)
    free = trace_frontier(estimates, replace(allowed, names=None), 12)
    returns = [one.measures["return"] for one in points]
    risks = [one.objective for one in points]
    assert max(violation(allowed, one.weights) for one in points) <= 1e-9
    assert np.all(np.diff(risks) >= -1e-12)
    assert np.all(np.diff(returns) >= -1e-9)
    assert risks[0] <= solve_named("minimum_variance", estimates, allowed).objective + 1e-12
    assert returns[-1] <= free[-1].measures["return"] + 1e-12
    for one in points:
        reached = [other.objective for other in free if other.measures["return"] <= returns[-1]]
        assert one.objective >= min(reached) - 1e-9
        target = one.measures["return"] - 1e-9
        dropped = solve_named("target_return", estimates, allowed, target=target)
        assert one.objective <= dropped.objective + 1e-6
    names = [tuple(np.flatnonzero(one.weights > 1e-9)) for one in points]
    assert len(set(names)) > 1


def test_few_names_of_variance_are_those_of_exchanges() -> None:
    estimates, allowed = real(), long_only(20, 0.5, names=4)
    chosen = solve_named("few_names", estimates, allowed, names=4)
    found = solve_named("minimum_variance", estimates, allowed)
    np.testing.assert_allclose(found.weights, chosen.weights, atol=1e-12)
    tolerant = solve_named("few_names", estimates, allowed, names=4, risk_tolerance=0.25)
    found = solve_named("mean_variance", estimates, allowed, aversion=4.0)
    np.testing.assert_allclose(found.weights, tolerant.weights, atol=1e-12)


def test_a_covariance_is_only_formed_when_it_is_read() -> None:
    returns = real_returns()
    formed = estimates_of(returns)
    made_of = Deviations(returns, np.full(len(returns), TRADING_DAYS / (len(returns) - 1)))
    unformed = replace(formed, covariance=made_of.unformed())
    for name in ("minimum_variance", "maximum_sharpe"):
        found = solve_named(name, unformed, long_only(20))
        other = solve_named(name, formed, long_only(20))
        np.testing.assert_allclose(found.weights, other.weights, atol=1e-11)
        assert found.objective == pytest.approx(other.objective, abs=1e-12)
    assert "covariance" not in [n for n in unformed.__slots__ if _is_set(unformed, n)]
    np.testing.assert_allclose(unformed.covariance, formed.covariance, atol=1e-14)
    assert _is_set(unformed, "covariance")
    with pytest.raises(AttributeError, match="colour"):
        unformed.colour  # type: ignore[attr-defined]  # noqa: B018


def _is_set(estimates: Estimates, name: str) -> bool:
    """Without asking ``__getattr__``."""
    try:
        type(estimates).__dict__[name].__get__(estimates)
    except AttributeError:
        return False
    return True


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
