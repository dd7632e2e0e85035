"""The market around decisions: splits left out, shares that were delisted, the mean of all."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.diagnosis import examine
from engine.price_file import read_prices
from engine.prices import Prices
from engine.record.market import Market, count_breaks, find_breaks, find_ends, open_market
from tests.engine.biases.records import SHARED, flat_prices, real_prices, trades_of


def market(prices: Prices) -> Market:
    return open_market(prices, prices.symbols, None)


def rows(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def delisted(length: int = 120, last: int = 40) -> Prices:
    """A falls from 100 to 60 and is gone after row ``last``; B and C go on."""
    path = np.full(length, np.nan)
    path[: last + 1] = np.linspace(100, 60, last + 1)
    return flat_prices(
        "2024-01-01", length, {"A": path, "B": 50.0, "C": np.linspace(50, 75, length)}
    )


def test_a_share_that_is_delisted_returns_its_last_close() -> None:
    prices = delisted()
    found = market(prices).forward(rows(20, 40, 41, 60), rows(0, 0, 0, 0), 30)
    assert found[0] == pytest.approx(60 / 80 - 1)
    assert found[1] == 0  # sold at the last close
    assert np.isnan(found[2:]).all()  # nothing can be bought any more


def test_an_incomplete_horizon_stays_incomplete() -> None:
    assert np.isnan(market(delisted()).forward(rows(20), rows(0), 100)).all()


def test_a_gap_at_the_end_is_no_delisting_yet() -> None:
    prices = delisted(length=61)
    assert market(prices).ended.tolist() == [-1, -1, -1]
    assert np.isnan(market(prices).forward(rows(20), rows(0), 35)).all()
    assert find_ends(delisted(length=63).close).tolist() == [40, -1, -1]
    assert find_ends(np.full((30, 1), np.nan)).tolist() == [-1]


def test_the_market_keeps_those_that_failed() -> None:
    prices = delisted()
    (found,) = market(prices).benchmark(rows(20), 30)
    gains = [60 / 80 - 1, 0.0, prices.close[50, 2] / prices.close[20, 2] - 1]
    assert found == pytest.approx(np.mean(gains))


def test_the_profile_says_that_a_share_is_gone() -> None:
    prices = delisted()
    late = date(2024, 6, 14)
    held = trades_of("2024-01-03 buy 10 A 100")
    sold_early = trades_of("2024-01-03 buy 10 B 50\n2024-01-10 sell 10 B 50")
    for trades, said in ((held, True), (sold_early, False)):
        profile = examine(trades, prices, until=late, rng=np.random.default_rng(1))
        assert ("delisted_symbols" in profile.caveats) is said


@pytest.mark.parametrize("factor", [2.0, 3.0, 1 / 2, 1 / 10, 9.4, 1 / 13.4])
def test_splits_and_other_units_break_a_series(factor: float) -> None:
    close = np.r_[np.linspace(100, 104, 20), np.linspace(103, 100, 20) * factor][:, None]
    assert find_breaks(close)[-1, 0] == 1
    assert count_breaks(close)[-1, 0] == 1


@pytest.mark.parametrize("factor", [1.6, 1 / 1.5, 5.4, 1 / 5.4])
def test_large_returns_do_not(factor: float) -> None:
    close = np.r_[np.linspace(100, 104, 20), np.linspace(103, 100, 20) * factor][:, None]
    assert find_breaks(close)[-1, 0] == 0


def test_coarse_steps_of_penny_shares_are_no_splits() -> None:
    """Twelve steps, then four, five and six, as Range Resources did in April 1990."""
    step = 0.27682
    close = step * np.r_[np.full(30, 12.0), 4, 4, 4, 5, 5, 6, 6, 8, 9][:, None]
    assert count_breaks(close)[-1, 0] == 1
    assert find_breaks(close)[-1, 0] == 0
    flat = np.r_[np.full(30, 12.0), np.full(30, 4.0)][:, None]
    assert find_breaks(flat)[-1, 0] == 1  # no step is to be seen


def test_twenty_adjusted_series_of_33_years_have_no_break() -> None:
    assert find_breaks(real_prices().close)[-1].sum() == 0


def test_the_breaks_of_the_five_investors_prices() -> None:
    """30 by whole factors and by 20 times and more; 3 by 9 to 20 times, which are other units."""
    file = SHARED / "investors_marketprices.csv"
    if not file.exists():
        pytest.skip("the five real investors' files are not on this machine")
    prices = read_prices(file.read_text()).prices
    breaks = find_breaks(prices.close)
    assert breaks[-1].sum() == 33
    for symbol, day in (("UNI", "2012-07-31"), ("PRS", "2013-05-29"), ("STEF", "2010-07-29")):
        row = prices.row_at(date.fromisoformat(day))
        assert np.diff(breaks[row - 1 : row + 1, prices.column(symbol)]).tolist() == [1]
