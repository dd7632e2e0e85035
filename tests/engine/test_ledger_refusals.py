"""What the ledger refuses: amounts, moments and sales that cannot have been."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from engine.ledger import (
    Impossible,
    ImpossibleTrade,
    Kind,
    NotEnoughShares,
    Portfolio,
    book,
    check,
)
from tests.engine.ledger_text import one, trades

D = Decimal


def test_a_sale_of_more_than_is_held_is_refused_with_the_facts() -> None:
    told = trades(
        """
        2025-03-01 buy 10 AAPL 100
        2025-03-02 sell 12 AAPL 100
        """
    )
    with pytest.raises(NotEnoughShares) as fact:
        book(told)
    assert (fact.value.symbol, fact.value.held, fact.value.wanted) == ("AAPL", 10, 12)
    assert (fact.value.trade, fact.value.at) == (told[1], told[1].at)


BUY = one("2025-03-01 buy 10 AAPL 10")
DEPOSIT = one("2025-03-01 deposit 10")
AMOUNTS = ["-1", "-0", "1E+12", "0.00000000001", "NaN", "sNaN", "Infinity", "-Infinity", "1E+400"]


@pytest.mark.parametrize("amount", [*AMOUNTS, "0", "1E-400"])
@pytest.mark.parametrize("kind", Kind)
def test_absurd_quantities_are_refused(kind: Kind, amount: str) -> None:
    with pytest.raises(ImpossibleTrade) as fact:
        check(replace(BUY, kind=kind, quantity=D(amount)))
    assert fact.value.reason is Impossible.QUANTITY
    assert fact.value.trade.kind is kind


@pytest.mark.parametrize("amount", AMOUNTS)
def test_absurd_prices_and_fees_are_refused(amount: str) -> None:
    for field, reason in (("price", Impossible.PRICE), ("fee", Impossible.FEE)):
        for trade in (BUY, DEPOSIT):
            with pytest.raises(ImpossibleTrade) as fact:
                book([replace(trade, **{field: D(amount)})])
            assert fact.value.reason is reason


def test_the_largest_and_the_finest_amounts_are_exact() -> None:
    most, least = D("999999999999.9999999999"), D("0.0000000001")
    told = [
        replace(BUY, quantity=most, price=most, fee=least),
        replace(BUY, quantity=least, price=least, fee=most),
    ]
    portfolio = book(told)
    assert str(portfolio.held("AAPL")) == "1000000000000.0000000000"
    cost = 999999999999_9999999999**2 + 1 + (999999999999_9999999999 + 1) * 10**10
    assert str(portfolio.cash).replace(".", "") == str(-cost)
    assert check(replace(BUY, quantity=D("10.000000000000"))) is None  # zeros are no decimals


IMPOSSIBLE = [
    (replace(BUY, symbol=""), Impossible.SYMBOL),
    (replace(BUY, kind=Kind.SPLIT, price=D(0), symbol=""), Impossible.SYMBOL),
    (replace(DEPOSIT, symbol="AAPL"), Impossible.SYMBOL),
    (replace(DEPOSIT, kind=Kind.WITHDRAWAL, symbol="AAPL"), Impossible.SYMBOL),
    (replace(DEPOSIT, quantity=D(2)), Impossible.QUANTITY),
    (replace(DEPOSIT, kind=Kind.FEE, quantity=D(2)), Impossible.QUANTITY),
    (replace(DEPOSIT, price=D(0)), Impossible.PRICE),
    (replace(DEPOSIT, kind=Kind.FEE, price=D(0)), Impossible.PRICE),
    (replace(BUY, kind=Kind.DIVIDEND, price=D(0)), Impossible.PRICE),
    (replace(BUY, kind=Kind.SPLIT), Impossible.PRICE),
    (replace(BUY, kind=Kind.SPLIT, price=D(0)), Impossible.NOTHING_TO_SPLIT),
    (replace(BUY, kind=Kind.DIVIDEND), Impossible.NEVER_HELD),
    (replace(BUY, at=datetime(2025, 3, 1)), Impossible.MOMENT),  # noqa: DTZ001 - the point
    (replace(BUY, at=datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))), Impossible.MOMENT),
    (
        replace(BUY, at=datetime.max.replace(tzinfo=timezone(-timedelta(hours=9)))),
        Impossible.MOMENT,
    ),
]


@pytest.mark.parametrize(("trade", "reason"), IMPOSSIBLE)
def test_what_cannot_have_happened_is_refused(trade, reason) -> None:
    for attempt in (lambda: book([trade]), lambda: Portfolio().after(trade)):
        with pytest.raises(ImpossibleTrade) as fact:
            attempt()
        assert (fact.value.reason, fact.value.trade) == (reason, trade)


@pytest.mark.parametrize("ratio", ["0.0000000001", "999999999999"])
def test_a_split_that_leaves_nothing_or_too_much_is_refused(ratio: str) -> None:
    told = trades(
        f"""
        2025-03-01 buy {"0.4" if ratio < "1" else "2"} AAPL 10
        2025-03-02 split {ratio} AAPL
        """
    )
    with pytest.raises(ImpossibleTrade) as fact:
        book(told)
    assert (fact.value.reason, fact.value.trade) == (Impossible.SPLIT_SIZE, told[1])


def test_after_everything_is_sold_a_dividend_may_come_but_no_split() -> None:
    told = trades(
        """
        2025-03-01 buy 10 AAPL 10
        2025-03-02 sell 10 AAPL 10
        2025-03-03 dividend 10 AAPL 1
        """
    )
    assert book(told).dividends == 10
    assert book(told[:2]).after(told[2]).dividends == 10
    with pytest.raises(ImpossibleTrade) as fact:
        book([*told, one("2025-03-04 split 2 AAPL")])
    assert fact.value.reason is Impossible.NOTHING_TO_SPLIT
