"""When somebody may be spoken to first, on their own clock, through both changes of the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

FIRST, LAST = 8, 22  # where nobody said otherwise
_DAYS_AHEAD = 8  # within which every week has an open hour
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Hours:
    """From ``start`` o'clock to ``end`` o'clock (before it), 0 to 24; over midnight where ``end``
    is not after ``start``. ``never``: not at all."""

    zone: ZoneInfo
    start: int = FIRST
    end: int = LAST
    weekdays: bool = False  # Monday to Friday only
    never: bool = False

    def open_at(self, moment: datetime) -> bool:
        """Whether ``moment`` (aware) is within them; an evening over midnight is that of its
        first day."""
        if self.never:
            return False
        local = moment.astimezone(self.zone)
        if self.start < self.end:
            return self.start <= local.hour < self.end and self._works(local.date())
        if local.hour >= self.start:
            return self._works(local.date())
        return local.hour < self.end and self._works(local.date() - timedelta(days=1))

    def next_open(self, moment: datetime) -> datetime | None:
        """``moment`` where it is within them, else when they next begin, in UTC; None: never.

        Where the clock jumps over the beginning, it is when the clock has jumped.
        """
        if self.never:
            return None
        if self.open_at(moment):
            return moment.astimezone(UTC)
        today = moment.astimezone(self.zone).date()
        for ahead in range(_DAYS_AHEAD):
            day = today + timedelta(days=ahead)
            begins = self._begin(day)
            if begins > moment and self.open_at(begins):
                return begins
        return None

    def _begin(self, day: date) -> datetime:
        begins = datetime.combine(day, time(self.start % 24), self.zone)
        # An hour that the clock leaves out is the same instant an hour later on the clock.
        return begins.astimezone(UTC)

    def _works(self, day: date) -> bool:
        return not self.weekdays or day.weekday() < _SATURDAY


def hours_of(preferences: Mapping[str, Any], zone: str) -> Hours:
    """As a person's preferences keep them: ``{"hours": {"from": 9, "to": 20, "weekdays": true}}``,
    or ``{"hours": {"never": true}}``; 8 to 22 where nothing is kept."""
    kept: Mapping[str, Any] = preferences.get("hours", {})
    return Hours(
        zone=ZoneInfo(zone),
        start=int(kept.get("from", FIRST)),
        end=int(kept.get("to", LAST)),
        weekdays=bool(kept.get("weekdays", False)),
        never=bool(kept.get("never", False)),
    )
