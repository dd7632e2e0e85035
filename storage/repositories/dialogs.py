"""What a conversation has to remember from one message to the next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import dialogs

# Said once: to put a statement together takes longer than to send it, and these are for everyone.
_GET = (
    select(dialogs.c.state)
    .where(
        dialogs.c.channel == bindparam("of_channel"),
        dialogs.c.chat == bindparam("of_chat"),
        dialogs.c.user_id == bindparam("of_person"),
    )
    .with_for_update()
)
_NEW = insert(dialogs)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["channel", "chat", "user_id"], set_={"state": _NEW.excluded.state}
)


class Dialogs:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, channel: str, chat: str, person: UUID) -> dict[str, Any]:
        """The state that was put last; empty before that.

        Holds it until the transaction ends, so that what is put is never older than what is there.
        """
        whose = {"of_channel": channel, "of_chat": chat, "of_person": person}
        rows = await self._connection.execute(_GET, whose)
        state: dict[str, Any] | None = rows.scalar_one_or_none()
        return state or {}

    async def private_chats(self, person: UUID) -> list[tuple[str, str]]:
        """Channel and chat of those in which nobody but this person talks to us."""
        shared = func.coalesce(dialogs.c.state["shared"].as_boolean(), False)
        rows = await self._connection.execute(
            select(dialogs.c.channel, dialogs.c.chat)
            .where(dialogs.c.user_id == person, ~shared)
            .order_by(dialogs.c.channel, dialogs.c.chat)
        )
        return [(row.channel, row.chat) for row in rows]

    async def speakers(self, channel: str, chat: str) -> set[UUID]:
        """Everybody who talked to us in a group, or in a thread of this channel."""
        here = (dialogs.c.chat == chat) | (dialogs.c.state["room"].as_string() == chat)
        rows = await self._connection.execute(
            select(dialogs.c.user_id).where(dialogs.c.channel == channel, here)
        )
        return set(rows.scalars())

    async def put(self, channel: str, chat: str, person: UUID, state: dict[str, Any]) -> None:
        said = {"channel": channel, "chat": chat, "user_id": person, "state": state}
        await self._connection.execute(_PUT, said)
