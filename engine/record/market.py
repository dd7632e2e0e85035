"""What the market did around decisions: prices of held positions, and returns afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.arrays import Days, Flags, Floats, Ints
from engine.prices import Prices
from engine.record.quotes import Quotes

_SPLIT_TOLERANCE = 0.03  # the market also moves on the day of a split
_FAR = 9.0  # a jump of this many times is no return, whatever the factor
_NEAR = 10  # closes before and after a jump that show the step prices move in
_COARSE = 10  # a price of fewer steps jumps by whole factors without any split
_STALE = 5  # trading days for which the last close still counts
_GONE = 21  # trading days without a close after which a series has ended for good


@dataclass(frozen=True)
class Market:
    """Prices of a person's N symbols on T days, with nothing after the moment of asking."""

    prices: Prices
    symbols: tuple[str, ...]
    close: Floats  # (T, N), the last close of at most five days where the day has none
    middle: Floats  # (T, N), (high + low) / 2, or the close where only that is known
    breaks: Floats  # (T, N) how many jumps that look like splits there were so far
    ended: Ints  # (N,) row of the last close of a series that ended for good, else -1
    quotes: Quotes | None

    @cached_property
    def _all(self) -> tuple[Floats, Ints]:
        """Breaks and ends of all symbols with prices, the person's or not."""
        close = self.prices.close
        return find_breaks(close), find_ends(close)

    @property
    def length(self) -> int:
        return len(self.prices.days)

    def rows(self, days: Days) -> Ints:
        """The last row on or before each day; -1 where there is none."""
        return np.searchsorted(self.prices.days, days, side="right").astype(np.int64) - 1

    def marks(self, days: Days, symbol: Ints, moment: Floats) -> Floats:
        """What one share was worth: (M,).

        At ``moment`` where quotes within the day are known (NaN: no moment), else in the middle of
        the day's range; NaN where no price is known.
        """
        if not self.length:
            return np.full(symbol.shape, np.nan)
        row = self.rows(days)
        price = np.where(row >= 0, self.middle[row, symbol], np.nan)
        if self.quotes is None:
            return price
        for number in np.unique(symbol):
            at = np.flatnonzero((symbol == number) & ~np.isnan(moment))
            quoted = self.quotes.at(self.symbols[number], moment[at])
            price[at] = np.where(np.isnan(quoted), price[at], quoted)
        return price

    def forward(self, row: Ints, symbol: Ints, horizon: int) -> Floats:
        """Return of each symbol over ``horizon`` rows after ``row``; NaN where not complete, or
        across a jump that looks like a split. Of a series that ends for good before: the return to
        its last close, so that those that failed are not left out."""
        complete = (row >= 0) & (row + horizon < self.length)
        found = np.full(row.shape, np.nan)
        start, column = row[complete], symbol[complete]
        end = _no_later(start + horizon, self.ended[column])
        earned = self.close[end, column] / self.close[start, column] - 1.0
        whole = (self.breaks[end, column] == self.breaks[start, column]) & (start <= end)
        found[complete] = np.where(whole, earned, np.nan)
        return found

    def benchmark(self, row: Ints, horizon: int) -> Floats:
        """Mean return of all symbols that have prices over ``horizon`` rows after ``row``, those
        that were delisted meanwhile included."""
        found = np.full(row.shape, np.nan)
        complete = (row >= 0) & (row + horizon < self.length)
        if not complete.any():
            return found
        rows, back = np.unique(row[complete], return_inverse=True)
        close, (breaks, ended) = self.prices.close, self._all
        start, column = rows[:, None], np.arange(close.shape[1])[None, :]
        end = _no_later(np.broadcast_to(start + horizon, (len(rows), close.shape[1])), ended)
        returns = close[end, column] / close[start, column] - 1.0
        known = ~np.isnan(returns) & (breaks[end, column] == breaks[start, column])
        known &= start <= end
        count = known.sum(axis=1)
        total = np.where(known, returns, 0.0).sum(axis=1)
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        found[complete] = mean[back]
        return found


def _no_later(end: Ints, ended: Ints) -> Ints:
    return np.where(ended >= 0, np.minimum(end, ended), end)


def open_market(prices: Prices, symbols: tuple[str, ...], quotes: Quotes | None) -> Market:
    """The columns of ``symbols``; NaN throughout for those that have no prices."""
    prices = _positive(prices)
    own = np.array([prices.column(s) if s in prices else -1 for s in symbols], dtype=np.int64)
    close = _columns(prices.close, own)
    filled = _carry_forward(close)
    # Infinity minus infinity cannot occur: the readers of prices admit finite values only.
    middle = (_columns(prices.high, own) + _columns(prices.low, own)) / 2
    middle = np.where(middle > 0, middle, filled)
    return Market(prices, symbols, filled, middle, find_breaks(close), find_ends(close), quotes)


def _positive(prices: Prices) -> Prices:
    """Closes of 0 and less are no prices."""
    if not (prices.close <= 0).any():
        return prices
    return replace(prices, close=np.where(prices.close > 0, prices.close, np.nan))


def _columns(values: Floats, columns: Ints) -> Floats:
    if not values.shape[1]:
        return np.full((len(values), len(columns)), np.nan)
    taken = values[:, columns]  # -1, a symbol without prices, takes the last column for now
    taken[:, columns < 0] = np.nan
    return taken


def find_ends(close: Floats) -> Ints:
    """(N,) row of the last close of the series that ended for good by the last row, else -1."""
    if not close.size:
        return np.full(close.shape[1], -1, dtype=np.int64)
    row = np.arange(len(close))[:, None]
    last = np.where(np.isnan(close), -1, row).max(axis=0)
    return np.where(len(close) - 1 - last > _GONE, last, -1).astype(np.int64)


def count_breaks(close: Floats) -> Floats:
    """Running count of closes that are about 2, 3, 4 … times the one before, or that part of it,
    or 9 times and more: splits that the prices were not adjusted for, or another unit. No row
    looks at later ones. Shape (T, N)."""
    counted: Floats = np.cumsum(_suspects(close, _previous(close)), axis=0).astype(np.float64)
    return counted


def find_breaks(close: Floats) -> Floats:
    """The same less the jumps of prices that move in coarse steps, as those of penny shares do:
    from 12 steps to 4 is a third by chance. Ten closes after a jump are looked at as well."""
    last = _previous(close)
    suspect = _suspects(close, last)
    for row, column in np.argwhere(suspect).tolist():
        first = max(row - _NEAR, 0)
        moves = np.abs(np.diff(close[first : row + _NEAR + 1, column]))
        moves[row - first - 1 : row - first] = 0.0  # the jump itself
        moves = moves[moves > 0]
        low = min(float(close[row, column]), float(last[row, column]))
        if len(moves) and low < _COARSE * float(moves.min()):
            suspect[row, column] = _is_far(close[row, column], last[row, column])
    counted: Floats = np.cumsum(suspect, axis=0).astype(np.float64)
    return counted


def _is_far(close: Floats, last: Floats) -> Flags:
    jump = np.nan_to_num(close / last, nan=1.0)
    far: Flags = np.maximum(jump, 1.0 / jump) >= _FAR
    return far


def _suspects(close: Floats, last: Floats) -> Flags:
    jump = np.nan_to_num(close / last, nan=1.0)
    factor = np.maximum(jump, 1.0 / jump)
    whole = np.rint(factor)
    near: Flags = (whole >= 2) & (np.abs(factor / whole - 1.0) <= _SPLIT_TOLERANCE)
    return near | _is_far(close, last)


def _previous(close: Floats) -> Floats:
    """The last known close before each row; NaN where there is none."""
    if not close.size:
        return np.full(close.shape, np.nan)
    row = np.arange(len(close))[:, None]
    known = np.maximum.accumulate(np.where(np.isnan(close), -1, row), axis=0)
    before = np.vstack([np.full((1, close.shape[1]), -1), known[:-1]])
    return np.where(before >= 0, close[np.maximum(before, 0), np.arange(close.shape[1])], np.nan)


def _carry_forward(values: Floats) -> Floats:
    """The last known value of each column, for at most five rows."""
    if not values.size:
        return values
    row = np.arange(len(values))[:, None]
    known = np.maximum.accumulate(np.where(np.isnan(values), -1, row), axis=0)
    carried = values[np.maximum(known, 0), np.arange(values.shape[1])[None, :]]
    return np.where((known >= 0) & (row - known <= _STALE), carried, np.nan)
