"""Recommendations that people keep as plans."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Plan, RecommendationRecord
from storage.repositories.recommendations import Recommendations
from storage.tables import plans

_kept = plans.c


class Plans:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._recommendations = Recommendations(connection)

    async def save(self, told: RecommendationRecord, now: datetime) -> tuple[Plan, bool]:
        """The plan made of a recommendation, and whether it is new; a dismissed one comes back.

        The portfolio is locked: plans are numbered one after the other.
        """
        rows = await self._connection.execute(
            select(plans).where(_kept.recommendation_id == told.id)
        )
        known = rows.one_or_none()
        if known is not None:
            new = known.dismissed_at is not None
            await self._connection.execute(
                update(plans).where(_kept.id == known.id).values(dismissed_at=None)
            )
            return Plan(known.id, told.portfolio, told.person, told, known.number, now), new
        last = select(func.coalesce(func.max(_kept.number), 0)).where(
            _kept.portfolio_id == told.portfolio
        )
        number: int = (await self._connection.execute(last)).scalar_one() + 1
        made = Plan(uuid4(), told.portfolio, told.person, told, number, now)
        await self._connection.execute(
            insert(plans).values(
                id=made.id,
                portfolio_id=made.portfolio,
                user_id=made.person,
                recommendation_id=told.id,
                number=number,
                created_at=now,
            )
        )
        return made, True

    async def of(self, portfolio: UUID) -> list[Plan]:
        """Those that are kept, in the order of their numbers."""
        return await self._select(_kept.portfolio_id == portfolio, _kept.dismissed_at.is_(None))

    async def get(self, id: UUID, person: UUID) -> Plan | None:
        """Whether dismissed or not, if it is this person's."""
        found = await self._select(_kept.id == id, _kept.user_id == person)
        return found[0] if found else None

    async def dismiss(self, id: UUID, person: UUID, now: datetime | None) -> bool:
        """Dismiss it at ``now``, or keep it again with None. False when that is so already."""
        is_so = _kept.dismissed_at.is_(None) if now is None else _kept.dismissed_at.is_not(None)
        changed = await self._connection.execute(
            update(plans)
            .where(_kept.id == id, _kept.user_id == person, ~is_so)
            .values(dismissed_at=now)
            .returning(_kept.id)
        )
        return len(changed.all()) == 1

    async def _select(self, *which: ColumnElement[bool]) -> list[Plan]:
        rows = await self._connection.execute(select(plans).where(*which).order_by(_kept.number))
        return [one for row in rows.all() if (one := await self._plan(row)) is not None]

    async def _plan(self, row: Row[Any]) -> Plan | None:
        told = await self._recommendations.get(row.recommendation_id, row.user_id)
        if told is None:
            return None
        return Plan(
            row.id,
            row.portfolio_id,
            row.user_id,
            told,
            row.number,
            row.created_at,
            row.dismissed_at,
        )
