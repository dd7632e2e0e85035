"""The kernels under the methods: exact to the Karush-Kuhn-Tucker conditions, whatever the form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.feasible_set import polyhedron, violation
from engine.optimization.kernels import quadratic
from engine.optimization.kernels.active_set import (
    Dependent,
    solve_from_covariance,
    solve_from_returns,
)
from engine.optimization.kernels.interior_point import Insoluble, by_clarabel, by_piqp
from engine.optimization.kernels.programme import Curvature, Programme, residual_of
from engine.optimization.kernels.quadratic import solve_quadratic
from engine.optimization.variance import programme_over
from tests.engine.optimization.problems import random_constraints, synthetic_returns


def random_programme(
    seed: int, n: int, form: str, allowed: Constraints | None = None
) -> tuple[Programme, Constraints]:
    rng = np.random.default_rng(seed)
    loadings, specific = rng.normal(0.0, 0.1, (n, 4)), rng.uniform(0.01, 0.1, n)
    matrix = loadings @ loadings.T + np.diag(specific)
    curvature = (
        Curvature(matrix=matrix)
        if form == "dense"
        else Curvature(loadings=loadings, specific=specific)
    )
    if allowed is None:
        allowed, _ = random_constraints(rng, n)
    linear = -rng.normal(0.05, 0.05, n) * rng.integers(0, 2)
    return programme_over(curvature, linear, polyhedron(allowed, n)), allowed


def kkt_of_long_only(covariance: Floats, linear: Floats, x: Floats) -> float:
    gradient = covariance @ x - linear
    return float(max(np.abs(gradient[x > 0]).max(initial=0.0), -gradient.min(), -x.min(), 0.0))


@pytest.mark.parametrize("n", [2, 20, 100, 400])
@pytest.mark.parametrize("kind", ["ones", "mean"])
def test_active_set_is_exact_from_returns_and_covariance(n: int, kind: str) -> None:
    returns = synthetic_returns(n)
    covariance = np.atleast_2d(np.cov(returns.T))
    linear = np.ones(n) if kind == "ones" else returns.mean(axis=0)
    one = solve_from_returns(returns, linear)
    two = solve_from_covariance(covariance, linear)
    assert kkt_of_long_only(covariance, linear, one) <= 1e-9 * np.abs(linear).max()
    assert kkt_of_long_only(covariance, linear, two) <= 1e-12 * np.abs(linear).max()
    np.testing.assert_allclose(one / one.sum(), two / two.sum(), atol=1e-10)


def test_active_set_counts_days_as_it_is_told() -> None:
    returns = synthetic_returns(60, 300)
    days = 0.98 ** np.arange(300)[::-1]
    centred = returns - returns.mean(axis=0)
    covariance = (centred.T * days) @ centred
    for linear in (np.ones(60), returns.mean(axis=0)):
        one = solve_from_returns(returns, linear, days)
        assert kkt_of_long_only(covariance, linear, one) <= 1e-9 * np.abs(linear).max()
        two = solve_from_covariance(covariance, linear)
        np.testing.assert_allclose(one / one.sum(), two / two.sum(), atol=1e-10)


def test_active_set_says_when_columns_depend_on_each_other() -> None:
    with pytest.raises(Dependent):
        solve_from_covariance(np.zeros((3, 3)), np.ones(3))
    hedge = np.array([[1.0, -1.0], [-1.0, 1.0]])
    with pytest.raises(Dependent):
        solve_from_covariance(hedge, np.ones(2))
    assert not solve_from_covariance(np.eye(3), -np.ones(3)).any()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 12), form=st.sampled_from(["dense", "factor"]))
def test_random_programmes_are_solved_to_the_conditions(seed: int, n: int, form: str) -> None:
    programme, allowed = random_programme(seed, max(n, 2), form)
    answer = solve_quadratic(programme)
    assert answer.residual <= 1e-9
    assert residual_of(programme, answer.x, answer.duals) <= 1e-9
    assert violation(allowed, answer.x[: max(n, 2)]) <= 1e-9
    for solver in (by_piqp, by_clarabel):
        point = solver(programme)
        assert residual_of(programme, point.x, point.duals) <= 1e-4
        assert programme.value(answer.x) <= programme.value(point.x) + 1e-7


@pytest.mark.parametrize("form", ["dense", "factor"])
@pytest.mark.parametrize("lower", [0.0, -0.01])
def test_many_assets_are_sifted_to_the_same_optimum(form: str, lower: float) -> None:
    n = 300
    groups = tuple(Group(f"g{i}", np.arange(i, n, 10), 0.05, 0.25) for i in range(10))
    current = np.zeros(n)
    current[:10] = 0.1
    upper = np.where(np.arange(n) < 5, 0.12, 0.04)
    allowed = Constraints(np.full(n, lower), upper, groups, current, 1.2)
    programme, _ = random_programme(1, n, form, allowed)
    answer = solve_quadratic(programme)
    assert answer.residual <= 1e-12
    point = by_piqp(programme)
    assert programme.value(answer.x) == pytest.approx(programme.value(point.x), abs=1e-8)
    again = solve_quadratic(programme, answer.x)
    assert again.solver == "active set"
    np.testing.assert_allclose(again.x, answer.x, atol=1e-9)


def test_ladder_goes_on_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    programme, _ = random_programme(3, 8, "dense")

    def broken(_: Programme) -> None:
        raise Insoluble("inaccurate")

    ladder = (("PIQP", broken), ("Clarabel", by_clarabel))
    monkeypatch.setattr(quadratic, "LADDER", ladder)
    answer = solve_quadratic(programme)
    assert answer.tried == ("PIQP: inaccurate",)
    assert answer.solver == "Clarabel"
    assert answer.residual <= 1e-9


def flat(rows: list[list[float]], lower: list[float], upper: list[float]) -> Programme:
    n = len(rows[0])
    return Programme(
        Curvature(matrix=np.zeros((n, n))),
        -np.ones(n),
        sparse.csc_array(np.array(rows)),
        np.array(lower),
        np.array(upper),
        np.zeros(n),
        np.full(n, np.inf),
    )


def test_infeasible_and_unbounded_programmes_are_told_apart() -> None:
    with pytest.raises(Insoluble) as refusal:
        solve_quadratic(flat([[1.0, 1.0], [1.0, 1.0]], [2.0, -np.inf], [3.0, 1.0]))
    assert refusal.value.reason == "infeasible"
    assert len(refusal.value.tried) == 2
    with pytest.raises(Insoluble) as refusal:
        solve_quadratic(flat([[1.0, -1.0]], [0.0], [0.0]))
    assert refusal.value.reason == "unbounded"


def test_fixed_variables_stay_where_they_are() -> None:
    programme, _ = random_programme(5, 4, "dense", Constraints(np.full(4, 0.25), np.full(4, 0.25)))
    np.testing.assert_array_equal(solve_quadratic(programme).x[:4], 0.25)
    half = Constraints(np.array([0.5, 0, 0, 0]), np.array([0.5, 1, 1, 1]))
    programme, _ = random_programme(5, 4, "factor", half)
    answer = solve_quadratic(programme)
    assert answer.x[0] == 0.5
    assert answer.residual <= 1e-12
