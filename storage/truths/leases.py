"""No work hangs: what is leased is done, renewed or taken over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import outbox, tasks
from storage.truths.truth import MOST, Truth

# One length of a lease after its end, somebody else should have it: it is twice as old by then.
SENDING, WORKING = timedelta(seconds=30), timedelta(seconds=120)


async def breaches(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """A task or reply whose lease ran out and that nobody took over. Of a reply, one that waits
    behind another of its chat has no lease."""
    worked = select(literal("task ") + cast(tasks.c.id, Text)).where(
        tasks.c.done_at.is_(None), tasks.c.leased_until < now - WORKING
    )
    sent = select(literal("reply ") + cast(outbox.c.id, Text)).where(
        outbox.c.sent_at.is_(None),
        outbox.c.parked_at.is_(None),
        outbox.c.leased_until < now - SENDING,
    )
    rows = await connection.execute(union_all(worked, sent).limit(MOST))
    return list(rows.scalars())


TRUTH = Truth("leases", "no lease is older than twice its length", breaches)
