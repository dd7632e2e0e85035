"""Nothing may be known before it was (biases.md 0.2): neither findings nor warnings look ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from engine.diagnosis import Label, Profile, examine, foresee
from engine.diagnosis.registry import detectors
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.anchors import anchors_held, anchors_now
from engine.record.context import Context, Panel, Statement
from engine.record.daily import value_days
from engine.record.quotes import Quotes
from engine.record.record import Record, prepare
from engine.record.signals import read_signals
from engine.record.stress import find_stress
from tests.engine.diagnosis.rich import context, market, person, same

ROW = 495  # the last that is known; a day on which some trade feeds each bias that warns
DAY: date = market().days[ROW].item()
FIELDS = ("open", "high", "low", "close", "volume")


def poisoned(prices: Prices, row: int, seed: int = 1) -> Prices:
    """Other prices after ``row``: wild ones, some of them missing, some of them split."""
    rng = np.random.default_rng(seed)
    bars = []
    for name in FIELDS:
        values = getattr(prices, name).copy()
        later = values[row + 1 :]
        later *= rng.uniform(0.05, 20.0, later.shape)
        later[rng.random(later.shape) < 0.2] = np.nan
        bars.append(values)
    return Prices(prices.symbols, prices.days, *bars)


def other_context(known: Context, day: date) -> Context:
    """The same up to ``day``, and anything after it."""
    rng = np.random.default_rng(2)

    def changed(panel: Panel | None, low: float, high: float) -> Panel | None:
        if panel is None:
            return None
        values = panel.values.copy()
        later = panel.days > np.datetime64(day, "D")
        values[later] = rng.uniform(low, high, values[later].shape)
        return Panel(panel.symbols, panel.days, values)

    said = tuple(one for one in known.statements if one.day <= day)
    more = tuple(Statement(day + timedelta(days=n), "S000", True) for n in range(1, 40))
    return replace(
        known,
        crowd=changed(known.crowd, 0, 1),
        sentiment=changed(known.sentiment, -1, 1),
        news=changed(known.news, -5, 5),
        statements=said + more,
    )


def other_trades(trades: tuple[Trade, ...], day: date) -> tuple[Trade, ...]:
    """Those up to ``day``, and afterwards the sale of much of it and purchases of anything."""
    known = tuple(t for t in trades if t.at.date() <= day)
    later = tuple(
        replace(
            t,
            id=UUID(int=10**7 + n),
            at=datetime.combine(day + timedelta(days=1 + n % 60), time(9), tzinfo=UTC),
            kind=Kind.SELL if n % 2 else Kind.BUY,
            price=t.price * (1 + n % 5),
        )
        for n, t in enumerate(known[-80:])
    )
    return known + later


def look(trades: tuple[Trade, ...], prices: Prices, known: Context, **more: object) -> Profile:
    rng = np.random.default_rng(1)
    return examine(trades, prices, until=DAY, rng=rng, context=known, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("crowd", [True, False], ids=["crowd", "sentiment"])
def test_what_comes_after_the_day_changes_no_finding(crowd: bool) -> None:
    known = replace(context(crowd=crowd), supportive_share=None)  # that of the news, then
    trades = tuple(t for t in person() if t.at.date() <= DAY)
    here = look(trades, market().until(DAY), known.until(DAY))
    assert sum(f.label is not Label.INSUFFICIENT for f in here.findings) >= 15
    wild = poisoned(market(), ROW)
    for prices, other, told in (
        (market(), person(), known),
        (wild, other_trades(person(), DAY), other_context(known, DAY)),
        (poisoned(market(), ROW, 5), other_trades(person(), DAY), known),
    ):
        again = look(other, prices, told)
        assert same(again.findings, here.findings)
        assert again.caveats == here.caveats
        assert {one.reason for one in again.dropped} <= {"after_until"}


def test_signals_worked_out_for_many_people_bring_no_future_with_them() -> None:
    alone = look(person(), market().until(DAY), context())
    for prices in (market(), poisoned(market(), ROW)):
        shared = look(person(), prices, context(), signals=read_signals(prices))
        assert same(shared.findings, alone.findings)


def test_quotes_of_later_days_are_not_looked_at() -> None:
    seconds = market().days.astype("datetime64[s]").astype(np.float64) + 10 * 3600
    at = {name: market().close[:, n].copy() for n, name in enumerate(market().symbols)}
    quotes = Quotes({name: (seconds, price) for name, price in at.items()})
    later = seconds > seconds[ROW]
    wild = Quotes({n: (seconds, np.where(later, price * 9, price)) for n, price in at.items()})
    here = look(person(), market(), context(), quotes=quotes)
    assert same(look(person(), market(), context(), quotes=wild).findings, here.findings)


def closes_of_the_day_changed(trades: tuple[Trade, ...], row: int) -> tuple[Record, Record]:
    """A record that ends on the day of ``row``, and the same with other prices on that day."""
    day = market().days[row].item()
    known = tuple(t for t in trades if t.at.date() <= day)
    one, other = (
        prepare(known, prices, until=day, context=context())
        for prices in (market(), poisoned(market(), row - 1))
    )
    return one, other


def test_what_describes_a_decision_is_from_the_day_before() -> None:
    """Model B, the anchors, stress, and what was tradable: none looks at the close of the day."""
    rows = [market().row_at(t.at.date()) for t in person() if t.kind is Kind.BUY]
    for row in rows[60:200:20]:
        one, other = closes_of_the_day_changed(person(), row)
        assert one.history.days[-1] == market().days[row]
        sets, changed = one.purchases.sets, other.purchases.sets
        assert sets is not None
        assert changed is not None
        assert same(sets.x.tolist(), changed.x.tolist())
        assert np.array_equal(sets.chosen, changed.chosen)
        assert np.array_equal(one.purchases.universe, other.purchases.universe)
        for name in ("to_high", "result", "lowest"):
            mine, theirs = (getattr(anchors_held(r), name).tolist() for r in (one, other))
            assert same(mine, theirs), name
        today = [find_stress(r, value_days(r)) for r in (one, other)]
        assert np.array_equal(today[0].stressed[:-1], today[1].stressed[:-1])
        symbol = one.history.symbols[one.history.final[0][0]]
        assert same(*(repr(anchors_now(r, symbol)) for r in (one, other)))
        assert same(*(repr(r.today) for r in (one, other)))


def proposals(day: date) -> list[Trade]:
    """Purchases and sales of every share of the market."""
    prices = market()
    moment = datetime.combine(day, time(16), tzinfo=UTC)
    row = prices.row_at(day)
    return [
        Trade(
            UUID(int=5 * 10**6 + 2 * n + (kind is Kind.BUY)),
            moment,
            kind,
            symbol,
            Decimal(60),
            Decimal(str(round(float(prices.close[row, n]), 4))),
        )
        for n, symbol in enumerate(prices.symbols)
        for kind in (Kind.BUY, Kind.SELL)
    ]


def test_no_warning_looks_beyond_its_day() -> None:
    """Whether a trade feeds a bias, and what is said of it, for every bias that warns."""
    wild = poisoned(market(), ROW)
    here = prepare(person(), market().until(DAY), until=DAY, context=context().until(DAY))
    told = other_context(context(), DAY)
    there = prepare(other_trades(person(), DAY), wild, until=DAY, context=told)
    quiet = []
    for detector in detectors():
        if detector.feeds is None or detector.facts is None:
            continue
        warned = 0
        finding = detector.detect(here, None)
        for proposed in proposals(DAY):
            fed = detector.feeds(here, proposed)
            assert detector.feeds(there, proposed) == fed, (detector.bias.name, proposed)
            if fed:
                warned += 1
                facts = dict(detector.facts(here, proposed, finding))
                changed = dict(detector.facts(there, proposed, finding))
                assert same(changed, facts), (detector.bias.name, proposed)
        if not warned:
            quiet.append(detector.bias.name)
    assert not quiet


def test_what_a_warning_works_out_itself_knows_no_future_either() -> None:
    trades = tuple(t for t in person() if t.at.date() <= DAY)
    wild = poisoned(market(), ROW)
    told, evening = other_context(context(), DAY), datetime.combine(DAY, time(20), tzinfo=UTC)
    later = [replace(t, id=UUID(int=10**8 + n), at=evening) for n, t in enumerate(trades[-30:])]
    after = (*other_trades(person(), DAY), *later)
    seen = 0
    for proposed in proposals(DAY)[::8]:
        here = foresee(trades, proposed, market().until(DAY), context=context())
        assert same(foresee(after, proposed, wild, context=told), here)
        seen += here is not None
    assert seen
