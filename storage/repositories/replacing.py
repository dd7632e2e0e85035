"""Trades that take the place of earlier ones, and what people said of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import journal_entries, journal_notes, journal_questions, trades

_SAID = (journal_entries, journal_notes, journal_questions)


async def replaced(
    connection: AsyncConnection, portfolio: UUID, newer: Sequence[UUID]
) -> dict[UUID, UUID]:
    """What those of ``newer`` that correct an earlier trade take the place of."""
    rows = await connection.execute(
        select(trades.c.id, trades.c.replaces).where(
            trades.c.portfolio_id == portfolio,
            trades.c.id.in_(newer),
            trades.c.replaces.is_not(None),
        )
    )
    return {row.id: row.replaces for row in rows}


async def hand_over(connection: AsyncConnection, pairs: Mapping[UUID, UUID], *, back: bool) -> None:
    """Let what was said of the older trades be said of the newer ones; or ``back`` again."""
    moves = [(new, old) if back else (old, new) for new, old in pairs.items()]
    for table in _SAID:
        for source, target in moves:
            await connection.execute(
                update(table).where(table.c.trade_id == source).values(trade_id=target)
            )
