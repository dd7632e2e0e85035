"""A town on a real database, for tests that do their worst to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from bot.terminal import Terminal
from bot.web.door import Web
from conversations.desk import Desk
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.faults.talk import TERMINAL, WEB, Town, Watched


@pytest.fixture
async def town(storage: Storage, dsn: str) -> AsyncIterator[Town]:
    """Nobody has said anything yet; the demo market is known, and no live feed is asked."""
    cache = Cache()
    books = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    doors = {WEB: Watched(Web(storage)), TERMINAL: Watched(Terminal(storage))}
    yield Town(storage, Desk(storage, cache), doors, books)
    await books.close()
    await cache.close()
