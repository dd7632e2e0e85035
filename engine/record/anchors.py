"""Prices that people hold on to: the year's high, and the price they paid (biases.md 1.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.record.record import Record

YEAR = 252  # rows
NEAR_HIGH = 0.98
BREAK_EVEN = 0.02
DOWN = -0.08
_LEAST = 63  # rows of history without which there is no high of a year to speak of


@dataclass(frozen=True, slots=True)
class Anchors:
    """How positions stood to their anchors at the close before: (M,) arrays."""

    to_high: Floats  # close over the highest price of the last 252 rows; NaN where not known
    result: Floats  # return since purchase; NaN without a price
    lowest: Floats  # the lowest return at a close since the position was opened

    @property
    def at_high(self) -> Flags:
        near: Flags = self.to_high >= NEAR_HIGH
        return near

    @property
    def at_cost(self) -> Flags:
        """Back at break-even after a loss."""
        back: Flags = (np.abs(self.result) <= BREAK_EVEN) & (self.lowest <= DOWN)
        return back

    @property
    def anchored(self) -> Flags:
        return self.at_high | self.at_cost

    @property
    def known(self) -> Flags:
        both: Flags = ~np.isnan(self.to_high) & ~np.isnan(self.result)
        return both

    def take(self, rows: Ints) -> Anchors:
        return Anchors(self.to_high[rows], self.result[rows], self.lowest[rows])


def anchors_held(record: Record) -> Anchors:
    """Of everything held at the open of the days of the record: (H,), as ``history.holdings``."""
    held, market = record.history.holdings, record.market
    eve = market.rows(record.history.days - 1)  # the last row before each day
    row = eve[held.day]
    if not market.length or not len(row):
        nothing = np.full(len(row), np.nan)
        return Anchors(nothing, nothing, nothing)
    close = np.where(row >= 0, market.close[row, held.symbol], np.nan)
    high = rolling_high(record)[row, held.symbol]
    low = _lowest_between(market.close, eve)[held.day, held.symbol]
    return Anchors(
        np.where(row >= 0, close / high, np.nan),
        close / held.cost - 1.0,
        _running_minimum(low / held.cost - 1.0, held.symbol, held.opened, held.day),
    )


def anchors_now(record: Record, symbol: str) -> Anchors | None:
    """Of the position in ``symbol`` after the last trade, before the day on which the record ends;
    None where nothing long is held or nothing is known before that day. Arrays of shape (1,)."""
    names = record.history.symbols
    final = {names[n]: (n, quantity, cost, day) for n, quantity, cost, day in record.history.final}
    row = record.market.prices.row_at(record.until)
    if row >= 0 and record.market.prices.days[row] == np.datetime64(record.until, "D"):
        row -= 1
    if symbol not in final or final[symbol][1] <= 0.0 or row < 0:
        return None
    column, _, cost, opened = final[symbol]
    history, close = record.history, record.market.close[: row + 1, column]
    held = history.holdings
    own = np.flatnonzero((held.symbol == column) & (held.opened == opened))
    earlier = anchors_held(record).lowest[own]
    since = int(record.market.rows(history.days[-1:] - 1)[0]) + 1
    lows = np.append(earlier, close[since:] / cost - 1.0)
    known = lows[~np.isnan(lows)]
    return Anchors(
        close[-1:] / rolling_high(record)[row, column],
        close[-1:] / cost - 1.0,
        np.array([known.min() if len(known) else np.nan]),
    )


def rolling_high(record: Record) -> Floats:
    """Highest price of each symbol over 252 rows up to and including each row: (T, N).

    Highs of the day where they are known, else closes. NaN with less than 63 rows of history, and
    where the rows hold a jump that looks like a split.
    """
    market = record.market
    prices = market.prices
    names = market.symbols
    columns = np.array([prices.column(s) if s in prices else -1 for s in names], dtype=np.int64)
    top = market.close.copy()
    known = columns >= 0
    if known.any():
        top[:, known] = np.fmax(top[:, known], prices.high[:, columns[known]])
    price = np.where(np.isnan(top), -np.inf, top)
    # The highest of 2, 4 … 128 rows; two of the last overlap to make 252.
    for step in (1, 2, 4, 8, 16, 32, 64):
        price[step:] = np.maximum(price[step:], price[:-step])
    whole = price.copy()
    whole[YEAR - 128 :] = np.maximum(price[YEAR - 128 :], price[: -(YEAR - 128)])
    seen = np.cumsum(~np.isnan(market.close), axis=0)
    begin = np.maximum(np.arange(market.length) - (YEAR - 1), 0)
    usable = (seen >= _LEAST) & (market.breaks == market.breaks[begin]) & np.isfinite(whole)
    return np.where(usable, whole, np.nan)


def _lowest_between(close: Floats, eve: Ints) -> Floats:
    """The lowest close of rows ``eve[k - 1] + 1`` to ``eve[k]``: (D, N), NaN where there is none.

    Those are the closes from one day of trading up to the eve of the next.
    """
    found = np.full((len(eve), close.shape[1]), np.nan)
    filled = np.where(np.isnan(close), np.inf, close)
    starts = np.append(0, eve[:-1] + 1)
    some = np.flatnonzero(eve >= starts)
    if len(some):
        # Segments follow one another, so only the last of them needs an end of its own.
        until = eve[some[-1]] + 1
        found[some] = np.minimum.reduceat(filled[:until], starts[some], axis=0)
    return np.where(np.isfinite(found), found, np.nan)


def _running_minimum(values: Floats, symbol: Ints, opened: Ints, day: Ints) -> Floats:
    """The lowest of ``values`` so far within each position; gaps are passed over."""
    order = np.lexsort((day, opened, symbol))
    sorted_symbol, sorted_opened = symbol[order], opened[order]
    fresh = np.append(True, (np.diff(sorted_symbol) != 0) | (np.diff(sorted_opened) != 0))
    # Returns are at least -1: taking 4 off from each position to the next keeps them apart, so
    # that one accumulation does for all. No more than a loss of any size matters, hence the cap.
    level = -4.0 * np.cumsum(fresh)
    capped = np.where(np.isnan(values[order]), 1.0, np.minimum(values[order], 1.0))
    lowest = np.minimum.accumulate(capped + level) - level
    found = np.empty(len(values))
    found[order] = lowest
    return found
