"""What people want to be reminded of, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import WAITED, Reminder
from storage.tables import reminders

_kept = reminders.c


class Reminders:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, wanted: Reminder) -> None:
        await self._connection.execute(
            insert(reminders).values(
                id=wanted.id,
                portfolio_id=wanted.portfolio,
                user_id=wanted.person,
                channel=wanted.channel,
                chat=wanted.chat,
                about=wanted.about,
                subject=wanted.subject,
                words=wanted.words,
                due_at=wanted.due_at,
                time_zone=wanted.time_zone,
                created_at=wanted.created_at,
            )
        )

    async def waiting(self, person: UUID) -> list[Reminder]:
        """Those of a person that are still to come, the next first."""
        rows = await self._connection.execute(
            select(reminders)
            .where(_kept.user_id == person, _is_waiting())
            .order_by(_kept.due_at, _kept.created_at, _kept.id)
        )
        return [_record(row) for row in rows]

    async def cancel(self, id: UUID, person: UUID, now: datetime) -> Reminder | None:
        """The reminder that is not sent any more; None when there was nothing to cancel."""
        return await self._change((_kept.id == id) & _is_waiting(), person, cancelled_at=now)

    async def restore(self, id: UUID, person: UUID) -> Reminder | None:
        """The reminder that waits again; None when it was not cancelled, or was sent before."""
        gone = (_kept.id == id) & _kept.sent_at.is_(None) & _kept.cancelled_at.is_not(None)
        return await self._change(gone, person, cancelled_at=None)

    async def cancel_about(self, subject: UUID, person: UUID, now: datetime) -> int:
        """Cancel what was to be said of ``subject``, which has ended; how many those were."""
        changed = await self._connection.execute(
            update(reminders)
            .where(_kept.subject == subject, _kept.user_id == person, _is_waiting())
            .values(cancelled_at=now)
            .returning(_kept.id)
        )
        return len(changed.all())

    async def due(self, now: datetime) -> Reminder | None:
        """The one that has waited longest since its moment, ours until we commit; not those of
        trades that somebody waits with.

        Whoever asks at the same time gets another. Say ``sent`` in the same transaction.
        """
        return await self._next(now, _kept.about != WAITED)

    async def cooled(self, now: datetime) -> Reminder | None:
        """The same of a trade that somebody waits with."""
        return await self._next(now, _kept.about == WAITED)

    async def _next(self, now: datetime, which: ColumnElement[bool]) -> Reminder | None:
        rows = await self._connection.execute(
            select(reminders)
            .where(_kept.due_at <= now, _is_waiting(), which)
            .order_by(_kept.due_at, _kept.created_at, _kept.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = rows.one_or_none()
        return None if row is None else _record(row)

    async def sent(self, id: UUID, now: datetime) -> None:
        """It lies in the outbox: it is never due again."""
        await self._connection.execute(update(reminders).where(_kept.id == id).values(sent_at=now))

    async def _change(
        self, which: ColumnElement[bool], person: UUID, **values: Any
    ) -> Reminder | None:
        changed = await self._connection.execute(
            update(reminders)
            .where(which, _kept.user_id == person)
            .values(**values)
            .returning(reminders)
        )
        row = changed.one_or_none()
        return None if row is None else _record(row)


def _is_waiting() -> ColumnElement[bool]:
    return _kept.sent_at.is_(None) & _kept.cancelled_at.is_(None)


def _record(row: Row[Any]) -> Reminder:
    return Reminder(
        id=row.id,
        portfolio=row.portfolio_id,
        person=row.user_id,
        channel=row.channel,
        chat=row.chat,
        about=row.about,
        due_at=row.due_at,
        time_zone=row.time_zone,
        created_at=row.created_at,
        subject=row.subject,
        words=row.words,
        sent_at=row.sent_at,
        cancelled_at=row.cancelled_at,
    )
