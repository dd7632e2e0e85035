"""A message is answered at most once, and what is answered was accepted before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import inbox, outbox
from storage.truths.truth import MOST, Truth


async def breaches(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """Messages with two replies, or with one while they count as unanswered.

    One without a reply of its own may be answered: an earlier reply was edited instead.
    """
    rows = await connection.execute(
        select(cast(inbox.c.id, Text))
        .join(outbox, outbox.c.answers == inbox.c.id)
        .group_by(inbox.c.id)
        .having(or_(func.count() > 1, inbox.c.answered_at.is_(None)))
        .limit(MOST)
    )
    return list(rows.scalars())


TRUTH = Truth("replies", "no message is answered twice", breaches)
