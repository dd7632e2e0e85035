"""The disposition effect: published examples, costs, evidence, caveats and its reruns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from engine.biases.disposition import detect
from engine.detection.proportions import proportions
from engine.diagnosis import DISCRETIONARY, BiasFinding, Convention, Label
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.record import prepare
from tests.engine.biases.records import flat_prices, random_trader, trades_of, years_of_prices


def found(
    trades: list[Trade], prices: Prices, convention: Convention = DISCRETIONARY, horizon: int = 63
) -> BiasFinding:
    assert prices.last_day is not None
    record = prepare(trades, prices, until=prices.last_day, convention=convention, horizon=horizon)
    return detect(record, np.random.default_rng(7))


def test_odean_example_of_two_investors() -> None:
    """Daymon holds A..E (winners A, B) and sells A and C; Rosalie holds F, G, H (winners F, G) and
    sells F → PGR 1/2, PLR 1/4."""
    prices = flat_prices(
        "2024-01-01",
        30,
        dict.fromkeys("ABFG", 120.0) | dict.fromkeys("CDEH", 80.0),
    )
    daymon = trades_of(
        "\n".join(f"2024-01-02 buy 10 {s} 100" for s in "ABCDE")
        + "\n2024-01-10 sell 10 A 120\n2024-01-10 sell 10 C 80"
    )
    rosalie = trades_of(
        "\n".join(f"2024-01-02 buy 10 {s} 100" for s in "FGH") + "\n2024-01-10 sell 10 F 120"
    )
    counts = {"rg": 0.0, "pg": 0.0, "rl": 0.0, "pl": 0.0}
    for trades in (daymon, rosalie):
        measures = found(trades, prices).measures
        counts = {key: counts[key] + measures[key] for key in counts}
    assert counts == {"rg": 2, "pg": 2, "rl": 1, "pl": 3}
    pooled = proportions(*counts.values())
    assert (pooled["pgr"], pooled["plr"]) == (0.5, 0.25)


def test_odeans_ten_thousand_accounts() -> None:
    got = proportions(13_883, 79_658, 11_930, 110_348)
    assert got["pgr"] == pytest.approx(0.14842, abs=5e-6)
    assert got["plr"] == pytest.approx(0.09756, abs=5e-6)
    assert got["difference"] == pytest.approx(0.05085, abs=6e-6)
    assert got["odean_t"] == pytest.approx(35.33, abs=5e-3)
    assert got["pooled_log_odds"] == pytest.approx(0.4775, abs=5e-5)
    assert got["ratio"] == pytest.approx(1.51, abs=0.02)  # as Ingersoll and Jin quote it
    assert got["ratio_lo"] < got["ratio"] < got["ratio_hi"]


def test_published_ratios_of_the_households() -> None:
    """.1442 / .0863: "65 % more likely", ln OR .579 (Barber and Odean, 1991-96)."""
    pgr, plr = 0.1442, 0.0863
    got = proportions(pgr * 1e6, (1 - pgr) * 1e6, plr * 1e6, (1 - plr) * 1e6)
    assert got["ratio"] == pytest.approx(1.671, abs=5e-4)
    assert got["pooled_log_odds"] == pytest.approx(0.579, abs=5e-4)


def test_cost_of_a_sold_winner_is_what_it_earned_over_the_held_losers() -> None:
    """A sold at 120 rises 10 % in 5 days, the held loser C falls 5 %: κ = 1,200 · .15."""
    after_a = [120.0] * 10 + [132.0] * 20
    after_c = [80.0] * 10 + [76.0] * 20
    prices = flat_prices("2024-01-01", 30, {"A": after_a, "B": 120.0, "C": after_c})
    trades = trades_of(
        """2024-01-02 buy 10 A 100
        2024-01-02 buy 10 B 100
        2024-01-02 buy 10 C 100
        2024-01-10 sell 10 A 120"""
    )
    finding = found(trades, prices, horizon=5)
    (evidence,) = finding.evidence
    assert evidence.symbol == "A"
    assert evidence.day == date(2024, 1, 10)
    assert evidence.kappa == pytest.approx(1200 * 0.15)
    assert evidence.facts["gain"] == pytest.approx(0.2)
    assert evidence.facts["after"] == pytest.approx(0.1)
    assert evidence.trade_id == str(trades[-1].id)


def test_the_cost_is_the_attributable_part_per_year() -> None:
    """1 - exp(-θ_s) of Σκ, over the years in which a horizon of 63 days could be completed."""
    prices = years_of_prices(4000, 756)
    trades = random_trader(prices, 5, days=200, tilt=1.6)
    finding = found(trades, prices)
    shrunk = finding.theta * 0.52**2 / (0.52**2 + finding.se**2)
    kappas = sum(one.kappa for one in finding.evidence if one.kappa is not None)
    last = min(prices.days[-64], np.datetime64(trades[-1].at.date()))
    years = ((last - np.datetime64(trades[0].at.date())).astype(int) + 1) / 365.25
    assert 2 < years < 3
    assert finding.cost == pytest.approx((1 - np.exp(-shrunk)) * kappas / years)


def test_an_incomplete_horizon_is_dropped_and_counted() -> None:
    prices = flat_prices("2024-01-01", 12, {"A": 120.0, "B": 80.0})
    trades = trades_of("2024-01-02 buy 1 A 100\n2024-01-02 buy 1 B 100\n2024-01-10 sell 1 A 120")
    finding = found(trades, prices)
    assert finding.evidence[0].kappa is None
    assert "after" not in finding.evidence[0].facts
    assert finding.measures["incomplete"] == 1
    assert finding.cost is None
    assert finding.cost_ci is None


def test_below_the_minimal_sample_there_is_no_label() -> None:
    prices = flat_prices("2024-01-01", 30, {"A": 120.0, "B": 80.0})
    trades = trades_of("2024-01-02 buy 1 A 100\n2024-01-02 buy 1 B 100\n2024-01-10 sell 1 A 120")
    finding = found(trades, prices)
    assert finding.label is Label.INSUFFICIENT
    assert finding.n == 1
    assert not finding.opposite


@pytest.mark.parametrize(("tilt", "opposite"), [(1.6, False), (-1.6, True)])
def test_a_strong_tilt_is_found_with_its_sign(tilt: float, opposite: bool) -> None:
    prices = years_of_prices(4000, 756)
    finding = found(random_trader(prices, 5, days=200, tilt=tilt), prices)
    assert np.sign(finding.theta) == np.sign(tilt)
    assert abs(finding.theta) == pytest.approx(1.6, abs=3 * finding.se)
    assert finding.opposite is opposite
    assert (finding.label is Label.STRONG) is not opposite
    assert finding.cost_ci is not None
    assert finding.cost is not None
    assert finding.cost_ci[0] <= finding.cost <= finding.cost_ci[1]
    assert finding.measures["ratio_lo"] < finding.measures["ratio"] < finding.measures["ratio_hi"]
    assert {"theta_tercile_1", "theta_tercile_2", "theta_tercile_3"} <= finding.measures.keys()


def test_too_near_to_the_cost_is_neither() -> None:
    prices = flat_prices("2024-01-01", 30, {"A": 100.1, "B": 80.0, "C": 120.0})
    trades = trades_of(
        """2024-01-02 buy 1 A 100
        2024-01-02 buy 1 B 100
        2024-01-02 buy 1 C 100
        2024-01-10 sell 1 C 120"""
    )
    assert found(trades, prices).measures["pg"] == 0
    exact = replace(DISCRETIONARY, dead_band=0.0)
    assert found(trades, prices, exact).measures["pg"] == 1


def test_the_sign_that_flips_under_fifo_is_said() -> None:
    """By average cost (150) A is sold at a loss, by FIFO (100) at a gain."""
    prices = flat_prices("2024-01-01", 60, {"A": 140.0, "B": 80.0, "C": 120.0})
    text = ["2024-01-02 buy 10 B 100", "2024-01-02 buy 10 C 100"]
    text += ["2024-01-02 buy 10 A 100", "2024-01-03 buy 10 A 200"]
    text += ["2024-01-10 sell 10 A 140"]
    finding = found(trades_of("\n".join(text)), prices)
    assert finding.theta < 0
    assert "sign_flips_under_fifo" in finding.caveats


def test_short_positions_are_kept_apart() -> None:
    prices = flat_prices("2024-01-01", 60, {"A": 80.0, "B": 120.0, "C": 120.0, "D": 80.0})
    trades = trades_of(
        """2024-01-02 sell 10 A 100
        2024-01-02 sell 10 B 100
        2024-01-02 buy 10 C 100
        2024-01-02 buy 10 D 100
        2024-01-10 buy 10 A 80"""
    )
    short = found(trades, prices, replace(DISCRETIONARY, short_sales=True))
    assert short.n == 0  # nothing long was sold
    assert short.measures["short_n"] == 1
    assert short.measures["short_theta"] > 0  # covering the winner, A fell
