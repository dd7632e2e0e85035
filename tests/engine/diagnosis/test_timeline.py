"""The profile over time: each point knows what could be known that day, and changes are real."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from uuid import UUID

import numpy as np
import pytest

from engine.detection.finding import BiasFinding, Label
from engine.diagnosis.examination import composite, discover
from engine.diagnosis.registry import detectors
from engine.diagnosis.retrospect import known_by
from engine.diagnosis.timeline import Point, Step, Timeline, changes, trace
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.held import held_now
from engine.record.record import Record, prepare
from tests.engine.biases.records import flat_prices, random_trader, trades_of, years_of_prices

PRICES = years_of_prices(4000, 900)
LAST = PRICES.days[-1].item()
PLAN = "\n".join(f"2007-{month:02}-05 buy 5 KO 50" for month in range(1, 13))


@cache
def trades() -> tuple[Trade, ...]:
    """A random trader, and a savings plan that is one only from its fourth purchase on."""
    planned = [replace(t, id=UUID(int=t.id.int + 5000)) for t in trades_of(PLAN)]
    made = random_trader(PRICES, 8, days=260, tilt=1.5, down=1.5)
    return tuple(sorted([*made, *planned], key=lambda trade: trade.at))


def record(given: tuple[Trade, ...], prices: Prices = PRICES, until: date = LAST) -> Record:
    return prepare(given, prices, until=until)


def test_a_point_says_what_an_examination_would_have_said_that_day() -> None:
    timeline = trace(record(trades()), step=Step.QUARTER)
    assert len(timeline.points) > 8
    for point in timeline.points:
        then = prepare(trades(), PRICES, until=point.day).within(point.first, point.day)
        findings = discover(tuple(one.detect(then, None) for one in detectors()))
        assert point.decisions == then.discretionary.sum()
        assert point.composite == composite(findings)
        for now, known in zip(point.findings, findings, strict=True):
            assert now.bias == known.bias
            # sums over more columns, of symbols not traded yet, may round otherwise
            numbers = pytest.approx((known.theta, known.se), rel=1e-9, abs=1e-12, nan_ok=True)
            assert (now.theta, now.se) == numbers, (point.day, now.bias)
            assert (now.n, now.label, now.detected) == (known.n, known.label, known.detected)


def test_the_record_of_an_earlier_day_is_the_one_made_that_day() -> None:
    whole = record(trades())
    for day in (PRICES.days[0].item(), date(2007, 3, 6), date(2007, 4, 5), date(2008, 2, 29), LAST):
        cut, made = known_by(whole, day), prepare(trades(), PRICES, until=day)
        assert cut.history.decisions.ids == made.history.decisions.ids
        assert np.array_equal(cut.discretionary, made.discretionary)
        assert cut.fills.trades == len(cut.fills.ids)
        assert held_now(cut) == held_now(made)
        assert cut.history.holdings.cost.tolist() == made.history.holdings.cost.tolist()
        for name in made.history.symbols:
            own, then = cut.history.symbols.index(name), made.history.symbols.index(name)
            assert np.array_equal(
                cut.market.close[:, own], made.market.close[:, then], equal_nan=True
            )
            asked = PRICES.days[::97].astype(np.int64)
            assert np.array_equal(cut.quantities(asked)[:, own], made.quantities(asked)[:, then])


def test_a_point_does_not_change_with_what_comes_after_it() -> None:
    early = trace(record(trades(), until=date(2008, 6, 30)))
    later = tuple(t for t in trades() if t.at.date() <= date(2008, 6, 30))
    wild = PRICES.close.copy()
    wild[PRICES.row_at(date(2008, 6, 30)) + 1 :] *= 1.9
    other = Prices.from_closes(PRICES.symbols, PRICES.days, wild)
    again = trace(record(later, other), most=200)
    by_day = {point.day: point for point in again.points}
    for point in early.points:
        assert repr(by_day[point.day]) == repr(point)


def test_points_lie_at_month_ends_and_at_the_end_of_the_record() -> None:
    prices = flat_prices("2024-01-01", 120, {"A": 100.0, "B": 50.0})
    of = record(tuple(trades_of("2024-01-10 buy 1 A 100")), prices, until=date(2024, 5, 15))
    days = [point.day.isoformat()[5:] for point in trace(of).points]
    assert days == ["01-31", "02-29", "03-31", "04-30", "05-15"]
    assert trace(of, window=31).points[0].first == date(2024, 1, 1)
    assert [p.day.isoformat()[5:] for p in trace(of, most=2).points] == ["04-30", "05-15"]
    quarters = trace(replace(of, until=date(2024, 6, 30)), step=Step.QUARTER)
    assert [p.day.isoformat()[5:] for p in quarters.points] == ["03-31", "06-30"]
    assert trace(record((), prices)).points == ()


def test_money_is_left_out() -> None:
    (point,) = trace(record(trades()), most=1).points
    assert all(one.cost is None and not one.evidence for one in point.findings)


def test_a_habit_given_up_is_seen_to_have_fallen() -> None:
    """Two years of selling winners, then two years of selling losers."""
    prices = years_of_prices(4000, 1010)
    halves = [years_of_prices(4000, 505), years_of_prices(4505, 505)]
    made = random_trader(halves[0], 3, days=240, tilt=2.0)
    later = random_trader(halves[1], 4, days=240, tilt=-2.0)
    made += [replace(t, id=UUID(int=t.id.int + 9000)) for t in later]
    last = prices.days[-1].item()
    found = changes(trace(record(tuple(made), prices, last)))
    fallen = next(one for one in found if one.bias == "disposition")
    assert fallen.fell
    assert not fallen.rose
    assert fallen.z < -3
    assert fallen.before.day < fallen.after.first
    steady = random_trader(prices, 5, days=480, tilt=1.0)
    of_steady = changes(trace(record(tuple(steady), prices, last)))
    assert not any(one.significant for one in of_steady)


def finding(bias: str, theta: float, se: float, label: Label = Label.LIKELY) -> BiasFinding:
    (point,) = trace(record(trades()), most=1).points
    return replace(point.findings[0], bias=bias, theta=theta, se=se, label=label)


def point(day: date, *findings: BiasFinding) -> Point:
    return Point(day - timedelta(days=364), day, 10, findings, None)


def test_windows_that_overlap_are_not_compared() -> None:
    first, last = date(2020, 1, 31), date(2021, 6, 30)
    shaken = point(date(2020, 2, 29), finding("a", 0.9, 0.1, Label.INSUFFICIENT))
    apart = Timeline(
        365,
        (
            point(first, finding("a", 1.0, 0.3), finding("b", 0.0, 0.3)),
            shaken,
            point(last, finding("a", 0.0, 0.4), finding("b", 0.1, 0.4)),
        ),
    )
    one, other = changes(apart)
    assert (one.bias, one.difference, one.se) == ("a", -1.0, pytest.approx(0.5))
    assert one.p_value == pytest.approx(0.0455, abs=1e-4)
    assert one.fell
    assert not other.significant
    close = Timeline(365, (apart.points[0], replace(apart.points[2], first=first)))
    assert changes(close) == ()
    nameless = Timeline(365, (point(first, finding("a", 1.0, float("nan"))), apart.points[2]))
    assert changes(nameless) == ()
