"""When somebody may be spoken to first, on their own clock, through both changes of the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from conversations.quiet_hours import KEY, USUAL, may_speak, next_moment

FIRST, LAST = USUAL["from"], USUAL["to"]  # where nobody said otherwise


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
        return may_speak(moment, self.zone.key, self._window)

    def next_open(self, moment: datetime) -> datetime | None:
        """``moment`` where it is within them, else when they next begin; None: never."""
        return next_moment(moment, self.zone.key, self._window)

    @property
    def _window(self) -> dict[str, Any]:
        """As the preferences keep it."""
        hours = {"from": self.start, "to": self.end, "weekdays": self.weekdays}
        return {"never": True} if self.never else hours


def hours_of(preferences: Mapping[str, Any], zone: str) -> Hours:
    """As a person's preferences keep them: ``{"hours": {"from": 9, "to": 20, "weekdays": true}}``,
    or ``{"hours": {"never": true}}``; 8 to 22 where nothing is kept."""
    kept: Mapping[str, Any] = preferences.get(KEY, {})
    return Hours(
        zone=ZoneInfo(zone),
        start=int(kept.get("from", FIRST)),
        end=int(kept.get("to", LAST)),
        weekdays=bool(kept.get("weekdays", False)),
        never=bool(kept.get("never", False)),
    )
