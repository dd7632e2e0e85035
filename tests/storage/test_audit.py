"""The log says what was done, in the same transaction, and shows when somebody touched it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.unit_of_work import Storage
from tests.storage.people import NOW, SECOND, purchase, somebody


async def run(storage: Storage, statement: str) -> None:
    async with storage._engine.begin() as connection:
        await connection.execute(text(statement))


async def kept(storage: Storage, rows: int = 4) -> None:
    person, portfolio = await somebody(storage)
    async with storage.transaction() as work:
        work.audit.actor = person.id
        for n in range(rows):
            await work.trades.add(portfolio, purchase(), now=NOW + n * SECOND)


async def test_a_trade_and_its_line_are_written_together_or_not_at_all(storage: Storage) -> None:
    person, portfolio = await somebody(storage)
    with suppress(RuntimeError):
        async with storage.transaction() as work:
            await work.trades.add(portfolio, purchase(), now=NOW)
            raise RuntimeError
    async with storage.transaction() as work:
        assert await work.audit.latest([portfolio], 9) == []
        work.audit.actor = person.id
        bought = purchase()
        await work.trades.add(portfolio, bought, now=NOW)
        await work.trades.void(portfolio, bought.id, NOW + SECOND)
        await work.trades.restore(portfolio, bought.id, NOW + 2 * SECOND)
        await work.trades.add_many(portfolio, [purchase(), purchase()], source="file", batch=None)
        told = await work.audit.latest([portfolio], 9)
        assert [one.kind for one in told] == ["imported", "restored", "undone", "saved"]
        assert {one.actor for one in told} == {person.id}
        assert told[-1].details == {
            "number": 1, "kind": "buy", "symbol": "AAPL", "quantity": "5", "price": "125.70",
        }  # fmt: skip
        assert await work.audit.verify() == []


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE audit SET details = '{\"number\": 9}' WHERE number = 2", "changed"),
        ("UPDATE audit SET actor = gen_random_uuid() WHERE number = 2", "changed"),
        ("UPDATE audit SET at = at + interval '1 second' WHERE number = 3", "changed"),
        ("UPDATE audit SET kind = 'undone' WHERE number = 1", "changed"),
        ("UPDATE audit SET facts = '{\"x\": 1}' WHERE number = 4", "changed"),
        ("UPDATE audit SET details = NULL, salt = NULL WHERE number = 2", "erased without a note"),
        ("DELETE FROM audit WHERE number = 2", "missing"),
        ("DELETE FROM audit WHERE number = 4", "cut off"),
        ("DELETE FROM audit", "cut off"),
        ("UPDATE audit SET number = 9 WHERE number = 2", "missing"),
    ],
)
async def test_tampering_is_found(storage: Storage, tampering: str, found: str) -> None:
    await kept(storage)
    await run(storage, tampering)
    async with storage.transaction() as work:
        assert found in {flaw.what for flaw in await work.audit.verify()}


async def test_what_is_personal_goes_and_the_chain_holds(storage: Storage) -> None:
    await kept(storage)
    person, portfolio = await somebody(storage)
    async with storage.transaction() as work:
        erased = await work.audit.erase([person.id], [portfolio], NOW + timedelta(days=1))
        assert erased == 4
        assert await work.audit.verify() == []
        told = await work.audit.latest([portfolio], 9)
        assert [one.kind for one in told] == ["erased", *["saved"] * 4]
        assert all(one.actor is None and one.details is None for one in told[1:])
