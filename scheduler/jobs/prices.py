"""Bring the prices of everything that people hold up to date, as the exchanges trade."""

from __future__ import annotations

from datetime import datetime, timedelta

from conversations.actions import pricing
from conversations.desk import Desk
from engine.market.instruments import Universe
from engine.market.sessions import is_open, last_closed
from engine.prices import Prices

EVERY = "*/30 * * * *"
EXCHANGE = "XNYS"  # of what is not listed
SETTLED = timedelta(minutes=20)  # after the close, sources have it
TRIES = 6  # at a close that no source has; a halted share would be asked about for ever
MEMORY = 4 * 86_400  # seconds: over a long weekend


async def run(desk: Desk, now: datetime) -> None:
    """Ask the live feeds about what is held: while its exchange trades, and after each close
    until they have it. On closed days nothing is asked."""
    if not desk.live:
        return
    async with desk.storage.transaction() as work:
        held = await work.positions.symbols(demo=False)
        universe = await work.instruments.universe()
        known = await work.market.prices(held, [feed.name for feed in desk.live])
    wanted = [one for one in held if await _wanted(desk, one, universe, known, now)]
    if wanted:
        await pricing.refresh(desk, wanted, now)


async def _wanted(
    desk: Desk, symbol: str, universe: Universe, known: Prices, now: datetime
) -> bool:
    listed = universe.get(symbol)
    exchange = listed.exchange if listed is not None and listed.exchange else EXCHANGE
    if is_open(exchange, now):
        return True
    closed = last_closed(exchange, now, SETTLED)
    bar = known.latest(symbol)
    # A bar of that day may have been read before the close: after it, it is asked for once more.
    tries = TRIES if bar is None or bar.day < closed else 1
    return await desk.cache.allow(f"close:{symbol}:{closed}", tries, MEMORY)
