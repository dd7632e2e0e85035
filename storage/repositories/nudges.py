"""What we want to say first, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Text,
    column,
    exists,
    func,
    or_,
    select,
    update,
    values,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.nudge_records import NudgeRecord
from storage.repositories.locks import hold
from storage.tables import (
    dialogs,
    door_chats,
    inbox,
    instruments,
    members,
    nudge_looks,
    nudges,
    portfolios,
    positions,
    team_voices,
    teams,
    trades,
)

_kept = nudges.c
_WAITING = _kept.status == "waiting"
_SAME_CHAT = (inbox.c.channel == dialogs.c.channel) & (inbox.c.chat == dialogs.c.chat)
# In the channel that a team chose: also in its threads, which know the room that they belong to.
_SAME_ROOM = (dialogs.c.channel == team_voices.c.channel) & or_(
    dialogs.c.chat == team_voices.c.chat,
    dialogs.c.state["room"].as_string() == team_voices.c.chat,
)


def _mine(person: UUID) -> ColumnElement[bool]:
    """Chats in which nobody but this person talks to us."""
    shared = func.coalesce(dialogs.c.state["shared"].as_boolean(), False)
    return (dialogs.c.user_id == person) & ~shared


def _ours(portfolio: UUID) -> ColumnElement[bool]:
    """The channel that the team of this portfolio chose, with its threads."""
    team = select(members.c.user_id).where(members.c.portfolio_id == portfolio)
    chosen = exists().where(team_voices.c.portfolio_id == portfolio, _SAME_ROOM)
    return dialogs.c.user_id.in_(team) & chosen


class Nudges:
    """Who hears and counts them, the ``listener``: a person by their id, a team by the id of its
    portfolio."""

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
        """A listener about whom something is to be decided by ``now``, ours until we commit.

        Whoever finds the same one waits for us, and then looks again: no row is locked before the
        listener is, so that two never wait for each other.
        """
        due = (_WAITING, _kept.decide_at <= now)
        while True:
            rows = await self._connection.execute(
                select(_kept.listener).where(*due).order_by(_kept.decide_at, _kept.id).limit(1)
            )
            listener: UUID | None = rows.scalar_one_or_none()
            if listener is None:
                return None
            await hold(self._connection, "nudges", str(listener))
            still = select(exists().where(_kept.listener == listener, *due))
            if (await self._connection.execute(still)).scalar_one():
                return listener

    async def waiting(self, listener: UUID) -> list[NudgeRecord]:
        rows = await self._connection.execute(
            select(nudges)
            .where(_kept.listener == listener, _WAITING)
            .order_by(_kept.born_at, _kept.id)
        )
        return [_record(row) for row in rows]

    async def kept_for_digest(self, listener: UUID) -> list[NudgeRecord]:
        rows = await self._connection.execute(
            select(nudges)
            .where(_kept.listener == listener, _kept.status == "digest")
            .order_by(_kept.weight.desc(), _kept.born_at, _kept.id)
        )
        return [_record(row) for row in rows]

    async def said_since(self, listener: UUID, since: datetime) -> list[NudgeRecord]:
        """In the order in which they were said."""
        rows = await self._connection.execute(
            select(nudges)
            .where(_kept.listener == listener, _kept.said_at >= since)
            .order_by(_kept.said_at, _kept.message, _kept.id)
        )
        return [_record(row) for row in rows]

    async def put_off(self, listener: UUID, until: datetime) -> None:
        """Decide about all that waits for a listener no sooner than ``until``."""
        await self._connection.execute(
            update(nudges).where(_kept.listener == listener, _WAITING).values(decide_at=until)
        )

    async def said(
        self, ids: Sequence[UUID], message: UUID, now: datetime, *, asked: bool = False
    ) -> None:
        """They lie in the outbox as one message: they are never due again, and their pictures lie
        with it. ``asked``: it also asks whether to go on."""
        reason = "asked" if asked else ""
        how = {"status": "said", "message": message, "said_at": now, "reason": reason}
        await self._set(ids, **how, image=None)

    async def digested(self, ids: Sequence[UUID], message: UUID, now: datetime) -> None:
        """What was kept for the weekly digest was told in it, by that ``message``."""
        await self.said(ids, message, now)

    async def keep_for_digest(self, ids: Sequence[UUID]) -> None:
        await self._set(ids, status="digest")

    async def drop(self, id: UUID, reason: str) -> None:
        await self._set([id], status="dropped", reason=reason, image=None)

    async def answered(self, listener: UUID, message: UUID, now: datetime) -> None:
        """Somebody did something with that message, for the first time."""
        mine = (_kept.listener == listener) & (_kept.message == message)
        await self._connection.execute(
            update(nudges).where(mine, _kept.answered_at.is_(None)).values(answered_at=now)
        )

    async def mark_late(
        self, listener: UUID, before: datetime, kinds: Sequence[str], until: datetime
    ) -> None:
        """Keep those of these ``kinds`` that should have been decided about ``before``, when nobody
        was on watch: they are to be said all the same, ``until`` then, and say that they are
        late."""
        await self._connection.execute(
            update(nudges)
            .where(_kept.listener == listener, _WAITING, _kept.decide_at < before)
            .where(_kept.kind.in_(kinds), _kept.reason == "")
            .values(reason="late", stale_at=func.greatest(_kept.stale_at, until))
        )

    async def drop_late(self, listener: UUID, before: datetime) -> int:
        """Drop what should have been decided about ``before``, when nobody was on watch, but for
        what is marked as late; how many those were."""
        gone = await self._connection.execute(
            update(nudges)
            .where(_kept.listener == listener, _WAITING, _kept.decide_at < before)
            .where(_kept.reason != "late")
            .values(status="dropped", reason="late", image=None)
            .returning(_kept.id)
        )
        return len(gone.all())

    async def last_of_kinds(self, listener: UUID) -> dict[str, datetime]:
        """When each kind was last said, or wanted where it still waits."""
        rows = await self._connection.execute(
            select(_kept.kind, func.max(func.coalesce(_kept.said_at, _kept.born_at)).label("at"))
            .where(_kept.listener == listener, _kept.status != "dropped")
            .group_by(_kept.kind)
        )
        return {row.kind: row.at for row in rows}

    async def of_message(self, listener: UUID, message: UUID) -> list[NudgeRecord]:
        """What one message said to this listener, the heaviest first."""
        rows = await self._connection.execute(
            select(nudges)
            .where(_kept.listener == listener, _kept.message == message)
            .order_by(_kept.weight.desc(), _kept.born_at, _kept.id)
        )
        return [_record(row) for row in rows]

    async def asked_at(self, listener: UUID) -> datetime | None:
        """When a message last asked whether to go on."""
        rows = await self._connection.execute(
            select(func.max(_kept.said_at)).where(
                _kept.listener == listener, _kept.reason == "asked"
            )
        )
        found: datetime | None = rows.scalar_one()
        return found

    async def mark_answered(self, listener: UUID, since: datetime, *, team: bool = False) -> None:
        """What was said since then is answered by the first message that came in after it: in a
        private chat of the person, or in the channel of the ``team``."""
        where = _ours(listener) if team else _mine(listener)
        later = (
            select(func.min(inbox.c.received_at))
            .select_from(inbox.join(dialogs, _SAME_CHAT))
            .where(where, inbox.c.received_at > _kept.said_at)
            .scalar_subquery()
        )
        await self._connection.execute(
            update(nudges)
            .where(_kept.listener == listener, _kept.said_at >= since, _kept.answered_at.is_(None))
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

    async def spoken_in_room(self, portfolio: UUID) -> datetime | None:
        """When a member last wrote in the channel that the team of this portfolio chose."""
        rows = await self._connection.execute(
            select(func.max(inbox.c.received_at))
            .select_from(inbox.join(dialogs, _SAME_CHAT))
            .where(_ours(portfolio))
        )
        found: datetime | None = rows.scalar_one()
        return found

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

    async def history(self, listener: UUID, limit: int) -> list[NudgeRecord]:
        """What was said last, the newest first."""
        rows = await self._connection.execute(
            select(nudges)
            .where(_kept.listener == listener, _kept.said_at.is_not(None))
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

    async def to_look_at(
        self, closes: Mapping[str, date], usual: date, after: UUID | None, limit: int
    ) -> list[tuple[UUID, date]]:
        """Portfolios with trades that were not looked at after the newest close of all that they
        hold, and the day of that close; in the order of their ids, from ``after`` on: people's own
        but for demos, and those of teams that chose a channel to be spoken to in.

        ``closes``: the newest by exchange; ``usual``: of what is held nowhere, or is not listed.
        """
        told = values(column("exchange", Text), column("day", Date), name="closes").data(
            [*closes.items(), ("", usual)]
        )
        held = positions.outerjoin(instruments, instruments.c.symbol == positions.c.symbol)
        newest = (
            select(func.min(func.coalesce(told.c.day, usual)))
            .select_from(held.outerjoin(told, told.c.exchange == instruments.c.exchange))
            .where(positions.c.portfolio_id == portfolios.c.id)
            .correlate(portfolios)
            .scalar_subquery()
        )
        close = func.coalesce(newest, usual)
        looked = exists().where(
            nudge_looks.c.portfolio_id == portfolios.c.id, nudge_looks.c.day >= close
        )
        traded = exists().where(trades.c.portfolio_id == portfolios.c.id)
        shared = exists().where(teams.c.portfolio_id == portfolios.c.id)
        spoken_to = exists().where(team_voices.c.portfolio_id == portfolios.c.id)
        query = select(portfolios.c.id, close.label("close")).where(
            ~portfolios.c.demo, traded, ~shared | spoken_to, ~looked
        )
        if after is not None:
            query = query.where(portfolios.c.id > after)
        rows = await self._connection.execute(query.order_by(portfolios.c.id).limit(limit))
        return [(row.id, row.close) for row in rows]

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
