"""Review the week of everybody for whom it is Sunday evening, once."""

from __future__ import annotations

from datetime import datetime

from conversations.desk import Desk
from conversations.nudging import rounds
from conversations.nudging.kinds import weekly_review

EVERY = "*/5 * * * *"  # every time zone's 18:00 is among these


async def run(desk: Desk, now: datetime) -> None:
    """From Sunday 18:00 of each on; after an outage of 24 hours the week is left out."""
    await rounds.go(desk, weekly_review.KIND, rounds.evening_of_week, weekly_review.review, now)
