"""From prices to estimates: what stays out and why, and that nothing else changes anything."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.optimization.estimation.covariance import COVARIANCES
from engine.optimization.estimation.estimate import RETURNS, estimate
from engine.optimization.estimation.views import UnknownAsset, prefer
from engine.optimization.solution import Unsolvable
from engine.prices import Prices
from tests.engine.biases.records import real_prices

REAL = real_prices()
END = date(2022, 12, 28)


def walk(days: int, assets: int, seed: int = 1) -> Floats:
    rng = np.random.default_rng(seed)
    return 100.0 * np.exp(np.cumsum(rng.normal(0.0003, 0.012, (days, assets)), axis=0))


def prices_of(close: Floats, start: str = "2018-01-01", every_day: bool = False) -> Prices:
    first = np.datetime64(start, "D")
    steps = np.arange(len(close))
    days = first + steps if every_day else np.busday_offset(first, steps, roll="forward")
    return Prices.from_closes([f"S{n}" for n in range(close.shape[1])], days, close)


def test_five_years_of_real_shares() -> None:
    found = estimate(REAL, REAL.symbols, until=END)
    assert found.symbols == REAL.symbols
    assert found.observations == len(found.scenarios) == 1258
    assert (found.since, found.until) == (date(2017, 12, 28), END)
    assert not found.dropped
    assert not found.doubts
    assert found.left_out == 0
    close = REAL.close[-1259:]
    assert np.array_equal(found.scenarios, close[1:] / close[:-1] - 1.0)
    assert 0.0 < found.shrinkage["mean"] < 1.0
    assert 0.0 < found.shrinkage["covariance"] < 1.0
    plain = estimate(REAL, REAL.symbols, until=END, returns="historical", covariance="sample")
    assert plain.mean == pytest.approx(found.scenarios.mean(axis=0) * 252)
    years = 1258 / 252
    assert plain.mean_se == pytest.approx(np.sqrt(np.diag(plain.covariance) / years))


@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("covariance", sorted(COVARIANCES))
def test_nothing_after_the_day_counts(returns: str, covariance: str) -> None:
    day = date(2015, 6, 30)
    options = {"returns": returns, "covariance": covariance}
    whole = estimate(REAL, REAL.symbols, until=day, **options)  # type: ignore[arg-type]
    close = REAL.close.copy()
    close[REAL.row_at(day) + 1 :] *= 7.0
    changed = Prices.from_closes(REAL.symbols, REAL.days.copy(), close)
    again = estimate(changed, REAL.symbols, until=day, **options)  # type: ignore[arg-type]
    assert np.array_equal(whole.mean, again.mean)
    assert np.array_equal(whole.covariance, again.covariance)
    assert (whole.mean_by, whole.covariance_by) == (returns, covariance)
    assert (whole.loadings is not None) == (covariance == "factor")


@pytest.mark.parametrize("covariance", ["sample", "exponential"])
def test_covariances_of_deviations_are_those_of_the_estimators(covariance: str) -> None:
    prices = prices_of(walk(700, 5))
    found = estimate(
        prices, prices.symbols, until=date(2021, 1, 1), returns="historical", covariance=covariance
    )
    assert found.deviations is not None
    yearly = COVARIANCES[covariance](found.scenarios).matrix * found.days_per_year
    np.testing.assert_allclose(found.covariance, yearly, rtol=1e-11, atol=1e-15)
    shrunk = estimate(prices, prices.symbols, until=date(2021, 1, 1), covariance=covariance)
    assert shrunk.deviations is None
    np.testing.assert_allclose(shrunk.covariance, yearly, rtol=1e-11, atol=1e-15)


def test_every_reason_to_stay_out() -> None:
    close = walk(600, 7)
    close[:, 1] = 50.0
    close[:400, 2] = np.nan
    close[500:, 3] = np.nan
    close[np.arange(600) % 5 == 0, 4] = np.nan
    close[:, 5] = np.nan
    prices = prices_of(close)
    found = estimate(prices, [*prices.symbols, "GONE"], until=date(2021, 1, 1))
    assert found.symbols == ("S0", "S6")
    assert found.dropped == {
        "S1": "constant",
        "S2": "too_few_days 200",
        "S3": f"ended {prices.days[499]}",
        "S4": "gaps 0.20",
        "S5": "no_prices",
        "GONE": "no_prices",
    }
    assert found.left_out == 0


def test_days_without_a_price_are_left_out_and_counted() -> None:
    close = walk(600, 3)
    close[100, 1] = np.nan
    close[300:303, 2] = np.nan
    close[400, 0] = 0.0
    found = estimate(prices_of(close), ["S0", "S1", "S2"], until=date(2021, 1, 1))
    assert found.left_out == 2 + 4 + 2
    assert found.observations == 599 - 8
    returns = close[1:] / np.where(close[:-1] > 0, close[:-1], np.nan) - 1.0
    gone = [99, 100, 299, 300, 301, 302, 399, 400]
    assert np.array_equal(found.scenarios, np.delete(returns, gone, axis=0))


def test_a_late_start_shortens_everything_and_is_said() -> None:
    close = walk(1000, 3)
    close[:500, 2] = np.nan
    prices = prices_of(close)
    found = estimate(prices, prices.symbols, until=date(2023, 1, 1), years=10)
    assert found.observations == 499
    assert found.doubts == {"S2": f"starts {prices.days[500]}"}
    assert found.left_out == 0


def test_jumps_like_splits_stay_out_and_are_said() -> None:
    close = walk(600, 3)
    close[300:, 1] /= 20.0
    prices = prices_of(close)
    found = estimate(prices, prices.symbols, until=date(2021, 1, 1))
    assert found.doubts == {"S1": f"jump {prices.days[300]}"}
    assert found.left_out == 1
    assert np.abs(found.scenarios).max() < 0.1


def test_scattered_gaps_drop_the_worst_until_enough_is_left() -> None:
    close = walk(500, 9)
    rng = np.random.default_rng(2)
    for n in range(1, 9):
        close[rng.choice(500, 45, replace=False), n] = np.nan
    found = estimate(prices_of(close), [f"S{n}" for n in range(9)], until=date(2021, 1, 1))
    assert "S0" in found.symbols
    assert found.observations >= 252
    assert found.dropped
    assert all(reason == "gaps 0.09" for reason in found.dropped.values())


def test_twins_and_stale_prices_are_said() -> None:
    close = walk(600, 4)
    close[:, 1] = 3.0 * close[:, 0]
    close[:, 3] = np.repeat(close[::3, 3], 3)[:600]
    found = estimate(prices_of(close), ["S0", "S1", "S2", "S3"], until=date(2021, 1, 1))
    assert found.doubts["S1"] == "same as S0"
    assert found.doubts["S3"].startswith("stale 0.6")
    assert np.all(np.isfinite(found.mean))


def test_weekends_count_where_everything_trades_on_them() -> None:
    close = walk(1000, 2)
    coins = prices_of(close, every_day=True)
    found = estimate(coins, ["S0", "S1"], until=date(2021, 1, 1))
    assert found.days_per_year == 365.0
    assert found.observations == 999
    mixed = close.copy()
    mixed[~np.is_busday(coins.days), 1] = np.nan
    prices = Prices.from_closes(("S0", "S1"), coins.days.copy(), mixed)
    found = estimate(prices, ["S0", "S1"], until=date(2021, 1, 1))
    assert found.days_per_year == 252.0
    assert found.left_out == 0
    weekdays = mixed[np.is_busday(coins.days)]
    assert np.array_equal(found.scenarios, weekdays[1:] / weekdays[:-1] - 1.0)


def test_nothing_to_estimate_is_said() -> None:
    for close, reason in (
        (np.full((400, 2), np.nan), "no_prices"),
        (np.full((400, 2), 7.0), "constant_prices"),
        (walk(200, 2), "too_few_days"),
        (walk(1, 2), "too_few_days"),
        (np.zeros((0, 2)), "no_prices"),
    ):
        with pytest.raises(Unsolvable) as refused:
            estimate(prices_of(close), ["S0", "S1"], until=date(2021, 1, 1))
        assert refused.value.reason == reason
    with pytest.raises(Unsolvable) as refused:
        estimate(prices_of(walk(200, 2)), ["S0", "S1"], until=date(2021, 1, 1))
    assert refused.value.facts == {"days": 199, "needed": 252}
    for wrong in ({"years": 0.0}, {"returns": "crystal"}, {"covariance": "ball"}):
        with pytest.raises(ValueError, match=r"years|with"):
            estimate(REAL, REAL.symbols, until=END, **wrong)


def test_views_about_what_was_dropped_are_refused() -> None:
    close = walk(600, 3)
    close[:400, 2] = np.nan
    prices, views = prices_of(close), [prefer("S0", "S2", 0.03)]
    with pytest.raises(UnknownAsset):
        estimate(prices, ["S0", "S1", "S2"], until=date(2021, 1, 1), views=views)


def test_a_market_without_the_assets_is_no_market() -> None:
    with pytest.raises(ValueError, match="market"):
        estimate(REAL, REAL.symbols, until=END, returns="equilibrium", market={"X": 1.0})


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 1000),
    returns=st.sampled_from(RETURNS),
    covariance=st.sampled_from(sorted(COVARIANCES)),
    gaps=st.integers(0, 20),
)
def test_order_and_price_level_change_nothing(
    seed: int, returns: str, covariance: str, gaps: int
) -> None:
    rng = np.random.default_rng(seed)
    close = walk(500, 5, seed)
    close[rng.integers(0, 500, gaps), rng.integers(0, 5, gaps)] = np.nan
    symbols = [f"S{n}" for n in range(5)]
    options = {"returns": returns, "covariance": covariance, "until": date(2021, 1, 1)}
    found = estimate(prices_of(close), symbols, **options)  # type: ignore[arg-type]
    order = rng.permutation(5)
    scaled = prices_of(close * rng.uniform(0.1, 10.0, 5))
    other = estimate(scaled, [symbols[n] for n in order], **options)  # type: ignore[arg-type]
    assert other.symbols == tuple(symbols[n] for n in order)
    assert other.mean == pytest.approx(found.mean[order], abs=1e-9)
    assert other.mean_se == pytest.approx(found.mean_se[order], abs=1e-9)
    assert np.abs(other.covariance - found.covariance[np.ix_(order, order)]).max() < 1e-9
    assert np.linalg.eigvalsh(found.covariance).min() > -1e-12
    assert np.all(found.mean_se > 0.0)
