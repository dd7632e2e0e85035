"""Money put in or taken out, against plain formulas on real prices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backtest.new_money import Overdrawn, mix
from engine.optimization.solution import Unsolvable
from engine.prices import Prices

HELD = {"AAPL": 6000.0, "KO": 4000.0}


def _mix(prices: Prices, money: dict[str, float], change: dict[str, float]):  # type: ignore[no-untyped-def]
    last = prices.last_day
    assert last is not None
    return mix(prices, money, change, until=last, rng=np.random.default_rng(5))


def test_volatility_and_bad_month_by_the_formulas(demo_prices: Prices) -> None:
    found = _mix(demo_prices, HELD, {"cash": 10_000.0})
    columns = [demo_prices.column(symbol) for symbol in HELD]
    close = demo_prices.close[-found.days - 1 :, columns]
    returns = (close[1:] / close[:-1] - 1.0) @ [0.6, 0.4]
    assert found.before is not None
    assert found.before.volatility is not None
    assert found.before.volatility.value == pytest.approx(returns.std(ddof=1) * np.sqrt(252))
    months = [np.prod(1.0 + returns[n : n + 21]) - 1.0 for n in range(len(returns) - 20)]
    assert found.before.bad_month is not None
    assert found.before.bad_month.value == pytest.approx(np.quantile(months, 0.05))
    assert found.before.bad_month.low < found.before.bad_month.value < found.before.bad_month.high
    assert (found.before.largest, found.before.value) == (("AAPL", 0.6), 10_000.0)


def test_as_much_cash_again_halves_the_swings(demo_prices: Prices) -> None:
    found = _mix(demo_prices, HELD, {"cash": 10_000.0})
    assert found.before is not None
    assert found.before.volatility is not None
    assert found.after.volatility is not None
    for before, after in (
        (found.before.volatility.value, found.after.volatility.value),
        (found.before.volatility.low, found.after.volatility.low),
    ):
        assert after == pytest.approx(before / 2, rel=1e-9)
    assert found.after.largest == ("cash", 0.5)


@settings(max_examples=20)
@given(amount=st.floats(1.0, 1e6), symbol=st.sampled_from(["AAPL", "KO", "MSFT", "cash"]))
def test_put_in_and_taken_out_again_changes_nothing(
    demo_prices: Prices, amount: float, symbol: str
) -> None:
    once = _mix(demo_prices, HELD, {symbol: amount})
    back = dict(HELD)
    back[symbol] = back.get(symbol, 0.0) + amount
    again = _mix(demo_prices, back, {symbol: -amount})
    assert once.before is not None
    assert once.before.volatility is not None
    assert again.after.volatility is not None
    assert again.after.volatility.value == pytest.approx(once.before.volatility.value, rel=1e-6)


def test_too_much_taken_out_and_nothing_to_go_by(demo_prices: Prices) -> None:
    with pytest.raises(Overdrawn) as fact:
        _mix(demo_prices, HELD, {"KO": -4001.0})
    assert (fact.value.symbol, fact.value.held) == ("KO", 4000.0)
    with pytest.raises(Unsolvable):
        _mix(demo_prices, {"ZZZ": 1.0}, {"YYY": 1.0})
    first = _mix(demo_prices, {}, {"AAPL": 100.0})
    assert first.before is None
    assert first.after.largest == ("AAPL", 1.0)
    gone = _mix(demo_prices, HELD, {"AAPL": -6000.0, "KO": -4000.0, "cash": 10_000.0})
    assert (gone.after.volatility, gone.after.bad_month) == (None, None)
