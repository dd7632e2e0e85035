"""Work too slow for a turn of talk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Task
from storage.tables import tasks


class Tasks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        kind: str,
        channel: str,
        chat: str,
        person: UUID,
        details: dict[str, Any],
        reply_to: int | None = None,
    ) -> int:
        """Promise a piece of work and say its id."""
        rows = await self._connection.execute(
            insert(tasks)
            .values(
                kind=kind,
                channel=channel,
                chat=chat,
                user_id=person,
                details=details,
                reply_to=reply_to,
            )
            .returning(tasks.c.id)
        )
        promised: int = rows.scalar_one()
        return promised

    async def chats(self, channel: str, limit: int = 50) -> list[tuple[str, list[str]]]:
        """The chats of a channel in which work is awaited, longest first, and its kinds."""
        rows = await self._connection.execute(
            select(tasks.c.chat, func.array_agg(tasks.c.kind.distinct()))
            .where(tasks.c.channel == channel, tasks.c.done_at.is_(None))
            .group_by(tasks.c.chat)
            .order_by(func.min(tasks.c.id))
            .limit(limit)
        )
        return [(chat, list(kinds)) for chat, kinds in rows]

    async def renew(self, id: int, until: datetime) -> None:
        """We are still at it: nobody else is to take it before ``until``."""
        await self._connection.execute(
            update(tasks)
            .where(tasks.c.id == id, tasks.c.done_at.is_(None))
            .values(leased_until=until)
        )

    async def lease(self, now: datetime, seconds: float) -> Task | None:
        """The oldest task that nobody is at, ours for a while. Commit before working on it."""
        oldest = (
            select(tasks.c.id)
            .where(tasks.c.done_at.is_(None))
            .where(tasks.c.leased_until.is_(None) | (tasks.c.leased_until <= now))
            .order_by(tasks.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        rows = await self._connection.execute(
            update(tasks)
            .where(tasks.c.id == oldest)
            .values(leased_until=now + timedelta(seconds=seconds), attempts=tasks.c.attempts + 1)
            .returning(
                tasks.c.id,
                tasks.c.kind,
                tasks.c.channel,
                tasks.c.chat,
                tasks.c.user_id,
                tasks.c.details,
                tasks.c.attempts,
                tasks.c.reply_to,
            )
        )
        row = rows.one_or_none()
        return None if row is None else Task(*row)

    async def done(self, id: int) -> bool:
        """Mark as done, in the transaction that writes the result.

        False when it is done, given up or cancelled already: then the result must not be written.
        """
        return len(await self._end(tasks.c.id == id, "done")) == 1

    async def fail(self, id: int, reason: str, retry_at: datetime | None) -> bool:
        """Not this time: again at ``retry_at``, or never. False when it had ended before."""
        if retry_at is None:
            return len(await self._end(tasks.c.id == id, "failed", problem=reason)) == 1
        changed = await self._connection.execute(
            update(tasks)
            .where(tasks.c.id == id, tasks.c.done_at.is_(None))
            .values(leased_until=retry_at, problem=reason)
            .returning(tasks.c.id)
        )
        return len(changed.all()) == 1

    async def cancel(self, channel: str, chat: str, person: UUID) -> list[int | None]:
        """Call off what a person waits for in a chat; the reply that promised each of the tasks."""
        return await self._end(_of(channel, chat, person), "cancelled")

    async def is_open(
        self, kind: str, channel: str, chat: str, person: UUID, details: dict[str, Any]
    ) -> bool:
        """Whether the very same piece of work is promised and not done yet."""
        same = _of(channel, chat, person) & (tasks.c.kind == kind) & (tasks.c.details == details)
        found: bool = (
            await self._connection.execute(select(exists().where(same, tasks.c.done_at.is_(None))))
        ).scalar_one()
        return found

    async def began(
        self, kind: str, channel: str, chat: str, person: UUID, details: dict[str, Any]
    ) -> bool:
        """Whether work of this kind with (at least) these details is promised, or was done."""
        same = _of(channel, chat, person) & (tasks.c.kind == kind)
        kept = tasks.c.done_at.is_(None) | (tasks.c.outcome == "done")
        found: bool = (
            await self._connection.execute(
                select(exists().where(same, tasks.c.details.contains(details), kept))
            )
        ).scalar_one()
        return found

    async def forget(self, before: datetime) -> None:
        """Delete what had ended by then."""
        await self._connection.execute(delete(tasks).where(tasks.c.done_at < before))

    async def _end(self, which: ColumnElement[bool], outcome: str, **more: Any) -> list[int | None]:
        changed = await self._connection.execute(
            update(tasks)
            .where(which, tasks.c.done_at.is_(None))
            .values(done_at=func.now(), outcome=outcome, leased_until=None, **more)
            .returning(tasks.c.reply_to)
        )
        return [row.reply_to for row in changed]


def _of(channel: str, chat: str, person: UUID) -> ColumnElement[bool]:
    return (tasks.c.channel == channel) & (tasks.c.chat == chat) & (tasks.c.user_id == person)
