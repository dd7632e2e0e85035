"""What holds of every figure, whatever the returns."""

from __future__ import annotations

import warnings
from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.arrays import Floats
from engine.performance.drawdowns import find_falls
from engine.performance.figures import FIGURES, HEADLINES, Figures, measure
from engine.performance.formulas import compound, edge_loss, fall_below_peak, tail_loss
from engine.performance.periods import by_month, by_year, find_days_per_year
from engine.performance.relative import Alpha, find_alpha
from engine.performance.sample import prepare
from engine.performance.trading import measure_trades, yearly_turnover
from engine.performance.undefined import Undefined, known

PLAIN = {"days_per_year": 252.0, "risk_free": 0.0}
# The order of the days does not change these.
OF_NO_ORDER = [
    *("total", "cagr", "mean", "volatility", "downside", "var", "cvar", "skew", "tail_ratio"),
    *("excess_kurtosis", "sharpe", "sortino", "omega", "hit_rate", "best_day", "worst_day"),
    *("beta", "alpha", "tracking_error", "information", "up_capture", "down_capture"),
]


def some_returns(least: int = 5, most: int = 60) -> st.SearchStrategy[Floats]:
    days = st.floats(-0.3, 0.3, allow_subnormal=False).map(lambda one: round(one, 6))
    return st.integers(least, most).flatmap(lambda n: arrays(np.float64, n, elements=days))


def moving(returns: Floats) -> None:
    assume(float(returns.std(ddof=1)) > 1e-4)


def same(one: Figures, other: Figures, keys: tuple[str, ...] | list[str]) -> None:
    for key in keys:
        ours, theirs = one[key], other[key]
        assert known(ours) == known(theirs), key
        if known(ours):
            assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-9), key
        else:
            assert ours is theirs


@settings(max_examples=40)
@given(some_returns(), st.data())
def test_the_order_of_days_matters_only_to_falls(returns: Floats, data: st.DataObject) -> None:
    order = np.array(data.draw(st.permutations(range(len(returns)))))
    other = np.roll(returns, 1) * 0.5 + 0.001
    one = measure(returns, benchmark=other, **PLAIN)
    two = measure(returns[order], benchmark=other[order], **PLAIN)
    same(one, two, OF_NO_ORDER)


@settings(max_examples=40)
@given(some_returns(), st.floats(0.1, 3.0))
def test_leverage_scales_risk_and_leaves_ratios(returns: Floats, by: float) -> None:
    """Of excess returns, that is: with no risk-free rate and no target."""
    moving(returns)
    assume(by * float(np.abs(returns).max()) < 0.95)
    other = np.roll(returns, 2) + 0.002
    one = measure(returns, benchmark=other, **PLAIN)
    two = measure(by * returns, benchmark=other, **PLAIN)
    same(one, two, ["sharpe", "sortino", "omega", "skew", "excess_kurtosis", "hit_rate"])
    for key in ("volatility", "downside", "var", "cvar", "mean", "best_day", "beta", "alpha"):
        ours, theirs = one[key], two[key]
        if known(ours) and known(theirs):
            assert theirs == pytest.approx(by * ours, rel=1e-9, abs=1e-12), key


@settings(max_examples=40)
@given(some_returns(2), some_returns(2))
def test_wealth_goes_on_where_it_stopped(first: Floats, second: Floats) -> None:
    one, two = measure(first, **PLAIN), measure(second, **PLAIN)
    both = measure(np.concatenate((first, second)), **PLAIN)
    totals = [found["total"] for found in (one, two, both)]
    assert all(known(one) for one in totals)
    assert 1 + totals[2] == pytest.approx((1 + totals[0]) * (1 + totals[1]))
    falls = [found["max_drawdown"] for found in (one, two, both)]
    assert falls[2] >= max(falls[0], falls[1]) - 1e-12
    assert 1 - falls[2] >= (1 - falls[0]) * (1 - falls[1]) - 1e-12


@settings(max_examples=40)
@given(some_returns(1))
def test_falls_are_shares_that_do_not_overlap(returns: Floats) -> None:
    worth, below = compound(returns), fall_below_peak(compound(returns))
    assert ((below >= 0.0) & (below < 1.0)).all()
    falls = find_falls(returns, most=100)
    figures = measure(returns, **PLAIN)
    assert max((fall.depth for fall in falls), default=0.0) == figures["max_drawdown"]
    wet = np.zeros(len(returns), dtype=bool)
    for fall in falls:
        inside = slice(fall.start + 1, len(returns) if fall.recovery is None else fall.recovery)
        assert not wet[inside].any()
        wet[inside] = True
        peak = 1.0 if fall.start < 0 else worth[fall.start]
        assert 1 - worth[fall.trough] / peak == pytest.approx(fall.depth)
        assert fall.days_down >= 1
        assert fall.recovery is None or worth[fall.recovery] >= peak * (1 - 1e-12)
        assert fall.length >= fall.days_down + (fall.days_back or 0)
    assert (wet == (below > 0)).all()
    assert figures["under_water"] == pytest.approx(wet.mean())
    assert [fall.depth for fall in falls] == sorted((f.depth for f in falls), reverse=True)


@settings(max_examples=40)
@given(some_returns(1))
def test_the_tail_is_as_rockafellar_and_uryasev_say(returns: Floats) -> None:
    """The conditional value at risk is the least of z + E[(loss - z)+] / 5 % over all z."""
    losses = -returns
    over = [z + np.maximum(losses - z, 0.0).mean() / 0.05 for z in losses]
    assert float(tail_loss(returns)) == pytest.approx(min(over), abs=1e-12)
    var = float(edge_loss(returns))
    assert var in losses
    assert (losses >= var).mean() >= 0.05 - 1e-12
    assert (losses > var).mean() < 0.05
    assert var <= float(tail_loss(returns)) + 1e-12


@settings(max_examples=40)
@given(some_returns(0, 40), st.sampled_from([0.0, 0.02, -0.01]))
def test_every_figure_is_a_number_or_says_why(returns: Floats, rate: float) -> None:
    days = np.datetime64("2020-01-01") + np.arange(len(returns))
    others = [None, returns, np.zeros(len(returns)), np.full(len(returns), 0.01), returns[::-1]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for other in others:
            found = measure(
                returns, days_per_year=252.0, risk_free=rate, benchmark=other, days=days
            )
            for key in FIGURES:
                value = found[key]
                assert isinstance(value, Undefined) or np.isfinite(value), key
                assert (found.get(key) is None) == isinstance(value, Undefined)


def test_reasons() -> None:
    up = np.array([0.01, 0.02, 0.01, 0.03])
    found = measure(up, **PLAIN)
    assert found["beta"] is found["alpha_t"] is Undefined.NO_BENCHMARK
    assert found["calmar"] is found["sortino"] is found["omega"] is Undefined.NO_LOSS
    assert found["best_year"] is Undefined.NO_DATES
    assert found["max_drawdown"] == 0.0
    still = measure(np.full(9, 0.001), benchmark=np.full(9, 0.001), **PLAIN)
    assert still["sharpe"] is still["skew"] is Undefined.STILL
    assert still["beta"] is still["alpha"] is Undefined.STILL_BENCHMARK
    assert still["down_capture"] is Undefined.ONE_SIDED_BENCHMARK
    lost = measure(np.array([0.1, -1.0, 0.2, 0.1]), **PLAIN)
    for key in ("cagr", "total", "max_drawdown", "calmar", "ulcer"):
        assert lost[key] is Undefined.RUIN
    assert known(lost["volatility"])
    one = measure(np.array([0.01]), **PLAIN)
    assert one["volatility"] is one["sharpe"] is Undefined.TOO_FEW
    assert measure(np.array([10.0]), **PLAIN)["cagr"] == pytest.approx(11.0**252 - 1)
    assert measure(np.array([50.0]), **PLAIN)["cagr"] is Undefined.TOO_GREAT


@pytest.mark.parametrize(
    "returns", [[0.1, np.nan], [0.1, np.inf], [[0.1], [0.2]], [1e200, 0.1], [1e29] * 40]
)
def test_what_is_no_course_of_returns_is_refused(returns: list[float]) -> None:
    with pytest.raises(ValueError, match="returns"):
        measure(np.array(returns), **PLAIN)


def test_other_lengths_and_no_year_are_refused() -> None:
    day = np.array([0.01, 0.02])
    with pytest.raises(ValueError, match="3 days beside 2"):
        measure(day, benchmark=np.zeros(3), **PLAIN)
    with pytest.raises(ValueError, match="days a year"):
        prepare(day, days_per_year=0.0, risk_free=0.0)


def test_figures_are_declared_once_and_fully() -> None:
    assert len({one.name for one in FIGURES.values()}) == len(FIGURES)
    for key, one in FIGURES.items():
        assert one.key == key
        assert one.better in (-1, 0, 1)
        assert all((one.name, one.definition, one.source))
    assert set(HEADLINES) < set(FIGURES)


def test_years_and_months_by_hand() -> None:
    days = np.array(["2020-01-30", "2020-01-31", "2020-03-02", "2021-03-01"], "datetime64[D]")
    returns = np.array([0.1, 0.1, -0.1, 0.2])
    assert by_year(returns, days) == pytest.approx({2020: 0.089, 2021: 0.2})
    assert by_month(returns, days) == pytest.approx(
        {(2020, 1): 0.21, (2020, 3): -0.1, (2021, 3): 0.2}
    )
    figures = measure(returns, days=days, **PLAIN)
    assert (figures["best_month"], figures["worst_year"]) == pytest.approx((0.21, 0.089))
    falls = find_falls(np.array([-0.1, 0.0, 0.2, -0.5]), days)
    assert [(f.start, f.trough, f.recovery, f.last) for f in falls] == [
        (2, 3, None, 3),
        (-1, 0, 2, 2),
    ]
    assert falls[0].start_day == date(2020, 3, 2)
    assert falls[1].start_day is None
    assert (falls[1].days_down, falls[1].days_back, falls[1].length) == (1, 2, 3)
    with pytest.raises(ValueError, match="lost everything"):
        find_falls(np.array([0.1, -1.0]))


def test_the_year_is_that_of_the_calendar() -> None:
    start = np.datetime64("2020-01-01")
    every = start + np.arange(700)
    trading = np.busday_offset(start, np.arange(500), roll="forward")
    assert find_days_per_year(every) == 365.0
    assert find_days_per_year(trading) == 252.0
    assert find_days_per_year(trading[np.r_[0:200, 230:500]]) == 252.0  # a month is missing
    assert find_days_per_year(start + 7 * np.arange(50)) == 52.0
    months = np.arange("2020-01", "2022-01", dtype="datetime64[M]").astype("datetime64[D]")
    assert find_days_per_year(months) == 12.0
    assert find_days_per_year(months[::3]) == 4.0
    assert find_days_per_year(months[::12]) == 1.0
    with pytest.raises(ValueError, match="frequency"):
        find_days_per_year(every[:1])


def test_trades_by_hand() -> None:
    found = measure_trades(np.array([10.0, -5.0, 20.0, 0.0, -10.0]))
    assert (found.count, found.win_rate, found.payoff, found.profit_factor) == (5, 0.4, 2.0, 2.0)
    assert measure_trades(np.zeros(0)).win_rate is Undefined.NO_TRADES
    assert measure_trades(np.array([1.0])).payoff is Undefined.NO_LOSS
    assert measure_trades(np.array([-1.0])).payoff == 0.0
    with pytest.raises(ValueError, match="finite"):
        measure_trades(np.array([np.nan]))
    assert yearly_turnover(np.array([0.1, 0.0, 0.3, 0.1]), 252.0) == pytest.approx(31.5)
    assert yearly_turnover(np.zeros(0), 252.0) is Undefined.TOO_FEW


@settings(max_examples=20)
@given(st.integers(5, 200), st.integers(0, 99))
def test_the_benchmark_itself_has_beta_one_and_no_alpha(days: int, seed: int) -> None:
    returns = np.random.default_rng(seed).normal(0.0004, 0.01, days)
    assume(returns.min() < 0 < returns.max())  # else there is nothing to capture
    found = measure(returns, days_per_year=252.0, risk_free=0.02, benchmark=returns)
    assert found["beta"] == pytest.approx(1.0)
    assert found["alpha"] == pytest.approx(0.0, abs=1e-9)
    assert found["tracking_error"] == 0.0
    assert found["information"] is Undefined.STILL
    assert found["up_capture"] == pytest.approx(1.0)
    line = measure(0.0001 + 1.5 * returns, benchmark=returns, **PLAIN)
    assert (line["beta"], line["alpha"]) == pytest.approx((1.5, 0.0252))


def test_alpha_and_its_t_by_a_plain_regression() -> None:
    """Of independent returns, whose Newey-West error is nearly that of least squares."""
    rng = np.random.default_rng(11)
    market = rng.normal(0.0004, 0.01, 3000)
    fund = 0.0003 + 0.8 * market + rng.normal(0.0, 0.005, 3000)
    told = {"days_per_year": 252.0, "risk_free": 0.05, "benchmark": market}
    found = find_alpha(prepare(fund, **told))
    assert isinstance(found, Alpha)
    free = 0.05 / 252
    x = np.column_stack((np.ones(3000), market - free))
    beta, squares, *_ = np.linalg.lstsq(x, fund - free)
    error = np.sqrt(squares[0] / 2998 * np.linalg.inv(x.T @ x)[0, 0])
    figures = measure(fund, **told)
    assert found.value == pytest.approx(252 * beta[0]) == figures["alpha"]
    assert figures["beta"] == pytest.approx(beta[1])
    assert found.error == pytest.approx(252 * error, rel=0.1)
    assert found.t == pytest.approx(found.value / found.error) == figures["alpha_t"]
