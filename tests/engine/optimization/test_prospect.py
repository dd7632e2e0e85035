"""Prospect theory: the published numbers, the gradient, the search and its peers."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import violation
from engine.optimization.methods.prospect_theory import solve
from engine.optimization.prospect import (
    ExponentialUtility,
    PowerUtility,
    Preferences,
    Prospects,
    certainty_equivalent,
    decide,
    evaluate,
    weigh_probability,
    weigh_ranks,
)
from engine.optimization.solution import Infeasible, Status, Unsolvable
from tests.engine.biases.records import SHARED
from tests.engine.optimization.problems import (
    estimates_of,
    feasible_points,
    long_only,
    random_constraints,
    real_returns,
)

MEDIAN = Preferences()
STRAIGHT = Preferences(PowerUtility(1.0, 1.0, 1.0), 1.0, 1.0)
CPTOPT = Preferences(ExponentialUtility(8.4, 11.4), 0.77, 0.79, monotone=True)
needs_research = pytest.mark.skipif(not SHARED.exists(), reason="the shared research is not here")


def example() -> Floats:
    path = SHARED / "cptopt_example_returns.csv"
    return np.loadtxt(path, delimiter=",", skiprows=1)


@needs_research
def test_the_numbers_of_tversky_and_kahneman_come_out() -> None:
    wanted = json.loads((SHARED / "tk92_reference.json").read_text())
    die = np.array([2.0, -1.0, 4.0, -3.0, 6.0, -5.0])
    sixth = np.full(6, 1 / 6)
    value = evaluate(die, sixth, MEDIAN)
    assert value == pytest.approx(wanted["die"]["V"], abs=1e-12)
    assert certainty_equivalent(value, MEDIAN) == pytest.approx(wanted["die"]["CE"], abs=1e-12)
    weights = dict(zip(die.tolist(), decide(die, sixth, MEDIAN).tolist(), strict=True))
    for outcome, weight in wanted["die"]["pi"].items():
        assert weights[float(outcome)] == pytest.approx(weight, abs=1e-6)
    for probability, (gains, losses) in wanted["weights"].items():
        assert weigh_probability(float(probability), 0.61) == pytest.approx(gains, abs=1e-12)
        assert weigh_probability(float(probability), 0.69) == pytest.approx(losses, abs=1e-12)
    for prize, chance, _, model in wanted["table3_memory_vs_model"]:
        gamble = np.array([prize, 0.0]), np.array([chance, 1.0 - chance])
        found = certainty_equivalent(evaluate(*gamble, MEDIAN), MEDIAN)
        assert found == pytest.approx(model, abs=0.0051)  # two decimals
    for loss, gain in wanted["gain_to_offset_50_50_loss"].items():
        mixed = np.array([gain, -float(loss)])
        assert evaluate(mixed, np.full(2, 0.5), MEDIAN) == pytest.approx(0.0, abs=1e-9)


def test_equal_chances_and_stated_chances_are_valued_alike() -> None:
    rng = np.random.default_rng(1)
    outcomes = rng.normal(size=40)
    for preferences in (MEDIAN, Preferences(ExponentialUtility(2.0, 3.0), 0.7, 0.8)):
        stated = evaluate(outcomes, np.full(40, 1 / 40), preferences)
        assert Prospects.of(preferences, 40).value(outcomes) == pytest.approx(stated, abs=1e-12)


def test_a_straight_utility_without_distortion_is_the_mean() -> None:
    outcomes = np.random.default_rng(2).normal(size=(50, 3))
    found = Prospects.of(STRAIGHT, 50).value(outcomes)
    np.testing.assert_allclose(found, outcomes.mean(axis=0), atol=1e-13)


def test_decision_weights_add_up_and_the_monotone_ones_never_rise() -> None:
    for exponent in (0.3, 0.61, 0.69, 1.0):
        plain = weigh_ranks(200, exponent, monotone=False)
        assert plain.sum() == pytest.approx(1.0, abs=1e-12)
        falling = weigh_ranks(200, exponent, monotone=True)
        assert (np.diff(falling) <= 0).all()
        assert (falling <= plain).all()


@needs_research
def test_the_evaluator_of_cptopt_gives_the_same() -> None:
    wanted = json.loads((SHARED / "cptopt_benchmark.json").read_text())
    prospects = Prospects.of(CPTOPT, 100)
    outcomes = example() @ np.full(3, 1 / 3)
    value, gains, losses = wanted["equal_weight_utility"]
    assert prospects.value(outcomes) == pytest.approx(value, abs=1e-12)
    assert prospects.split(outcomes) == pytest.approx((gains, losses), abs=1e-12)


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_gradient_is_that_of_the_value(seed: int, power: bool) -> None:
    rng = np.random.default_rng(seed)
    returns, weights = rng.normal(size=(30, 4)) * 0.1, rng.dirichlet(np.ones(4))
    prospects = Prospects.of(MEDIAN if power else CPTOPT, 30)
    outcomes = returns @ weights
    gaps = np.diff(np.sort(np.append(outcomes, 0.0)))
    step = 1e-3 * float(gaps.min())  # no two outcomes change places, none its sign
    if step < 1e-8:
        return
    value, margin = prospects.climb(outcomes)
    assert value == pytest.approx(float(prospects.value(outcomes)), abs=1e-14)
    gradient = returns.T @ margin
    for asset in range(4):
        move = step * returns[:, asset]
        slope = (prospects.value(outcomes + move) - prospects.value(outcomes - move)) / (2 * step)
        assert gradient[asset] == pytest.approx(float(slope), rel=1e-4, abs=1e-6)


def best_known(returns: Floats, preferences: Preferences) -> float:
    """A grid or many random portfolios, the best six polished by Nelder and Mead."""
    count = returns.shape[1]
    prospects = Prospects.of(preferences, len(returns))
    points = np.random.default_rng(0).dirichlet(np.full(count, 0.6), 2000)
    points = np.vstack([points, np.eye(count)])
    values = prospects.value(returns @ points.T)

    def below(point: Floats) -> float:
        weights = np.abs(point)
        total = float(weights.sum())
        return -float(prospects.value(returns @ (weights / total))) if total > 0 else 1e9

    best = float(values.max())
    for one in np.argsort(-values)[:4]:
        found = minimize(
            below,
            points[one] + 1e-3,
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 500 * count, "adaptive": True},
        )
        best = max(best, -float(found.fun))
    return best


def test_the_search_finds_what_nelder_and_mead_find_from_a_grid() -> None:
    missed = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        count, days = int(rng.integers(2, 5)), int(rng.integers(40, 120))
        returns = rng.standard_t(4, size=(days, count)) * 0.05 + rng.normal(size=(days, 1)) * 0.03
        returns = np.maximum(returns + rng.uniform(0, 0.04, count), -0.9)
        preferences = MEDIAN if seed % 2 else CPTOPT
        found = solve(estimates_of(returns), long_only(count), preferences=preferences, horizon=1)
        missed += found.objective < best_known(returns, preferences) - 1e-6
    assert missed <= 2


@needs_research
def test_the_example_of_cptopt_is_solved_to_the_true_optimum() -> None:
    found = solve(estimates_of(example()), long_only(3), preferences=CPTOPT, horizon=1)
    assert found.objective >= 0.406576
    np.testing.assert_allclose(found.weights, [0.0, 0.34424, 0.65576], atol=1e-4)
    assert found.status is Status.HEURISTIC
    assert found.measures["tops"] >= 2
    assert found.measures["gains"] - found.measures["losses"] == pytest.approx(found.objective)
    for peer in ("MV", "MM", "CC"):
        told = json.loads((SHARED / "cptopt_benchmark.json").read_text())[peer]["utility"][0]
        assert found.objective > told


@pytest.mark.parametrize("seed", range(12))
def test_weights_are_feasible_and_no_random_portfolio_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    returns = real_returns()[:, rng.choice(20, 6, replace=False)]
    estimates = estimates_of(returns, risk_free=0.02)
    constraints, inside = random_constraints(rng, 6)
    found = solve(estimates, constraints)
    assert violation(constraints, found.weights) <= 1e-9
    assert found.weights.sum() + found.cash == pytest.approx(1.0, abs=1e-10)
    looked = Outcomes(estimates, 21)
    for point in feasible_points(rng, constraints, inside, 200):
        assert looked.value(point) <= found.objective + 1e-6


class Outcomes:
    """The objective of the method, computed another way: month by month."""

    def __init__(self, estimates: Estimates, days: int) -> None:
        growth = 1.0 + estimates.scenarios
        windows = np.lib.stride_tricks.sliding_window_view(growth, days, axis=0).prod(axis=-1) - 1.0
        share = days / 252
        self.outcomes = windows - windows.mean(axis=0) + estimates.mean * share
        self.interest = estimates.risk_free * share
        self.prospects = Prospects.of(MEDIAN, len(windows))

    def value(self, weights: Floats) -> float:
        cash = 1.0 - float(weights.sum())
        return float(self.prospects.value(self.outcomes @ weights + cash * self.interest))


def test_costs_and_cash_are_part_of_every_outcome() -> None:
    returns = real_returns()[:, :5]
    estimates = estimates_of(returns, risk_free=0.03)
    held = np.array([0.6, 0.4, 0.0, 0.0, 0.0])
    costly = long_only(5, current=held, cost_rate=np.full(5, 0.02), cash=(0.0, 0.5))
    free = long_only(5, current=held, cash=(0.0, 0.5))
    moved = [np.abs(solve(estimates, one).weights - held).sum() for one in (costly, free)]
    assert moved[0] < moved[1]
    found = solve(estimates, costly)
    value = Outcomes(estimates, 21)
    outcomes = value.outcomes @ found.weights + found.cash * value.interest
    outcomes -= 0.02 * np.abs(found.weights - held).sum()
    assert found.objective == pytest.approx(float(value.prospects.value(outcomes)), abs=1e-12)


def test_the_order_of_the_assets_does_not_matter() -> None:
    returns = real_returns()[:, :8]
    order = np.random.default_rng(3).permutation(8)
    first = solve(estimates_of(returns), long_only(8))
    second = solve(estimates_of(returns[:, order]), long_only(8))
    assert second.objective == pytest.approx(first.objective, abs=1e-8)


def test_more_loss_aversion_loses_no_more() -> None:
    estimates = estimates_of(real_returns()[:, :10], risk_free=0.02)
    straight = PowerUtility(1.0, 1.0, 1.0)
    lost = []
    for aversion in (1.0, 1.5, 2.25, 4.0, 8.0):
        likes = Preferences(PowerUtility(aversion, 1.0, 1.0), 1.0, 1.0)
        found = solve(estimates, long_only(10, cash=(0.0, 1.0)), preferences=likes)
        lost.append(found.measures["losses"] / aversion)
    assert all(later <= earlier + 1e-7 for earlier, later in pairwise(lost))
    neutral = solve(estimates, long_only(10), preferences=Preferences(straight, 1.0, 1.0))
    assert neutral.weights[int(np.argmax(estimates.mean))] == pytest.approx(1.0, abs=1e-6)


def test_the_reference_moves_the_answer() -> None:
    estimates = estimates_of(real_returns()[:, :10])
    calm = solve(estimates, long_only(10), reference=0.0)
    behind = solve(estimates, long_only(10), reference=0.1)
    assert behind.measures["losses"] > calm.measures["losses"]
    assert behind.measures["equivalent"] < 0.1


def test_few_names_and_many_assets() -> None:
    estimates = estimates_of(real_returns())
    found = solve(estimates, long_only(20, names=4))
    assert np.count_nonzero(found.weights) <= 4
    rng = np.random.default_rng(0)
    returns = rng.normal(0.0005, 0.012, (500, 90)) + rng.normal(0.0, 0.008, (500, 1))
    wide = solve(estimates_of(returns), long_only(90, cap=0.2))
    assert violation(long_only(90, cap=0.2), wide.weights) <= 1e-9
    points = rng.dirichlet(np.full(90, 0.2), 500)
    looked = Outcomes(estimates_of(returns), 21)
    kept = points[points.max(axis=1) <= 0.2]
    assert max(looked.value(one) for one in kept) <= wide.objective


def test_bad_input_is_told() -> None:
    estimates = estimates_of(real_returns(days=30)[:, :3])
    with pytest.raises(Unsolvable) as short:
        solve(estimates, long_only(3))
    assert short.value.facts == {"days": 30, "needed": 42}
    clash = Constraints(np.zeros(3), np.full(3, 0.2))
    with pytest.raises(Infeasible):
        solve(estimates_of(real_returns()[:, :3]), clash)
    one = solve(estimates_of(real_returns()[:, :1]), long_only(1))
    assert one.weights.tolist() == [1.0]
    still = np.zeros((100, 2))
    assert solve(estimates_of(still), long_only(2)).weights.sum() == pytest.approx(1.0, abs=1e-10)
