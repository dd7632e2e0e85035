"""What each share looked like before the open: the market's side of a decision to buy."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from math import sqrt

import numpy as np

from engine.arrays import Days, Flags, Floats
from engine.prices import Prices
from engine.record.market import count_breaks

_WEEK, _MONTH, _YEAR = 5, 21, 252  # trading days
_CALM = 60  # returns that say how far a share moves on an ordinary day
_STALE = 5  # days for which the last close still counts
_FAR = 2 * sqrt(_WEEK)  # of these, what a hot week has to be
_BUSY = 2.0  # times the usual volume
_LONGEST = _YEAR + 2 * _CALM  # rows that today's signals can depend on, with a margin
_STILL = 1e-6  # a standard deviation below it is rounding
_BLOCK = 64  # columns worked on at a time, small enough for the cache


@dataclass(frozen=True, slots=True)
class Signals:
    """Of J symbols on T days, each row from data up to the day before (biases.md 2).

    All arrays are (T, J). The z-scores are cross-sectional over what was tradable that day; NaN
    where there is not enough history, or a jump that looks like a split within it.
    """

    symbols: tuple[str, ...]
    days: Days
    tradable: Flags  # a close on the day before, and at most five days old
    month: Floats  # return over rows t-22 ... t-1
    z21: Floats  # z-score of its logarithm
    z252: Floats  # z of the log return over rows t-253 ... t-22
    best: Floats  # the largest daily return of the last 21 days
    zmax: Floats  # its z-score
    week: Floats  # return over the last 5 days
    hot: Flags  # FOMO (biases.md 1.10)
    high: Floats  # price over the highest close of the last 252 days, 1 at the high
    zvol: Floats  # z of volume over its 252-day mean; NaN throughout without volumes


def read_signals(prices: Prices) -> Signals:
    """The signals of all symbols on all days of ``prices``; no row looks at its own day."""
    moves = _Moves.empty(len(prices.days), len(prices.symbols))
    for first in range(0, len(prices.symbols), _BLOCK):
        block = slice(first, first + _BLOCK)
        # What was known at a close belongs to the next day.
        _copy(
            _moves(_part(prices, slice(None), block)), slice(None, -1), moves, slice(1, None), block
        )
    return _signals(prices.symbols, prices.days, moves)


def read_today(prices: Prices, today: date) -> Signals:
    """The one row of the signals for ``today``, which need not have prices: (1, J).

    Only prices before ``today`` are looked at. Without any, nothing is tradable.
    """
    end = int(np.searchsorted(prices.days, np.datetime64(today, "D")))
    every = slice(None)
    moves = _Moves.empty(1, len(prices.symbols))
    if end:
        past = _part(prices, slice(max(end - _LONGEST, 0), end), every)
        _copy(_moves(past), slice(-1, None), moves, every, every)
    return _signals(prices.symbols, np.array([today], dtype="datetime64[D]"), moves)


@dataclass(frozen=True, slots=True)
class _Moves:
    """What prices did up to the close of each row, share by share: (T, J)."""

    tradable: Flags
    month: Floats  # ratio of prices
    year: Floats  # without the last month
    best: Floats
    week: Floats
    hot: Flags
    high: Floats
    unusual: Floats  # volume over its mean

    @classmethod
    def empty(cls, rows: int, columns: int) -> _Moves:
        shape = (rows, columns)
        flags, floats = np.zeros(shape, dtype=np.bool_), np.full(shape, np.nan)
        more = [floats.copy() for _ in range(5)]
        return cls(flags, floats, more[0], more[1], more[2], flags.copy(), more[3], more[4])


def _copy(source: _Moves, rows: slice, to: _Moves, at: slice, columns: slice) -> None:
    for field in fields(_Moves):
        getattr(to, field.name)[at, columns] = getattr(source, field.name)[rows]


def _part(prices: Prices, rows: slice, columns: slice) -> Prices:
    return Prices(
        prices.symbols[columns],
        prices.days[rows],
        prices.open[rows, columns],
        prices.high[rows, columns],
        prices.low[rows, columns],
        prices.close[rows, columns],
        prices.volume[rows, columns],
    )


def _signals(symbols: tuple[str, ...], days: Days, moves: _Moves) -> Signals:
    return Signals(
        symbols=symbols,
        days=days,
        tradable=moves.tradable,
        month=moves.month - 1.0,
        z21=_standardise(np.log(moves.month)),
        z252=_standardise(np.log(moves.year)),
        best=moves.best,
        zmax=_standardise(moves.best),
        week=moves.week,
        hot=moves.hot,
        high=moves.high,
        zvol=_standardise(moves.unusual),
    )


def _moves(prices: Prices) -> _Moves:
    quoted = np.where(prices.close > 0, prices.close, np.nan)
    close, breaks = _carried(quoted), count_breaks(quoted)
    known = ~np.isnan(close)
    jumps = breaks if breaks.size and breaks[-1].any() else None  # a running count
    daily, week = _over(close, jumps, 1) - 1.0, _over(close, jumps, _WEEK) - 1.0
    high = _near_high(close, jumps)
    hot = _hot(daily, week)
    unusual = np.full(close.shape, np.nan)
    volume = prices.volume
    if not np.isnan(volume).all():
        hot |= (high >= 1.0) & (volume >= _BUSY * _late(_mean(volume, _CALM, _CALM // 2), 1))
        begin = np.maximum(np.arange(len(close)) - (_YEAR - 1), 0)
        fit = known & (breaks == breaks[begin])
        unusual = np.where(fit, volume / _mean(volume, _YEAR, _YEAR // 2), np.nan)
    return _Moves(
        tradable=known,
        month=_over(close, jumps, _MONTH),
        year=_late(_over(close, jumps, _YEAR - _MONTH), _MONTH),
        best=_highest(daily, _MONTH),
        week=week,
        hot=hot & known,
        high=high,
        unusual=unusual,
    )


def _carried(quoted: Floats) -> Floats:
    """The last known price of each column, for at most five rows."""
    close = quoted.copy()
    for _ in range(_STALE):
        gap = np.isnan(close[1:])
        if not gap.any():
            break
        close[1:][gap] = close[:-1][gap]
    return close


def _over(close: Floats, breaks: Floats | None, rows: int) -> Floats:
    """Price over the price ``rows`` before; NaN across a jump that looks like a split."""
    ratio = np.full_like(close, np.nan)
    ratio[rows:] = close[rows:] / close[:-rows]
    if breaks is not None:
        ratio[rows:][breaks[rows:] != breaks[:-rows]] = np.nan
    return ratio


def _late(values: Floats, rows: int) -> Floats:
    late = np.full_like(values, np.nan)
    late[rows:] = values[:-rows]
    return late


def _highest(values: Floats, rows: int) -> Floats:
    """The largest of the last ``rows`` values; NaN where one of them is."""
    best, width = values, 1
    while width < rows:  # windows that double until they cover it
        step = min(width, rows - width)
        grown = np.full_like(best, np.nan)
        grown[step:] = np.maximum(best[step:], best[:-step])
        best, width = grown, width + step
    return best


def _near_high(close: Floats, breaks: Floats | None) -> Floats:
    """Price over the highest of the last 252 closes, for what was listed that long ago."""
    filled = np.where(np.isnan(close), -np.inf, close)
    back = _YEAR - 1
    ratio = close / _highest(filled, _YEAR)
    listed = np.logical_or.accumulate(~np.isnan(close), axis=0)
    ratio[back:][~listed[:-back]] = np.nan
    if breaks is not None:
        ratio[back:][breaks[back:] != breaks[:-back]] = np.nan
    return ratio


def _sums(values: Floats, rows: int) -> Floats:
    """Sums of the last ``rows`` values, which must not be NaN; fewer at the beginning."""
    total = np.cumsum(values, axis=0)
    total[rows:] -= total[:-rows].copy()
    return total


def _mean(values: Floats, rows: int, least: int) -> Floats:
    """Mean of what is known of the last ``rows`` values; NaN for fewer than ``least``."""
    known = ~np.isnan(values)
    count = _sums(known.astype(np.float64), rows)
    mean = _sums(np.where(known, values, 0.0), rows) / np.maximum(count, 1.0)
    return np.where((count >= least) & (mean > 0), mean, np.nan)


def _hot(daily: Floats, week: Floats) -> Flags:
    """A week of two ordinary weekly moves or more, by the 60 returns before it."""
    unknown = np.isnan(daily)
    returns = np.where(unknown, 0.0, daily)
    missing = _sums(unknown.astype(np.float64), _CALM)
    total = _sums(returns, _CALM)
    variance = (_sums(np.square(returns), _CALM) - np.square(total) / _CALM) / (_CALM - 1)
    usual = np.sqrt(np.maximum(variance, 0.0))
    fit = (missing == 0) & (usual > _STILL)
    hot = np.zeros(daily.shape, dtype=np.bool_)
    first = _CALM + _WEEK  # row 0 has no return
    if len(daily) > first:
        calm = slice(first - _WEEK, len(daily) - _WEEK)
        hot[first:] = fit[calm] & (week[first:] >= _FAR * usual[calm])
    return hot


def _standardise(values: Floats) -> Floats:
    """Each row less its mean, over its standard deviation; NaN where fewer than two differ."""
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    mean = np.where(known, values, 0.0).sum(axis=1, keepdims=True) / count
    apart = np.where(known, values - mean, 0.0)
    spread = np.sqrt(np.square(apart).sum(axis=1, keepdims=True) / count)
    usable = known & (spread > _STILL)
    return np.where(usable, apart / np.where(spread > _STILL, spread, 1.0), np.nan)
