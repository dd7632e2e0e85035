"""What was recommended, and whether it was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import RecommendationRecord
from storage.repositories.recommended import pack, unpack
from storage.tables import recommendations

_kept = recommendations.c


class Recommendations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, told: RecommendationRecord) -> None:
        """Keep it; those of the portfolio that were open or partly done are replaced by it."""
        await self._connection.execute(
            update(recommendations)
            .where(_kept.portfolio_id == told.portfolio, _is_live())
            .values(status="replaced")
        )
        await self._connection.execute(
            insert(recommendations).values(
                id=told.id,
                portfolio_id=told.portfolio,
                user_id=told.person,
                at=told.content.at,
                method=told.content.method,
                content=pack(told.content),
                status=told.status,
                expires_at=told.content.expires_at,
                follow_up_at=told.follow_up_at,
                followed_up_at=told.followed_up_at,
            )
        )

    async def get(self, id: UUID, person: UUID) -> RecommendationRecord | None:
        """Whatever became of it, if it was made to this person."""
        rows = await self._connection.execute(select(recommendations).where(_owned(id, person)))
        row = rows.one_or_none()
        return None if row is None else _record(row)

    async def latest_open(self, portfolio: UUID) -> RecommendationRecord | None:
        """The newest of which something is left to do, expired or not."""
        rows = await self._connection.execute(
            select(recommendations)
            .where(_kept.portfolio_id == portfolio, _is_live())
            .order_by(_kept.recorded.desc())
            .limit(1)
        )
        row = rows.one_or_none()
        return None if row is None else _record(row)

    async def of(self, portfolio: UUID, limit: int) -> list[RecommendationRecord]:
        """The last ones, newest first, whatever became of them."""
        rows = await self._connection.execute(
            select(recommendations)
            .where(_kept.portfolio_id == portfolio)
            .order_by(_kept.recorded.desc())
            .limit(limit)
        )
        return [_record(row) for row in rows]

    async def set_status(self, id: UUID, person: UUID, status: str, now: datetime) -> bool:
        """What a look at the trades has shown. False when it had ended before."""
        changed = await self._connection.execute(
            update(recommendations)
            .where(_owned(id, person), _is_live())
            .values(status=status, followed_up_at=now)
            .returning(_kept.id)
        )
        return len(changed.all()) == 1

    async def remind(self, id: UUID, person: UUID, at: datetime | None) -> bool:
        """When to ask (again) whether it was done; None: never. False when it had ended before."""
        changed = await self._connection.execute(
            update(recommendations)
            .where(_owned(id, person), _is_live())
            .values(follow_up_at=at)
            .returning(_kept.id)
        )
        return len(changed.all()) == 1

    async def due(self, now: datetime, limit: int = 100) -> list[RecommendationRecord]:
        """Those to be asked about by ``now``, the longest waiting first, ours until we commit.

        Whoever asks at the same time gets others. Say with ``remind`` when to ask again.
        """
        rows = await self._connection.execute(
            select(recommendations)
            .where(_kept.follow_up_at <= now, _is_live())
            .order_by(_kept.follow_up_at, _kept.recorded)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_record(row) for row in rows]


def _owned(id: UUID, person: UUID) -> ColumnElement[bool]:
    return (_kept.id == id) & (_kept.user_id == person)


def _is_live() -> ColumnElement[bool]:
    return _kept.status.in_(("open", "partly"))


def _record(row: Row[Any]) -> RecommendationRecord:
    return RecommendationRecord(
        row.id,
        row.portfolio_id,
        row.user_id,
        unpack(row.content),
        row.status,
        row.follow_up_at,
        row.followed_up_at,
    )
