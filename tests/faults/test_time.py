"""Trades of the same instant, and trades that are told late (T4, T5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.prices import Prices
from tests.faults.talk import Town

ROUNDS = 6


@pytest.fixture
def quote(demo_prices: Prices):  # type: ignore[no-untyped-def]
    def close(day: date) -> str:
        bar = demo_prices.bar("AAPL", day)
        assert bar is not None
        return f"{bar.close:.2f}"

    return close


async def held(town: Town) -> Decimal:
    found = await town.books.fetchval("SELECT quantity FROM positions WHERE symbol = 'AAPL'")
    return Decimal(found or 0)


async def test_purchases_and_sales_of_one_instant_are_booked_as_told(town: Town) -> None:
    """All at the close of one day: in any other order some sale would not fit."""
    for turn in range(ROUNDS):
        shares = 10 + turn
        await town.record("7", f"bought {shares} AAPL at 125.70 on 2022-12-28")
        assert await held(town) == shares
        await town.record("7", f"sold {shares} AAPL at 125.90 on 2022-12-28")
        assert await held(town) == 0
    assert await town.count("FROM trades") == 2 * ROUNDS
    assert await town.count("FROM (SELECT DISTINCT at FROM trades) AS instants") == 1


async def test_a_sale_before_its_purchase_in_the_same_instant_is_refused(town: Town) -> None:
    asked = await town.hear("7", "sold 5 AAPL at 125.90 on 2022-12-28")
    assert "You held no AAPL on that day." in asked.text
    assert not [data for data in asked.buttons if data.startswith("save:")]
    assert await town.count("FROM trades") == 0


async def test_a_sale_told_late_is_booked_in_its_place_or_refused(town: Town, quote) -> None:  # type: ignore[no-untyped-def]
    first, middle, last = date(2022, 12, 1), date(2022, 12, 12), date(2022, 12, 20)
    await town.record("7", f"bought 20 AAPL at {quote(first)} on {first}")
    await town.record("7", f"sold 15 AAPL at {quote(last)} on {last}")

    refused = await town.hear("7", f"sold 10 AAPL at {quote(middle)} on {middle}")
    assert "#2" in refused.text  # names the later sale that would no longer fit
    assert "no longer fits" in refused.text
    assert not [data for data in refused.buttons if data.startswith("save:")]
    assert await town.count("FROM trades") == 2

    await town.record("7", f"sold 5 AAPL at {quote(middle)} on {middle}")
    assert await held(town) == 0
    async with town.storage.transaction() as work:
        portfolio = await town.books.fetchval("SELECT id FROM portfolios")
        trades = await work.trades.of(portfolio)
    assert [(one.number, int(one.quantity)) for one in trades] == [(1, 20), (3, 5), (2, 15)]


async def test_a_purchase_that_a_later_sale_needs_cannot_be_undone(town: Town) -> None:
    bought = await town.record("7", "bought 20 AAPL at 125.70 on 2022-12-28")
    await town.record("7", "sold 15 AAPL at 125.90 on 2022-12-28")
    refused = await town.push("7", bought.button("undo"))
    assert "needs those shares" in refused.text
    assert await town.count("FROM trade_voids") == 0
    assert await held(town) == 5
