"""Where a team is spoken to first: the channel that an owner chose, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.nudge_records import TeamVoice
from storage.tables import door_chats, team_chats, team_voices

_kept = team_voices.c


def _here(table: Any) -> ColumnElement[bool]:
    """That ``table`` speaks of the channel of the voice."""
    found: ColumnElement[bool] = (table.c.channel == _kept.channel) & (table.c.chat == _kept.chat)
    return found


class Voices:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, portfolio: UUID) -> TeamVoice | None:
        """None: the team of this portfolio is not spoken to first, or it is no team's."""
        rows = await self._connection.execute(select(team_voices).filter_by(portfolio_id=portfolio))
        row = rows.one_or_none()
        return None if row is None else _voice(row)

    async def all(self) -> list[TeamVoice]:
        """Of every team that is spoken to first, in the order of their portfolios' ids."""
        rows = await self._connection.execute(select(team_voices).order_by(_kept.portfolio_id))
        return [_voice(row) for row in rows]

    async def choose(self, voice: TeamVoice) -> None:
        """From now on the team is spoken to first there, in the place of where it was before."""
        chosen = {
            "channel": voice.channel,
            "chat": voice.chat,
            "time_zone": voice.time_zone,
            "preferences": dict(voice.preferences),
            "chosen_by": voice.chosen_by,
            "chosen_at": voice.chosen_at,
        }
        await self._connection.execute(
            insert(team_voices)
            .values(portfolio_id=voice.portfolio, **chosen)
            .on_conflict_do_update(index_elements=["portfolio_id"], set_=chosen)
        )

    async def change(self, portfolio: UUID, preferences: Mapping[str, Any]) -> None:
        await self._connection.execute(
            update(team_voices)
            .where(_kept.portfolio_id == portfolio)
            .values(preferences=dict(preferences))
        )

    async def silence(self, portfolio: UUID) -> bool:
        """The team is not spoken to first any more; False where it was not before."""
        gone = await self._connection.execute(
            delete(team_voices).where(_kept.portfolio_id == portfolio).returning(_kept.portfolio_id)
        )
        return gone.one_or_none() is not None

    async def lost(self) -> list[tuple[TeamVoice, str]]:
        """Those whose channel cannot be reached any more, ours until we commit, and why: "closed",
        or "unbound" where the channel is about another portfolio now or none. A channel that became
        another one takes its voice along (``Doors.move``)."""
        bound = exists().where(_here(team_chats), team_chats.c.portfolio_id == _kept.portfolio_id)
        closed = exists().where(_here(door_chats), door_chats.c.closed_at.is_not(None))
        rows = await self._connection.execute(
            select(team_voices, closed.label("closed"))
            .where(closed | ~bound)
            .order_by(_kept.portfolio_id)
            .with_for_update(of=team_voices, skip_locked=True)
        )
        return [(_voice(row), "closed" if row.closed else "unbound") for row in rows]


def _voice(row: Row[Any]) -> TeamVoice:
    return TeamVoice(
        portfolio=row.portfolio_id,
        channel=row.channel,
        chat=row.chat,
        time_zone=row.time_zone,
        preferences=row.preferences,
        chosen_by=row.chosen_by,
        chosen_at=row.chosen_at,
    )
