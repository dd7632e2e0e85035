"""A bell rings in other processes, and goes on ringing after its connection was lost."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from storage import embedded
from storage.address import parse
from storage.bell import Bell
from storage.unit_of_work import Storage


@pytest.fixture
async def elsewhere(dsn: str) -> AsyncIterator[Bell]:
    """The bell of another process."""
    bell = Bell(parse(dsn))
    yield bell
    await bell.close()


async def test_a_ring_wakes_those_who_listen_for_it(storage: Storage, elsewhere: Bell) -> None:
    with elsewhere.listen("inbox", "tasks") as ear, elsewhere.listen("outbox") as other:
        assert await elsewhere.ready()
        assert await ear.heard(1)  # it looks once when it begins to hear
        assert await other.heard(1)
        await storage.bell.ring("tasks")
        assert await ear.heard(1)
        assert not await ear.heard(0.05)
        assert not await other.heard(0.05)


async def test_a_ring_while_nobody_waits_is_not_missed(storage: Storage, elsewhere: Bell) -> None:
    with elsewhere.listen("inbox") as ear:
        await elsewhere.ready()
        await ear.heard(1)
        await storage.bell.ring("inbox")
        await asyncio.sleep(0.1)  # busy with something else
        assert await ear.heard(0)


async def test_waiting_for_a_ring(storage: Storage, elsewhere: Bell) -> None:
    with elsewhere.listen("x"):
        await elsewhere.ready()
        waiting = asyncio.create_task(elsewhere.wait("inbox", timeout=5))
        await asyncio.sleep(0.05)
        await storage.bell.ring("inbox")
        assert await waiting
        assert not await elsewhere.wait(["inbox", "outbox"], 0.05)


async def test_rings_come_round_by_bell_and_by_clock(storage: Storage, elsewhere: Bell) -> None:
    rung = []
    async for by_bell in elsewhere.rings("inbox", every=0.2):
        rung.append(by_bell)
        if len(rung) == 2:
            await storage.bell.ring("inbox")
        if len(rung) == 3:
            break
    assert rung == [True, False, True]


async def test_it_rings_again_after_the_server_hung_up(
    storage: Storage, elsewhere: Bell, dsn: str
) -> None:
    with elsewhere.listen("inbox") as ear:
        await elsewhere.ready()
        await ear.heard(1)
        await storage.bell.ring("inbox")
        assert await ear.heard(1)
        connection = await asyncpg.connect(dsn.replace("+asyncpg", ""))
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        await connection.close()
        assert await ear.heard(5)  # something may have rung while it could not hear
        await elsewhere.ready()
        await storage.bell.ring("inbox")
        assert await ear.heard(1)


async def test_without_a_server_it_rings_in_this_process(tmp_path: object) -> None:
    bell = Bell(parse(f"postgresql://nobody@/nothing?host={tmp_path}"))
    with bell.listen("inbox") as ear:
        await bell.ring("inbox")
        assert await ear.heard(1)
        assert not await bell.ready(0.05)
    await bell.close()


async def test_many_rings_at_once_are_one_errand(storage: Storage, elsewhere: Bell) -> None:
    with elsewhere.listen("inbox") as ear:
        await elsewhere.ready()
        await ear.heard(1)
        await asyncio.gather(*(storage.bell.ring("inbox") for _ in range(200)))
        assert await ear.heard(1)


async def test_storage_goes_on_after_the_server_hung_up(storage: Storage, dsn: str) -> None:
    async with storage.transaction() as work:
        await work.users.known_as("web", "ada")
    connection = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    await connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    await connection.close()
    async with storage.transaction() as work:
        await work.users.known_as("web", "ada")


async def test_it_waits_for_a_server_that_comes_later() -> None:
    folder = Path(tempfile.mkdtemp(prefix="bpo-bell-"))
    embedded.start(folder).stop()
    bell = Bell(parse(f"postgresql://postgres@/postgres?host={folder / 'postgres'}"))
    with bell.listen("inbox") as ear:
        assert not await bell.ready(0.3)
        server = embedded.start(folder)
        assert await bell.ready(10)
        assert await ear.heard(1)
        await bell.ring("inbox")
        assert await ear.heard(1)
    await bell.close()
    server.stop()
    shutil.rmtree(folder)
