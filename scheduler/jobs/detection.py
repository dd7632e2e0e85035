"""Look at every portfolio once after each close, for what there is to say about it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog

from conversations.desk import Desk
from conversations.nudging.finding import look_at, want
from engine.market.sessions import last_closed

log = structlog.get_logger(__name__)

EVERY = "*/15 * * * *"
USUAL = "XNYS"  # where nothing is held any more, or what is held is not listed
SETTLED = timedelta(hours=1)  # after the close: its prices are in
BATCH = 50
HANDS = 8  # looked at at once: all computing processes are busy, and the database is not crowded


async def run(desk: Desk, now: datetime) -> None:
    """Look at all that were not looked at since the last close of all that they hold, however long
    nobody was on watch: of several closes only the last is looked at.

    What was looked at is noted portfolio by portfolio, so that a run cut short goes on where it
    was. One that fails is tried again at the next tick, and keeps no other waiting.
    """
    async with desk.storage.transaction() as work:
        exchanges = {one.exchange for one in await work.instruments.universe()} | {USUAL}
    closes = await asyncio.to_thread(last_closes, exchanges, now)
    after: UUID | None = None
    while True:
        async with desk.storage.transaction() as work:
            batch = await work.nudges.to_look_at(closes, closes[USUAL], after, BATCH)
        if not batch:
            return
        for n in range(0, len(batch), HANDS):
            some = batch[n : n + HANDS]
            await asyncio.gather(*(_look(desk, portfolio, day, now) for portfolio, day in some))
        after = batch[-1][0]


def last_closes(exchanges: Iterable[str], now: datetime) -> dict[str, date]:
    """By exchange, the newest day whose session is over, with its prices, by ``now``. Calendars
    take a moment to load."""
    return {one: last_closed(one, now, SETTLED) for one in exchanges if one}


async def _look(desk: Desk, portfolio: UUID, day: date, now: datetime) -> None:
    try:
        sight, found = await look_at(desk, portfolio, now)
        async with desk.storage.transaction() as work:
            await want(work, sight, found, now)
            await work.nudges.looked_at(portfolio, day, now)
    except Exception:
        log.exception("a portfolio could not be looked at", portfolio=str(portfolio))
