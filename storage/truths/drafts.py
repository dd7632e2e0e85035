"""What somebody said yes to is recorded once, and nothing is recorded without a yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, exists, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import drafts, trades
from storage.truths.truth import MOST, Truth

KEPT = timedelta(days=25)  # housekeeping throws older drafts away, some days after


async def breaches(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """Saved drafts of trades without their trade, and trades of the chat without a draft.

    A draft that takes something back, or puts it back, has no trade of its own. The first trade of
    a draft bears its id; the others were recorded in the same transaction.
    """
    sibling = trades.alias()
    unrecorded = select(cast(drafts.c.id, Text)).where(
        drafts.c.status == "saved",
        drafts.c.created_at > now - KEPT,
        ~drafts.c.content.has_key("change"),
        ~exists().where(trades.c.id == drafts.c.id),
    )
    wished = exists().where(drafts.c.id == sibling.c.id, drafts.c.status == "saved")
    unwished = select(cast(trades.c.id, Text)).where(
        trades.c.source == "chat",
        trades.c.recorded_at > now - KEPT,
        ~exists().where(
            sibling.c.portfolio_id == trades.c.portfolio_id,
            sibling.c.recorded_at == trades.c.recorded_at,
            wished,
        ),
    )
    rows = await connection.execute(union_all(unrecorded, unwished).limit(MOST))
    return list(rows.scalars())


TRUTH = Truth("drafts", "every yes has its trade, and every trade its yes", breaches)
