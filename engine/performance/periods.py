"""Returns by calendar year and month, and how many days make a year."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import numpy as np

from engine.arrays import Days, Floats, Ints

# Median calendar days between two observations, up to which there are so many of them a year.
_WEEKEND = 5  # of the days since 1970-01-01, a Thursday: (number + 3) % 7 from there on
_SPACING = ((4, 252.0), (10, 52.0), (45, 12.0), (120, 4.0))
_WEEKEND_SHARE = 0.1  # of days; two in seven of markets that never close


class Span(Enum):
    MONTH = "M"
    YEAR = "Y"


def find_days_per_year(days: Days) -> float:
    """Observations a year from their dates (D,): 252 of trading days, 365 where weekends trade,
    52, 12, 4 or 1 of weeks, months, quarters and years. Raises ValueError for fewer than two."""
    if len(days) < 2:
        raise ValueError("one date tells no frequency")
    number = days.astype("datetime64[D]").astype(np.int64)
    spacing = float(np.median(np.diff(number)))
    if spacing <= 2 and float(((number + 3) % 7 >= _WEEKEND).mean()) > _WEEKEND_SHARE:
        return 365.0
    return next((count for most, count in _SPACING if spacing <= most), 1.0)


def chain(returns: Floats, days: Days, span: Span) -> tuple[Ints, Floats]:
    """The months or years that have days, as numbers since 1970-01, and the return of each."""
    number = days.astype(f"datetime64[{span.value}]").astype(np.int64)
    first = np.flatnonzero(np.diff(number, prepend=number[0] - 1))
    return number[first], np.multiply.reduceat(1.0 + returns, first) - 1.0


def by_year(returns: Floats, days: Days) -> Mapping[int, float]:
    """Return of each calendar year; the first and last may be parts. Days in order, (D,)."""
    if not len(returns):
        return MappingProxyType({})
    number, found = chain(returns, days, Span.YEAR)
    return MappingProxyType(dict(zip((number + 1970).tolist(), found.tolist(), strict=True)))


def by_month(returns: Floats, days: Days) -> Mapping[tuple[int, int], float]:
    """Return of each calendar month, by year and month (1 to 12); the ends may be parts."""
    if not len(returns):
        return MappingProxyType({})
    number, found = chain(returns, days, Span.MONTH)
    months = [(1970 + one // 12, one % 12 + 1) for one in number.tolist()]
    return MappingProxyType(dict(zip(months, found.tolist(), strict=True)))
