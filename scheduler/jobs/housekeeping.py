"""Throw away what nobody can use any more: dropped files after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from conversations.desk import Desk

EVERY = "17 * * * *"
UPLOADS_KEPT = timedelta(days=1)


async def run(desk: Desk, now: datetime) -> None:
    """Delete dropped files that were imported or left lying."""
    async with desk.storage.transaction() as work:
        await work.uploads.forget(now - UPLOADS_KEPT)
