"""Say what people wanted to be reminded of, each exactly once."""

from __future__ import annotations

from datetime import datetime

from conversations.actions import reminding
from conversations.desk import Desk
from conversations.messages import pack

EVERY = "* * * * *"


async def run(desk: Desk, now: datetime) -> None:
    """Put all that is due into the outbox; what was due while nobody was on watch comes late."""
    sent = False
    while await _say_next(desk, now):
        sent = True
    if sent:
        await desk.storage.bell.ring("outbox")


async def _say_next(desk: Desk, now: datetime) -> bool:
    """One in a transaction of its own: it lies in the outbox and is marked as sent, or neither."""
    async with desk.storage.transaction() as work:
        wanted = await work.reminders.due(now)
        if wanted is None:
            return False
        reply = await reminding.say(work, wanted, now)
        await work.reminders.sent(wanted.id, now)
        await work.outbox.add(wanted.channel, wanted.chat, pack(reply))
    return True
