"""Falls of the past, replayed on what is held today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.arrays import Days, Floats
from engine.prices import Prices
from engine.record.market import find_breaks


@dataclass(frozen=True, slots=True)
class Crisis:
    """From the highest to the lowest close of the S&P 500 around it."""

    name: str  # as people call it: "2008"
    peak: date
    trough: date


CRISES = (
    Crisis("2000", date(2000, 3, 24), date(2002, 10, 9)),
    Crisis("2008", date(2007, 10, 9), date(2009, 3, 9)),
    Crisis("2011", date(2011, 4, 29), date(2011, 10, 3)),
    Crisis("2018", date(2018, 9, 20), date(2018, 12, 24)),
    Crisis("2020", date(2020, 2, 19), date(2020, 3, 23)),
    Crisis("2022", date(2022, 1, 3), date(2022, 10, 12)),
)


@dataclass(frozen=True, slots=True)
class Replay:
    """What the holdings that had prices then went through, bought at the peak and kept.

    Shares are of the money in ``covered``. ``parts``: change in money of each holding from the
    first to the last day, largest loss first. ``missing``: holdings without prices on both days, or
    whose prices jump as if by a split; nothing is assumed about them.
    """

    crisis: Crisis
    days: Days  # (T,)
    course: Floats  # (T,) of 1 on the first day
    change: float  # of the whole, over the crisis
    worst: float  # the deepest point on the way, negative
    parts: tuple[tuple[str, float], ...]
    covered: float  # money
    missing: tuple[str, ...]


def crisis_named(name: str) -> Crisis | None:
    return next((one for one in CRISES if one.name == name), None)


def replay(prices: Prices, money: Mapping[str, float], crisis: Crisis) -> Replay | None:
    """``money``: worth of each holding today, positive. A day without a close keeps the last one.

    None where no holding had prices from the peak to the trough.
    """
    first, last = prices.row_at(crisis.peak), prices.row_at(crisis.trough)
    known = [symbol for symbol in money if symbol in prices and money[symbol] > 0.0]
    if first < 0 or last <= first or not known:
        return None
    # A price on the peak's own day or within the week before it; the same for the trough.
    if (np.datetime64(crisis.trough, "D") - prices.days[last]).astype(int) > _WEEK:
        return None
    close = prices.close[first : last + 1, [prices.column(symbol) for symbol in known]]
    whole = ~np.isnan(close[0]) & ~np.isnan(close[-1]) & (find_breaks(close)[-1] == 0.0)
    kept = np.flatnonzero(whole)
    if not len(kept):
        return None
    grown = _carried(close[:, kept]) / close[0, kept]
    put = np.array([money[known[n]] for n in kept])
    course = grown @ (put / put.sum())
    gains = put * (grown[-1] - 1.0)
    parts = sorted(
        ((known[n], float(gain)) for n, gain in zip(kept, gains, strict=True)),
        key=lambda one: one[1],
    )
    covered = {known[n] for n in kept}
    return Replay(
        crisis=crisis,
        days=prices.days[first : last + 1],
        course=course,
        change=float(course[-1]) - 1.0,
        worst=float(course.min()) - 1.0,
        parts=tuple(parts),
        covered=float(put.sum()),
        missing=tuple(symbol for symbol in money if symbol not in covered),
    )


_WEEK = 7  # days


def _carried(close: Floats) -> Floats:
    """(T, N) with the last known close on days that have none; the first row is known."""
    rows = np.where(np.isnan(close), 0, np.arange(len(close))[:, None])
    return np.take_along_axis(close, np.maximum.accumulate(rows, axis=0), axis=0)
