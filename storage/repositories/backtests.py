"""Backtests that were made, by what went into them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import BacktestRecord
from storage.tables import backtests

KEPT = 50  # of a portfolio; those asked for longest ago go first, shared ones stay

_kept = backtests.c


class Backtests:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, made: BacktestRecord) -> None:
        """Keep it, or note that it was asked for again: the same id has the same content."""
        await self._connection.execute(
            insert(backtests)
            .values(
                portfolio_id=made.portfolio,
                id=made.id,
                user_id=made.person,
                title=made.title,
                personal=made.personal,
                content=made.content,
                made_at=made.made_at,
                asked_at=made.made_at,
            )
            .on_conflict_do_update(
                index_elements=[_kept.portfolio_id, _kept.id],
                set_={"asked_at": func.greatest(_kept.asked_at, made.made_at)},
            )
        )
        mine = (_kept.portfolio_id == made.portfolio) & _kept.shared_at.is_(None)
        stale = select(_kept.id).where(mine).order_by(_kept.asked_at.desc(), _kept.id).offset(KEPT)
        await self._connection.execute(delete(backtests).where(mine, _kept.id.in_(stale)))

    async def get(self, portfolio: UUID, id: str) -> BacktestRecord | None:
        rows = await self._connection.execute(
            select(backtests).where(_kept.portfolio_id == portfolio, _kept.id == id)
        )
        row = rows.one_or_none()
        return None if row is None else _record(row)

    async def of(self, portfolio: UUID, limit: int) -> list[BacktestRecord]:
        """Those asked for last, newest first."""
        rows = await self._connection.execute(
            select(backtests)
            .where(_kept.portfolio_id == portfolio)
            .order_by(_kept.asked_at.desc(), _kept.id)
            .limit(limit)
        )
        return [_record(row) for row in rows]

    async def share(self, portfolio: UUID, id: str, at: datetime | None) -> bool:
        """Let others see it from ``at`` on, or (None) no longer. False: there is no such one."""
        changed = await self._connection.execute(
            update(backtests)
            .where(_kept.portfolio_id == portfolio, _kept.id == id)
            .values(shared_at=at)
            .returning(_kept.id)
        )
        return len(changed.all()) == 1

    async def shared(self, id: str) -> BacktestRecord | None:
        """One that somebody shared, whoever asks; of several with this id the first shared."""
        rows = await self._connection.execute(
            select(backtests)
            .where(_kept.id == id, _kept.shared_at.is_not(None))
            .order_by(_kept.shared_at)
            .limit(1)
        )
        row = rows.one_or_none()
        return None if row is None else _record(row)


def _record(row: Row[Any]) -> BacktestRecord:
    return BacktestRecord(
        id=row.id,
        portfolio=row.portfolio_id,
        person=row.user_id,
        title=row.title,
        personal=row.personal,
        content=row.content,
        made_at=row.made_at,
        shared_at=row.shared_at,
    )
