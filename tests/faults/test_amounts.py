"""Amounts that cannot be are refused or asked about, never saved; the database agrees (H7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import asyncpg
import pytest

from conversations.actions import drafts
from tests.faults.talk import BROKEN, Town

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date()
REFUSED = {
    "no shares": "bought 0 AAPL at 125.70 on 2022-12-28",
    "less than no shares": "bought -3 AAPL at 125.70 on 2022-12-28",
    "less than no shares, sold": "sold -3 AAPL at 125.70 on 2022-12-28",
    "a milliard shares and more": "bought 1000000001 AAPL at 125.70 on 2022-12-28",
    "a billion in words": "bought 2 billion AAPL at 125.70 on 2022-12-28",
    "an exponent": "bought 1e12 AAPL at 125.70 on 2022-12-28",
    "ten decimals": "bought 0.0000000001 AAPL at 125.70 on 2022-12-28",
    "ten decimals behind others": "bought 3.0123456789 AAPL at 125.70 on 2022-12-28",
    "no price": "bought 3 AAPL at 0 on 2022-12-28",
    "less than no price": "bought 3 AAPL at -125.70 on 2022-12-28",
    "a price of a milliard": "bought 3 AAPL at 1000000001 on 2022-12-28",
    "a price of ten decimals": "bought 3 AAPL at 125.6740000001 on 2022-12-28",
    "a negative fee": "bought 3 AAPL at 125.70 on 2022-12-28, fee -1",
    "a fee of a milliard": "bought 3 AAPL at 125.70 on 2022-12-28, fee 1000000001",
    "an unknown ticker": "bought 3 QQZZQ at 125.70 on 2022-12-28",
    "tomorrow": f"bought 3 AAPL at 125.70 on {TOMORROW}",
    "in words": "bought 3 AAPL at 125.70 tomorrow",
    "a far year": "bought 3 AAPL at 125.70 on 9999-12-31",
    "no such day": "bought 3 AAPL at 125.70 on 2022-02-30",
    "more than is held": "sold 3 AAPL at 125.70 on 2022-12-28",
    "an odd price": "bought 3 AAPL at 1257.00 on 2022-12-28",
    "a negative deposit": "deposited -500 dollars",
    "nothing deposited": "deposited 0 dollars",
    "a split by nothing": "AAPL split 0:1 on 2022-12-28",
}


@pytest.mark.parametrize("name", REFUSED)
async def test_an_impossible_amount_is_never_saved(town: Town, name: str) -> None:
    reply = await town.hear("7", REFUSED[name])
    assert BROKEN not in reply.text
    assert reply.text.strip()
    assert not [data for data in reply.buttons if data.startswith("save:")], reply.text
    for id in [record["id"] for record in await town.books.fetch("SELECT id FROM drafts")]:
        forced = await town.push("7", f"save:{drafts.short(id)}")  # a button that was never shown
        assert BROKEN not in forced.text
    assert await town.count("FROM trades") == 0
    assert await town.count("FROM positions") == 0


@pytest.mark.parametrize(
    ("field", "amount"),
    [
        ("quantity", "0"),
        ("quantity", "-1"),
        ("quantity", "1000000000000"),
        ("quantity", "NaN"),
        ("quantity", "Infinity"),
        ("price", "-0.01"),
        ("price", "1000000000000"),
        ("price", "NaN"),
        ("fee", "-0.01"),
        ("fee", "1000000000000"),
    ],
)
async def test_the_database_refuses_what_the_words_should_have(
    town: Town, field: str, amount: str
) -> None:
    await town.hear("7", "help")
    portfolio = await town.books.fetchval("SELECT id FROM portfolios")
    amounts = {"quantity": Decimal(3), "price": Decimal(125), "fee": Decimal(0)}
    insert = (
        "INSERT INTO trades (id, portfolio_id, number, at, kind, symbol, quantity, price, fee)"
        " VALUES ($1, $2, 1, now(), 'buy', 'AAPL', $3, $4, $5)"
    )
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.NumericValueOutOfRangeError)):
        await town.books.execute(
            insert, uuid4(), portfolio, *{**amounts, field: Decimal(amount)}.values()
        )
    await town.books.execute(insert, uuid4(), portfolio, *amounts.values())  # the sane one goes in
