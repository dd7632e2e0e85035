"""Files that people have dropped into a chat."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import uploads


class Uploads:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, name: str, data: bytes, *, channel: str, chat: str) -> str:
        """Keep a file that was dropped into a chat, and say the id to ask for it by."""
        made = uuid4().hex
        await self._connection.execute(
            insert(uploads).values(id=made, channel=channel, chat=chat, name=name, data=data)
        )
        return made

    async def get(self, id: str, *, channel: str, chat: str) -> tuple[str, bytes] | None:
        """Its name and bytes, for the chat it was dropped into; for all others there is none."""
        rows = await self._connection.execute(
            select(uploads.c.name, uploads.c.data).filter_by(id=id, channel=channel, chat=chat)
        )
        row = rows.one_or_none()
        return None if row is None else (row.name, row.data)

    async def forget(self, before: datetime) -> None:
        """Delete what was dropped before that moment."""
        await self._connection.execute(delete(uploads).where(uploads.c.created_at < before))
