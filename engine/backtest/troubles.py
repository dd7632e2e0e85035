"""What stands in the way of simulating assets over the days asked for."""

from __future__ import annotations

import numpy as np

from engine.arrays import Days, Flags, Floats
from engine.backtest.panel import Problem, Trouble
from engine.record.market import find_breaks, find_ends


def find_troubles(
    symbol: str, days: Days, close: Floats, volume: Floats, first: int
) -> list[Problem]:
    """All troubles of one asset in the rows from ``first`` on; the rows before are its past.

    ``close`` (R,), NaN where there is no price; ``volume`` (R,), NaN where not known. A series
    without a close in the last 21 rows and more has ended; shorter silences are gaps, also at the
    end. Jumps: see ``engine.record.market.find_breaks``.
    """
    there = ~np.isnan(close)
    if not there[first:].any():
        return [Problem(symbol, Trouble.NO_PRICES, str(days[first]), str(days[-1]))]
    found = []
    begin = first if there[:first].any() else first + int(np.argmax(there[first:]))
    if begin > first:
        found.append(
            Problem(symbol, Trouble.STARTS_LATE, since=str(days[begin]), count=begin - first)
        )
    end = int(find_ends(close[:, None])[0])
    if end >= 0:
        count = len(close) - 1 - end
        found.append(Problem(symbol, Trouble.ENDS_EARLY, until=str(days[end]), count=count))
    stop = end + 1 if end >= 0 else len(close)
    found += _counted(symbol, Trouble.GAPS, days, begin, ~there[begin:stop])
    found += _jumps(symbol, days, close, first)
    found += _counted(symbol, Trouble.NO_VOLUME, days, first, (there & (volume == 0.0))[first:])
    return found


def _counted(symbol: str, trouble: Trouble, days: Days, begin: int, wrong: Flags) -> list[Problem]:
    rows = begin + np.flatnonzero(wrong)
    if not len(rows):
        return []
    return [Problem(symbol, trouble, str(days[rows[0]]), str(days[rows[-1]]), len(rows))]


def _jumps(symbol: str, days: Days, close: Floats, first: int) -> list[Problem]:
    counted = find_breaks(close[:, None])[:, 0]
    rows = 1 + np.flatnonzero(np.diff(counted) > 0.0)
    found = []
    for row in rows[rows > first].tolist():
        before = close[:row][~np.isnan(close[:row])][-1]
        found.append(
            Problem(symbol, Trouble.JUMP, str(days[row]), count=1, size=float(close[row] / before))
        )
    return found
