"""What we want to say first, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import NudgeRecord
from storage.repositories.locks import hold
from storage.tables import (
    dialogs,
    door_chats,
    inbox,
    nudge_looks,
    nudges,
    portfolios,
    teams,
    trades,
)

_kept = nudges.c
_WAITING = _kept.status == "waiting"
_SAME_CHAT = (inbox.c.channel == dialogs.c.channel) & (inbox.c.chat == dialogs.c.chat)


def _mine(person: UUID) -> ColumnElement[bool]:
    """Chats in which nobody but this person talks to us."""
    shared = func.coalesce(dialogs.c.state["shared"].as_boolean(), False)
    return (dialogs.c.user_id == person) & ~shared


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
                listener=wanted.listener or wanted.person,
                image=wanted.image,
            )
            .on_conflict_do_nothing(constraint="nudges_once")
            .returning(_kept.id)
        )
        return rows.one_or_none() is not None

    async def due(self, now: datetime) -> UUID | None:
        """A person about whom something is to be decided by ``now``, ours until we commit.

        Whoever finds the same one waits for us, and then looks again: no row is locked before the
        person is, so that two never wait for each other.
        """
        due = (_WAITING, _kept.decide_at <= now)
        while True:
            rows = await self._connection.execute(
                select(_kept.user_id).where(*due).order_by(_kept.decide_at, _kept.id).limit(1)
            )
            person: UUID | None = rows.scalar_one_or_none()
            if person is None:
                return None
            await hold(self._connection, "nudges", str(person))
            still = select(exists().where(_kept.user_id == person, *due))
            if (await self._connection.execute(still)).scalar_one():
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
            .order_by(_kept.said_at, _kept.message, _kept.id)
        )
        return [_record(row) for row in rows]

    async def put_off(self, person: UUID, until: datetime) -> None:
        """Decide about all that waits for a person no sooner than ``until``."""
        await self._connection.execute(
            update(nudges).where(_kept.user_id == person, _WAITING).values(decide_at=until)
        )

    async def said(
        self, ids: Sequence[UUID], message: UUID, now: datetime, *, asked: bool = False
    ) -> None:
        """They lie in the outbox as one message: they are never due again. ``asked``: it also asks
        whether to go on."""
        reason = "asked" if asked else ""
        await self._set(ids, status="said", message=message, said_at=now, reason=reason)

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

    async def drop_late(self, person: UUID, before: datetime) -> int:
        """Drop what should have been decided about ``before``, when nobody was on watch; how many
        those were."""
        gone = await self._connection.execute(
            update(nudges)
            .where(_kept.user_id == person, _WAITING, _kept.decide_at < before)
            .values(status="dropped", reason="late")
            .returning(_kept.id)
        )
        return len(gone.all())

    async def last_of_kinds(self, person: UUID) -> dict[str, datetime]:
        """When each kind was last said, or wanted where it still waits."""
        rows = await self._connection.execute(
            select(_kept.kind, func.max(func.coalesce(_kept.said_at, _kept.born_at)).label("at"))
            .where(_kept.user_id == person, _kept.status != "dropped")
            .group_by(_kept.kind)
        )
        return {row.kind: row.at for row in rows}

    async def of_message(self, person: UUID, message: UUID) -> list[NudgeRecord]:
        """What one message said to this person, the heaviest first."""
        rows = await self._connection.execute(
            select(nudges)
            .where(_kept.user_id == person, _kept.message == message)
            .order_by(_kept.weight.desc(), _kept.born_at, _kept.id)
        )
        return [_record(row) for row in rows]

    async def asked_at(self, person: UUID) -> datetime | None:
        """When a message last asked whether to go on."""
        rows = await self._connection.execute(
            select(func.max(_kept.said_at)).where(_kept.user_id == person, _kept.reason == "asked")
        )
        found: datetime | None = rows.scalar_one()
        return found

    async def mark_answered(self, person: UUID, since: datetime) -> None:
        """What was said since then is answered by the first message that came in after it."""
        later = (
            select(func.min(inbox.c.received_at))
            .select_from(inbox.join(dialogs, _SAME_CHAT))
            .where(_mine(person), inbox.c.received_at > _kept.said_at)
            .scalar_subquery()
        )
        await self._connection.execute(
            update(nudges)
            .where(_kept.user_id == person, _kept.said_at >= since, _kept.answered_at.is_(None))
            .values(answered_at=later)
        )

    async def spoken(self, person: UUID) -> list[tuple[str, str, datetime]]:
        """Channel and chat of the private chats that can be reached, and when the person last
        wrote there; the newest first."""
        last = (
            select(inbox.c.received_at)
            .where(_SAME_CHAT)
            .order_by(inbox.c.id.desc())
            .limit(1)
            .correlate(dialogs)
            .scalar_subquery()
        )
        closed = exists().where(
            door_chats.c.channel == dialogs.c.channel,
            door_chats.c.chat == dialogs.c.chat,
            door_chats.c.closed_at.is_not(None),
        )
        rows = await self._connection.execute(
            select(dialogs.c.channel, dialogs.c.chat, last.label("at")).where(
                _mine(person), ~closed
            )
        )
        found = [(row.channel, row.chat, row.at) for row in rows if row.at is not None]
        return sorted(found, key=lambda one: one[2], reverse=True)

    async def chat_counts(self, person: UUID, key: str) -> list[dict[str, int]]:
        """What the memories of the private chats of a person keep under ``key``."""
        rows = await self._connection.execute(
            select(dialogs.c.state[key]).where(_mine(person), dialogs.c.state.has_key(key))
        )
        return [dict(one) for one in rows.scalars()]

    async def seize(self, channel: str, chat: str, person: UUID) -> bool:
        """Hold the memory of a chat, so that nothing is said there meanwhile; False where a
        message of this person is just being answered."""
        rows = await self._connection.execute(
            select(dialogs.c.chat)
            .where(
                dialogs.c.channel == channel, dialogs.c.chat == chat, dialogs.c.user_id == person
            )
            .with_for_update(skip_locked=True)
        )
        return rows.one_or_none() is not None

    async def history(self, person: UUID, limit: int) -> list[NudgeRecord]:
        """What was said last, the newest first."""
        rows = await self._connection.execute(
            select(nudges)
            .where(_kept.user_id == person, _kept.said_at.is_not(None))
            .order_by(_kept.said_at.desc(), _kept.weight.desc(), _kept.id)
            .limit(limit)
        )
        return [_record(row) for row in rows]

    async def dropped(self) -> dict[str, int]:
        """How many were dropped, by the reason; for the operator."""
        rows = await self._connection.execute(
            select(_kept.reason, func.count())
            .where(_kept.status == "dropped")
            .group_by(_kept.reason)
            .order_by(_kept.reason)
        )
        return {row[0]: row[1] for row in rows}

    async def to_look_at(self, day: date, after: UUID | None, limit: int) -> list[UUID]:
        """People's own portfolios with trades that were not looked at after the close of ``day``,
        in the order of their ids, from ``after`` on. Neither demos nor those of a team."""
        looked = exists().where(
            nudge_looks.c.portfolio_id == portfolios.c.id, nudge_looks.c.day >= day
        )
        traded = exists().where(trades.c.portfolio_id == portfolios.c.id)
        shared = exists().where(teams.c.portfolio_id == portfolios.c.id)
        query = select(portfolios.c.id).where(~portfolios.c.demo, traded, ~shared, ~looked)
        if after is not None:
            query = query.where(portfolios.c.id > after)
        rows = await self._connection.execute(query.order_by(portfolios.c.id).limit(limit))
        return list(rows.scalars())

    async def looked_at(self, portfolio: UUID, day: date, now: datetime) -> None:
        """The portfolio needs no other look for the close of ``day``."""
        await self._connection.execute(
            insert(nudge_looks)
            .values(portfolio_id=portfolio, day=day, at=now)
            .on_conflict_do_update(index_elements=["portfolio_id"], set_={"day": day, "at": now})
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
        reason=row.reason,
        decide_at=row.decide_at,
        listener=row.listener,
        image=row.image,
    )
