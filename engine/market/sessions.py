"""On which days an exchange trades, and why it does not on the others.

The calendars are those of ``exchange_calendars``, from 1990 (or the exchange's first recorded
year) to 2049 (or its last). Where they say nothing (an exchange they do not know, a day outside
their years) Monday to Friday count as sessions: ``is_recorded`` tells the two apart.
"""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exchange_calendars import ExchangeCalendar

WEEKEND = "weekend"
CLOSED = "closed"  # an unscheduled closing that has no name in the calendar

_FIRST, _LAST = date(1990, 1, 1), date(2049, 12, 31)
_PROBE = ("2022-01-03", "2022-12-30")  # a year that every calendar covers
_OPENS, _CLOSES = time(8), time(22)  # UTC, where no calendar says it
_LONGEST_CLOSING = 40  # days; the longest on record are some two weeks


def is_recorded(exchange: str, day: date) -> bool:
    """Whether the calendar of ``exchange`` (ISO 10383) is known and covers ``day``."""
    return _open_days(exchange, day) is not None


def is_session(exchange: str, day: date) -> bool:
    """Whether ``exchange`` traded (or will trade) on ``day``, if only for half of it."""
    days = _open_days(exchange, day)
    return day.weekday() < 5 if days is None else day in days


def holiday(exchange: str, day: date) -> str | None:
    """Why ``exchange`` is closed on ``day``: "Thanksgiving", "weekend", "closed"; None: it is open.

    A holiday that falls on a weekend is called by its name only on the day it is made up for.
    """
    if is_session(exchange, day):
        return None
    calendar = _calendar(exchange)
    if calendar is None or _open_days(exchange, day) is None:
        return WEEKEND
    if calendar.weekmask[day.weekday()] == "0":
        return WEEKEND
    return _holiday_names(exchange).get(day, CLOSED)


def previous_session(exchange: str, day: date) -> date:
    """The last session before ``day``."""
    return _nearest(exchange, day, -1)


def next_session(exchange: str, day: date) -> date:
    """The first session after ``day``."""
    return _nearest(exchange, day, +1)


def session_hours(exchange: str, day: date) -> tuple[datetime, datetime] | None:
    """When the session of ``day`` begins and ends, in UTC, early closings included; None: there is
    no session. Where no calendar says it: from 8 to 22 o'clock."""
    if not is_session(exchange, day):
        return None
    calendar = _calendar(exchange)
    if calendar is None or _open_days(exchange, day) is None:
        return datetime.combine(day, _OPENS, UTC), datetime.combine(day, _CLOSES, UTC)
    key = str(day)
    opens, closes = calendar.opens[key], calendar.closes[key]
    return opens.to_pydatetime(), closes.to_pydatetime()


def is_open(exchange: str, moment: datetime) -> bool:
    """Whether a session is under way at ``moment`` (aware)."""
    today = moment.astimezone(UTC).date()
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        hours = session_hours(exchange, day)
        if hours is not None and hours[0] <= moment < hours[1]:
            return True
    return False


def last_closed(exchange: str, moment: datetime, after: timedelta = timedelta(0)) -> date:
    """The newest session that ended at least ``after`` before ``moment`` (aware).

    Raises ValueError where there is none within the longest closing.
    """
    day = moment.astimezone(UTC).date() + timedelta(days=1)  # it is tomorrow in Tokyo
    while True:
        hours = session_hours(exchange, day)
        if hours is not None and hours[1] + after <= moment:
            return day
        day = previous_session(exchange, day)


def _nearest(exchange: str, day: date, step: int) -> date:
    for distance in range(1, _LONGEST_CLOSING):
        other = day + timedelta(days=step * distance)
        if is_session(exchange, other):
            return other
    raise ValueError(f"{exchange} has no session within {_LONGEST_CLOSING} days of {day}")


def _open_days(exchange: str, day: date) -> frozenset[date] | None:
    """The sessions of the calendar's years if ``day`` is one of their days."""
    calendar = _calendar(exchange)
    if calendar is None:
        return None
    bounds = calendar.first_session.date(), calendar.last_session.date()
    if not bounds[0].replace(month=1, day=1) <= day <= bounds[1].replace(month=12, day=31):
        return None
    return _sessions(exchange)


@lru_cache(maxsize=64)
def _sessions(exchange: str) -> frozenset[date]:
    calendar = _calendar(exchange)
    return frozenset() if calendar is None else frozenset(calendar.sessions.date)


@lru_cache(maxsize=64)
def _holiday_names(exchange: str) -> dict[date, str]:
    calendar = _calendar(exchange)
    rules = None if calendar is None else calendar.regular_holidays
    if rules is None:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pandas, inside the library
        named = rules.holidays(str(_FIRST), str(_LAST), return_name=True)
    return {moment.date(): str(name) for moment, name in named.items()}


@lru_cache(maxsize=64)
def _calendar(exchange: str) -> ExchangeCalendar | None:
    """The calendar with all its years (0.2 s, once), or None where the library has none."""
    # Here and not above: the library takes a second to import, and most turns never need it.
    from exchange_calendars import get_calendar
    from exchange_calendars.errors import InvalidCalendarName

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pandas, inside the library
        try:
            kind: Any = type(get_calendar(exchange, start=_PROBE[0], end=_PROBE[1]))
        except (InvalidCalendarName, ValueError):
            # ValueError: XTAE's special closings fall outside its sessions, and building it fails
            return None
        first, last = kind.bound_min(), kind.bound_max()
        return get_calendar(
            exchange,
            start=str(_FIRST if first is None else max(_FIRST, first.date())),
            end=str(_LAST if last is None else min(_LAST, last.date())),
        )
