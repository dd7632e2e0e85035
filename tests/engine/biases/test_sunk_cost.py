"""Averaging down: strata of adding days, cost against the mean of the market, evidence."""

from __future__ import annotations

import numpy as np
import pytest

from engine.biases.sunk_cost import BIAS, detect
from engine.diagnosis import BiasFinding, Label
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.record import prepare
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
    prices = years_of_prices(4000, 756)
    finding = found(random_trader(prices, 3, days=250, down=down), prices)
    assert np.sign(finding.theta) == np.sign(down)
    assert abs(finding.theta) == pytest.approx(1.6, abs=3 * finding.se)
    assert finding.opposite is (down < 0)
