"""When we may speak first: a window of hours in a person's own time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from conversations.pausing import paused

KEY = "hours"  # of the preferences: {"from": 8, "to": 22, "weekdays": True} or {"never": True}
USUAL: Mapping[str, Any] = {"from": 8, "to": 22}
_A_WEEK = 9  # days to look ahead: two weekends are never further apart


def window_of(preferences: Mapping[str, Any]) -> Mapping[str, Any]:
    """What somebody chose, or the usual hours; nothing while nudges are paused."""
    if paused(preferences):
        return {"never": True}
    found: Mapping[str, Any] = preferences.get(KEY) or USUAL
    return found


def may_speak(at: datetime, zone: str, window: Mapping[str, Any]) -> bool:
    """Whether ``at`` lies inside the window; one from 20 to 4 goes over midnight."""
    return next_moment(at, zone, window) == at


def next_moment(at: datetime, zone: str, window: Mapping[str, Any]) -> datetime | None:
    """``at``, or the first moment after it inside the window; None where nobody is to speak.

    A night's window belongs to the day on which it begins. An hour that a clock change skips
    begins when the clock goes on, one that comes twice counts both times.
    """
    if window.get("never"):
        return None
    place = ZoneInfo(zone)
    today = at.astimezone(place).date()
    for shift in range(-1, _A_WEEK):
        day = today + timedelta(days=shift)
        if window.get("weekdays") and day.weekday() >= 5:
            continue
        opens = _on(day, window["from"], place)
        overnight = window["to"] <= window["from"]
        closes = _on(day + timedelta(days=overnight), window["to"], place)
        if at < closes:
            return max(at, opens)
    raise AssertionError("a window opens every week")


def _on(day: Any, hour: int, place: ZoneInfo) -> datetime:
    """An hour of a day as an instant; hour 24 is the next midnight."""
    day += timedelta(days=hour // 24)
    return datetime.combine(day, time(hour % 24), place).astimezone(UTC)
