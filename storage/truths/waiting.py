"""Nobody waits for long: not for an answer, nor for a reply to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import inbox, outbox
from storage.truths.truth import MOST, Truth

ANSWER = timedelta(seconds=60)
SEND = timedelta(minutes=10)


async def breaches(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """Messages unanswered for a minute; replies unsent for ten that were never tried, or whose
    next try was due that long ago. One given up is no breach: it is counted elsewhere."""
    unanswered = select(literal("message ") + cast(inbox.c.id, Text)).where(
        inbox.c.answered_at.is_(None), inbox.c.received_at < now - ANSWER
    )
    due = outbox.c.leased_until.is_(None) | (outbox.c.leased_until < now - SEND)
    unsent = select(literal("reply ") + cast(outbox.c.id, Text)).where(
        outbox.c.sent_at.is_(None),
        outbox.c.parked_at.is_(None),
        outbox.c.created_at < now - SEND,
        due,
    )
    rows = await connection.execute(union_all(unanswered, unsent).limit(MOST))
    return list(rows.scalars())


TRUTH = Truth("waiting", "nobody waits over a minute, nothing lies unsent over ten", breaches)
