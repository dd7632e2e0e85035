"""Time as a market passes it: fourteen hours a weekday, from eight to twenty-two."""

from __future__ import annotations

import numpy as np

from engine.arrays import Days, Flags, Floats

OPENING, CLOSING = 8, 22  # hours of the day
_DAY, _HOUR = 86_400, 3_600
_UNITS = {"secs": 1, "mins": 60, "hours": _HOUR, "days": _DAY, "weeks": 7 * _DAY}


class UnknownThreshold(ValueError):
    """A threshold that is not a number, a space and secs, mins, hours, days or weeks."""

    def __init__(self, text: str) -> None:
        super().__init__(text)  # the arguments, so that it survives pickling
        self.text = text

    def __str__(self) -> str:
        return f"not a time threshold: {self.text!r}"


def financial_hours(start: Floats, end: Floats, unit: int = _HOUR) -> Floats:
    """Market time from ``start`` to ``end``, both (n,) seconds of a wall clock, start first.

    On one day the plain difference. Otherwise what is left of the first day until 22:00, what has
    passed of the last since 08:00, and 14 hours for each weekday between; nothing where fewer than
    two of the days are weekdays. A start after 22:00 counts as 22:00 and an end before 08:00 as
    08:00, on one day too. There are no holidays. In hours, or in ``unit`` seconds; the roundings
    are those of R (``difftime_financial``).
    """
    first, last = np.floor(start / _DAY), np.floor(end / _DAY)
    evening, morning = first * _DAY + CLOSING * _HOUR, last * _DAY + OPENING * _HOUR
    start, end = np.minimum(start, evening), np.maximum(end, morning)
    between = np.busday_count(_days(first), _days(last + 1)) - 2
    hours = between * (CLOSING - OPENING) + (evening - start) / _HOUR + (end - morning) / _HOUR
    across = np.where(between < 0, 0.0, hours * (_HOUR / unit))
    passed: Floats = np.where(first == last, (end - start) / unit, across)
    return passed


def reaches(start: Floats, end: Floats, threshold: str) -> Flags:
    """Whether at least ``threshold`` of market time passed, for instance "30 mins" (n,).

    A day of a threshold has 24 of these hours, so "1 days" is more than one trading day. Raises
    UnknownThreshold.
    """
    amount, unit = _read(threshold)
    if amount == 0:
        return np.ones(start.shape, dtype=np.bool_)
    return financial_hours(start, end, unit) >= amount


def _read(threshold: str) -> tuple[float, int]:
    amount, _, unit = threshold.partition(" ")
    try:
        return float(amount), _UNITS[unit.strip()]
    except (ValueError, KeyError):
        raise UnknownThreshold(threshold) from None


def _days(number: Floats) -> Days:
    return number.astype(np.int64).astype("datetime64[D]")
