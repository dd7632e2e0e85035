"""What is said about a day does not depend on what came after it (DESIGN rule 6)."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from engine.diagnosis import examine, foresee
from engine.ledger import Kind
from engine.prices import Prices
from engine.simulation.sample_investor import DEMO_SEED, sample_trades

CUTS = (date(2018, 3, 1), date(2020, 3, 15), date(2021, 12, 31), date(2022, 10, 8))  # two weekends


def test_until_never_serves_a_later_day(demo_prices: Prices) -> None:
    first, last = demo_prices.days[0].item(), demo_prices.days[-1].item()
    for offset in range(-3, (last - first).days + 3, 7):
        day = first + timedelta(days=offset)
        known = demo_prices.until(day)
        assert known.last_day is None or known.last_day <= day
        following = demo_prices.days[len(known.days) : len(known.days) + 1]
        assert all(later.item() > day for later in following)  # and nothing is kept back


def garbled_after(prices: Prices, day: date) -> Prices:
    """The same past, another future."""
    close = prices.close.copy()
    row = prices.row_at(day) + 1
    close[row:] *= np.random.default_rng(3).uniform(0.2, 5.0, close[row:].shape)
    return Prices.from_closes(prices.symbols, prices.days, close)


def test_findings_of_a_day_do_not_change_with_the_days_after_it(demo_prices: Prices) -> None:
    trades = sample_trades(demo_prices, np.random.default_rng(DEMO_SEED))
    for day in CUTS:
        told = [
            repr(examine(trades, prices, until=day, rng=np.random.default_rng(1)))
            for prices in (demo_prices, garbled_after(demo_prices, day))
        ]
        assert told[0] == told[1]


def test_a_warning_does_not_change_with_the_days_after_the_trade(demo_prices: Prices) -> None:
    """Of the later sales of the sample investor, each as if it was only being considered."""
    trades = sample_trades(demo_prices, np.random.default_rng(DEMO_SEED))
    warned = 0
    for sale in [trade for trade in trades if trade.kind is Kind.SELL][-48::4]:
        other = garbled_after(demo_prices, sale.at.date())
        told = [repr(foresee(trades, sale, prices)) for prices in (demo_prices, other)]
        assert told[0] == told[1]
        warned += told[0] != "None"
    assert warned  # otherwise this would have shown nothing
