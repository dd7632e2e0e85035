"""Who shares a portfolio with whom, and what each may do with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Update,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as put
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Access, Approval, Member
from storage.tables import (
    approvals,
    drafts,
    intentions,
    invites,
    journal_questions,
    members,
    nudges,
    plans,
    portfolios,
    reminders,
    tasks,
    team_chats,
    teams,
    trades,
    user_profiles,
)


class Members:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def access(self, person: UUID, portfolio: UUID) -> Access | None:
        """What a person may do with a portfolio; None: it is not theirs to see.

        The one place where that is decided: whoever opens a portfolio for somebody asks here.
        """
        rows = await self._connection.execute(_accesses(person).where(portfolios.c.id == portfolio))
        row = rows.one_or_none()
        return None if row is None else _access(row)

    async def shared_with(self, person: UUID) -> list[Access]:
        """The shared portfolios of a person, the one joined first at the front."""
        rows = await self._connection.execute(
            select(portfolios.c.id, portfolios.c.name, members.c.role, true(), teams.c.second_yes)
            .select_from(members)
            .join(portfolios, portfolios.c.id == members.c.portfolio_id)
            .join(teams, teams.c.portfolio_id == members.c.portfolio_id)
            .where(members.c.user_id == person)
            .order_by(members.c.joined_at, portfolios.c.id)
        )
        return [Access(*row) for row in rows]

    async def barred(self, person: UUID, portfolio: UUID) -> bool:
        """Whether a portfolio is there that is neither this person's own nor shared with them."""
        there = exists().where(portfolios.c.id == portfolio)
        seen = _accesses(person).where(portfolios.c.id == portfolio).exists()
        found: bool = (await self._connection.execute(select(there & ~seen))).scalar_one()
        return found

    async def make(self, portfolio: UUID, owner: UUID, name: str, now: datetime) -> None:
        """Have a portfolio shared from now on, by its owner alone at first."""
        await self._connection.execute(insert(teams).values(portfolio_id=portfolio, made_at=now))
        await self._add(portfolio, owner, "owner", name, now)

    async def of(self, portfolio: UUID) -> list[Member]:
        """All who share it: owners first, then members, then viewers."""
        rows = await self._connection.execute(
            select(members)
            .where(members.c.portfolio_id == portfolio)
            .order_by(
                case({"owner": 0, "member": 1}, value=members.c.role, else_=2),
                members.c.joined_at,
                members.c.name,
            )
        )
        return [Member(row.user_id, row.role, row.name, row.joined_at) for row in rows]

    async def rule(self, portfolio: UUID, *, second_yes: bool) -> None:
        await self._connection.execute(
            update(teams).where(teams.c.portfolio_id == portfolio).values(second_yes=second_yes)
        )

    async def change(self, portfolio: UUID, person: UUID, **fields: str) -> bool:
        """Set ``role`` or ``name`` of a member. False: there is no such member."""
        changed = await self._connection.execute(
            update(members)
            .where(members.c.portfolio_id == portfolio, members.c.user_id == person)
            .values(**fields)
            .returning(members.c.user_id)
        )
        return len(changed.all()) == 1

    async def rename(self, person: UUID, name: str) -> None:
        """What all the others call a person."""
        await self._connection.execute(
            update(members).where(members.c.user_id == person).values(name=name)
        )

    async def remove(self, portfolio: UUID, person: UUID, now: datetime) -> list[int] | None:
        """Take a member out, with what they left open: nothing about the portfolio comes to them
        later. The replies that promised slow work which is not done any more; None: there is no
        such member."""
        gone = await self._connection.execute(
            delete(members)
            .where(members.c.portfolio_id == portfolio, members.c.user_id == person)
            .returning(members.c.user_id)
        )
        if not gone.all():
            return None
        for change in _called_off(now):
            table = change.table
            whose = (table.c.portfolio_id == portfolio) & (table.c.user_id == person)
            await self._connection.execute(change.where(whose))
        await self._connection.execute(
            delete(invites).where(invites.c.portfolio_id == portfolio, invites.c.user_id == person)
        )
        stopped = await self._connection.execute(
            update(tasks)
            .where(
                tasks.c.user_id == person,
                tasks.c.details["portfolio"].astext == str(portfolio),
                tasks.c.done_at.is_(None),
            )
            .values(done_at=func.now(), outcome="cancelled", leased_until=None)
            .returning(tasks.c.reply_to)
        )
        return [row.reply_to for row in stopped if row.reply_to is not None]

    async def hand_over(self, portfolio: UUID, to: UUID) -> None:
        """Make somebody the one whom the portfolio belongs to, under a name they have not used."""
        row = (
            await self._connection.execute(select(portfolios.c.name).filter_by(id=portfolio))
        ).one()
        taken = select(portfolios.c.name).where(portfolios.c.user_id == to)
        known = set((await self._connection.execute(taken)).scalars())
        await self._connection.execute(
            update(portfolios)
            .filter_by(id=portfolio)
            .values(user_id=to, name=free_name(row.name, known))
        )
        await self.change(portfolio, to, role="owner")
        said = nudges.alias()
        met = exists().where(
            said.c.user_id == to, said.c.kind == nudges.c.kind, said.c.key == nudges.c.key
        )
        await self._connection.execute(  # what was said to the team is no longer who went's
            update(nudges)
            .where(nudges.c.portfolio_id == portfolio, nudges.c.listener == portfolio, ~met)
            .values(user_id=to)
        )

    async def invite(
        self, code_hash: bytes, portfolio: UUID, by: UUID, role: str, expires_at: datetime
    ) -> None:
        await self._connection.execute(
            insert(invites).values(
                code_hash=code_hash,
                portfolio_id=portfolio,
                user_id=by,
                role=role,
                expires_at=expires_at,
            )
        )

    async def invited(self, code_hash: bytes, now: datetime) -> tuple[UUID, str] | str:
        """The portfolio and the role that a code gives, held until we commit; or why it gives
        nothing: "unknown", "used", "expired"."""
        rows = await self._connection.execute(
            select(invites).filter_by(code_hash=code_hash).with_for_update()
        )
        row = rows.one_or_none()
        if row is None:
            return "unknown"
        if row.used_at is not None:
            return "used"
        return "expired" if row.expires_at <= now else (row.portfolio_id, row.role)

    async def join(self, code_hash: bytes, person: UUID, name: str, now: datetime) -> None:
        """Use up an invitation that ``invited`` has just let pass."""
        used = update(invites).filter_by(code_hash=code_hash).values(used_at=now)
        row = (
            await self._connection.execute(used.returning(invites.c.portfolio_id, invites.c.role))
        ).one()
        await self._add(row.portfolio_id, person, row.role, name, now)

    async def bind(self, channel: str, chat: str, portfolio: UUID, now: datetime) -> None:
        """From now on what is said in this chat is about this portfolio."""
        here = put(team_chats).values(
            channel=channel, chat=chat, portfolio_id=portfolio, bound_at=now
        )
        await self._connection.execute(
            here.on_conflict_do_update(
                index_elements=["channel", "chat"],
                set_={"portfolio_id": portfolio, "bound_at": now},
            )
        )

    async def unbind(self, channel: str, chat: str) -> None:
        await self._connection.execute(
            delete(team_chats).where(team_chats.c.channel == channel, team_chats.c.chat == chat)
        )

    async def bound(self, channel: str, chat: str) -> UUID | None:
        """Which portfolio a chat is about, if it is about one."""
        rows = await self._connection.execute(
            select(team_chats.c.portfolio_id).filter_by(channel=channel, chat=chat)
        )
        found: UUID | None = rows.scalar_one_or_none()
        return found

    async def chats(self, portfolio: UUID) -> list[tuple[str, str]]:
        """Channel and chat wherever this portfolio is spoken about."""
        rows = await self._connection.execute(
            select(team_chats.c.channel, team_chats.c.chat)
            .where(team_chats.c.portfolio_id == portfolio)
            .order_by(team_chats.c.bound_at)
        )
        return [(row.channel, row.chat) for row in rows]

    async def portfolio_of(self, id: UUID) -> UUID | None:
        """The shared portfolio that a draft, a trade or an import of this id belongs to."""
        for table, column in ((drafts, "id"), (trades, "id"), (trades, "batch")):
            rows = await self._connection.execute(
                select(table.c.portfolio_id)
                .join(teams, teams.c.portfolio_id == table.c.portfolio_id)
                .where(table.c[column] == id)
                .limit(1)
            )
            found: UUID | None = rows.scalar_one_or_none()
            if found is not None:
                return found
        return None

    async def approved(
        self, trade: UUID, portfolio: UUID, author: UUID, approver: UUID, now: datetime
    ) -> None:
        await self._connection.execute(
            insert(approvals).values(
                trade_id=trade,
                portfolio_id=portfolio,
                author_id=author,
                approver_id=approver,
                at=now,
            )
        )

    async def approval(self, trade: UUID) -> Approval | None:
        """Who said yes to a trade, where two had to."""
        rows = await self._connection.execute(select(approvals).filter_by(trade_id=trade))
        row = rows.one_or_none()
        return None if row is None else Approval(row.author_id, row.approver_id, row.at)

    async def _add(
        self, portfolio: UUID, person: UUID, role: str, name: str, now: datetime
    ) -> None:
        await self._connection.execute(
            insert(members).values(
                portfolio_id=portfolio, user_id=person, role=role, name=name, joined_at=now
            )
        )


def _called_off(now: datetime) -> Iterator[Update]:
    """How everything ends that somebody left open about a portfolio, in whichever table."""
    yield update(drafts).where(drafts.c.status == "open").values(status="cancelled")
    yield (
        update(reminders)
        .where(reminders.c.sent_at.is_(None), reminders.c.cancelled_at.is_(None))
        .values(cancelled_at=now)
    )
    asked = journal_questions.c
    yield (
        update(journal_questions)
        .where(asked.trade_id.is_not(None), asked.asked_at.is_(None), asked.cancelled_at.is_(None))
        .values(cancelled_at=now)
    )
    yield (
        update(intentions)
        .where(intentions.c.met_at.is_(None), intentions.c.cancelled_at.is_(None))
        .values(cancelled_at=now)
    )
    yield (
        update(nudges)  # what is for the team as a whole is still said to it
        .where(nudges.c.listener == nudges.c.user_id, nudges.c.status.in_(("waiting", "digest")))
        .values(status="dropped", reason="left", image=None)
    )
    yield update(plans).where(plans.c.dismissed_at.is_(None)).values(dismissed_at=now)


def _accesses(person: UUID) -> Any:
    """Every portfolio that a person may see, with the role in which they see it."""
    own = and_(portfolios.c.user_id == person, teams.c.portfolio_id.is_(None))
    role = case((teams.c.portfolio_id.is_(None), "owner"), else_=members.c.role)
    mine = and_(members.c.portfolio_id == portfolios.c.id, members.c.user_id == person)
    there = exists().where(user_profiles.c.id == person)
    return (
        select(
            portfolios.c.id,
            portfolios.c.name,
            role.label("role"),
            teams.c.portfolio_id.is_not(None).label("shared"),
            func.coalesce(teams.c.second_yes, False).label("second_yes"),
        )
        .outerjoin(teams, teams.c.portfolio_id == portfolios.c.id)
        .outerjoin(members, mine)
        .where(_either(own, members.c.user_id.is_not(None)), there)
    )


def _either(one: ColumnElement[bool], other: ColumnElement[bool]) -> ColumnElement[bool]:
    return one | other


def _access(row: Row[Any]) -> Access:
    return Access(row.id, row.name, row.role, row.shared, row.second_yes)


def free_name(name: str, known: set[str]) -> str:
    """``name``, or the first of "name 2", "name 3", … that is not known."""
    if name not in known:
        return name
    return next(f"{name} {n}" for n in range(2, len(known) + 3) if f"{name} {n}" not in known)
