"""Ask whether proposals were carried out, each at most twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from conversations.desk import Desk
from conversations.nudging.kinds import follow_up

log = structlog.get_logger(__name__)

EVERY = "*/5 * * * *"
LATER = timedelta(hours=1)  # when to try again what failed


async def run(desk: Desk, now: datetime) -> None:
    """Settle all that are due, one in a transaction of its own each."""
    while await _settle_next(desk, now):
        pass


async def _settle_next(desk: Desk, now: datetime) -> bool:
    async with desk.storage.transaction() as work:
        due = await work.recommendations.due(now, 1)
        for told in due:
            try:
                async with work.savepoint():
                    await follow_up.settle(work, told, desk.sources, now)
            except Exception:
                log.exception("a proposal could not be followed up", proposal=str(told.id))
                await work.recommendations.remind(told.id, told.person, now + LATER)
    return bool(due)
