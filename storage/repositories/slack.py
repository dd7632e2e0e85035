"""Workspaces that have installed us, and installations under way. Everything secret is sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, literal, null, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import door_chats, inbox, outbox, slack_installations, slack_states

_kept = slack_installations.c


class SlackInstallations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, enterprise: str, team: str, sealed: bytes, at: datetime) -> None:
        """Keep an installation in the place of an earlier one."""
        await self._connection.execute(
            insert(slack_installations)
            .values(enterprise_id=enterprise, team_id=team, sealed=sealed, installed_at=at)
            .on_conflict_do_update(
                index_elements=["enterprise_id", "team_id"],
                set_={"sealed": sealed, "installed_at": at},
            )
        )

    async def get(self, enterprise: str, team: str) -> bytes | None:
        """The sealed installation; nothing where we are not installed."""
        found: bytes | None = (
            await self._connection.execute(
                select(_kept.sealed).where(_kept.enterprise_id == enterprise, _kept.team_id == team)
            )
        ).scalar_one_or_none()
        return found

    async def installed_at(self, enterprise: str, team: str) -> datetime | None:
        """Since when we are installed; nothing where we are not."""
        found: datetime | None = (
            await self._connection.execute(
                select(_kept.installed_at).where(
                    _kept.enterprise_id == enterprise, _kept.team_id == team
                )
            )
        ).scalar_one_or_none()
        return found

    async def forget(self, enterprise: str, team: str, sealed: bytes | None = None) -> bool:
        """Delete an installation: any, or just the one that was ``sealed`` so. False when it was
        not there, as when somebody has installed us again meanwhile."""
        this = (_kept.enterprise_id == enterprise) & (_kept.team_id == team)
        if sealed is not None:
            this &= _kept.sealed == sealed
        gone = await self._connection.execute(
            delete(slack_installations).where(this).returning(_kept.team_id)
        )
        return gone.one_or_none() is not None

    async def close_chats(
        self, channel: str, part: str, reason: str, at: datetime, *, inside: bool = False
    ) -> None:
        """Nothing can be sent any more to any chat whose name starts with ``part``; ``inside``:
        that has it anywhere."""

        def is_meant(chat: ColumnElement[str]) -> ColumnElement[bool]:
            if inside:
                return chat.contains(part, autoescape=True)
            return chat.startswith(part, autoescape=True)

        named = union(
            *(
                select(table.c.chat).where(table.c.channel == channel, is_meant(table.c.chat))
                for table in (inbox, outbox)
            )
        ).subquery()
        shut = select(literal(channel), named.c.chat, literal(at), literal(reason), null())
        columns = ["channel", "chat", "closed_at", "reason", "moved_to"]
        await self._connection.execute(
            insert(door_chats)
            .from_select(columns, shut)
            .on_conflict_do_update(
                index_elements=["channel", "chat"], set_={"closed_at": at, "reason": reason}
            )
        )

    async def issue_state(self, hashed: bytes, expires_at: datetime, now: datetime) -> None:
        """Begin an installation; those that were never finished are forgotten."""
        await self._connection.execute(delete(slack_states).where(slack_states.c.expires_at <= now))
        await self._connection.execute(
            insert(slack_states).values(state_hash=hashed, expires_at=expires_at)
        )

    async def use_state(self, hashed: bytes, now: datetime) -> bool:
        """Whether that installation is under way; once only."""
        used = await self._connection.execute(
            delete(slack_states)
            .where(slack_states.c.state_hash == hashed, slack_states.c.expires_at > now)
            .returning(slack_states.c.state_hash)
        )
        return used.one_or_none() is not None
