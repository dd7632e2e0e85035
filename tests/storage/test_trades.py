"""Trades are numbered without gaps, kept to the last decimal, and undone without being lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.ledger import Kind, Trade
from storage.repositories.amounts import TooFine
from storage.unit_of_work import Storage
from tests.storage.people import NOW, SECOND, purchase, somebody

AMOUNTS = st.decimals(
    min_value="0.0000000001", max_value="999999999999.9999999999", places=10, allow_nan=False
)


async def test_a_trade_comes_back_as_it_was_told(storage: Storage) -> None:
    _, mine = await somebody(storage)
    told = purchase(
        "100", "0.5", fee=Decimal("1.10"), kind=Kind.SELL, planned=True, note="before the report"
    )
    async with storage.transaction() as work:
        assert await work.trades.add(mine, told) == 1
        (kept,) = await work.trades.of(mine)
        assert kept == replace(told, number=1)
        assert [str(kept.quantity), str(kept.price), str(kept.fee)] == ["100", "0.5", "1.1"]
        assert await work.trades.get(mine, 1) == await work.trades.by_id(mine, told.id) == kept
        assert await work.trades.get(mine, 2) is None
        assert await work.trades.count(mine) == 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(quantity=AMOUNTS, price=AMOUNTS, fee=AMOUNTS)
async def test_amounts_are_kept_exactly(
    storage: Storage, quantity: Decimal, price: Decimal, fee: Decimal
) -> None:
    _, mine = await somebody(storage)
    told = [
        purchase(str(quantity), str(price), fee=fee),
        purchase(str(price), str(quantity), fee=fee),
    ]
    async with storage.transaction() as work:
        await work.trades.add(mine, told[0])
        await work.trades.add_many(mine, told[1:], source="file", batch=None)
        for one in told:
            kept = await work.trades.by_id(mine, one.id)
            assert kept is not None
            assert (kept.quantity, kept.price, kept.fee) == (one.quantity, one.price, one.fee)


async def test_what_would_be_rounded_is_refused(storage: Storage) -> None:
    _, mine = await somebody(storage)
    async with storage.transaction() as work:
        await work.trades.add(mine, purchase("1.50000000000000"))  # zeros are no decimals
        with pytest.raises(TooFine) as refused:
            await work.trades.add(mine, purchase("0.12345678901"))
        assert refused.value.amount == Decimal("0.12345678901")


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": Decimal(0)},
        {"quantity": Decimal(-1)},
        {"quantity": Decimal("1e12")},
        {"price": Decimal("-0.01")},
        {"price": Decimal("1e12")},
        {"fee": Decimal("-0.01")},
        {"fee": Decimal("NaN")},
    ],
    ids=str,
)
async def test_the_database_refuses_insane_amounts(
    storage: Storage, wrong: dict[str, Decimal]
) -> None:
    _, mine = await somebody(storage)
    async with storage.transaction() as work:
        with pytest.raises((IntegrityError, DBAPIError)):
            async with work.savepoint():
                await work.trades.add(mine, purchase(**{"quantity": "1", "price": "1"} | wrong))
        assert await work.trades.of(mine) == []


async def test_trades_of_one_instant_stay_in_the_order_they_were_told(storage: Storage) -> None:
    _, mine = await somebody(storage)
    told = [purchase(note=str(turn)) for turn in range(20)]
    early = purchase(at=NOW - SECOND, note="told late")
    async with storage.transaction() as work:
        for one in told[:10]:
            await work.trades.add(mine, one)
        await work.trades.add_many(mine, told[10:], source="file", batch=uuid4())
        await work.trades.add(mine, early)
        kept = await work.trades.of(mine)
    assert [one.id for one in kept] == [early.id, *(one.id for one in told)]
    assert [one.number for one in kept] == [21, *range(1, 21)]


async def test_two_doors_at_once_get_different_numbers(storage: Storage) -> None:
    _, mine = await somebody(storage)

    async def record() -> int:
        async with storage.transaction() as work:
            return await work.trades.add(mine, purchase())

    numbers = await asyncio.gather(*(record() for _ in range(20)))
    assert sorted(numbers) == list(range(1, 21))


async def test_a_locked_portfolio_makes_others_wait(storage: Storage) -> None:
    _, mine = await somebody(storage)
    order: list[str] = []

    async def other() -> None:
        async with storage.transaction() as work:
            await work.portfolios.lock(mine)
            order.append("other")

    async with storage.transaction() as work:
        before = await work.portfolios.lock(mine)
        waiting = asyncio.create_task(other())
        await asyncio.sleep(0.1)
        order.append("first")
        assert await work.portfolios.bump(mine) == before.version + 1
    await waiting
    assert order == ["first", "other"]


async def test_the_same_trade_is_not_recorded_twice(storage: Storage) -> None:
    _, mine = await somebody(storage)
    told = purchase()
    async with storage.transaction() as work:
        await work.trades.add(mine, told)
        with pytest.raises(IntegrityError):
            async with work.savepoint():
                await work.trades.add(mine, told)
        assert await work.trades.count(mine) == 1


async def test_undo_and_restore_as_often_as_one_likes(storage: Storage) -> None:
    _, mine = await somebody(storage)
    _, other = await somebody(storage, "bob")
    first, second = purchase(note="first"), purchase(note="second")
    async with storage.transaction() as work:
        for one in (first, second):
            await work.trades.add(mine, one)
        assert await _last(work, mine) == second.id
        for turn in range(3):
            now = NOW + timedelta(minutes=turn)
            assert not await work.trades.void(other, second.id, now)  # not theirs
            assert await work.trades.void(mine, second.id, now)
            assert not await work.trades.void(mine, second.id, now)
            assert [one.id for one in await work.trades.of(mine)] == [first.id]
            assert await work.trades.get(mine, 2) is None
            assert await work.trades.by_id(mine, second.id) is not None
            assert await _last(work, mine) == first.id
            assert await work.trades.restore(mine, second.id, now)
            assert not await work.trades.restore(mine, second.id, now)
            assert await work.trades.count(mine) == 2
        corrected = purchase(note="corrected")
        assert await work.trades.add(mine, corrected, replaces=second.id) == 3


async def test_ten_presses_of_undo_void_once(storage: Storage) -> None:
    _, mine = await somebody(storage)
    told = purchase()
    async with storage.transaction() as work:
        await work.trades.add(mine, told)

    async def undo() -> bool:
        async with storage.transaction() as work:
            return await work.trades.void(mine, told.id, NOW)

    assert sum(await asyncio.gather(*(undo() for _ in range(10)))) == 1


async def test_an_import_is_undone_as_a_whole(storage: Storage) -> None:
    _, mine = await somebody(storage)
    batch, told = uuid4(), [purchase() for _ in range(30)]
    async with storage.transaction() as work:
        await work.trades.add(mine, purchase(note="mine"))
        await work.trades.add_many(mine, told, source="file", batch=batch)
        await work.trades.void(mine, told[0].id, NOW)
        assert await work.trades.void_batch(mine, batch, NOW) == 29
        assert await work.trades.void_batch(mine, batch, NOW) == 0
        assert [one.note for one in await work.trades.of(mine)] == ["mine"]


async def test_a_failed_import_leaves_nothing(storage: Storage) -> None:
    _, mine = await somebody(storage)
    told = [purchase(), purchase("0")]

    async def record() -> None:
        async with storage.transaction() as work:
            await work.trades.add_many(mine, told, source="file", batch=uuid4())

    # COPY goes past SQLAlchemy, and so does its complaint.
    with pytest.raises(Exception, match="quantity_sane"):
        await record()
    async with storage.transaction() as work:
        assert await work.trades.of(mine) == []
        assert await work.trades.add(mine, purchase()) == 1


async def _last(work: object, portfolio: object) -> object:
    found: tuple[Trade, object] | None = await work.trades.last(portfolio)  # type: ignore[attr-defined]
    assert found is not None
    return found[0].id


async def test_a_batch_is_told_voided_and_restored_as_one(storage: Storage) -> None:
    _, mine = await somebody(storage)
    told, batch = [purchase() for _ in range(4)], uuid4()
    async with storage.transaction() as work:
        await work.trades.add_many(mine, told, source="file", batch=batch, now=NOW)
        assert await work.trades.batch_of(mine, told[3].id) == (batch, 4, NOW)
        assert await work.trades.recorded_at(mine, told[0].id) == NOW
        await work.trades.void(mine, told[0].id, NOW)
        assert await work.trades.batch_of(mine, told[3].id) == (batch, 3, NOW)
        assert await work.trades.void_batch(mine, batch, NOW + timedelta(days=1)) == 3
        assert await work.trades.batch_of(mine, told[3].id) is None
        assert await work.trades.restore_batch(mine, uuid4(), NOW) == 0
        assert await work.trades.restore_batch(uuid4(), batch, NOW) == 0
        assert await work.trades.restore_batch(mine, batch, NOW + timedelta(days=2)) == 3
        assert [one.id for one in await work.trades.of(mine)] == [one.id for one in told[1:]]
        alone = purchase()
        await work.trades.add(mine, alone)
        assert await work.trades.batch_of(mine, alone.id) is None
