"""What platforms call our messages, and which chats can no longer be reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Table, and_, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import door_chats, door_messages, door_names, inbox, metadata, outbox


class Doors:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def name(self, channel: str) -> str | None:
        """What the platform calls us; None where its door was never open."""
        found: str | None = (
            await self._connection.execute(
                select(door_names.c.name).where(door_names.c.channel == channel)
            )
        ).scalar_one_or_none()
        return found

    async def called(self, channel: str, name: str, now: datetime) -> None:
        """Keep what the platform calls us, for those who ask the way there."""
        told = {"name": name, "at": now}
        await self._connection.execute(
            insert(door_names)
            .values(channel=channel, **told)
            .on_conflict_do_update(index_elements=["channel"], set_=told)
        )

    async def sent_as(self, outbox_id: int) -> dict[str, Any] | None:
        """What the door kept of a reply that it has sent before; None: it was never sent."""
        found: dict[str, Any] | None = (
            await self._connection.execute(
                select(door_messages.c.names).where(door_messages.c.outbox_id == outbox_id)
            )
        ).scalar_one_or_none()
        return found

    async def remember(self, outbox_id: int, names: dict[str, Any]) -> None:
        """Keep what the platform calls a reply, so that it can be edited."""
        await self._connection.execute(
            insert(door_messages)
            .values(outbox_id=outbox_id, names=names, sent_at=func.now())
            .on_conflict_do_update(index_elements=["outbox_id"], set_={"names": names})
        )

    async def asked(self, outbox_id: int) -> bytes | None:
        """The message that a reply answers, as the inbox kept it; None: it came unasked."""
        found: bytes | None = (
            await self._connection.execute(
                select(inbox.c.body)
                .join(outbox, outbox.c.answers == inbox.c.id)
                .where(outbox.c.id == outbox_id)
            )
        ).scalar_one_or_none()
        return found

    async def shown(
        self, channel: str, chat: str, names: dict[str, Any]
    ) -> tuple[dict[str, Any], bytes | None] | None:
        """The newest reply in a chat whose platform names contain ``names``, and what it answers.

        None when there is no such reply, or no longer.
        """
        row = (
            await self._connection.execute(
                select(outbox.c.body, inbox.c.body.label("asked"))
                .join(door_messages, door_messages.c.outbox_id == outbox.c.id)
                .outerjoin(inbox, inbox.c.id == outbox.c.answers)
                .where(
                    outbox.c.channel == channel,
                    outbox.c.chat == chat,
                    door_messages.c.names.contains(names),
                )
                .order_by(outbox.c.id.desc())
                .limit(1)
            )
        ).one_or_none()
        return None if row is None else (row.body, row.asked)

    async def close(self, channel: str, chat: str, reason: str, at: datetime) -> None:
        """Nothing can be sent there any more: "blocked", "left", "deleted"."""
        await self._connection.execute(
            insert(door_chats)
            .values(channel=channel, chat=chat, closed_at=at, reason=reason)
            .on_conflict_do_update(
                index_elements=["channel", "chat"], set_={"closed_at": at, "reason": reason}
            )
        )

    async def reopen(self, channel: str, chat: str) -> str:
        """Somebody wrote from there: it can be reached. Says under which name it goes on."""
        moved: str | None = (
            await self._connection.execute(
                door_chats.update()
                .where(door_chats.c.channel == channel, door_chats.c.chat == chat)
                .values(closed_at=None, reason="")
                .returning(door_chats.c.moved_to)
            )
        ).scalar_one_or_none()
        return moved or chat

    async def move(self, channel: str, chat: str, to: str) -> None:
        """A chat goes on under another name: all that was kept under the old one goes with it.

        What is there under the new name already stays as it is. To be told so again changes
        nothing.
        """
        if chat == to:
            return
        await self._connection.execute(
            insert(door_chats)
            .values(channel=channel, chat=chat, moved_to=to)
            .on_conflict_do_update(index_elements=["channel", "chat"], set_={"moved_to": to})
        )
        await self._connection.execute(
            update(door_chats)
            .where(door_chats.c.channel == channel, door_chats.c.moved_to == chat)
            .values(moved_to=to)
        )
        # What is being answered comes first: the rest waits for that answer, and takes it along.
        for table in sorted(_of_chats(), key=lambda one: one is not inbox):
            if "chat" in table.primary_key.columns:
                await self._connection.execute(_superseded(table, channel, chat, to))
            old = (table.c.channel == channel) & (table.c.chat == chat)
            await self._connection.execute(update(table).where(old).values(chat=to))

    async def address(self, channel: str, chat: str) -> tuple[str, str]:
        """Where a chat is reached now, and why it is not, if so ("" if it is)."""
        row = (
            await self._connection.execute(
                select(door_chats).where(door_chats.c.channel == channel, door_chats.c.chat == chat)
            )
        ).one_or_none()
        if row is None:
            return chat, ""
        return row.moved_to or chat, row.reason if row.closed_at is not None else ""


def _of_chats() -> list[Table]:
    """Every table that says of its rows in which chat they belong."""
    return [
        table
        for table in metadata.sorted_tables
        if {"channel", "chat"} <= set(table.columns.keys()) and table is not door_chats
    ]


def _superseded(table: Table, channel: str, chat: str, to: str) -> Delete:
    """Rows of the old name for which there is one of the new name."""
    new = table.alias()
    others = [one for one in table.primary_key.columns if one.name not in ("channel", "chat")]
    alike = and_(
        new.c.channel == channel, new.c.chat == to, *(new.c[one.name] == one for one in others)
    )
    return delete(table).where(
        table.c.channel == channel, table.c.chat == chat, exists().where(alike)
    )
