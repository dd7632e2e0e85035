"""A worker that is there to be killed, and the nursery that bears the next one at once.

The nursery imports the program once and forks a worker for each life, so that a life is spent on
work. It prints the number of every new worker; a worker whose nursery is gone ends itself.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import asyncpg

from bot import post
from bot.door import Door
from bot.post import answer_next, send_next, work_next
from bot.terminal import Terminal
from bot.web.door import Web
from conversations.desk import Desk
from conversations.intents import known
from storage.cache import Cache
from storage.records import WaitingReply
from storage.unit_of_work import Storage

DIE_AFTER_SENDING = float(os.environ.get("DIE_AFTER_SENDING", "0"))
DIE_AFTER_COMPUTING = float(os.environ.get("DIE_AFTER_COMPUTING", "0"))
# What a dead worker held is free again sooner than in earnest, so that the test ends.
SEND_LEASE, TASK_LEASE = 2.0, 4.0

T = TypeVar("T")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Logged:
    """A door whose sends are rows written outside of our transactions, as a platform's would be."""

    def __init__(self, door: Door, side: asyncpg.Connection, chance: random.Random) -> None:
        self.channel = door.channel
        self.read = door.read
        self._side, self._chance = side, chance

    async def send(self, reply: WaitingReply) -> None:
        await self._side.execute(
            "INSERT INTO sent_log (outbox, revision) VALUES ($1, $2)",
            reply.id,
            reply.body["revision"],
        )
        if self._chance.random() < DIE_AFTER_SENDING:
            die()  # the worst moment: sent, but not yet marked so


class Mortal(Desk):
    """A desk whose worker may drop dead between a computation and the keeping of its result."""

    async def compute(self, work: Callable[..., T], *arguments: Any) -> T:
        found = await super().compute(work, *arguments)
        if random.random() < DIE_AFTER_COMPUTING:
            die()
        return found


async def live(dsn: str, nursery: int) -> None:
    """Answer, compute and send until killed."""
    post.SEND_LEASE, post.TASK_LEASE = SEND_LEASE, TASK_LEASE
    storage, chance = Storage(dsn, pool=4), random.Random()
    side = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    ours: tuple[Door, ...] = (Web(storage), Terminal(storage))
    doors = {door.channel: Logged(door, side, chance) for door in ours}
    desk = Mortal(storage, Cache())

    async def each(*steps: Callable[[], Any]) -> None:
        while os.getppid() == nursery:
            worked = [await step() for step in steps]
            if not any(worked):
                await asyncio.sleep(0.01)

    def now() -> datetime:
        return datetime.now(UTC)

    await asyncio.gather(
        each(
            lambda: answer_next(storage, doors, desk, now()),
            lambda: send_next(storage, doors, now()),
        ),
        each(lambda: work_next(storage, desk, now())),
    )


def nurse(dsn: str) -> None:
    known()
    nursery = os.getpid()
    while True:
        worker = os.fork()
        if worker == 0:
            random.seed()
            asyncio.run(live(dsn, nursery))
            os._exit(0)
        sys.stdout.write(f"{worker}\n")
        sys.stdout.flush()
        os.waitpid(worker, 0)


if __name__ == "__main__":
    nurse(sys.argv[1])
