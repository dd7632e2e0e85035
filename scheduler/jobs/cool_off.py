"""Speak again of trades that people waited with, each exactly once."""

from __future__ import annotations

from datetime import datetime

from conversations.desk import Desk
from conversations.nudging.finding import want_one
from conversations.nudging.kinds import cool_off

EVERY = "* * * * *"


async def run(desk: Desk, now: datetime) -> None:
    """Want all whose time is over; what ended while nobody was on watch comes late."""
    while await _want_next(desk, now):
        pass


async def _want_next(desk: Desk, now: datetime) -> bool:
    async with desk.storage.transaction() as work:
        wanted = await work.reminders.cooled(now)
        if wanted is None:
            return False
        person = await work.users.get(wanted.person)
        occasion = await cool_off.over(work, wanted, desk.sources, now)
        await want_one(work, person, wanted.portfolio, cool_off.KIND, occasion, now)
        await work.reminders.sent(wanted.id, now)
    return True
