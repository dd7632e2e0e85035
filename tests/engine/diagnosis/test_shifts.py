"""What became of a habit: two windows around a day, on real prices."""

from __future__ import annotations

from datetime import date, timedelta
from math import isnan

import numpy as np
import pytest

from engine.diagnosis import shifts
from engine.diagnosis.shifts import TooLittle, Windows
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.record import Record, prepare
from tests.engine.biases.records import random_trader, trades_of, years_of_prices

PRICES = years_of_prices(6000, 700)
START = PRICES.days[450].item()
SETTLE = timedelta(days=31)
WINDOWS = Windows(START - timedelta(days=365), START, START + timedelta(days=90), SETTLE)


def after(days: int, rest: int) -> list[Trade]:
    """Somebody who trades at random, and after the start either goes on or no longer."""
    trades = random_trader(PRICES, 3, days=days, tilt=1.5)
    return [one for one in trades if one.at.date() < START or rest]


def record(trades: list[Trade], prices: Prices = PRICES) -> Record:
    last = prices.last_day
    assert last is not None
    return prepare(trades, prices, until=last)


def test_who_stops_switching_has_a_slower_pace_and_lower_costs() -> None:
    busy, calm = (shifts.pace_shift(record(after(280, rest)), WINDOWS) for rest in (1, 0))
    assert calm.after == 0 < busy.after
    assert calm.theta < 2 * calm.se < 0 or calm.theta < -2 * calm.se
    assert calm.theta < busy.theta
    assert calm.cost is not None
    assert calm.share is not None
    assert calm.cost * calm.share > 0  # money and share have one sign


def test_a_pace_by_hand() -> None:
    """A is changed for B for 1,000 once in 90 days, with 1,000 held before: ½ · 2,000 / 1,000."""
    prices = years_of_prices(6000, 700)
    flat = Prices.from_closes(("A", "B"), prices.days, np.full((700, 2), 100.0))
    bought, more = prices.days[300].item(), prices.days[400].item()
    sold = START + timedelta(days=10)
    trades = trades_of(f"{bought} buy 10 A 100\n{sold} sell 10 A 100\n{sold} buy 10 B 100")
    found = shifts.pace_shift(record(trades, flat), WINDOWS)
    assert found.theta == pytest.approx(365.25 / 91)
    assert (found.before, found.after) == (0, 2)
    assert found.share == pytest.approx(0.002 * 365.25 / 91)  # the assumed round trip
    saved = shifts.saving_shift(record(trades, flat), WINDOWS)
    assert saved.theta == 0.0  # what a portfolio is set up with is no saving
    adding = trades_of(f"{bought} buy 10 A 100\n{more} buy 10 A 100")
    saved = shifts.saving_shift(record(adding, flat), WINDOWS)
    held = shifts._held(record(adding, flat), WINDOWS)
    length = (START - bought).days - 31
    assert saved.theta == pytest.approx(-1000 / held * 365.25 / length)
    before = shifts.weight_shift(record(trades, flat), WINDOWS)
    assert (before.theta, isnan(before.se)) == (0.0, True)


def test_a_bias_is_read_in_both_windows_and_what_comes_later_changes_nothing() -> None:
    trades = random_trader(PRICES, 3, days=280, tilt=1.5)
    found = shifts.bias_shift(record(trades), WINDOWS, name="disposition")
    assert found.se > 0
    assert found.before > found.after > 0
    assert found.cost is not None
    end = WINDOWS.last + SETTLE
    fewer = [one for one in trades if one.at.date() <= end]
    assert shifts.bias_shift(record(fewer, PRICES.until(end)), WINDOWS, name="disposition") == found
    habits = shifts.habits_shift(record(trades), WINDOWS)
    assert habits.cost is None


def test_spreading_is_seen_and_costs_less() -> None:
    first = PRICES.days[100].item()
    row = int(PRICES.days.searchsorted(np.datetime64(START)))
    names, price = PRICES.symbols[:10], PRICES.close[row, :10]
    lines = [f"{first} buy {10_000 / price[0]:.0f} {names[0]} {price[0]}"]
    lines += [f"{START} buy {10_000 / p:.0f} {n} {p}" for n, p in zip(names, price, strict=True)]
    trades = trades_of("\n".join(lines))
    found = shifts.weight_shift(record(trades), WINDOWS)
    assert found.theta < -0.3
    assert found.cost is not None
    assert found.cost < 0


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("{late} buy 1 A 100", "nothing held before"),
        ("{early} buy 1 A 100\n{late} sell 1 A 100", "nothing held after"),
    ],
)
def test_what_cannot_be_measured_says_why(lines: str, reason: str) -> None:
    flat = Prices.from_closes(("A",), PRICES.days, np.full((700, 1), 100.0))
    days = {"early": date.fromisoformat(str(PRICES.days[200])), "late": START + timedelta(days=9)}
    one = record(trades_of(lines.format(**days)), flat)
    with pytest.raises(TooLittle, match=reason):
        shifts.weight_shift(one, WINDOWS)
    with pytest.raises(TooLittle, match="no habit before"):
        shifts.habits_shift(one, WINDOWS)
    with pytest.raises(TooLittle, match="too few trades before"):
        shifts.bias_shift(one, WINDOWS, name="disposition")
