"""Habits looked at again after the close, so that nudges do not rest on an old report."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from conversations.actions import reviewing
from conversations.actions.reviewing import Case
from conversations.desk import Desk
from engine.detection.finding import BiasFinding
from engine.diagnosis.events import Event, find_events
from engine.diagnosis.examination import diagnose

OLD = timedelta(days=7)  # then more of the past has its outcome, also without a new trade

Looked = tuple[tuple[BiasFinding, ...], tuple[Event, ...]]


async def rescore(desk: Desk, case: Case, now: datetime) -> tuple[BiasFinding, ...]:
    """The findings of today's trades: those that are kept, or new ones where the trades have
    changed since or a week has passed. Computed outside of any transaction, then kept."""
    id = case.portfolio.id
    async with desk.storage.transaction() as work:
        seen = await work.scores.looked_at(id)
        kept = await work.scores.latest(id)
    fresh = seen is not None and seen[0] == case.portfolio.version and now - seen[1] < OLD
    if (fresh and kept is not None) or not case.trades or not len(case.prices.days):
        return kept[1] if kept else ()
    findings, events = await desk.compute(look, case)
    async with desk.storage.transaction() as work:
        current = await work.portfolios.get(id)
        if current.version == case.portfolio.version:  # else the next look is about more
            await reviewing.keep_findings(work, current, findings, events, case.until, now)
    return findings


def look(case: Case) -> Looked:
    """The heavy part, for another process."""
    record = case.record()
    profile = diagnose(record, np.random.default_rng(case.seed))
    return profile.findings, find_events(record, profile.findings)
