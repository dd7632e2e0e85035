"""Nothing is said before its time, twice or long after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import nudges
from storage.truths.truth import MOST, Truth

OVERDUE = timedelta(hours=6)  # for which one may wait to be decided about, when it is due


async def breaches(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """That an occasion is wanted once is a constraint of the table."""
    kept = nudges.c
    said = kept.status == "said"
    rows = await connection.execute(
        select(cast(kept.id, Text))
        .where(
            or_(
                said & (kept.said_at.is_(None) | kept.message.is_(None)),
                ~said & kept.said_at.is_not(None),
                kept.said_at < kept.born_at,
                kept.answered_at < kept.said_at,
                (kept.status == "waiting") & (kept.decide_at < now - OVERDUE),
            )
        )
        .limit(MOST)
    )
    return list(rows.scalars())


TRUTH = Truth("nudges", "no nudge is early, doubled or forgotten", breaches)
