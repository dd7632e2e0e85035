"""Whose turn it is, when something comes to everybody at an hour of their own."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import nudges, portfolios, teams, trades, user_profiles


class Rounds:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def zones(self) -> list[str]:
        """The time zones in which people live."""
        rows = await self._connection.execute(
            select(user_profiles.c.time_zone).distinct().order_by(user_profiles.c.time_zone)
        )
        return list(rows.scalars())

    async def unsaid(
        self, kind: str, key: str, zones: Sequence[str], after: UUID | None, limit: int
    ) -> list[UUID]:
        """People's own portfolios with trades for which this ``kind`` was not wanted under ``key``,
        of people in these ``zones``; in the order of their ids, from ``after`` on.

        Neither demos nor those of a team.
        """
        said = exists().where(nudges.c.portfolio_id == portfolios.c.id, _is(kind, key))
        traded = exists().where(trades.c.portfolio_id == portfolios.c.id)
        shared = exists().where(teams.c.portfolio_id == portfolios.c.id)
        query = (
            select(portfolios.c.id)
            .join(user_profiles, user_profiles.c.id == portfolios.c.user_id)
            .where(user_profiles.c.time_zone.in_(zones), ~portfolios.c.demo)
            .where(traded, ~shared, ~said)
        )
        if after is not None:
            query = query.where(portfolios.c.id > after)
        rows = await self._connection.execute(query.order_by(portfolios.c.id).limit(limit))
        return list(rows.scalars())

    async def is_unsaid(self, kind: str, key: str, portfolio: UUID) -> bool:
        """The same of one portfolio, whoever's it is."""
        said = exists().where(nudges.c.portfolio_id == portfolio, _is(kind, key))
        return bool((await self._connection.execute(select(~said))).scalar_one())


def _is(kind: str, key: str) -> ColumnElement[bool]:
    """That an occasion was wanted; its key begins with that of the portfolio."""
    return (nudges.c.kind == kind) & (func.right(nudges.c.key, len(key)) == key)
