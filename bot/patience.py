"""Slow work that takes its time: its lease is kept, and whoever waits is told."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog

from conversations.messages import Reply, pack
from conversations.wording import tasks as words
from storage.records import Task
from storage.unit_of_work import Storage

log = structlog.get_logger(__name__)

LONG = 20.0  # seconds after which people are told that it takes longer


@contextlib.asynccontextmanager
async def keeping(
    storage: Storage, task: Task, now: datetime, lease: float, long: float = LONG
) -> AsyncIterator[None]:
    """Renew the lease of ``task``, taken at ``now``, while the block runs; after ``long`` seconds
    say once that the answer comes later. Without it a second worker would begin the same again."""
    attending = asyncio.create_task(_attend(storage, task, now, lease, long))
    try:
        yield
    finally:
        attending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await attending


async def _attend(storage: Storage, task: Task, now: datetime, lease: float, long: float) -> None:
    begun, told = time.monotonic(), task.reply_to is None
    while True:
        passed = time.monotonic() - begun
        next_step = lease / 3 if told else min(lease / 3, max(long - passed, 0.0))
        await asyncio.sleep(next_step)
        passed = time.monotonic() - begun
        try:
            async with storage.transaction() as work:
                await work.tasks.renew(task.id, now + timedelta(seconds=passed + lease))
            if not told and passed >= long:
                told = True
                await _tell(storage, task)
        except Exception:  # the database may be away; the lease may still be kept next time
            log.exception("a lease was not renewed", task=task.id)
            await asyncio.sleep(lease / 10)


async def _tell(storage: Storage, task: Task) -> None:
    async with storage.transaction() as work:
        going = await work.tasks.is_open(
            task.kind, task.channel, task.chat, task.person, task.details
        )
        if going and task.reply_to is not None:
            await work.outbox.edit(task.reply_to, pack(Reply(words.takes_longer())))
    await storage.bell.ring("outbox")
