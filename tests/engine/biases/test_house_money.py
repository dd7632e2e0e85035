"""House money: the states, the risk of a purchase, size and power, and the word before a trade."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import exp, isnan, log

import numpy as np
import pytest

from engine.biases.house_money import BIAS, STATE_MIN, detect, facts, feeds, trailing_volatility
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.record import prepare
from tests.engine.biases.random_markets import YEARS_BEFORE, better, bought, record_of, sold, walk
from tests.engine.biases.records import flat_prices, random_trader, trade, years_of_prices


def gambler(
    prices: Prices, seed: int, tilt: float = 0.0, trades: int = 150, revenge: float = 0.0
) -> list[Trade]:
    """Two years of purchases and sales on random days. Money per purchase is log-normal around
    1,000, times exp(±tilt / 2) after 21 rows with realised gains or losses, and exp(revenge) on
    the day after a loss."""
    rng, close = np.random.default_rng(seed), prices.close
    span = np.arange(YEARS_BEFORE, len(close))
    rows = np.sort(rng.choice(span, size=trades, replace=False)).tolist()
    made: list[Trade] = []
    held: dict[int, tuple[float, float]] = {}
    realised: list[tuple[int, float]] = []

    def buy(row: int) -> None:
        column = int(rng.choice([c for c in range(30) if c not in held]))
        month = sum(money for day, money in realised if day >= row - 21)
        soon = sum(money for day, money in realised if day == row - 1)
        money = 1000 * exp(rng.normal(0, 0.4) + tilt * np.sign(month) / 2 + revenge * (soon < 0))
        held[column] = (bought(made, prices, row, column, money), close[row, column])

    for _ in range(6):
        buy(rows[0])
    for row in rows[1:]:
        if len(held) > 2 and (rng.random() < 0.5 or len(held) > 12):
            column = list(held)[int(rng.integers(len(held)))]
            shares, cost = held.pop(column)
            realised.append((row, shares * (close[row, column] - cost)))
            sold(made, prices, row, column, shares)
        else:
            buy(row)
        just_lost = bool(realised) and realised[-1][0] == row and realised[-1][1] < 0
        if revenge and just_lost and row + 1 < len(close):
            buy(row + 1)
    return made


def after_states(gain: float, loss: float, other: float) -> list[Trade]:
    """Cycles of 60 rows on ``jumping``: A is bought, sold at a gain (even) or a loss (odd), and C
    bought 10 rows after that for ``gain`` or ``loss`` and sold at cost; A costs ``other``."""
    prices = jumping()
    made: list[Trade] = []
    for n in range(20):
        row = 100 + 60 * n
        shares = bought(made, prices, row, 0, other)
        sold(made, prices, row + 10, 0, shares)
        shares = bought(made, prices, row + 20, 2, gain if n % 2 == 0 else loss)
        sold(made, prices, row + 40, 2, shares)  # at cost
    return made


def jumping() -> Prices:
    """A rises or falls by a tenth in rows 5 to 15 of each cycle; all are noisy alike."""
    rows = 1330
    noise = np.where(np.arange(rows) % 2 == 0, 1.01, 1.0)
    level = np.ones(rows)
    for n in range(20):
        row = 100 + 60 * n
        level[row + 5 : row + 15] = 1.1 if n % 2 == 0 else 0.9
    return flat_prices(
        "2015-01-01", rows, {"A": 100 * level * noise, "B": 100 * noise, "C": 50 * noise}
    )


def test_calibration() -> None:
    assert (BIAS.n_min, BIAS.theta50, STATE_MIN) == (30, 0.20, 8)
    assert BIAS.calibration is Calibration.WEAK


def test_risk_is_three_times_as_large_after_gains() -> None:
    """The volatility of C and of the market repeat every cycle, so θ = ln(1,500 / 500)."""
    prices = jumping()
    finding = detect(record_of(after_states(1500, 500, 1000), prices), None)
    assert (finding.n, finding.measures["gains"], finding.measures["losses"]) == (40, 10, 10)
    assert finding.theta == pytest.approx(log(3), abs=0.02)
    ratio = finding.measures["after_gain"] / finding.measures["after_loss"]
    assert ratio == pytest.approx(exp(finding.theta))
    assert finding.label is Label.STRONG
    assert finding.cost is None
    assert finding.evidence == ()
    again = detect(record_of(after_states(500, 1500, 1000), prices), None)
    assert again.theta == pytest.approx(-finding.theta, abs=0.02)
    assert again.opposite


def test_volatility_is_that_of_63_returns() -> None:
    rng = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(rng.normal(0, [0.01, 0.03], (300, 2)), axis=0))
    change = close[1:] / close[:-1] - 1
    found = trailing_volatility(close)
    assert found[200] == pytest.approx(change[137:200].std(axis=0, ddof=1))
    assert np.isnan(found[41]).all()
    assert not np.isnan(found[42]).any()
    assert np.isnan(trailing_volatility(np.full((100, 1), 5.0))).all()


def test_purchases_without_a_known_risk_are_left_out_and_counted() -> None:
    prices = jumping()
    made = after_states(1500, 500, 1000)
    made += [trade(900, prices.days[400].item(), Kind.BUY, "X", 1, 5)]
    made += [trade(901, prices.days[20].item(), Kind.BUY, "B", 1, 100)]
    finding = detect(record_of(made, prices), None)
    assert finding.measures["unpriced"] == 2
    assert finding.n == 40


def test_below_the_minimal_sample_there_is_no_label() -> None:
    prices = jumping()
    finding = detect(record_of(after_states(1500, 500, 1000)[:60], prices), None)
    assert finding.n == 30
    assert min(finding.measures["gains"], finding.measures["losses"]) < STATE_MIN
    assert finding.label is Label.INSUFFICIENT
    nobody = detect(record_of([], prices), None)
    assert isnan(nobody.theta)
    assert nobody.n == 0


def test_scale_and_names_do_not_matter() -> None:
    prices = walk(2)
    trades = gambler(prices, 2, tilt=0.4)
    plain = detect(record_of(trades, prices), None)
    names = {name: f"{90 - n:02d}" for n, name in enumerate(prices.symbols)}
    other = Prices.from_closes(
        tuple(names[s] for s in prices.symbols), prices.days, prices.close * 10
    )
    renamed = [replace(t, symbol=names[t.symbol], price=t.price * 10) for t in trades]
    again = detect(record_of(renamed, other), None)
    assert again.theta == pytest.approx(plain.theta, abs=1e-9)
    assert again.se == pytest.approx(plain.se, abs=1e-9)


def test_size_and_power() -> None:
    """120 people without the bias, 40 with twice the average: 2 years, 75 purchases."""

    def found(seed: int, tilt: float) -> BiasFinding:
        prices = walk(seed)
        return detect(record_of(gambler(prices, seed, tilt), prices), None)

    null = [found(seed, 0.0) for seed in range(120)]
    biased = [found(seed, 2 * BIAS.theta50) for seed in range(40)]
    z_null = np.array([one.theta / one.se for one in null])
    assert np.mean(z_null > 1.645) <= 0.10
    assert np.mean(z_null < -1.645) <= 0.10
    assert np.mean([one.intensity >= 50 for one in null]) < 0.05
    assert better([one.theta / one.se for one in biased], z_null.tolist()) >= 0.90
    assert np.mean([one.theta for one in biased]) == pytest.approx(0.4, abs=0.06)


def test_restless_markets_after_losses_are_allowed_for() -> None:
    """Shares of random numbers in a real market: without the two controls 12 to 30 in 100 random
    traders would take less risk after gains."""
    z = []
    for seed in range(60):
        prices = years_of_prices(1000 + 100 * seed, 756)
        finding = detect(record_of(random_trader(prices, seed, days=75), prices), None)
        z.append(finding.theta / finding.se)
    assert np.mean(np.array(z) > 1.645) <= 0.12
    assert np.mean(np.array(z) < -1.645) <= 0.12


def test_revenge_is_measured_within_a_day() -> None:
    prices = walk(6)
    finding = detect(record_of(gambler(prices, 6, trades=250, revenge=1.0), prices), None)
    # Purchases come on the next day, exactly 24 hours later or some seconds more or less.
    assert finding.measures["revenge_trades"] >= 0
    close = [
        replace(one, at=one.at - timedelta(hours=2)) if one.kind is Kind.BUY else one
        for one in gambler(prices, 6, trades=250, revenge=1.0)
    ]
    soon = detect(record_of(close, prices), None)
    assert soon.measures["revenge_trades"] >= 10


def test_the_word_before_a_purchase() -> None:
    prices = jumping()
    made = after_states(1500, 500, 1000)[:-4]  # ends with a cycle that has a gain
    today = prices.days[100 + 60 * 18 + 20].item()
    record = prepare(made[:-2], prices, until=today)
    buy = trade(999, today, Kind.BUY, "C", 60, 50)
    assert feeds(record, buy)
    assert not feeds(record, replace(buy, quantity=buy.quantity / 10))  # less than usual
    assert not feeds(record, replace(buy, kind=Kind.SELL))
    assert not feeds(record, replace(buy, planned=True))
    assert not feeds(record, replace(buy, symbol="X"))
    later = prices.days[100 + 60 * 18 + 40].item()
    long_ago = prepare(made[:-2], prices, until=later)
    assert not feeds(long_ago, trade(999, later, Kind.BUY, "C", 60, 50))
    shown = facts(record, buy, detect(record, None))
    assert shown["symbol"] == "C"
    assert shown["risk"] == pytest.approx(2.0, rel=0.01)  # the median is 1,500 of C
    assert isinstance(shown["realised"], float)
    assert shown["realised"] > 0
    assert shown["revenge"] == 0
