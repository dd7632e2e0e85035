"""What the others traded: enough of them, without demos, plans and what was taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from engine.ledger import Kind
from engine.record.context import Panel
from storage.unit_of_work import Storage
from tests.storage.people import NOW, purchase, somebody

MONDAY = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
LONG_AGO = date(2026, 1, 1)


async def others(storage: Storage, count: int) -> list[UUID]:
    return [(await somebody(storage, f"other{n}"))[1] for n in range(count)]


async def told(storage: Storage, portfolio: UUID, **more: Any) -> UUID:
    trade = purchase(**{"at": MONDAY, **more})
    async with storage.transaction() as work:
        await work.trades.add(portfolio, trade)
    return trade.id


async def shares(storage: Storage, portfolio: UUID, since: date = LONG_AGO) -> Panel | None:
    async with storage.transaction() as work:
        return await work.crowd.shares(portfolio, since)


async def test_the_share_of_buyers_on_each_utc_day(storage: Storage) -> None:
    _, mine = await somebody(storage, "me")
    for n, portfolio in enumerate(await others(storage, 6)):
        kind = Kind.BUY if n < 4 else Kind.SELL
        await told(storage, portfolio, kind=kind)
        if n < 5:
            await told(storage, portfolio, symbol="KO", at=MONDAY + timedelta(hours=1), kind=kind)
    await told(storage, mine, kind=Kind.SELL)  # the person's own never counts
    panel = await shares(storage, mine)
    assert panel is not None
    assert panel.symbols == ("AAPL", "KO")
    assert [str(day) for day in panel.days] == ["2026-03-02", "2026-03-03"]
    np.testing.assert_array_equal(panel.values, [[4 / 6, np.nan], [np.nan, 0.8]])
    later = await shares(storage, mine, date(2026, 3, 3))
    assert later is not None
    assert later.symbols == ("KO",)


async def test_fewer_than_five_people_say_nothing(storage: Storage) -> None:
    _, mine = await somebody(storage, "me")
    four = await others(storage, 4)
    for portfolio in four:
        for _ in range(3):  # many trades are not many people
            await told(storage, portfolio)
    await told(storage, mine)
    assert await shares(storage, mine) is None
    _, fifth = await somebody(storage, "fifth")
    await told(storage, fifth, kind=Kind.SELL)
    panel = await shares(storage, mine)
    assert panel is not None
    assert panel.values.tolist() == [[0.8]]  # each person once, however many fills
    assert await shares(storage, fifth) is not None  # four others and "me"
    assert await shares(storage, four[0]) is not None


async def test_a_second_portfolio_of_the_person_is_not_another_person(storage: Storage) -> None:
    me, mine = await somebody(storage, "me")
    for portfolio in await others(storage, 4):
        await told(storage, portfolio)
    async with storage.transaction() as work:
        second = (await work.portfolios.open(me.id, "second")).id
    await told(storage, second)
    assert await shares(storage, mine) is None


async def test_demos_plans_and_what_was_undone_do_not_count(storage: Storage) -> None:
    _, mine = await somebody(storage, "me")
    crowd = await others(storage, 5)
    for portfolio in crowd[:4]:
        await told(storage, portfolio)
    await told(storage, crowd[4], planned=True)
    assert await shares(storage, mine) is None
    await told(storage, crowd[4], kind=Kind.DIVIDEND)
    assert await shares(storage, mine) is None
    undone = await told(storage, crowd[4])
    assert await shares(storage, mine) is not None
    async with storage.transaction() as work:
        await work.trades.void(crowd[4], undone, NOW)
    assert await shares(storage, mine) is None
    async with storage.transaction() as work:
        await work.trades.restore(crowd[4], undone, NOW)
    assert await shares(storage, mine) is not None
    async with storage.transaction() as work:
        await work.trades.void(crowd[4], undone, NOW)
        person = await work.users.known_as("web", "other4")
        demo = (await work.portfolios.open(person.id, "demo", demo=True)).id
    await told(storage, demo)
    assert await shares(storage, mine) is None
