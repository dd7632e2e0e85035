"""Herding: trades with the crowd, against the same trades on other days of the crowd."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from math import isnan, log

import numpy as np
import pytest

from engine.biases.herding import BIAS, detect, facts, feeds
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.context import Context, Panel
from engine.record.crowd import read_crowd
from engine.record.record import Record, prepare
from engine.record.signals import read_signals
from tests.engine.biases.records import flat_prices, random_trader, trade, years_of_prices

MARKET = years_of_prices(4000, 504)


def crowd_of(seed: int, prices: Prices = MARKET, spread: float = 0.2) -> Panel:
    """Independent of prices and of anybody's trades, with ups and downs of the whole market."""
    rng = np.random.default_rng(seed)
    shape = prices.close.shape
    share = 0.5 + spread * rng.normal(size=shape) + 0.05 * rng.normal(size=(shape[0], 1))
    return Panel(prices.symbols, prices.days, np.clip(share, 0.0, 1.0))


def follower(panel: Panel, seed: int, pull: float, trades: int = 150) -> list[Trade]:
    """Buys and sells names that the crowd leans clearly about, along with log odds ``pull``.

    Half of all trades are purchases whatever the crowd does, so that only the timing is biased.
    """
    rng = np.random.default_rng(seed)
    lean = panel.values - panel.values.mean(axis=1, keepdims=True)
    made: list[Trade] = []
    shares = dict.fromkeys(panel.symbols, 0.0)
    rows = np.sort(rng.choice(len(panel.days), size=trades, replace=False))
    for number, row in enumerate(rows.tolist(), start=1):
        side = 1 if number < 20 or rng.random() < 0.5 or not any(shares.values()) else -1
        open_to = [n for n, s in enumerate(panel.symbols) if side > 0 or shares[s] > 0]
        along = side * lean[row, open_to]
        odds = np.where(np.abs(along) < 0.1, 1e-9, np.where(along > 0, np.exp(pull), 1.0))
        name = panel.symbols[open_to[int(rng.choice(len(open_to), p=odds / odds.sum()))]]
        quantity = 10.0 if side > 0 else shares[name]
        shares[name] = shares[name] + 10.0 if side > 0 else 0.0
        price = float(MARKET.close[row, MARKET.column(name)])
        kind = Kind.BUY if side > 0 else Kind.SELL
        made.append(trade(number, panel.days[row].item(), kind, name, quantity, price))
    return made


def record_of(trades: list[Trade], crowd: Panel | None = None, **more: Panel) -> Record:
    assert MARKET.last_day is not None
    known = Context(crowd=crowd, sentiment=more.get("sentiment"))
    return prepare(trades, MARKET, until=MARKET.last_day, context=known)


def found(trades: list[Trade], **known: Panel) -> BiasFinding:
    return detect(record_of(trades, **known), None)


def test_without_a_crowd_nothing_is_said() -> None:
    finding = found(random_trader(MARKET, 1, days=20))
    assert (finding.label, finding.n, finding.cost) == (Label.INSUFFICIENT, 0, None)
    assert finding.caveats == ("no_crowd_data",)
    assert isnan(finding.theta)


def by_hand() -> tuple[list[Trade], Prices, Panel]:
    """A leans +.2, -.2, +.2, +.2 against two others; one purchase with it, one against it."""
    prices = flat_prices("2024-01-01", 40, {"A": np.linspace(100, 139, 40), "B": 50.0, "C": 50.0})
    share = np.full((4, 3), 0.5)
    share[:, 0] = [0.8, 0.2, 0.8, 0.8]
    share[:, 1:] = share[:, :1] * [[-0.5, -0.5]] + [[0.75, 0.75]]  # the mean stays .5
    days = prices.days[2:6]
    trades = [
        trade(1, days[0].item(), Kind.BUY, "A", 10, 102),
        trade(2, days[1].item(), Kind.BUY, "A", 10, 103),
        trade(3, days[3].item(), Kind.SELL, "A", 20, 105),
    ]
    return trades, prices, Panel(prices.symbols, days, share)


def test_the_figures_by_hand() -> None:
    """F = 1/3; a purchase of A is with the crowd on 3 of its 4 days, a sale on 1 of 4."""
    trades, prices, panel = by_hand()
    record = prepare(
        trades, prices, until=date(2024, 2, 20), horizon=5, context=Context(crowd=panel)
    )
    finding = detect(record, None)
    assert (finding.measures["with_crowd"], finding.n) == (1, 3)
    assert finding.measures["expected_share"] == pytest.approx((0.75 + 0.75 + 0.25) / 3)
    chance = 1.75 / 3
    assert finding.theta == pytest.approx(log((1 / 3) / (2 / 3)) - log(chance / (1 - chance)))
    assert finding.measures["theta50"] == pytest.approx(log(0.8 / 0.2))
    (along,) = finding.evidence
    after, market = 107 / 102 - 1, (107 / 102 - 1) / 3
    assert along.kappa == pytest.approx(1020 * (market - after))
    assert along.facts["crowd_share"] == pytest.approx(0.8)
    assert finding.cost == 0.0  # not even half of the trades were with the crowd


def test_the_scale_is_what_the_crowd_itself_does() -> None:
    wide, narrow = (
        found(random_trader(MARKET, 2), crowd=crowd_of(3, spread=spread)) for spread in (0.3, 0.1)
    )
    assert wide.measures["theta50"] > narrow.measures["theta50"] > log(0.6 / 0.4) - 1e-9
    assert wide.calibration is Calibration.PUBLISHED
    assert found(random_trader(MARKET, 2)).measures["theta50"] == BIAS.theta50 == 0.41


def test_a_name_that_the_crowd_always_buys_says_nothing() -> None:
    panel = crowd_of(5)
    values = panel.values.copy()
    values[:, 0] = 0.99
    finding = found(follower(panel, 1, 0.0), crowd=Panel(panel.symbols, panel.days, values))
    assert MARKET.symbols[0] not in {one.symbol for one in finding.evidence}


def test_nobody_who_trades_at_random_herds_more_often_than_chance() -> None:
    """At 5 % nominal: 6.7 % of 300 in a longer run, and 2 to 6 % where the crowd is persistent."""
    z = []
    for seed in range(200):
        finding = found(random_trader(MARKET, seed, days=60), crowd=crowd_of(seed + 1000))
        z.append(finding.theta / finding.se)
    assert 0.02 <= np.mean(np.array(z) > 1.645) <= 0.085
    assert np.std(z) == pytest.approx(1.0, abs=0.15)


def test_followers_are_told_from_others() -> None:
    """At twice θ50 (the crowd's own lean, about .7) the two hardly overlap."""
    biased, others = [], []
    for seed in range(30):
        panel = crowd_of(seed + 50)
        scale = found(follower(panel, seed, 0.0), crowd=panel).measures["theta50"]
        others.append(found(follower(panel, seed, 0.0), crowd=panel).p_present)
        biased.append(found(follower(panel, seed, 2 * scale), crowd=panel).p_present)
    auc = np.mean(np.array(biased)[:, None] > np.array(others)[None, :])
    assert auc >= 0.95


def test_the_cost_has_an_interval_around_it() -> None:
    panel = crowd_of(7)
    record = record_of(follower(panel, 3, 1.5), crowd=panel)
    finding = detect(record, np.random.default_rng(1))
    assert finding.label is Label.STRONG
    assert finding.cost is not None
    assert finding.cost_ci is not None
    assert finding.cost_ci[0] < finding.cost < finding.cost_ci[1]
    share = finding.measures["share"]
    assert finding.measures["attributable"] == pytest.approx((2 * share - 1) / share)


def test_splitting_an_order_changes_nothing() -> None:
    panel = crowd_of(8)
    trades = follower(panel, 4, 1.0)
    halves = [
        replace(one, id=type(one.id)(int=one.id.int * 1000 + n), quantity=one.quantity / 2)
        for one in trades
        for n in range(2)
    ]
    whole, parts = (found(those, crowd=panel) for those in (trades, halves))
    assert parts.theta == pytest.approx(whole.theta, abs=1e-9)
    assert parts.se == pytest.approx(whole.se, abs=1e-9)


def test_sentiment_that_only_follows_the_price_is_no_crowd() -> None:
    signals = read_signals(MARKET)
    momentum = Panel(MARKET.symbols, MARKET.days, np.clip(0.3 * signals.z21, -1, 1))
    pure = read_crowd(record_of([], sentiment=momentum))
    assert pure is not None
    assert pure.proxy
    noise = np.random.default_rng(1).normal(0, 0.3, MARKET.close.shape)
    mixed = Panel(MARKET.symbols, MARKET.days, 0.3 * signals.z21 + noise)
    crowd = read_crowd(record_of([], sentiment=mixed))
    assert crowd is not None
    known = ~np.isnan(crowd.share) & ~np.isnan(signals.z21)
    assert abs(np.corrcoef(crowd.lean[known], signals.z21[known])[0, 1]) < 0.02
    assert np.corrcoef(crowd.lean[known], noise[known])[0, 1] > 0.9
    finding = found(random_trader(MARKET, 3), sentiment=mixed)
    assert finding.caveats == ("sentiment_proxy",)
    assert finding.calibration is Calibration.WEAK
    assert finding.measures["theta50"] == 0.41


def test_a_proposed_trade_is_held_against_the_day_before() -> None:
    trades, prices, panel = by_hand()
    day = panel.days[3].item()
    record = prepare(trades[:2], prices, until=day, context=Context(crowd=panel))
    monday = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    buy = replace(trade(9, day, Kind.BUY, "A", 10, 105), at=monday)
    assert feeds(record, buy)  # .8 the day before
    assert not feeds(record, replace(buy, kind=Kind.SELL))
    assert not feeds(record, replace(buy, planned=True))
    assert not feeds(record, replace(buy, symbol="ZZ"))
    assert not feeds(record, replace(buy, at=monday.replace(day=5)))  # after the .2 of its eve
    later = prepare(trades[:2], prices, until=date(2024, 1, 31), context=Context(crowd=panel))
    assert not feeds(later, replace(buy, at=monday.replace(day=31)))  # weeks later
    said = facts(record, buy, detect(record, None))
    assert said["symbol"] == "A"
    assert said["crowd_share"] == pytest.approx(0.8)
    assert said["signals"] == 2
