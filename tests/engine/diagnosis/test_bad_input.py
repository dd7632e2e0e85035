"""Whatever is in a file: a finding, "not enough data" or a caveat from every bias; never a crash, a
warning of numpy, a number that is none, or a trade that is dropped without being counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from engine.arrays import Floats
from engine.detection.finding import Label
from engine.diagnosis import Profile
from engine.ledger import Kind, Trade
from engine.prices import Prices
from tests.engine.diagnosis.rich import (
    CONVENTIONS,
    EVERY,
    FIELDS,
    NAMES,
    check,
    edited,
    market,
    of,
    put,
    trades,
)


def nothing_can_be_said(profile: Profile) -> bool:
    """But for what needs no trades, the answers to the quiz and the statements, and for what needs
    only something that is held."""
    apart = ("loss_aversion", "confirmation", "home_bias", "under_diversification")
    return all(f.label is Label.INSUFFICIENT for f in profile.findings if f.bias not in apart)


def part(rows: slice = slice(None), columns: slice = slice(None)) -> Prices:
    prices = market()
    bars = [getattr(prices, name)[rows, columns].copy() for name in FIELDS]
    return Prices(prices.symbols[columns], prices.days[rows].copy(), *bars)


def with_gaps(values: Floats) -> Floats:
    gone = np.random.default_rng(9).random(values.shape) < 0.3
    return np.where(gone, np.nan, values)


def divided(factor: float, first: int, columns: slice) -> Callable[[Floats], Floats]:
    def change(values: Floats) -> Floats:
        values[first:, columns] /= factor
        return values

    return change


NO_PRICES = part(columns=slice(0, 0))
PRICES: dict[str, Prices] = {
    "half of the names": part(columns=slice(0, NAMES // 2)),
    "one name": part(columns=slice(0, 1)),
    "no names": NO_PRICES,
    "no days": part(slice(0, 0)),
    "neither": part(slice(0, 0), slice(0, 0)),
    "one day": part(slice(400, 401)),
    "the last day": part(slice(-1, None)),
    "two days": part(slice(400, 402)),
    "three weeks": part(slice(400, 415)),
    "a quarter": part(slice(400, 464)),
    "gaps": edited(with_gaps, FIELDS),
    "gaps in closes only": edited(with_gaps, ("close",)),
    "nothing at first": edited(put(np.nan, slice(0, 300))),
    "nothing in the end": edited(put(np.nan, slice(-100, None))),
    "nothing at all": edited(put(np.nan, EVERY), FIELDS),
    "ten names without": edited(put(np.nan, EVERY, slice(0, 10))),
    "constant": edited(put(50.0, EVERY)),
    "some are 0": edited(put(0.0, slice(400, 410), slice(0, 5))),
    "all are 0": edited(put(0.0, EVERY)),
    "some are negative": edited(put(-1.0, slice(400, 410), slice(0, 5))),
    "volumes of 0": edited(put(0.0, EVERY), ("volume",)),
    "no volumes": edited(put(np.nan, EVERY), ("volume",)),
    "a split of some left out": edited(divided(4.0, 420, slice(0, 8))),
    "a split of all left out": edited(divided(4.0, 420, EVERY)),
    "pence": edited(lambda values: values * 100),
    "pence for some": edited(divided(0.01, 0, slice(0, 9))),
    "delisted": edited(put(np.nan, slice(450, None), slice(0, 9)), FIELDS),
}


@pytest.mark.parametrize("name", PRICES)
def test_prices(name: str) -> None:
    profile = check(trades(), PRICES[name])
    said = {
        "half of the names": "unpriced_symbols",
        "no names": "unpriced_symbols",
        "a split of some left out": "unsplit_prices",
        "a split of all left out": "unsplit_prices",
        "pence": "prices_disagree",
        "pence for some": "prices_disagree",
        "delisted": "delisted_symbols",
    }
    if name in said:
        assert said[name] in profile.caveats
    if name in ("no names", "no days", "neither", "nothing at all", "all are 0"):
        # These look at trades, at the crowd, and at answers.
        without = {"narrow_framing", "herding", "loss_aversion", "confirmation"}
        shown = {f.bias for f in profile.findings if f.label is not Label.INSUFFICIENT}
        assert shown - {"familiarity"} <= without
        # Of two names bought on one day each is the other's alternative; that is said.
        assert "small_universe" in of(profile, "familiarity").caveats or "familiarity" not in shown


def moved(days: int) -> tuple[Trade, ...]:
    return tuple(replace(t, at=t.at + timedelta(days=days)) for t in trades())


def with_ids(made: Sequence[Trade], first: int) -> tuple[Trade, ...]:
    return tuple(replace(t, id=UUID(int=first + n)) for n, t in enumerate(made))


def sized(quantity: str, price: str) -> tuple[Trade, ...]:
    return tuple(
        replace(t, quantity=t.quantity * Decimal(quantity), price=t.price * Decimal(price))
        for t in trades()
    )


def wild_sizes() -> tuple[Trade, ...]:
    sizes = (Decimal("1e-8"), Decimal("1e9"), Decimal("1e-8"))
    return tuple(replace(t, quantity=t.quantity * sizes[n % 3]) for n, t in enumerate(trades()))


def wild_prices() -> tuple[Trade, ...]:
    sizes = (Decimal("1e-8"), Decimal("1e9"), Decimal(1))
    return tuple(replace(t, price=t.price * sizes[n % 3]) for n, t in enumerate(trades()))


def weekend(trade: Trade) -> Trade:
    return replace(trade, at=trade.at + timedelta(days=(5 - trade.at.weekday()) % 7))


def one_day(copies: int) -> tuple[Trade, ...]:
    start = datetime.combine(trades()[90].at.date(), time(0), tzinfo=UTC)
    made = with_ids(trades() * copies, 1)
    return tuple(replace(t, at=start + timedelta(seconds=n)) for n, t in enumerate(made))


def splits() -> tuple[Trade, ...]:
    some = replace(trades()[100], kind=Kind.SPLIT, quantity=Decimal(4), price=Decimal(0))
    names = market().symbols
    return tuple(replace(some, id=UUID(int=9000 + n), symbol=s) for n, s in enumerate(names))


BUYS = tuple(t for t in trades() if t.kind is Kind.BUY)
SALES = tuple(t for t in trades() if t.kind is Kind.SELL)
OPPOSITE = {Kind.BUY: Kind.SELL, Kind.SELL: Kind.BUY}
LEDGERS: dict[str, tuple[Trade, ...]] = {
    "nothing": (),
    "one purchase": BUYS[:1],
    "one sale": SALES[:1],
    "two trades": trades()[:2],
    "a round trip": (BUYS[0], replace(BUYS[0], id=UUID(int=9), kind=Kind.SELL, at=BUYS[-1].at)),
    "all purchases": BUYS,
    "all sales": SALES,
    "one asset": tuple(t for t in trades() if t.symbol == BUYS[0].symbol),
    "repeated rows": tuple(one for t in trades() for one in (t, t)),
    "repeated rows with other ids": trades() + with_ids(trades(), 9000),
    "midnight": tuple(replace(t, at=t.at.replace(hour=0, minute=0, second=0)) for t in trades()),
    "one instant": tuple(replace(t, at=trades()[100].at) for t in trades()),
    "weekends": tuple(weekend(t) for t in trades()),
    "before the first price": moved(-3650),
    "after the last price": moved(3650),
    "half before": moved(-500),
    "half after": moved(270),
    "splits": trades() + splits(),
    "fees above the value": tuple(replace(t, fee=t.price * t.quantity * 2) for t in trades()),
    "tiny quantities": sized("1e-8", "1"),
    "huge quantities": sized("1e9", "1"),
    "tiny prices": sized("1", "1e-8"),
    "huge prices": sized("1", "1e9"),
    "tiny": sized("1e-8", "1e-8"),
    "huge": sized("1e9", "1e9"),
    "tiny next to huge quantities": wild_sizes(),
    "tiny next to huge prices": wild_prices(),
    "planned": tuple(replace(t, planned=True) for t in trades()),
    "the other way round": tuple(replace(t, kind=OPPOSITE[t.kind]) for t in trades()),
}


@pytest.mark.parametrize("name", LEDGERS)
def test_ledgers(name: str) -> None:
    profile = check(LEDGERS[name])
    if name in ("nothing", "one purchase", "one sale", "two trades", "all sales", "planned"):
        assert nothing_can_be_said(profile)
    if name in ("one sale", "all sales"):
        assert "opened_before_file" in profile.caveats
        assert len(profile.dropped) == len(LEDGERS[name])
    if name == "one asset":
        assert "one_asset" in profile.caveats
    if name in ("tiny prices", "tiny next to huge prices", "huge"):
        assert "prices_disagree" in profile.caveats


@pytest.mark.parametrize("convention", list(CONVENTIONS)[1:])
@pytest.mark.parametrize(
    "name", ["all sales", "the other way round", "tiny next to huge quantities", "one instant"]
)
def test_ledgers_by_every_convention(name: str, convention: str) -> None:
    check(LEDGERS[name], convention=CONVENTIONS[convention])


@pytest.mark.parametrize("convention", list(CONVENTIONS)[1:])
@pytest.mark.parametrize("name", ["gaps", "no names", "constant", "a split of all left out"])
def test_prices_by_every_convention(name: str, convention: str) -> None:
    check(trades(), PRICES[name], convention=CONVENTIONS[convention])


def test_rows_that_cannot_be_used_are_counted_and_listed() -> None:
    first = trades()[0]
    flaws = [
        ({"quantity": Decimal(0)}, "zero_quantity"),
        ({"quantity": Decimal(-3)}, "zero_quantity"),
        ({"quantity": Decimal("NaN")}, "zero_quantity"),
        ({"quantity": Decimal("Infinity")}, "zero_quantity"),
        ({"price": Decimal(0)}, "no_price"),
        ({"price": Decimal(-1)}, "no_price"),
        ({"price": Decimal("NaN")}, "no_price"),
        ({"price": Decimal("Infinity")}, "no_price"),
    ]
    bad = [
        replace(first, id=UUID(int=9000 + n), **change)  # type: ignore[arg-type]
        for n, (change, _) in enumerate(flaws)
    ]
    with_them, without = check([*bad, *trades()]), check(trades())
    assert [(one.trade_id, one.reason) for one in with_them.dropped] == [
        (str(trade.id), reason) for trade, (_, reason) in zip(bad, flaws, strict=True)
    ]
    assert with_them.trades == without.trades + len(bad)
    for here, there in zip(with_them.findings, without.findings, strict=True):
        assert repr(here) == repr(there)


def test_a_sale_of_more_than_is_held_counts_as_far_as_it_goes() -> None:
    """However little that is: the rest was bought before the record starts."""
    tiny = replace(BUYS[0], quantity=Decimal("1e-9"))
    sale = replace(BUYS[0], id=UUID(int=9), kind=Kind.SELL, quantity=Decimal("1e9"))
    sale = replace(sale, at=sale.at + timedelta(days=3))
    profile = check((tiny, sale))
    assert [(one.trade_id, one.reason) for one in profile.dropped] == [
        (str(sale.id), "opened_before_file")
    ]


def test_thousands_of_trades_in_one_day() -> None:
    assert len(one_day(12)) > 3000
    profile = check(one_day(12))
    assert of(profile, "disposition").label is Label.INSUFFICIENT
