"""What may be forgotten at any moment: how often somebody asked, and whose turn it is."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError, WatchError

from storage.turns import Limit, Turns

PATIENCE = 0.1  # seconds for an answer: the truth is a query away
RETREAT = 5.0  # seconds without Redis after it failed us
LONGEST_MEMORY = 10_000  # rate windows counted without Redis
TRIES = 20  # to take a turn that others want as well
SPARE = 60.0  # seconds that turns are kept longer than they matter
_LOST = (RedisError, OSError, TimeoutError)

Answer = TypeVar("Answer")


class BadRedisUrl(Exception):
    """``reason`` never repeats the address: it may hold a password."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class _Memory:
    """Windows of the rate limiter while Redis is away: when each ends, and its count."""

    windows: dict[str, tuple[float, int]] = field(default_factory=dict)

    def count(self, key: str, seconds: float, now: float) -> int:
        ends, counted = self.windows.get(key, (0.0, 0))
        if now >= ends:
            ends, counted = now + seconds, 0
        self.windows[key] = (ends, counted + 1)
        if len(self.windows) > LONGEST_MEMORY:
            self.windows = {name: kept for name, kept in self.windows.items() if kept[0] > now}
        return counted + 1


class Cache:
    """Redis, or the same in this process. Losing it loses nothing, and nothing here raises."""

    def __init__(self, url: str | None = None) -> None:
        """``url`` as in REDIS_URL; None: fakeredis, in process. Raises BadRedisUrl."""
        self._redis = _client(url)
        self._memory = _Memory()
        self._turns, self._in_turn = Turns(), asyncio.Lock()
        self._away_until = 0.0

    @property
    def reachable(self) -> bool:
        """Whether the last request was answered, as far as we know."""
        return time.monotonic() >= self._away_until

    async def allow(self, key: str, limit: int, seconds: int) -> bool:
        """Whether this is one of the first ``limit`` calls for ``key`` in a window of time.

        The window opens with the first call. Without Redis each process counts for itself.
        """
        counted = await self._try(self._count(f"limit:{key}:{seconds}", seconds))
        if counted is None:
            counted = self._memory.count(key, seconds, time.monotonic())
        return counted <= limit

    async def turn(self, limits: Sequence[Limit], now: float, patience: float) -> float:
        """The moment of the next turn that keeps all ``limits``, in seconds of the clock of
        ``now``. It is ours unless it is more than ``patience`` seconds away.

        All who use one Redis share the turns; without it each process keeps to the limits alone,
        beginning with the turns of its own that it remembers.
        """
        async with self._in_turn:
            at = await self._try(self._turn(limits, now, patience))
            if at is None:
                return self._turns.take(limits, now, patience)
        if at - now <= patience:
            self._turns.note(limits, at)
        return at

    async def answers(self) -> bool:
        """Whether it is there now."""
        return await self._try(self._redis.ping()) is not None

    async def close(self) -> None:
        await self._redis.aclose()

    async def _count(self, key: str, seconds: int) -> int:
        async with self._redis.pipeline(transaction=True) as steps:
            steps.set(key, 0, ex=seconds, nx=True)
            steps.incr(key)
            counted: int = (await steps.execute())[1]
        return counted

    async def _turn(self, limits: Sequence[Limit], now: float, patience: float) -> float | None:
        """Nothing where others were always quicker."""
        keys = [f"turns:{limit.name}" for limit in limits]
        async with self._redis.pipeline(transaction=True) as steps:
            for _ in range(TRIES):
                await steps.watch(*keys)
                kept = [json.loads(found) if found else [] for found in await steps.mget(keys)]
                at = max([now, *(one.free(of) for one, of in zip(limits, kept, strict=True))])
                if at - now > patience:
                    await steps.unwatch()
                    return at
                steps.multi()
                for key, one, of in zip(keys, limits, kept, strict=True):
                    lasts = at - now + one.lasts + SPARE
                    steps.set(key, json.dumps(one.after(of, at)), px=int(1_000 * lasts))
                try:
                    await steps.execute()
                except WatchError:
                    continue
                return at
        return None

    async def _try(self, request: Awaitable[Answer | None]) -> Answer | None:
        """The answer, or nothing: at once while Redis is known to be away."""
        if not self.reachable:
            if hasattr(request, "close"):
                request.close()
            return None
        try:
            return await request
        except _LOST:
            self._away_until = time.monotonic() + RETREAT
            return None


def _client(url: str | None) -> Any:
    if url is None:
        from fakeredis import FakeAsyncRedis

        return FakeAsyncRedis()
    try:
        return Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    except ValueError as wrong:
        raise BadRedisUrl("it is not of the form redis://host:port/0") from wrong
