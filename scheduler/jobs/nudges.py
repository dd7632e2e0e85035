"""Say what we want to say first, as far as the policy lets us, each occasion exactly once."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import Counter

from conversations.desk import Desk
from conversations.nudging.delivery import Settled, settle_next
from conversations.nudging.voices import silence_lost

EVERY = "* * * * *"
SAID = Counter("bpo_nudges_said", "Nudges put into the outbox")
DROPPED = Counter("bpo_nudges_dropped", "Nudges that are never said", ["reason"])


async def run(desk: Desk, now: datetime) -> None:
    """Settle everybody for whom something is due, one in a transaction of its own each; but first
    see which teams can no longer be spoken to where they chose."""
    async with desk.storage.transaction() as work:
        spoke = await silence_lost(work, now) > 0
    while (settled := await _next(desk, now)) is not None:
        spoke = spoke or settled.said > 0
        SAID.inc(settled.said)
        for reason in settled.dropped:
            DROPPED.labels(reason).inc()
    if spoke:
        await desk.storage.bell.ring("outbox")


async def _next(desk: Desk, now: datetime) -> Settled | None:
    async with desk.storage.transaction() as work:
        return await settle_next(work, now)
