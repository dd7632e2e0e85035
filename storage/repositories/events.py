"""Moments in which a habit showed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, exists, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.diagnosis.events import Event
from storage.tables import behavioral_events, trade_voids

# One parameter, however many events: PostgreSQL takes no more than 32,767 of them.
_ADD = text(
    """
    INSERT INTO behavioral_events
        (portfolio_id, kind, symbol, trade_id, day, severity, context, at)
    SELECT CAST(:portfolio AS uuid), kind, symbol, trade_id, day, severity, context,
        CAST(:now AS timestamptz)
    FROM jsonb_to_recordset(CAST(:events AS jsonb)) AS one
        (kind text, symbol text, trade_id text, day date, severity float8, context jsonb)
    ON CONFLICT ON CONSTRAINT behavioral_events_once DO UPDATE
    SET severity = excluded.severity, context = excluded.context
    WHERE (behavioral_events.severity, behavioral_events.context)
        IS DISTINCT FROM (excluded.severity, excluded.context)
    """
)


class Events:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_all(self, portfolio: UUID, events: Sequence[Event], now: datetime) -> None:
        """Keep ``events``; those that are kept already take on the new severity and context.

        ``now`` is when they were first seen.
        """
        if not events:
            return
        unique = {(one.kind, one.trade_id, one.day): one for one in events}
        rows = [asdict(one) | {"day": one.day.isoformat()} for one in unique.values()]
        told = json.dumps(rows, allow_nan=False)
        await self._connection.execute(_ADD, {"portfolio": portfolio, "events": told, "now": now})

    async def of(
        self, portfolio: UUID, *, since: date | None = None, kind: str | None = None
    ) -> list[Event]:
        """From ``since`` on, of one kind or all, oldest first; without those of undone trades."""
        kept = behavioral_events.c
        query = select(
            kept.kind, kept.day, kept.symbol, kept.trade_id, kept.severity, kept.context
        ).where(kept.portfolio_id == portfolio, ~_of_undone_trade(portfolio))
        if since is not None:
            query = query.where(kept.day >= since)
        if kind is not None:
            query = query.where(kept.kind == kind)
        rows = await self._connection.execute(query.order_by(kept.day, kept.id))
        return [Event(*row) for row in rows.all()]


def _of_undone_trade(portfolio: UUID) -> ColumnElement[bool]:
    """Whether the latest word on the trade of an event is that it is void."""
    latest = (
        select(trade_voids.c.trade_id, trade_voids.c.voided)
        .where(trade_voids.c.portfolio_id == portfolio)
        .ext(distinct_on(trade_voids.c.trade_id))
        .order_by(trade_voids.c.trade_id, trade_voids.c.number.desc())
        .subquery()
    )
    same = cast(latest.c.trade_id, Text) == behavioral_events.c.trade_id
    return exists().where(same, latest.c.voided)
