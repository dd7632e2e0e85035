"""One person on several doors: codes that prove it, and accounts that become one and two again."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table, Text, and_, cast, delete, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.comparisons import KEY, NEVER
from storage.records import Account
from storage.repositories import arms
from storage.repositories.code_masks import Chat, Digest, mask
from storage.repositories.locks import hold
from storage.repositories.members import free_name
from storage.tables import (
    channel_identities,
    code_tries,
    dialogs,
    journal_questions,
    link_codes,
    links,
    members,
    metadata,
    nudges,
    portfolios,
    reminders,
    tasks,
    trades,
    user_profiles,
)

_STAYS = {"links", "link_codes", "invites"}  # what has to stay with the one who asked for it


class Links:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def issue(
        self, code_hash: bytes, person: UUID, channel: str, now: datetime, expires_at: datetime
    ) -> None:
        """Keep the hash of a new code; the person's earlier codes are worth nothing any more."""
        await self._connection.execute(
            update(link_codes)
            .where(link_codes.c.user_id == person, link_codes.c.used_at.is_(None))
            .values(used_at=now)
        )
        await self._connection.execute(
            insert(link_codes).values(
                code_hash=code_hash, user_id=person, channel=channel, expires_at=expires_at
            )
        )

    async def look(self, code_hash: bytes, now: datetime) -> tuple[UUID, str] | str:
        """Whose code it is and where they asked for it, held until we commit; or why it is worth
        nothing: "unknown", "used", "expired"."""
        rows = await self._connection.execute(
            select(link_codes).filter_by(code_hash=code_hash).with_for_update()
        )
        row = rows.one_or_none()
        if row is None:
            return "unknown"
        if row.used_at is not None:
            return "used"
        return "expired" if row.expires_at <= now else (row.user_id, row.channel)

    async def use(self, code_hash: bytes, now: datetime) -> None:
        await self._connection.execute(
            update(link_codes).filter_by(code_hash=code_hash).values(used_at=now)
        )

    async def mask(
        self, now: datetime, digest: Digest, used: tuple[bytes, Chat] | None = None
    ) -> int:
        """Take the codes that are worth nothing any more out of what was said; ``used``: only this
        one, which was typed in this chat just now. In how many messages."""
        return await mask(self._connection, now, digest, used)

    async def tried(self, channel: str, chat: str, now: datetime, window: timedelta) -> int:
        """Count a wrong code; how many this chat has tried within the window, with this one."""
        await self._connection.execute(
            insert(code_tries).values(channel=channel, chat=chat, at=now)
        )
        return await self.tries(channel, chat, now, window)

    async def tries(self, channel: str, chat: str, now: datetime, window: timedelta) -> int:
        """How many wrong codes this chat has tried within the window; older ones are forgotten."""
        await hold(self._connection, "codes", channel, chat)
        await self._connection.execute(delete(code_tries).where(code_tries.c.at <= now - window))
        here = [code_tries.c.channel == channel, code_tries.c.chat == chat]
        counted = select(func.count()).select_from(code_tries).where(*here)
        found: int = (await self._connection.execute(counted)).scalar_one()
        return found

    async def accounts(self, person: UUID) -> list[Account]:
        """How a person is known, the first door at the front."""
        rows = await self._connection.execute(
            select(channel_identities)
            .where(channel_identities.c.user_id == person)
            .order_by(channel_identities.c.created_at, channel_identities.c.channel)
        )
        return [Account(row.channel, row.name, row.created_at) for row in rows]

    async def size(self, person: UUID) -> tuple[int, datetime]:
        """How many trades a person has recorded outside of demos, and since when they are here."""
        counted = (
            select(func.count())
            .select_from(trades)
            .join(portfolios, portfolios.c.id == trades.c.portfolio_id)
            .where(portfolios.c.user_id == person, ~portfolios.c.demo)
        )
        trades_: int = (await self._connection.execute(counted)).scalar_one()
        since = select(user_profiles.c.created_at).filter_by(id=person)
        return trades_, (await self._connection.execute(since)).scalar_one()

    async def join(self, person: UUID, other: UUID, now: datetime) -> UUID:
        """Make two people one: all that is ``other``'s is ``person``'s from now on. The id by
        which it can be undone. What both have in one place stays as it is on both sides."""
        await hold(self._connection, "person", *sorted((str(person), str(other))))
        moved: dict[str, Any] = {"names": await self._rename(person, other)}
        moved["roles"] = await self._merge_roles(person, other)
        moved["arms"] = await arms.exchange(self._connection, person, other)
        for table in _owned():
            moved[table.name] = await self._move(table, person, other)
        await self._count(person, other)
        moved["never"] = await self._stay_out(person, other, now)
        made = uuid4()
        await self._connection.execute(
            insert(links).values(id=made, user_id=person, other_id=other, moved=moved, at=now)
        )
        return made

    async def last(self, person: UUID, since: datetime) -> UUID | None:
        """The latest joining of a person that can still be undone, from ``since`` on."""
        rows = await self._connection.execute(
            select(links.c.id)
            .where(links.c.user_id == person, links.c.undone_at.is_(None), links.c.at >= since)
            .order_by(links.c.at.desc())
            .limit(1)
        )
        found: UUID | None = rows.scalar_one_or_none()
        return found

    async def part(self, id: UUID, now: datetime) -> UUID | None:
        """Undo a joining: what was moved goes back. Whose it is again; None: it was undone."""
        rows = await self._connection.execute(
            update(links)
            .where(links.c.id == id, links.c.undone_at.is_(None))
            .values(undone_at=now)
            .returning(links)
        )
        row = rows.one_or_none()
        if row is None or row.other_id is None:
            return None
        for table in _owned():
            keys = [_read(table, key) for key in row.moved.get(table.name, [])]
            await self._give(table, keys, row.user_id, row.other_id)
        swapped = row.moved.get("arms", [])
        await arms.exchange(self._connection, row.user_id, row.other_id, swapped)
        await self._count(row.other_id, row.user_id)
        await self._silence(row.user_id, row.other_id)
        await self._come_back(
            row.user_id, row.other_id, row.at, alone=row.moved.get("never", False)
        )
        for portfolio, name in row.moved["names"]:
            await self._connection.execute(
                update(portfolios).filter_by(id=UUID(portfolio)).values(name=name)
            )
        for portfolio, role in row.moved["roles"]:
            await self._connection.execute(
                update(members)
                .where(members.c.portfolio_id == UUID(portfolio), members.c.user_id == row.user_id)
                .values(role=role)
            )
        return UUID(str(row.other_id))

    async def detach(self, person: UUID, channel: str, name: str, now: datetime) -> None:
        """Forget that somebody has this name; the next word from there is a new person's.

        So nothing more is said there: what was to be asked or told in that app is called off, and
        its chats are not the person's any more.
        """
        for table in (reminders, journal_questions):
            mine = (table.c.user_id == person) & (table.c.channel == channel)
            done = table.c.sent_at if table is reminders else table.c.asked_at
            await self._connection.execute(
                update(table)
                .where(mine, done.is_(None), table.c.cancelled_at.is_(None))
                .values(cancelled_at=now)
            )
        for table in (tasks, dialogs):
            mine = (table.c.user_id == person) & (table.c.channel == channel)
            await self._connection.execute(delete(table).where(mine))
        await self._connection.execute(
            delete(channel_identities).where(
                channel_identities.c.channel == channel, channel_identities.c.name == name
            )
        )

    async def absorbed(self, person: UUID) -> list[UUID]:
        """Everybody who has become this person."""
        found, asked = [person], 0
        while asked < len(found):
            rows = await self._connection.execute(
                select(links.c.other_id).where(
                    links.c.user_id == found[asked],
                    links.c.undone_at.is_(None),
                    links.c.other_id.is_not(None),
                )
            )
            found += [one for one in rows.scalars() if one not in found]
            asked += 1
        return found[1:]

    async def _count(self, person: UUID, other: UUID) -> None:
        """What was said to ``other`` and is ``person``'s now counts for them."""
        mine = (nudges.c.user_id == person) & (nudges.c.listener == other)
        await self._connection.execute(update(nudges).where(mine).values(listener=person))

    async def _silence(self, person: UUID, other: UUID) -> None:
        """Nothing is said to ``person`` any more of what is ``other``'s alone again."""
        theirs = select(portfolios.c.id).where(portfolios.c.user_id == other)
        shared = select(members.c.portfolio_id).where(members.c.user_id == person)
        about = nudges.c.portfolio_id
        await self._connection.execute(
            update(nudges)
            .where(nudges.c.user_id == person, nudges.c.listener == person)
            .where(about.in_(theirs), about.not_in(shared))
            .where(nudges.c.status.in_(("waiting", "digest")))
            .values(status="dropped", reason="left", image=None)
        )

    async def _stay_out(self, person: UUID, other: UUID, now: datetime) -> bool:
        """Where either of two takes part in no comparison, both take part in none. Whether that is
        new for ``person``."""
        kept = user_profiles.c.preferences
        rows = await self._connection.execute(
            select(user_profiles.c.id).where(
                user_profiles.c.id.in_([person, other]), kept[KEY].astext == NEVER
            )
        )
        out = set(rows.scalars())
        if not out:
            return False
        for one in (person, other):
            await arms.end(self._connection, one, now)
        await self._connection.execute(
            update(user_profiles)
            .where(user_profiles.c.id == person)
            .values(preferences=func.jsonb_set(kept, [KEY], func.to_jsonb(cast(NEVER, Text))))
        )
        return person not in out

    async def _come_back(self, person: UUID, other: UUID, at: datetime, *, alone: bool) -> None:
        """Undo ``_stay_out``. ``alone``: only ``other`` had wished for it."""
        for one in (person, other):
            await arms.go_on(self._connection, one, at)
        if alone:
            kept = user_profiles.c.preferences
            await self._connection.execute(
                update(user_profiles)
                .where(user_profiles.c.id == person)
                .values(preferences=kept.op("-")(KEY))
            )

    async def _rename(self, person: UUID, other: UUID) -> list[tuple[str, str]]:
        """Give the other's portfolios names that are free; what they were called before."""
        rows = await self._connection.execute(
            select(portfolios.c.id, portfolios.c.name, portfolios.c.user_id).where(
                portfolios.c.user_id.in_([person, other])
            )
        )
        both = rows.all()
        known = {row.name for row in both}
        mine = {row.name for row in both if row.user_id == person}
        before = []
        for row in both:
            if row.user_id == other and row.name in mine:
                name = free_name(row.name, known)
                known.add(name)
                before.append((str(row.id), row.name))
                await self._connection.execute(
                    update(portfolios).filter_by(id=row.id).values(name=name)
                )
        return before

    async def _merge_roles(self, person: UUID, other: UUID) -> list[tuple[str, str]]:
        """Where both share a portfolio, the better of the two roles counts; what it was before."""
        theirs = members.alias()
        rows = await self._connection.execute(
            select(members.c.portfolio_id, members.c.role, theirs.c.role.label("other"))
            .join(theirs, theirs.c.portfolio_id == members.c.portfolio_id)
            .where(members.c.user_id == person, theirs.c.user_id == other)
        )
        order = ("owner", "member", "viewer")
        before = []
        for row in rows.all():
            before.append((str(row.portfolio_id), row.role))
            best = min(row.role, row.other, key=order.index)
            where = and_(members.c.portfolio_id == row.portfolio_id, members.c.user_id == person)
            await self._connection.execute(update(members).where(where).values(role=best))
        return before

    async def _move(self, table: Table, person: UUID, other: UUID) -> list[list[Any]]:
        """Give the rows of one to the other, except those that would meet one that is there; the
        keys of those that moved, without the person."""
        rest = _key(table)
        which = [table.c.user_id == other]
        if "user_id" in table.primary_key.columns:
            there = table.alias()
            same = [there.c[name] == table.c[name] for name in rest]
            met = select(there.c.user_id).where(there.c.user_id == person, *same).exists()
            which.append(~met)
        columns = [table.c[name] for name in rest]
        rows = (await self._connection.execute(select(*columns).where(*which))).all()
        moved = []
        for row in rows:
            same = [table.c[name] == value for name, value in zip(rest, row, strict=True)]
            change = update(table).where(table.c.user_id == other, *same).values(user_id=person)
            with suppress(IntegrityError):  # both have one, where one person may have only one
                async with self._connection.begin_nested():
                    await self._connection.execute(change)
                moved.append([_written(value) for value in row])
        return moved

    async def _give(
        self, table: Table, keys: list[tuple[Any, ...]], person: UUID, other: UUID
    ) -> None:
        """Give back what is still theirs: others may have rows under the same keys."""
        if not keys:
            return
        columns = tuple_(*(table.c[name] for name in _key(table)))
        await self._connection.execute(
            update(table).where(table.c.user_id == person, columns.in_(keys)).values(user_id=other)
        )


def _owned() -> list[Table]:
    """Every table with rows that belong to a person."""
    return [
        table
        for table in metadata.sorted_tables
        if "user_id" in table.c and table.name not in _STAYS
    ]


def _key(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns if column.name != "user_id"]


def _written(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _read(table: Table, key: list[Any]) -> tuple[Any, ...]:
    kinds = [table.c[name].type.python_type for name in _key(table)]
    read: dict[type, Any] = {bytes: bytes.fromhex, date: date.fromisoformat}
    return tuple(read.get(kind, kind)(value) for kind, value in zip(kinds, key, strict=True))
