"""Exits: much of a portfolio sold for good while prices fall, and when it was bought back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats, Ints
from engine.record.daily import Daily
from engine.record.stress import MONTH, Stress

OUT_AT_MOST = 126  # rows after an exit over which staying out is followed
_SWITCH = 15  # rows, 21 calendar days: bought back within them it was a change of shares
_RUIN = 0.1  # of the value left within a month, half of the fall by selling (Elkind et al. 2022)


@dataclass(frozen=True, slots=True)
class Exit:
    """From the day of the first sale to that of the last; indices into ``Daily``."""

    first: int
    last: int
    share: float  # of what was at risk the evening before
    is_event: bool  # half or more, within 21 days of stress
    severe: bool  # the rule of Elkind et al. 2022: the value down by 90 %, half of that by trades
    end: int  # when half of it was bought back, at most 126 rows on; -1: not known yet


@dataclass(frozen=True, slots=True)
class _Units:
    """A portfolio as a fund: its units change by trades only, not by prices."""

    left: Floats  # (D,) at the close
    stayed: Floats  # (D,) the most there were within three weeks from then on
    sold: Floats  # (D,) sold, without what was planned


def find_exits(
    daily: Daily, stress: Stress, sold: Floats, event: float, large: float
) -> tuple[Exit, ...]:
    """Events, a share of ``event`` or more sold within 21 rows from a day of stress on; and other
    days of stress on which ``large`` or more was sold. In order of time.

    ``sold``: (D,) money, without planned sales. The share is what trades took out of the
    portfolio, purchases and price changes apart, but at most what was sold without a plan.
    """
    if len(daily.value) < 2:
        return ()
    growth = np.cumprod(1.0 + np.nan_to_num(daily.returns))
    units = daily.value / growth
    padded = np.concatenate([units, np.full(_SWITCH, -np.inf)])
    stayed = np.lib.stride_tricks.sliding_window_view(padded, _SWITCH + 1).max(axis=1)
    fund = _Units(units, stayed, sold / growth)
    start = np.flatnonzero(stress.stressed[1 : len(units)] & (units[:-1] > 0.0)) + 1
    if not len(start):
        return ()
    events = _events(start, _shares(fund, start, MONTH), sold, event)
    inside = np.zeros(len(units), dtype=np.bool_)
    for first, last, _ in events:
        inside[first : last + 1] = True
    alone = start[~inside[start]]
    share = _shares(fund, alone, 1)[:, 0]
    others = [
        (int(day), int(day), float(part))
        for day, part in zip(alone[share >= large], share[share >= large], strict=True)
    ]
    found = [_exit(daily, one, is_event=True) for one in events]
    found += [_exit(daily, one, is_event=False) for one in others]
    return tuple(sorted(found, key=lambda one: one.first))


def _shares(fund: _Units, start: Ints, length: int) -> Floats:
    """Share sold from each start up to each of the ``length`` days on: (S, length)."""
    day = np.minimum(start[:, None] + np.arange(length), len(fund.left) - 1)
    before = fund.left[start - 1][:, None]
    running = np.concatenate([[0.0], np.cumsum(fund.sold)])
    by_hand = (running[day + 1] - running[start][:, None]) / before
    gone = 1.0 - fund.stayed[day] / before
    shares: Floats = np.clip(np.minimum(gone, by_hand), 0.0, 1.0)
    return shares


def _events(
    start: Ints, shares: Floats, sold: Floats, event: float
) -> list[tuple[int, int, float]]:
    """First and last day with a sale and the share of each event; no two within 21 rows."""
    best = shares.max(axis=1)
    large = np.flatnonzero(best >= event)
    # The last sale that counts: the first day on which the most is gone (but for rounding).
    reached = shares[large] >= best[large][:, None] - 1e-9
    last = start[large] + np.argmax(reached, axis=1)
    found: list[tuple[int, int, float]] = []
    for n in np.lexsort((-start[large], -np.round(best[large], 9))).tolist():
        if any(abs(int(last[n]) - other) < MONTH for _, other, _ in found):
            continue
        begin, end = int(start[large[n]]), int(last[n])
        begin += int(np.argmax(sold[begin : end + 1] > 0.0))
        found.append((begin, end, float(best[large[n]])))
    return found


def _exit(daily: Daily, found: tuple[int, int, float], *, is_event: bool) -> Exit:
    first, last, share = found
    before, after = float(daily.value[first - 1]), float(daily.value[last])
    window = slice(first, last + 1)
    taken = float(daily.sold[window].sum() - daily.bought[window].sum())
    severe = after <= _RUIN * before and taken >= 0.5 * (before - after)
    return Exit(first, last, share, is_event, severe, _end(daily, last, taken))


def _end(daily: Daily, last: int, taken: float) -> int:
    """When purchases had put half of it back, or 126 rows on; -1 where neither has come."""
    back = np.cumsum(daily.bought[last + 1 : last + 1 + OUT_AT_MOST])
    again = np.flatnonzero(back >= 0.5 * taken)
    if len(again):
        return last + 1 + int(again[0])
    return last + OUT_AT_MOST if last + OUT_AT_MOST < len(daily.value) else -1
