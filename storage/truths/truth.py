"""What every truth declares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, func
from sqlalchemy.ext.asyncio import AsyncConnection

SHIFT = 900  # seconds from one look to the next
SLICES = 24  # what takes long is looked at a slice at a time: all of it in six hours
MOST = 20  # breaches that are named; one is enough to look for the cause


@dataclass(frozen=True, slots=True)
class Truth:
    """``holds``: as a sentence for the operator. ``breaches``: ids of what it does not hold of,
    at most ``MOST``; nothing personal, they end up in logs. ``still``: where a look is about a
    slice only, whether an id that was found by an earlier one is still a breach."""

    name: str
    holds: str
    breaches: Callable[[AsyncConnection, datetime], Awaitable[Sequence[str]]]
    still: Callable[[AsyncConnection, str], Awaitable[bool]] | None = None


def in_slice(column: ColumnElement[object], now: datetime) -> ColumnElement[bool]:
    """Whether an id belongs to what this look is about."""
    turn = int(now.timestamp()) // SHIFT % SLICES
    hashed = func.hashtextextended(cast(column, Text), 0)
    return func.mod(func.mod(hashed, SLICES) + SLICES, SLICES) == turn
