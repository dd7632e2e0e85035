"""Keeping to Slack's speed: one message a second in a channel, edits less often."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.door import NotYet

BETWEEN_MESSAGES = 1.0  # seconds, in one channel
BETWEEN_EDITS = 1.5  # of one message: chat.update allows 50 in a minute
LONGEST_WAIT = 15.0  # half of the time a sender has; who would wait longer comes again
KEPT = 1_000  # channels remembered


class Pace:
    """Hands out moments, in order, with a pause between two of the same name."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self.sleep = clock, sleep
        self._free: dict[str, float] = {}

    async def wait(self, name: str, pause: float) -> None:
        """Return when it is our turn. Raises NotYet when that would take long."""
        now = self._clock()
        at = max(now, self._free.get(name, now))
        if at - now > LONGEST_WAIT:
            raise NotYet(at - now, tried=False)
        self._free.pop(name, None)
        self._free[name] = at + pause
        while len(self._free) > KEPT:
            del self._free[next(iter(self._free))]
        if at > now:
            await self.sleep(at - now)
