"""Files that replies carry."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Document
from storage.tables import documents, expiring, outbox


class Documents:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, name: str, media_type: str, data: bytes) -> UUID:
        made = uuid4()
        await self._connection.execute(
            insert(documents).values(id=made, name=name, media_type=media_type, data=data)
        )
        return made

    async def expire(self, id: UUID, at: datetime) -> None:
        """From then on nobody can fetch it any more."""
        await self._connection.execute(insert(expiring).values(document_id=id, expires_at=at))

    async def get(self, id: UUID, channel: str, chat: str) -> Document | None:
        """The file, if a reply in this chat carries it: for all others there is none, and for
        nobody once it has expired."""
        over = exists().where(expiring.c.document_id == id, expiring.c.expires_at <= func.now())
        carried = exists().where(
            outbox.c.document == id, outbox.c.channel == channel, outbox.c.chat == chat
        )
        rows = await self._connection.execute(
            select(documents.c.name, documents.c.media_type, documents.c.data).where(
                documents.c.id == id, carried, ~over
            )
        )
        row = rows.one_or_none()
        return None if row is None else Document(*row)

    async def forget_expired(self, now: datetime) -> None:
        """Delete what has expired, and have no reply carry it."""
        over = select(expiring.c.document_id).where(expiring.c.expires_at <= now)
        await self._connection.execute(
            update(outbox).where(outbox.c.document.in_(over)).values(document=None)
        )
        await self._connection.execute(delete(documents).where(documents.c.id.in_(over)))

    async def forget_unshown(self, before: datetime) -> None:
        """Delete those made before that moment which no reply carries (any more)."""
        carried = exists().where(outbox.c.document == documents.c.id)
        await self._connection.execute(
            delete(documents).where(documents.c.created_at < before, ~carried)
        )
