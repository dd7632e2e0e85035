"""What must not matter (biases.md 4.4), what must not lower a statistic (4.5), and what flips its
sign (4.6), for every bias that there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from math import isnan
from uuid import UUID

import numpy as np
import pytest

from engine.arrays import Floats
from engine.biases import attention, fomo, lottery, recency
from engine.detection.finding import BiasFinding, Label
from engine.diagnosis import examine
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.context import Context, Panel
from engine.record.record import Record, prepare
from tests.engine.diagnosis.rich import (
    BIASES,
    NAMES,
    context,
    last_day,
    market,
    person,
)

Case = tuple[tuple[Trade, ...], Prices, Context]
UNTIL = last_day(market(), person())


def look(trades: tuple[Trade, ...], prices: Prices, known: Context) -> dict[str, BiasFinding]:
    rng = np.random.default_rng(1)
    profile = examine(trades, prices, until=UNTIL, rng=rng, context=known)
    return {finding.bias: finding for finding in profile.findings}


@cache
def base(crowd: bool) -> Mapping[str, BiasFinding]:
    return look(person(), market(), context(crowd=crowd))


def times(prices: Prices, factor: Floats | float) -> Prices:
    """``factor``: one, or one for each name."""
    return Prices(
        prices.symbols,
        prices.days,
        prices.open * factor,
        prices.high * factor,
        prices.low * factor,
        prices.close * factor,
        prices.volume,
    )


def scaled_prices(factor: str) -> Callable[[Case], Case]:
    def write(case: Case) -> Case:
        trades, prices, known = case
        dearer = tuple(replace(t, price=t.price * Decimal(factor)) for t in trades)
        return dearer, times(prices, float(factor)), known

    return write


def scaled_quantities(factor: str) -> Callable[[Case], Case]:
    def write(case: Case) -> Case:
        return tuple(replace(t, quantity=t.quantity * Decimal(factor)) for t in case[0]), *case[1:]

    return write


def other_units(case: Case) -> Case:
    """Each share in pieces of its own size: eight of the one, a quarter of the other."""
    trades, prices, known = case
    size = {name: Decimal(2) ** (n % 6 - 2) for n, name in enumerate(prices.symbols)}
    cut = tuple(
        replace(t, quantity=t.quantity * size[t.symbol], price=t.price / size[t.symbol])
        for t in trades
    )
    each = 1 / np.array([float(size[name]) for name in prices.symbols])
    pieces = times(prices, each)
    return cut, replace_volume(pieces, prices.volume / each), known


def replace_volume(prices: Prices, volume: Floats) -> Prices:
    return replace(prices, volume=volume)


def more_volume(case: Case) -> Case:
    trades, prices, known = case
    return trades, replace_volume(prices, prices.volume * 1000), known


def renamed(case: Case) -> Case:
    """Other names, in another order of the alphabet and of the columns."""
    trades, prices, known = case
    order = np.random.default_rng(4).permutation(NAMES)
    names = {old: f"Z{(17 * n + 5) % NAMES:02d}" for n, old in enumerate(prices.symbols)}

    def moved(panel: Panel | None) -> Panel | None:
        if panel is None:
            return None
        new = tuple(names[panel.symbols[n]] for n in order)
        return Panel(new, panel.days, panel.values[:, order])

    symbols = tuple(names[prices.symbols[n]] for n in order)
    fields = ("open", "high", "low", "close", "volume")
    bars = Prices(symbols, prices.days, *(getattr(prices, one)[:, order] for one in fields))
    told = replace(
        known,
        crowd=moved(known.crowd),
        sentiment=moved(known.sentiment),
        news=moved(known.news),
        countries={names[name]: code for name, code in known.countries.items()},
        statements=tuple(replace(one, symbol=names[one.symbol]) for one in known.statements),
        employer=names[known.employer or ""],
    )
    return tuple(replace(t, symbol=names[t.symbol]) for t in trades), bars, told


def split_fills(case: Case) -> Case:
    """Every fill in two: a quarter, and the rest some seconds later within the minute."""
    trades, prices, known = case
    parts = []
    for trade in trades:
        for n, part in enumerate((Decimal("0.25"), Decimal("0.75"))):
            fill = replace(trade, quantity=trade.quantity * part, fee=trade.fee * part)
            later = trade.at + timedelta(milliseconds=200 * n)
            parts.append(replace(fill, id=UUID(int=2 * trade.id.int + n), at=later))
    return tuple(parts), prices, known


def moved_by(hours: int) -> Callable[[Case], Case]:
    """Another time of the same UTC day: the trades are at three in the afternoon."""

    def write(case: Case) -> Case:
        return tuple(replace(t, at=t.at + timedelta(hours=hours)) for t in case[0]), *case[1:]

    return write


def in_zone(hours: int) -> Callable[[Case], Case]:
    """The same instants as another clock shows them, partly on another date."""
    zone = timezone(timedelta(hours=hours))

    def write(case: Case) -> Case:
        return tuple(replace(t, at=t.at.astimezone(zone)) for t in case[0]), *case[1:]

    return write


def with_money(case: Case) -> Case:
    """Deposits, withdrawals, dividends and custody fees between the trades."""
    trades, prices, known = case
    held = trades[0].symbol
    extra = [
        replace(trades[n], id=UUID(int=10**6 + n), kind=kind, symbol=symbol, quantity=Decimal(1))
        for n, kind, symbol in (
            (0, Kind.DEPOSIT, ""),
            (9, Kind.DIVIDEND, held),
            (50, Kind.WITHDRAWAL, ""),
            (99, Kind.FEE, ""),
        )
    ]
    return (*extra, *trades), prices, known


def shuffled(case: Case) -> Case:
    """Rows of the file in another order; no two of one share have the same time."""
    order = np.random.default_rng(6).permutation(len(case[0])).tolist()
    return tuple(case[0][n] for n in order), *case[1:]


VARIANTS: dict[str, Callable[[Case], Case]] = {
    "prices × 0.001": scaled_prices("0.001"),
    "prices × 3": scaled_prices("3"),
    "prices × 12345.6": scaled_prices("12345.6"),
    "quantities × 0.0001": scaled_quantities("0.0001"),
    "quantities × 7": scaled_quantities("7"),
    "quantities × 1000000": scaled_quantities("1000000"),
    "units": other_units,
    "volumes": more_volume,
    "renamed": renamed,
    "split fills": split_fills,
    "nine hours earlier": moved_by(-9),
    "eight hours later": moved_by(8),
    "clock of Tokyo": in_zone(9),
    "clock of Honolulu": in_zone(-10),
    "money": with_money,
    "shuffled": shuffled,
}


def test_the_person_is_somebody_of_whom_everything_can_be_said() -> None:
    for crowd in (True, False):
        found = base(crowd)
        assert sorted(found) == sorted(BIASES)
        for finding in found.values():
            assert finding.label is not Label.INSUFFICIENT, finding.bias
            assert not isnan(finding.theta), finding.bias


@pytest.mark.parametrize("crowd", [True, False], ids=["crowd", "sentiment"])
@pytest.mark.parametrize("name", VARIANTS)
def test_how_a_record_is_written_changes_nothing(name: str, crowd: bool) -> None:
    """Without exemptions: theta, error, sample, label and intensity of every bias."""
    other = look(*VARIANTS[name]((person(), market(), context(crowd=crowd))))
    for bias, finding in base(crowd).items():
        told = other[bias]
        assert abs(told.theta - finding.theta) <= 1e-9, bias
        assert told.se == pytest.approx(finding.se, abs=1e-9, nan_ok=True), bias
        assert (told.n, told.unit, told.label) == (finding.n, finding.unit, finding.label), bias
        assert told.intensity == pytest.approx(finding.intensity, abs=1e-6, nan_ok=True), bias
        assert told.p_present == pytest.approx(finding.p_present, abs=1e-9, nan_ok=True), bias
        assert told.caveats == finding.caveats, bias
        assert len(told.evidence) == len(finding.evidence), bias


@pytest.mark.parametrize("factor", ["0.001", "3", "12345.6"])
def test_money_grows_with_prices_and_with_quantities(factor: str) -> None:
    for scale in (scaled_prices, scaled_quantities):
        other = look(*scale(factor)((person(), market(), context())))
        for bias, finding in base(True).items():
            told = other[bias]
            if finding.cost is None:
                assert told.cost is None, bias
                continue
            assert told.cost == pytest.approx(finding.cost * float(factor), rel=1e-8), bias
            assert finding.cost_ci is not None, bias
            ends = [end * float(factor) for end in finding.cost_ci]
            assert told.cost_ci == pytest.approx(ends, rel=1e-8), bias
            assert told.cost_share == pytest.approx(finding.cost_share, rel=1e-8), bias


def test_orders_of_one_instant_do_not_wait_for_each_other_by_name() -> None:
    """A file that knows only days puts all trades of a day at midnight."""
    midnight = tuple(replace(t, at=t.at.replace(hour=0, minute=0, second=0)) for t in person())
    here = look(midnight, market(), context())
    there = look(*renamed((midnight, market(), context())))
    for bias, finding in here.items():
        assert there[bias].n == finding.n, bias
        assert abs(there[bias].theta - finding.theta) <= 1e-9, bias


def test_a_large_universe_is_sampled_in_the_same_way_whatever_the_names() -> None:
    prices = market(11, names=130)
    trades = tuple(t for t in person() if t.symbol in prices)
    row = {day: n for n, day in enumerate(prices.days.tolist())}
    trades = tuple(
        replace(t, price=Decimal(str(prices.close[row[t.at.date()], prices.column(t.symbol)])))
        for t in trades
    )
    order = np.random.default_rng(4).permutation(130)
    names = {old: f"Z{(17 * n + 5) % 130:03d}" for n, old in enumerate(prices.symbols)}
    fields = ("open", "high", "low", "close", "volume")
    other = Prices(
        tuple(names[prices.symbols[n]] for n in order),
        prices.days,
        *(getattr(prices, one)[:, order] for one in fields),
    )
    here = look(trades, prices, Context())
    there = look(tuple(replace(t, symbol=names[t.symbol]) for t in trades), other, Context())
    for bias, finding in here.items():
        assert there[bias].n == finding.n, bias
        assert there[bias].theta == pytest.approx(finding.theta, abs=1e-9, nan_ok=True), bias


@cache
def record_with(hot: Trade | None = None) -> Record:
    trades = person() if hot is None else (*person(), hot)
    return prepare(trades, market(), until=UNTIL)


def test_one_more_purchase_of_what_has_jumped_never_lowers_fomo() -> None:
    """Neither the coefficient nor the count, nor how unlikely it is by chance."""
    before, signals = fomo.detect(record_with(), None), record_with().signals
    tried = 0
    for row, column in np.argwhere(signals.hot[-40:]).tolist():
        row += len(signals.days) - 40
        at = datetime.combine(market().days[row].item(), time(20), tzinfo=UTC)
        price = Decimal(str(market().close[row, column]))
        extra = Trade(UUID(int=10**8), at, Kind.BUY, market().symbols[column], Decimal(60), price)
        after = fomo.detect(record_with(extra), None)
        if after.n == before.n:
            continue  # part of a purchase of that day
        tried += 1
        assert after.theta > before.theta
        assert after.measures["check_theta"] > before.measures["check_theta"]
        assert after.measures["evidence_buys"] == before.measures["evidence_buys"] + 1
        assert after.measures["p_value"] < before.measures["p_value"]
    assert tried > 30


@pytest.mark.parametrize(
    ("detect", "term"),
    [
        (fomo.detect, "hot"),
        (recency.detect, "z21"),
        (lottery.detect, "zmax"),
        (attention.detect, "zvol"),
    ],
    ids=["fomo", "recency", "lottery", "attention"],
)
def test_what_catches_the_eye_and_what_does_not_are_mirrored(
    detect: Callable[[Record, None], BiasFinding], term: str
) -> None:
    record = record_with()
    here = detect(record, None)
    values = getattr(record.signals, term)
    flipped = ~values if term == "hot" else -values
    signals = replace(record.signals, **{term: flipped})
    there = detect(prepare(person(), market(), until=UNTIL, signals=signals), None)
    assert abs(here.theta) > 1e-3
    assert there.theta == pytest.approx(-here.theta, abs=1e-9)
    assert there.se == pytest.approx(here.se, abs=1e-9)
