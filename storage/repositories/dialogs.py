"""What a conversation has to remember from one message to the next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import dialogs


class Dialogs:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, channel: str, chat: str, person: UUID) -> dict[str, Any]:
        """The state that was put last; empty before that.

        Holds it until the transaction ends, so that what is put is never older than what is there.
        """
        rows = await self._connection.execute(
            select(dialogs.c.state)
            .filter_by(channel=channel, chat=chat, user_id=person)
            .with_for_update()
        )
        state: dict[str, Any] | None = rows.scalar_one_or_none()
        return state or {}

    async def put(self, channel: str, chat: str, person: UUID, state: dict[str, Any]) -> None:
        await self._connection.execute(
            insert(dialogs)
            .values(channel=channel, chat=chat, user_id=person, state=state)
            .on_conflict_do_update(
                index_elements=["channel", "chat", "user_id"], set_={"state": state}
            )
        )
