"""Averaging down: strata of adding days, cost against the mean of the market, evidence."""

from __future__ import annotations

import numpy as np
import pytest

from engine.biases.sunk_cost import BIAS, detect
from engine.diagnosis import BiasFinding, Label
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.record import prepare
from tests.engine.biases.buyers import buyer, real_market, record_of
from tests.engine.biases.records import flat_prices, random_trader, trades_of, years_of_prices


def found(trades: list[Trade], prices: Prices, horizon: int = 63) -> BiasFinding:
    assert prices.last_day is not None
    record = prepare(trades, prices, until=prices.last_day, horizon=horizon)
    return detect(record, np.random.default_rng(7))


def test_calibration() -> None:
    assert BIAS.n_min == 15
    assert BIAS.theta50 == pytest.approx(np.log(1.5))


def test_an_addition_to_a_loser_and_its_cost() -> None:
    """10 A at 80 (bought at 100) falls 10 % in 5 days; the mean of three shares is -10/3 %."""
    falls = [80.0] * 10 + [72.0] * 20
    prices = flat_prices("2024-01-01", 30, {"A": falls, "B": 120.0, "C": 120.0})
    trades = trades_of(
        """2024-01-02 buy 10 A 100
        2024-01-02 buy 10 B 100
        2024-01-02 buy 10 C 100
        2024-01-10 buy 10 A 80"""
    )
    finding = found(trades, prices, horizon=5)
    assert (finding.measures["added_losers"], finding.measures["other_winners"]) == (1, 2)
    assert finding.n == 1
    assert finding.theta > 0
    (evidence,) = finding.evidence
    assert evidence.kappa == pytest.approx(800 * (-0.1 / 3 + 0.1))
    assert evidence.facts["loss"] == pytest.approx(0.2)
    assert evidence.facts["after"] == pytest.approx(-0.1)


def test_first_purchases_are_no_additions() -> None:
    prices = flat_prices("2024-01-01", 30, {"A": 80.0, "B": 120.0, "C": 120.0})
    trades = trades_of("2024-01-02 buy 10 A 100\n2024-01-02 buy 10 B 100\n2024-01-10 buy 10 C 120")
    assert found(trades, prices).measures["adding_days"] == 0


def test_one_share_has_no_benchmark() -> None:
    prices = flat_prices("2024-01-01", 90, {"A": 80.0})
    finding = found(trades_of("2024-01-02 buy 10 A 100\n2024-01-10 buy 10 A 80"), prices)
    assert "no_benchmark" in finding.caveats
    assert finding.label is Label.INSUFFICIENT
    assert finding.cost is None


@pytest.mark.parametrize("down", [1.6, -1.6])
def test_a_strong_tilt_is_found_with_its_sign(down: float) -> None:
    """Somebody who first decides to add and then to which: the model over all shares sees the
    direction, the check within days of adding the size."""
    prices = years_of_prices(4000, 756)
    finding = found(random_trader(prices, 3, days=250, down=down), prices)
    assert np.sign(finding.theta) == np.sign(down)
    assert abs(finding.theta) > 3 * finding.se
    check, spread = finding.measures["check_theta"], finding.measures["check_se"]
    assert check == pytest.approx(down, abs=3 * spread)
    assert finding.opposite is (down < 0)


@pytest.mark.parametrize("down", [0.81, -0.81])
def test_a_tilt_among_all_shares_is_measured(down: float) -> None:
    prices, signals = real_market(4000)
    trades = buyer(prices, signals, 3, {"held": 1.5, "down": down}, buys=200)
    finding = detect(record_of(trades, prices, signals), None)
    assert finding.theta == pytest.approx(down, abs=2.5 * finding.se)
    assert finding.se < finding.measures["check_se"]


def test_who_adds_to_all_holdings_alike_is_left_alone() -> None:
    """Liking what one holds is not averaging down: without the term for it, all would be found."""
    z = []
    for seed in range(40):
        prices, signals = real_market(300 + 900 * (seed % 8))
        trades = buyer(prices, signals, seed, {"held": 2.0}, buys=80)
        finding = detect(record_of(trades, prices, signals), None)
        z.append(finding.theta / finding.se)
    assert abs(np.mean(z)) < 0.45
    assert np.mean(np.array(z) > 1.645) <= 0.15
