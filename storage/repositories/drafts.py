"""Trades waiting for a yes or a no."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Draft
from storage.repositories.rights import Rights
from storage.tables import drafts


class Drafts:
    def __init__(self, connection: AsyncConnection, rights: Rights) -> None:
        self._connection = connection
        self._rights = rights

    async def add(self, draft: Draft) -> None:
        """Raises LooksOnly."""
        self._rights.check(draft.portfolio)
        await self._connection.execute(
            insert(drafts).values(
                id=draft.id,
                portfolio_id=draft.portfolio,
                user_id=draft.person,
                channel=draft.channel,
                chat=draft.chat,
                content=draft.content,
                status=draft.status,
                created_at=draft.created_at,
                expires_at=draft.expires_at,
            )
        )

    async def get(self, id: UUID, person: UUID) -> Draft | None:
        """The draft of trades, whatever became of it, if it is this person's."""
        of_trades = ~drafts.c.content.has_key("change")
        rows = await self._connection.execute(select(drafts).where(_owned(id, person), of_trades))
        return _draft(rows.one_or_none())

    async def take(self, id: UUID, person: UUID, now: datetime) -> Draft | None:
        """The draft, now saved, the first time its owner asks; afterwards, or too late, nothing."""
        rows = await self._connection.execute(
            update(drafts)
            .where(_owned(id, person), _is_open(), drafts.c.expires_at > now)
            .values(status="saved")
            .returning(drafts)
        )
        return _draft(rows.one_or_none())

    async def shared(self, id: UUID, portfolio: UUID) -> Draft | None:
        """The draft, whoever wrote it, if it is about this portfolio."""
        rows = await self._connection.execute(select(drafts).where(_about(id, portfolio)))
        return _draft(rows.one_or_none())

    async def open_shared(self, portfolio: UUID, now: datetime) -> Draft | None:
        """The newest draft about this portfolio that still waits for a yes."""
        rows = await self._connection.execute(
            select(drafts)
            .where(drafts.c.portfolio_id == portfolio, _is_open(), drafts.c.expires_at > now)
            .order_by(drafts.c.recorded.desc())
            .limit(1)
        )
        return _draft(rows.one_or_none())

    async def all_open_shared(self, portfolio: UUID, now: datetime) -> list[Draft]:
        """Every draft about this portfolio that is open, the oldest first."""
        rows = await self._connection.execute(
            select(drafts)
            .where(drafts.c.portfolio_id == portfolio, _is_open(), drafts.c.expires_at > now)
            .order_by(drafts.c.recorded)
        )
        return [found for row in rows if (found := _draft(row)) is not None]

    async def same(self, portfolio: UUID, content: dict[str, Any], now: datetime) -> Draft | None:
        """The draft that waits for a yes to the very same, whoever wrote it."""
        rows = await self._connection.execute(
            select(drafts)
            .where(drafts.c.portfolio_id == portfolio, drafts.c.content == content)
            .where(_is_open(), drafts.c.expires_at > now)
            .order_by(drafts.c.recorded)
            .limit(1)
        )
        return _draft(rows.one_or_none())

    async def agreed(self, portfolio: UUID, content: dict[str, Any]) -> bool:
        """Whether two have said yes to the very same, as long as drafts are kept."""
        rows = await self._connection.execute(
            select(drafts.c.id)
            .where(drafts.c.portfolio_id == portfolio, drafts.c.content == content)
            .where(drafts.c.status == "saved")
            .limit(1)
        )
        return rows.one_or_none() is not None

    async def extend(self, id: UUID, until: datetime) -> None:
        """Let an open draft wait longer."""
        await self._update(drafts.c.id == id, expires_at=until)

    async def take_shared(self, id: UUID, portfolio: UUID, by: UUID, now: datetime) -> bool:
        """Save a draft that somebody else wrote. False: too late, or it is one's own."""
        self._rights.check(portfolio)
        others = (drafts.c.user_id != by) & (drafts.c.expires_at > now)
        return await self._update(_about(id, portfolio) & others, status="saved") == 1

    async def close_shared(self, id: UUID, portfolio: UUID, status: str) -> bool:
        """End a draft about this portfolio without saving it. False when it had ended before."""
        self._rights.check(portfolio)
        return await self._update(_about(id, portfolio), status=status) == 1

    async def rewrite(self, id: UUID, person: UUID, content: dict[str, Any]) -> bool:
        """Change what is proposed. False when it is no longer open."""
        return await self._update(_owned(id, person), content=content) == 1

    async def close(self, id: UUID, person: UUID, status: str) -> bool:
        """End a draft without saving it. False when it had ended before."""
        return await self._update(_owned(id, person), status=status) == 1

    async def close_open(
        self, channel: str, chat: str, person: UUID, status: str, *, usual: timedelta
    ) -> int:
        """End the drafts open in a chat; how many that were. What waits longer than ``usual`` was
        put before others, and is theirs to decide."""
        alone = drafts.c.expires_at - drafts.c.created_at <= usual
        return await self._update(_here(channel, chat, person) & alone, status=status)

    async def forget(self, before: datetime) -> None:
        """Delete what could no longer be saved by then, whatever became of it."""
        await self._connection.execute(delete(drafts).where(drafts.c.expires_at < before))

    async def _update(self, which: ColumnElement[bool], **values: Any) -> int:
        changed = await self._connection.execute(
            update(drafts).where(which, _is_open()).values(**values).returning(drafts.c.id)
        )
        return len(changed.all())


def _owned(id: UUID, person: UUID) -> ColumnElement[bool]:
    return (drafts.c.id == id) & (drafts.c.user_id == person)


def _about(id: UUID, portfolio: UUID) -> ColumnElement[bool]:
    return (drafts.c.id == id) & (drafts.c.portfolio_id == portfolio)


def _here(channel: str, chat: str, person: UUID) -> ColumnElement[bool]:
    return (drafts.c.channel == channel) & (drafts.c.chat == chat) & (drafts.c.user_id == person)


def _is_open() -> ColumnElement[bool]:
    return drafts.c.status == "open"


def _draft(row: Row[Any] | None) -> Draft | None:
    if row is None:
        return None
    return Draft(
        row.id,
        row.portfolio_id,
        row.user_id,
        row.channel,
        row.chat,
        row.content,
        row.status,
        row.created_at,
        row.expires_at,
    )
