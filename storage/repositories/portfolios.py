"""Portfolios: whose they are, and how their lots are counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.ledger import LotMethod
from storage.records import PortfolioRecord
from storage.repositories.audit import Audit
from storage.repositories.rights import Rights
from storage.tables import portfolios, teams


class Portfolios:
    def __init__(self, connection: AsyncConnection, audit: Audit, rights: Rights) -> None:
        self._connection = connection
        self._audit = audit
        self._rights = rights

    async def get(self, id: UUID) -> PortfolioRecord:
        """Raises sqlalchemy.exc.NoResultFound for one that is not there (any more)."""
        rows = await self._connection.execute(select(portfolios).filter_by(id=id))
        return _record(rows.one())

    async def of(self, person: UUID) -> list[PortfolioRecord]:
        """A person's own portfolios, oldest first; those shared with others are not among them."""
        shared = exists().where(teams.c.portfolio_id == portfolios.c.id)
        rows = await self._connection.execute(
            select(portfolios)
            .where(portfolios.c.user_id == person, ~shared)
            .order_by(portfolios.c.created_at, portfolios.c.name)
        )
        return [_record(row) for row in rows]

    async def open(
        self, person: UUID, name: str, *, demo: bool = False, currency: str = "USD"
    ) -> PortfolioRecord:
        """A new portfolio, or the one that this person already has under this name."""
        await self._connection.execute(
            insert(portfolios)
            .values(id=uuid4(), user_id=person, name=name, demo=demo, currency=currency)
            .on_conflict_do_nothing(index_elements=["user_id", "name"])
        )
        rows = await self._connection.execute(
            select(portfolios).filter_by(user_id=person, name=name)
        )
        return _record(rows.one())

    async def lock(self, id: UUID) -> PortfolioRecord:
        """The portfolio, with all who would change its trades waiting until we are done.

        Raises LooksOnly.
        """
        self._rights.check(id)
        rows = await self._connection.execute(select(portfolios).filter_by(id=id).with_for_update())
        return _record(rows.one())

    async def bump(self, id: UUID) -> int:
        """Say that the trades have changed: what was computed from the old ones is out of date.

        Raises LooksOnly.
        """
        self._rights.check(id)
        rows = await self._connection.execute(
            update(portfolios)
            .filter_by(id=id)
            .values(version=portfolios.c.version + 1)
            .returning(portfolios.c.version)
        )
        version: int = rows.scalar_one()
        return version

    async def change(self, id: UUID, **fields: Any) -> None:
        """Set any of ``lot_method, allow_short, name, currency``. Raises LooksOnly."""
        self._rights.check(id)
        await self._connection.execute(update(portfolios).filter_by(id=id).values(**fields))

    async def discard(self, id: UUID) -> None:
        """Remove the portfolio and all that belongs to it, for good. Raises LooksOnly."""
        self._rights.check(id)
        now: datetime = (await self._connection.execute(select(func.now()))).scalar_one()
        await self._audit.erase([], [id], now)
        await self._connection.execute(delete(portfolios).filter_by(id=id))


def _record(row: Row[Any]) -> PortfolioRecord:
    return PortfolioRecord(
        row.id,
        row.user_id,
        row.name,
        row.demo,
        row.currency,
        LotMethod(row.lot_method),
        row.allow_short,
        row.version,
    )
