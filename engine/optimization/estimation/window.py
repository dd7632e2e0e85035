"""The daily returns an estimate rests on, and what had to stay out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from engine.arrays import Days, Flags, Floats
from engine.optimization.estimates import TRADING_DAYS
from engine.optimization.solution import Unsolvable
from engine.prices import Prices
from engine.record.market import find_breaks, find_ends

LEAST_DAYS = 252  # returns without which an asset is not estimated
_MOST_GAPS = 0.1  # of an asset's trading days without a price
_STALE = 0.5  # of an asset's returns that are exactly 0
_LATE = 0.05  # of the window that an asset's late start costs all others
_WEEK = 7
_CALENDAR_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Window:
    """``returns``: (T, N) simple, of one trading day each, of ``symbols``; nothing is filled in.

    A day counts if all N assets have a price on it and on the trading day before, and none of them
    jumped as if by a split. ``left_out``: the trading days that do not. ``dropped``: "no_prices",
    "ended 2021-03-04", "too_few_days 120", "gaps 0.31", "constant". ``doubts``: of assets that
    stay: "jump 2020-08-31", "starts 2021-11-10", "stale 0.62", "same as GOOGL".
    """

    symbols: tuple[str, ...]
    returns: Floats
    since: date
    until: date
    left_out: int
    days_per_year: float
    dropped: dict[str, str]
    doubts: dict[str, str]


def open_window(
    prices: Prices,
    symbols: Sequence[str],
    until: date,
    years: float,
    least_days: int = LEAST_DAYS,
) -> Window:
    """What is known at the close of ``until`` about the ``years`` before it.

    Raises Unsolvable when no asset is left: "no_prices", "constant_prices" (symbols) or
    "too_few_days" (days, needed).
    """
    if not years > 0.0:
        raise ValueError(f"a window of {years} years")
    days, close = _rows(prices, until, years)
    dropped: dict[str, str] = {}
    wanted = list(dict.fromkeys(symbols))
    known = [symbol for symbol in wanted if symbol in prices]
    dropped |= {symbol: "no_prices" for symbol in wanted if symbol not in prices}
    close = close[:, [prices.column(symbol) for symbol in known]].copy()
    close[~(np.isfinite(close) & (close > 0.0))] = np.nan  # 0 and less are no prices
    trading = find_trading_days(days, close)
    days, close = days[trading], close[trading]
    kept = _drop_short(known, days, close, least_days, dropped)
    breaks = find_breaks(close)
    returns = _returns(close, breaks)
    usable = _complete(returns, kept)
    while len(kept) > 1 and int(usable.sum()) < least_days:
        worst = max(kept, key=lambda n: int(np.isnan(returns[:, n]).sum()))
        dropped[known[worst]] = f"gaps {_missing(close[:, worst]):.2f}"
        kept.remove(worst)
        usable = _complete(returns, kept)
    rows = np.flatnonzero(usable)
    if not kept or len(rows) < least_days:
        raise _nothing_left(close, least_days, dropped)
    kept = _drop_constant(known, kept, returns[rows], dropped)
    if not kept:
        raise Unsolvable("constant_prices", symbols=" ".join(dropped))
    used = np.ascontiguousarray(returns[rows][:, kept])
    first = int(rows[0])
    return Window(
        symbols=tuple(known[n] for n in kept),
        returns=used,
        since=_day(days[first]),
        until=_day(days[int(rows[-1]) + 1]),
        left_out=len(usable) - first - len(rows),
        days_per_year=_CALENDAR_YEAR if has_weekends(days) else float(TRADING_DAYS),
        dropped=dropped,
        doubts=_doubt([known[n] for n in kept], days, close[:, kept], breaks[:, kept], used),
    )


def _rows(prices: Prices, until: date, years: float) -> tuple[Days, Floats]:
    seen = prices.until(until)
    start = np.datetime64(until - timedelta(days=round(years * 365.25)), "D")
    first = int(np.searchsorted(seen.days, start))
    return seen.days[first:], seen.close[first:]


def find_trading_days(days: Days, close: Floats) -> Flags:
    """Weekends count only if every asset trades on them; a day on which less than half of the
    assets then listed have a price is none."""
    present = ~np.isnan(close)
    weekend = ~np.is_busday(days)
    trading = np.ones(len(days), bool)
    if weekend.any() and close.shape[1]:
        alive = _alive(present)
        often = present[weekend].sum(axis=0) >= 0.5 * np.maximum(alive[weekend].sum(axis=0), 1)
        trading = ~weekend | bool(often.all())
    alive = _alive(present & trading[:, None])
    count = present.sum(axis=1)
    enough: Flags = (2 * count >= alive.sum(axis=1)) & (count > 0)
    return np.logical_and(trading, enough)


def _alive(present: Flags) -> Flags:
    """(T, N) whether an asset has had its first price and not yet its last."""
    begun = np.logical_or.accumulate(present, axis=0)
    lasts = np.logical_or.accumulate(present[::-1], axis=0)[::-1]
    alive: Flags = begun & lasts
    return alive


def _drop_short(
    known: list[str], days: Days, close: Floats, least_days: int, dropped: dict[str, str]
) -> list[int]:
    ends = find_ends(close)
    kept = []
    for n, symbol in enumerate(known):
        count = int(np.sum(~np.isnan(close[:, n])))
        if not count:
            dropped[symbol] = "no_prices"
        elif ends[n] >= 0:
            dropped[symbol] = f"ended {_day(days[ends[n]])}"
        elif count <= least_days:
            dropped[symbol] = f"too_few_days {count}"
        elif _missing(close[:, n]) > _MOST_GAPS:
            dropped[symbol] = f"gaps {_missing(close[:, n]):.2f}"
        else:
            kept.append(n)
    return kept


def _missing(close: Floats) -> float:
    """Share of the rows since the first price that have none."""
    present = ~np.isnan(close)
    return float(1.0 - present[int(np.argmax(present)) :].mean())


def _returns(close: Floats, breaks: Floats) -> Floats:
    """(T - 1, N), NaN where not known or not believable."""
    returns = close[1:] / close[:-1] - 1.0
    returns[np.diff(breaks, axis=0) > 0.0] = np.nan
    return returns


def _complete(returns: Floats, kept: list[int]) -> Flags:
    complete: Flags = np.isnan(returns[:, kept]).sum(axis=1) == 0
    return complete


def _drop_constant(
    known: list[str], kept: list[int], returns: Floats, dropped: dict[str, str]
) -> list[int]:
    moving = [n for n in kept if np.ptp(returns[:, n]) > 1e-12]
    dropped |= {known[n]: "constant" for n in kept if n not in moving}
    return moving


def _doubt(
    symbols: list[str], days: Days, close: Floats, breaks: Floats, used: Floats
) -> dict[str, str]:
    starts = np.argmax(~np.isnan(close), axis=0)
    latest = int(starts.max())
    seen: dict[bytes, str] = {}
    doubts = {}
    for n, symbol in enumerate(symbols):
        found = []
        if breaks[-1, n] > 0.0:
            found.append(f"jump {_day(days[int(np.argmax(breaks[:, n] > 0.0))])}")
        if starts[n] == latest and latest > _LATE * len(days):
            found.append(f"starts {_day(days[latest])}")
        still = float(np.mean(used[:, n] == 0.0))
        if still > _STALE:
            found.append(f"stale {still:.2f}")
        twin = seen.setdefault(np.round(used[:, n], 12).tobytes(), symbol)
        if twin != symbol:
            found.append(f"same as {twin}")
        if found:
            doubts[symbol] = "; ".join(found)
    return doubts


def _nothing_left(close: Floats, least_days: int, dropped: dict[str, str]) -> Unsolvable:
    if all(reason == "no_prices" for reason in dropped.values()):
        return Unsolvable("no_prices", symbols=" ".join(dropped))
    most = int((~np.isnan(close)).sum(axis=0).max(initial=0))
    return Unsolvable("too_few_days", days=max(most - 1, 0), needed=least_days)


def has_weekends(days: Days) -> bool:
    """Two days in seven where every asset trades every day."""
    return bool(np.mean(~np.is_busday(days)) > 1.0 / _WEEK)


def _day(day: np.datetime64) -> date:
    made: date = day.astype("datetime64[D]").item()
    return made
