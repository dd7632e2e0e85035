"""From prices to panels: every trouble is found and told; nothing is decided silently."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from engine.backtest.costs import Costs
from engine.backtest.history import NoDays, open_panel, share_out
from engine.backtest.panel import Panel, Problem, Trouble, Unfit, Way
from engine.backtest.rebalancing import calendar
from engine.backtest.simulation import simulate
from engine.backtest.splits import adjust
from engine.backtest.strategies import equal_weight, fixed_weights
from engine.prices import Prices
from tests.engine.biases.records import flat_prices, real_prices

ROWS = 120
SINCE, UNTIL = date(2020, 1, 1), date(2020, 6, 30)


def market(**changes: np.ndarray) -> Prices:
    """Five assets on weekdays from December 2019 on; some of their closes changed."""
    rng = np.random.default_rng(3)
    closes = {
        symbol: 50 * np.exp(np.cumsum(rng.normal(0, 0.01, 150))) for symbol in ("A", "B", "C", "P")
    }
    return flat_prices("2019-12-02", 150, closes | changes)


def holed(prices: Prices, symbol: str, rows: slice) -> Prices:
    close = prices.close.copy()
    close[rows, prices.column(symbol)] = np.nan
    return replace(prices, close=close)


def opened(prices: Prices, symbols: str = "ABC", **ways: tuple[Way, str]) -> Panel:
    return open_panel(prices, tuple(symbols), since=SINCE, until=UNTIL, ways=ways)


def problems(prices: Prices, symbols: str = "ABC", **ways: tuple[Way, str]) -> list[Problem]:
    with pytest.raises(Unfit) as fact:
        opened(prices, symbols, **ways)
    return list(fact.value.problems)


def test_complete_prices_have_no_trouble() -> None:
    panel = opened(market())
    assert panel.days[0] == np.datetime64("2020-01-01")
    assert panel.days[-1] == np.datetime64("2020-06-26")
    assert panel.tradable.all()
    assert panel.last == (-1, -1, -1)
    assert panel.doubts == ()
    assert len(panel.past_days) == 22
    assert not panel.close.flags.writeable


def test_start_after_the_end() -> None:
    with pytest.raises(NoDays) as fact:
        open_panel(market(), ("A",), since=UNTIL, until=SINCE)
    assert (fact.value.since, fact.value.until) == (UNTIL, SINCE)
    with pytest.raises(NoDays):
        open_panel(market(), ("A",), since=date(2030, 1, 1), until=date(2031, 1, 1))


@pytest.mark.parametrize("symbols", [(), ("A", "A")])
def test_symbols_without_sense(symbols: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="symbols"):
        open_panel(market(), symbols, since=SINCE, until=UNTIL)


def test_all_troubles_are_told_at_once() -> None:
    prices = holed(holed(market(), "A", slice(0, 40)), "B", slice(60, 63))
    close = prices.close.copy()
    close[80:, prices.column("C")] *= 100
    found = problems(replace(prices, close=close), "ABCX")
    assert [(p.symbol, p.trouble, p.since, p.count) for p in found] == [
        ("A", Trouble.STARTS_LATE, "2020-01-27", 18),
        ("B", Trouble.GAPS, "2020-02-24", 3),
        ("C", Trouble.JUMP, "2020-03-23", 1),
        ("X", Trouble.NO_PRICES, "2020-01-01", 0),
    ]
    assert found[2].size == pytest.approx(100, rel=0.1)


def test_late_start() -> None:
    prices = holed(market(), "A", slice(0, 40))
    later = opened(prices, A=(Way.START_THERE, ""))
    assert str(later.days[0]) == "2020-01-27"
    assert later.doubts == (("A", "starts the simulation 2020-01-27"),)
    without = opened(prices, A=(Way.LEAVE_OUT, ""))
    assert without.symbols == ("B", "C")
    assert share_out({"A": 0.5, "B": 0.3, "C": 0.1}, without.symbols) == pytest.approx(
        {"B": 0.675, "C": 0.225}
    )
    waiting = opened(prices, A=(Way.ACCEPT, ""))
    path = simulate(
        waiting, equal_weight.build(waiting.symbols), calendar.build("daily"), capital=1
    )
    assert (path.worth[:18, 0] == 0.0).all()
    assert path.worth[17, 1] == pytest.approx(path.values[17] / 2)
    assert path.worth[18, 0] == pytest.approx(path.values[18] / 3)


def test_proxy_returns_until_the_start() -> None:
    prices = holed(market(), "A", slice(0, 40))
    panel = opened(prices, A=(Way.PROXY, "P"))
    other = opened(market(), "P").close[:, 0]
    assert np.allclose(panel.close[1:19, 0] / panel.close[:18, 0], other[1:19] / other[:18])
    assert (panel.close[18:, 0] == prices.close[40:, 0][: len(panel.days) - 18]).all()
    assert panel.tradable.all()
    assert panel.doubts == (("A", "proxied P until 2020-01-27"),)
    absent = problems(prices, A=(Way.PROXY, "Q"))
    assert [(p.symbol, p.trouble) for p in absent] == [("Q", Trouble.NO_PRICES)]
    short = problems(holed(prices, "P", slice(30, 33)), A=(Way.PROXY, "P"))
    assert [(p.symbol, p.trouble, p.count) for p in short] == [("P", Trouble.GAPS, 3)]


def test_early_end() -> None:
    prices = holed(market(), "B", slice(100, 150))
    found = problems(prices)
    assert [(p.trouble, p.until, p.count) for p in found] == [
        (Trouble.ENDS_EARLY, "2020-04-17", 50)
    ]
    panel = opened(prices, B=(Way.ACCEPT, ""))
    assert panel.last == (-1, 77, -1)
    assert panel.doubts == (("B", "paid out 2020-04-17"),)
    proxied = opened(prices, B=(Way.PROXY, "P"))
    other = opened(market(), "P").close[:, 0]
    assert np.allclose(proxied.close[78:, 1] / proxied.close[77:-1, 1], other[78:] / other[77:-1])


def test_gaps_are_carried_and_closed_to_orders() -> None:
    prices = holed(market(), "B", slice(60, 63))
    panel = opened(prices, B=(Way.ACCEPT, ""))
    assert np.isnan(panel.close[38:41, 1]).all()
    assert (panel.mark[38:41, 1] == panel.close[37, 1]).all()
    assert not panel.tradable[38:41, 1].any()
    assert panel.doubts == (("B", "carried 3"),)
    weights = fixed_weights.build(panel.symbols, {"A": 0.5, "B": 0.5})
    path = simulate(panel, weights, calendar.build("daily"), Costs(0.001), capital=1e4)
    assert (path.traded[38:41, 1] == 0.0).all()
    assert path.imbalance() <= 1e-12


def test_days_without_trade() -> None:
    prices = market()
    volume = np.full(prices.close.shape, 1000.0)
    volume[70:75, prices.column("A")] = 0.0
    prices = replace(prices, volume=volume)
    assert [(p.trouble, p.count) for p in problems(prices)] == [(Trouble.NO_VOLUME, 5)]
    panel = opened(prices, A=(Way.ACCEPT, ""))
    assert not panel.tradable[48:53, 0].any()


def test_several_decisions_about_one_asset() -> None:
    prices = holed(holed(market(), "A", slice(0, 40)), "A", slice(60, 62))
    assert [p.trouble for p in problems(prices, A=(Way.START_THERE, ""))] == [Trouble.GAPS]
    both = [(Way.START_THERE, ""), (Way.ACCEPT, "")]
    panel = open_panel(prices, ("A", "B"), since=SINCE, until=UNTIL, ways={"A": both})
    assert panel.doubts == (("A", "starts the simulation 2020-01-27"), ("A", "carried 2"))


def test_splits_bring_quotes_to_todays_shares() -> None:
    prices = market()
    close = prices.close.copy()
    close[:80, prices.column("A")] *= 4.0
    quoted = replace(prices, close=close, volume=np.full(close.shape, 8.0))
    assert [p.trouble for p in problems(quoted)] == [Trouble.JUMP]
    adjusted = adjust(quoted, {"A": [(prices.days[80].item(), 4.0)]})
    assert np.allclose(adjusted.close, prices.close, rtol=1e-15)
    assert adjusted.volume[79, 0] == 32.0
    assert opened(adjusted).doubts == ()


def test_dividends_fall_on_the_next_trading_day_and_cash_earns() -> None:
    panel = open_panel(
        market(),
        ("A", "B"),
        since=SINCE,
        until=UNTIL,
        dividends={"A": [(date(2020, 2, 1), 0.5), (date(2019, 12, 5), 9.0)]},
        rate=0.05,
    )
    row = int(np.searchsorted(panel.days, np.datetime64("2020-02-03")))
    assert panel.dividends[row, 0] == 0.5
    assert panel.dividends.sum() == 0.5
    year = (panel.days[-1] - panel.days[0]).astype(int) / 365.0
    assert np.prod(1 + panel.rate) == pytest.approx(1.05**year)
    assert panel.rate[0] == 0.0


def test_real_shares_open_without_a_question() -> None:
    prices = real_prices()
    panel = open_panel(prices, prices.symbols, since=date(1990, 1, 1), until=prices.days[-1].item())
    assert panel.close.shape == (8313, 20)
    assert panel.doubts == ()
