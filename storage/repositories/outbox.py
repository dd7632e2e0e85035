"""Replies that must go out, and what a door can show of a conversation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Line, WaitingReply
from storage.repositories.locks import hold_chat
from storage.tables import change_order, inbox, outbox, tasks


def _unsent() -> ColumnElement[bool]:
    return outbox.c.sent_at.is_(None) & outbox.c.parked_at.is_(None)


# Said once: to put a statement together takes longer than to send it, and these are for everyone.
_EARLIER = outbox.alias()
_OLDEST = (
    select(outbox.c.id)
    .where(
        _unsent(),
        outbox.c.channel.in_(bindparam("channels", expanding=True)),
        outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= bindparam("now")),
        ~exists().where(
            _EARLIER.c.channel == outbox.c.channel,
            _EARLIER.c.chat == outbox.c.chat,
            _EARLIER.c.sent_at.is_(None),
            _EARLIER.c.parked_at.is_(None),
            _EARLIER.c.id < outbox.c.id,
        ),
    )
    # Who asked does not wait behind ten thousand who did not.
    .order_by(outbox.c.answers.is_(None), outbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_LEASE = (
    update(outbox)
    .where(outbox.c.id == _OLDEST)
    .values(
        leased_until=bindparam("until"),
        leased_revision=outbox.c.revision,
        attempts=outbox.c.attempts + 1,
        problem=None,
    )
    .returning(outbox)
)
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("arrived"))
    .values(
        sent_at=case((outbox.c.revision == outbox.c.leased_revision, func.now()), else_=null()),
        leased_until=None,
        problem=None,
    )
)


class Outbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        channel: str,
        chat: str,
        body: dict[str, Any],
        *,
        answers: int | None = None,
        picture: UUID | None = None,
        document: UUID | None = None,
    ) -> int:
        """Queue a reply and say its id. ``answers`` is the id of the message it answers.

        Holds the chat until the transaction ends: do it last.
        """
        await hold_chat(self._connection, channel, chat)
        rows = await self._connection.execute(
            insert(outbox)
            .values(
                channel=channel,
                chat=chat,
                body=body,
                answers=answers,
                picture=picture,
                document=document,
            )
            .returning(outbox.c.id)
        )
        queued: int = rows.scalar_one()
        return queued

    async def edit(
        self,
        id: int,
        body: dict[str, Any],
        picture: UUID | None = None,
        document: UUID | None = None,
    ) -> None:
        """Say something else in the place of a reply, sent or not, and queue it again.

        Whoever is sending the old words keeps the lease, so that the new ones come after them.
        Raises sqlalchemy.exc.NoResultFound for an unknown id.
        """
        place = select(
            outbox.c.channel, outbox.c.chat, outbox.c.body["open"].as_boolean().label("open")
        ).where(outbox.c.id == id)
        channel, chat, is_open = (await self._connection.execute(place)).one()
        if is_open:  # who could read the old words may read the new ones, and nobody else
            body = {**body, "open": True}
        await hold_chat(self._connection, channel, chat)
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.id == id)
            .values(
                body=body,
                picture=picture,
                document=document,
                revision=outbox.c.revision + 1,
                change=change_order.next_value(),
                attempts=0,
                problem=None,
                sent_at=None,
                parked_at=None,
            )
        )

    async def lease(
        self, channels: Sequence[str], now: datetime, seconds: float
    ) -> WaitingReply | None:
        """The oldest unsent reply of some chat in which none is being sent, ours for a while; what
        answers somebody goes before what we say first.

        Commit before sending: when the lease has run out, somebody else will try.
        """
        until = now + timedelta(seconds=seconds)
        asked = {"channels": list(channels), "now": now, "until": until}
        rows = await self._connection.execute(_LEASE, asked)
        row = rows.one_or_none()
        if row is None:
            return None
        body = _body(row.body, row.revision, row.picture, row.document)
        return WaitingReply(row.id, row.channel, row.chat, body, row.attempts)

    async def sent(self, id: int) -> None:
        """The leased reply has arrived. If it was edited meanwhile, the edit still has to go."""
        await self._connection.execute(_SENT, {"arrived": id})

    async def retry(self, id: int, at: datetime, reason: str, *, counted: bool = True) -> None:
        """Sending failed: not again before ``at``, and nothing later in this chat before it.

        A try that was put off before anything was asked is not ``counted``.
        """
        attempts = outbox.c.attempts if counted else outbox.c.attempts - 1
        await self._update(id, leased_until=at, problem=reason, attempts=attempts)

    async def hurry(self, channel: str, chat: str) -> None:
        """Somebody spoke from there, so it can be reached: what waits for another try goes now."""
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.channel == channel, outbox.c.chat == chat, _unsent())
            .where(outbox.c.problem.is_not(None))
            .values(leased_until=None)
        )

    async def park(self, id: int, reason: str) -> None:
        """Give a reply up, so that those after it can go."""
        await self._update(id, parked_at=func.now(), leased_until=None, problem=reason)

    async def transcript(
        self, channel: str, chat: str, *, after: int = 0, limit: int = 500
    ) -> list[Line]:
        """What was said in a chat since line ``after``, in order: the first ``limit`` lines."""
        said = _said(channel, chat)
        rows = await self._connection.execute(
            select(said).where(said.c.id > after).order_by(said.c.id).limit(limit)
        )
        return [_line(row) for row in rows]

    async def changes(
        self, channel: str, chat: str, cursor: int, limit: int = 500
    ) -> tuple[list[Line], int]:
        """Lines that were said or edited since ``cursor``, in order, and the cursor to go on with.

        From 0 it is the whole conversation. Nothing is left out and nothing comes twice, except
        that a line comes again when it is edited. At most ``limit`` lines at a time.
        """
        said = _said(channel, chat)
        rows = await self._connection.execute(
            select(said).where(said.c.change > cursor).order_by(said.c.change).limit(limit)
        )
        found = rows.all()
        lines = sorted((_line(row) for row in found), key=lambda line: line.id)
        return lines, found[-1].change if found else cursor

    async def unsettled(self, channel: str, chat: str) -> int:
        """How much is still to come in a chat: messages to answer, work to do, replies to send."""
        counts = [
            select(func.count())
            .select_from(table)
            .where(table.c.channel == channel, table.c.chat == chat, waiting)
            .scalar_subquery()
            for table, waiting in (
                (inbox, inbox.c.answered_at.is_(None)),
                (tasks, tasks.c.done_at.is_(None)),
                (outbox, _unsent()),
            )
        ]
        total: int = (
            await self._connection.execute(select(sum(counts[1:], counts[0])))
        ).scalar_one()
        return total

    async def _update(self, id: int, **values: Any) -> None:
        await self._connection.execute(update(outbox).where(outbox.c.id == id).values(**values))


def _said(channel: str, chat: str) -> Any:
    """What they said and what we said, in one list of the same columns."""
    theirs: Select[Any] = select(
        inbox.c.id,
        literal(False).label("mine"),
        inbox.c.body.label("heard"),
        null().cast(outbox.c.body.type).label("body"),
        literal(0).label("revision"),
        null().cast(outbox.c.picture.type).label("picture"),
        null().cast(outbox.c.document.type).label("document"),
        inbox.c.received_at.label("at"),
        inbox.c.change,
    ).where(inbox.c.channel == channel, inbox.c.chat == chat)
    ours: Select[Any] = select(
        outbox.c.id,
        literal(True),
        null().cast(inbox.c.body.type),
        outbox.c.body,
        outbox.c.revision,
        outbox.c.picture,
        outbox.c.document,
        outbox.c.created_at,
        outbox.c.change,
    ).where(outbox.c.channel == channel, outbox.c.chat == chat)
    return union_all(theirs, ours).subquery()


def _line(row: Row[Any]) -> Line:
    if row.mine:
        body = _body(row.body, row.revision, row.picture, row.document)
    else:
        body = _heard(row.heard)
    return Line(row.id, row.mine, body, row.at)


def _body(
    body: dict[str, Any], revision: int, picture: UUID | None, document: UUID | None
) -> dict[str, Any]:
    shown = {**body, "revision": revision}
    if picture is not None:
        shown["picture"] = str(picture)
    if document is not None:
        shown["document"] = str(document)
    return shown


def _heard(body: bytes) -> dict[str, Any]:
    """What somebody sent, if it was a JSON object; an empty one otherwise."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
