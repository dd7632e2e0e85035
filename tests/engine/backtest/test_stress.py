"""Falls of the past and falls to come, on what is held: against formulas written out plainly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.backtest.crises import CRISES, crisis_named, replay
from engine.backtest.shock import LEAST, WINDOW, index_of, shock
from engine.detection.scoring import Z90
from engine.prices import Prices

HELD = {"AAPL": 14_000.0, "KO": 5_000.0, "XOM": 3_000.0}


def _walk(rng: np.random.Generator, days: int, betas: list[float], noise: float) -> Prices:
    market = rng.normal(0.0004, 0.01, days)
    returns = np.outer(market, [1.0, *betas]) + rng.normal(0, noise, (days, len(betas) + 1))
    returns[:, 0] = market
    close = 100.0 * np.cumprod(1.0 + returns, axis=0)
    names = ["M", *(f"S{n}" for n in range(len(betas)))]
    start = np.datetime64("2015-01-01")
    return Prices.from_closes(names, start + np.arange(days), close)


@pytest.mark.parametrize("crisis", CRISES, ids=lambda one: one.name)
def test_a_crisis_is_bought_at_the_peak_and_kept(demo_prices: Prices, crisis: object) -> None:
    assert isinstance(crisis, type(CRISES[0]))
    found = replay(demo_prices, HELD, crisis)
    assert found is not None
    first, last = demo_prices.row_at(crisis.peak), demo_prices.row_at(crisis.trough)
    worth = sum(
        money
        * demo_prices.close[last, demo_prices.column(symbol)]
        / demo_prices.close[first, demo_prices.column(symbol)]
        for symbol, money in HELD.items()
    )
    assert found.change == pytest.approx(worth / sum(HELD.values()) - 1.0, rel=1e-12)
    assert sum(part for _, part in found.parts) == pytest.approx(worth - sum(HELD.values()))
    assert found.worst <= found.change
    assert found.parts[0][1] == min(part for _, part in found.parts)
    assert (found.missing, found.covered) == ((), sum(HELD.values()))


def test_what_had_no_prices_is_named_and_not_guessed(demo_prices: Prices) -> None:
    crisis = crisis_named("2008")
    assert crisis is not None
    close = demo_prices.close.copy()
    close[: demo_prices.row_at(crisis.trough) - 5, demo_prices.column("KO")] = np.nan
    young = Prices.from_closes(demo_prices.symbols, demo_prices.days.copy(), close)
    found = replay(young, {**HELD, "ZZZ": 100.0}, crisis)
    assert found is not None
    assert found.missing == ("KO", "ZZZ")
    assert found.covered == 17_000.0
    assert replay(young, {"KO": 1.0}, crisis) is None
    assert replay(demo_prices.until(crisis.peak), HELD, crisis) is None
    assert replay(demo_prices, {}, crisis) is None


def test_beta_and_range_against_the_formulas(demo_prices: Prices) -> None:
    index = index_of(demo_prices, demo_prices.symbols)
    found = shock(demo_prices, HELD, -0.3, index)
    assert found is not None
    market = (index[1:] / index[:-1] - 1.0)[-WINDOW:]
    columns = [demo_prices.column(symbol) for symbol in HELD]
    returns = (demo_prices.close[1:] / demo_prices.close[:-1] - 1.0)[-WINDOW:, columns]
    put = np.array(list(HELD.values()))
    betas = [np.cov(one, market)[0, 1] / market.var(ddof=1) for one in returns.T]
    assert [one.beta for one in found.exposures] == pytest.approx(betas, rel=1e-9)
    assert found.change == pytest.approx(float(put @ betas) / put.sum() * -0.3, rel=1e-9)
    own = returns @ put / put.sum()
    slope = np.cov(own, market)[0, 1] / market.var(ddof=1)
    rest = own - own.mean() - slope * (market - market.mean())
    assert found.beta == pytest.approx(slope, rel=1e-9)
    assert found.interval is not None
    assert found.beta_error is not None
    width = Z90 * np.sqrt((found.beta_error * 0.3) ** 2 + rest.var(ddof=2) * 21)
    assert found.interval == pytest.approx((found.change - width, found.change + width), rel=1e-6)


def test_the_range_holds_what_then_happens() -> None:
    rng, held, hit = np.random.default_rng(7), {"S0": 60.0, "S1": 40.0}, 0
    for _ in range(200):
        prices = _walk(rng, WINDOW + 1, [1.3, 0.6], 0.012)
        found = shock(prices, held, -0.2, prices.close[:, 0])
        assert found is not None
        assert found.interval is not None
        own = rng.normal(0, 0.012, (21, 2)).sum(axis=0) @ [0.6, 0.4]
        happened = (0.6 * 1.3 + 0.4 * 0.6) * -0.2 + own
        hit += found.interval[0] <= happened <= found.interval[1]
    assert 0.84 <= hit / 200 <= 0.96


@given(
    size=st.floats(-1.0, 1.0),
    money=st.lists(st.floats(1.0, 1e6), min_size=2, max_size=2),
)
def test_parts_add_up_and_nothing_falls_by_more_than_all(size: float, money: list[float]) -> None:
    prices = _walk(np.random.default_rng(3), 400, [2.5, 0.4], 0.01)
    found = shock(prices, {"S0": money[0], "S1": money[1]}, size, prices.close[:, 0])
    assert found is not None
    total = sum(part for _, part in found.parts)
    assert total == pytest.approx(found.change * found.covered, abs=1e-6)
    put = dict(zip(("S0", "S1"), money, strict=True))
    assert all(part >= -put[symbol] - 1e-9 for symbol, part in found.parts)


def test_too_little_is_said(demo_prices: Prices) -> None:
    short = _walk(np.random.default_rng(1), LEAST, [1.0], 0.01)
    assert shock(short, {"S0": 1.0}, -0.3, short.close[:, 0]) is None
    assert shock(demo_prices, {"ZZZ": 1.0}, -0.3, demo_prices.close[:, 0]) is None
    apart: Floats = demo_prices.close.copy()
    apart[-400:, demo_prices.column("KO")] = np.nan
    apart[:-400, demo_prices.column("AAPL")] = np.nan
    prices = Prices.from_closes(demo_prices.symbols, demo_prices.days.copy(), apart)
    found = shock(prices, {"KO": 1.0, "AAPL": 1.0}, -0.3, demo_prices.close[:, 0].copy())
    assert found is not None
    assert (found.beta, found.interval) == (None, None)
