"""Locks on what has no row to lock yet, held until the transaction ends."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def hold(connection: AsyncConnection, *name: str) -> None:
    """Keep others who hold the same name waiting. Two names of one hash only wait needlessly."""
    await connection.execute(_HOLD, {"name": "\x1f".join(name)})


async def hold_chat(connection: AsyncConnection, channel: str, chat: str) -> None:
    """Make what is written into a chat visible in the order of its ids and changes.

    A sequence hands out numbers before their rows are committed. Without this lock somebody could
    read change 6, remember "up to 6", and never see change 5, committed a moment later. So the
    chat is held from the drawing of a number to the commit: write into a chat last.
    """
    await hold(connection, "chat", channel, chat)
