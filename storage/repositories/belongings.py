"""Everything that is somebody's: handed out as it lies in the tables, or gone from all of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Tuple,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.repositories.audit import Audit
from storage.repositories.members import Members
from storage.tables import (
    audit,
    channel_identities,
    code_tries,
    dialogs,
    documents,
    door_chats,
    inbox,
    members,
    metadata,
    outbox,
    pictures,
    portfolios,
    tasks,
    team_chats,
    teams,
    trades,
    uploads,
    user_profiles,
    web_sessions,
)

_SECRET = {"code_hash", "moved"}  # proofs, and bookkeeping of ours
_WORKING = {"dialogs", "tasks", "links", "link_codes", "invites", "drafts"}  # nothing to keep
_RANKS = ("owner", "member", "viewer")
SCRUBBED = b'{"text": ""}'
Chat = tuple[str, str]


class Belongings:
    def __init__(self, connection: AsyncConnection, audit: Audit) -> None:
        self._connection = connection
        self._audit = audit

    async def count(self, person: UUID) -> int:
        """How many trades a person has ever recorded on their own, undone ones and the demo's
        included: it is what they would lose."""
        own = select(portfolios.c.id).where(_own(person))
        counted = select(func.count()).where(trades.c.portfolio_id.in_(own))
        found: int = (await self._connection.execute(counted)).scalar_one()
        return found

    async def of(self, person: UUID) -> dict[str, list[dict[str, Any]]]:
        """The rows that are a person's, by table, each value as JSON can hold it.

        Of shared portfolios only what this person added of their own; codes, sessions and work in
        progress are left out.
        """
        own = select(portfolios.c.id).where(_own(person))
        found: dict[str, list[dict[str, Any]]] = {}
        for table in metadata.sorted_tables:
            which = _theirs(table, person, own)
            if which is not None and table.name not in _WORKING:
                found[table.name] = await self._rows(select(table).where(which))
        chats = tuple_(outbox.c.channel, outbox.c.chat).in_(await self._chats([person]))
        found["said_by_us"] = await self._rows(
            select(outbox.c.channel, outbox.c.body["text"].label("text"), outbox.c.created_at)
            .where(chats)
            .order_by(outbox.c.id)
        )
        log = or_(audit.c.actor == person, audit.c.book == person, audit.c.book.in_(own))
        columns = [audit.c[name] for name in ("at", "kind", "facts", "details")]
        found["log"] = await self._rows(select(*columns).where(log).order_by(audit.c.at))
        return found

    async def erase(self, people: Sequence[UUID], receipt: str, here: Chat, now: datetime) -> None:
        """Make everything of these (one person's accounts) go, in this transaction.

        ``here``: the chat in which that was asked for: its session stays, without a name, so that
        the answer is seen, and what was said last becomes empty. Portfolios shared with others
        stay with them. The log stays, with nothing personal in it.
        """
        await self._hold(people)
        await self._leave_teams(people, now)
        names = [(row.channel, row.name) for row in await self._all(_names(people))]
        private, shared = await self._chats(people), await self._shared_chats(people)
        books = [row.id for row in await self._all(select(portfolios.c.id).where(_any(people)))]
        before, self._audit.actor = self._audit.actor, None
        await self._audit.note(people[0], "deleted", now, facts={"receipt": receipt})
        await self._audit.erase(people, [*people, *books], now)
        self._audit.actor = before
        await self._go(tasks, tasks.c.user_id.in_(people))
        await self._scrub(here)
        await self._forget_talk(private, shared, names)
        for table in (uploads, code_tries):
            await self._go(table, tuple_(table.c.channel, table.c.chat).in_(private))
        others = [one for one in private if one != here]
        await self._go(door_chats, tuple_(door_chats.c.channel, door_chats.c.chat).in_(others))
        webs = [chat for channel, chat in others if channel == "web"]
        await self._go(web_sessions, web_sessions.c.chat.in_(webs))
        await self._go(user_profiles, user_profiles.c.id.in_(people))

    async def _hold(self, people: Sequence[UUID]) -> None:
        """Wait for what these are doing in other chats, and let them begin nothing new: a row that
        comes after its table was cleared would stay."""
        await self._connection.execute(
            select(user_profiles.c.id)
            .where(user_profiles.c.id.in_(people))
            .order_by(user_profiles.c.id)
            .with_for_update()
        )

    async def _leave_teams(self, people: Sequence[UUID], now: datetime) -> None:
        """Hand what is shared to those who stay, and have them call us "a former member"."""
        repository = Members(self._connection)
        mine = select(members.c.portfolio_id, members.c.name).where(members.c.user_id.in_(people))
        for row in await self._all(mine):
            left = [
                one for one in await repository.of(row.portfolio_id) if one.person not in people
            ]
            owned = select(portfolios.c.user_id).where(portfolios.c.id == row.portfolio_id)
            owner = (await self._connection.execute(owned)).scalar_one()
            if left and owner in people:
                heir = min(left, key=lambda one: _RANKS.index(one.role))
                await repository.hand_over(row.portfolio_id, heir.person)
            for person in people:
                await repository.remove(row.portfolio_id, person, now)
            await self._redact(row.portfolio_id, row.name)

    async def _redact(self, portfolio: UUID, name: str) -> None:
        """Take a name out of what was said about a portfolio to all who share it."""
        here = select(team_chats.c.channel, team_chats.c.chat).where(
            team_chats.c.portfolio_id == portfolio
        )
        text = outbox.c.body["text"].astext
        pattern = func.concat(r"(^|\W)", _escaped(name), r"(?=\W|$)")
        without = func.regexp_replace(text, pattern, r"\1a former member", "g")
        await self._connection.execute(
            update(outbox)
            .where(tuple_(outbox.c.channel, outbox.c.chat).in_(here), text.contains(name))
            .values(body=func.jsonb_set(outbox.c.body, ["text"], func.to_jsonb(without)))
            if name
            else select(false())
        )

    async def _scrub(self, here: Chat) -> None:
        """Empty the message that is being answered: its row has to outlive the answer."""
        channel, chat = here
        current = (
            select(func.min(inbox.c.id))
            .where(inbox.c.channel == channel, inbox.c.chat == chat, inbox.c.answered_at.is_(None))
            .scalar_subquery()
        )
        await self._connection.execute(
            update(inbox).where(inbox.c.id == current).values(body=SCRUBBED)
        )

    async def _forget_talk(
        self, private: Sequence[Chat], shared: Sequence[Chat], names: Sequence[tuple[str, str]]
    ) -> None:
        """Delete what was said in private chats, and by or to these people where others read."""
        mine = await self._sent_by(names, shared)
        answered = inbox.c.answered_at.is_not(None)
        gone = answered & or_(_place().in_(private), inbox.c.id.in_(mine))
        messages = select(inbox.c.id).where(gone)
        spoken = tuple_(outbox.c.channel, outbox.c.chat)
        which = or_(spoken.in_(private), outbox.c.answers.in_(messages))
        carried = await self._all(
            delete(outbox).where(which).returning(outbox.c.picture, outbox.c.document)
        )
        await self._go(inbox, gone)
        for table, ids, column in (
            (pictures, [row.picture for row in carried], outbox.c.picture),
            (documents, [row.document for row in carried], outbox.c.document),
        ):
            still = select(column).where(column.is_not(None))
            named = [one for one in ids if one is not None]
            await self._go(table, table.c.id.in_(named) & table.c.id.not_in(still))

    async def _sent_by(self, names: Sequence[tuple[str, str]], chats: Sequence[Chat]) -> list[int]:
        """The answered messages of ``chats`` whose sender is one of ``names`` of a channel.

        All doors write who sent a message under one key; others may speak of the same name.
        """
        written = [json.dumps(name)[1:-1].encode() for _, name in names]
        near = [func.position(literal(one).op("IN")(inbox.c.body)) > 0 for one in written]
        rows = await self._all(
            select(inbox.c.id, _channel().label("channel"), inbox.c.body).where(
                inbox.c.answered_at.is_not(None), _place().in_(chats), or_(false(), *near)
            )
        )
        return [row.id for row in rows if (row.channel, _sender(row.body)) in names]

    async def _chats(self, people: Iterable[UUID]) -> list[Chat]:
        """The chats in which nobody but these people talks to us."""
        return await self._talked(people, shared=False)

    async def _shared_chats(self, people: Iterable[UUID]) -> list[Chat]:
        return await self._talked(people, shared=True)

    async def _talked(self, people: Iterable[UUID], *, shared: bool) -> list[Chat]:
        group = func.coalesce(dialogs.c.state["shared"].as_boolean(), False)
        rows = await self._all(
            select(dialogs.c.channel, dialogs.c.chat)
            .where(dialogs.c.user_id.in_(list(people)), group if shared else ~group)
            .distinct()
        )
        return [(row.channel, row.chat) for row in rows]

    async def _go(self, table: Table, which: ColumnElement[bool]) -> None:
        await self._connection.execute(delete(table).where(which))

    async def _all(self, query: Any) -> Sequence[Any]:
        return (await self._connection.execute(query)).all()

    async def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        rows = (await self._connection.execute(query)).mappings()
        return [
            {name: _plain(value) for name, value in row.items() if name not in _SECRET}
            for row in rows
        ]


def _own(person: UUID) -> ColumnElement[bool]:
    """What is a person's alone."""
    return (portfolios.c.user_id == person) & portfolios.c.id.not_in(select(teams.c.portfolio_id))


def _any(people: Sequence[UUID]) -> ColumnElement[bool]:
    return portfolios.c.user_id.in_(people)


def _names(people: Sequence[UUID]) -> Select[Any]:
    return select(channel_identities.c.channel, channel_identities.c.name).where(
        channel_identities.c.user_id.in_(people)
    )


def _channel() -> ColumnElement[str]:
    """ "slack.files" is a waiting room of "slack": the same chats under a name of its own."""
    return func.split_part(inbox.c.channel, ".", 1)


def _place() -> Tuple:
    return tuple_(_channel(), inbox.c.chat)


def _sender(body: bytes) -> str | None:
    """Who sent a message, as every door keeps it; None of what is no message."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found = told.get("sender") if isinstance(told, dict) else None
    return found if isinstance(found, str) else None


def _theirs(table: Table, person: UUID, own: Select[Any]) -> ColumnElement[bool] | None:
    """Which rows of a table are this person's; None: there cannot be any."""
    if table is user_profiles:
        return user_profiles.c.id == person
    if table is portfolios:
        return _own(person)
    if "user_id" in table.c:
        return table.c.user_id == person
    return table.c.portfolio_id.in_(own) if "portfolio_id" in table.c else None


def _escaped(name: str) -> str:
    """A name as a regular expression of PostgreSQL takes it literally."""
    return "".join(letter if letter.isalnum() else f"\\{letter}" for letter in name)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, UUID | Decimal) else value
