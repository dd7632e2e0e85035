"""Overconfidence: turnover, the switches that count, the edge that is missing, own benchmark."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import isnan

import numpy as np
import pytest

from engine.biases.overconfidence import BIAS, detect, no_edge, yearly_turnover
from engine.diagnosis import BiasFinding, Label
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.record import Record, prepare
from engine.record.switches import followed, pair, purchases, speculative_sales
from engine.record.valuation import value_months
from tests.engine.biases.records import flat_prices, trade, trades_of


def record_of(trades: list[Trade], prices: Prices) -> Record:
    assert prices.last_day is not None
    return prepare(trades, prices, until=prices.last_day)


def switcher(prices: Prices, every: int, gap: int = 1) -> list[Trade]:
    """Holds one share, sells it every so many days, and buys the other ``gap`` rows later."""
    made: list[Trade] = []
    held = 0
    for row in range(5, len(prices.days) - gap, every):
        day, next_day = prices.days[row].item(), prices.days[row + gap].item()
        if made:
            old = prices.symbols[held]
            made.append(
                trade(len(made) + 1, day, Kind.SELL, old, 10, float(prices.close[row, held]))
            )
            held = 1 - held
        new = prices.symbols[held]
        made.append(
            trade(len(made) + 1, next_day, Kind.BUY, new, 10, float(prices.close[row + gap, held]))
        )
    return made


def found(trades: list[Trade], prices: Prices) -> BiasFinding:
    return detect(record_of(trades, prices), np.random.default_rng(3))


def test_turnover_is_twelve_mean_half_volumes_and_capped() -> None:
    traded = np.array([500.0, 100.0, 300.0])
    assert yearly_turnover(traded, np.array([0.0, 1000.0, 1000.0])) == pytest.approx(12 * 0.1)
    assert yearly_turnover(traded, np.array([0.0, 1.0, 1.0])) == 50.0
    assert isnan(yearly_turnover(traded, np.zeros(3)))


def test_probability_of_no_edge() -> None:
    assert no_edge(0.002, 0.01, 0.002) == 0.5
    assert no_edge(-0.0184, 0.01, 0.002) == pytest.approx(0.9793, abs=5e-5)  # Φ(2.04)
    assert isnan(no_edge(float("nan"), 0.1, 0.002))


def test_only_complete_sales_that_a_purchase_follows_are_speculative() -> None:
    prices = flat_prices("2023-09-01", 200, {"A": 110.0, "B": 110.0, "C": 90.0})
    trades = trades_of(
        """2023-09-04 buy 10 A 100
        2023-09-04 buy 10 B 100
        2023-09-04 buy 10 C 100
        2023-10-02 sell 5 A 110
        2023-10-03 sell 5 A 110
        2023-10-20 buy 10 A 110
        2023-12-01 sell 10 B 110
        2023-12-22 buy 1 B 110
        2023-12-27 sell 10 C 90
        2023-12-28 buy 4 A 110"""
    )
    record = record_of(trades, prices)
    sales, buys = speculative_sales(record), purchases(record)
    days = record.history.days[record.history.decisions.day]
    assert [str(day) for day in days[sales]] == ["2023-10-03", "2023-12-01"]  # C: loss in December
    has_purchase, follows = followed(record, sales, buys)
    assert has_purchase.tolist() == [True, True]  # 17 and 21 days later
    assert [str(day) for day in days[buys][follows]] == ["2023-10-20", "2023-12-22"]
    assert len(pair(record).sold) == 0  # both bought back what they had sold


def test_the_gap_is_what_the_bought_share_earned_over_the_sold_one() -> None:
    """252 rows after the purchase B is down 10 %, A up 20 %: gap -.30, cost rate .002."""
    rows = 300
    a, b = np.full(rows, 100.0), np.full(rows, 50.0)
    a[270:], b[270:] = 120.0, 45.0
    prices = flat_prices("2022-01-03", rows, {"A": a, "B": b})
    days = [day.item() for day in prices.days[[2, 20, 22]]]
    trades = [
        trade(1, days[0], Kind.BUY, "A", 10, 100),
        trade(2, days[1], Kind.SELL, "A", 10, 100),
        trade(3, days[2], Kind.BUY, "B", 10, 50),
    ]
    switches = pair(record_of(trades, prices))
    assert switches.gap.tolist() == pytest.approx([-0.30])
    assert switches.value.tolist() == [500]
    finding = found(trades, prices)
    assert finding.evidence[0].kappa == pytest.approx(500 * 0.302)
    assert finding.label is Label.INSUFFICIENT


def test_a_busy_trader_without_edge() -> None:
    rng = np.random.default_rng(11)
    paths = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, (1500, 2)), axis=0))
    prices = flat_prices("2015-01-01", 1500, {"A": paths[:, 0], "B": paths[:, 1]})
    finding = found([replace(t, fee=t.price / 5) for t in switcher(prices, 21)], prices)
    assert finding.n >= BIAS.n_min
    assert finding.measures["cost_rate"] == pytest.approx(0.04, rel=0.05)  # 2 % each way
    assert finding.measures["turnover"] > 5
    assert finding.theta == pytest.approx(
        finding.measures["turnover"] * finding.measures["p_no_edge"]
    )
    assert finding.se > 0
    assert finding.horizon == 252
    assert finding.cost_ci is not None
    assert {"own_return", "frozen_return"} <= finding.measures.keys()


def test_little_turnover_is_never_overconfidence() -> None:
    rng = np.random.default_rng(11)
    paths = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, (2600, 3)), axis=0))
    paths[:, 2] = 100.0
    prices = flat_prices("2010-01-01", 2600, {"A": paths[:, 0], "B": paths[:, 1], "C": paths[:, 2]})
    big = trade(10_000, date(2010, 1, 4), Kind.BUY, "C", 100_000, 100)
    finding = found([big, *switcher(prices, 63)], prices)
    assert finding.measures["turnover"] < 0.2
    assert "low_turnover" in finding.caveats
    assert finding.p_present == 0.0
    assert finding.label in (Label.NONE, Label.INSUFFICIENT)


def test_months_begin_with_what_was_held() -> None:
    closes = {"A": np.linspace(100, 199, 100)}
    prices = flat_prices("2024-01-01", 100, closes)
    trades = trades_of("2024-01-10 buy 10 A 107\n2024-03-05 sell 10 A 146")
    months = value_months(record_of(trades, prices))
    ends = [prices.row_at(date(2024, 1, 31)), prices.row_at(date(2024, 2, 29))]
    expected = [0.0, *(10 * float(prices.close[row, 0]) for row in ends), 0.0, 0.0]
    assert months.value.tolist() == pytest.approx(expected)
    assert months.mean_value == pytest.approx(np.mean(expected[1:3]))
