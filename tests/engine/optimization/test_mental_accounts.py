"""Mental accounts: the paper's example, goals in money, and the cost of keeping apart."""

from __future__ import annotations

import json
from math import inf, isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from engine.optimization.accounts import draw_frontier, keep_accounts
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import violation
from engine.optimization.goals import (
    Goal,
    Lognormal,
    MoneyGoal,
    Normal,
    goals_of,
    reachable,
)
from engine.optimization.methods.mental_accounts import solve
from engine.optimization.solution import Infeasible, Solution, Status, Unsolvable
from tests.engine.biases.records import SHARED
from tests.engine.optimization.problems import (
    estimates_of,
    feasible_points,
    long_only,
    random_constraints,
    real_returns,
    synthetic_returns,
)

MEAN = np.array([0.05, 0.10, 0.25])
COVARIANCE = np.array([[0.0025, 0.0, 0.0], [0.0, 0.04, 0.02], [0.0, 0.02, 0.25]])
GOALS = (
    Goal("retirement", 0.6, -0.10, 0.05),
    Goal("education", 0.2, -0.05, 0.15),
    Goal("bequest", 0.2, -0.15, 0.20),
)
FREE = Constraints(np.full(3, -inf), np.full(3, inf))


def paper() -> Estimates:
    return estimates_of(np.zeros((2, 3)), mean=MEAN, covariance=COVARIANCE)


@pytest.fixture
def published() -> dict[str, Any]:
    path = SHARED / "das2010_example.json"
    if not path.exists():
        pytest.skip("the shared research is not here")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_the_example_of_the_paper_with_short_sales(published: dict[str, Any]) -> None:
    found = keep_accounts(paper(), FREE, GOALS)
    for one, told in zip(found.accounts, published["accounts"], strict=True):
        assert one.aversion == pytest.approx(told["gamma"], abs=1e-8)
        np.testing.assert_allclose(one.weights, told["w"], atol=1e-8)
        assert one.mean == pytest.approx(told["mean"], abs=1e-9)
        assert one.deviation == pytest.approx(told["sd"], abs=1e-9)
        assert one.missed == pytest.approx(told["alpha"], abs=1e-9)
    together = published["aggregate_60_20_20"]
    np.testing.assert_allclose(found.weights, together["w"], atol=1e-8)
    assert found.aversion == pytest.approx(2.1740, abs=1e-4)
    assert found.aversion == pytest.approx(together["gamma"], abs=1e-8)
    assert found.return_lost == pytest.approx(0.0, abs=1e-12)
    assert found.worth_lost == pytest.approx(0.0, abs=1e-12)


def test_the_example_of_the_paper_long_only(published: dict[str, Any]) -> None:
    found = keep_accounts(paper(), long_only(3), GOALS)
    for one, told in zip(found.accounts, published["long_only"], strict=True):
        np.testing.assert_allclose(one.weights, told["w"], atol=1e-4)
        assert one.mean == pytest.approx(told["mean"], abs=1e-7)
    assert found.return_lost > 1e-4
    assert found.worth_lost > 1e-4


def test_it_is_the_closed_form_of_the_paper() -> None:
    """w = Σ⁻¹[μ - (1'Σ⁻¹μ - γ)/(1'Σ⁻¹1)·1]/γ (their equation 8)."""
    inverse, ones = np.linalg.inv(COVARIANCE), np.ones(3)
    for one in keep_accounts(paper(), FREE, GOALS).accounts:
        shift = (ones @ inverse @ MEAN - one.aversion) / (ones @ inverse @ ones)
        closed = inverse @ (MEAN - shift * ones) / one.aversion
        np.testing.assert_allclose(one.weights, closed, atol=1e-10)


def ask(
    estimates: Estimates, constraints: Constraints, goal: Goal
) -> tuple[Solution | None, float]:
    """The answer, or the best probability of reaching a goal that is out of reach."""
    try:
        return solve(estimates, constraints, goals=[goal]), 1.0
    except Unsolvable as refused:
        return None, float(refused.facts["best"])


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_no_portfolio_that_keeps_the_chance_has_a_higher_mean(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 8))
    chosen = rng.choice(20, count, replace=False)
    estimates = estimates_of(real_returns()[:, chosen], risk_free=0.02)
    constraints, inside = random_constraints(rng, count)
    goal = Goal("one", 1.0, float(rng.uniform(-0.5, 0.05)), float(rng.uniform(0.02, 0.4)))
    goal = goal if seed % 2 else Goal("one", 1.0, goal.threshold, goal.chance, Lognormal())
    points = feasible_points(rng, constraints, inside, 300)

    def mean(weights: Any) -> float:
        return float(estimates.mean @ weights + 0.02 * (1.0 - weights.sum()))

    def deviation(weights: Any) -> float:
        return float(np.sqrt(max(weights @ estimates.covariance @ weights, 0.0)))

    found, best = ask(estimates, constraints, goal)
    if found is None:
        for point in points:
            reached = 1.0 - goal.missed(mean(point), deviation(point))
            assert reached < 1.0 - goal.chance
            if mean(point) > goal.threshold:  # else more risk is better, and no end of it
                assert reached <= best + 1e-6
        return
    assert violation(constraints, found.weights) <= 1e-9
    assert found.status is Status.OPTIMAL
    assert found.measures["missed:one"] <= goal.chance + 1e-7
    for point in points:
        if goal.missed(mean(point), deviation(point)) <= goal.chance:
            assert mean(point) <= found.objective + 1e-8


def test_a_goal_that_anybody_reaches_takes_the_highest_mean() -> None:
    found = keep_accounts(paper(), long_only(3), [Goal("any", 1.0, -0.99, 0.2)])
    np.testing.assert_allclose(found.weights, [0.0, 0.0, 1.0], atol=1e-9)
    assert found.accounts[0].aversion == 0.0
    assert found.worth_lost == 0.0


def test_a_goal_out_of_reach_says_how_likely_it_can_be() -> None:
    with pytest.raises(Unsolvable) as refused:
        keep_accounts(paper(), long_only(3), [Goal("much", 1.0, 0.08, 0.05)])
    facts = refused.value.facts
    assert refused.value.reason == "goal_out_of_reach"
    assert facts["goal"] == "much"
    grid = np.arange(0, 201)
    weights = np.array([(a, b, 200 - a - b) for a in grid for b in grid[: 201 - a]]) / 200
    means = weights @ MEAN
    deviations = np.sqrt(np.einsum("ij,jk,ik->i", weights, COVARIANCE, weights))
    scores = (means - 0.08) / deviations
    reached = Goal("much", 1.0, 0.08, 0.05).missed(
        means[scores.argmax()], deviations[scores.argmax()]
    )
    assert facts["best"] == pytest.approx(1.0 - reached, abs=1e-4)
    assert facts["highest"] == pytest.approx((means + ndtri(0.05) * deviations).max(), abs=5e-5)


def test_short_sales_without_end_are_told() -> None:
    with pytest.raises(Unsolvable) as refused:
        keep_accounts(paper(), FREE, [Goal("bold", 1.0, -0.1, 0.4)])
    assert refused.value.reason == "no_limit_to_risk"


def test_more_caution_means_less_risk() -> None:
    deviations = [
        keep_accounts(paper(), long_only(3), [Goal("one", 1.0, -0.1, chance)]).deviation
        for chance in (0.3, 0.2, 0.1, 0.05, 0.02)
    ]
    assert deviations == sorted(deviations, reverse=True)


def test_the_order_of_assets_and_goals_does_not_matter() -> None:
    returns = real_returns()[:, :8]
    order = np.random.default_rng(0).permutation(8)
    goals = (Goal("a", 0.5, -0.4, 0.1), Goal("b", 0.5, -0.3, 0.05))
    first = keep_accounts(estimates_of(returns), long_only(8), goals)
    second = keep_accounts(estimates_of(returns[:, order]), long_only(8), goals[::-1])
    np.testing.assert_allclose(second.weights, first.weights[order], atol=1e-8)


def test_keeping_apart_never_helps() -> None:
    estimates = estimates_of(real_returns(), risk_free=0.01)
    held = np.full(20, 0.05)
    limits = long_only(20, cap=0.2, current=held, cost_rate=np.full(20, 0.003), cash=(0.0, 0.3))
    goals = (Goal("a", 0.5, -0.15, 0.05), Goal("b", 0.3, -0.3, 0.2), Goal("c", 0.2, -0.5, 0.3))
    found = solve(estimates, limits, goals=goals)
    assert violation(limits, found.weights) <= 1e-9
    assert found.measures["return_lost"] >= 0.0
    assert found.measures["worth_lost"] >= 0.0
    frontier = draw_frontier(estimates, limits)
    same = frontier.at(1.0 / found.measures["aversion"])
    worth = same.mean - found.measures["aversion"] / 2 * same.deviation**2
    own = found.measures["mean"] - found.measures["aversion"] / 2 * found.measures["deviation"] ** 2
    assert found.measures["worth_lost"] == pytest.approx(worth - own, abs=1e-9)


def test_few_names() -> None:
    found = solve(estimates_of(real_returns()), long_only(20, names=3), threshold=-0.4, chance=0.1)
    assert np.count_nonzero(found.weights) <= 3
    assert found.measures["missed:all"] <= 0.1 + 1e-7


@pytest.mark.parametrize(
    "wanted",
    [
        MoneyGoal("lump", 95_000, 12, 60_000, 0, 0.1),
        MoneyGoal("flat", 30_000, 3, 22_000, 180, 0.1),
        MoneyGoal("savings", 100_000, 10, 0, 740, 0.1),
        MoneyGoal("both", 400_000, 20, 50_000, 500, 0.1),
    ],
    ids=lambda goal: goal.name,
)
def test_goals_in_money_are_missed_as_often_as_allowed(wanted: MoneyGoal) -> None:
    """Simulated month by month with lognormal returns of the portfolio that is chosen."""
    goal = goals_of([wanted])[0]
    found = keep_accounts(paper(), long_only(3), [goal]).accounts[0]
    variance = np.log1p((found.deviation / (1 + found.mean)) ** 2)
    rate = np.log1p(found.mean) - variance / 2
    rng = np.random.default_rng(5)
    worth = np.full(20_000, wanted.now)
    for _ in range(round(wanted.years * 12)):
        worth = worth * np.exp(rate / 12 + rng.normal(size=20_000) * np.sqrt(variance / 12))
        worth += wanted.monthly
    missed = float(np.mean(worth < wanted.amount))
    assert missed == pytest.approx(found.missed, abs=0.012)
    assert found.missed <= wanted.chance + 1e-9


def test_what_money_goals_need() -> None:
    lump, none = goals_of(
        [MoneyGoal("x", 2000, 10, 1000, 0, 0.1), MoneyGoal("y", 900, 1, 1000, 0, 0.1)]
    )
    assert lump.share == 0.5
    assert lump.threshold == pytest.approx(2 ** (1 / 10) - 1)
    assert lump.narrowed == pytest.approx(1 / np.sqrt(10))
    assert none.threshold == pytest.approx(-0.1)
    saving = MoneyGoal("z", 12_000, 1, 0, 1000, 0.1)
    assert goals_of([saving])[0].threshold == pytest.approx(0.0, abs=1e-12)
    assert reachable(saving, 0.0) == pytest.approx(12_000)
    for wrong in (MoneyGoal("w", 1, 0, 1, 0, 0.1), MoneyGoal("w", 1, 1, 0, 0, 0.1)):
        with pytest.raises(ValueError, match="w"):
            goals_of([wrong])


def test_distributions_know_their_quantiles() -> None:
    drawn = np.random.default_rng(0).normal(size=400_000)
    center, width = (
        np.log(1.1) - np.log1p((0.2 / 1.1) ** 2) / 2,
        np.sqrt(np.log1p((0.2 / 1.1) ** 2)),
    )
    grown = np.expm1(center + width * drawn)
    assert grown.mean() == pytest.approx(0.1, abs=1e-3)
    assert grown.std() == pytest.approx(0.2, abs=2e-3)
    for shape, sample in ((Lognormal(), grown), (Normal(), 0.1 + 0.2 * drawn)):
        quantile = shape.quantile(0.1, 0.2, float(ndtri(0.05)))
        assert np.mean(sample < quantile) == pytest.approx(0.05, abs=2e-3)
        assert shape.score(0.1, 0.2, quantile) == pytest.approx(-ndtri(0.05))
        assert shape.score(0.1, 0.0, 0.0) == inf
        assert not isnan(shape.score(0.0, 0.0, 0.1))


def test_five_hundred_assets_and_bad_input() -> None:
    wide = estimates_of(synthetic_returns(500))
    found = solve(wide, long_only(500, cap=0.05), goals=GOALS)
    assert violation(long_only(500, cap=0.05), found.weights) <= 1e-9
    with pytest.raises(Infeasible):
        solve(paper(), long_only(3, cap=0.2))
    with pytest.raises(ValueError, match="add up"):
        keep_accounts(paper(), long_only(3), GOALS[:2])
    alone = estimates_of(real_returns()[:, :1])
    assert solve(alone, long_only(1), threshold=-0.9, chance=0.1).weights.tolist() == [1.0]
    losing = estimates_of(np.zeros((2, 3)), mean=[-0.1, -0.2, -0.3], covariance=COVARIANCE)
    with pytest.raises(Unsolvable, match="goal_out_of_reach"):
        solve(losing, long_only(3), threshold=0.0, chance=0.1)
