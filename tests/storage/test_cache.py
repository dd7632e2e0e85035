"""The cache counts, and nobody notices when Redis is gone."""

from __future__ import annotations

import asyncio
import time

import pytest

from storage.cache import BadRedisUrl, Cache

NOBODY = "redis://127.0.0.1:9/0"  # the discard port: nothing listens


@pytest.mark.parametrize("url", [None, NOBODY])
async def test_only_so_many_are_allowed_in_a_window(url: str | None) -> None:
    cache = Cache(url)
    allowed = await asyncio.gather(*(cache.allow("ada", 3, 1) for _ in range(10)))
    assert sum(allowed) == 3
    assert await cache.allow("bob", 3, 1)
    await asyncio.sleep(1.1)
    assert await cache.allow("ada", 3, 1)
    await cache.close()


async def test_without_redis_nothing_fails() -> None:
    cache = Cache(NOBODY)
    assert await cache.allow("ada", 1, 60)
    assert not cache.reachable
    await cache.close()


async def test_a_redis_that_hangs_costs_a_moment_once() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    cache = Cache(f"redis://127.0.0.1:{port}/0")
    began = time.monotonic()
    for _ in range(20):
        assert await cache.allow("ada", 100, 60)
    assert time.monotonic() - began < 1.0
    await cache.close()
    server.close()


def test_a_bad_address_is_said_to_be_bad_without_repeating_it() -> None:
    with pytest.raises(BadRedisUrl) as refused:
        Cache("http://secret@host")
    assert "secret" not in str(refused.value)
