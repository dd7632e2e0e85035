"""What the ledger makes of told trades, example by example."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.ledger import (
    Impossible,
    ImpossibleTrade,
    LotMethod,
    NoPrice,
    NotEnoughShares,
    Portfolio,
    Rules,
    book,
    in_order,
    market_value,
    realised,
    replay,
    unrealised,
)
from tests.engine.ledger_text import one, trades

D = Decimal
AVERAGE = Rules(LotMethod.AVERAGE)
SHORT = Rules(allow_short=True)


def lots(portfolio: Portfolio) -> list[str]:
    return [f"{lot.quantity:f} {lot.symbol} cost {lot.cost:f}" for lot in portfolio.lots]


def gains(portfolio: Portfolio) -> list[str]:
    return [
        f"{c.quantity:f} {c.symbol} {c.cost:f} -> {c.proceeds:f} = {c.gain:f}"
        for c in portfolio.closures
    ]


CASES = {
    "a purchase costs its fee": (
        "2025-03-01 buy 20 AAPL 150 fee 1",
        Rules(),
        ["20 AAPL cost 3001"],
        [],
        "-3001",
    ),
    "first in, first out": (
        """
        2025-03-01 buy 10 AAPL 100
        2025-03-02 buy 10 AAPL 120
        2025-03-03 sell 15 AAPL 130 fee 3
        """,
        Rules(),
        ["5 AAPL cost 600"],
        ["10 AAPL 1000 -> 1298 = 298", "5 AAPL 600 -> 649 = 49"],
        "-253",
    ),
    "average cost": (
        """
        2025-03-01 buy 10 AAPL 100
        2025-03-02 buy 10 AAPL 120
        2025-03-03 sell 15 AAPL 130 fee 3
        """,
        AVERAGE,
        ["5 AAPL cost 550"],
        ["15 AAPL 1650 -> 1947 = 297"],
        "-253",
    ),
    "part of a lot takes part of its fee along": (
        """
        2025-03-01 buy 20 AAPL 150 fee 1
        2025-03-02 sell 5 AAPL 160
        """,
        Rules(),
        ["15 AAPL cost 2250.75"],
        ["5 AAPL 750.25 -> 800 = 49.75"],
        "-2201",
    ),
    "a third of a fee is cut, the rest stays": (
        """
        2025-03-01 buy 3 AAPL 10 fee 1
        2025-03-02 sell 1 AAPL 10
        """,
        Rules(),
        ["2 AAPL cost 20.6666666667"],
        ["1 AAPL 10.3333333333 -> 10 = -0.3333333333"],
        "-21",
    ),
    "the fee of a sale is shared by the lots it closes, to the last digit": (
        """
        2025-03-01 buy 1 AAPL 10
        2025-03-02 buy 1 AAPL 10
        2025-03-03 buy 1 AAPL 10
        2025-03-04 sell 3 AAPL 10 fee 1
        """,
        Rules(),
        [],
        [
            "1 AAPL 10 -> 9.6666666667 = -0.3333333333",
            "1 AAPL 10 -> 9.6666666667 = -0.3333333333",
            "1 AAPL 10 -> 9.6666666666 = -0.3333333334",
        ],
        "-1",
    ),
    "a split keeps the cost": (
        """
        2025-03-01 buy 10 AAPL 100 fee 1
        2025-03-05 split 3 AAPL
        2025-03-06 sell 15 AAPL 40
        """,
        Rules(),
        ["15 AAPL cost 500.5"],
        ["15 AAPL 500.5 -> 600 = 99.5"],
        "-401",
    ),
    "one for three, told in ten decimals, is a third": (
        """
        2025-03-01 buy 30 AAPL 1
        2025-03-02 buy 30 AAPL 2
        2025-03-05 split 0.3333333333 AAPL
        """,
        Rules(),
        ["10 AAPL cost 30", "10 AAPL cost 60"],
        [],
        "-90",
    ),
    "fractions that a reverse split leaves add up": (
        """
        2025-03-01 buy 1 AAPL 1
        2025-03-02 buy 1 AAPL 2
        2025-03-05 split 0.3333333333 AAPL
        """,
        Rules(),
        ["0.3333333333 AAPL cost 1", "0.3333333334 AAPL cost 2"],
        [],
        "-3",
    ),
    "a lot that a split rounds away leaves its cost behind": (
        """
        2025-03-01 buy 0.0000000001 AAPL 5 fee 2
        2025-03-02 buy 10 AAPL 2
        2025-03-03 buy 0.0000000001 AAPL 7 fee 3
        2025-03-05 split 0.1 AAPL
        """,
        Rules(),
        ["1.0000000000 AAPL cost 25.0000000012"],
        [],
        "-25.0000000012",
    ),
    "everything sold twice over": (
        """
        2025-03-01 buy 1 AAPL 10
        2025-03-02 sell 1 AAPL 12
        2025-03-03 buy 1 AAPL 20
        2025-03-04 sell 1 AAPL 15
        """,
        Rules(),
        [],
        ["1 AAPL 10 -> 12 = 2", "1 AAPL 20 -> 15 = -5"],
        "-3",
    ),
    "a sale through zero closes the long and opens a short": (
        """
        2025-03-01 buy 10 TSLA 100 fee 1
        2025-03-02 sell 15 TSLA 110 fee 3
        """,
        SHORT,
        ["-5 TSLA cost -549"],
        ["10 TSLA 1001 -> 1098 = 97"],
        "646",
    ),
    "a purchase covers the oldest short": (
        """
        2025-03-01 sell 10 TSLA 100 fee 1
        2025-03-02 sell 10 TSLA 110
        2025-03-03 buy 15 TSLA 90 fee 3
        """,
        SHORT,
        ["-5 TSLA cost -550"],
        ["-10 TSLA -999 -> -902 = 97", "-5 TSLA -550 -> -451 = 99"],
        "746",
    ),
    "a short at average cost": (
        """
        2025-03-01 sell 10 TSLA 100
        2025-03-02 sell 10 TSLA 110
        2025-03-03 buy 25 TSLA 90
        """,
        Rules(LotMethod.AVERAGE, allow_short=True),
        ["5 TSLA cost 450"],
        ["-20 TSLA -2100 -> -1800 = 300"],
        "-150",
    ),
    "shares given away and shares that came for nothing": (
        """
        2025-03-01 buy 10 AAPL 0
        2025-03-02 sell 4 AAPL 0 fee 2
        """,
        Rules(),
        ["6 AAPL cost 0"],
        ["4 AAPL 0 -> -2 = -2"],
        "-2",
    ),
}


@pytest.mark.parametrize(("told", "rules", "held", "sold", "cash"), CASES.values(), ids=CASES)
def test_the_books_say(told: str, rules: Rules, held: list, sold: list, cash: str) -> None:
    portfolio = book(trades(told), rules)
    assert lots(portfolio) == held
    assert gains(portfolio) == sold
    assert portfolio.cash == D(cash)


def test_money_beside_the_trading() -> None:
    portfolio = book(
        trades(
            """
            2025-01-01 deposit 5000 fee 2
            2025-01-02 buy 10 AAPL 100
            2025-02-01 dividend 10 AAPL 0.24 fee 0.36
            2025-02-02 fee 5
            2025-02-03 fee 1.5 AAPL
            2025-02-04 split 2 AAPL fee 4
            2025-03-01 withdrawal 300 fee 1
            """
        )
    )
    assert (portfolio.deposits, portfolio.withdrawals) == (5000, 300)
    assert portfolio.dividends == D("2.40")
    assert portfolio.fees == D("13.86")
    assert portfolio.cash == 5000 - 300 - 1000 + D("2.40") - D("13.86")
    assert realised(portfolio) == 0
    assert portfolio.until == datetime(2025, 3, 1, 12, tzinfo=UTC)


def test_who_opened_and_who_closed() -> None:
    portfolio = book(
        trades(
            """
            2025-03-01 buy 2 AAPL 100 fee 1
            2025-03-02 sell 2 AAPL 130 fee 3
            """
        )
    )
    closure = portfolio.closures[0]
    assert (closure.opened_by.int, closure.trade_id.int) == (1, 2)
    assert (closure.opened_at.day, closure.closed_at.day) == (1, 2)
    assert closure.fees == 4
    assert closure.gain + closure.fees == 60


def test_positions_and_worth() -> None:
    portfolio = book(
        trades(
            """
            2025-03-01 buy 10 TSLA 200
            2025-03-01 buy 10 AAPL 100 fee 1
            2025-03-02 buy 30 AAPL 120
            """
        )
    )
    assert [p.symbol for p in portfolio.positions()] == ["AAPL", "TSLA"]
    apple = portfolio.position("AAPL")
    assert apple is not None
    assert (apple.quantity, apple.cost, apple.average_cost) == (40, 4601, D("115.025"))
    assert portfolio.lots[0].price == 100
    assert portfolio.position("MSFT") is None
    assert portfolio.held("MSFT") == 0
    prices = {"AAPL": D("130"), "TSLA": D("190")}
    assert market_value(portfolio, prices) == 7100
    assert unrealised(portfolio, prices) == 499
    for nothing in ({"AAPL": D(1)}, {**prices, "TSLA": D("NaN")}):
        with pytest.raises(NoPrice) as fact:
            unrealised(portfolio, nothing)
        assert fact.value.symbol == "TSLA"


def test_a_back_dated_sale_must_leave_enough_for_the_sales_after_it() -> None:
    told = trades(
        """
        2025-03-01 buy 10 AAPL 10
        2025-03-03 sell 8 AAPL 10
        """
    )
    assert book([*told, one("2025-03-02 sell 2 AAPL 10")]).held("AAPL") == 0
    with pytest.raises(NotEnoughShares) as fact:
        book([*told, one("2025-03-02 sell 3 AAPL 10")])
    assert fact.value.trade == told[1]
    assert (fact.value.held, fact.value.wanted) == (7, 8)


def test_undoing_a_purchase_whose_shares_were_sold_is_refused() -> None:
    told = trades(
        """
        2025-03-01 buy 10 AAPL 10
        2025-03-02 buy 10 AAPL 10
        2025-03-03 sell 15 AAPL 10
        """
    )
    with pytest.raises(NotEnoughShares) as fact:
        book(told[1:])
    assert fact.value.trade.number == 3


def test_trades_of_the_same_instant_are_booked_in_the_order_given() -> None:
    buy, sell = one("2025-03-01 buy 5 AAPL 10", 2), one("2025-03-01 sell 5 AAPL 11", 1)
    assert book([buy, sell]).held("AAPL") == 0
    with pytest.raises(NotEnoughShares):
        book([sell, buy])


def test_the_hour_that_comes_twice_is_booked_in_the_order_it_was_lived() -> None:
    zone = ZoneInfo("America/New_York")
    first = datetime(2025, 11, 2, 1, 45, tzinfo=zone)
    again = datetime(2025, 11, 2, 1, 15, tzinfo=zone, fold=1)  # 30 minutes later
    buy = replace(one("2025-03-01 buy 5 AAPL 10"), at=first)
    sell = replace(one("2025-03-01 sell 5 AAPL 10"), at=again)
    assert in_order([sell, buy]) == [buy, sell]
    assert book([sell, buy]).held("AAPL") == 0
    assert book([buy]).after(sell).held("AAPL") == 0


def test_the_newest_trade_can_be_tried_on_a_portfolio() -> None:
    before = book(trades("2025-03-02 buy 10 AAPL 10"))
    assert before.after(one("2025-03-02 sell 4 AAPL 10")).held("AAPL") == 6
    assert before.held("AAPL") == 10
    with pytest.raises(NotEnoughShares):
        before.after(one("2025-03-03 sell 11 AAPL 10"))
    assert before.after(one("2025-03-03 sell 11 AAPL 10"), SHORT).held("AAPL") == -1
    with pytest.raises(ImpossibleTrade) as fact:
        before.after(one("2025-03-01 buy 1 AAPL 10"))
    assert fact.value.reason is Impossible.MOMENT


def test_a_replay_shows_the_shares_and_the_cash_after_each_trade() -> None:
    told = trades(
        """
        2025-03-05 split 2 AAPL
        2025-03-01 buy 10 AAPL 10 fee 1
        2025-03-06 dividend 20 AAPL 1
        2025-03-07 fee 2
        """
    )
    seen = [(t.number, held, cash) for t, held, cash in replay(told)]
    assert seen == [(2, 10, -101), (1, 20, -101), (3, 20, -81), (4, 0, -83)]


def test_an_empty_history_is_an_empty_portfolio() -> None:
    assert book([]) == Portfolio()
