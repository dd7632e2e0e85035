"""Pictures that replies show."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Picture
from storage.tables import outbox, pictures


class Pictures:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, png: bytes, alt: str) -> UUID:
        made = uuid4()
        await self._connection.execute(insert(pictures).values(id=made, png=png, alt=alt))
        return made

    async def get(self, id: UUID) -> Picture | None:
        rows = await self._connection.execute(
            select(pictures.c.png, pictures.c.alt).where(pictures.c.id == id)
        )
        row = rows.one_or_none()
        return None if row is None else Picture(*row)

    async def belongs(self, id: UUID, channel: str, chat: str) -> bool:
        """Whether a reply in this chat shows it: nobody else may see it."""
        shown = exists().where(
            outbox.c.picture == id, outbox.c.channel == channel, outbox.c.chat == chat
        )
        found: bool = (await self._connection.execute(select(shown))).scalar_one()
        return found

    async def forget_unshown(self, before: datetime) -> None:
        """Delete those made before that moment which no reply shows (any more)."""
        shown = exists().where(outbox.c.picture == pictures.c.id)
        await self._connection.execute(
            delete(pictures).where(pictures.c.created_at < before, ~shown)
        )
