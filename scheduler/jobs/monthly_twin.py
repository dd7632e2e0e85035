"""Compare everybody with their disciplined twin once a month has closed."""

from __future__ import annotations

from datetime import datetime

from conversations.desk import Desk
from conversations.nudging import rounds
from conversations.nudging.kinds import monthly_twin

EVERY = "*/5 * * * *"


async def run(desk: Desk, now: datetime) -> None:
    """From 18:00 of each person's first weekday of the month on; not after an outage of a day."""
    await rounds.go(desk, monthly_twin.KIND, rounds.evening_of_month, monthly_twin.compare, now)
