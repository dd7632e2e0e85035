"""Nothing is chosen with knowledge of later days; what it earned and cost is added up by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import Estimates
from engine.optimization.methods import minimum_variance
from engine.optimization.solution import Infeasible, Unsolvable
from engine.optimization.walk_forward import (
    Choose,
    Learn,
    Plan,
    Walk,
    by_method,
    keep_weights,
    learn_with,
    open_course,
    walk,
)
from engine.prices import Prices
from tests.engine.biases.records import flat_prices, years_of_prices

FIVE = ("AAPL", "KO", "XOM", "JNJ", "GE")
SMALL = Plan(train_days=120, test_days=25, embargo_days=3, most_days=500)


def plain_estimates(seen: Prices) -> Estimates:
    returns = seen.close[1:] / seen.close[:-1] - 1.0
    return Estimates(
        symbols=seen.symbols,
        scenarios=returns,
        mean=returns.mean(axis=0) * 252,
        mean_se=np.full(len(seen.symbols), np.nan),
        covariance=np.cov(returns.T).reshape(len(seen.symbols), -1) * 252,
    )


def inverse_variance(estimates: Estimates, held: Floats) -> Floats:
    weights: Floats = 1.0 / np.diag(estimates.covariance)
    weights /= weights.sum()
    return weights


def walked(
    prices: Prices,
    choose: Choose,
    plan: Plan,
    *,
    learn: Learn = plain_estimates,
    start: Floats | None = None,
    rate: float = 0.0,
    risk_free: float = 0.0,
) -> Walk:
    course = open_course(prices, prices.symbols, plan, learn)
    nothing = np.zeros(len(prices.symbols))
    return walk(
        course,
        choose,
        start=nothing if start is None else start,
        cost_rate=nothing + rate,
        risk_free=risk_free,
    )


def five_years() -> Prices:
    whole = years_of_prices(6000, 700)
    columns = [whole.column(symbol) for symbol in FIVE]
    return Prices.from_closes(FIVE, whole.days, whole.close[:, columns].copy())


def test_two_windows_by_hand() -> None:
    """Ten closes: learn from three returns, one day between, two days each, and one left over."""
    up = [10.0, 10, 10, 10, 10, 12, 12, 12, 24, 24]
    still = [5.0, 6, 5, 6, 5, 5, 5, 5, 5, 5]
    plan = Plan(train_days=3, test_days=2, embargo_days=1, most_days=5)
    prices = flat_prices("2024-01-01", 10, {"UP": up, "STILL": still})
    half = keep_weights(np.array([0.5, 0.5]), prices.symbols)
    done = walked(prices, half, plan, start=np.array([1.0, 0.0]), rate=0.01)
    one, two, three = done.windows
    assert one.turnover == pytest.approx(1.0)
    assert one.cost == pytest.approx(0.01)
    drifted = 0.6 / 1.1  # the first day brings 10 %, all of it in UP
    assert two.turnover == pytest.approx(2 * (drifted - 0.5))
    assert three.turnover == pytest.approx(2 * (1.0 / 1.5 - 0.5))
    expected = [1.1 * 0.99 - 1, 0, -two.cost, 0.5, -three.cost]
    assert done.returns == pytest.approx(expected)
    assert done.turnover == pytest.approx(one.turnover + two.turnover + three.turnover)
    assert done.cost == pytest.approx(0.01 * done.turnover)
    assert (one.trained_since, one.trained_until) == (
        prices.days[0].item(),
        prices.days[3].item(),
    )
    assert (one.since, one.until) == (prices.days[4].item(), prices.days[6].item())
    assert list(done.days) == list(prices.days[5:])


def test_cash_earns_the_risk_free_rate_by_the_calendar() -> None:
    prices = flat_prices("2024-01-01", 300, {"A": 10.0 + np.arange(300) % 2, "B": 5.0})
    plan = Plan(train_days=20, test_days=60, embargo_days=0, most_days=261)
    done = walked(prices, lambda estimates, held: np.zeros(2), plan, risk_free=0.04)
    years = (done.days[-1] - prices.days[38]).astype(int) / 365.25
    assert np.prod(1 + done.returns) == pytest.approx(1.04**years)


@settings(max_examples=12, deadline=None)
@given(st.integers(200, 690), st.integers(0, 2**32))
def test_the_future_cannot_be_seen(row: int, seed: int) -> None:
    """Whatever happens after ``row``, what was chosen and earned by then stays as it was."""
    prices = five_years()
    poisoned = prices.close.copy()
    poisoned[row + 1 :] *= np.exp(np.random.default_rng(seed).normal(size=(699 - row, 5)))
    bad = Prices.from_closes(FIVE, prices.days, poisoned)
    start = np.full(5, 0.2)
    clean, dirty = (
        walked(one, inverse_variance, SMALL, start=start, rate=0.001) for one in (prices, bad)
    )
    day = prices.days[row].item()
    early = 0
    for one, other in zip(clean.windows, dirty.windows, strict=True):
        if one.trained_until <= day:
            assert np.array_equal(one.weights, other.weights)
            early += 1
        elif row < 690:
            assert not np.array_equal(one.weights, other.weights)
    known = clean.days <= prices.days[row]
    assert early
    assert np.array_equal(clean.returns[known], dirty.returns[known])


def test_learning_is_given_the_training_days_alone() -> None:
    given_days: list[tuple[np.datetime64, np.datetime64, int]] = []

    def learn(seen: Prices) -> Estimates:
        given_days.append((seen.days[0], seen.days[-1], len(seen.days)))
        return plain_estimates(seen)

    prices = five_years()
    course = open_course(prices, FIVE, SMALL, learn)
    for lesson, (first, last, count) in zip(course.lessons, given_days, strict=True):
        assert count == SMALL.train_days + 1
        assert last == prices.days[lesson.first - SMALL.embargo_days]
        assert first == prices.days[lesson.first - SMALL.embargo_days - SMALL.train_days]


def test_windows_are_cut_as_skfolio_cuts_them() -> None:
    from skfolio.model_selection import WalkForward

    prices = five_years()
    course = open_course(prices, FIVE, Plan(120, 25, 3, 10_000), plain_estimates)
    peer = WalkForward(test_size=25, train_size=120, purged_size=3, reduce_test=True)
    cuts = list(peer.split(np.zeros((699, 5))))  # rows of returns: row r ends at close r + 1
    assert len(cuts) == len(course.lessons)
    for (train, test), lesson in zip(cuts, course.lessons, strict=True):
        assert (test[0], test[-1] + 1) == (lesson.first, lesson.last)
        assert prices.days[train[0]].item() == lesson.trained_since
        assert prices.days[train[-1] + 1].item() == lesson.trained_until


def test_no_more_days_are_tested_than_asked_for_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []

    def note(done: int, of: int) -> None:
        told.append((done, of))

    plan = Plan(120, 25, 3, 60)
    course = open_course(five_years(), FIVE, plan, plain_estimates, note)
    assert course.lessons[-1].last - course.lessons[0].first == 60
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_the_choice_is_told_what_it_holds_by_then() -> None:
    seen: list[Floats] = []

    def choose(estimates: Estimates, held: Floats) -> Floats:
        seen.append(held)
        return np.full(5, 0.2)

    prices = five_years()
    done = walked(prices, choose, SMALL)
    first = done.windows[1].since
    begin = done.windows[0].since
    growth = prices.close[prices.row_at(first)] / prices.close[prices.row_at(begin)]
    assert seen[0] == pytest.approx(np.zeros(5))
    assert seen[1] == pytest.approx(growth / growth.sum())


def test_a_method_keeps_its_turnover_in_every_window() -> None:
    """And its constraints follow the assets that are there; MISSING never is."""
    symbols = ("MISSING", *FIVE)
    close = five_years().close
    prices = Prices.from_closes(
        symbols, five_years().days, np.column_stack([np.full(700, np.nan), close])
    )
    constraints = Constraints(
        lower=np.zeros(6),
        upper=np.full(6, 0.5),
        groups=(Group("cola", np.array([0, 2]), 0.0, 0.3),),
        current=np.zeros(6),
        turnover=0.2,
        cash=(0.0, 1.0),
    )
    choose = by_method(minimum_variance.solve, constraints, symbols)
    learn = learn_with(least_days=60)
    start = np.array([0, 0.2, 0.2, 0.2, 0.2, 0.2])
    course = open_course(prices, symbols, SMALL, learn)
    done = walk(course, choose, start=start, cost_rate=np.zeros(6), risk_free=0.0)
    assert course.absent == ("MISSING",)
    assert {window.kept for window in done.windows} == {""}
    for window in done.windows:
        assert window.turnover <= 0.2 + 1e-9
        assert window.weights[2] <= 0.3 + 1e-9
        assert window.weights[0] == 0.0


def test_without_an_answer_what_is_held_is_kept_and_the_reason_said() -> None:
    number = iter(range(100))

    def learn(seen: Prices) -> Estimates:
        if next(number) == 0:
            raise Unsolvable("too_few_days", days=1, needed=2)
        return plain_estimates(seen)

    calls = iter([Infeasible(("cash",), ()), Unsolvable("singular")])

    def choose(estimates: Estimates, held: Floats) -> Floats:
        fact = next(calls, None)
        if fact is not None:
            raise fact
        return np.full(5, 0.2)

    done = walked(five_years(), choose, SMALL, learn=learn, start=np.full(5, 0.1))
    assert [window.kept for window in done.windows[:4]] == [
        "too_few_days",
        "infeasible",
        "singular",
        "",
    ]
    assert [window.turnover for window in done.windows[:3]] == [0.0] * 3


def test_gaps_and_jumps_are_no_returns() -> None:
    still = [100.0, 101] * 15
    gap = [50.0] * 22 + [np.nan] * 4 + [55.0] * 4
    split = [90.0, 91] * 12 + [45.0, 45.5] * 3
    prices = flat_prices("2024-01-01", 30, {"STILL": still, "GAP": gap, "SPLIT": split})

    def learn(seen: Prices) -> Estimates:
        return plain_estimates(
            Prices.from_closes(seen.symbols, seen.days, np.nan_to_num(seen.close, nan=1.0))
        )

    course = open_course(prices, prices.symbols, Plan(10, 5, 0, 19), learn)
    assert course.returns[22:27, 1] == pytest.approx([0, 0, 0, 0, 0.1])
    assert course.returns[24, 2] == 0.0
    assert np.all(np.isfinite(course.returns))


def test_weights_of_what_was_not_there_go_to_the_others() -> None:
    estimates = plain_estimates(flat_prices("2024-01-01", 5, {"B": [1.0, 2, 1, 2, 1]}))
    choose = keep_weights(np.array([0.3, 0.5]), ("A", "B"))
    assert choose(estimates, np.zeros(1)) == pytest.approx([0.8])
    assert keep_weights(np.array([1.0, 0.0]), ("A", "B"))(estimates, np.zeros(1)) == [0.0]


def test_too_short_a_history_is_said_with_numbers() -> None:
    with pytest.raises(Unsolvable) as refused:
        open_course(years_of_prices(0, 124), FIVE, SMALL, plain_estimates)
    assert refused.value.reason == "too_few_days"
    assert refused.value.facts == {"days": 123, "needed": 124}
    assert len(open_course(years_of_prices(0, 125), FIVE, SMALL, plain_estimates).lessons) == 1


def test_a_bet_that_loses_everything_is_said() -> None:
    prices = flat_prices("2024-01-01", 20, {"A": [10.0, 11] * 8 + [10, 25, 41, 50], "B": 5.0})
    with pytest.raises(Unsolvable) as refused:
        walked(prices, lambda estimates, held: np.array([-1.0, 2.0]), Plan(8, 11, 0, 11))
    assert refused.value.reason == "lost_everything"


def test_weights_that_are_no_numbers_are_a_crash() -> None:
    with pytest.raises(ValueError, match="nan"):
        walked(five_years(), lambda estimates, held: np.full(5, np.nan), SMALL)
