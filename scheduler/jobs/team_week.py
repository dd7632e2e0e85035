"""Tell every team that chose a channel about its week, once."""

from __future__ import annotations

from datetime import datetime

import structlog

from conversations.desk import Desk
from conversations.nudge_classes import way_of
from conversations.nudging import rounds
from conversations.nudging.finding import want_one
from conversations.nudging.kinds.team_week import KIND, review
from conversations.nudging.policy import Way
from storage.nudge_records import TeamVoice

log = structlog.get_logger(__name__)

EVERY = "*/5 * * * *"


async def run(desk: Desk, now: datetime) -> None:
    """From Sunday 18:00 of each team on; after an outage of 24 hours the week is left out."""
    async with desk.storage.transaction() as work:
        voices = await work.voices.all()
    for voice in voices:
        try:
            await _tell(desk, voice, now)
        except Exception:
            log.exception("a team's week failed", portfolio=str(voice.portfolio))


async def _tell(desk: Desk, voice: TeamVoice, now: datetime) -> None:
    moment = rounds.evening_of_week(voice.time_zone, now)
    if moment is None:
        return
    async with desk.storage.transaction() as work:
        if not await work.rounds.is_unsaid(KIND.name, moment.key, voice.portfolio):
            return
        record = await work.portfolios.get(voice.portfolio)
        off = way_of(voice.preferences, KIND.group) == Way.OFF
        found = None if off else await review(work, record.id, moment, now)
        if found is None:
            await rounds.pass_over(work, record.person, record.id, KIND, moment, now, record.id)
            return
        owner = await work.users.get(record.person)
        await want_one(work, owner, record.id, KIND, found, now, record.id)
