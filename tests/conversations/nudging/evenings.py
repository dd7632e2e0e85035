"""An evening on which something may be said: four shares, trades, and what is found of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import numpy as np

from conversations.actions.pricing import Freshness
from conversations.actions.reviewing import Case
from conversations.nudging.kind import Look, Occasion
from conversations.nudging.registry import kind_named
from engine.arrays import Floats
from engine.detection.finding import BiasFinding, Calibration, Evidence, Label
from engine.ledger import Kind as TradeKind
from engine.ledger import LotMethod, Trade
from engine.prices import Prices
from engine.record.context import NOTHING_ELSE
from storage.records import Person, PortfolioRecord
from tests.conversations.sample_person import check

DAYS = 1600
FIRST = np.datetime64("2020-01-06", "D")
NAMES = ("AAA", "BBB", "CCC", "DDD")
ME = UUID(int=1)
BOOK = PortfolioRecord(UUID(int=2), ME, "Main", False, "USD", LotMethod.FIFO, False, 1)
ADVICE = ("you should", "buy now", "sell now", "recommend", "will rise", "will fall")


def trading_days(count: int = DAYS) -> np.ndarray:
    week = np.arange(FIRST, FIRST + 2 * count)
    return week[(week.astype(np.int64) + 3) % 7 < 5][:count]


def walk(seed: int = 1, wide: float = 0.01) -> Floats:
    """Four shares with daily moves of 1 %."""
    moves = np.random.default_rng(seed).normal(0.0003, wide, (DAYS, len(NAMES)))
    return 100.0 * np.exp(np.cumsum(moves, axis=0))


def prices_of(close: Floats) -> Prices:
    return Prices.from_closes(NAMES, trading_days(len(close)), close.copy())


def trade_at(
    row: int, side: str, symbol: str, shares: float, close: Floats, planned: bool = False
) -> Trade:
    day: date = trading_days()[row].item()
    return Trade(
        id=uuid4(),
        at=datetime(day.year, day.month, day.day, 15, tzinfo=UTC),
        kind=TradeKind.BUY if side == "buy" else TradeKind.SELL,
        symbol=symbol,
        quantity=Decimal(str(shares)),
        price=Decimal(repr(round(float(close[row, NAMES.index(symbol)]), 4))),
        planned=planned,
    )


def look_at(close: Floats, trades: list[Trade], **more: object) -> Look:
    prices = prices_of(close)
    until = prices.last_day
    assert until is not None
    case = Case(BOOK, tuple(trades), prices, until, NOTHING_ELSE, Freshness())
    now = datetime(until.year, until.month, until.day, 22, tzinfo=UTC)
    return replace(Look(Person(ME), case, case.record(), (), now), **more)  # type: ignore[arg-type]


def finding_of(bias: str, facts: list[dict[str, float]], detected: bool = True) -> BiasFinding:
    shown = tuple(
        Evidence(str(n), "AAA", date(2021, 3, 1), None, one) for n, one in enumerate(facts)
    )
    return BiasFinding(
        bias, 0.64, 0.2, 34, 20, "sale days", 60.0, (50.0, 70.0), 0.99, Label.STRONG, detected,
        False, 120.0, (40.0, 210.0), 0.01, 63, shown, Calibration.PUBLISHED,
    )  # fmt: skip


def occasion_of(kind: str, look: Look) -> Occasion | None:
    found = kind_named(kind)
    assert found is not None
    occasions = found.find(look)
    return occasions[0] if occasions else None


def said_of(kind: str, occasion: Occasion | None) -> str:
    """What is said of it; a reason and a why that anybody may read."""
    assert occasion is not None
    found = kind_named(kind)
    assert found is not None
    told, why = found.told(occasion.facts, "USD"), found.why(occasion.facts)
    for text in (told, why):
        check(text)
        assert len(text.splitlines()) <= 2
        assert not [one for one in ADVICE if one in text.casefold()]
    assert found.source.rpartition(" ")[2] in why
    return told
