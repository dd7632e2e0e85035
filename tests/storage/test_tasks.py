"""Slow work is done by one at a time, and its result written once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from storage.unit_of_work import Storage
from tests.storage.people import NOW, somebody


async def promise(storage: Storage, kind: str = "review") -> int:
    person, _ = await somebody(storage)
    async with storage.transaction() as work:
        return await work.tasks.add(kind, "web", "7", person.id, {"days": 30})


async def test_a_task_is_leased_to_one_worker_until_the_lease_runs_out(storage: Storage) -> None:
    task = await promise(storage)

    async def lease() -> bool:
        async with storage.transaction() as work:
            return await work.tasks.lease(NOW, 60) is not None

    assert sum(await asyncio.gather(*(lease() for _ in range(5)))) == 1
    async with storage.transaction() as work:
        assert await work.tasks.lease(NOW + timedelta(seconds=59), 60) is None
        again = await work.tasks.lease(NOW + timedelta(seconds=60), 60)
        assert again is not None
        assert (again.id, again.kind, again.attempts, again.details) == (
            task,
            "review",
            2,
            {"days": 30},
        )


async def test_only_the_first_to_finish_may_write(storage: Storage) -> None:
    task = await promise(storage)
    async with storage.transaction() as work:
        assert await work.outbox.unsettled("web", "7") == 1
        assert await work.tasks.done(task)
        assert not await work.tasks.done(task)
        assert not await work.tasks.fail(task, "too late", None)
        assert await work.outbox.unsettled("web", "7") == 0
        assert await work.tasks.lease(NOW, 60) is None


async def test_a_failed_task_comes_again_or_never(storage: Storage) -> None:
    task = await promise(storage)
    soon = NOW + timedelta(minutes=1)
    async with storage.transaction() as work:
        await work.tasks.lease(NOW, 3600)
        assert await work.tasks.fail(task, "no prices", soon)
        assert await work.tasks.lease(NOW, 60) is None
        assert await work.tasks.lease(soon, 60) is not None
        assert await work.tasks.fail(task, "no prices", None)
        assert await work.tasks.lease(soon + timedelta(days=1), 60) is None


async def test_a_cancelled_task_writes_nothing(storage: Storage) -> None:
    task = await promise(storage)
    person, _ = await somebody(storage)
    stranger, _ = await somebody(storage, "bob")
    async with storage.transaction() as work:
        assert await work.tasks.cancel("web", "7", stranger.id) == []
        assert await work.tasks.cancel("web", "7", person.id) == [None]
        assert not await work.tasks.done(task)


async def test_the_same_work_is_recognised(storage: Storage) -> None:
    task = await promise(storage)
    person, _ = await somebody(storage)
    stranger, _ = await somebody(storage, "bob")
    mine = ("review", "web", "7", person.id)
    async with storage.transaction() as work:
        assert await work.tasks.is_open(*mine, {"days": 30})
        assert not await work.tasks.is_open(*mine, {"days": 31})
        assert not await work.tasks.is_open("other", "web", "7", person.id, {"days": 30})
        assert not await work.tasks.is_open("review", "web", "7", stranger.id, {"days": 30})
        assert await work.tasks.done(task)
        assert not await work.tasks.is_open(*mine, {"days": 30})
        assert await work.tasks.began(*mine, {"days": 30})
        assert await work.tasks.began(*mine, {})
        assert not await work.tasks.began(*mine, {"days": 31})
        cancelled = await work.tasks.add(*mine, {"days": 31})
        assert await work.tasks.began(*mine, {"days": 31})
        await work.tasks.cancel("web", "7", person.id)
        assert not await work.tasks.began(*mine, {"days": 31})
        assert not await work.tasks.done(cancelled)
