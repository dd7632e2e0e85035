"""The word before a trade: when it comes, when it must not, and what it knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from uuid import uuid4

import numpy as np
import pytest

from engine.detection.finding import Calibration
from engine.diagnosis import BiasFinding, Label, examine, foresee, monitor
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.held import HeldPosition, held_now
from engine.record.record import Record, prepare
from tests.engine.biases.records import random_trader, years_of_prices

PRICES = years_of_prices(4000, 756)
LAST = PRICES.days[-1].item()


@cache
def person(tilt: float = 1.6, down: float = 0.0) -> tuple[Trade, ...]:
    return tuple(random_trader(PRICES, 5, days=200, tilt=tilt, down=down))


@cache
def record(tilt: float = 1.6, down: float = 0.0) -> Record:
    return prepare(person(tilt, down), PRICES, until=LAST)


def held(won: bool, tilt: float = 1.6, down: float = 0.0) -> HeldPosition:
    found = held_now(record(tilt, down)).values()
    return next(one for one in found if (one.gain > 0.02) == won and abs(one.gain) > 0.02)


def proposed(kind: Kind, symbol: str, quantity: float, at: datetime | None = None) -> Trade:
    price = float(PRICES.close[-1, PRICES.column(symbol)])
    moment = at or max(t.at for t in person()).replace(
        year=LAST.year, month=LAST.month, day=LAST.day
    )
    moment += timedelta(hours=2)
    return Trade(uuid4(), moment, kind, symbol, Decimal(str(quantity)), Decimal(str(price)))


def test_selling_a_winner_while_losers_are_held() -> None:
    winner = held(won=True)
    warning = foresee(person(), proposed(Kind.SELL, winner.symbol, winner.quantity), PRICES)
    assert warning is not None
    assert warning.bias == "disposition"
    assert warning.finding.p_present >= 0.8
    facts = warning.facts
    assert facts["gain"] == pytest.approx(winner.gain)
    shown = "winners_sold median_days_winner median_days_loser n pgr plr ratio ratio_lo ratio_hi"
    for key in shown.split():
        assert isinstance(facts[key], float), key
    assert facts["of"] == 11
    assert float(facts["winners_sold"]) <= 11
    assert float(facts["ratio"]) > 1
    assert float(facts["losers_held"]) >= 1


def test_a_loser_sold_or_a_plan_or_a_trim_is_nothing_to_say() -> None:
    winner, loser = held(won=True), held(won=False)
    sale = proposed(Kind.SELL, winner.symbol, winner.quantity)
    assert foresee(person(), proposed(Kind.SELL, loser.symbol, loser.quantity), PRICES) is None
    assert foresee(person(), replace(sale, planned=True), PRICES) is None
    trim = replace(sale, quantity=Decimal(str(winner.quantity * 0.1)))
    assert foresee(person(), trim, PRICES) is None
    assert foresee((), sale, PRICES) is None
    assert foresee(person(), replace(sale, symbol="NONE"), PRICES) is None


def test_the_threshold_and_missing_data_keep_silent() -> None:
    winner = held(won=True)
    sale = proposed(Kind.SELL, winner.symbol, winner.quantity)
    findings = examine(person(), PRICES, until=LAST, rng=np.random.default_rng(1)).findings

    def changed(**values: object) -> tuple[BiasFinding, ...]:
        return tuple(replace(f, **values) for f in findings)  # type: ignore[arg-type]

    assert foresee(person(), sale, PRICES, findings) is not None
    assert foresee(person(), sale, PRICES, changed(p_present=0.799)) is None
    assert foresee(person(), sale, PRICES, changed(p_present=0.8)) is not None
    assert foresee(person(), sale, PRICES, changed(label=Label.INSUFFICIENT)) is None
    assert foresee(person(), sale, PRICES, ()) is None


def test_adding_to_a_loser() -> None:
    loser = held(won=False, tilt=0.0, down=2.5)
    trades = person(0.0, 2.5)
    warning = foresee(trades, proposed(Kind.BUY, loser.symbol, loser.quantity), PRICES)
    assert warning is not None
    assert warning.bias == "sunk_cost"
    assert warning.facts["loss"] == pytest.approx(-loser.gain)
    assert float(warning.facts["added_losers"]) > float(warning.facts["added_winners"])


def test_a_switch() -> None:
    trades = person(0.0, 0.0)
    findings = examine(trades, PRICES, until=LAST, rng=np.random.default_rng(1)).findings
    sure = tuple(
        replace(f, p_present=0.97, label=Label.LIKELY)
        for f in findings
        if f.bias == "overconfidence"
    )
    last_sale = max((t for t in trades if t.kind is Kind.SELL), key=lambda t: t.at)
    new = next(
        s for s in PRICES.symbols if s not in held_now(record(0.0, 0.0)) and s != last_sale.symbol
    )
    soon = proposed(Kind.BUY, new, 10, at=last_sale.at + timedelta(days=1))
    late = proposed(Kind.BUY, new, 10, at=last_sale.at + timedelta(days=40))
    warning = foresee(trades, soon, PRICES, sure)
    assert warning is not None
    assert warning.bias == "overconfidence"
    assert warning.facts["sold"] == last_sale.symbol
    assert foresee(trades, late, PRICES, sure) is None


@cache
def feeding_two() -> tuple[Trade, tuple[BiasFinding, ...]]:
    """A purchase that both averages down and switches."""
    trades = person(0.0, 2.5)
    last_sale = max((t for t in trades if t.kind is Kind.SELL), key=lambda t: t.at)
    loser = next(
        one
        for one in held_now(record(0.0, 2.5)).values()
        if one.gain < -0.05 and one.symbol != last_sale.symbol
    )
    buy = proposed(Kind.BUY, loser.symbol, loser.quantity, at=last_sale.at + timedelta(minutes=1))
    findings = examine(trades, PRICES, until=LAST, rng=np.random.default_rng(1)).findings
    return replace(buy, price=Decimal(str(loser.cost * 0.8))), findings


@pytest.mark.parametrize("surer", ["overconfidence", "sunk_cost"])
def test_the_strongest_of_several(surer: str) -> None:
    """One warning, the surer."""
    buy, findings = feeding_two()
    ranked = tuple(
        replace(f, label=Label.LIKELY, p_present=0.99 if f.bias == surer else 0.9) for f in findings
    )
    warning = foresee(person(0.0, 2.5), buy, PRICES, ranked)
    assert warning is not None
    assert warning.bias == surer


@pytest.mark.parametrize(
    ("weak", "published"), [("overconfidence", "sunk_cost"), ("sunk_cost", "overconfidence")]
)
def test_a_published_bias_before_a_weak_one(weak: str, published: str) -> None:
    """However sure the weak one looks; it speaks where the published one keeps silent."""
    buy, findings = feeding_two()

    def told(p_published: float) -> monitor.Warning:
        ranked = [
            replace(f, label=Label.STRONG, p_present=0.999, calibration=Calibration.WEAK)
            if f.bias == weak
            else replace(f, label=Label.LIKELY, p_present=p_published)
            for f in findings
            if f.bias in (weak, published)
        ]
        warning = foresee(person(0.0, 2.5), buy, PRICES, ranked)
        assert warning is not None
        return warning

    assert told(0.81).bias == published
    assert told(0.79).bias == weak
    for several in ([told(0.81), told(0.79)], [told(0.79), told(0.81)]):
        chosen = monitor.most_trusted(several)
        assert chosen is not None
        assert chosen.bias == published
    assert monitor.most_trusted(()) is None


def test_neither_later_trades_nor_later_prices_are_looked_at() -> None:
    winner = held(won=True)
    sale = proposed(Kind.SELL, winner.symbol, winner.quantity)
    later = tuple(replace(t, id=uuid4(), at=t.at + timedelta(days=4000)) for t in person())
    more = np.vstack([PRICES.close, PRICES.close[-50:] * 5])
    axis = np.concatenate([PRICES.days, PRICES.days[-1] + np.arange(1, 51)])
    future = Prices.from_closes(PRICES.symbols, axis, more)
    here = foresee(person(), sale, PRICES)
    assert here is not None
    assert repr(foresee(person() + later, sale, future)) == repr(here)


def test_what_was_done_later_that_day_is_not_known_yet() -> None:
    winner = held(won=True)
    sale = proposed(Kind.SELL, winner.symbol, winner.quantity)
    later = replace(sale, id=uuid4(), at=sale.at + timedelta(minutes=1))
    assert foresee((*person(), later), sale, PRICES) is not None
    assert foresee((*person(), sale), sale, PRICES) is not None  # the trade itself, being edited
    assert foresee((*person(), sale), later, PRICES) is None  # already sold


def test_the_day_is_that_of_utc_wherever_the_trade_is_written() -> None:
    """An evening sale in New York on the next UTC day, after another trade of that UTC day."""
    winner = held(won=True)
    evening = datetime(LAST.year, LAST.month, LAST.day, 1, tzinfo=UTC)
    sale = replace(proposed(Kind.SELL, winner.symbol, winner.quantity), at=evening)
    just_sold = replace(sale, id=uuid4(), at=evening - timedelta(minutes=30))
    for zone in (UTC, timezone(timedelta(hours=-5))):
        there = replace(sale, at=sale.at.astimezone(zone))
        earlier = [t for t in person() if t.at < evening - timedelta(days=1)]
        assert foresee([*earlier, just_sold], there, PRICES) is None
        assert foresee(earlier, there, PRICES) is not None
