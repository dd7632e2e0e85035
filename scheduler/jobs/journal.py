"""Ask how trades went and how people feel, each question exactly once."""

from __future__ import annotations

from datetime import datetime

from conversations.actions.journal import asking
from conversations.desk import Desk

EVERY = "* * * * *"


async def run(desk: Desk, now: datetime) -> None:
    """Settle all questions that are due, one in a transaction of its own each."""
    settled = False
    while await _ask_next(desk, now):
        settled = True
    if settled:
        await desk.storage.bell.ring("outbox")


async def _ask_next(desk: Desk, now: datetime) -> bool:
    async with desk.storage.transaction() as work:
        return await asking.ask_next(work, now, desk.sources)
