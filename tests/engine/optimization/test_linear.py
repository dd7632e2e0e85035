"""Linear programmes: one solve, growth while warm, and the proof that nothing is feasible."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from engine.optimization.constraints import Constraints, Group
from engine.optimization.feasible_set import violation
from engine.optimization.kernels import scenario_program
from engine.optimization.kernels.linear import GrowingProgramme, LinearStatus, solve_linear
from engine.optimization.kernels.losses import ScenarioLosses
from engine.optimization.kernels.scenario_program import minimise_losses
from engine.optimization.linear_form import highest_mean, keep_few, possible_names, structure_of
from tests.engine.optimization.tail_cases import constrained, long_only, market


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_solve_linear_agrees_with_scipy_and_its_duals_prove_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(1, 8)), int(rng.integers(1, 8))
    entries, inside = rng.normal(size=(rows, columns)), rng.random(columns)
    cost, upper = rng.normal(size=columns), entries @ inside + rng.random(rows)
    answer = solve_linear(
        cost, entries, np.full(rows, -np.inf), upper, np.zeros(columns), np.ones(columns)
    )
    other = linprog(cost, A_ub=entries, b_ub=upper, bounds=(0, 1))
    assert answer.status is LinearStatus.OPTIMAL
    assert answer.objective == pytest.approx(other.fun, abs=1e-9)
    bound = answer.row_duals @ upper + np.minimum(answer.reduced_costs, 0.0).sum()
    assert bound == pytest.approx(answer.objective, abs=1e-9)


def test_an_infeasible_programme_answers_with_multipliers_that_prove_it() -> None:
    entries = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    answer = solve_linear(
        np.ones(2),
        entries,
        np.array([1.0, -np.inf, -np.inf]),
        np.array([1.0, 0.3, 0.4]),
        np.zeros(2),
        np.ones(2),
    )
    assert answer.status is LinearStatus.INFEASIBLE
    assert answer.ray is not None
    assert np.all(np.abs(answer.ray) > 0)


def test_an_unbounded_programme_says_so() -> None:
    none = np.zeros((1, 1))
    answer = solve_linear(
        -np.ones(1), none, np.array([-1.0]), np.array([1.0]), np.zeros(1), np.array([np.inf])
    )
    assert answer.status is LinearStatus.UNBOUNDED


def test_a_grown_programme_equals_one_built_at_once() -> None:
    rng = np.random.default_rng(5)
    entries, cost = rng.random((4, 6)), -rng.random(6)
    programme = GrowingProgramme()
    programme.add_columns(cost[:3], np.zeros(3), np.ones(3))
    programme.add_rows(np.full(2, -np.inf), np.ones(2), entries[:2, :3])
    programme.run()
    programme.add_columns(cost[3:], np.zeros(3), np.ones(3), entries[:2, 3:].T)
    programme.run()
    programme.add_rows(np.full(2, -np.inf), np.ones(2), entries[2:])
    grown = programme.run()
    whole = solve_linear(cost, entries, np.full(4, -np.inf), np.ones(4), np.zeros(6), np.ones(6))
    np.testing.assert_allclose(grown.values, whole.values, atol=1e-12)
    programme.change_cost(-cost)
    assert programme.run().objective == 0.0
    programme.change_entry(0, 0, 2.0)
    assert programme.run().status is LinearStatus.OPTIMAL


def test_all_columns_at_once_is_a_second_way_to_the_same_minimum() -> None:
    returns = market(np.random.default_rng(2), 40, 300)
    losses = ScenarioLosses.plain(returns, np.zeros(300), 1 / 15, threshold=True)
    structure = structure_of(long_only(40))
    one = minimise_losses(structure, losses)
    other = minimise_losses(structure, losses, all_columns=True)
    assert one.columns < 40
    assert other.columns == 40
    assert one.bound == pytest.approx(other.bound, abs=1e-12)


def test_a_programme_that_does_not_end_is_reported_as_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scenario_program, "MOST_ROUNDS", 1)
    returns = market(np.random.default_rng(2), 80, 500)
    losses = ScenarioLosses.plain(returns, np.zeros(500), 1 / 25, threshold=True)
    answer = minimise_losses(structure_of(long_only(80)), losses)
    assert answer.status is LinearStatus.FAILED


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_moves_of_a_structure_are_feasible_weights(seed: int) -> None:
    rng = np.random.default_rng(seed)
    constraints = constrained(rng, 12)
    form = structure_of(constraints)
    answer = solve_linear(
        rng.normal(size=len(form.asset)),
        form.rows,
        form.row_lower,
        form.row_upper,
        np.zeros(len(form.asset)),
        form.upper,
    )
    assert answer.status is LinearStatus.OPTIMAL
    assert violation(constraints, form.weights(answer.values)) <= 1e-9


def test_the_highest_mean_of_a_cap_is_that_of_the_best_assets() -> None:
    mean = np.array([0.1, 0.2, 0.05, 0.3])
    capped = Constraints(np.zeros(4), np.full(4, 0.4))
    assert highest_mean(capped, mean) == pytest.approx(0.4 * 0.3 + 0.4 * 0.2 + 0.2 * 0.1)
    assert highest_mean(Constraints(np.zeros(4), np.full(4, 0.1)), mean) is None


def test_where_dropping_the_smallest_leads_nowhere_other_names_are_found() -> None:
    """Two groups must be held; the largest weights are all in one of them."""
    constraints = Constraints(
        np.zeros(6),
        np.full(6, 0.8),
        (Group("bonds", np.array([4, 5]), 0.2, 0.4),),
        names=2,
    )
    start = np.array([0.3, 0.25, 0.15, 0.1, 0.1, 0.1])

    def solve(narrow: Constraints) -> np.ndarray | None:
        if narrow.upper.all():
            return start
        form = structure_of(narrow)
        answer = solve_linear(
            -start,
            form.rows,
            form.row_lower,
            form.row_upper,
            np.zeros(6),
            np.minimum(form.upper, 1),
        )
        return form.weights(answer.values) if answer.status is LinearStatus.OPTIMAL else None

    weights, dropped = keep_few(constraints, solve)
    assert dropped
    assert weights is not None
    assert violation(constraints, weights) <= 1e-9
    keep = possible_names(constraints, start)
    assert keep is not None
    assert keep.sum() <= 2
    assert keep[0]
    impossible = Constraints(np.zeros(3), np.full(3, 0.4), names=2)
    assert possible_names(impossible, np.ones(3)) is None
