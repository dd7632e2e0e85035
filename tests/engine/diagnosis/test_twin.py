"""The disciplined twin: exact money on hand-made ledgers, one replacement per trade, no doubles."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.biases import disposition, overconfidence, sunk_cost
from engine.detection.finding import BiasFinding
from engine.diagnosis.registry import detectors
from engine.diagnosis.twin import Twin, replay
from engine.record.record import Record, prepare
from engine.record.switches import pair
from tests.engine.biases.records import flat_prices, random_trader, trades_of, years_of_prices

PRICES = years_of_prices(4000, 900)
DETECT = {
    "disposition": disposition.detect,
    "sunk_cost": sunk_cost.detect,
    "overconfidence": overconfidence.detect,
}


@cache
def person() -> Record:
    trades = random_trader(PRICES, 8, days=220, tilt=1.5, down=1.5)
    return prepare(trades, PRICES, until=PRICES.days[-1].item())


@cache
def finding(bias: str) -> BiasFinding:
    return replace(DETECT[bias](person(), np.random.default_rng(1)), detected=True)


def twin_of(*findings: BiasFinding, record: Record | None = None) -> Twin:
    return replay(record or person(), findings, np.random.default_rng(2))


def losers() -> Record:
    """10 A at 80 (bought at 100) fall to 72 on row 10; the mean of three shares loses a thirtieth.
    The addition is on row 7."""
    prices = flat_prices("2024-01-01", 30, {"A": [80.0] * 10 + [72.0] * 20, "B": 120.0, "C": 120.0})
    trades = trades_of(
        """2024-01-02 buy 10 A 100
        2024-01-02 buy 10 B 100
        2024-01-02 buy 10 C 100
        2024-01-10 buy 10 A 80"""
    )
    return prepare(trades, prices, until=prices.days[-1].item(), horizon=5)


def test_what_the_market_would_have_brought_instead_of_a_purchase() -> None:
    record = losers()
    twin = twin_of(replace(sunk_cost.detect(record, None), detected=True), record=record)
    gained = 800 * (0.1 - 0.1 / 3)
    assert twin.days[0] == np.datetime64("2024-01-02")
    # nothing until the fall, all of it from then on: the twin's row 0 is row 1 of the prices
    assert twin.fully.path == pytest.approx([0.0] * 9 + [gained] * 20)
    assert twin.fully.total == pytest.approx(gained)
    assert (twin.replaced, twin.left_out, twin.overlapping) == (1, 0, 0)
    assert twin.biases == ("sunk_cost",)


def test_a_winner_kept() -> None:
    """Sold for 1200 while B is at a loss; A gains 10 % after it, B loses 5 %."""
    a = [120.0] * 12 + [126.0, 132.0] + [132.0] * 16
    b = [90.0] * 12 + [85.5] * 18
    prices = flat_prices("2024-01-01", 30, {"A": a, "B": b})
    trades = trades_of("2024-01-02 buy 10 A 100\n2024-01-02 buy 10 B 100\n2024-01-10 sell 10 A 120")
    record = prepare(trades, prices, until=prices.days[-1].item(), horizon=10)
    found = replace(disposition.detect(record, None), detected=True)
    twin = twin_of(found, record=record)
    assert twin.fully.total == pytest.approx(1200 * 0.15)
    # On the way it follows A against the market, and gets the rest of its κ in even parts.
    index = np.cumprod([1.0, 1 + (0.05 - 0.05) / 2, 1 + (132 / 126 - 1) / 2])
    at_end = 0.10 - (index[-1] - 1)
    middle = 0.05 - (index[1] - 1)
    assert twin.fully.path[11] == pytest.approx(1200 * (middle + 0.5 * (0.15 - at_end)))
    assert twin.fully.path[10] == pytest.approx(1200 * 0.4 * (0.15 - at_end))


def test_a_switch_undone_is_what_its_evidence_says_and_takes_both_of_its_trades() -> None:
    switches = finding("overconfidence")
    twin = twin_of(switches)
    known = [e for e in switches.evidence if e.kappa is not None]
    assert twin.replaced == len(known) > 20
    assert twin.fully.total == pytest.approx(sum(e.kappa or 0.0 for e in known), rel=1e-9)
    # the sale half of a switch is nobody else's any more
    surer = replace(switches, p_present=1.0)
    both = twin_of(surer, replace(finding("disposition"), p_present=0.9))
    made = person().history.decisions
    paired = pair(person())
    known_switch = {e.trade_id for e in known}
    sold = {
        made.ids[s]
        for s, b in zip(paired.sold.tolist(), paired.bought.tolist(), strict=True)
        if made.ids[b] in known_switch
    }
    kept = [e for e in finding("disposition").evidence if e.kappa is not None]
    assert both.overlapping == sum(e.trade_id in sold for e in kept) > 0
    assert both.replaced == len(known) + len(kept) - both.overlapping


@pytest.mark.parametrize("bias", ["disposition", "sunk_cost", "overconfidence"])
def test_the_twin_of_one_bias_has_what_that_bias_cost(bias: str) -> None:
    one = finding(bias)
    twin = twin_of(one)
    assert one.cost is not None
    years = person().years(one.horizon)
    assert twin.attributable.yearly == pytest.approx(one.cost, rel=1e-9)
    assert twin.attributable.total == pytest.approx(one.cost * years, rel=1e-9)
    assert twin.attributable.path[-1] == pytest.approx(one.cost * years, rel=1e-9)
    assert twin.attributable.share == pytest.approx(one.cost_share, rel=1e-9)
    stated = replace(one, measures=one.measures | {"attributable": 0.25})
    quarter = twin_of(stated)
    assert quarter.attributable.total == pytest.approx(0.25 * quarter.fully.total, rel=1e-12)


def test_so_it_is_for_every_bias_of_which_trades_can_be_undone() -> None:
    for detector in detectors():
        if detector.bias.instead is None:
            continue
        one = detector.detect(person(), None)
        twin = replay(person(), [one], None, others=(one.bias,))
        known = [e.kappa for e in one.evidence if e.kappa is not None]
        assert twin.fully.total == pytest.approx(sum(known), rel=1e-9), one.bias
        assert twin.replaced == len(known)
        assert twin.attributable.yearly == pytest.approx(one.cost or 0.0, rel=1e-9), one.bias


def test_a_trade_that_shows_two_biases_is_replaced_once_by_the_surer() -> None:
    one = finding("disposition")
    doubled = tuple(
        replace(e, kappa=None if e.kappa is None else 2 * e.kappa) for e in one.evidence
    )
    other = replace(one, bias="anchoring", evidence=doubled, p_present=one.p_present + 0.1)
    for findings in ((one, other), (other, one)):
        twin = twin_of(*findings)
        assert twin.biases == ("anchoring",)
        assert twin.fully.total == pytest.approx(twin_of(other).fully.total)
        assert twin.replaced == twin.overlapping == twin_of(one).replaced
    # what the surer says nothing about is left to the other
    mute = replace(other, evidence=tuple(replace(e, kappa=None) for e in doubled))
    assert twin_of(one, mute).fully.total == pytest.approx(twin_of(one).fully.total)
    assert twin_of(one, mute).left_out == twin_of(one).left_out


def test_what_is_not_known_is_counted_and_left_out() -> None:
    one = finding("disposition")
    unknown = sum(e.kappa is None for e in one.evidence)
    assert twin_of(one).left_out == unknown > 0
    elsewhere = replace(one, evidence=(replace(one.evidence[0], trade_id="of another record"),))
    twin = twin_of(elsewhere)
    assert (twin.replaced, twin.left_out, twin.fully.total) == (0, 1, 0.0)


def test_only_what_was_detected_or_asked_for() -> None:
    one = replace(finding("disposition"), detected=False)
    twin = twin_of(one)
    assert (twin.replaced, twin.biases, twin.fully.total) == (0, (), 0.0)
    assert twin.fully.interval == (0.0, 0.0)
    assert not twin.fully.path.any()
    asked = replay(person(), [one], None, others=("disposition",))
    assert asked.replaced > 0
    assert asked.fully.interval is None


def test_the_interval_is_about_that_of_the_bias_itself() -> None:
    """The bias also resamples its own statistic; the money is the larger part of the noise."""
    one = finding("sunk_cost")
    interval = twin_of(one).attributable.interval
    assert one.cost_ci is not None
    assert interval is not None
    width, own = interval[1] - interval[0], one.cost_ci[1] - one.cost_ci[0]
    assert width == pytest.approx(own, rel=0.35)
    assert interval[0] < (one.cost or 0.0) < interval[1]


def test_the_sum_is_that_of_its_trades_day_by_day() -> None:
    """Two biases that share no trade: the paths add up."""
    sales, additions = finding("disposition"), finding("sunk_cost")
    both = twin_of(sales, additions)
    assert both.overlapping == 0
    apart = twin_of(sales).fully.path + twin_of(additions).fully.path
    assert both.fully.path == pytest.approx(apart, abs=1e-6)


def test_nobody_has_a_twin_without_trades() -> None:
    empty = prepare([], PRICES, until=PRICES.days[-1].item())
    twin = replay(empty, [], np.random.default_rng(1))
    assert (twin.replaced, twin.fully.total, twin.fully.share) == (0, 0.0, None)
