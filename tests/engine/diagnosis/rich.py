"""A market with everything that prices can hold, a person in it, all that can be known of both, and
what must be true of every finding."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from math import isfinite, isnan, nan
from uuid import uuid4

import numpy as np

from bot.report import as_row
from engine.arrays import Floats
from engine.detection.declaration import P_VALUE
from engine.detection.finding import BiasFinding, Label
from engine.diagnosis import DISCRETIONARY, EVERY_TRADE, Profile
from engine.diagnosis.examination import diagnose
from engine.diagnosis.registry import Detector, detectors
from engine.ledger import Kind, LotMethod, Trade
from engine.prices import Prices
from engine.record.context import Context, Panel, Quiz, Statement
from engine.record.convention import Convention
from engine.record.record import Record, prepare
from storage.repositories.findings import pack, unpack
from tests.engine.biases.records import random_trader

NAMES, WARM, ROWS = 32, 260, 640
UNSCORED = {"narrow_framing", "familiarity"}  # reported without an intensity
BIASES = [detector.bias.name for detector in detectors()]


@cache
def market(seed: int = 7, names: int = NAMES, rows: int = ROWS) -> Prices:
    """Bars with ranges and volumes; a crash in the middle, so that there are days of stress."""
    rng = np.random.default_rng(seed)
    factor = rng.standard_t(5, (rows, 1)) * 0.008
    factor[rows // 2 : rows // 2 + 30] -= 0.012
    own = rng.standard_t(4, (rows, names)) * 0.014 * np.exp(rng.normal(0, 0.3, names))
    close = 100 * np.exp(np.cumsum(factor + own, axis=0))
    spread = np.abs(rng.normal(0, 0.006, close.shape))
    volume = np.exp(rng.normal(10, 0.4, close.shape) + 15 * np.abs(own))
    days = np.busday_offset(np.datetime64("2015-01-01", "D"), np.arange(rows), roll="forward")
    symbols = tuple(f"S{n:03d}" for n in range(names))
    high, low = close * (1 + spread), close * (1 - 0.7 * spread)
    return Prices(symbols, days, close.copy(), high, low, close, volume)


@cache
def person(seed: int = 3, days: int = 190) -> tuple[Trade, ...]:
    """Somebody who trades on many days after a year of prices, with some of every habit."""
    prices = market()
    part = slice(WARM, None)
    late = Prices.from_closes(prices.symbols, prices.days[part].copy(), prices.close[part].copy())
    return tuple(random_trader(late, seed, days=days, positions=9, tilt=0.7, down=0.5))


def panel(prices: Prices, values: np.ndarray) -> Panel:
    return Panel(prices.symbols, prices.days.copy(), values)


@cache
def context(seed: int = 5, *, crowd: bool = True) -> Context:
    """With the trades of others, or with sentiment alone."""
    prices, rng = market(), np.random.default_rng(seed)
    shape = prices.close.shape
    news = np.where(rng.random(shape) < 0.06, rng.normal(0, 2.0, shape), 0.0)
    statements = tuple(
        Statement(prices.days[WARM + n].item(), prices.symbols[n % NAMES], n % 3 > 0)
        for n in range(45)
    )
    codes = ("US", "DE", "JP", "GB", "FR")
    return Context(
        crowd=panel(prices, rng.beta(2, 2, shape)) if crowd else None,
        sentiment=panel(prices, rng.uniform(-1, 1, shape)),
        news=panel(prices, news),
        quiz=Quiz(3.0, 4.0),
        statements=statements,
        supportive_share=0.5,
        countries={name: codes[n % 5] for n, name in enumerate(prices.symbols)},
        home="DE",
        employer=prices.symbols[4],
    )


def last_day(prices: Prices, trades: Sequence[Trade] = ()) -> date:
    """The day on which everything is known."""
    days = [trade.at.date() for trade in trades]
    if prices.last_day is not None:
        days.append(prices.last_day)
    return max(days, default=date(2024, 1, 1)) + timedelta(days=1)


def same(one: object, other: object) -> bool:
    """Equal, where what cannot be computed (NaN) is equal to itself."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (isnan(one) and isnan(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one) and type(one) is type(other):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return one == other


def check_record(record: Record) -> tuple[BiasFinding, ...]:
    """Every detector, with and without randomness: all that must hold. The full findings."""
    ids = set(record.fills.ids)
    found = []
    for detector in detectors():
        quick = detector.detect(record, None)
        full = detector.detect(record, np.random.default_rng(1))
        assert quick.cost_ci is None, detector.bias.name
        assert (quick.n, quick.unit, quick.n_min) == (full.n, full.unit, full.n_min)
        assert same(quick.theta, full.theta) or detector.bias.name == "overconfidence"
        for finding in (quick, full):
            assert finding.bias == detector.bias.name
            check_finding(finding, ids, resampled=finding is full)
        _check_warning(record, detector, full)
        found.append(full)
    return tuple(found)


def proposals(record: Record) -> list[Trade]:
    """A purchase and a sale of something held, of something else, and of what nobody knows."""
    names, prices = record.history.symbols, record.market.prices
    held = [names[symbol] for symbol, *_ in record.history.final]
    moment = datetime.combine(record.until, time(12), tzinfo=UTC)
    made = []
    for symbol in {*held[:1], *names[:1], *prices.symbols[-1:], "ZZZZ"}:
        known = prices.latest(symbol)
        price = Decimal("1" if known is None else str(known.close))
        for kind in (Kind.BUY, Kind.SELL):
            for quantity in ("40", "0.001"):
                trade = Trade(uuid4(), moment, kind, symbol, Decimal(quantity), price)
                made.append(trade)
    return made


def _check_warning(record: Record, detector: Detector, finding: BiasFinding) -> None:
    if detector.feeds is None or detector.facts is None:
        return
    for proposed in proposals(record):
        if not detector.feeds(record, proposed):
            continue
        facts = detector.facts(record, proposed, finding)
        assert facts["symbol"] == proposed.symbol
        for name, value in facts.items():
            assert isinstance(value, str | float), (finding.bias, name, value)
            shown = finding.label is not Label.INSUFFICIENT
            assert isinstance(value, str) or not shown or isfinite(value), (finding.bias, name)


def check_finding(finding: BiasFinding, ids: set[str], *, resampled: bool = True) -> None:
    """``ids``: those of the trades that count."""
    told = finding.bias
    assert type(finding.n) is int, told
    assert finding.n >= 0, told
    assert finding.n_min > 0, told
    if finding.n < finding.n_min:
        assert finding.label is Label.INSUFFICIENT, told
    if finding.label is Label.INSUFFICIENT:
        assert not finding.detected, told
        assert not finding.opposite, told
    else:
        _check_shown(finding, resampled)
    ends = finding.cost_ci or (0.0, 0.0)
    for name, value in {
        "cost": finding.cost or 0.0,
        "share": finding.cost_share or 0.0,
        "low": ends[0],
        "high": ends[1],
    }.items():
        assert isfinite(value), (told, name, value)
    assert ends[0] <= ends[1], told
    for name, value in finding.measures.items():
        assert isinstance(value, float), (told, name, value)
        assert abs(value) != float("inf"), (told, name, value)
    for trade in finding.evidence:
        assert trade.trade_id in ids, told
        assert trade.kappa is None or isfinite(trade.kappa), (told, trade)
        assert all(isfinite(value) for value in trade.facts.values()), (told, trade)
    assert len(set(finding.caveats)) == len(finding.caveats), told
    if resampled:
        kept = json.loads(json.dumps(pack(finding), allow_nan=False))
        assert same(unpack(kept), finding), told
        json.dumps(as_row("", finding), allow_nan=False)


def _check_shown(finding: BiasFinding, resampled: bool) -> None:
    """With enough data there is a number wherever one is shown."""
    told = finding.bias
    painless = "v_shape" in finding.caveats  # losses are sold as readily: a verdict without λ
    assert painless or isfinite(finding.theta), told
    # The error of a turnover comes from resampled months only, and its intensity with it.
    if told not in UNSCORED and (resampled or told != "overconfidence"):
        assert 0.0 <= finding.intensity <= 100.0, (told, finding.intensity)
    if finding.label is Label.MEASURED:
        return
    assert 0.0 <= finding.p_present <= 1.0, (told, finding.p_present)
    assert 0.0 <= finding.measures.get(P_VALUE, nan) <= 1.0, told
    assert finding.opposite == (finding.theta + 1.645 * finding.se < 0), told


FIELDS = ("open", "high", "low", "close", "volume")
BARS = FIELDS[:4]
EVERY = slice(None)
CONVENTIONS = {
    "product": DISCRETIONARY,
    "every trade": EVERY_TRADE,
    "shorts": replace(DISCRETIONARY, short_sales=True),
    "fifo": replace(DISCRETIONARY, lots=LotMethod.FIFO),
}


@cache
def trades() -> tuple[Trade, ...]:
    return person(3, 110)


def check(
    made: Sequence[Trade],
    prices: Prices | None = None,
    known: Context | None = None,
    convention: Convention = DISCRETIONARY,
) -> Profile:
    """The profile, after everything that must hold of it was looked at."""
    prices = market() if prices is None else prices
    until = last_day(prices, made)
    known = context() if known is None else known
    record = prepare(made, prices, until=until, context=known, convention=convention)
    check_record(record)
    profile = diagnose(record, np.random.default_rng(1))
    assert len(profile.findings) == 18
    given_trades = [t for t in made if t.kind in (Kind.BUY, Kind.SELL)]
    assert profile.trades == len(given_trades)
    # Every trade is a decision or a part of one, or it is counted among what was dropped; a sale of
    # more than was held is both.
    dropped = {one.trade_id for one in profile.dropped}
    assert dropped | set(record.fills.ids) == {str(t.id) for t in given_trades}
    return profile


def of(profile: Profile, bias: str) -> BiasFinding:
    return next(one for one in profile.findings if one.bias == bias)


def edited(change: Callable[[Floats], Floats], names: Sequence[str] = BARS) -> Prices:
    prices = market()
    bars = [
        change(getattr(prices, name).copy()) if name in names else getattr(prices, name)
        for name in FIELDS
    ]
    return Prices(prices.symbols, prices.days, *bars)


def put(value: float, rows: slice, columns: slice = slice(None)) -> Callable[[Floats], Floats]:
    def change(values: Floats) -> Floats:
        values[rows, columns] = value
        return values

    return change
