"""How often somebody asks for their portfolio, day by day, kept in the memory of each chat."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from conversations.turn import Turn
from storage.unit_of_work import UnitOfWork

KEY = "looks"  # of the chat's memory: ISO day → how often
KEPT = timedelta(days=14)


def note(turn: Turn) -> None:
    """They have asked once more. A demo is no portfolio of theirs."""
    if turn.portfolio.demo or turn.message.shared:
        return
    today = turn.now.astimezone(ZoneInfo(turn.person.time_zone)).date()
    oldest = (today - KEPT).isoformat()
    known = {day: n for day, n in turn.state.get(KEY, {}).items() if day >= oldest}
    known[today.isoformat()] = known.get(today.isoformat(), 0) + 1
    turn.state[KEY] = known


async def of(work: UnitOfWork, person: UUID) -> dict[date, int]:
    """Day by day, over all private chats."""
    found: Counter[date] = Counter()
    for days in await work.nudges.chat_counts(person, KEY):
        found.update({date.fromisoformat(day): int(n) for day, n in days.items()})
    return dict(found)
