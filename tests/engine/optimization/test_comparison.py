"""Differences, how sure they are, and what is said about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from engine.arrays import Floats
from engine.optimization.comparison import Comparison, Proposal, compare
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import Estimates
from engine.optimization.kernels.losses import tail_mean
from engine.optimization.methods import minimum_variance
from engine.optimization.walk_forward import Plan, by_method, keep_weights
from engine.performance.drawing import draw
from engine.performance.paired_difference import compare_paths
from engine.performance.summary import summarise
from engine.prices import Prices
from tests.engine.biases.records import years_of_prices
from tests.engine.optimization.test_walk_forward import FIVE, plain_estimates

YEARLY = {"days_per_year": 252.0, "risk_free": 0.0}
PLAN = Plan(train_days=250, test_days=63, embargo_days=5, most_days=1000)
NOW = np.array([0.4, 0.1, 0.2, 0.1, 0.2])


def prices_of(rows: int) -> Prices:
    whole = years_of_prices(6000, rows)
    columns = [whole.column(symbol) for symbol in FIVE]
    return Prices.from_closes(FIVE, whole.days, whole.close[:, columns].copy())


def estimates_of(prices: Prices) -> Estimates:
    known = prices.until(prices.last_day)  # type: ignore[arg-type]
    return replace(plain_estimates(known), until=prices.last_day)


def compared(
    prices: Prices, estimates: Estimates, proposals: Sequence[Proposal], seed: int = 1
) -> Comparison:
    return compare(
        prices,
        estimates,
        NOW,
        proposals,
        plan=PLAN,
        learn=plain_estimates,
        cost_rate=np.full(5, 0.002),
        rng=np.random.default_rng(seed),
        groups=(Group("phones", np.array([0]), 0.0, 1.0),),
    )


def calm(estimates: Estimates) -> Proposal:
    constraints = Constraints(np.zeros(5), np.ones(5))
    weights = minimum_variance.solve(estimates, constraints).weights
    return Proposal("calm", weights, by_method(minimum_variance.solve, constraints, FIVE))


def equal() -> Proposal:
    return Proposal("equal", np.full(5, 0.2), keep_weights(np.full(5, 0.2), FIVE))


def test_a_performance_by_hand() -> None:
    returns = np.array([0.1, -0.2, 0.05, 0.0, 0.1])
    found = summarise(returns, 252.0, 0.0252)
    path = np.cumprod(1 + returns)
    assert found.earned == pytest.approx(path[-1] ** (252 / 5) - 1)
    assert found.volatility == pytest.approx(np.std(returns, ddof=1) * sqrt(252))
    assert found.sharpe == pytest.approx((returns.mean() * 252 - 0.0252) / found.volatility)
    assert found.worst_drawdown == pytest.approx(0.2)
    assert found.tail_loss == pytest.approx(0.2)
    assert summarise(np.full(30, 0.001), 252.0, 0.0).sharpe is None
    assert summarise(np.full(30, -0.01), 252.0, 0.0).worst_drawdown == pytest.approx(1 - 0.99**30)


@pytest.mark.parametrize("days", [7, 40, 100, 253])
def test_the_tail_is_that_of_the_cvar_method(days: int) -> None:
    returns = np.random.default_rng(days).normal(size=days) / 100
    assert summarise(returns, 252.0, 0.0).tail_loss == pytest.approx(tail_mean(-returns, 0.95))


def paths(seed: int, days: int, better: float = 0.0) -> tuple[Floats, Floats]:
    """Two portfolios correlated 0.8, the second with less risk and ``better`` a day."""
    rng = np.random.default_rng(seed)
    draws = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.8], [0.8, 1.0]], size=days)
    return 0.0005 + 0.01 * draws[:, 0], 0.0005 + better + 0.008 * draws[:, 1]


def test_a_difference_has_no_preferred_side_and_none_to_itself() -> None:
    one, two = paths(3, 600)
    draws = draw(600, np.random.default_rng(1), 199)
    there, back = compare_paths(one, two, draws, **YEARLY), compare_paths(two, one, draws, **YEARLY)
    for key, found in there.items():
        assert found.value == pytest.approx(-back[key].value)
        assert (found.low, found.high) == pytest.approx((-back[key].high, -back[key].low))
        assert found.low < found.high
    for found in compare_paths(one, one, draws, **YEARLY).values():
        assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_portfolio_that_never_moves_has_no_sharpe_ratio() -> None:
    one, _ = paths(3, 300)
    draws = draw(300, np.random.default_rng(1), 99)
    found = compare_paths(one, np.full(300, 0.0001), draws, **YEARLY)
    assert "sharpe" not in found
    assert all(np.isfinite([one.low, one.high]).all() for one in found.values())


@pytest.mark.parametrize("better", [0.0, 0.016])
def test_the_error_of_a_sharpe_difference_is_that_of_normal_returns(better: float) -> None:
    """Jobson and Korkie 1981, corrected by Memmel 2003; a Sharpe ratio of 2 a day is no market's,
    but only so do the squares count."""
    one, two = paths(5, 4000, better)
    found = compare_paths(one, two, draw(4000, np.random.default_rng(1), 499), **YEARLY)["sharpe"]
    first, second = (path.mean() / path.std() for path in (one, two))
    r = float(np.corrcoef(one, two)[0, 1])
    variance = 2 - 2 * r + 0.5 * (first**2 + second**2 - 2 * first * second * r**2)
    known = 1.645 * sqrt(variance / 4000 * 252)
    assert (found.high - found.low) / 2 == pytest.approx(known, rel=0.2)
    assert found.value == pytest.approx((second - first) * sqrt(252), rel=1e-3)


def test_ninety_percent_intervals_hold_nine_times_in_ten() -> None:
    """120 histories of two years; true differences: Sharpe 0.0125 a day, volatility 0.002 a day."""
    truth = {"sharpe": 0.0125 * sqrt(252), "volatility": -0.002 * sqrt(252)}
    held = dict.fromkeys(truth, 0)
    for seed in range(120):
        one, two = paths(seed, 500)
        draws = draw(500, np.random.default_rng(seed), 199)
        found = compare_paths(one, two, draws, **YEARLY)
        for key, value in truth.items():
            held[key] += found[key].low <= value <= found[key].high
    assert 100 <= held["sharpe"] <= 118  # 108 expected, its standard deviation 3.3
    assert 96 <= held["volatility"] <= 118  # percentiles of blocks are a little narrow


def test_a_calmer_proposal_is_found_calmer_on_unseen_days() -> None:
    prices = prices_of(1300)
    estimates = estimates_of(prices)
    found = compared(prices, estimates, [calm(estimates), equal()])
    mine, (one, two) = found.current, found.proposals
    assert mine.turnover == mine.cost == 0.0
    assert not mine.differences
    assert mine.unseen is not None
    assert one.unseen is not None
    assert one.turnover == pytest.approx(float(np.abs(one.weights - NOW).sum()))
    assert one.cost == pytest.approx(0.002 * one.turnover)
    for side in (one, two):
        assert side.unseen is not None
        for key, difference in side.unseen.differences.items():
            new, old = (getattr(at.performance, key) for at in (side.unseen, mine.unseen))
            assert difference.value == pytest.approx(new - old)
    seen, unseen = one.differences["volatility"], one.unseen.differences["volatility"]
    assert seen.high < 0
    assert unseen.high < 0
    assert len(one.unseen.walk.days) == 1000
    assert one.unseen.cost == pytest.approx(0.002 * one.unseen.turnover)
    assert found.caveats == ("no_tax", "hindsight", "flatters", "method")


def test_years_are_counted_and_the_leader_is_named() -> None:
    prices = prices_of(1300)
    estimates = estimates_of(prices)
    found = compared(prices, estimates, [calm(estimates)])
    mine, one = found.current.unseen, found.proposals[0].unseen
    assert mine is not None
    assert one is not None
    days = one.walk.days.astype("datetime64[Y]").astype(int) + 1970
    for year in one.years:
        at = days == year.year
        assert year.days == at.sum() >= 126
        assert year.earned == pytest.approx(np.prod(1 + one.walk.returns[at]) - 1)
        assert year.current_earned == pytest.approx(np.prod(1 + mine.walk.returns[at]) - 1)
    assert one.better["earned"] == sum(y.earned > y.current_earned for y in one.years)
    assert one.better["volatility"] == sum(y.volatility < y.current_volatility for y in one.years)
    assert len(one.years) >= 3
    assert one.lags_with is not None
    assert one.lags_with[0] == "phones"  # 40 % AAPL now, hardly any when calm
    assert one.lags_with[1] < -0.3


def test_neither_order_nor_later_prices_change_a_comparison() -> None:
    prices = prices_of(900)
    estimates = estimates_of(prices)
    longer = prices_of(950)
    one = compared(prices, estimates, [calm(estimates), equal()])
    other = compared(longer, estimates, [equal(), calm(estimates)])
    assert dict(one.proposals[0].differences) == dict(other.proposals[1].differences)
    ours, theirs = one.proposals[0].unseen, other.proposals[1].unseen
    assert ours is not None
    assert theirs is not None
    assert dict(ours.differences) == dict(theirs.differences)
    assert np.array_equal(ours.walk.returns, theirs.walk.returns)


@pytest.mark.parametrize("rows", [200, 300])
def test_without_unseen_days_that_is_said(rows: int) -> None:
    prices = prices_of(rows)
    found = compared(prices, estimates_of(prices), [equal()])
    assert found.proposals[0].unseen is None
    assert found.proposals[0].differences
    assert found.caveats == ("no_tax", "hindsight", "flatters", "no_unseen_days")


def test_few_years_and_names_that_were_not_there_are_said() -> None:
    prices = prices_of(600)
    close = prices.close.copy()
    close[:300, 4] = np.nan
    late = Prices.from_closes(FIVE, prices.days, close)

    def learn(seen: Prices) -> Estimates:
        there = ~np.isnan(seen.close).any(axis=0)
        kept = tuple(np.array(FIVE)[there].tolist())
        return plain_estimates(Prices.from_closes(kept, seen.days, seen.close[:, there].copy()))

    found = compare(
        late,
        estimates_of(prices),
        NOW,
        [equal()],
        plan=PLAN,
        learn=learn,
        cost_rate=np.zeros(5),
        rng=np.random.default_rng(1),
    )
    assert found.absent == ("GE",)
    assert found.caveats[-2:] == ("few_years", "absent")
    assert found.current.unseen is not None
    assert found.current.unseen.walk.windows[0].weights == pytest.approx(
        [0.5, 0.125, 0.25, 0.125, 0]
    )
