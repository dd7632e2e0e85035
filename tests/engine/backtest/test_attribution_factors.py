"""Factors: statsmodels' figures, parts that add up, and refusals with their reasons."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.backtest.attribution.factors import (
    Explained,
    Unclear,
    Unexplained,
    explain,
    returns_on,
)
from engine.inference.regression import regress
from engine.prices import Prices
from storage.feeds import demo

GOLDEN = json.loads((Path(__file__).parent / "golden_brinson.json").read_text())


def explained(
    returns: Floats, market: Floats, factors: dict[str, Floats]
) -> Explained | Unexplained:
    days = np.datetime64("2020-01-01") + np.arange(len(returns))
    rate = np.full(len(returns), 0.0001)
    return explain(days, returns, market, factors, rate, days_per_year=252)


def test_the_errors_of_statsmodels() -> None:
    assert GOLDEN["made_with"]["statsmodels"] == "0.15.0"
    for case in GOLDEN["regression"]:
        x = np.array(case["x"])
        design = np.column_stack((np.ones(len(x)), x))
        fit = regress(np.array(case["y"]), design, case["lag"], leverage_allowed_for=False)
        assert fit is not None
        assert fit.beta == pytest.approx(case["beta"], rel=1e-8)
        assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(case["error"], rel=1e-8)


def test_the_fit_of_statsmodels() -> None:
    """Three columns as market and two factors; our errors allow for leverage and are larger."""
    case = GOLDEN["regression"][1]
    x = np.array(case["x"])
    market = x[:, 0] + 0.0001
    factors = {"ONE": x[:, 1] + market, "TWO": x[:, 2] + market}
    found = explained(np.array(case["y"]) + 0.0001, market, factors)
    assert isinstance(found, Explained)
    estimates = [found.alpha, *(one.beta for one in found.loadings)]
    scale = np.array([252, 1, 1, 1])
    assert [one.value for one in estimates] == pytest.approx(case["beta"] * scale, rel=1e-8)
    errors = np.array([one.error for one in estimates])
    assert (errors > case["error"] * scale).all()
    assert errors == pytest.approx(case["error"] * scale, rel=0.25)
    assert (found.r_squared, found.adjusted) == pytest.approx(
        (case["r_squared"], case["adjusted"]), rel=1e-8
    )
    # The width of the interval in errors is Student's, as theirs is.
    theirs = (case["high"][0] - case["low"][0]) / case["error"][0]
    assert (found.alpha.high - found.alpha.low) / found.alpha.error == pytest.approx(theirs)
    assert found.alpha.t == pytest.approx(found.alpha.value / found.alpha.error)


@given(seed=st.integers(0, 10_000), n=st.integers(70, 300), k=st.integers(0, 4))
def test_parts_add_up(seed: int, n: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0004, 0.01, n)
    factors = {f"F{i}": market + rng.normal(0, 0.005, n) for i in range(k)}
    returns = 0.0002 + 0.8 * market + rng.normal(0, 0.01, n)
    found = explained(returns, market, factors)
    assert isinstance(found, Explained)
    parts = found.alpha.value + sum(one.part for one in found.loadings)
    assert parts == pytest.approx(found.excess, abs=1e-12)
    assert found.excess == pytest.approx((returns.mean() - 0.0001) * 252, abs=1e-12)
    assert all(one.inflation >= 1.0 - 1e-9 for one in found.loadings)


def test_days_that_are_not_known_are_left_out() -> None:
    rng = np.random.default_rng(2)
    market = rng.normal(0, 0.01, 200)
    returns = market + rng.normal(0, 0.001, 200)
    returns[:10] = np.nan
    style = market + rng.normal(0, 0.01, 200)
    style[-5:] = np.nan
    found = explained(returns, market, {"S": style})
    assert isinstance(found, Explained)
    assert (found.days, found.lag) == (185, 4)
    assert (found.since, found.until) == (date(2020, 1, 11), date(2020, 7, 13))


def test_reasons() -> None:
    rng = np.random.default_rng(3)
    market = rng.normal(0, 0.01, 100)
    returns = market + rng.normal(0, 0.01, 100)
    short = explained(returns[:59], market[:59], {})
    assert short == Unexplained(Unclear.TOO_SHORT, 59, 60)
    many = {f"F{i}": market + rng.normal(0, 0.01, 100) for i in range(9)}
    assert explained(returns, market, many) == Unexplained(Unclear.TOO_SHORT, 100, 110)
    still = explained(np.full(100, 0.0001), market, {})
    assert still == Unexplained(Unclear.STILL, 100, 60)
    style = market + rng.normal(0, 0.01, 100)
    twice = {"A": style, "B": style, "C": market + rng.normal(0, 0.01, 100)}
    assert explained(returns, market, twice) == Unexplained(Unclear.INDISTINCT, 100, 60, ("A", "B"))
    same = explained(returns, market, {"INDEX": market})
    assert same == Unexplained(Unclear.INDISTINCT, 100, 60, ("INDEX",))


def test_what_is_nearly_the_same_is_said() -> None:
    rng = np.random.default_rng(4)
    market = rng.normal(0, 0.01, 300)
    style = market + rng.normal(0, 0.01, 300)
    factors = {"A": style, "B": style + rng.normal(0, 0.001, 300)}
    found = explained(market + rng.normal(0, 0.01, 300), market, factors)
    assert isinstance(found, Explained)
    assert found.alike == ("A", "B")
    a, b = found.loadings[1], found.loadings[2]
    assert a.inflation == pytest.approx(b.inflation, rel=0.05)
    assert a.inflation > 50


def test_a_perfect_fit_has_no_t() -> None:
    market = np.random.default_rng(5).normal(0, 0.01, 100)
    found = explained(0.0001 + 2.0 * (market - 0.0001), market, {})
    assert isinstance(found, Explained)
    assert found.loadings[0].beta.value == pytest.approx(2.0)
    assert found.loadings[0].beta.t is None
    assert found.r_squared == pytest.approx(1.0)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(6)
    held = 0
    for _ in range(300):
        market = rng.normal(0, 0.01, 250)
        found = explained(0.0001 + 1.2 * (market - 0.0001) + rng.normal(0, 0.01, 250), market, {})
        assert isinstance(found, Explained)
        held += found.alpha.low < 0.0 < found.alpha.high
    assert 0.85 < held / 300 < 0.95


def test_returns_between_days_of_another_calendar() -> None:
    days = np.array(["2024-01-02", "2024-01-03", "2024-01-05"], "datetime64[D]")
    prices = Prices.from_closes(["X"], days, np.array([[10.0], [11.0], [12.1]]))
    asked = np.array(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"])
    found = returns_on(prices, asked.astype("datetime64[D]"))[:, 0]
    assert found == pytest.approx([np.nan, np.nan, 0.1, np.nan, np.nan], nan_ok=True)
    assert returns_on(prices, days)[:, 0] == pytest.approx([np.nan, 0.1, 0.1], nan_ok=True)


def test_the_demo_has_an_index_and_factors_beside_its_market() -> None:
    index, styles = demo.read_index(), demo.read_factors()
    assert index.symbols == ("SP500",)
    assert index.days.tolist() == demo.read().days.tolist()
    assert index.close[-1, 0] == 3783.22
    assert styles.symbols == ("MTUM", "QUAL", "SIZE", "USMV", "VLUE")
    assert (styles.close.shape, styles.days[0].item()) == ((2264, 5), date(2014, 1, 2))
    assert not set(demo.read().symbols) & {*index.symbols, *styles.symbols}
    assert demo.read_index() is index


def test_a_low_volatility_fund_loads_on_itself() -> None:
    styles, index = demo.read_factors(), demo.read_index()
    moved = returns_on(styles, styles.days)
    market = returns_on(index, styles.days)[:, 0]
    others = {name: moved[:, n] for n, name in enumerate(styles.symbols) if name != "USMV"}
    rate = np.zeros(len(market))
    found = explain(styles.days, moved[:, 3], market, others, rate, days_per_year=252)
    assert isinstance(found, Explained)
    assert found.days == 2263
    assert found.loadings[0].beta.high < 1.0
    assert found.r_squared > 0.8
