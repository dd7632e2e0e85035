"""The week of a portfolio that several people share, in the channel they chose (Bikhchandani,
Hirshleifer and Welch 1992 on following each other; what is told of it is a count of five or more).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from conversations.actions.teams import team_views
from conversations.nudging.kind import Facts, Kind, Look, Occasion
from conversations.nudging.rounds import Moment
from conversations.wording import teams as words
from storage.unit_of_work import UnitOfWork


def find(look: Look) -> Sequence[Occasion]:
    """Its job wants it on Sundays."""
    return ()


async def review(
    work: UnitOfWork, portfolio: UUID, moment: Moment, now: datetime
) -> Occasion | None:
    """None where nothing was done and nothing waits."""
    week = await team_views.week_of(work, portfolio, now)
    if not (week.saved or week.undone or week.waiting or week.crowded):
        return None
    return Occasion(moment.key, asdict(week), 9.0, moment.stale - now)


def told(facts: Facts, currency: str) -> str:
    return words.digest(**facts)


def why(facts: Facts) -> str:
    return words.why_digest()


KIND = Kind(
    name="team_week",
    group="digest",
    source="Bikhchandani and others 1992",
    find=find,
    told=told,
    why=why,
    again=timedelta(days=7),
    scheduled=True,
    for_teams=True,
)
