"""Who people are, whatever app they talk to us from."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Person
from storage.repositories.locks import hold
from storage.tables import channel_identities, portfolios, user_profiles

FIRST_PORTFOLIO = "Main"

# Said once: to put a statement together takes longer than to send it, and this is for everyone.
_FIND = (
    select(user_profiles)
    .join(channel_identities, channel_identities.c.user_id == user_profiles.c.id)
    .where(
        channel_identities.c.channel == bindparam("on_channel"),
        channel_identities.c.name == bindparam("called"),
    )
)


class Users:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known_as(self, channel: str, name: str) -> Person:
        """The person called ``name`` on ``channel``, made known, with a portfolio, if new."""
        found = await self._find(channel, name)
        if found is None:
            await hold(self._connection, "person", channel, name)
            found = await self._find(channel, name) or await self._make(channel, name)
        return found

    async def get(self, id: UUID) -> Person:
        """Raises sqlalchemy.exc.NoResultFound for somebody we do not know."""
        rows = await self._connection.execute(select(user_profiles).filter_by(id=id))
        return _person(rows.one())

    async def change(self, id: UUID, **fields: Any) -> None:
        """Set any of ``currency, time_zone, day_first, portfolio, welcomed, preferences``."""
        if "portfolio" in fields:
            fields["portfolio_id"] = fields.pop("portfolio")
        await self._connection.execute(update(user_profiles).filter_by(id=id).values(**fields))

    async def _find(self, channel: str, name: str) -> Person | None:
        rows = await self._connection.execute(_FIND, {"on_channel": channel, "called": name})
        row = rows.one_or_none()
        return None if row is None else _person(row)

    async def _make(self, channel: str, name: str) -> Person:
        person, portfolio = uuid4(), uuid4()
        await self._connection.execute(insert(user_profiles).values(id=person))
        await self._connection.execute(
            insert(portfolios).values(id=portfolio, user_id=person, name=FIRST_PORTFOLIO)
        )
        await self.change(person, portfolio=portfolio)
        await self._connection.execute(
            insert(channel_identities).values(channel=channel, name=name, user_id=person)
        )
        return await self.get(person)


def _person(row: Row[Any]) -> Person:
    return Person(
        row.id,
        row.currency,
        row.time_zone,
        row.day_first,
        row.portfolio_id,
        row.welcomed,
        row.preferences,
    )
