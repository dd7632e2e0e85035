"""What we want to say first, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import NudgeRecord
from storage.repositories.locks import hold
from storage.tables import nudges

_kept = nudges.c
_WAITING = _kept.status == "waiting"


class Nudges:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def want(self, wanted: NudgeRecord) -> bool:
        """Keep it, to be decided about at once; False where the occasion was wanted before."""
        rows = await self._connection.execute(
            insert(nudges)
            .values(
                id=wanted.id,
                portfolio_id=wanted.portfolio,
                user_id=wanted.person,
                kind=wanted.kind,
                grouped=wanted.grouped,
                key=wanted.key,
                facts=wanted.facts,
                weight=wanted.weight,
                born_at=wanted.born_at,
                stale_at=wanted.stale_at,
                status=wanted.status,
                decide_at=wanted.born_at,
            )
            .on_conflict_do_nothing(constraint="nudges_once")
            .returning(_kept.id)
        )
        return rows.one_or_none() is not None

    async def due(self, now: datetime) -> UUID | None:
        """A person about whom something is to be decided by ``now``, ours until we commit.

        Whoever asks at the same time gets somebody else.
        """
        rows = await self._connection.execute(
            select(_kept.user_id)
            .where(_WAITING, _kept.decide_at <= now)
            .order_by(_kept.decide_at, _kept.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        person: UUID | None = rows.scalar_one_or_none()
        if person is not None:
            await hold(self._connection, "nudges", str(person))
        return person

    async def waiting(self, person: UUID) -> list[NudgeRecord]:
        rows = await self._connection.execute(
            select(nudges)
            .where(_kept.user_id == person, _WAITING)
            .order_by(_kept.born_at, _kept.id)
        )
        return [_record(row) for row in rows]

    async def kept_for_digest(self, person: UUID) -> list[NudgeRecord]:
        rows = await self._connection.execute(
            select(nudges)
            .where(_kept.user_id == person, _kept.status == "digest")
            .order_by(_kept.weight.desc(), _kept.born_at, _kept.id)
        )
        return [_record(row) for row in rows]

    async def said_since(self, person: UUID, since: datetime) -> list[NudgeRecord]:
        """In the order in which they were said."""
        rows = await self._connection.execute(
            select(nudges)
            .where(_kept.user_id == person, _kept.said_at >= since)
            .order_by(_kept.said_at, _kept.id)
        )
        return [_record(row) for row in rows]

    async def put_off(self, person: UUID, until: datetime) -> None:
        """Decide about all that waits for a person no sooner than ``until``."""
        await self._connection.execute(
            update(nudges).where(_kept.user_id == person, _WAITING).values(decide_at=until)
        )

    async def said(self, ids: Sequence[UUID], message: UUID, now: datetime) -> None:
        """They lie in the outbox as one message: they are never due again."""
        await self._set(ids, status="said", message=message, said_at=now)

    async def keep_for_digest(self, ids: Sequence[UUID]) -> None:
        await self._set(ids, status="digest")

    async def drop(self, id: UUID, reason: str) -> None:
        await self._set([id], status="dropped", reason=reason)

    async def answered(self, person: UUID, message: UUID, now: datetime) -> None:
        """The person did something with that message, for the first time."""
        mine = (_kept.user_id == person) & (_kept.message == message)
        await self._connection.execute(
            update(nudges).where(mine, _kept.answered_at.is_(None)).values(answered_at=now)
        )

    async def _set(self, ids: Sequence[UUID], **values: Any) -> None:
        await self._connection.execute(update(nudges).where(_kept.id.in_(ids)).values(**values))


def _record(row: Row[Any]) -> NudgeRecord:
    return NudgeRecord(
        id=row.id,
        portfolio=row.portfolio_id,
        person=row.user_id,
        kind=row.kind,
        grouped=row.grouped,
        key=row.key,
        facts=row.facts,
        weight=row.weight,
        born_at=row.born_at,
        stale_at=row.stale_at,
        status=row.status,
        said_at=row.said_at,
        message=row.message,
        answered_at=row.answered_at,
    )
