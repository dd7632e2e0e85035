"""Events: what the evidence says of single trades, and what began and ended between two looks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from math import nan

import numpy as np
import pytest

from engine.biases import disposition, sunk_cost
from engine.detection.finding import BiasFinding, Evidence, Label
from engine.diagnosis.events import find_events, transitions
from engine.record.record import Record, prepare
from tests.engine.biases.records import flat_prices, random_trader, trades_of, years_of_prices

DAY = date(2026, 11, 18)


def losers() -> Record:
    prices = flat_prices("2024-01-01", 30, {"A": [80.0] * 10 + [72.0] * 20, "B": 120.0, "C": 120.0})
    trades = trades_of(
        """2024-01-02 buy 10 A 100
        2024-01-02 buy 10 B 100
        2024-01-02 buy 10 C 100
        2024-01-10 buy 10 A 80"""
    )
    return prepare(trades, prices, until=prices.days[-1].item(), horizon=5)


def added(**values: object) -> BiasFinding:
    sure = replace(sunk_cost.detect(losers(), None), label=Label.LIKELY, p_present=0.97)
    return replace(sure, **values)  # type: ignore[arg-type]


def test_averaging_down_is_an_event_of_the_size_of_the_addition() -> None:
    """800 into A, with 10 A, 10 B and 10 C held before: 4000 at the close of the day."""
    (event,) = find_events(losers(), [added()])
    assert (event.kind, event.symbol, event.day) == ("sunk_cost", "A", date(2024, 1, 10))
    assert event.trade_id == "00000000-0000-0000-0000-000000000004"
    assert event.severity == pytest.approx(800 / 4000)
    kappa = 800 * (0.1 - 0.1 / 3)
    assert event.context["kappa"] == pytest.approx(kappa)
    assert event.context["kappa_share"] == pytest.approx(kappa / 4000)
    assert event.context["loss"] == pytest.approx(0.2)
    assert event.context["p_present"] == 0.97


def test_a_sale_is_measured_by_what_was_held_before_it() -> None:
    """10 A for 1200 out of 2100: only 900 are left at the close."""
    prices = flat_prices("2024-01-01", 30, {"A": 120.0, "B": 90.0})
    trades = trades_of("2024-01-02 buy 10 A 100\n2024-01-02 buy 10 B 100\n2024-01-10 sell 10 A 120")
    record = prepare(trades, prices, until=prices.days[-1].item())
    found = replace(disposition.detect(record, None), detected=True)
    (event,) = find_events(record, [found])
    assert event.severity == pytest.approx(1200 / 2100)


def test_a_share_sold_is_its_own_measure() -> None:
    (one,) = added().evidence
    sold = replace(one, facts=one.facts | {"share_sold": 0.6})
    (event,) = find_events(losers(), [added(evidence=(sold,))])
    assert event.severity == 0.6


def test_events_come_from_what_is_detected_or_likely() -> None:
    for label, detected, expected in (
        (Label.NONE, False, 0),
        (Label.POSSIBLE, False, 0),
        (Label.POSSIBLE, True, 1),
        (Label.LIKELY, False, 1),
        (Label.STRONG, False, 1),
        (Label.INSUFFICIENT, False, 0),
        (Label.MEASURED, False, 0),
    ):
        found = find_events(losers(), [added(label=label, detected=detected)])
        assert len(found) == expected, label


def test_each_is_there_once_in_order_and_fit_for_json() -> None:
    prices = years_of_prices(4000, 756)
    trades = random_trader(prices, 8, days=200, tilt=2.0)
    record = prepare(trades, prices, until=prices.days[-1].item())
    one = replace(disposition.detect(record, np.random.default_rng(1)), detected=True)
    odd = replace(one, evidence=(*one.evidence, one.evidence[0]), p_present=nan)
    found = find_events(record, [odd])
    assert len(found) == len(one.evidence) > 30
    assert [event.day for event in found] == sorted(event.day for event in found)
    assert all(0 < event.severity <= 1 for event in found)
    json.dumps([event.context for event in found], allow_nan=False)


def test_a_share_without_prices_is_no_smaller_an_event() -> None:
    record = losers()
    nowhere = Evidence("x", "ZZZ", date(2023, 1, 1), None, {"value": 500.0})
    (event,) = find_events(record, [added(evidence=(nowhere,))])
    assert event.severity == 1.0
    assert "kappa" not in event.context
    unsized = replace(nowhere, facts={})
    (event,) = find_events(record, [added(evidence=(unsized,))])
    assert event.severity == 0.0


def test_what_began_and_what_ended() -> None:
    yes = added(detected=True, intensity=61.0)
    no = replace(yes, detected=False, label=Label.NONE)
    (began,) = transitions((), [yes], DAY)
    assert (began.kind, began.day, began.trade_id) == ("sunk_cost:began", DAY, "")
    assert began.severity == 0.61
    assert transitions([yes], [yes], DAY) == ()
    assert transitions([no], [no], DAY) == ()
    assert [one.kind for one in transitions([no], [yes], DAY)] == ["sunk_cost:began"]
    assert [one.kind for one in transitions([yes], [no], DAY)] == ["sunk_cost:ended"]


def test_what_can_no_longer_be_said_has_not_ended() -> None:
    yes = added(detected=True)
    unsaid = replace(yes, detected=False, label=Label.INSUFFICIENT, intensity=nan)
    assert transitions([yes], [unsaid], DAY) == ()
    assert transitions([yes], [], DAY) == ()
