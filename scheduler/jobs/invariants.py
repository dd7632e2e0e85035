"""Look whether the data are as they have to be, and cry out where they are not."""

from __future__ import annotations

from datetime import datetime

import structlog
from prometheus_client import Gauge

from conversations.desk import Desk
from storage.truths.registry import truths

log = structlog.get_logger(__name__)

EVERY = "*/15 * * * *"
BREACHES = Gauge("bpo_truth_breaches", "What a truth about the data does not hold of", ["truth"])


async def run(desk: Desk, now: datetime) -> None:
    """Each in a transaction of its own; one that cannot be looked at keeps no other waiting."""
    for truth in truths():
        try:
            async with desk.storage.transaction() as work:
                found = await work.watch.check(truth, now)
        except Exception:
            log.exception("a truth could not be checked", truth=truth.name)
            continue
        BREACHES.labels(truth.name).set(len(found))
        if found:
            log.error("the data are not as they have to be", truth=truth.name, found=found)
