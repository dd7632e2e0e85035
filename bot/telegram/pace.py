"""Keeping to what Telegram allows: so many messages a second in all, in a chat, and in a group."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from bot.door import NotYet

OVERALL = 1 / 25  # seconds between any two messages; Telegram allows 30 a second
IN_A_CHAT = 1.0  # seconds between two messages in one chat
GROUP_MESSAGES, GROUP_SECONDS = 20, 60.0
PATIENCE = 3.0  # seconds that a sender waits; for longer it had better send something else
FORGOTTEN = 10_000  # chats kept in mind before those that rest are dropped


class Pace:
    """When the next message may go. ``clock`` in seconds, ``sleep`` waits by it."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        self._chats: dict[int, deque[float]] = {}  # the moments of the last messages, latest last

    async def wait(self, chat: int) -> None:
        """Return when a message may be sent to ``chat``. Raises NotYet when that is not soon."""
        now = self._clock()
        at = max(now, self._next, self._free(chat))
        if at - now > PATIENCE:
            raise NotYet(at - now, tried=False)
        self._take(chat, at, now)
        if at > now:
            await self._sleep(at - now)

    def halt(self, seconds: float) -> None:
        """Telegram asked for a pause: nothing goes to anybody before it is over."""
        self._next = max(self._next, self._clock() + seconds)

    def _free(self, chat: int) -> float:
        """When the chat itself is ready for another message."""
        sent = self._chats.get(chat)
        if not sent:
            return 0.0
        at = sent[-1] + IN_A_CHAT
        if chat < 0 and len(sent) == GROUP_MESSAGES:
            at = max(at, sent[0] + GROUP_SECONDS)
        return at

    def _take(self, chat: int, at: float, now: float) -> None:
        if len(self._chats) >= FORGOTTEN:
            self._chats = {
                one: sent for one, sent in self._chats.items() if sent[-1] > now - GROUP_SECONDS
            }
        self._next = at + OVERALL
        self._chats.setdefault(chat, deque(maxlen=GROUP_MESSAGES)).append(at)
