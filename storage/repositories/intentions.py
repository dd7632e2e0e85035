"""What people said they would do when something happens, kept until it does."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.nudge_records import Intention
from storage.tables import intentions

_kept = intentions.c


class Intentions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, said: Intention) -> None:
        await self._connection.execute(
            insert(intentions).values(
                id=said.id,
                portfolio_id=said.portfolio,
                user_id=said.person,
                symbol=said.symbol,
                change=said.change,
                start=said.start,
                words=said.words,
                made_at=said.made_at,
            )
        )

    async def waiting(self, person: UUID, portfolio: UUID) -> list[Intention]:
        """Those whose moment has not come, the oldest first."""
        rows = await self._connection.execute(
            select(intentions)
            .where(_kept.user_id == person, _kept.portfolio_id == portfolio, _is_waiting())
            .order_by(_kept.made_at, _kept.id)
        )
        return [_record(row) for row in rows]

    async def met(self, id: UUID, now: datetime) -> None:
        """Its moment has come: it is not quoted a second time."""
        await self._connection.execute(
            update(intentions).where(_kept.id == id, _kept.met_at.is_(None)).values(met_at=now)
        )

    async def cancel(self, id: UUID, person: UUID, now: datetime) -> Intention | None:
        """The intention that is not kept any more; None when there was nothing to cancel."""
        return await self._change((_kept.id == id) & _is_waiting(), person, cancelled_at=now)

    async def restore(self, id: UUID, person: UUID) -> Intention | None:
        """The intention that waits again; None when it was not cancelled, or was met before."""
        gone = (_kept.id == id) & _kept.met_at.is_(None) & _kept.cancelled_at.is_not(None)
        return await self._change(gone, person, cancelled_at=None)

    async def _change(
        self, which: ColumnElement[bool], person: UUID, **values: Any
    ) -> Intention | None:
        changed = await self._connection.execute(
            update(intentions)
            .where(which, _kept.user_id == person)
            .values(**values)
            .returning(intentions)
        )
        row = changed.one_or_none()
        return None if row is None else _record(row)


def _is_waiting() -> ColumnElement[bool]:
    return _kept.met_at.is_(None) & _kept.cancelled_at.is_(None)


def _record(row: Row[Any]) -> Intention:
    return Intention(
        id=row.id,
        portfolio=row.portfolio_id,
        person=row.user_id,
        symbol=row.symbol,
        change=row.change,
        start=row.start,
        words=row.words,
        made_at=row.made_at,
        met_at=row.met_at,
        cancelled_at=row.cancelled_at,
    )
