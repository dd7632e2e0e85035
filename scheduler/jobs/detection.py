"""Look at every portfolio once after each close, for what there is to say about it."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from conversations.desk import Desk
from conversations.nudging.finding import look_at, want
from engine.market.sessions import is_session, previous_session

log = structlog.get_logger(__name__)

EVERY = "*/15 * * * *"
EXCHANGE, PLACE = "XNYS", ZoneInfo("America/New_York")
CLOSED = time(17, 0)  # an hour after the last exchange's close: its prices are in
BATCH = 50


async def run(desk: Desk, now: datetime) -> None:
    """Look at all that were not looked at since the last close, however long nobody was on watch:
    of several closes only the last is looked at.

    What was looked at is noted portfolio by portfolio, so that a run cut short goes on where it
    was. One that fails is tried again at the next tick, and keeps no other waiting.
    """
    day = last_close(now)
    after: UUID | None = None
    while True:
        async with desk.storage.transaction() as work:
            batch = await work.nudges.to_look_at(day, after, BATCH)
        if not batch:
            return
        for portfolio in batch:
            await _look(desk, portfolio, day, now)
        after = batch[-1]


def last_close(now: datetime) -> date:
    """The newest day whose session is over, with its prices, by ``now``."""
    here = now.astimezone(PLACE)
    today = here.date()
    if here.time() >= CLOSED and is_session(EXCHANGE, today):
        return today
    return previous_session(EXCHANGE, today)


async def _look(desk: Desk, portfolio: UUID, day: date, now: datetime) -> None:
    try:
        sight, found = await look_at(desk, portfolio, now)
        async with desk.storage.transaction() as work:
            await want(work, sight, found, now)
            await work.nudges.looked_at(portfolio, day, now)
    except Exception:
        log.exception("a portfolio could not be looked at", portfolio=str(portfolio))
