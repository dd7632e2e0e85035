"""Messages that have come in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import WaitingMessage
from storage.repositories.locks import hold_chat
from storage.tables import inbox

# Said once: to put a statement together takes longer than to send it, and these are for everyone.
_EARLIER = inbox.alias()
_NEXT = (
    select(inbox.c.id, inbox.c.channel, inbox.c.chat, inbox.c.body, inbox.c.received_at)
    .where(
        inbox.c.answered_at.is_(None),
        inbox.c.channel.in_(bindparam("channels", expanding=True)),
        ~exists().where(
            _EARLIER.c.channel == inbox.c.channel,
            _EARLIER.c.chat == inbox.c.chat,
            _EARLIER.c.answered_at.is_(None),
            _EARLIER.c.id < inbox.c.id,
        ),
    )
    .order_by(inbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_ANSWERED = update(inbox).where(inbox.c.id == bindparam("answered")).values(answered_at=func.now())


class Inbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def accept(self, channel: str, message_id: str, chat: str, body: bytes) -> int | None:
        """Keep a message and say its id; nothing when it has been kept before."""
        await hold_chat(self._connection, channel, chat)
        added = await self._connection.execute(
            insert(inbox)
            .values(channel=channel, message_id=message_id, chat=chat, body=body)
            .on_conflict_do_nothing(index_elements=["channel", "message_id"])
            .returning(inbox.c.id)
        )
        kept: int | None = added.scalar_one_or_none()
        return kept

    async def next(self, channels: Sequence[str]) -> WaitingMessage | None:
        """The oldest unanswered message of some chat that no one else is answering.

        It is ours until the transaction ends.
        """
        rows = await self._connection.execute(_NEXT, {"channels": list(channels)})
        row = rows.one_or_none()
        return None if row is None else WaitingMessage(*row)

    async def waiting(self, channel: str, chat: str) -> list[bytes]:
        """What was said in a chat and is not answered yet."""
        rows = await self._connection.execute(
            select(inbox.c.body)
            .where(inbox.c.channel == channel, inbox.c.chat == chat, inbox.c.answered_at.is_(None))
            .order_by(inbox.c.id)
        )
        return list(rows.scalars())

    async def answered(self, id: int) -> None:
        """Mark a message as answered, in the transaction that writes the answer."""
        await self._connection.execute(_ANSWERED, {"answered": id})
