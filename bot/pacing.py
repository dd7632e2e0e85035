"""Keeping to a platform's speed, all workers together: each waits for its turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from bot.door import NotYet
from storage.cache import Cache
from storage.turns import Limit


class Pacer:
    """Hands out turns. ``clock`` in seconds, the same for all who share the cache; ``sleep`` waits
    by it. Without a cache the turns are those of this object alone."""

    def __init__(
        self,
        cache: Cache | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._cache = cache or Cache(None)
        self._clock, self.sleep = clock, sleep

    async def turn(self, limits: Sequence[Limit], patience: float) -> None:
        """Return when it is our turn. Raises NotYet when that is more than ``patience`` seconds
        away: then no turn was taken."""
        now = self._clock()
        at = await self._cache.turn(limits, now, patience)
        if at - now > patience:
            raise NotYet(at - now, tried=False)
        if at > now:
            await self.sleep(at - now)

    async def rest(self, limit: Limit, seconds: float) -> None:
        """The platform asked for a pause: nobody's turn comes before it is over."""
        await self._cache.turn([limit], self._clock() + seconds - limit.gap, 0.0)
