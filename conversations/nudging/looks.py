"""How often somebody looks at how their money does, day by day, kept in the memory of each chat.

What counts is what shows gains and losses of their own: the portfolio with its value, the price of
something held, oneself against the twin (Benartzi and Thaler 1995: it is the look at results that
hurts). Habits, proposals and tests of other portfolios are no such look.
"""

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
    """They have looked once more. Neither a demo nor what is shared is a portfolio of theirs."""
    shared = turn.message.shared or (turn.access is not None and turn.access.shared)
    if turn.portfolio.demo or shared:
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
