"""Any small ledger against any small market: what must hold of every finding does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.context import Context, Panel
from tests.engine.diagnosis.rich import (
    CONVENTIONS,
    check,
)

SYMBOLS = ("AA", "BB", "CC", "DD")
START = date(2024, 1, 1)
quantities = st.one_of(
    st.integers(1, 50).map(Decimal),
    st.sampled_from([Decimal(0), Decimal("1e-8"), Decimal("1e9"), Decimal("0.37")]),
)
amounts = st.one_of(
    st.integers(1, 200).map(Decimal),
    st.sampled_from([Decimal(0), Decimal("1e-8"), Decimal("1e9"), Decimal("99.99")]),
)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Trade]:
    made = []
    for n in range(draw(st.integers(0, 25))):
        kind = draw(st.sampled_from([Kind.BUY, Kind.BUY, Kind.SELL, Kind.SELL, Kind.SPLIT]))
        day = START + timedelta(days=draw(st.integers(-5, 60)))
        moment = datetime.combine(day, time(draw(st.integers(0, 2))), tzinfo=UTC)
        symbol = draw(st.sampled_from(SYMBOLS))
        quantity, price = draw(quantities), draw(amounts)
        if kind is Kind.SPLIT:
            quantity, price = Decimal(draw(st.sampled_from(["2", "0.25", "3"]))), Decimal(0)
        fee = draw(st.sampled_from([Decimal(0), Decimal(1), Decimal(5000)]))
        planned = draw(st.booleans()) and draw(st.booleans())
        made.append(Trade(UUID(int=n + 1), moment, kind, symbol, quantity, price, fee, planned))
    return made


@st.composite
def small_markets(draw: st.DrawFn) -> Prices:
    """A few days of a few names, in every state that prices can be in."""
    rows, names = draw(st.integers(0, 45)), draw(st.integers(0, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    days = np.sort(rng.choice(60, rows, replace=False)) + np.datetime64(START, "D")
    moves = rng.normal(0, draw(st.sampled_from([0.0, 0.02, 0.5])), (rows, names))
    close = draw(st.sampled_from([1e-8, 1.0, 100.0, 1e9])) * np.exp(np.cumsum(moves, axis=0))
    close = np.where(rng.random(close.shape) < draw(st.sampled_from([0, 0.2, 1])), np.nan, close)
    high, low = close * 1.01, close * 0.98
    volume = rng.uniform(0, 10, close.shape).round()
    return Prices(SYMBOLS[:names], days, close.copy(), high, low, close, volume)


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    def scored() -> Panel | None:
        rows, names = draw(st.integers(0, 30)), draw(st.integers(0, 4))
        if not rows:
            return None
        rng = np.random.default_rng(draw(st.integers(0, 2**32)))
        days = np.sort(rng.choice(60, rows, replace=False)) + np.datetime64(START, "D")
        values = np.where(
            rng.random((rows, names)) < 0.3, np.nan, rng.uniform(-1, 1, (rows, names))
        )
        return Panel(SYMBOLS[:names], days, values)

    return Context(
        crowd=scored(),
        sentiment=scored(),
        news=scored(),
        countries=dict.fromkeys(SYMBOLS[: draw(st.integers(0, 4))], "US"),
        home=draw(st.sampled_from([None, "US", "DE"])),
        benchmark=draw(st.sampled_from([None, "AA", "ZZ"])),
    )


@settings(max_examples=200, deadline=None)
@given(ledgers(), small_markets(), contexts(), st.sampled_from(sorted(CONVENTIONS)))
def test_any_small_record(made: list[Trade], prices: Prices, known: Context, name: str) -> None:
    check(made, prices, known, CONVENTIONS[name])
