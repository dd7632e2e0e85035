"""Keeping to what Telegram allows: so many messages a second in all, in a chat, and in a group."""

from __future__ import annotations

from bot.pacing import Pacer
from storage.turns import Limit

OVERALL = Limit("telegram", 1 / 25)  # Telegram allows 30 a second
IN_A_CHAT = 1.0  # seconds between two messages in one chat
GROUP_MESSAGES, GROUP_SECONDS = 20, 60.0
PATIENCE = 3.0  # seconds that a sender waits; for longer it had better send something else


class Pace(Pacer):
    """When the next message may go, whichever worker sends it."""

    async def wait(self, chat: int) -> None:
        """Return when a message may be sent to ``chat``. Raises NotYet when that is not soon."""
        name = f"telegram:{chat}"
        group = Limit(name, IN_A_CHAT, GROUP_MESSAGES, GROUP_SECONDS)
        await self.turn([OVERALL, group if chat < 0 else Limit(name, IN_A_CHAT)], PATIENCE)

    async def halt(self, seconds: float) -> None:
        """Telegram asked for a pause: nothing goes to anybody before it is over."""
        await self.rest(OVERALL, seconds)
