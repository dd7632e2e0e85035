"""At most k names: as good as enumeration, and better than searching at random."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from engine.arrays import Floats
from engine.optimization import attention
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import violation
from engine.optimization.kernels.box import solve_box
from engine.optimization.kernels.selection import select
from engine.optimization.limits import Demands, build_constraints
from engine.optimization.methods import few_names
from engine.optimization.solution import Infeasible, Status
from tests.engine.optimization.test_covariance import random_returns, real_returns

REAL = np.cov(real_returns(1260).T) * 252


def estimates_of(covariance: Floats, mean: Floats | None = None) -> Estimates:
    count = len(covariance)
    return Estimates(
        symbols=tuple(f"S{n}" for n in range(count)),
        scenarios=np.zeros((2, count)),
        mean=np.zeros(count) if mean is None else mean,
        mean_se=np.zeros(count),
        covariance=covariance,
    )


def enumerate_best(
    matrix: Floats,
    linear: Floats,
    lower: Floats,
    upper: Floats,
    total: tuple[float, float],
    names: int,
) -> float:
    best = np.inf
    for chosen in combinations(range(len(linear)), names):
        at = np.array(chosen)
        if np.any(np.delete(lower, at) > 0.0):
            continue
        inside = matrix[np.ix_(at, at)]
        found = solve_box(inside, linear[at], lower[at], upper[at], *total)
        if found is not None:
            w = found.weights
            best = min(best, float(w @ inside @ w) / 2.0 - float(linear[at] @ w))
    return best


def test_five_of_twenty_real_shares_are_the_best_five() -> None:
    """All 15,504 sets, by their closed form: of the best one the weights are above zero, and
    without their limits no set can be worse than with them."""
    sets = np.array(list(combinations(range(20), 5)))
    blocks = REAL[sets[:, :, None], sets[:, None, :]]
    free = np.linalg.inv(blocks).sum(axis=2)
    variance = 1.0 / free.sum(axis=1)
    long_only = np.all(free > 0.0, axis=1)
    found = few_names.solve(
        estimates_of(REAL), build_constraints([f"S{n}" for n in range(20)], Demands()), names=5
    )
    assert found.measures["volatility"] == pytest.approx(0.170684, abs=5e-7)
    assert found.measures["volatility"] ** 2 == pytest.approx(variance[long_only].min(), rel=1e-9)
    better = sets[~long_only & (variance < variance[long_only].min() * (1 - 1e-9))]
    for at in better:
        boxed = solve_box(REAL[np.ix_(at, at)], np.zeros(5), np.zeros(5), np.ones(5), 1.0, 1.0)
        assert boxed is not None
        inside = boxed.weights @ REAL[np.ix_(at, at)] @ boxed.weights
        assert inside >= found.measures["volatility"] ** 2 * (1 - 1e-9)
    assert found.status is Status.HEURISTIC
    assert found.objective == pytest.approx(found.measures["volatility"] ** 2 / 2)
    assert found.measures["unlimited"] <= found.objective
    assert "names" in found.binding


def test_enumeration_of_small_problems() -> None:
    """Of 100 problems with bounds, means, cash and forced names at least 95 % are solved to the
    optimum, and none is more than 3 % of the scale off."""
    rng = np.random.default_rng(1)
    gaps = []
    for seed in range(100):
        count, names = 10, int(rng.integers(2, 5))
        returns = random_returns(300, count, seed)
        matrix = np.cov(returns.T) * 252
        linear = rng.choice([0.0, 0.3]) * rng.normal(0.1, 0.1, count)
        upper = np.full(count, float(rng.choice([1.0, 0.6, 1.0 / names + 0.02])))
        lower = np.zeros(count)
        if rng.random() < 0.3:
            lower[int(rng.integers(count))] = 0.1
        total = (float(rng.choice([1.0, 0.7])), 1.0)
        found = select(matrix, linear, lower, upper, total, names)
        best = enumerate_best(matrix, linear, lower, upper, total, names)
        assert found is not None
        assert np.count_nonzero(found.weights) <= names
        assert found.objective >= best - 1e-12
        assert found.bound <= best + 1e-12
        gaps.append((found.objective - best) / np.mean(np.diag(matrix)))
    assert np.mean(np.array(gaps) < 1e-9) >= 0.95
    assert max(gaps) < 0.03


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ten_of_a_hundred_beat_chance_and_are_quick(seed: int) -> None:
    returns = random_returns(1260, 100, seed)
    matrix = np.cov(returns.T) * 252
    none, ones = np.zeros(100), np.ones(100)
    found = select(matrix, none, none, ones, (1.0, 1.0), 10)
    assert found is not None
    rng = np.random.default_rng(seed)
    calm = np.argsort(np.diag(matrix))[:30]
    best = np.inf
    for tried in range(600):
        pool = calm if tried % 2 else np.arange(100)
        at = rng.choice(pool, 10, replace=False)
        boxed = solve_box(matrix[np.ix_(at, at)], none[:10], none[:10], ones[:10], 1.0, 1.0)
        assert boxed is not None
        best = min(best, float(boxed.weights @ matrix[np.ix_(at, at)] @ boxed.weights) / 2)
    assert found.objective < best
    taken = []
    with threadpool_limits(1):
        for _ in range(7):
            begun = perf_counter()
            select(matrix, none, none, ones, (1.0, 1.0), 10)
            taken.append(perf_counter() - begun)
    assert min(taken) < 0.06  # 8 ms on a quiet machine


def test_enough_names_are_the_whole_problem() -> None:
    found = few_names.solve(
        estimates_of(REAL), build_constraints([f"S{n}" for n in range(20)], Demands()), names=19
    )
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(found.measures["unlimited"], abs=1e-12)


def test_groups_turnover_and_costs_are_kept_and_the_choice_is_the_best() -> None:
    rng = np.random.default_rng(4)
    part = np.arange(0, 20, 2)
    told = estimates_of(REAL[np.ix_(part, part)], rng.normal(0.08, 0.05, 10))
    symbols = told.symbols
    members = {"a": symbols[:3], "b": symbols[3:5], "c": symbols[-3:]}
    current = dict(zip(symbols, rng.dirichlet(np.ones(10)), strict=True))
    for demands in (
        Demands(groups={"a": (0.2, 0.3)}, names=4),
        Demands(groups={"a": (0.2, 0.3), "b": (0.2, 0.3), "c": (0.2, 1.0)}, names=3),
        Demands(turnover=1.6, cost_rate=0.002, names=4),
        Demands(turnover=1.5, names=4, cash=(0.0, 0.2), each=(0.0, 0.4)),
    ):
        constraints = build_constraints(symbols, demands, current=current, members=members)
        found = few_names.solve(told, constraints, risk_tolerance=0.2)
        assert violation(constraints, found.weights) <= 1e-9
        ask = attention._constrained(told, constraints, 0.2)
        assert demands.names is not None
        answers = [ask(np.array(at)) for at in combinations(range(10), demands.names)]
        best = min(answer[0] for answer in answers if answer is not None)
        assert found.objective == pytest.approx(best, abs=1e-9)


def test_too_few_names_for_the_caps_are_explained() -> None:
    constraints = build_constraints([f"S{n}" for n in range(20)], Demands(each=(0.0, 0.1)))
    with pytest.raises(Infeasible) as clash:
        few_names.solve(estimates_of(REAL), constraints, names=6)
    assert {"names", "upper:*"} <= set(clash.value.clashing)
    needed = {one.key: one.needed for one in clash.value.relaxations}
    assert needed["names"] == pytest.approx(10)
    found = few_names.solve(estimates_of(REAL), constraints, names=10)
    assert np.sort(found.weights)[10:] == pytest.approx(0.1)
    fewer = replace(constraints, names=3, upper=np.full(20, 0.5))
    assert np.count_nonzero(few_names.solve(estimates_of(REAL), fewer, names=5).weights) == 3


def test_duplicates_and_riskless_assets_do_no_harm() -> None:
    matrix = REAL.copy()
    matrix[:, 1] = matrix[:, 0]
    matrix[1, :] = matrix[0, :]
    found = few_names.solve(
        estimates_of(matrix), build_constraints([f"S{n}" for n in range(20)], Demands()), names=4
    )
    assert found.weights.sum() == pytest.approx(1.0, abs=1e-10)
    one = few_names.solve(estimates_of(np.array([[0.04]])), build_constraints(["S0"], Demands()))
    assert one.weights == pytest.approx([1.0])


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(1, 25),
    seed=st.integers(0, 5000),
    low=st.floats(0.0, 0.1),
    room=st.floats(0.0, 1.0),
    tilt=st.sampled_from([0.0, 0.1, 1.0]),
    free=st.booleans(),
)
def test_the_box_is_solved_to_its_conditions(
    count: int, seed: int, low: float, room: float, tilt: float, free: bool
) -> None:
    rng = np.random.default_rng(seed)
    matrix = np.cov(random_returns(60, count, seed).T).reshape(count, count) * 252
    linear = tilt * rng.normal(0, 0.1, count)
    lower = np.full(count, low)
    upper = lower + room * rng.uniform(0.0, 1.0, count)
    total = (0.5, 1.0) if free else (1.0, 1.0)
    found = solve_box(matrix, linear, lower, upper, *total)
    if float(lower.sum()) > total[1] + 1e-9 or float(upper.sum()) < total[0] - 1e-9:
        assert found is None
        return
    if abs(float(lower.sum()) - total[1]) < 1e-9 or abs(float(upper.sum()) - total[0]) < 1e-9:
        return
    assert found is not None
    weights = found.weights
    assert np.all((weights >= lower) & (weights <= upper))
    assert total[0] - 1e-9 <= weights.sum() <= total[1] + 1e-9
    slope = matrix @ weights - linear - found.price
    scale = 1e-8 * max(matrix.max(), np.abs(linear).max())
    assert np.all((slope >= -scale) | (weights >= upper - 1e-9))
    assert np.all((slope <= scale) | (weights <= lower + 1e-9))
    if total[0] + 1e-9 < weights.sum() < total[1] - 1e-9:
        assert found.price == 0.0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), names=st.integers(1, 6), scale=st.floats(0.1, 10.0))
def test_order_and_unit_change_nothing(seed: int, names: int, scale: float) -> None:
    matrix = np.cov(random_returns(200, 14, seed).T) * 252
    order = np.random.default_rng(seed).permutation(14)
    none, ones = np.zeros(14), np.ones(14)
    found = select(matrix, none, none, ones, (1.0, 1.0), names)
    moved = select(scale * matrix[np.ix_(order, order)], none, none, ones, (1.0, 1.0), names)
    assert found is not None
    assert moved is not None
    assert moved.weights == pytest.approx(found.weights[order], abs=1e-8)
    assert found.weights.sum() == pytest.approx(1.0, abs=1e-10)
