"""Confirmation: windows after good and bad news within gains and losses, and what was read."""

from __future__ import annotations

from datetime import date
from math import log, sqrt

import numpy as np
import pytest

from engine.biases.confirmation import BIAS, combine, detect, statement_odds, window_odds
from engine.detection.finding import Label
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.context import Context, Panel, Statement
from engine.record.news_windows import find_windows
from engine.record.record import Record, prepare
from tests.engine.biases.records import (
    flat_prices,
    random_trader,
    trade,
    trades_of,
    years_of_prices,
)

MARKET = years_of_prices(4000, 756)


def news_of(seed: int, prices: Prices = MARKET, rate: float = 0.06) -> Panel:
    rng = np.random.default_rng(seed)
    shape = prices.close.shape
    tone = np.where(rng.random(shape) < rate, 1.5 * rng.normal(size=shape), 0.0)
    return Panel(prices.symbols, prices.days, tone)


def record_of(trades: list[Trade], prices: Prices = MARKET, **known: object) -> Record:
    assert prices.last_day is not None
    context = Context(**known)  # type: ignore[arg-type]
    return prepare(trades, prices, until=prices.last_day, context=context)


def test_the_published_vector() -> None:
    theta, se = window_odds(np.array([12.0, 40, 30, 400, 4, 40, 40, 400]))
    assert theta == pytest.approx(1.57999, abs=1e-5)
    assert se == pytest.approx(0.65396, abs=1e-5)
    assert np.isnan(window_odds(np.array([0.0, 0, 30, 400, 4, 40, 40, 400]))).all()


def test_parts_are_weighted_by_how_sure_they_are() -> None:
    theta, se = combine(np.array([[1.0, 0.5], [2.0, 1.0], [np.nan, np.nan]]))
    assert theta == pytest.approx((1 * 4 + 2) / 5)
    assert se == pytest.approx(sqrt(1 / 5))


def test_statements_are_held_against_what_there_was_to_read() -> None:
    theta, se = statement_odds(40, 10, 0.6)
    assert theta == pytest.approx(log(4) - log(1.5))
    assert se == pytest.approx(sqrt(1 / 40 + 1 / 10))
    assert np.isnan(statement_odds(40, 10, None)).all()
    assert np.isfinite(statement_odds(40, 0, 0.5)).all()


def test_without_news_nothing_is_said() -> None:
    finding = detect(record_of(random_trader(MARKET, 1, days=20)), None)
    assert finding.label is Label.INSUFFICIENT
    assert (finding.n, finding.cost) == (0, None)
    assert finding.caveats == ("experimental", "no_news")


def test_the_windows_by_hand() -> None:
    """A is held at a gain from the second day on. No quiet window reaches a day with news."""
    prices = flat_prices("2024-01-01", 40, {"A": 110.0, "B": 50.0})
    trades = trades_of(
        """2024-01-02 buy 10 A 100
        2024-01-18 buy 5 A 110
        2024-02-14 sell 5 A 110"""
    )
    tone = np.zeros((40, 2))
    tone[11, 0], tone[12, 0] = 2.0, -3.0  # 16 January, and the next day, within that window
    tone[21, 0] = -1.0
    tone[:, 1] = 2.0  # news of what is not held
    record = record_of(trades, prices, news=Panel(prices.symbols, prices.days, tone))
    windows = find_windows(record)
    assert windows.row.tolist() == [1, 11, 21, 26, 31]
    assert windows.tone.tolist() == [0, 1, -1, 0, 0]
    assert windows.added.tolist() == [False, True, False, False, False]
    assert windows.reduced.tolist() == [False, False, False, False, True]
    assert windows.gain.all()


def test_a_sale_within_the_window_is_a_reduction_and_the_day_of_the_news_is_not_after_it() -> None:
    prices = flat_prices("2024-01-01", 40, {"A": 90.0})
    trades = trades_of(
        """2024-01-02 buy 10 A 100
        2024-01-16 sell 4 A 90
        2024-01-31 sell 4 A 90"""
    )
    tone = np.zeros((40, 1))
    tone[11, 0] = tone[21, 0] = -2.0  # 16 and 30 January
    record = record_of(trades, prices, news=Panel(("A",), prices.days, tone))
    windows = find_windows(record)
    bad = windows.tone < 0
    assert windows.reduced[bad].tolist() == [False, True]
    assert not windows.gain.any()


def test_days_that_the_panel_does_not_cover_are_not_quiet() -> None:
    prices = flat_prices("2024-01-01", 40, {"A": 110.0})
    panel = Panel(("A",), prices.days[10:20], np.full((10, 1), 0.1))
    windows = find_windows(record_of(trades_of("2024-01-02 buy 10 A 100"), prices, news=panel))
    assert windows.row.tolist() == [10]
    assert windows.tone.tolist() == [0]


def test_news_of_a_weekend_are_known_on_monday() -> None:
    prices = flat_prices("2024-01-01", 40, {"A": 110.0})
    days = np.array(["2024-01-05", "2024-01-13", "2024-02-20"], dtype="datetime64[D]")
    panel = Panel(("A",), days, np.array([[0.0], [2.0], [0.0]]))
    trades = trades_of("2024-01-02 buy 10 A 100\n2024-01-15 buy 5 A 110")
    windows = find_windows(record_of(trades, prices, news=panel))
    good = windows.tone > 0
    assert prices.days[windows.row[good]].tolist() == [date(2024, 1, 12)]
    assert windows.added[good].all()


def test_bad_news_sat_out_costs_what_the_share_then_lost_on_the_market() -> None:
    """110 from the fifth day after the news, then 5 % down over the 58 days to the horizon."""
    path = np.r_[np.full(29, 110.0), np.linspace(110, 104.5, 59), np.full(20, 104.5)]
    prices = flat_prices("2024-01-01", len(path), {"A": path, "B": 50.0})
    tone = np.zeros((len(path), 2))
    tone[24, 0] = -2.0
    record = record_of(
        trades_of("2024-01-02 buy 10 A 100"),
        prices,
        news=Panel(prices.symbols, prices.days, tone),
        statements=tuple(Statement(date(2024, 1, 5), "A", n < 32) for n in range(40)),
        supportive_share=0.5,
    )
    finding = detect(record, np.random.default_rng(1))
    assert (finding.unit, finding.n, finding.n_min) == ("statements", 40, 30)
    assert finding.measures["theta50"] == 0.4
    assert finding.cost is not None
    share = finding.measures["attributable"]
    assert finding.cost == pytest.approx(share * 1100 * 0.025 / record.years(63))


def test_talk_without_knowing_what_there_was_is_not_used() -> None:
    said = tuple(Statement(date(2003, 1, 5), "A", True) for _ in range(40))
    finding = detect(record_of(random_trader(MARKET, 1, days=20), statements=said), None)
    assert finding.label is Label.INSUFFICIENT
    assert "unknown_mix" in finding.caveats


def biased_trader(panel: Panel, seed: int, tilt: float) -> list[Trade]:
    """Holds everything; each day adds to or reduces each holding by chance, and on the five days
    after news with log odds ``tilt`` / 2 more often as it agrees, less as it contradicts."""
    rng = np.random.default_rng(seed)
    strong = np.where(np.abs(panel.values) >= 1, np.sign(panel.values), 0.0)
    recent = np.zeros_like(strong)
    for lag in range(5, 0, -1):
        later = np.roll(strong, lag, axis=0)
        later[:lag] = 0.0
        recent = np.where(later != 0, later, recent)
    day = [d.item() for d in panel.days]
    made = [
        trade(n + 1, day[0], Kind.BUY, s, 100, float(MARKET.close[0, n]))
        for n, s in enumerate(panel.symbols)
    ]
    held = np.full(len(panel.symbols), 100.0)
    base = log(0.012 / 0.988)
    add = 1 / (1 + np.exp(-(base + tilt / 2 * (recent > 0))))
    cut = 1 / (1 + np.exp(-(base - tilt / 2 * (recent < 0))))
    dice = rng.random((2, *recent.shape))
    for row, column in np.argwhere((dice[0] < add) | (dice[1] < cut)).tolist():
        if row == 0:
            continue
        price = float(MARKET.close[row, column])
        side = Kind.BUY if dice[0, row, column] < add[row, column] else Kind.SELL
        quantity = round(float(held[column]) * 0.3, 6)
        held[column] += quantity if side is Kind.BUY else -quantity
        made.append(trade(len(made) + 1, day[row], side, panel.symbols[column], quantity, price))
    return made


def test_nobody_without_the_bias_is_told_they_have_it_more_often_than_chance() -> None:
    """At 5 % nominal: 4.7 % of 300 in a longer run."""
    z = []
    for seed in range(200):
        trades = random_trader(MARKET, seed, days=150, positions=10)
        finding = detect(record_of(trades, news=news_of(seed + 5000)), None)
        z.append(finding.theta / finding.se)
    assert np.mean(np.array(z) > 1.645) <= 0.08
    assert 0.7 < np.std(z) < 1.15


def test_those_who_hear_what_agrees_are_told_from_others() -> None:
    groups = []
    for tilt in (0.0, 2 * BIAS.theta50):
        found = []
        for seed in range(25):
            panel = news_of(seed + 300)
            finding = detect(record_of(biased_trader(panel, seed, tilt), news=panel), None)
            assert finding.n >= 20
            found.append(finding.p_present)
        groups.append(np.array(found))
    assert np.mean(groups[1][:, None] > groups[0][None, :]) >= 0.80
