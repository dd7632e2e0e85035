"""Measure what became of the habits of those whose comparison is over, each once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog

from conversations.actions import reviewing
from conversations.desk import Desk
from conversations.nudging.experiments.measuring import READY, measure
from storage.nudge_records import Arm

log = structlog.get_logger(__name__)

EVERY = "40 3 * * *"
BATCH = 50


async def run(desk: Desk, now: datetime) -> None:
    """Batch by batch, each computed outside of transactions and kept in one of its own. One that
    fails is tried again on the next day. Where nobody is compared any more, what is under way
    ends."""
    async with desk.storage.transaction() as work:
        if not work.arms.share:
            await work.arms.end_all(now)
            return
    after = None
    while True:
        async with desk.storage.transaction() as work:
            batch = await work.arms.to_measure(now - READY, after, BATCH)
        if not batch:
            return
        for one in batch:
            await _measure(desk, one, now)
        after = (batch[-1].person, batch[-1].grouped)


async def _measure(desk: Desk, arm: Arm, now: datetime) -> None:
    """What others trade too is no habit of one person, and may be theirs to see no longer."""
    try:
        async with desk.storage.transaction() as work:
            access = await work.members.access(arm.person, arm.portfolio)
        found: dict[str, Any] = {"missing": "shared"}
        if access is not None and not access.shared:
            case = await reviewing.open_case(desk, arm.portfolio, now, fresh=False)
            found = await desk.compute(measure, case, arm.grouped, arm.assigned_at)
        async with desk.storage.transaction() as work:
            await work.arms.measured(arm.person, arm.grouped, found, now)
    except Exception:
        log.exception("a comparison could not be measured", grouped=arm.grouped)
