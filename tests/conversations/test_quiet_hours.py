"""When we may speak first: windows, weekends, nights, and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.intents.quiet_hours import read_quiet
from conversations.quiet_hours import may_speak, next_moment, window_of

DAY = {"from": 8, "to": 22}
BERLIN = "Europe/Berlin"


def _at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("at", "window", "wanted"),
    [
        ("2026-11-18T09:00", DAY, "2026-11-18T09:00"),
        ("2026-11-18T07:59", DAY, "2026-11-18T08:00"),
        ("2026-11-18T22:00", DAY, "2026-11-19T08:00"),
        ("2026-11-20T22:00", {**DAY, "weekdays": True}, "2026-11-23T08:00"),
        ("2026-11-18T03:00", {"from": 20, "to": 4}, "2026-11-18T03:00"),
        ("2026-11-18T04:00", {"from": 20, "to": 4}, "2026-11-18T20:00"),
        ("2026-11-21T02:00", {"from": 20, "to": 4, "weekdays": True}, "2026-11-21T02:00"),
        ("2026-11-22T02:00", {"from": 20, "to": 4, "weekdays": True}, "2026-11-23T20:00"),
        ("2026-03-29T01:30", {"from": 2, "to": 4}, "2026-03-29T03:00"),  # 2 o'clock is skipped
        ("2026-11-18T23:59", {"from": 0, "to": 24}, "2026-11-18T23:59"),
    ],
)
def test_the_next_moment(at: str, window: dict[str, Any], wanted: str) -> None:
    assert next_moment(_at(at), BERLIN, window) == _at(wanted)


def test_never_is_never() -> None:
    assert next_moment(_at("2026-11-18T09:00"), BERLIN, {"never": True}) is None
    assert window_of({}) == DAY


@given(
    st.integers(0, 365 * 24 * 60),
    st.integers(0, 23),
    st.integers(1, 24),
    st.booleans(),
    st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"]),
)
def test_it_is_never_before_and_always_inside(
    minutes: int, start: int, end: int, weekdays: bool, zone: str
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    window = {"from": start, "to": end, "weekdays": weekdays}
    found = next_moment(moment, zone, window)
    assert found is not None
    assert moment <= found <= moment + timedelta(days=5)
    assert may_speak(found, zone, window)
    here = found.astimezone(ZoneInfo(zone))
    inside = start <= here.hour < end if start < end else not end <= here.hour < start
    assert inside or zone != "UTC", "clock changes aside, the hour lies in the window"


@pytest.mark.parametrize(
    ("said", "window"),
    [
        ("22 to 8", {"from": 8, "to": 22}),
        ("10pm-7am", {"from": 7, "to": 22}),
        ("0 to 6", {"from": 6, "to": 24}),
        ("9 to 17 on weekdays", {"from": 17, "to": 9, "weekdays": True}),
        ("always", {"never": True}),
        ("off", {"from": 0, "to": 24}),
        ("8 to 8", None),
        ("25 to 8", None),
        ("soon", None),
    ],
)
def test_quiet_hours_in_words(said: str, window: dict[str, Any] | None) -> None:
    assert read_quiet(said) == window
