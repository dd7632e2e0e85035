"""What has become of a proposal: its closes, today's closes, whether it is to be followed yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from conversations.turn import Turn
from engine.optimization.follow_up import Stale, find_staleness
from engine.optimization.recommendation import Recommendation

MIDNIGHT = time(23, 59)  # of a day of the demo: all its trades are made by then


async def moment_of(turn: Turn) -> datetime:
    """The moment of this turn; in the demo, the end of its day."""
    if not turn.portfolio.demo:
        return turn.now
    return datetime.combine(await turn.today(), MIDNIGHT, UTC)


async def day_of_closes(turn: Turn, told: Recommendation) -> date:
    """The day of the newest close that there was when it was worked out."""
    at = told.at.date()
    prices = (await turn.prices()).until(at)
    bars = [bar for symbol in told.prices if (bar := prices.latest(symbol)) is not None]
    return max((bar.day for bar in bars), default=at)


async def closes(turn: Turn, told: Recommendation) -> dict[str, Decimal]:
    """The newest there are of what is traded."""
    prices = await turn.prices()
    bars = {symbol: prices.latest(symbol) for symbol in told.prices}
    return {s: Decimal(repr(round(bar.close, 6))) for s, bar in bars.items() if bar is not None}


async def staleness(turn: Turn, told: Recommendation) -> Stale | None:
    return find_staleness(told, await moment_of(turn), await closes(turn, told))
