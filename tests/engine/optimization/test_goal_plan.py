"""Goals that are part of the money: the calmest portfolio that does, the rest left, what helps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.optimization.accounts import keep_accounts, keep_calm
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import violation
from engine.optimization.goal_plan import Plan, Wanted, plan_goals
from engine.optimization.goals import Goal, MoneyGoal, least_money, yearly
from engine.optimization.solution import Unsolvable
from tests.engine.optimization.problems import estimates_of, long_only, real_returns

NOW = np.array([0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05])
VALUE = 100_000.0
FLAT = MoneyGoal("flat", 30_000, 7, 51_000, 0, 0.1)
CAR = MoneyGoal("car", 26_000, 3, 21_500, 0, 0.1)
FAR = MoneyGoal("house", 130_000, 5, 40_000, 0, 0.1)


def known() -> Estimates:
    return estimates_of(real_returns()[-1260:, :8])


def bounds(**more: object) -> Constraints:
    return replace(long_only(8, current=NOW, cost_rate=np.full(8, 0.001)), **more)  # type: ignore[arg-type]


def plan(
    *goals: MoneyGoal, limits: Constraints | None = None, bold: bool = False, explain: bool = True
) -> Plan:
    wanted = [Wanted(goal) for goal in goals]
    return plan_goals(known(), limits or bounds(), wanted, VALUE, bold=bold, explain=explain)


def volatility(weights: Floats) -> float:
    return float(np.sqrt(weights @ known().covariance @ weights))


def test_the_whole_is_the_parts_and_the_rest_as_it_was() -> None:
    found = plan(FLAT, CAR)
    assert [part.share for part in found.parts] == pytest.approx([0.51, 0.215])
    flat, car = found.parts
    whole = 0.51 * flat.weights + 0.215 * car.weights + 0.275 * NOW
    np.testing.assert_allclose(found.solution.weights, whole, atol=1e-12)
    assert found.solution.weights.sum() + found.solution.cash == pytest.approx(1, abs=1e-10)
    assert violation(found.kept, found.solution.weights) <= 1e-9


def test_with_more_money_than_it_takes_nobody_is_sent_into_the_riskiest() -> None:
    found = plan(FLAT)
    least = keep_calm(known(), bounds(), yearly(replace(FLAT, amount=1.0), 1.0))
    np.testing.assert_allclose(found.parts[0].weights, least.weights, atol=1e-7)
    bold = plan(FLAT, bold=True)
    assert volatility(bold.parts[0].weights) > 2 * volatility(found.parts[0].weights)
    assert bold.solution.method == "mental_accounts"


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_nothing_calmer_keeps_the_chance(seed: int) -> None:
    """Random portfolios that keep nine tenths of it are livelier."""
    rng = np.random.default_rng(seed)
    goal = Goal("g", 1.0, float(rng.uniform(-0.5, 0.0)), float(rng.uniform(0.02, 0.4)))
    estimates, limits = known(), long_only(8)
    points = rng.dirichlet(np.full(8, 0.5), 400)
    means = points @ estimates.mean
    deviations = np.sqrt(np.einsum("ij,jk,ik->i", points, estimates.covariance, points))
    missed = np.array([goal.missed(m, s) for m, s in zip(means, deviations, strict=True)])
    try:
        found = keep_calm(estimates, limits, goal)
    except Unsolvable:
        assert missed.min() > goal.chance - 1e-9
        return
    assert found.missed <= goal.chance + 1e-7
    strict = missed <= 0.9 * goal.chance
    if found.missed <= 0.9 * goal.chance + 1e-7 and strict.any():
        assert found.deviation <= deviations[strict].min() + 1e-7
    boldest = keep_accounts(estimates, limits, [goal]).accounts[0]
    assert found.deviation <= boldest.deviation + 1e-9


def test_a_goal_that_needs_risk_gets_no_more_than_it_needs() -> None:
    (part,) = plan(replace(CAR, now=26_000)).parts
    assert part.missed == pytest.approx(0.09, abs=1e-6), "a tenth is left as a margin"
    assert volatility(part.weights) < volatility(NOW)
    (tight,) = plan(replace(CAR, now=20_000)).parts
    assert 0.09 < tight.missed <= 0.1 + 1e-7, "where the margin cannot be had, the chance itself"


def test_money_that_nobody_named_is_the_least_that_does() -> None:
    wanted = [Wanted(replace(FLAT, now=0.0), money_said=False)]
    (part,) = plan_goals(known(), bounds(), wanted, VALUE).parts
    assert part.missed == pytest.approx(0.09, abs=1e-3)
    calm = keep_calm(known(), bounds(), yearly(FLAT, 1.0))
    strict = replace(FLAT, chance=0.09)
    assert part.goal.now == pytest.approx(
        least_money(strict, calm.mean, calm.deviation, VALUE), rel=1e-6
    )
    assert least_money(FLAT, -0.5, 0.2, 10.0) == 10.0
    saved = replace(FLAT, monthly=5_000.0)
    assert least_money(saved, calm.mean, calm.deviation, VALUE) == 0.0


def test_more_money_set_aside_than_there_is() -> None:
    found = plan(replace(FLAT, now=90_000), replace(CAR, now=60_000))
    assert found.lacking == pytest.approx(50_000)
    assert [part.goal.now for part in found.parts] == pytest.approx([60_000, 40_000])
    assert found.share == pytest.approx(1.0)
    nothing = [Wanted(replace(FLAT, now=VALUE)), Wanted(replace(CAR, now=0.0), money_said=False)]
    left = plan_goals(known(), bounds(), nothing, VALUE).parts[1]
    assert (left.share, left.missed) == (0.0, 1.0)


def test_what_would_help_does() -> None:
    """Each of the ways out makes a plan; a little less of it does not."""
    (part,) = plan(FAR).parts
    ways = part.out
    assert ways is not None
    np.testing.assert_array_equal(part.weights, NOW)
    assert part.missed == part.missed_now >= ways.best > 0.1
    assert ways.amount and ways.years and ways.monthly and ways.now  # noqa: PT018
    for good, bad in (
        (replace(FAR, amount=ways.amount * 0.998), replace(FAR, amount=ways.amount * 1.02)),
        (replace(FAR, years=ways.years * 1.002), replace(FAR, years=ways.years * 0.98)),
        (replace(FAR, monthly=ways.monthly * 1.002), replace(FAR, monthly=ways.monthly * 0.98)),
        (replace(FAR, now=ways.now * 1.002), replace(FAR, now=ways.now * 0.98)),
    ):
        assert plan(good, explain=False).parts[0].out is None, good
        assert plan(bad, explain=False).parts[0].out is not None, bad
    assert plan(replace(FAR, now=0.0)).parts[0].out is not None, "no money, no savings"


def test_limits_are_kept_by_the_sum() -> None:
    half = bounds(turnover=0.2)
    found = plan(FLAT, limits=half)
    moved = float(np.abs(found.solution.weights - NOW).sum())
    assert moved <= 0.2 + 1e-9
    assert moved > 0.15, "turnover is counted on the whole, not on each part"
    capped = plan(FLAT, limits=bounds(upper=np.full(8, 0.25)))
    assert capped.parts[0].weights.max() <= 0.25 + 1e-9
    assert capped.solution.weights[0] > 0.25, "the rest of what is held stays as it is"
    assert violation(capped.kept, capped.solution.weights) <= 1e-9
    tech = bounds(groups=(Group("tech", np.array([6, 7]), 0.0, 0.4),), names=8)
    inside = plan(FLAT, limits=tech)
    assert inside.parts[0].weights[[6, 7]].sum() <= 0.4 + 1e-9
    cash = plan(FLAT, limits=bounds(cash=(0.2, 0.3)))
    assert 0.2 - 1e-9 <= cash.solution.cash <= 0.3 + 1e-9


def test_no_new_name_where_there_may_be_no_more() -> None:
    held = np.array([0.5, 0.3, 0.2, 0, 0, 0, 0, 0])
    found = plan(FLAT, limits=bounds(current=held, names=3))
    assert np.count_nonzero(found.solution.weights > 1e-9) <= 3
    whole = plan(replace(FLAT, now=VALUE), limits=bounds(names=3))
    assert np.count_nonzero(whole.solution.weights > 1e-9) <= 3


def test_what_the_rest_comes_back_to_and_what_keeping_apart_costs() -> None:
    rest = np.full(8, 0.125)
    found = plan_goals(known(), bounds(), [Wanted(FLAT)], VALUE, rest=rest)
    expected = 0.51 * found.parts[0].weights + 0.49 * rest
    np.testing.assert_allclose(found.solution.weights, expected, atol=1e-12)
    assert found.apart == 0.0
    assert plan(FLAT, CAR).apart >= 0.0
