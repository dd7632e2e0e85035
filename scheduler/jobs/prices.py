"""Bring the prices of everything that people hold up to date."""

from __future__ import annotations

from datetime import datetime

from conversations.actions import pricing
from conversations.desk import Desk

EVERY = "*/30 * * * *"


async def run(desk: Desk, now: datetime) -> None:
    """Ask the live feeds about all symbols in people's own portfolios."""
    if not desk.live:
        return
    async with desk.storage.transaction() as work:
        symbols = await work.positions.symbols(demo=False)
    if symbols:
        await pricing.refresh(desk, symbols, now)
