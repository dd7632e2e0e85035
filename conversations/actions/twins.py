"""When two trades look like one and the same."""

from __future__ import annotations

from datetime import UTC, date, time
from zoneinfo import ZoneInfo

from engine.ledger import Trade

_EXCHANGE = ZoneInfo("America/New_York")


def day_of(trade: Trade) -> date:
    """The day it was told for: of New York, where the close of a day is told with it.

    A file that names a day and no time means midnight UTC, which is the evening before there.
    """
    moment = trade.at if trade.at.tzinfo is UTC else trade.at.astimezone(UTC)
    return moment.date() if moment.time() == time() else moment.astimezone(_EXCHANGE).date()


def looks(trade: Trade) -> tuple[object, ...]:
    """What twins have in common."""
    return (trade.kind, trade.symbol, trade.quantity, trade.price, day_of(trade))
