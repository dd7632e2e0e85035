"""Which browser belongs to which chat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import web_sessions


class Sessions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, token_hash: bytes, chat: str, now: datetime) -> None:
        """Let whoever shows the token of this hash into ``chat``."""
        await self._connection.execute(
            insert(web_sessions).values(token_hash=token_hash, chat=chat, opened_at=now)
        )

    async def find(self, token_hash: bytes) -> str | None:
        """The chat of a token, or nothing."""
        rows = await self._connection.execute(
            select(web_sessions.c.chat).where(web_sessions.c.token_hash == token_hash)
        )
        chat: str | None = rows.scalar_one_or_none()
        return chat

    async def forget(self, before: datetime) -> None:
        """Delete those that were opened before that moment."""
        await self._connection.execute(
            delete(web_sessions).where(web_sessions.c.opened_at < before)
        )
