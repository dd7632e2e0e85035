"""Somebody whose every message is kept at the moment at which the test says it was written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from benchmarks.nudge_facts import FACTS
from conversations.desk import Desk
from conversations.nudging.registry import kind_named
from scheduler.jobs import nudges
from storage.cache import Cache
from storage.nudge_records import NudgeRecord
from storage.records import Person
from storage.unit_of_work import Storage
from tests.conversations.talk import Heard, Talk


@dataclass
class Spoken(Talk):
    """``hear``: what we say first, after the job has looked at the clock."""

    books: Any = None

    async def _send(self, **said: Any) -> Heard:
        heard = await super()._send(**said)
        newest = "UPDATE inbox SET received_at = $1 WHERE id = (SELECT max(id) FROM inbox)"
        await self.books.execute(newest, self.now)
        return heard

    async def hear(self) -> list[Heard]:
        before = {line.id for line in await self._lines()}
        await nudges.run(self.desk, self.now)
        await self.settle()
        said = [line for line in await self._lines() if line.mine and line.id not in before]
        found = [
            Heard(
                line.body["text"],
                tuple((b["label"], b["data"]) for row in line.body["buttons"] for b in row),
                None,
                line.id,
            )
            for line in said
        ]
        if found:
            self.heard = found[-1]
        return found

    async def me(self) -> Person:
        async with self.storage.transaction() as work:
            return await work.users.known_as("web", self.chat)

    async def want(self, kind: str = "pace", **more: Any) -> UUID:
        """There is something to say, as of now."""
        me, found = await self.me(), kind_named(kind)
        assert me.portfolio is not None
        assert found is not None
        lasts = more.pop("lasts", timedelta(days=3))
        record = NudgeRecord(
            uuid4(), me.portfolio, me.id, kind, found.group, uuid4().hex,
            FACTS[kind] | more.pop("facts", {}), more.pop("weight", 1.0), self.now,
            self.now + lasts,
        )  # fmt: skip
        async with self.storage.transaction() as work:
            assert await work.nudges.want(record)
        return record.id

    async def status(self, id: UUID) -> tuple[str, str]:
        row = await self.books.fetchrow("SELECT status, reason FROM nudges WHERE id = $1", id)
        return row["status"], row["reason"]


@pytest.fixture
async def ana(storage: Storage, dsn: str) -> AsyncIterator[Spoken]:
    """Somebody new who wrote an hour ago, on a Wednesday at three in the afternoon, UTC."""
    books = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    ana = Spoken(storage, Desk(storage, Cache(None)), "ana", books=books)
    ana.now -= timedelta(hours=1)
    await ana.say("hello")
    ana.wait(hours=1)
    yield ana
    await books.close()
